//! What is odd about a PDF that passed the gate, and what stamping left out of it.

use std::fmt;

/// One thing that the production report should say about a PDF.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Note {
    /// The file was encrypted with an empty user password and has been decrypted.
    DecryptedWithEmptyPassword,
    /// The cross-reference table pointed a little off and was corrected.
    CrossReferenceCorrected,
    /// The cross-reference table could not be used and was rebuilt by scanning the file.
    CrossReferenceRebuilt,
    /// Objects that no page needs are listed but cannot be read.
    LostObjects(usize),
    /// Pages refer to optional things that the file does not define (read as null).
    UndefinedReferences(usize),
    /// The page tree declares another number of pages than it holds.
    PageCountDiffers {
        /// What the page tree says.
        declared: i64,
        /// What it holds.
        found: usize,
    },
    /// The file carries an XFA form, whose pages other readers may show differently.
    XfaForm,
    /// The file carries an AcroForm.
    Form,
    /// The file carries this many digital signatures; stamping invalidates them.
    Signatures(usize),
    /// The file carries JavaScript or actions that run by themselves.
    Scripts,
    /// The file carries this many embedded files.
    EmbeddedFiles(usize),
    /// The file is a portfolio: its pages are only a cover for embedded files.
    Portfolio,
    /// The file carries optional content (layers), whose default state is what is shown.
    Layers,
    /// These fonts are used but not embedded, so pages may look different elsewhere.
    UnembeddedFonts(Vec<String>),
    /// Stamping drew this many annotations into the pages.
    AnnotationsFlattened(usize),
    /// Stamping dropped this many links; their text stays.
    LinksDropped(usize),
    /// Stamping could not draw this many annotations because they have no appearance.
    AnnotationsWithoutAppearance(usize),
    /// Stamping left out this many annotations that the file itself hides.
    HiddenAnnotations(usize),
    /// This many annotations carry a comment that shows only in a reader's window.
    Comments(usize),
    /// Stamping removed the document information and XMP metadata of the source.
    MetadataRemoved,
    /// Stamping removed bookmarks.
    OutlineRemoved,
    /// Stamping removed the structure tree (tags).
    TagsRemoved,
    /// Stamping replaced this many references to objects that may not be carried over.
    ReferencesCut(usize),
}

impl Note {
    /// Returns the stable code, which reports and tests use.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DecryptedWithEmptyPassword => "pdf-decrypted",
            Self::CrossReferenceCorrected => "pdf-xref-corrected",
            Self::CrossReferenceRebuilt => "pdf-xref-rebuilt",
            Self::LostObjects(_) => "pdf-lost-objects",
            Self::UndefinedReferences(_) => "pdf-undefined-references",
            Self::PageCountDiffers { .. } => "pdf-page-count-differs",
            Self::XfaForm => "pdf-xfa",
            Self::Form => "pdf-form",
            Self::Signatures(_) => "pdf-signatures",
            Self::Scripts => "pdf-scripts",
            Self::EmbeddedFiles(_) => "pdf-embedded-files",
            Self::Portfolio => "pdf-portfolio",
            Self::Layers => "pdf-layers",
            Self::UnembeddedFonts(_) => "pdf-unembedded-fonts",
            Self::AnnotationsFlattened(_) => "pdf-annotations-flattened",
            Self::LinksDropped(_) => "pdf-links-dropped",
            Self::AnnotationsWithoutAppearance(_) => "pdf-annotations-without-appearance",
            Self::HiddenAnnotations(_) => "pdf-hidden-annotations",
            Self::Comments(_) => "pdf-comments",
            Self::MetadataRemoved => "pdf-metadata-removed",
            Self::OutlineRemoved => "pdf-outline-removed",
            Self::TagsRemoved => "pdf-tags-removed",
            Self::ReferencesCut(_) => "pdf-references-cut",
        }
    }

    /// Says whether something a reader could see or open is missing from the stamped pages.
    pub fn is_loss(&self) -> bool {
        matches!(
            self,
            Self::XfaForm
                | Self::EmbeddedFiles(_)
                | Self::Portfolio
                | Self::AnnotationsWithoutAppearance(_)
                | Self::Comments(_)
                | Self::PageCountDiffers { .. }
        )
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DecryptedWithEmptyPassword => {
                f.write_str("was encrypted with an empty user password and has been decrypted")
            }
            Self::CrossReferenceCorrected => f.write_str("cross-reference offsets were corrected"),
            Self::CrossReferenceRebuilt => f.write_str("cross-reference table was rebuilt by scanning"),
            Self::LostObjects(n) => write!(f, "{n} unused objects cannot be read"),
            Self::UndefinedReferences(n) => write!(f, "{n} references lead to nothing"),
            Self::PageCountDiffers { declared, found } => {
                write!(f, "page tree declares {declared} pages and holds {found}")
            }
            Self::XfaForm => f.write_str("carries an XFA form that other readers may show differently"),
            Self::Form => f.write_str("carries an interactive form"),
            Self::Signatures(n) => write!(f, "carries {n} digital signatures"),
            Self::Scripts => f.write_str("carries JavaScript or automatic actions"),
            Self::EmbeddedFiles(n) => write!(f, "carries {n} embedded files"),
            Self::Portfolio => f.write_str("is a portfolio: its pages are a cover for embedded files"),
            Self::Layers => f.write_str("carries layers; their default state is shown"),
            Self::UnembeddedFonts(names) => write!(f, "uses fonts that are not embedded: {}", names.join(", ")),
            Self::AnnotationsFlattened(n) => write!(f, "{n} annotations were drawn into the pages"),
            Self::LinksDropped(n) => write!(f, "{n} links were dropped"),
            Self::AnnotationsWithoutAppearance(n) => {
                write!(f, "{n} annotations without an appearance could not be drawn")
            }
            Self::HiddenAnnotations(n) => write!(f, "{n} hidden annotations were left out"),
            Self::Comments(n) => write!(f, "{n} annotations carry comments that do not show on the page"),
            Self::MetadataRemoved => f.write_str("document information and metadata were removed"),
            Self::OutlineRemoved => f.write_str("bookmarks were removed"),
            Self::TagsRemoved => f.write_str("structure tags were removed"),
            Self::ReferencesCut(n) => write!(f, "{n} references to interactive content were cut"),
        }
    }
}
