//! How conversations are cut: days of a zone with its clock changes, slices.

use duces_model::{Day, MessageId, Unit, UnitRule, UtcMillis, Zone};
use duces_search::{Clip, Cut};
use proptest::prelude::*;

use crate::fixture::{Fixture, group, said, utc, zone};

fn cut(rule: UnitRule, zone: &Zone, sent: &[UtcMillis]) -> Vec<Unit> {
    let messages: Vec<_> = (1..).map(MessageId).zip(sent.iter().copied()).collect();
    Cut::new(rule, zone.clone()).units(&group("g", "g").key, &messages)
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
    assert_eq!((units[0].id.slice, units[0].slices), (1, 1));
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
        for rule in [UnitRule::Day, UnitRule::Conversation] {
            let cut = Cut::new(rule, zone("Asia/Shanghai"));
            let units = duces_search::units(&reader, &talk[0].key, &cut, clip, now).unwrap();
            assert_eq!(units.iter().map(|u| u.messages.len()).sum::<usize>(), n, "{clip:?} {rule:?}");
            assert_eq!(units[0].id.start.to_string(), start, "{clip:?} {rule:?}");
        }
    }
}

proptest! {
    /// Slices hold every message once, in order, are as few as will do and differ by one message at most.
    #[test]
    fn slices_are_even_and_complete(n in 0usize..200, max_events in 1usize..40) {
        let messages: Vec<_> = (0..n as i64).map(|i| (MessageId(i), UtcMillis::new(i).unwrap())).collect();
        let cut = Cut { rule: UnitRule::Day, zone: Zone::utc(), max_events };
        let units = cut.units(&group("g", "g").key, &messages);
        prop_assert_eq!(units.len(), n.div_ceil(max_events));
        let sizes: Vec<usize> = units.iter().map(|u| u.messages.len()).collect();
        if let (Some(least), Some(most)) = (sizes.iter().min(), sizes.iter().max()) {
            prop_assert!(most - least <= 1 && *most <= max_events);
        }
        let all: Vec<i64> = units.iter().flat_map(|u| &u.messages).map(|id| id.0).collect();
        prop_assert_eq!(all, (0..n as i64).collect::<Vec<_>>());
        for (place, unit) in units.iter().enumerate() {
            prop_assert_eq!((unit.id.slice as usize, unit.slices as usize), (place + 1, units.len()));
        }
        prop_assert!(units.is_sorted_by(|a, b| a.id < b.id));
    }
}
