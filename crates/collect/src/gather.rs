//! Finding what a source holds: its files, the ZIPs among them that are opened, and what of it all is to be read.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use duces_archive::{ArchiveError, Scratch, ZipInfo};
use duces_files::{ZipIn, ZipRefusal, measure};
use duces_ingest::{Detected, Format, IngestError, Mapping, Options, SourceFile, detect_with};
use duces_model::{Finding, Place};

use crate::codes;
use crate::error::{CollectError, Result};
use crate::look;
use crate::roots::{Input, Root, Seen, SeenFile};
use crate::zips::{self, DEPTH, Listing};

/// What was found so far.
pub(crate) struct Gathered<'a> {
    format: Option<Format>,
    options: Options,
    scratch: &'a mut Scratch,
    pub(crate) roots: Vec<Root>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) files: Vec<SeenFile>,
    pub(crate) zips: Vec<ZipInfo>,
    /// What is to be said in any case.
    pub(crate) findings: Vec<Finding>,
    /// What is to be said of a file unless messages name it: then it is their attachment, whatever it holds.
    pub(crate) refusals: Vec<(usize, Finding)>,
}

impl<'a> Gathered<'a> {
    pub(crate) fn new(format: Option<Format>, options: Options, scratch: &'a mut Scratch) -> Self {
        Self {
            format,
            options,
            scratch,
            roots: Vec::new(),
            inputs: Vec::new(),
            files: Vec::new(),
            zips: Vec::new(),
            findings: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// Looks at the source: a folder, a file, or a ZIP.
    pub(crate) fn source(&mut self, path: &Path) -> Result<()> {
        if path.is_file()
            && zips::is_zip(path)
            && let Some(zip) = self.zip_as_source(path)?
            && self.zip_source(path, zip)?
        {
            return Ok(());
        }
        let detected = match self.format {
            Some(format) if path.is_file() => {
                Detected { root: path.to_owned(), files: vec![SourceFile::single(format, path)], ..Detected::default() }
            }
            None if path.is_file() && self.mapped_format().is_some() => {
                let files = self.mapped_format().map(|format| SourceFile::single(format, path)).into_iter().collect();
                Detected { root: path.to_owned(), files, ..Detected::default() }
            }
            _ => self.detect(path)?,
        };
        self.root(path, String::new(), detected, 0)?;
        if self.inputs.is_empty() {
            let said = self.findings.iter().chain(self.refusals.iter().map(|(_, finding)| finding)).next();
            let reason = said.map_or_else(
                || "it has no file of a format that is read".to_owned(),
                |finding| {
                    let place = finding.place.to_string();
                    if finding.text.starts_with(&place) {
                        finding.text.clone()
                    } else {
                        format!("{place}: {}", finding.text)
                    }
                },
            );
            return Err(CollectError::Nothing { path: path.to_owned(), reason });
        }
        Ok(())
    }

    fn detect(&self, path: &Path) -> Result<Detected, IngestError> {
        detect_with(path, self.options.mapping.as_ref())
    }

    /// Returns how the one file is read of which the caller says where things stand.
    fn mapped_format(&self) -> Option<Format> {
        self.options.mapping.as_ref().and_then(Mapping::format)
    }

    /// Returns a ZIP that is to be opened as the source; `None` where a reader takes the file itself or it is a
    /// document in the form of a ZIP.
    fn zip_as_source(&self, path: &Path) -> Result<Option<Box<ZipIn>>> {
        if self.format.is_none() && (self.mapped_format().is_some() || self.detect(path).is_ok()) {
            return Ok(None);
        }
        match zips::list(path).map_err(CollectError::File)? {
            Listing::MayHoldMessages(zip) => Ok(Some(zip)),
            Listing::Plain => Ok(None),
            Listing::Refused(refusal) => Err(CollectError::Zip { path: path.to_owned(), refusal }),
        }
    }

    /// Takes in what a ZIP holds; false where nothing of it is read, but the caller says that the file itself is.
    fn zip_source(&mut self, path: &Path, zip: Box<ZipIn>) -> Result<bool> {
        let before = self.mark();
        self.roots.push(Root::new(path, String::new(), self.options.clone()));
        let relative = path.file_name().map(PathBuf::from).unwrap_or_default();
        let at = self.see(0, relative, Seen::Companion);
        if self.open_zip(at, path, zip, 1)? {
            return Ok(true);
        }
        if self.format.is_some() {
            self.go_back(&before);
            return Ok(false);
        }
        let within = self.refusals.first().map(|(_, finding)| format!("; {}", finding.text)).unwrap_or_default();
        let reason = format!("it is a ZIP, and none of its files is of a format that is read{within}");
        Err(CollectError::Nothing { path: path.to_owned(), reason })
    }

    /// Takes in a folder or a file: what is to be read, what is not, and the ZIPs that are opened.
    fn root(&mut self, path: &Path, prefix: String, detected: Detected, depth: usize) -> Result<()> {
        let root = self.roots.len();
        self.roots.push(Root::new(path, prefix, self.options.clone()));
        let (inputs, others): (Vec<_>, Vec<_>) =
            detected.files.into_iter().partition(|file| self.format.is_none_or(|format| file.format == format));
        for file in others {
            self.see_members(
                root,
                &file,
                &Seen::Ignored(format!("it is {}, and another format was asked for", file.format)),
            );
        }
        let mut found: Vec<Input> =
            inputs.into_iter().map(|file| Input { root, file, account: None, partly_excluded: false }).collect();
        let mut closed = Vec::new();
        for ignored in detected.ignored {
            let is = if ignored.may_be_media { Seen::Companion } else { Seen::Ignored(ignored.reason) };
            let at = self.see(root, ignored.path, is);
            if ignored.may_be_media {
                closed.extend(self.look_into(at)?);
            }
        }
        self.take_findings(root, detected.findings);
        let attached = self.attached(root, &found, &closed);
        found.retain(|input| {
            let is_attached = own_path(&self.roots[root], input).is_some_and(|path| attached.contains(&path));
            if is_attached {
                self.see_members(root, &input.file, &Seen::Companion);
            }
            !is_attached
        });
        for input in &found {
            self.see_members(root, &input.file, &Seen::Input(input.file.format));
        }
        self.inputs.append(&mut found);
        for (at, zip) in closed {
            if !attached.contains(&self.files[at].relative) {
                let path = zip.path().to_owned();
                self.open_zip(at, &path, zip, depth + 1)?;
            }
        }
        Ok(())
    }

    /// Returns a ZIP that may be opened; one that is refused stays closed, and that is said unless it is an attachment.
    fn look_into(&mut self, at: usize) -> Result<Option<(usize, Box<ZipIn>)>> {
        let file = &self.files[at];
        let path = self.roots[file.root].path.join(&file.relative);
        if !zips::is_zip(&path) {
            return Ok(None);
        }
        match zips::list(&path).map_err(CollectError::File)? {
            Listing::MayHoldMessages(zip) => Ok(Some((at, zip))),
            Listing::Plain => Ok(None),
            Listing::Refused(refusal) => {
                self.refuse_zip(at, &refusal);
                Ok(None)
            }
        }
    }

    fn refuse_zip(&mut self, at: usize, refusal: &ZipRefusal) {
        let place = Place::file(self.files[at].shown.clone());
        let text = format!("{refusal}; nothing of it was read; unpack it and import the folder");
        self.refusals.push((at, Finding::new(&codes::ZIP_REFUSED, place, text)));
    }

    /// Returns the files that are attachments of messages, among those that could be read for messages as well.
    fn attached(&self, root: usize, inputs: &[Input], closed: &[(usize, Box<ZipIn>)]) -> BTreeSet<PathBuf> {
        let mut contested: BTreeSet<PathBuf> = closed.iter().map(|(at, _)| self.files[*at].relative.clone()).collect();
        // One export does not name another of the same tool; where there are several formats, a file can be either.
        let formats: BTreeSet<Format> = inputs.iter().map(|input| input.file.format).collect();
        if formats.len() > 1 {
            contested.extend(inputs.iter().filter_map(|input| own_path(&self.roots[root], input)));
        }
        if contested.is_empty() { contested } else { look::referenced(&self.roots[root], inputs, &contested) }
    }

    /// Unpacks a ZIP and takes in what it holds; leaves it closed where nothing in it is read for messages.
    fn open_zip(&mut self, at: usize, path: &Path, mut zip: Box<ZipIn>, depth: usize) -> Result<bool> {
        if depth > DEPTH {
            let text =
                format!("the ZIP lies {depth} ZIPs deep, and {DEPTH} are opened; unpack it and import the folder");
            let place = Place::file(self.files[at].shown.clone());
            self.refusals.push((at, Finding::new(&codes::ZIP_REFUSED, place, text)));
            return Ok(false);
        }
        let before = self.mark();
        let folder = self.scratch.folder().join(format!("zip-{}", before.roots));
        let unreadable = zips::unpack(&mut zip, &folder, self.scratch)?;
        drop(zip);
        let prefix = format!("{}!/", self.files[at].shown);
        let detected = match self.detect(&folder) {
            Ok(detected) => detected,
            Err(error @ (IngestError::Io { .. } | IngestError::NotFound { .. })) => return Err(error.into()),
            Err(_) => Detected::default(),
        };
        self.root(&folder, prefix.clone(), detected, depth)?;
        if self.inputs.len() == before.inputs {
            // A ZIP within that was not opened may hold what this one was not found to hold.
            let unopened = |(_, finding): &&(usize, Finding)| finding.code == codes::ZIP_REFUSED.name;
            let within = self.refusals[before.refusals..].iter().find(unopened).map(|(_, finding)| finding.clone());
            self.go_back(&before);
            if let Some(within) = within {
                let text = format!("it holds a ZIP that is not opened, {}: {}", within.place, within.text);
                let place = Place::file(self.files[at].shown.clone());
                self.refusals.push((at, Finding::new(&codes::ZIP_REFUSED, place, text)));
            }
            self.scratch.batch()?.disk().remove_dir_all(&folder).map_err(ArchiveError::from)?;
            return Ok(false);
        }
        for member in unreadable {
            let (shown, root) = (format!("{prefix}{}", member.name), before.roots);
            let text = format!("{}; it was left out, the rest of the ZIP was read", member.why);
            self.findings.push(Finding::new(&codes::ZIP_MEMBER, Place::file(shown.clone()), text));
            let is = Seen::Ignored("it cannot be unpacked".to_owned());
            self.files.push(SeenFile { root, relative: PathBuf::from(member.name), shown, size: member.size, is });
        }
        let written = measure(path).map_err(CollectError::File)?;
        self.files[at].is = Seen::Opened;
        self.zips.push(ZipInfo { path: self.files[at].shown.clone(), size: written.size, digest: written.digest });
        Ok(true)
    }

    /// Findings about a file that was refused wait until it is known whether messages name it.
    fn take_findings(&mut self, root: usize, findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        let of_root = self.files.iter().enumerate().filter(|(_, file)| file.root == root);
        let places: HashMap<String, usize> = of_root.map(|(at, file)| (file.shown.clone(), at)).collect();
        for mut finding in findings {
            self.roots[root].rename(&mut finding);
            match places.get(&finding.place.file) {
                Some(at) => self.refusals.push((*at, finding)),
                None => self.findings.push(finding),
            }
        }
    }

    fn see_members(&mut self, root: usize, file: &SourceFile, is: &Seen) {
        for member in &file.members {
            let below = member.strip_prefix(&self.roots[root].path).ok().filter(|below| !below.as_os_str().is_empty());
            let relative = below.or(member.file_name().map(Path::new)).unwrap_or(member).to_owned();
            self.see(root, relative, is.clone());
        }
    }

    fn see(&mut self, root: usize, relative: PathBuf, is: Seen) -> usize {
        let of = &self.roots[root];
        let path = if of.path.is_file() { of.path.clone() } else { of.path.join(&relative) };
        let size = fs::symlink_metadata(&path).map_or(0, |meta| meta.len());
        let shown = of.shown(&path);
        self.files.push(SeenFile { root, relative, shown, size, is });
        self.files.len() - 1
    }

    fn mark(&self) -> Mark {
        Mark {
            roots: self.roots.len(),
            inputs: self.inputs.len(),
            files: self.files.len(),
            zips: self.zips.len(),
            findings: self.findings.len(),
            refusals: self.refusals.len(),
        }
    }

    fn go_back(&mut self, to: &Mark) {
        self.roots.truncate(to.roots);
        self.inputs.truncate(to.inputs);
        self.files.truncate(to.files);
        self.zips.truncate(to.zips);
        self.findings.truncate(to.findings);
        self.refusals.truncate(to.refusals);
    }
}

/// How much was found before a ZIP was tried.
struct Mark {
    roots: usize,
    inputs: usize,
    files: usize,
    zips: usize,
    findings: usize,
    refusals: usize,
}

/// Returns the path of an input that is one file, relative to its root.
fn own_path(root: &Root, input: &Input) -> Option<PathBuf> {
    let [only] = input.file.members.as_slice() else { return None };
    only.strip_prefix(&root.path).ok().filter(|below| !below.as_os_str().is_empty()).map(Path::to_owned)
}
