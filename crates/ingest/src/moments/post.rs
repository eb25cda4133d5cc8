//! A post as WeFlow writes it: `contentDesc`, `media`, `likes`, `comments`, and for ArkMe who they are.

use duces_model::{AttachmentRole, Comment, Link, LinkKind, Location, Place, Post, Sender};

use super::{Told, drafted, from_xml};
use crate::draft::{Draft, hinted};
use crate::field::filled;
use crate::json_object::Object;
use crate::media::Hint;
use crate::sink::Sink;

pub(super) fn read(row: &Object<'_>, place: &Place, sink: &mut Sink) -> Told {
    let native_id = row.text_in(&["id", "tid"]).filter(|id| id != "0");
    let of_author = row.object("author").unwrap_or_default();
    let author = Sender {
        native_id: row.text("username").or_else(|| of_author.text_in(&["wxid", "username"])),
        name: of_author.text("displayName").or_else(|| row.text("nickname")),
    };
    let xml = from_xml(row.text_in(&["rawXml", "rawXML"]), place, sink);
    let draft = match xml {
        Some(found) => {
            let mut draft = drafted(found.post);
            draft.attachments = found.attachments.into_iter().map(hinted).collect();
            draft.marks.facts = found.facts;
            add_paths(&mut draft, row, native_id.as_deref());
            draft
        }
        None => from_fields(row, native_id.as_deref()),
    };
    Told { draft, author, native_id }
}

fn from_fields(row: &Object<'_>, native_id: Option<&str>) -> Draft {
    let link = link(row);
    let likes = likes(row);
    let mut draft = drafted(Post {
        text: row.text("contentDesc"),
        location: row.object("location").as_ref().and_then(location),
        link: link.clone(),
        audience: None,
        likes,
        comments: comments(row),
    });
    for (index, comment) in said_under(row).iter().enumerate() {
        let stickers = comment.objects("emojis").len();
        let said = (stickers > 0).then(|| format!("{stickers} stickers"));
        draft = draft.fact(&format!("comment {} holds", index + 1), said);
    }
    for (index, medium) in row.objects("media").iter().enumerate() {
        let video = is_video(medium);
        let role = match (link.is_some(), video) {
            (true, false) => AttachmentRole::Thumbnail,
            (_, true) => AttachmentRole::Video,
            (false, false) => AttachmentRole::Picture,
        };
        draft.attachments.push((role, hint(medium, native_id, index, "")));
        if let Some(live) = medium.object("livePhoto") {
            draft.attachments.push((AttachmentRole::Video, hint(&live, native_id, index, "_live")));
        }
    }
    draft
}

/// The tool files media as `media/<post>_<index>`, that of a live picture with `_live` behind it.
fn hint(medium: &Object<'_>, native_id: Option<&str>, index: usize, suffix: &str) -> Hint {
    let stems = native_id.map(|id| format!("{id}_{index}{suffix}")).into_iter();
    Hint { path: medium.text("localPath"), stems: stems.chain(medium.text("md5")).collect(), ..Hint::default() }
}

/// Gives the media of the XML, which stand in the same order, the paths that the tool wrote.
fn add_paths(draft: &mut Draft, row: &Object<'_>, native_id: Option<&str>) {
    let mut hints = Vec::new();
    for (index, medium) in row.objects("media").iter().enumerate() {
        hints.push(hint(medium, native_id, index, ""));
        hints.extend(medium.object("livePhoto").map(|live| hint(&live, native_id, index, "_live")));
    }
    for ((_, own), more) in draft.attachments.iter_mut().zip(hints) {
        own.path = own.path.take().or(more.path);
        own.stems.extend(more.stems);
    }
}

/// What the tool itself takes for the address of a video.
fn is_video(medium: &Object<'_>) -> bool {
    let url = medium.text("url").unwrap_or_default();
    let by_path = medium.text("localPath").is_some_and(|path| path.ends_with(".mp4"));
    by_path || (!url.contains("vweixinthumb") && (url.contains("snsvideodownload") || url.contains(".mp4")))
}

fn link(row: &Object<'_>) -> Option<Link> {
    let (title, url) = (row.text("linkTitle"), row.text("linkUrl"));
    if title.is_none() && url.is_none() {
        return None;
    }
    let article = url.as_deref().is_some_and(|url| url.contains("://mp.weixin.qq.com/"));
    let kind = if article { LinkKind::Article } else { LinkKind::Page };
    Some(Link { kind, title, url, ..Link::default() })
}

fn location(place: &Object<'_>) -> Option<Location> {
    let region = [place.text("country"), place.text("city")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let coordinate = |key: &str| place.text(key).filter(|text| text.parse::<f64>().is_ok_and(|number| number != 0.0));
    let found = Location {
        name: place.text_in(&["poiName", "poiAddressName"]),
        address: place.text_in(&["poiAddress", "label"]).or_else(|| filled(region)),
        latitude: coordinate("latitude"),
        longitude: coordinate("longitude"),
        live: false,
    };
    (found != Location::default()).then_some(found)
}

/// Returns a name with the account, as far as they are there.
fn person(object: &Object<'_>) -> Option<String> {
    let name = object.text_in(&["displayName", "nickname"]);
    match (name, object.text_in(&["wxid", "username"])) {
        (Some(name), Some(id)) if name != id => Some(format!("{name} ({id})")),
        (name, id) => name.or(id),
    }
}

fn likes(row: &Object<'_>) -> Vec<String> {
    let detailed: Vec<String> = row.objects("likesDetail").iter().filter_map(person).collect();
    if detailed.is_empty() { row.texts("likes") } else { detailed }
}

/// The comments, from the list that says more of who wrote them where there is one.
fn said_under<'a>(row: &Object<'a>) -> Vec<Object<'a>> {
    let detailed = row.objects("commentsDetail");
    if detailed.is_empty() { row.objects("comments") } else { detailed }
}

fn comments(row: &Object<'_>) -> Vec<Comment> {
    said_under(row)
        .iter()
        .map(|comment| Comment {
            author: comment.text_in(&["displayName", "nickname"]),
            author_id: comment.text_in(&["wxid", "username"]),
            time: comment.text_in(&["createTime", "create_time"]),
            answers: comment.text_in(&["refDisplayName", "refNickname", "refUsername"]),
            text: comment.text("content").unwrap_or_default(),
        })
        .collect()
}
