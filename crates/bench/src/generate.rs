//! Writes a large synthetic matter: an archive with media, as WeFlow exports or as databases of WeChat 4.x, and the
//! request that produces it. Both hold the same messages.
//!
//! The load: each conversation has [`A_DAY`] messages a day, so that a day is a document of about two pages with at
//! least 250 distinct characters; one message in twenty has an attachment.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::load::{A_DAY, DAYS, Message, names, room, sender};
use crate::media;
use crate::seeded::Seeded;
use crate::wechat4::Databases;
use crate::words;

/// 2024-01-01 00:00 in Shanghai.
const START: i64 = 1_704_038_400;

/// How the archive is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// WeFlow exports, one file a conversation.
    #[default]
    WeflowJson,
    /// Databases of WeChat 4.x: message_0.db to message_n.db, contact.db, hardlink.db.
    Wechat4Db,
}

struct Vocabulary {
    chinese: Vec<&'static str>,
    english: Vec<&'static str>,
    marks: Vec<&'static str>,
    names: Vec<&'static str>,
}

/// Writes a matter of `messages` messages into `folder`; the same seed gives the same bytes.
pub fn matter(folder: &Path, messages: usize, seed: u64, format: Format) -> Result<()> {
    let export = folder.join("export");
    fs::create_dir_all(&export).with_context(|| format!("cannot make {}", export.display()))?;
    let mut databases = match format {
        Format::WeflowJson => {
            media::write_pool(&export)?;
            None
        }
        Format::Wechat4Db => Some(Databases::create(&export, messages)?),
    };
    let vocabulary = Vocabulary {
        chinese: words::CHINESE.split_whitespace().collect(),
        english: words::ENGLISH.split_whitespace().collect(),
        marks: words::MARKS.split_whitespace().collect(),
        names: names(),
    };
    let mut chance = Seeded::new(seed);
    let mut left = messages;
    let mut number = 0;
    while left > 0 {
        let here = left.min(A_DAY * DAYS);
        let messages = (0..here).map(|index| message(number, index, &vocabulary, &mut chance));
        match &mut databases {
            None => conversation(&export, number, here, messages)?,
            Some(databases) => databases.conversation(number, messages)?,
        }
        left -= here;
        number += 1;
    }
    if let Some(databases) = databases {
        databases.finish(number)?;
    }
    fs::write(folder.join("request.toml"), request())?;
    Ok(())
}

fn request() -> &'static str {
    "# SYNTHETIC: generated for measurements\n\
     format = 1\nname = \"bench\"\nmatter = \"Synthetic load\"\nzone = \"Asia/Shanghai\"\ndate = \"2024-06-01\"\n\
     [[source]]\npath = \"export\"\ncustodian = \"Bench Custodian\"\naccount = \"wxid_bench_self\"\n\
     [production]\nprefix = \"BEN\"\nwidth = 8\ndesignation = \"CONFIDENTIAL\"\n"
}

fn conversation(export: &Path, number: usize, count: usize, messages: impl Iterator<Item = Message>) -> Result<()> {
    let (room, name) = room(number);
    let path = export.join(format!("group-{number:05}.json"));
    let mut out = BufWriter::new(fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?);
    let session = json!({"wxid": room, "nickname": name, "remark": "", "displayName": name, "type": "群聊", "lastTimestamp": START, "messageCount": count});
    write!(
        out,
        "{{\"weflow\":{{\"version\":\"1.0.3\",\"exportedAt\":{START},\"generator\":\"duces-bench\"}},\"session\":{session},\"messages\":["
    )?;
    let names = names();
    for (index, message) in messages.enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        serde_json::to_writer(&mut out, &as_weflow(index, &message, &names))?;
    }
    out.write_all(b"]}")?;
    out.flush()?;
    Ok(())
}

fn as_weflow(index: usize, message: &Message, names: &[&str]) -> serde_json::Value {
    json!({
        "localId": index + 1,
        "createTime": message.time,
        "formattedTime": "",
        "type": message.kind.0,
        "localType": message.kind.1,
        "content": message.content,
        "isSend": u8::from(message.who == 0),
        "senderUsername": sender(message.who),
        "senderDisplayName": names[message.who],
        "source": "",
        "platformMessageId": message.server_id.to_string(),
    })
}

fn message(conversation: usize, index: usize, v: &Vocabulary, chance: &mut Seeded) -> Message {
    let (day, of_day) = (index / A_DAY, index % A_DAY);
    // From nine in the morning on, a message every twenty minutes or so.
    let time = START + (day * 86_400 + 32_400 + of_day * 1_200 + chance.below(600)) as i64;
    let who = chance.below(v.names.len());
    let attachment = chance.below(20) == 0;
    let (kind, content) = if attachment {
        let (kind, number, path) = media::pick(chance);
        ((kind, number), path)
    } else {
        (("文本消息", 1), text(v, chance))
    };
    let server_id = 7_000_000_000_000_000_000_u64 + (conversation * A_DAY * DAYS + index) as u64;
    Message { time, who, kind, content, server_id }
}

/// About 35 characters: mostly Chinese, some English, now and then a mark.
fn text(v: &Vocabulary, chance: &mut Seeded) -> String {
    let mut text = String::new();
    let chinese = chance.below(10) < 7;
    for word in 0..8 + chance.below(12) {
        if chinese {
            text.push_str(chance.pick(&v.chinese));
            if word % 4 == 3 {
                text.push('，');
            }
        } else {
            if word > 0 {
                text.push(' ');
            }
            text.push_str(chance.pick(&v.english));
        }
    }
    if chance.below(6) == 0 {
        text.push_str(chance.pick(&v.marks));
    }
    text
}
