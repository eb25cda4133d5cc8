//! A text that is being written: lines under headings, up to a limit.

use crate::note::Note;

/// A text that is being written. What is beyond the limit is counted and not kept.
pub(crate) struct Written {
    text: String,
    limit: usize,
    lost: usize,
    /// The label of a section that nothing stands in yet.
    section: Option<String>,
    /// The label of the section that is being written.
    current: String,
}

impl Written {
    pub(crate) fn new(limit: usize) -> Self {
        Self { text: String::new(), limit, lost: 0, section: None, current: String::new() }
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, line: &str) {
        if let Some(section) = self.section.take() {
            if !self.text.is_empty() {
                self.push("\n");
            }
            self.push(&format!("[{}]\n", one_line(&section)));
            self.current = section;
        }
        self.push(line);
        self.push("\n");
    }

    /// Begins a section, or goes on with it; its label is written with the first line in it, so that an empty one leaves
    /// no trace.
    pub(crate) fn section(&mut self, label: impl Into<String>) {
        let label = label.into();
        self.section = (label != self.current).then_some(label);
    }

    /// Begins a section whose label stands also where nothing follows.
    pub(crate) fn heading(&mut self, label: &str) {
        self.section = None;
        self.current.clear();
        if !self.text.is_empty() {
            self.push("\n");
        }
        self.push(&format!("{}\n", one_line(label)));
    }

    fn push(&mut self, text: &str) {
        let room = self.limit.saturating_sub(self.text.len());
        if self.lost == 0 && text.len() <= room {
            self.text.push_str(text);
        } else if self.lost == 0 {
            let fits = text.floor_char_boundary(room);
            self.text.push_str(text.get(..fits).unwrap_or_default());
            self.lost = text.len() - fits;
        } else {
            self.lost = self.lost.saturating_add(text.len());
        }
    }

    /// Returns the text without the line ends at its end, and what was cut off.
    pub(crate) fn finish(mut self) -> (String, Option<Note>) {
        let of = self.text.len().saturating_add(self.lost);
        let cut = (self.lost > 0).then_some(Note::Cut { kept: self.text.len(), of });
        self.text.truncate(self.text.trim_end_matches('\n').len());
        (self.text, cut)
    }
}

/// Names come from the file and may hold line ends, which would forge lines of the text.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}', " ")
}
