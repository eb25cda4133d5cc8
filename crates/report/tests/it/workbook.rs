//! Tables as a workbook, read back by another library.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use duces_report::{Cell, Chart, ChartRow, Shape, Table, html, workbook};

fn table() -> Table {
    let mut table = Table::new(["Term 词", "Count"]);
    for text in ["=1+1", "+1", "-1", "@SUM(A1)", "http://example.com", "合同\n<&>", "00123", ""] {
        table.row([text.into(), 7_u64.into()]);
    }
    table.row(["exact".into(), u64::MAX.into()]);
    table.totals = vec![vec![Cell::Word("Total".into()), Cell::Count(56)]];
    table
}

#[test]
fn texts_stay_texts_and_numbers_numbers() {
    let table = table();
    let bytes = workbook::write(&[("Terms", &table), ("按月", &table)]).unwrap();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["Terms", "按月"]);
    let range = book.worksheet_range("按月").unwrap();
    let rows: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
    assert_eq!(rows.len(), 1 + table.rows.len() + 1);
    for (row, asked) in rows[1..].iter().zip(table.rows.iter().chain(&table.totals)) {
        let text = asked[0].to_string();
        let found = match &row[0] {
            Data::Empty => String::new(),
            Data::String(found) => found.clone(),
            other => panic!("{text} became {other:?}"),
        };
        assert_eq!(found, text);
    }
    assert_eq!(rows[1][1], Data::Float(7.0));
    assert_eq!(rows[9][1], Data::String(u64::MAX.to_string()), "a number that a cell cannot hold is written out");
    assert!(book.worksheet_formula("Terms").unwrap().is_empty());
}

#[test]
fn the_same_tables_are_the_same_bytes() {
    let write = || workbook::write(&[("Terms", &table())]).unwrap();
    assert!(write() == write());
}

#[test]
fn charts_bear_labels_as_text_and_counts_beside_them() {
    let rows = [("<b>&", 3, 1), ("合同", 0, 0)];
    let rows = rows.map(|(label, count, part)| ChartRow { label: label.into(), count, part });
    for shape in [Shape::Bars, Shape::Columns] {
        let part = (shape == Shape::Bars).then(|| "unique".to_owned());
        let chart = Chart { shape, labels: "Term".into(), counts: "Documents".into(), part, rows: rows.to_vec() };
        let table = chart.table();
        assert_eq!(table.rows[0].len(), table.header.len());
        let page = html::write(&duces_report::Paper::new("t").chart(chart, "none").finish());
        assert!(page.contains("&lt;b&gt;&amp;") && page.contains("合同") && !page.contains("<b>"), "{page}");
    }
    let empty = Chart { shape: Shape::Bars, labels: "".into(), counts: "".into(), part: None, rows: Vec::new() };
    assert!(html::write(&duces_report::Paper::new("t").chart(empty, "None at all.").finish()).contains("None at all."));
}
