//! A synthetic transcript with everything that can happen to a message.

use std::collections::BTreeMap;
use std::io;

use duces_model::{
    Attachment, AttachmentRole, BlobSource, Body, Cleared, Content, ConversationKind, Deletion, Digest, Edit, Entry,
    EntryAttachment, EntryState, Fact, Marks, MissingReason, Notice, NoticeKind, Participant, Quote, Reaction, Receipt,
    ReceiptKind, Sender, Transcript, UnitRule, UtcMillis, Zone,
};

/// 2024-03-05 09:00:00 in Shanghai.
pub const MORNING: i64 = 1_709_600_400_000;

pub fn cleared<T>(value: T) -> Cleared<T> {
    #[expect(clippy::disallowed_methods, reason = "tests make their own cleared values")]
    Cleared::vouch(value)
}

/// The bytes of attachments.
#[derive(Default)]
pub struct Bytes(pub BTreeMap<Digest, Vec<u8>>);

impl Bytes {
    pub fn add(&mut self, bytes: &[u8]) -> Content {
        let digest = Digest::of(bytes);
        self.0.insert(digest, bytes.to_vec());
        Content::Stored { digest, size: bytes.len() as u64 }
    }
}

impl BlobSource for Bytes {
    fn read(&self, digest: &Digest) -> io::Result<Vec<u8>> {
        self.0.get(digest).cloned().ok_or(io::ErrorKind::NotFound.into())
    }

    fn copy(&self, digest: &Digest, sink: &mut dyn io::Write) -> io::Result<u64> {
        let bytes = self.read(digest)?;
        sink.write_all(&bytes)?;
        Ok(bytes.len() as u64)
    }
}

pub fn at(ms: i64) -> UtcMillis {
    UtcMillis::new(ms).expect("in range")
}

pub fn sender(id: &str, name: &str) -> Sender {
    Sender { native_id: (!id.is_empty()).then(|| id.to_owned()), name: Some(name.to_owned()) }
}

pub fn entry(number: u32, who: Option<Sender>, body: Body) -> Entry {
    Entry {
        number,
        sent: at(MORNING + i64::from(number) * 60_000),
        sender: who,
        body,
        attachments: Vec::new(),
        marks: Marks::default(),
        refers_to: None,
        recalled: false,
        deleted: false,
    }
}

fn cited(role: AttachmentRole, name: Option<&str>, mime: &str, content: Content, state: EntryState) -> EntryAttachment {
    let attachment = Attachment { role, name: name.map(str::to_owned), mime: mime.to_owned(), content };
    EntryAttachment { attachment, state, show: false }
}

pub fn transcript(entries: Vec<Entry>) -> Transcript {
    let mut participants: Vec<Participant> = Vec::new();
    for sender in entries.iter().filter_map(|entry| entry.sender.clone()) {
        if participants.iter().all(|known| {
            known.sender.native_id != sender.native_id || known.sender.native_id.is_none() && known.sender != sender
        }) {
            let number = u32::try_from(participants.len() + 1).expect("few");
            participants.push(Participant { number, sender, messages: 1 });
        }
    }
    let day = |entry: Option<&Entry>| {
        Zone::named("Asia/Shanghai").expect("a zone").day(entry.map_or(at(MORNING), |e| e.sent))
    };
    Transcript {
        title: "Harbour team 港口".into(),
        app: "WeChat".into(),
        conversation_id: "10000001@chatroom".into(),
        kind: ConversationKind::Group,
        rule: UnitRule::Day,
        first_day: day(entries.first()),
        last_day: day(entries.last()),
        slice: None,
        zone: Zone::named("Asia/Shanghai").expect("a zone"),
        custodians: vec!["Chen Lihua 陈丽华".into()],
        participants,
        sources: Vec::new(),
        entries,
    }
}

/// One entry for each thing that a manifest can say.
pub fn everything() -> (Transcript, Bytes) {
    let mut bytes = Bytes::default();
    let (ann, bo) = (sender("wxid_ann", "Ann, A."), sender("wxid_bo", "陈波"));
    let picture = bytes.add(b"\x89PNG\r\n\x1a\n picture");
    let file = bytes.add(&b"contract ".repeat(5000));
    let mut entries = vec![
        entry(1, None, Body::Notice(Notice { kind: NoticeKind::Join, text: "\"陈波\" joined the group chat".into() })),
        entry(2, Some(ann.clone()), Body::text_of("Good morning\r\n第二行 😀 [旺柴]")),
        entry(3, Some(bo.clone()), Body::Picture),
        entry(4, Some(bo.clone()), Body::File { name: "合同.DOCX".into(), size: Some(45_000) }),
        entry(
            5,
            Some(sender("wxid_ann", "Ann (new name)")),
            Body::Quote(Quote {
                text: "agreed".into(),
                native_id: Some("7".into()),
                sender_id: None,
                sender: None,
                time: None,
                quoted: Some(Box::new(Body::text_of("Good morning"))),
            }),
        ),
        entry(6, Some(bo.clone()), Body::text_of("the last wording")),
        entry(7, Some(bo), Body::text_of("gone")),
        entry(8, Some(sender("", "Nobody's account")), Body::text_of("no id")),
        entry(9, Some(ann), Body::text_of("")),
        entry(10, None, Body::Notice(Notice { kind: NoticeKind::Rename, text: "renamed".into() })),
        entry(11, None, Body::Notice(Notice { kind: NoticeKind::Leave, text: "left".into() })),
    ];
    entries[2].attachments =
        vec![cited(AttachmentRole::Picture, None, "image/png", picture.clone(), EntryState::Child(0))];
    entries[3].attachments =
        vec![cited(AttachmentRole::File, Some("合同.DOCX"), "application/msword", file, EntryState::Child(1))];
    entries[4].refers_to = Some(2);
    entries[5].marks = Marks {
        edits: vec![
            Edit { at: Some(at(MORNING)), by: Some("陈波".into()), before: Some("the first wording".into()) },
            Edit { at: None, by: None, before: Some("the second wording".into()) },
        ],
        reactions: vec![Reaction {
            value: "👍".into(), count: 3, by: vec!["Ann, A.".into(), "Somebody else".into()]
        }],
        receipts: vec![
            Receipt { kind: ReceiptKind::Read, by: Some("wxid_ann".into()), at: Some(at(MORNING + 1)) },
            Receipt { kind: ReceiptKind::Delivered, by: None, at: None },
        ],
        facts: vec![Fact::new("importance", "high"), Fact::new("empty", "")],
        ..Marks::default()
    };
    entries[6].recalled = true;
    entries[6].marks.deletion = Some(Deletion { at: Some(at(MORNING)), by: Some("陈波".into()), recovered: true });
    entries[8].attachments = vec![
        cited(AttachmentRole::Sticker, None, "image/png", picture, EntryState::Inline),
        cited(
            AttachmentRole::File,
            None,
            "",
            Content::Missing(MissingReason::NoReference),
            EntryState::Withheld("Privilege".into()),
        ),
        cited(AttachmentRole::Voice, None, "", Content::Missing(MissingReason::NotInSource), EntryState::Missing),
    ];
    entries[8].marks.reply_to = Some("a message of another day".into());
    (transcript(entries), bytes)
}
