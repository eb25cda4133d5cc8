//! Measures an import of a generated WeFlow export: messages a second, with the index, and peak memory.
//!
//! `cargo run --release -p duces-collect --example import_speed -- FOLDER [MESSAGES]` writes the export and the matter
//! into FOLDER, which must not be there yet.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use duces_archive::{Attribution, Matter, MatterConfig};
use duces_collect::{SourceSpec, import};
use duces_model::{Custodian, Zone};

const HAN: &str = "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感合同付款发票转账保密协议违约质量交货";
const WORDS: &[&str] = &[
    "contract",
    "invoice",
    "payment",
    "shipment",
    "signed",
    "terminate",
    "agreement",
    "the",
    "of",
    "and",
    "please",
    "tomorrow",
    "supplier",
    "quality",
    "delay",
    "wire",
    "transfer",
    "confidential",
    "draft",
    "meeting",
];

/// A small generator with a fixed seed, so that every run measures the same export.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).expect("below a usize")
    }
}

fn text(seeded: &mut Seeded, han: &[char]) -> String {
    let mut text = String::new();
    let kind = seeded.below(10);
    if kind < 7 {
        for _ in 0..5 + seeded.below(35) {
            text.push(han[seeded.below(han.len())]);
        }
    }
    if kind >= 5 {
        for _ in 0..2 + seeded.below(12) {
            text.push(' ');
            text.push_str(WORDS[seeded.below(WORDS.len())]);
        }
    }
    text
}

fn generate(folder: &Path, messages: usize) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder.join("file"))?;
    let han: Vec<char> = HAN.chars().collect();
    let mut seeded = Seeded(1);
    let chats = 10;
    let mut number = 0_u64;
    for chat in 0..chats {
        let mut out = BufWriter::new(File::create(folder.join(format!("chat{chat:02}.json")))?);
        write!(
            out,
            "{{\"weflow\":{{\"version\":\"1.0\",\"exportedAt\":1700000000}},\"session\":{{\"wxid\":\"{chat}@chatroom\",\
             \"displayName\":\"Group {chat}\",\"type\":\"群聊\",\"messageCount\":{}}},\"messages\":[",
            messages / chats
        )?;
        for at in 0..messages / chats {
            number += 1;
            let comma = if at == 0 { "" } else { "," };
            let sender = seeded.below(8);
            let time = 1_700_000_000 + number * 40;
            let (kind, content) = if at % 20 == 7 {
                let name = format!("{chat}-{at}.txt");
                fs::write(folder.join("file").join(&name), format!("file {name}\n"))?;
                ("文件消息", format!("file/{name}"))
            } else {
                ("文本消息", text(&mut seeded, &han))
            };
            write!(
                out,
                "{comma}\n{{\"localId\":{at},\"createTime\":{time},\"formattedTime\":\"2024-01-01 00:00:00\",\
                 \"type\":\"{kind}\",\"localType\":1,\"content\":{},\"isSend\":{},\"senderUsername\":\"wxid_{sender}\",\
                 \"senderDisplayName\":\"Sender {sender}\",\"source\":\"<msgsource><alnode><fr>1</fr></alnode></msgsource>\",\
                 \"senderAvatarKey\":\"wxid_{sender}\",\"platformMessageId\":\"{}\"}}",
                serde_json::to_string(&content)?,
                i32::from(sender == 0),
                7_000_000_000_000_000_000_u64 + number.wrapping_mul(0x9e37_79b9) % 1_000_000_000_000,
            )?;
        }
        out.write_all(b"]}")?;
        out.flush()?;
    }
    Ok(())
}

fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown").to_owned()
}

/// Returns the processor seconds spent so far, where the system tells; on a busy machine they say more than the clock.
fn processor_seconds(of: &str) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{of}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u32 = after_name.split(' ').skip(12).take(2).filter_map(|field| field.parse::<u32>().ok()).sum();
    f64::from(ticks) / 100.0
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("say which folder to work in")?);
    let messages: usize = arguments.next().and_then(|n| n.to_str()?.parse().ok()).unwrap_or(100_000);
    if folder.exists() {
        return Err("the folder is there already".into());
    }
    let source = folder.join("source");
    generate(&source, messages)?;
    let matter = Matter::create(&folder.join("matter"), &MatterConfig { name: "Speed".into(), zone: Zone::utc() })?;
    let spec = SourceSpec {
        path: source,
        custodian: Custodian("Chen Wei".into()),
        account: Some("wxid_0".into()),
        format: None,
        zone: None,
        date_order: None,
        label: "generated".into(),
        exclude: None,
        mapping: None,
    };
    for round in ["first import", "same source again"] {
        let (start, all, writing) = (Instant::now(), processor_seconds("self"), processor_seconds("thread-self"));
        let report = import(&matter, &spec, &Attribution::default(), &mut |_| {})?;
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{round}: {} records, {} new, {} attachments, {:.2} s, {:.0} records/s, {:.2} processor seconds of which {:.2} writing, {}",
            report.records,
            report.messages,
            report.attachments,
            seconds,
            f64::from(u32::try_from(report.records)?) / seconds,
            processor_seconds("self") - all,
            processor_seconds("thread-self") - writing,
            peak_memory()
        );
        assert!(report.adds_up(), "the report must add up");
    }
    let size = |name: &str| fs::metadata(folder.join("matter").join(name)).map_or(0, |meta| meta.len()) / 1024 / 1024;
    println!("archive.db {} MiB, write-ahead log {} MiB", size("archive.db"), size("archive.db-wal"));
    Ok(())
}
