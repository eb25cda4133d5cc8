//! What drawings, charts and diagrams say: their parts have one shape in all documents of Office Open XML.

use super::package::{Package, Part};
use super::part;
use crate::blocks::Blocks;
use crate::limits::Job;
use crate::note::Note;
use crate::written::Written;
use crate::xml::{Piece, attribute, local};

/// No drawing says more.
const MOST: usize = 16 << 20;

/// Writes the text of all drawings, charts and diagrams below a folder.
pub(super) fn read_all(package: &mut Package<'_>, folder: &str, out: &mut Written, job: &mut Job<'_>) {
    let groups = [("drawings", "drawings/drawing"), ("charts", "charts/chart"), ("diagrams", "diagrams/data")];
    for (label, begin) in groups {
        out.section(label);
        let wanted = |name: &str| {
            name.ends_with(".xml") && name.strip_prefix(folder).is_some_and(|file| file.starts_with(begin))
        };
        for name in package.names_where(wanted) {
            part(package, &name, job, |xml| paragraphs(xml, &mut |line| out.line(line)));
        }
    }
}

/// Gives each paragraph of a part in DrawingML, its tables as rows, and the values that a chart shows.
pub(super) fn paragraphs(xml: &mut Part<'_, '_, '_>, each: &mut dyn FnMut(&str)) -> Result<(), Note> {
    let mut out = Written::new(MOST);
    let result = Reader::default().read(xml, &mut out);
    out.finish().0.lines().for_each(each);
    result
}

#[derive(Default)]
struct Reader {
    blocks: Blocks,
    /// The texts of the paragraphs that are open.
    open: Vec<String>,
    in_text: bool,
    /// Elements that are open within one that is passed over, itself included.
    skipped: usize,
}

impl Reader {
    fn read(mut self, xml: &mut Part<'_, '_, '_>, out: &mut Written) -> Result<(), Note> {
        let result = loop {
            match xml.next() {
                Ok(Some(Piece::Open(tag))) => {
                    let name = local(&tag);
                    // The number of a slide is a field on it.
                    let is_number = name == "fld" && attribute(&tag, "type").is_some_and(|kind| kind == "slidenum");
                    if self.skipped > 0 || name == "Fallback" || is_number {
                        self.skipped += 1;
                    } else {
                        self.open(&name);
                    }
                }
                Ok(Some(Piece::Close(_))) if self.skipped > 0 => self.skipped -= 1,
                Ok(Some(Piece::Close(name))) => self.close(&name, out),
                Ok(Some(Piece::Text(text))) if self.in_text && self.skipped == 0 => self.add(&text),
                Ok(Some(Piece::Text(_))) => {}
                Ok(None) => break Ok(()),
                Err(note) => break Err(note),
            }
        };
        while !self.open.is_empty() {
            self.end_paragraph(out);
        }
        result
    }

    fn open(&mut self, name: &str) {
        match name {
            "p" => self.open.push(String::new()),
            "t" => self.in_text = true,
            "v" => {
                self.open.push(String::new());
                self.in_text = true;
            }
            "br" => self.add("\n"),
            "tr" => self.blocks.begin_row(),
            "tc" => self.blocks.begin_cell(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, out: &mut Written) {
        match name {
            "p" => self.end_paragraph(out),
            "v" => {
                self.in_text = false;
                self.end_paragraph(out);
            }
            "t" => self.in_text = false,
            "tc" => self.blocks.end_cell(1),
            "tr" => self.blocks.end_row(1, out),
            _ => {}
        }
    }

    fn end_paragraph(&mut self, out: &mut Written) {
        let text = self.open.pop().unwrap_or_default();
        if !text.trim().is_empty() {
            self.blocks.paragraph(&text, out);
        }
    }

    fn add(&mut self, text: &str) {
        if let Some(last) = self.open.last_mut() {
            last.push_str(text);
        }
    }
}
