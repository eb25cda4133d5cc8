//! Gathers what the checks find, and which of them ran.

use duces_model::{Finding, FindingCode, Place};

/// The findings so far, the checks that ran and those that did not.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) findings: Vec<Finding>,
    pub(crate) checks: Vec<&'static str>,
    pub(crate) not_run: Vec<String>,
}

impl Tally {
    /// Notes something that is wrong.
    pub(crate) fn add(&mut self, code: &FindingCode, place: Place, text: impl Into<String>) {
        self.findings.push(Finding::new(code, place, text));
    }

    /// Notes that a check ran.
    pub(crate) fn ran(&mut self, check: &'static str) {
        if !self.checks.contains(&check) {
            self.checks.push(check);
        }
    }

    /// Notes that a check did not run, or not on everything.
    pub(crate) fn not_run(&mut self, check: &str, why: impl std::fmt::Display) {
        let line = format!("{check}: {why}");
        if !self.not_run.contains(&line) {
            self.not_run.push(line);
        }
    }
}

/// Returns a foreign text for a sentence: without control characters, cut where it is long.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 120;
    let mut out: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    // An apostrophe needs no escape between the marks used here.
    if out.contains("\\'") || out.contains("\\\"") {
        out = out.replace("\\'", "'").replace("\\\"", "\"");
    }
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

/// Returns the first few of many names for a sentence.
pub(crate) fn some_of<T: AsRef<str>>(names: &[T]) -> String {
    let mut out = names.iter().take(3).map(|name| shown(name.as_ref())).collect::<Vec<_>>().join(", ");
    if names.len() > 3 {
        out.push_str(&format!(" and {} more", names.len() - 3));
    }
    out
}
