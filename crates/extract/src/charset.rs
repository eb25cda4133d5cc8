//! Which encoding a plain text is in, and its text.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, WINDOWS_1252};

/// A decoded text and how sure its encoding is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// The name of the encoding.
    pub(crate) charset: &'static str,
    /// A byte order mark or valid UTF-8 leaves no doubt; anything else is a guess.
    pub(crate) is_guess: bool,
    /// Whether some bytes stood for no character and were replaced.
    pub(crate) has_replacements: bool,
}

/// Decodes a plain text, or returns `None` where the bytes are no text.
pub(crate) fn decode(bytes: &[u8]) -> Option<Decoded> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Some(decoded(encoding, &bytes[mark..], false));
    }
    if !is_text(bytes) {
        return None;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Some(decoded(UTF_8, bytes, false));
    }
    Some(decoded(guess(bytes), bytes, true))
}

/// Decodes a text whose encoding somebody names. A byte order mark and valid UTF-8 speak louder; a name that is not
/// known says nothing.
pub(crate) fn decode_as(bytes: &[u8], label: Option<&str>) -> Option<Decoded> {
    let named = label.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    match named {
        Some(named) if Encoding::for_bom(bytes).is_none() && std::str::from_utf8(bytes).is_err() => {
            Some(decoded(named, bytes, false))
        }
        _ => decode(bytes),
    }
}

fn decoded(encoding: &'static Encoding, bytes: &[u8], is_guess: bool) -> Decoded {
    let (text, has_replacements) = encoding.decode_without_bom_handling(bytes);
    Decoded { text: with_plain_line_ends(&text), charset: encoding.name(), is_guess, has_replacements }
}

/// Turns CR LF and lone CR into LF.
pub(crate) fn with_plain_line_ends(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// Text has no null and hardly any other control characters.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    let is_control = |byte: &&u8| matches!(**byte, 1..=8 | 11 | 14..=26 | 28..=31 | 127);
    !bytes.contains(&0) && bytes.iter().filter(is_control).count() <= bytes.len() / 200
}

/// Tells the legacy encodings apart by their second bytes.
///
/// Nearly all Big5 text is also well-formed GB18030, and some Western text too, so validity
/// decides little. Chinese in GB2312 has second bytes above 0xA0 throughout; in Big5 a good third
/// are ASCII; Western accented letters stand alone among ASCII letters.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let pairs = Pairs::count(bytes);
    let decodes = |encoding: &'static Encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let is_lonely = pairs.ascii * 10 >= pairs.total * 8;
    if is_lonely {
        return if pairs.total < 3 && decodes(GB18030).is_some() && !pairs.near_letters {
            GB18030
        } else {
            WINDOWS_1252
        };
    }
    if pairs.low * 10 > pairs.total && decodes(BIG5).is_some() {
        return BIG5;
    }
    if decodes(GB18030).is_some() { GB18030 } else { WINDOWS_1252 }
}

#[derive(Default)]
struct Pairs {
    total: usize,
    /// Second byte in the ASCII range.
    ascii: usize,
    /// Second byte below what GB2312 uses.
    low: usize,
    /// A high byte directly after an ASCII letter.
    near_letters: bool,
}

impl Pairs {
    fn count(bytes: &[u8]) -> Self {
        let mut pairs = Self::default();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] < 0x80 {
                at += 1;
                continue;
            }
            let second = bytes.get(at + 1).copied().unwrap_or(b' ');
            pairs.near_letters |= at > 0 && bytes[at - 1].is_ascii_alphabetic();
            pairs.total += 1;
            pairs.ascii += usize::from(second < 0x80);
            pairs.low += usize::from(second < 0xa1);
            at += 2;
        }
        pairs
    }
}

/// Returns the encoding of a code page of Windows.
pub(crate) fn encoding_of(codepage: u32) -> Option<&'static Encoding> {
    let label = match codepage {
        936 | 54936 => "gb18030".to_owned(),
        950 => "big5".to_owned(),
        932 | 50220..=50222 => if codepage == 932 { "shift_jis" } else { "iso-2022-jp" }.to_owned(),
        949 | 51949 => "euc-kr".to_owned(),
        874 => "windows-874".to_owned(),
        1250..=1258 => format!("windows-{codepage}"),
        20127 => "windows-1252".to_owned(),
        20866 => "koi8-r".to_owned(),
        28591..=28606 => format!("iso-8859-{}", codepage - 28590),
        65001 => "utf-8".to_owned(),
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], charset: &str, text: &str, is_guess: bool) {
        let decoded = decode(bytes).expect("it is text");
        assert_eq!((decoded.charset, decoded.text.as_str(), decoded.is_guess), (charset, text, is_guess));
        assert!(!decoded.has_replacements);
    }

    #[test]
    fn knows_encodings() {
        let chinese = "双方就采购合同的价款达成一致，付款期限为三十日。\n";
        let traditional = "雙方就採購合同的價款達成一致，付款期限為三十日。請於明天上午十點前回覆\n";
        check(chinese.as_bytes(), "UTF-8", chinese, false);
        check(b"\xef\xbb\xbfa\r\nb\rc", "UTF-8", "a\nb\nc", false);
        check(b"\xff\xfea\0\x60\x4f", "UTF-16LE", "a你", false);
        check(b"\xfe\xff\0a\x4f\x60", "UTF-16BE", "a你", false);
        check(&GB18030.encode(chinese).0, "gb18030", chinese, true);
        check(&BIG5.encode(traditional).0, "Big5", traditional, true);
        check(b"Gr\xfc\xdfe f\xfcr M\xfcller, caf\xe9", "windows-1252", "Grüße für Müller, café", true);
        check(b"", "UTF-8", "", false);
    }

    #[test]
    fn knows_what_is_no_text() {
        assert_eq!(decode(b"\x00\x01\x02"), None);
        assert_eq!(decode(&[1; 100]), None);
    }

    #[test]
    fn flags_what_it_had_to_replace() {
        let decoded = decode(b"\xff\xfea\0\x00\xd8").expect("it is text");
        assert!(decoded.has_replacements);
    }

    proptest::proptest! {
        #[test]
        fn utf8_comes_back_exactly(text in "[^\\r\\x00-\\x1f\\x7f\\ufeff\\ufffe]{0,60}") {
            let decoded = decode(text.as_bytes()).expect("it is text");
            proptest::prop_assert_eq!(decoded.text, text);
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            decode(&bytes);
        }
    }
}
