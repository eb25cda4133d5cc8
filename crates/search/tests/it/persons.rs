//! Participants asked for by the name of a person: each of the person's accounts, at the times they were theirs.

use duces_archive::{PersonAccount, Persons};
use duces_model::App;
use duces_search::{Criteria, SearchError, run};

use crate::fixture::{at, shanghai};
use crate::search::matter;

fn account(person: &str, app: &str, id: &str, from: Option<&str>, to: Option<&str>) -> PersonAccount {
    let day = |day: Option<&str>| day.map(|day| at(&shanghai(), &format!("{day} 00:00:00")));
    PersonAccount { person: person.into(), app: App::named(app), native_id: id.into(), from: day(from), to: day(to) }
}

#[test]
fn a_person_stands_for_each_of_their_accounts() {
    let fixture = matter();
    let (reader, before) = fixture.reader();
    let persons = Persons::new(vec![
        account("Chen Lihua", "wechat", "wxid_chen", None, None),
        account("Bob Li", "wechat", "wxid_bob", None, None),
        account("Ann Wong", "slack", "wxid_ann", None, None),
        account("Early Ann", "wechat", "wxid_ann", None, Some("2024-03-06")),
        account("Late Ann", "wechat", "wxid_ann", Some("2024-03-06"), None),
        account("Never Met", "wechat", "wxid_none", None, None),
    ]);
    fixture.set_persons(&persons);
    let (_, now) = fixture.reader();
    let ask = |names: &[&str], as_of| {
        let participants = names.iter().map(|name| (*name).to_owned()).collect();
        let outcome = run(&reader, &Criteria { participants, ..Criteria::all(shanghai()) }, as_of);
        outcome.map(|outcome| (outcome.messages.len(), outcome.conversations))
    };
    assert_eq!(ask(&["Chen Lihua"], now).unwrap(), (3, 1), "by the account that wrote");
    assert_eq!(ask(&["Bob Li"], now).unwrap(), (3, 1), "as the side of a 1:1 that never wrote");
    assert_eq!(ask(&["Ann Wong"], now).unwrap(), (0, 0), "an account of another app is another account");
    assert_eq!(
        ask(&["Early Ann"], now).unwrap(),
        (3, 1),
        "the account was hers until the 5th, when only the group spoke"
    );
    assert_eq!(ask(&["Late Ann"], now).unwrap(), (3, 1), "and hers from the 6th on, when only the 1:1 did");
    assert_eq!(ask(&["Never Met"], now).unwrap(), (0, 0));
    assert_eq!(ask(&["Never Met", "ann"], now).unwrap(), (6, 2), "a name that is no person's is a sender's");
    // A plan keeps its answer: the list holds from its own position on.
    assert!(matches!(ask(&["Bob Li"], before), Err(SearchError::Unknown { .. })));
    let error = ask(&["Chen Lihau"], now).unwrap_err().to_string();
    assert!(error.contains("Chen Lihua"), "{error}");
}
