//! RSMF of Relativity and of the tools that write for it. Each event is one record.
//!
//! The format itself, its leniency and its findings, is the crate `duces-rsmf`'s; here events become messages.

mod ids;
mod record;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::vec::IntoIter;

use duces_model::{Finding, Item, Place};
use duces_rsmf::{Event, MANIFEST_NAME, Manifest, RsmfFile};

use crate::probe::{Probe, Tree};
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, SourceFile};
use crate::{Format, IngestError, Items, codes, when};
use record::People;

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::Rsmf, is_file, in_tree: Some(in_tree), open };

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if probe.head.starts_with(b"PK") {
        return Ok(memchr::memmem::find(probe.head, MANIFEST_NAME.as_bytes()).is_some());
    }
    if probe.is_object() {
        let keys = ["version", "participants", "conversations"];
        let found = probe.keys(&keys, |found| keys.iter().all(|key| found.contains_key(*key)))?;
        return Ok(keys.iter().all(|key| found.contains_key(*key)));
    }
    Ok(has_header(probe.head))
}

/// Returns whether a mail has the header of an RSMF; only its headers are looked at.
fn has_header(head: &[u8]) -> bool {
    let starts = |line: &[u8]| line.get(..7).is_some_and(|start| start.eq_ignore_ascii_case(b"X-RSMF-"));
    let mut lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.by_ref().take_while(|line| !line.is_empty()).any(starts)
}

/// A manifest and the files beside it that it names are one source: a file that was sent is no source of its own.
fn in_tree(tree: &Tree<'_>) -> Result<Vec<SourceFile>, IngestError> {
    let sources = tree.named(MANIFEST_NAME).map(|manifest| {
        let mut members = vec![manifest.to_owned()];
        members.extend(named_files(tree, manifest));
        members.sort();
        SourceFile { format: Format::Rsmf, path: manifest.to_owned(), members }
    });
    Ok(sources.collect())
}

fn named_files(tree: &Tree<'_>, manifest: &Path) -> Vec<PathBuf> {
    // What cannot be read names nothing; opening it says why.
    let Ok(file) = RsmfFile::open(&tree.root.join(manifest), &Place::file("")) else { return Vec::new() };
    let Ok(read) = file.read() else { return Vec::new() };
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let manifest = read.manifest();
    let avatars = manifest.participants.iter().filter_map(|participant| participant.avatar.as_ref());
    let icons = manifest.conversations.iter().filter_map(|conversation| conversation.icon.as_ref());
    let attachments = manifest.events.iter().flat_map(|event| &event.attachments).map(|attachment| &attachment.id);
    let mut named: Vec<PathBuf> = avatars.chain(icons).chain(attachments).map(|id| folder.join(id)).collect();
    named.sort();
    named.dedup();
    named.retain(|path| tree.files.binary_search(path).is_ok());
    named
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let place = source.place();
    let wrong = |error: &dyn std::fmt::Display| source.wrong(Format::Rsmf, error.to_string());
    let file = RsmfFile::open(&source.path, &place).map_err(|error| wrong(&error))?;
    let read = file.read().map_err(|error| wrong(&error))?;
    let times = read.events.iter().filter_map(|read| read.event.as_ref()?.timestamp.as_deref());
    if source.options.zone.is_none() && times.into_iter().any(is_local) {
        return Err(IngestError::ZoneNeeded { path: source.path.clone() });
    }
    let mut findings = read.findings.clone();
    findings.extend(provenance(&file, &place));
    let events: Vec<Pending> = read
        .events
        .iter()
        .map(|read| Pending { raw: read.raw.to_owned(), place: read.place.clone(), event: read.event.clone() })
        .collect();
    let manifest: Manifest = read.head.clone();
    let parents = events.iter().filter_map(|pending| pending.event.as_ref()?.parent.clone()).collect();
    let span = ids::Span::of(read.events.iter().filter_map(|read| read.event.as_ref()));
    drop(read);
    let people = People::of(&manifest, &source);
    let items =
        Rsmf { source, file, people, span, parents, findings: findings.into_iter(), events: events.into_iter(), sink };
    Ok(Box::new(items))
}

/// Returns whether a time names no offset, so that it needs a zone.
fn is_local(text: &str) -> bool {
    when::from_rfc3339(text).is_none() && when::from_local(text, &duces_model::Zone::utc()).is_some()
}

fn provenance(file: &RsmfFile, place: &Place) -> Option<Finding> {
    const TOLD: &[&str] = &["Generator", "Application", "Custodian", "EventCollectionID", "BeginDate", "EndDate"];
    let told =
        TOLD.iter().filter_map(|name| Some(format!("{name}: {}", file.headers().get(&format!("X-RSMF-{name}"))?)));
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| Finding::new(&codes::PROVENANCE, place.clone(), told.join("; ")))
}

/// An event that is still to be made a record.
struct Pending {
    raw: String,
    place: Place,
    event: Option<Event>,
}

/// The records of one RSMF.
struct Rsmf {
    source: Source,
    file: RsmfFile,
    people: People,
    span: ids::Span,
    /// The ids that are some event's parent.
    parents: BTreeSet<String>,
    findings: IntoIter<Finding>,
    events: IntoIter<Pending>,
    sink: Sink,
}

impl Iterator for Rsmf {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.sink.next() {
                return Some(item);
            }
            if let Some(finding) = self.findings.next() {
                return Some(Item::Finding(finding));
            }
            let Pending { raw, place, event } = self.events.next()?;
            match event {
                Some(event) => self.record(&event, raw, &place),
                None => {
                    let text = "an event should be a JSON object";
                    self.sink.excepted(&codes::NOT_AN_OBJECT, &place, text, raw.as_bytes());
                }
            }
        }
    }
}
