//! Reads whole sources through the public interface.

#[path = "it/broken.rs"]
mod broken;
#[path = "it/damaged.rs"]
mod damaged;
#[path = "it/discord.rs"]
mod discord;
#[path = "it/filedump.rs"]
mod filedump;
#[path = "it/imessage.rs"]
mod imessage;
#[path = "it/interchange.rs"]
mod interchange;
#[path = "it/kept.rs"]
mod kept;
#[path = "it/mail.rs"]
mod mail;
#[path = "it/meta.rs"]
mod meta;
#[path = "it/moments.rs"]
mod moments;
#[path = "it/phone_text.rs"]
mod phone_text;
#[path = "it/real.rs"]
mod real;
#[path = "it/rsmf.rs"]
mod rsmf;
#[path = "it/slack.rs"]
mod slack;
#[path = "it/sms.rs"]
mod sms;
#[path = "it/sources.rs"]
mod sources;
#[path = "it/strategies.rs"]
mod strategies;
#[path = "it/tables.rs"]
mod tables;
#[path = "it/teams_export.rs"]
mod teams_export;
#[path = "it/teams_graph.rs"]
mod teams_graph;
#[path = "it/telegram.rs"]
mod telegram;
#[path = "it/tools.rs"]
mod tools;
#[path = "it/ufdr.rs"]
mod ufdr;
#[path = "it/wechat3.rs"]
mod wechat3;
#[path = "it/wechat4.rs"]
mod wechat4;
#[path = "it/wechat_hostile.rs"]
mod wechat_hostile;
#[path = "it/wechat_made.rs"]
mod wechat_made;
#[path = "it/wechat_mobile.rs"]
mod wechat_mobile;
#[path = "it/wechat_pay.rs"]
mod wechat_pay;
#[path = "it/wecom.rs"]
mod wecom;
#[path = "it/workbook.rs"]
mod workbook;
#[path = "it/xml.rs"]
mod xml;
#[path = "it/xml_kinds.rs"]
mod xml_kinds;

use std::path::{Path, PathBuf};

use duces_ingest::{Format, Items, Options, SourceFile, detect, open};
use duces_model::{Finding, Item, SourceRecord, Zone};

/// Returns a path beside the repository, where it is there.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if !path.exists() {
        println!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

fn options() -> Options {
    Options { zone: Some(Zone::named("Asia/Shanghai").expect("a zone")), ..Options::default() }
}

fn records(items: &[Item]) -> Vec<&SourceRecord> {
    items.iter().filter_map(|item| if let Item::Record(record) = item { Some(&**record) } else { None }).collect()
}

fn findings(items: &[Item]) -> Vec<&Finding> {
    let mut found = Vec::new();
    for item in items {
        if let Item::Finding(finding) | Item::Excepted { finding, .. } = item {
            found.push(finding);
        }
    }
    found
}

/// Reads everything below a path.
fn read_all(path: &Path) -> (Vec<Finding>, Vec<Item>) {
    let detected = detect(path).expect("readable");
    let mut items = Vec::new();
    for file in &detected.files {
        items.extend(open(file, &detected.root, &options()).expect("opens"));
    }
    (detected.findings, items)
}

/// Reads a text as a file of a format.
fn read_text(format: Format, name: &str, text: &[u8]) -> Vec<Item> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    std::fs::write(&file, text).expect("written");
    let items: Items = open(&SourceFile::single(format, &file), folder.path(), &options()).expect("opens");
    items.collect()
}
