//! What keys are for, as editors show it beside them. A test holds this against the keys that are read: each has its line,
//! and no line is left over.

use crate::check::lint;
use crate::parse::shape::ANY;

/// By kind of file and path of the key; `*` for a key that means the same in several files. Sorted.
const KEYS: &[(&str, &str)] = &[
    ("*.any", "The same in this language"),
    (
        "*.checked",
        "The day on which somebody last looked at the source",
    ),
    (
        "*.confidence",
        "documented: the source says so; observed: somebody saw it happen; inferred: it follows from the two",
    ),
    (
        "*.historical",
        "True for what was so on that day and is history now; it does not expire",
    ),
    ("*.id", "Unique id that other files name it by"),
    (
        "*.note",
        "What is to be said about the value, once for all languages or by language",
    ),
    ("*.source", "Id of data/sources.toml"),
    (
        "*.unit",
        "Unit of the amount; its word is in `unit` of the interface words",
    ),
    ("*.value", "Exact number in quotes"),
    (
        "credits.figure",
        "A figure that pages show as {{figure:ID}}",
    ),
    (
        "credits.figure.disputed",
        "What other sources say; the page shows all of it",
    ),
    (
        "credits.figure.name",
        "What the figure is called in a table",
    ),
    ("credits.figure.table", "Name of the table that lists it"),
    ("do-not-say.term", "Something that no reply may say"),
    (
        "do-not-say.term.kind",
        "words: anywhere; providers: names of providers; time: promises of when",
    ),
    (
        "do-not-say.term.patterns",
        "Regular expressions by language",
    ),
    ("do-not-say.term.say", "What to say in its place"),
    (
        "do-not-say.term.shown",
        "What not to say, as the table of the guide shows it",
    ),
    (
        "do-not-say.term.why",
        "Why not, for those who read the table",
    ),
    (
        "families.family",
        "Patterns that mean the same thing, for `family` of rules",
    ),
    (
        "families.family.about",
        "What the family means; for those who write rules",
    ),
    ("families.family.en", "Patterns in English"),
    ("families.family.id", "Patterns in Indonesian"),
    ("families.family.name", "Unique id that rules name it by"),
    ("families.family.other", "Patterns in any other language"),
    ("families.family.zh", "Patterns in Chinese"),
    (
        "front-matter.aliases",
        "Where the page once was: addresses without language, such as /guides/old-name/",
    ),
    (
        "front-matter.draft",
        "True while the page is not to be published",
    ),
    (
        "front-matter.html",
        "Elements of HTML that this page may hold, such as kbd",
    ),
    (
        "front-matter.sources",
        "Ids of data/sources.toml that the page rests on",
    ),
    (
        "front-matter.summary",
        "One sentence, for lists and search engines",
    ),
    (
        "front-matter.title",
        "Title of the page; its only heading of level 1",
    ),
    (
        "front-matter.updated",
        "Day of the last change of substance",
    ),
    ("glossary.term", "A word that pages explain"),
    (
        "glossary.term.see",
        "Addresses without language that say more",
    ),
    ("glossary.term.words", "Name and text by language"),
    ("glossary.term.words.any", "The term in this language"),
    (
        "glossary.term.words.any.avoid",
        "Other words for it, which no page is to use",
    ),
    ("glossary.term.words.any.name", "The term"),
    (
        "glossary.term.words.any.text",
        "What it means, in plain text",
    ),
    ("models.model", "A model that a provider sells"),
    ("models.model.name", "Its name as the provider writes it"),
    ("models.model.provider", "Id of data/providers.toml"),
    ("models.model.rate", "What one second or one clip costs"),
    (
        "models.model.rate.amount",
        "How many units, exact, in quotes",
    ),
    ("models.model.rate.audio", "Sound: none, native, or voice"),
    (
        "models.model.rate.input",
        "What it starts from: none but text, an image, or a video",
    ),
    ("models.model.rate.mode", "Mode of the model"),
    (
        "models.model.rate.per",
        "Whether the amount is for a second or for a whole clip",
    ),
    ("models.model.rate.resolution", "Such as 720p"),
    ("models.model.rate.seconds", "Length of the clip"),
    (
        "models.model.replaced_by",
        "Id of the model that took its place",
    ),
    (
        "models.model.resells",
        "Id of the vendor's model that this one is",
    ),
    (
        "models.model.retired_on",
        "Day on which it was switched off",
    ),
    ("models.model.status", "Whether it can still be used"),
    (
        "packages.package",
        "Something that fills a wallet for money",
    ),
    ("packages.package.captured", "Year of the price list"),
    (
        "packages.package.concurrency",
        "Jobs at a time that it allows",
    ),
    ("packages.package.currency", "Such as USD"),
    (
        "packages.package.disputed",
        "A field about which sources disagree",
    ),
    ("packages.package.disputed.field", "Which field"),
    ("packages.package.disputed.values", "What each source says"),
    (
        "packages.package.expires",
        "False if its units stay for ever",
    ),
    (
        "packages.package.name",
        "Its name as the provider writes it",
    ),
    (
        "packages.package.on_sale",
        "False if it can no longer be bought",
    ),
    (
        "packages.package.per_account",
        "How often one account may buy it",
    ),
    ("packages.package.price", "Exact, in quotes"),
    (
        "packages.package.price_per_unit",
        "As the source states it; checked against price and units",
    ),
    ("packages.package.provider", "Id of data/providers.toml"),
    (
        "packages.package.units",
        "How many units it holds, in quotes",
    ),
    (
        "packages.package.validity_days",
        "Days until its units expire",
    ),
    ("packages.package.wallet", "Id of the wallet that it fills"),
    (
        "providers.provider",
        "A company whose errors are in the catalogue",
    ),
    (
        "providers.provider.balance_delay",
        "Id of the figure: hours by which the balance that it shows may be late",
    ),
    (
        "providers.provider.hosts",
        "Hosts that prove it was the sender",
    ),
    (
        "providers.provider.kind",
        "vendor: makes models; reseller, gateway: sells those of others; platform, app: is built on them",
    ),
    (
        "providers.provider.marks",
        "Patterns that prove it was the sender",
    ),
    (
        "providers.provider.monthly_fee",
        "Id of the figure: dollars a month beside every job",
    ),
    ("providers.provider.name", "Its name as it writes it"),
    (
        "providers.provider.names",
        "Patterns of its name in running text",
    ),
    (
        "providers.provider.parallel",
        "Id of the figure: jobs at once, where the account and not a pack decides it",
    ),
    ("providers.provider.url", "Its public address"),
    (
        "reply.causes",
        "Causes that the reply answers; beside rules it says nothing, and beside wallets only those with one of these causes",
    ),
    (
        "reply.rules",
        "Rules that the reply answers; goes before wallets and causes",
    ),
    (
        "reply.wallets",
        "Wallets that the reply answers; goes before causes",
    ),
    ("rule.actor", "Who can fix it"),
    (
        "rule.adds",
        "Evidence that raises the rank of the rule, but is not asked for",
    ),
    ("rule.adds.code", "Values of a keyed code"),
    ("rule.adds.family", "Ids of data/families.toml"),
    ("rule.adds.phrase", "Patterns"),
    ("rule.adds.status", "HTTP status values"),
    (
        "rule.candidates",
        "Rules that an opaque or ambiguous message may really be",
    ),
    ("rule.cause", "What went wrong"),
    (
        "rule.codes",
        "Codes of the provider that the rule owns; each gets an address such as /e/kling-1102/",
    ),
    (
        "rule.example",
        "A paste, and whether it must be recognised; two hits and two misses at least",
    ),
    (
        "rule.example.expect",
        "hit: this rule must come first; miss: it must not",
    ),
    (
        "rule.example.paste",
        "The text; no real key, address or name",
    ),
    ("rule.lookalikes", "Rules that are easily confused with it"),
    (
        "rule.provider",
        "Id of data/providers.toml; absent in a generic rule",
    ),
    ("rule.replaced_by", "Rule that took its place"),
    ("rule.retry", "Whether trying again helps"),
    ("rule.since", "First day in the catalogue"),
    ("rule.source", "Where its facts come from"),
    ("rule.source.url", "https://... or resep:seeds/<name>"),
    (
        "rule.status",
        "draft: not published; stable; retired: the page stays, nothing is diagnosed to it",
    ),
    ("rule.unless", "Patterns that rule it out"),
    (
        "rule.unless_family",
        "Families that rule it out, unless the fit is certain or has a proven sender",
    ),
    (
        "rule.unless_words_of",
        "Families whose words rule it out as those of `unless` do",
    ),
    (
        "rule.variant_of",
        "Rule that owns the code of which this one is a variant",
    ),
    (
        "rule.verdict",
        "What the answer says where this rule comes first",
    ),
    ("rule.wallet", "Id of the wallet that is empty"),
    (
        "rule.when",
        "One alternative: all that it names must be found",
    ),
    (
        "rule.when.alone",
        "Counts only in a text of at most 36 columns, an ideograph being two, where nothing else tells what it is about",
    ),
    (
        "rule.when.also",
        "A second set of patterns, one of which must be found",
    ),
    (
        "rule.when.also_family",
        "A second set of families, one of which must be found",
    ),
    (
        "rule.when.code",
        "Values of a keyed code, one of which must be found",
    ),
    ("rule.when.family", "Families, one of which must be found"),
    (
        "rule.when.likelihood",
        "How sure the answer is: right in 99 of 100, in 90, or possible",
    ),
    (
        "rule.when.number",
        "Values that stand as a token of their own, one of which must be found",
    ),
    ("rule.when.phrase", "Patterns, one of which must be found"),
    (
        "rule.when.sender",
        "What must be known about who sent the message",
    ),
    (
        "rule.when.status",
        "HTTP status values, one of which must be found",
    ),
    (
        "rule.when.told",
        "Families that tell what the talk is of; with them it counts only in a text of at most 600 bytes in which nothing else is found",
    ),
    (
        "rule.when.within",
        "The most bytes between the first and the last piece of evidence; not beside `number`, which has a reach of its own",
    ),
    (
        "site.base_url",
        "Public address, https://host/ or https://host/folder/",
    ),
    (
        "site.default_language",
        "Code of the language that an address without one leads to; the first, if absent",
    ),
    (
        "site.editor",
        "Address that opens an editor from `resep serve`, with {path}, {line} and {column} in it",
    ),
    ("site.errors", "The catalogue of errors"),
    ("site.errors.common", "Rule ids shown on the home page"),
    ("site.errors.example", "A paste that one may try in the box"),
    (
        "site.errors.example.paste",
        "The paste, once for all languages or by language; without it the first that the rule recognises",
    ),
    (
        "site.errors.example.rule",
        "Rule of which a paste is offered",
    ),
    (
        "site.errors.example.word",
        "Key of `diagnose` in the interface words",
    ),
    (
        "site.errors.provider_order",
        "Provider ids in the order of the catalogue; the others follow by name",
    ),
    (
        "site.feedback",
        "Where a reader may say that an answer is wrong: https://... or mailto:...",
    ),
    ("site.html", "Elements of HTML that every page may hold"),
    ("site.incident", "What is going on; every page tells of it"),
    ("site.incident.active", "The switch"),
    (
        "site.incident.runbook",
        "Address without language of the runbook that is worked through",
    ),
    ("site.incident.since", "The day it began"),
    (
        "site.incident.text",
        "What to say, once for all languages or by language",
    ),
    (
        "site.languages",
        "Languages in the order of the language switch",
    ),
    (
        "site.languages.code",
        "Such as id or pt-br; the first part of its addresses",
    ),
    ("site.languages.label", "Its name in itself"),
    ("site.limits", "Limits of lints"),
    (
        "site.limits.expired_days",
        "Days after which a fact that nobody looked at is refused",
    ),
    ("site.limits.image_kib", "Most KiB of an image"),
    ("site.limits.page_kib", "Most KiB of a page"),
    (
        "site.limits.stale_days",
        "Days after which a fact is worth looking at again",
    ),
    ("site.limits.summary", "Most characters of a summary"),
    ("site.limits.title", "Most characters of a title"),
    (
        "site.lints",
        "Severities of lints where they are not the usual ones",
    ),
    ("site.navigation", "One heading of the navigation"),
    (
        "site.navigation.pages",
        "Addresses without language, in reading order",
    ),
    (
        "site.navigation.section",
        "Its word is in `nav` of the interface words",
    ),
    ("site.repository", "Address of the public repository"),
    ("site.title", "Name of the site"),
    ("sources.source", "Where figures come from"),
    ("sources.source.publisher", "Who says so"),
    ("sources.source.title", "What it is called"),
    ("sources.source.url", "https://..., or resep:..."),
    (
        "synonyms.synonyms",
        "Words that readers use for one and the same thing, by language",
    ),
    (
        "synonyms.synonyms.any",
        "Two or more words in this language",
    ),
    (
        "synonyms.synonyms.kind",
        "How they are taken, if not one for the other: spelling, single words of which the pages write the first; idle, words that tell nothing",
    ),
    (
        "synonyms.synonyms.pages",
        "Addresses without language of the pages that are meant by them; without it the pages that have one of the words",
    ),
    (
        "tables.caption",
        "What the table shows, once for all languages or by language",
    ),
    ("tables.column", "A column, in order"),
    (
        "tables.column.name",
        "Its head, once for all languages or by language",
    ),
    ("tables.column.number", "True if its cells are numbers"),
    ("tables.row", "A row, in order"),
    (
        "tables.row.cells",
        "A cell for each column, the same in all languages",
    ),
    (
        "tables.row.words",
        "The cells by language, where they differ",
    ),
    ("translations.any", "Folder of the page"),
    (
        "translations.any.any",
        "Digest of each section of the original; written by `resep renew`",
    ),
    ("ui.any", "A section of interface words"),
    ("ui.any.any", "The word, or a list such as the months"),
    ("wallets.wallet", "A store of value that can run out"),
    (
        "wallets.wallet.checks",
        "What to look at where somebody has paid already",
    ),
    (
        "wallets.wallet.never",
        "Ids of wallets that it is taken for and never pays for",
    ),
    (
        "wallets.wallet.payer",
        "Who pays into it, for the map; absent if it is not on the map",
    ),
    ("wallets.wallet.provider", "Id of data/providers.toml"),
    ("wallets.wallet.rate", "What one of its units costs"),
    ("wallets.wallet.rate.figure", "Id of the figure"),
    ("wallets.wallet.rate.provider", "At which provider"),
    ("wallets.wallet.words", "Its words by language"),
    ("wallets.wallet.words.any", "The wallet in this language"),
    (
        "wallets.wallet.words.any.map_never",
        "Short, for the map: what it never pays for",
    ),
    (
        "wallets.wallet.words.any.map_pays",
        "Short, for the map: what it pays for",
    ),
    ("wallets.wallet.words.any.name", "Its name"),
    (
        "wallets.wallet.words.any.never_pays_for",
        "What it never pays for",
    ),
    ("wallets.wallet.words.any.pays_for", "What it pays for"),
    ("wallets.wallet.words.any.pays_in", "Who pays into it"),
    ("wallets.wallet.words.any.seen_by", "Who can see it"),
    ("wallets.wallet.words.any.where", "Where one sees it"),
];

/// What `key` of the table at `path` is for.
pub(super) fn key(path: &[&str], key: &str) -> Option<&'static str> {
    if path == ["site", "lints"] {
        return lint(key).map(|lint| lint.summary);
    }
    entry(path, key).map(|(_, about)| *about)
}

fn entry(path: &[&str], key: &str) -> Option<&'static (&'static str, &'static str)> {
    let whole = [path, &[key]].concat().join(".").replace(ANY, "any");
    let last = format!("*.{}", key.replace(ANY, "any"));
    let find = |name: &str| KEYS.iter().find(|(known, _)| *known == name);
    find(&whole).or_else(|| find(&last))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{FILES, asked};
    use super::*;
    use crate::parse::shape::{Kind, Shape};

    fn visit(shape: &Shape, path: &[&str], used: &mut BTreeSet<&'static str>) {
        let any = shape.any.iter().map(|kind| (ANY, kind));
        let keys = shape.keys.iter().map(|(key, kind)| (key.as_str(), kind));
        for (name, kind) in keys.chain(any) {
            assert!(key(path, name).is_some(), "{path:?} {name}");
            used.extend(entry(path, name).map(|(known, _)| *known));
            if let Kind::Table(inner) | Kind::Tables(inner) | Kind::TextOrTable(inner) = kind {
                visit(&inner.borrow(), &[path, &[name]].concat(), used);
            }
        }
    }

    #[test]
    fn every_key_has_its_line_and_no_line_is_left_over() {
        let mut used = BTreeSet::new();
        for file in FILES {
            visit(&asked(file), &[file.name], &mut used);
        }
        let all: Vec<&str> = KEYS.iter().map(|(name, _)| *name).collect();
        assert!(all.is_sorted());
        assert_eq!(used.into_iter().collect::<Vec<_>>(), all);
    }
}
