//! What is to be imported: the source as the request names it, its files, and the account it was collected from.

use std::collections::BTreeSet;
use std::path::PathBuf;

use duces_archive::{Hold, Holds, ImportInfo, Scratch, SourceFileInfo, ZipInfo};
use duces_files::measure;
use duces_ingest::{DateOrder, Format, IngestError, Mapping, Options, SourceFile};
use duces_model::{Custodian, Digest, Finding, Item, Place, Zone};

use crate::accounts::Accounts;
use crate::attach::{Folder, Named};
use crate::codes;
use crate::error::{CollectError, Result};
use crate::exclude::ExcludeList;
use crate::gather::Gathered;
use crate::look::{self, AccountsSeen, Excluded};
use crate::roots::{Input, Root, Seen, SeenFile};
use crate::sieve::Sieve;

/// A source to be imported.
#[derive(Debug, Clone)]
pub struct SourceSpec {
    /// A file, a folder or a ZIP.
    pub path: PathBuf,
    /// Whose archive it was.
    pub custodian: Custodian,
    /// The account that was collected, where the source does not say it.
    pub account: Option<String>,
    /// The format, where it is not to be told by content.
    pub format: Option<Format>,
    /// The zone of local times in the source.
    pub zone: Option<Zone>,
    /// In which order dates of the source have their numbers, where they do not tell themselves.
    pub date_order: Option<DateOrder>,
    /// The source as the request names it; pages print it.
    pub label: String,
    /// What must not be collected.
    pub exclude: Option<ExcludeList>,
    /// What stands where in tables, texts and pages that no reader knows.
    pub mapping: Option<Mapping>,
}

/// A source that has been looked at: what is to be read, in which order.
pub(crate) struct Survey {
    pub(crate) roots: Vec<Root>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) files: Vec<SeenFile>,
    pub(crate) info: ImportInfo,
    pub(crate) accounts: Accounts,
    pub(crate) findings: Vec<Finding>,
    /// What is to be said of a file unless messages name it.
    pub(crate) refusals: Vec<(usize, Finding)>,
    pub(crate) list: Option<ExcludeList>,
    pub(crate) excluded: Excluded,
    /// The legal holds that stand and name the custodian, or every custodian.
    pub(crate) holds: Vec<Hold>,
}

impl Survey {
    /// Finds the files of a source, digests them, finds out which account was collected and what must not be.
    pub(crate) fn of(spec: &SourceSpec, scratch: &mut Scratch, holds: Holds) -> Result<Self> {
        let options = Options {
            zone: spec.zone.clone(),
            date_order: spec.date_order,
            mapping: spec.mapping.clone(),
            ..Options::default()
        };
        let mut gathered = Gathered::new(spec.format, options, scratch);
        gathered.source(&spec.path)?;
        let Gathered { roots, mut inputs, mut files, zips, mut findings, refusals, .. } = gathered;
        findings.extend(holds.findings.iter().cloned());
        let holds: Vec<Hold> =
            holds.active().filter(|hold| hold.scope.names_custodian(&spec.custodian)).cloned().collect();
        refuse_what_lacks_words(&roots, &inputs)?;
        let (accounts, seen) = accounts(spec, &roots, &mut inputs)?;
        let mut excluded = Excluded::default();
        if let Some(list) = &spec.exclude {
            refuse_own_account(list, spec, &seen)?;
            // Both times each input is read in the same way, so that what is named now is passed over then.
            excluded = look::excluded(&roots, &inputs, list, &holds)?;
            inputs = divide(inputs, &roots, &mut files, list, &excluded);
        }
        if seen.direct && accounts.main().is_none() {
            findings.push(account_unknown(spec, &roots, &inputs));
        }
        let info = info(spec, &roots, &inputs, zips, &accounts)?;
        let list = spec.exclude.clone();
        Ok(Self { roots, inputs, files, info, accounts, findings, refusals, list, excluded, holds })
    }
}

impl Survey {
    /// Opens an input; of one that is partly excluded comes only what is to be collected.
    pub(crate) fn open(&self, input: usize) -> Result<Box<dyn Iterator<Item = Item> + Send + '_>, IngestError> {
        let input = &self.inputs[input];
        let root = &self.roots[input.root];
        let items = root.open(input)?;
        if input.partly_excluded { Ok(Box::new(Sieve::new(items, root, &self.excluded))) } else { Ok(items) }
    }

    /// Returns what is to be said of files that were refused: not of those that messages name, which are their
    /// attachments whatever they hold, nor of those that must not be named.
    pub(crate) fn refused(&self) -> Vec<Finding> {
        let said = |(at, finding): &(usize, Finding)| {
            let file = &self.files[*at];
            let named = self.roots[file.root].folder.named(&file.relative);
            (named == Named::default() && file.is != Seen::Excluded).then(|| finding.clone())
        };
        self.refusals.iter().filter_map(said).collect()
    }

    /// Returns what an error says of an input, with paths as the source has them.
    pub(crate) fn said(&self, input: usize, error: &IngestError) -> String {
        self.roots[self.inputs[input].root].said(&error.to_string())
    }

    /// Returns where the attachments of an input lie.
    pub(crate) fn folder_of(&self, input: usize) -> &Folder {
        &self.roots[self.inputs[input].root].folder
    }

    /// Returns whether the other inputs are read although one cannot be opened. What the caller can mend is an error.
    pub(crate) fn goes_on_after(&self, error: &IngestError) -> bool {
        self.inputs.len() > 1 && !error.asks_the_caller()
    }
}

/// Refuses a source before anything is read where nobody says in which zone times are, or in which order dates have their
/// numbers: the caller can mend that.
fn refuse_what_lacks_words(roots: &[Root], inputs: &[Input]) -> Result<()> {
    inputs.iter().try_for_each(|input| match roots[input.root].open(input) {
        Err(error) if error.asks_the_caller() => Err(error.into()),
        _ => Ok(()),
    })
}

/// Sets apart what holds nothing but what must not be collected.
fn divide(
    inputs: Vec<Input>,
    roots: &[Root],
    files: &mut [SeenFile],
    list: &ExcludeList,
    excluded: &Excluded,
) -> Vec<Input> {
    let (mut kept, mut gone) = (Vec::new(), BTreeSet::new());
    for (mut input, share) in inputs.into_iter().zip(&excluded.inputs) {
        input.partly_excluded = share.excluded > 0;
        if share.excluded == 0 || share.collected > 0 {
            kept.push(input);
            continue;
        }
        let root = &roots[input.root];
        gone.extend(input.file.members.iter().map(|member| root.shown(member)));
        // Its media are known by its records alone.
        for item in root.open(&input).into_iter().flatten() {
            if let Item::Record(record) = item {
                record.attachments.iter().for_each(|attachment| root.folder.note_excluded(attachment));
            }
        }
    }
    for file in files {
        // What bears an id of the list in its name is not named either.
        let unread = !matches!(file.is, Seen::Input(_) | Seen::Opened);
        if gone.contains(&file.shown) || (unread && list.names_any(&file.shown)) {
            file.is = Seen::Excluded;
        }
    }
    kept
}

/// A list that names the account which was collected would leave out everything it said.
fn refuse_own_account(list: &ExcludeList, spec: &SourceSpec, seen: &AccountsSeen) -> Result<()> {
    let named = spec
        .account
        .iter()
        .chain(&seen.sent_from_device)
        .find(|account| list.entries_of_participant(account).next().is_some());
    named.map_or(Ok(()), |account| Err(CollectError::ExcludesAccount { account: account.clone() }))
}

/// Finds out which accounts were collected. Each input is read with that of its own app.
fn accounts(spec: &SourceSpec, roots: &[Root], inputs: &mut [Input]) -> Result<(Accounts, AccountsSeen)> {
    let one_format = inputs.windows(2).all(|pair| pair[0].file.format == pair[1].file.format);
    if spec.account.is_some() && one_format {
        inputs.iter_mut().for_each(|input| input.account.clone_from(&spec.account));
        let accounts = Accounts::new(spec.custodian.clone(), spec.account.clone(), [].into());
        return Ok((accounts, AccountsSeen::default()));
    }
    let seen = look::accounts(roots, inputs)?;
    let accounts = Accounts::new(spec.custodian.clone(), spec.account.clone(), seen.accounts.clone());
    for (input, app) in inputs.iter_mut().zip(&seen.apps) {
        input.account = app.as_ref().map_or_else(|| accounts.main(), |app| accounts.of(app)).map(str::to_owned);
    }
    Ok((accounts, seen))
}

fn account_unknown(spec: &SourceSpec, roots: &[Root], inputs: &[Input]) -> Finding {
    let first = inputs.first().map(|input| roots[input.root].shown(&input.file.path));
    let text = format!(
        "nobody says which account of {} was collected; its 1:1 conversations are kept apart from other custodians' \
         copies; name the account (`--account`) to have both sides recognised",
        spec.custodian
    );
    Finding::new(&codes::ACCOUNT_UNKNOWN, Place::file(first.unwrap_or_else(|| spec.label.clone())), text)
}

fn info(
    spec: &SourceSpec,
    roots: &[Root],
    inputs: &[Input],
    zips: Vec<ZipInfo>,
    accounts: &Accounts,
) -> Result<ImportInfo> {
    let files = inputs.iter().map(|input| info_of(&input.file, &roots[input.root])).collect::<Result<_>>()?;
    Ok(ImportInfo {
        custodian: spec.custodian.clone(),
        account: accounts.main().map(str::to_owned),
        label: spec.label.clone(),
        files,
        zips,
        exclude: spec.exclude.as_ref().map(ExcludeList::digest),
    })
}

/// Digests a file; what is read as one of several files has the digest of their list, as `sha256sum` writes it.
fn info_of(file: &SourceFile, root: &Root) -> Result<SourceFileInfo> {
    let (mut size, mut digest, mut list) = (0, None, String::new());
    for member in &file.members {
        let written = measure(member).map_err(CollectError::File)?;
        size += written.size;
        digest = Some(written.digest);
        list.push_str(&format!("{}  {}\n", written.digest, root.shown(member)));
    }
    let digest = digest.filter(|_| file.members.len() == 1).unwrap_or_else(|| Digest::of(list.as_bytes()));
    Ok(SourceFileInfo { path: root.shown(&file.path), format: file.format.name().to_owned(), size, digest })
}
