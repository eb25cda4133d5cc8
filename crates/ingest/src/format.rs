//! The registry of formats and what a caller may say about a source.

use std::fmt;
use std::path::PathBuf;

use duces_model::{App, Zone};

use crate::mail::MailMap;
use crate::mapping::Mapping;
use crate::media::MediaIndex;
use crate::moment::DateOrder;

macro_rules! formats {
    ($($name:ident $spelt:literal $doc:literal;)*) => {
        /// A format that is read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Format {
            $(
                #[doc = $doc]
                $name,
            )*
        }

        impl Format {
            /// Every format, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the name that `--format` takes.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $spelt,)*
                }
            }

            /// Returns what it is, in a line for people.
            pub fn description(self) -> &'static str {
                match self {
                    $(Self::$name => $doc,)*
                }
            }
        }
    };
}

formats! {
    WeflowJson "weflow-json" "The detailed JSON of WeFlow (and of echotrace before it): one conversation a file.";
    WeflowTxt "weflow-txt" "The text of WeFlow: one conversation a file.";
    ChatlogJson "chatlog-json" "The JSON array of chatlog's HTTP interface.";
    PywxdumpCsv "pywxdump-csv" "The CSV of PyWxDump, with `users.json` beside it.";
    Wechat3Db "wechat3-db" "The databases of WeChat for Windows 3.x, decrypted: MSG*.db, MicroMsg.db, MediaMSG*.db.";
    Wechat4Db "wechat4-db" "The databases of WeChat 4.x, decrypted: message_*.db, contact.db, media_*.db, hardlink.db.";
    WechatIosDb "wechat-ios-db" "The databases of WeChat for iOS: MM.sqlite, message_*.sqlite, WCDB_Contact.sqlite.";
    WechatAndroidDb "wechat-android-db" "The database of WeChat for Android, decrypted: EnMicroMsg.db.";
    ChatlogCsv "chatlog-csv" "The CSV of chatlog's HTTP interface.";
    ChatlogTxt "chatlog-txt" "The text of chatlog's HTTP interface.";
    PywxdumpJson "pywxdump-json" "The JSON array of PyWxDump, with `users.json` beside it.";
    MemotraceCsv "memotrace-csv" "The CSV of MemoTrace (留痕, WeChatMsg), in both layouts.";
    MemotracePage "memotrace-html" "The pages of MemoTrace (留痕, WeChatMsg), in both layouts, and the JSON beside them.";
    ChatlabJson "chatlab-json" "ChatLab's interchange of many apps, as JSON.";
    ChatlabJsonl "chatlab-jsonl" "ChatLab's interchange of many apps, as JSON lines.";
    KeeperJson "chatlog-keeper-json" "The `wechat_messages.json` of chatlog-keeper.";
    DatabackupJson "wechat-data-backup-json" "The JSON of wechatDataBackup's interface.";
    MomentsJson "moments-json" "Posts of Moments (朋友圈) as WeFlow or WeChatMomentStat export them.";
    WecomJson "wecom-json" "WeCom's archive (会话内容存档), decrypted: JSON lines, an array, or the interface's answer.";
    TeamsGraphJson "teams-graph-json" "Messages of Microsoft Teams as Microsoft Graph or a tenant's data export gives them, as JSON.";
    TeamsExportJson "teams-export-json" "The `messages.json` of an account's own data export of Teams (and of Skype before it).";
    Eml "eml" "Mails, one a file, as compliance vendors deliver chats too; a manifest beside them is checked.";
    Mbox "mbox" "Mails, many in one file.";
    FiledumpXml "filedump-xml" "The FileDump XML of Actiance, Bloomberg and Lync: rooms, their messages and files.";
    Rsmf "rsmf" "The Relativity Short Message Format 1.0 and 2.0: `.rsmf`, `rsmf.zip`, or the manifest with its files.";
    DiscordJson "discord-json" "The JSON of DiscordChatExporter: one channel of Discord a file.";
    SmsBackup "sms-backup" "The XML of SMS Backup & Restore: short and multimedia messages, and calls, of an Android phone.";
    ImessageDb "imessage-db" "The database of Messages on macOS and iOS: chat.db, or sms.db of a phone's backup.";
    WhatsappTxt "whatsapp-txt" "The text that WhatsApp exports, with the files beside it: one conversation a file.";
    SignalTxt "signal-txt" "The text of Signal that signal-export writes: one conversation a file.";
    SlackJson "slack-json" "Slack's export: `users.json`, lists of conversations, and a folder of days for each.";
    MetaJson "meta-json" "Messenger and Instagram, as Meta's *Download your information* gives them, in JSON.";
    TelegramJson "telegram-json" "The `result.json` of Telegram's desktop app: one chat, or an account with all its chats.";
    WechatPay "wechat-pay" "Statements of WeChat Pay (微信支付账单明细) as the app sends them, CSV or XLSX.";
    Ufdr "ufdr" "A report of Cellebrite: the `report.xml` of a UFDR with the files beside it.";
    CellebriteTable "cellebrite-table" "The chats of a Cellebrite report as a spreadsheet, XLSX or CSV.";
    AxiomTable "axiom-table" "The messages of a Magnet AXIOM case as a spreadsheet, XLSX or CSV.";
    MappedTable "mapped-table" "A table, XLSX or CSV, whose columns a mapping file names.";
    WechatexporterPage "wechatexporter-html" "The pages of WechatExporter (iOS), and the scripts beside them.";
    MappedPage "mapped-html" "A page (HTML) in which a mapping file says which elements are messages.";
    WechatPosted "wechat-posted-text" "The text in which WeChat itself sends chosen messages: by mail, or copied.";
    KeptText "kept-text" "Chat histories as text, as WechatExporter and MemoTrace write them or people copied them.";
    MappedText "mapped-text" "A text in which a mapping file says how a line begins a message.";
    DucesJsonl "duces-jsonl" "The interchange format of duces: JSON Lines after a header line.";
}

impl Format {
    /// Returns the format of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the caller knows of a source that the source may not say itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The zone of local times; a format that writes local times is refused without it.
    pub zone: Option<Zone>,
    /// In which order dates have their numbers, for files whose own dates do not tell.
    pub date_order: Option<DateOrder>,
    /// What the container that the source was unpacked from is called, without its extension.
    pub container: Option<String>,
    /// The account that was collected, where the caller knows it.
    pub account: Option<String>,
    /// The app; WeChat where nothing is said.
    pub app: Option<App>,
    /// From which headers of a mail a chat message is taken.
    pub mail_map: MailMap,
    /// The media files of the source, found once and shared by the files opened with these options.
    pub media: MediaIndex,
    /// What stands where in a source that no reader knows; without it, what lies beside the source says so.
    pub mapping: Option<Mapping>,
    /// A folder for private copies, such as of a database beside which changes stand that are not in it. Without one,
    /// such changes are not seen, and that is said.
    pub scratch: Option<PathBuf>,
}

impl Options {
    pub(crate) fn app(&self) -> App {
        self.app.clone().unwrap_or_else(App::wechat)
    }
}
