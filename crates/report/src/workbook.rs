//! Tables as an Excel workbook. Every cell is a text or a number, never a formula, whatever it begins with.
//!
//! The same tables give the same bytes: the file bears no time of its own.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use thiserror::Error;

use crate::{Cell, Table};

/// Characters that a cell holds.
const MOST_CHARACTERS: usize = 32_767;
/// Rows that a sheet holds.
const MOST_ROWS: usize = 1_048_576;
/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (8, 60);
/// Numbers up to which a cell holds every one exactly.
const EXACT: u64 = 1 << 53;

/// Why a workbook cannot be written.
#[derive(Debug, Error)]
pub enum WorkbookError {
    /// The library refused.
    #[error("the workbook cannot be written: {0}")]
    NotWritten(#[from] XlsxError),
    /// There are more rows than a sheet holds.
    #[error("the sheet {name} would have {rows} rows, and a workbook's holds {MOST_ROWS}")]
    TooLong {
        /// The sheet.
        name: String,
        /// Its rows.
        rows: usize,
    },
}

/// Returns the tables as a workbook with a sheet each, by name.
pub fn write(sheets: &[(&str, &Table)]) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    // The library would write the time.
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    for (name, table) in sheets {
        let rows = 1 + table.rows.len() + table.totals.len();
        if rows > MOST_ROWS {
            return Err(WorkbookError::TooLong { name: (*name).to_owned(), rows });
        }
        fill(workbook.add_worksheet().set_name(*name)?, table)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), WorkbookError> {
    let (plain, bold) =
        (Format::new().set_text_wrap().set_align(rust_xlsxwriter::FormatAlign::Top), Format::new().set_bold());
    let mut widths: Vec<usize> = Vec::new();
    let header: Vec<Cell> = table.header.iter().map(|name| Cell::Text(name.clone())).collect();
    let body = table.rows.iter().map(|row| (row, &plain)).chain(table.totals.iter().map(|row| (row, &bold)));
    for (at, (row, format)) in (0..).zip([(&header, &bold)].into_iter().chain(body)) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Count(count) if *count <= EXACT => {
                    sheet.write_number_with_format(at, column, *count as f64, format)?;
                }
                cell => {
                    sheet.write_string_with_format(at, column, fitting(&cell.to_string()), format)?;
                }
            }
            let width = width_of(&cell.to_string());
            match widths.get_mut(usize::from(column)) {
                Some(widest) => *widest = width.max(*widest),
                None => widths.push(width),
            }
        }
    }
    for (column, width) in (0..).zip(widths) {
        sheet.set_column_width(column, (width + 2).clamp(WIDTHS.0, WIDTHS.1) as f64)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// Returns the text as far as a cell holds it, with a mark where it was cut.
fn fitting(text: &str) -> String {
    // The limit is of UTF-16 units.
    if text.encode_utf16().count() <= MOST_CHARACTERS {
        return text.to_owned();
    }
    let mut units = 0;
    let kept = text.chars().take_while(|c| {
        units += c.len_utf16();
        units < MOST_CHARACTERS
    });
    kept.chain(['…']).collect()
}

/// Returns about how wide a text is; characters of East Asia are twice as wide.
fn width_of(text: &str) -> usize {
    text.lines().map(|line| line.chars().map(|c| if u32::from(c) >= 0x1100 { 2 } else { 1 }).sum()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cell_cannot_hold_is_cut_with_a_mark() {
        assert_eq!(fitting("a"), "a");
        let long = fitting(&"😀".repeat(20_000));
        assert!(long.ends_with("😀…") && long.encode_utf16().count() <= MOST_CHARACTERS, "{}", long.len());
    }
}
