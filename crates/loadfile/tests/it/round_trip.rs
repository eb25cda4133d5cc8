//! What is written comes back: exactly from XML and CSV, after its declared replacements from DAT.

use duces_loadfile::{
    CsvWriter, DatOptions, DatWriter, Dialect, EdrmItem, EdrmWriter, Encoding, Field, Parsed, Row, Value, escaped,
    guarded, read_csv, read_dat, read_edrm, split_list, unescaped, unguarded,
};
use proptest::prelude::*;

use crate::clear;

const COLUMNS: [Field; 3] = [Field::BegBates, Field::ConversationName, Field::Participants];

/// The number goes into every row, so that a document has its id.
fn make_row(name: &str, list: &[String]) -> Row {
    let mut row = Row::default();
    row.set(Field::BegBates, "MER0000001");
    row.set(Field::ConversationName, Value::Text(name.to_owned()));
    row.set(Field::Participants, Value::List(list.to_vec()));
    row
}

fn through_dat(dialect: &Dialect, rows: &[Row]) -> Vec<Vec<String>> {
    let mut dat = DatWriter::new(Vec::new(), dialect).unwrap();
    for row in rows {
        dat.row(&clear(row.clone())).unwrap();
    }
    let (bytes, _) = dat.finish().unwrap();
    read_dat(&bytes[..], &DatOptions::named("a.dat")).unwrap().map(|item| rows_only(item.unwrap()).values).collect()
}

fn rows_only<T: std::fmt::Debug>(item: Parsed<T>) -> T {
    match item {
        Parsed::Row(row) => row,
        Parsed::Finding(finding) => panic!("{finding}"),
    }
}

fn through_csv(rows: &[Row]) -> Vec<Vec<String>> {
    let mut csv = CsvWriter::new(Vec::new(), &Dialect::of(COLUMNS)).unwrap();
    for row in rows {
        csv.row(&clear(row.clone())).unwrap();
    }
    let (bytes, _) = csv.finish().unwrap();
    read_csv(&bytes[..], "a.csv").unwrap().map(|item| rows_only(item.unwrap()).values).collect()
}

fn through_edrm(rows: &[Row]) -> Vec<[String; 2]> {
    let mut xml = EdrmWriter::new(Vec::new(), &Dialect::of(COLUMNS), "V").unwrap();
    for row in rows {
        xml.row(&clear(row.clone()), &[]).unwrap();
    }
    let (bytes, _) = xml.finish().unwrap();
    let items = read_edrm(&bytes[..], "a.xml").unwrap().map(|item| rows_only(item.unwrap()));
    let values = |item| {
        let EdrmItem::Document(document) = item else { panic!("no families here") };
        let value = |field| document.value(field).unwrap_or_default().to_owned();
        [value(Field::ConversationName), value(Field::Participants)]
    };
    items.map(values).collect()
}

fn check(name: &str, list: &[String]) {
    let rows = [make_row(name, list), make_row("next", &[])];
    let dialect = Dialect::of(COLUMNS);
    for encoding in [Encoding::Utf8, Encoding::Utf16le] {
        let dialect = Dialect { encoding, ..dialect.clone() };
        let back = through_dat(&dialect, &rows);
        assert_eq!(back.len(), 2);
        let expect = |text: &str| dialect.dat.value(text).replace('\u{ae}', "\n");
        assert_eq!(back[0][1], expect(name));
        let items: Vec<String> = list.iter().map(|item| item.replace(';', ",")).collect();
        assert_eq!(back[0][2], expect(&items.join(";")));
        assert_eq!(back[1][1], "next");
    }
    for back in [through_csv(&rows).into_iter().map(|r| [r[1].clone(), r[2].clone()]).collect(), through_edrm(&rows)] {
        assert_eq!(back.len(), 2);
        assert_eq!(back[0][0], name);
        // No item and one empty item are written alike.
        let items = split_list(&back[0][1], ';');
        assert!(items == list || (items.is_empty() && list == [""]), "{items:?} {list:?}");
        assert_eq!(back[1][0], "next");
    }
}

#[test]
fn naughty_strings_come_back() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/hostile/strings/blns.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let strings: Vec<String> = serde_json::from_str(&text).unwrap();
    assert!(strings.len() > 400);
    for string in &strings {
        check(string, &[string.clone(), String::new(), string.clone()]);
    }
}

#[test]
fn our_own_naughty_strings_come_back() {
    for string in [
        "",
        " ",
        "'",
        "''",
        "'=1",
        "''=1",
        "' =1",
        "=1",
        " =1",
        "\t",
        "\r",
        "\r\n",
        "\n=1",
        "-",
        "＝1",
        "\u{feff}=1",
        "\\u{0008}",
        "\\\\u{0008}",
        "\u{8}",
        "\u{8}\\",
        "\\u{",
        "\u{0}\u{1f}\u{fffe}\u{ffff}",
        "þ",
        "þþ",
        "þ\u{14}þ",
        "®",
        "a®\nb",
        "\n",
        "\nþ",
        "\u{14}",
        "]]>",
        "&amp;",
        "<a>",
        "\"",
        "a,b",
        ";",
        "\\;",
        "\\",
        "\u{85}\u{2028}",
        "\u{feff}",
        "\u{1b}[0m",
        "😀",
        "\u{10ffff}",
    ] {
        check(string, &[string.to_owned(), string.to_owned()]);
        check(string, &[string.to_owned()]);
    }
}

/// Text that is rich in what the formats reserve.
fn texts() -> impl Strategy<Value = String> {
    let reserved = proptest::sample::select(vec![
        '\u{fe}', '\u{14}', '\u{ae}', '\r', '\n', ';', '\\', '\'', '=', '+', '@', '"', ',', '<', '&', ']', '>',
        '\u{8}', '\u{ffff}', '\u{feff}', '\t', ' ', 'u', '{', '}', '0',
    ]);
    proptest::collection::vec(prop_oneof![reserved, any::<char>()], 0..24).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #[test]
    fn any_text_comes_back(name in texts(), list in proptest::collection::vec(texts(), 0..4)) {
        check(&name, &list);
    }

    #[test]
    fn escapes_and_guards_are_undone(text in texts()) {
        let (written, _) = escaped(&text);
        prop_assert_eq!(unescaped(&written), text.as_str());
        let written = guarded(&text);
        prop_assert_eq!(unguarded(&written), text.as_str());
    }

    #[test]
    fn no_cell_of_a_csv_is_a_formula(text in texts()) {
        let written = guarded(&text).into_owned();
        let start = written.trim_start();
        prop_assert!(!start.starts_with(['=', '+', '-', '@']), "{written:?}");
    }
}
