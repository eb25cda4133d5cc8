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
    ATTACHMENT_MD5 Warning "The bytes of an attachment do not have the MD5 that the source declares for them; they are kept as they are.";
    ATTACHMENT_MISSING Warning "The bytes of an attachment are not in the source.";
    ATTACHMENT_OUTSIDE Warning "The path of an attachment leads out of the source, so it was not followed.";
    ATTACHMENT_UNREADABLE Warning "The file of an attachment is there and cannot be read.";
    COPY_COMPLETES Info "Another copy of a message holds parts of its card that the first collected leaves out; they are filled in, nothing that was said first is changed.";
    COPY_DIFFERS Warning "The words of two copies of a message differ, or their types do; the first collected stands, both are kept as records.";
    COPY_EDITED Info "A later copy by the same custodian says something else: the message was edited and has a new version.";
    COPY_LACKS Warning "A custodian's copy of a conversation lacks messages that another custodian's copy has for the same time.";
    COPY_RECALLED Info "One copy of a message was taken back and another still has it; the message is kept and marked as recalled.";
    COPY_SHOWN_DIFFERENTLY Info "Two tools show the same card, such as a location or a voice message, in different words; the first collected stands.";
    DAYS_MISSING Info "A conversation with messages on every day before and after has none on some days between.";
    EXCLUDED_HELD Warning "A conversation that must not be collected is in the matter already, from an earlier import.";
    EXCLUDED_UNDER_HOLD Warning "The exclude list leaves out records that a legal hold names; they were not brought in, so that the source alone has them.";
    EXCLUDED_UNREADABLE Warning "A record that cannot be read stands in a file that also holds what must not be collected; its bytes were not kept.";
    NOTHING_NEW Info "Everything in the source is in the matter already; nothing was changed.";
    NUMBERS_MISSING Info "Numbers that the exporting tool leaves no gaps in are missing from an export.";
    PAYMENT_DIFFERS Info "A payment and a message have one number and differ in amount or time; they are not linked.";
    PAYMENT_LINKED Info "A payment and a transfer or red packet agree in number, amount and time; they are linked.";
    REPLACES Info "A message takes the place of an earlier one, such as the notice that its file was still being sent; both records are kept.";
    REPLACES_APART Info "A message takes the place of an earlier one, and both are in the matter as messages of their own; both stay.";
    SAME_SERVER_ID Warning "Two different records of one source carry the same server id; both are kept as records of one message.";
    SOURCE_UNREADABLE Error "A file of the source cannot be opened in the format that it seems to have; the others were read.";
    TIME_BEFORE_APP Info "Records claim to have been sent before the app came out.";
    TIME_DIFFERS Warning "Two copies of a message give times more than a second apart; the first collected stands.";
    TIME_GOES_BACK Info "The times of a conversation go back by more than an hour in the order of the source.";
    TIME_IN_FUTURE Info "Records claim to have been sent after the time of the import.";
    ZIP_MEMBER Error "A file of a ZIP cannot be unpacked; the others were read.";
    ZIP_REFUSED Error "A ZIP of the source is not opened, since it could mislead or is encrypted; nothing of it was read.";
}
