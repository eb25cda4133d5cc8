//! What an exclude list leaves out although a legal hold names it. Both are decisions of people, and which of the two
//! gives way is for people to decide: what is on the list stays out, since what is kept once cannot be taken back, and
//! it is said how much of it the hold names.

use std::collections::BTreeMap;

use duces_archive::Hold;
use duces_model::{Finding, Place, counted};

use crate::codes;
use crate::identity::Conversations;
use crate::source::Survey;

/// Returns a finding for each hold and each entry of the list that leaves out what the hold names.
pub(crate) fn left_out(survey: &Survey) -> Vec<Finding> {
    let mut conversations = Conversations::new(survey.accounts.clone());
    // By hold and entry: how many records, of how many conversations.
    let mut counts: BTreeMap<(usize, usize), (u64, u64)> = BTreeMap::new();
    for talk in &survey.excluded.conversations {
        let conversation = conversations.of(&talk.source);
        let naming = |(_, hold): &(usize, &Hold)| hold.scope.names_conversation(&conversation);
        for (at, _) in survey.holds.iter().enumerate().filter(naming) {
            let records = talk.in_time.get(at).copied().unwrap_or(0);
            if records > 0 {
                let count = counts.entry((at, talk.entry)).or_default();
                *count = (count.0 + records, count.1 + 1);
            }
        }
    }
    let mut findings = Vec::new();
    for (at, hold) in survey.holds.iter().enumerate() {
        let of_hold = counts.range((at, 0)..(at + 1, 0));
        for ((_, entry), (records, talks)) in of_hold {
            let Some(entry) = survey.list.as_ref().and_then(|list| list.entries().get(*entry)) else { continue };
            let what = format!(
                "{} of {} that the exclude list names as `{}` (decided by {}: {})",
                counted(*records, "record"),
                counted(*talks, "conversation"),
                entry.id,
                entry.decided_by,
                entry.reason
            );
            findings.push(finding(survey, hold, "names", &what));
        }
        let unreadable = survey.excluded.unreadable();
        if unreadable > 0 {
            let what = format!(
                "{} that cannot be read, in files that also hold what the exclude list names",
                counted(unreadable, "record")
            );
            findings.push(finding(survey, hold, "may name", &what));
        }
    }
    findings
}

fn finding(survey: &Survey, hold: &Hold, names: &str, what: &str) -> Finding {
    let placed = &hold.placed;
    let text = format!(
        "legal hold `{}` (placed by {}: {}) {names} {what}; they stay out of the matter, so that the source alone has them: \
         see to it that the source is preserved, and have those who decided settle which of the two gives way",
        hold.name, placed.authority, placed.reason
    );
    Finding::new(&codes::EXCLUDED_UNDER_HOLD, Place::file(survey.info.label.clone()), text)
}
