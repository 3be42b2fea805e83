//! `site.toml`: name, address, languages, navigation, order of the catalogue, limits of lints.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use super::raw_html;
use super::toml_table::{At, Sink, Table, document};
use crate::check::LINTS;
use crate::date::Date;
use crate::diag::{Diag, Severity};

/// The settings of a site.
#[derive(Clone, Debug)]
pub struct Config {
    /// Name of the site.
    pub title: String,
    /// Public address with `/` at the end.
    pub base_url: At<String>,
    /// In the order of the language switch.
    pub languages: Vec<Language>,
    /// There are or should be others, which could not be read.
    pub languages_unread: bool,
    /// Code of the language that an address without one leads to.
    pub default_language: String,
    /// Sections in order.
    pub navigation: Vec<NavSection>,
    /// Provider ids in the order of the catalogue; the others follow by name.
    pub provider_order: Vec<At<String>>,
    /// What one may try in the diagnoser's box.
    pub examples: Vec<ExampleLink>,
    /// Rule ids shown on the home page.
    pub common: Vec<At<String>>,
    /// Most characters of a title.
    pub title_limit: usize,
    /// Most characters of a summary.
    pub summary_limit: usize,
    /// Address of the public repository, where there is one.
    pub repository: Option<String>,
    /// Where a reader may say that an answer is wrong: the address of a form for issues, or `mailto:`.
    pub feedback: Option<String>,
    /// Address that opens an editor from the page of `resep serve`, with `{path}`, `{line}` and `{column}` in it.
    pub editor: String,
    /// Elements of HTML that every page may hold.
    pub html: Vec<At<String>>,
    /// What is going on, where the switch is on.
    pub incident: Option<Incident>,
    /// Days after which a fact is worth checking again.
    pub stale_days: u32,
    /// Days after which a fact that nobody checked is no fact any more.
    pub expired_days: u32,
    /// Most bytes of a page.
    pub page_limit: usize,
    /// Most bytes of an image.
    pub image_limit: usize,
    /// Severities of lints where they are not the usual ones; nothing for a lint that is turned off.
    pub lints: BTreeMap<&'static str, Option<Severity>>,
}

/// An incident that every page tells of.
#[derive(Clone, Debug)]
pub struct Incident {
    /// The day it began.
    pub since: At<Date>,
    /// Address without language of the runbook that is being worked through.
    pub runbook: At<String>,
    /// What to say, by language code; the interface has words for where nothing is said.
    pub text: BTreeMap<String, At<String>>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            title: String::new(),
            base_url: At::new("https://example.com/".to_owned(), 0..0),
            languages: Vec::new(),
            languages_unread: true,
            default_language: String::new(),
            navigation: Vec::new(),
            provider_order: Vec::new(),
            examples: Vec::new(),
            common: Vec::new(),
            title_limit: 70,
            summary_limit: 160,
            repository: None,
            feedback: None,
            editor: "vscode://file{path}:{line}:{column}".to_owned(),
            html: Vec::new(),
            incident: None,
            stale_days: 90,
            expired_days: 180,
            page_limit: 400 * 1024,
            image_limit: 500 * 1024,
            lints: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Language codes in order.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.languages.iter().map(|l| l.code.as_str())
    }
}

/// A language of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// BCP 47 code, also the first part of its addresses.
    pub code: String,
    /// Its name in itself.
    pub label: String,
}

/// One heading of the navigation.
#[derive(Clone, Debug)]
pub struct NavSection {
    /// Its word is `nav.<section>` of the interface words.
    pub section: At<String>,
    /// Addresses without language, in reading order.
    pub pages: Vec<At<String>>,
}

/// A rule of which a paste is offered as an example.
#[derive(Clone, Debug)]
pub struct ExampleLink {
    /// Key of the interface words' section `diagnose`.
    pub word: At<String>,
    /// Rule id.
    pub rule: At<String>,
    /// The paste in each language, one of the rule's examples; empty for the first of them.
    pub paste: BTreeMap<String, String>,
}

/// Lints that keep what is private from being published: no site may turn them down.
const GUARDS: [&str; 5] = [
    "address-in-output",
    "blind-scanner",
    "email-address",
    "secret",
    "secret-in-output",
];

pub(crate) fn parse(file: &str, text: &str) -> (Config, Vec<Diag>) {
    let sink = Sink::new(file);
    let config = read(&sink, text);
    (config, sink.into_diags())
}

pub(crate) fn read(sink: &Sink<'_>, text: &str) -> Config {
    let mut config = Config::default();
    let mut table = document(sink, text);
    if let Some(title) = table.required_string("title") {
        config.title = title.value;
    }
    if let Some(url) = public_address(sink, &mut table) {
        config.base_url = url;
    }
    (config.languages, config.languages_unread) = languages(sink, &mut table);
    config.default_language = default_language(sink, &mut table, &config);
    let codes = sink.languages(config.codes().map(str::to_owned).collect());
    config.repository = table
        .string("repository")
        .and_then(|address| addressed(sink, "repository", &["https://"], address));
    config.feedback = table
        .string("feedback")
        .and_then(|address| addressed(sink, "feedback", &["https://", "mailto:"], address));
    if let Some(editor) = editor(sink, &mut table) {
        config.editor = editor;
    }
    config.html = raw_html::allowed(sink, table.strings("html"));
    config.navigation = navigation(&mut table);
    config.incident = table
        .table("incident")
        .and_then(|table| incident(table, &codes));
    if let Some(mut errors) = table.table("errors") {
        config.provider_order = errors.strings("provider_order");
        config.common = errors.strings("common");
        config.examples = examples(&mut errors, &codes);
        errors.finish();
    }
    if let Some(limits) = table.table("limits") {
        read_limits(limits, &mut config);
    }
    if let Some(lints) = table.table("lints") {
        config.lints = levels(sink, lints);
    }
    table.finish();
    config
}

fn public_address(sink: &Sink<'_>, table: &mut Table<'_>) -> Option<At<String>> {
    let url = table.required_string("base_url")?;
    match base_url(&url.value) {
        Ok(_) => Some(url),
        Err(why) => {
            sink.report(
                "bad-value",
                url.span,
                format!("`base_url` {why}"),
                Some("write it as `https://host/` or `https://host/folder/`".to_owned()),
            );
            None
        }
    }
}

/// The languages, and whether there are or should be others, which could not be read.
fn languages(sink: &Sink<'_>, table: &mut Table<'_>) -> (Vec<Language>, bool) {
    if !table.has("languages") {
        table.missing("languages");
    }
    let empty = table.empty_list("languages");
    let written = table.tables("languages");
    if let Some(span) = empty {
        let help = "write one at least, such as `{ code = \"en\", label = \"English\" }`";
        sink.report(
            "bad-value",
            span,
            "a site has a language",
            Some(help.to_owned()),
        );
    }
    let mut unread = written.is_empty();
    let mut languages: Vec<Language> = Vec::new();
    for mut language in written {
        let code = language.required_string("code");
        let label = language.required_string("label");
        language.finish();
        let (Some(code), Some(label)) = (code, label) else {
            unread = true;
            continue;
        };
        if !is_language_code(&code.value) {
            unread = true;
            sink.report(
                "bad-value",
                code.span,
                format!("`{}` cannot be a language code", code.value),
                Some("write it as `id` or `pt-br`".to_owned()),
            );
        } else if languages.iter().any(|l| l.code == code.value) {
            sink.report(
                "duplicate-id",
                code.span,
                format!("the language `{}` stands here twice", code.value),
                Some("take one of them away".to_owned()),
            );
        } else {
            languages.push(Language {
                code: code.value,
                label: label.value,
            });
        }
    }
    (languages, unread)
}

/// Whether the pages of a language may stand in a folder of this name.
fn is_language_code(code: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b == b'-';
    (1..=12).contains(&code.len()) && code.bytes().all(is_letter) && !matches!(code, "e" | "assets")
}

/// The one that is written, if it is one of the site's; else the first.
fn default_language(sink: &Sink<'_>, table: &mut Table<'_>, config: &Config) -> String {
    let first = config.codes().next().unwrap_or_default().to_owned();
    match table.string("default_language") {
        None => first,
        Some(written) if config.codes().any(|code| code == written.value) => written.value,
        Some(written) => {
            if !config.languages_unread {
                sink.report(
                    "bad-value",
                    written.span,
                    format!("`{}` is no language of this site", written.value),
                    Some("write the `code` of one of `languages`".to_owned()),
                );
            }
            first
        }
    }
}

fn editor(sink: &Sink<'_>, table: &mut Table<'_>) -> Option<String> {
    let editor = table.string("editor")?;
    match editor_address(&editor.value) {
        Ok(()) => Some(editor.value),
        Err(why) => {
            sink.report(
                "bad-value",
                editor.span,
                format!("`editor` {why}"),
                Some(
                    "write it as `vscode://file{path}:{line}:{column}` or `idea://open?file={path}&line={line}`"
                        .to_owned(),
                ),
            );
            None
        }
    }
}

fn navigation(table: &mut Table<'_>) -> Vec<NavSection> {
    let mut sections = Vec::new();
    for mut section in table.tables("navigation") {
        let name = section.required_string("section");
        let pages = section.strings("pages");
        section.finish();
        sections.extend(name.map(|section| NavSection { section, pages }));
    }
    sections
}

/// Reads the incident also where it is switched off, so that what is wrong with it is found before it is needed.
fn incident(mut table: Table<'_>, codes: &[String]) -> Option<Incident> {
    let active = table.boolean("active").is_some_and(|b| b.value);
    let since = table.required_date("since");
    let runbook = table.required_string("runbook");
    let text = super::data::placed_words(&mut table, "text", codes);
    for word in text.values() {
        table.plain(&word.value, &word.span);
    }
    table.finish();
    active.then_some(Incident {
        since: since?,
        runbook: runbook?,
        text,
    })
}

fn examples(errors: &mut Table<'_>, codes: &[String]) -> Vec<ExampleLink> {
    let mut examples = Vec::new();
    for mut example in errors.tables("example") {
        let word = example.required_string("word");
        let rule = example.required_string("rule");
        let paste = super::data::words(&mut example, "paste", codes);
        example.finish();
        if let (Some(word), Some(rule)) = (word, rule) {
            examples.push(ExampleLink { word, rule, paste });
        }
    }
    examples
}

/// What is not written stays as it is in `config`.
fn read_limits(mut limits: Table<'_>, config: &mut Config) {
    if let Some(n) = limits.integer("title") {
        config.title_limit = n.value as usize;
    }
    if let Some(n) = limits.integer("summary") {
        config.summary_limit = n.value as usize;
    }
    if let Some(n) = limits.integer("stale_days") {
        config.stale_days = n.value;
    }
    if let Some(n) = limits.integer("expired_days") {
        config.expired_days = n.value;
    }
    if let Some(n) = limits.integer("page_kib") {
        config.page_limit = n.value as usize * 1024;
    }
    if let Some(n) = limits.integer("image_kib") {
        config.image_limit = n.value as usize * 1024;
    }
    limits.finish();
}

/// The severity of each lint that is named; nothing where it is turned off.
fn levels(sink: &Sink<'_>, mut lints: Table<'_>) -> BTreeMap<&'static str, Option<Severity>> {
    let mut levels = BTreeMap::new();
    for lint in LINTS {
        let Some(word) = lints.word(lint.id, &["error", "warning", "note", "off"]) else {
            continue;
        };
        if GUARDS.contains(&lint.id) && word.value != "error" {
            sink.report(
                "bad-value",
                word.span,
                format!("`{}` cannot be turned down", lint.id),
                Some("what it finds must not be published; take the line away".to_owned()),
            );
            continue;
        }
        let level = match word.value {
            "error" => Some(Severity::Error),
            "warning" => Some(Severity::Warning),
            "note" => Some(Severity::Note),
            _ => None,
        };
        levels.insert(lint.id, level);
    }
    lints.finish();
    levels
}

/// Whether an address opens a file in a program of this computer.
fn editor_address(address: &str) -> Result<(), String> {
    let scheme = address.split(':').next().unwrap_or_default();
    if matches!(
        scheme,
        "javascript" | "data" | "http" | "https" | "file" | "blob" | "vbscript"
    ) || !scheme.starts_with(|c: char| c.is_ascii_lowercase())
        || !scheme.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.')
        })
        || !address.contains(':')
    {
        return Err(format!("is `{address}`, which opens no editor"));
    }
    if !address.contains("{path}") {
        return Err("does not say where the path goes".to_owned());
    }
    Ok(())
}

/// An address, if it begins as it must.
fn addressed(sink: &Sink<'_>, key: &str, begins: &[&str], address: At<String>) -> Option<String> {
    let plain = |rest: &str| !rest.is_empty() && !rest.contains(['?', '#', ' ']);
    if begins
        .iter()
        .any(|begin| address.value.strip_prefix(begin).is_some_and(plain))
    {
        return Some(address.value);
    }
    sink.report(
        "bad-value",
        address.span,
        format!("`{key}` cannot be `{}`", address.value),
        Some(format!(
            "write an address that begins with {} and holds neither `?` nor `#`",
            begins.join(" or ")
        )),
    );
    None
}

/// Whether what readers of `origin` get can be read and changed on the way, which nobody but this computer's own address is safe from
/// without https.
pub(crate) fn is_open(origin: &str) -> bool {
    origin.strip_prefix("http://").is_some_and(|authority| {
        let host = authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host);
        let own = host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.");
        !own && !authority.starts_with("[::1]")
    })
}

/// An address split into origin (`https://host`, in lower case) and base path (empty or `/folder`, no `/` at the end).
///
/// # Errors
/// What is wrong with it, as the end of a sentence that begins with its name.
pub(crate) fn base_url(url: &str) -> Result<(String, String), String> {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let scheme = scheme.to_ascii_lowercase();
    if !matches!(&*scheme, "https" | "http") {
        return Err(format!("is `{url}`, which does not begin with https://"));
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return Err("holds a name of a user, which every page would show to everybody".to_owned());
    }
    let plain = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
    };
    // An address of IPv6 holds colons itself, between brackets.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let number = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let named = match number {
        Some(number) => number.parse::<Ipv6Addr>().is_ok(),
        None => {
            let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
            host.starts_with(|c: char| c.is_ascii_alphanumeric()) && host.bytes().all(letters)
        }
    };
    if !named {
        return Err(if authority.is_empty() {
            format!("is `{url}`, which names no host")
        } else {
            format!("is `{url}`, and `{host}` is no name of a host")
        });
    }
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Err(format!("is `{url}`, whose port is no number up to 65535"));
    }
    let authority = authority.to_ascii_lowercase();
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    if parts.iter().any(|p| !plain(p) || *p == "." || *p == "..") {
        return Err(format!(
            "is `{url}`, whose path holds more than plain folder names"
        ));
    }
    let origin = format!("{scheme}://{authority}");
    let base = parts.iter().fold(String::new(), |mut all, part| {
        all.push('/');
        all.push_str(part);
        all
    });
    Ok((origin, base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_the_address() {
        assert_eq!(
            base_url("https://a.example/repo/"),
            Ok(("https://a.example".to_owned(), "/repo".to_owned()))
        );
        assert_eq!(
            base_url("https://a.example"),
            Ok(("https://a.example".to_owned(), String::new()))
        );
        assert!(base_url("ftp://a").is_err());
        assert!(base_url("https:///x").is_err());
        assert!(base_url("https://a/..").is_err());
        assert!(base_url("https://a/x?y").is_err());
        assert_eq!(
            base_url("HTTPS://A.Example:8443/Repo"),
            Ok(("https://a.example:8443".to_owned(), "/Repo".to_owned()))
        );
        assert_eq!(
            base_url("http://[::1]:3000/"),
            Ok(("http://[::1]:3000".to_owned(), String::new()))
        );
        for (wrong, why) in [
            ("https://user:word@a.example/", "a name of a user"),
            ("https:///x", "names no host"),
            ("https://:80/", "no name of a host"),
            ("https://a?x", "`a?x` is no name"),
            ("https://[a]/", "no name of a host"),
            ("https://a:99999/", "port"),
            ("a.example", "does not begin"),
        ] {
            let found = base_url(wrong).unwrap_err();
            assert!(found.contains(why), "{wrong}: {found}");
            assert!(!found.contains("word"), "{found}");
        }
    }

    #[test]
    fn only_this_computer_is_safe_without_https() {
        for open in [
            "http://a.example",
            "http://a.example:80",
            "http://10.0.0.1",
            "http://[::2]:1",
        ] {
            assert!(is_open(open), "{open}");
        }
        for safe in [
            "https://a.example",
            "http://127.0.0.1:3000",
            "http://[::1]",
            "http://localhost:1",
        ] {
            assert!(!is_open(safe), "{safe}");
        }
    }

    #[test]
    fn an_editor_is_no_page() {
        for good in [
            "vscode://file{path}:{line}",
            "idea://open?file={path}&line={line}",
            "x-mine:{path}",
        ] {
            assert_eq!(editor_address(good), Ok(()), "{good}");
        }
        for bad in [
            "javascript:alert('{path}')",
            "https://a/{path}",
            "{path}",
            "vscode://x",
            "",
        ] {
            assert!(editor_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn takes_only_addresses_that_can_be_added_to() {
        let head = "title = 'x'\nbase_url = 'https://a.example/'\nlanguages = [{ code = 'id', label = 'x' }]\n";
        let (config, diags) = parse(
            "site.toml",
            &format!(
                "{head}repository = 'https://a.example/b'\nfeedback = 'mailto:help@example.com'\n"
            ),
        );
        assert_eq!(diags.len(), 0, "{diags:?}");
        assert_eq!(config.feedback.as_deref(), Some("mailto:help@example.com"));
        for line in [
            "repository = 'ftp://a'",
            "feedback = 'https://a.example/new?x=1'",
        ] {
            let (_, diags) = parse("site.toml", &format!("{head}{line}\n"));
            let codes: Vec<_> = diags.iter().map(|d| d.code).collect();
            assert_eq!(codes, ["bad-value"], "{line}");
        }
    }

    #[test]
    fn reports_all_at_once() {
        let (_, diags) = parse(
            "site.toml",
            "titel = 'x'\nbase_url = 3\nlanguages = [{ code = 'ID', label = 'x' }]\n",
        );
        let codes: Vec<_> = diags.iter().map(|d| d.code).collect();
        assert_eq!(
            codes,
            ["missing-key", "wrong-type", "bad-value", "unknown-key"]
        );
        assert_eq!(diags[3].help.as_deref(), Some("did you mean `title`?"));
    }
}
