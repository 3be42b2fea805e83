//! What support staff have: replies that keep to the list, and the banner of an incident.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;

use site::load::{Edition, load};
use site::parse::parse;
use tests::{CAUSES, Project, our_content, our_docs};

/// The reply that the notes of an early outage proposed breaks their own list: it speaks of a third party and of credits that
/// ran out, and it promises that all will be well at once.
#[test]
fn the_first_reply_breaks_its_own_list() {
    let project = Project::ours();
    let file = "internal/replies/outage/en.md";
    project.edit(
        file,
        "Video creation is disrupted at the moment, and we are working on it. Your account is not the only one affected.",
        "We're experiencing a temporary issue with our video generation service due to a third-party API credit shortage. \
         Our team has been notified and is working to resolve this immediately.",
    );
    let checked = project
        .run(&["check", "--edition", "internal", "--format", "json"])
        .exits(1);
    let found: serde_json::Value = serde_json::from_str(&checked.out).unwrap();
    // Facts that are worth another look some day are no matter here.
    let list: Vec<&serde_json::Value> = found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|d| d["severity"] != "note")
        .collect();
    let codes: BTreeSet<&str> = list.iter().map(|d| d["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        BTreeSet::from(["do-not-say", "promised-time", "provider-in-reply"])
    );
    assert!(
        list.iter()
            .all(|d| d["file"].as_str().unwrap().ends_with(file)),
        "{list:?}"
    );
}

#[test]
fn every_error_has_a_reply_in_both_languages() {
    let docs = our_docs(Edition::Internal);
    assert!(docs.replies.len() >= 10 && docs.forbidden.len() >= 8);
    let named: BTreeSet<&str> = docs
        .replies
        .values()
        .flat_map(|r| &r.reply.causes)
        .map(|c| c.value.as_str())
        .collect();
    assert_eq!(named, BTreeSet::from(CAUSES));
    for (slug, reply) in &docs.replies {
        assert_eq!(
            reply.texts.keys().collect::<Vec<_>>(),
            ["en", "id"],
            "{slug}"
        );
    }
}

/// Each of these has been a way around the list.
#[test]
fn what_is_not_said_is_found_in_other_words() {
    let project = Project::ours();
    let outages = [
        (
            "en",
            "Video creation is disrupted at the moment",
            &[
                "You will hear from us within the hour.",
                "Everything is back this evening.",
                "Your coins will be refunded today.",
                "Our wallet is empty.",
                "We have not paid yet.",
                "We're topping up our balance.",
                "The 1102 code came back.",
                "It says code 1102.",
            ][..],
        ),
        (
            "id",
            "Pembuatan video sedang terganggu",
            &[
                "Nanti sore kami kabari.",
                "Besok semuanya pulih.",
                "Saldo di dompet kami kosong.",
                "Kami belum sempat isi ulang.",
                "Yang muncul kode 1102.",
            ],
        ),
    ];
    let file = |language: &str| format!("internal/replies/outage/{language}.md");
    for (language, stays, sentences) in outages {
        let stands = sentences.join("\n\n");
        project.edit(&file(language), stays, &format!("{stands}\n\n{stays}"));
    }
    let checked = project.run(&["check", "--edition", "internal"]).exits(1);
    for (language, _, sentences) in outages {
        let file = file(language);
        let text = project.read(&file);
        for sentence in sentences {
            let line = 1 + text.lines().position(|l| l == *sentence).unwrap();
            let at = format!("{file}:{line}:");
            assert!(checked.out.contains(&at), "{sentence}: {checked:?}");
        }
    }
}

/// One list: what replies are held to, and what the guide shows staff.
#[test]
fn the_guide_shows_all_that_is_not_said() {
    let project = Project::ours();
    // What only a person can tell stands in the table, and nothing is looked for.
    let list = "internal/do-not-say.toml";
    let more = "\n[[term]]\nid = \"jokes\"\nshown = { id = \"Lelucon\", en = \"Jokes | puns\" }\n\
                why = { id = \"tidak lucu\", en = \"nobody <laughs>\" }\nsay = { id = \"Maaf.\", en = \"Sorry.\" }\n";
    project.write(list, project.read(list) + more);
    project.build(&["--edition", "internal"]);
    let source = load(&project.content(), Edition::Internal).unwrap();
    let (docs, found) = parse(&source);
    assert!(found.is_empty() && docs.forbidden.len() >= 12, "{found:?}");
    let page = |language: &str, file: &str| {
        let path = format!("dist-internal/{language}/guides/do-not-say/{file}");
        fs::read_to_string(project.path(&path)).unwrap()
    };
    for language in ["id", "en"] {
        let html = page(language, "index.html")
            .replace("&quot;", "\"")
            .replace("&#39;", "'");
        let twin = page(language, "index.md");
        for term in docs.forbidden.iter().filter(|t| t.id.value != "jokes") {
            let [shown, why, say] = [&term.shown, &term.why, &term.say].map(|w| &w[language]);
            let row =
                format!("<tr><th scope=\"row\">{shown}</th><td>{why}</td><td>\"{say}\"</td></tr>");
            assert!(html.contains(&row), "no {row} in {html}");
            let row = format!("\n| {shown} | {why} | \"{say}\" |\n");
            assert!(twin.contains(&row), "no {row} in {twin}");
        }
    }
    let escaped = "<th scope=\"row\">Jokes | puns</th><td>nobody &lt;laughs&gt;</td>";
    assert!(page("en", "index.html").contains(escaped));
    assert!(page("en", "index.md").contains("| Jokes \\| puns | nobody"));
}

/// However its words are written in TOML.
#[test]
fn the_banner_is_held_to_the_list() {
    let project = Project::small();
    let list = "internal/do-not-say.toml";
    project.write(list, fs::read(our_content().join(list)).unwrap());
    let before = project.read("site.toml");
    for (words, place) in [
        ("'The supplier is down.'", "supplier"),
        ("\"The \\\"supplier\\\" is down.\"", "\"The"),
        ("\"The suppli\\u0065r is down.\"", "\"The"),
    ] {
        // Where there is no escape, the words have a place; else the whole text has one.
        project.write(
            "site.toml",
            format!(
                "{before}\n[incident]\nactive = true\nsince = 2026-11-28\nrunbook = \"/runbooks/refill/\"\n\
                 text = {{ id = \"Ada gangguan.\", en = {words} }}\n"
            ),
        );
        let checked = project.run(&["check", "--edition", "internal"]).exits(1);
        let toml = project.read("site.toml");
        let line = toml.lines().count();
        let column = toml.lines().last().unwrap().find(place).unwrap() + 1;
        let at = format!("site.toml:{line}:{column}: error[provider-in-reply]");
        assert!(checked.out.contains(&at), "{at}: {checked:?}");
    }
}

#[test]
fn an_incident_is_on_every_page_and_gone_with_its_switch() {
    let project = Project::small();
    project.build(&[]);
    let pages = |word: &str| {
        tests::tree(&project.path("dist"))
            .into_iter()
            .filter(|(path, _)| path.ends_with(".html"))
            .map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap().contains(word)))
            .collect::<Vec<_>>()
    };
    let mark = "data-testid=\"incident\"";
    assert!(pages(mark).iter().all(|(_, has)| !has));
    let toml = project.read("site.toml");
    project.write(
        "site.toml",
        format!("{toml}\n[incident]\nactive = true\nsince = 2026-11-28\nrunbook = \"/runbooks/refill/\"\n").as_bytes(),
    );
    project.build(&[]);
    let with = pages(mark);
    assert!(with.iter().all(|(_, has)| *has), "{with:?}");
    assert!(pages("28 November 2026").iter().all(|(_, has)| *has));
    assert!(pages("/runbooks/refill/").iter().all(|(_, has)| *has));
    project.edit("site.toml", "active = true", "active = false");
    project.build(&[]);
    assert!(pages(mark).iter().all(|(_, has)| !has));
}
