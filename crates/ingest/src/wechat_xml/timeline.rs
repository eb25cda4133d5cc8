//! Posts of Moments: `TimelineObject`, the app's own form, alone or in the `SnsDataItem` of a 4.x database, which adds
//! what others said under it.

use duces_model::{AttachmentRole, Comment, Fact, Link, LinkKind, Location, Post};

use super::{Node, XmlAttachment};

/// A post read from its XML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TimelinePost {
    pub(crate) native_id: Option<String>,
    pub(crate) author_id: Option<String>,
    pub(crate) author: Option<String>,
    /// Seconds since 1970, as the XML writes them.
    pub(crate) time: Option<String>,
    pub(crate) post: Post,
    pub(crate) attachments: Vec<XmlAttachment>,
    /// What else it says and no other field holds.
    pub(crate) facts: Vec<Fact>,
    /// What is wrong with its XML, where it was read all the same.
    pub(crate) damage: Option<String>,
}

/// Which `contentStyle` (in databases `type`) shares music; the others are told by whether there is an address. No
/// source documents the numbers in full.
const MUSIC_STYLES: &[&str] = &["4", "42"];
/// Which `type` of a medium is a video; a length or a digest of a video says so too.
const VIDEO_TYPES: &[&str] = &["4", "6", "15"];

/// What the lists of those who liked a post, and of comments, are called by one version or another.
const LIKE_LISTS: &[&str] = &["like_user_list", "LikeUserList", "likeUserList", "likeList"];
const COMMENT_LISTS: &[&str] = &["comment_user_list", "CommentUserList", "commentUserList", "commentList"];

/// Returns the post that an XML holds. The error says why there is none.
pub(crate) fn post_from_xml(xml: &str) -> Result<TimelinePost, String> {
    let parsed = Node::parse_leniently(xml)?;
    let root = &parsed.root;
    let object = root.find("TimelineObject").unwrap_or(root);
    if !matches!(object.name.as_str(), "TimelineObject" | "SnsDataItem") {
        return Err(format!("`<{}>` is no post", object.name));
    }
    let content = object.child("ContentObject");
    let mut out = TimelinePost {
        native_id: object.text_of("id").filter(|id| id != "0"),
        author_id: object.text_of("username"),
        author: root.find("LocalExtraInfo").and_then(|info| info.text_in(&["nickname", "nickName"])),
        time: object.text_of("createTime"),
        damage: parsed.damage,
        ..TimelinePost::default()
    };
    let link = content.and_then(|content| link(object, content));
    out.take_media(object, content, link.is_some());
    out.post = Post {
        text: object.text_of("contentDesc"),
        location: object.child("location").and_then(location),
        link,
        audience: object.text_of("private").filter(|mark| mark == "1").map(|_| "its author alone".to_owned()),
        likes: list(root, LIKE_LISTS).filter_map(person).collect(),
        comments: Vec::new(),
    };
    out.take_comments(root);
    Ok(out)
}

fn list<'a>(root: &'a Node, names: &[&str]) -> impl Iterator<Item = &'a Node> {
    names.iter().find_map(|name| root.find(name)).into_iter().flat_map(Node::every_child)
}

/// Returns a name with the account, as far as they are there.
fn person(node: &Node) -> Option<String> {
    match (node.text_in(&["nickname", "nickName"]), node.text_of("username")) {
        (Some(name), Some(id)) if name != id => Some(format!("{name} ({id})")),
        (name, id) => name.or(id),
    }
}

fn link(object: &Node, content: &Node) -> Option<Link> {
    let url = content.text_of("contentUrl");
    let title = content.text_of("title");
    if url.is_none() && title.is_none() {
        return None;
    }
    let style = content.text_in(&["contentStyle", "type"]).unwrap_or_default();
    let kind = match &url {
        _ if MUSIC_STYLES.contains(&style.as_str()) => LinkKind::Music,
        Some(url) if url.contains("://mp.weixin.qq.com/") => LinkKind::Article,
        _ => LinkKind::Page,
    };
    let app = || object.at(&["appInfo", "appName"]).and_then(Node::own_text);
    let source = object.text_of("sourceNickName").or_else(app).or_else(|| object.text_of("publicUserName"));
    Some(Link { kind, title, description: content.text_of("description"), url, source })
}

fn location(node: &Node) -> Option<Location> {
    let of = |name: &str| node.attribute(name).or_else(|| node.text_of(name));
    // Nought in both stands where a post bears no coordinates.
    let coordinate = |name: &str| of(name).filter(|value| value.parse::<f64>().is_ok_and(|number| number != 0.0));
    let region = || {
        let parts: Vec<String> = ["country", "city"].into_iter().filter_map(of).collect();
        crate::field::filled(parts.join(" "))
    };
    let found = Location {
        name: of("poiName").or_else(|| of("poiAddressName")),
        address: of("poiAddress").or_else(|| of("label")).or_else(region),
        latitude: coordinate("latitude"),
        longitude: coordinate("longitude"),
        live: false,
    };
    (found != Location::default()).then_some(found)
}

impl TimelinePost {
    fn take_media(&mut self, object: &Node, content: Option<&Node>, linked: bool) {
        let list = content.and_then(|content| content.child("mediaList")).or_else(|| object.child("mediaList"));
        for medium in list.into_iter().flat_map(|list| list.children("media")) {
            let video = is_video(medium);
            let role = match (linked, video) {
                (true, false) => AttachmentRole::Thumbnail,
                (_, true) => AttachmentRole::Video,
                (false, false) => AttachmentRole::Picture,
            };
            let url = medium.child("url");
            let of_url = |name: &str| url.and_then(|url| url.attribute(name));
            let digests = [of_url("md5"), of_url("videomd5"), medium.text_of("videomd5"), medium.text_of("id")];
            self.attach(role, digests);
            if let Some(live) = medium.child_of(&["LivePhoto", "livePhoto"]) {
                let part = live.find("liveMedia").unwrap_or(live);
                self.attach(AttachmentRole::Video, [part.text_of("md5"), part.text_of("id"), None, None]);
            }
        }
    }

    fn attach(&mut self, role: AttachmentRole, digests: [Option<String>; 4]) {
        let digests = digests.into_iter().flatten().filter(|digest| digest != "0").collect();
        self.attachments.push(XmlAttachment { role, name: None, digests, md5: None });
    }

    fn take_comments(&mut self, root: &Node) {
        let found: Vec<&Node> = list(root, COMMENT_LISTS).collect();
        let name_of = |node: &Node| node.text_in(&["nickname", "nickName"]);
        let named = |id: &String| {
            let known = found.iter().find(|node| node.text_of("username").as_ref() == Some(id));
            known.and_then(|node| name_of(node)).unwrap_or_else(|| id.clone())
        };
        let mut comments = Vec::with_capacity(found.len());
        for (index, node) in found.iter().enumerate() {
            let answers = node.text_in(&["refNickname", "refNickName", "replyNickname"]);
            comments.push(Comment {
                author: name_of(node),
                author_id: node.text_of("username"),
                time: node.text_in(&["create_time", "createTime"]),
                answers: answers.or_else(|| node.text_in(&["ref_username", "refUsername"]).as_ref().map(&named)),
                text: node.text_of("content").unwrap_or_default(),
            });
            self.take_parts_of_comment(node, index + 1);
        }
        self.post.comments = comments;
    }

    /// Pictures and stickers of a comment hang on the post, and a fact says whose they are.
    fn take_parts_of_comment(&mut self, node: &Node, number: usize) {
        let lists = [("imagelist", AttachmentRole::Picture), ("emojilist", AttachmentRole::Sticker)];
        for (name, role) in lists {
            for part in node.child(name).into_iter().flat_map(Node::every_child) {
                self.attach(role, [part.text_of("md5"), part.text_of("id"), None, None]);
                let said = format!("{} (attachment {})", role.label(), self.attachments.len());
                self.facts.push(Fact::new(format!("comment {number} holds"), said));
            }
        }
        if node.text_in(&["b_deleted", "bDeleted"]).is_some_and(|mark| mark == "1") {
            self.facts.push(Fact::new(format!("comment {number}"), "marked as deleted"));
        }
    }
}

fn is_video(medium: &Node) -> bool {
    let kind = medium.text_of("type").unwrap_or_default();
    let digest = medium.child("url").and_then(|url| url.attribute("videomd5")).or_else(|| medium.text_of("videomd5"));
    let lasts = medium.text_of("videoDuration").and_then(|seconds| seconds.parse::<f64>().ok());
    VIDEO_TYPES.contains(&kind.as_str()) || digest.is_some() || lasts.is_some_and(|seconds| seconds > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = "<SnsDataItem><TimelineObject><id>131</id><username>wxid_a</username><createTime>1709600400\
        </createTime><contentDesc>今天 &amp; 明天[旺柴]</contentDesc><private>0</private><ContentObject><contentStyle>1\
        </contentStyle><mediaList><media><id>m1</id><type>2</type><url type=\"1\" md5=\"aa\">http://a.test/0?x=1&y=2</url>\
        </media><media><id>m2</id><type>6</type><videoDuration>12.5</videoDuration><url videomd5=\"bb\"/></media>\
        </mediaList></ContentObject><location poiName=\"Gate 4\" city=\"上海\" latitude=\"31.2\" longitude=\"121.5\"/>\
        </TimelineObject><LocalExtraInfo><nickname>安</nickname><like_user_list><user_comment><username>wxid_b</username>\
        <nickname>博</nickname></user_comment></like_user_list><comment_user_list><user_comment><username>wxid_b</username>\
        <nickname>博</nickname><create_time>1709600500</create_time><content>好</content></user_comment><user_comment>\
        <username>wxid_a</username><nickname>安</nickname><content>谢谢</content><ref_username>wxid_b</ref_username>\
        <b_deleted>1</b_deleted><emojilist><emojiinfo><md5>cc</md5></emojiinfo></emojilist></user_comment>\
        </comment_user_list></LocalExtraInfo></SnsDataItem>";

    #[test]
    fn a_post_keeps_its_media_its_likes_and_what_was_said_under_it() {
        let found = post_from_xml(ITEM).expect("readable");
        assert_eq!((found.native_id.as_deref(), found.author_id.as_deref()), (Some("131"), Some("wxid_a")));
        assert_eq!((found.author.as_deref(), found.time.as_deref()), (Some("安"), Some("1709600400")));
        assert_eq!(found.post.text.as_deref(), Some("今天 & 明天[旺柴]"));
        let place = found.post.location.expect("a place");
        assert_eq!((place.name.as_deref(), place.latitude.as_deref()), (Some("Gate 4"), Some("31.2")));
        let media: Vec<_> = found.attachments.iter().map(|a| (a.role, a.digests.join(" "))).collect();
        let expected = [
            (AttachmentRole::Picture, "aa m1".to_owned()),
            (AttachmentRole::Video, "bb m2".to_owned()),
            (AttachmentRole::Sticker, "cc".to_owned()),
        ];
        assert_eq!(media, expected);
        assert_eq!(found.post.likes, ["博 (wxid_b)"]);
        let answers: Vec<_> = found.post.comments.iter().map(|c| (c.text.as_str(), c.answers.as_deref())).collect();
        assert_eq!(answers, [("好", None), ("谢谢", Some("博"))]);
        let facts: Vec<String> = found.facts.iter().map(|f| format!("{}: {}", f.name, f.value)).collect();
        assert_eq!(facts, ["comment 2 holds: Sticker (attachment 3)", "comment 2: marked as deleted"]);
    }

    #[test]
    fn a_shared_article_is_a_link_and_what_is_cut_off_is_said() {
        let xml = "<TimelineObject><id>0</id><username>wxid_a</username><createTime>1709600400</createTime><private>1\
            </private><sourceNickName>某号</sourceNickName><ContentObject><contentStyle>3</contentStyle><title>T</title>\
            <contentUrl>http://mp.weixin.qq.com/s?a=1&b=2</contentUrl><mediaList><media><type>2</type></media></mediaList>";
        let found = post_from_xml(xml).expect("readable");
        assert!(found.damage.is_some() && found.native_id.is_none());
        let link = found.post.link.expect("a link");
        assert_eq!((link.kind, link.source.as_deref()), (LinkKind::Article, Some("某号")));
        assert_eq!(link.url.as_deref(), Some("http://mp.weixin.qq.com/s?a=1&b=2"));
        assert_eq!(found.attachments[0].role, AttachmentRole::Thumbnail);
        assert_eq!(found.post.audience.as_deref(), Some("its author alone"));
        assert!(post_from_xml("<msg><img/></msg>").is_err());
    }
}
