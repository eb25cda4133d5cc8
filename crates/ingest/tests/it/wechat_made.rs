//! Makes databases of WeChat from their documented schemas, for tests: synthetic, every one.

use std::path::{Path, PathBuf};

use duces_ingest::{Options, detect, open};
use duces_model::{Finding, Item};
use md5::{Digest as _, Md5};
use rusqlite::{Connection, ToSql};

/// 2024-03-05 09:00 in Shanghai, in seconds.
pub const NOON: i64 = 1_709_600_400;

/// The table of messages of Windows 3.x.
pub const MSG: &str = "(localId INTEGER PRIMARY KEY AUTOINCREMENT, TalkerId INT DEFAULT 0, MsgSvrID INT, Type INT, SubType \
    INT, IsSender INT, CreateTime INT, Sequence INT DEFAULT 0, StatusEx INT DEFAULT 0, FlagEx INT, Status INT, MsgServerSeq \
    INT, MsgSequence INT, StrTalker TEXT, StrContent TEXT, DisplayContent TEXT, Reserved0 INT DEFAULT 0, Reserved1 INT \
    DEFAULT 0, Reserved2 INT DEFAULT 0, Reserved3 INT DEFAULT 0, Reserved4 TEXT, Reserved5 TEXT, Reserved6 TEXT, \
    CompressContent BLOB, BytesExtra BLOB, BytesTrans BLOB)";

/// The tables of MicroMsg.db.
pub const MICRO_MSG: &str = "CREATE TABLE Contact(UserName TEXT PRIMARY KEY, Alias TEXT, EncryptUserName TEXT, DelFlag INT, \
    Type INT, VerifyFlag INT, Reserved1 INT, Remark TEXT, NickName TEXT, ChatRoomType INT, ExtraBuf BLOB); \
    CREATE TABLE ChatRoom(ChatRoomName TEXT PRIMARY KEY, UserNameList TEXT, DisplayNameList TEXT, Reserved2 TEXT, RoomData \
    BLOB);";

/// The columns of a table of messages of 4.x.
pub const MSG4: &str = "(local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER, local_type INTEGER, sort_seq INTEGER, \
    real_sender_id INTEGER, create_time INTEGER, status INTEGER, upload_status INTEGER, download_status INTEGER, server_seq \
    INTEGER, origin_source INTEGER, source TEXT, message_content TEXT, compress_content TEXT, packed_info_data BLOB, \
    WCDB_CT_message_content INTEGER DEFAULT NULL, WCDB_CT_source INTEGER DEFAULT NULL)";

/// The tables of contact.db of 4.x.
pub const CONTACT4: &str = "CREATE TABLE contact(id INTEGER PRIMARY KEY, username TEXT, local_type INTEGER, alias TEXT, remark \
    TEXT, nick_name TEXT); CREATE TABLE stranger(id INTEGER PRIMARY KEY, username TEXT, remark TEXT, nick_name TEXT); CREATE \
    TABLE chat_room(id INTEGER PRIMARY KEY, username TEXT, owner TEXT, ext_buffer BLOB);";

/// The columns of a table of messages of iOS.
pub const CHAT: &str = "(TableVer INTEGER DEFAULT 1, MesLocalID INTEGER PRIMARY KEY AUTOINCREMENT, MesSvrID INTEGER DEFAULT 0, \
    CreateTime INTEGER DEFAULT 0, Message TEXT, Status INTEGER DEFAULT 0, ImgStatus INTEGER DEFAULT 0, Type INTEGER, Des \
    INTEGER)";

/// The tables of EnMicroMsg.db.
pub const ANDROID: &str = "CREATE TABLE message(msgId INTEGER PRIMARY KEY, msgSvrId INTEGER, type INT, status INT, isSend INT, \
    isShowTimer INTEGER, createTime INTEGER, talker TEXT, content TEXT, imgPath TEXT, reserved TEXT, lvbuffer BLOB, talkerId \
    INTEGER, msgSeq INTEGER, flag INT); CREATE TABLE rcontact(username TEXT PRIMARY KEY, alias TEXT, conRemark TEXT, nickname \
    TEXT, type INTEGER); CREATE TABLE chatroom(chatroomname TEXT PRIMARY KEY, memberlist TEXT, displayname TEXT, roomdata \
    BLOB); CREATE TABLE ImgInfo2(id INTEGER PRIMARY KEY, msgSvrId LONG, bigImgPath TEXT, thumbImgPath TEXT); CREATE TABLE \
    userinfo(id INTEGER PRIMARY KEY, type INT, value TEXT);";

/// A database that is being made.
pub struct Made {
    pub connection: Connection,
    pub path: PathBuf,
}

impl Made {
    pub fn new(root: &Path, name: &str, sql: &str) -> Self {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        let connection = Connection::open(&path).expect("opened");
        connection.execute_batch(sql).expect("made");
        Self { connection, path }
    }

    /// Inserts a row from pairs of column and value.
    pub fn row(&self, table: &str, values: &[(&str, &dyn ToSql)]) {
        let columns: Vec<&str> = values.iter().map(|(column, _)| *column).collect();
        let marks: Vec<String> = (1..=values.len()).map(|n| format!("?{n}")).collect();
        let sql = format!("INSERT INTO {table}({}) VALUES({})", columns.join(","), marks.join(","));
        let values: Vec<&dyn ToSql> = values.iter().map(|(_, value)| *value).collect();
        self.connection.execute(&sql, values.as_slice()).expect("inserted");
    }
}

/// Returns the MD5 of an id.
pub fn hash(id: &str) -> String {
    Md5::digest(id.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a message of Protocol Buffers with these fields of bytes.
pub fn packed(fields: &[(u64, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (field, bytes) in fields {
        varint(field << 3 | 2, &mut out);
        varint(bytes.len() as u64, &mut out);
        out.extend_from_slice(bytes);
    }
    out
}

/// Returns `BytesExtra` with these items.
pub fn extra(items: &[(u64, &str)]) -> Vec<u8> {
    let item = |(kind, text): &(u64, &str)| {
        let mut out = Vec::new();
        varint(1 << 3, &mut out);
        varint(*kind, &mut out);
        out.extend(packed(&[(2, text.as_bytes())]));
        out
    };
    let mut out = packed(&[(1, b"\x08\x10\x10\x00")]);
    for one in items.iter().map(item) {
        out.extend(packed(&[(3, &one)]));
    }
    out
}

/// Returns packed members of a group: id and the name within it.
pub fn members(of: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (id, name) in of {
        out.extend(packed(&[(1, &packed(&[(1, id.as_bytes()), (2, name.as_bytes())]))]));
    }
    out
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).expect("seven bits") | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).expect("seven bits"));
}

pub fn lz4(text: &str) -> Vec<u8> {
    // WeChat leaves NULs behind the text.
    lz4_flex::block::compress(format!("{text}\0\0").as_bytes())
}

pub fn zstd(text: &str) -> Vec<u8> {
    zstd::bulk::compress(text.as_bytes(), 3).expect("compressed")
}

/// Returns an app message's XML of a sub-type, with more elements in it.
pub fn app(kind: i64, more: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<msg><appmsg appid=\"\" sdkver=\"0\"><title>T</title><des>D</des><type>{kind}</type>{more}</appmsg></msg>"
    )
}

/// Every sub-type of an app message: the sub-type, more XML, the label of its body.
#[rustfmt::skip]
pub const APPS: &[(i64, &str, &str)] = &[
    (1, "", "Text"),
    (1, "<url>https://a.test</url>", "Link"),
    (3, "<url>https://a.test</url>", "Music"),
    (4, "<url>https://a.test</url>", "Video link"),
    (5, "<url>https://a.test</url>", "Link"),
    (5, "<url>https://mp.weixin.qq.com/s/x</url>", "Official-account article"),
    (6, "<appattach><totallen>7</totallen><fileext>pdf</fileext></appattach><md5>0123456789abcdef0123456789abcdef</md5>", "File"),
    (7, "", "Game"),
    (8, "<appattach><emoticonmd5>aa</emoticonmd5></appattach>", "Sticker"),
    (15, "", "Sticker"),
    (17, "", "Live location"),
    (19, "<recorditem><![CDATA[<recordinfo><title>R</title><datalist count=\"1\"><dataitem datatype=\"1\"><datadesc>x</datadesc></dataitem></datalist></recordinfo>]]></recorditem>", "Merged chat history"),
    (24, "", "Note"),
    (33, "<weappinfo><appid>wx</appid></weappinfo>", "Mini program"),
    (36, "", "Mini program"),
    (40, "", "Favourite"),
    (44, "<url>https://a.test</url>", "Link"),
    (50, "", "Channel"),
    (51, "<finderFeed><nickname>N</nickname></finderFeed>", "Channel post"),
    (53, "", "Sign-up list (接龙)"),
    (57, "<refermsg><type>1</type><svrid>77</svrid><fromusr>wxid_b</fromusr><displayname>B</displayname><content>q</content></refermsg>", "Quote"),
    (62, "<patMsg><records><record><templete>\"A\" 拍了拍 \"B\"</templete></record></records></patMsg>", "Notice"),
    (63, "", "Channel live"),
    (68, "", "Game"),
    (74, "<appattach><totallen>7</totallen></appattach>", "File"),
    (76, "", "Music"),
    (87, "<textannouncement>A</textannouncement>", "Group announcement"),
    (88, "", "Channel live"),
    (92, "", "Music"),
    (2000, "<wcpayinfo><paysubtype>1</paysubtype><feedesc>￥200.00</feedesc></wcpayinfo>", "Transfer"),
    (2001, "<wcpayinfo><sendertitle>恭喜发财</sendertitle></wcpayinfo>", "Red packet"),
    (2003, "", "Red packet"),
];

/// Every base type that is no app message: the type, its content, the label of its body.
#[rustfmt::skip]
pub const BASES: &[(i64, &str, &str)] = &[
    (1, "合同已签 [旺柴]", "Text"),
    (3, "<msg><img md5=\"0123456789abcdef0123456789abcdef\" length=\"1\"/></msg>", "Picture"),
    (34, "<msg><voicemsg voicelength=\"2303\"/></msg>", "Voice"),
    (37, "<msg fromusername=\"wxid_c\" fromnickname=\"C\" content=\"hi\"/>", "Friend request"),
    (42, "<msg username=\"wxid_c\" nickname=\"C\"/>", "Contact card"),
    (43, "<msg><videomsg md5=\"0123456789abcdef0123456789abcdef\" playlength=\"3\"/></msg>", "Video"),
    (47, "<msg><emoji md5=\"0123456789abcdef0123456789abcdef\" cdnurl=\"http://a.test/x\"/></msg>", "Sticker"),
    (48, "<msg><location x=\"31.2\" y=\"121.4\" label=\"L\" poiname=\"P\"/></msg>", "Location"),
    (50, "<voipmsg type=\"VoIPBubbleMsg\"><VoIPBubbleMsg><msg><![CDATA[通话时长 01:23]]></msg><room_type>0</room_type></VoIPBubbleMsg></voipmsg>", "Video call"),
    (62, "<msg><videomsg playlength=\"3\"/></msg>", "Video"),
    (65, "<msg fromusername=\"1@openim\"/>", "Friend request"),
    (66, "<msg username=\"1@openim\" nickname=\"O\"/>", "Contact card"),
    (10_000, "以上是打招呼的内容", "Notice"),
    (10_000, "你撤回了一条消息", "Recalled message"),
    (10_002, "<sysmsg type=\"revokemsg\"><revokemsg><newmsgid>77</newmsgid><replacemsg><![CDATA[\"A\" 撤回了一条消息]]></replacemsg></revokemsg></sysmsg>", "Recalled message"),
    (11_000, "x", "Unknown message type"),
];

/// Reads all that is below a path, with these options.
pub fn read(path: &Path, options: &Options) -> (Vec<Finding>, Vec<Item>) {
    let detected = detect(path).expect("readable");
    let mut items = Vec::new();
    for file in &detected.files {
        items.extend(open(file, &detected.root, options).expect("opens"));
    }
    (detected.findings, items)
}

/// Returns the codes of what was said, beside where it comes from.
pub fn said(items: &[Item]) -> Vec<&'static str> {
    let mut said: Vec<&str> = crate::findings(items).iter().map(|finding| finding.code).collect();
    said.retain(|code| *code != "INGEST_PROVENANCE");
    said
}
