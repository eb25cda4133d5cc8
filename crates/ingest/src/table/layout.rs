//! Which column of a table says what. Known tables are told by their headers; others by a mapping.

use crate::mapping;

/// Where a time stands: in one column, or its day in another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TimeAt {
    pub(super) time: usize,
    pub(super) date: Option<usize>,
}

impl TimeAt {
    /// Returns the time that a row gives, as one text.
    pub(super) fn text(&self, cells: &[String]) -> String {
        let of = |at: usize| cells.get(at).map(|cell| cell.trim()).unwrap_or_default();
        let time = of(self.time);
        // A time with a day in its own column is whole.
        let whole = time.contains(['/', '-', '年']) && time.contains(':') && !starts_with_clock(time);
        match self.date.map(of) {
            // A day that a spreadsheet holds is a time at midnight.
            Some(date) if !whole && !date.is_empty() => {
                format!("{} {time}", date.strip_suffix(" 00:00:00").unwrap_or(date))
            }
            _ => crate::grid::from_serial(time).unwrap_or_else(|| time.to_owned()),
        }
    }
}

/// `10:23:45(UTC-3)` has a sign and no day.
fn starts_with_clock(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits) && text[digits..].starts_with(':')
}

/// Where the columns of messages stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) time: TimeAt,
    pub(super) delivered: Option<TimeAt>,
    pub(super) read: Option<TimeAt>,
    pub(super) sender: Option<usize>,
    pub(super) sender_id: Option<usize>,
    pub(super) recipient: Option<usize>,
    pub(super) recipient_id: Option<usize>,
    pub(super) text: Option<usize>,
    pub(super) id: Option<usize>,
    /// The number of a message within its conversation, which is the report's own.
    pub(super) number: Option<usize>,
    /// The number of the conversation, given with its first message alone.
    pub(super) talk: Option<usize>,
    pub(super) conversation: Option<usize>,
    pub(super) conversation_id: Option<usize>,
    pub(super) participants: Option<usize>,
    pub(super) app: Option<usize>,
    pub(super) own: Option<usize>,
    pub(super) deleted: Vec<usize>,
    pub(super) reply_to: Option<usize>,
    pub(super) attachments: Vec<usize>,
    pub(super) facts: Vec<(String, usize)>,
    /// The offset in seconds and the order of days that a header states.
    pub(super) offset: Option<i64>,
    pub(super) order: Option<crate::moment::DateOrder>,
}

impl Layout {
    pub(super) fn new(time: TimeAt) -> Self {
        Self {
            time,
            delivered: None,
            read: None,
            sender: None,
            sender_id: None,
            recipient: None,
            recipient_id: None,
            text: None,
            id: None,
            number: None,
            talk: None,
            conversation: None,
            conversation_id: None,
            participants: None,
            app: None,
            own: None,
            deleted: Vec::new(),
            reply_to: None,
            attachments: Vec::new(),
            facts: Vec::new(),
            offset: None,
            order: None,
        }
    }

    /// Returns the layout that a mapping gives a row of headers; the error names a column that is not there.
    pub(super) fn mapped(names: &mapping::Columns, headers: &[String]) -> Result<Self, String> {
        let at = |name: &str| find(headers, name).ok_or_else(|| name.to_owned());
        let opt = |name: &Option<String>| name.as_deref().map(at).transpose();
        let time = TimeAt { time: at(&names.time)?, date: opt(&names.date)? };
        Ok(Self {
            sender: opt(&names.sender)?,
            sender_id: opt(&names.sender_id)?,
            text: opt(&names.text)?,
            id: opt(&names.id)?,
            conversation: opt(&names.conversation)?,
            conversation_id: opt(&names.conversation_id)?,
            app: opt(&names.app)?,
            own: opt(&names.own)?,
            deleted: opt(&names.deleted)?.into_iter().collect(),
            reply_to: opt(&names.reply_to)?,
            attachments: names.attachments.iter().map(|name| at(name)).collect::<Result<_, _>>()?,
            facts: names.facts.iter().map(|name| Ok((name.clone(), at(name)?))).collect::<Result<_, String>>()?,
            ..Self::new(time)
        })
    }
}

/// Returns where a header stands, white space and letters' case aside.
pub(super) fn find(headers: &[String], name: &str) -> Option<usize> {
    let same = |header: &String| header.trim().trim_start_matches('\u{feff}').eq_ignore_ascii_case(name.trim());
    headers.iter().position(same)
}
