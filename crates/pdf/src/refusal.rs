//! Why a PDF does not pass the gate, in words for the exception report.

/// Why a PDF was refused; the text is what the report and the slip sheet say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", kind.reason())]
pub struct Refusal {
    /// What kind of trouble it is.
    pub kind: RefusalKind,
    /// Where and what exactly.
    pub detail: String,
}

impl Refusal {
    pub(crate) fn new(kind: RefusalKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    pub(crate) fn damaged(detail: impl Into<String>) -> Self {
        Self::new(RefusalKind::Damaged, detail)
    }

    pub(crate) fn too_large(detail: impl Into<String>) -> Self {
        Self::new(RefusalKind::TooLarge, detail)
    }
}

/// The kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalKind {
    /// The bytes do not hold a PDF header.
    NotPdf,
    /// The file asks for a password, or for a security handler that is not known.
    Encrypted,
    /// The file lost content: it is truncated, or its references lead nowhere.
    Damaged,
    /// The file can be read but holds no page.
    NoPages,
    /// The file or what it unfolds to exceeds the limits.
    TooLarge,
    /// The parser did not come to an end in time.
    TooSlow,
    /// The parser failed in a way it should not.
    ParserFault,
}

impl RefusalKind {
    /// All kinds, in the order of their codes.
    pub const ALL: [Self; 7] =
        [Self::NotPdf, Self::Encrypted, Self::Damaged, Self::NoPages, Self::TooLarge, Self::TooSlow, Self::ParserFault];

    /// Returns the stable code, which reports and tests use.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotPdf => "pdf-not-pdf",
            Self::Encrypted => "pdf-encrypted",
            Self::Damaged => "pdf-damaged",
            Self::NoPages => "pdf-no-pages",
            Self::TooLarge => "pdf-too-large",
            Self::TooSlow => "pdf-too-slow",
            Self::ParserFault => "pdf-parser-fault",
        }
    }

    /// Returns the reason in plain words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotPdf => "the file is not a PDF",
            Self::Encrypted => "the PDF is encrypted and needs a password",
            Self::Damaged => "the PDF is damaged or incomplete",
            Self::NoPages => "the PDF holds no pages",
            Self::TooLarge => "the PDF is larger than the limits allow",
            Self::TooSlow => "the PDF could not be read in the time allowed",
            Self::ParserFault => "the PDF could not be read",
        }
    }
}
