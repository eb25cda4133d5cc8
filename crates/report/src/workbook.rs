//! Tables as an Excel workbook. Every cell is a text or a number, never a formula, whatever it begins with.
//!
//! The same tables give the same bytes: the file bears no time of its own.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use thiserror::Error;

use crate::{Cell, Table};

/// Characters that a cell holds.
const MOST_CHARACTERS: usize = 32_767;
/// Rows that a sheet holds.
const MOST_ROWS: usize = 1_048_576;
/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (6, 66);
/// The height of a line, and that of the highest row, in points.
const LINE: f64 = 15.0;
const HIGHEST: f64 = 405.0;
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
    let plain = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let (bold, head) = (plain.clone().set_bold(), plain.clone().set_bold().set_border_bottom(FormatBorder::Thin));
    let header: Vec<Cell> = table.header.iter().map(|name| Cell::Text(name.clone())).collect();
    // The names of columns may be broken between words.
    let mut widths: Vec<usize> =
        table.header.iter().map(|name| name.split(' ').map(width_of).max().unwrap_or(0)).collect();
    let body = table.rows.iter().map(|row| (row, &plain)).chain(table.totals.iter().map(|row| (row, &bold)));
    for (at, (row, format)) in (0..).zip([(&header, &head)].into_iter().chain(body)) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Count(count) if *count <= EXACT => {
                    sheet.write_number_with_format(at, column, *count as f64, format)?;
                }
                cell => {
                    sheet.write_string_with_format(at, column, fitting(&cell.to_string()), format)?;
                }
            }
            if let Some(widest) = widths.get_mut(usize::from(column)).filter(|_| at > 0) {
                *widest = width_of(&cell.to_string()).max(*widest);
            }
        }
    }
    let widths: Vec<usize> = widths.into_iter().map(|width| (width + 2).clamp(WIDTHS.0, WIDTHS.1)).collect();
    for (column, width) in (0..).zip(&widths) {
        sheet.set_column_width(column, *width as f64)?;
    }
    for (at, row) in (0..).zip([&header].into_iter().chain(&table.rows).chain(&table.totals)) {
        let lines = row.iter().zip(&widths).map(|(cell, width)| lines_of(&cell.to_string(), *width)).max().unwrap_or(1);
        if lines > 1 {
            sheet.set_row_height(at, (lines as f64 * LINE).min(HIGHEST))?;
        }
    }
    // On paper: as wide as a sheet, with the names of the columns on each.
    sheet.set_freeze_panes(1, 0)?.set_repeat_rows(0, 0)?.set_landscape().set_print_fit_to_pages(1, 0);
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

/// Returns about how many lines a text takes in a column of some width, broken between words.
fn lines_of(text: &str, width: usize) -> usize {
    let of_line = |line: &str| {
        let (mut lines, mut at) = (1, 0);
        for word in line.split(' ') {
            let long = width_of(word);
            if at > 0 && at + 1 + long > width {
                (lines, at) = (lines + 1, long);
            } else {
                at += long + usize::from(at > 0);
            }
            lines += at / (width + 1);
            at %= width + 1;
        }
        lines
    };
    text.lines().map(of_line).sum::<usize>().max(1)
}

/// Returns about how wide a text is; characters of East Asia are twice as wide.
fn width_of(text: &str) -> usize {
    text.lines().map(|line| line.chars().map(|c| if u32::from(c) >= 0x1100 { 2 } else { 1 }).sum()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_high_as_their_texts() {
        let lines = [("", 1), ("a b", 1), ("aaaa bbbb", 2), ("合同合同", 2), ("a\nb", 2), ("aaaaaaaaaaaaa", 3)];
        for (text, expected) in lines {
            assert_eq!(lines_of(text, 5), expected, "{text}");
        }
    }

    #[test]
    fn what_a_cell_cannot_hold_is_cut_with_a_mark() {
        assert_eq!(fitting("a"), "a");
        let long = fitting(&"😀".repeat(20_000));
        assert!(long.ends_with("😀…") && long.encode_utf16().count() <= MOST_CHARACTERS, "{}", long.len());
    }
}
