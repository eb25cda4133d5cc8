//! Writes a large synthetic matter: WeFlow exports with media, and the request that produces it.
//!
//! The load: each conversation has [`A_DAY`] messages a day, so that a day is a document of about two pages with at
//! least 250 distinct characters; one message in twenty has an attachment.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::media;
use crate::seeded::Seeded;
use crate::words;

/// Messages a conversation has on a day.
pub const A_DAY: usize = 30;
/// Days a conversation goes on for.
const DAYS: usize = 100;
/// 2024-01-01 00:00 in Shanghai.
const START: i64 = 1_704_038_400;

struct Vocabulary {
    chinese: Vec<&'static str>,
    english: Vec<&'static str>,
    marks: Vec<&'static str>,
    names: Vec<&'static str>,
}

/// Writes a matter of `messages` messages into `folder`; the same seed gives the same bytes.
pub fn matter(folder: &Path, messages: usize, seed: u64) -> Result<()> {
    let export = folder.join("export");
    fs::create_dir_all(&export).with_context(|| format!("cannot make {}", export.display()))?;
    media::write_pool(&export)?;
    let vocabulary = Vocabulary {
        chinese: words::CHINESE.split_whitespace().collect(),
        english: words::ENGLISH.split_whitespace().collect(),
        marks: words::MARKS.split_whitespace().collect(),
        names: words::NAMES.split_whitespace().collect(),
    };
    let mut chance = Seeded::new(seed);
    let mut left = messages;
    let mut number = 0;
    while left > 0 {
        let here = left.min(A_DAY * DAYS);
        conversation(&export, number, here, &vocabulary, &mut chance)?;
        left -= here;
        number += 1;
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

fn conversation(export: &Path, number: usize, count: usize, v: &Vocabulary, chance: &mut Seeded) -> Result<()> {
    let room = format!("{}@chatroom", 40_000_000_000 + number);
    let path = export.join(format!("group-{number:05}.json"));
    let mut out = BufWriter::new(fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?);
    let session = json!({"wxid": room, "nickname": format!("项目群 {number}"), "remark": "", "displayName": format!("项目群 {number}"), "type": "群聊", "lastTimestamp": START, "messageCount": count});
    write!(
        out,
        "{{\"weflow\":{{\"version\":\"1.0.3\",\"exportedAt\":{START},\"generator\":\"duces-bench\"}},\"session\":{session},\"messages\":["
    )?;
    for index in 0..count {
        if index > 0 {
            out.write_all(b",")?;
        }
        let message = message(number, index, v, chance);
        serde_json::to_writer(&mut out, &message)?;
    }
    out.write_all(b"]}")?;
    out.flush()?;
    Ok(())
}

fn message(conversation: usize, index: usize, v: &Vocabulary, chance: &mut Seeded) -> serde_json::Value {
    let (day, of_day) = (index / A_DAY, index % A_DAY);
    // From nine in the morning on, a message every twenty minutes or so.
    let time = START + (day * 86_400 + 32_400 + of_day * 1_200 + chance.below(600)) as i64;
    let who = chance.below(v.names.len());
    let own = who == 0;
    let attachment = chance.below(20) == 0;
    let (kind, local_type, content) =
        if attachment { media::pick(chance) } else { ("文本消息", 1, text(v, chance)) };
    json!({
        "localId": index + 1,
        "createTime": time,
        "formattedTime": "",
        "type": kind,
        "localType": local_type,
        "content": content,
        "isSend": u8::from(own),
        "senderUsername": if own { "wxid_bench_self".to_owned() } else { format!("wxid_bench_{who:02}") },
        "senderDisplayName": v.names[who],
        "source": "",
        "platformMessageId": format!("{}", 7_000_000_000_000_000_000_u64 + (conversation * A_DAY * DAYS + index) as u64),
    })
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
