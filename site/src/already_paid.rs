//! "I already topped up": what to look at, one thing after the other, for the wallet in question. The error's own page
//! has what is known of that error alone; this is what holds for every error about the wallet.

use crate::model::Site;
use crate::parse::data::Wallet;

/// One thing to look at. Plain text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Check {
    /// Which of [`crate::parse::data::PAID_CHECKS`].
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// The checks of `wallet` in their order.
#[must_use]
pub(crate) fn checks(site: &Site<'_>, wallet: &Wallet, language: &str) -> Vec<Check> {
    let ui = site.ui(language);
    let Some(words) = wallet.words.get(language) else {
        return Vec::new();
    };
    wallet
        .checks
        .iter()
        .map(|id| Check {
            id,
            title: ui.word("paid", id),
            text: ui.fill(
                "paid",
                &format!("{id}_text"),
                &[("wallet", &words.name), ("where", &words.where_)],
            ),
        })
        .collect()
}
