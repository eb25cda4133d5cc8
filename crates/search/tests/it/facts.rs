//! Fields of messages and of documents, foldings, noise words, and what is explained of a query.

use duces_archive::{PersonAccount, Persons};
use duces_model::{App, AttachmentRole, Body, Edit, Mail, Marks, Reaction};
use duces_search::{Criteria, NoiseWords, Profile, QueryOptions, Scope, explain, run, select};

use crate::fixture::{Fixture, Said, at, direct, group, missing, said, shanghai, stored};

fn ask(query: &str, scope: Scope) -> Criteria {
    Criteria { query: query.into(), scope, ..Criteria::all(shanghai()) }
}

/// Message 1 to 8: three in a group, three in a 1:1, a mail and a notice.
fn matter() -> Fixture {
    let conversations =
        [group("g@chatroom", "合同组 Deal team"), direct("wxid_ann", "wxid_bob", "Ann, Bob"), group("m", "Mails")];
    let mut messages = vec![
        said(0, "2024-03-05 09:00:00", "ann", "The contract is ready"),
        said(0, "2024-03-05 23:59:59", "chen", "発票 contract"),
        said(0, "2024-03-06 00:00:00", "chen", "see file"),
        Said { custodians: vec!["Bob Li"], ..said(1, "2024-03-06 11:00:00", "ann", "contract signed") },
        said(1, "2024-03-06 11:05:00", "bob", "résumé"),
        said(1, "2024-03-07 08:00:00", "ann", "final wording"),
        said(2, "2024-03-08 08:00:00", "ann", ""),
        said(0, "2024-03-09 08:00:00", "chen", "chen was renamed"),
    ];
    messages[2].body = Body::File { name: "发票 March.pdf".into(), size: None };
    messages[2].attachments = vec![
        stored(AttachmentRole::File, Some("发票 March.pdf"), "application/pdf", "%PDF"),
        missing(AttachmentRole::Picture, "p.jpg"),
    ];
    messages[5].marks = Marks {
        edits: vec![Edit { before: Some("draft clause".into()), ..Edit::default() }],
        reactions: vec![Reaction { value: "👍".into(), count: 1, by: Vec::new() }],
        reply_to: Some("4".into()),
        ..Marks::default()
    };
    messages[6].body = Body::Mail(Mail {
        subject: Some("Offer".into()),
        to: vec!["dora@example.com".into()],
        text: "Hi".into(),
        ..Mail::default()
    });
    messages[7].sender = None;
    let fixture = Fixture::new(&conversations, &messages);
    let account = |person: &str, id: &str, to: Option<&str>| PersonAccount {
        person: person.into(),
        app: App::wechat(),
        native_id: id.into(),
        from: None,
        to: to.map(|day| at(&shanghai(), &format!("{day} 00:00:00"))),
    };
    fixture.set_persons(&Persons::new(vec![
        account("Ann Wong", "wxid_ann", None),
        account("Robert Li", "wxid_bob", None),
        account("Early Chen", "wxid_chen", Some("2024-03-06")),
    ]));
    fixture
}

/// Query, the messages of it by number, and how many documents in document scope.
const FIELDS: &[(&str, &[i64], u64, &str)] = &[
    ("custodian:bob", &[4], 1, "who holds it"),
    ("from:ann", &[1, 4, 6, 7], 4, "by name"),
    ("from:wxid_bob", &[5], 1, "by account"),
    ("from:\"Ann Wong\"", &[1, 4, 6, 7], 4, "by person"),
    ("from:early", &[2], 1, "by person, while the account was theirs"),
    ("to:bob", &[4, 6], 2, "the other side of a 1:1, by the name it is known by"),
    ("to:\"robert li\"", &[4, 6], 2, "and by person"),
    ("to:ann", &[5], 1, "in either direction"),
    ("to:\"deal team\"", &[1, 2, 3, 8], 3, "in a group, the group"),
    ("to:dora", &[7], 1, "of a mail, its recipients"),
    ("participant:chen", &[1, 2, 3, 8], 2, "of a message, who ever spoke; of a document, who speaks in it"),
    ("participant:bob", &[4, 5, 6], 2, "the sides of a 1:1, also where they are silent"),
    ("participant:(ann and bob)", &[4, 5, 6], 2, "AND is of all values"),
    ("conversation:deal", &[1, 2, 3, 8], 3, "by title"),
    ("conversation:\"g@chatroom\"", &[1, 2, 3, 8], 3, "by id"),
    ("app:wechat and not app:slack", &[1, 2, 3, 4, 5, 6, 7, 8], 6, "the app"),
    ("type:file", &[3], 1, "the type as printed"),
    ("type:\"e-mail\"", &[7], 1, "the same"),
    ("attachment.name:发票", &[3], 1, "a file's name"),
    ("filename contains (march or april)", &[3], 1, "contains"),
    ("has:file", &[3], 1, "a file"),
    ("has:(missing and picture)", &[3], 1, "of all values together"),
    ("has:edit and has:reaction and has:quote", &[6], 1, "what happened to it"),
    ("has:attachment and not has:file", &[], 0, "nothing else"),
    ("id:4", &[5], 1, "the app's own number"),
    ("date:2024-03-05", &[1, 2], 1, "a day of the zone, to its last second"),
    ("date:2024-03-06..2024-03-07", &[3, 4, 5, 6], 3, "a range"),
    ("date:>=2024-03-05T23:59:59 and date:<2024-03-06T00:00:01", &[2, 3], 2, "seconds"),
    ("contract and from:ann", &[1, 4], 2, "with the text"),
    ("contract and not custodian:bob", &[1, 2], 1, "NOT a field"),
    ("draft", &[6], 1, "a wording that was edited away, by index and scan"),
];

#[test]
fn fields_select_messages_and_documents() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    for (query, expected, documents, rule) in FIELDS {
        for verify_full in [false, true] {
            let criteria = Criteria { verify_full, ..ask(query, Scope::Message) };
            let found: Vec<i64> = run(&reader, &criteria, now).unwrap().messages.iter().map(|id| id.0).collect();
            assert_eq!(found, *expected, "{query}: {rule}");
        }
        let criteria = ask(query, Scope::Document);
        let (outcome, selection) = (run(&reader, &criteria, now).unwrap(), select(&reader, &criteria, now).unwrap());
        let documents = *documents;
        assert_eq!(outcome.documents, documents, "{query}: {rule}");
        assert_eq!(selection.units.len() as u64, documents, "{query}: {rule}");
    }
}

#[test]
fn counts_say_by_which_choices_they_were_made() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let options = QueryOptions {
        profile: Profile { fold_traditional: true, fold_accents: true },
        noise: NoiseWords::read("the\nis\n").unwrap(),
        ..QueryOptions::default()
    };
    let ask = |query: &str| {
        let criteria = Criteria { options: options.clone(), verify_full: true, ..ask(query, Scope::Message) };
        run(&reader, &criteria, now).unwrap()
    };
    let found = ask("resume");
    assert_eq!(found.messages.len(), 1);
    assert!(found.normalisation.starts_with("duces-1+traditional+accents"), "{}", found.normalisation);
    assert_eq!(found.noise_words, ["is", "the"]);
    assert_eq!(found.hits[0].text.get(found.hits[0].ranges[0].0..found.hits[0].ranges[0].1), Some("résumé"));
    assert_eq!(ask("發票").messages.len(), 1, "simplified in the name of the file");
    assert_eq!(ask("contract the ready").messages.len(), 1, "another noise word in its place");
}

#[test]
fn names_that_nothing_bears_are_told() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let notes = |query: &str| run(&reader, &ask(query, Scope::Message), now).unwrap().notes;
    assert_eq!(notes("contract and (from:ann or participant:wxid_bob or custodian:li or app:wechat)"), [""; 0]);
    assert_eq!(notes("to:nobody or filename:nothing or type:none"), [""; 0], "of these there is no list");
    let told = notes("contract and not (from:(ann or anne) or custodian:lihau or from:anne)");
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("from:anne: no sender") && told[1].contains("custodian:lihau"), "{told:?}");
}

#[test]
fn an_explanation_lists_words_within_the_conditions_alone() {
    let fixture = matter();
    let (reader, now) = fixture.reader();
    let criteria = Criteria {
        custodians: vec![duces_model::Custodian("Bob Li".into())],
        ..ask("(contract* or sign~) and not date:2023", Scope::Message)
    };
    let explained = explain(&reader, &criteria, now).unwrap();
    assert_eq!(explained.query, "(contract* OR sign~) AND NOT date:2023");
    assert!(explained.tree.contains("  NOT\n    sent 2023\n"), "{}", explained.tree);
    let listed: Vec<(&str, Vec<(&str, u64)>)> = explained
        .expansions
        .iter()
        .map(|e| (e.term.as_str(), e.words.iter().map(|(word, n)| (word.as_str(), *n)).collect()))
        .collect();
    assert_eq!(listed, [("contract*", vec![("contract", 1)]), ("sign~", vec![("signed", 1)])]);
    let asked = explained.index.unwrap();
    assert!(asked.contains("\"contract\"*") && asked.contains("\"signed\""), "{asked}");
    let everywhere = explain(&reader, &ask("contract*", Scope::Document), now).unwrap();
    assert_eq!(everywhere.expansions[0].words["contract"], 3);
    assert_eq!(everywhere.index, None, "documents match by their headers as well");
}
