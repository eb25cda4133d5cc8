//! Blocks put on sheets one under the other, each kept together where it can be.

use super::Sheet;
use super::canvas::{Canvas, Ink};
use super::face::Faces;
use super::grid::{self, Grid, Row};
use super::wrap::{Breaks, Line, wrap};
use crate::Table;
use printpdf::Op;

/// The margin around the text, one inch.
const MARGIN: f32 = 72.0;
/// The least that must follow a heading on its sheet.
const UNDER_HEADING: f32 = 56.0;
/// How many rows of a table are listed: a hundred sheets and more, which no one prints.
const ROWS: usize = 5_000;
/// A block with line breaks of its own, an address or a signature, stays together up to this height.
const SIGNATURE: f32 = 180.0;

const TITLE: Ink = Ink { size: 19.0, grey: 0.08, bold: true };
const SUBTITLE: Ink = Ink { size: 10.5, grey: 0.38, bold: false };
const HEADING: Ink = Ink { size: 12.0, grey: 0.08, bold: true };
const BODY: Ink = Ink { size: 10.0, grey: 0.1, bold: false };
const LABEL: Ink = Ink { size: 10.0, grey: 0.38, bold: false };
const LITERAL: Ink = Ink { size: 8.8, grey: 0.1, bold: false };
const FOOT: Ink = Ink { size: 8.0, grey: 0.42, bold: false };
const LEADING: f32 = 15.0;

/// A paper being set.
pub(super) struct Flow<'a> {
    pub(super) faces: &'a Faces<'a>,
    pub(super) canvas: Canvas,
    /// Where the next block begins, from the top of the sheet.
    pub(super) down: f32,
    pub(super) left: f32,
    pub(super) width: f32,
    bottom: f32,
    running_title: String,
    /// The heading that was set last, while nothing stands under it.
    heading: Option<Heading>,
}

/// A heading as it was set: its words, how many marks the sheet had before it, and where it ends.
struct Heading {
    text: String,
    marks: usize,
    end: f32,
}

impl<'a> Flow<'a> {
    /// Starts a paper; its title runs along the feet of the sheets.
    pub(super) fn new(faces: &'a Faces<'a>, sheet: Sheet, running_title: &str) -> Self {
        let (width, height) = sheet.size();
        Self {
            faces,
            canvas: Canvas::new(height),
            down: MARGIN,
            left: MARGIN,
            width: width - 2.0 * MARGIN,
            bottom: height - MARGIN,
            running_title: running_title.replace(['\r', '\n'], " "),
            heading: None,
        }
    }

    /// Sets the title of the paper with the line under it.
    pub(super) fn title(&mut self, title: &str, subtitle: Option<&str>) {
        let lines = self.wrapped(title, TITLE);
        self.lines(&lines, TITLE, 25.0);
        if let Some(subtitle) = subtitle {
            self.down += 2.0;
            let lines = self.wrapped(subtitle, SUBTITLE);
            self.lines(&lines, SUBTITLE, 15.0);
        }
        self.down += 7.0;
        self.canvas.rule(self.left, self.down, self.width, 0.8, 0.3);
        self.down += 14.0;
    }

    /// Sets a heading, never at the foot of a sheet.
    pub(super) fn heading(&mut self, text: &str) {
        let lines = self.wrapped(text, HEADING);
        let height = lines.len() as f32 * 16.0;
        if !self.is_fresh() {
            self.down += 9.0;
        }
        self.keep(height + UNDER_HEADING);
        let marks = self.canvas.marks();
        self.lines(&lines, HEADING, 16.0);
        self.down += 5.0;
        self.heading = Some(Heading { text: text.to_owned(), marks, end: self.down });
    }

    /// Sets a paragraph; one line of it is never left alone on a sheet.
    pub(super) fn text(&mut self, text: &str) {
        let lines = self.wrapped(text, BODY);
        let height = lines.len() as f32 * LEADING;
        if text.contains('\n') && height <= SIGNATURE {
            self.keep(height);
        }
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            let fit = self.fit(LEADING);
            let take = match rest.len() {
                all if all <= fit => all,
                all if all == fit + 1 => fit.saturating_sub(1),
                _ => fit,
            };
            if take < rest.len().min(2) && !self.is_fresh() {
                self.turn();
                continue;
            }
            let (now, later) = rest.split_at(take.clamp(1, rest.len()));
            self.lines(now, BODY, LEADING);
            rest = later;
        }
        self.down += 7.0;
    }

    /// Sets something to be typed or compared, in a light box.
    pub(super) fn literal(&mut self, text: &str) {
        const PAD: f32 = 7.0;
        const LINE: f32 = 13.0;
        let lines = wrap(self.faces, text, LITERAL.size, self.width - 2.0 * PAD - 2.0, Breaks::Spaces);
        self.down += 1.0;
        if lines.len() <= 8 {
            self.keep(lines.len() as f32 * LINE + 2.0 * PAD);
        }
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            self.down += PAD;
            let fit = self.fit_above(LINE, PAD);
            if fit == 0 && !self.is_fresh_within(PAD) {
                self.turn();
                continue;
            }
            let (now, later) = rest.split_at(fit.clamp(1, rest.len()));
            let height = now.len() as f32 * LINE + 2.0 * PAD;
            self.canvas.fill(self.left, self.down - PAD, self.width, height, 0.95);
            for line in now {
                self.canvas.text(line, self.left + PAD + 1.0, self.down + baseline(LINE, LITERAL.size), LITERAL);
                self.down += LINE;
            }
            self.down += PAD;
            rest = later;
            if !rest.is_empty() {
                self.turn();
            }
        }
        self.down += 9.0;
    }

    /// Sets labels with their values in two columns.
    pub(super) fn facts(&mut self, facts: &[(String, String)]) {
        const GAP: f32 = 18.0;
        let widest = facts.iter().map(|(label, _)| grid::natural(self.faces, label, LABEL.size)).fold(0.0, f32::max);
        let label = (widest + 0.5).min(self.width * 0.36);
        let value = self.width - label - GAP;
        let columns = [(self.left, label), (self.left + label + GAP, value)];
        let rows: Vec<Row> = facts
            .iter()
            .map(|(name, said)| {
                Row::new([
                    (wrap(self.faces, name, LABEL.size, label, Breaks::Words), LABEL, false),
                    self.value(said, value),
                ])
            })
            .collect();
        let grid = Grid { columns: columns.to_vec(), leading: LEADING, pad: 0.6, header: None, ruled: false };
        for row in &rows {
            grid.row(self, row);
        }
        self.down += 8.0;
    }

    /// Returns a value broken into lines; one word a little too long, a digest, is set smaller rather than broken.
    fn value(&self, text: &str, width: f32) -> (Vec<Line>, Ink, bool) {
        const SMALLEST: f32 = 8.0;
        let ink = match grid::natural(self.faces, text, BODY.size) {
            wide if wide > width && !text.contains([' ', '\n']) => {
                let size = (BODY.size * width / wide * 10.0).floor() / 10.0;
                if size >= SMALLEST { Ink { size, ..BODY } } else { BODY }
            }
            _ => BODY,
        };
        (wrap(self.faces, text, ink.size, width, Breaks::Words), ink, false)
    }

    /// Sets a table; of one too long for a paper, the first rows with a line that says so.
    pub(super) fn table(&mut self, table: &Table) {
        self.down += 2.0;
        if table.rows.len() <= ROWS {
            grid::table(self, table);
            self.down += 11.0;
            return;
        }
        let rows = table.rows[..ROWS].to_vec();
        grid::table(self, &Table { header: table.header.clone(), rows, totals: table.totals.clone() });
        self.down += 11.0;
        self.text(&format!(
            "The first {ROWS} of {} rows are listed; the HTML of this paper has all.",
            table.rows.len()
        ));
    }

    /// Numbers the sheets at their feet and returns them.
    pub(super) fn finish(mut self) -> Vec<Vec<Op>> {
        let count = self.canvas.sheets.len();
        let foot = self.bottom + 34.0;
        let number_width = 90.0;
        let title = self.running_title_line(self.width - number_width);
        for index in 0..count {
            let number = format!("{} of {count}", index + 1);
            for line in wrap(self.faces, &number, FOOT.size, number_width, Breaks::Words) {
                let x = self.left + self.width - line.width(FOOT.size);
                self.canvas.text_on(index, &line, x, foot, FOOT);
            }
            if index > 0 {
                self.canvas.text_on(index, &title, self.left, foot, FOOT);
            }
        }
        self.canvas.sheets
    }

    /// Returns the title cut to one line.
    fn running_title_line(&self, width: f32) -> Line {
        let mut lines = wrap(self.faces, &self.running_title, FOOT.size, width - 12.0, Breaks::Words);
        let cut = lines.len() > 1;
        let mut line = lines.swap_remove(0);
        if cut {
            line.glyphs.extend("...".chars().filter_map(|c| self.faces.glyph(c)));
        }
        line
    }

    fn wrapped(&self, text: &str, ink: Ink) -> Vec<Line> {
        wrap(self.faces, text, ink.size, self.width, Breaks::Words)
    }

    /// Draws lines that are known to fit, or that have to run over.
    fn lines(&mut self, lines: &[Line], ink: Ink, leading: f32) {
        for line in lines {
            if self.fit(leading) == 0 && !self.is_fresh() {
                self.turn();
            }
            self.canvas.text(line, self.left, self.down + baseline(leading, ink.size), ink);
            self.down += leading;
        }
    }

    /// Turns the sheet unless this much room is left on it; a whole sheet is always room enough.
    pub(super) fn keep(&mut self, height: f32) {
        if self.would_turn(height) {
            self.turn();
        }
    }

    /// Does the same, and takes a heading along that would be left alone.
    pub(super) fn keep_with_heading(&mut self, height: f32) {
        if !self.would_turn(height) {
            return;
        }
        // A table stands a little below its heading.
        let alone = self.heading.take().filter(|heading| self.down - heading.end < 4.0);
        let Some(heading) = alone else { return self.turn() };
        if heading.marks == 0 {
            // It heads a whole sheet already.
            return;
        }
        self.canvas.cut(heading.marks);
        self.turn();
        self.heading(&heading.text);
    }

    /// Tells whether [`Self::keep`] would turn the sheet.
    pub(super) fn would_turn(&self, height: f32) -> bool {
        self.down + height > self.bottom && !self.is_fresh()
    }

    /// Starts the next sheet.
    pub(super) fn turn(&mut self) {
        self.heading = None;
        self.canvas.turn();
        self.down = MARGIN;
    }

    /// Returns how many lines still fit on the sheet.
    pub(super) fn fit(&self, leading: f32) -> usize {
        self.fit_above(leading, 0.0)
    }

    /// Returns how many lines still fit on the sheet with some room left under them.
    pub(super) fn fit_above(&self, leading: f32, under: f32) -> usize {
        // A thousandth of a line forgives rounding, where the lines fill the sheet exactly.
        ((self.bottom - under - self.down) / leading + 0.001).max(0.0) as usize
    }

    /// Returns the height that a whole sheet offers.
    pub(super) fn sheet_height(&self) -> f32 {
        self.bottom - MARGIN
    }

    fn is_fresh(&self) -> bool {
        self.is_fresh_within(0.0)
    }

    fn is_fresh_within(&self, slack: f32) -> bool {
        self.down <= MARGIN + slack
    }
}

/// Returns how far below the top of its line a baseline stands, so that capitals lie in the middle.
pub(super) fn baseline(leading: f32, size: f32) -> f32 {
    leading / 2.0 + size * 0.36
}
