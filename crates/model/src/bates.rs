//! Bates numbers: the only place where one is parsed, formatted or added to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A Bates number: prefix, zero-padded number, optional suffix.
///
/// The prefix is printable ASCII that ends in no digit, holds a letter and has neither comma nor quote:
/// Opticon files are plain ASCII with commas between columns, and a spreadsheet drops leading zeros
/// from a number without letters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BatesNumber {
    prefix: String,
    width: u8,
    number: u64,
    suffix: Option<u16>,
}

/// Why something is no Bates number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatesError {
    /// The prefix breaks a load file or a file name.
    Prefix(String, &'static str),
    /// The width is not between 1 and 15.
    Width(u8),
    /// The number does not fit into the width.
    Overflow(String),
    /// The text has another shape.
    Shape(String),
}

impl fmt::Display for BatesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix(prefix, why) => write!(f, "Bates prefix `{prefix}` {why}"),
            Self::Width(width) => write!(f, "Bates number width {width} is not between 1 and 15"),
            Self::Overflow(text) => write!(f, "Bates number {text} does not fit into its width"),
            Self::Shape(text) => {
                write!(f, "`{text}` is no Bates number: a prefix and digits are wanted, as in MER0000001")
            }
        }
    }
}

impl std::error::Error for BatesError {}

fn check_prefix(prefix: &str) -> Result<(), BatesError> {
    let refuse = |why| Err(BatesError::Prefix(prefix.to_owned(), why));
    if prefix.is_empty() || prefix.len() > 30 {
        return refuse("must have between 1 and 30 characters");
    }
    if prefix.contains(',') {
        return refuse("contains a comma, which Opticon load files cannot carry; use letters, digits, `-` or `_`");
    }
    if !prefix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'.') {
        return refuse("contains a character other than ASCII letters, digits, `-`, `_` and `.`");
    }
    if !prefix.bytes().any(|b| b.is_ascii_alphabetic()) {
        return refuse("has no letter, so spreadsheets would drop its leading zeros");
    }
    if prefix.ends_with(|c: char| c.is_ascii_digit()) {
        return refuse("ends in a digit, so prefix and number could not be told apart; end it in a letter, `-` or `_`");
    }
    if prefix.starts_with(['-', '.']) {
        return refuse("starts with `-` or `.`, which file tools misread");
    }
    Ok(())
}

impl BatesNumber {
    /// Returns the number `prefix` + `number` padded with zeros to `width` digits.
    pub fn new(prefix: &str, width: u8, number: u64) -> Result<Self, BatesError> {
        check_prefix(prefix)?;
        if !(1..=15).contains(&width) {
            return Err(BatesError::Width(width));
        }
        if number >= 10_u64.pow(u32::from(width)) {
            return Err(BatesError::Overflow(format!("{prefix}{number}")));
        }
        Ok(Self { prefix: prefix.to_owned(), width, number, suffix: None })
    }

    /// Returns this number with a page suffix, as in `MER0000012.003`.
    pub fn with_suffix(&self, suffix: u16) -> Self {
        Self { suffix: Some(suffix), ..self.clone() }
    }

    /// Returns the number `n` further on, without a suffix.
    pub fn plus(&self, n: u64) -> Result<Self, BatesError> {
        let number = self.number.checked_add(n).ok_or_else(|| BatesError::Overflow(self.to_string()))?;
        Self::new(&self.prefix, self.width, number)
    }

    /// Returns the text before the digits.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns how many digits the number is padded to.
    pub fn width(&self) -> u8 {
        self.width
    }

    /// Returns the number itself.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns the page suffix, where there is one.
    pub fn suffix(&self) -> Option<u16> {
        self.suffix
    }
}

impl fmt::Display for BatesNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:0width$}", self.prefix, self.number, width = usize::from(self.width))?;
        match self.suffix {
            Some(suffix) => write!(f, ".{suffix:03}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for BatesNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for BatesNumber {
    type Err = BatesError;

    fn from_str(text: &str) -> Result<Self, BatesError> {
        let shape = || BatesError::Shape(text.chars().take(80).collect());
        let (body, suffix) = match text.rsplit_once('.') {
            Some((body, s)) if s.len() == 3 && s.bytes().all(|b| b.is_ascii_digit()) && ends_in_digit(body) => {
                (body, Some(s.parse().map_err(|_| shape())?))
            }
            _ => (text, None),
        };
        let digits = body.bytes().rev().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 15 {
            return Err(shape());
        }
        let (prefix, number) = body.split_at(body.len() - digits);
        let width = u8::try_from(digits).map_err(|_| shape())?;
        let plain = Self::new(prefix, width, number.parse().map_err(|_| shape())?)?;
        Ok(Self { suffix, ..plain })
    }
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

impl PartialOrd for BatesNumber {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BatesNumber {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.prefix, self.number, self.suffix, self.width).cmp(&(
            &other.prefix,
            other.number,
            other.suffix,
            other.width,
        ))
    }
}

impl Serialize for BatesNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BatesNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A first and a last Bates number of one prefix and width, both included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BatesRange {
    first: BatesNumber,
    last: BatesNumber,
}

impl BatesRange {
    /// Returns the range of `count` numbers from `first` on; `None` where `count` is 0.
    pub fn starting(first: BatesNumber, count: u64) -> Result<Option<Self>, BatesError> {
        match count.checked_sub(1) {
            None => Ok(None),
            Some(further) => {
                let last = first.plus(further)?;
                Ok(Some(Self { first, last }))
            }
        }
    }

    /// Returns the range between two numbers, where they belong together and are in order.
    pub fn between(first: BatesNumber, last: BatesNumber) -> Result<Self, BatesError> {
        if first.prefix != last.prefix || first.width != last.width || first.number > last.number {
            return Err(BatesError::Shape(format!("{first} - {last}")));
        }
        Ok(Self { first, last })
    }

    /// Returns the first number.
    pub fn first(&self) -> &BatesNumber {
        &self.first
    }

    /// Returns the last number.
    pub fn last(&self) -> &BatesNumber {
        &self.last
    }

    /// Returns how many numbers the range holds.
    pub fn count(&self) -> u64 {
        self.last.number - self.first.number + 1
    }

    /// Returns whether the two ranges share a number.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.first.prefix == other.first.prefix
            && self.first.number <= other.last.number
            && other.first.number <= self.last.number
    }
}

impl fmt::Display for BatesRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} - {}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_breaks_a_load_file() {
        for bad in ["", "A,B", "123", "AB1", "é", "A B", "-A", "A\u{feff}", "A\"B"] {
            assert!(BatesNumber::new(bad, 7, 1).is_err(), "{bad:?}");
        }
        assert!(BatesNumber::new("MER", 0, 1).is_err());
        assert!(BatesNumber::new("MER", 3, 1000).is_err());
        assert!("MER".parse::<BatesNumber>().is_err());
        assert!("MER0000009".parse::<BatesNumber>().expect("valid").plus(u64::MAX).is_err());
    }

    #[test]
    fn ranges_count_and_overlap() {
        let first = BatesNumber::new("MER", 3, 998).expect("valid");
        assert!(BatesRange::starting(first.clone(), 3).is_err(), "999 is the last of three digits");
        let range = BatesRange::starting(first.clone(), 2).expect("fits").expect("not empty");
        assert_eq!(range.to_string(), "MER998 - MER999");
        assert_eq!(range.count(), 2);
        assert!(range.overlaps(&range));
        assert_eq!(BatesRange::starting(first, 0), Ok(None));
    }

    proptest! {
        #[test]
        fn text_and_number_are_inverse(prefix in "[A-Za-z][A-Za-z0-9._-]{0,6}[A-Za-z_-]", width in 1_u8..=15, n in any::<u64>(), suffix in proptest::option::of(0_u16..1000)) {
            let number = n % 10_u64.pow(u32::from(width));
            let mut bates = BatesNumber::new(&prefix, width, number).expect("valid by construction");
            if let Some(s) = suffix { bates = bates.with_suffix(s); }
            prop_assert_eq!(bates.to_string().parse::<BatesNumber>(), Ok(bates));
        }
    }
}
