//! Synthetic transcripts: ordinary ones, long ones, and one that holds every kind of message.

use std::io;

use duces_model::{
    Attachment, AttachmentRole, BatesNumber, BatesRange, BlobSource, Body, Call, CallOutcome, Channel, ChannelKind,
    Cleared, ContactCard, Content, ConversationKind, Digest, Entry, EntryAttachment, EntryState, HistoryItem, Link,
    LinkKind, Location, Marks, MergedHistory, MiniProgram, MissingReason, Notice, NoticeKind, Participant, Quote,
    Recall, RedPacket, Sender, Transcript, Transfer, TransferState, UnitRule, UtcMillis, Zone,
};
use duces_render::{Endorsement, Numbering};

/// 2024-03-05 09:00:00 in Shanghai.
const MORNING: i64 = 1_709_600_400_000;

pub fn cleared<T>(value: T) -> Cleared<T> {
    #[expect(clippy::disallowed_methods, reason = "tests make their own cleared values")]
    Cleared::vouch(value)
}

pub fn endorsement(children: usize) -> Endorsement {
    let first = BatesNumber::new("MER", 7, 12).expect("valid");
    let child = |i: u64| BatesRange::starting(first.plus(100 + 3 * i).expect("fits"), 1 + i % 3);
    Endorsement {
        first: first.clone(),
        numbering: Numbering::Page,
        designation: Some("CONFIDENTIAL".into()),
        children: (0..children as u64).map(|i| child(i).expect("fits").expect("not empty")).collect(),
    }
}

/// No blobs at all.
pub struct NoBlobs;

impl BlobSource for NoBlobs {
    fn read(&self, digest: &Digest) -> io::Result<Vec<u8>> {
        Err(io::Error::new(io::ErrorKind::NotFound, digest.to_string()))
    }

    fn copy(&self, digest: &Digest, _sink: &mut dyn io::Write) -> io::Result<u64> {
        self.read(digest).map(|_| 0)
    }
}

/// The pictures of [`every_kind`].
pub struct Pictures;

impl BlobSource for Pictures {
    fn read(&self, digest: &Digest) -> io::Result<Vec<u8>> {
        let all = [picture_bytes(), small_picture_bytes(), b"not a picture".to_vec()];
        all.into_iter().find(|bytes| Digest::of(bytes) == *digest).ok_or(io::ErrorKind::NotFound.into())
    }

    fn copy(&self, digest: &Digest, sink: &mut dyn io::Write) -> io::Result<u64> {
        let bytes = self.read(digest)?;
        sink.write_all(&bytes)?;
        Ok(bytes.len() as u64)
    }
}

fn bmp(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let stride = (width * 3).next_multiple_of(4);
    let mut out = b"BM".to_vec();
    for value in [54 + stride * height, 0, 54, 40, width, height] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.extend_from_slice(&[1, 0, 24, 0]);
    out.extend_from_slice(&[0; 24]);
    for y in 0..height {
        for x in 0..width {
            out.extend_from_slice(&pixel(x, y));
        }
        out.resize(out.len() + (stride - width * 3) as usize, 0);
    }
    out
}

pub fn picture_bytes() -> Vec<u8> {
    bmp(800, 500, |x, y| [(x / 4) as u8, (y / 2) as u8, ((x + y) / 6) as u8])
}

pub fn small_picture_bytes() -> Vec<u8> {
    bmp(120, 120, |x, y| if (x as i32 - 60).pow(2) + (y as i32 - 60).pow(2) < 3000 { [40, 180, 240] } else { [255; 3] })
}

pub fn person(index: usize) -> Sender {
    let people =
        [("王小明", "wxid_x1m2q9"), ("Alice Chen", "wxid_alice88"), ("李雷 Lei", "lilei_2012"), ("赵敏", "wxid_zm")];
    let (name, id) = people[index % people.len()];
    Sender { native_id: Some(id.into()), name: Some(name.into()) }
}

fn participants(entries: &[Entry]) -> Vec<Participant> {
    (0..4)
        .map(|index| {
            let sender = person(index);
            let messages = entries.iter().filter(|entry| entry.sender.as_ref() == Some(&sender)).count() as u32;
            Participant { number: index as u32 + 1, sender, messages }
        })
        .collect()
}

pub fn transcript(entries: Vec<Entry>) -> Transcript {
    let zone = Zone::named("Asia/Shanghai").expect("known");
    let at = |index: usize| entries.get(index).map_or(UtcMillis::new(MORNING).expect("in range"), |e| e.sent);
    Transcript {
        title: "Meridian 项目组 · 供应链".into(),
        app: "WeChat".into(),
        conversation_id: "19283746501@chatroom".into(),
        kind: ConversationKind::Group,
        rule: UnitRule::Day,
        first_day: zone.day(at(0)),
        last_day: zone.day(at(entries.len().saturating_sub(1))),
        slice: None,
        zone,
        custodians: vec!["Wang Xiaoming".into(), "Chen, Alice".into()],
        participants: participants(&entries),
        sources: vec!["Wang Xiaoming, phone, collected by Harbor Forensics".into()],
        entries,
    }
}

pub fn entry(number: u32, body: Body) -> Entry {
    Entry {
        number,
        sent: UtcMillis::new(MORNING + i64::from(number) * 97_000).expect("in range"),
        sender: Some(person(number as usize)),
        body,
        attachments: Vec::new(),
        marks: Marks::default(),
        refers_to: None,
        recalled: false,
        deleted: false,
    }
}

pub fn stored(role: AttachmentRole, name: &str, bytes: &[u8]) -> Attachment {
    Attachment {
        role,
        name: Some(name.into()),
        mime: "application/octet-stream".into(),
        content: Content::Stored { digest: Digest::of(bytes), size: bytes.len() as u64 },
    }
}

pub fn hung(attachment: Attachment, state: EntryState, show: bool) -> EntryAttachment {
    EntryAttachment { attachment, state, show }
}

/// A small generator, the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

const WORDS: &[&str] = &[
    "合同",
    "付款",
    "供应商",
    "发票",
    "明天",
    "会议",
    "确认",
    "样品",
    "交货",
    "价格",
    "我们",
    "可以",
    "需要",
    "已经",
    "客户",
    "问题",
    "质量",
    "报告",
    "上海",
    "深圳",
    "仓库",
    "物流",
    "延期",
    "审批",
    "预算",
    "财务",
    "律师",
    "签字",
    "邮件",
    "电话",
    "收到",
    "谢谢",
    "好的",
    "请",
    "把",
    "的",
    "了",
    "吗",
    "这个",
    "那批",
    "货",
    "先",
    "再",
    "看",
    "一下",
    "没有",
    "什么",
    "时候",
    "部门",
    "经理",
    "数据",
    "系统",
    "更新",
    "版本",
    "测试",
    "结果",
    "附件",
    "打印",
    "盖章",
    "快递",
    "单号",
    "invoice",
    "PO 4471",
    "ASAP",
    "ok",
    "Q3 forecast",
    "the contract",
    "shipping",
    "v2.1",
    "😀",
    "👍",
    "🙏",
];

/// Common characters, so that a document holds as many different ones as real ones do.
const COMMON: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔";

fn sentence(dice: &mut Dice) -> String {
    let common: Vec<char> = COMMON.chars().collect();
    let mut text = String::new();
    for index in 0..4 + dice.roll(14) {
        if dice.roll(3) == 0 {
            for _ in 0..2 {
                text.push(common[dice.roll(common.len() as u64) as usize]);
            }
        } else {
            let word = WORDS[dice.roll(WORDS.len() as u64) as usize];
            if word.is_ascii() && !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        if index % 6 == 5 {
            text.push('，');
        }
    }
    text.push(['。', '？', '！'][dice.roll(3) as usize]);
    text
}

fn ordinary_entries(seed: u64, count: u32) -> Vec<Entry> {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut children = 0;
    (1..=count)
        .map(|number| {
            let mut text = sentence(&mut dice);
            while dice.roll(3) == 0 {
                text.push_str(&sentence(&mut dice));
            }
            let mut entry = entry(number, Body::text_of(text));
            entry.sender = Some(person(dice.roll(4) as usize));
            if dice.roll(20) == 0 {
                let name = format!("附件{number}-报价单.pdf");
                entry.body = Body::File { name: name.clone(), size: Some(48_213) };
                let attachment = stored(AttachmentRole::File, &name, name.as_bytes());
                entry.attachments = vec![hung(attachment, EntryState::Child(children), false)];
                children += 1;
            }
            entry
        })
        .collect()
}

/// Thirty messages of one day.
pub fn ordinary(seed: u64) -> Cleared<Transcript> {
    cleared(transcript(ordinary_entries(seed, 30)))
}

/// Many messages over some days.
pub fn long(count: u32) -> Cleared<Transcript> {
    cleared(transcript(ordinary_entries(7, count)))
}

fn nested_history() -> MergedHistory {
    let item = |sender: &str, body: Body| HistoryItem {
        sender: Some(sender.into()),
        time: Some("2024-03-01 18:22".into()),
        body: Box::new(body),
        attachment: None,
    };
    let inner = MergedHistory {
        title: Some("赵敏和李雷的聊天记录".into()),
        items: vec![
            item("赵敏", Body::text_of("那批货到底什么时候能到？")),
            item(
                "李雷",
                Body::Link(Link {
                    title: Some("物流查询".into()),
                    url: Some("https://example.com/t?no=8842".into()),
                    ..Link::default()
                }),
            ),
        ],
    };
    MergedHistory {
        title: Some("群聊的聊天记录".into()),
        items: vec![
            item("王小明", Body::text_of("大家看一下这个，第二条很重要。")),
            HistoryItem { attachment: Some(0), ..item("Alice Chen", Body::Picture) },
            item("Alice Chen", Body::MergedHistory(inner)),
            item("赵敏", Body::text_of("收到 👌")),
        ],
    }
}

/// The kinds of messages, each once.
pub fn bodies() -> Vec<Body> {
    let some = |text: &str| Some(text.to_owned());
    let card = ContactCard {
        name: some("周律师"),
        native_id: some("wxid_zhou"),
        alias: some("zhou_law"),
        note: some("Harbor & Co."),
    };
    vec![
        Body::text_of("早上好！昨天的合同我看过了，第 4.2 条的 payment terms 需要改成 60 days，请法务再确认一下。"),
        Body::Picture,
        Body::Voice { duration_ms: Some(7_400), transcript: some("我在路上，十分钟后到。") },
        Body::Video { duration_ms: Some(63_000) },
        Body::Sticker { caption: some("[旺柴]"), url: None },
        Body::File { name: "2024-03 报价单 (final).xlsx".into(), size: Some(48_213) },
        Body::Location(Location {
            name: some("上海虹桥站"),
            address: some("上海市闵行区申贵路1500号"),
            latitude: some("31.1944"),
            longitude: some("121.3204"),
            live: false,
        }),
        Body::ContactCard(card.clone()),
        Body::FriendRequest { card, text: "我是周律师，请通过".into() },
        Body::Link(Link {
            kind: LinkKind::Article,
            title: some("2024年供应链趋势报告：十个关键变化"),
            description: some("从原材料到最后一公里，我们采访了三十位从业者。"),
            url: some(
                "https://mp.weixin.qq.com/s?__biz=MzA3NDM0ODQwMw==&mid=2649&idx=1&sn=f3c5a8e7d1b2c4a6e8f0&chksm=87abcd&scene=21#wechat_redirect",
            ),
            source: some("供应链观察"),
        }),
        Body::MiniProgram(MiniProgram {
            name: some("顺丰速运"),
            title: some("运单 SF1234567890 已签收"),
            app_id: some("wx7564fd5313d24844"),
            page: some("pages/detail/index?no=SF1234567890"),
            url: None,
        }),
        Body::MergedHistory(nested_history()),
        Body::Quote(Quote {
            text: "同意，就按这个来。".into(),
            native_id: some("8842"),
            sender_id: some("wxid_alice88"),
            sender: some("Alice Chen"),
            time: some("2024-03-05 09:01:37"),
            quoted: Some(Box::new(Body::text_of("第 4.2 条的 payment terms 需要改成 60 days。"))),
        }),
        Body::Transfer(Transfer {
            state: Some(TransferState::Received),
            amount: some("￥20,000.00"),
            memo: some("三月定金"),
            payer: some("王小明"),
            receiver: some("赵敏"),
            transaction_id: some("4200002150202403051234567890"),
            transfer_id: some("1000050001202403050019"),
        }),
        Body::RedPacket(RedPacket {
            greeting: some("恭喜发财，大吉大利"),
            amount: some("￥200.00"),
            state: some("opened"),
            transaction_id: None,
        }),
        Body::Call(Call {
            video: Some(false),
            outcome: Some(CallOutcome::Answered),
            duration_ms: Some(754_000),
            text: "通话时长 12:34".into(),
        }),
        Body::Channel(Channel {
            kind: ChannelKind::Live,
            name: some("工厂直播"),
            description: some("生产线实况"),
            url: None,
        }),
        Body::Announcement {
            text: "本周五下午三点开会，请大家准时参加。\n地点：三楼会议室".into()
        },
        Body::Solitaire { text: "团建报名\n1. 王小明\n2. Alice\n3. 赵敏".into() },
        Body::Recall(Recall {
            text: "\"李雷 Lei\" 撤回了一条消息".into(),
            native_id: some("8843"),
            recalled: Some(Box::new(Body::text_of("别告诉财务这件事。"))),
        }),
        Body::Notice(Notice {
            kind: NoticeKind::Join, text: "\"Alice Chen\" 邀请 \"赵敏\" 加入了群聊".into()
        }),
        Body::Unknown { raw_type: "49/2001".into(), text: "[不支持的消息类型]".into() },
    ]
}

/// Every kind of message, with attachments in every state, several scripts and characters that no font has.
pub fn every_kind() -> Cleared<Transcript> {
    let mut entries: Vec<Entry> = Vec::new();
    for body in bodies() {
        let mut entry = entry(entries.len() as u32 + 1, body);
        match &entry.body {
            Body::Picture => {
                entry.attachments = vec![hung(
                    stored(AttachmentRole::Picture, "IMG_20240305_0912.jpg", &picture_bytes()),
                    EntryState::Child(0),
                    true,
                )]
            }
            Body::Voice { .. } => {
                entry.attachments =
                    vec![hung(stored(AttachmentRole::Voice, "msg_1842.silk", b"voice"), EntryState::Child(1), false)]
            }
            Body::Video { .. } => {
                entry.attachments = vec![
                    hung(
                        stored(AttachmentRole::Thumbnail, "video_thumb.jpg", &small_picture_bytes()),
                        EntryState::Inline,
                        true,
                    ),
                    hung(
                        Attachment {
                            content: Content::Missing(MissingReason::NotInSource),
                            ..stored(AttachmentRole::Video, "video_0917.mp4", b"")
                        },
                        EntryState::Missing,
                        false,
                    ),
                ]
            }
            Body::Sticker { .. } => {
                entry.attachments = vec![hung(
                    stored(AttachmentRole::Sticker, "wangchai.gif", &small_picture_bytes()),
                    EntryState::Inline,
                    true,
                )]
            }
            Body::File { name, .. } => {
                entry.attachments =
                    vec![hung(stored(AttachmentRole::File, name, b"sheet"), EntryState::Child(2), false)]
            }
            Body::MergedHistory(_) => {
                entry.attachments = vec![hung(
                    stored(AttachmentRole::Picture, "history.png", &small_picture_bytes()),
                    EntryState::Child(3),
                    true,
                )]
            }
            Body::Quote(_) => entry.refers_to = Some(2),
            Body::Recall(_) => (entry.sender, entry.refers_to) = (None, Some(9)),
            Body::Notice(_) => entry.sender = None,
            _ => {}
        }
        entries.push(entry);
    }
    let texts = [
        "مرحبا، العقد جاهز للتوقيع (النسخة 2.1) غداً.",
        "שלום, החוזה מוכן לחתימה מחר בבוקר.",
        "English “quotes” and it’s fine; 中文“引号”也好。한국어도 됩니다. ひらがなカタカナ",
        "Emoji: 😀 👍🏽 👩‍💻 👨‍👩‍👧‍👦 🇨🇳 1️⃣ ❤️ ☎ ✓",
        "罕见字 𫝀 与 𬬷，以及私用区 \u{e001}，控制符 \u{7}。Tab:\there.",
        "Ελληνικά, Кириллица, Zażółć gęślą jaźń, naïve café, e\u{301}",
        "https://example.com/a/very/long/path/that/never/ends/0123456789012345678901234567890123456789012345678901234567890123456789?query=string&another=value",
    ];
    for text in texts {
        entries.push(entry(entries.len() as u32 + 1, Body::text_of(text)));
    }
    let mut last = entry(entries.len() as u32 + 1, Body::Picture);
    last.attachments = vec![
        hung(stored(AttachmentRole::Picture, "broken.jpg", b"not a picture"), EntryState::Child(4), true),
        hung(
            stored(AttachmentRole::File, "privileged.pdf", b"x"),
            EntryState::Withheld("attorney-client privilege".into()),
            false,
        ),
    ];
    last.recalled = true;
    entries.push(last);
    let mut late = entry(entries.len() as u32 + 1, Body::text_of("第二天了。"));
    late.sent = UtcMillis::new(MORNING + 86_400_000).expect("in range");
    entries.push(late);
    cleared(transcript(entries))
}
