//! What is to be imported: the source as the request names it, its files, and the account it was collected from.

use std::path::{Path, PathBuf};

use duces_archive::{ImportInfo, SourceFileInfo};
use duces_files::measure;
use duces_ingest::{Format, Options, SourceFile, detect, open};
use duces_model::{ConversationKind, Custodian, Digest, Finding, Item, Place, Zone};

use crate::codes;
use crate::error::{CollectError, Result};
use crate::report::IgnoredFile;

/// A source to be imported.
#[derive(Debug, Clone)]
pub struct SourceSpec {
    /// A file or a folder.
    pub path: PathBuf,
    /// Whose archive it was.
    pub custodian: Custodian,
    /// The account that was collected, where the source does not say it.
    pub account: Option<String>,
    /// The format, where it is not to be told by content.
    pub format: Option<Format>,
    /// The zone of local times in the source.
    pub zone: Option<Zone>,
    /// The source as the request names it; pages print it.
    pub label: String,
}

/// A source that has been looked at: what is to be read, in which order.
pub(crate) struct Survey {
    pub(crate) root: PathBuf,
    pub(crate) files: Vec<SourceFile>,
    pub(crate) info: ImportInfo,
    pub(crate) options: Options,
    pub(crate) ignored: Vec<IgnoredFile>,
    pub(crate) findings: Vec<Finding>,
}

impl Survey {
    /// Finds the files of a source, digests them, and finds out which account was collected.
    pub(crate) fn of(spec: &SourceSpec) -> Result<Self> {
        let (root, files, ignored, mut findings) = files_of(spec)?;
        let mut options = Options { zone: spec.zone.clone(), account: spec.account.clone(), ..Options::default() };
        let mut infos = Vec::new();
        for file in &files {
            infos.push(info_of(file, &root)?);
        }
        if options.account.is_none() {
            let seen = account_in(&files, &root, &options)?;
            if seen.account.is_none() && seen.direct {
                let place = Place::file(infos.first().map_or("", |info| info.path.as_str()));
                let text = format!(
                    "nobody says which account of {} was collected; its 1:1 conversations are kept apart from other \
                     custodians' copies; name the account (`--account`) to have both sides recognised",
                    spec.custodian
                );
                findings.push(Finding::new(&codes::ACCOUNT_UNKNOWN, place, text));
            }
            options.account = seen.account;
        }
        let info = ImportInfo {
            custodian: spec.custodian.clone(),
            account: options.account.clone(),
            label: spec.label.clone(),
            files: infos,
            zips: Vec::new(),
            exclude: None,
        };
        Ok(Self { root, files, info, options, ignored, findings })
    }
}

/// Digests a file; what is read as one of several files has the digest of their list, as `sha256sum` writes it.
fn info_of(file: &SourceFile, root: &Path) -> Result<SourceFileInfo> {
    let (mut size, mut digest, mut list) = (0, None, String::new());
    for member in &file.members {
        let written = measure(member).map_err(CollectError::File)?;
        size += written.size;
        digest = Some(written.digest);
        list.push_str(&format!("{}  {}\n", written.digest, relative(member, root)));
    }
    let digest = digest.filter(|_| file.members.len() == 1).unwrap_or_else(|| Digest::of(list.as_bytes()));
    Ok(SourceFileInfo { path: relative(&file.path, root), format: file.format.name().to_owned(), size, digest })
}

type Files = (PathBuf, Vec<SourceFile>, Vec<IgnoredFile>, Vec<Finding>);

fn files_of(spec: &SourceSpec) -> Result<Files> {
    if let Some(format) = spec.format
        && spec.path.is_file()
    {
        return Ok((spec.path.clone(), vec![SourceFile::single(format, &spec.path)], Vec::new(), Vec::new()));
    }
    let detected = detect(&spec.path)?;
    let mut ignored: Vec<IgnoredFile> = detected
        .ignored
        .into_iter()
        .map(|file| IgnoredFile { path: slashed(&file.path), reason: file.reason })
        .collect();
    let mut files = detected.files;
    if let Some(format) = spec.format {
        files.retain(|file| {
            let wanted = file.format == format;
            if !wanted {
                ignored.push(IgnoredFile {
                    path: relative(&file.path, &detected.root),
                    reason: format!("it is {}, and only {format} was asked for", file.format),
                });
            }
            wanted
        });
    }
    if files.is_empty() {
        let reason = detected.findings.first().map_or_else(
            || "it has no file of a format that is read".to_owned(),
            |finding| format!("{}: {}", finding.place, finding.text),
        );
        return Err(CollectError::Nothing { path: spec.path.clone(), reason });
    }
    Ok((detected.root, files, ignored, detected.findings))
}

fn relative(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty());
    slashed(below.unwrap_or_else(|| path.file_name().map_or(path, Path::new)))
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// What a source says about the account that was collected.
struct Seen {
    account: Option<String>,
    direct: bool,
}

/// Reads until a record says who the collected account is: it sent it, or it takes part in a 1:1 and is not the other.
fn account_in(files: &[SourceFile], root: &Path, options: &Options) -> Result<Seen> {
    let mut direct = false;
    for file in files {
        for item in open(file, root, options)? {
            let Item::Record(record) = item else { continue };
            let talker = &record.conversation;
            let is_direct = talker.kind == ConversationKind::Direct;
            direct |= is_direct;
            let Some(id) = record.sender.and_then(|sender| sender.native_id) else { continue };
            let own = match record.sent_by_collector {
                Some(own) => own,
                None => is_direct && id != talker.native_id,
            };
            if own {
                return Ok(Seen { account: Some(id), direct });
            }
        }
    }
    Ok(Seen { account: None, direct })
}
