//! Where 4.x keeps pictures, videos and files: by their digests, and as hardlink.db says.

use std::collections::HashMap;

use duces_model::{AttachmentRole, Place, UtcMillis};

use super::files::Files;
use super::linked::{self, add_preview, hint_of};
use super::packed::PackedInfo;
use super::people::each_row;
use super::reading::Reading;
use crate::codes;
use crate::draft::Draft;
use crate::sink::Sink;
use crate::sqlite::{Cell, Lookup, digest_key};

/// The tables of hardlink.db; which versions have which stands in the facts that published tools share.
const TABLES: [(&str, AttachmentRole); 6] = [
    ("image_hardlink_info_v4", AttachmentRole::Picture),
    ("image_hardlink_info_v3", AttachmentRole::Picture),
    ("video_hardlink_info_v4", AttachmentRole::Video),
    ("video_hardlink_info_v3", AttachmentRole::Video),
    ("file_hardlink_info_v4", AttachmentRole::File),
    ("file_hardlink_info_v3", AttachmentRole::File),
];

/// Endings of a picture's name: the original, then what the conversation showed.
const PICTURES: [&str; 4] = ["_h", "", "_W", "_M"];
/// Endings of a preview's name.
const PREVIEWS: [&str; 3] = ["_t", "_t_W", "_t_M"];

/// What hardlink.db knows.
#[derive(Default)]
pub(crate) struct Media {
    pictures: Lookup,
    videos: Lookup,
    files: Lookup,
    /// The folders by number.
    folders: HashMap<i64, String>,
}

impl Media {
    pub(crate) fn of(files: &Files, sink: &mut Sink) -> Self {
        let mut media = Self::default();
        let columns = ["md5", "file_name", "dir1", "dir2"];
        let key = |cell: &Cell| cell.text().and_then(|text| digest_key(&text));
        for (table, role) in TABLES {
            for at in files.with(table, &columns) {
                let lookup = media.of_role(role);
                if let Err(reason) = lookup.add(&files.databases, at, (table, columns[0]), &columns[1..], key) {
                    let place = Place::file(format!("{}#{table}", files.name(at)));
                    sink.finding(&codes::LOOKUP_UNREADABLE, &place, reason);
                }
            }
        }
        each_row(files, "dir2id", &["username"], sink, |_, row, _| {
            media.folders.extend(row.cells[0].owned_text().map(|name| (row.id, name)));
        });
        media
    }

    fn of_role(&mut self, role: AttachmentRole) -> &mut Lookup {
        match role {
            AttachmentRole::Picture => &mut self.pictures,
            AttachmentRole::Video => &mut self.videos,
            _ => &mut self.files,
        }
    }

    /// Says where the bytes of a message may lie.
    pub(crate) fn link(&self, reading: &Reading, hash: &str, sent: UtcMillis, info: &PackedInfo, draft: &mut Draft) {
        let Some((role, _)) = draft.attachments.first() else { return };
        match role {
            AttachmentRole::Picture => self.picture(reading, hash, sent, info, draft),
            AttachmentRole::Video => self.video(reading, sent, info, draft),
            AttachmentRole::File => self.file(reading, sent, draft),
            _ => {}
        }
    }

    fn picture(&self, reading: &Reading, hash: &str, sent: UtcMillis, info: &PackedInfo, draft: &mut Draft) {
        let Some(hint) = hint_of(draft, AttachmentRole::Picture) else { return };
        let mut digests: Vec<String> = info.picture.iter().cloned().collect();
        let months = linked::months(sent, reading.source.options.zone.as_ref());
        let folders: Vec<String> = months.iter().map(|month| format!("msg/attach/{hash}/{month}/Img")).collect();
        let named = |endings: &[&str], digests: &[String]| -> Vec<String> {
            let of = |folder: &String, digest: &String| -> Vec<String> {
                endings.iter().map(|ending| format!("{folder}/{digest}{ending}.dat")).collect()
            };
            folders.iter().flat_map(|folder| digests.iter().flat_map(move |digest| of(folder, digest))).collect()
        };
        hint.exact.extend(named(&PICTURES, &digests));
        digests.append(&mut hint.stems);
        for digest in &digests {
            hint.exact.extend(self.paths(reading, &self.pictures, digest, |name, dir1, dir2| {
                format!("msg/attach/{dir1}/{dir2}/Img/{name}")
            }));
        }
        hint.stems = digests.iter().flat_map(|digest| PICTURES.map(|ending| format!("{digest}{ending}"))).collect();
        if !hint.exact.iter().any(|path| is_there(reading, path)) {
            add_preview(draft, &named(&PREVIEWS, &digests), &reading.source);
        }
    }

    fn video(&self, reading: &Reading, sent: UtcMillis, info: &PackedInfo, draft: &mut Draft) {
        let Some(hint) = hint_of(draft, AttachmentRole::Video) else { return };
        let mut digests: Vec<String> = info.video.iter().cloned().collect();
        digests.append(&mut hint.stems);
        let months = linked::months(sent, reading.source.options.zone.as_ref());
        let named = |ending: &str| -> Vec<String> {
            let of = |month| digests.iter().map(move |digest| format!("msg/video/{month}/{digest}{ending}"));
            months.iter().flat_map(of).collect()
        };
        hint.exact.extend(named(".mp4"));
        for digest in &digests {
            hint.exact
                .extend(self.paths(reading, &self.videos, digest, |name, dir1, _| format!("msg/video/{dir1}/{name}")));
        }
        let previews = [named("_thumb.jpg"), named(".jpg")].concat();
        hint.stems = digests;
        add_preview(draft, &previews, &reading.source);
    }

    fn file(&self, reading: &Reading, sent: UtcMillis, draft: &mut Draft) {
        linked::declare_digest(draft);
        let Some(hint) = hint_of(draft, AttachmentRole::File) else { return };
        for digest in hint.md5.iter() {
            hint.exact
                .extend(self.paths(reading, &self.files, digest, |name, dir1, _| format!("msg/file/{dir1}/{name}")));
        }
        let months = linked::months(sent, reading.source.options.zone.as_ref());
        let name = hint.name.as_deref().filter(|name| !name.contains(['/', '\\']));
        hint.exact.extend(months.iter().filter_map(|month| Some(format!("msg/file/{month}/{}", name?))));
    }

    /// Returns the paths that hardlink.db has for a digest.
    fn paths(
        &self,
        reading: &Reading,
        lookup: &Lookup,
        digest: &str,
        path: impl Fn(&str, &str, &str) -> String,
    ) -> Vec<String> {
        let Some(key) = digest_key(digest) else { return Vec::new() };
        let folder = |cell: &Cell| cell.int().and_then(|number| self.folders.get(&number)).map_or("", String::as_str);
        let rows = lookup.find(&reading.files.databases, key);
        let of = |row: &crate::sqlite::StoredRow| {
            Some(path(&row.cells[0].text()?, folder(&row.cells[1]), folder(&row.cells[2])))
        };
        rows.iter().filter_map(of).collect()
    }
}

fn is_there(reading: &Reading, path: &str) -> bool {
    let source = &reading.source;
    crate::media::inside(&source.folder, path).is_some_and(|path| source.root.join(path).is_file())
}
