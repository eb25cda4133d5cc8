//! The caption of a sticker: plain, or one for each language in base64 of a protobuf, as the app writes it.

/// Returns the caption for people: that in Chinese, else the default one; a text that is no such protobuf as it is.
pub(super) fn of(text: &str) -> Option<String> {
    let Some(captions) = from_base64(text).as_deref().and_then(captions) else {
        return crate::field::filled(text);
    };
    let named = |language: &str| captions.iter().find(|(name, _)| name == language);
    let found = named("zh_cn").or_else(|| named("default")).or_else(|| captions.first());
    found.and_then(|(_, caption)| crate::field::filled(caption.clone()))
}

/// Returns languages and captions: field 1 of the message, with the language in its field 1, the text in 2.
fn captions(mut bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let mut out = Vec::new();
    while !bytes.is_empty() {
        let mut entry = take_field(&mut bytes, 1)?;
        let language = String::from_utf8(take_field(&mut entry, 1)?.to_vec()).ok()?;
        let caption = if entry.is_empty() { &[][..] } else { take_field(&mut entry, 2)? };
        out.push((language, String::from_utf8(caption.to_vec()).ok()?));
        if !entry.is_empty() {
            return None;
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Takes a length-delimited field of less than 128 bytes, which no caption reaches.
fn take_field<'a>(bytes: &mut &'a [u8], number: u8) -> Option<&'a [u8]> {
    let (&[tag, length], rest) = bytes.split_first_chunk::<2>()?;
    let length = usize::from(length);
    if tag != number << 3 | 2 || length > 127 || length > rest.len() {
        return None;
    }
    let (field, rest) = rest.split_at(length);
    *bytes = rest;
    Some(field)
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    if text.is_empty() || !text.len().is_multiple_of(4) {
        return None;
    }
    let digits = text.trim_end_matches('=');
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in digits.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).unwrap_or_default());
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_plain_or_in_base64() {
        // {zh_cn: 哈哈, zh_tw: "", default: haha}
        let encoded = "Cg8KBXpoX2NuEgblk4jlk4gKBwoFemhfdHcKDwoHZGVmYXVsdBIEaGFoYQ==";
        let rows = [
            (encoded, Some("哈哈")),
            ("CgcKBXpoX3R3", None),
            ("哈哈", Some("哈哈")),
            ("haha", Some("haha")),
            ("", None),
            ("Cg8KBXpoX2NuEgblk4jlk4gK", Some("Cg8KBXpoX2NuEgblk4jlk4gK")),
        ];
        for (text, expected) in rows {
            assert_eq!(of(text).as_deref(), expected, "{text}");
        }
    }
}
