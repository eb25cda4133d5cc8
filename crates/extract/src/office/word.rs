//! Word documents (DOCX): the body as it stands once tracked changes are accepted, then all that stands beside it, and
//! each paragraph with tracked changes as it was before them.

use quick_xml::events::BytesStart;

use super::drawing;
use super::package::{Package, Part};
use super::{part, say_hidden};
use crate::blocks::Blocks;
use crate::limits::Job;
use crate::note::Note;
use crate::written::{Written, one_line};
use crate::xml::{Piece, attribute, local};

/// What was met that is not seen at once.
struct Found {
    deletions: usize,
    insertions: usize,
    hidden_runs: usize,
    comments: usize,
    /// Paragraphs as they were before tracked changes.
    before: Written,
}

/// Reads a document.
pub(super) fn read(package: &mut Package<'_>, out: &mut Written, job: &mut Job<'_>) -> Result<(), Note> {
    let main = package.main("word/document.xml", job);
    if !package.has(&main) {
        return Err(Note::Unreadable("it has no main part".to_owned()));
    }
    let folder = main.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let before = Written::new(job.limits.max_text_bytes);
    let mut found = Found { deletions: 0, insertions: 0, hidden_runs: 0, comments: 0, before };
    part(package, &main, job, |xml| story(xml, out, &mut found));
    let beside: [(&str, &[&str]); 3] = [
        ("headers and footers", &["header", "footer"]),
        ("footnotes and endnotes", &["footnotes", "endnotes"]),
        ("comments", &["comments.xml"]),
    ];
    for (label, begins) in beside {
        out.section(label);
        for name in package.names_where(|name| {
            let file = name.strip_prefix(folder.as_str()).unwrap_or("/");
            !file.contains('/') && file.ends_with(".xml") && begins.iter().any(|begin| file.starts_with(begin))
        }) {
            part(package, &name, job, |xml| story(xml, out, &mut found));
        }
    }
    out.section("text before tracked changes");
    for line in found.before.finish().0.lines() {
        out.line(line);
    }
    drawing::read_all(package, &folder, out, job);
    links(package, &main, out, job);
    say_hidden("tracked deletions, which stand at its end", found.deletions, job);
    say_hidden("tracked insertions", found.insertions, job);
    say_hidden("runs of text that are formatted as hidden", found.hidden_runs, job);
    say_hidden("comments, which stand at its end", found.comments, job);
    Ok(())
}

/// Writes the addresses that a part's links lead to, which its text need not show.
pub(super) fn links(package: &mut Package<'_>, of: &str, out: &mut Written, job: &mut Job<'_>) {
    let relations = package.relations(of, job).into_iter();
    let links = relations.filter(|relation| relation.external && relation.kind == "hyperlink");
    let mut addresses: Vec<String> = links.map(|relation| relation.target).collect();
    addresses.sort();
    addresses.dedup();
    out.section("addresses of links");
    for address in addresses {
        out.line(&one_line(&address));
    }
}

/// A paragraph that is open: as it is, and as it was before tracked changes.
#[derive(Default)]
struct Paragraph {
    now: String,
    before: String,
    changed: bool,
}

/// Where the reader is.
#[derive(Default)]
struct State {
    paragraphs: Vec<Paragraph>,
    blocks: Blocks,
    /// Elements that are open within one that is passed over, itself included.
    skipped: usize,
    /// Elements that are open within the properties of a run, themselves included.
    in_properties: usize,
    /// How many elements are open whose text is deleted, and inserted.
    deleted: usize,
    inserted: usize,
    /// Whether text is what is open.
    in_text: bool,
    is_hidden: bool,
}

/// Elements whose content is no text, or the same text once more.
const SKIPPED: &[&str] = &["pPr", "tblPr", "tcPr", "trPr", "sectPr", "Fallback", "instrText", "delInstrText", "rt"];

fn story(xml: &mut Part<'_, '_, '_>, out: &mut Written, found: &mut Found) -> Result<(), Note> {
    let mut state = State::default();
    let result = loop {
        match xml.next() {
            Ok(Some(Piece::Open(tag))) => state.open(&tag, out, found),
            Ok(Some(Piece::Close(name))) => state.close(&name, out, found),
            Ok(Some(Piece::Text(text))) if state.skipped == 0 && state.in_text => state.add(&text),
            Ok(Some(Piece::Text(_))) => {}
            Ok(None) => break Ok(()),
            Err(note) => break Err(note),
        }
    };
    // What was read before the part broke off is text all the same.
    while !state.paragraphs.is_empty() {
        state.end_paragraph(out, found);
    }
    result
}

impl State {
    fn open(&mut self, tag: &BytesStart<'_>, out: &mut Written, found: &mut Found) {
        let name = local(tag);
        if self.skipped > 0 || SKIPPED.contains(&name.as_str()) {
            self.skipped += 1;
            return;
        }
        if self.in_properties > 0 {
            let is_off = attribute(tag, "val").is_some_and(|value| matches!(value.as_str(), "0" | "false" | "off"));
            self.is_hidden |= name == "vanish" && !is_off;
            self.in_properties += 1;
            return;
        }
        match name.as_str() {
            "p" => self.paragraphs.push(Paragraph::default()),
            "rPr" => (self.in_properties, self.is_hidden) = (1, false),
            "t" | "delText" => self.in_text = true,
            "tab" | "ptab" => self.add("\t"),
            "br" | "cr" => self.add("\n"),
            "noBreakHyphen" => self.add("-"),
            "sym" => self.symbol(tag),
            "tr" => self.blocks.begin_row(),
            "tc" => self.blocks.begin_cell(),
            "del" | "moveFrom" => {
                self.deleted += 1;
                found.deletions += 1;
            }
            "ins" | "moveTo" => {
                self.inserted += 1;
                found.insertions += 1;
            }
            "comment" => {
                found.comments += 1;
                let said = ["author", "date"].map(|of| attribute(tag, of).unwrap_or_default());
                out.line(&one_line(&format!("{}:", said.join(" ").trim())));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str, out: &mut Written, found: &mut Found) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        if self.in_properties > 0 {
            self.in_properties -= 1;
            found.hidden_runs += usize::from(self.in_properties == 0 && self.is_hidden);
            return;
        }
        match name {
            "p" => self.end_paragraph(out, found),
            "t" | "delText" => self.in_text = false,
            "tc" => self.blocks.end_cell(1),
            "tr" => self.blocks.end_row(1, out),
            "del" | "moveFrom" => self.deleted = self.deleted.saturating_sub(1),
            "ins" | "moveTo" => self.inserted = self.inserted.saturating_sub(1),
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        let (deleted, inserted) = (self.deleted > 0, self.inserted > 0);
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        if !deleted {
            paragraph.now.push_str(text);
        }
        // What was inserted and deleted again stood there for a while.
        if deleted || !inserted {
            paragraph.before.push_str(text);
        }
        paragraph.changed |= deleted || inserted;
    }

    /// Symbols of fonts that are no Unicode have no character; a sign stands for them.
    fn symbol(&mut self, tag: &BytesStart<'_>) {
        let code = attribute(tag, "char").and_then(|code| u32::from_str_radix(&code, 16).ok());
        let is_own = |code: &u32| (0xe000..=0xf8ff).contains(code);
        let character = code.filter(|code| !is_own(code)).and_then(char::from_u32).unwrap_or('\u{25a1}');
        self.add(character.encode_utf8(&mut [0; 4]));
    }

    fn end_paragraph(&mut self, out: &mut Written, found: &mut Found) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        if !paragraph.now.is_empty() || !paragraph.changed {
            self.blocks.paragraph(&paragraph.now, out);
        }
        if paragraph.changed && !paragraph.before.trim().is_empty() {
            found.before.line(&paragraph.before);
        }
    }
}
