//! Who takes part: the participants of the transcript, and those whom marks name beside them.

use std::collections::BTreeMap;

use duces_model::{Sender, Transcript};

use crate::manifest::{Custom, Participant};

/// The participants with the ids that events call them by.
pub(super) struct People {
    list: Vec<Participant>,
    /// Ids to the place in the list.
    ids: BTreeMap<String, usize>,
    /// Native id, or name after a null character where there is none, to the place in the list.
    known: BTreeMap<String, usize>,
    /// Names to the place in the list; `None` where two bear one name.
    names: BTreeMap<String, Option<usize>>,
}

/// Who is meant where a mark must name somebody and the source does not.
const NOBODY: &str = "(not in the source)";

impl People {
    pub(super) fn of(transcript: &Transcript) -> Self {
        let mut people =
            Self { list: Vec::new(), ids: BTreeMap::new(), known: BTreeMap::new(), names: BTreeMap::new() };
        for participant in &transcript.participants {
            people.add(&participant.sender);
        }
        people
    }

    fn add(&mut self, sender: &Sender) -> usize {
        let display = sender.display().to_owned();
        let id = match &sender.native_id {
            Some(id) if !id.is_empty() => id.clone(),
            _ => format!("P{}", self.list.len() + 1),
        };
        let mut participant =
            Participant { id: self.free(id), display: Some(display.clone()), ..Participant::default() };
        match &sender.native_id {
            Some(id) => participant.account_id = Some(id.clone()),
            None => participant.custom.push(Custom::new("account id", NOBODY)),
        }
        let at = self.list.len();
        self.ids.insert(participant.id.clone(), at);
        self.list.push(participant);
        self.known.insert(key(sender), at);
        self.names.entry(display).and_modify(|known| *known = None).or_insert(Some(at));
        at
    }

    /// Returns an id that nobody has yet.
    fn free(&self, mut id: String) -> String {
        while self.ids.contains_key(&id) {
            id.push('_');
        }
        id
    }

    /// Returns the id of a sender.
    pub(super) fn sender(&mut self, sender: &Sender) -> String {
        let at = match self.known.get(&key(sender)) {
            Some(at) => *at,
            None => self.add(sender),
        };
        self.list[at].id.clone()
    }

    /// Returns the id of somebody whom a mark names as the source shows them; `None` names nobody.
    pub(super) fn named(&mut self, shown: Option<&str>) -> String {
        let shown = shown.filter(|shown| !shown.is_empty()).unwrap_or(NOBODY);
        if let Some(at) = self.known.get(shown) {
            return self.list[*at].id.clone();
        }
        // Of two who bear one name neither is meant for sure.
        if let Some(Some(at)) = self.names.get(shown) {
            return self.list[*at].id.clone();
        }
        self.sender(&Sender { native_id: None, name: Some(shown.to_owned()) })
    }

    /// Returns the id of the participant of a native id, where there is one.
    pub(super) fn account(&self, native_id: &str) -> Option<&str> {
        self.known.get(native_id).map(|at| self.list[*at].id.as_str())
    }

    pub(super) fn display(&self, id: &str) -> &str {
        let at = self.ids.get(id).copied();
        at.and_then(|at| self.list[at].display.as_deref()).unwrap_or_default()
    }

    pub(super) fn list(&self) -> &[Participant] {
        &self.list
    }

    pub(super) fn into_list(self) -> Vec<Participant> {
        self.list
    }
}

fn key(sender: &Sender) -> String {
    match &sender.native_id {
        Some(id) => id.clone(),
        None => format!("\0{}", sender.name.as_deref().unwrap_or_default()),
    }
}
