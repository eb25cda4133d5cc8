//! Workbooks (XLSX): sheet by sheet a line a row, with tabs between its cells; headers, comments and drawings after them.

use super::package::{Package, Part, Relation};
use super::sheet_format::{Formats, shape_of};
use super::{drawing, part, say_hidden, sheet, word};
use crate::limits::Job;
use crate::note::Note;
use crate::written::{Written, one_line};
use crate::xml::{Piece, attribute, is_on, local};

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    relation: String,
    hidden: bool,
}

/// Reads a workbook.
pub(super) fn read(package: &mut Package<'_>, out: &mut Written, job: &mut Job<'_>) -> Result<(), Note> {
    let main = package.main("xl/workbook.xml", job);
    if !package.has(&main) || main.ends_with(".bin") {
        return Err(Note::KindNotRead);
    }
    let mut formats = Formats::default();
    let mut sheets = Vec::new();
    part(package, &main, job, |xml| listed(xml, &mut sheets, &mut formats));
    let relations = package.relations(&main, job);
    let of_kind = |kind: &str| relations.iter().find(|r| r.kind == kind && !r.external).map(|r| r.target.clone());
    if let Some(styles) = of_kind("styles") {
        part(package, &styles, job, |xml| read_styles(xml, &mut formats));
    }
    let mut strings = Vec::new();
    if let Some(name) = of_kind("sharedStrings") {
        part(package, &name, job, |xml| shared_strings(xml, &mut strings));
    }
    let hidden = sheets.iter().filter(|sheet| sheet.hidden).count();
    let mut tally = sheet::Tally::default();
    for listed in &sheets {
        let Some(name) = target(&relations, &listed.relation) else { continue };
        let label = one_line(&listed.name);
        out.heading(&if listed.hidden { format!("[sheet {label}, hidden]") } else { format!("[sheet {label}]") });
        let values = sheet::Values { formats: &formats, strings: &strings };
        part(package, &name, job, |xml| sheet::read(xml, &values, out, &mut tally));
        for relation in package.relations(&name, job).into_iter().filter(|relation| !relation.external) {
            if matches!(relation.kind.as_str(), "comments" | "threadedComment") {
                out.section(format!("comments on sheet {label}"));
                part(package, &relation.target, job, |xml| sheet::comments(xml, out, &mut tally));
            }
        }
        word::links(package, &name, out, job);
    }
    drawing::read_all(package, "xl/", out, job);
    say_hidden("hidden sheets", hidden, job);
    say_hidden("hidden rows", tally.hidden_rows, job);
    say_hidden("hidden columns", tally.hidden_columns, job);
    say_hidden("comments", tally.comments, job);
    Ok(())
}

fn target(relations: &[Relation], id: &str) -> Option<String> {
    relations.iter().find(|relation| relation.id == id && !relation.external).map(|relation| relation.target.clone())
}

fn listed(xml: &mut Part<'_, '_, '_>, sheets: &mut Vec<Listed>, formats: &mut Formats) -> Result<(), Note> {
    while let Some(piece) = xml.next()? {
        let Piece::Open(tag) = piece else { continue };
        match local(&tag).as_str() {
            "workbookPr" => formats.from_1904 = is_on(&tag, "date1904"),
            "sheet" => sheets.push(Listed {
                name: attribute(&tag, "name").unwrap_or_default(),
                relation: attribute(&tag, "id").unwrap_or_default(),
                hidden: attribute(&tag, "state").is_some_and(|state| state != "visible"),
            }),
            _ => {}
        }
    }
    Ok(())
}

fn read_styles(xml: &mut Part<'_, '_, '_>, formats: &mut Formats) -> Result<(), Note> {
    let number = |text: Option<String>| text.and_then(|text| text.parse::<u32>().ok());
    let mut of_cells = false;
    while let Some(piece) = xml.next()? {
        match piece {
            Piece::Open(tag) => match local(&tag).as_str() {
                "numFmt" => {
                    if let Some(id) = number(attribute(&tag, "numFmtId")) {
                        let code = attribute(&tag, "formatCode").unwrap_or_default();
                        formats.own.push((id, shape_of(&code)));
                    }
                }
                "cellXfs" => of_cells = true,
                "xf" if of_cells => {
                    let shape = formats.shape(number(attribute(&tag, "numFmtId")).unwrap_or(0));
                    formats.styles.push(shape);
                }
                _ => {}
            },
            Piece::Close(name) if name == "cellXfs" => of_cells = false,
            _ => {}
        }
    }
    Ok(())
}

/// Texts that cells share. How they are pronounced stands beside some and is left out.
fn shared_strings(xml: &mut Part<'_, '_, '_>, strings: &mut Vec<String>) -> Result<(), Note> {
    let (mut text, mut in_text, mut phonetic) = (String::new(), false, 0_usize);
    while let Some(piece) = xml.next()? {
        match piece {
            Piece::Open(tag) => match local(&tag).as_str() {
                "rPh" => phonetic += 1,
                "t" => in_text = phonetic == 0,
                _ => {}
            },
            Piece::Close(name) => match name.as_str() {
                "rPh" => phonetic = phonetic.saturating_sub(1),
                "t" => in_text = false,
                "si" => strings.push(std::mem::take(&mut text)),
                _ => {}
            },
            Piece::Text(piece) if in_text => text.push_str(&piece),
            Piece::Text(_) => {}
        }
    }
    Ok(())
}
