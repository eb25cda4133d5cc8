//! Finds the load files of a volume and reads them.
//!
//! What is wrong with a file as a file (encoding, quotes, number of columns) the readers of `duces_loadfile` find;
//! what it says is for the other modules.

use std::io::Read;

use duces_loadfile::{
    DatOptions, Delimiters, Dialect, Field, Header, LoadFileError, Parsed, ReadRow, read_csv, read_dat, read_opt,
};
use duces_model::Place;

use crate::codes;
use crate::edrm::{XmlLoadFile, read_xml};
use crate::medium::{FileIdx, Medium};
use crate::opticon::OptFile;
use crate::report::Options;
use crate::table::{Row, Table, fields_of};
use crate::tally::Tally;

/// What the load files say.
#[derive(Default)]
pub(crate) struct LoadFiles {
    /// The paths of all of them.
    pub(crate) paths: Vec<String>,
    /// Those that are relied on: the DATs, or a CSV or XML where there is none.
    pub(crate) tables: Vec<Table>,
    /// CSV copies beside the DATs.
    pub(crate) copies: Vec<Table>,
    /// Opticon files.
    pub(crate) opticons: Vec<OptFile>,
    /// EDRM XML files.
    pub(crate) xmls: Vec<XmlLoadFile>,
}

/// Folders that hold the files of documents, so that an XML or a CSV in them is a native and no load file.
const DOCUMENT_FOLDERS: [&str; 9] =
    ["pdf", "pdfs", "text", "texts", "native", "natives", "images", "image", "fulltext"];

/// Reads all load files of the volume.
pub(crate) fn read(medium: &Medium, options: &Options, tally: &mut Tally) -> LoadFiles {
    let mut found = LoadFiles::default();
    let dialect = options.dialect.as_ref();
    for (idx, file) in medium.files().iter().enumerate() {
        let Some(kind) = kind_of(&file.path) else { continue };
        found.paths.push(file.path.clone());
        let before = tally.findings.len();
        let outcome = match kind {
            "dat" => read_table(medium, idx, dialect, tally, dat).map(|table| found.tables.push(table)),
            "csv" => read_table(medium, idx, dialect, tally, csv).map(|table| found.copies.push(table)),
            "opt" => opticon(medium, idx, tally).map(|opticon| found.opticons.push(opticon)),
            "xml" => read_xml(medium, idx, dialect, tally).map(|xml| found.xmls.push(xml)),
            _ => {
                tally.not_run(&format!("load file {}", file.path), "LFP is not read by this version");
                Ok(())
            }
        };
        if let Err(error) = outcome {
            tally.add(&codes::FILE_UNREADABLE, Place::file(file.path.as_str()), error.to_string());
        }
        if dialect.is_some_and(|dialect| !dialect.bom) {
            // The recipient wants none.
            let mut position = 0;
            tally.findings.retain(|finding| {
                position += 1;
                position <= before || !matches!(finding.code, "DAT_NO_BOM" | "CSV_NO_BOM")
            });
        }
    }
    choose(&mut found, tally);
    found
}

/// Returns the kind of load file that a path is, by its extension.
fn kind_of(path: &str) -> Option<&'static str> {
    let folders: Vec<&str> = path.split('/').collect();
    // The top of the volume and one folder below it, such as DATA/.
    let is_near_top = match folders.as_slice() {
        [_] => true,
        [folder, _] => !DOCUMENT_FOLDERS.contains(&folder.to_ascii_lowercase().as_str()),
        _ => false,
    };
    let (_, extension) = path.rsplit_once('.').filter(|_| is_near_top)?;
    ["dat", "csv", "opt", "xml", "lfp"].into_iter().find(|kind| extension.eq_ignore_ascii_case(kind))
}

/// Decides which load file is relied on, and says what there is none of.
fn choose(found: &mut LoadFiles, tally: &mut Tally) {
    let has_dat = !found.tables.is_empty();
    if !has_dat {
        found.tables.append(&mut found.copies);
    }
    if found.tables.is_empty() {
        found.tables.extend(found.xmls.iter().map(|xml| xml.table.clone()));
    }
    if found.tables.is_empty() {
        let text = "there is neither a DAT nor an EDRM XML nor a CSV at the top of the volume or in DATA/";
        tally.add(&codes::LOADFILE_MISSING, Place::file("DATA"), text);
    } else {
        tally.ran("load files");
    }
    for (is_there, check, why) in [
        (has_dat, "DAT", "no DAT file"),
        (!found.opticons.is_empty(), "Opticon", "no Opticon file"),
        (!found.xmls.is_empty(), "EDRM XML", "no EDRM XML file"),
        (!has_dat || !found.copies.is_empty(), "CSV against DAT", "no CSV copy"),
    ] {
        if !is_there {
            tally.not_run(check, why);
        }
    }
    for table in &found.tables {
        check_table(table, tally);
    }
    found.tables.retain(|table| table.has(Field::BegBates));
}

fn check_table(table: &Table, tally: &mut Tally) {
    let place = || Place::file(table.file.as_str());
    for (field, what) in [(Field::BegBates, "first"), (Field::EndBates, "last")] {
        if !table.has(field) {
            let text = format!("no column holds the {what} Bates number: none is called {field} or by a known alias");
            tally.add(&codes::FIELD_MISSING, place(), text);
        }
    }
    if !table.has(Field::BegBates) {
        tally.not_run(&format!("documents of {}", table.file), "they have no numbers");
    } else if table.rows.is_empty() {
        tally.add(&codes::LOADFILE_NO_DOCUMENT, place(), "the file lists no document");
    }
}

type Rows<'a> = Box<dyn Iterator<Item = Result<Parsed<ReadRow>, LoadFileError>> + 'a>;
type Start = for<'a> fn(Box<dyn Read + 'a>, &str, Option<&Dialect>) -> Result<(Header, Rows<'a>), LoadFileError>;

fn dat<'a>(
    source: Box<dyn Read + 'a>,
    file: &str,
    dialect: Option<&Dialect>,
) -> Result<(Header, Rows<'a>), LoadFileError> {
    let signs = dialect.map(|dialect| &dialect.dat);
    let delimiters = signs.map(|signs| Delimiters { column: signs.column, quote: signs.quote, newline: signs.newline });
    let reader = read_dat(source, &DatOptions { delimiters, ..DatOptions::named(file) })?;
    Ok((reader.header().clone(), Box::new(reader)))
}

fn csv<'a>(
    source: Box<dyn Read + 'a>,
    file: &str,
    _dialect: Option<&Dialect>,
) -> Result<(Header, Rows<'a>), LoadFileError> {
    let reader = read_csv(source, file)?;
    Ok((reader.header().clone(), Box::new(reader)))
}

fn read_table(
    medium: &Medium,
    idx: FileIdx,
    dialect: Option<&Dialect>,
    tally: &mut Tally,
    start: Start,
) -> Result<Table, LoadFileError> {
    let file = medium.files()[idx].path.as_str();
    let mut opener = medium.opener();
    let (header, rows) = start(opener.open(idx)?, file, dialect)?;
    let names = header.names().to_vec();
    let mut table = Table { file: file.to_owned(), fields: fields_of(&header, dialect), names, rows: Vec::new() };
    for item in rows {
        match item? {
            Parsed::Finding(finding) => tally.findings.push(finding),
            Parsed::Row(row) => table.rows.push(Row::new(row.line, &row.values)),
        }
    }
    Ok(table)
}

fn opticon(medium: &Medium, idx: FileIdx, tally: &mut Tally) -> Result<OptFile, LoadFileError> {
    let file = medium.files()[idx].path.as_str();
    let mut opener = medium.opener();
    let mut opticon = OptFile { file: file.to_owned(), lines: Vec::new() };
    for item in read_opt(opener.open(idx)?, file) {
        match item? {
            Parsed::Finding(finding) => tally.findings.push(finding),
            Parsed::Row(line) => opticon.lines.push(line),
        }
    }
    Ok(opticon)
}
