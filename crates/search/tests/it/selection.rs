//! Selection for a production: units, and where every message of the matter fell.

use duces_model::{Custodian, UnitRule};
use duces_search::{Clip, Criteria, Scope, Selection, Tally, messages_of, select};

use crate::fixture::shanghai;
use crate::search::matter;

fn ask(query: &str) -> Criteria {
    Criteria { query: query.into(), ..Criteria::all(shanghai()) }
}

fn shape(selection: &Selection) -> Vec<(String, usize, usize)> {
    let of = |u: &duces_search::SelectedUnit| (u.unit.id.to_string(), u.unit.messages.len(), u.hits);
    selection.units.iter().map(of).collect()
}

fn tally(classes: [u64; 5], attachments: [u64; 2]) -> Tally {
    let [hits, context, without_hit, outside_dates, outside_conditions] = classes;
    let [attachments_selected, attachments_not_selected] = attachments;
    Tally {
        hits,
        context,
        without_hit,
        outside_dates,
        outside_conditions,
        attachments_selected,
        attachments_not_selected,
    }
}

/// Each row: criteria; units selected; hits, context, without hit, outside dates, outside other conditions; attachments
/// selected and not.
#[test]
fn every_message_falls_on_one_side() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let sixth = Clip { from: "2024-03-06".parse().ok(), to: "2024-03-06".parse().ok() };
    let rows = [
        (ask(""), 4, tally([6, 0, 0, 0, 0], [1, 0])),
        (ask("signed"), 1, tally([1, 1, 4, 0, 0], [0, 1])),
        (ask("contract"), 4, tally([4, 2, 0, 0, 0], [1, 0])),
        (Criteria { clip: sixth, ..ask("contract") }, 2, tally([2, 1, 0, 3, 0], [1, 0])),
        (
            Criteria { custodians: vec![Custodian("Chen Lihua".into())], ..ask("transfer") },
            1,
            tally([1, 1, 3, 0, 1], [0, 1]),
        ),
        (Criteria { clip: sixth, conversations: vec!["合同组".into()], ..ask("") }, 1, tally([1, 0, 0, 2, 3], [1, 0])),
        (Criteria { scope: Scope::Document, ..ask("contract w/20 signed") }, 1, tally([2, 0, 4, 0, 0], [0, 1])),
        (Criteria { scope: Scope::Document, ..ask("Application") }, 4, tally([0, 6, 0, 0, 0], [1, 0])),
        (Criteria { max_events: 1, ..ask("signed") }, 1, tally([1, 0, 5, 0, 0], [0, 1])),
        (Criteria { unit: UnitRule::Message, ..ask("contract") }, 4, tally([4, 0, 2, 0, 0], [1, 0])),
        (Criteria { unit: "context 1 message".parse().unwrap(), ..ask("signed") }, 1, tally([1, 2, 3, 0, 0], [1, 0])),
        (Criteria { unit: "whole-channel 3".parse().unwrap(), ..ask("transfer") }, 1, tally([1, 2, 3, 0, 0], [0, 1])),
    ];
    for (criteria, units, total) in rows {
        let selection = select(&reader, &criteria, now).unwrap();
        assert_eq!((selection.units.len(), selection.total()), (units, total), "{criteria:?}");
        let of_units: usize = selection.units.iter().map(|u| u.unit.messages.len()).sum();
        assert_eq!(of_units as u64, total.selected(), "{criteria:?}");
        assert_eq!(total.selected() + total.not_selected(), 6, "{criteria:?}");
        assert!(selection.units.is_sorted_by(|a, b| a.unit.id < b.unit.id));
        assert!(selection.days.is_sorted_by(|a, b| (&a.conversation, a.day) < (&b.conversation, b.day)));
    }
}

#[test]
fn units_come_in_numbering_order_with_their_messages() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let selection = select(&reader, &ask("contract"), now).unwrap();
    assert_eq!(
        shape(&selection),
        [
            ("wechat:direct:wxid_ann|wxid_bob from 2024-03-05T16:00:00Z slice 1".into(), 2, 1),
            ("wechat:direct:wxid_ann|wxid_bob from 2024-03-06T16:00:00Z slice 1".into(), 1, 1),
            ("wechat:room:g@chatroom from 2024-03-04T16:00:00Z slice 1".into(), 2, 1),
            ("wechat:room:g@chatroom from 2024-03-05T16:00:00Z slice 1".into(), 1, 1),
        ]
    );
    let texts: Vec<String> =
        messages_of(&reader, &selection.units[2].unit, now).unwrap().iter().map(|m| m.text()).collect();
    assert_eq!(texts, ["The contract is ready, 请签合同", "I signed it"]);
    assert_eq!(selection.conversations.len(), 2);
    let days: Vec<(String, u64)> = selection.days.iter().map(|d| (d.day.to_string(), d.tally.selected())).collect();
    assert_eq!(
        days,
        [("2024-03-06".into(), 2), ("2024-03-07".into(), 1), ("2024-03-05".into(), 2), ("2024-03-06".into(), 1)]
    );
}
