//! Reads what Python's `repr` writes of dictionaries, lists and texts: PyWxDump keeps parsed XML so.

use serde_json::{Map, Value};

/// Deeper than this nothing that a chat holds is nested.
const DEEPEST: usize = 64;

/// Returns the value that a literal stands for; `None` where it is none or anything follows it.
pub(crate) fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text.trim() };
    let value = reader.value(0)?;
    reader.skip_space();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        self.skip_space();
        match self.rest.chars().next()? {
            '{' => self.dictionary(depth),
            '[' => self.list(']', depth),
            '(' => self.list(')', depth),
            '\'' | '"' => self.text().map(Value::String),
            _ => self.word(),
        }
    }

    fn dictionary(&mut self, depth: usize) -> Option<Value> {
        self.take('{');
        let mut map = Map::new();
        while !self.take('}') {
            self.skip_space();
            let key = self.text()?;
            if !self.take(':') {
                return None;
            }
            map.insert(key, self.value(depth + 1)?);
            if !self.take(',') && !self.rest.starts_with('}') {
                return None;
            }
        }
        Some(Value::Object(map))
    }

    fn list(&mut self, end: char, depth: usize) -> Option<Value> {
        self.rest = &self.rest[1..];
        let mut items = Vec::new();
        while !self.take(end) {
            items.push(self.value(depth + 1)?);
            if !self.take(',') && !self.rest.starts_with(end) {
                return None;
            }
        }
        Some(Value::Array(items))
    }

    fn word(&mut self) -> Option<Value> {
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        match word {
            "None" => Some(Value::Null),
            "True" => Some(Value::Bool(true)),
            "False" => Some(Value::Bool(false)),
            number => number.parse::<i64>().map(Value::from).or_else(|_| number.parse::<f64>().map(Value::from)).ok(),
        }
    }

    fn text(&mut self) -> Option<String> {
        let quote = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let mut out = String::new();
        let mut chars = self.rest[1..].char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                c if c == quote => {
                    self.rest = &self.rest[1 + at + 1..];
                    return Some(out);
                }
                '\\' => {
                    let (_, escape) = chars.next()?;
                    let digits = match escape {
                        'x' => 2,
                        'u' => 4,
                        'U' => 8,
                        _ => 0,
                    };
                    if digits == 0 {
                        out.push_str(plain_escape(escape).as_deref().unwrap_or(&format!("\\{escape}")));
                        continue;
                    }
                    let mut code = 0_u32;
                    for _ in 0..digits {
                        code = code.checked_mul(16)? + chars.next()?.1.to_digit(16)?;
                    }
                    // Half a character, as a broken source has it, is no text.
                    out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                c => out.push(c),
            }
        }
        None
    }
}

/// An escape that Python does not know stands for itself, backslash included.
fn plain_escape(escape: char) -> Option<String> {
    let c = match escape {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '\\' | '\'' | '"' => escape,
        '0' => '\0',
        '\n' => return Some(String::new()),
        _ => return None,
    };
    Some(c.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_are_read_or_refused() {
        let rows = [
            (
                r"{'a': 'x\n\'y\'', 'b': [1, -2.5, None, True, False,], }",
                Some(json!({"a": "x\n'y'", "b": [1, -2.5, null, true, false]})),
            ),
            (r#"{"it's": "\u4eca\U0001F600\xe9\d"}"#, Some(json!({"it's": "今😀é\\d"}))),
            ("('a', {})", Some(json!(["a", {}]))),
            ("{'a': }", None),
            ("{'a' 1}", None),
            ("{'a': 1} x", None),
            ("{'a", None),
            ("{1: 2}", None),
            (r"'\u12'", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(parse(text), expected, "{text}");
        }
        assert_eq!(parse(&"[".repeat(10_000)), None);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "[\\[\\]{}()'\"\\\\,: xuUN0-9a-f今\\n]{0,40}") {
            let _ = parse(&text);
        }

        #[test]
        fn texts_come_back(text in any::<String>()) {
            let written = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n");
            prop_assert_eq!(parse(&format!("{{'k': '{written}'}}")), Some(json!({"k": text})));
        }
    }
}
