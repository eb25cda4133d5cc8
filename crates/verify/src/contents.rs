//! The bytes of all files: each is read once, and whatever is known of it is checked on the way.
//!
//! Files go to the workers in batches whose PDFs take a bounded amount of memory; what they find is put
//! together in the order of the files.

use std::io::{self, Read};
use std::time::Duration;

use duces_model::{Digest, Finding, FindingCode, Hasher, Place};
use duces_pdf::Limits;
use md5::{Digest as _, Md5};
use rayon::prelude::*;

use crate::codes;
use crate::manifest::Listed;
use crate::medium::{FileIdx, Medium, Opener};
use crate::page_reader::{Job, PageReader};
use crate::pages::Expected;
use crate::tally::{Tally, shown};

/// How many bytes the PDFs of one batch may have together.
const BATCH_BYTES: u64 = 64 << 20;
/// How many files one batch may have.
const BATCH_FILES: usize = 4096;

/// What a load file says of a file's bytes.
pub(crate) enum Claim {
    /// How many there are.
    Size(u64),
    /// Their SHA-256.
    Sha256(Digest),
    /// Their MD5, in lower-case hexadecimal.
    Md5(String),
}

/// A claim, who makes it, and what it means if it is false.
pub(crate) struct Claimed {
    pub(crate) claim: Claim,
    pub(crate) code: &'static FindingCode,
    pub(crate) place: Place,
    pub(crate) source: String,
}

/// Reads a digest of a kind; `None` where the kind is not computed here, the reason where it is no digest.
pub(crate) fn digest_claim(kind: &str, hash: &str) -> Result<Option<Claim>, String> {
    let hash = hash.to_ascii_lowercase();
    let refuse = |kind| format!("`{}` is no {kind} digest", shown(&hash));
    match kind.to_ascii_uppercase().as_str() {
        "SHA256" => hash.parse().map(|digest| Some(Claim::Sha256(digest))).map_err(|_| refuse("SHA-256")),
        "" | "MD5" if hash.len() == 32 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => Ok(Some(Claim::Md5(hash))),
        "" | "MD5" => Err(refuse("MD5")),
        _ => Ok(None),
    }
}

/// What is known of a file before it is read.
#[derive(Default)]
pub(crate) struct Known<'a> {
    /// Whether its text is a document's.
    pub(crate) is_text: bool,
    /// Whether it is a document's PDF, and what its pages are to show.
    pub(crate) pdf: Option<Option<Expected>>,
    /// What load files say.
    pub(crate) claims: &'a [Claimed],
}

/// Reads all files and checks what is known of them.
pub(crate) fn check<'a>(
    medium: &'a Medium,
    listed: &'a Listed,
    known: &'a (dyn Fn(FileIdx) -> Known<'a> + Sync),
    tally: &mut Tally,
) {
    let examiner = Examiner { medium, listed, known, limits: Limits::default() };
    let mut start = 0;
    while start < medium.files().len() {
        let end = examiner.batch_end(start);
        let outcomes: Vec<Outcome> = (start..end)
            .into_par_iter()
            .map_init(
                || Tools { opener: medium.opener(), buffer: vec![0; BUFFER], pages: PageReader::default() },
                |tools, idx| examiner.examine(idx, tools),
            )
            .collect();
        for outcome in outcomes {
            tally.findings.extend(outcome.findings);
            for (check, why) in outcome.not_run {
                tally.not_run(check, why);
            }
        }
        start = end;
    }
}

const BUFFER: usize = 128 * 1024;
/// How long one PDF may take where the limits do not say.
const PATIENCE: Duration = Duration::from_secs(120);

/// What one thread reads with.
struct Tools<'a> {
    opener: Opener<'a>,
    buffer: Vec<u8>,
    pages: PageReader,
}

#[derive(Default)]
struct Outcome {
    findings: Vec<Finding>,
    not_run: Vec<(&'static str, String)>,
}

struct Examiner<'a> {
    medium: &'a Medium,
    listed: &'a Listed,
    known: &'a (dyn Fn(FileIdx) -> Known<'a> + Sync),
    limits: Limits,
}

/// What reading a file gave.
struct Seen {
    size: u64,
    sha256: Option<Digest>,
    md5: Option<String>,
    /// Where the bytes cease to be UTF-8.
    bad_utf8: Option<u64>,
    /// The bytes, where they were wanted.
    bytes: Vec<u8>,
}

impl Examiner<'_> {
    fn batch_end(&self, start: FileIdx) -> FileIdx {
        let files = self.medium.files();
        let mut bytes = 0;
        let mut end = start;
        while end < files.len() && end - start < BATCH_FILES {
            // Only PDFs are held in memory; what they unfold to is bounded by the gate.
            if files[end].path.to_ascii_lowercase().ends_with(".pdf") {
                bytes += files[end].size;
            }
            if bytes > BATCH_BYTES && end > start {
                break;
            }
            end += 1;
        }
        end
    }

    fn examine(&self, idx: FileIdx, tools: &mut Tools<'_>) -> Outcome {
        let Tools { opener, buffer, pages } = tools;
        let file = &self.medium.files()[idx];
        let known = (self.known)(idx);
        let expected = self.listed.digest(idx);
        let mut outcome = Outcome::default();
        let is_too_large = file.size > self.limits.max_bytes as u64;
        if known.pdf.is_some() && is_too_large {
            let why = format!("{} is larger than {} bytes", file.path, self.limits.max_bytes);
            outcome.not_run.push(("pages of PDFs", why));
        }
        let wants = Wants {
            sha256: expected.is_some() || known.claims.iter().any(|c| matches!(c.claim, Claim::Sha256(_))),
            md5: known.claims.iter().any(|c| matches!(c.claim, Claim::Md5(_))),
            utf8: known.is_text,
            bytes: known.pdf.is_some() && !is_too_large,
        };
        let seen = opener.open(idx).and_then(|mut reader| read(&mut reader, &wants, file.size, buffer));
        let mut add = |code, place, text: String| outcome.findings.push(Finding::new(code, place, text));
        let seen = match seen {
            Ok(seen) => seen,
            Err(error) => {
                let text = format!("the file cannot be read: {error}; nothing else about it was checked");
                add(&codes::FILE_UNREADABLE, Place::file(file.path.as_str()), text);
                return outcome;
            }
        };
        if let (Some((wanted, line)), Some(found)) = (expected, seen.sha256)
            && wanted != found
        {
            let text =
                format!("the bytes are not those of line {line} of the manifest: it says {wanted}, they give {found}");
            add(&codes::HASH_MISMATCH, Place::file(file.path.as_str()), text);
        }
        if let Some(at) = seen.bad_utf8 {
            let text = format!("the text is not UTF-8 from byte {at} on, so characters are lost");
            add(&codes::TEXT_ENCODING, Place::file(file.path.as_str()), text);
        }
        for claimed in known.claims {
            if let Some(text) = contradiction(claimed, &seen, &file.path) {
                add(claimed.code, claimed.place.clone(), text);
            }
        }
        if let Some(expected) = known.pdf.filter(|_| !is_too_large) {
            let job = Job { bytes: seen.bytes, expected, path: file.path.clone() };
            outcome.findings.extend(pages.check(job, self.limits.deadline.unwrap_or(PATIENCE)));
        }
        outcome
    }
}

fn contradiction(claimed: &Claimed, seen: &Seen, path: &str) -> Option<String> {
    let (what, said, found) = match &claimed.claim {
        Claim::Size(size) => ("size", size.to_string(), Some(seen.size.to_string())),
        Claim::Sha256(digest) => ("SHA-256", digest.to_string(), seen.sha256.map(|digest| digest.to_string())),
        Claim::Md5(digest) => ("MD5", digest.clone(), seen.md5.clone()),
    };
    let found = found.filter(|found| *found != said)?;
    Some(format!("{} gives {said} as the {what} of {path}, which has {found}", claimed.source))
}

struct Wants {
    sha256: bool,
    md5: bool,
    utf8: bool,
    bytes: bool,
}

fn read(reader: &mut dyn Read, wants: &Wants, size: u64, buffer: &mut [u8]) -> io::Result<Seen> {
    let mut seen = Seen { size: 0, sha256: None, md5: None, bad_utf8: None, bytes: Vec::new() };
    if wants.bytes {
        seen.bytes.reserve_exact(usize::try_from(size).unwrap_or(0));
    }
    let mut sha256 = wants.sha256.then(Hasher::new);
    let mut md5 = wants.md5.then(Md5::new);
    let mut utf8 = wants.utf8.then(Utf8::default);
    loop {
        let read = match reader.read(buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let piece = &buffer[..read];
        seen.size += read as u64;
        // A file that grows while it is read must not fill the memory.
        if wants.bytes && seen.size <= size {
            seen.bytes.extend_from_slice(piece);
        }
        sha256.iter_mut().for_each(|hasher| hasher.update(piece));
        md5.iter_mut().for_each(|hasher| hasher.update(piece));
        utf8.iter_mut().for_each(|utf8| utf8.update(piece));
    }
    seen.sha256 = sha256.map(Hasher::finish);
    seen.md5 = md5.map(|hasher| hex(&hasher.finalize()));
    seen.bad_utf8 = utf8.and_then(Utf8::finish);
    Ok(seen)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Checks text piece by piece; a character may lie across two pieces.
#[derive(Default)]
struct Utf8 {
    pending: Vec<u8>,
    at: u64,
    bad: Option<u64>,
}

impl Utf8 {
    fn update(&mut self, piece: &[u8]) {
        if self.bad.is_some() {
            return;
        }
        let joined;
        let bytes = if self.pending.is_empty() {
            piece
        } else {
            joined = [self.pending.as_slice(), piece].concat();
            &joined
        };
        match std::str::from_utf8(bytes) {
            Ok(_) => {
                self.at += bytes.len() as u64;
                self.pending = Vec::new();
            }
            Err(error) => {
                let good = error.valid_up_to();
                self.at += good as u64;
                if error.error_len().is_some() {
                    self.bad = Some(self.at);
                }
                self.pending = bytes[good..].to_vec();
            }
        }
    }

    fn finish(self) -> Option<u64> {
        self.bad.or_else(|| (!self.pending.is_empty()).then_some(self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::Utf8;

    #[test]
    fn characters_may_lie_across_pieces() {
        let text = "a好😀é".as_bytes();
        for size in 1..=text.len() {
            let mut utf8 = Utf8::default();
            text.chunks(size).for_each(|piece| utf8.update(piece));
            assert_eq!(utf8.finish(), None, "pieces of {size}");
            for cut in [2, 3, 5, 6, 7, 9] {
                let mut utf8 = Utf8::default();
                text[..cut].chunks(size).for_each(|piece| utf8.update(piece));
                assert!(utf8.finish().is_some(), "cut at {cut}");
            }
        }
        let mut utf8 = Utf8::default();
        utf8.update(b"ok\xff");
        assert_eq!(utf8.finish(), Some(2));
    }
}
