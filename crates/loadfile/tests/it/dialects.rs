//! A recipient's wishes are data, and told apart from those that cannot be met.

use duces_loadfile::{CODES, Column, Dialect, FIELDS, Field};

#[test]
fn a_profile_can_say_everything() {
    let text = r#"
columns = ["BEGBATES", { field = "ENDBATES", name = "LASTBATES" }, { field = "CUSTODIAN", name = "Custodian" }]
zone = "America/New_York"
date_format = "%m/%d/%Y"
time_format = "%I:%M %p %:z"
list_separator = "|"
path_separator = "/"
bom = false
encoding = "utf16le"

[dat]
quote = "\""
column = "\t"
newline = "¶"
newline_becomes = "(P)"
"#;
    let dialect: Dialect = toml::from_str(text).unwrap();
    dialect.check().unwrap();
    assert_eq!(dialect.columns[1], Column { field: Field::EndBates, name: "LASTBATES".to_owned() });
    let again: Dialect = toml::from_str(&toml::to_string(&dialect).unwrap()).unwrap();
    assert_eq!(again, dialect);
    Dialect::default().check().unwrap();
}

#[test]
fn what_cannot_be_read_again_is_refused() {
    for (text, expect) in [
        ("columns = []", "at least one column"),
        ("columns = [\"BEGBATES\", \"BEGBATES\"]", "twice"),
        ("columns = [\"BEGBATES\", { field = \"ENDBATES\", name = \"Beg Bates\" }]", "twice"),
        ("columns = [{ field = \"ENDBATES\", name = \"\" }]", "empty"),
        ("columns = [{ field = \"ENDBATES\", name = \"a\\u00feb\" }]", "sign of the DAT"),
        ("date_format = \"%c\"", "%c"),
        ("date_format = \"100%\"", "not known"),
        ("time_format = \"%:H\"", "not known"),
        ("datetime_format = \"%N\"", "not known"),
        ("path_separator = \":\"", "path_separator"),
        ("list_separator = \"a\"", "list_separator"),
        ("list_separator = \"\\\\\"", "list_separator"),
        ("list_separator_becomes = \";\"", "list_separator_becomes"),
        ("[dat]\nquote = \"\\u0014\"", "one sign for two things"),
        ("[dat]\nquote = \"a\"", "letter"),
        ("[dat]\ncolumn_becomes = \"\\u00fe\"", "column_becomes"),
        ("[dat]\nnewline_becomes = \"\\n\"", "newline_becomes"),
    ] {
        let dialect: Dialect = toml::from_str(text).unwrap();
        let error = dialect.check().unwrap_err().to_string();
        assert!(error.contains(expect), "{text}: {error}");
    }
    for bad in ["colums = []", "columns = [\"BEGBATE\"]", "[dat]\nquotes = \"a\"", "zone = \"Asia/Shangai\""] {
        assert!(toml::from_str::<Dialect>(bad).is_err(), "{bad}");
    }
}

#[test]
fn every_allowed_conversion_formats() {
    let zone = duces_model::Zone::named("Asia/Shanghai").unwrap();
    let at = duces_model::UtcMillis::new(0).unwrap();
    for c in ('!'..='~').filter(|c| *c != '%') {
        for pattern in [format!("%{c}"), format!("%-{c}"), format!("%:{c}")] {
            let dialect = Dialect { date_format: pattern.clone(), ..Dialect::default() };
            if dialect.check().is_ok() {
                assert!(!zone.format(at, &pattern).is_empty(), "{pattern}");
            }
        }
    }
}

#[test]
fn codes_are_unique_and_explained() {
    let mut names: Vec<_> = CODES.iter().map(|code| code.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CODES.len());
    for code in CODES {
        assert!(["DAT_", "OPT_", "XML_", "CSV_"].iter().any(|start| code.name.starts_with(start)), "{}", code.name);
        assert!(code.summary.ends_with('.'), "{}", code.name);
    }
}

/// The two tables of the user's reference, made from the registry and the codes.
fn tables() -> (String, String) {
    let mut fields = String::from("| Name | Holds | EDRM type, tag | Also read as | Says |\n|---|---|---|---|---|\n");
    for facts in FIELDS {
        let tag = facts.edrm_tag.map(|tag| format!(", `{tag}`")).unwrap_or_default();
        let aliases: Vec<String> = facts.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        let kind = format!("{:?}", facts.kind);
        let (name, edrm, about) = (facts.name, facts.kind.edrm_type(), facts.about);
        fields.push_str(&format!("| `{name}` | {kind} | {edrm}{tag} | {} | {about} |\n", aliases.join(" ")));
    }
    let mut codes = String::from("| Code | Severity | Means |\n|---|---|---|\n");
    for code in CODES {
        codes.push_str(&format!("| `{}` | {} | {} |\n", code.name, code.severity, code.summary));
    }
    (fields, codes)
}

#[test]
fn the_reference_is_current() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/loadfiles.md");
    let doc = std::fs::read_to_string(&path).unwrap();
    let (fields, codes) = tables();
    for (name, table) in [("fields", fields), ("codes", codes)] {
        let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let inside = doc.split_once(&start).and_then(|(_, rest)| rest.split_once(&end)).map(|(inside, _)| inside);
        assert_eq!(
            inside,
            Some(table.as_str()),
            "docs/loadfiles.md: replace the table of {name} by the one shown here"
        );
    }
}
