//! How mails and XML carry bytes as text: base64 and quoted-printable, read as far as they go.
//!
//! Bytes of an attachment must be the sender's own, so that nothing is guessed: what stands outside the rules is passed
//! over or kept as it is, and the caller is told.

/// The bytes, and whether something in the text was outside the rules.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) bytes: Vec<u8>,
    pub(crate) damaged: bool,
}

/// Returns what base64 carries. White space counts for nothing and padding may be missing; a character that is not of
/// the alphabet is passed over, as RFC 2045 asks, and said.
pub(crate) fn base64(text: &[u8]) -> Carried {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut damaged = false;
    let (mut bits, mut held) = (0_u32, 0_u32);
    for &byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b'=' => {
                // What is left of a group of four is less than a byte; another text may follow the padding.
                damaged |= held == 6;
                (bits, held) = (0, 0);
                continue;
            }
            _ => {
                damaged = true;
                continue;
            }
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).expect("masked to eight bits"));
        }
    }
    Carried { bytes, damaged: damaged || held == 6 }
}

/// Returns what quoted-printable carries. White space at the end of a line was added on the way; an `=` that begins no
/// code is kept as it is, and said.
pub(crate) fn quoted_printable(text: &[u8]) -> Carried {
    let mut bytes = Vec::with_capacity(text.len());
    let mut damaged = false;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let (line, end) = line_end(line);
        let kept = line.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |at| at + 1);
        let (line, soft) = match line[..kept].split_last() {
            Some((b'=', before)) => (before, true),
            _ => (&line[..kept], false),
        };
        damaged |= decode_line(line, &mut bytes);
        if !soft {
            bytes.extend_from_slice(end);
        }
    }
    Carried { bytes, damaged }
}

fn line_end(line: &[u8]) -> (&[u8], &[u8]) {
    let length = if line.ends_with(b"\r\n") { 2 } else { usize::from(line.ends_with(b"\n")) };
    line.split_at(line.len() - length)
}

fn decode_line(line: &[u8], bytes: &mut Vec<u8>) -> bool {
    let mut damaged = false;
    let mut rest = line;
    while let Some((&first, after)) = rest.split_first() {
        let code = if first == b'=' { after.first_chunk::<2>() } else { None };
        match code.and_then(|[high, low]| Some(hex(*high)? << 4 | hex(*low)?)) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                damaged |= first == b'=';
                bytes.push(first);
                rest = after;
            }
        }
    }
    damaged
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(bytes: &[u8]) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for group in bytes.chunks(3) {
            let mut three = [0; 3];
            three[..group.len()].copy_from_slice(group);
            let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
            for at in 0..4 {
                let letter = ALPHABET[(bits >> (18 - 6 * at) & 63) as usize];
                out.push(if at > group.len() { '=' } else { char::from(letter) });
            }
        }
        out
    }

    #[test]
    fn base64_is_read_as_far_as_it_goes() {
        let rows: [(&str, &[u8], bool); 9] = [
            ("", b"", false),
            ("YQ==", b"a", false),
            ("YWI=", b"ab", false),
            ("YWJj", b"abc", false),
            ("YWI", b"ab", false),
            ("YQ==\r\nYWI=", b"aab", false),
            (" Y W\tJ\r\nj", b"abc", false),
            ("YW*Jj", b"abc", true),
            ("YWJjY", b"abc", true),
        ];
        for (text, bytes, damaged) in rows {
            assert_eq!(base64(text.as_bytes()), Carried { bytes: bytes.to_vec(), damaged }, "{text}");
        }
    }

    #[test]
    fn quoted_printable_is_read_as_far_as_it_goes() {
        let rows: [(&str, &[u8], bool); 7] = [
            ("a=3Db\r\nc", b"a=b\r\nc", false),
            ("long =\r\nline=\n", b"long line", false),
            ("=e4=BD=a0  \t\r\n", "你\r\n".as_bytes(), false),
            ("trailing=20\n", b"trailing \n", false),
            ("soft= \r\nbreak", b"softbreak", false),
            ("a=zz=4", b"a=zz=4", true),
            ("=", b"", false),
        ];
        for (text, bytes, damaged) in rows {
            assert_eq!(quoted_printable(text.as_bytes()), Carried { bytes: bytes.to_vec(), damaged }, "{text}");
        }
    }

    proptest! {
        #[test]
        fn base64_gives_back_what_went_in(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            prop_assert_eq!(base64(encoded(&bytes).as_bytes()), Carried { bytes, damaged: false });
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            base64(&bytes);
            quoted_printable(&bytes);
        }
    }
}
