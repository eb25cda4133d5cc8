//! Draws the screen.

use std::ops::Range;

use duces_model::counted;
use duces_search::{DayRead, Hit};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line as Row, Span, Text};
use ratatui::widgets::{Block, Borders, List, ListItem, ListState, Paragraph, Wrap};

use super::line::Line;
use super::screen::{Focus, Screen};
use super::worker::LISTED;

const HELP: &str = "Tab next field  Enter search, read  Space choose  ^D message/document  ^S save as request  ^Q quit";
const HELP_READING: &str = "Up Down scroll  n p next, previous hit  Left Right day before, after  Esc back to the hits";

/// What stands before and after a hit in a list, in bytes at most.
const CONTEXT: usize = 60;

pub fn draw(frame: &mut Frame<'_>, screen: &Screen) {
    let rows = Layout::vertical([
        Constraint::Length(3),
        Constraint::Length(2),
        Constraint::Min(3),
        Constraint::Length(1),
        Constraint::Length(1),
    ]);
    let [asked, counts, body, note, help] = rows.areas(frame.area());
    let [query, from, to] =
        Layout::horizontal([Constraint::Min(20), Constraint::Length(14), Constraint::Length(14)]).areas(asked);
    let scope = if screen.is_of_documents() { "Keywords, within a document" } else { "Keywords, within a message" };
    field(frame, query, scope, &screen.query, screen.focus == Focus::Query);
    field(frame, from, "From", &screen.from, screen.focus == Focus::From);
    field(frame, to, "To", &screen.to, screen.focus == Focus::To);
    frame.render_widget(Paragraph::new(told(screen)), counts);
    match &screen.reading {
        Some(read) => reading(frame, body, read, screen.scroll),
        None => {
            let [left, right] = Layout::horizontal([Constraint::Length(26), Constraint::Min(20)]).areas(body);
            custodians(frame, left, screen);
            hits(frame, right, screen);
        }
    }
    if screen.focus == Focus::Saving {
        let label = "Save the selection as the request ";
        frame.render_widget(Paragraph::new(format!("{label}{}", screen.name.text())), note);
        cursor(frame, note, Span::raw(format!("{label}{}", screen.name.before_cursor())).width());
    } else {
        frame.render_widget(Paragraph::new(screen.note.as_str()).style(Style::new().fg(Color::Yellow)), note);
    }
    let help_text = if screen.reading.is_some() { HELP_READING } else { HELP };
    frame.render_widget(Paragraph::new(help_text).style(Style::new().add_modifier(Modifier::DIM)), help);
}

fn field(frame: &mut Frame<'_>, area: Rect, title: &str, line: &Line, has_focus: bool) {
    let block = framed(title, has_focus);
    let inner = block.inner(area);
    // The end of a long line is seen while it is typed.
    let before = Span::raw(line.before_cursor()).width();
    let over = (before + 1).saturating_sub(usize::from(inner.width));
    let paragraph = Paragraph::new(line.text()).scroll((0, u16::try_from(over).unwrap_or(u16::MAX)));
    frame.render_widget(paragraph.block(block), area);
    if has_focus {
        cursor(frame, inner, before - over);
    }
}

fn cursor(frame: &mut Frame<'_>, area: Rect, column: usize) {
    let column = u16::try_from(column).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
    frame.set_cursor_position(Position::new(area.x.saturating_add(column), area.y));
}

fn framed(title: &str, has_focus: bool) -> Block<'_> {
    let style = if has_focus { Style::new().fg(Color::Cyan) } else { Style::new() };
    Block::new().borders(Borders::ALL).border_style(style).title(title)
}

/// Returns the counts, and what they are to be read with.
fn told(screen: &Screen) -> Text<'_> {
    let counts = match (&screen.found, screen.is_busy) {
        (_, true) => "counting...".to_owned(),
        (None, false) => String::new(),
        (Some(found), false) => format!(
            "{}, {}, {}, {}",
            counted(found.messages.len(), "message"),
            counted(found.documents, "document"),
            counted(found.conversations, "conversation"),
            counted(found.custodians, "custodian")
        ),
    };
    let read = screen.found.as_ref().map(|found| format!("Query: {}", found.query)).unwrap_or_default();
    let zone = format!("{}  {}", screen.matter, screen.zone());
    let bold = Style::new().add_modifier(Modifier::BOLD);
    Text::from(vec![Row::from(vec![Span::styled(counts, bold), Span::raw(format!("   {zone}"))]), Row::from(read)])
}

fn custodians(frame: &mut Frame<'_>, area: Rect, screen: &Screen) {
    let has_focus = screen.focus == Focus::Custodians;
    let items = screen.custodians.iter().map(|(custodian, chosen)| {
        ListItem::new(format!("[{}] {}", if *chosen { 'x' } else { ' ' }, shown(&custodian.0)))
    });
    let any = screen.custodians.iter().any(|(_, chosen)| *chosen);
    let title = if any { "Custodians" } else { "Custodians (all)" };
    let list = List::new(items).block(framed(title, has_focus)).highlight_style(cursor_style(has_focus));
    let mut state = ListState::default().with_selected(Some(screen.custodian));
    frame.render_stateful_widget(list, area, &mut state);
}

fn hits(frame: &mut Frame<'_>, area: Rect, screen: &Screen) {
    let has_focus = screen.focus == Focus::Hits;
    let found = screen.found.as_deref();
    let listed = found.map(|found| found.hits.as_slice()).unwrap_or_default();
    let title = match found {
        Some(found) if found.messages.len() > listed.len() && listed.len() == LISTED => {
            format!("Hits, the first {LISTED} of {}", found.messages.len())
        }
        _ => "Hits".to_owned(),
    };
    // Only what can be seen is made.
    let height = usize::from(area.height.saturating_sub(2)) / 2;
    let first = screen.hit.saturating_sub(height.saturating_sub(1));
    let items = listed.iter().skip(first).take(height.max(1)).map(|hit| ListItem::new(hit_rows(hit)));
    let list = List::new(items).block(framed(&title, has_focus)).highlight_style(cursor_style(has_focus));
    let mut state = ListState::default().with_selected((!listed.is_empty()).then_some(screen.hit - first));
    frame.render_stateful_widget(list, area, &mut state);
}

fn hit_rows(hit: &Hit) -> Text<'static> {
    let when = hit.time.clone().unwrap_or_else(|| hit.day.to_string());
    let who = hit.sender.as_deref().or(hit.sender_id.as_deref()).unwrap_or("-");
    let head = format!("{when}  {}  [{}]", shown(who), shown(&hit.conversation));
    let (text, ranges) = around_first(&hit.text, &hit.ranges);
    let cut = if text.len() < hit.text.len() { "…" } else { "" };
    let said = std::iter::once(Span::raw(cut)).chain(marked(text, &ranges)).collect::<Vec<_>>();
    Text::from(vec![Row::from(Span::styled(head, Style::new().add_modifier(Modifier::DIM))), Row::from(said)])
}

/// Returns what is around the first hit, so that it is seen without scrolling.
fn around_first<'a>(text: &'a str, ranges: &[(usize, usize)]) -> (&'a str, Vec<(usize, usize)>) {
    let first = ranges.first().map_or(0, |(from, _)| *from);
    let start = text.floor_char_boundary(first.saturating_sub(CONTEXT));
    let shifted = ranges.iter().filter(|(from, _)| *from >= start).map(|(from, to)| (from - start, to - start));
    (text.get(start..).unwrap_or_default(), shifted.collect())
}

fn reading(frame: &mut Frame<'_>, area: Rect, read: &DayRead, scroll: usize) {
    let hits = read.passages.iter().filter(|passage| !passage.ranges.is_empty()).count();
    let title = format!(
        "{}  {} {}  {}, {} with hits",
        shown(&read.conversation.title),
        read.day,
        read.day.weekday(),
        counted(read.passages.len(), "passage"),
        hits
    );
    let mut rows = Vec::new();
    for passage in read.passages.iter().skip(scroll).take(usize::from(area.height)) {
        if let Some(head) = &passage.head {
            rows.push(Row::from(Span::styled(shown(head), Style::new().add_modifier(Modifier::DIM))));
        }
        for line in lines_of(&passage.text) {
            let within = passage.ranges.iter().filter(|(from, to)| *from < line.end && *to > line.start);
            let ranges: Vec<_> = within
                .map(|(from, to)| ((*from).max(line.start) - line.start, (*to).min(line.end) - line.start))
                .collect();
            rows.push(Row::from(marked(passage.text.get(line).unwrap_or_default(), &ranges)));
        }
        rows.push(Row::default());
    }
    let paragraph = Paragraph::new(rows).wrap(Wrap { trim: false }).block(framed(&title, true));
    frame.render_widget(paragraph, area);
}

fn lines_of(text: &str) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        lines.push(start..start + line.trim_end_matches('\n').len());
        start += line.len();
    }
    lines
}

/// Returns the text with its hits marked; overlapping ones are marked together.
fn marked(text: &str, ranges: &[(usize, usize)]) -> Vec<Span<'static>> {
    let mark = Style::new().fg(Color::Black).bg(Color::Yellow);
    let mut spans = Vec::new();
    let mut at = 0;
    for (from, to) in ranges {
        let (from, to) = ((*from).max(at), (*to).min(text.len()));
        let (Some(before), Some(hit)) = (text.get(at..from), text.get(from..to)) else { continue };
        spans.push(Span::raw(shown(before)));
        spans.push(Span::styled(shown(hit), mark));
        at = to;
    }
    spans.push(Span::raw(shown(text.get(at..).unwrap_or_default())));
    spans
}

/// What comes from sources may hold control characters, which a terminal would obey.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn cursor_style(has_focus: bool) -> Style {
    if has_focus { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(spans: &[Span<'_>]) -> String {
        let mark = |span: &Span<'_>| {
            if span.style.bg.is_some() { format!("<{}>", span.content) } else { span.content.to_string() }
        };
        spans.iter().map(mark).collect()
    }

    #[test]
    fn hits_are_marked_whole_and_once() {
        assert_eq!(text(&marked("请签合同。", &[(3, 6), (6, 12)])), "请<签><合同>。");
        assert_eq!(text(&marked("abcd", &[(0, 3), (1, 2), (2, 4)])), "<abc><d>");
        assert_eq!(text(&marked("a\u{1b}[2J", &[])), "a [2J");
    }

    #[test]
    fn a_long_text_is_shown_from_before_its_first_hit() {
        let long = format!("{}合同", "字".repeat(100));
        let (text, ranges) = around_first(&long, &[(300, 306)]);
        assert_eq!((text.chars().count(), ranges.as_slice()), (22, &[(60, 66)][..]));
    }

    #[test]
    fn lines_keep_their_places() {
        assert_eq!(lines_of("a\n\n合\n"), [0..1, 2..2, 3..6]);
    }
}
