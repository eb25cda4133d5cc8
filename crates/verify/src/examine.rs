//! The way of a verification: list, manifest, names, load files, numbers, families, links, and then every byte.

use std::collections::BTreeMap;
use std::path::Path;

use duces_loadfile::{DatSigns, Field};

use crate::contents::{self, Claimed, Known};
use crate::document::{Documents, span};
use crate::links::{Kind, Resolver, Uses};
use crate::loadfiles::{self, LoadFiles};
use crate::manifest::{self, Listed};
use crate::medium::{FileIdx, Medium};
use crate::pages::Expected;
use crate::report::{Level, Options, Report, VerifyError};
use crate::tally::Tally;
use crate::{compare, edrm, family, links, names, natives, numbering, opticon, strays, zip_facts};

/// Re-reads a volume, a folder or a ZIP, as the receiving party would, and says what is wrong with it.
///
/// Nothing is written. What is wrong with the volume is a finding; an error means that there was nothing to examine.
pub fn verify(path: &Path, options: &Options) -> Result<Report, VerifyError> {
    let mut tally = Tally::default();
    let medium = Medium::open(path, &mut tally)?;
    if path.is_file() {
        zip_facts::check_digest_file(path, &mut tally);
    }
    let Some(medium) = medium else {
        return Ok(report(0, 0, 0, tally));
    };
    if path.is_file() && !options.hashes_only {
        zip_facts::check_directory(path, &mut tally);
    }
    let files = medium.files().len() as u64;
    let listed = manifest::check(&medium, &mut tally);
    if options.hashes_only {
        contents::check(&medium, &listed, &|_| Known::default(), &mut tally);
        tally.not_run("everything but the manifest", "only digests were asked for");
        return Ok(report(0, 0, files, tally));
    }
    names::check(&medium, &mut tally);
    let LoadFiles { paths, tables, copies, opticons, xmls } = loadfiles::read(&medium, options, &mut tally);
    let documents = Documents::of(tables);
    let pages = Examination { medium: &medium, listed: &listed, documents: &documents, paths: &paths, options }
        .run(&opticons, &xmls, &copies, &mut tally);
    Ok(report(documents.len() as u64, pages, files, tally))
}

fn report(documents: u64, pages: u64, files: u64, tally: Tally) -> Report {
    let Tally { mut findings, checks, not_run } = tally;
    findings.sort_by(|a, b| (&a.place, a.code, &a.text).cmp(&(&b.place, b.code, &b.text)));
    findings.dedup();
    Report { documents, pages, files, findings, checks, not_run }
}

struct Examination<'a> {
    medium: &'a Medium,
    listed: &'a Listed,
    documents: &'a Documents,
    paths: &'a [String],
    options: &'a Options,
}

impl Examination<'_> {
    /// Runs all checks that need the documents; returns how many pages they have.
    fn run(
        &self,
        opticons: &[opticon::OptFile],
        xmls: &[edrm::XmlLoadFile],
        copies: &[crate::table::Table],
        tally: &mut Tally,
    ) -> u64 {
        let Self { medium, documents, options, .. } = *self;
        numbering::check(documents, options, tally);
        let families = family::check(documents, tally);
        let resolver = Resolver::new(medium, self.paths);
        let signs = options.dialect.as_ref().map(|dialect| dialect.dat.clone()).unwrap_or_default();
        let mut uses = Uses::default();
        links::follow(documents, &resolver, &mut uses, tally);
        if !opticons.is_empty() {
            opticon::check(opticons, documents, &resolver, options, &mut uses, tally);
        }
        let mut claims: Vec<(FileIdx, Claimed)> = Vec::new();
        for xml in xmls {
            claims.extend(edrm::check(xml, documents, &families, &resolver, &signs, &mut uses, tally));
        }
        self.check_copies(copies, &signs, tally);
        self.find_pdfs_by_name(&mut uses);
        links::check_shared(documents, medium, &uses, tally);
        strays::check_files(medium, self.paths, &uses, tally);
        strays::check_documents(documents, &uses, tally);
        claims.extend(natives::claims(documents, &uses, tally));
        self.check_contents(&uses, claims, tally)
    }

    fn check_copies(&self, copies: &[crate::table::Table], signs: &DatSigns, tally: &mut Tally) {
        for table in copies {
            tally.ran("CSV against DAT");
            let copy = compare::Copy {
                table,
                name: "CSV",
                documents_code: &crate::codes::CSV_DOCUMENTS,
                value_code: &crate::codes::CSV_VALUE,
                incomparable: |_| false,
                signs,
            };
            compare::check(&copy, self.documents, tally);
        }
    }

    /// Where no load file has a path for it, a PDF named by a document's number is the document's.
    fn find_pdfs_by_name(&self, uses: &mut Uses) {
        if self.documents.any_has(Field::PdfPath) {
            return;
        }
        for (idx, file) in self.medium.files().iter().enumerate() {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            let Some((stem, extension)) = name.rsplit_once('.') else { continue };
            let document = self.documents.by_first(stem).filter(|_| extension.eq_ignore_ascii_case("pdf"));
            if let Some(document) =
                document.filter(|d| !uses.is_named(idx) && uses.of_document(*d, Kind::Pdf).is_empty())
            {
                uses.add(idx, document, Kind::Pdf);
            }
        }
    }

    /// Reads every file once, with all that is known of it; returns how many pages the documents have.
    fn check_contents(&self, uses: &Uses, claims: Vec<(FileIdx, Claimed)>, tally: &mut Tally) -> u64 {
        let Self { medium, documents, .. } = *self;
        let mut of_file: BTreeMap<FileIdx, Vec<Claimed>> = BTreeMap::new();
        for (file, claim) in claims {
            of_file.entry(file).or_default().push(claim);
        }
        let known = |file: FileIdx| {
            let used = uses.of_file(file);
            let pdf = used.iter().find(|(_, kind)| *kind == Kind::Pdf).map(|(document, _)| self.expected(*document));
            let is_text = used.iter().any(|(_, kind)| *kind == Kind::Text);
            Known { is_text, pdf, claims: of_file.get(&file).map(Vec::as_slice).unwrap_or_default() }
        };
        for (kind, what) in [(Kind::Pdf, "numbers on the pages of PDFs"), (Kind::Text, "encoding of texts")] {
            match (0..documents.len()).any(|idx| !uses.of_document(idx, kind).is_empty()) {
                true => tally.ran(what),
                false => tally.not_run(what, format!("no document has a {}", kind.label())),
            }
        }
        if documents.iter().any(|(idx, _)| !uses.of_document(idx, Kind::Image).is_empty()) {
            tally.not_run("numbers on page images", "pictures of pages are not read");
        }
        if !documents.any_has(Field::Confidentiality) {
            tally.not_run("designations on pages", "no column for the designation");
        }
        let has_rsmf = medium.files().iter().any(|file| file.path.to_ascii_lowercase().ends_with(".rsmf"));
        tally.not_run("RSMF", if has_rsmf { "this version does not read it" } else { "no .rsmf file" });
        contents::check(medium, self.listed, &known, tally);
        let pages = documents.iter().map(|(_, document)| match self.options.level {
            Level::Page => document.range.as_ref().map_or(0, span),
            Level::Document => documents.value(document, Field::PageCount).parse().unwrap_or(0),
        });
        pages.fold(0, u64::saturating_add)
    }

    fn expected(&self, document: usize) -> Option<Expected> {
        let document = self.documents.get(document);
        let designation = self.documents.value(document, Field::Confidentiality);
        Some(Expected {
            range: document.range.clone()?,
            level: self.options.level,
            designation: (!designation.is_empty()).then(|| designation.to_owned()),
            page_count: self.documents.value(document, Field::PageCount).parse().ok(),
        })
    }
}
