//! XML of documents, piece by piece, with bounded memory: what stands in a file of some gigabytes passes through.

use std::io::{self, BufReader, Read};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::note::Note;

/// No text or tag is longer.
const LONGEST_PIECE: usize = 16 << 20;

/// A piece of XML. An element that is empty opens and closes.
pub(crate) enum Piece<'a> {
    Open(BytesStart<'a>),
    /// The end of an element, by its name without prefix.
    Close(String),
    Text(String),
}

/// XML that is being read.
pub(crate) struct Xml<R: Read> {
    reader: Reader<BufReader<Bounded<R>>>,
    buffer: Vec<u8>,
}

impl<R: Read> Xml<R> {
    pub(crate) fn new(inner: R) -> Self {
        let mut reader = Reader::from_reader(BufReader::with_capacity(64 << 10, Bounded { inner, piece: 0 }));
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new() }
    }

    /// Returns the next piece, `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Piece<'_>>, Note> {
        // Borrows end with each round; what is returned is read in the last one.
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer).map_err(note_of)?;
            let piece = match event {
                Event::Eof => return Ok(None),
                Event::Start(tag) => Piece::Open(tag.into_owned()),
                Event::End(tag) => Piece::Close(tag.local_name().as_ref().to_owned()),
                Event::Text(text) => Piece::Text(text.as_ref().to_owned()),
                Event::CData(text) => Piece::Text(text.as_ref().to_owned()),
                Event::GeneralRef(reference) => Piece::Text(resolved(&reference)),
                _ => continue,
            };
            return Ok(Some(piece));
        }
    }
}

fn note_of(error: quick_xml::Error) -> Note {
    match &error {
        quick_xml::Error::Io(source) => Note::from_io(source),
        other => Note::Unreadable(other.to_string()),
    }
}

/// A reference that nothing explains stays as it stands.
fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string();
    }
    let name: &str = reference;
    resolve_predefined_entity(name).map_or_else(|| format!("&{name};"), str::to_owned)
}

/// Returns an element's name without its prefix.
pub(crate) fn local(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_owned()
}

/// Returns an attribute by its name without prefix.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.html_attributes();
    let mut attributes = attributes.with_checks(false).flatten();
    let attribute = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
    Some(value.map_or_else(|_| attribute.value.to_string(), |value| value.into_owned()))
}

/// Returns the relation that an element names by an `id` with a prefix; an `id` without one is its own.
pub(crate) fn relation(tag: &BytesStart<'_>) -> Option<String> {
    let mut attributes = tag.html_attributes();
    let mut attributes = attributes.with_checks(false).flatten();
    let is_relation = |key: quick_xml::name::QName<'_>| key.prefix().is_some() && key.local_name().as_ref() == "id";
    attributes.find(|attribute| is_relation(attribute.key)).map(|attribute| attribute.value.to_string())
}

/// Returns whether an attribute that is on or off is on.
pub(crate) fn is_on(tag: &BytesStart<'_>, name: &str) -> bool {
    attribute(tag, name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "on"))
}

/// Fails where a single text or tag is longer than any is.
struct Bounded<R> {
    inner: R,
    piece: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let mut start = 0;
        for at in memchr::memchr_iter(b'<', buffer.get(..read).unwrap_or_default()) {
            (self.piece, start) = (0, at);
        }
        self.piece += read - start;
        if self.piece > LONGEST_PIECE {
            return Err(io::Error::other(format!("it holds a text or tag of more than {} MiB", LONGEST_PIECE >> 20)));
        }
        Ok(read)
    }
}
