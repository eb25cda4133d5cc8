//! Where in an XML file reading stands.

/// Deeper than any load file nests, folders included.
const DEEPEST: usize = 64;

/// The open elements, each with the line it starts on.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    open: Vec<(String, u64)>,
    has_root: bool,
}

impl Tree {
    /// Returns the innermost open element's name; empty outside the root.
    pub(crate) fn parent(&self) -> &str {
        self.open.last().map_or("", |(name, _)| name)
    }

    /// Whether no element is open.
    pub(crate) fn is_outside(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether the root element was closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.has_root && self.open.is_empty()
    }

    /// Opens an element; false where it is nested too deep.
    pub(crate) fn open(&mut self, name: String, line: u64) -> bool {
        self.has_root = true;
        self.open.push((name, line));
        self.open.len() <= DEEPEST
    }

    /// Closes the innermost element and returns it.
    pub(crate) fn close(&mut self) -> Option<(String, u64)> {
        self.open.pop()
    }

    /// Says what is wrong when the file ends here.
    pub(crate) fn fault_at_end(&self) -> Option<String> {
        match self.open.last() {
            Some((name, line)) => Some(format!("the file ends within `{name}`, opened on line {line}")),
            None if !self.has_root => Some("the file holds no element".to_owned()),
            None => None,
        }
    }
}

/// Whether XML 1.0 allows the character (production 2, `Char`); surrogates are no characters here.
pub(crate) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}
