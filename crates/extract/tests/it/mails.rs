//! Mails.

use crate::made::zip;
use crate::{check, codes, taken};

#[test]
fn mails_read_with_what_hangs_on_them() {
    let packed = zip(&[("清单.txt", "第一项".as_bytes())]);
    let base64 = base64(&packed);
    let mail = format!(
        "From: =?UTF-8?B?5p6X?= <lin@vendor.test>\r\nTo: ann@meridian.test,\r\n bob@meridian.test\r\nBcc: eve@x.test\r\n\
         Subject: =?gb2312?B?us/NrA==?=\r\nDate: Tue, 5 Mar 2024 10:00:00 +0800\r\nX-Other: not written\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n\
         --c\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         =BA=CF=CD=AC see\r\n\r\n--c\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>合同 <b>see</b> 附件</p>\r\n--c--\r\n\
         --b\r\nContent-Type: application/zip; name=\"=?UTF-8?B?5riF5Y2VLnppcA==?=\"\r\nContent-Disposition: attachment\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{base64}\r\n\
         --b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=../p.png\r\n\
         Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nFrom: carl@x.test\r\nSubject: earlier\r\n\r\nthe first mail\r\n--b--\r\n"
    );
    check(
        mail.as_bytes(),
        "a.eml",
        "From: 林 <lin@vendor.test>\nTo: ann@meridian.test, bob@meridian.test\nBcc: eve@x.test\n\
         Date: Tue, 5 Mar 2024 10:00:00 +0800\nSubject: 合同\n\n合同 see\n合同 see 附件\n\n=== 清单.zip ===\n=== 清单.txt ===\n\
         第一项\n\n=== p.png (image/png, no text) ===\n\n=== message.eml ===\nFrom: carl@x.test\nSubject: earlier\n\n\
         the first mail",
        &["p.png: no text is taken from this kind of file"],
    );
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

#[test]
fn an_encrypted_mail_is_told() {
    let mail = "From: a@b.test\r\nContent-Type: multipart/encrypted; boundary=b; protocol=\"application/pgp-encrypted\"\r\n\r\n\
                --b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\
                --b\r\nContent-Type: application/octet-stream; name=x.asc\r\n\r\nqANQR1\r\n--b--\r\n";
    assert!(codes(&taken(mail.as_bytes(), "a.eml")).contains(&"text-encrypted"));
}

#[test]
fn parts_within_parts_end_somewhere() {
    let mut mail = "From: a@b.test\r\n".to_owned();
    for level in 0..3_000 {
        mail += &format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n");
    }
    mail += "Content-Type: text/plain\r\n\r\ndeep\r\n";
    let extraction = taken(mail.as_bytes(), "a.eml");
    assert!(extraction.text.is_some_and(|text| text.starts_with("From: a@b.test")));
}
