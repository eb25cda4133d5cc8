//! Paragraphs and tables as lines: a paragraph is a line, a row of a table is one with tabs between its cells.

use crate::written::Written;

/// What is open of a table, innermost last.
enum Open {
    Row(String, bool),
    Cell(String),
}

/// Puts paragraphs where they belong: into the cell that is open, or as a line of their own.
#[derive(Default)]
pub(crate) struct Blocks {
    open: Vec<Open>,
}

impl Blocks {
    pub(crate) fn paragraph(&mut self, text: &str, out: &mut Written) {
        match self.open.last_mut() {
            None => out.line(text),
            Some(Open::Row(row, _)) => join(row, text, '\t'),
            Some(Open::Cell(cell)) => join(cell, text.trim(), ' '),
        }
    }

    pub(crate) fn begin_row(&mut self) {
        self.open.push(Open::Row(String::new(), false));
    }

    pub(crate) fn begin_cell(&mut self) {
        self.open.push(Open::Cell(String::new()));
    }

    /// Ends the cell that is open; it is written `times` times, as a cell that stands for several equal ones is.
    pub(crate) fn end_cell(&mut self, times: usize) {
        let Some(Open::Cell(cell)) = self.open.pop() else { return };
        let Some(Open::Row(row, begun)) = self.open.last_mut() else { return };
        for _ in 0..times {
            if std::mem::replace(begun, true) {
                row.push('\t');
            }
            row.push_str(&cell);
        }
    }

    pub(crate) fn end_row(&mut self, times: usize, out: &mut Written) {
        let Some(Open::Row(row, _)) = self.open.pop() else { return };
        let row = row.trim_end_matches('\t');
        // A row of a table within a cell is part of what the cell says.
        let times = if row.trim().is_empty() { 0 } else { times };
        for _ in 0..times {
            self.paragraph(row, out);
        }
    }
}

fn join(to: &mut String, text: &str, with: char) {
    if text.is_empty() {
        return;
    }
    if !to.is_empty() {
        to.push(with);
    }
    to.push_str(text);
}
