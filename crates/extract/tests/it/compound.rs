//! Mails of Outlook, and the older documents of Office.

use crate::made::{compound, wide};
use crate::{check, codes, taken};

/// A list of properties: number, type and value.
fn properties(header: usize, list: &[(u16, u16, u64)]) -> Vec<u8> {
    let mut out = vec![0; header];
    for (id, kind, value) in list {
        out.extend(kind.to_le_bytes());
        out.extend(id.to_le_bytes());
        out.extend([0; 4]);
        out.extend(value.to_le_bytes());
    }
    out
}

#[test]
fn mails_of_outlook_read_with_what_hangs_on_them() {
    // 5 March 2024, 02:00:00 UTC, in tenths of microseconds since 1601.
    let sent = (1_709_604_000 + 11_644_473_600) * 10_000_000;
    let inner = "/__attach_version1.0_#00000001/__substg1.0_3701000D";
    let bytes = compound(&[
        ("/__properties_version1.0", &properties(32, &[(0x0039, 0x0040, sent), (0x3ffd, 3, 936)])),
        ("/__substg1.0_0037001E", b"\xba\xcf\xcd\xac"),
        ("/__substg1.0_0C1A001F", &wide("林")),
        ("/__substg1.0_0C1F001F", &wide("lin@vendor.test")),
        ("/__substg1.0_1000001F", &wide("see\r\nattached\r\n")),
        ("/__substg1.0_10130102", b"<p>see attached <i>urgent</i></p>"),
        ("/__recip_version1.0_#00000000/__properties_version1.0", &properties(8, &[(0x0c15, 3, 1)])),
        ("/__recip_version1.0_#00000000/__substg1.0_3001001F", &wide("Ann")),
        ("/__recip_version1.0_#00000000/__substg1.0_39FE001F", &wide("ann@meridian.test")),
        ("/__recip_version1.0_#00000001/__properties_version1.0", &properties(8, &[(0x0c15, 3, 3)])),
        ("/__recip_version1.0_#00000001/__substg1.0_3001001E", b"\xc0\xee"),
        ("/__attach_version1.0_#00000000/__properties_version1.0", &properties(8, &[])),
        ("/__attach_version1.0_#00000000/__substg1.0_3707001F", &wide("报价.csv")),
        ("/__attach_version1.0_#00000000/__substg1.0_37010102", "甲,1\n".as_bytes()),
        ("/__attach_version1.0_#00000001/__properties_version1.0", &properties(8, &[])),
        ("/__attach_version1.0_#00000001/__substg1.0_3001001F", &wide("earlier")),
        (&format!("{inner}/__properties_version1.0"), &properties(24, &[])),
        (&format!("{inner}/__substg1.0_0037001F"), &wide("earlier")),
        (&format!("{inner}/__substg1.0_1000001F"), &wide("the first mail")),
    ]);
    check(
        &bytes,
        "a.msg",
        "From: 林 <lin@vendor.test>\nTo: Ann <ann@meridian.test>\nBcc: 李\nDate: 2024-03-05 02:00:00 UTC\nSubject: 合同\n\n\
         see\nattached\nsee attached urgent\n\n=== 报价.csv ===\n甲,1\n\n\n=== earlier ===\nSubject: earlier\n\nthe first mail",
        &[],
    );
}

#[test]
fn formatted_words_are_read_where_a_mail_has_no_others() {
    // Packed rich text: the begin of every dictionary by reference, then plain letters.
    let packed = {
        let mut out = vec![0; 8];
        out.extend(b"LZFu\0\0\0\0");
        // `{\rtf1` from place 0, six bytes long, then ` hi}` as letters and the end.
        out.extend([0b0010_0001, 0x00, 0x04, b' ', b'h', b'i', b'}', 0x0d, 0x90]);
        out
    };
    let bytes = compound(&[("/__properties_version1.0", &properties(32, &[])), ("/__substg1.0_10090102", &packed)]);
    check(&bytes, "a.msg", "\nhi", &[]);
}

/// A document of Word 97: a head, the text of its pieces, and the list of them.
fn doc(flags: u16) -> Vec<u8> {
    let (plain, wide) = (b"Pay \x13 PAGE \x14now\x15\r".as_slice(), wide("合同\u{7}甲\u{7}\u{7}note"));
    let (from_plain, from_wide) = (0x600_u32, 0x600 + plain.len() as u32 + 1);
    let mut main = vec![0; 0x600];
    main[..2].copy_from_slice(&0xa5ec_u16.to_le_bytes());
    main[2..4].copy_from_slice(&0x00c1_u16.to_le_bytes());
    main[0x0a..0x0c].copy_from_slice(&(0x0200 | flags).to_le_bytes());
    let (n_plain, n_wide) = (plain.len() as u32, wide.len() as u32 / 2);
    main[0x4c..0x50].copy_from_slice(&(n_plain + n_wide - 4).to_le_bytes());
    main[0x50..0x54].copy_from_slice(&4_u32.to_le_bytes());
    main.extend(plain);
    main.push(0);
    main.extend(wide);
    let mut list = vec![0x01, 2, 0, 9, 9, 0x02];
    list.extend(28_u32.to_le_bytes());
    for place in [0, n_plain, n_plain + n_wide] {
        list.extend(place.to_le_bytes());
    }
    for at in [(from_plain * 2) | 0x4000_0000, from_wide] {
        list.extend([0, 0]);
        list.extend(at.to_le_bytes());
        list.extend([0, 0]);
    }
    main[0x01a6..0x01aa].copy_from_slice(&(list.len() as u32).to_le_bytes());
    compound(&[("/WordDocument", &main), ("/1Table", &list)])
}

#[test]
fn older_documents_read_piece_by_piece() {
    check(&doc(0), "a.doc", "Pay now\n合同\t甲\n\n[footnotes]\nnote", &[]);
    assert_eq!(codes(&taken(&doc(0x0100), "a.doc")), ["text-encrypted"]);
}

#[test]
fn older_presentations_read_text_by_text() {
    let atom = |kind: u16, bytes: &[u8]| {
        [&[0, 0], &kind.to_le_bytes()[..], &(bytes.len() as u32).to_le_bytes(), bytes].concat()
    };
    let holder = |kind: u16, bytes: &[u8]| {
        [&[0x0f, 0], &kind.to_le_bytes()[..], &(bytes.len() as u32).to_le_bytes(), bytes].concat()
    };
    let master = holder(0x03f8, &atom(0x0fa8, b"Click to edit"));
    let slide = holder(0x03ee, &[atom(0x0fa0, &wide("标题\r第二行")), atom(0x0fa8, b"caf\xe9")].concat());
    let notes = holder(0x03f0, &atom(0x0fa8, b"do not say"));
    let bytes = compound(&[("/PowerPoint Document", &[master, notes, slide].concat())]);
    let note = "the text holds lines of notes to slides (1)";
    check(&bytes, "a.ppt", "标题\n第二行\ncafé\n\n[notes to slides]\ndo not say", &[note]);
}

#[test]
fn an_encrypted_package_is_told() {
    let bytes = compound(&[("/EncryptedPackage", &[1, 2, 3]), ("/EncryptionInfo", &[4])]);
    assert_eq!(codes(&taken(&bytes, "a.docx")), ["text-encrypted"]);
    let other = compound(&[("/Other", &[1])]);
    assert_eq!(codes(&taken(&other, "a.bin")), ["text-kind-not-read"]);
}
