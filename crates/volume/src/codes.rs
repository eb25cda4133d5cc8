//! The codes of findings about a manifest.

use duces_model::{FindingCode, Severity};

/// A line that is no `digest  path` line.
pub static MANIFEST_LINE: FindingCode = FindingCode {
    name: "MANIFEST_LINE",
    severity: Severity::Error,
    summary: "A line of the manifest is not a SHA-256 digest, two spaces (or a space and `*`) and a path.",
};

/// A path that is not safe everywhere.
pub static MANIFEST_NAME: FindingCode = FindingCode {
    name: "MANIFEST_NAME",
    severity: Severity::Error,
    summary: "The manifest lists a path that leaves the volume, is not ASCII, too long or reserved on Windows.",
};

/// A path listed twice.
pub static MANIFEST_DUPLICATE: FindingCode = FindingCode {
    name: "MANIFEST_DUPLICATE",
    severity: Severity::Error,
    summary: "The manifest lists a path twice, or two paths that differ in case only.",
};

/// Line ends that `sha256sum` takes for a part of the name.
pub static MANIFEST_LINE_END: FindingCode = FindingCode {
    name: "MANIFEST_LINE_END",
    severity: Severity::Warning,
    summary: "A line of the manifest ends in CR LF, which `sha256sum -c` takes for a part of the name, or the last has no end.",
};

/// Bytes that are no UTF-8.
pub static MANIFEST_ENCODING: FindingCode =
    FindingCode { name: "MANIFEST_ENCODING", severity: Severity::Error, summary: "The manifest is not UTF-8." };

/// All codes of this crate.
pub static CODES: &[&FindingCode] =
    &[&MANIFEST_LINE, &MANIFEST_NAME, &MANIFEST_DUPLICATE, &MANIFEST_LINE_END, &MANIFEST_ENCODING];
