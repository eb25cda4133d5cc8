//! Measures verification on a synthetic volume of two-page transcripts, written by the product's own writers.
//!
//! `cargo run --release -p duces-verify --example speed -- FOLDER [DOCUMENTS]`; a volume that lies in FOLDER already
//! is verified again.

#[path = "../../render/tests/it/sample.rs"]
#[expect(dead_code, reason = "the sample serves the tests of another crate")]
mod sample;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use duces_loadfile::{CsvWriter, DatWriter, Dialect, EdrmFile, EdrmFileKind, EdrmWriter, Field, OptWriter, Row};
use duces_model::{BatesNumber, Cleared, Digest};
use duces_render::{DocumentFacts, Endorsement, Fonts, Numbering, PageStyle, count_pages, draw_pdf, transcript_pages};
use duces_verify::{Options, verify};
use duces_volume::{MANIFEST_NAME, Manifest, RelPath, Scheme};

#[expect(clippy::print_stdout, reason = "an example talks to its reader")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("a folder is wanted")?);
    let documents: u64 = arguments.next().and_then(|a| a.parse().ok()).unwrap_or(2000);
    let root = folder.join("VOL001");
    if !root.exists() {
        write_volume(&root, documents)?;
    }
    for hashes_only in [true, false] {
        let options = Options { hashes_only, dialect: Some(Dialect::default()), ..Options::default() };
        let start = Instant::now();
        let report = verify(&root, &options)?;
        let took = start.elapsed().as_secs_f64();
        println!(
            "hashes only {hashes_only}: {} files, {} documents, {} pages, {} findings in {took:.2} s: {:.0} documents/s",
            report.files,
            report.documents,
            report.pages,
            report.findings.len(),
            documents as f64 / took
        );
        report.findings.iter().take(5).for_each(|finding| println!("  {finding}"));
        report.not_run.iter().for_each(|line| println!("  not run: {line}"));
    }
    Ok(())
}

/// Writes files and lists them.
struct Files<'a> {
    root: &'a Path,
    manifest: Manifest,
}

impl Files<'_> {
    fn put(&mut self, path: RelPath, bytes: &[u8]) -> Result<EdrmFile, Box<dyn std::error::Error>> {
        let whole = self.root.join(path.as_str());
        fs::create_dir_all(whole.parent().ok_or("a file lies in a folder")?)?;
        fs::write(whole, bytes)?;
        let digest = Digest::of(bytes);
        let file = EdrmFile { kind: EdrmFileKind::Image, path: path.to_string(), size: bytes.len() as u64, digest };
        self.manifest.add(path, digest)?;
        Ok(file)
    }
}

#[expect(clippy::disallowed_methods, reason = "an example clears its own values")]
fn write_volume(root: &Path, documents: u64) -> Result<(), Box<dyn std::error::Error>> {
    let (fonts, style, scheme, dialect) =
        (Fonts::embedded(), PageStyle::default(), Scheme::default(), Dialect::default());
    let mut files = Files { root, manifest: Manifest::default() };
    let mut dat = DatWriter::new(Vec::new(), &dialect)?;
    let mut opt = OptWriter::new(Vec::new(), &dialect)?;
    let mut csv = CsvWriter::new(Vec::new(), &dialect)?;
    let mut xml = EdrmWriter::new(Vec::new(), &dialect, "VOL001")?;
    let mut first = BatesNumber::new("MER", 7, 1)?;
    for index in 0..documents {
        let transcript = sample::ordinary(index);
        let pages = count_pages(&transcript, &style, fonts, &sample::NoBlobs).pages;
        let facts = DocumentFacts { title: transcript.title.clone(), language: "zh-CN".into(), pages };
        let endorsement = Endorsement {
            first: first.clone(),
            numbering: Numbering::Page,
            designation: Some("CONFIDENTIAL".into()),
            children: sample::endorsement(transcript.children()).children,
        };
        let drawn = transcript_pages(&transcript, &style, fonts, &sample::NoBlobs);
        let pdf = files.put(scheme.pdf(&first, index)?, &draw_pdf(drawn, &endorsement, &facts, fonts)?)?;
        let text =
            files.put(scheme.text(&first, index)?, "\u{feff}text of a transcript 你好\r\n".repeat(60).as_bytes())?;
        let text = EdrmFile { kind: EdrmFileKind::Text, ..text };
        let last = first.plus(u64::from(pages) - 1)?;
        let mut row = Row::default();
        row.set(Field::BegBates, &first).set(Field::EndBates, &last);
        row.set(Field::BegAttach, &first).set(Field::EndAttach, &last).set(Field::PageCount, u64::from(pages));
        row.set(Field::ConversationName, transcript.title.as_str()).set(Field::Custodian, "张三");
        row.set(Field::Participants, vec!["张三; 三".to_owned(), "=Li, \u{fe}Si".to_owned()]);
        row.set(Field::Redacted, false).set(Field::Confidentiality, "CONFIDENTIAL");
        row.set(Field::ProdVol, "VOL001").set(Field::PdfPath, pdf.path.as_str());
        row.set(Field::TextPath, text.path.as_str());
        let row = Cleared::vouch(row);
        dat.row(&row)?;
        opt.row(&row)?;
        csv.row(&row)?;
        xml.row(&row, &[pdf, text])?;
        first = last.plus(1)?;
    }
    files.put(scheme.dat("VOL001")?, &dat.finish()?.0)?;
    files.put(scheme.opt("VOL001")?, &opt.finish()?)?;
    files.put(scheme.csv("VOL001")?, &csv.finish()?.0)?;
    files.put(scheme.xml("VOL001")?, &xml.finish()?.0)?;
    fs::write(root.join(MANIFEST_NAME), files.manifest.to_text())?;
    Ok(())
}
