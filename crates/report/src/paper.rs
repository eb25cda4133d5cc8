//! A paper: what it says, not how it looks.

use std::fmt;

use crate::Chart;

/// A paper about a production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The title.
    pub title: String,
    /// A line under the title, where there is one.
    pub subtitle: Option<String>,
    /// What it says, in order.
    pub blocks: Vec<Block>,
}

/// A piece of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Something to be typed or compared to the letter: a command, a digest.
    Literal(String),
    /// Labels with values.
    Facts(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// Counts by label, drawn.
    Chart(Chart),
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns' names.
    pub header: Vec<String>,
    /// The rows; each as long as the header.
    pub rows: Vec<Vec<Cell>>,
    /// Rows of totals below them, where there are any.
    pub totals: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A short word that is not broken, such as a date.
    Word(String),
    /// A count, set flush right.
    Count(u64),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Word(text) => f.write_str(text),
            Self::Count(count) => count.fmt(f),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl Paper {
    /// Starts a paper.
    #[expect(clippy::new_ret_no_self, reason = "a paper is composed block by block and then finished")]
    pub fn new(title: impl Into<String>) -> PaperBuilder {
        PaperBuilder { paper: Self { title: title.into(), subtitle: None, blocks: Vec::new() } }
    }
}

/// A paper under composition.
#[derive(Debug)]
pub struct PaperBuilder {
    paper: Paper,
}

impl PaperBuilder {
    /// Sets the line under the title.
    pub fn subtitle(mut self, text: impl Into<String>) -> Self {
        self.paper.subtitle = Some(text.into());
        self
    }

    /// Adds a heading.
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.block(Block::Heading(text.into()))
    }

    /// Adds a paragraph.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.block(Block::Text(text.into()))
    }

    /// Adds something to be typed or compared to the letter.
    pub fn literal(self, text: impl Into<String>) -> Self {
        self.block(Block::Literal(text.into()))
    }

    /// Adds a label with its value, to the list of them that is open.
    pub fn fact(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        let fact = (label.into(), value.into());
        match self.paper.blocks.last_mut() {
            Some(Block::Facts(facts)) => facts.push(fact),
            _ => self.paper.blocks.push(Block::Facts(vec![fact])),
        }
        self
    }

    /// Adds a table; one without rows is left out, and `instead` stands in its place.
    pub fn table(self, table: Table, instead: &str) -> Self {
        if table.rows.is_empty() { self.text(instead) } else { self.block(Block::Table(table)) }
    }

    /// Adds a chart; one without rows is left out, and `instead` stands in its place.
    pub fn chart(self, chart: Chart, instead: &str) -> Self {
        if chart.rows.is_empty() { self.text(instead) } else { self.block(Block::Chart(chart)) }
    }

    /// Returns the paper.
    pub fn finish(self) -> Paper {
        self.paper
    }

    fn block(mut self, block: Block) -> Self {
        self.paper.blocks.push(block);
        self
    }
}

impl Table {
    /// Starts a table with its columns' names.
    pub fn new<const N: usize>(header: [&str; N]) -> Self {
        Self { header: header.map(str::to_owned).to_vec(), ..Self::default() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        debug_assert_eq!(N, self.header.len(), "a row has a cell for each column");
        self.rows.push(cells.into());
    }
}
