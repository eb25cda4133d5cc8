//! The codes of findings about RSMF files, in one table.
//!
//! An error is what Relativity's validator fails a file for, as its documentation and samples say; what it passes with a
//! warning is a warning.

use duces_model::{FindingCode, Severity};

macro_rules! codes {
    ($($name:ident $severity:ident $summary:literal)*) => {
        $(
            #[doc = $summary]
            pub static $name: FindingCode = FindingCode {
                name: concat!("RSMF_", stringify!($name)),
                severity: Severity::$severity,
                summary: $summary,
            };
        )*

        /// All codes of this crate.
        pub static CODES: &[&FindingCode] = &[$(&$name),*];
    };
}

codes! {
    SCHEMA Error
        "A value of the manifest is missing or is not as the schema of its version wants it."
    VERSION Warning
        "The manifest is of no version that is known; it was read as 2.0.0."
    REFERENCE Error
        "An id names a participant, a conversation or an event that the manifest does not have."
    DUPLICATE_ID Error
        "Two participants or conversations, or two events of one conversation, have one id."
    FILE_MISSING Error
        "The manifest names a file that is not there."
    FILE_UNREFERENCED Warning
        "A file lies beside the manifest that nothing in it names."
    FILE_FOLDER Error
        "A file lies in a folder within the ZIP; all files of an RSMF lie at its root."
    UNKNOWN_KEY Warning
        "The manifest holds a key that the format does not know; what stands under it is read by nobody."
    HEADER_VERSION Error
        "The mail has no X-RSMF-Version header, the one that is required."
    HEADER_DIFFERS Warning
        "A header of the mail says something else than the manifest does."
    ATTACHMENTS Error
        "The mail has other attachments beside rsmf.zip, where exactly one is allowed."
    ATTACHMENT_NAME Warning
        "The mail's ZIP is not named rsmf.zip or not encoded as base64."
    TOO_MANY_EVENTS Warning
        "The file has more than 10,000 events, which makes viewers slow."
    TOO_LARGE Error
        "The file is larger than 2 GB, which Relativity does not process."
}
