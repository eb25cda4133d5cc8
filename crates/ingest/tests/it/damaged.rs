//! Damage of every kind to tables, reports, pages and texts: reading ends, and nothing makes it panic.

use std::fs;
use std::path::Path;

use duces_ingest::{Format, Mapping, Options, SourceFile, detect_with, open};

use crate::options;
use crate::wechat_pay::as_workbook;

const COLUMNS: &str = "[columns]\ntime = \"时间\"\nsender = \"昵称\"\ntext = \"聊天内容\"\n";
const LINES: &str = "[lines]\nbegins = \"<{time}> {sender} ({sender_id}) said: {text}\"\n";
const PAGE: &str =
    "[page]\nmessage = \"li.m\"\ntime = \"i\"\nsender = \".who\"\ntext = \"p.t\"\nown = \".out\"\nid = \"data-id\"\n";

/// Each format: a file of it, and the mapping it needs.
const FILES: &[(Format, &str, &str)] = &[
    (Format::WechatPay, "wechat-pay/微信支付账单(20240301-20240331).csv", ""),
    (Format::CellebriteTable, "tables/Chats.csv", ""),
    (Format::AxiomTable, "tables/WhatsApp Messages - Android.csv", ""),
    (Format::MappedTable, "tables/kept/客户沟通.csv", COLUMNS),
    (Format::Ufdr, "ufdr/report.xml", ""),
    (Format::SmsBackup, "sms/sms-20240401.xml", ""),
    (Format::WhatsappTxt, "whatsapp/WhatsApp Chat - 出运群/_chat.txt", ""),
    (Format::SignalTxt, "whatsapp/signal.txt", ""),
    (Format::TelegramJson, "telegram/result.json", ""),
    (Format::SlackJson, "slack/出运/2024-03-05.json", ""),
    (Format::MetaJson, "meta/message_1.json", ""),
    (Format::DiscordJson, "discord/#出运.json", ""),
    (Format::WechatPosted, "kept/posted.txt", ""),
    (Format::KeptText, "kept/春季出运群.txt", ""),
    (Format::KeptText, "kept/周言.txt", ""),
    (Format::MappedText, "kept/mapped/chat.md", LINES),
    (Format::WechatexporterPage, "kept/wechatexporter/春季出运群.html", ""),
    (Format::WechatexporterPage, "kept/wechatexporter/春季出运群_files/Data/msg-1.js", ""),
    (Format::MappedPage, "kept/page/talk.html", PAGE),
    (Format::TeamsGraphJson, "teams/graph/chat.json", ""),
    (Format::TeamsGraphJson, "teams/graph/lines.jsonl", ""),
    (Format::TeamsExportJson, "teams/account/messages.json", ""),
    (Format::TeamsGraphJson, "teams/export/teams/team/messages_team.json", ""),
    (Format::MemotracePage, "kept/memotrace/周言.html", ""),
    (Format::MemotracePage, "kept/memotrace/春季出运群(1001@chatroom)/春季出运群.html", ""),
];

/// What readers trip over.
const ODD: &[&[u8]] = &[
    b"\"",
    b"'",
    b"<",
    b">",
    b"\\",
    b"{",
    b"}",
    b"]]>",
    b"<![CDATA[",
    b",",
    b"\n",
    b"\0",
    b"<div class=\"msg\" msgid=1>",
    b"</model>",
    b"(",
    b"99999999999999999999",
    b"\xff",
    b"&#x110000;",
    b"%zz%e6",
    b"\xef\xbc\x8c",
];

/// Numbers that are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most.max(1) as u64).expect("below a usize")
    }
}

fn damage(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    for _ in 0..=numbers.below(5) {
        if bytes.is_empty() {
            return;
        }
        let at = numbers.below(bytes.len());
        let to = (at + 1 + numbers.below(120)).min(bytes.len());
        match numbers.below(5) {
            0 => bytes[at] ^= 1 << numbers.below(8),
            1 => drop(bytes.drain(at..to)),
            2 => {
                let piece = bytes[at..to].to_vec();
                let place = numbers.below(bytes.len());
                bytes.splice(place..place, piece);
            }
            3 => {
                let odd = ODD[numbers.below(ODD.len())];
                bytes.splice(at..at, odd.iter().copied());
            }
            _ if numbers.below(4) == 0 => bytes.truncate(at),
            _ => bytes[at] = u8::try_from(numbers.below(256)).expect("a byte"),
        }
    }
}

#[test]
fn no_damage_makes_the_readers_panic_or_go_on_for_ever() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("source");
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let files =
        FILES.iter().map(|(format, name, mapping)| (*format, fs::read(fixtures.join(name)).expect("read"), *mapping));
    for (format, whole, mapping) in files.chain([(Format::WechatPay, as_workbook(), "")]) {
        let mapping = (!mapping.is_empty()).then(|| Mapping::from_toml(mapping).expect("a mapping"));
        let options = Options { mapping: mapping.clone(), ..options() };
        let mut read = 0;
        for _ in 0..60 {
            let mut bytes = whole.clone();
            damage(&mut bytes, &mut numbers);
            fs::write(&path, &bytes).expect("written");
            // No more items than bytes, or the reading would never end.
            if let Ok(items) = open(&SourceFile::single(format, &path), folder.path(), &options) {
                read += usize::from(items.take(bytes.len() + 100).count() <= bytes.len() + 99);
            }
            drop(detect_with(&path, mapping.as_ref()));
        }
        assert!(read > 0 || whole.starts_with(b"PK"), "{format}: nothing was read at all");
    }
}
