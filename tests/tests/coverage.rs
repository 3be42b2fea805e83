//! What has to be known. The error facts of the project, entry by entry (`tests/coverage.toml`): each is known to a rule, or the file
//! says why it is not. What programs and people commonly say (`tests/expressions.toml`): each gives its cause. What looks alike and
//! asks for something else (`tests/remedies.toml`): each gives its wallet, who acts, and whether waiting helps. What others say who make no
//! video (`tests/others.toml`): nothing is more than possible.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;

use serde_json::{Value, json};
use site::load::Edition;
use tests::{command, feed, our_docs, root};

/// One entry of the list.
struct Entry {
    id: String,
    provider: String,
    status: Option<i64>,
    code: Option<String>,
    /// Rules that recognise it; empty where `reason` says why none does.
    rules: Vec<String>,
    reason: Option<String>,
    paste: Option<String>,
}

fn table_of(file: &str) -> toml::Table {
    let path = root().join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.parse()
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn words(value: &toml::Value) -> Vec<String> {
    let list = value.as_array().unwrap().iter();
    list.map(|word| word.as_str().unwrap().to_owned()).collect()
}

fn entries() -> Vec<Entry> {
    let table = table_of("tests/coverage.toml");
    let listed = table["entry"].as_array().unwrap();
    let word = |entry: &toml::Value, key: &str| {
        entry.get(key).map(|value| {
            value
                .as_str()
                .unwrap_or_else(|| panic!("`{key}` is no string: {entry:?}"))
                .to_owned()
        })
    };
    listed
        .iter()
        .map(|entry| Entry {
            id: word(entry, "id").unwrap(),
            provider: word(entry, "provider").unwrap(),
            status: entry.get("status").and_then(toml::Value::as_integer),
            code: word(entry, "code"),
            rules: entry
                .get("rules")
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten()
                .map(|rule| rule.as_str().unwrap().to_owned())
                .collect(),
            reason: word(entry, "reason"),
            paste: word(entry, "paste"),
        })
        .collect()
}

/// Lower-case letters and digits, everything between them one hyphen.
fn slug(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let parts: Vec<&str> = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("-")
}

/// The id of each entry: provider, code or else status, and a count among those that share both.
fn ids<'e>(
    all: impl Iterator<Item = (&'e str, Option<i64>, Option<&'e str>)>,
) -> Vec<(String, String, Option<i64>, Option<String>)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    all.map(|(provider, status, code)| {
        let signal = match (code, status) {
            (Some(code), _) => slug(code),
            (None, Some(status)) => format!("http-{status}"),
            (None, None) => "text".to_owned(),
        };
        let stem = format!("{}/{signal}", slug(provider));
        let count = seen.entry(stem.clone()).or_default();
        *count += 1;
        (
            format!("{stem}/{count}"),
            provider.to_owned(),
            status,
            code.map(str::to_owned),
        )
    })
    .collect()
}

#[test]
fn every_entry_has_rules_and_a_paste_or_a_reason() {
    let all = entries();
    let unique: BTreeSet<&str> = all.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(unique.len(), all.len(), "an id stands twice");
    for entry in &all {
        match &entry.reason {
            Some(reason) => assert!(
                entry.rules.is_empty() && entry.paste.is_none() && reason.len() > 20,
                "{}: a reason stands alone and says something",
                entry.id
            ),
            None => assert!(
                !entry.rules.is_empty() && entry.paste.is_some(),
                "{}: name a rule and a paste, or a reason",
                entry.id
            ),
        }
        for rule in &entry.rules {
            assert!(
                root()
                    .join("content/errors")
                    .join(rule)
                    .join("rule.toml")
                    .is_file(),
                "{}: there is no rule {rule}",
                entry.id
            );
        }
    }
    // The ids follow from what stands beside them, so that none is left out or moved.
    let again = ids(all
        .iter()
        .map(|e| (e.provider.as_str(), e.status, e.code.as_deref())));
    for (entry, (id, ..)) in all.iter().zip(&again) {
        assert_eq!(&entry.id, id);
    }
    assert!(
        all.len() >= 406,
        "the facts have 406 entries, and the list {}",
        all.len()
    );
}

#[test]
fn every_paste_is_diagnosed_to_a_rule_of_its_entry() {
    let all = entries();
    let asked: Vec<(&Entry, &str)> = all
        .iter()
        .filter_map(|entry| Some((entry, entry.paste.as_deref()?)))
        .collect();
    let found = first_findings(asked.iter().map(|(_, paste)| *paste));
    let mut wrong = Vec::new();
    for ((entry, _), found) in asked.iter().zip(found) {
        let word = |key: &str| found[key].as_str().unwrap_or("").to_owned();
        let (rule, cause) = (word("rule"), word("cause"));
        if !entry.rules.contains(&rule) {
            wrong.push(format!(
                "{}: wants {:?}, got {rule:?} ({cause})",
                entry.id, entry.rules
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What `diagnose` finds first in each text, in order.
fn first_findings<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<Value> {
    let input: String = texts
        .into_iter()
        .enumerate()
        .map(|(place, text)| format!("{}\n", json!({"id": place.to_string(), "text": text})))
        .collect();
    let answered = feed(command(root(), ["diagnose", "--ndjson"]), input.as_bytes());
    assert_eq!(answered.err, "");
    let found: Vec<Value> = answered
        .out
        .lines()
        .enumerate()
        .map(|(place, line)| {
            let answer: Value = serde_json::from_str(line).unwrap();
            assert_eq!(answer["id"], place.to_string());
            answer["findings"][0].clone()
        })
        .collect();
    assert_eq!(found.len(), input.lines().count());
    found
}

/// What is said of a video API: in a sentence, in the body of an answer with a known host, and by a user.
fn said_of_a_video_api(words: &str) -> [String; 3] {
    [
        format!("Kling video API: {words}"),
        format!(
            "{} https://api.kie.ai/api/v1/jobs",
            json!({"error": {"message": words}})
        ),
        format!("generate video pakai veo: {words}"),
    ]
}

#[test]
fn what_programs_and_people_commonly_say_gives_its_cause() {
    let table = table_of("tests/expressions.toml");
    let mut asked: Vec<(String, Vec<String>)> = Vec::new();
    for cause in table["cause"].as_array().unwrap() {
        let mut right = words(&cause["also"]);
        right.push(cause["id"].as_str().unwrap().to_owned());
        for said in words(&cause["say"]) {
            let texts = said_of_a_video_api(&said).into_iter();
            asked.extend(texts.map(|text| (text, right.clone())));
        }
    }
    assert!(asked.len() > 2_000, "{} texts", asked.len());
    let found = first_findings(asked.iter().map(|(text, _)| text.as_str()));
    let wrong: Vec<String> = asked
        .iter()
        .zip(found)
        .filter_map(|((text, right), found)| {
            let cause = found["cause"].as_str().unwrap_or("none");
            let known = right.iter().any(|one| one == cause);
            (!known).then(|| format!("{text}: wants one of {right:?}, got {cause}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_looks_alike_and_asks_for_something_else_gives_its_own_remedy() {
    const ASKED: [&str; 3] = ["wallet", "actor", "retry"];
    let mut asked: Vec<(String, [String; 3])> = Vec::new();
    for remedy in table_of("tests/remedies.toml")["remedy"]
        .as_array()
        .unwrap()
    {
        let right = ASKED.map(|key| remedy[key].as_str().unwrap().to_owned());
        let texts = words(&remedy["say"]).into_iter();
        asked.extend(texts.map(|text| (text, right.clone())));
    }
    assert!(asked.len() > 40, "{} texts", asked.len());
    let found = first_findings(asked.iter().map(|(text, _)| text.as_str()));
    let wrong: Vec<String> = asked
        .iter()
        .zip(found)
        .filter_map(|((text, right), found)| {
            let got = ASKED.map(|key| found[key].as_str().unwrap_or("none").to_owned());
            (got != *right)
                .then(|| format!("{text}: wants {right:?}, got {got:?}, {}", found["rule"]))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_others_say_with_the_same_words_is_a_guess_at_most() {
    let table = table_of("tests/others.toml");
    let said = words(&table["say"]);
    assert!(said.len() > 150, "{} texts", said.len());
    let found = first_findings(said.iter().map(String::as_str));
    let wrong: Vec<String> = said
        .iter()
        .zip(found)
        .filter(|(_, found)| !matches!(found["likelihood"].as_str(), None | Some("possible")))
        .map(|(text, found)| format!("{text}: {} {}", found["likelihood"], found["rule"]))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Who reads that the wallet is to be seen at useapi.net, though PixVerse refused, pays the wrong firm.
#[test]
fn no_answer_sends_people_to_the_wallet_of_another_provider() {
    // useapi.net signs in to the owner's account on Kling's website, and spends what is there.
    const SPENDS: [(&str, &str); 1] = [("useapi", "kling-web-credits")];
    let docs = our_docs(Edition::Public);
    let providers = docs.data.providers.iter();
    let hosts: Vec<&str> = providers
        .flat_map(|provider| &provider.hosts)
        .map(|host| host.value.as_str())
        .collect();
    assert!(hosts.len() > 10, "{hosts:?}");
    let mut owners = BTreeMap::new();
    for wallet in &docs.data.wallets {
        let id = wallet.id.value.as_str();
        if let Some(owner) = &wallet.provider {
            owners.insert(id, owner.value.as_str());
            continue;
        }
        for (language, words) in &wallet.words {
            for said in [&words.pays_in, &words.where_] {
                let host = hosts.iter().find(|host| said.contains(**host));
                assert_eq!(host, None, "{id}, {language}: {said}: is of many companies");
            }
        }
    }
    let wrong: Vec<String> = docs
        .rules
        .values()
        .filter_map(|rule| {
            let wallet = rule.rule.wallet.as_ref()?.value.as_str();
            let owner = *owners.get(wallet)?;
            let right = owner == rule.section || SPENDS.contains(&(&rule.section, wallet));
            (!right).then(|| format!("{}: {wallet} is a wallet of {owner}", rule.id))
        })
        .collect();
    assert!(!owners.is_empty() && wrong.is_empty(), "{wrong:?}");
}

/// Where the facts lie beside the project, the list is held against them.
#[test]
fn the_list_is_complete_where_the_facts_are_at_hand() {
    let beside = root().join("../shared/facts/errors.json");
    let path = std::env::var_os("RESEP_FACTS").map_or(beside, Into::into);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == ErrorKind::NotFound => {
            // A clone alone has no facts; the count in the first test then holds the list.
            eprintln!(
                "left out: no facts at {} (RESEP_FACTS=FILE names some)",
                path.display()
            );
            return;
        }
        Err(e) => panic!("{}: {e}", path.display()),
    };
    let facts: Vec<Value> = serde_json::from_str(&text).unwrap();
    let codes: Vec<Option<String>> = facts
        .iter()
        .map(|fact| match &fact["code"] {
            Value::Null => None,
            Value::String(code) => Some(code.clone()),
            other => Some(other.to_string()),
        })
        .collect();
    let wanted = ids(facts.iter().zip(&codes).map(|(fact, code)| {
        (
            fact["provider"].as_str().unwrap(),
            fact["http_status"].as_i64(),
            code.as_deref(),
        )
    }));
    let listed: Vec<_> = entries()
        .into_iter()
        .map(|e| (e.id, e.provider, e.status, e.code))
        .collect();
    for fact in &wanted {
        assert!(listed.contains(fact), "{} is not listed", fact.0);
    }
}
