//! `resep build`: what is published, that it is always the same, and that a folder is never left in between.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use sha2::{Digest, Sha256};
use tests::{Project, TODAY, command, copy, feed, long, names, our_content, same_tree, tree};

type Tree = BTreeMap<String, Vec<u8>>;

/// Where our content is published in these tests: below a folder, as on a project page.
const BASE: &str = "https://help.example.org/resep/";

/// Our content, built once.
fn ours() -> &'static Tree {
    static OURS: OnceLock<Tree> = OnceLock::new();
    OURS.get_or_init(|| {
        let project = Project::ours();
        let out = project.run(&["build", "--base-url", BASE, "--today", TODAY]);
        assert_eq!(out.quiet().out, "");
        tree(&project.path("dist"))
    })
}

fn text<'t>(tree: &'t Tree, path: &str) -> &'t str {
    let bytes = tree
        .get(path)
        .unwrap_or_else(|| panic!("there is no {path}"));
    std::str::from_utf8(bytes).unwrap()
}

/// Every page with its text.
fn pages(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.keys()
        .filter(|path| path.ends_with(".html"))
        .map(|path| (path.as_str(), text(tree, path)))
}

/// The values of an attribute.
fn attributes<'p>(page: &'p str, name: &str) -> impl Iterator<Item = &'p str> {
    let mark = format!(" {name}=\"");
    page.match_indices(&mark)
        .map(|(at, found)| {
            let rest = &page[at + found.len()..];
            &rest[..rest.find('"').unwrap()]
        })
        .collect::<Vec<_>>()
        .into_iter()
}

// What is published

#[test]
fn both_languages_have_the_same_pages() {
    let below = |language: &str| -> BTreeSet<&str> {
        ours()
            .keys()
            .filter_map(|path| path.strip_prefix(language)?.strip_prefix('/'))
            .collect()
    };
    let (indonesian, english) = (below("id"), below("en"));
    assert!(indonesian.len() > 400, "{}", indonesian.len());
    let differing: Vec<_> = indonesian.symmetric_difference(&english).collect();
    assert!(differing.is_empty(), "in one language only: {differing:?}");
    for (path, page) in pages(ours()) {
        for language in ["id", "en"] {
            let own = path.starts_with(&format!("{language}/"));
            assert!(
                !own || page.contains(&format!("<html lang=\"{language}\"")),
                "{path}"
            );
        }
        assert!(!page.contains("data-untranslated"), "{path}");
    }
}

#[test]
fn every_kind_of_page_is_there() {
    for path in [
        "index.html",
        "404.html",
        "errors.json",
        "sitemap.xml",
        "robots.txt",
        "llms.txt",
        "_headers",
    ] {
        assert!(!text(ours(), path).is_empty(), "{path}");
    }
    for language in ["id", "en"] {
        for page in [
            "",
            "diagnose/",
            "guides/",
            "guides/balance-types/",
            "guides/units/",
            "guides/pricing-packages/",
            "guides/authentication/",
            "guides/limits/",
            "runbooks/",
            "runbooks/kie-credits-exhausted/",
            "errors/",
            "errors/kling/resource-package-depleted/",
            "wallets/",
            "glossary/",
        ] {
            for end in ["index.html", "index.md"] {
                let path = format!("{language}/{page}{end}");
                assert!(!text(ours(), &path).is_empty(), "{path}");
            }
        }
        let site: Vec<&str> = ours()
            .keys()
            .filter(|path| path.starts_with("assets/"))
            .map(|path| path.rsplit('/').next().unwrap())
            .collect();
        let [answers, explanations] =
            ["answers", "explanations"].map(|name| format!("{name}.{language}.json"));
        for asset in [
            "site.css",
            "site.js",
            "diagnose.js",
            "diagnoser_bg.wasm",
            "rules.pack",
            answers.as_str(),
            explanations.as_str(),
        ] {
            assert!(site.contains(&asset), "{asset}");
        }
    }
    for (path, bytes) in ours()
        .iter()
        .filter(|(path, _)| path.starts_with("assets/"))
    {
        let folder = path.split('/').nth(1).unwrap();
        if folder.starts_with("search-") {
            // Each file of the search has its own, so that the others stay where they are.
            let digest: String = Sha256::digest(bytes)[..4]
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            assert!(path.ends_with(&format!(".{digest}.json")), "{path}");
            continue;
        }
        assert!(
            folder.len() >= 8 && folder.bytes().all(|b| b.is_ascii_hexdigit()),
            "{path} does not lie under a digest"
        );
    }
    // A twin of every page of a language.
    for (path, _) in pages(ours()).filter(|(path, _)| path.contains('/') && !path.starts_with("e/"))
    {
        let twin = path.replace(".html", ".md");
        assert!(ours().contains_key(&twin), "{path} has no twin");
    }
}

/// Every rule of the content has a page in each language, and every code its permalink.
#[test]
fn the_catalogue_is_complete() {
    let catalogue: Value = serde_json::from_str(text(ours(), "errors.json")).unwrap();
    let rules: Vec<String> = folders(&our_content().join("errors"))
        .flat_map(|provider| {
            folders(&our_content().join("errors").join(&provider))
                .map(move |slug| format!("{provider}/{slug}"))
                .collect::<Vec<_>>()
        })
        .collect();
    let listed: Vec<&str> = catalogue["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["id"].as_str().unwrap())
        .collect();
    assert_eq!(listed, rules);
    for error in catalogue["errors"].as_array().unwrap() {
        let id = error["id"].as_str().unwrap();
        for language in ["id", "en"] {
            let page = text(ours(), &format!("{language}/errors/{id}/index.html"));
            let title = error["title"][language].as_str().unwrap();
            let shown = format!("{}</h1>", escaped(title));
            assert!(
                page.contains(&shown),
                "{language}/{id} does not show {shown}"
            );
            let all = text(ours(), &format!("{language}/errors/index.html"));
            assert!(
                all.contains(&format!("/{language}/errors/{id}/\"")),
                "the catalogue of {language} does not link to {id}"
            );
        }
        let provider = error["provider"].as_str().unwrap_or("generic");
        for code in error["codes"].as_array().unwrap() {
            let code = code.as_str().unwrap();
            let name: String = code
                .to_lowercase()
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
                .collect();
            let permalink = text(ours(), &format!("e/{provider}-{name}/index.html"));
            assert!(permalink.contains(&format!("/errors/{id}/")), "{id} {code}");
        }
    }
}

fn folders(folder: &Path) -> impl Iterator<Item = String> {
    names(folder).into_iter()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[test]
fn every_page_is_one_that_a_link_may_name() {
    let project = Project::small();
    project.build(&[]);
    let links: String = tree(&project.path("dist/en"))
        .keys()
        .filter_map(|path| path.strip_suffix("index.html"))
        .map(|address| format!("\n[x](/{address})\n"))
        .collect();
    assert!(links.contains("(/errors/matrix/acme/)"), "{links}");
    for language in ["id", "en"] {
        let file = format!("guides/start/{language}.md");
        project.write(&file, project.read(&file) + &links);
    }
    let _ = project.run(&["check", "--today", TODAY]).quiet();
}

/// A checker of links that shares nothing with the program: every address of the site leads to a file, every anchor to
/// an id, and all of them stay below the base path.
#[test]
fn every_link_leads_somewhere_below_the_base() {
    let tree = ours();
    let ids: BTreeMap<&str, BTreeSet<&str>> = pages(tree)
        .map(|(path, page)| (path, attributes(page, "id").collect()))
        .collect();
    let mut wrong = BTreeSet::new();
    let mut seen = 0;
    for (path, page) in pages(tree) {
        for address in attributes(page, "href").chain(attributes(page, "src")) {
            let own = address
                .strip_prefix("https://help.example.org")
                .unwrap_or(address);
            if own.starts_with("https://") {
                continue;
            }
            seen += 1;
            let (file, anchor) = own.split_once('#').unwrap_or((own, ""));
            let file = match file.strip_prefix("/resep/") {
                _ if file.is_empty() => path.to_owned(),
                Some(inner) if inner.is_empty() || inner.ends_with('/') => {
                    format!("{inner}index.html")
                }
                Some(inner) => inner.to_owned(),
                None => {
                    wrong.insert(format!("{path}: {address} leaves the base"));
                    continue;
                }
            };
            let there = tree.contains_key(&file);
            let anchored = anchor.is_empty()
                || ids
                    .get(file.as_str())
                    .is_some_and(|ids| ids.contains(anchor));
            if !there || !anchored {
                wrong.insert(format!("{path}: {address}"));
            }
        }
    }
    assert!(seen > 10_000, "only {seen} links were looked at");
    assert!(wrong.is_empty(), "{} lead nowhere: {wrong:#?}", wrong.len());
}

/// What must hold of every page: head, policy, language switch, nothing from elsewhere, nothing inline.
#[test]
fn every_page_is_whole_and_its_own() {
    for (path, page) in pages(ours()) {
        let has = |text: &str| assert!(page.contains(text), "{path} lacks {text}");
        has("<!doctype html>");
        has("<title>");
        has("name=\"viewport\"");
        has("http-equiv=\"Content-Security-Policy\"");
        has("<main");
        has("</html>");
        let once = |text: &str| assert_eq!(page.matches(text).count(), 1, "{path}: {text}");
        once("<h1");
        once("<main");
        if let Some((language, rest)) = path.split_once('/').filter(|(l, _)| l.len() == 2) {
            let other = if language == "id" { "en" } else { "id" };
            let address = rest.trim_end_matches("index.html");
            for l in ["id", "en"] {
                has(&format!("hreflang=\"{l}\" href=\"{BASE}{l}/{address}\""));
            }
            has(&format!(
                "rel=\"canonical\" href=\"{BASE}{language}/{address}\""
            ));
            // The switch stays on the page.
            has(&format!("href=\"/resep/{other}/{address}\""));
        }
        for source in attributes(page, "src") {
            assert!(source.starts_with("/resep/"), "{path} loads {source}");
        }
        for never in [
            " style=\"",
            "<style",
            " onclick=",
            " onload=",
            "javascript:",
            "<script>",
            "<iframe",
            "{{",
        ] {
            let code = page.contains("<code>{{") && never == "{{";
            assert!(code || !page.contains(never), "{path} holds {never}");
        }
        for (at, _) in page.match_indices("<script") {
            let tag = &page[at..at + page[at..].find('>').unwrap()];
            // Data for search engines is no script that runs.
            let data = tag == "<script type=\"application/ld+json\"";
            assert!(data || tag.contains(" src=\""), "{path}: {tag}");
        }
    }
}

#[test]
fn the_sitemap_lists_each_page_once() {
    let map = text(ours(), "sitemap.xml");
    let listed: Vec<&str> = map
        .match_indices("<loc>")
        .map(|(at, mark)| {
            let rest = &map[at + mark.len()..];
            &rest[..rest.find("</loc>").unwrap()]
        })
        .collect();
    let once: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(once.len(), listed.len());
    let expected: BTreeSet<String> = pages(ours())
        .filter(|(path, _)| path.starts_with("id/") || path.starts_with("en/"))
        .map(|(path, _)| format!("{BASE}{}", path.trim_end_matches("index.html")))
        .collect();
    let once: BTreeSet<String> = once.into_iter().map(str::to_owned).collect();
    assert_eq!(once, expected);
}

/// Nothing in a page grows with the number of pages: a new rule changes the pages of errors and what lists everything,
/// and no other page but runbooks, whose record is masked by the same engine.
#[test]
fn a_new_rule_changes_no_page_that_is_not_about_it() {
    let project = Project::small();
    project.build(&[]);
    let before = tree(&project.path("dist"));
    let from = project.content().join("errors/acme/too-fast");
    copy(&from, &project.content().join("errors/acme/much-too-fast"));
    let rule = "errors/acme/much-too-fast/rule.toml";
    let text = project.read(rule).replace("4029", "4030");
    project.write(rule, text.replace("slow down", "stop"));
    for language in ["id", "en"] {
        let words = format!("errors/acme/much-too-fast/{language}.md");
        project.edit(&words, "Acme\"", "Acme, again\"");
    }
    project.build(&[]);
    let after = tree(&project.path("dist"));
    let changed: BTreeSet<&str> = before
        .iter()
        .filter(|(path, bytes)| after.get(*path) != Some(*bytes))
        .map(|(path, _)| path.as_str())
        .filter(|path| !path.starts_with("assets/"))
        .collect();
    for path in &changed {
        let lists = [
            "index.",
            "diagnose/",
            "errors/",
            "feed.xml",
            "runbooks/",
            "search/",
            "tools/",
        ]
        .iter()
        .any(|start| {
            path[3..].starts_with(start) && (path.starts_with("id/") || path.starts_with("en/"))
        });
        assert!(lists || !path.contains('/'), "{path} changed");
    }
    for path in ["errors.json", "sitemap.xml", "en/errors/index.html"] {
        assert!(changed.contains(path), "{path} does not list the new rule");
    }
}

// Always the same

/// Another folder, another day's clock, another language and time zone, nothing under internal/: the same bytes.
#[test]
fn the_same_input_gives_the_same_bytes() {
    let project = Project::ours();
    project.remove("internal");
    let mut build = command(
        project.folder(),
        ["build", "--base-url", BASE, "--out", "a/b/site"],
    );
    build
        .env("SOURCE_DATE_EPOCH", "1795179600") // 2026-11-20 13:00 UTC
        .env("RAYON_NUM_THREADS", "1")
        .env("TZ", "Pacific/Kiritimati")
        .env("LANG", "tr_TR.UTF-8")
        .env("LC_ALL", "tr_TR.UTF-8");
    let _ = feed(build, b"").quiet();
    same_tree(ours(), &tree(&project.path("a/b/site")));
}

#[test]
fn the_date_is_the_one_given() {
    let project = Project::small();
    project.build(&["--out", "a"]);
    project.build(&["--out", "b"]);
    same_tree(&tree(&project.path("a")), &tree(&project.path("b")));
    // Another day shows: facts that were fresh are stale.
    let mut build = command(project.folder(), ["check", "--format", "json"]);
    build.env("SOURCE_DATE_EPOCH", "1900000000");
    let late = feed(build, b"").exits(1);
    assert!(late.out.contains("expired-fact"), "{late:?}");
    for wrong in ["soon", "-1", "1e9"] {
        let mut build = command(project.folder(), ["build"]);
        build.env("SOURCE_DATE_EPOCH", wrong);
        let built = feed(build, b"").exits(2);
        assert!(built.err.contains("SOURCE_DATE_EPOCH"), "{built:?}");
    }
    // --today wins over it.
    let mut build = command(project.folder(), ["build", "--today", TODAY, "--out", "c"]);
    build.env("SOURCE_DATE_EPOCH", "soon");
    let _ = feed(build, b"").quiet();
    same_tree(&tree(&project.path("a")), &tree(&project.path("c")));
}

#[test]
fn the_base_changes_addresses_and_nothing_else() {
    let project = Project::small();
    project.build(&["--out", "root", "--base-url", "https://help.example.com/"]);
    project.build(&[
        "--out",
        "sub",
        "--base-url",
        "https://help.example.com/a/b/",
    ]);
    let (root, sub) = (tree(&project.path("root")), tree(&project.path("sub")));
    let files = |tree: &Tree| -> BTreeSet<String> {
        tree.keys()
            .filter(|p| !p.starts_with("assets/"))
            .cloned()
            .collect()
    };
    assert_eq!(files(&root), files(&sub));
    let page = text(&sub, "en/guides/start/index.html");
    assert!(page.contains("href=\"/a/b/en/wallets/#acme-balance\""));
    for wrong in [
        "example.com",
        "ftp://example.com/",
        "https://",
        "https://x/?q=1",
        "https://user:word@x/",
        "https://x:99999/",
    ] {
        let built = project
            .run(&["build", "--base-url", wrong, "--out", "never"])
            .exits(2);
        assert!(built.err.contains("--base-url"), "{built:?}");
    }
    assert!(!project.path("never").exists());
}

/// An address is one whatever its case, and one without https costs something, which is said.
#[test]
fn an_address_without_https_is_told() {
    let project = Project::small();
    project.build(&["--out", "a", "--base-url", "https://help.example.com/Help/"]);
    project.build(&["--out", "b", "--base-url", "HTTPS://Help.Example.com/Help/"]);
    same_tree(&tree(&project.path("a")), &tree(&project.path("b")));
    project.build(&["--out", "c", "--base-url", "http://localhost:8080/"]);
    let told = project
        .run(&["build", "--base-url", "http://help.example.com/"])
        .exits(0);
    assert!(
        told.err
            .starts_with("resep: http://help.example.com is without https"),
        "{told:?}"
    );
    assert_eq!(told.err.lines().count(), 1, "{told:?}");
}

/// As that of the site, the folder of the zip is made.
#[test]
fn the_zip_gets_its_folder() {
    let project = Project::small();
    project.build(&["--zip", "for/the/road/site.zip"]);
    let zip = fs::read(project.path("for/the/road/site.zip")).unwrap();
    assert!(zip.starts_with(b"PK"));
    // The one of before gives way, and nothing else does.
    project.build(&["--zip", "for/the/road/site.zip"]);
    fs::write(project.path("notes.txt"), "mine").unwrap();
    for (place, why) in [
        ("notes.txt", "is no zip"),
        ("for", "is no zip"),
        ("content/site.toml", "lies in the content folder"),
        ("content/new.zip", "lies in the content folder"),
        ("dist/new.zip", "would be published"),
    ] {
        let before = tree(project.folder());
        let refused = project.run(&["build", "--zip", place]).exits(2);
        assert!(
            refused.err.contains(why) && refused.err.contains("--zip"),
            "{refused:?}"
        );
        same_tree(&before, &tree(project.folder()));
    }
}

// The folder

#[cfg(unix)]
#[test]
fn what_did_not_change_is_not_written_again() {
    use std::os::unix::fs::MetadataExt;
    let project = Project::small();
    project.build(&[]);
    let state = || -> BTreeMap<String, (u64, i64, i64)> {
        tree(&project.path("dist"))
            .into_keys()
            .map(|path| {
                let meta = fs::metadata(project.path("dist").join(&path)).unwrap();
                (path, (meta.ino(), meta.mtime(), meta.mtime_nsec()))
            })
            .collect()
    };
    let first = state();
    project.build(&[]);
    assert_eq!(first, state(), "nothing changed");

    project.edit("guides/start/en.md", "30 seconds.", "30 seconds, or more.");
    project.build(&[]);
    let second = state();
    let changed: Vec<&str> = second
        .iter()
        .filter(|(path, state)| first.get(*path) != Some(*state))
        .map(|(path, _)| path.as_str())
        // Files of the search with the new word's pages have another digest in their names.
        .filter(|path| !path.starts_with("assets/search-en/t"))
        .collect();
    assert_eq!(
        changed,
        [
            ".resep-manifest.json",
            "en/guides/start/index.html",
            "en/guides/start/index.md",
            "en/search/index.json",
            "sw.js"
        ]
    );
}

#[test]
fn the_manifest_lists_every_file_with_its_digest() {
    let project = Project::small();
    project.build(&[]);
    check_manifest(&project.path("dist"));
}

/// The files of the manifest are there, whole, and nothing else is.
#[track_caller]
fn check_manifest(dist: &Path) {
    let mut files = tree(dist);
    let manifest = files.remove(".resep-manifest.json").unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let listed: BTreeMap<String, String> = manifest["files"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, digest)| (path.clone(), digest.as_str().unwrap().to_owned()))
        .collect();
    let found: BTreeMap<String, String> = files
        .into_iter()
        .map(|(path, bytes)| {
            let digest = Sha256::digest(bytes);
            (path, digest.iter().map(|b| format!("{b:02x}")).collect())
        })
        .collect();
    assert_eq!(listed, found);
}

#[test]
fn what_others_put_there_stays() {
    let project = Project::small();
    project.build(&[]);
    let dist = project.path("dist");
    fs::write(dist.join("CNAME"), "help.example.com").unwrap();
    fs::create_dir_all(dist.join(".well-known/empty")).unwrap();
    fs::write(dist.join(".well-known/security.txt"), "x").unwrap();
    fs::write(dist.join("en/guides/start/mine.txt"), "y").unwrap();
    project.edit("guides/start/en.md", "30 seconds.", "30 seconds, or more.");
    project.build(&[]);
    let after = tree(&dist);
    assert_eq!(text(&after, "CNAME"), "help.example.com");
    assert_eq!(text(&after, ".well-known/security.txt"), "x");
    assert_eq!(text(&after, "en/guides/start/mine.txt"), "y");
    assert!(text(&after, "en/guides/start/index.html").contains("or more"));
    assert!(dist.join(".well-known/empty").is_dir());
    assert_eq!(names(project.folder()), [".resep-cache", "content", "dist"]);
}

#[test]
#[cfg(target_os = "linux")]
fn what_others_put_there_keeps_its_name() {
    use std::os::unix::ffi::OsStrExt;

    let project = Project::small();
    project.build(&[]);
    let theirs = project
        .path("dist")
        .join(std::ffi::OsStr::from_bytes(b"caf\xe9.txt"));
    fs::write(&theirs, "x").unwrap();
    project.edit("guides/start/en.md", "30 seconds.", "30 seconds, or more.");
    project.build(&[]);
    assert_eq!(fs::read_to_string(&theirs).unwrap(), "x");
}

#[test]
fn pages_that_are_gone_are_removed() {
    let project = Project::small();
    project.build(&[]);
    assert!(project.path("dist/en/runbooks/refill/index.html").exists());
    project.remove("runbooks");
    project.edit(
        "site.toml",
        "[[navigation]]\nsection = \"runbooks\"\npages = [\"/runbooks/refill/\"]\n",
        "",
    );
    project.build(&[]);
    assert!(!project.path("dist/en/runbooks/refill").exists());
    check_manifest(&project.path("dist"));
}

#[test]
fn a_folder_of_others_is_refused_and_left_alone() {
    let project = Project::small();
    fs::create_dir(project.path("thesis")).unwrap();
    fs::write(project.path("thesis/chapter.txt"), "mine").unwrap();
    fs::write(project.path("file"), "mine").unwrap();
    let before = tree(project.folder());
    for (out, why) in [
        ("thesis", "was not made by resep"),
        ("content", "lies in the content folder"),
        ("content/guides/dist", "lies in the content folder"),
        ("file", "is no folder"),
        (".", "names no folder"),
        ("file/dist", "file"),
        ("/dev/null/dist", "/dev/null"),
    ] {
        let built = project
            .run(&["build", "--today", TODAY, "--out", out])
            .exits(2);
        assert!(built.err.contains(why), "{out}: {built:?}");
    }
    same_tree(&before, &tree(project.folder()));
    assert_eq!(names(project.folder()), ["content", "file", "thesis"]);
}

#[cfg(unix)]
#[test]
fn a_link_is_refused_and_what_it_leads_to_left_alone() {
    let project = Project::small();
    project.build(&["--out", "real"]);
    let before = tree(&project.path("real"));
    std::os::unix::fs::symlink("real", project.path("dist")).unwrap();
    project.edit("guides/start/en.md", "30 seconds.", "30 seconds, or more.");
    for out in ["dist", "dist/"] {
        let built = project
            .run(&["build", "--today", TODAY, "--out", out])
            .exits(2);
        assert!(built.err.contains("is a link"), "{built:?}");
    }
    same_tree(&before, &tree(&project.path("real")));
}

#[test]
fn a_build_that_fails_leaves_the_site_as_it_was() {
    let project = Project::small();
    project.build(&[]);
    let before = tree(&project.path("dist"));
    for name in [
        "broken-link",
        "secret-in-output",
        "example-missed",
        "toml-syntax",
    ] {
        let project_fault = tests::faults::named(name);
        let saved = Project::empty();
        copy(&project.content(), &saved.path("content"));
        let _ = project_fault.plant(&project);
        let built = project.run(&["build", "--today", TODAY]).exits(1);
        assert!(
            built.err.contains(&format!("error[{name}]"))
                && built.err.ends_with("nothing was written\n"),
            "{built:?}"
        );
        assert_eq!(built.out, "");
        same_tree(&before, &tree(&project.path("dist")));
        assert_eq!(names(project.folder()), [".resep-cache", "content", "dist"]);
        fs::remove_dir_all(project.content()).unwrap();
        copy(&saved.path("content"), &project.content());
    }
    // And where there was none, there is none.
    let project = Project::small();
    let _ = tests::faults::named("broken-link").plant(&project);
    let _ = project.run(&["build"]).exits(1);
    assert_eq!(names(project.folder()), ["content"]);
}

#[test]
fn no_content_no_site() {
    let project = Project::empty();
    let built = project.run(&["build"]).exits(2);
    assert!(built.err.contains("resep init"), "{built:?}");
    assert!(names(project.folder()).is_empty());
}

/// Two builds of one folder at the same time: both end well, and the site is one of theirs.
#[test]
fn two_builds_at_once() {
    let project = Project::small();
    let start = || -> Child {
        command(project.folder(), ["build", "--today", TODAY])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    for round in 0..3 {
        project.edit(
            "guides/start/en.md",
            "30 seconds.",
            &format!("30 seconds. {}", "x".repeat(round)),
        );
        let children = [start(), start(), start()];
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{output:?}");
        }
        check_manifest(&project.path("dist"));
        assert_eq!(names(project.folder()), [".resep-cache", "content", "dist"]);
    }
}

/// Killed at twenty moments (200 with `RESEP_LONG=1`), three quarters of them within the writing itself: the site is the
/// old one or the new one, with what others put there, and the next build leaves nothing behind. So it is where the build
/// that clears away is killed too.
#[cfg(unix)]
#[test]
fn a_killed_build_leaves_a_site_that_works() {
    let project = Project::small();
    // Many files, so that writing takes its time, and all of them differ.
    let become_site = |name: &str| {
        for n in 0..250 {
            let image = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{name}{n}\"/>");
            project.write(&format!("guides/start/picture-{n}.svg"), image);
        }
    };
    let mut sites = ["a", "b"].map(|name| {
        become_site(name);
        project.build(&["--out", name]);
        let mut site = tree(&project.path(name));
        site.insert("CNAME".to_owned(), b"mine".to_vec());
        fs::remove_dir_all(project.path(name)).unwrap();
        (name, site)
    });
    let start = || {
        command(project.folder(), ["build", "--today", TODAY])
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    // The mark of a staged tree, and not the one that a killed build left.
    let mark = project.path(".dist.resep-stage/.resep-staging");
    let until_it_writes = |child: &mut Child, since: SystemTime| {
        let fresh = || fs::metadata(&mark).is_ok_and(|m| m.modified().unwrap() > since);
        while !fresh() && child.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
    };
    become_site(sites[1].0);
    project.build(&[]);
    fs::write(project.path("dist/CNAME"), "mine").unwrap();
    // How long a whole run takes, and the writing.
    become_site(sites[0].0);
    let began = Instant::now();
    let mut child = start();
    until_it_writes(&mut child, SystemTime::UNIX_EPOCH);
    let thinking = began.elapsed();
    assert!(child.wait().unwrap().success());
    let writing = began.elapsed() - thinking;

    let kill = |mut child: Child| {
        child.kill().unwrap();
        child.wait().unwrap();
    };
    // The first of the two stands, the second is built.
    let rounds = if long() { 200 } else { 20 };
    for round in 0..rounds {
        become_site(sites[1].0);
        let now = SystemTime::now();
        let mut child = start();
        if round % 4 == 0 {
            thread::sleep(thinking * round / rounds);
        } else {
            until_it_writes(&mut child, now);
            thread::sleep(writing * round * 10 / (rounds * 9));
        }
        kill(child);
        // Killed again while the half tree of the first is cleared away, and once more after the second has seen what was left.
        if round % 4 == 1 && mark.exists() {
            let mut child = start();
            while mark.exists() && child.try_wait().unwrap().is_none() {
                thread::yield_now();
            }
            kill(child);
            let now = SystemTime::now();
            let mut child = start();
            until_it_writes(&mut child, now);
            kill(child);
        }

        let found = tree(&project.path("dist"));
        if found != sites[0].1 {
            same_tree(&sites[1].1, &found);
            sites.swap(0, 1);
        }
    }
    become_site(sites[1].0);
    project.build(&[]);
    same_tree(&sites[1].1, &tree(&project.path("dist")));
    assert_eq!(names(project.folder()), [".resep-cache", "content", "dist"]);
}

// Editions

#[test]
fn the_public_edition_does_not_know_the_internal_one() {
    let project = Project::small();
    project.build(&[]);
    let with = tree(&project.path("dist"));
    for (path, bytes) in &with {
        assert!(
            !path.contains("internal") && !path.contains("desk"),
            "{path}"
        );
        assert!(
            !bytes.windows(6).any(|window| window == b"CANARY"),
            "{path} holds the canary"
        );
    }
    // Changed, even to what could not be built.
    project.edit("internal/guides/desk/en.md", "CANARY-BODY", "CANARY-OTHER");
    project.write(
        "internal/guides/desk/id.md",
        "+++\nno front matter <b> [x](/nowhere/)",
    );
    project.write("internal/strange.bin", b"\xff\xfe");
    project.build(&["--out", "changed"]);
    same_tree(&with, &tree(&project.path("changed")));
    // Deleted.
    project.remove("internal");
    project.build(&["--out", "deleted"]);
    same_tree(&with, &tree(&project.path("deleted")));
    // And as a file.
    project.write("internal", "CANARY");
    project.build(&["--out", "file"]);
    same_tree(&with, &tree(&project.path("file")));
}

/// Not even asked for. The same watch sees the internal edition open it.
#[cfg(target_os = "linux")]
#[test]
fn the_public_edition_does_not_open_the_internal_folder() {
    use notify::event::{AccessKind, EventKind};
    use notify::{RecursiveMode, Watcher};
    let project = Project::small();
    for (edition, opens) in [("public", false), ("internal", true)] {
        let (send, events) = std::sync::mpsc::channel();
        let mut watcher = notify::recommended_watcher(send).unwrap();
        let folder = project.content().join("internal");
        watcher.watch(&folder, RecursiveMode::NonRecursive).unwrap();
        project.build(&["--edition", edition]);
        // One event that is sure to come after all others.
        fs::write(folder.join("last"), "").unwrap();
        let mut opened = false;
        loop {
            let event = events
                .recv_timeout(Duration::from_secs(30))
                .unwrap()
                .unwrap();
            if event.paths.iter().any(|path| path.ends_with("last")) {
                break;
            }
            opened |= matches!(event.kind, EventKind::Access(AccessKind::Open(_)));
        }
        fs::remove_file(folder.join("last")).unwrap();
        assert_eq!(opened, opens, "{edition}");
    }
}

#[test]
fn the_internal_edition_holds_it_and_hides_from_search() {
    let project = Project::small();
    project.build(&["--edition", "internal"]);
    assert_eq!(
        names(project.folder()),
        [".resep-cache", "content", "dist-internal"]
    );
    let site = tree(&project.path("dist-internal"));
    let page = text(&site, "en/guides/desk/index.html");
    assert!(page.contains("CANARY-TITLE") && page.contains("CANARY-BODY"));
    assert!(page.contains("href=\"/en/guides/start/\""));
    for (path, page) in pages(&site) {
        assert!(
            page.contains("<meta name=\"robots\" content=\"noindex"),
            "{path} may be indexed"
        );
    }
    assert!(!site.contains_key("sitemap.xml"));
    assert!(text(&site, "robots.txt").contains("Disallow: /"));
    check_manifest(&project.path("dist-internal"));
}

/// No sentence that only staff may read stands in what is published of our content.
#[test]
fn our_internal_words_are_not_published() {
    let internal = tree(&our_content().join("internal"));
    assert!(!internal.is_empty());
    let mut sentences = 0;
    for (path, bytes) in internal.iter().filter(|(path, _)| path.ends_with(".md")) {
        let words = std::str::from_utf8(bytes).unwrap();
        for line in words
            .lines()
            .filter(|l| l.len() > 60 && !l.contains(['`', '[', '*', '"']))
        {
            sentences += 1;
            for (page, html) in
                pages(ours()).filter(|(p, _)| p.contains("guides") || p.contains("runbooks"))
            {
                assert!(
                    !html.contains(line),
                    "{page} holds a line of {path}: {line}"
                );
            }
        }
    }
    assert!(sentences > 0, "nothing was compared");
}
