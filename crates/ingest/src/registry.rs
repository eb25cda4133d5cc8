//! The registry of readers: detection and opening are derived from it.

use crate::Format;
use crate::reader::Reader;
use crate::wechat_db::{android, ios, windows3, windows4};

/// Every reader, in the order in which they are asked: those that look at more come first.
#[rustfmt::skip]
pub(crate) static READERS: &[Reader] = &[
    crate::table::MAPPED,
    crate::kept_text::MAPPED,
    crate::kept_page::MAPPED,
    windows3::READER,
    windows4::READER,
    ios::READER,
    android::READER,
    crate::jsonl::READER,
    crate::weflow::READER,
    crate::weflow::TXT,
    crate::chatlog::JSON,
    crate::chatlog::CSV,
    crate::chatlog::TXT,
    crate::pywxdump::CSV,
    crate::pywxdump::JSON,
    crate::memotrace::READER,
    crate::memotrace::PAGE,
    crate::chatlab::JSON,
    crate::chatlab::JSONL,
    crate::keeper::READER,
    crate::databackup::READER,
    crate::moments::READER,
    crate::wecom::READER,
    crate::teams::GRAPH,
    crate::teams::EXPORT,
    crate::wechat_pay::READER,
    crate::table::CELLEBRITE,
    crate::table::AXIOM,
    crate::filedump::READER,
    crate::ufdr::READER,
    crate::rsmf::READER,
    crate::imessage::READER,
    crate::slack::READER,
    crate::telegram::READER,
    crate::meta_json::READER,
    crate::discord::READER,
    crate::sms_backup::READER,
    crate::kept_page::EXPORTER,
    crate::phone_text::WHATSAPP,
    crate::phone_text::SIGNAL,
    crate::kept_text::POSTED,
    crate::kept_text::KEPT,
    crate::mail::MBOX,
    crate::mail::EML,
];

/// Returns the reader of a format.
pub(crate) fn reader_of(format: Format) -> &'static Reader {
    READERS.iter().find(|reader| reader.format == format).expect("each format has a reader, as the test below holds")
}

/// Tells whether a format says for each of its parts how it is encoded, so that the whole file's encoding says nothing.
pub(crate) fn decodes_itself(format: Format) -> bool {
    matches!(format, Format::Eml | Format::Mbox)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_one_reader() {
        for format in Format::ALL.iter().copied() {
            assert_eq!(READERS.iter().filter(|reader| reader.format == format).count(), 1, "{format}");
        }
        assert_eq!(READERS.len(), Format::ALL.len());
    }
}
