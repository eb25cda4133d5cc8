//! The codes of findings about load files, in one table.

use duces_model::{FindingCode, Severity};

macro_rules! codes {
    ($($name:ident $severity:ident $summary:literal)*) => {
        $(
            #[doc = $summary]
            pub static $name: FindingCode =
                FindingCode { name: stringify!($name), severity: Severity::$severity, summary: $summary };
        )*

        /// All codes of this crate.
        pub static CODES: &[&FindingCode] = &[$(&$name),*];
    };
}

codes! {
    DAT_EMPTY Error
        "The DAT holds no record at all."
    DAT_NO_BOM Warning
        "The DAT starts with no byte-order mark, so the receiver will guess its encoding."
    DAT_ENCODING Error
        "Bytes that are no text in the DAT's encoding, or an encoding that had to be guessed."
    DAT_FIELD_COUNT Error
        "A record has more or fewer values than the header has columns."
    DAT_QUOTE Error
        "A quote sign stands within a value, neither doubled nor before a column sign or the record's end."
    DAT_COLUMN_SIGN Warning
        "A quoted value holds the column sign, at which simple importers split it."
    DAT_UNTERMINATED Error
        "A value has an opening quote sign and no closing one."
    DAT_RAW_NEWLINE Warning
        "A quoted value holds a line break as it is, at which many importers end the record."
    DAT_LINE_END Warning
        "Records end in LF or CR alone instead of CR LF."
    DAT_LAST_LINE Warning
        "The last record has no line end, as in a file that was cut."
    DAT_EMPTY_LINE Warning
        "A line between records is empty."
    DAT_DUPLICATE_FIELD Error
        "Two columns have one name, or one has none."
    DAT_TOO_LONG Error
        "A value above 16 MiB or a record above 10,000 values; reading stopped there."
    OPT_EMPTY Error
        "The Opticon file holds no line at all."
    OPT_COLUMNS Error
        "A line has not exactly seven columns."
    OPT_NOT_ASCII Error
        "A line holds something other than printable ASCII, or a byte-order mark; importers take one-byte encodings."
    OPT_FIRST_BREAK Error
        "The first line does not start a document."
    OPT_BREAK Error
        "The document break is neither `Y` nor empty."
    OPT_PAGE_COUNT Warning
        "The page count is missing or no number on the first line of a document, stands on another line, or differs from the lines."
    OPT_VALUE Error
        "The image key or the path is empty."
    OPT_TOO_LONG Error
        "A line above 64 KiB; reading stopped there."
    XML_MALFORMED Error
        "The file is no well-formed XML; reading stopped there."
    XML_ROOT Error
        "The root element is not `Root` with a `MajorVersion`."
    XML_ENCODING Error
        "Bytes that are no text in the file's encoding, or an encoding that had to be guessed."
    XML_CHARACTER Error
        "A character that XML 1.0 forbids."
    XML_DOCTYPE Error
        "The file has a document type declaration, which no load file needs; its entities are not followed."
    XML_DOCID Error
        "A document has no `DocID`."
    XML_FIELD Warning
        "A value's element is not defined under `Fields`."
    XML_RELATION Error
        "A relationship lacks its parent or its child."
    XML_TOO_LARGE Error
        "A value above 16 MiB or elements nested deeper than 64; reading stopped there."
    CSV_EMPTY Error
        "The CSV holds no record at all."
    CSV_NO_BOM Warning
        "The CSV starts with no byte-order mark, so a spreadsheet will guess its encoding."
    CSV_ENCODING Error
        "Bytes that are no text in the CSV's encoding, or an encoding that had to be guessed."
    CSV_FIELD_COUNT Error
        "A record has more or fewer values than the header has columns."
    CSV_DUPLICATE_FIELD Error
        "Two columns have one name, or one has none."
    CSV_TOO_LONG Error
        "A record above 16 MiB, as after a quote that is never closed; reading stopped there."
}
