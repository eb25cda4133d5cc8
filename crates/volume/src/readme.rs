//! README.txt of a volume: what it is and how to check it with nothing but `sha256sum`.

use std::fmt::Write as _;

use duces_model::BatesRange;

use crate::manifest::MANIFEST_NAME;
use crate::rel_path::RelPath;

/// The file's name at the top of a volume.
pub const README_NAME: &str = "README.txt";

/// What the README says. It holds no date but the one the request gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadmeFacts {
    /// The volume's name.
    pub volume: String,
    /// What is produced and by whom, in the request's words; one line each.
    pub title: Vec<String>,
    /// The request's date, as it is to be printed.
    pub date: Option<String>,
    /// The Bates ranges, in order.
    pub ranges: Vec<BatesRange>,
    /// How many documents.
    pub documents: u64,
    /// How many pages.
    pub pages: u64,
    /// How many files the manifest lists, this README included.
    pub files: u64,
    /// Each folder, or load file, with what is in it.
    pub contents: Vec<(RelPath, String)>,
    /// Further lines, such as the encoding of the load files.
    pub notes: Vec<String>,
}

/// Returns the text of README.txt, with CR LF so that every editor shows its lines.
pub fn readme(facts: &ReadmeFacts) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        // What comes from a request may hold line breaks; here each text is one line.
        out.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
        out.push_str("\r\n");
    };
    line(&format!("Production volume {}", facts.volume));
    facts.title.iter().for_each(|title| line(title));
    if let Some(date) = &facts.date {
        line(&format!("Date: {date}"));
    }
    for range in &facts.ranges {
        line(&format!("Bates numbers: {range}"));
    }
    line(&format!("Documents: {}", facts.documents));
    line(&format!("Pages: {}", facts.pages));
    line(&format!("Files: {} listed in {MANIFEST_NAME}, and that file itself", facts.files));
    if !facts.contents.is_empty() {
        line("");
        line("CONTENTS");
        let width = facts.contents.iter().map(|(path, _)| path.as_str().len()).max().unwrap_or(0);
        facts.contents.iter().for_each(|(path, what)| line(&format!("  {path:width$}  {what}", path = path.as_str())));
    }
    line("");
    line("HOW TO CHECK THIS VOLUME");
    how_to_check(facts, &mut line);
    if !facts.notes.is_empty() {
        line("");
        line("NOTES");
        facts.notes.iter().for_each(|note| line(&format!("  {note}")));
    }
    out
}

fn how_to_check(facts: &ReadmeFacts, line: &mut impl FnMut(&str)) {
    let mut step = String::new();
    write!(step, "     It prints OK for each of {} files and nothing else.", facts.files)
        .expect("writing to a string does not fail");
    line("  In a shell, in the folder of this file (Linux, macOS with coreutils, Git Bash on Windows):");
    line(&format!("  1. sha256sum -c --strict {MANIFEST_NAME}"));
    line(&step);
    line("  2. find . -type f | wc -l");
    line(&format!(
        "     It prints {}: the listed files and the manifest; more means that a file was added.",
        facts.files + 1
    ));
    line(&format!("  3. sha256sum {MANIFEST_NAME}"));
    line("     It prints the digest that stands in the cover letter of this production.");
}
