//! Former addresses of pages: that they are addresses, that nothing else stands there, and that one page claims each.

use std::collections::BTreeMap;

use super::each_text;
use crate::diag::Diag;
use crate::model::addresses;
use crate::parse::{Docs, LONGEST_NAME, TOO_LONG, is_slug};

/// First parts of addresses that the site itself uses.
const OWN: [&str; 3] = ["assets", "e", "search"];
/// Parts of an address. Pages lie no deeper.
const MOST_PARTS: usize = 11;

pub(super) fn check(docs: &Docs, diags: &mut Vec<Diag>) {
    let known = addresses(docs);
    let mut claimed: BTreeMap<String, String> = BTreeMap::new();
    each_text(docs, |folder, _, text| {
        for alias in &text.front.aliases {
            let address = alias.value.as_str();
            let report = |code, message: String, help: String| {
                Diag::new(code, &text.file, alias.span.clone(), message).help(help)
            };
            if let Some(wrong) = form(docs, address) {
                diags.push(report("alias-form", wrong.0, wrong.1));
            } else if known.contains_key(address) {
                diags.push(report(
                    "alias-taken",
                    format!("`{address}` is the address of a page"),
                    "take the alias out; a page needs none for where it is".to_owned(),
                ));
            } else if let Some(other) = claimed.get(address).filter(|other| *other != folder) {
                diags.push(report(
                    "alias-taken",
                    format!("`{address}` is an alias of {other} already"),
                    "an old address leads to one page: keep it where its readers find what they looked for".to_owned(),
                ));
            }
        }
        for alias in &text.front.aliases {
            claimed
                .entry(alias.value.clone())
                .or_insert_with(|| folder.to_owned());
        }
    });
}

/// What is wrong with the form of an alias, and what to write.
fn form(docs: &Docs, address: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = match address
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'))
    {
        Some(inner) if !inner.is_empty() => inner.split('/').collect(),
        _ => {
            let bare = address.trim_matches('/');
            return Some((
                format!("`{address}` is no address of this site"),
                if bare.is_empty() || bare.contains(':') {
                    "write the old address without language, such as `/guides/old-name/`".to_owned()
                } else {
                    format!("write `/{bare}/`")
                },
            ));
        }
    };
    if docs.config.codes().any(|code| code == parts[0]) {
        let rest = parts[1..].join("/");
        return Some((
            format!("`{address}` names its language"),
            if rest.is_empty() {
                "take it out; the home page stays where it is".to_owned()
            } else {
                format!("write `/{rest}/`; the alias holds in every language")
            },
        ));
    }
    if OWN.contains(&parts[0]) {
        return Some((
            format!("`/{}/` is used by the site itself", parts[0]),
            "choose another address".to_owned(),
        ));
    }
    if parts.len() > MOST_PARTS {
        return Some((
            format!("`{address}` has {} parts", parts.len()),
            format!("use at most {MOST_PARTS}, as deep as a page may lie"),
        ));
    }
    parts.iter().find(|part| !is_slug(part)).map(|part| {
        (
            format!("`{part}` cannot be part of an address"),
            if part.len() > LONGEST_NAME {
                TOO_LONG.to_owned()
            } else {
                "use lower-case letters, digits and single hyphens".to_owned()
            },
        )
    })
}
