//! What each format's own fields become.

use duces_ingest::Format;
use duces_model::{Body, CallOutcome, ConversationKind, Item, LinkKind, MissingReason, RecordState};

use crate::{findings, read_text, records};

fn weflow(messages: &[&str]) -> Vec<Item> {
    let session = r#"{"wxid":"wxid_other","nickname":"N","displayName":"Other","type":"私聊"}"#;
    let text = format!("{{\"weflow\":{{}},\"session\":{session},\"messages\":[\n{}\n]}}", messages.join(",\n"));
    read_text(Format::WeflowJson, "x.json", text.as_bytes())
}

#[test]
fn weflow_types_are_told_by_the_word() {
    let rows = [
        ("文本消息", "[旺柴]", "Text"),
        ("图片消息", "images/a.jpg", "Picture"),
        ("语音消息", "voices/a.wav", "Voice"),
        ("视频消息", "[视频]", "Video"),
        ("文件消息", "file/a.pdf", "File"),
        ("动画表情", "[动画表情]", "Sticker"),
        ("名片消息", "[名片] Bo", "Contact card"),
        ("卡片式链接", "[链接] T\nhttps://a.test/x", "Link"),
        ("图文消息", "[链接] T\nhttps://mp.weixin.qq.com/s/x", "Official-account article"),
        ("位置消息", "[位置] Gate", "Location"),
        ("红包卡片", "[红包] 恭喜发财", "Red packet"),
        ("转账卡片", "[转账] ￥1.00", "Transfer"),
        ("小程序分享", "[小程序] T", "Mini program"),
        ("视频号直播卡片", "[视频号直播] T", "Channel live"),
        ("引用消息", "x", "Quote"),
        ("聊天记录合并转发", "[聊天记录] T\nA: x", "Merged chat history"),
        ("系统消息", "以上是打招呼的内容", "Notice"),
        ("系统消息", "你撤回了一条消息", "Recalled message"),
        ("未知类型(50)", "[视频通话] 已取消", "Video call"),
        ("未知类型(9999)", "x", "Unknown message type"),
    ];
    for (kind, content, label) in rows {
        let line = serde_json::json!({"localId": 3, "createTime": 1_709_600_400, "type": kind, "content": content, "isSend": 0});
        let items = weflow(&[&line.to_string()]);
        let found = records(&items);
        assert_eq!(found.len(), 1, "{kind}: {items:?}");
        assert_eq!(found[0].body.label(), label, "{kind} {content}");
        assert_eq!((found[0].sequence, found[0].raw.as_slice()), (3, line.to_string().as_bytes()));
        let by_app = matches!(found[0].body, Body::Notice(_) | Body::Recall(_));
        assert_eq!(found[0].sender.is_none(), by_app, "{kind}");
    }
}

#[test]
fn weflow_says_who_and_quotes_what() {
    let line = r#"{"createTime":"1709600400","type":"引用消息","isSend":0,"platformMessageId":"8","replyToMessageId":"7",
        "content":"yes[引用 Ann：ok?]","quotedSender":"Ann","quotedContent":"ok?","senderDisplayName":"Bo"}"#;
    let items = weflow(&[line]);
    let record = records(&items)[0];
    assert_eq!(record.conversation.kind, ConversationKind::Direct);
    assert_eq!(record.sender.as_ref().and_then(|s| s.native_id.as_deref()), Some("wxid_other"));
    assert_eq!((record.native_id.as_deref(), record.sent_by_collector), (Some("8"), Some(false)));
    let Body::Quote(quote) = &record.body else { panic!("{record:?}") };
    assert_eq!((quote.text.as_str(), quote.native_id.as_deref()), ("yes", Some("7")));
    assert_eq!(quote.quoted.as_deref(), Some(&Body::text_of("ok?")));
}

#[test]
fn a_session_after_the_messages_is_found() {
    let text =
        r#"{"messages":[{"createTime":1709600400,"type":"文本消息","content":"a"}],"session":{"wxid":"g@chatroom"}}"#;
    let items = read_text(Format::WeflowJson, "x.json", text.as_bytes());
    assert_eq!(records(&items)[0].conversation.native_id, "g@chatroom");
    assert_eq!(records(&items)[0].conversation.kind, ConversationKind::Group);
}

#[test]
fn arkme_senders_are_looked_up() {
    let text = r#"{"weflow":{"format":"arkme-json"},"session":{"wxid":"g@chatroom"},
        "messages":[{"createTime":1709600400,"type":"文本消息","content":"a","senderID":2}],
        "senders":[{"senderID":2,"wxid":"wxid_b","displayName":"Bo"}]}"#;
    let items = read_text(Format::WeflowJson, "x.json", text.as_bytes());
    let sender = records(&items)[0].sender.clone().expect("named");
    assert_eq!((sender.native_id.as_deref(), sender.name.as_deref()), (Some("wxid_b"), Some("Bo")));
}

#[test]
fn json_broken_half_way_keeps_what_stood_before() {
    let ok = r#"{"createTime":1709600400,"type":"文本消息","content":"a"}"#;
    let text = format!("{{\"session\":{{\"wxid\":\"a\"}},\"messages\":[\n{ok},\n{ok},\n{}", &ok[..30]);
    let items = read_text(Format::WeflowJson, "x.json", text.as_bytes());
    assert_eq!(records(&items).len(), 2);
    let Some(Item::Excepted { finding, raw }) = items.last() else { panic!("{items:?}") };
    assert_eq!((finding.code, finding.place.line, finding.place.record), ("INGEST_JSON_BROKEN", Some(4), Some(3)));
    assert!(finding.text.contains("2 before it were read"), "{finding}");
    assert_eq!(raw, &ok.as_bytes()[..30]);
}

#[test]
fn chatlog_types_are_told_by_number() {
    let rows = [
        (1, 0, "{}", "Text"),
        (3, 0, r#"{"md5":"a"}"#, "Picture"),
        (34, 0, r#"{"voice":"77"}"#, "Voice"),
        (37, 0, "{}", "Friend request"),
        (42, 0, "{}", "Contact card"),
        (43, 0, "{}", "Video"),
        (47, 0, r#"{"cdnurl":"u"}"#, "Sticker"),
        (48, 0, r#"{"x":"1.50","y":"2","label":"L"}"#, "Location"),
        (49, 4, "{}", "Video link"),
        (49, 5, r#"{"title":"T","url":"u"}"#, "Link"),
        (49, 6, r#"{"title":"f.pdf","md5":"a"}"#, "File"),
        (49, 17, "{}", "Live location"),
        (
            49,
            19,
            r#"{"recordInfo":{"DataList":{"DataItems":[{"DataType":"1","DataDesc":"x"}]}}}"#,
            "Merged chat history",
        ),
        (49, 33, "{}", "Mini program"),
        (49, 51, "{}", "Channel post"),
        (49, 57, r#"{"refer":{"type":1,"content":"q","sender":"b"}}"#, "Quote"),
        (49, 62, "{}", "Notice"),
        (49, 87, "{}", "Group announcement"),
        (49, 2000, "{}", "Transfer"),
        (49, 2001, "{}", "Red packet"),
        (49, 9999, "{}", "Unknown message type"),
        (50, 0, "{}", "Call"),
        (10000, 0, "{}", "Notice"),
        (11000, 0, "{}", "Unknown message type"),
    ];
    for (kind, sub, contents, label) in rows {
        let text = format!(
            r#"[{{"seq":5,"time":"2024-03-05T09:00:00+08:00","talker":"wxid_b","type":{kind},"subType":{sub},"isSelf":false,"content":"c","contents":{contents}}}]"#
        );
        let items = read_text(Format::ChatlogJson, "x.json", text.as_bytes());
        let record = records(&items)[0];
        assert_eq!(record.body.label(), label, "{kind}/{sub}");
        assert_eq!((record.sent.to_string().as_str(), record.sequence), ("2024-03-05T01:00:00Z", 5));
    }
}

#[test]
fn pywxdump_types_are_told_by_name() {
    let header = "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n";
    let rows = [
        ("文本", "[旺柴]", "", "Text"),
        ("图片", "图片", "a\\b.dat", "Picture"),
        ("语音", "语音时长：2.30秒\n翻译结果：三点见", "audio\\a.wav", "Voice"),
        ("视频", "视频", "", "Video"),
        ("动画表情", "表情", "http://a.test/x", "Sticker"),
        ("文件", "文件", "FileStorage\\File\\a.pdf", "File"),
        ("位置", "纬度:【25.0】 经度:【55.1】\n位置：L", "", "Location"),
        ("位置共享", "位置共享", "", "Live location"),
        ("引用回复", "r\n\n[引用](t)n:q", "", "Quote"),
        ("转账", "已收款：￥1.00", "", "Transfer"),
        ("语音通话", "语音通话[通话时长 00:05]", "", "Voice call"),
        ("合并转发的聊天记录", "T\nA: x", "", "Merged chat history"),
        ("(分享)音乐", "m", "", "Music"),
        ("(分享)卡片式链接", "T", "https://a.test", "Link"),
        ("(分享)小程序", "T", "", "Mini program"),
        ("(分享)视频号视频", "T", "", "Channel post"),
        ("接龙", "#接龙", "", "Sign-up list (接龙)"),
        ("群公告", "x", "", "Group announcement"),
        ("拍一拍", "x", "", "Notice"),
        ("邀请加群", "x", "", "Notice"),
        ("消息撤回57", "x", "", "Recalled message"),
        ("系统通知", "<revokemsg>你撤回了一条消息</revokemsg>", "", "Recalled message"),
        ("未知", "x", "", "Unknown message type"),
    ];
    for (kind, message, source, label) in rows {
        let text = format!("{header}9,77,{kind},0,wxid_b,1@chatroom,\"{message}\",{source},2024-03-05 09:00:00\n");
        let items = read_text(Format::PywxdumpCsv, "x.csv", text.as_bytes());
        let record = records(&items)[0];
        assert_eq!(record.body.label(), label, "{kind}");
        assert_eq!(record.conversation.kind, ConversationKind::Group);
        match &record.body {
            Body::Voice { duration_ms, transcript } => {
                assert_eq!((*duration_ms, transcript.as_deref()), (Some(2300), Some("三点见")));
            }
            Body::Call(call) => assert_eq!(call.outcome, Some(CallOutcome::Answered)),
            Body::Recall(_) => assert_eq!(record.state, RecordState::Recalled),
            Body::Location(place) if !place.live => assert_eq!(place.longitude.as_deref(), Some("55.1")),
            Body::Link(link) => assert!(matches!(link.kind, LinkKind::Music | LinkKind::Page)),
            _ => {}
        }
    }
}

#[test]
fn pywxdumps_histories_are_read_to_their_depth() {
    let inner =
        "{'datatype': '1', 'sourcename': 'Cy', 'sourcetime': '2024-02-19 20:15', 'datadesc': 'it\\'s three\\n三个点'}";
    let source = format!(
        "{{'recordinfo': {{'title': 'outer', 'datalist': {{'count': '2', 'dataitem': [\
         {{'datatype': '1', 'sourcename': 'Bo', 'sourcetime': '2024-02-20 11:02', 'datadesc': 'who?'}}, \
         {{'datatype': '17', 'sourcename': 'Bo', 'sourcetime': '2024-02-20 11:05', 'datadesc': 'inner', \
         'recordxml': {{'recordinfo': {{'title': 'inner', 'datalist': {{'count': '1', 'dataitem': [{inner}]}}}}}}}}]}}}}}}"
    );
    let text = format!(
        "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n\
         1,11,合并转发的聊天记录,0,wxid_b,wxid_b,\"outer\nBo: who?\nBo: inner\",\"{source}\",2024-03-05 09:00:00\n"
    );
    let items = read_text(Format::PywxdumpCsv, "x.csv", text.as_bytes());
    let Body::MergedHistory(outer) = &records(&items)[0].body else { panic!("{items:?}") };
    assert_eq!((outer.title.as_deref(), outer.items.len()), (Some("outer"), 2));
    assert_eq!(*outer.items[0].body, Body::text_of("who?"));
    let Body::MergedHistory(inner) = &*outer.items[1].body else { panic!("{outer:?}") };
    assert_eq!(*inner.items[0].body, Body::text_of("it's three\n三个点"));
    assert_eq!(inner.items[0].sender.as_deref(), Some("Cy"));
}

#[test]
fn the_older_header_and_its_json_are_read() {
    let text = "id,MsgSvrID,type_name,is_sender,talker,room_name,content,CreateTime\n\
        1,11,图片,1,我,wxid_b,\"{\"\"src\"\":\"\"a\\\\b.jpg\"\",\"\"msg\"\":\"\"图片\"\"}\",2024-03-05 09:00:00\n\
        2,12,文本,0,wxid_b,wxid_b,plain,2024-03-05 09:00:01\n";
    let items = read_text(Format::PywxdumpCsv, "x.csv", text.as_bytes());
    let found = records(&items);
    assert_eq!(found.len(), 2, "{items:?}");
    assert!(found[0].attachments[0].candidates.iter().any(|path| path.ends_with("a/b.jpg")), "{found:?}");
    assert_eq!(found[1].body, Body::text_of("plain"));
}

#[test]
fn a_path_that_leads_out_is_said_and_not_followed() {
    for path in ["../../x.jpg", "/etc/x.jpg", "C:\\\\Users\\\\x.jpg"] {
        let line = format!(r#"{{"createTime":1709600400,"type":"图片消息","content":"{path}"}}"#);
        let items = weflow(&[&line]);
        assert_eq!(records(&items)[0].attachments[0].missing, Some(MissingReason::OutsideSource), "{path}");
        assert_eq!(findings(&items)[0].code, "INGEST_OUTSIDE_SOURCE");
    }
}
