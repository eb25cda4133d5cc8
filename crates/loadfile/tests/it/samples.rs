//! Files that other products wrote: all are read, and the faults planted in one are all found.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use duces_loadfile::{DatOptions, EdrmItem, Field, Header, Parsed, ReadRow, read_csv, read_dat, read_edrm, read_opt};
use duces_model::Finding;

fn samples(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/loadfiles").join(folder);
    if !path.is_dir() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn files(folder: &Path, ext: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == ext));
    paths.sort();
    paths
}

fn read(path: &Path, has_header: bool) -> (Header, Vec<ReadRow>, Vec<Finding>) {
    let options = DatOptions { has_header, ..DatOptions::named(&path.file_name().unwrap().to_string_lossy()) };
    let mut dat = read_dat(File::open(path).unwrap(), &options).unwrap();
    let (mut rows, mut findings) = (Vec::new(), Vec::new());
    for item in dat.by_ref() {
        match item.unwrap() {
            Parsed::Row(row) => rows.push(row),
            Parsed::Finding(finding) => findings.push(finding),
        }
    }
    (dat.header().clone(), rows, findings)
}

#[test]
fn relativity_dat() {
    let Some(folder) = samples("relativity-import-samples") else { return };
    let paths = files(&folder, "dat");
    assert_eq!(paths.len(), 16);
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let first = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        let has_header = first.lines().next().unwrap().contains("Control Number") || name.starts_with("rdo");
        let (header, rows, findings) = read(&path, has_header);
        let shown: Vec<String> = findings.iter().map(ToString::to_string).collect();
        println!("{name}: {} rows, {} columns, {shown:?}", rows.len(), rows[0].values.len());
        assert!(rows.iter().all(|row| row.values.len() == rows[0].values.len()), "{name}");
        assert!(rows[0].values.len() >= 3, "{name}");
        // What is said of them: no mark in one, no line end after some last records.
        let only = ["DAT_LAST_LINE", "DAT_NO_BOM", "DAT_LINE_END", "DAT_RAW_NEWLINE", "DAT_COLUMN_SIGN"];
        assert!(findings.iter().all(|finding| only.contains(&finding.code)), "{name}: {shown:?}");
        if name == "load_file_04.dat" {
            assert_eq!(header.value(&rows[0], Field::BegBates), Some("Sample_|_00000013"));
        }
        if name == "load_file_01.dat" {
            assert_eq!(header.value(&rows[0], Field::BegBates), Some("Sample_0000001"));
            assert!(header.value(&rows[0], Field::TextPath).is_some_and(|path| path.ends_with(".txt")));
        }
    }
}

#[test]
fn zipper_dat() {
    let Some(folder) = samples("zipper") else { return };
    for path in files(&folder, "dat") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("chaos") {
            continue;
        }
        let (header, rows, findings) = read(&path, true);
        assert!(rows.iter().all(|row| row.values.len() == header.names().len()), "{name}");
        assert!(header.index_of(Field::BegBates).is_some(), "{name}");
        assert!(
            findings.iter().all(|finding| finding.code == "DAT_LINE_END" && finding.place.line == Some(1)),
            "{name}: {findings:?}"
        );
        println!("{name}: {} rows, {} findings", rows.len(), findings.len());
    }
}

#[test]
fn every_planted_fault_is_found() {
    let Some(folder) = samples("zipper") else { return };
    let (header, rows, findings) = read(&folder.join("chaos-dat__loadfile.dat"), true);
    assert_eq!(rows.len(), 200);
    let planted: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.join("chaos-dat__loadfile_properties.json")).unwrap()).unwrap();
    let planted = planted["chaosMode"]["injectedAnomalies"].as_array().unwrap();
    // The line on which each document starts.
    let lines: BTreeMap<String, &ReadRow> = rows
        .iter()
        .map(|row| (header.value(row, Field::BegBates).unwrap().replace('\n', "").chars().take(11).collect(), row))
        .collect();
    let mut used = 0;
    for fault in planted {
        let kind = fault["errorType"].as_str().unwrap();
        let (code, record) = match kind {
            "mixed-delimiters" => ("DAT_QUOTE", fault["recordID"].as_str().unwrap().to_owned()),
            "quotes" => ("DAT_UNTERMINATED", fault["recordID"].as_str().unwrap().to_owned()),
            // One planted column sign stands within a quoted value.
            "columns" if fault["description"].as_str().unwrap().starts_with("Added") => {
                ("DAT_COLUMN_SIGN", fault["recordID"].as_str().unwrap().to_owned())
            }
            "columns" => ("DAT_FIELD_COUNT", fault["recordID"].as_str().unwrap().to_owned()),
            "eol" => ("DAT_RAW_NEWLINE", fault["recordID"].as_str().unwrap().to_owned()),
            "encoding" => {
                // `Boundary 33-34`: before the second of the two, of which the first line is the header.
                let second = fault["lineNumber"].as_str().unwrap().rsplit_once('-').unwrap().1.parse::<u64>().unwrap();
                ("DAT_ENCODING", format!("DOC{:08}", second - 1))
            }
            other => panic!("{other}"),
        };
        let Some(row) = lines.get(&record) else { panic!("{record} was not read") };
        let found = findings.iter().any(|finding| finding.code == code && finding.place.line == Some(row.line));
        assert!(found, "{kind} {record} on line {}: {findings:#?}", row.line);
        used += 1;
    }
    assert_eq!(used, 20);
}

#[test]
fn opticon() {
    for (folder, count) in [("relativity-import-samples", 2), ("zipper", 5)] {
        let Some(folder) = samples(folder) else { return };
        let paths = files(&folder, "opt");
        assert_eq!(paths.len(), count);
        for path in paths {
            let (mut lines, mut documents) = (0, 0);
            for item in read_opt(File::open(&path).unwrap(), "a.opt") {
                match item.unwrap() {
                    Parsed::Row(line) => {
                        lines += 1;
                        documents += usize::from(line.starts_document);
                    }
                    Parsed::Finding(finding) => panic!("{}: {finding}", path.display()),
                }
            }
            println!("{}: {lines} lines, {documents} documents", path.display());
            assert!(documents > 0 && lines >= documents);
        }
    }
}

#[test]
fn edrm_xml() {
    let Some(nuix) = samples("nuix-nli-builder") else { return };
    let Some(zipper) = samples("zipper") else { return };
    let mut paths = files(&nuix, "xml");
    paths.extend(files(&zipper, "xml"));
    assert_eq!(paths.len(), 7);
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (mut documents, mut relations, mut files) = (Vec::new(), 0, 0);
        for item in read_edrm(File::open(&path).unwrap(), &name).unwrap() {
            match item.unwrap() {
                Parsed::Row(EdrmItem::Document(document)) => documents.push(document),
                Parsed::Row(EdrmItem::Relation(relation)) => {
                    assert!(!relation.kind.is_empty());
                    relations += 1;
                }
                Parsed::Finding(finding) => panic!("{finding}"),
            }
        }
        for document in &documents {
            assert!(!document.id.is_empty());
            files += document.files.len();
            for file in document.files.iter().filter_map(|file| file.path.as_deref()) {
                assert!(!file.contains('\\') && !file.ends_with('/'), "{file}");
            }
        }
        println!("{name}: {} documents, {relations} relations, {files} files", documents.len());
        assert!(!documents.is_empty());
        if name == "file_and_map_test.xml" {
            assert_eq!(documents[0].value(Field::FileSize), Some("34"));
            assert_eq!(documents[0].value(Field::MimeType), Some("application/powershell_script"));
            assert_eq!(documents[0].files[0].hash.as_deref(), Some("62ba06323ed4befe45b1ad796fb6551c"));
            assert_eq!(documents[1].files[0].path, None);
            assert_eq!(documents[0].custodians, ["Unknown"]);
            assert_eq!(relations, 1);
        }
    }
}

#[test]
fn csv() {
    let Some(folder) = samples("zipper") else { return };
    let mut csv = read_csv(File::open(folder.join("csv-basic__archive.csv")).unwrap(), "a.csv").unwrap();
    let mut rows = 0;
    for item in csv.by_ref() {
        let Parsed::Row(row) = item.unwrap() else { panic!("a finding") };
        assert_eq!(row.values.len(), 2);
        rows += 1;
    }
    assert!(rows > 10);
    assert!(csv.header().index_of(Field::BegBates).is_some() && csv.header().index_of(Field::NativePath).is_some());
}
