//! A file that was sent, as the markup describes it (`URIObject`), and where its bytes may lie in the export.

use std::fs;

use duces_model::{AttachmentRole, Fact};

use crate::composed::SentFile;
use crate::field::filled;
use crate::media::{self, Hint};
use crate::page_part::{Part, Selector};
use crate::source::Source;
use crate::teams::attachment;
use crate::teams::keys::Keys;

/// A file as the markup describes it.
#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) name: Option<String>,
    pub(super) size: Option<u64>,
    pub(super) id: Option<String>,
    pub(super) facts: Vec<Fact>,
}

/// Reads the markup of a file.
pub(super) fn of(markup: &str) -> Object {
    let part = Part::of(markup);
    let find = |selector: &str| Selector::parse(selector).and_then(|selector| part.find(&selector));
    let attribute = |selector: &str, name: &str| {
        let value = find(selector).and_then(|element| element.tag.attribute(name));
        value.and_then(|value| filled(value.trim()))
    };
    let uri = attribute("uriobject", "uri");
    let id = attribute("uriobject", "doc_id").or_else(|| uri.as_deref().and_then(attachment::object_of));
    let text = |selector: &str| find(selector).and_then(|element| filled(part.text(element).trim()));
    let facts = [("title", text("title")), ("description", text("description")), ("address", uri)];
    Object {
        name: attribute("originalname", "v").or_else(|| attribute("meta", "originalname")),
        size: attribute("filesize", "v").and_then(|size| size.parse().ok()),
        id,
        facts: facts.into_iter().filter_map(|(name, value)| value.map(|value| Fact::new(name, value))).collect(),
    }
}

/// Returns the files of a message: those that it refers to, the described one first.
pub(super) fn files(object: &Object, message: &Keys<'_>, role: AttachmentRole, source: &Source) -> Vec<SentFile> {
    let mut ids = message.texts("amsreferences");
    if let Some(id) = object.id.as_ref().filter(|id| !ids.contains(id)) {
        ids.insert(0, id.clone());
    }
    if ids.is_empty() {
        ids.push(String::new());
    }
    let files = ids.into_iter().enumerate().map(|(at, id)| {
        let described = at == 0;
        let hint = Hint { stems: stems(&id, source), ..Hint::default() };
        let name = object.name.clone().filter(|_| described);
        SentFile { role, name, size: object.size.filter(|_| described), duration_ms: None, hint }
    });
    files.collect()
}

/// The bytes lie in `media` as `ID.1.jpg`, `ID.2.jpg` and so on, beside `ID.json` about them. Which number is the file as
/// it was sent is not documented: the largest is, since the others are previews of it.
pub(super) fn stems(id: &str, source: &Source) -> Vec<String> {
    const MOST: u32 = 9;
    if id.is_empty() {
        return Vec::new();
    }
    let names = std::iter::once(id.to_owned()).chain((1..=MOST).map(|number| format!("{id}.{number}")));
    let mut found: Vec<(u64, String)> = names
        .filter_map(|name| {
            let sizes = media::lookup(source, &name).into_iter();
            let largest =
                sizes.filter_map(|path| fs::metadata(source.root.join(path)).ok()).map(|meta| meta.len()).max()?;
            Some((largest, name))
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    // An id that is nowhere still says that something was sent and is missing.
    if found.is_empty() { vec![id.to_owned()] } else { found.into_iter().map(|(_, name)| name).collect() }
}
