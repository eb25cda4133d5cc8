//! The XML that WeChat writes, one row a kind: what it must become.

use duces_ingest::message_from_xml;
use duces_model::{
    AttachmentRole, Body, ChannelKind, Link, LinkKind, MergedHistory, NoticeKind, Quote, Recall, Transfer,
    TransferState,
};

fn body(kind: i64, xml: &str) -> Body {
    message_from_xml(kind, xml).unwrap_or_else(|reason| panic!("{reason}: {xml}")).body
}

fn app(kind: &str, rest: &str) -> Body {
    body(
        49,
        &format!(
            "<msg><appmsg appid=\"\" sdkver=\"0\"><title>T</title><des>D</des><type>{kind}</type>{rest}</appmsg></msg>"
        ),
    )
}

#[test]
fn every_app_message_type_has_its_kind() {
    let rows = [
        ("1", "", "Text"),
        ("1", "<url>https://a.test</url>", "Link"),
        ("3", "", "Music"),
        ("4", "", "Video link"),
        ("5", "<url>https://a.test</url>", "Link"),
        ("5", "<url>http://mp.weixin.qq.com/s/x</url>", "Official-account article"),
        ("5", "<sourceusername>gh_1</sourceusername>", "Official-account article"),
        ("6", "", "File"),
        ("7", "", "Game"),
        ("8", "", "Sticker"),
        ("15", "", "Sticker"),
        ("17", "", "Live location"),
        ("19", "", "Merged chat history"),
        ("24", "", "Note"),
        ("33", "", "Mini program"),
        ("36", "", "Mini program"),
        ("40", "", "Favourite"),
        ("50", "", "Channel"),
        ("51", "", "Channel post"),
        ("53", "", "Sign-up list (接龙)"),
        ("57", "", "Quote"),
        ("62", "", "Notice"),
        ("63", "", "Channel live"),
        ("68", "", "Game"),
        ("74", "", "File"),
        ("76", "", "Music"),
        ("87", "", "Group announcement"),
        ("88", "", "Channel live"),
        ("92", "", "Music"),
        ("2000", "", "Transfer"),
        ("2001", "", "Red packet"),
        ("2003", "", "Red packet"),
        ("9901", "", "Unknown message type"),
    ];
    for (kind, rest, label) in rows {
        assert_eq!(app(kind, rest).label(), label, "49/{kind} {rest}");
    }
}

#[test]
fn a_transfer_says_where_it_stands() {
    let rows = [
        ("1", TransferState::Sent),
        ("3", TransferState::Received),
        ("4", TransferState::Refunded),
        ("5", TransferState::Received),
        ("7", TransferState::Sent),
        ("9", TransferState::Other("paysubtype 9".into())),
    ];
    for (kind, state) in rows {
        let pay = format!(
            "<wcpayinfo><paysubtype>{kind}</paysubtype><feedesc>￥200.00</feedesc><transcationid>t</transcationid>\
             <transferid>u</transferid><pay_memo>lunch</pay_memo><payer_username>a</payer_username>\
             <receiver_username>b</receiver_username></wcpayinfo>"
        );
        let expected = Transfer {
            state: Some(state),
            amount: Some("￥200.00".into()),
            memo: Some("lunch".into()),
            payer: Some("a".into()),
            receiver: Some("b".into()),
            transaction_id: Some("t".into()),
            transfer_id: Some("u".into()),
        };
        assert_eq!(app("2000", &pay), Body::Transfer(expected));
    }
}

#[test]
fn a_quote_names_what_it_answers() {
    let inner = "&lt;msg&gt;&lt;img md5=\"a\"/&gt;&lt;/msg&gt;";
    for (kind, content, quoted) in [("1", "hi", Body::text_of("hi")), ("3", inner, Body::Picture)] {
        let refer = format!(
            "<refermsg><type>{kind}</type><svrid>77</svrid><fromusr>g@chatroom</fromusr><chatusr>wxid_b</chatusr>\
             <displayname>Bo</displayname><content>{content}</content><createtime>1709600400</createtime></refermsg>"
        );
        let expected = Quote {
            text: "T".into(),
            native_id: Some("77".into()),
            sender_id: Some("wxid_b".into()),
            sender: Some("Bo".into()),
            time: Some("1709600400".into()),
            quoted: Some(Box::new(quoted)),
        };
        assert_eq!(app("57", &refer), Body::Quote(expected));
    }
}

#[test]
fn a_history_keeps_every_level_and_its_attachments() {
    let inner = "<recordinfo><title>inner</title><datalist count=\"1\"><dataitem datatype=\"1\"><sourcename>C</sourcename>\
                 <datadesc>deep</datadesc></dataitem></datalist></recordinfo>";
    let record = format!(
        "<recordinfo><title>outer</title><datalist count=\"4\">\
         <dataitem datatype=\"1\"><sourcename>A</sourcename><sourcetime>2024-01-02 10:00</sourcetime><datadesc>x &amp; y</datadesc></dataitem>\
         <dataitem datatype=\"2\"><sourcename>B</sourcename><fullmd5>aa</fullmd5></dataitem>\
         <dataitem datatype=\"8\"><sourcename>B</sourcename><datatitle>f.pdf</datatitle><datasize>9</datasize><fullmd5>bb</fullmd5></dataitem>\
         <dataitem datatype=\"17\"><sourcename>A</sourcename><datatitle>inner</datatitle><recordxml>{inner}</recordxml></dataitem>\
         <dataitem datatype=\"99\"><datatitle>?</datatitle></dataitem></datalist></recordinfo>"
    );
    let escaped = record.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    for item in
        [format!("<recorditem><![CDATA[{record}]]></recorditem>"), format!("<recorditem>{escaped}</recorditem>")]
    {
        let xml = format!("<msg><appmsg><title>T</title><type>19</type>{item}</appmsg></msg>");
        let message = message_from_xml(49, &xml).expect("readable");
        let Body::MergedHistory(MergedHistory { title, items }) = &message.body else { panic!("{message:?}") };
        assert_eq!(title.as_deref(), Some("T"));
        let labels: Vec<&str> = items.iter().map(|item| item.body.label()).collect();
        assert_eq!(labels, ["Text", "Picture", "File", "Merged chat history", "Unknown message type"]);
        assert_eq!(*items[0].body, Body::text_of("x & y"));
        assert_eq!(items[0].time.as_deref(), Some("2024-01-02 10:00"));
        assert_eq!([items[1].attachment, items[2].attachment], [Some(0), Some(1)]);
        let roles: Vec<AttachmentRole> = message.attachments.iter().map(|a| a.role).collect();
        assert_eq!(roles, [AttachmentRole::Picture, AttachmentRole::File]);
        let Body::MergedHistory(nested) = &*items[3].body else { panic!("{items:?}") };
        assert_eq!(*nested.items[0].body, Body::text_of("deep"));
    }
}

#[test]
fn system_messages_are_told_apart() {
    let template = "<sysmsg type=\"sysmsgtemplate\"><sysmsgtemplate><content_template type=\"tmpl_type_profile\">\
        <plain></plain><template>\"$username$\"邀请\"$names$\"加入了群聊</template><link_list>\
        <link name=\"username\" type=\"link_profile\"><memberlist><member><username>a</username><nickname>安</nickname></member></memberlist></link>\
        <link name=\"names\" type=\"link_profile\"><memberlist><member><nickname>博</nickname></member><member><username>wxid_c</username></member></memberlist><separator>、</separator></link>\
        </link_list></content_template></sysmsgtemplate></sysmsg>";
    let pat = "<sysmsg type=\"pat\"><pat><fromusername>a</fromusername><pattedusername>b</pattedusername><template>\"安\" 拍了拍 \"博\"</template></pat></sysmsg>";
    let removed = "<sysmsg type=\"delchatroommember\"><delchatroommember><plain>你将\"博\"移出了群聊</plain></delchatroommember></sysmsg>";
    let rows = [
        (template, NoticeKind::Join, "\"安\"邀请\"博、wxid_c\"加入了群聊"),
        (pat, NoticeKind::Pat, "\"安\" 拍了拍 \"博\""),
        (removed, NoticeKind::Leave, "你将\"博\"移出了群聊"),
    ];
    for (xml, kind, text) in rows {
        let Body::Notice(notice) = body(10000, xml) else { panic!("{xml}") };
        assert_eq!((notice.kind, notice.text.as_str()), (kind, text));
    }
    let recall = "<sysmsg type=\"revokemsg\"><revokemsg><session>g</session><msgid>1</msgid><newmsgid>77</newmsgid>\
                  <replacemsg><![CDATA[\"安\" 撤回了一条消息]]></replacemsg></revokemsg></sysmsg>";
    let expected =
        Recall { text: "\"安\" 撤回了一条消息".into(), native_id: Some("77".into()), recalled: None };
    assert_eq!(body(10002, recall), Body::Recall(expected));
    assert!(matches!(body(10000, "<revokemsg>你撤回了一条消息</revokemsg>"), Body::Recall(_)));
}

#[test]
fn the_other_base_types_are_read() {
    let card = "wxid_sender:\n<?xml version=\"1.0\"?><msg username=\"wxid_b\" nickname=\"Bo &amp; Co\" alias=\"bo\"/>";
    let Body::ContactCard(card) = body(42, card) else { panic!("no card") };
    assert_eq!((card.name.as_deref(), card.native_id.as_deref()), (Some("Bo & Co"), Some("wxid_b")));
    let Body::FriendRequest { card, text } = body(37, "<msg fromusername=\"n\" fromnickname=\"N\" content=\"hi\"/>")
    else {
        panic!("no request")
    };
    assert_eq!((card.native_id.as_deref(), text.as_str()), (Some("n"), "hi"));
    let Body::Location(place) = body(48, "<msg><location x=\"25.0\" y=\"55.10\" label=\"L\" poiname=\"P\"/></msg>")
    else {
        panic!("no location")
    };
    assert_eq!((place.latitude.as_deref(), place.longitude.as_deref()), (Some("25.0"), Some("55.10")));
    let call = "<voipmsg type=\"VoIPBubbleMsg\"><VoIPBubbleMsg><msg><![CDATA[Duration: 01:05]]></msg><room_type>1</room_type></VoIPBubbleMsg></voipmsg>";
    let Body::Call(call) = body(50, call) else { panic!("no call") };
    assert_eq!((call.video, call.duration_ms), (Some(false), Some(65_000)));
    let sticker = "<msg><emoji md5=\"m\" cdnurl=\"http://a.test/?a=1&amp;b=2\"/></msg>";
    assert_eq!(body(47, sticker), Body::Sticker { caption: None, url: Some("http://a.test/?a=1&b=2".into()) });
    let finder = "<finderFeed><nickname>N</nickname><desc>d</desc><mediaList><media><url>u</url></media></mediaList></finderFeed>";
    let Body::Channel(channel) = app("51", finder) else { panic!("no channel") };
    assert_eq!((channel.kind, channel.url.as_deref()), (ChannelKind::Post, Some("u")));
    let Body::Link(Link { kind, .. }) = app("3", "") else { panic!("no link") };
    assert_eq!(kind, LinkKind::Music);
    assert!(message_from_xml(3, "<msg><img").is_err());
}
