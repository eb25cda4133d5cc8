//! The table of finding codes of this crate.

use duces_model::{FindingCode, Severity};

macro_rules! codes {
    ($($name:ident $severity:ident $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $name: FindingCode = FindingCode {
                name: concat!("COLLECT_", stringify!($name)),
                severity: Severity::$severity,
                summary: $summary,
            };
        )*

        /// Every code of this crate, sorted by name.
        pub static CODES: &[&FindingCode] = &[$(&$name),*];
    };
}

codes! {
    ACCOUNT_DIFFERS Warning "A record says that another account sent it from the collected device than the one the import names.";
    ACCOUNT_UNKNOWN Warning "Nobody says which account was collected, so 1:1 conversations are kept apart from other custodians' copies.";
    ATTACHMENT_DIFFERS Info "Two copies of a message carry different bytes for the same attachment; the first collected stands.";
    ATTACHMENT_FROM_COPY Info "An attachment that was missing was found with another copy of the message.";
    ATTACHMENT_MISSING Warning "The bytes of an attachment are not in the source.";
    ATTACHMENT_OUTSIDE Warning "The path of an attachment leads out of the source, so it was not followed.";
    ATTACHMENT_UNREADABLE Warning "The file of an attachment is there and cannot be read.";
    COPY_COMPLETES Info "Another copy of a message holds parts of its card that the first collected leaves out; they are filled in, nothing that was said first is changed.";
    COPY_DIFFERS Warning "The words of two copies of a message differ, or their types do; the first collected stands, both are kept as records.";
    COPY_EDITED Info "A later copy by the same custodian says something else: the message was edited and has a new version.";
    COPY_LACKS Warning "A custodian's copy of a conversation lacks messages that another custodian's copy has for the same time.";
    COPY_RECALLED Info "One copy of a message was taken back and another still has it; the message is kept and marked as recalled.";
    COPY_SHOWN_DIFFERENTLY Info "Two tools show the same card, such as a location or a voice message, in different words; the first collected stands.";
    NOTHING_NEW Info "Everything in the source is in the matter already; nothing was changed.";
    SAME_SERVER_ID Warning "Two different records of one source carry the same server id; both are kept as records of one message.";
    TIME_DIFFERS Warning "Two copies of a message give times more than a second apart; the first collected stands.";
}
