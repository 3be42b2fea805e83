//! `/id/feed.xml`: what was added or changed, newest first, as Atom (RFC 4287). The dates are those that pages and rules
//! state, so the same content gives the same feed on any day.

use std::cmp::Reverse;

use super::piece::Piece;
use super::shared::Shared;
use crate::date::Date;
use crate::html::escape;
use crate::load::Edition;
use crate::model::Site;
use crate::parse::markdown::Markdown;

/// Entries at most: who reads a feed reads what is new.
const MOST: usize = 50;

struct Entry<'s> {
    date: Date,
    path: String,
    words: &'s Markdown,
}

/// The internal edition has none: readers of feeds hold no password.
pub(super) fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    if shared.site.edition == Edition::Internal {
        return Vec::new();
    }
    shared
        .site
        .languages()
        .iter()
        .map(|l| {
            Piece::file(format!("{}/feed.xml", l.code), |shared: &Shared<'_>| {
                Ok(feed(shared.site, &l.code).into_bytes())
            })
        })
        .collect()
}

fn entries<'s>(site: &'s Site<'_>, language: &str) -> Vec<Entry<'s>> {
    let pages = site.guides.iter().chain(&site.runbooks).filter_map(|page| {
        let words = page.texts.get(language)?;
        Some(Entry {
            date: words.front.updated.as_ref()?.value,
            path: page.path.clone(),
            words,
        })
    });
    let rules = site.rules.iter().filter_map(|rule| {
        Some(Entry {
            date: rule.rule.since.as_ref()?.value,
            path: rule.path(),
            words: rule.texts.get(language)?,
        })
    });
    let mut all: Vec<Entry<'_>> = pages.chain(rules).collect();
    all.sort_by(|a, b| (Reverse(a.date), &a.path).cmp(&(Reverse(b.date), &b.path)));
    all.truncate(MOST);
    all
}

fn feed(site: &Site<'_>, language: &str) -> String {
    let ui = site.ui(language);
    let entries = entries(site, language);
    let home = site.absolute(language, "/");
    let own = site.absolute(language, "/feed.xml");
    // A feed must have a date; one without entries has that of the build.
    let updated = entries.first().map_or(site.today, |entry| entry.date);
    let title = escape(&site.docs.config.title);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{language}\">\n\
         <title>{title}</title>\n<subtitle>{}</subtitle>\n<id>{home}</id>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{home}\"/>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/>\n\
         <updated>{updated}T00:00:00Z</updated>\n<author><name>{title}</name></author>\n",
        escape(&ui.word("home", "summary")),
    );
    for Entry { date, path, words } in &entries {
        let address = site.absolute(language, path);
        // A page that changes again is a new entry, so the date is part of the id.
        out.push_str(&format!(
            "<entry>\n<title>{}</title>\n<id>{address}#{date}</id>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{address}\"/>\n\
             <updated>{date}T00:00:00Z</updated>\n<summary>{}</summary>\n</entry>\n",
            escape(&words.front.title.value),
            escape(&words.front.summary.value),
        ));
    }
    out.push_str("</feed>\n");
    out
}
