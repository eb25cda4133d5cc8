//! Which account of each app was collected.

use std::collections::BTreeMap;

use duces_model::{App, Custodian};

/// The accounts that were collected, by app.
#[derive(Debug, Clone)]
pub(crate) struct Accounts {
    custodian: Custodian,
    /// The one that the caller names. It holds for every app whose records do not name another.
    given: Option<String>,
    seen: BTreeMap<App, String>,
}

impl Accounts {
    pub(crate) fn new(custodian: Custodian, given: Option<String>, seen: BTreeMap<App, String>) -> Self {
        Self { custodian, given, seen }
    }

    /// Returns the account of an app, where it is known.
    pub(crate) fn of(&self, app: &App) -> Option<&str> {
        let seen = self.seen.get(app).map(String::as_str);
        let Some(given) = self.given.as_deref() else { return seen };
        // Of several apps the caller has named the account of one. Where it is none of those seen, the caller's word
        // stands for all, and each record that says otherwise is named.
        let of_another = self.seen.len() > 1 && self.seen.values().any(|account| account == given);
        if of_another { seen } else { Some(given) }
    }

    /// Returns the account of an app; where nobody says it, a stand-in that no other custodian has.
    pub(crate) fn own(&self, app: &App) -> String {
        self.of(app).map_or_else(|| format!("?{}", self.custodian), str::to_owned)
    }

    /// Returns the account that stands for the import: the one named, else the first one seen.
    pub(crate) fn main(&self) -> Option<&str> {
        self.given.as_deref().or_else(|| self.seen.values().next().map(String::as_str))
    }

    /// Returns the accounts of the apps that were seen.
    pub(crate) fn by_app(&self) -> BTreeMap<String, String> {
        self.seen.keys().filter_map(|app| Some((app.name().to_owned(), self.of(app)?.to_owned()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_that_the_caller_names_is_that_of_its_own_app() {
        let (wechat, slack) = (App::wechat(), App::named("slack"));
        let seen = |pairs: &[(&App, &str)]| pairs.iter().map(|(app, id)| ((*app).clone(), (*id).to_owned())).collect();
        let of = |given: Option<&str>, pairs: &[(&App, &str)]| {
            let accounts = Accounts::new(Custodian("Ann".into()), given.map(str::to_owned), seen(pairs));
            [&wechat, &slack].map(|app| accounts.own(app))
        };
        assert_eq!(of(None, &[]), ["?Ann", "?Ann"]);
        assert_eq!(of(Some("w"), &[]), ["w", "w"]);
        assert_eq!(of(None, &[(&wechat, "w"), (&slack, "s")]), ["w", "s"]);
        assert_eq!(of(Some("w"), &[(&wechat, "w"), (&slack, "s")]), ["w", "s"]);
        assert_eq!(of(Some("x"), &[(&wechat, "w")]), ["x", "x"]);
        assert_eq!(of(Some("x"), &[(&wechat, "w"), (&slack, "s")]), ["x", "x"]);
    }
}
