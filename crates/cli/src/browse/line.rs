//! A line that is typed into.

/// Text and a cursor in it, counted in characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    cursor: usize,
}

/// What a key does to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    Insert(char),
    Backspace,
    Delete,
    Left,
    Right,
    Home,
    End,
    Clear,
}

impl Line {
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.chars().count(), text }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns what stands before the cursor.
    pub fn before_cursor(&self) -> &str {
        self.text.get(..self.byte(self.cursor)).unwrap_or_default()
    }

    /// Changes the line and says whether its text is another one.
    pub fn edit(&mut self, edit: Edit) -> bool {
        let last = self.text.chars().count();
        match edit {
            Edit::Insert(c) => {
                self.text.insert(self.byte(self.cursor), c);
                self.cursor += 1;
            }
            Edit::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.text.remove(self.byte(self.cursor));
            }
            Edit::Delete if self.cursor < last => _ = self.text.remove(self.byte(self.cursor)),
            Edit::Clear if last > 0 => *self = Self::default(),
            Edit::Left => self.cursor = self.cursor.saturating_sub(1),
            Edit::Right => self.cursor = (self.cursor + 1).min(last),
            Edit::Home => self.cursor = 0,
            Edit::End => self.cursor = last,
            Edit::Backspace | Edit::Delete | Edit::Clear => return false,
        }
        !matches!(edit, Edit::Left | Edit::Right | Edit::Home | Edit::End)
    }

    fn byte(&self, character: usize) -> usize {
        self.text.char_indices().nth(character).map_or(self.text.len(), |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_any_length_are_edited_one_by_one() {
        let mut line = Line::new("合同");
        assert!(line.edit(Edit::Insert('a')));
        assert!(!line.edit(Edit::Left));
        assert!(line.edit(Edit::Backspace));
        assert_eq!((line.text(), line.before_cursor()), ("合a", "合"));
        line.edit(Edit::Home);
        assert!(!line.edit(Edit::Backspace));
        assert!(line.edit(Edit::Delete));
        line.edit(Edit::End);
        assert!(!line.edit(Edit::Delete));
        line.edit(Edit::Right);
        assert_eq!((line.text(), line.before_cursor()), ("a", "a"));
        assert!(line.edit(Edit::Clear) && !line.edit(Edit::Clear));
    }
}
