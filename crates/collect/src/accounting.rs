//! What became of every file of a source: the lists that head the import report and that a survey prints.

use std::collections::{BTreeMap, BTreeSet};

use duces_archive::{Excluded, ImportInfo};

use crate::report::{ExclusionReport, FileFate, FileReport, InputReport, ZipReport};
use crate::roots::{Seen, SeenFile};
use crate::source::Survey;
use crate::tally::Tally;

/// Lists the files as a survey sees them, before anything is read.
pub(crate) fn surveyed(survey: &Survey) -> Vec<FileReport> {
    let report = |(at, file): (usize, &SeenFile)| {
        let (fate, format, reason) = match &file.is {
            Seen::Input(format) => (FileFate::ToBeRead, Some(format.name().to_owned()), None),
            Seen::Opened => (FileFate::Opened, None, None),
            Seen::Companion => match refusal(survey, at) {
                Some(why) => (FileFate::Ignored, None, Some(why)),
                None => (FileFate::HoldsNoMessages, None, None),
            },
            Seen::Ignored(reason) => (FileFate::Ignored, None, Some(reason.clone())),
            Seen::Excluded => return None,
        };
        Some(FileReport {
            path: file.shown.clone(),
            size: file.size,
            fate,
            format,
            records: None,
            references: 0,
            reason,
        })
    };
    sorted(survey.files.iter().enumerate().filter_map(report).collect())
}

/// Lists the files after reading.
pub(crate) fn read(survey: &Survey, tally: &mut Tally) -> Vec<FileReport> {
    let mut failed: BTreeMap<String, String> = BTreeMap::new();
    let mut partly: BTreeSet<String> = BTreeSet::new();
    for (input, of) in survey.inputs.iter().zip(&tally.inputs) {
        let members = || input.file.members.iter().map(|member| survey.roots[input.root].shown(member));
        if let Some(why) = &of.failed {
            failed.extend(members().map(|member| (member, why.clone())));
        }
        if input.partly_excluded {
            partly.extend(members());
        }
    }
    let files = survey.files.iter().enumerate().filter_map(|(at, file)| match &file.is {
        Seen::Input(format) => Some(match failed.get(&file.shown) {
            Some(why) => told(file, FileFate::Ignored, 0, Some(why.clone())),
            None => {
                let is_partly = partly.contains(&file.shown);
                FileReport { format: Some(format.name().to_owned()), ..of_input(file, tally, is_partly) }
            }
        }),
        Seen::Opened => Some(told(file, FileFate::Opened, 0, None)),
        Seen::Excluded => None,
        Seen::Companion | Seen::Ignored(_) => of_other(survey, at, file),
    });
    sorted(files.collect())
}

fn of_input(file: &SeenFile, tally: &mut Tally, partly_excluded: bool) -> FileReport {
    let met = tally.file(&file.shown);
    let mut reasons = Vec::new();
    if met.excepted > 0 {
        reasons.push(format!("{} records could not be read and are kept as they are", met.excepted));
    }
    if met.errors > 0 {
        reasons.push("some of it could not be read, as the findings say".to_owned());
    }
    let fate = if reasons.is_empty() { FileFate::Read } else { FileFate::ReadInPart };
    if partly_excluded {
        reasons.push("some of it must not be collected".to_owned());
    }
    let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
    FileReport { records: (met.records > 0).then_some(met.records), ..told(file, fate, 0, reason) }
}

/// A file that was not read; nothing where only what must not be collected names it.
fn of_other(survey: &Survey, at: usize, file: &SeenFile) -> Option<FileReport> {
    let named = survey.roots[file.root].folder.named(&file.relative);
    match &file.is {
        _ if named.collected > 0 => Some(told(file, FileFate::Media, named.collected, None)),
        _ if named.excluded > 0 => None,
        Seen::Ignored(reason) => Some(told(file, FileFate::Ignored, 0, Some(reason.clone()))),
        _ => Some(match refusal(survey, at) {
            Some(why) => told(file, FileFate::Ignored, 0, Some(why)),
            None => told(file, FileFate::Unreferenced, 0, None),
        }),
    }
}

/// Returns why a file was refused that might be an attachment all the same.
fn refusal(survey: &Survey, at: usize) -> Option<String> {
    survey.refusals.iter().find(|(of, _)| *of == at).map(|(_, finding)| finding.text.clone())
}

fn told(file: &SeenFile, fate: FileFate, references: u64, reason: Option<String>) -> FileReport {
    FileReport { path: file.shown.clone(), size: file.size, fate, format: None, records: None, references, reason }
}

fn sorted(mut files: Vec<FileReport>) -> Vec<FileReport> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Lists what was read as one each.
pub(crate) fn inputs(info: &ImportInfo, tally: &Tally) -> Vec<InputReport> {
    let report = |(file, of): (&duces_archive::SourceFileInfo, &crate::tally::InputTally)| InputReport {
        path: file.path.clone(),
        format: file.format.clone(),
        size: file.size,
        sha256: file.digest,
        records: of.records,
        messages: of.messages,
        duplicates: of.duplicates,
        excepted: of.excepted,
        first: of.span.map(|span| span.0),
        last: of.span.map(|span| span.1),
        failed: of.failed.clone(),
    };
    info.files.iter().zip(&tally.inputs).map(report).collect()
}

/// Lists the ZIPs that were opened.
pub(crate) fn zips(info: &ImportInfo) -> Vec<ZipReport> {
    let report =
        |zip: &duces_archive::ZipInfo| ZipReport { path: zip.path.clone(), size: zip.size, sha256: zip.digest };
    info.zips.iter().map(report).collect()
}

/// Says what was left out.
pub(crate) fn exclusions(survey: &Survey) -> Option<ExclusionReport> {
    let list = survey.list.as_ref()?;
    let excluded = &survey.excluded;
    let entries = list.entries().iter().enumerate().map(|(at, entry)| Excluded {
        what: entry.what,
        id: entry.id.clone(),
        decided_by: entry.decided_by.clone(),
        reason: entry.reason.clone(),
        decided_on: entry.date.to_string(),
        conversations: excluded.conversations.iter().filter(|talk| talk.entry == at).count() as u64,
        records: excluded.records[at],
    });
    let hidden = |file: &&SeenFile| match &file.is {
        Seen::Excluded => true,
        Seen::Companion | Seen::Ignored(_) => {
            let named = survey.roots[file.root].folder.named(&file.relative);
            named.collected == 0 && named.excluded > 0
        }
        Seen::Input(_) | Seen::Opened => false,
    };
    Some(ExclusionReport {
        list: list.digest(),
        entries: entries.collect(),
        sent_elsewhere: excluded.sent_elsewhere.clone(),
        files: survey.files.iter().filter(hidden).count() as u64,
        unreadable: excluded.unreadable(),
    })
}
