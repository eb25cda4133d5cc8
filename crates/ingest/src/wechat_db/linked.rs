//! Where the bytes of a message lie: recordings in a database, files below the account's folder.
//!
//! Unverified, and all here: the month in a path is that of the sending device, so that its neighbours are looked at
//! too; the endings `_W` and `_M` of 4.x pictures; the folders of iOS and Android.

use duces_model::{AttachmentRole, Place, SourceBytes, UtcMillis, Zone};

use super::files::Files;
use crate::codes;
use crate::draft::Draft;
use crate::media::{self, Hint};
use crate::sink::Sink;
use crate::source::Source;
use crate::sqlite::{Cell, Lookup, number_key};

/// Recordings by the server's number of their message.
#[derive(Default)]
pub(crate) struct Voices {
    recordings: Lookup,
}

impl Voices {
    /// Finds the recordings in every table of a name: `columns` are the server's number and the bytes.
    pub(crate) fn of(files: &Files, table: &str, columns: [&str; 2], sink: &mut Sink) -> Self {
        let mut voices = Self::default();
        for at in files.with(table, &columns) {
            let added = voices.recordings.add(&files.databases, at, (table, columns[0]), &columns[1..], number_key);
            if let Err(reason) = added {
                let place = Place::file(format!("{}#{table}", files.name(at)));
                sink.finding(
                    &codes::LOOKUP_UNREADABLE,
                    &place,
                    format!("{reason}; recordings before the fault were used"),
                );
            }
        }
        voices
    }

    /// Gives a voice message its recording.
    pub(crate) fn attach(&self, files: &Files, server_id: &Cell, draft: &mut Draft, place: &Place, sink: &mut Sink) {
        let Some(hint) = hint_of(draft, AttachmentRole::Voice) else { return };
        let Some(key) = number_key(server_id) else { return };
        let mut found: Vec<Vec<u8>> = Vec::new();
        for row in self.recordings.find(&files.databases, key) {
            found.extend(row.cells[0].bytes().map(<[u8]>::to_vec));
        }
        found.dedup();
        if found.len() > 1 {
            sink.finding(&codes::VOICE_AMBIGUOUS, place, format!("{} recordings bear its id", found.len()));
        }
        hint.bytes = found.into_iter().next().map(SourceBytes::new);
    }
}

/// Returns where a message's first attachment of a role is said to lie.
pub(crate) fn hint_of(draft: &mut Draft, role: AttachmentRole) -> Option<&mut Hint> {
    draft.attachments.iter_mut().find(|(of, _)| *of == role).map(|(_, hint)| hint)
}

/// Adds a preview that is there. One that is not says nothing: the message is whole without it.
pub(crate) fn add_preview(draft: &mut Draft, paths: &[String], source: &Source) {
    let there =
        |path: &&String| media::inside(&source.folder, path).is_some_and(|path| source.root.join(path).is_file());
    let Some(path) = paths.iter().find(there) else { return };
    let hint = Hint { exact: vec![path.clone()], ..Hint::default() };
    draft.attachments.push((AttachmentRole::Thumbnail, hint));
}

/// Takes the digest of a file, which its message declares, as one that its bytes must have.
pub(crate) fn declare_digest(draft: &mut Draft) {
    if let Some(hint) = hint_of(draft, AttachmentRole::File) {
        let is_digest = |stem: &&String| stem.len() == 32 && stem.bytes().all(|b| b.is_ascii_hexdigit());
        hint.md5 = hint.stems.iter().find(is_digest).map(|digest| digest.to_lowercase());
    }
}

/// Returns the months, as folders are named by them, that a time may fall into.
pub(crate) fn months(at: UtcMillis, zone: Option<&Zone>) -> Vec<String> {
    const HOUR: i64 = 3_600_000;
    let shifted = |hours: i64| Zone::utc().day(UtcMillis::new(at.millis() + hours * HOUR).unwrap_or(at));
    // Most devices of WeChat run in China; twelve hours behind and fourteen ahead is as far as zones go.
    let mut days = vec![zone.map_or_else(|| shifted(8), |zone| zone.day(at))];
    days.extend([-12, 14].map(shifted));
    let mut months = Vec::new();
    for day in days {
        let (year, month, _) = day.parts();
        if !months.contains(&(year, month)) {
            months.push((year, month));
        }
    }
    months.into_iter().map(|(year, month)| format!("{year:04}-{month:02}")).collect()
}

/// Returns a path as Windows writes it, from the folder below the account's own on.
pub(crate) fn below_account(path: &str) -> String {
    let path = path.replace('\\', "/");
    match path.find("FileStorage/") {
        Some(at) => path[at..].to_owned(),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_near_the_end_of_a_month_has_two() {
        let at = |text: &str| Zone::utc().instant(text).expect("a time");
        assert_eq!(months(at("2024-03-15T12:00:00"), None), ["2024-03"]);
        assert_eq!(months(at("2024-03-31T20:00:00"), None), ["2024-04", "2024-03"]);
        assert_eq!(months(at("2024-04-01T03:00:00"), Some(&Zone::utc())), ["2024-04", "2024-03"]);
    }

    #[test]
    fn a_path_begins_below_the_account() {
        assert_eq!(below_account("wxid_a\\FileStorage\\Video\\2024-03\\x.mp4"), "FileStorage/Video/2024-03/x.mp4");
        assert_eq!(below_account("a/b"), "a/b");
    }
}
