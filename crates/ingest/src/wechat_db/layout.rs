//! Tells by its tables what a database of WeChat holds; names of files change with whoever decrypted them.

use crate::Format;
use crate::sqlite::Database;

/// Which WeChat made a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Windows3,
    Windows4,
    Ios,
    Android,
}

impl Family {
    pub(crate) fn format(self) -> Format {
        match self {
            Self::Windows3 => Format::Wechat3Db,
            Self::Windows4 => Format::Wechat4Db,
            Self::Ios => Format::WechatIosDb,
            Self::Android => Format::WechatAndroidDb,
        }
    }

    /// Returns the name for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Windows3 => "WeChat for Windows 3.x",
            Self::Windows4 => "WeChat 4.x",
            Self::Ios => "WeChat for iOS",
            Self::Android => "WeChat for Android",
        }
    }

    /// Returns the folders between an account's own and its databases.
    pub(crate) fn inner_folders(self) -> &'static [&'static str] {
        match self {
            Self::Windows3 => &["msg", "multi"],
            Self::Windows4 => &["db_storage", "message", "contact", "session", "hardlink"],
            Self::Ios => &["db"],
            Self::Android => &[],
        }
    }
}

/// What a database is to the messages of its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Messages,
    /// Names, voices, or where media lie.
    Companion,
}

/// The tables by which a database is told, with the columns that they cannot do without. A table whose name ends in
/// `*` stands for all that have 32 hexadecimal digits there.
type Told = (&'static str, &'static [&'static str], Family, Part);

#[rustfmt::skip]
const TOLD: &[Told] = &[
    ("MSG", &["StrTalker", "CreateTime", "Type"], Family::Windows3, Part::Messages),
    ("PublicMsg", &["CreateTime", "Type", "StrContent"], Family::Windows3, Part::Messages),
    ("Contact", &["UserName", "NickName"], Family::Windows3, Part::Companion),
    ("OpenIMContact", &["UserName", "NickName"], Family::Windows3, Part::Companion),
    ("ChatRoom", &["ChatRoomName", "RoomData"], Family::Windows3, Part::Companion),
    ("Media", &["Reserved0", "Buf"], Family::Windows3, Part::Companion),
    ("Msg_*", &["local_type", "create_time", "message_content"], Family::Windows4, Part::Messages),
    ("contact", &["username", "nick_name"], Family::Windows4, Part::Companion),
    ("chat_room", &["username", "ext_buffer"], Family::Windows4, Part::Companion),
    ("SessionTable", &["username"], Family::Windows4, Part::Companion),
    ("VoiceInfo", &["svr_id", "voice_data"], Family::Windows4, Part::Companion),
    ("revokemessage", &["svr_id", "content"], Family::Windows4, Part::Companion),
    ("dir2id", &["username"], Family::Windows4, Part::Companion),
    ("Chat_*", &["CreateTime", "Message", "Type"], Family::Ios, Part::Messages),
    ("Friend", &["userName", "dbContactRemark"], Family::Ios, Part::Companion),
    ("message", &["talker", "createTime", "content", "isSend"], Family::Android, Part::Messages),
    ("rcontact", &["username", "nickname"], Family::Android, Part::Companion),
    ("ImgInfo2", &["msgSvrId", "bigImgPath"], Family::Android, Part::Companion),
];

/// Returns what a database holds, sorted; nothing where WeChat did not make it.
pub(crate) fn parts(database: &Database) -> Vec<(Family, Part)> {
    let mut found = Vec::new();
    for (table, columns, family, part) in TOLD {
        let held = match table.strip_suffix('*') {
            Some(head) => hashed_tables(database, head).next().is_some_and(|(name, _)| database.has(name, columns)),
            None => database.has(table, columns),
        };
        if held && !found.contains(&(*family, *part)) {
            found.push((*family, *part));
        }
    }
    found.sort_unstable();
    found
}

/// Returns the tables that are named by a hash, with the hash.
pub(crate) fn hashed_tables<'a>(
    database: &'a Database,
    head: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
    database.tables().filter_map(move |name| {
        let hash = name.strip_prefix(head)?;
        (hash.len() == 32 && hash.bytes().all(|b| b.is_ascii_hexdigit())).then_some((name, hash))
    })
}
