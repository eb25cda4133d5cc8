//! An RSMF as it is handed over: a mail with its ZIP, a ZIP alone, or a manifest with its files beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use duces_files::{ZipEntry, ZipIn, ZipLimits};
use duces_model::{Finding, FindingCode, Place};

use crate::codes;
use crate::error::RsmfError;
use crate::headers::Headers;
use crate::mail::{self, Part};
use crate::manifest::{MANIFEST_NAME, Manifest};
use crate::read::{ReadManifest, read_manifest};
use crate::region;

/// A larger manifest is none: it would have millions of events.
const LARGEST_MANIFEST: u64 = 512 << 20;

/// What Relativity processes at most.
pub(crate) const LARGEST_FILE: u64 = 2 << 30;

/// What its documentation recommends at most.
pub(crate) const MOST_EVENTS: usize = 10_000;

/// An RSMF that was opened.
#[derive(Debug)]
pub struct RsmfFile {
    path: PathBuf,
    place: Place,
    headers: Headers,
    is_mail: bool,
    manifest: String,
    files: Files,
    findings: Vec<Finding>,
}

/// Where the attachments lie.
#[derive(Debug)]
enum Files {
    /// In a ZIP; its files by their names and, where none lies at the root under it, by the last part of their paths.
    Zip(Box<ZipIn>, BTreeMap<String, ZipEntry>),
    /// Beside the manifest.
    Folder(PathBuf),
}

impl RsmfFile {
    /// Opens an RSMF; `place` is what findings call it.
    pub fn open(path: &Path, place: &Place) -> Result<Self, RsmfError> {
        let failed = |source| RsmfError::Io { path: path.to_owned(), source };
        let mut head = Vec::new();
        let file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        file.take(8).read_to_end(&mut head).map_err(failed)?;
        let mut opened = Self {
            path: path.to_owned(),
            place: place.clone(),
            headers: Headers::default(),
            is_mail: false,
            manifest: String::new(),
            files: Files::Folder(path.parent().map(Path::to_owned).unwrap_or_default()),
            findings: Vec::new(),
        };
        if size > LARGEST_FILE {
            opened.say(&codes::TOO_LARGE, format!("the file has {size} bytes; it was read all the same"));
        }
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        if head.starts_with(b"PK") {
            opened.take_zip(ZipIn::open(path, &limits())?)?;
        } else if head.trim_ascii_start().starts_with(b"{") {
            opened.manifest = opened.text_of(File::open(path).map_err(failed)?, size)?;
        } else {
            opened.take_mail()?;
        }
        Ok(opened)
    }

    /// Returns the mail's headers; none where it is no mail.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Returns whether attachments lie as files beside the manifest rather than in a ZIP.
    pub fn is_folder(&self) -> bool {
        matches!(self.files, Files::Folder(_))
    }

    /// Reads the manifest; the findings are those of the whole file.
    pub fn read(&self) -> Result<ReadManifest<'_>, RsmfError> {
        let mut read = read_manifest(&self.manifest, &self.place).map_err(|reason| self.wrong(reason))?;
        let mut findings = self.findings.clone();
        findings.append(&mut read.findings);
        self.check_files(&read, &mut findings);
        self.check_headers(&read, &mut findings);
        if read.events.len() > MOST_EVENTS {
            let text = format!("{} events; Relativity recommends at most {MOST_EVENTS}", read.events.len());
            findings.push(self.finding(&codes::TOO_MANY_EVENTS, text));
        }
        read.findings = findings;
        Ok(read)
    }

    /// Returns the bytes of a file that the manifest names; `None` where there is no such file.
    pub fn attachment(&mut self, id: &str) -> Result<Option<Vec<u8>>, RsmfError> {
        let Some(entry) = self.entry(id) else { return Ok(None) };
        match &mut self.files {
            Files::Zip(zip, _) => {
                let mut bytes = Vec::new();
                let failed = |source| RsmfError::Io { path: self.path.clone(), source };
                zip.open_entry(&entry)?.read_to_end(&mut bytes).map_err(failed)?;
                Ok(Some(bytes))
            }
            Files::Folder(_) => Ok(None),
        }
    }

    fn entry(&self, id: &str) -> Option<ZipEntry> {
        let Files::Zip(_, names) = &self.files else { return None };
        names.get(id).cloned()
    }

    fn take_mail(&mut self) -> Result<(), RsmfError> {
        let mut mail = mail::scan(&self.path)?;
        self.headers = std::mem::take(&mut mail.headers);
        self.is_mail = true;
        let attached: Vec<(&Part, String)> =
            mail.parts.iter().filter_map(|part| Some((part, part.attached_as()?))).collect();
        let named = attached.iter().find(|(_, name)| name.eq_ignore_ascii_case("rsmf.zip"));
        let like_zip = || attached.iter().find(|(_, name)| name.to_lowercase().ends_with(".zip"));
        let Some((part, name)) = named.or_else(like_zip) else {
            let names: Vec<&str> = attached.iter().map(|(_, name)| name.as_str()).collect();
            let reason = match names.as_slice() {
                [] => "the mail has no attachment, where rsmf.zip should be".to_owned(),
                names => format!("the mail has no rsmf.zip among its attachments: {}", names.join(", ")),
            };
            return Err(self.wrong(reason));
        };
        if attached.len() > 1 {
            let others: Vec<&str> =
                attached.iter().filter(|(other, _)| !std::ptr::eq(*other, *part)).map(|(_, n)| n.as_str()).collect();
            let text = format!("beside `{name}` the mail has {}; it was not read", others.join(", "));
            self.say(&codes::ATTACHMENTS, text);
        }
        if !name.eq_ignore_ascii_case("rsmf.zip") {
            self.say(&codes::ATTACHMENT_NAME, format!("the attachment is named `{name}`"));
        }
        let encoding = part.headers.kind("Content-Transfer-Encoding");
        if encoding.as_deref() != Some("base64") {
            let text = format!("the attachment is encoded as `{}`", encoding.as_deref().unwrap_or("7bit"));
            self.say(&codes::ATTACHMENT_NAME, text);
        }
        let content = region::content_of(&self.path, part)?;
        let content = content.ok_or_else(|| self.wrong("its attachment is encoded in a way that is not read"))?;
        self.take_zip(ZipIn::within(&self.path, content, &limits())?)
    }

    fn take_zip(&mut self, zip: ZipIn) -> Result<(), RsmfError> {
        for entry in zip.entries().iter().filter(|entry| entry.name.contains('/')) {
            self.say(&codes::FILE_FOLDER, format!("`{}` lies in a folder", entry.name));
        }
        // Where all lie in a folder by mistake, the names within it are meant.
        let short = |entry: &ZipEntry| entry.name.rsplit('/').next().unwrap_or_default().to_owned();
        let mut names: BTreeMap<String, ZipEntry> = zip.entries().iter().map(|e| (short(e), e.clone())).collect();
        names.extend(zip.entries().iter().map(|entry| (entry.name.clone(), entry.clone())));
        let Some(entry) = names.get(MANIFEST_NAME) else {
            return Err(self.wrong(format!("its ZIP has no {MANIFEST_NAME}")));
        };
        self.manifest = self.text_of(zip.clone().open_entry(entry)?, entry.size)?;
        self.files = Files::Zip(Box::new(zip), names);
        Ok(())
    }

    fn text_of(&self, reader: impl Read, size: u64) -> Result<String, RsmfError> {
        if size > LARGEST_MANIFEST {
            return Err(self.wrong(format!("its manifest has {size} bytes, more than {LARGEST_MANIFEST}")));
        }
        let mut bytes = Vec::new();
        let read = reader.take(LARGEST_MANIFEST).read_to_end(&mut bytes);
        read.map_err(|source| RsmfError::Io { path: self.path.clone(), source })?;
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            self.wrong(format!("its manifest is no UTF-8 at byte {at}"))
        })
    }

    fn check_files(&self, read: &ReadManifest<'_>, findings: &mut Vec<Finding>) {
        let mut named = BTreeSet::from([MANIFEST_NAME]);
        let head = &read.head;
        let avatars = head.participants.iter().filter_map(|p| p.avatar.as_deref());
        let icons = head.conversations.iter().filter_map(|c| c.icon.as_deref());
        let heads = avatars.chain(icons).map(|id| (&self.place, id));
        let events = read.events.iter().filter_map(|read| Some((&read.place, read.event.as_ref()?)));
        let attachments =
            events.flat_map(|(place, event)| event.attachments.iter().map(move |a| (place, a.id.as_str())));
        for (place, id) in heads.chain(attachments) {
            if named.insert(id) && !id.is_empty() && !self.holds(id) {
                let text = format!("the manifest names the file `{id}`, which is not there");
                findings.push(Finding::new(&codes::FILE_MISSING, place.clone(), text));
            }
        }
        let Files::Zip(zip, _) = &self.files else { return };
        for entry in zip.entries() {
            let name = entry.name.rsplit('/').next().unwrap_or_default();
            if !named.contains(entry.name.as_str()) && !named.contains(name) {
                let text = format!("nothing in the manifest names the file `{}`", entry.name);
                findings.push(self.finding(&codes::FILE_UNREFERENCED, text));
            }
        }
    }

    fn holds(&self, id: &str) -> bool {
        match &self.files {
            Files::Zip(_, names) => names.contains_key(id),
            // Only a plain name can lie beside the manifest.
            Files::Folder(folder) => {
                let plain = !id.contains(['/', '\\']) && id != ".." && id != ".";
                plain && fs::symlink_metadata(folder.join(id)).is_ok_and(|facts| facts.is_file())
            }
        }
    }

    fn check_headers(&self, read: &ReadManifest<'_>, findings: &mut Vec<Finding>) {
        if !self.is_mail {
            return;
        }
        if self.headers.get("X-RSMF-Version").is_none() {
            findings.push(self.finding(&codes::HEADER_VERSION, codes::HEADER_VERSION.summary));
        }
        let Manifest { version, event_collection_id, .. } = &read.head;
        let count = read.events.len().to_string();
        let expected = [
            ("X-RSMF-Version", Some(version.as_str())),
            ("X-RSMF-EventCount", Some(count.as_str())),
            ("X-RSMF-EventCollectionID", event_collection_id.as_deref()),
        ];
        for (name, expected) in expected {
            let (Some(expected), Some(found)) = (expected, self.headers.get(name)) else { continue };
            if found != expected {
                let text = format!("{name} is `{found}`; the manifest has `{expected}`");
                findings.push(self.finding(&codes::HEADER_DIFFERS, text));
            }
        }
    }

    fn say(&mut self, code: &FindingCode, text: impl Into<String>) {
        let finding = self.finding(code, text);
        self.findings.push(finding);
    }

    fn finding(&self, code: &FindingCode, text: impl Into<String>) -> Finding {
        Finding::new(code, self.place.clone(), text)
    }

    fn wrong(&self, reason: impl Into<String>) -> RsmfError {
        RsmfError::Wrong { path: self.path.clone(), reason: reason.into() }
    }
}

/// What the ZIP of an RSMF may claim to hold.
fn limits() -> ZipLimits {
    ZipLimits { entries: 1_000_000, entry: LARGEST_FILE, total: 4 * LARGEST_FILE, ..ZipLimits::default() }
}
