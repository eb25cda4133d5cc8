//! Calls: who took part and for how long. Two forms are known, of Skype and of Teams.

use duces_model::{Body, Call, CallOutcome, Fact};

use crate::draft::Draft;
use crate::field::filled;
use crate::page_part::{Part, Selector};

/// What a call did, as `type` of the list says it or an element of that name.
const STATES: &[&str] = &["started", "ended", "missed", "declined", "busy", "noanswer"];

/// Returns a call.
pub(super) fn of(markup: &str) -> Draft {
    let part = Part::of(markup);
    let selector = |text: &str| Selector::parse(text).unwrap_or_default();
    let list = part.find(&selector("partlist"));
    let stated = list.and_then(|list| list.tag.attribute("type")).and_then(|state| filled(state.trim()));
    let element = || STATES.iter().find(|state| part.find(&selector(state)).is_some()).map(|state| (*state).to_owned());
    let state = stated.or_else(element);
    let (mut people, mut longest) = (Vec::new(), None);
    let everyone = list.map(|list| part.within(list).collect::<Vec<_>>()).unwrap_or_default();
    for person in everyone.iter().filter(|element| element.tag.name == "part") {
        let inner = |names: &[&str]| {
            let element = names.iter().find_map(|name| part.within(person).find(|element| element.tag.name == *name));
            element.and_then(|element| filled(part.text(element).trim()))
        };
        let identity = person.tag.attribute("identity").and_then(|id| filled(id.trim()));
        let name = inner(&["displayname", "name"]);
        people.push(match (name, identity) {
            (Some(name), Some(id)) if name != id => format!("{name} ({id})"),
            (name, id) => name.or(id).unwrap_or_default(),
        });
        longest = longest.max(inner(&["duration"]).as_deref().and_then(millis));
    }
    let outcome = match state.as_deref() {
        Some("missed" | "noanswer") => Some(CallOutcome::Missed),
        Some("declined") => Some(CallOutcome::Declined),
        Some("busy") => Some(CallOutcome::Busy),
        _ => None,
    };
    let text = format!("Call {}", state.as_deref().unwrap_or("of which the source does not say what became"));
    let mut draft = Draft::plain(Body::Call(Call { video: None, outcome, duration_ms: longest, text }));
    if !people.is_empty() {
        draft.marks.facts.push(Fact::new("took part", people.join(", ")));
    }
    let id = list.and_then(|list| list.tag.attribute("callid")).map(std::borrow::Cow::into_owned);
    let id = id.or_else(|| part.find(&selector("callid")).map(|element| part.text(element)));
    draft.fact("call", id)
}

/// Returns the milliseconds of seconds with or without a fraction.
fn millis(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(part.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_in_both_forms() {
        let old = "<partlist type=\"ended\" alt=\"\"><part identity=\"ann\"><name>Ann</name><duration>6</duration></part>\
            <part identity=\"bo\"><name>Bo</name><duration>7.5</duration></part></partlist>";
        let new = "<ended/><partlist count=\"1\"><part identity=\"8:bo\"><name>8:bo</name><displayName>Bo</displayName>\
            <duration>7</duration></part></partlist><callId>c-1</callId>";
        let rows = [
            (old, None, Some(7500), "Call ended", "took part: Ann (ann), Bo (bo)"),
            (new, None, Some(7000), "Call ended", "took part: Bo (8:bo)"),
            ("<partlist type=\"missed\"/>", Some(CallOutcome::Missed), None, "Call missed", ""),
            ("", None, None, "Call of which the source does not say what became", ""),
        ];
        for (markup, outcome, duration, text, fact) in rows {
            let draft = of(markup);
            let Body::Call(call) = &draft.body else { panic!("{draft:?}", draft = draft.body) };
            assert_eq!(
                (call.outcome.clone(), call.duration_ms, call.text.as_str()),
                (outcome, duration, text),
                "{markup}"
            );
            let first =
                draft.marks.facts.first().map(|fact| format!("{}: {}", fact.name, fact.value)).unwrap_or_default();
            assert_eq!(first, fact);
        }
    }
}
