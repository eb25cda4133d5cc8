//! What a text must hold before a query is worth asking, so that of many queries few are held against each text.

use crate::word_test::WordTest;

/// Something of which a text that matches holds at least one.
#[derive(Clone, Debug)]
pub(crate) enum Spark {
    /// A token and, where one is named, another directly joined to it.
    Token {
        /// The normalised text of the token.
        text: String,
        /// That of the next.
        then: Option<String>,
    },
    /// A word or character that passes the test.
    Word(WordTest),
}

/// The sparks of which a text that matches holds at least one; `None` where nothing can be said of it.
#[derive(Clone, Debug)]
pub(crate) struct Trigger(Option<Vec<Spark>>);

impl Spark {
    /// How much it narrows, by rule of thumb: long tokens are rare, and open tests cost time and find much.
    fn rank(&self) -> usize {
        match self {
            Self::Token { text, then } => {
                text.chars().count() + then.as_ref().map_or(0, |then| 1 + then.chars().count())
            }
            Self::Word(_) => 0,
        }
    }
}

impl Trigger {
    /// Any text may match.
    pub(crate) const fn always() -> Self {
        Self(None)
    }

    /// A text that matches holds this.
    pub(crate) fn of(spark: Spark) -> Self {
        Self(Some(vec![spark]))
    }

    /// A text that matches meets all of these: the one that narrows most speaks for them.
    pub(crate) fn all_of(parts: impl IntoIterator<Item = Self>) -> Self {
        let weakest = |sparks: &Vec<Spark>| sparks.iter().map(Spark::rank).min().unwrap_or(0);
        let known = parts.into_iter().filter_map(|part| part.0);
        Self(known.max_by_key(|sparks| (weakest(sparks), std::cmp::Reverse(sparks.len()))))
    }

    /// A text that matches meets one of these.
    pub(crate) fn any_of(parts: impl IntoIterator<Item = Self>) -> Self {
        let sparks: Option<Vec<Vec<Spark>>> = parts.into_iter().map(|part| part.0).collect();
        Self(sparks.map(|sparks| sparks.into_iter().flatten().collect()))
    }

    /// Returns the sparks; `None` where any text may match.
    pub(crate) fn into_sparks(self) -> Option<Vec<Spark>> {
        self.0
    }
}
