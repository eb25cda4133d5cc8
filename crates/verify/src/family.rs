//! Families: a parent and its attachments, which share one range and lie together.

use std::collections::{BTreeMap, BTreeSet};

use duces_loadfile::Field;
use duces_model::{BatesNumber, BatesRange};

use crate::codes;
use crate::document::{Document, DocumentIdx, Documents};
use crate::tally::{Tally, shown, some_of};

/// The members of each family by its parent's first number, in number order.
pub(crate) type Families = BTreeMap<String, Vec<DocumentIdx>>;

/// Checks all families and returns them.
pub(crate) fn check(documents: &Documents, tally: &mut Tally) -> Families {
    const CHECK: &str = "families";
    let mut families = Families::new();
    if !documents.any_has(Field::BegAttach) || !documents.any_has(Field::EndAttach) {
        tally.not_run(CHECK, "no columns for the attachment range");
        return families;
    }
    tally.ran(CHECK);
    let mut ranges: BTreeMap<DocumentIdx, BatesRange> = BTreeMap::new();
    for (idx, document) in documents.iter() {
        if let Some(range) = attachment_range(documents, document, tally) {
            let parent = documents.value(document, Field::BegAttach);
            families.entry(parent.to_owned()).or_default().push(idx);
            ranges.insert(idx, range);
        }
    }
    for members in families.values_mut() {
        members.sort_by(|a, b| documents.get(*a).range.cmp(&documents.get(*b).range));
    }
    for (parent, members) in &families {
        check_members(documents, parent, members, &ranges, tally);
    }
    check_strangers(documents, &families, &ranges, tally);
    check_parents(documents, &families, tally);
    families
}

/// Returns the attachment range of a document, where it gives one that it lies in.
fn attachment_range(documents: &Documents, document: &Document, tally: &mut Tally) -> Option<BatesRange> {
    let (first, last) = (documents.value(document, Field::BegAttach), documents.value(document, Field::EndAttach));
    if first.is_empty() && last.is_empty() {
        return None;
    }
    let parsed = first.parse().and_then(|first: BatesNumber| BatesRange::between(first, last.parse()?));
    let Ok(range) = parsed else {
        let text = format!("the attachment range `{}` - `{}` is no range of Bates numbers", shown(first), shown(last));
        tally.add(&codes::FAMILY_FORMAT, documents.place(document), text);
        return None;
    };
    let own = document.range.as_ref()?;
    if own.first() < range.first() || number_after(own.last(), range.last()) {
        let text = format!("{own} lies outside the attachment range {range} that it names");
        tally.add(&codes::FAMILY_RANGE, documents.place(document), text);
        return None;
    }
    Some(range)
}

fn number_after(one: &BatesNumber, other: &BatesNumber) -> bool {
    one.prefix() != other.prefix() || one.number() > other.number()
}

/// Checks that the parent is there, that all members agree on the end, and that the range is filled.
fn check_members(
    documents: &Documents,
    parent: &str,
    members: &[DocumentIdx],
    ranges: &BTreeMap<DocumentIdx, BatesRange>,
    tally: &mut Tally,
) {
    let Some(parent_idx) = documents.by_first(parent) else {
        for idx in members {
            let text = format!("the attachment range starts at {parent}, which is no document of this volume");
            tally.add(&codes::FAMILY_PARENT, documents.place(documents.get(*idx)), text);
        }
        return;
    };
    let end_of = |idx: &DocumentIdx| ranges.get(idx).map(BatesRange::last);
    // Where the parent itself names another family, its members cannot be measured by its end.
    let Some(end) = end_of(&parent_idx).or_else(|| members.first().and_then(end_of)) else { return };
    let mut agree = true;
    for idx in members {
        if let Some(other) = end_of(idx).filter(|other| *other != end) {
            agree = false;
            let text = format!("the family of {parent} ends at {other} here, at {end} for its parent");
            tally.add(&codes::FAMILY_END, documents.place(documents.get(*idx)), text);
        }
    }
    let last = members.iter().filter_map(|idx| documents.get(*idx).range.as_ref()).map(BatesRange::last).max();
    if let Some(last) = last.filter(|last| agree && last.number() != end.number()) {
        let text = format!("the family of {parent} is to end at {end}, but its last member ends at {last}");
        tally.add(&codes::FAMILY_MEMBER, documents.place(documents.get(parent_idx)), text);
    }
}

/// Finds documents that lie within a family's range and do not belong to it.
fn check_strangers(
    documents: &Documents,
    families: &Families,
    ranges: &BTreeMap<DocumentIdx, BatesRange>,
    tally: &mut Tally,
) {
    let mut by_number: Vec<(&BatesRange, DocumentIdx)> =
        documents.iter().filter_map(|(idx, document)| document.range.as_ref().map(|range| (range, idx))).collect();
    by_number.sort();
    for (parent, members) in families {
        let Some(range) = documents.by_first(parent).and_then(|idx| ranges.get(&idx)) else { continue };
        let start = by_number.partition_point(|(own, _)| own.first() < range.first());
        for (own, idx) in by_number[start..].iter().take_while(|(own, _)| !number_after(own.first(), range.last())) {
            if !members.contains(idx) {
                let text =
                    format!("{own} lies within the family of {parent} ({range}) but does not name it as its own");
                tally.add(&codes::FAMILY_MEMBER, documents.place(documents.get(*idx)), text);
            }
        }
    }
}

/// Checks PARENTBATES and ATTACHBATES against the families.
fn check_parents(documents: &Documents, families: &Families, tally: &mut Tally) {
    let (parents, attachments) = (documents.any_has(Field::ParentBates), documents.any_has(Field::AttachBates));
    if !parents {
        tally.not_run("parents of attachments", "no column for the parent");
    }
    if !attachments {
        tally.not_run("lists of attachments", "no column for the attachments");
    }
    let mut children: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (parent, members) in families {
        for idx in members.iter().filter(|_| parents) {
            check_parent(documents, parent, *idx, tally);
        }
        for idx in members {
            let document = documents.get(*idx);
            let first = documents.first(document);
            let named = documents.value(document, Field::ParentBates);
            let of = if named.is_empty() { parent.as_str() } else { named };
            if first != parent {
                children.entry(of).or_default().insert(first);
                children.entry(parent.as_str()).or_default();
            }
        }
    }
    if attachments {
        check_attachments(documents, families, &children, tally);
    }
}

fn check_parent(documents: &Documents, head: &str, idx: DocumentIdx, tally: &mut Tally) {
    let document = documents.get(idx);
    // A family whose head is missing was reported as such.
    if !documents.has(document, Field::ParentBates) || documents.by_first(head).is_none() {
        return;
    }
    let (first, named) = (documents.first(document), documents.value(document, Field::ParentBates));
    let fault = if first == head {
        (!named.is_empty() && named != head)
            .then(|| format!("{first} heads its family, yet names {} as its parent", shown(named)))
    } else if named.is_empty() {
        Some(format!("{first} is an attachment in the family of {head}, yet names no parent"))
    } else {
        let parent = documents.by_first(named).map(|idx| documents.get(idx));
        match parent {
            None => Some(format!("{first} names {} as its parent, which is no document of this volume", shown(named))),
            Some(parent) if documents.value(parent, Field::BegAttach) != head => {
                Some(format!("{first} names {named} as its parent, which belongs to another family"))
            }
            Some(_) if named == first => Some(format!("{first} names itself as its parent")),
            Some(_) => None,
        }
    };
    if let Some(text) = fault {
        tally.add(&codes::FAMILY_PARENT_BATES, documents.place(document), text);
    }
}

/// Checks that a list of attachments names the children, or all the attachments of the family.
fn check_attachments(
    documents: &Documents,
    families: &Families,
    children: &BTreeMap<&str, BTreeSet<&str>>,
    tally: &mut Tally,
) {
    for (_, document) in documents.iter() {
        if !documents.has(document, Field::AttachBates) {
            continue;
        }
        let first = documents.first(document);
        let text = documents.value(document, Field::AttachBates);
        let listed: BTreeSet<&str> = text.split(is_separator).map(str::trim).filter(|item| !item.is_empty()).collect();
        let own = children.get(first).cloned().unwrap_or_default();
        let family = families.get(first).map(Vec::as_slice).unwrap_or_default();
        let all: BTreeSet<&str> =
            family.iter().map(|idx| documents.first(documents.get(*idx))).filter(|member| *member != first).collect();
        if listed == own || listed == all || is_range_of(documents, text, &all) {
            continue;
        }
        let missing: Vec<&str> = own.difference(&listed).copied().collect();
        let foreign: Vec<&str> = listed.difference(&all).copied().collect();
        let text = match (missing.is_empty(), foreign.is_empty()) {
            (false, true) => format!("{first} does not list its attachments {}", some_of(&missing)),
            (true, false) => format!("{first} lists attachments that are not its own: {}", some_of(&foreign)),
            _ => format!("{first} lists {} where its attachments are {}", shown(text), some_of(&missing)),
        };
        tally.add(&codes::FAMILY_ATTACHMENTS, documents.place(document), text);
    }
}

/// Whether a character cannot belong to a Bates number; whatever the recipient's separator is, it is one of these.
fn is_separator(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Whether the text is one range from the first number of the first attachment to the last of the last.
fn is_range_of(documents: &Documents, text: &str, all: &BTreeSet<&str>) -> bool {
    let (Some(first), Some(last)) = (all.first(), all.last().and_then(|last| documents.by_first(last))) else {
        return false;
    };
    let last = documents.value(documents.get(last), Field::EndBates);
    text.split_once(last).is_some_and(|(before, after)| {
        let between = before.strip_prefix(first).unwrap_or("x");
        after.is_empty() && between.chars().all(|c| matches!(c, ' ' | '-' | '\u{2013}'))
    })
}
