//! The findings about legal holds, in one table.

use duces_model::{FindingCode, Severity};

macro_rules! codes {
    ($($name:ident $severity:ident $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $name: FindingCode = FindingCode {
                name: concat!("HOLD_", stringify!($name)),
                severity: Severity::$severity,
                summary: $summary,
            };
        )*

        /// Every code of this crate, sorted by name.
        pub static CODES: &[&FindingCode] = &[$(&$name),*];
    };
}

codes! {
    ATTACHMENT Error "The bytes of an attachment under legal hold are not in the matter, or are not those that were collected.";
    CHANGED Error "What a legal hold held when it was placed or released is not what the matter has of it now: something was removed or changed.";
    EMPTY Info "A legal hold holds nothing of what the matter has so far; what comes later and falls under it will be held.";
    GUARD Error "The database lacks a rule by which it refuses that rows are removed or changed; somebody took it out.";
    LEDGER Error "The ledger is not as it was written, or what it says about legal holds contradicts itself.";
    ROWS Error "Rows of the matter are not those that the ledger says were written.";
    VERSIONS Info "Messages under legal hold have later versions, from copies that came since; what stood there before stands there still.";
}
