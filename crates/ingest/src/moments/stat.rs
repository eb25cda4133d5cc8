//! A post as WeChatMomentStat writes it: `snsId`, `authorId`, `content`, addresses of media, and most often the app's XML.

use duces_model::{AttachmentRole, Comment, Place, Post, Sender};

use super::{Told, drafted, from_xml};
use crate::draft::hinted;
use crate::json_object::Object;
use crate::media::Hint;
use crate::sink::Sink;

pub(super) fn read(row: &Object<'_>, place: &Place, sink: &mut Sink) -> Told {
    let xml = from_xml(row.text_in(&["rawXML", "rawXml"]), place, sink).unwrap_or_default();
    let author = Sender { native_id: row.text("authorId").or(xml.author_id), name: row.text("authorName") };
    let post = Post {
        text: row.text("content").or(xml.post.text),
        likes: row.objects("likes").iter().filter_map(person).collect(),
        comments: row.objects("comments").iter().map(comment).collect(),
        ..xml.post
    };
    let mut draft = drafted(post);
    draft.attachments = xml.attachments.into_iter().map(hinted).collect();
    if draft.attachments.is_empty() {
        // Addresses alone: the pictures were never collected.
        let pictures = row.texts("mediaList").into_iter().map(|_| (AttachmentRole::Picture, Hint::default()));
        draft.attachments = pictures.collect();
    }
    draft.marks.facts = xml.facts;
    Told { draft, author, native_id: row.text("snsId") }
}

fn person(like: &Object<'_>) -> Option<String> {
    match (like.text("userName"), like.text("userId")) {
        (Some(name), Some(id)) if name != id => Some(format!("{name} ({id})")),
        (name, id) => name.or(id),
    }
}

fn comment(comment: &Object<'_>) -> Comment {
    Comment {
        author: comment.text("authorName"),
        author_id: comment.text("authorId"),
        time: comment.text("timestamp"),
        answers: comment.text_in(&["toUserName", "toUser", "toUserId"]),
        text: comment.text("content").unwrap_or_default(),
    }
}
