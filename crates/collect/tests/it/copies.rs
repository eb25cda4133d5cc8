//! Two custodians' copies of one conversation: one conversation, each message once, and what each side lacks.

use duces_archive::RecordClass;
use duces_model::{Body, Content, ConversationKind, RecordState};
use serde_json::json;

use crate::{House, codes_of, said, weflow};

/// Ann's side of a 1:1 with Bob, and Bob's with Ann.
fn both_sides() -> (String, String) {
    let ann = [
        said(1, "wxid_ann", "你好").id(1).sent(),
        said(2, "wxid_bob", "hello").id(2),
        said(3, "wxid_bob", "the contract").id(3),
        said(5, "wxid_ann", "收到").id(5).sent(),
    ];
    let bob = [
        said(1, "wxid_ann", "你好").id(1),
        said(2, "wxid_bob", "hello").id(2).sent(),
        said(4, "wxid_ann", "only Bob kept this").id(4),
        said(5, "wxid_ann", "收到").id(5),
        said(9, "wxid_bob", "later").id(9).sent(),
    ];
    (weflow("wxid_bob", "Bob", &ann), weflow("wxid_ann", "Ann", &bob))
}

#[test]
fn a_direct_conversation_from_both_sides_is_one() {
    let house = House::new();
    let (ann, bob) = both_sides();
    let first = house.import(&house.write("ann.json", ann), "Ann", None);
    assert_eq!((first.records, first.messages, first.duplicates), (4, 4, 0));
    assert_eq!(first.account.as_deref(), Some("wxid_ann"), "her own messages say who she is");
    let before = house.reader().now().unwrap();
    let kept = house.messages();

    let second = house.import(&house.write("bob.json", bob), "Bob", None);
    assert_eq!((second.records, second.messages, second.merged), (5, 2, 3));
    assert_eq!((second.rules.server_id, second.rules.content), (3, 0));
    let reader = house.reader();
    let conversations = reader.conversations(reader.now().unwrap()).unwrap();
    assert_eq!(conversations.len(), 1);
    assert_eq!(conversations[0].kind, ConversationKind::Direct);
    assert_eq!(conversations[0].native_id, "wxid_ann|wxid_bob");
    assert_eq!(conversations[0].title, "WXID_ANN / Bob");
    let messages = house.messages();
    let holders: Vec<_> = messages.iter().map(|m| (m.text(), m.custodians.len())).collect();
    let expected =
        [("你好", 2), ("hello", 2), ("the contract", 1), ("only Bob kept this", 1), ("收到", 2), ("later", 1)];
    assert_eq!(holders, expected.map(|(text, n)| (text.to_owned(), n)));
    let records = reader.raw(messages[0].id, reader.now().unwrap()).unwrap();
    let classes: Vec<_> = records.iter().map(|r| (r.custodian.0.as_str(), r.class)).collect();
    assert_eq!(classes, [("Ann", RecordClass::First), ("Bob", RecordClass::Copy)]);

    let copies = &second.conversations[0].copies;
    let lacks: Vec<_> = copies.iter().map(|c| (c.custodian.0.as_str(), c.messages, c.lacks)).collect();
    assert_eq!(lacks, [("Ann", 4, 1), ("Bob", 5, 1)], "what came after Ann's copy ends is no lack of hers");
    assert_eq!(copies[0].lacking[0].native_id.as_deref(), Some("4"));
    assert_eq!(codes_of(&second), ["COLLECT_COPY_LACKS"]);
    assert_eq!(house.messages_at(before), kept, "an earlier position keeps its answer");

    let days = reader.records_per_day(&duces_model::Zone::utc(), reader.now().unwrap()).unwrap();
    let sum: u64 = days.iter().map(|day| day.records).sum();
    let duplicates: u64 = days.iter().map(|day| day.duplicates).sum();
    assert_eq!((sum, duplicates), (9, 3));
}

#[test]
fn without_server_ids_copies_are_recognised_by_content() {
    let house = House::new();
    let ann = [
        said(1, "wxid_ann", "ok").sent(),
        said(1, "wxid_ann", "ok").sent().with("localId", json!(77)),
        said(2, "wxid_bob", "ＯＫ"),
    ];
    let bob = [
        said(1, "wxid_ann", "OK ").with("localId", json!(5)),
        said(1, "wxid_ann", "ok").with("localId", json!(6)),
        said(2, "wxid_bob", "ok").sent().id(3),
        said(2, "wxid_bob", "not ok").sent(),
    ];
    house.import(&house.write("ann.json", weflow("wxid_bob", "Bob", &ann)), "Ann", None);
    let report = house.import(&house.write("bob.json", weflow("wxid_ann", "Ann", &bob)), "Bob", None);
    // A space at the end is another body; the two equal ones of one source stay two.
    assert_eq!((report.merged, report.messages), (2, 2), "{:?}", house.texts());
    assert_eq!(report.rules.content, 2);
}

#[test]
fn a_message_with_another_server_id_is_another_message() {
    let house = House::new();
    let one = [said(1, "wxid_bob", "ok").id(1), said(1, "wxid_ann", "x").sent()];
    let two = [said(1, "wxid_bob", "ok").id(2).with("localId", json!(8)), said(1, "wxid_ann", "x").sent()];
    house.import(&house.write("one.json", weflow("wxid_bob", "Bob", &one)), "Ann", None);
    let report = house.import(&house.write("two.json", weflow("wxid_bob", "Bob", &two)), "Ann", None);
    assert_eq!((report.messages, report.held), (1, 1));
}

#[test]
fn a_recalled_copy_keeps_the_text_of_the_other() {
    let house = House::new();
    let bob = [said(1, "wxid_ann", "delete the file").id(1), said(2, "wxid_bob", "no").id(2).sent()];
    let ann = [
        said(1, "wxid_ann", "你撤回了一条消息").id(1).typed("系统消息").without("senderUsername"),
        said(2, "wxid_bob", "no").id(2),
    ];
    for order in [["bob", "ann"], ["ann", "bob"]] {
        let house = House::new();
        for who in order {
            let (talker, text) = if who == "bob" { ("wxid_ann", &bob) } else { ("wxid_bob", &ann) };
            let path = house.write(&format!("{who}.json"), weflow(talker, talker, text));
            let report = house.import(&path, who, Some(&format!("wxid_{who}")));
            if who == order[1] {
                assert!(codes_of(&report).contains(&"COLLECT_COPY_RECALLED"), "{report:#?}");
            }
        }
        let messages = house.messages();
        assert_eq!(messages.len(), 2, "{messages:#?}");
        assert_eq!(
            (messages[0].body.clone(), messages[0].state),
            (Body::text_of("delete the file"), RecordState::Recalled)
        );
        assert_eq!(messages[1].state, RecordState::Present);
    }
    drop(house);
}

#[test]
fn a_later_copy_by_the_same_custodian_edits() {
    let house = House::new();
    let path = house.write("a.json", weflow("1@chatroom", "G", &[said(1, "wxid_bob", "100 pieces").id(1)]));
    house.import(&path, "Ann", Some("wxid_ann"));
    let before = house.reader().now().unwrap();
    let path = house.write("b.json", weflow("1@chatroom", "G", &[said(1, "wxid_bob", "10 pieces").id(1)]));
    let report = house.import(&path, "Ann", Some("wxid_ann"));
    assert_eq!(codes_of(&report), ["COLLECT_COPY_EDITED"]);
    assert_eq!(house.texts(), ["10 pieces"]);
    assert_eq!(house.messages_at(before)[0].text(), "100 pieces");
    // Another custodian's copy does not change what stands.
    let path = house.write("c.json", weflow("1@chatroom", "G", &[said(1, "wxid_bob", "1 piece").id(1)]));
    let report = house.import(&path, "Bob", Some("wxid_bob"));
    assert_eq!(codes_of(&report), ["COLLECT_COPY_DIFFERS"]);
    assert_eq!(house.texts(), ["10 pieces"]);
}

#[test]
fn an_attachment_that_one_copy_lacks_comes_from_the_other() {
    let house = House::new();
    let file = || said(1, "wxid_bob", "file/plan.pdf").id(1).typed("文件消息");
    house.import(&house.write("a/chat.json", weflow("1@chatroom", "G", &[file()])), "Ann", Some("wxid_ann"));
    assert!(matches!(house.messages()[0].attachments[0].content, Content::Missing(_)));
    house.write("b/file/plan.pdf", "%PDF-1.4 plan");
    house.write("b/chat.json", weflow("1@chatroom", "G", &[file().with("localId", json!(40))]));
    let report = house.import(&house.path("b"), "Bob", Some("wxid_bob"));
    assert_eq!(codes_of(&report), ["COLLECT_ATTACHMENT_FROM_COPY"]);
    let attachment = house.messages()[0].attachments[0].clone();
    assert_eq!((attachment.size(), attachment.mime.as_str()), (Some(13), "application/pdf"));
}

#[test]
fn unknown_accounts_keep_custodians_apart() {
    let house = House::new();
    let side = |name: &str| weflow("wxid_x", name, &[said(1, "wxid_x", "hi").id(1)]);
    let report = house.import(&house.write("a.json", side("A")), "Ann", None);
    assert!(codes_of(&report).contains(&"COLLECT_ACCOUNT_UNKNOWN"));
    house.import(&house.write("b.json", side("B")), "Bob", None);
    assert_eq!(house.reader().conversations(house.reader().now().unwrap()).unwrap().len(), 2);
}

#[test]
fn a_recall_marks_the_message_that_it_names_whichever_comes_first() {
    let notice = "<sysmsg type=\"revokemsg\"><revokemsg><session>1@chatroom</session><msgid>4</msgid>\
                  <newmsgid>5</newmsgid><replacemsg>\"Bob\" 撤回了一条消息</replacemsg></revokemsg></sysmsg>";
    let text = weflow("1@chatroom", "G", &[said(5, "wxid_bob", "draft").id(5)]);
    let recall = weflow("1@chatroom", "G", &[said(6, "wxid_bob", notice).id(6).typed("系统消息")]);
    for order in [[&text, &recall], [&recall, &text]] {
        let house = House::new();
        let mut positions = Vec::new();
        for (n, export) in order.iter().enumerate() {
            house.import(&house.write(&format!("{n}.json"), export), "Ann", Some("wxid_ann"));
            positions.push(house.reader().now().unwrap());
        }
        let find =
            |messages: Vec<duces_model::Message>| messages.into_iter().find(|m| m.native_id.as_deref() == Some("5"));
        let message = find(house.messages()).unwrap();
        assert_eq!((message.body, message.state), (Body::text_of("draft"), RecordState::Recalled));
        if let Some(before) = find(house.messages_at(positions[0])) {
            assert_eq!(before.state, RecordState::Present, "before the recall was collected");
        }
    }
}
