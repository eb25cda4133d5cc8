//! Small matters, written through the archive's own writer.

use duces_archive::{
    AsOf, Attribution, IdentityKey, IdentityRule, ImportInfo, Matter, MatterConfig, NewMessage, Persons, Prepared,
    Reader,
};
use duces_model::{
    App, Attachment, AttachmentRole, Body, Content, Conversation, ConversationKey, ConversationKind, Custodian, Digest,
    Marks, Message, MessageId, MissingReason, RecordState, Sender, UtcMillis, Zone,
};
use serde_json::json;

/// A matter in a folder that goes with it.
pub struct Fixture {
    folder: tempfile::TempDir,
    matter: Matter,
}

/// A message on its way into a matter.
#[derive(Debug, Clone)]
pub struct Said {
    pub conversation: usize,
    pub sent: UtcMillis,
    pub sender: Option<Sender>,
    pub body: Body,
    pub attachments: Vec<Attachment>,
    pub marks: Marks,
    pub custodians: Vec<&'static str>,
}

impl Fixture {
    pub fn new(conversations: &[Conversation], said: &[Said]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = MatterConfig { name: "Test".into(), zone: shanghai() };
        let matter = Matter::create(&folder.path().join("matter"), &config).unwrap();
        let fixture = Self { folder, matter };
        fixture.add(conversations, said, 0);
        fixture
    }

    /// Adds messages; `first` tells their identities from those added before.
    pub fn add(&self, conversations: &[Conversation], said: &[Said], first: usize) {
        let mut writer = self.matter.writer(Attribution::default()).unwrap();
        let info = ImportInfo {
            custodian: Custodian("Chen Lihua".into()),
            account: None,
            label: format!("phone {first}"),
            files: Vec::new(),
            zips: Vec::new(),
            exclude: None,
        };
        writer.begin_import(&info).unwrap();
        let rows: Vec<_> = conversations.iter().map(|c| writer.conversation(c).unwrap()).collect();
        for (n, said) in said.iter().enumerate() {
            let n = first + n;
            let holders: Vec<_> =
                said.custodians.iter().map(|c| writer.custodian(&Custodian((*c).into())).unwrap()).collect();
            let prepared = Prepared::of(said.sender.as_ref(), &said.body, &said.attachments, &said.marks);
            let message = writer
                .add_message(&NewMessage {
                    conversation: rows[said.conversation],
                    native_id: Some(&n.to_string()),
                    sender: said.sender.as_ref(),
                    sent: said.sent,
                    sent_raw: "",
                    sequence: n as i64,
                    prepared: &prepared,
                    custodian: holders[0],
                    state: RecordState::Present,
                    rule: IdentityRule::ServerId,
                    keys: &[IdentityKey::of(n.to_le_bytes(), &[&n.to_le_bytes()])],
                })
                .unwrap();
            for holder in &holders[1..] {
                writer.add_holding(message, *holder, RecordState::Present).unwrap();
            }
        }
        writer.commit("import", json!({ "first": first })).unwrap();
    }

    pub fn reader(&self) -> (Reader, AsOf) {
        let reader = self.matter.reader().unwrap();
        let now = reader.now().unwrap();
        (reader, now)
    }

    pub fn set_persons(&self, persons: &Persons) {
        assert!(self.matter.set_persons(persons, &Attribution::default()).unwrap());
    }

    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("matter/archive.db")
    }
}

pub fn shanghai() -> Zone {
    zone("Asia/Shanghai")
}

pub fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

pub fn at(zone: &Zone, local: &str) -> UtcMillis {
    zone.instant(local).unwrap()
}

pub fn utc(text: &str) -> UtcMillis {
    at(&Zone::utc(), text)
}

pub fn group(native_id: &str, title: &str) -> Conversation {
    let app = App::wechat();
    Conversation {
        key: ConversationKey::room(&app, native_id),
        app,
        kind: ConversationKind::Group,
        native_id: native_id.into(),
        title: title.into(),
    }
}

pub fn direct(a: &str, b: &str, title: &str) -> Conversation {
    Conversation {
        key: ConversationKey::from_stored(format!("wechat:direct:{a}|{b}")),
        app: App::wechat(),
        kind: ConversationKind::Direct,
        native_id: format!("{a}|{b}"),
        title: title.into(),
    }
}

pub fn sender(native_id: &str, name: &str) -> Sender {
    Sender { native_id: Some(native_id.into()), name: Some(name.into()) }
}

/// A text at a local time in Shanghai, held by Chen Lihua.
pub fn said(conversation: usize, local: &str, from: &str, text: &str) -> Said {
    Said {
        conversation,
        sent: at(&shanghai(), local),
        sender: Some(sender(&format!("wxid_{from}"), from)),
        body: Body::text_of(text),
        attachments: Vec::new(),
        marks: Marks::default(),
        custodians: vec!["Chen Lihua"],
    }
}

pub fn stored(role: AttachmentRole, name: Option<&str>, mime: &str, bytes: &str) -> Attachment {
    let content = Content::Stored { digest: Digest::of(bytes.as_bytes()), size: bytes.len() as u64 };
    Attachment { role, name: name.map(str::to_owned), mime: mime.into(), content }
}

pub fn missing(role: AttachmentRole, name: &str) -> Attachment {
    let content = Content::Missing(MissingReason::NotInSource);
    Attachment { role, name: Some(name.into()), mime: "application/pdf".into(), content }
}

/// A message as it comes out of the archive, for the pure functions.
pub fn message(n: i64, sent: UtcMillis, from: &str, body: Body) -> Message {
    Message {
        id: MessageId(n),
        conversation: group("g@chatroom", "合同组").key,
        native_id: Some(format!("srv{n}")),
        sender: Some(sender(&format!("wxid_{from}"), from)),
        sent,
        sent_raw: String::new(),
        sequence: n,
        body,
        attachments: Vec::new(),
        marks: Marks::default(),
        state: RecordState::Present,
        custodians: vec![Custodian("Chen Lihua".into())],
    }
}
