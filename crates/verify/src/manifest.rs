//! The manifest against the files that are there.

use std::collections::BTreeMap;
use std::io::{self, Read};

use duces_model::{Digest, Place};
use duces_volume::{MANIFEST_NAME, Manifest};

use crate::codes;
use crate::medium::{FileIdx, Medium};
use crate::tally::Tally;

/// The largest manifest that is read; it would list eight million files.
const LARGEST: u64 = 1 << 30;

/// The digests that the manifest gives, by file.
#[derive(Default)]
pub(crate) struct Listed {
    digests: BTreeMap<FileIdx, (Digest, u64)>,
}

impl Listed {
    /// Returns the digest a file should have, and the line of the manifest that says so.
    pub(crate) fn digest(&self, idx: FileIdx) -> Option<(Digest, u64)> {
        self.digests.get(&idx).copied()
    }
}

/// Reads the manifest and checks that it lists the files that are there, no more and no fewer.
pub(crate) fn check(medium: &Medium, tally: &mut Tally) -> Listed {
    let Some(idx) = medium.find(MANIFEST_NAME) else {
        let text = format!("there is no {MANIFEST_NAME}, so the files cannot be checked against what was sent");
        tally.add(&codes::MANIFEST_MISSING, Place::file(MANIFEST_NAME), text);
        tally.not_run("digests of all files", format!("no {MANIFEST_NAME}"));
        return Listed::default();
    };
    let bytes = match read(medium, idx) {
        Ok(bytes) => bytes,
        Err(error) => {
            tally.add(&codes::FILE_UNREADABLE, Place::file(MANIFEST_NAME), error.to_string());
            tally.not_run("digests of all files", "the manifest cannot be read");
            return Listed::default();
        }
    };
    tally.ran("manifest");
    check_form(&bytes, tally);
    let parsed = Manifest::parse(&bytes, MANIFEST_NAME);
    tally.findings.extend(parsed.findings);
    let mut listed = Listed::default();
    for line in parsed.lines {
        match medium.find(line.path.as_str()) {
            Some(idx) => {
                listed.digests.insert(idx, (line.digest, line.line));
            }
            None => {
                let text = format!("line {} of the manifest lists it, but it is not in the volume", line.line);
                tally.add(&codes::MANIFEST_ABSENT, Place::file(line.path.as_str()), text);
            }
        }
    }
    for (other, file) in medium.files().iter().enumerate() {
        if other != idx && listed.digest(other).is_none() {
            let text = "the manifest does not list it: it was added or renamed after the volume was made";
            tally.add(&codes::MANIFEST_UNLISTED, Place::file(file.path.as_str()), text);
        }
    }
    listed
}

fn read(medium: &Medium, idx: FileIdx) -> io::Result<Vec<u8>> {
    if medium.files()[idx].size > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 1 GiB"));
    }
    let mut bytes = Vec::new();
    medium.opener().open(idx)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Says where the manifest is readable but not as `sha256sum` writes it, so that no byte of it can change unseen.
fn check_form(bytes: &[u8], tally: &mut Tally) {
    let place = |line| Place::file(MANIFEST_NAME).at_line(line);
    if bytes.starts_with(b"\xef\xbb\xbf") {
        let text = "the manifest opens with a byte-order mark, on which `sha256sum -c` stumbles";
        tally.add(&codes::MANIFEST_FORM, place(1), text);
    }
    let mut first_mark = None;
    for (number, line) in (1..).zip(bytes.split(|b| *b == b'\n')) {
        let (Some(digest), Some(mark)) = (line.get(..64), line.get(65)) else { continue };
        if digest.iter().any(u8::is_ascii_uppercase) {
            tally.add(
                &codes::MANIFEST_FORM,
                place(number),
                "the digest has upper-case letters; `sha256sum` writes none",
            );
        }
        if *first_mark.get_or_insert(mark) != mark {
            let text = "the mark before the name differs from that of the first line";
            tally.add(&codes::MANIFEST_FORM, place(number), text);
        }
    }
}
