//! The properties of a mail of Outlook, of one who receives it and of what hangs on it.

use std::path::{Path, PathBuf};

use encoding_rs::Encoding;

use super::{File, from_utf16, stream, u16_at, u32_at};
use crate::charset::encoding_of;
use crate::limits::Job;

/// Names of properties, as Outlook numbers them.
pub(super) mod id {
    pub(in crate::compound) const SUBJECT: u16 = 0x0037;
    pub(in crate::compound) const SUBMITTED: u16 = 0x0039;
    pub(in crate::compound) const SENT_FOR_NAME: u16 = 0x0042;
    pub(in crate::compound) const SENDER_NAME: u16 = 0x0c1a;
    pub(in crate::compound) const SENDER_ADDRESS: u16 = 0x0c1f;
    pub(in crate::compound) const SENDER_SMTP: u16 = 0x5d01;
    pub(in crate::compound) const RECIPIENT_TYPE: u16 = 0x0c15;
    pub(in crate::compound) const DISPLAY_BCC: u16 = 0x0e02;
    pub(in crate::compound) const DISPLAY_CC: u16 = 0x0e03;
    pub(in crate::compound) const DISPLAY_TO: u16 = 0x0e04;
    pub(in crate::compound) const DELIVERED: u16 = 0x0e06;
    pub(in crate::compound) const BODY: u16 = 0x1000;
    pub(in crate::compound) const RTF: u16 = 0x1009;
    pub(in crate::compound) const HTML: u16 = 0x1013;
    pub(in crate::compound) const NAME: u16 = 0x3001;
    pub(in crate::compound) const ADDRESS: u16 = 0x3003;
    pub(in crate::compound) const SMTP: u16 = 0x39fe;
    pub(in crate::compound) const DATA: u16 = 0x3701;
    pub(in crate::compound) const FILE_NAME: u16 = 0x3704;
    pub(in crate::compound) const LONG_FILE_NAME: u16 = 0x3707;
    pub(in crate::compound) const INTERNET_CODEPAGE: u16 = 0x3fde;
    pub(in crate::compound) const CODEPAGE: u16 = 0x3ffd;
}

/// The properties of one storage.
pub(super) struct Properties {
    pub(super) storage: PathBuf,
    /// The values that stand in the list itself.
    fixed: Vec<(u16, [u8; 8])>,
    /// What texts of one byte a character are in.
    pub(super) encoding: Option<&'static Encoding>,
}

impl Properties {
    /// Reads the properties of a storage; where there is no list of them, those with streams of their own are found.
    pub(super) fn of(file: &mut File<'_>, storage: &Path, job: &Job<'_>) -> Self {
        let list = stream(file, storage.join("__properties_version1.0"), job).unwrap_or_default();
        let name = storage.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let header = if name.is_empty() {
            32
        } else if name.starts_with("__substg1.0_") {
            24
        } else {
            8
        };
        let entries = list.get(header..).unwrap_or_default().chunks_exact(16);
        let fixed = entries.filter_map(|entry| {
            let value: [u8; 8] = *entry.get(8..)?.first_chunk()?;
            Some((u16_at(entry, 2)?, value))
        });
        let mut properties = Self { storage: storage.to_owned(), fixed: fixed.collect(), encoding: None };
        properties.encoding = properties.number(id::CODEPAGE).and_then(encoding_of);
        properties
    }

    /// Returns the properties of a part of a mail, whose texts are in the encoding of the mail's own.
    pub(super) fn in_encoding(self, encoding: Option<&'static Encoding>) -> Self {
        Self { encoding, ..self }
    }

    fn fixed(&self, id: u16) -> Option<[u8; 8]> {
        self.fixed.iter().find(|(known, _)| *known == id).map(|(_, value)| *value)
    }

    pub(super) fn number(&self, id: u16) -> Option<u32> {
        u32_at(&self.fixed(id)?, 0)
    }

    /// Returns a time as an ISO date and time in UTC.
    pub(super) fn time(&self, id: u16) -> Option<String> {
        // Tenths of microseconds since 1601.
        let ticks = u64::from_le_bytes(self.fixed(id)?);
        let millis = i64::try_from(ticks / 10_000).ok()?.checked_sub(11_644_473_600_000)?;
        (ticks > 0).then(|| crate::civil::date_time(millis.div_euclid(1000)))
    }

    /// Returns where a property lies that has a stream or a storage of its own.
    pub(super) fn path(&self, id: u16, kind: u16) -> PathBuf {
        self.storage.join(format!("__substg1.0_{id:04X}{kind:04X}"))
    }

    /// Returns a text that is filled.
    pub(super) fn text(&self, id: u16, file: &mut File<'_>, job: &Job<'_>) -> Option<String> {
        let wide = stream(file, self.path(id, 0x001f), job).map(|bytes| from_utf16(&bytes));
        let text = wide.or_else(|_| stream(file, self.path(id, 0x001e), job).map(|bytes| self.narrow(&bytes))).ok()?;
        let text = text.trim_end_matches('\0');
        (!text.trim().is_empty()).then(|| text.to_owned())
    }

    fn narrow(&self, bytes: &[u8]) -> String {
        match self.encoding {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            None => crate::charset::decode(bytes)
                .map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decoded| decoded.text),
        }
    }

    /// Returns the bytes of a property, where it is there.
    pub(super) fn bytes(&self, id: u16, file: &mut File<'_>, job: &Job<'_>) -> Option<Vec<u8>> {
        stream(file, self.path(id, 0x0102), job).ok()
    }
}
