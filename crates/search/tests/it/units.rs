//! How conversations are cut: days of a zone with its clock changes, slices.

use std::collections::BTreeSet;

use duces_model::{Day, MessageId, Reach, Unit, UnitRule, UtcMillis, Window, Zone};
use duces_search::{Clip, Criteria, Cut, Scope, run, select};
use proptest::prelude::*;

use crate::fixture::{Fixture, group, said, utc, zone};

fn cut(rule: UnitRule, zone: &Zone, sent: &[UtcMillis]) -> Vec<Unit> {
    cut_around(rule, zone, sent, &|_| true)
}

fn cut_around(rule: UnitRule, zone: &Zone, sent: &[UtcMillis], is_hit: &dyn Fn(MessageId) -> bool) -> Vec<Unit> {
    let messages: Vec<_> = (1..).map(MessageId).zip(sent.iter().copied()).collect();
    Cut::new(rule, zone.clone()).units(&group("g", "g").key, &messages, is_hit)
}

/// Each row: a zone, the times sent in UTC, the units as start, end and number of messages.
#[test]
fn days_are_those_of_the_zone() {
    type Row<'a> = (&'a str, &'a [&'a str], &'a [(&'a str, &'a str, usize)]);
    let rows: &[Row<'_>] = &[
        // Midnight in Shanghai is 16:00 UTC.
        (
            "Asia/Shanghai",
            &["2024-03-04 15:59:59", "2024-03-04 16:00:00", "2024-03-05 15:59:59"],
            &[("2024-03-03T16:00:00Z", "2024-03-04T16:00:00Z", 1), ("2024-03-04T16:00:00Z", "2024-03-05T16:00:00Z", 2)],
        ),
        // In the summers of 1986 to 1991 it was 15:00 UTC.
        (
            "Asia/Shanghai",
            &["1988-07-01 14:59:59", "1988-07-01 15:00:00"],
            &[("1988-06-30T15:00:00Z", "1988-07-01T15:00:00Z", 1), ("1988-07-01T15:00:00Z", "1988-07-02T15:00:00Z", 1)],
        ),
        // A day of 23 hours and one of 25.
        ("America/New_York", &["2024-03-10 12:00:00"], &[("2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z", 1)]),
        (
            "America/New_York",
            &["2024-11-03 04:00:00", "2024-11-04 04:59:59"],
            &[("2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z", 2)],
        ),
        // Midnight does not exist: the day begins at 01:00.
        ("America/Sao_Paulo", &["2018-11-04 12:00:00"], &[("2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z", 1)]),
        // Clocks go back at 00:01 into the day before, which so comes twice; what is dated alike stays together.
        (
            "America/St_Johns",
            &["2006-10-29 02:29:00", "2006-10-29 02:30:30", "2006-10-29 02:31:00", "2006-10-29 12:00:00"],
            &[("2006-10-28T02:30:00Z", "2006-10-29T02:30:00Z", 2), ("2006-10-29T02:30:00Z", "2006-10-30T03:30:00Z", 2)],
        ),
    ];
    for (name, sent, expected) in rows {
        let sent: Vec<UtcMillis> = sent.iter().map(|text| utc(text)).collect();
        let units = cut(UnitRule::Day, &zone(name), &sent);
        let found: Vec<(String, String, usize)> =
            units.iter().map(|u| (u.id.start.to_string(), u.end.to_string(), u.messages.len())).collect();
        let expected: Vec<(String, String, usize)> =
            expected.iter().map(|(start, end, n)| ((*start).into(), (*end).into(), *n)).collect();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_conversation_is_one_unit_over_whole_days() {
    let units = cut(UnitRule::Conversation, &zone("UTC"), &[utc("2024-03-05 10:00:00"), utc("2024-04-01 09:00:00")]);
    assert_eq!(units.len(), 1);
    assert_eq!(units[0].id.start.to_string(), "2024-03-05T00:00:00Z");
    assert_eq!(units[0].end.to_string(), "2024-04-02T00:00:00Z");
    assert_eq!((units[0].id.slice, units[0].part), (1, None));
    assert!(cut(UnitRule::Conversation, &zone("UTC"), &[]).is_empty());
}

#[test]
fn units_are_clipped_to_days_of_the_zone() {
    let talk = [group("g", "G")];
    let messages = ["2024-03-04 23:59:59", "2024-03-05 00:00:00", "2024-03-06 23:59:59", "2024-03-07 00:00:00"]
        .map(|t| said(0, t, "a", "x"));
    let fixture = Fixture::new(&talk, &messages);
    let (reader, now) = fixture.reader();
    let day = |text: &str| Some(text.parse::<Day>().unwrap());
    let rows = [
        (Clip::default(), 4, "2024-03-03T16:00:00Z"),
        (Clip { from: day("2024-03-05"), to: None }, 3, "2024-03-04T16:00:00Z"),
        (Clip { from: day("2024-03-05"), to: day("2024-03-06") }, 2, "2024-03-04T16:00:00Z"),
        (Clip { from: None, to: day("2024-03-04") }, 1, "2024-03-03T16:00:00Z"),
    ];
    for (clip, n, start) in rows {
        for unit in [UnitRule::Day, UnitRule::Conversation] {
            let criteria = Criteria { clip, unit, ..Criteria::all(zone("Asia/Shanghai")) };
            let units = select(&reader, &criteria, now).unwrap().units;
            assert_eq!(units.iter().map(|u| u.unit.messages.len()).sum::<usize>(), n, "{clip:?} {unit}");
            assert_eq!(units[0].unit.id.start.to_string(), start, "{clip:?} {unit}");
        }
    }
}

/// Each row: a rule; the messages that hit among one a minute from 11:55 on, numbered from 1; the messages of each unit.
#[test]
fn rules_cut_as_they_say() {
    let sent: Vec<UtcMillis> =
        (0..10).map(|n| UtcMillis::new(utc("2024-03-05 11:55:00").millis() + n * 60_000).unwrap()).collect();
    type Row<'a> = (&'a str, &'a [i64], &'a [&'a [i64]]);
    let all: &[i64] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    let rows: &[Row<'_>] = &[
        ("day", &[3], &[all]),
        ("same-day-chain", &[3], &[all]),
        ("24-hours", &[3], &[all]),
        ("half-day above 10 messages", &[3], &[all]),
        ("half-day above 9 messages", &[3], &[&[1, 2, 3, 4, 5], &[6, 7, 8, 9, 10]]),
        ("12-hours-when-dense", &[3], &[all]),
        ("conversation", &[3], &[all]),
        ("message", &[3], &[&[1], &[2], &[3], &[4], &[5], &[6], &[7], &[8], &[9], &[10]]),
        ("context of 1 message before and after", &[3], &[&[2, 3, 4]]),
        ("context of 1 message before and after", &[1, 10], &[&[1, 2], &[9, 10]]),
        // Two that share a message are one, two that only touch are not.
        ("context of 1 message before and after", &[3, 5], &[&[2, 3, 4, 5, 6]]),
        ("context of 1 message before and after", &[3, 6], &[&[2, 3, 4], &[5, 6, 7]]),
        ("context of 0 messages before and after", &[3, 4], &[&[3], &[4]]),
        ("context of 2 messages before and 0 messages after", &[3, 9], &[&[1, 2, 3], &[7, 8, 9]]),
        ("context of 1 message before and 3 minutes after", &[3], &[&[2, 3, 4, 5, 6]]),
        ("context of 2 minutes", &[1, 6], &[&[1, 2, 3], &[4, 5, 6, 7, 8]]),
        ("context of 1 hour", &[6], &[all]),
        ("context of 1 hour", &[], &[]),
        ("whole up to 10 messages, else context of 1 message before and after", &[3], &[all]),
        ("whole up to 9 messages, else context of 1 message before and after", &[3], &[&[2, 3, 4]]),
        ("whole-channel 10", &[3], &[all]),
        ("whole-channel 3", &[5], &[&[2, 3, 4, 5, 6, 7, 8]]),
    ];
    for (rule, hits, expected) in rows {
        let units = cut_around(rule.parse().unwrap(), &Zone::utc(), &sent, &|id| hits.contains(&id.0));
        let found: Vec<Vec<i64>> = units.iter().map(|u| u.messages.iter().map(|id| id.0).collect()).collect();
        assert_eq!(found, *expected, "{rule} {hits:?}");
    }
}

#[test]
fn a_dense_day_is_cut_at_noon_by_the_clock() {
    // In New York noon of this day comes eleven hours after its start.
    let sent = ["2024-03-10 05:00:00", "2024-03-10 15:59:59", "2024-03-10 16:00:00", "2024-03-11 03:59:59"].map(utc);
    let units = cut(UnitRule::HalfDay { above: 3 }, &zone("America/New_York"), &sent);
    let found: Vec<_> = units.iter().map(|u| (u.id.start.to_string(), u.end.to_string(), u.messages.len())).collect();
    assert_eq!(
        found,
        [
            ("2024-03-10T05:00:00Z".into(), "2024-03-10T16:00:00Z".into(), 2),
            ("2024-03-10T16:00:00Z".into(), "2024-03-11T04:00:00Z".into(), 2)
        ]
    );
}

#[test]
fn documents_around_hits_cannot_be_what_is_searched() {
    let talk = [group("g", "G")];
    let fixture = Fixture::new(&talk, &[said(0, "2024-03-05 10:00:00", "a", "x")]);
    let (reader, now) = fixture.reader();
    let unit = "context of 1 message".parse().unwrap();
    let criteria = Criteria { unit, scope: Scope::Document, query: "x".into(), ..Criteria::all(Zone::utc()) };
    for error in [run(&reader, &criteria, now).unwrap_err(), select(&reader, &criteria, now).unwrap_err()] {
        assert!(error.is_request() && error.to_string().contains("ask in message scope"), "{error}");
    }
}

fn any_reach() -> impl Strategy<Value = Reach> {
    prop_oneof![(0u32..4).prop_map(Reach::Messages), (0u32..8).prop_map(Reach::Minutes)]
}

proptest! {
    /// Held against each pair of messages by itself: a message is in a unit when a hit reaches it, two hits are in one
    /// unit when a chain of shared messages leads from one to the other, and no message is in two.
    #[test]
    fn context_is_what_a_hit_reaches(
        gaps in proptest::collection::vec((0i64..6, any::<bool>()), 0..30),
        before in any_reach(),
        after in any_reach(),
    ) {
        let mut minute = 0;
        let sent: Vec<UtcMillis> =
            gaps.iter().map(|(gap, _)| { minute += gap; UtcMillis::new(minute * 60_000).unwrap() }).collect();
        let hits: BTreeSet<usize> = gaps.iter().enumerate().filter(|(_, (_, hit))| *hit).map(|(n, _)| n).collect();
        let rule = UnitRule::Context(Window { before, after });
        let units = cut_around(rule, &Zone::utc(), &sent, &|id| hits.contains(&(id.0 as usize - 1)));
        let reached = |hit: usize| -> BTreeSet<usize> {
            (0..sent.len()).filter(|other| {
                let (reach, steps) = if *other < hit { (before, hit - other) } else { (after, other - hit) };
                let apart = (sent[*other].millis() - sent[hit].millis()).abs();
                *other == hit || match reach {
                    Reach::Messages(n) => steps <= n as usize,
                    // Those sent at one instant belong together on whichever side they stand.
                    Reach::Minutes(n) => apart <= i64::from(n) * 60_000,
                }
            }).collect()
        };
        let mut expected: Vec<BTreeSet<usize>> = Vec::new();
        for hit in &hits {
            let mut joined = reached(*hit);
            expected.retain(|known| {
                let apart = known.is_disjoint(&joined);
                if !apart { joined.extend(known) }
                apart
            });
            expected.push(joined);
        }
        expected.sort();
        let found: Vec<BTreeSet<usize>> =
            units.iter().map(|u| u.messages.iter().map(|id| id.0 as usize - 1).collect()).collect();
        prop_assert_eq!(found, expected);
        prop_assert!(units.is_sorted_by(|a, b| a.id < b.id));
    }

    /// Slices hold every message once, in order, are as few as will do and differ by one message at most.
    #[test]
    fn slices_are_even_and_complete(n in 0usize..200, max_events in 1usize..40) {
        let messages: Vec<_> = (0..n as i64).map(|i| (MessageId(i), UtcMillis::new(i).unwrap())).collect();
        let cut = Cut { rule: UnitRule::Day, zone: Zone::utc(), max_events };
        let units = cut.units(&group("g", "g").key, &messages, &|_| true);
        prop_assert_eq!(units.len(), n.div_ceil(max_events));
        let sizes: Vec<usize> = units.iter().map(|u| u.messages.len()).collect();
        if let (Some(least), Some(most)) = (sizes.iter().min(), sizes.iter().max()) {
            prop_assert!(most - least <= 1 && *most <= max_events);
        }
        let all: Vec<i64> = units.iter().flat_map(|u| &u.messages).map(|id| id.0).collect();
        prop_assert_eq!(all, (0..n as i64).collect::<Vec<_>>());
        for (place, unit) in units.iter().enumerate() {
            let part = (units.len() > 1).then_some((place as u32 + 1, units.len() as u32));
            prop_assert_eq!((unit.id.slice as usize, unit.part), (place + 1, part));
        }
        prop_assert!(units.is_sorted_by(|a, b| a.id < b.id));
    }
}
