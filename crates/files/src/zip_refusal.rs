//! Why a ZIP is not read.

use std::fmt;

/// Why a ZIP, or an entry of one, is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ZipRefusal {
    /// It is no ZIP, or a broken one.
    Broken(String),
    /// Something stands before the first entry or after the end.
    Surplus(&'static str),
    /// A name leads elsewhere, or to different places on different systems.
    Name(String, &'static str),
    /// Two names are one, or are one where case does not count.
    Clash(String, String),
    /// An entry is a link or a device.
    Link(String),
    /// Entries share bytes, or the headers contradict each other.
    Contradiction(String),
    /// An entry is encrypted.
    Encrypted(String),
    /// An entry is packed in a way that is not read.
    Method(String),
    /// It claims to hold more than is read.
    TooLarge(String),
    /// There is no such entry.
    NoEntry(String),
}

impl fmt::Display for ZipRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(why) => write!(f, "no ZIP that can be read: {why}"),
            Self::Surplus(place) => write!(f, "the ZIP has bytes {place}, which readers take differently"),
            Self::Name(name, why) => write!(f, "the entry `{}` is not read: {why}", name.escape_debug()),
            Self::Clash(one, other) => {
                write!(f, "the entries `{}` and `{}` have one name", one.escape_debug(), other.escape_debug())
            }
            Self::Link(name) => write!(f, "the entry `{}` is a link or a device, not a file", name.escape_debug()),
            Self::Contradiction(why) => write!(f, "the ZIP contradicts itself: {why}"),
            Self::Encrypted(name) => {
                write!(f, "the entry `{}` is encrypted; unpack the ZIP first", name.escape_debug())
            }
            Self::Method(name) => write!(f, "the entry `{}` is neither stored nor deflated", name.escape_debug()),
            Self::TooLarge(why) => write!(f, "the ZIP claims to hold too much: {why}"),
            Self::NoEntry(name) => write!(f, "the ZIP has no entry `{}`", name.escape_debug()),
        }
    }
}

impl std::error::Error for ZipRefusal {}
