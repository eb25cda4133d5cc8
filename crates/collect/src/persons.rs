//! The list of persons that the user keeps: whose account is whose. Nothing is joined that is not written there.
//!
//! As TOML, `[[person]]` with `name` and `accounts`; as CSV, a line an account under the columns `person`, `app`, `id`
//! and, where the account was theirs for a time only, `from` and `to`: days in the matter's zone, both included.

use std::collections::BTreeMap;
use std::path::Path;

use duces_archive::{PersonAccount, Persons};
use duces_model::{App, Day, UtcMillis, Zone};
use serde::Deserialize;

use crate::error::{CollectError, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    person: Vec<WrittenPerson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPerson {
    name: String,
    accounts: Vec<WrittenAccount>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAccount {
    app: String,
    id: String,
    from: Option<toml::Value>,
    to: Option<toml::Value>,
}

/// An account as it is written, and where.
struct Entry {
    place: String,
    person: String,
    app: String,
    id: String,
    from: Option<String>,
    to: Option<String>,
}

/// Reads a list of persons, CSV where its name ends so and TOML otherwise.
pub fn read_persons(path: &Path, zone: &Zone) -> Result<Persons> {
    let wrong = |what: String| CollectError::List { path: path.to_owned(), what };
    let bytes = std::fs::read(path).map_err(|e| wrong(e.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8; save it as UTF-8".to_owned()))?;
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let entries = if is_csv { from_csv(&text) } else { from_toml(&text) };
    entries.and_then(|entries| persons(entries, zone)).map_err(wrong)
}

fn from_toml(text: &str) -> Result<Vec<Entry>, String> {
    let written: Written = toml::from_str(text).map_err(|e| e.to_string().trim_end().to_owned())?;
    let mut entries = Vec::new();
    for person in written.person {
        if person.accounts.is_empty() {
            return Err(format!("person `{}` has no account", person.name));
        }
        for account in person.accounts {
            let day = |value: toml::Value| match value {
                toml::Value::Datetime(day) => day.to_string(),
                toml::Value::String(text) => text,
                other => other.to_string(),
            };
            entries.push(Entry {
                place: format!("person `{}`, account `{}`", person.name, account.id),
                person: person.name.clone(),
                app: account.app,
                id: account.id,
                from: account.from.map(day),
                to: account.to.map(day),
            });
        }
    }
    Ok(entries)
}

fn from_csv(text: &str) -> Result<Vec<Entry>, String> {
    const COLUMNS: [&str; 5] = ["person", "app", "id", "from", "to"];
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| e.to_string())?.clone();
    if let Some(unknown) = header.iter().find(|name| !COLUMNS.contains(name)) {
        return Err(format!("there is no column `{unknown}`; the columns are: {}", COLUMNS.join(", ")));
    }
    let place_of = |name: &str| header.iter().position(|column| column == name);
    let needed = |name: &str| place_of(name).ok_or_else(|| format!("the column `{name}` is missing"));
    let (person, app, id) = (needed("person")?, needed("app")?, needed("id")?);
    let (from, to) = (place_of("from"), place_of("to"));
    let mut entries = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|e| e.to_string())?;
        let cell = |column: usize| row.get(column).unwrap_or_default().to_owned();
        let maybe = |column: Option<usize>| column.map(cell).filter(|text| !text.is_empty());
        let place = format!("line {}", row.position().map_or(0, csv::Position::line));
        let (person, app, id) = (cell(person), cell(app), cell(id));
        entries.push(Entry { place, person, app, id, from: maybe(from), to: maybe(to) });
    }
    Ok(entries)
}

fn persons(entries: Vec<Entry>, zone: &Zone) -> Result<Persons, String> {
    let mut accounts = Vec::new();
    let mut known: BTreeMap<(String, String), Vec<(PersonAccount, String)>> = BTreeMap::new();
    for entry in entries {
        let account = account(&entry, zone).map_err(|what| format!("{}: {what}", entry.place))?;
        let others = known.entry((account.app.name().to_owned(), account.native_id.clone())).or_default();
        if let Some((_, place)) = others.iter().find(|(other, _)| meet(other, &account)) {
            return Err(format!(
                "{}: the account `{}` of {} is given at {place} too, for the same time; an account is one person's",
                entry.place,
                entry.id,
                account.app.label()
            ));
        }
        others.push((account.clone(), entry.place));
        accounts.push(account);
    }
    Ok(Persons::new(accounts))
}

fn account(entry: &Entry, zone: &Zone) -> Result<PersonAccount, String> {
    for (what, text) in [("person", &entry.person), ("app", &entry.app), ("id", &entry.id)] {
        if text.trim().is_empty() {
            return Err(format!("its {what} is blank"));
        }
    }
    let day = |text: &Option<String>| -> Result<Option<Day>, String> {
        text.as_ref()
            .map(|text| text.parse().map_err(|_| format!("`{text}` is no day, such as 2024-03-05")))
            .transpose()
    };
    let (from, to) = (day(&entry.from)?, day(&entry.to)?);
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        return Err(format!("its last day {to} is before its first, {from}"));
    }
    Ok(PersonAccount {
        person: entry.person.trim().to_owned(),
        app: App::named(entry.app.trim()),
        native_id: entry.id.trim().to_owned(),
        from: from.map(|day| zone.start_of(day)),
        to: to.map(|day| zone.start_of(day.next())),
    })
}

/// Returns whether there is an instant at which both hold.
fn meet(a: &PersonAccount, b: &PersonAccount) -> bool {
    let before =
        |end: Option<UtcMillis>, start: Option<UtcMillis>| matches!((end, start), (Some(e), Some(s)) if e <= s);
    !before(a.to, b.from) && !before(b.to, a.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, csv: bool) -> Result<Persons, String> {
        let zone = Zone::named("Asia/Shanghai").expect("a zone");
        if csv { from_csv(text) } else { from_toml(text) }.and_then(|entries| persons(entries, &zone))
    }

    #[test]
    fn both_forms_say_the_same() {
        let toml = r#"
            [[person]]
            name = "Chen Lihua 陈丽华"
            accounts = [
                { app = "wechat", id = "wxid_clh" },
                { app = "Slack", id = "U1", from = 2024-01-01, to = "2024-06-30" },
            ]
        "#;
        let csv = "\u{feff}person,app,id,from,to\nChen Lihua 陈丽华,slack, U1 ,2024-01-01,2024-06-30\nChen Lihua 陈丽华,wechat,wxid_clh,,\n";
        let persons = read(toml, false).expect("TOML");
        assert_eq!(read(csv, true).expect("CSV"), persons);
        let slack = &persons.accounts()[0];
        assert_eq!(slack.from.map(UtcMillis::millis), Some(1_704_038_400_000));
        assert_eq!(slack.to.map(UtcMillis::millis), Some(1_719_763_200_000));
        assert_eq!(read("person,app,id\n", true).expect("nobody"), Persons::default());
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let rows = [
            ("person,app,id,since\n", "`since`"),
            ("person,app\nAnn,wechat\n", "`id` is missing"),
            ("person,app,id\nAnn,wechat,\n", "line 2: its id is blank"),
            ("person,app,id\nAnn,wechat,a\nBob,wechat,a\n", "line 3: the account `a` of WeChat is given at line 2"),
            ("person,app,id\nAnn,wechat,a\nAnn,WeChat,a\n", "line 3"),
            ("person,app,id,from,to\nAnn,wechat,a,2024-02-02,2024-02-01\n", "before its first"),
            ("person,app,id,from,to\nAnn,wechat,a,2024-02-30,\n", "`2024-02-30` is no day"),
            ("person,app,id,from,to\nAnn,wechat,a,,2024-02-01\nBo,wechat,a,2024-02-01,\n", "line 3"),
        ];
        for (text, said) in rows {
            let error = read(text, true).expect_err(said);
            assert!(error.contains(said), "{said}: {error}");
        }
        let handed_on = "person,app,id,from,to\nAnn,wechat,a,,2024-02-01\nBo,wechat,a,2024-02-02,\nBo,sms,a,,\n";
        assert_eq!(read(handed_on, true).expect("one after the other").accounts().len(), 3);
        assert!(read("[[person]]\nname = \"Ann\"\naccounts = []\n", false).is_err());
        assert!(read("[[persons]]\n", false).is_err());
    }
}
