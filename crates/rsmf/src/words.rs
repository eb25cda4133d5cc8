//! Header values of mails: the encoded words of RFC 2047, both ways, and folding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest line of a header, by RFC 5322 without its end.
const LINE: usize = 76;

/// How many bytes of text one encoded word takes, so that it fits a line with its name or alone.
const WORD: usize = 39;

/// Returns a header line with its end, folded. What is not plain ASCII becomes encoded words; a control character,
/// which would begin a line of somebody else's making, becomes a space.
pub(crate) fn header(name: &str, value: &str) -> String {
    let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<String> = if value.is_ascii() && !value.contains("=?") {
        value.split(' ').map(str::to_owned).collect()
    } else {
        encoded(&value)
    };
    folded(name, &words)
}

/// Returns a header line of mailboxes, each a name and an address, which is plain ASCII.
pub(crate) fn mailboxes(name: &str, list: &[(String, String)]) -> String {
    let mut words: Vec<String> = Vec::new();
    for (at, (display, address)) in list.iter().enumerate() {
        let display: String = display.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let display = display.trim();
        if !display.is_ascii() {
            words.extend(encoded(display));
        } else if !display.is_empty() {
            words.push(format!("\"{}\"", display.replace(['"', '\\'], " ")));
        }
        let comma = if at + 1 < list.len() { "," } else { "" };
        words.push(format!("<{address}>{comma}"));
    }
    folded(name, &words)
}

fn folded(name: &str, words: &[String]) -> String {
    let mut out = format!("{name}:");
    let mut length = out.len();
    for (at, word) in words.iter().enumerate() {
        // An empty word is a second space, which must not begin a line.
        if at > 0 && length + 1 + word.len() > LINE && !word.is_empty() {
            out.push_str("\r\n");
            length = 0;
        }
        out.push(' ');
        out.push_str(word);
        length += 1 + word.len();
    }
    out.push_str("\r\n");
    out
}

fn encoded(value: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut piece = String::new();
    for c in value.chars() {
        if piece.len() + c.len_utf8() > WORD {
            words.push(word(&std::mem::take(&mut piece)));
        }
        piece.push(c);
    }
    words.push(word(&piece));
    words
}

fn word(text: &str) -> String {
    format!("=?utf-8?B?{}?=", STANDARD.encode(text))
}

/// Returns a header value with its encoded words read; what cannot be read stays as it stands.
pub(crate) fn decoded(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    let mut after_word = false;
    while let Some(start) = rest.find("=?") {
        let before = &rest[..start];
        match encoded_word(&rest[start..]) {
            Some((length, text)) => {
                // White space between two encoded words belongs to neither.
                if !(after_word && before.trim().is_empty()) {
                    out.push_str(before);
                }
                out.push_str(&text);
                rest = &rest[start + length..];
                after_word = true;
            }
            None => {
                out.push_str(&rest[..start + 2]);
                rest = &rest[start + 2..];
                after_word = false;
            }
        }
    }
    out.push_str(rest);
    out
}

fn encoded_word(text: &str) -> Option<(usize, String)> {
    let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
    let (kind, rest) = rest.split_once('?')?;
    let (payload, _) = rest.split_once("?=")?;
    if charset.contains(char::is_whitespace) || payload.contains(char::is_whitespace) {
        return None;
    }
    // RFC 2231 lets a language follow the charset.
    let label = charset.split('*').next().unwrap_or(charset);
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    let bytes = match kind {
        "B" | "b" => STANDARD.decode(payload).ok()?,
        "Q" | "q" => quoted(payload)?,
        _ => return None,
    };
    let length = 2 + charset.len() + 1 + kind.len() + 1 + payload.len() + 2;
    Some((length, encoding.decode_without_bom_handling(&bytes).0.into_owned()))
}

fn quoted(payload: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut bytes = payload.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'_' => b' ',
            b'=' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unfolded(line: &str) -> String {
        line.trim_end_matches("\r\n").replace("\r\n ", " ")
    }

    #[test]
    fn headers_are_encoded_and_folded() {
        assert_eq!(header("Subject", "plain"), "Subject: plain\r\n");
        assert_eq!(header("X-A", "one\r\nX-B: two"), "X-A: one  X-B: two\r\n");
        assert_eq!(header("To", "陈丽华"), "To: =?utf-8?B?6ZmI5Li95Y2O?=\r\n");
        let people =
            [("Ann \"A\"".to_owned(), "ann@x.invalid".to_owned()), ("陈".to_owned(), "c@x.invalid".to_owned())];
        assert_eq!(mailboxes("To", &people), "To: \"Ann  A \" <ann@x.invalid>, =?utf-8?B?6ZmI?= <c@x.invalid>\r\n");
        assert_eq!(decoded("=?utf-8?Q?caf=C3=A9_noir?= x"), "café noir x");
        assert_eq!(decoded("=?gb2312?B?1tDOxA==?="), "中文");
        assert_eq!(decoded("=?utf-8?B?5Lit?= =?utf-8?B?5paH?="), "中文");
        assert_eq!(decoded("a =?x?B?!?= b =?utf-8?B?5Lit"), "a =?x?B?!?= b =?utf-8?B?5Lit");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(value in "[a-zA-Z0-9 ,.;<>@=?_中文😀é-]{0,120}") {
            let line = header("X-RSMF-Participants", &value);
            prop_assert!(line.is_ascii());
            let value_line = unfolded(&line);
            let read = decoded(value_line.strip_prefix("X-RSMF-Participants: ").expect("its name"));
            prop_assert_eq!(read, value);
            for part in line.split("\r\n") {
                prop_assert!(part.len() <= 998);
            }
        }
    }
}
