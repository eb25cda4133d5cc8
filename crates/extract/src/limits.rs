//! How much an attachment may ask for, and what is left of it while one is read.

use std::cell::Cell;
use std::io::{self, Read};

use crate::note::{Limit, Note};

/// How much an attachment may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest text that is kept, in bytes of UTF-8; a longer one is cut and noted.
    pub max_text_bytes: usize,
    /// The largest attachment, or member of a container, that is read.
    pub max_bytes: u64,
    /// How many bytes all that lies in an attachment may unfold to.
    pub max_unfolded_bytes: u64,
    /// How many members an attachment may have, those in containers within it included.
    pub max_members: usize,
    /// How deep containers may lie within one another; the attachment itself is the first.
    pub max_depth: usize,
    /// The bounds for PDFs.
    pub pdf: duces_pdf::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_text_bytes: 64 << 20,
            max_bytes: 256 << 20,
            max_unfolded_bytes: 1 << 30,
            max_members: 10_000,
            max_depth: 8,
            // What a text is must not depend on how fast the machine is.
            pdf: duces_pdf::Limits::without_deadline(),
        }
    }
}

/// Takes the text out of a file or of a member of one, by its media type.
pub(crate) type ReadMember = fn(&[u8], &str, &mut Job<'_>) -> Option<String>;

/// An attachment that is being read: the limits, what is left of them, and what there is to say.
pub(crate) struct Job<'l> {
    pub(crate) limits: &'l Limits,
    /// How what lies in a container is read.
    pub(crate) read: ReadMember,
    /// What is to be said of what is being read just now.
    pub(crate) notes: Vec<Note>,
    /// How many bytes may still unfold. Readers that lie deep in libraries count it down.
    unfold: Cell<u64>,
    members: usize,
    pub(crate) depth: usize,
}

impl<'l> Job<'l> {
    pub(crate) fn new(limits: &'l Limits, read: ReadMember) -> Self {
        Self {
            limits,
            read,
            notes: Vec::new(),
            unfold: Cell::new(limits.max_unfolded_bytes),
            members: limits.max_members,
            depth: 1,
        }
    }

    /// Returns whether another member may come.
    pub(crate) fn has_member(&self) -> bool {
        self.members > 0
    }

    /// Takes one member off what may still come; whether there was one.
    pub(crate) fn take_member(&mut self) -> bool {
        let left = self.members.checked_sub(1);
        self.members = left.unwrap_or(0);
        left.is_some()
    }

    /// Says something of what is being read.
    pub(crate) fn say(&mut self, note: Note) {
        self.notes.push(note);
    }

    /// Returns a reader that fails where more unfolds than may.
    pub(crate) fn metered<R: Read>(&self, inner: R) -> Metered<'_, R> {
        Metered { inner, left: &self.unfold }
    }

    /// Reads a member as a whole.
    pub(crate) fn read_whole(&self, reader: impl Read) -> Result<Vec<u8>, Note> {
        let mut bytes = Vec::new();
        let most = self.limits.max_bytes;
        let mut reader = self.metered(reader).take(most.saturating_add(1));
        reader.read_to_end(&mut bytes).map_err(|error| Note::from_io(&error))?;
        if bytes.len() as u64 > most { Err(Note::LimitReached(Limit::Size)) } else { Ok(bytes) }
    }
}

/// Counts down what may still unfold.
pub(crate) struct Metered<'j, R> {
    inner: R,
    left: &'j Cell<u64>,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let Some(left) = self.left.get().checked_sub(read as u64) else {
            self.left.set(0);
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        self.left.set(left);
        Ok(read)
    }
}
