//! `resep check --external`: asks whether links to other sites still lead somewhere. Polite: one request at a time to a host,
//! with a pause between them, and what was answered is kept for a week in a cache file.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use rayon::prelude::*;
use serde_json::{Value, json};

use crate::date::Date;
use crate::diag::Diag;
use crate::parse::{At, Docs};
use crate::write;

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two requests to one host.
const PAUSE: Duration = Duration::from_millis(500);
/// Hosts that are asked at the same time.
const HOSTS: usize = 8;
/// Days for which an answer is believed.
const KEPT: i64 = 7;
/// Many servers answer a browser only.
const AGENT: &str = concat!(
    "Mozilla/5.0 (compatible; resep/",
    env!("CARGO_PKG_VERSION"),
    "; link check)"
);

/// What became of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    /// It leads somewhere.
    Found,
    /// The server says there is nothing: its status.
    Gone(u16),
    /// The server was not reached, or would not tell: why.
    Unclear(String),
}

/// Asks for every external link of the content and every address of a source. `cache` is read, and written anew.
///
/// # Errors
/// A sentence, if the cache cannot be read or written.
pub(crate) fn check(docs: &Docs, today: Date, cache: &Path) -> Result<Vec<Diag>, String> {
    let links = links(docs);
    let mut known = load(cache, today)?;
    let mut by_host: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for url in links.keys().filter(|url| !known.contains_key(url.as_str())) {
        by_host.entry(host(url)).or_default().push(url);
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .user_agent(AGENT)
        .build()
        .into();
    let answers: Mutex<Vec<(String, Answer)>> = Mutex::new(Vec::new());
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(HOSTS)
        .build()
        .map_err(|e| format!("cannot start threads: {e}"))?;
    pool.install(|| {
        by_host.par_iter().for_each(|(_, urls)| {
            for (n, url) in urls.iter().enumerate() {
                if n > 0 {
                    thread::sleep(PAUSE);
                }
                let answer = ask(&agent, url);
                answers
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .push(((*url).to_owned(), answer));
            }
        });
    });
    let answers = answers
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut diags = Vec::new();
    for (url, answer) in answers {
        let (code, message, help) = match &answer {
            Answer::Found => {
                known.insert(url, today);
                continue;
            }
            Answer::Gone(status) => (
                "dead-external-link",
                format!("`{url}` leads nowhere: its server answers {status}"),
                "look for where it went, or take it out",
            ),
            Answer::Unclear(why) => (
                "unclear-external-link",
                format!("whether `{url}` still leads somewhere could not be told: {why}"),
                "open it in a browser; if nothing is there, look for where it went, or take it out",
            ),
        };
        for (file, span) in links.get(&url).into_iter().flatten() {
            diags.push(Diag::new(code, file, span.clone(), message.clone()).help(help));
        }
    }
    store(cache, &known)?;
    Ok(diags)
}

/// Every address of another site with the places that name it.
type Links = BTreeMap<String, Vec<(String, std::ops::Range<usize>)>>;

fn links(docs: &Docs) -> Links {
    let mut out = Links::new();
    let mut add = |url: &At<String>, file: &str| {
        // An anchor is the page's own business.
        let address = url.value.split('#').next().unwrap_or_default();
        if address.starts_with("https://") && !is_reserved(host(address)) {
            out.entry(address.to_owned())
                .or_default()
                .push((file.to_owned(), url.span.clone()));
        }
    };
    let texts = docs
        .pages
        .values()
        .flat_map(|page| page.texts.values())
        .chain(docs.rules.values().flat_map(|rule| rule.texts.values()));
    for text in texts {
        for link in text.links.iter().filter(|l| !l.image) {
            add(&link.dest, &text.file);
        }
    }
    for rule in docs.rules.values() {
        for source in &rule.rule.sources {
            add(&source.url, &rule.file);
        }
    }
    for source in &docs.data.sources {
        add(&source.url, crate::parse::data::SOURCES);
    }
    out
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

/// Names that are kept free for examples.
fn is_reserved(host: &str) -> bool {
    ["example.com", "example.org", "example.net"]
        .iter()
        .any(|name| host == *name || host.ends_with(&format!(".{name}")))
        || [".example", ".invalid", ".test"]
            .iter()
            .any(|end| host.ends_with(end))
}

/// HEAD first, GET where a server does not like that.
fn ask(agent: &ureq::Agent, url: &str) -> Answer {
    let answer = judge(agent.head(url).call());
    match answer {
        Answer::Found => Answer::Found,
        _ => {
            thread::sleep(PAUSE);
            judge(agent.get(url).call())
        }
    }
}

fn judge(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    match result {
        Ok(_) => Answer::Found,
        Err(ureq::Error::StatusCode(status @ (404 | 410))) => Answer::Gone(status),
        Err(ureq::Error::StatusCode(status)) => {
            Answer::Unclear(format!("its server answers {status}"))
        }
        Err(e) => Answer::Unclear(e.to_string()),
    }
}

/// Addresses that led somewhere, with the day, as far as that is still believed.
fn load(cache: &Path, today: Date) -> Result<BTreeMap<String, Date>, String> {
    let text = match fs::read_to_string(cache) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(e) => return Err(format!("cannot read {}: {e}", cache.display())),
    };
    let read: Value = serde_json::from_str(&text).map_err(|e| {
        format!(
            "{} is no cache of external links ({e}); remove it",
            cache.display()
        )
    })?;
    Ok(read["found"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(url, day)| Some((url.clone(), day.as_str()?.parse().ok()?)))
        .filter(|(_, day): &(String, Date)| (0..KEPT).contains(&today.days_since(*day)))
        .collect())
}

fn store(cache: &Path, known: &BTreeMap<String, Date>) -> Result<(), String> {
    let found: BTreeMap<&str, String> = known
        .iter()
        .map(|(url, day)| (url.as_str(), day.to_string()))
        .collect();
    let text = format!("{:#}\n", json!({ "found": found }));
    write::cache(cache, text.as_bytes()).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers each connection with one of `statuses` in turn.
    fn server(statuses: &'static [&'static str]) -> String {
        use std::io::{BufRead, BufReader, Write};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for (status, stream) in statuses.iter().zip(listener.incoming()) {
                let mut stream = stream.unwrap();
                let head = BufReader::new(stream.try_clone().unwrap()).lines();
                let _ = head.map_while(Result::ok).find(String::is_empty);
                let answer =
                    format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        format!("http://{address}/")
    }

    #[test]
    fn what_a_server_says_is_told_apart() {
        let agent = ureq::Agent::new_with_defaults();
        assert_eq!(ask(&agent, &server(&["200 OK"])), Answer::Found);
        // Some do not like to be asked for the head alone.
        let url = server(&["405 Method Not Allowed", "200 OK"]);
        assert_eq!(ask(&agent, &url), Answer::Found);
        let url = server(&["404 Not Found", "404 Not Found"]);
        assert_eq!(ask(&agent, &url), Answer::Gone(404));
        let url = server(&["403 Forbidden", "403 Forbidden"]);
        assert!(matches!(ask(&agent, &url), Answer::Unclear(why) if why.contains("403")));
    }

    #[test]
    fn hosts_are_told_apart_and_examples_left_alone() {
        assert_eq!(host("https://a.example.com/x?y"), "a.example.com");
        assert!(is_reserved("a.example.com"));
        assert!(is_reserved("host.invalid"));
        assert!(!is_reserved("notexample.com"));
    }
}
