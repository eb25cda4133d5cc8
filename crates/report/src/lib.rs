//! Papers about a production, for people: one paper, written as HTML that prints well or as PDF; tables as a workbook.
//!
//! A [`Paper`] is headings, paragraphs, facts, tables and charts. Whoever has something to report composes one;
//! how it looks is decided here. Papers lie beside a volume, never inside one.
//!
//! ```
//! use duces_report::{Paper, html};
//! let paper = Paper::new("Production report").fact("Volume", "VOL001").finish();
//! assert!(html::write(&paper).contains("VOL001"));
//! ```

mod chart;
mod paper;

pub mod html;
pub mod pdf;
pub mod workbook;

pub use chart::{Chart, ChartRow, Shape};
pub use paper::{Block, Cell, Paper, PaperBuilder, Table};
