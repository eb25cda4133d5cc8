//! What the screen holds and what each key does to it; no terminal is needed for that.

use duces_model::{Custodian, Day};
use duces_production::{SavedSearch, Scope};
use duces_search::{DayRead, Outcome};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::line::{Edit, Line};
use super::worker::{Answer, Ask};

/// What keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    Query,
    From,
    To,
    Custodians,
    Hits,
    Reading,
    /// The name of the request that is to be saved.
    Saving,
}

/// What the loop has to do after a key.
#[derive(Debug)]
pub enum Act {
    Nothing,
    Ask(Box<Ask>),
    /// Write a request of this selection under this name.
    Save(String),
    Quit,
}

/// Everything that is shown.
pub struct Screen {
    pub matter: String,
    pub focus: Focus,
    pub query: Line,
    pub from: Line,
    pub to: Line,
    /// All custodians, and whether each is chosen. Where none is, all are asked for.
    pub custodians: Vec<(Custodian, bool)>,
    pub custodian: usize,
    pub found: Option<Box<Outcome>>,
    pub hit: usize,
    pub reading: Option<Box<DayRead>>,
    /// The first passage shown.
    pub scroll: usize,
    pub name: Line,
    /// What went wrong or was done last.
    pub note: String,
    pub is_busy: bool,
    base: SavedSearch,
}

impl Screen {
    pub fn new(matter: String, custodians: Vec<Custodian>, asked: SavedSearch) -> Self {
        let day = |day: Option<Day>| Line::new(day.map(|day| day.to_string()).unwrap_or_default());
        let chosen = |custodian: &Custodian| asked.select.custodians.contains(custodian);
        Self {
            matter,
            focus: Focus::Query,
            query: Line::new(asked.select.query.clone()),
            from: day(asked.select.from),
            to: day(asked.select.to),
            custodians: custodians.into_iter().map(|custodian| (custodian.clone(), chosen(&custodian))).collect(),
            custodian: 0,
            found: None,
            hit: 0,
            reading: None,
            scroll: 0,
            name: Line::new("request.toml"),
            note: String::new(),
            is_busy: false,
            base: asked,
        }
    }

    /// Returns the selection as it is typed; a date that is no day is an error that names it.
    pub fn selection(&self) -> Result<SavedSearch, String> {
        let day = |what: &str, line: &Line| -> Result<Option<Day>, String> {
            match line.text().trim() {
                "" => Ok(None),
                text => text.parse().map(Some).map_err(|_| format!("{what} `{text}` is no day such as 2024-03-05")),
            }
        };
        let mut asked = self.base.clone();
        asked.select.query = self.query.text().to_owned();
        asked.select.from = day("From", &self.from)?;
        asked.select.to = day("To", &self.to)?;
        let chosen = self.custodians.iter().filter(|(_, chosen)| *chosen);
        asked.select.custodians = chosen.map(|(custodian, _)| custodian.clone()).collect();
        Ok(asked)
    }

    /// Returns the zone that days and times are in.
    pub fn zone(&self) -> &str {
        self.base.zone.name()
    }

    /// Returns whether keywords are held against whole documents.
    pub fn is_of_documents(&self) -> bool {
        self.base.select.scope == Scope::Document
    }

    /// Asks for what is typed.
    pub fn ask(&mut self) -> Act {
        match self.selection() {
            Ok(asked) => {
                self.is_busy = true;
                self.note.clear();
                Act::Ask(Box::new(Ask::Search(asked)))
            }
            Err(note) => self.say(note),
        }
    }

    /// Takes in what came of the last question.
    pub fn answer(&mut self, answer: Answer) {
        self.is_busy = false;
        match answer {
            Answer::Found(found) => {
                self.note = found.notes.join("; ");
                self.hit = 0;
                self.found = Some(found);
            }
            Answer::Read(read) => {
                let first = read.passages.iter().position(|passage| !passage.ranges.is_empty());
                // Two passages of context stay above the first hit.
                self.scroll = first.unwrap_or(0).saturating_sub(2);
                self.reading = Some(read);
                self.focus = Focus::Reading;
            }
            Answer::Refused(note) => {
                self.found = None;
                self.note = note;
            }
        }
    }

    pub fn key(&mut self, key: KeyEvent) -> Act {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('c' | 'q') if control => return Act::Quit,
            KeyCode::Char('s') if control => {
                self.focus = Focus::Saving;
                return Act::Nothing;
            }
            KeyCode::Char('d') if control => return self.change_scope(),
            KeyCode::Tab => return self.turn(1),
            KeyCode::BackTab => return self.turn(4),
            _ => {}
        }
        match self.focus {
            Focus::Query | Focus::From | Focus::To => self.typed(key),
            Focus::Custodians => self.in_custodians(key),
            Focus::Hits => self.in_hits(key),
            Focus::Reading => self.in_reading(key),
            Focus::Saving => self.in_saving(key),
        }
    }

    fn say(&mut self, note: impl Into<String>) -> Act {
        self.note = note.into();
        Act::Nothing
    }

    fn change_scope(&mut self) -> Act {
        self.base.select.scope = if self.is_of_documents() { Scope::Message } else { Scope::Document };
        self.ask()
    }

    fn turn(&mut self, steps: usize) -> Act {
        const ORDER: [Focus; 5] = [Focus::Query, Focus::From, Focus::To, Focus::Custodians, Focus::Hits];
        let at = ORDER.iter().position(|focus| *focus == self.focus).unwrap_or(0);
        self.focus = ORDER[(at + steps) % ORDER.len()];
        Act::Nothing
    }

    fn typed(&mut self, key: KeyEvent) -> Act {
        let line = match self.focus {
            Focus::From => &mut self.from,
            Focus::To => &mut self.to,
            _ => &mut self.query,
        };
        match key.code {
            KeyCode::Enter => {
                self.focus = Focus::Hits;
                self.ask()
            }
            KeyCode::Esc => Act::Quit,
            KeyCode::Down => self.turn(4),
            code => match edit(code, key.modifiers) {
                Some(change) if line.edit(change) => self.ask(),
                _ => Act::Nothing,
            },
        }
    }

    fn in_custodians(&mut self, key: KeyEvent) -> Act {
        match key.code {
            KeyCode::Up => self.custodian = self.custodian.saturating_sub(1),
            KeyCode::Down => self.custodian = (self.custodian + 1).min(self.custodians.len().saturating_sub(1)),
            KeyCode::Char(' ') | KeyCode::Enter => {
                if let Some((_, chosen)) = self.custodians.get_mut(self.custodian) {
                    *chosen = !*chosen;
                    return self.ask();
                }
            }
            KeyCode::Esc => self.focus = Focus::Query,
            _ => {}
        }
        Act::Nothing
    }

    fn in_hits(&mut self, key: KeyEvent) -> Act {
        let last = self.found.as_ref().map_or(0, |found| found.hits.len().saturating_sub(1));
        match key.code {
            KeyCode::Up => self.hit = self.hit.saturating_sub(1),
            KeyCode::Down => self.hit = (self.hit + 1).min(last),
            KeyCode::PageUp => self.hit = self.hit.saturating_sub(10),
            KeyCode::PageDown => self.hit = (self.hit + 10).min(last),
            KeyCode::Home => self.hit = 0,
            KeyCode::End => self.hit = last,
            KeyCode::Enter => return self.read_hit(),
            KeyCode::Esc => self.focus = Focus::Query,
            _ => {}
        }
        Act::Nothing
    }

    fn read_hit(&mut self) -> Act {
        let hit = self.found.as_ref().and_then(|found| found.hits.get(self.hit));
        match hit.map(|hit| (hit.conversation_id.clone(), hit.day)) {
            Some((conversation, day)) => self.read(conversation, day),
            None => Act::Nothing,
        }
    }

    fn read(&mut self, conversation: String, day: Day) -> Act {
        match self.selection() {
            Ok(asked) => {
                self.is_busy = true;
                Act::Ask(Box::new(Ask::Read(asked, conversation, day)))
            }
            Err(note) => self.say(note),
        }
    }

    fn in_reading(&mut self, key: KeyEvent) -> Act {
        let Some(read) = &self.reading else {
            self.focus = Focus::Hits;
            return Act::Nothing;
        };
        let last = read.passages.len().saturating_sub(1);
        let conversation = read.conversation.native_id.clone();
        let is_hit = |at: &usize| read.passages.get(*at).is_some_and(|passage| !passage.ranges.is_empty());
        match key.code {
            KeyCode::Up => self.scroll = self.scroll.saturating_sub(1),
            KeyCode::Down => self.scroll = (self.scroll + 1).min(last),
            KeyCode::PageUp => self.scroll = self.scroll.saturating_sub(10),
            KeyCode::PageDown => self.scroll = (self.scroll + 10).min(last),
            KeyCode::Home => self.scroll = 0,
            KeyCode::End => self.scroll = last,
            KeyCode::Char('n') => self.scroll = (self.scroll + 1..=last).find(is_hit).unwrap_or(self.scroll),
            KeyCode::Char('p') => self.scroll = (0..self.scroll).rev().find(is_hit).unwrap_or(self.scroll),
            KeyCode::Left => match read.before {
                Some(day) => return self.read(conversation, day),
                None => return self.say("this is the conversation's first day"),
            },
            KeyCode::Right => match read.after {
                Some(day) => return self.read(conversation, day),
                None => return self.say("this is the conversation's last day"),
            },
            KeyCode::Esc => {
                self.reading = None;
                self.focus = Focus::Hits;
            }
            _ => {}
        }
        Act::Nothing
    }

    fn in_saving(&mut self, key: KeyEvent) -> Act {
        match key.code {
            KeyCode::Enter => {
                self.focus = Focus::Hits;
                return Act::Save(self.name.text().to_owned());
            }
            KeyCode::Esc => self.focus = Focus::Query,
            code => {
                if let Some(change) = edit(code, key.modifiers) {
                    self.name.edit(change);
                }
            }
        }
        Act::Nothing
    }
}

fn edit(code: KeyCode, modifiers: KeyModifiers) -> Option<Edit> {
    Some(match code {
        KeyCode::Char('u') if modifiers.contains(KeyModifiers::CONTROL) => Edit::Clear,
        KeyCode::Char(_) if modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => return None,
        KeyCode::Char(c) => Edit::Insert(c),
        KeyCode::Backspace => Edit::Backspace,
        KeyCode::Delete => Edit::Delete,
        KeyCode::Left => Edit::Left,
        KeyCode::Right => Edit::Right,
        KeyCode::Home => Edit::Home,
        KeyCode::End => Edit::End,
        _ => return None,
    })
}
