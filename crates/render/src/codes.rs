//! The kinds of findings that rendering makes.

use duces_model::{FindingCode, Severity};

/// A character that no font has.
pub static GLYPH_MISSING: FindingCode = FindingCode {
    name: "GLYPH_MISSING",
    severity: Severity::Warning,
    summary: "No font has this character; the page shows its code point in a box.",
};
/// A picture that cannot be shown in line.
pub static PICTURE_REFUSED: FindingCode = FindingCode {
    name: "PICTURE_REFUSED",
    severity: Severity::Warning,
    summary: "A picture is damaged, too large or of a kind that cannot be shown; the page says so in its place.",
};
/// Histories within histories deeper than a page can show.
pub static HISTORY_TOO_DEEP: FindingCode = FindingCode {
    name: "HISTORY_TOO_DEEP",
    severity: Severity::Warning,
    summary: "Merged histories or quotes are nested deeper than a page can show; the text file has them whole.",
};

/// All kinds, for documentation and tests.
pub static CODES: &[&FindingCode] = &[&GLYPH_MISSING, &PICTURE_REFUSED, &HISTORY_TOO_DEEP];
