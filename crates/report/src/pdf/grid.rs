//! Rows in columns: tables, and facts with their labels.

use super::canvas::Ink;
use super::face::Faces;
use super::flow::{Flow, baseline};
use super::wrap::{Breaks, Line, extent, wrap};
use crate::{Cell, Table};

/// The room between two columns of a table, and of one with many.
const GAP: f32 = 12.0;
const NARROW_GAP: f32 = 8.0;
/// From how many columns on they stand closer.
const MANY: usize = 7;
/// Font sizes for a table, the first that leaves each word whole with some ease; the last in any case.
const SIZES: [f32; 3] = [9.0, 8.0, 7.0];
const INK: f32 = 0.1;
/// The lines of a row longer than a sheet that must fit where it begins.
const LEAST: usize = 3;

/// Columns that rows are set in.
pub(super) struct Grid {
    /// Where each column begins, and how wide it is.
    pub columns: Vec<(f32, f32)>,
    /// The height of a line.
    pub leading: f32,
    /// The room over and under each row.
    pub pad: f32,
    /// The row repeated on each sheet.
    pub header: Option<Row>,
    /// Whether a fine rule closes each row.
    pub ruled: bool,
}

/// A row, its cells broken into lines.
pub(super) struct Row {
    cells: Vec<(Vec<Line>, Ink, bool)>,
}

impl Row {
    /// Returns a row of cells: lines, how they look, and whether they are flush right.
    pub(super) fn new(cells: impl IntoIterator<Item = (Vec<Line>, Ink, bool)>) -> Self {
        Self { cells: cells.into_iter().collect() }
    }

    fn lines(&self) -> usize {
        self.cells.iter().map(|(lines, ..)| lines.len()).max().unwrap_or(0)
    }
}

impl Grid {
    /// Sets a row; it is split only where it is longer than a sheet.
    pub(super) fn row(&self, flow: &mut Flow<'_>, row: &Row) {
        let count = row.lines();
        let goes_on = count > self.sheet_lines(flow);
        let mut from = 0;
        // After a turn the sheet offers all it has, and a row that still does not fit is split.
        let mut turned = false;
        while from < count {
            let fit = flow.fit_above(self.leading, 2.0 * self.pad);
            if count - from > fit && !turned && !(goes_on && fit >= LEAST) {
                flow.turn();
                self.head(flow);
                turned = true;
                continue;
            }
            let until = count.min(from + fit.max(1));
            self.part(flow, row, from, until);
            from = until;
            turned = false;
        }
    }

    /// Returns how many lines of one row a whole sheet holds.
    fn sheet_lines(&self, flow: &Flow<'_>) -> usize {
        let head = self.header.as_ref().map_or(0.0, |header| self.height(header) + 1.0);
        ((flow.sheet_height() - head - 2.0 * self.pad) / self.leading).max(0.0) as usize
    }

    /// Sets the header and the rule under it, where there is one.
    fn head(&self, flow: &mut Flow<'_>) {
        if let Some(header) = &self.header {
            self.part(flow, header, 0, header.lines());
            flow.canvas.rule(flow.left, flow.down - 0.7, flow.width, 0.7, 0.35);
            flow.down += 1.0;
        }
    }

    /// Draws the lines of a row from one to another.
    fn part(&self, flow: &mut Flow<'_>, row: &Row, from: usize, until: usize) {
        flow.down += self.pad;
        for ((lines, ink, flush_right), &(x, width)) in row.cells.iter().zip(&self.columns) {
            let shown = lines.get(from..until.min(lines.len())).unwrap_or_default();
            for (index, line) in shown.iter().enumerate() {
                let x = if *flush_right { x + width - line.width(ink.size) } else { x };
                let down = flow.down + index as f32 * self.leading + baseline(self.leading, ink.size);
                flow.canvas.text(line, x, down, *ink);
            }
        }
        flow.down += (until - from) as f32 * self.leading + self.pad;
        if self.ruled {
            flow.canvas.rule(flow.left, flow.down - 0.35, flow.width, 0.35, 0.84);
        }
    }

    fn height(&self, row: &Row) -> f32 {
        row.lines() as f32 * self.leading + 2.0 * self.pad
    }
}

/// Returns how wide text is without a line break of ours.
pub(super) fn natural(faces: &Faces<'_>, text: &str, size: f32) -> f32 {
    extent(faces, text, size).0
}

/// Sets a table: its header on each sheet it reaches, its totals never alone.
pub(super) fn table(flow: &mut Flow<'_>, table: &Table) {
    let columns = column_count(table);
    let counts: Vec<bool> = (0..columns).map(|column| is_count(table, column)).collect();
    let gap = if columns >= MANY { NARROW_GAP } else { GAP };
    let room = flow.width - gap * columns.saturating_sub(1) as f32;
    let (size, widths) = fitted(flow.faces, table, &counts, room);
    let mut x = flow.left;
    let mut places = Vec::new();
    for width in &widths {
        places.push((x, *width));
        x += width + gap;
    }
    let bold = Ink { size, grey: INK, bold: true };
    let plain = Ink { size, grey: INK, bold: false };
    let set = |faces: &Faces<'_>, cells: &[Cell], ink: Ink, header: bool| {
        Row::new(cells.iter().zip(&widths).zip(&counts).map(|((cell, width), &column_of_counts)| {
            let flush_right = matches!(cell, Cell::Count(_)) || (header && column_of_counts);
            (wrap(faces, &shown(cell), size, *width + 0.1, Breaks::Words), ink, flush_right)
        }))
    };
    let names: Vec<Cell> = table.header.iter().map(|name| Cell::Text(name.clone())).collect();
    let header = set(flow.faces, &names, bold, true);
    let leading = size * 1.42;
    let mut grid = Grid { columns: places, leading, pad: 2.6, header: None, ruled: false };
    let first = table.rows.first().map_or(0.0, |row| grid.height(&set(flow.faces, row, plain, false)));
    let least = LEAST as f32 * leading + 2.0 * grid.pad;
    let begins = if grid.height(&header) + first + 1.0 > flow.sheet_height() { least } else { first };
    flow.keep_with_heading((grid.height(&header) + begins + 1.0).min(flow.sheet_height()));
    let is_tall = grid.height(&header) > flow.sheet_height() / 2.0;
    if is_tall {
        // Repeated, it would leave the rows no room.
        grid.row(flow, &header);
    } else {
        grid.header = Some(header);
        grid.head(flow);
    }
    grid.ruled = true;
    let totals: Vec<_> = table.totals.iter().map(|total| set(flow.faces, total, bold, false)).collect();
    for (index, cells) in table.rows.iter().enumerate() {
        let row = set(flow.faces, cells, plain, false);
        if index + 1 == table.rows.len() && !totals.is_empty() {
            let height = grid.height(&row) + totals.iter().map(|total| grid.height(total) + 2.0).sum::<f32>();
            if height <= flow.sheet_height() / 2.0 && flow.would_turn(height) {
                flow.turn();
                grid.head(flow);
            }
        }
        grid.row(flow, &row);
    }
    if !totals.is_empty() {
        grid.ruled = false;
        flow.canvas.rule(flow.left, flow.down - 0.7, flow.width, 0.7, 0.35);
        flow.down += 1.0;
        for total in &totals {
            grid.row(flow, total);
        }
    }
}

/// Returns the number of columns, also of a table whose rows are not as long as its header.
fn column_count(table: &Table) -> usize {
    let rows = table.rows.iter().chain(&table.totals).map(Vec::len);
    rows.chain([table.header.len()]).max().unwrap_or(0)
}

/// Tells whether a column holds counts; its name is then flush right, as its cells are.
fn is_count(table: &Table, column: usize) -> bool {
    matches!(table.rows.first().and_then(|row| row.get(column)), Some(Cell::Count(_)))
}

/// Returns a cell's words; a count has its thousands marked off.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Word(text) => text.clone(),
        Cell::Count(count) => {
            let digits = count.to_string();
            let mut out = String::with_capacity(digits.len() * 4 / 3);
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index) % 3 == 0 {
                    out.push(',');
                }
                out.push(digit);
            }
            out
        }
    }
}

/// Returns the font size of a table and the widths of its columns, which fill the room.
fn fitted(faces: &Faces<'_>, table: &Table, counts: &[bool], room: f32) -> (f32, Vec<f32>) {
    // Measured once at a size of 1: widths grow with the size.
    let mut wants = vec![(0.0_f32, 0.0_f32); counts.len()];
    let mut widen = |column: usize, text: &str| {
        let (line, part) = extent(faces, text, 1.0);
        if let Some(want) = wants.get_mut(column) {
            *want = (want.0.max(line), want.1.max(part));
        }
    };
    table.header.iter().enumerate().for_each(|(column, name)| widen(column, name));
    for row in table.rows.iter().chain(&table.totals) {
        row.iter().enumerate().for_each(|(column, cell)| widen(column, &shown(cell)));
    }
    // A file name or a digest may ask for more than the sheet; it is cut to its part, and broken where it is longer.
    let cut = |want: f32, size: f32, column: usize, part: f32| match counts[column] {
        true => want * size + 0.2,
        false => (want * size + 0.2).min(room * part),
    };
    let want =
        |column: usize, size: f32| (cut(wants[column].0, size, column, 0.45), cut(wants[column].1, size, column, 0.25));
    let scaled = |size: f32| (0..wants.len()).map(|column| want(column, size)).collect::<Vec<_>>();
    // A little more than the longest word, where more is wanted, so that names do not become towers of words.
    let eased = |want: &(f32, f32)| want.0.min(room * 0.18).max(want.1);
    let fits = |size: &f32| scaled(*size).iter().map(eased).sum::<f32>() <= room;
    let size = SIZES.into_iter().find(fits).unwrap_or(SIZES[2]);
    (size, share(&scaled(size), counts, room))
}

/// Shares the room among columns that want a width and need a smaller one.
///
/// Where there is more room than wanted, the columns of words take it; where there is less, the widest give way first,
/// and only where there is too little even for what is needed are words broken.
fn share(wants: &[(f32, f32)], counts: &[bool], room: f32) -> Vec<f32> {
    let wanted: f32 = wants.iter().map(|want| want.0).sum();
    let needed: f32 = wants.iter().map(|want| want.1).sum();
    if wanted <= room {
        let takes = |column: usize| counts.iter().all(|&count| count) || !counts[column];
        let base: f32 = (0..wants.len()).filter(|&column| takes(column)).map(|column| wants[column].0).sum();
        let extra = (room - wanted) / base.max(1.0);
        return (0..wants.len()).map(|at| wants[at].0 * if takes(at) { 1.0 + extra } else { 1.0 }).collect();
    }
    if needed <= room {
        // The cap is found by halving: with more of it the widths only grow.
        let at = |cap: f32| wants.iter().map(move |want| want.0.min(cap).max(want.1));
        let (mut low, mut high) = (0.0, room);
        for _ in 0..24 {
            let middle = (low + high) / 2.0;
            if at(middle).sum::<f32>() <= room { low = middle } else { high = middle }
        }
        let widths: Vec<f32> = at(low).collect();
        let left = (room - widths.iter().sum::<f32>()).max(0.0);
        let widest = (0..widths.len()).max_by(|&a, &b| widths[a].total_cmp(&widths[b]));
        return widths
            .iter()
            .enumerate()
            .map(|(n, &width)| width + if Some(n) == widest { left } else { 0.0 })
            .collect();
    }
    let cap = level(wants.iter().map(|want| want.1).collect(), room);
    wants.iter().map(|want| want.1.min(cap)).collect()
}

/// Returns the cap at which widths, each cut to it, fill the room.
fn level(mut widths: Vec<f32>, room: f32) -> f32 {
    widths.sort_by(f32::total_cmp);
    let mut left = room;
    for (index, width) in widths.iter().enumerate() {
        let even = left / (widths.len() - index) as f32;
        if *width > even {
            return even;
        }
        left -= width;
    }
    f32::INFINITY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_room_and_never_more() {
        for (wants, room) in [
            (vec![(100.0, 50.0), (30.0, 30.0)], 400.0),
            (vec![(900.0, 60.0), (30.0, 30.0)], 400.0),
            (vec![(900.0, 600.0), (900.0, 500.0), (30.0, 30.0)], 400.0),
            (vec![(40.0, 40.0); 30], 400.0),
        ] {
            let mut counts = vec![false; wants.len()];
            counts[1] = true;
            let widths = share(&wants, &counts, room);
            assert!((widths.iter().sum::<f32>() - room).abs() < 0.01, "{widths:?}");
            assert!(widths.iter().all(|&width| width > 0.0));
        }
        assert_eq!(share(&[(900.0, 600.0), (30.0, 30.0)], &[false, true], 400.0), [370.0, 30.0]);
    }

    #[test]
    fn thousands_are_marked_off() {
        let words = [0, 999, 1000, 1_234_567].map(|count| shown(&Cell::Count(count)));
        assert_eq!(words, ["0", "999", "1,000", "1,234,567"]);
    }
}
