//! The file of terms: one a line, with a name before a tab where it has one.

use duces_model::Digest;

use crate::error::ListError;

/// Terms that a file may have.
pub const MAX_TERMS: usize = 10_000;

/// A file of terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermList {
    /// The terms, in the order of the file.
    pub terms: Vec<Term>,
    /// How many lines are comments.
    pub comments: usize,
    /// The SHA-256 of the file.
    pub digest: Digest,
}

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The line, from 1.
    pub line: usize,
    /// The name, where one stands before a tab.
    pub name: Option<String>,
    /// The query as it is written; it may be refused.
    pub query: String,
}

impl TermList {
    /// Reads a file of terms.
    ///
    /// Lines are UTF-8 and end in LF or CR LF; a byte order mark may stand before the first. Before the first tab of a
    /// line stands its name, after it its query; the query language never needs a tab. Blank lines are passed over, and
    /// so are comments: lines that begin with `#` and a space, or hold `#` alone, since `#smith` and `#tag` are queries.
    pub fn read(bytes: &[u8]) -> Result<Self, ListError> {
        let digest = Digest::of(bytes);
        let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
        let mut list = Self { terms: Vec::new(), comments: 0, digest };
        for (line, bytes) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            let text = std::str::from_utf8(bytes).map_err(|_| ListError::Encoding { line })?;
            if text.trim().is_empty() {
                continue;
            }
            if text.trim() == "#" || text.strip_prefix('#').is_some_and(|rest| rest.starts_with(char::is_whitespace)) {
                list.comments += 1;
                continue;
            }
            if list.terms.len() == MAX_TERMS {
                return Err(ListError::TooMany { most: MAX_TERMS });
            }
            let (name, query) = text.split_once('\t').unwrap_or(("", text));
            let name = Some(name.trim()).filter(|name| !name.is_empty()).map(str::to_owned);
            list.terms.push(Term { line, name, query: query.trim().to_owned() });
        }
        if list.terms.is_empty() { Err(ListError::Empty) } else { Ok(list) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line, its name and its query.
    const LINES: &[(&str, Option<&str>, &str, &str)] = &[
        ("contract", None, "contract", "a query by itself"),
        ("Deal\tcontract OR 合同", Some("Deal"), "contract OR 合同", "a name and a tab"),
        ("  Deal \t contract\t\t", Some("Deal"), "contract", "spaces and empty cells of a spreadsheet"),
        ("\tcontract", None, "contract", "no name"),
        ("Deal\t", Some("Deal"), "", "a name without a query is no query"),
        ("a\tb\tc", Some("a"), "b\tc", "what stands after a second tab is not lost"),
        ("a = b", None, "a = b", "signs are the query's"),
        ("name: query", None, "name: query", "so are colons"),
        ("#smith", None, "#smith", "a word that sounds so"),
        ("#话题", None, "#话题", "a tag"),
        ("##a", None, "##a", "whatever it is, it is no comment"),
        ("\"#\" a", None, "\"#\" a", "the sign"),
    ];

    #[test]
    fn lines_are_names_and_queries() {
        for (text, name, query, why) in LINES {
            let list = TermList::read(text.as_bytes()).expect(why);
            let term = Term { line: 1, name: name.map(str::to_owned), query: (*query).to_owned() };
            assert_eq!(list.terms, [term], "{why}");
        }
    }

    #[test]
    fn lines_are_numbered_as_an_editor_shows_them() {
        let list = TermList::read("\u{FEFF}# ours\r\na\r\n\r\n #no comment\r\n#\r\n#\tnor this\nb".as_bytes()).unwrap();
        let lines: Vec<_> = list.terms.iter().map(|term| (term.line, term.query.as_str())).collect();
        assert_eq!(lines, [(2, "a"), (4, "#no comment"), (7, "b")]);
        assert_eq!(list.comments, 3);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        assert_eq!(TermList::read(b"a\n\xD6\xD0\n"), Err(ListError::Encoding { line: 2 }));
        assert_eq!(TermList::read(b"# only\n\n"), Err(ListError::Empty));
        assert_eq!(TermList::read("a\n".repeat(MAX_TERMS + 1).as_bytes()), Err(ListError::TooMany { most: MAX_TERMS }));
        assert!(TermList::read("a\n".repeat(MAX_TERMS).as_bytes()).is_ok());
    }
}
