//! Charts: counts by label, drawn as bars or as columns.

use crate::{Cell, Table};

/// Counts by label. What no chart can be drawn on shows it as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// How it is drawn.
    pub shape: Shape,
    /// What the labels are.
    pub labels: String,
    /// What is counted.
    pub counts: String,
    /// What the dark part of a count is, where it has one.
    pub part: Option<String>,
    /// The counts, in order.
    pub rows: Vec<ChartRow>,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One bar below the other, for labels of any length.
    Bars,
    /// Columns side by side, for labels of time.
    Columns,
}

/// A label and its count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartRow {
    /// The label.
    pub label: String,
    /// The count.
    pub count: u64,
    /// How much of it is the part.
    pub part: u64,
}

impl Chart {
    /// Returns the greatest count.
    pub fn greatest(&self) -> u64 {
        self.rows.iter().map(|row| row.count).max().unwrap_or(0)
    }

    /// Returns the same as a table.
    pub fn table(&self) -> Table {
        let names = [Some(&self.labels), Some(&self.counts), self.part.as_ref()];
        let mut table = Table { header: names.into_iter().flatten().cloned().collect(), ..Table::default() };
        for row in &self.rows {
            let part = self.part.as_ref().map(|_| Cell::Count(row.part));
            table.rows.push([Cell::Text(row.label.clone()), Cell::Count(row.count)].into_iter().chain(part).collect());
        }
        table
    }
}
