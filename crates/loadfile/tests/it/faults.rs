//! Broken files: each fault is named by its code and line, the rest is read, nothing panics.

use std::collections::BTreeSet;

use duces_loadfile::{CODES, DatOptions, Delimiters, Parsed, read_csv, read_dat, read_edrm, read_opt};
use duces_model::Finding;
use proptest::prelude::*;

fn split<T, E: std::fmt::Debug>(items: impl Iterator<Item = Result<Parsed<T>, E>>) -> (Vec<T>, Vec<Finding>) {
    let (mut rows, mut findings) = (Vec::new(), Vec::new());
    for item in items {
        match item.unwrap() {
            Parsed::Row(row) => rows.push(row),
            Parsed::Finding(finding) => findings.push(finding),
        }
    }
    (rows, findings)
}

fn places(findings: &[Finding]) -> Vec<(&'static str, u64)> {
    findings.iter().map(|finding| (finding.code, finding.place.line.unwrap_or(0))).collect()
}

fn dat(text: &[u8]) -> (Vec<Vec<String>>, Vec<(&'static str, u64)>) {
    let (rows, findings) = split(read_dat(text, &DatOptions::named("a.dat")).unwrap());
    (rows.into_iter().map(|row| row.values).collect(), places(&findings))
}

/// Reads a DAT written with `|` for the column sign and `^` for the thorn.
fn check_dat(text: &str, rows: &[&[&str]], findings: &[(&str, u64)]) {
    let text = format!("\u{feff}{}", text.replace('|', "\u{14}").replace('^', "þ"));
    let (got, places) = dat(text.as_bytes());
    assert_eq!(got, rows, "{text:?}");
    assert_eq!(places, findings, "{text:?}");
}

#[test]
fn dat_faults() {
    check_dat("^A^|^B^\r\n^1^|^2^\r\n", &[&["1", "2"]], &[]);
    check_dat("A|B\r\n1|\r\n", &[&["1", ""]], &[]);
    check_dat("^A^|^B^\r\n^1^^x^|^2®3^\r\n", &[&["1þx", "2\n3"]], &[]);
    check_dat(
        "^A^|^B^\r\n^1^\r\n^1^|^2^|^3^\r\n",
        &[&["1"], &["1", "2", "3"]],
        &[("DAT_FIELD_COUNT", 2), ("DAT_FIELD_COUNT", 3)],
    );
    check_dat("^A^|^B^\r\n^1^,^2^\r\n", &[&["1þ,þ2"]], &[("DAT_QUOTE", 2), ("DAT_QUOTE", 2), ("DAT_FIELD_COUNT", 2)]);
    check_dat("^A^|^B^\r\n^1^|^2\r\n^3^|^4^\r\n", &[&["1", "2"], &["3", "4"]], &[("DAT_UNTERMINATED", 2)]);
    check_dat("^A^\r\n^1|2^\r\n", &[&["1\u{14}2"]], &[("DAT_COLUMN_SIGN", 2)]);
    check_dat("^A^\r\n^1\r\n2^\r\n^3^\r\n", &[&["1\n2"], &["3"]], &[("DAT_RAW_NEWLINE", 2)]);
    check_dat("^A^\r\n^1\r\n^\r\n^3^\r\n", &[&["1\n"], &["3"]], &[("DAT_RAW_NEWLINE", 2)]);
    check_dat("^A^\r\n^1", &[&["1"]], &[("DAT_UNTERMINATED", 2)]);
    check_dat("^A^\r\n^1^", &[&["1"]], &[("DAT_LAST_LINE", 2)]);
    check_dat("^A^\n^1^\n^2^\n", &[&["1"], &["2"]], &[("DAT_LINE_END", 1)]);
    check_dat("^A^\r\n\r\n^1^\r\n", &[&["1"]], &[("DAT_EMPTY_LINE", 2)]);
    check_dat("^A^|^A^|^^\r\n", &[], &[("DAT_DUPLICATE_FIELD", 1), ("DAT_DUPLICATE_FIELD", 1)]);
    check_dat("", &[], &[("DAT_EMPTY", 1)]);
}

#[test]
fn dat_encodings() {
    assert_eq!(dat("þAþ\r\nþ李þ\r\n".as_bytes()), (vec![vec!["李".to_owned()]], vec![("DAT_NO_BOM", 1)]));
    let one_byte = b"\xfeA\xfe\x14\xfeB\xfe\r\n\xfe\xe9\xfe\x14\xfe\xae\xfe\r\n";
    let expect = (vec![vec!["é".to_owned(), "\n".to_owned()]], vec![("DAT_NO_BOM", 1), ("DAT_ENCODING", 1)]);
    assert_eq!(dat(one_byte), expect);
    for big in [false, true] {
        let units = "\u{feff}þAþ\r\nþ😀þ\r\n".encode_utf16();
        let bytes: Vec<u8> = units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect();
        assert_eq!(dat(&bytes), (vec![vec!["😀".to_owned()]], vec![]));
    }
    let bad = [
        b"\xef\xbb\xbf".as_slice(),
        "þAþ\r\nþ1þ\r\n".as_bytes(),
        b"\xfe\xff",
        "þ2þ\r\nþ3".as_bytes(),
        b"\xff",
        "þ\r\n".as_bytes(),
    ];
    let expect = (
        vec![vec!["1".to_owned()], vec!["2".to_owned()], vec!["3\u{fffd}".to_owned()]],
        vec![("DAT_ENCODING", 3), ("DAT_ENCODING", 4)],
    );
    assert_eq!(dat(&bad.concat()), expect);
}

#[test]
fn dat_that_never_ends_is_given_up() {
    let long = format!("\u{feff}þAþ\r\nþ{}", "x".repeat(17 * 1024 * 1024));
    assert_eq!(dat(long.as_bytes()), (vec![], vec![("DAT_TOO_LONG", 2)]));
    let wide = format!("\u{feff}þAþ\r\n{}\r\n", "\u{14}".repeat(10_001));
    assert_eq!(dat(wide.as_bytes()), (vec![], vec![("DAT_TOO_LONG", 2)]));
}

#[test]
fn signs_are_found_out() {
    for (line, column, quote) in [
        ("þAþ\u{14}þBþ", '\u{14}', 'þ'),
        ("A\u{14}B", '\u{14}', 'þ'),
        ("þAþ;þBþ", ';', 'þ'),
        ("A|B,C|D", '|', '^'),
        ("\"A\",\"B\"", ',', '"'),
        ("A\tB", '\t', '"'),
        ("þAþ", '\u{14}', 'þ'),
        ("", '\u{14}', 'þ'),
    ] {
        assert_eq!(Delimiters::sniffed(line), Delimiters { column, quote, ..Delimiters::default() }, "{line:?}");
    }
}

#[test]
fn opt_faults() {
    let check = |text: &str, rows: usize, findings: &[(&str, u64)]| {
        let (lines, got) = split(read_opt(text.as_bytes(), "a.opt"));
        assert_eq!((lines.len(), places(&got).as_slice()), (rows, findings), "{text:?}");
    };
    check("A1,V,a.pdf,Y,,,29\r\nA30,V,b.pdf,y,,,1\r\n", 2, &[]);
    check("A1,V,a.tif,Y,,,2\nA2,V,b.tif,,,,\n", 2, &[]);
    check("A1,V,a.tif,Y,,2\r\n", 1, &[("OPT_COLUMNS", 1), ("OPT_PAGE_COUNT", 1)]);
    check("A1,V,李.tif,Y,,,1\r\n", 1, &[("OPT_NOT_ASCII", 1)]);
    check("\u{feff}A1,V,a.tif,Y,,,1\r\n", 1, &[("OPT_NOT_ASCII", 1)]);
    check("A1,V,a.tif,,,,\r\nA2,V,b.tif,Y,,,1", 2, &[("OPT_FIRST_BREAK", 1)]);
    check("A1,V,a.tif,Y,,,1\r\nA2,V,b.tif,X,,,\r\n", 2, &[("OPT_BREAK", 2), ("OPT_PAGE_COUNT", 1)]);
    check("A1,V,a.tif,Y,,,3\r\nA2,V,b.tif,,,,\r\n", 2, &[("OPT_PAGE_COUNT", 1)]);
    check("A1,V,a.tif,Y,,,x\r\nA2,V,b.tif,Y,,,\r\n", 2, &[("OPT_PAGE_COUNT", 1), ("OPT_PAGE_COUNT", 2)]);
    check("A1,V,a.tif,Y,,,2\r\nA2,V,b.tif,,,,2\r\n", 2, &[("OPT_PAGE_COUNT", 2)]);
    check(",V,a.tif,Y,,,1\r\nA2,V, ,Y,,,1\r\n", 2, &[("OPT_VALUE", 1), ("OPT_VALUE", 2)]);
    check("", 0, &[("OPT_EMPTY", 1)]);
    check(&"x".repeat(70_000), 0, &[("OPT_TOO_LONG", 1)]);
}

fn edrm(text: &str) -> (usize, Vec<(&'static str, u64)>) {
    let (items, findings) = split(read_edrm(text.as_bytes(), "a.xml").unwrap());
    (items.len(), places(&findings))
}

#[test]
fn edrm_faults() {
    let check = |inside: &str, items: usize, findings: &[(&str, u64)]| {
        let text = format!(
            "<Root MajorVersion=\"1\"><Fields><Field Name=\"A\" Key=\"f\"/></Fields><Batch>\n{inside}</Batch></Root>"
        );
        assert_eq!(edrm(&text), (items, findings.to_vec()), "{text}");
    };
    check("<Documents><Document DocID=\"1\"><FieldValues><f>x</f></FieldValues></Document></Documents>", 1, &[]);
    check("<Document DocID='1'><Tags><Tag TagValue='x' TagName='#FileName'/></Tags></Document>", 1, &[]);
    check("<Documents><Document/></Documents>", 1, &[("XML_DOCID", 2)]);
    check(
        "<Documents><Document DocID=\"1\"><FieldValues><g>x</g></FieldValues></Document></Documents>",
        1,
        &[("XML_FIELD", 2)],
    );
    check("<Relationships><Relationship ParentDocID='1' ChildDocId='2'/></Relationships>", 1, &[]);
    check("<Relationships>\n<Relationship ParentDocId='1'/></Relationships>", 0, &[("XML_RELATION", 3)]);
    check("<Documents>\u{1}</Documents>", 0, &[("XML_CHARACTER", 2)]);
    check("<Documents><Document DocID='&#1;'/></Documents>", 1, &[("XML_CHARACTER", 2)]);
    check("<Documents>&unknown;</Documents>", 0, &[("XML_MALFORMED", 2)]);
    check("<Documents></Document>", 0, &[("XML_MALFORMED", 2)]);
    check("<Documents a='1' a='2'/>", 0, &[("XML_MALFORMED", 2)]);
    check(&"<a>".repeat(70), 0, &[("XML_TOO_LARGE", 2)]);
    for (text, findings) in [
        ("<Roots MajorVersion=\"1\"/>", vec![("XML_ROOT", 1)]),
        ("<Root/>", vec![("XML_ROOT", 1)]),
        ("<Root MajorVersion='1'>", vec![("XML_MALFORMED", 1)]),
        ("", vec![("XML_MALFORMED", 1)]),
        ("<Root MajorVersion='1'/>\n<Root MajorVersion='1'/>", vec![("XML_MALFORMED", 2)]),
        ("<Root MajorVersion='1'/>text", vec![("XML_MALFORMED", 1)]),
        ("<!DOCTYPE Root [<!ENTITY a \"b\">]>\n<Root MajorVersion='1'/>", vec![("XML_DOCTYPE", 1)]),
    ] {
        assert_eq!(edrm(text), (0, findings), "{text}");
    }
    let mut bytes = b"<Root MajorVersion='1'>\n".to_vec();
    bytes.extend("<a b='李李'/>\n".as_bytes());
    bytes.extend(b"\xff</Root>");
    let (_, findings) = split(read_edrm(&bytes[..], "a.xml").unwrap());
    assert_eq!(places(&findings), [("XML_ENCODING", 3)]);
}

#[test]
fn edrm_gives_up_on_endless_values_and_reads_all_paths() {
    let text = format!("<Root MajorVersion='1'><a>{}</a></Root>", "x".repeat(17 * 1024 * 1024));
    assert_eq!(edrm(&text), (0, vec![("XML_TOO_LARGE", 1)]));
    let many = format!(
        "<Root MajorVersion='1'><Batch><Document DocID='1'><FieldValues><f>{}</f></FieldValues></Document></Batch></Root>",
        "&amp;".repeat(9)
    );
    let (items, _) = split(read_edrm(many.as_bytes(), "a.xml").unwrap());
    assert_eq!(items.len(), 1);
    for (folder, name, expect) in [
        ("a\\b", "c.pdf", "a/b/c.pdf"),
        ("a/b/c.pdf", "c.pdf", "a/b/c.pdf"),
        ("a/b/", "c.pdf", "a/b/c.pdf"),
        ("", "c.pdf", "c.pdf"),
        ("a/c.pdf", "", "a/c.pdf"),
        ("c.pdf", "c.pdf", "c.pdf"),
        ("xc.pdf", "c.pdf", "xc.pdf/c.pdf"),
    ] {
        let text = format!(
            "<Root MajorVersion='1'><Batch><Document DocID='1'><Files><File FileType='Native'><ExternalFile FilePath='{folder}' FileName='{name}' Hash='aa' FileSize='3'/></File></Files></Document></Batch></Root>"
        );
        let (items, _) = split(read_edrm(text.as_bytes(), "a.xml").unwrap());
        let duces_loadfile::EdrmItem::Document(document) = &items[0] else { panic!("a document") };
        let file = &document.files[0];
        assert_eq!((file.path.as_deref(), file.size, file.hash_type.as_str()), (Some(expect), Some(3), "MD5"));
    }
}

#[test]
fn csv_faults() {
    let check = |text: &[u8], rows: usize, findings: &[(&str, u64)]| {
        let (got, places_of) = split(read_csv(text, "a.csv").unwrap());
        assert_eq!((got.len(), places(&places_of).as_slice()), (rows, findings), "{}", String::from_utf8_lossy(text));
    };
    check("\u{feff}A,B\r\n1,\"2\n3\"\r\n".as_bytes(), 1, &[]);
    check(b"A,B\n1,2\n", 1, &[("CSV_NO_BOM", 1)]);
    check("\u{feff}A,B\r\n1\r\n1,2,3\r\n".as_bytes(), 2, &[("CSV_FIELD_COUNT", 2), ("CSV_FIELD_COUNT", 3)]);
    check("\u{feff}A,A\r\n".as_bytes(), 0, &[("CSV_DUPLICATE_FIELD", 1)]);
    check("\u{feff}".as_bytes(), 0, &[("CSV_EMPTY", 1)]);
    check(b"\xef\xbb\xbfA\r\n\xff\r\n", 1, &[("CSV_ENCODING", 2)]);
    check(b"A\r\n\xe9\xe8\xe9\r\n", 1, &[("CSV_NO_BOM", 1), ("CSV_ENCODING", 1)]);
    let endless = format!("\u{feff}A\r\n\"{}", "x".repeat(17 * 1024 * 1024));
    check(endless.as_bytes(), 0, &[("CSV_TOO_LONG", 2)]);
}

#[test]
fn every_code_has_a_test_here() {
    let source = include_str!("faults.rs");
    let missing: BTreeSet<_> =
        CODES.iter().map(|code| code.name).filter(|name| !source.contains(&format!("\"{name}\""))).collect();
    assert_eq!(missing, BTreeSet::new());
}

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = proptest::sample::select(vec![
        b"\xef\xbb\xbf".as_slice(),
        b"\xff\xfe",
        b"\xfe",
        b"\xc3\xbe",
        b"\x14",
        b"\xc2\xae",
        b"\r\n",
        b"\n",
        b"\r",
        b"BEGBATES",
        b",",
        b"\"",
        b"Y",
        b"7",
        b"'",
        b"=",
        b"<Root MajorVersion='1'>",
        b"<Batch>",
        b"<Documents>",
        b"<Document DocID='1'>",
        b"<FieldValues>",
        b"<a>",
        b"</a>",
        b"<a/>",
        b"&amp;",
        b"&#0;",
        b"&#1114112;",
        b"&x;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"<!DOCTYPE",
        b"</FieldValues>",
        b"</Document>",
        b"\0",
        b"\xff",
    ]);
    proptest::collection::vec(
        prop_oneof![4 => piece.prop_map(<[u8]>::to_vec), 1 => proptest::collection::vec(any::<u8>(), 0..4)],
        0..40,
    )
    .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in pieces()) {
        let (rows, _) = split(read_dat(&bytes[..], &DatOptions::named("a")).unwrap());
        prop_assert!(rows.len() <= bytes.len() + 1);
        split(read_opt(&bytes[..], "a"));
        split(read_edrm(&bytes[..], "a").unwrap());
        split(read_csv(&bytes[..], "a").unwrap());
    }
}
