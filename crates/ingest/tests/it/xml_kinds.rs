//! One XML for each type and sub-type that the app is known to write, and what it must become. All of them are made up.

use duces_ingest::{XmlMessage, message_from_xml};
use duces_model::{AttachmentRole, Body, Call, CallOutcome, LinkKind, NoticeKind, RedPacket};

/// Base types: number, XML, label, and a part of the text that must be there.
const BASE: &[(i64, &str, &str, &str)] = &[
    (3, "<msg><img md5=\"aa\" length=\"9\" aeskey=\"k\"/></msg>", "Picture", ""),
    (
        34,
        "<msg><voicemsg voicelength=\"2303\" length=\"3304\"/><voicetrans transtext=\"三点见\"/></msg>",
        "Voice",
        "三点见",
    ),
    (37, "<msg fromusername=\"n\" fromnickname=\"安\" content=\"我是安\"/>", "Friend request", "我是安"),
    (42, "<msg username=\"wxid_b\" nickname=\"博\" alias=\"bo\" province=\"上海\"/>", "Contact card", "wxid_b"),
    (43, "<msg><videomsg md5=\"bb\" playlength=\"3\"/></msg>", "Video", "0:03"),
    (47, "<msg><emoji md5=\"cc\" cdnurl=\"http://a.test/e\"/></msg>", "Sticker", "http://a.test/e"),
    (48, "<msg><location x=\"31.2\" y=\"121.50\" label=\"L\" poiname=\"Gate 4\"/></msg>", "Location", "31.2, 121.50"),
    (
        50,
        "<voipmsg type=\"VoIPBubbleMsg\"><VoIPBubbleMsg><msg>通话时长 01:05</msg><room_type>1</room_type></VoIPBubbleMsg></voipmsg>",
        "Voice call",
        "1:05",
    ),
    (62, "<msg><videomsg md5=\"bb\" playlength=\"6\"/></msg>", "Video", "0:06"),
    (65, "<msg fromusername=\"n@openim\" fromnickname=\"企微\" content=\"您好\"/>", "Friend request", "n@openim"),
    (66, "<msg username=\"n@openim\" nickname=\"企微\"/>", "Contact card", "n@openim"),
    (10000, "<revokemsg>你撤回了一条消息</revokemsg>", "Recalled message", "你撤回"),
    (
        10002,
        "<sysmsg type=\"revokemsg\"><revokemsg><newmsgid>7</newmsgid><replacemsg>\"安\" 撤回了一条消息</replacemsg></revokemsg></sysmsg>",
        "Recalled message",
        "安",
    ),
    (11000, "<x>something new</x>", "Unknown message type", "something new"),
];

/// Sub-types of 49: what stands beside title and description, label, and a part of the text.
const APP: &[(&str, &str, &str, &str)] = &[
    ("1", "", "Text", "T"),
    ("1", "<url>https://a.test</url>", "Link", "https://a.test"),
    ("3", "<dataurl>https://a.test/m.mp3</dataurl><appname>音乐</appname>", "Music", "音乐"),
    ("4", "<url>https://a.test/v</url>", "Video link", "https://a.test/v"),
    ("5", "<url>https://a.test</url>", "Link", "https://a.test"),
    ("6", "<appattach><totallen>48213</totallen><fileext>pdf</fileext></appattach><md5>dd</md5>", "File", "48.2 kB"),
    ("7", "", "Game", "T"),
    ("8", "<appattach><emoticonmd5>ee</emoticonmd5></appattach>", "Sticker", "T"),
    ("15", "", "Sticker", "T"),
    ("17", "", "Live location", "T"),
    (
        "19",
        "<recorditem><![CDATA[<recordinfo><datalist><dataitem datatype=\"1\"><sourcename>安</sourcename><datadesc>好</datadesc></dataitem></datalist></recordinfo>]]></recorditem>",
        "Merged chat history",
        "安",
    ),
    (
        "24",
        "<recorditem><![CDATA[<recordinfo><datalist><dataitem datatype=\"1\"><datadesc>笔记</datadesc></dataitem></datalist></recordinfo>]]></recorditem>",
        "Merged chat history",
        "笔记",
    ),
    ("24", "", "Note", "D"),
    (
        "33",
        "<sourcedisplayname>车票</sourcedisplayname><weappinfo><pagepath>p</pagepath><appid>wx1</appid></weappinfo>",
        "Mini program",
        "wx1",
    ),
    ("36", "<sourcedisplayname>车票</sourcedisplayname>", "Mini program", "车票"),
    ("40", "", "Favourite", "T"),
    ("44", "<url>https://a.test/n</url>", "Link", "https://a.test/n"),
    ("50", "<findernamecard><nickname>某频道</nickname></findernamecard>", "Channel", "某频道"),
    (
        "51",
        "<finderFeed><nickname>某频道</nickname><desc>一条</desc><mediaList><media><url>u</url></media></mediaList></finderFeed>",
        "Channel post",
        "一条",
    ),
    ("53", "", "Sign-up list (接龙)", "T"),
    (
        "57",
        "<refermsg><type>1</type><svrid>77</svrid><fromusr>wxid_b</fromusr><displayname>博</displayname><content>原话</content></refermsg>",
        "Quote",
        "原话",
    ),
    (
        "62",
        "<patMsg><records><record><fromUser>a</fromUser><pattedUser>b</pattedUser><templete>\"${a}\" 拍了拍 \"${b}\"</templete></record></records></patMsg>",
        "Notice",
        "\"a\" 拍了拍 \"b\"",
    ),
    ("63", "<finderLive><nickname>某频道</nickname><desc>直播</desc></finderLive>", "Channel live", "直播"),
    ("68", "", "Game", "T"),
    ("74", "<appattach><totallen>27</totallen></appattach>", "File", "27 bytes"),
    ("76", "", "Music", "T"),
    ("87", "<textannouncement>明天放假</textannouncement>", "Group announcement", "明天放假"),
    ("88", "<finderLive><nickname>某频道</nickname></finderLive>", "Channel live", "某频道"),
    ("92", "", "Music", "T"),
    (
        "2000",
        "<wcpayinfo><paysubtype>1</paysubtype><feedesc>￥200.00</feedesc><transcationid>t1</transcationid></wcpayinfo>",
        "Transfer",
        "￥200.00",
    ),
    ("2001", "<wcpayinfo><sendertitle>恭喜发财</sendertitle></wcpayinfo>", "Red packet", "恭喜发财"),
    ("2003", "<wcpayinfo><sendertitle>封面</sendertitle></wcpayinfo>", "Red packet", "封面"),
];

fn app_xml(kind: &str, rest: &str) -> String {
    format!("<msg><appmsg appid=\"\" sdkver=\"0\"><title>T</title><des>D</des><type>{kind}</type>{rest}</appmsg></msg>")
}

fn read(kind: i64, xml: &str) -> XmlMessage {
    message_from_xml(kind, xml).unwrap_or_else(|reason| panic!("{kind}: {reason}: {xml}"))
}

fn check(kind: i64, xml: &str, label: &str, part: &str) {
    let message = read(kind, xml);
    assert_eq!(message.body.label(), label, "{kind}: {xml}");
    assert!(message.body.text(&[]).contains(part), "{kind}: `{part}` is not in {:?}", message.body);
    assert_eq!(message.damage, None, "{xml}");
    // The prefix that stands in groups changes nothing.
    let in_group = format!("wxid_sender:\n{xml}");
    assert_eq!(read(kind, &in_group), message);
}

#[test]
fn every_base_type_is_read() {
    for (kind, xml, label, part) in BASE {
        check(*kind, xml, label, part);
    }
    let typed = "wxid_a:\n<msg>typed by somebody</msg>";
    assert_eq!(read(1, typed).body, Body::text_of(typed));
}

#[test]
fn every_app_message_is_read_under_each_number_it_comes_in() {
    for (kind, rest, label, part) in APP {
        let xml = app_xml(kind, rest);
        let sub: i64 = kind.parse().expect("a number");
        check(49, &xml, label, part);
        check(sub << 32 | 49, &xml, label, part);
    }
    let android = [
        (1_048_625, "8"),
        (16_777_265, "5"),
        (822_083_633, "57"),
        (1_090_519_089, "6"),
        (419_430_449, "2000"),
        (436_207_665, "2001"),
        (-1_879_048_186, "17"),
        (1_040_187_441, "3"),
        (922_746_929, "62"),
    ];
    for (number, kind) in android {
        let (_, rest, label, part) = APP.iter().rev().find(|row| row.0 == kind).expect("a row");
        check(number, &app_xml(kind, rest), label, part);
    }
    check(268_445_456, "<revokemsg>你撤回了一条消息</revokemsg>", "Recalled message", "你撤回");
    // Without its own number the XML says what it is.
    check(999_999, &app_xml("6", ""), "File", "T");
}

#[test]
fn no_kind_panics_or_is_lost_wherever_its_xml_is_cut() {
    let all = BASE.iter().map(|(kind, xml, ..)| (*kind, (*xml).to_owned()));
    let all = all.chain(APP.iter().map(|(kind, rest, ..)| (49, app_xml(kind, rest))));
    for (kind, xml) in all {
        for at in xml.char_indices().map(|(at, _)| at) {
            match message_from_xml(kind, &xml[..at]) {
                Ok(message) => assert!(message.damage.is_some(), "{}", &xml[..at]),
                Err(reason) => assert!(!reason.is_empty()),
            }
        }
    }
}

#[test]
fn a_finished_file_names_the_announcement_it_replaces() {
    let attach = |id: &str| {
        format!(
            "<appattach><totallen>9</totallen><overwrite_newmsgid>{id}</overwrite_newmsgid></appattach><md5>dd</md5>"
        )
    };
    let file = read(49, &app_xml("6", &attach("5370956075794921189")));
    assert_eq!((file.replaces.as_deref(), file.uploading), (Some("5370956075794921189"), false));
    assert_eq!(file.attachments[0].md5.as_deref(), Some("dd"));
    assert_eq!(read(49, &app_xml("6", &attach("0"))).replaces, None);
    let announced = read(49, &app_xml("74", &attach("0")));
    assert_eq!((announced.replaces, announced.uploading, announced.attachments[0].md5.as_deref()), (None, true, None));
    let video = read(43, "<msg><videomsg md5=\"bb\" overwritenewmsgid=\"8\"/></msg>");
    assert_eq!(video.replaces.as_deref(), Some("8"));
}

#[test]
fn a_push_of_several_articles_keeps_each() {
    let item = |title: &str, url: &str| {
        format!(
            "<item><itemshowtype>0</itemshowtype><title><![CDATA[{title}]]></title><url><![CDATA[{url}]]></url>\
            <summary>S</summary><sources><source><name>某号</name></source></sources></item>"
        )
    };
    let one = item("第一篇", "http://mp.weixin.qq.com/s?a=1&b=2");
    let two = item("第二篇", "http://mp.weixin.qq.com/s?a=3");
    let reader = |items: &str| {
        format!("<mmreader><category type=\"20\" count=\"2\"><name>某号</name>{items}</category></mmreader>")
    };
    let several = reader(&format!("{one}{two}<item><title/><url/></item>"));
    for xml in [app_xml("5", &several), several.clone()] {
        let Body::Articles { items } = read(285_212_721, &xml).body else { panic!("{xml}") };
        let shown: Vec<_> = items.iter().map(|i| (i.title.as_deref(), i.source.as_deref(), i.kind)).collect();
        let expected =
            [(Some("第一篇"), Some("某号"), LinkKind::Article), (Some("第二篇"), Some("某号"), LinkKind::Article)];
        assert_eq!(shown, expected);
        assert_eq!(items[0].url.as_deref(), Some("http://mp.weixin.qq.com/s?a=1&b=2"));
    }
    let Body::Link(link) = read(285_212_721, &app_xml("5", &reader(&one))).body else { panic!("no link") };
    assert_eq!((link.kind, link.title.as_deref()), (LinkKind::Article, Some("T")));
}

#[test]
fn calls_of_both_forms_have_their_outcome() {
    let old = |kind: &str, wording: &str, seconds: &str| {
        format!(
            "<voipinvitemsg><roomid>1</roomid><status>1</status><{kind}>0</{kind}></voipinvitemsg><voipextinfo/>\
            <voiplocalinfo><wordingtype>{wording}</wordingtype><duration>{seconds}</duration></voiplocalinfo>"
        )
    };
    let call = |xml: &str| match read(50, xml).body {
        Body::Call(Call { video, outcome, duration_ms, .. }) => (video, outcome, duration_ms),
        other => panic!("{other:?}"),
    };
    assert_eq!(call(&old("invitetype", "4", "53")), (Some(true), Some(CallOutcome::Answered), Some(53_000)));
    let unanswered = Some(CallOutcome::Other("wording type 2".into()));
    assert_eq!(call(&old("invite_type", "2", "0")), (Some(true), unanswered, None));
    let bubble = |text: &str| {
        format!("<voipmsg><VoIPBubbleMsg><msg>{text}</msg><room_type>0</room_type></VoIPBubbleMsg></voipmsg>")
    };
    assert_eq!(call(&bubble("已取消")), (Some(true), Some(CallOutcome::Cancelled), None));
    assert_eq!(call(&bubble("对方已拒绝")), (Some(true), Some(CallOutcome::Declined), None));
}

#[test]
fn a_red_packet_has_its_number_and_no_state_that_is_none() {
    let pay = |scene: &str| {
        format!(
            "<wcpayinfo><sendertitle>恭喜发财</sendertitle><scenetext>{scene}</scenetext><nativeurl>\
            <![CDATA[wxpay://x/receivehongbao?msgtype=1&sendid=1000039&sendusername=a&ver=6]]></nativeurl></wcpayinfo>"
        )
    };
    let expected =
        RedPacket {
            greeting: Some("恭喜发财".into()), transaction_id: Some("1000039".into()), ..RedPacket::default()
        };
    assert_eq!(read(49, &app_xml("2001", &pay("微信红包"))).body, Body::RedPacket(expected.clone()));
    let shared = RedPacket { state: Some("群收款".into()), ..expected };
    assert_eq!(read(49, &app_xml("2001", &pay("群收款"))).body, Body::RedPacket(shared));
}

#[test]
fn what_is_told_of_a_group_is_told_apart() {
    let rows = [
        (
            "delchatroommember",
            "<delchatroommember><text>\"安\"被移出群聊</text></delchatroommember>",
            NoticeKind::Leave,
        ),
        (
            "sysmsgtmpl",
            "<sysmsgtemplate><content_template><template>$a$加入了群聊</template><link_list><link name=\"a\"><memberlist><member><nickname>\"安\"</nickname></member></memberlist></link></link_list></content_template></sysmsgtemplate>",
            NoticeKind::Join,
        ),
        ("pat", "<pat><template>\"${wxid_a}\" 拍了拍我</template></pat>", NoticeKind::Pat),
        (
            "mmchatroombarannouncememt",
            "<mmchatroombarannouncememt><content>公告</content></mmchatroombarannouncememt>",
            NoticeKind::Other,
        ),
    ];
    for (kind, inner, expected) in rows {
        let Body::Notice(notice) = read(10000, &format!("<sysmsg type=\"{kind}\">{inner}</sysmsg>")).body else {
            panic!("{kind}")
        };
        assert_eq!(notice.kind, expected, "{kind}: {notice:?}");
        assert!(!notice.text.contains('$'), "{notice:?}");
    }
}

#[test]
fn a_quote_in_a_group_without_a_sender_names_none() {
    let refer = "<refermsg><type>3</type><svrid>77</svrid><fromusr>1@chatroom</fromusr><content/></refermsg>";
    let Body::Quote(quote) = read(49, &app_xml("57", refer)).body else { panic!("no quote") };
    assert_eq!((quote.native_id.as_deref(), quote.sender_id), (Some("77"), None));
}

#[test]
fn attachments_of_each_kind_have_their_role_and_digests() {
    let rows = [
        (3, "<msg><img md5=\"aa\" originsourcemd5=\"ab\"/></msg>", AttachmentRole::Picture, "aa ab"),
        (34, "<msg><voicemsg voicemd5=\"vv\" clientmsgid=\"cm\"/></msg>", AttachmentRole::Voice, "vv cm"),
        (43, "<msg><videomsg md5=\"a\" newmd5=\"b\" rawmd5=\"c\"/></msg>", AttachmentRole::Video, "a b c"),
        (47, "<msg><emoji md5=\"e\"/></msg>", AttachmentRole::Sticker, "e"),
    ];
    for (kind, xml, role, digests) in rows {
        let message = read(kind, xml);
        assert_eq!((message.attachments[0].role, message.attachments[0].digests.join(" ").as_str()), (role, digests));
    }
}
