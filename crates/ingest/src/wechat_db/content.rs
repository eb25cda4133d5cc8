//! The body of a message from its type and its content, the same for every WeChat.
//!
//! Which type means what stands in `typed`; all XML goes through `wechat_xml`. A content that does not fit its type is
//! shown as what the type says, as far as that needs no content, else as unknown with its text.

use duces_model::{AttachmentRole, Body, ContactCard, Location, Notice, NoticeKind, Place};

use crate::draft::Draft;
use crate::field::filled;
use crate::media::Hint;
use crate::sink::Sink;
use crate::wechat_xml;
use crate::{codes, notice};

/// What a row says of its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content<'a> {
    /// The base type: 1, 3, 34, 49, 10000 and their like.
    pub(crate) base: i64,
    /// The sub-type, 0 where there is none.
    pub(crate) sub: i64,
    pub(crate) text: &'a str,
}

impl Content<'_> {
    /// Returns whether the app itself says it, and nobody in the conversation.
    pub(crate) fn is_by_app(&self) -> bool {
        BY_APP.contains(&self.base)
    }

    pub(crate) fn draft(&self, place: &Place, sink: &mut Sink) -> Draft {
        if self.base == 1 {
            return Draft::plain(Body::text_of(self.text));
        }
        let is_xml = wechat_xml::looks_like_xml(self.text) || self.text.trim_start().starts_with('<');
        if is_xml && self.is_known() {
            return Draft::from_xml(self.read_as(), self.text, place, sink);
        }
        self.plain().unwrap_or_else(|| self.unknown(place, sink))
    }

    fn is_known(&self) -> bool {
        TYPED.contains(&self.base) || self.is_by_app()
    }

    /// Returns the type under which the XML is read.
    fn read_as(&self) -> i64 {
        match self.base {
            // A request from WeCom looks like one from WeChat; that 65 is one is a guess.
            65 => 37,
            base if self.is_by_app() => base.max(10_000),
            base => base,
        }
    }

    /// Returns the body of a content that is no XML.
    fn plain(&self) -> Option<Draft> {
        let text = self.text;
        Some(match self.base {
            3 => Draft::with(Body::Picture, AttachmentRole::Picture, Hint::default()),
            34 => {
                let body = Body::Voice { duration_ms: voice_duration(text), transcript: None };
                Draft::with(body, AttachmentRole::Voice, Hint::default())
            }
            37 | 65 => Draft::plain(Body::FriendRequest { card: ContactCard::default(), text: text.to_owned() }),
            42 | 66 => Draft::plain(Body::ContactCard(ContactCard { name: filled(text), ..ContactCard::default() })),
            43 | 62 => Draft::with(Body::Video { duration_ms: None }, AttachmentRole::Video, Hint::default()),
            47 => {
                let hint = Hint { stems: digest_in(text).into_iter().collect(), ..Hint::default() };
                Draft::with(Body::Sticker { caption: None, url: None }, AttachmentRole::Sticker, hint)
            }
            48 => Draft::plain(Body::Location(Location { address: filled(text), ..Location::default() })),
            50 => Draft::plain(Body::Call(notice::call(text))),
            _ if self.is_by_app() => Draft::plain(self.system()),
            _ => return None,
        })
    }

    /// Returns what a plain text by the app says: what its own words surely say comes before the sub-type of 3.x.
    fn system(&self) -> Body {
        let told = wechat_xml::plain_notice(self.text);
        let unsure = matches!(&told, Body::Notice(notice) if notice.kind == NoticeKind::Other);
        let of_kind = |kind| Body::Notice(Notice { kind, text: self.text.to_owned() });
        match self.sub {
            1 | 5 | 6 | 33 | 36 | 57 if unsure => wechat_xml::recall_of(self.text),
            4 if unsure => of_kind(NoticeKind::Pat),
            8000 if unsure => of_kind(NoticeKind::Join),
            _ => told,
        }
    }

    fn unknown(&self, place: &Place, sink: &mut Sink) -> Draft {
        let raw_type = match self.sub {
            0 => self.base.to_string(),
            sub => format!("{}/{sub}", self.base),
        };
        if self.base == 49 {
            let text = format!("an app message of type `{raw_type}` holds no XML; shown as unknown");
            sink.finding(&codes::BAD_XML, place, text);
            return Draft::plain(Body::Unknown { raw_type, text: self.text.to_owned() });
        }
        Draft::unknown(raw_type, self.text, place, sink)
    }
}

/// Types whose content is XML.
const TYPED: &[i64] = &[3, 34, 37, 42, 43, 47, 48, 49, 50, 62, 65, 66];

/// Types by which the app speaks: notices of calls in groups (51 to 53, 64), of the system, recalls.
const BY_APP: &[i64] = &[51, 52, 53, 64, 9999, 10_000, 10_002];

/// Unverified: Android writes `<account>:<milliseconds>:<flag>` for a voice message in the place of XML.
fn voice_duration(text: &str) -> Option<u64> {
    let mut parts = text.trim().trim_end_matches(':').rsplit(':');
    let flag = parts.next()?;
    let milliseconds = parts.next()?;
    (flag.len() == 1 && flag.bytes().all(|b| b.is_ascii_digit())).then(|| milliseconds.parse().ok()).flatten()
}

/// Unverified: Android writes a sticker's MD5 between colons in the place of XML.
fn digest_in(text: &str) -> Option<String> {
    let is_digest = |part: &&str| part.len() == 32 && part.bytes().all(|b| b.is_ascii_hexdigit());
    text.split(':').find(is_digest).map(str::to_owned)
}

/// Takes the sender off a message of a group, where it stands before the content as `<account>:` and a line break.
///
/// `known` is the sender as a column names it. A text that only looks so is left as it is: a line `note:` that somebody
/// wrote must not become a sender.
pub(crate) fn split_sender<'a>(text: &'a str, known: Option<&str>, room: &str) -> (Option<&'a str>, &'a str) {
    // No id has a colon, so that the first one ends it.
    let colon = text.bytes().take(LONGEST_ID + 1).position(|byte| byte == b':');
    let parts = colon.and_then(|at| Some((&text[..at], text[at + 1..].strip_prefix('\n')?)));
    let Some((head, rest)) = parts.filter(|(head, _)| is_account(head)) else { return (None, text) };
    match known {
        Some(sender) if sender == head || sender == room => (Some(head), rest),
        None => (Some(head), rest),
        Some(_) => (None, text),
    }
}

/// Returns whether a text is written like the id of an account.
pub(crate) fn is_account(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'@' | b'.');
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(allowed)
}

/// No account has a longer id.
const LONGEST_ID: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_base_type_becomes_a_typed_body_with_xml_and_without() {
        let rows: [(i64, i64, &str, &str); 29] = [
            (1, 0, "<msg>", "Text"),
            (3, 0, "<msg><img md5=\"a\"/></msg>", "Picture"),
            (3, 0, "", "Picture"),
            (34, 0, "<msg><voicemsg voicelength=\"1\"/></msg>", "Voice"),
            (34, 0, "wxid_a:5000:1:\n", "Voice"),
            (37, 0, "<msg fromusername=\"wxid_a\" content=\"hi\"/>", "Friend request"),
            (37, 0, "hi", "Friend request"),
            (42, 0, "<msg username=\"wxid_a\" nickname=\"A\"/>", "Contact card"),
            (43, 0, "<msg><videomsg playlength=\"1\"/></msg>", "Video"),
            (62, 0, "", "Video"),
            (47, 0, "<msg><emoji md5=\"a\"/></msg>", "Sticker"),
            (47, 0, "wxid_a:0:1:0123456789abcdef0123456789abcdef:x", "Sticker"),
            (48, 0, "<msg><location x=\"1\" y=\"2\"/></msg>", "Location"),
            (50, 0, "视频通话 已取消", "Video call"),
            (
                50,
                0,
                "<voipmsg type=\"VoIPBubbleMsg\"><VoIPBubbleMsg><msg>已取消</msg></VoIPBubbleMsg></voipmsg>",
                "Call",
            ),
            (65, 0, "<msg fromusername=\"a@openim\"/>", "Friend request"),
            (66, 0, "<msg username=\"a@openim\"/>", "Contact card"),
            (10_000, 0, "以上是打招呼的内容", "Notice"),
            (10_000, 4, "A 和 B", "Notice"),
            (10_000, 8000, "x", "Notice"),
            (10_000, 1, "x", "Recalled message"),
            (10_000, 0, "你撤回了一条消息", "Recalled message"),
            (10_000, 57, "\"林晓\"退出了群聊", "Notice"),
            (
                10_002,
                0,
                "<sysmsg type=\"revokemsg\"><revokemsg><replacemsg>x</replacemsg></revokemsg></sysmsg>",
                "Recalled message",
            ),
            (64, 0, "{\"msg\":\"x\"}", "Notice"),
            (9999, 0, "x", "Notice"),
            (49, 5, "", "Unknown message type"),
            (49, 5, "<msg><appmsg><type>5</type><url>https://a.test</url></appmsg></msg>", "Link"),
            (11_000, 0, "x", "Unknown message type"),
        ];
        for (base, sub, text, label) in rows {
            let mut sink = Sink::default();
            let draft = Content { base, sub, text }.draft(&Place::default(), &mut sink);
            assert_eq!(draft.body.label(), label, "{base}/{sub} {text}");
            assert_eq!(sink.findings().next().is_some(), label.starts_with("Unknown"), "{base}/{sub} {text}");
        }
        let kind = |sub, text: &str| match (Content { base: 10_000, sub, text }).system() {
            Body::Notice(notice) => notice.kind,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            (kind(4, "x"), kind(8000, "x"), kind(0, "x")),
            (NoticeKind::Pat, NoticeKind::Join, NoticeKind::Other)
        );
    }

    #[test]
    fn a_sender_is_split_off_where_it_surely_is_one() {
        let rows: [(&str, Option<&str>, Option<&str>, &str); 8] = [
            ("wxid_a:\nhello", None, Some("wxid_a"), "hello"),
            ("wxid_a:\nhello", Some("wxid_a"), Some("wxid_a"), "hello"),
            ("wxid_a:\nhello", Some("r@chatroom"), Some("wxid_a"), "hello"),
            ("total:\n5", Some("wxid_a"), None, "total:\n5"),
            ("12@openim:\na:\nb", None, Some("12@openim"), "a:\nb"),
            ("合计:\n5", None, None, "合计:\n5"),
            ("a b:\n5", None, None, "a b:\n5"),
            (":\n5", None, None, ":\n5"),
        ];
        for (text, known, sender, rest) in rows {
            assert_eq!(split_sender(text, known, "r@chatroom"), (sender, rest), "{text}");
        }
    }
}
