//! The findings of planning and producing, in one table.

use duces_model::{FindingCode, Severity};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $severity:ident $summary:literal;)*) => {
        $(
            $(#[$doc])*
            pub static $name: FindingCode = FindingCode {
                name: concat!("PRODUCTION_", stringify!($name)),
                severity: Severity::$severity,
                summary: $summary,
            };
        )*
        /// Every finding that planning and producing make.
        pub static CODES: &[&FindingCode] = &[$(&$name),*];
    };
}

codes! {
    /// An attachment could not be rendered.
    NOT_RENDERED Warning "An attachment could not be rendered; it is produced in native format behind a slip sheet.";
    /// An attachment could not be decoded.
    NOT_DECODED Warning "An attachment could not be decoded, or no decoder was named for it; its original is produced behind a slip sheet.";
    /// A voice message plays longer or shorter than its source says.
    VOICE_DURATION Warning "A voice message plays longer or shorter than its source says, by more than a second.";
    /// An attachment's bytes are not in the archive.
    ATTACHMENT_MISSING Warning "An attachment's bytes are not in the archive; the transcript says so where it was sent.";
    /// A PDF was produced without something it held.
    PDF_CHANGED Warning "A stamped PDF was produced without something that its original holds, such as a script or an embedded file.";
    /// A PDF is odd in a way that does not change its pages.
    PDF_NOTE Info "A PDF is odd in a way worth knowing; its pages are produced.";
    /// A file is withheld in a place that the request does not name.
    FILE_WITHHELD_ELSEWHERE Warning "A withheld file was sent in a conversation that is produced; it is withheld there too.";
    /// A source record could not be made a message.
    RECORD_EXCEPTED Warning "A record of a source could not be made a message; its bytes are kept in the matter.";
    /// A name in the query that nothing bears.
    NAME_UNMET Warning "A field of the query asks for a name that nothing in the matter bears; it selects nothing, or keeps nothing out.";
    /// The request selects nothing.
    NOTHING_SELECTED Error "The request selects nothing that may be produced, so there is nothing to number.";
    /// The sum does not hold.
    SUM_MISMATCH Error "What was collected is not what is accounted for; nothing is published.";
    /// A finished production's manifest is not the one in the ledger.
    MANIFEST_CHANGED Error "The manifest of a finished production is not the one that the ledger has for it.";
    /// The volume's counts are not the plan's.
    RECOUNT_MISMATCH Error "Counted again from the finished volume, a family has another number of messages or documents than planned.";
}
