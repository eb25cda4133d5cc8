//! Statements of WeChat Pay: each transaction is a payment of a conversation with its counterparty.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, Options, SourceFile, detect, open};
use duces_model::{Body, ConversationKind, Item, Payment, SourceRecord, Zone};

use crate::workbook::V::{Inline, None as Empty, Number, Text, Time};
use crate::workbook::{V, workbook};
use crate::{findings, read_text, records};

fn csv() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wechat-pay/微信支付账单(20240301-20240331).csv")
}

fn read(path: &Path, options: &Options) -> Vec<Item> {
    let detected = detect(path).expect("a statement");
    assert_eq!(detected.files, [SourceFile::single(Format::WechatPay, path)]);
    open(&detected.files[0], &detected.root, options).expect("opens").collect()
}

fn payment(record: &SourceRecord) -> &Payment {
    let Body::Payment(payment) = &record.body else { panic!("no payment: {record:?}") };
    payment
}

#[test]
fn every_transaction_is_a_payment_and_every_other_line_is_accounted_for() {
    // A zone that the caller gives is of other sources: the service writes China's time.
    let options = Options { zone: Some(Zone::named("America/New_York").expect("a zone")), ..Options::default() };
    for options in [&options, &Options { account: Some("wxid_an".into()), ..Options::default() }] {
        let items = read(&csv(), options);
        let said: Vec<&str> = findings(&items).iter().map(|finding| finding.code).collect();
        let expected = [
            "INGEST_BLANK_LINE",
            "INGEST_PROVENANCE",
            "INGEST_ZONE_OF_SERVICE",
            "INGEST_CONVERSATION_DERIVED",
            "INGEST_BAD_TIME",
            "INGEST_ROW_NO_MESSAGE",
            "INGEST_COUNT_DIFFERS",
        ];
        assert_eq!(said, expected);
        let found = records(&items);
        assert_eq!(found.len(), 5);
        assert_eq!(found[0].sent.to_string(), "2024-03-05T01:00:00Z");
        assert_eq!(found[0].place.to_string(), "微信支付账单(20240301-20240331).csv, line 17, record 1");
        let senders: Vec<_> = found
            .iter()
            .map(|record| {
                let sender = record.sender.as_ref();
                (
                    sender.and_then(|s| s.native_id.as_deref()),
                    sender.and_then(|s| s.name.as_deref()),
                    record.sent_by_collector,
                )
            })
            .collect();
        let own = options.account.as_deref();
        let expected = [
            (own, Some("安"), Some(true)),
            (None, Some("林晓"), Some(false)),
            (own, Some("安"), Some(true)),
            (None, Some("某书店"), Some(false)),
            (None, None, None),
        ];
        assert_eq!(senders, expected);
    }
    let items = read(&csv(), &options);
    let texts: Vec<&str> = findings(&items).iter().map(|finding| finding.text.as_str()).collect();
    assert_eq!(
        texts[1],
        "account name: 安; from: 2024-03-01 00:00:00; to: 2024-03-31 23:59:59; kind of export: 全部; exported: 2024-04-02 10:20:30"
    );
    assert_eq!(texts[6], "7 transactions are declared, 5 were read");
}

#[test]
fn values_are_what_the_statement_says_without_what_guards_them() {
    let items = read(&csv(), &Options::default());
    let found = records(&items);
    let first = Payment {
        what: Some("转账".into()),
        direction: Some("支出".into()),
        amount: Some("¥200.00".into()),
        counterparty: Some("周言".into()),
        goods: Some("转账备注:定金, 二月".into()),
        method: Some("零钱".into()),
        state: Some("对方已收钱".into()),
        transaction_id: Some("1000050001202403050000000000000001".into()),
        merchant_id: Some("1000050001".into()),
        memo: None,
    };
    assert_eq!(payment(found[0]), &first);
    assert_eq!(payment(found[1]).transaction_id.as_deref(), Some("1000039501202403060000000000000002"));
    assert_eq!((&payment(found[1]).goods, &payment(found[1]).method), (&None, &None));
    let talks: Vec<_> = found.iter().map(|record| record.conversation.title.as_deref()).collect();
    let talks: Vec<&str> = talks.into_iter().flatten().collect();
    let expected = ["周言", "林晓", "某书店", "某书店", "招商银行(1234)"].map(|name| format!("WeChat Pay: {name}"));
    assert_eq!(talks, expected);
    assert!(found.iter().all(|record| record.conversation.kind == ConversationKind::Payments));
    assert!(found.iter().all(|record| record.conversation.lacks_id()));
    // A refund under the number of what it refunds is a transaction of its own.
    assert!(found[2].native_id.is_some() && found[3].native_id.is_none());
    let file = std::fs::read(csv()).expect("read");
    assert!(found.iter().all(|record| file.windows(record.raw.len()).any(|window| window == record.raw)));
}

const HEADER: &[V] = &[
    Text("交易时间"),
    Text("交易类型"),
    Text("交易对方"),
    Text("商品"),
    Text("收/支"),
    Text("金额(元)"),
    Text("支付方式"),
    Text("当前状态"),
    Text("交易单号"),
    Text("商户单号"),
    Text("备注"),
];

fn as_workbook() -> Vec<u8> {
    let transfer = &[
        Time("45356.375"),
        Text("转账"),
        Text("周言"),
        Text("转账备注:微信转账"),
        Text("支出"),
        Number("200"),
        Text("零钱"),
        Text("对方已收钱"),
        Text("1000050001202403050000000000000001"),
        Text("/"),
        Text("/"),
    ];
    // Without the format of a time, and with the number as a number.
    let bare = &[
        Number("45356.5"),
        Text("微信红包"),
        Text("林晓"),
        Empty,
        Text("收入"),
        Number("5.5"),
        Inline("/"),
        Text("已存入零钱"),
        Number("1.0000395012024031E+27"),
    ];
    workbook(&[(
        "Sheet1",
        &[
            (1, &[Text("微信支付账单明细")]),
            (2, &[Text("微信昵称：[安]")]),
            (3, &[Text("共2笔记录")]),
            (4, &[Text("收入：1笔 5.50元")]),
            (5, &[Text("支出：1笔 200.00元")]),
            (17, &[Text("----------------------微信支付账单明细列表--------------------")]),
            (18, HEADER),
            (19, transfer),
            (20, bare),
        ],
    )])
}

#[test]
fn the_workbook_says_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("账单.xlsx");
    std::fs::write(&path, as_workbook()).expect("written");
    let items = read(&path, &Options::default());
    let said: Vec<&str> = findings(&items).iter().map(|finding| finding.code).collect();
    let expected =
        ["INGEST_PROVENANCE", "INGEST_ZONE_OF_SERVICE", "INGEST_CONVERSATION_DERIVED", "INGEST_ROUNDED_NUMBER"];
    assert_eq!(said, expected);
    let found = records(&items);
    let times: Vec<String> = found.iter().map(|record| record.sent.to_string()).collect();
    assert_eq!(times, ["2024-03-05T01:00:00Z", "2024-03-05T04:00:00Z"]);
    let amounts: Vec<_> = found.iter().map(|record| payment(record).amount.as_deref()).collect();
    assert_eq!(amounts, [Some("200"), Some("5.5")]);
    assert_eq!(found[0].native_id.as_deref(), Some("1000050001202403050000000000000001"));
    assert_eq!(found[1].native_id, None);
    assert_eq!(found[0].place.line, Some(19));
    let raw = String::from_utf8(found[0].raw.clone()).expect("JSON");
    assert!(raw.starts_with("{\"sheet\":\"Sheet1\",\"row\":19,\"cells\":[\"2024-03-05 09:00:00\",\"转账\""), "{raw}");
}

#[test]
fn damaged_workbooks_are_told_and_never_end_the_program() {
    let whole = as_workbook();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("账单.xlsx");
    let mut opened = 0;
    for cut in (0..whole.len()).step_by(97) {
        std::fs::write(&path, &whole[..cut.max(4)]).expect("written");
        // Without its end a ZIP has no list of what it holds.
        assert!(detect(&path).is_err(), "{cut}");
        assert!(open(&SourceFile::single(Format::WechatPay, &path), folder.path(), &Options::default()).is_err());
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        std::fs::write(&path, &bytes).expect("written");
        let file = SourceFile::single(Format::WechatPay, &path);
        if let Ok(items) = open(&file, folder.path(), &Options::default()) {
            let items: Vec<Item> = items.collect();
            opened += 1;
            let told = findings(&items).iter().any(|finding| {
                ["INGEST_READ_FAILED", "INGEST_MISSING_FIELD", "INGEST_COUNT_DIFFERS", "INGEST_BAD_TIME"]
                    .contains(&finding.code)
            });
            assert!(told || records(&items).len() == 2, "{at}: {items:#?}");
        }
    }
    assert!(opened > 0);
}

#[test]
fn what_unfolds_too_far_is_refused() {
    let text = "x".repeat(20 << 20);
    let parts = [
        ("xl/workbook.xml".to_owned(), String::new()),
        (
            "xl/worksheets/sheet1.xml".to_owned(),
            format!("<worksheet><sheetData><row><c t=\"str\"><v>{text}</v></c></row></sheetData></worksheet>"),
        ),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bomb.xlsx");
    std::fs::write(&path, crate::workbook::zipped(&parts)).expect("written");
    let file = SourceFile::single(Format::WechatPay, &path);
    let Err(error) = open(&file, folder.path(), &Options::default()) else { panic!("it was opened") };
    assert!(error.to_string().contains("holds a text of more than 16 MiB"), "{error}");
    assert!(detect(&path).is_err());
}

#[test]
fn a_file_that_is_none_says_so() {
    let items = read_text(Format::WechatPay, "x.csv", "a,b\n1,2\n".as_bytes());
    assert_eq!(findings(&items).iter().map(|f| f.code).collect::<Vec<_>>(), ["INGEST_MISSING_FIELD"]);
}
