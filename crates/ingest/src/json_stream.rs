//! Reads a JSON source element by element: a top-level array, an array under a key of a top-level object, or values that
//! stand one after the other.

use std::collections::BTreeMap;
use std::io;

use duces_model::{Item, Place};
use serde::Deserialize;

use crate::codes;
use crate::encoding::{self, Encoding};
use crate::scan::{self, Kept, ScanError};
use crate::sink::Sink;
use crate::source::Source;
use crate::window::Window;

/// What a format makes of one element.
pub(crate) trait ReadElement {
    /// Returns the file that is read.
    fn source(&self) -> &Source;

    /// Reads one element; `raw` is what stands in the source.
    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink);

    /// Tells whether a line is a remark or a header and no record; the format says so.
    fn is_remark(&mut self, _line: &[u8]) -> bool {
        false
    }

    /// Is told at the end how many elements there were.
    fn end(&mut self, _records: u64, _place: &Place, _sink: &mut Sink) {}
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Keys { first: bool },
    Elements { first: bool },
    Tail,
    Done,
}

/// Where the elements of a source stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// In a top-level array.
    Array,
    /// In an array that begins where the file is read from, with something else behind it.
    Within,
    /// In the array under a key of a top-level object.
    Under(&'static str),
    /// One after the other, with nothing but white space between them.
    Sequence,
}

/// The elements of a JSON source.
pub(crate) struct JsonStream<R> {
    window: Window,
    encoding: Encoding,
    file: String,
    shape: Shape,
    state: State,
    reader: R,
    sink: Sink,
    records: u64,
}

impl Shape {
    fn is_under(self, key: &str) -> bool {
        matches!(self, Self::Under(wanted) if wanted == key)
    }
}

impl<R: ReadElement> JsonStream<R> {
    /// Returns the elements of an array, or of the array `messages` of an object.
    pub(crate) fn new(reader: R, window: Window, keyed: bool, sink: Sink) -> Self {
        Self::shaped(reader, window, if keyed { Shape::Under("messages") } else { Shape::Array }, sink)
    }

    /// Returns the elements of a source of a shape.
    pub(crate) fn shaped(reader: R, window: Window, shape: Shape, sink: Sink) -> Self {
        let source = reader.source();
        Self {
            window,
            encoding: source.encoding,
            file: source.file.clone(),
            shape,
            state: State::Start,
            reader,
            sink,
            records: 0,
        }
    }

    fn step(&mut self) -> Result<(), ScanError> {
        match self.state {
            State::Start => {
                self.state = match self.shape {
                    Shape::Array | Shape::Within => {
                        self.expect(b'[')?;
                        State::Elements { first: true }
                    }
                    Shape::Under(_) => {
                        self.expect(b'{')?;
                        State::Keys { first: true }
                    }
                    Shape::Sequence => State::Elements { first: true },
                };
            }
            State::Keys { first } => self.step_key(first)?,
            State::Elements { first } => self.step_element(first)?,
            State::Tail => {
                if self.shape != Shape::Within && scan::skip_space(&mut self.window)?.is_some() {
                    let place = Place::file(self.file.clone()).at_line(self.window.line());
                    let text =
                        format!("the JSON ended before byte {}; what follows was not read", self.window.offset());
                    self.sink.finding(&codes::TRAILING_DATA, &place, text);
                }
                self.finish();
            }
            State::Done => {}
        }
        Ok(())
    }

    fn step_key(&mut self, first: bool) -> Result<(), ScanError> {
        match next_key(&mut self.window, self.encoding, first)? {
            None => self.state = State::Tail,
            Some(key) if self.shape.is_under(&key) && scan::skip_space(&mut self.window)? == Some(b'[') => {
                self.window.advance(1);
                self.state = State::Elements { first: true };
            }
            Some(_) => {
                scan::value(&mut self.window, self.encoding, false)?;
                self.state = State::Keys { first: false };
            }
        }
        Ok(())
    }

    fn step_element(&mut self, first: bool) -> Result<(), ScanError> {
        if self.shape == Shape::Sequence {
            let next = scan::skip_space(&mut self.window)?;
            return self.step_value(next);
        }
        if next_element(&mut self.window, first)? {
            self.state = State::Elements { first: false };
            return self.element();
        }
        let within = matches!(self.shape, Shape::Under(_));
        self.state = if within { State::Keys { first: false } } else { State::Tail };
        Ok(())
    }

    fn step_value(&mut self, next: Option<u8>) -> Result<(), ScanError> {
        if next.is_none() {
            self.state = State::Tail;
            return Ok(());
        }
        self.state = State::Elements { first: false };
        self.element()
    }

    fn element(&mut self) -> Result<(), ScanError> {
        let Self { window, reader, sink, records, .. } = self;
        if !read_element(window, reader, records, sink)? {
            self.finish();
        }
        Ok(())
    }

    fn expect(&mut self, open: u8) -> Result<(), ScanError> {
        expect(&mut self.window, open)
    }

    fn stop(&mut self, error: &ScanError) {
        say_stop(error, &self.window, &self.file, self.records, &mut self.sink);
        self.finish();
    }

    fn finish(&mut self) {
        self.state = State::Done;
        self.reader.end(self.records, &Place::file(self.file.clone()), &mut self.sink);
    }
}

impl<R: ReadElement> Iterator for JsonStream<R> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.sink.next() {
                return Some(item);
            }
            if self.state == State::Done {
                return None;
            }
            if let Err(error) = self.step() {
                self.stop(&error);
            }
        }
    }
}

/// Reads the element that begins here and returns whether there may be another: not where the file ends within it.
pub(crate) fn read_element<R: ReadElement>(
    window: &mut Window,
    reader: &mut R,
    records: &mut u64,
    sink: &mut Sink,
) -> Result<bool, ScanError> {
    let (line, offset) = (window.line(), window.offset());
    let (file, encoding) = (reader.source().file.clone(), reader.source().encoding);
    let place = Place::file(file).at_line(line).at_record(*records + 1);
    match scan::value(window, encoding, true) {
        Ok(Kept::Whole) => {
            *records += 1;
            reader.read(window.record(), &place, sink);
            Ok(true)
        }
        Ok(Kept::Part) => {
            *records += 1;
            let text = format!("the record at byte {offset} is larger than {} MiB", scan::LIMIT >> 20);
            sink.excepted(&codes::RECORD_TOO_LARGE, &place, text, &[]);
            Ok(true)
        }
        Err(ScanError::Ended) => {
            let text = format!(
                "the file ends within the record that begins at line {line}, byte {offset}; {records} before it were read"
            );
            sink.excepted(&codes::JSON_BROKEN, &place, text, window.record());
            Ok(false)
        }
        Err(other) => Err(other),
    }
}

/// Moves to the next element of an array; false where the array ends, whose bracket is then passed.
pub(crate) fn next_element(window: &mut Window, first: bool) -> Result<bool, ScanError> {
    let mut next = scan::skip_space(window)?;
    if next == Some(b',') && !first {
        window.advance(1);
        next = scan::skip_space(window)?;
    } else if !first && next != Some(b']') {
        return Err(next.map_or(ScanError::Ended, ScanError::Unexpected));
    }
    match next {
        None => Err(ScanError::Ended),
        Some(b']') => {
            window.advance(1);
            Ok(false)
        }
        Some(_) => Ok(true),
    }
}

/// Moves over an opening bracket or brace.
pub(crate) fn expect(window: &mut Window, open: u8) -> Result<(), ScanError> {
    match scan::skip_space(window)? {
        Some(found) if found == open => {
            window.advance(1);
            Ok(())
        }
        Some(found) => Err(ScanError::Unexpected(found)),
        None => Err(ScanError::Ended),
    }
}

/// Says why reading stopped, and where.
pub(crate) fn say_stop(error: &ScanError, window: &Window, file: &str, records: u64, sink: &mut Sink) {
    let (line, offset) = window.here();
    let place = Place::file(file.to_owned()).at_line(line);
    let kept = format!("{records} records before it were read");
    match error {
        ScanError::Io(error) => {
            sink.finding(&codes::READ_FAILED, &place, format!("{error} at byte {offset}; {kept}"));
        }
        ScanError::Ended => {
            let text = format!("the file ends at line {line}, byte {offset}, before the JSON does; {kept}");
            sink.finding(&codes::JSON_BROKEN, &place, text);
        }
        ScanError::Unexpected(byte) => {
            let shown = char::from(*byte).escape_default();
            let text = format!("`{shown}` at line {line}, byte {offset} is no JSON; {kept}, nothing after it");
            sink.finding(&codes::JSON_BROKEN, &place, text);
        }
    }
}

/// Returns the next key of an object whose brace was passed, its value being next; nothing at the closing brace.
pub(crate) fn next_key(window: &mut Window, encoding: Encoding, first: bool) -> Result<Option<String>, ScanError> {
    let mut next = scan::skip_space(window)?;
    if next == Some(b',') && !first {
        window.advance(1);
        next = scan::skip_space(window)?;
    } else if !first && next != Some(b'}') {
        return Err(next.map_or(ScanError::Ended, ScanError::Unexpected));
    }
    match next {
        None => return Err(ScanError::Ended),
        Some(b'}') => {
            window.advance(1);
            return Ok(None);
        }
        Some(b'"') => {}
        Some(other) => return Err(ScanError::Unexpected(other)),
    }
    scan::value(window, encoding, true)?;
    let key = serde_json::from_slice(&encoding.utf8_bytes(window.record())).unwrap_or_default();
    match scan::skip_space(window)? {
        Some(b':') => window.advance(1),
        Some(other) => return Err(ScanError::Unexpected(other)),
        None => return Err(ScanError::Ended),
    }
    Ok(Some(key))
}

/// Returns the values of some keys of a top-level object, as UTF-8. The scan ends where `enough` says so, before the
/// value of `messages` is passed over; a break of the JSON ends it too, for the stream will report it.
pub(crate) fn header(
    window: &mut Window,
    encoding: Encoding,
    wanted: &[&str],
    enough: impl Fn(&BTreeMap<String, Vec<u8>>) -> bool,
) -> io::Result<BTreeMap<String, Vec<u8>>> {
    header_before(window, encoding, "messages", wanted, enough)
}

/// Does the same where the records stand under another key than `messages`.
pub(crate) fn header_before(
    window: &mut Window,
    encoding: Encoding,
    records: &str,
    wanted: &[&str],
    enough: impl Fn(&BTreeMap<String, Vec<u8>>) -> bool,
) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    if scan::skip_space(window)? != Some(b'{') {
        return Ok(found);
    }
    window.advance(1);
    let mut first = true;
    loop {
        let key = match next_key(window, encoding, first) {
            Ok(Some(key)) => key,
            Ok(None) | Err(ScanError::Ended | ScanError::Unexpected(_)) => return Ok(found),
            Err(ScanError::Io(error)) => return Err(error),
        };
        first = false;
        if key == records {
            found.insert(key.clone(), Vec::new());
            if enough(&found) {
                return Ok(found);
            }
        }
        let keep = wanted.contains(&key.as_str());
        match scan::value(window, encoding, keep) {
            Ok(Kept::Whole) if keep => {
                found.insert(key, encoding.utf8_bytes(window.record()).into_owned());
            }
            Ok(_) => {}
            Err(ScanError::Io(error)) => return Err(error),
            Err(_) => return Ok(found),
        }
    }
}

/// Returns the bytes, as UTF-8, of the first element of the array under a key of a top-level object.
pub(crate) fn first_under(window: &mut Window, encoding: Encoding, key: &str) -> io::Result<Option<Vec<u8>>> {
    match to_first_under(window, encoding, key) {
        Ok(true) => Ok(Some(encoding.utf8_bytes(window.record()).into_owned())),
        Ok(false) | Err(ScanError::Ended | ScanError::Unexpected(_)) => Ok(None),
        Err(ScanError::Io(error)) => Err(error),
    }
}

fn to_first_under(window: &mut Window, encoding: Encoding, key: &str) -> Result<bool, ScanError> {
    if scan::skip_space(window)? != Some(b'{') {
        return Ok(false);
    }
    window.advance(1);
    let mut first = true;
    while let Some(found) = next_key(window, encoding, first)? {
        first = false;
        if found != key {
            scan::value(window, encoding, false)?;
            continue;
        }
        if scan::skip_space(window)? != Some(b'[') {
            return Ok(false);
        }
        window.advance(1);
        return Ok(scan::skip_space(window)? != Some(b']') && scan::value(window, encoding, true)? == Kept::Whole);
    }
    Ok(false)
}

/// Returns the typed form of one element, mended where it must be; otherwise it is set aside and `None` returned.
pub(crate) fn element<'a, T: Deserialize<'a>>(
    raw: &'a [u8],
    encoding: Encoding,
    spare: &'a mut Vec<u8>,
    place: &Place,
    sink: &mut Sink,
) -> Option<T> {
    if !raw.starts_with(b"{") {
        sink.excepted(&codes::NOT_AN_OBJECT, place, "a message should be a JSON object here", raw);
        return None;
    }
    if encoding == Encoding::Utf8 {
        match serde_json::from_slice(raw) {
            Ok(value) => return Some(value),
            Err(_) => *spare = raw.to_vec(),
        }
    } else {
        *spare = encoding.utf8_bytes(raw).into_owned();
    }
    if let Some(mended) = encoding::mend_json(spare, place, sink) {
        *spare = mended;
    }
    match serde_json::from_slice(spare) {
        Ok(value) => Some(value),
        Err(error) => {
            let code = if error.is_data() { &codes::WRONG_TYPE } else { &codes::BAD_JSON };
            sink.excepted(code, place, error.to_string(), raw);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::{Options, SourceFile};

    /// Counts elements.
    struct Count(Source);

    impl ReadElement for Count {
        fn source(&self) -> &Source {
            &self.0
        }

        fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
            sink.finding(&codes::BLANK_LINE, place, String::from_utf8_lossy(raw));
        }
    }

    /// Yields its bytes one by one, then fails.
    struct Failing(std::vec::IntoIter<u8>);

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some(byte) = self.0.next() else { return Err(io::Error::other("the disk is gone")) };
            buffer[0] = byte;
            Ok(1)
        }
    }

    #[test]
    fn an_input_error_keeps_what_was_read_and_says_where() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x.json");
        std::fs::write(&file, "[]").expect("written");
        let source =
            Source::new(&SourceFile::single(crate::Format::ChatlogJson, &file), folder.path(), &Options::default())
                .expect("readable");
        let window = Window::new(Box::new(Failing(b"[{\"a\":\"]\\\"\"},\n[1,\"}\"] , {".to_vec().into_iter())));
        let items = JsonStream::new(Count(source), window, false, Sink::default());
        let said: Vec<(String, String)> = items
            .filter_map(|item| match item {
                Item::Finding(finding) => Some((finding.code.to_owned(), finding.text)),
                _ => None,
            })
            .collect();
        let texts: Vec<&str> = said.iter().map(|(_, text)| text.as_str()).collect();
        let stopped = "the disk is gone at byte 25; 2 records before it were read";
        assert_eq!(texts, ["{\"a\":\"]\\\"\"}", "[1,\"}\"]", stopped]);
        assert_eq!(said[2].0, "INGEST_READ_FAILED");
    }
}
