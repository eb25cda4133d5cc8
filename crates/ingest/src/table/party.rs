//! Who somebody is, as forensic tools write people into one cell: an account, a name, a mark for the phone's owner.
//!
//! No vendor publishes how; the rules here are those that public programs for these reports follow.

use duces_model::Sender;

use crate::field::filled;

/// Somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Party {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    /// Whether the tool marks them as the owner of the device.
    pub(super) owner: bool,
    /// Whether it is the app itself that speaks.
    pub(super) system: bool,
}

impl Party {
    /// Returns whom a cell names; nothing where it is empty.
    pub(super) fn of(cell: &str) -> Option<Self> {
        let text = cell.trim();
        if text.is_empty() {
            return None;
        }
        let mut party = Self::default();
        let text = match text.strip_suffix("(owner)").or_else(|| text.strip_suffix("(Owner)")) {
            Some(rest) => {
                party.owner = true;
                rest.trim_end()
            }
            None => text,
        };
        if text.starts_with("System Message") {
            return Some(Self { system: true, ..party });
        }
        // `Local User <account>` is the owner to AXIOM.
        if let Some((name, rest)) = text.split_once('<')
            && let Some(id) = rest.strip_suffix('>')
        {
            let name = name.trim();
            party.owner |= name == "Local User";
            party.id = filled(id.trim());
            party.name = filled(name).filter(|name| name != "Local User" && Some(name) != party.id.as_ref());
            return Some(party);
        }
        let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        if is_account(first) {
            party.id = Some(first.to_owned());
            party.name = filled(rest.trim()).filter(|name| name != first);
        } else {
            party.name = Some(text.to_owned());
        }
        Some(party)
    }

    /// Returns everybody a cell names, one a line.
    pub(super) fn all(cell: &str) -> Vec<Self> {
        cell.split(['\n', '\r', ';']).filter_map(Self::of).collect()
    }

    pub(super) fn sender(&self) -> Option<Sender> {
        let known = self.id.is_some() || self.name.is_some();
        known.then(|| Sender { native_id: self.id.clone(), name: self.name.clone() })
    }

    /// Returns what tells them from others.
    pub(super) fn key(&self) -> Option<&str> {
        self.id.as_deref().or(self.name.as_deref())
    }
}

/// Tells an account or a number from the first word of a name.
fn is_account(word: &str) -> bool {
    let number = word.trim_start_matches('+');
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let is_number = digits >= 5 && number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'(' | b')'));
    is_number || word.contains('@') || crate::contacts::is_id(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_apart_from_their_accounts() {
        let rows = [
            ("15551234567 Alice Doe", Some("15551234567"), Some("Alice Doe"), false),
            ("+86 138", None, Some("+86 138"), false),
            ("8613800000000@s.whatsapp.net 周言 (owner)", Some("8613800000000@s.whatsapp.net"), Some("周言"), true),
            ("wxid_b wxid_b", Some("wxid_b"), None, false),
            ("Alice Doe", None, Some("Alice Doe"), false),
            ("Local User <15551234567>", Some("15551234567"), None, true),
            ("周言 <wxid_b>", Some("wxid_b"), Some("周言"), false),
        ];
        for (cell, id, name, owner) in rows {
            let party = Party::of(cell).unwrap_or_default();
            assert_eq!((party.id.as_deref(), party.name.as_deref(), party.owner), (id, name, owner), "{cell}");
        }
        assert_eq!(Party::of(" "), None);
        assert!(Party::of("System Message System Message").is_some_and(|party| party.system));
        assert_eq!(Party::all("1555000111 A\r\n1555000222 B (owner)").len(), 2);
    }
}
