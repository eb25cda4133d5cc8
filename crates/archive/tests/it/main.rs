//! The matter on disk, seen from outside: made, opened, damaged, locked, read as of a point, claimed and proved.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod blobs;
mod claims;
mod holds;
mod ledger;
mod matter;
mod persons;
mod rows;

use std::ops::ControlFlow;
use std::path::PathBuf;

use duces_archive::{
    AsOf, Attribution, IdentityKey, IdentityRule, ImportInfo, Matter, MatterConfig, MessageFilter, NewMessage,
    NewRecord, PackedChunk, Prepared, Reader, RecordClass, SourceFileInfo, Writer,
};
use duces_model::{
    App, Body, Conversation, ConversationKey, ConversationKind, Custodian, Digest, Message, MessageId, Place,
    RecordState, Sender, UtcMillis, Zone,
};
use tempfile::TempDir;

/// A matter in a folder of its own.
struct House {
    folder: TempDir,
    matter: Matter,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let matter = Matter::create(&folder.path().join("m"), &config()).unwrap();
        Self { folder, matter }
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("m")
    }

    fn database(&self) -> PathBuf {
        self.dir().join("archive.db")
    }

    fn reader(&self) -> Reader {
        self.matter.reader().unwrap()
    }

    /// Imports texts of one group, one a minute, and returns the position after it.
    fn import(&self, custodian: &str, texts: &[&str]) -> AsOf {
        let mut writer = self.matter.writer(Attribution::default()).unwrap();
        add(&mut writer, custodian, texts);
        writer.commit("import.batch", serde_json::json!({})).unwrap().unwrap()
    }
}

fn config() -> MatterConfig {
    MatterConfig { name: "Meridian".into(), zone: Zone::named("Asia/Shanghai").unwrap() }
}

fn millis(ms: i64) -> UtcMillis {
    UtcMillis::new(ms).unwrap()
}

fn group() -> Conversation {
    Conversation {
        key: ConversationKey::room(&App::wechat(), "1@chatroom"),
        app: App::wechat(),
        kind: ConversationKind::Group,
        native_id: "1@chatroom".into(),
        title: "Project".into(),
    }
}

fn info(custodian: &str) -> ImportInfo {
    let file = SourceFileInfo {
        path: "chat.json".into(),
        format: "weflow-json".into(),
        size: 3,
        digest: Digest::of(custodian.as_bytes()),
    };
    ImportInfo {
        custodian: Custodian(custodian.into()),
        account: None,
        label: "chat".into(),
        files: vec![file],
        zips: Vec::new(),
        exclude: None,
    }
}

fn add(writer: &mut Writer<'_>, custodian: &str, texts: &[&str]) -> Vec<MessageId> {
    let (_, files) = writer.begin_import(&info(custodian)).unwrap();
    let holder = writer.custodian(&Custodian(custodian.into())).unwrap();
    let conversation = writer.conversation(&group()).unwrap();
    let chunk = writer.add_chunk(&PackedChunk::of(texts.concat().as_bytes())).unwrap();
    let (mut ids, mut start) = (Vec::new(), 0);
    for (at, text) in texts.iter().enumerate() {
        let sender = Sender { native_id: Some("wxid_a".into()), name: Some("Ann".into()) };
        let prepared = Prepared::of(Some(&sender), &Body::text_of(*text), &[], &duces_model::Marks::default());
        let sent = millis(60_000 * i64::try_from(at).unwrap());
        let id = writer
            .add_message(&NewMessage {
                conversation,
                native_id: None,
                sender: Some(&sender),
                sent,
                sent_raw: "raw",
                sequence: i64::try_from(at).unwrap(),
                prepared: &prepared,
                custodian: holder,
                state: RecordState::Present,
                rule: IdentityRule::Content,
                keys: &[IdentityKey::of([0; 8], &[custodian.as_bytes(), &at.to_le_bytes()])],
            })
            .unwrap();
        writer
            .add_record(&NewRecord {
                file: files[0],
                place: &Place::file("chat.json").at_record(at as u64 + 1),
                chunk,
                start,
                length: text.len(),
                digest: Digest::of(text.as_bytes()),
                class: RecordClass::First,
                message: Some(id),
                state: RecordState::Present,
                sent: Some(sent),
                attachments: 0,
            })
            .unwrap();
        start += text.len();
        ids.push(id);
    }
    ids
}

fn all(reader: &Reader, as_of: AsOf) -> Vec<Message> {
    let mut found = Vec::new();
    let mut each = |message| {
        found.push(message);
        Ok(ControlFlow::Continue(()))
    };
    reader.messages(&MessageFilter::default(), as_of, &mut each).unwrap();
    found
}
