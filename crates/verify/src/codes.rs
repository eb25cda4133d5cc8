//! The codes of all findings about a volume: one table, from which documentation and tests are derived.

use duces_model::FindingCode;
use duces_model::Severity::{Error, Warning};

macro_rules! codes {
    ($($name:ident $severity:ident $summary:literal;)+) => {
        $(
            #[doc = $summary]
            pub static $name: FindingCode =
                FindingCode { name: stringify!($name), severity: $severity, summary: $summary };
        )+

        /// All codes of this crate, in the order of the documentation.
        pub static CODES: &[&FindingCode] = &[$(&$name),+];
    };
}

codes! {
    // The medium.
    FILE_UNREADABLE Error "A file of the volume cannot be read to its end, or its ZIP entry is damaged.";
    FILE_LINK Error "The volume holds a symbolic link or a device where a file is wanted; it was not followed.";
    FOLDER_EMPTY Warning "The volume holds an empty folder, which no manifest and no ZIP can account for.";
    ZIP_DAMAGED Error "The ZIP is broken, cut off or contradicts itself, so nothing in it can be relied on.";
    ZIP_SURPLUS Error "The ZIP has bytes before its first entry or after its end, which readers take differently.";
    ZIP_NAME Error "A name in the ZIP leads out of the folder, or to different places on different systems.";
    ZIP_CLASH Error "Two entries of the ZIP have one name, or names that differ in case only.";
    ZIP_LINK Error "An entry of the ZIP is a link or a device.";
    ZIP_TOO_LARGE Error "The ZIP claims to hold more than is safe to unpack.";
    ZIP_COMMENT Warning "The ZIP, or an entry of it, carries a comment, which may say what nobody reviewed.";
    ZIP_CLOCK Warning "The entries of the ZIP carry differing times, so it was not packed in one go or was changed later.";
    ZIP_EXTRA Warning "An entry of the ZIP carries extra data, such as user ids, beyond what large files need.";
    ZIP_DIGEST Error "The ZIP is not the one that the digest file beside it was made for.";
    ZIP_DIGEST_FILE Error "The digest file beside the ZIP is not one line of a digest and the ZIP's name.";
    // Manifest.
    MANIFEST_MISSING Error "The volume has no manifest-sha256.txt, so no file can be checked against what was sent.";
    MANIFEST_ABSENT Error "A file that the manifest lists is not in the volume.";
    MANIFEST_UNLISTED Error "A file is in the volume that the manifest does not list: it was added or renamed later.";
    MANIFEST_FORM Warning "A line of the manifest is not as `sha256sum` writes it: an upper-case digest, a mixed mark or a byte-order mark.";
    HASH_MISMATCH Error "A file's bytes are not those the manifest was made for: it was changed or damaged.";
    // Names.
    NAME_UNSAFE Error "A file or folder name is not plain ASCII or has characters that some systems refuse.";
    NAME_LONG Error "A path is longer than 100 characters and may not be unpacked on Windows.";
    NAME_RESERVED Error "A name is reserved on Windows or ends in a way that Windows drops.";
    NAME_CASE Error "Two names differ in case only; on Windows and macOS one overwrites the other.";
    // Load files.
    LOADFILE_MISSING Error "The volume has no load file that lists documents: neither DAT, EDRM XML nor CSV.";
    LOADFILE_NO_DOCUMENT Error "A load file lists no document.";
    FIELD_MISSING Error "The load file has no column for the first or the last Bates number.";
    FIELD_FORMAT Error "A number or a digest in a load file is not written as one.";
    // Bates numbers.
    BATES_FORMAT Error "A Bates number is missing or is not a prefix and digits.";
    BATES_DUPLICATE Error "Two documents have the same first Bates number.";
    BATES_OVERLAP Error "Two documents share Bates numbers.";
    BATES_REVERSED Error "A document's last Bates number comes before its first.";
    BATES_GAP Error "Bates numbers are used by no document and are not declared as void.";
    BATES_VOID Error "A number that was declared void is used by a document.";
    BATES_WIDTH Error "Numbers of one prefix are padded to different widths, which breaks sorting and citing.";
    BATES_PREFIX Error "A document's first and last number have different prefixes.";
    BATES_ORDER Error "A document stands behind one with a higher number; load files are read in number order.";
    // Pages.
    PAGE_COUNT Error "The page count of a document is not the number of its Bates numbers.";
    PDF_MISSING Error "A document has neither a PDF nor page images nor a native: nothing of it was produced.";
    PDF_UNREADABLE Error "A PDF is damaged, encrypted or no PDF.";
    PDF_REPAIRED Error "A PDF can only be read after repair: it was cut off or changed.";
    PDF_PAGES Error "A PDF has another number of pages than its document has numbers.";
    PDF_STAMP Error "A page does not show its Bates number.";
    PDF_DESIGNATION Error "A page does not show the confidentiality designation that the load file gives its document.";
    PDF_FONT Warning "A PDF uses fonts that it does not embed, so its pages may look different elsewhere.";
    PDF_ACTIVE Warning "A PDF carries scripts, embedded files or comments that its pages do not show.";
    // Families.
    FAMILY_FORMAT Error "BEGATTACH or ENDATTACH is missing its partner or is not a range of Bates numbers.";
    FAMILY_RANGE Error "A document lies outside the attachment range that it names.";
    FAMILY_PARENT Error "The first number of an attachment range, or a parent, is no document of this volume.";
    FAMILY_END Error "Members of one family disagree on where it ends.";
    FAMILY_MEMBER Error "A document lies within a family's range but does not belong to it, or the range is not filled.";
    FAMILY_PARENT_BATES Error "PARENTBATES names no other member of the family, or a child has none.";
    FAMILY_ATTACHMENTS Error "ATTACHBATES does not list the documents that name this one as their parent.";
    // Links and files.
    LINK_MISSING Error "A load file names a file that is not in the volume.";
    LINK_OUTSIDE Error "A load file names a path that is absolute or leads out of the volume.";
    LINK_CASE Warning "A load file spells a path in another case than the file has; it fails where case counts.";
    LINK_SHARED Error "Two documents name the same file.";
    FILE_ORPHAN Error "A document file is in the volume that no load file names; it may have been produced by mistake.";
    FILE_STRAY Warning "A file is in the volume that is neither a document's nor a load file.";
    NATIVE_HASH Error "A native's bytes do not have the digest that the load file gives.";
    NATIVE_SIZE Error "A native has another size than the load file gives.";
    TEXT_ENCODING Error "A document's text file is not UTF-8.";
    // Opticon.
    OPT_KEY Error "An image key stands twice in the Opticon files.";
    OPT_DOCUMENT Error "A document has no document break in the Opticon file: its pages will not load.";
    OPT_ORPHAN Error "The Opticon file starts a document that the DAT does not list.";
    OPT_PAGES Error "The Opticon file gives a document another number of pages than its Bates numbers.";
    OPT_VOLUME Error "The Opticon file names another volume than the DAT.";
    OPT_FILE Error "The Opticon file shows another file for a document than the DAT.";
    // EDRM XML and CSV.
    XML_DOCUMENTS Error "The XML and the DAT do not list the same documents.";
    XML_VALUE Error "The XML and the DAT give different values for the same field of a document.";
    XML_FAMILY Error "The XML's relationships name unknown documents or are not the families of the DAT.";
    XML_FILE Error "The XML names other files for a document than the DAT.";
    XML_SIZE Error "A file has another size than the XML gives.";
    XML_HASH Error "A file does not have the digest that the XML gives.";
    CSV_DOCUMENTS Error "The CSV copy and the DAT do not list the same documents.";
    CSV_VALUE Error "The CSV copy and the DAT give different values for the same field of a document.";
}
