//! Apps, accounts and custodians: who speaks, and whose archive it was.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The application a conversation was held in, by its short lower-case name, such as `wechat`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct App(String);

impl App {
    /// Returns WeChat.
    pub fn wechat() -> Self {
        Self("wechat".to_owned())
    }

    /// Returns the app of a short name; letters are folded to lower case.
    pub fn named(name: &str) -> Self {
        Self(name.to_lowercase())
    }

    /// Returns the short name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Returns the name as the maker writes it.
    pub fn label(&self) -> &str {
        match self.0.as_str() {
            "wechat" => "WeChat",
            "wecom" => "WeCom",
            "whatsapp" => "WhatsApp",
            "slack" => "Slack",
            "teams" => "Microsoft Teams",
            "telegram" => "Telegram",
            "signal" => "Signal",
            "instagram" => "Instagram",
            "messenger" => "Messenger",
            "imessage" => "iMessage",
            "sms" => "SMS",
            "phone" => "Phone",
            "discord" => "Discord",
            "bloomberg" => "Bloomberg",
            "email" => "E-mail",
            other => other,
        }
    }
}

/// An account in an app: the native id, such as a wxid, is what identifies it; names change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountId {
    /// The app.
    pub app: App,
    /// The id within the app, exactly as the source gives it.
    pub native: String,
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.app.name(), self.native)
    }
}

/// An account with a name it was seen under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Account {
    /// Which account.
    pub id: AccountId,
    /// The display name, where the source gives one.
    pub name: Option<String>,
}

/// A person whose archive was collected, by the name the load file prints.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Custodian(pub String);

impl fmt::Display for Custodian {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
