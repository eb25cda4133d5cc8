//! Text broken into lines that fit a width, each in visual order.

use super::face::{Faces, Glyph};
use super::shape::Setting;
use std::ops::Range;

/// A line of glyphs, from left to right.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// The glyphs.
    pub glyphs: Vec<Glyph>,
}

impl Line {
    /// Returns the width in points at a font size.
    pub(super) fn width(&self, size: f32) -> f32 {
        let width: i32 = self.glyphs.iter().map(Glyph::advance).sum();
        width as f32 * size / 1000.0
    }
}

/// Where a line may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaks {
    /// Where Unicode's line breaking rules allow it: at spaces, between Han characters.
    Words,
    /// After spaces alone, so that no option or digest seems to have one more or one less.
    Spaces,
}

/// Breaks text into lines no wider than `width` points; a word that is wider is broken anywhere.
///
/// A newline in the text ends a line. The result has at least one line.
pub(super) fn wrap(faces: &Faces<'_>, text: &str, size: f32, width: f32, breaks: Breaks) -> Vec<Line> {
    let mut lines = Vec::new();
    let limit = if size > 0.0 { (width * 1000.0 / size) as u32 } else { 0 };
    for paragraph in paragraphs(faces, text, breaks) {
        let setting = Setting::new(faces, &paragraph);
        for range in ranges(&setting, limit, breaks) {
            lines.push(Line { glyphs: setting.line(faces, range) });
        }
    }
    lines
}

/// Returns the widths in points of the widest line and of the widest part that cannot be broken.
pub(super) fn extent(faces: &Faces<'_>, text: &str, size: f32) -> (f32, f32) {
    let (mut line, mut part) = (0, 0);
    for paragraph in paragraphs(faces, text, Breaks::Words) {
        let setting = Setting::new(faces, &paragraph);
        line = line.max(measure(&setting, 0..paragraph.len()));
        let mut start = 0;
        for end in opportunities(&paragraph, Breaks::Words) {
            part = part.max(measure(&setting, start..end));
            start = end;
        }
    }
    (points(line, size), points(part, size))
}

fn points(thousandths: u32, size: f32) -> f32 {
    thousandths as f32 * size / 1000.0
}

/// Splits text at its newlines, each part with nothing in it that could not be seen.
fn paragraphs(faces: &Faces<'_>, text: &str, breaks: Breaks) -> Vec<String> {
    let tab = if breaks == Breaks::Spaces { "    " } else { " " };
    text.split('\n').map(|part| faces.legible(part.strip_suffix('\r').unwrap_or(part), tab)).collect()
}

/// Returns the width of a part of a paragraph without the spaces at its end, in thousandths of the font size.
fn measure(setting: &Setting<'_>, range: Range<usize>) -> u32 {
    let range = trimmed(setting.text, range.start, range.end);
    setting.within(&range).iter().map(|piece| piece.width).sum()
}

/// Returns the places at which a line may end, in order, the end of the text among them.
fn opportunities(text: &str, breaks: Breaks) -> Vec<usize> {
    match breaks {
        Breaks::Words => unicode_linebreak::linebreaks(text).map(|(at, _)| at).collect(),
        Breaks::Spaces => {
            let after_space = |(at, pair): (usize, &[u8])| (pair[0] == b' ' && pair[1] != b' ').then_some(at + 1);
            let inner = text.as_bytes().windows(2).enumerate().filter_map(after_space);
            inner.chain(std::iter::once(text.len())).collect()
        }
    }
}

/// Returns the lines of a paragraph as ranges of it, without the spaces at which they were broken.
fn ranges(setting: &Setting<'_>, limit: u32, breaks: Breaks) -> Vec<Range<usize>> {
    let text = setting.text;
    let opportunities = opportunities(text, breaks);
    let mut coming = opportunities.iter().copied().peekable();
    let mut lines = Vec::new();
    let (mut start, mut last, mut width) = (0, 0, 0);
    // Where a word that is too wide is best broken: after a sign that joins its parts.
    let mut joint = 0;
    for piece in &setting.pieces {
        let at = piece.start;
        while let Some(place) = coming.next_if(|&place| place <= at) {
            last = place;
        }
        if breaks == Breaks::Words && text[..at].ends_with(['_', '-', '.', '/', '\\', '|', '@', ':', ',']) {
            joint = at;
        }
        // Spaces hang over the edge: they are cut off where a line ends.
        // Twice, where what is carried over is itself too wide.
        while width + piece.width > limit && !piece.is_space && at > start {
            let end = [last, joint].into_iter().find(|&place| place > start).unwrap_or(at);
            lines.push(trimmed(text, start, end));
            start = end;
            width = setting.within(&(start..at)).iter().map(|piece| piece.width).sum();
        }
        width += piece.width;
    }
    lines.push(trimmed(text, start, text.len()));
    lines
}

fn trimmed(text: &str, start: usize, end: usize) -> Range<usize> {
    start..start + text[start..end].trim_end_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::PaperFonts;
    use proptest::prelude::*;
    use std::sync::OnceLock;

    /// Returns the faces of a font from another crate's folder, or nothing where it is absent.
    fn faces() -> Option<Faces<'static>> {
        static FONT: OnceLock<Option<Vec<u8>>> = OnceLock::new();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../render/fonts/NotoSansSC-Regular.ttf");
        let Some(font) = FONT.get_or_init(|| std::fs::read(path).ok()) else {
            println!("skipped: {path} is absent");
            return None;
        };
        Some(Faces::read(&PaperFonts::new(font)).unwrap())
    }

    fn spelled(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.glyphs.iter().map(|glyph| String::from(&glyph.text)).collect()).collect()
    }

    #[test]
    fn lines_end_where_they_may() {
        let Some(faces) = faces() else { return };
        let check = |text, width, breaks, expect: &[&str]| {
            assert_eq!(spelled(&wrap(&faces, text, 10.0, width, breaks)), expect);
        };
        check("", 50.0, Breaks::Words, &[""]);
        check("one two", 25.0, Breaks::Words, &["one", "two"]);
        check("one\r\n\ntwo", 90.0, Breaks::Words, &["one", "", "two"]);
        check("中文句子。", 40.0, Breaks::Words, &["中文句", "子。"]);
        check("cmd --option", 45.0, Breaks::Spaces, &["cmd", "--option"]);
        check("0123456789", 30.0, Breaks::Spaces, &["01234", "56789"]);
        check("one abcdefg。", 30.0, Breaks::Words, &["one", "abcde", "fg。"]);
        check("字", 0.0, Breaks::Words, &["字"]);
    }

    #[test]
    fn an_override_is_shown_and_does_nothing() {
        let Some(faces) = faces() else { return };
        let lines = wrap(&faces, "a\u{202e}b\u{5d0}", 10.0, 500.0, Breaks::Words);
        assert_eq!(spelled(&lines), ["a[U+202E]b[U+05D0]"]);
    }

    proptest! {
        #[test]
        fn no_character_is_lost_and_no_line_too_wide(text in "\\PC{0,80}|[a-z中。 ]{0,80}", width in 0_u16..300) {
            let Some(faces) = faces() else { return Ok(()) };
            let width = f32::from(width);
            for breaks in [Breaks::Words, Breaks::Spaces] {
                let lines = wrap(&faces, &text, 10.0, width, breaks);
                // What joins characters is said by a cluster or in a shape; parts of clusters say nothing.
                let unsaid = |c: char| c == ' ' || c == '\u{200b}' || crate::pdf::face::is_joiner(c);
                let squeeze = |text: &str| text.chars().filter(|&c| !unsaid(c)).collect::<String>();
                let mut set: Vec<char> = squeeze(&spelled(&lines).concat()).chars().collect();
                let mut said: Vec<char> = squeeze(&faces.legible(&text, "")).chars().collect();
                if Setting::new(&faces, &said.iter().collect::<String>()).bidi.is_some() {
                    // Visual order, with brackets that face the other way.
                    let straight = |c: &char| !"()[]{}<>«»".contains(*c);
                    set.retain(straight);
                    said.retain(straight);
                    set.sort_unstable();
                    said.sort_unstable();
                }
                prop_assert_eq!(set, said);
                prop_assert!(lines.iter().all(|line| line.width(10.0) <= width + 0.01 || line.glyphs.len() == 1));
            }
        }
    }
}
