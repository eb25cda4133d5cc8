//! Payments and the transfers they are of.

use duces_model::{Body, Message};
use serde_json::{Value, json};

use crate::House;
use crate::lines::{Line, file, line};

fn transfer(number: &str, amount: &str) -> Line {
    let body = json!({ "kind": "transfer", "state": "sent", "amount": amount, "transaction_id": number });
    line(0, "").id("1").body(body).at("wxid_bob")
}

fn payment(at: i64, number: &str, amount: &str) -> Line {
    let body = json!({ "kind": "payment", "what": "转账", "amount": amount, "transaction_id": number });
    let conversation = json!({ "kind": "payments", "native_id": "statement", "title": "Payments" });
    line(at, "").body(body).with("conversation", conversation)
}

fn linked(house: &House) -> Vec<(Message, Message)> {
    let reader = house.reader();
    let links = reader.payment_links(reader.now().unwrap()).unwrap();
    let messages = house.messages();
    let of = |id| messages.iter().find(|message| message.id == id).unwrap().clone();
    links.into_iter().map(|link| (of(link.payment), of(link.message))).collect()
}

#[test]
fn a_payment_is_linked_where_number_amount_and_time_agree_whichever_comes_first() {
    let (paid, payment) = (transfer("1000050001", "￥200.00"), payment(3, "1000050001", "¥200"));
    for order in [[paid.clone(), payment.clone()], [payment, paid]] {
        let house = House::new();
        let report = house.import(&house.write("a.jsonl", file(&order)), "Ann", Some("wxid_ann"));
        assert_eq!((report.payments.linked, report.payments.differing), (1, 0), "{report:#?}");
        let linked = linked(&house);
        assert!(matches!((&linked[0].0.body, &linked[0].1.body), (Body::Payment(_), Body::Transfer(_))), "{linked:#?}");
        // In another conversation a payment refers to nothing that a reader of its document could not see.
        assert_eq!(linked[0].0.marks.reply_to, None);
        let again = house.import(&house.path("a.jsonl"), "Ann", Some("wxid_ann"));
        assert_eq!((again.payments.linked, again.held), (0, 2));
    }
}

#[test]
fn a_payment_in_the_same_conversation_refers_to_its_message() {
    let house = House::new();
    let direct: Value = json!({ "kind": "direct", "native_id": "wxid_bob", "title": "Bob" });
    let lines = [transfer("7", "200.00"), payment(3, "7", "200.00").with("conversation", direct)];
    house.import(&house.write("a.jsonl", file(&lines)), "Ann", Some("wxid_ann"));
    assert_eq!(linked(&house)[0].0.marks.reply_to.as_deref(), Some("1"));
}

#[test]
fn what_differs_is_not_linked_and_is_said() {
    let rows = [(payment(3, "7", "201.00"), "amount"), (payment(-3600, "7", "200.00"), "time")];
    for (payment, what) in rows {
        let house = House::new();
        let report =
            house.import(&house.write("a.jsonl", file(&[transfer("7", "200.00"), payment])), "Ann", Some("wxid_ann"));
        assert_eq!((report.payments.linked, report.payments.differing), (0, 1), "{report:#?}");
        let finding = report.findings.iter().find(|finding| finding.code == "COLLECT_PAYMENT_DIFFERS").unwrap();
        assert!(finding.text.contains(what), "{finding}");
        assert!(linked(&house).is_empty());
    }
    let house = House::new();
    let lines =
        [transfer("7", "200.00"), payment(3, "8", "200.00"), payment(4, "", "200.00"), transfer(" ", "1").id("2")];
    let report = house.import(&house.write("a.jsonl", file(&lines)), "Ann", Some("wxid_ann"));
    assert_eq!((report.payments.linked, report.payments.differing), (0, 0));
}

#[test]
fn a_statement_of_the_app_pays_the_transfer_of_the_chat() {
    let house = House::new();
    // 1_700_000_000 is 2023-11-15 06:13:20 in China.
    let statement = "微信支付账单明细,,\n微信昵称：[安],,\n交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n\
                     2023-11-15 06:13:25,转账,Bob,转账备注:定金,支出,¥200.00,零钱,对方已收钱,1000050001\t,/,/\n\
                     2023-11-15 06:13:25,转账,Bob,/,支出,¥9.00,零钱,对方已收钱,1000050002\t,/,/\n";
    house.write("src/bill.csv", statement);
    house.write("src/chat.jsonl", file(&[transfer("1000050001", "￥200.00")]));
    let report = house.import(&house.path("src"), "Ann", Some("wxid_ann"));
    assert_eq!((report.messages, report.payments.linked, report.payments.differing), (3, 1, 0), "{report:#?}");
    let linked = linked(&house);
    let Body::Payment(payment) = &linked[0].0.body else { panic!("{linked:#?}") };
    assert_eq!(payment.goods.as_deref(), Some("转账备注:定金"));
    // Whoever was collected paid; the statement and the chat are conversations of their own.
    assert_eq!(linked[0].0.sender.as_ref().and_then(|sender| sender.native_id.as_deref()), Some("wxid_ann"));
    assert_ne!(linked[0].0.conversation, linked[0].1.conversation);
    let again = house.import(&house.path("src/bill.csv"), "Ann", Some("wxid_ann"));
    assert_eq!((again.messages, again.held), (0, 2));
}
