//! Searches and reads beside the screen, so that it answers to keys at once; what has been asked over since is dropped.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use duces_archive::{AsOf, Matter};
use duces_model::Day;
use duces_production::{ProductionError, SavedSearch};
use duces_search::{Criteria, DayRead, Outcome, SearchError, read_day};

/// How many hits are listed; all are counted.
pub const LISTED: usize = 1_000;

/// What the screen asks for.
#[derive(Debug, Clone)]
pub enum Ask {
    /// Count and list the hits.
    Search(SavedSearch),
    /// Read a day of a conversation with the hits marked.
    Read(SavedSearch, String, Day),
}

/// What came of it.
#[derive(Debug)]
pub enum Answer {
    Found(Box<Outcome>),
    Read(Box<DayRead>),
    Refused(String),
}

/// The thread that works, and the way to and from it.
pub struct Worker {
    asks: Sender<(u64, Ask)>,
    answers: Receiver<(u64, Answer)>,
    asked: u64,
}

impl Worker {
    pub fn start(matter: &Matter, as_of: AsOf) -> Result<Self, ProductionError> {
        let reader = matter.reader()?;
        let (asks, to_do) = channel::<(u64, Ask)>();
        let (done, answers) = channel();
        thread::spawn(move || {
            while let Ok(mut next) = to_do.recv() {
                // Only the latest matters.
                while let Ok(newer) = to_do.try_recv() {
                    next = newer;
                }
                let (number, ask) = next;
                let answer = match ask {
                    Ask::Search(asked) => criteria(&asked)
                        .and_then(|c| refused(duces_search::run(&reader, &c, as_of)))
                        .map(|found| Answer::Found(Box::new(found))),
                    Ask::Read(asked, conversation, day) => criteria(&asked)
                        .and_then(|c| refused(read_day(&reader, &c, &conversation, day, as_of)))
                        .map(|read| Answer::Read(Box::new(read))),
                };
                if done.send((number, answer.unwrap_or_else(Answer::Refused))).is_err() {
                    return;
                }
            }
        });
        Ok(Self { asks, answers, asked: 0 })
    }

    pub fn ask(&mut self, ask: Ask) {
        self.asked += 1;
        // The thread ends with this value alone, so that there is someone to ask.
        let _ = self.asks.send((self.asked, ask));
    }

    /// Returns the answer to the last question, once it is there.
    pub fn answer(&self) -> Option<Answer> {
        let mut latest = None;
        while let Ok((number, answer)) = self.answers.try_recv() {
            if number == self.asked {
                latest = Some(answer);
            }
        }
        latest
    }
}

fn criteria(asked: &SavedSearch) -> Result<Criteria, String> {
    let criteria = asked.select.criteria(&asked.zone).map_err(|error| error.to_string())?;
    Ok(Criteria { limit: LISTED, unit: asked.unit, ..criteria })
}

fn refused<T>(result: Result<T, SearchError>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}
