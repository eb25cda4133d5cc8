//! The same archive as WeChat 4.x itself keeps it: message_0.db to message_n.db by time, contact.db, hardlink.db, media.
//!
//! Tables, columns and indexes are those of the documented schema; texts stand as they are, XML in zstd frames.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use md5::{Digest, Md5};
use rusqlite::{Connection, params};

use crate::load::{A_DAY, DAYS, Message, OWN, names, room, sender};
use crate::media::{self, POOL};

/// A database begins a new one about every so many messages.
const A_SHARD: usize = 250_000;
/// The months of the generated days.
const MONTHS: [&str; 4] = ["2024-01", "2024-02", "2024-03", "2024-04"];
/// The folder that all pictures lie in, as if one conversation had them first.
const PICTURES: &str = "0123456789abcdef0123456789abcdef";

/// The databases that are being written.
pub struct Databases {
    storage: PathBuf,
    shards: Vec<Connection>,
    /// The pictures' digests, by number.
    pictures: Vec<String>,
}

impl Databases {
    /// Makes empty databases, and the media that messages send.
    pub fn create(export: &Path, messages: usize) -> Result<Self> {
        let account = export.join(format!("{OWN}_5a7e"));
        let storage = account.join("db_storage");
        for folder in ["message", "contact", "hardlink"] {
            let path = storage.join(folder);
            fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        }
        let pictures = write_media(&account)?;
        let count = messages.div_ceil(A_SHARD).clamp(2, 10);
        let shards = (0..count).map(|n| shard(&storage.join(format!("message/message_{n}.db"))));
        Ok(Self { shards: shards.collect::<Result<_>>()?, pictures, storage })
    }

    /// Writes a conversation: a table in each database, its days shared out in the order of time.
    pub fn conversation(&mut self, number: usize, messages: impl Iterator<Item = Message>) -> Result<()> {
        let (room, _) = room(number);
        let table = format!("Msg_{}", hash(room.as_bytes()));
        for shard in &self.shards {
            shard.execute("INSERT INTO Name2Id(user_name) VALUES(?1)", [&room])?;
            create_table(shard, &table)?;
        }
        let insert = format!(
            "INSERT INTO {table}(server_id, local_type, sort_seq, real_sender_id, create_time, status, upload_status, \
             download_status, server_seq, origin_source, source, message_content, compress_content, packed_info_data, \
             WCDB_CT_message_content, WCDB_CT_source) VALUES(?1,?2,?3,?4,?5,?6,0,0,?7,2,'',?8,NULL,?9,?10,0)"
        );
        for (index, message) in messages.enumerate() {
            let day = index / A_DAY;
            let shard = &self.shards[day * self.shards.len() / DAYS];
            let xml = self.xml(&message)?;
            let text = match message.who {
                0 => message.content.clone(),
                who => format!("{}:\n{}", sender(who), message.content),
            };
            let content: &dyn rusqlite::ToSql = match &xml {
                Some(frame) => frame,
                None => &text,
            };
            shard.prepare_cached(&insert)?.execute(params![
                message.server_id.cast_signed(),
                message.kind.1,
                message.time * 1000 + i64::try_from(index % A_DAY)?,
                // Those who chat stand in `Name2Id` first.
                i64::try_from(message.who)? + 1,
                message.time,
                if message.who == 0 { 2 } else { 4 },
                i64::try_from(index)?,
                content,
                packed_info(),
                if xml.is_some() { Some(4) } else { None },
            ])?;
        }
        Ok(())
    }

    /// Returns the XML of a message with a file or a picture, in a zstd frame.
    fn xml(&self, message: &Message) -> Result<Option<Vec<u8>>> {
        let name = message.content.rsplit('/').next().unwrap_or_default();
        let xml = match message.kind.1 {
            1 => return Ok(None),
            3 => {
                let number: usize = name.trim_start_matches("picture-").trim_end_matches(".bmp").parse()?;
                format!(
                    "<?xml version=\"1.0\"?>\n<msg>\n\t<img md5=\"{}\" length=\"57654\" />\n</msg>\n",
                    self.pictures[number]
                )
            }
            _ => format!(
                "<msg><appmsg appid=\"\" sdkver=\"0\"><title>{name}</title><type>6</type><appattach><totallen>1000\
                 </totallen><fileext>{}</fileext></appattach></appmsg></msg>",
                name.rsplit('.').next().unwrap_or_default()
            ),
        };
        let xml = if message.who == 0 { xml } else { format!("{}:\n{xml}", sender(message.who)) };
        Ok(Some(zstd::bulk::compress(xml.as_bytes(), 3)?))
    }

    /// Makes the indexes, and the databases of names and media.
    pub fn finish(self, conversations: usize) -> Result<()> {
        for shard in &self.shards {
            shard.execute_batch("COMMIT")?;
        }
        let contact = Connection::open(self.storage.join("contact/contact.db"))?;
        contact.execute_batch(
            "CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, remark TEXT, \
             nick_name TEXT); CREATE TABLE chat_room(id INTEGER PRIMARY KEY, username TEXT, owner TEXT, ext_buffer BLOB); \
             BEGIN",
        )?;
        let mut insert =
            contact.prepare("INSERT INTO contact(username, local_type, remark, nick_name) VALUES(?1,?2,'',?3)")?;
        for (who, name) in names().into_iter().enumerate() {
            insert.execute(params![sender(who), 1, name])?;
        }
        for (id, name) in (0..conversations).map(room) {
            insert.execute(params![id, 2, name])?;
        }
        contact.execute_batch("COMMIT")?;
        let hardlink = Connection::open(self.storage.join("hardlink/hardlink.db"))?;
        hardlink.execute_batch(
            "CREATE TABLE dir2id(username TEXT PRIMARY KEY); CREATE TABLE image_hardlink_info_v3(md5_hash INTEGER, md5 \
             TEXT, type INTEGER, file_name TEXT, file_size INTEGER, modify_time INTEGER, dir1 INTEGER, dir2 INTEGER, \
             _rowid_ INTEGER PRIMARY KEY ASC, extra_buffer BLOB); BEGIN",
        )?;
        hardlink.execute("INSERT INTO dir2id(username) VALUES(?1),(?2)", params![PICTURES, MONTHS[0]])?;
        for digest in &self.pictures {
            hardlink.execute(
                "INSERT INTO image_hardlink_info_v3(md5, file_name, dir1, dir2) VALUES(?1,?2,1,2)",
                params![digest, format!("{digest}.dat")],
            )?;
        }
        hardlink.execute_batch("COMMIT")?;
        Ok(())
    }
}

fn shard(path: &Path) -> Result<Connection> {
    let shard = Connection::open(path).with_context(|| format!("cannot make {}", path.display()))?;
    // What is generated can be generated again.
    shard.execute_batch("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN")?;
    shard
        .execute_batch("CREATE TABLE Name2Id(user_name TEXT PRIMARY KEY); CREATE TABLE TimeStamp(timestamp INTEGER)")?;
    for who in 0..names().len() {
        shard.execute("INSERT INTO Name2Id(user_name) VALUES(?1)", [sender(who)])?;
    }
    Ok(shard)
}

fn create_table(shard: &Connection, table: &str) -> Result<()> {
    shard.execute_batch(&format!(
        "CREATE TABLE {table}(local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER, local_type INTEGER, sort_seq \
         INTEGER, real_sender_id INTEGER, create_time INTEGER, status INTEGER, upload_status INTEGER, download_status \
         INTEGER, server_seq INTEGER, origin_source INTEGER, source TEXT, message_content TEXT, compress_content TEXT, \
         packed_info_data BLOB, WCDB_CT_message_content INTEGER DEFAULT NULL, WCDB_CT_source INTEGER DEFAULT NULL); \
         CREATE INDEX {table}_SENDERID ON {table}(real_sender_id); CREATE INDEX {table}_SERVERID ON {table}(server_id); \
         CREATE INDEX {table}_SORTSEQ ON {table}(sort_seq); CREATE INDEX {table}_TYPE_SEQ ON {table}(local_type, sort_seq);"
    ))?;
    Ok(())
}

/// Writes the media where 4.x keeps them; returns the pictures' digests.
fn write_media(account: &Path) -> Result<Vec<String>> {
    let pictures = account.join(format!("msg/attach/{PICTURES}/{}/Img", MONTHS[0]));
    fs::create_dir_all(&pictures)?;
    let mut digests = Vec::new();
    for n in 0..POOL {
        let bytes = media::bitmap(n);
        let digest = hash(&bytes);
        fs::write(pictures.join(format!("{digest}.dat")), &bytes)?;
        digests.push(digest);
    }
    for month in MONTHS {
        let folder = account.join(format!("msg/file/{month}"));
        fs::create_dir_all(&folder)?;
        for (name, bytes) in (0..POOL).flat_map(media::documents) {
            fs::write(folder.join(name), bytes)?;
        }
    }
    Ok(digests)
}

/// The packed information that most messages have: type 106 and version 14.
fn packed_info() -> [u8; 4] {
    [0x08, 106, 0x10, 14]
}

fn hash(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
