//! In any order of placing, releasing and importing, what is held is what a naive count says, and stays proved.

use std::collections::{BTreeMap, BTreeSet};

use duces_archive::{
    AsOf, Attribution, HeldSet, HoldPeriod, HoldScope, IdentityKey, IdentityRule, NewHold, NewMessage,
};
use duces_archive::{NewRecord, PackedChunk, Prepared, RecordClass};
use duces_model::{
    App, Body, Conversation, ConversationKey, ConversationKind, Custodian, Digest, Marks, MessageId, Place,
    RecordState, Zone,
};
use proptest::prelude::*;

use super::{ending, on_everything};
use crate::{House, info, millis};

const DAY: i64 = 86_400_000;

#[derive(Debug, Clone)]
enum Act {
    /// Messages, by conversation and hour, and how many records cannot be read.
    Import {
        custodian: u8,
        messages: Vec<(u8, i64)>,
        unreadable: u8,
    },
    /// Another custodian's copy of a message, by its place among all.
    Copy {
        custodian: u8,
        message: usize,
    },
    /// A later version of a message.
    Edit {
        message: usize,
    },
    Place {
        custodians: BTreeSet<u8>,
        conversations: BTreeSet<u8>,
        from: Option<i64>,
        to: Option<i64>,
    },
    Release {
        hold: usize,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let some = || proptest::collection::btree_set(0..3_u8, 0..3);
    prop_oneof![
        3 => (0..3_u8, proptest::collection::vec((0..3_u8, 0..120_i64), 0..6), 0..3_u8)
            .prop_map(|(custodian, messages, unreadable)| Act::Import { custodian, messages, unreadable }),
        1 => (0..3_u8, 0..40_usize).prop_map(|(custodian, message)| Act::Copy { custodian, message }),
        1 => (0..40_usize).prop_map(|message| Act::Edit { message }),
        3 => (some(), some(), proptest::option::of(0..5_i64), proptest::option::of(0..5_i64))
            .prop_map(|(custodians, conversations, from, to)| Act::Place { custodians, conversations, from, to }),
        1 => (0..8_usize).prop_map(|hold| Act::Release { hold }),
    ]
}

fn custodian(n: u8) -> Custodian {
    Custodian(format!("Custodian {n}"))
}

/// The third conversation is a 1:1, which a hold names by the account of one side.
fn conversation(n: u8) -> Conversation {
    let account = |native: &str| duces_model::AccountId { app: App::wechat(), native: native.into() };
    let (key, kind, native_id) = match n {
        2 => {
            (ConversationKey::direct(&account("wxid_b"), &account("wxid_a")), ConversationKind::Direct, "wxid_a|wxid_b")
        }
        0 => (ConversationKey::room(&App::wechat(), "0@chatroom"), ConversationKind::Group, "0@chatroom"),
        _ => (ConversationKey::room(&App::wechat(), "1@chatroom"), ConversationKind::Group, "1@chatroom"),
    };
    Conversation { key, app: App::wechat(), kind, native_id: native_id.into(), title: format!("Talk {n}") }
}

fn name_of(n: u8) -> String {
    if n == 2 { "wxid_b".into() } else { conversation(n).native_id }
}

/// What the naive count knows of a message.
struct Told {
    conversation: u8,
    sent: i64,
    first: u8,
    holders: BTreeSet<u8>,
    versions: u64,
}

#[derive(Default)]
struct Naive {
    messages: Vec<Told>,
    /// The custodian of each record that cannot be read.
    unreadable: Vec<u8>,
    holds: Vec<(HoldScope, BTreeSet<u8>, BTreeSet<u8>, bool)>,
}

impl Naive {
    fn held(&self, scope: &HoldScope, custodians: &BTreeSet<u8>, conversations: &BTreeSet<u8>) -> Vec<usize> {
        let is_held = |told: &Told| {
            (conversations.is_empty() || conversations.contains(&told.conversation))
                && (custodians.is_empty() || told.holders.iter().any(|holder| custodians.contains(holder)))
                && scope.period.as_ref().is_none_or(|period| {
                    let (from, to) = (period.start.map(|at| at.millis()), period.end.map(|at| at.millis()));
                    from.is_none_or(|from| from <= told.sent) && to.is_none_or(|to| told.sent < to)
                })
        };
        self.messages.iter().enumerate().filter(|(_, told)| is_held(told)).map(|(at, _)| at).collect()
    }

    fn check(&self, at: usize, found: &HeldSet, ids: &[MessageId]) -> Result<(), TestCaseError> {
        let (scope, custodians, conversations, _) = &self.holds[at];
        let held = self.held(scope, custodians, conversations);
        let told: Vec<&Told> = held.iter().map(|at| &self.messages[*at]).collect();
        let numbers: Vec<MessageId> = held.iter().map(|at| MessageId(i64::try_from(*at).unwrap() + 1)).collect();
        prop_assert_eq!(ids, numbers);
        let unreadable = self.unreadable.iter().filter(|of| custodians.is_empty() || custodians.contains(of)).count();
        prop_assert_eq!(found.messages, told.len() as u64);
        prop_assert_eq!(found.unreadable, unreadable as u64);
        // Each message has the record that it was made of.
        prop_assert_eq!(found.records, (told.len() + unreadable) as u64);
        prop_assert_eq!(found.versions, told.iter().map(|told| told.versions).sum::<u64>());
        let talks: BTreeSet<u8> = told.iter().map(|told| told.conversation).collect();
        prop_assert_eq!(found.conversations, talks.len() as u64);
        prop_assert_eq!(found.first, told.iter().map(|told| millis(told.sent)).min());
        prop_assert_eq!(found.last, told.iter().map(|told| millis(told.sent)).max());
        let holders: BTreeSet<Custodian> =
            told.iter().flat_map(|told| told.holders.iter().map(|holder| custodian(*holder))).collect();
        prop_assert_eq!(&found.custodians, &holders.into_iter().collect::<Vec<_>>());
        Ok(())
    }
}

struct Run {
    house: House,
    naive: Naive,
}

impl Run {
    fn act(&mut self, act: &Act) {
        match act {
            Act::Import { custodian, messages, unreadable } => self.import(*custodian, messages, *unreadable),
            Act::Copy { custodian: holder, message } => {
                let n = self.naive.messages.len();
                if n == 0 {
                    return;
                }
                let told = &mut self.naive.messages[message % n];
                if told.first == *holder || !told.holders.insert(*holder) {
                    return;
                }
                let mut writer = self.house.matter.writer(Attribution::default()).unwrap();
                let holder = writer.custodian(&custodian(*holder)).unwrap();
                let id = MessageId(i64::try_from(message % n).unwrap() + 1);
                writer.add_holding(id, holder, RecordState::Present).unwrap();
                writer.commit("import.batch", serde_json::json!({})).unwrap();
            }
            Act::Edit { message } => {
                let n = self.naive.messages.len();
                if n == 0 {
                    return;
                }
                self.naive.messages[message % n].versions += 1;
                let mut writer = self.house.matter.writer(Attribution::default()).unwrap();
                let prepared = Prepared::of(None, &Body::text_of("edited"), &[], &Marks::default());
                let id = MessageId(i64::try_from(message % n).unwrap() + 1);
                writer.add_version(id, None, &prepared, "edited").unwrap();
                writer.commit("import.batch", serde_json::json!({})).unwrap();
            }
            Act::Place { custodians, conversations, from, to } => {
                let day = |n: i64| format!("1970-01-{:02}", n + 1).parse().unwrap();
                let (from, to) = match (from, to) {
                    (Some(from), Some(to)) if from > to => (Some(*to), Some(*from)),
                    (from, to) => (*from, *to),
                };
                let period = HoldPeriod::of_days(from.map(day), to.map(day), &Zone::utc()).unwrap();
                let scope = HoldScope {
                    custodians: custodians.iter().map(|n| custodian(*n)).collect(),
                    conversations: conversations.iter().map(|n| name_of(*n)).collect(),
                    period,
                };
                let name = format!("hold {}", self.naive.holds.len());
                let everything = scope.is_everything();
                let new = NewHold { scope, everything, not_yet_collected: true, ..on_everything(&name) };
                let hold = self.house.matter.place_hold(&new, &Attribution::default()).unwrap();
                self.naive.holds.push((hold.scope, custodians.clone(), conversations.clone(), true));
            }
            Act::Release { hold } => {
                let standing = self.naive.holds.get_mut(*hold).map(|hold| std::mem::take(&mut hold.3));
                let released =
                    self.house.matter.release_hold(&ending(&format!("hold {hold}")), &Attribution::default());
                assert_eq!(released.is_ok(), standing == Some(true), "{released:?}");
            }
        }
    }

    fn import(&mut self, holder: u8, messages: &[(u8, i64)], unreadable: u8) {
        let mut writer = self.house.matter.writer(Attribution::default()).unwrap();
        let (_, files) = writer.begin_import(&info(&custodian(holder).0)).unwrap();
        let by = writer.custodian(&custodian(holder)).unwrap();
        let chunk = writer.add_chunk(&PackedChunk::of(b"raw")).unwrap();
        let place = Place::file("chat.json").at_record(1);
        let record = |message, class| NewRecord {
            file: files[0],
            place: &place,
            chunk,
            start: 0,
            length: 3,
            digest: Digest::of(b"raw"),
            class,
            message,
            state: RecordState::Present,
            sent: None,
            attachments: 0,
        };
        for (talk, hour) in messages {
            let sent = hour * DAY / 24;
            let n = self.naive.messages.len() as u64;
            let id = writer.conversation(&conversation(*talk)).unwrap();
            let new = NewMessage {
                conversation: id,
                native_id: None,
                sender: None,
                sent: millis(sent),
                sent_raw: "raw",
                sequence: 0,
                prepared: &Prepared::of(None, &Body::text_of("text"), &[], &Marks::default()),
                custodian: by,
                state: RecordState::Present,
                rule: IdentityRule::Content,
                keys: &[IdentityKey::of([0; 8], &[&n.to_le_bytes()])],
            };
            let message = writer.add_message(&new).unwrap();
            writer.add_record(&record(Some(message), RecordClass::First)).unwrap();
            let holders = BTreeSet::from([holder]);
            self.naive.messages.push(Told { conversation: *talk, sent, first: holder, holders, versions: 0 });
        }
        for _ in 0..unreadable {
            writer.add_record(&record(None, RecordClass::Excepted)).unwrap();
            self.naive.unreadable.push(holder);
        }
        writer.commit("import.batch", serde_json::json!({})).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_is_held_is_what_a_naive_count_says(acts in proptest::collection::vec(act(), 1..14)) {
        let mut run = Run { house: House::new(), naive: Naive::default() };
        let mut then: BTreeMap<(usize, AsOf), HeldSet> = BTreeMap::new();
        for act in &acts {
            run.act(act);
            let reader = run.house.reader();
            let (now, holds) = (reader.now().unwrap(), reader.holds().unwrap());
            prop_assert_eq!(&holds.findings, &Vec::new());
            prop_assert_eq!(holds.holds.len(), run.naive.holds.len());
            let mut covered = BTreeSet::new();
            for (at, hold) in holds.holds.iter().enumerate() {
                prop_assert_eq!(hold.is_active(), run.naive.holds[at].3);
                let (found, ids) = (reader.held(&hold.scope, now).unwrap(), reader.held_ids(&hold.scope, now).unwrap());
                run.naive.check(at, &found, &ids)?;
                let talks = reader.held_conversations(&hold.scope, now).unwrap();
                prop_assert_eq!(talks.iter().map(|talk| talk.messages).sum::<u64>(), found.messages);
                prop_assert_eq!(talks.len() as u64, found.conversations);
                then.insert((at, now), found);
                if hold.is_active() {
                    covered.extend(ids);
                }
            }
            // A message is held while any hold stands that names it.
            let naive: BTreeSet<usize> = run.naive.holds.iter().filter(|hold| hold.3)
                .flat_map(|(scope, custodians, conversations, _)| run.naive.held(scope, custodians, conversations))
                .collect();
            prop_assert_eq!(covered.len(), naive.len());
        }
        // Each position keeps its answer, and all of it is proved.
        let reader = run.house.reader();
        let holds = reader.holds().unwrap().holds;
        for ((at, as_of), found) in then {
            prop_assert_eq!(reader.held(&holds[at].scope, as_of).unwrap(), found);
        }
        let report = run.house.matter.hold_report(None).unwrap();
        let wrong: Vec<_> = report.findings.iter().filter(|f| f.severity == duces_model::Severity::Error).collect();
        prop_assert!(wrong.is_empty(), "{:?}", wrong);
    }
}
