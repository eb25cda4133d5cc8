//! Clearance: what leaves the house is of this type, and only clearing makes it.

use std::ops::Deref;

/// A value that was decided upon: every body, field, name, native and hash in it may leave.
///
/// Renderers, load-file writers and volumes accept only cleared values. [`Cleared::vouch`] is a disallowed
/// method (clippy.toml) that only the clearing module of the production crate is excepted from, and a test
/// over the source tree holds it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleared<T>(T);

impl<T> Cleared<T> {
    /// Vouches that `value` may leave. For the clearing module alone.
    pub fn vouch(value: T) -> Self {
        Self(value)
    }

    /// Returns a part of a cleared value, which is cleared with the whole.
    pub fn part<U>(&self, of: impl FnOnce(&T) -> U) -> Cleared<U> {
        Cleared(of(&self.0))
    }

    /// Returns the value, ending its clearance.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Cleared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
