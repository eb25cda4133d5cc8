//! What a message says, by kind. A kind that is not known is kept and shown as unknown, never guessed.

use serde::{Deserialize, Serialize};

use crate::Fact;

/// The content of a message. Bytes that hang on it are in the message's attachments, in the order sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// Plain text, text codes such as `[旺柴]` as they are.
    Text {
        /// The text.
        text: String,
    },
    /// A picture.
    Picture,
    /// A voice message.
    Voice {
        /// How long it lasts.
        duration_ms: Option<u64>,
        /// What was said, where the source has a transcript.
        transcript: Option<String>,
    },
    /// A video.
    Video {
        /// How long it lasts.
        duration_ms: Option<u64>,
    },
    /// A sticker or animated emoji.
    Sticker {
        /// Its caption, where it has one.
        caption: Option<String>,
        /// Where the app keeps it, where the source says so.
        url: Option<String>,
    },
    /// A file.
    File {
        /// Its name as sent.
        name: String,
        /// Its size as the message declares it.
        size: Option<u64>,
    },
    /// A place on a map.
    Location(Location),
    /// A contact card.
    ContactCard(ContactCard),
    /// A request to become a contact.
    FriendRequest {
        /// Who asks.
        card: ContactCard,
        /// What they wrote.
        text: String,
    },
    /// A link, an article, music or anything else that leads to a web address.
    Link(Link),
    /// A mini program card.
    MiniProgram(MiniProgram),
    /// A chat history merged into one message.
    MergedHistory(MergedHistory),
    /// A reply that quotes another message.
    Quote(Quote),
    /// A transfer of money.
    Transfer(Transfer),
    /// A red packet.
    RedPacket(RedPacket),
    /// A voice or video call.
    Call(Call),
    /// A card of a video channel, its post or its live stream.
    Channel(Channel),
    /// A group announcement.
    Announcement {
        /// The announcement.
        text: String,
    },
    /// A list that members add themselves to (接龙).
    Solitaire {
        /// What it is about, and the list as it stood.
        text: String,
    },
    /// A message that was taken back.
    Recall(Recall),
    /// A notice by the app: somebody joined, left, renamed the group, was patted.
    Notice(Notice),
    /// A post that was published to contacts (Moments), with what others said under it.
    Post(Post),
    /// Several articles of an official account, pushed at once.
    Articles {
        /// The articles, in the order shown.
        items: Vec<Link>,
    },
    /// A message of several parts, such as text and pictures in one.
    Mixed {
        /// The parts, in the order shown.
        parts: Vec<Part>,
    },
    /// A card of a kind that is told by a title and named values: a task, a vote, a meeting, a form.
    Card(Card),
    /// A transaction of a payment statement.
    Payment(Payment),
    /// An e-mail, or a chat message in the form of one.
    Mail(Mail),
    /// A kind that duces does not know; the raw record is kept with the message.
    Unknown {
        /// The type as the source gives it.
        raw_type: String,
        /// The text the source shows for it.
        text: String,
    },
}

/// A place on a map.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// The name of the place.
    pub name: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The latitude, as the source writes it.
    pub latitude: Option<String>,
    /// The longitude, as the source writes it.
    pub longitude: Option<String>,
    /// Whether it was shared live.
    pub live: bool,
}

/// A contact card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCard {
    /// The name on the card.
    pub name: Option<String>,
    /// The account it leads to.
    pub native_id: Option<String>,
    /// The id its owner chose.
    pub alias: Option<String>,
    /// What else the card says.
    pub note: Option<String>,
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// A web page.
    #[default]
    Page,
    /// An official account's article.
    Article,
    /// A piece of music.
    Music,
    /// A video on a web page.
    Video,
    /// A game.
    Game,
    /// A note.
    Note,
    /// Something from the sender's favourites.
    Favourite,
}

/// A link card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it leads to.
    pub kind: LinkKind,
    /// The title.
    pub title: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The address in full.
    pub url: Option<String>,
    /// Who published it.
    pub source: Option<String>,
}

/// A mini program card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MiniProgram {
    /// The mini program's name.
    pub name: Option<String>,
    /// The title on the card.
    pub title: Option<String>,
    /// Its app id.
    pub app_id: Option<String>,
    /// The page it opens.
    pub page: Option<String>,
    /// The web address that stands for it.
    pub url: Option<String>,
}

/// A chat history merged into one message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedHistory {
    /// The title, such as `Chat history of A and B`.
    pub title: Option<String>,
    /// The messages, in the order shown.
    pub items: Vec<HistoryItem>,
}

/// One message within a merged history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryItem {
    /// Who said it, by the name shown.
    pub sender: Option<String>,
    /// When, as the source writes it.
    pub time: Option<String>,
    /// What was said; a history may hold histories.
    pub body: Box<Body>,
    /// Which of the message's attachments belongs to it (from 0).
    pub attachment: Option<usize>,
}

/// A reply and what it quotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The reply.
    pub text: String,
    /// The server id of the message quoted.
    pub native_id: Option<String>,
    /// The account that wrote the message quoted.
    pub sender_id: Option<String>,
    /// The name shown for it.
    pub sender: Option<String>,
    /// When it was sent, as the source writes it.
    pub time: Option<String>,
    /// What is quoted, as the quoting message shows it.
    pub quoted: Option<Box<Body>>,
}

/// An amount exactly as the source writes it, such as `￥200.00`; it is never recomputed.
pub type Money = String;

/// Where a transfer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// Sent, not yet answered.
    Sent,
    /// Accepted by the receiver.
    Received,
    /// Returned to the sender.
    Refunded,
    /// Expired.
    Expired,
    /// What the source says, where it is none of the others.
    Other(String),
}

/// A transfer of money.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// Where it stands.
    pub state: Option<TransferState>,
    /// How much.
    pub amount: Option<Money>,
    /// The note.
    pub memo: Option<String>,
    /// Who pays.
    pub payer: Option<String>,
    /// Who receives.
    pub receiver: Option<String>,
    /// The payment service's number.
    pub transaction_id: Option<String>,
    /// The app's number.
    pub transfer_id: Option<String>,
}

/// A red packet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedPacket {
    /// The greeting on it.
    pub greeting: Option<String>,
    /// How much, where the source says.
    pub amount: Option<Money>,
    /// Where it stands, as the source says.
    pub state: Option<String>,
    /// The payment service's number.
    pub transaction_id: Option<String>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// It was answered.
    Answered,
    /// The caller gave up.
    Cancelled,
    /// The other side declined.
    Declined,
    /// Nobody answered.
    Missed,
    /// The line was busy.
    Busy,
    /// What the source says, where it is none of the others.
    Other(String),
}

/// A voice or video call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Whether it had a picture; `None` where the source does not say.
    pub video: Option<bool>,
    /// How it ended.
    pub outcome: Option<CallOutcome>,
    /// How long it lasted.
    pub duration_ms: Option<u64>,
    /// The text the source shows.
    pub text: String,
}

/// What of a video channel a card shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// The channel itself.
    Card,
    /// One of its posts.
    Post,
    /// A live stream.
    Live,
}

/// A card of a video channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// What it shows.
    pub kind: ChannelKind,
    /// The channel's name.
    pub name: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The address, where the source has one.
    pub url: Option<String>,
}

/// A message that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    /// The notice as the app shows it.
    pub text: String,
    /// The server id of the message taken back.
    pub native_id: Option<String>,
    /// What it said, where the archive kept it.
    pub recalled: Option<Box<Body>>,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Somebody joined or was invited.
    Join,
    /// Somebody left or was removed.
    Leave,
    /// The conversation was renamed.
    Rename,
    /// Somebody was patted (拍一拍).
    Pat,
    /// Anything else.
    Other,
}

/// A notice by the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// The notice as the app shows it.
    pub text: String,
}

/// A post that was published to contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// What its author wrote.
    #[serde(default)]
    pub text: Option<String>,
    /// The place it bears.
    #[serde(default)]
    pub location: Option<Location>,
    /// The article or link it shares.
    #[serde(default)]
    pub link: Option<Link>,
    /// Who may see it, as the source says.
    #[serde(default)]
    pub audience: Option<String>,
    /// Who liked it, as the source shows them.
    #[serde(default)]
    pub likes: Vec<String>,
    /// What was said under it, in the order shown.
    #[serde(default)]
    pub comments: Vec<Comment>,
}

/// A comment under a post.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// Who wrote it, by the name shown.
    #[serde(default)]
    pub author: Option<String>,
    /// The account that wrote it.
    #[serde(default)]
    pub author_id: Option<String>,
    /// When, as the source writes it.
    #[serde(default)]
    pub time: Option<String>,
    /// Whom it answers, by the name shown.
    #[serde(default)]
    pub answers: Option<String>,
    /// What it says.
    #[serde(default)]
    pub text: String,
}

/// One part of a message of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it says.
    pub body: Box<Body>,
    /// Which of the message's attachments belongs to it (from 0).
    pub attachment: Option<usize>,
}

/// What a card is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// Something to be done.
    Task,
    /// A vote.
    Vote,
    /// A form that others fill in.
    Form,
    /// A meeting.
    Meeting,
    /// An entry of a calendar.
    Event,
    /// An online document; a linked one is listed as a link, its content is not part of the message.
    Document,
    /// A consent to being archived, or its refusal.
    Consent,
    /// Something a program sent.
    App,
    /// What the source calls it, where it is none of the others.
    Other(String),
}

/// A card of a title and named values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// What it is about.
    pub card: CardKind,
    /// The title.
    #[serde(default)]
    pub title: Option<String>,
    /// What it says.
    #[serde(default)]
    pub text: Option<String>,
    /// The address, where it leads to one.
    #[serde(default)]
    pub url: Option<String>,
    /// What else it says, in the order shown.
    #[serde(default)]
    pub facts: Vec<Fact>,
}

/// A transaction of a payment statement, each value as the statement writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// What kind of transaction.
    #[serde(default)]
    pub what: Option<String>,
    /// Whether money came or went.
    #[serde(default)]
    pub direction: Option<String>,
    /// How much.
    #[serde(default)]
    pub amount: Option<Money>,
    /// With whom.
    #[serde(default)]
    pub counterparty: Option<String>,
    /// What it was for.
    #[serde(default)]
    pub goods: Option<String>,
    /// How it was paid.
    #[serde(default)]
    pub method: Option<String>,
    /// Where it stands.
    #[serde(default)]
    pub state: Option<String>,
    /// The payment service's number.
    #[serde(default)]
    pub transaction_id: Option<String>,
    /// The merchant's number.
    #[serde(default)]
    pub merchant_id: Option<String>,
    /// The note.
    #[serde(default)]
    pub memo: Option<String>,
}

/// An e-mail, or a chat message in the form of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The subject.
    #[serde(default)]
    pub subject: Option<String>,
    /// To whom, each as the header writes it.
    #[serde(default)]
    pub to: Vec<String>,
    /// To whom copies went.
    #[serde(default)]
    pub cc: Vec<String>,
    /// To whom copies went that the others did not see.
    #[serde(default)]
    pub bcc: Vec<String>,
    /// What it says.
    #[serde(default)]
    pub text: String,
}

impl Body {
    /// Returns a plain text.
    pub fn text_of(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// Returns the kind in words for people, as the card on the page is headed.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Text { .. } => "Text",
            Self::Picture => "Picture",
            Self::Voice { .. } => "Voice",
            Self::Video { .. } => "Video",
            Self::Sticker { .. } => "Sticker",
            Self::File { .. } => "File",
            Self::Location(l) if l.live => "Live location",
            Self::Location(_) => "Location",
            Self::ContactCard(_) => "Contact card",
            Self::FriendRequest { .. } => "Friend request",
            Self::Link(link) => link.kind.label(),
            Self::MiniProgram(_) => "Mini program",
            Self::MergedHistory(_) => "Merged chat history",
            Self::Quote(_) => "Quote",
            Self::Transfer(_) => "Transfer",
            Self::RedPacket(_) => "Red packet",
            Self::Call(Call { video: Some(true), .. }) => "Video call",
            Self::Call(Call { video: Some(false), .. }) => "Voice call",
            Self::Call(_) => "Call",
            Self::Channel(Channel { kind: ChannelKind::Card, .. }) => "Channel",
            Self::Channel(Channel { kind: ChannelKind::Post, .. }) => "Channel post",
            Self::Channel(Channel { kind: ChannelKind::Live, .. }) => "Channel live",
            Self::Announcement { .. } => "Group announcement",
            Self::Solitaire { .. } => "Sign-up list (接龙)",
            Self::Recall(_) => "Recalled message",
            Self::Notice(_) => "Notice",
            Self::Post(_) => "Moments post",
            Self::Articles { .. } => "Official-account articles",
            Self::Mixed { .. } => "Message of several parts",
            Self::Card(card) => card.card.label(),
            Self::Payment(_) => "Payment",
            Self::Mail(_) => "E-mail",
            Self::Unknown { .. } => "Unknown message type",
        }
    }
}

impl CardKind {
    /// Returns the kind in words for people.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Vote => "Vote",
            Self::Form => "Form",
            Self::Meeting => "Meeting",
            Self::Event => "Calendar entry",
            Self::Document => "Online document",
            Self::Consent => "Consent to archiving",
            Self::App => "App card",
            Self::Other(_) => "Card",
        }
    }
}

impl LinkKind {
    /// Returns the kind in words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Page => "Link",
            Self::Article => "Official-account article",
            Self::Music => "Music",
            Self::Video => "Video link",
            Self::Game => "Game",
            Self::Note => "Note",
            Self::Favourite => "Favourite",
        }
    }
}

impl TransferState {
    /// Returns the state in words for people.
    pub fn label(&self) -> &str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Refunded => "refunded",
            Self::Expired => "expired",
            Self::Other(text) => text,
        }
    }
}

impl CallOutcome {
    /// Returns the outcome in words for people.
    pub fn label(&self) -> &str {
        match self {
            Self::Answered => "answered",
            Self::Cancelled => "cancelled by the caller",
            Self::Declined => "declined",
            Self::Missed => "not answered",
            Self::Busy => "line busy",
            Self::Other(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_with_a_kind_of_their_own_come_back_from_json() {
        let link = Body::Link(Link { kind: LinkKind::Article, title: Some("t".into()), ..Link::default() });
        let channel = Body::Channel(Channel { kind: ChannelKind::Live, name: None, description: None, url: None });
        let notice = Body::Notice(Notice { kind: NoticeKind::Join, text: "joined".into() });
        let quoted = |body: Body| {
            Body::Quote(Quote {
                text: "re".into(),
                native_id: None,
                sender_id: None,
                sender: None,
                time: None,
                quoted: Some(Box::new(body)),
            })
        };
        for body in [link, channel, notice] {
            for body in [body.clone(), quoted(body)] {
                let json = serde_json::to_string(&body).expect("a body is JSON");
                assert_eq!(serde_json::from_str::<Body>(&json).expect("its own JSON"), body);
            }
        }
    }
}
