//! The table of finding codes of this crate: documentation and tests are derived from it.

use duces_model::{FindingCode, Severity};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $severity:ident $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $name: FindingCode = FindingCode {
                name: concat!("INGEST_", stringify!($name)),
                severity: Severity::$severity,
                summary: $summary,
            };
        )*
        /// Every code of this crate, in the order of the documentation.
        pub static CODES: &[&FindingCode] = &[$(&$name),*];
    };
}

codes! {
    ENCRYPTED Error "A database is encrypted; it is refused, and duces never extracts keys.";
    SQLITE Error "A plain SQLite database is not read; an export made from it is.";
    UNKNOWN_FORMAT Error "The content fits no format that is read.";
    EMPTY_FILE Warning "A file of the source is empty.";
    UTF16 Error "A file is UTF-16; save it as UTF-8.";
    READ_FAILED Error "Reading stopped at an input error; everything before it was kept.";
    LINK_SKIPPED Warning "A symbolic link in the source folder was not followed.";
    JSON_BROKEN Error "The JSON ends or breaks before its end; everything before the break was kept.";
    TRAILING_DATA Warning "Something follows the end of the JSON; it was not read as messages.";
    RECORD_TOO_LARGE Error "One record is larger than 64 MiB; its bytes stay in the source alone, the finding says where.";
    NOT_AN_OBJECT Warning "An element that should be a message is no JSON object.";
    BAD_JSON Warning "The JSON of one record cannot be read.";
    WRONG_TYPE Warning "A field of a record has a type that cannot be what it should be.";
    MISSING_FIELD Warning "A field that a message cannot do without is missing.";
    BAD_TIME Warning "A time does not exist or is out of range.";
    NO_SECONDS Info "Times are given to the minute only; the order within a minute is the source's.";
    INVALID_UTF8 Warning "Bytes are no valid UTF-8; U+FFFD stands for them in the text, the raw record keeps them.";
    LONE_SURROGATE Warning "A JSON escape is half a character; U+FFFD stands for it in the text.";
    CONTROL_IN_STRING Warning "A JSON string holds a control character that should have been escaped; it was read as it is.";
    NUL_IN_TEXT Info "A text holds a NUL character; it is kept.";
    GB18030 Warning "A file is no UTF-8 and was read as GB18030.";
    CSV_FIELDS Warning "A CSV row has another number of fields than the header.";
    CSV_QUOTE Warning "A quoted CSV field has no end; the line was set aside and reading went on with the next.";
    BLANK_LINE Info "A line is blank; nothing was read from it.";
    UNKNOWN_TYPE Warning "A message type is not known; the message is kept and shown as unknown.";
    BAD_XML Warning "The XML of a message cannot be read; the message is kept and shown as unknown.";
    UPLOADING_FILE Info "A message announces a file that was still uploading; the finished message follows it.";
    OUTSIDE_SOURCE Warning "A media path leads out of the source folder; it is not followed.";
    COUNT_DIFFERS Info "The source declares another number of messages than it holds.";
    CONVERTER_EXCEPTED Warning "The program that made an interchange file could not convert a record; its bytes are kept.";
    CONVERTER_FINDING Info "The program that made an interchange file says something about its source.";
    USERS_UNREADABLE Warning "The file of contact names cannot be read; ids stand in the place of names.";
    CONVERSATION_DERIVED Info "The source has no id for a conversation; it was told by its name or by those who take part.";
    PROVENANCE Info "The source says where it comes from.";
    CONVERSATION_FROM_NAME Warning "The rows do not name their conversation; it was taken from the file's name.";
}
