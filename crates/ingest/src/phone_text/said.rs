//! What a text of WhatsApp is beside words: a file, a file that was left out, a place, something deleted or edited.
//!
//! Everything that stands here is a word of the app in one of its languages. The tables hold those that are documented:
//! English, German, Spanish, French and both kinds of Chinese; another language's words stay text.

use duces_model::{AttachmentRole, Body, Call, CallOutcome, Deletion, Edit, Location, NoticeKind, RecordState};

use crate::composed::{self, SentFile};
use crate::draft::Draft;
use crate::media::Hint;

/// Stand before the name of a file, in angle brackets.
const ATTACHED_BEFORE: &[&str] =
    &["attached:", "已附加:", "已附加：", "附件:", "附件：", "Anhang:", "adjunto:", "pièce jointe :", "pièce jointe:"];
/// Stand behind the name of a file, in parentheses.
const ATTACHED_BEHIND: &[&str] =
    &["file attached", "文件附件", "附件文件", "檔案附件", "Datei angehängt", "archivo adjunto", "fichier joint"];
/// Stand where a file was left out, and what it was.
const OMITTED: &[(&str, AttachmentRole)] = &[
    ("<Media omitted>", AttachmentRole::File),
    ("<省略影音内容>", AttachmentRole::File),
    ("<省略影音內容>", AttachmentRole::File),
    ("<省略多媒体文件>", AttachmentRole::File),
    ("<Medien ausgeschlossen>", AttachmentRole::File),
    ("<Multimedia omitido>", AttachmentRole::File),
    ("<Médias omis>", AttachmentRole::File),
    ("image omitted", AttachmentRole::Picture),
    ("图片已略去", AttachmentRole::Picture),
    ("圖片已略去", AttachmentRole::Picture),
    ("video omitted", AttachmentRole::Video),
    ("视频已略去", AttachmentRole::Video),
    ("影片已略去", AttachmentRole::Video),
    ("audio omitted", AttachmentRole::Voice),
    ("音频已略去", AttachmentRole::Voice),
    ("音訊已略去", AttachmentRole::Voice),
    ("sticker omitted", AttachmentRole::Sticker),
    ("贴图已略去", AttachmentRole::Sticker),
    ("貼圖已略去", AttachmentRole::Sticker),
    ("GIF omitted", AttachmentRole::Picture),
    ("Contact card omitted", AttachmentRole::File),
];
/// Behind the name of a document that was left out.
const DOCUMENT_OMITTED: &str = "document omitted";
const DELETED: &[&str] = &[
    "This message was deleted",
    "This message was deleted.",
    "You deleted this message",
    "You deleted this message.",
    "这条消息已删除",
    "您已删除这条消息",
    "此訊息已刪除",
    "您已刪除此訊息",
];
const EDITED: &[&str] = &["<This message was edited>", "<此消息已编辑>", "<這則訊息已編輯>"];
const CALLS: &[(&str, bool)] =
    &[("Missed voice call", false), ("Missed video call", true), ("未接语音通话", false), ("未接视频通话", true)];
const PLACES: &[&str] = &["Location: ", "位置: ", "位置：", "Standort: ", "Ubicación: ", "live location shared"];
/// What names of files of voice messages and stickers begin with.
const VOICE: &[&str] = &["PTT-", "AUD-"];
const STICKER: &[&str] = &["STK-"];

/// Words of notices, and what they are about.
const NOTICES: &[(&str, NoticeKind)] = &[
    (" changed the subject", NoticeKind::Rename),
    (" changed the group name", NoticeKind::Rename),
    ("更改了群组名称", NoticeKind::Rename),
    ("變更了群組名稱", NoticeKind::Rename),
    (" created group", NoticeKind::Other),
    (" created this group", NoticeKind::Other),
    (" changed this group", NoticeKind::Other),
    (" changed the group description", NoticeKind::Other),
    (" joined using", NoticeKind::Join),
    (" was added", NoticeKind::Join),
    (" were added", NoticeKind::Join),
    (" added ", NoticeKind::Join),
    ("添加了", NoticeKind::Join),
    ("已加入", NoticeKind::Join),
    (" left", NoticeKind::Leave),
    (" was removed", NoticeKind::Leave),
    (" were removed", NoticeKind::Leave),
    (" removed ", NoticeKind::Leave),
    ("已退出", NoticeKind::Leave),
    ("退出了", NoticeKind::Leave),
];
/// What a name is never called: the words of a notice that goes on with a colon.
const NO_NAMES: &[&str] = &[
    " changed the subject",
    " changed the group name",
    " created group",
    " changed the group description",
    " changed their phone number",
    "更改了群组名称",
    "變更了群組名稱",
    "end-to-end encrypted",
];

pub(super) fn speaks_of_a_name(text: &str) -> bool {
    NO_NAMES.iter().any(|words| text.contains(words))
}

pub(super) fn notice(text: &str) -> NoticeKind {
    NOTICES.iter().find(|(words, _)| text.contains(words)).map_or(NoticeKind::Other, |(_, kind)| *kind)
}

/// Only groups are created, named, joined and left.
pub(super) fn is_of_group(text: &str) -> bool {
    NOTICES.iter().any(|(words, _)| text.contains(words))
}

pub(super) fn draft(content: &str) -> Draft {
    let (content, edited) = without_edited(content);
    let content = content.replace('\u{200e}', "");
    let content = content.trim_end();
    let mut draft = file(content).or_else(|| left_out(content)).or_else(|| call(content)).or_else(|| place(content));
    if draft.is_none() && DELETED.contains(&content) {
        let mut deleted = Draft::plain(Body::text_of(content));
        deleted.marks.deletion = Some(Deletion::default());
        deleted.state = Some(RecordState::Recalled);
        draft = Some(deleted);
    }
    let mut draft = draft.unwrap_or_else(|| Draft::plain(Body::text_of(content)));
    if edited {
        draft.marks.edits.push(Edit::default());
    }
    draft
}

fn without_edited(content: &str) -> (&str, bool) {
    let trimmed = content.trim_end_matches(['\u{200e}', ' ']);
    match EDITED.iter().find_map(|words| trimmed.strip_suffix(words)) {
        Some(before) => (before.trim_end_matches(['\u{200e}', ' ']), true),
        None => (content, false),
    }
}

/// A file that lies beside the text, with what was written below it.
fn file(content: &str) -> Option<Draft> {
    let (first, caption) = content.split_once('\n').unwrap_or((content, ""));
    let before = |line: &str| -> Option<(String, String)> {
        let at = line.find('<')?;
        let (text, inner) = (line.get(..at)?, line.get(at + 1..)?.strip_suffix('>')?);
        let name = ATTACHED_BEFORE.iter().find_map(|words| inner.strip_prefix(words))?;
        Some((name.trim().to_owned(), text.trim().to_owned()))
    };
    let behind = |line: &str| -> Option<(String, String)> {
        let inner = line.strip_suffix(')').or_else(|| line.strip_suffix('）'))?;
        let name = ATTACHED_BEHIND.iter().find_map(|words| inner.strip_suffix(words))?;
        Some((name.trim_end_matches(['(', '（', ' ']).to_owned(), String::new()))
    };
    let (name, text) = before(first).or_else(|| behind(first))?;
    if name.is_empty() || name.contains('/') {
        return None;
    }
    let caption = [text.as_str(), caption].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    let hint = Hint { exact: vec![name.clone()], ..Hint::default() };
    let named = SentFile::named(&name, hint);
    let starts = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let role = if starts(STICKER) || name.contains("-STICKER-") {
        AttachmentRole::Sticker
    } else if starts(VOICE) || name.contains("-AUDIO-") {
        AttachmentRole::Voice
    } else {
        named.role
    };
    Some(composed::draft(caption, vec![SentFile { role, ..named }]))
}

/// A file of which the export holds no more than that there was one.
fn left_out(content: &str) -> Option<Draft> {
    if let Some((_, role)) = OMITTED.iter().find(|(words, _)| *words == content) {
        return Some(composed::draft(
            String::new(),
            vec![SentFile { role: *role, ..SentFile::named("", Hint::default()) }],
        ));
    }
    let named = content.strip_suffix(DOCUMENT_OMITTED)?;
    if named.contains('\n') {
        return None;
    }
    // `name.pdf • 3 pages document omitted`
    let name = named.split('•').next().unwrap_or_default().trim();
    Some(composed::draft(
        String::new(),
        vec![SentFile { role: AttachmentRole::File, ..SentFile::named(name, Hint::default()) }],
    ))
}

fn call(content: &str) -> Option<Draft> {
    let (_, video) = CALLS.iter().find(|(words, _)| *words == content)?;
    let call =
        Call { video: Some(*video), outcome: Some(CallOutcome::Missed), duration_ms: None, text: content.to_owned() };
    Some(Draft::plain(Body::Call(call)))
}

/// A place: an address of a map with its coordinates, or a live one without.
fn place(content: &str) -> Option<Draft> {
    let rest = PLACES.iter().find_map(|words| content.strip_prefix(words))?;
    let live = content.starts_with("live location");
    if !live && !rest.contains("://") || rest.contains('\n') {
        return None;
    }
    let coordinates = rest.split_once("q=").and_then(|(_, pair)| pair.split_once(','));
    let location = Location {
        latitude: coordinates.map(|(latitude, _)| latitude.to_owned()),
        longitude: coordinates.map(|(_, longitude)| longitude.to_owned()),
        address: (!rest.is_empty()).then(|| rest.to_owned()),
        live,
        ..Location::default()
    };
    Some(Draft::plain(Body::Location(location)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_app_are_told_from_those_of_people() {
        let rows = [
            ("hello", "Text"),
            ("<attached: 00000012-PHOTO-2024-03-05.jpg>", "Picture"),
            ("提单.pdf • 3 页 <已附加：00000013-提单.pdf>", "Message of several parts"),
            ("IMG-20240305-WA0001.jpg (file attached)", "Picture"),
            ("IMG-20240305-WA0001.jpg (file attached)\n看图", "Message of several parts"),
            ("PTT-20240305-WA0002.opus (file attached)", "Voice"),
            ("STK-20240305-WA0003.webp (file attached)", "Sticker"),
            ("陈丽华.vcf (file attached)", "File"),
            ("<Media omitted>", "File"),
            ("圖片已略去", "Picture"),
            ("合同.pdf • \u{200e}3 pages \u{200e}document omitted", "File"),
            ("Missed video call", "Video call"),
            ("Location: https://maps.google.com/?q=31.2,121.5", "Location"),
            ("Location: the usual place", "Text"),
            ("This message was deleted", "Text"),
            ("see <attached: it", "Text"),
        ];
        for (content, label) in rows {
            assert_eq!(draft(content).body.label(), label, "{content}");
        }
        let edited = draft("new price \u{200e}<This message was edited>");
        assert_eq!((edited.body, edited.marks.edits.len()), (Body::text_of("new price"), 1));
        assert!(draft("这条消息已删除").marks.deletion.is_some());
    }
}
