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
    SQLITE Error "A plain SQLite database has no layout that is read.";
    STILL_ENCRYPTED Error "A record is still encrypted; its owner must decrypt it with their own key, and duces never does.";
    UNKNOWN_FORMAT Error "The content fits no format that is read.";
    EMPTY_FILE Warning "A file of the source is empty.";
    UTF16 Error "A file is UTF-16; save it as UTF-8.";
    READ_FAILED Error "Reading stopped at an input error; everything before it was kept.";
    LINK_SKIPPED Warning "A symbolic link in the source folder was not followed.";
    JSON_BROKEN Error "The JSON ends or breaks before its end; everything before the break was kept.";
    TRAILING_DATA Warning "Something follows the end of the JSON; it was not read as messages.";
    RECORD_TOO_LARGE Error "One record is larger than 64 MiB, or one mail than 256 MiB; its bytes stay in the source alone, the finding says where.";
    NOT_AN_OBJECT Warning "An element that should be a message is no JSON object.";
    BAD_JSON Warning "The JSON of one record cannot be read.";
    WRONG_TYPE Warning "A field of a record has a type that cannot be what it should be.";
    MISSING_FIELD Warning "A field that a message cannot do without is missing.";
    BAD_TIME Warning "A time does not exist or is out of range.";
    SECONDS Info "A time is in seconds where the format has milliseconds; it was read as seconds.";
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
    TYPES_FROM_TEXT Info "The layout has no message types; they were taken from the shape of the texts, which people can type too.";
    NO_BEGINNING Warning "Lines of a text stand before the first that begins a message; they were set aside.";
    BAD_XML Warning "The XML of a message cannot be read; the message is kept and shown as unknown.";
    DAMAGED_XML Warning "The XML of a message is malformed or cut off; what of it could be read is shown.";
    XML_BROKEN Error "The XML ends or breaks before its end; everything before the break was kept.";
    CONTENT_DIFFERS Warning "A message is given in two encodings that do not say the same; the plain one is shown, the raw record keeps both.";
    UPLOADING_FILE Info "A message announces a file that was still uploading; the finished message follows it.";
    OUTSIDE_SOURCE Warning "A media path leads out of the source folder; it is not followed.";
    COUNT_DIFFERS Info "The source declares another number of messages than it holds.";
    TOOL_LEAVES_OUT Warning "The tool that made the export is known to leave messages of some kind out of this layout.";
    PROVENANCE Info "The source says where it comes from.";
    MEMBERS Info "The source lists the members of a conversation, whether they wrote or not.";
    CONVERTER_EXCEPTED Warning "The program that made an interchange file could not convert a record; its bytes are kept.";
    CONVERTER_FINDING Info "The program that made an interchange file says something about its source.";
    USERS_UNREADABLE Warning "The file of contact names cannot be read; ids stand in the place of names.";
    LOG_READ Info "Changes beside a database that were not in it yet were read with it, from a private copy of both.";
    LOG_UNREAD Error "Changes beside a database that are not in it were not seen; what it holds without them was read.";
    TABLE_UNKNOWN Error "A table that should hold messages has other columns than any version that is read.";
    ROW_UNREADABLE Error "A row of a damaged database cannot be read; the finding says which.";
    REPEATED_ROW Info "The same message stands in a database twice; both rows are records of it.";
    BAD_COMPRESSION Warning "A compressed content cannot be unpacked; the message is kept and what it says is missing.";
    BAD_PACKED Warning "A packed field of a row cannot be read to its end; what stood before the fault was used.";
    CONVERSATION_UNRESOLVED Warning "Nobody says whose conversation a table is; its name stands in the place of an id.";
    SENDER_UNKNOWN Warning "Nobody says who sent a message.";
    NAMES_MISSING Info "No database of contacts belongs to the messages; ids stand in the place of names.";
    LOOKUP_UNREADABLE Warning "A database of names or media cannot be read; what only it says is missing.";
    VOICE_AMBIGUOUS Warning "Several recordings bear a message's id; the first was taken.";
    CONVERSATION_DERIVED Info "The source has no id for a conversation; it was told by its name or by those who take part.";
    NO_MESSAGE_IDS Info "The source gives no ids of the app's own for its messages.";
    ZONE_ASSUMED Info "Times that name no zone were read in the zone that the caller gave.";
    MAIL_NO_HEADERS Warning "What should be a mail has no header that mails have.";
    MAIL_PARTS Warning "A mail has more parts than any mail; it was set aside.";
    MAIL_STRUCTURE Warning "The parts of a mail cannot be told apart; all of it is shown as text.";
    MAIL_PART_DAMAGED Warning "The bytes of a part are damaged where they were made fit for mail; they were read as far as they go.";
    MAIL_ENCRYPTED Warning "A mail or a part of it is encrypted; duces never extracts keys, the part is kept as it is.";
    MAIL_PLAIN_SAYS_LESS Info "The plain wording of a mail says much less than its HTML; the HTML was read.";
    MAIL_DATE_RECEIVED Warning "A mail has no date that can be read; the time at which it was received stands for it.";
    MAIL_MAP_UNVERIFIED Info "Chat messages were read by a rule for mails that no vendor's document confirms.";
    MANIFEST_COUNT Warning "The number of files in a delivery is not the one its manifest says, or it says none.";
    MANIFEST_MISSING Error "A file that the manifest of a delivery lists is not there.";
    MANIFEST_EMPTY Error "A file that the manifest of a delivery lists is empty.";
    MANIFEST_UNLISTED Warning "A file is in a delivery and its manifest does not list it.";
    MANIFEST_LINE Info "A line of a manifest is neither a name nor a count.";
    FILE_OF_NO_MAIL Warning "A file was delivered beside mails and belongs to none of them.";
    ZONE_OF_SERVICE Info "Times name no zone and were read in the one that the service which wrote them always uses.";
    ROW_NO_MESSAGE Info "A row of a table holds no message; its bytes are kept.";
    ROUNDED_NUMBER Warning "A number has gone through a spreadsheet program, which keeps 15 digits of it; its last digits are lost.";
    MAPPING_USED Info "A mapping file said what stands where; the finding repeats it.";
    PART_UNREAD Info "A part of the source, such as a sheet, holds no messages; it was not read as such.";
    COLUMNS_UNKNOWN Warning "A table looks like messages, and nobody says which of its columns says what; a mapping file can.";
    MOJIBAKE Info "Texts were UTF-8 written as if it were Latin-1; they are read as they were meant, the raw record keeps the bytes.";
    APP_ASSUMED Info "Several apps write this layout; the finding says which one was assumed, and a mapping with `app` says otherwise.";
    FILE_AMBIGUOUS Warning "Several files of a source bear the name of an attachment; none of them was taken for it.";
    GOES_ON_ELSEWHERE Warning "The source says that it is a part and goes on elsewhere; what it does not hold was not read.";
    CONVERSATION_FROM_NAME Warning "The rows do not name their conversation; it was taken from the file's name.";
}
