//! Builds workbooks (XLSX) cell by cell, as the files of the format are laid out.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

/// A cell.
#[derive(Debug, Clone, Copy)]
pub enum V {
    None,
    /// A text of the list that all sheets share.
    Text(&'static str),
    /// A text in its cell.
    Inline(&'static str),
    Number(&'static str),
    /// A number of days with a format of time.
    Time(&'static str),
}

/// A sheet: its name and its rows by their numbers.
pub type Sheet<'a> = (&'a str, &'a [(u32, &'a [V])]);

/// Returns the bytes of a workbook.
pub fn workbook(sheets: &[Sheet<'_>]) -> Vec<u8> {
    let mut shared: Vec<&str> = Vec::new();
    let mut parts: Vec<(String, String)> = Vec::new();
    for (number, (_, rows)) in sheets.iter().enumerate() {
        let rows: String = rows.iter().map(|(line, cells)| row(*line, cells, &mut shared)).collect();
        let xml = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
        );
        parts.push((format!("xl/worksheets/sheet{}.xml", number + 1), xml));
    }
    let texts: String =
        shared.iter().map(|text| format!("<si><t xml:space=\"preserve\">{}</t></si>", escaped(text))).collect();
    let space = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    parts.push(("xl/sharedStrings.xml".into(), format!("<sst {space}>{texts}</sst>")));
    parts.push((
        "xl/styles.xml".into(),
        format!(
            "<styleSheet {space}><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy-mm-dd hh:mm:ss\"/></numFmts>\
             <cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
        ),
    ));
    let list = |of: &dyn Fn(usize, &str) -> String| -> String {
        sheets.iter().enumerate().map(|(at, (name, _))| of(at + 1, name)).collect()
    };
    let named = list(&|n, name| format!("<sheet name=\"{}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>", escaped(name)));
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    parts.push((
        "xl/workbook.xml".into(),
        format!("<workbook {space} xmlns:r=\"{relations}\"><sheets>{named}</sheets></workbook>"),
    ));
    let linked = list(&|n, _| {
        format!("<Relationship Id=\"rId{n}\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>")
    });
    let package = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
    parts.push(("xl/_rels/workbook.xml.rels".into(), format!("<Relationships {package}>{linked}</Relationships>")));
    parts.push((
        "_rels/.rels".into(),
        format!("<Relationships {package}><Relationship Id=\"rId1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
    ));
    parts.push((
        "[Content_Types].xml".into(),
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".into(),
    ));
    zipped(&parts)
}

/// Returns a ZIP of parts.
pub fn zipped(parts: &[(String, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).expect("begun");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("finished").into_inner()
}

fn row(line: u32, cells: &[V], shared: &mut Vec<&'static str>) -> String {
    let cells: String = cells.iter().enumerate().map(|(at, value)| cell(at, line, value, shared)).collect();
    format!("<row r=\"{line}\">{cells}</row>")
}

fn cell(at: usize, line: u32, value: &V, shared: &mut Vec<&'static str>) -> String {
    let mut column = String::new();
    let mut rest = at + 1;
    while rest > 0 {
        column.insert(0, char::from(b'A' + u8::try_from((rest - 1) % 26).expect("a letter")));
        rest = (rest - 1) / 26;
    }
    match value {
        V::None => String::new(),
        V::Text(text) => {
            let index = shared.iter().position(|known| known == text).unwrap_or_else(|| {
                shared.push(text);
                shared.len() - 1
            });
            format!("<c r=\"{column}{line}\" t=\"s\"><v>{index}</v></c>")
        }
        V::Inline(text) => format!("<c r=\"{column}{line}\" t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(text)),
        V::Number(number) => format!("<c r=\"{column}{line}\"><v>{number}</v></c>"),
        V::Time(days) => format!("<c r=\"{column}{line}\" s=\"1\"><v>{days}</v></c>"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
