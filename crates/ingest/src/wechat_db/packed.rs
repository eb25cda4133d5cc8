//! What WeChat packs into BLOBs beside a message: by field number, the only place where the numbers stand.
//!
//! `BytesExtra`, `RoomData` and the pictures' and videos' digests of `packed_info_data` are numbered as published tools
//! read them. Unverified: the remark in iOS's `dbContactRemark` (3), and its members as XML in `dbContactChatRoom` (6).

use super::proto::{Fields, Malformed, Value};

/// Kinds of the items in `BytesExtra`.
pub(crate) const SENDER: u64 = 1;
pub(crate) const THUMB: u64 = 3;
pub(crate) const FILE: u64 = 4;

/// What was read of a BLOB before its first fault, and whether there was one.
pub(crate) struct Unpacked<T> {
    pub(crate) value: T,
    pub(crate) whole: bool,
}

/// Reads a message field by field into a value.
fn unpack<T: Default>(
    bytes: &[u8],
    mut each: impl FnMut(&mut T, u64, Value<'_>) -> Result<(), Malformed>,
) -> Unpacked<T> {
    let mut value = T::default();
    let outcome =
        Fields::of(bytes).try_for_each(|field| field.and_then(|(number, held)| each(&mut value, number, held)));
    Unpacked { value, whole: outcome.is_ok() }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The items of `BytesExtra` in a 3.x message: kind and text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Extra {
    items: Vec<(u64, String)>,
}

impl Extra {
    pub(crate) fn of(bytes: &[u8]) -> Unpacked<Self> {
        unpack(bytes, |extra: &mut Self, number, value| {
            if let (3, Value::Bytes(item)) = (number, value) {
                extra.items.push(item_of(item)?);
            }
            Ok(())
        })
    }

    /// Returns the first item of a kind that is not empty.
    pub(crate) fn item(&self, kind: u64) -> Option<&str> {
        self.items.iter().find(|(k, text)| *k == kind && !text.is_empty()).map(|(_, text)| text.as_str())
    }
}

fn item_of(bytes: &[u8]) -> Result<(u64, String), Malformed> {
    let mut item = (0, String::new());
    for field in Fields::of(bytes) {
        match field? {
            (1, Value::Number(kind)) => item.0 = kind,
            (2, Value::Bytes(bytes)) => item.1 = text(bytes),
            _ => {}
        }
    }
    Ok(item)
}

/// The digests under which 4.x files a picture or a video, from `packed_info_data`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PackedInfo {
    pub(crate) picture: Option<String>,
    pub(crate) video: Option<String>,
}

impl PackedInfo {
    pub(crate) fn of(bytes: &[u8]) -> Unpacked<Self> {
        unpack(bytes, |info: &mut Self, number, value| {
            match (number, value) {
                (3, Value::Bytes(picture)) => info.picture = text_in(picture, 4)?,
                (4, Value::Bytes(video)) => info.video = text_in(video, 8)?,
                _ => {}
            }
            Ok(())
        })
    }
}

fn text_in(bytes: &[u8], wanted: u64) -> Result<Option<String>, Malformed> {
    let mut found = None;
    for field in Fields::of(bytes) {
        if let (number, Value::Bytes(bytes)) = field?
            && number == wanted
        {
            found = crate::field::filled(text(bytes));
        }
    }
    Ok(found)
}

/// The members of a group who have a name of their own in it: id and name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Members {
    pub(crate) named: Vec<(String, String)>,
}

impl Members {
    /// Reads `RoomData` of 3.x and `ext_buffer` of 4.x.
    pub(crate) fn of(bytes: &[u8]) -> Unpacked<Self> {
        unpack(bytes, |members: &mut Self, number, value| {
            if let (1, Value::Bytes(member)) = (number, value)
                && let (Some(id), Some(name)) = (text_in(member, 1)?, text_in(member, 2)?)
            {
                members.named.push((id, name));
            }
            Ok(())
        })
    }
}

/// A contact's own name and the collector's remark, from iOS's `dbContactRemark`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct IosNames {
    pub(crate) nick: Option<String>,
    pub(crate) remark: Option<String>,
}

impl IosNames {
    pub(crate) fn of(bytes: &[u8]) -> Unpacked<Self> {
        unpack(bytes, |names: &mut Self, number, value| {
            match (number, value) {
                (1, Value::Bytes(bytes)) => names.nick = crate::field::filled(text(bytes)),
                (3, Value::Bytes(bytes)) => names.remark = crate::field::filled(text(bytes)),
                _ => {}
            }
            Ok(())
        })
    }
}

/// Returns the XML of a group's members in iOS's `dbContactChatRoom`.
pub(crate) fn ios_members(bytes: &[u8]) -> Unpacked<Option<String>> {
    unpack(bytes, |xml: &mut Option<String>, number, value| {
        if let (6, Value::Bytes(bytes)) = (number, value) {
            *xml = crate::field::filled(text(bytes));
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::super::proto::write;
    use super::*;

    fn packed(fields: &[(u64, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        fields.iter().for_each(|(field, bytes)| write::bytes(*field, bytes, &mut out));
        out
    }

    #[test]
    fn what_is_packed_is_read_and_what_is_cut_off_is_said() {
        let item = |kind: u64, text: &str| {
            let mut out = Vec::new();
            write::number(1, kind, &mut out);
            write::bytes(2, text.as_bytes(), &mut out);
            out
        };
        let extra = packed(&[(1, b"\x08\x10"), (3, &item(1, "wxid_a")), (3, &item(4, "w\\FileStorage\\x.dat"))]);
        let read = Extra::of(&extra);
        assert!(read.whole);
        assert_eq!((read.value.item(SENDER), read.value.item(FILE)), (Some("wxid_a"), Some("w\\FileStorage\\x.dat")));
        assert_eq!(read.value.item(THUMB), None);
        let cut = Extra::of(&extra[..extra.len() - 1]);
        assert!(!cut.whole);
        assert_eq!((cut.value.item(SENDER), cut.value.item(FILE)), (Some("wxid_a"), None));

        let mut info = Vec::new();
        write::number(1, 106, &mut info);
        info.extend(packed(&[(3, &packed(&[(4, b"aa")])), (4, &packed(&[(8, b"bb")]))]));
        let read = PackedInfo::of(&info);
        assert!(read.whole);
        assert_eq!((read.value.picture.as_deref(), read.value.video.as_deref()), (Some("aa"), Some("bb")));

        let room = packed(&[(1, &packed(&[(1, b"wxid_a"), (2, "阿一".as_bytes())])), (1, &packed(&[(1, b"wxid_b")]))]);
        assert_eq!(Members::of(&room).value.named, [("wxid_a".to_owned(), "阿一".to_owned())]);
    }
}
