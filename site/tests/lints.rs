//! Each lint against a small content folder that is right in everything but one thing: the finding, at its place.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use site::diag::{Diag, Text};
use site::load::{Edition, Source, load};
use site::model::Options;
use site::pipeline::{Outcome, run};
use site::render::Templates;

fn good(edition: Edition) -> Source {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut source = load(&root.join("tests/good"), edition).unwrap();
    // The words of the real site, so that templates find all they ask for.
    for language in ["id", "en"] {
        let words =
            std::fs::read_to_string(root.join(format!("../content/ui/{language}.toml"))).unwrap();
        source
            .texts
            .insert(format!("ui/{language}.toml"), words.into());
    }
    source.root = PathBuf::from("content");
    source
}

fn options(edition: Edition) -> Options {
    Options {
        edition,
        base_url: None,
        today: "2026-11-20".parse().unwrap(),
        by_clock: false,
    }
}

fn outcome(source: &Source, edition: Edition) -> Outcome {
    run(source, &options(edition), &Templates::new().unwrap()).unwrap()
}

/// `file:line:col code`, or `file code` for a whole file.
fn shown(diags: &[Diag], source: &Source) -> Vec<String> {
    diags
        .iter()
        .map(|d| match d.span.as_ref().zip(source.texts.get(&d.file)) {
            Some((span, text)) => {
                let at = Text::new(Arc::clone(text)).place(span.start);
                format!("{}:{}:{} {}", d.file, at.line, at.column, d.code)
            }
            None => format!("{} {}", d.file, d.code),
        })
        .collect()
}

/// Replaces the first `from` in `file` by `to` and compares what is found.
#[track_caller]
fn check(file: &str, from: &str, to: &str, expected: &[&str]) -> Vec<Diag> {
    check_all(&[(file, from, to)], expected)
}

#[track_caller]
fn check_all(changes: &[(&str, &str, &str)], expected: &[&str]) -> Vec<Diag> {
    let mut source = good(Edition::Public);
    for (file, from, to) in changes {
        let text = source
            .texts
            .get(*file)
            .unwrap_or_else(|| panic!("{file} is no fixture"));
        assert!(text.contains(from), "{file} does not hold {from:?}");
        let text = text.replacen(from, to, 1);
        source.texts.insert((*file).to_owned(), text.into());
    }
    let outcome = outcome(&source, Edition::Public);
    assert_eq!(shown(&outcome.diags, &source), expected);
    assert!(
        expected.is_empty()
            || outcome.files.is_none()
            || outcome
                .diags
                .iter()
                .all(|d| d.code == "missing-translation" || d.code == "orphan-page")
    );
    outcome.diags
}

#[track_caller]
fn helps(diags: &[Diag], n: usize, help: &str) {
    assert_eq!(diags[n].help.as_deref(), Some(help));
}

#[test]
fn the_fixture_is_clean() {
    for edition in [Edition::Public, Edition::Internal] {
        let source = good(edition);
        let outcome = outcome(&source, edition);
        assert_eq!(shown(&outcome.diags, &source), [""; 0]);
        assert!(outcome.files.is_some());
    }
}

/// A page that the public edition does not open may show the table.
#[test]
fn a_table_is_unused_where_no_page_can_show_it() {
    let table = "caption = \"Speeds\"\n[[column]]\nname = \"Pack\"\n[[row]]\ncells = [\"Mini\"]\n";
    let unused = |edition: Edition, internal: bool| {
        let mut source = good(edition);
        // The folder of the fixture has an internal part.
        assert_eq!(source.unopened, edition == Edition::Public);
        source.unopened &= internal;
        let path = "data/tables/speeds.toml".to_owned();
        source.texts.insert(path, table.into());
        let found = outcome(&source, edition).diags;
        found.iter().any(|d| d.code == "unused-table")
    };
    assert!(!unused(Edition::Public, true));
    assert!(unused(Edition::Public, false));
    assert!(unused(Edition::Internal, true));
}

#[test]
fn broken_links() {
    let found = check_all(
        &[
            (
                "guides/a/en.md",
                "/errors/acme/empty/#fix",
                "/errors/acme/emty/#fix",
            ),
            (
                "guides/a/id.md",
                "/errors/acme/empty/#fix",
                "/errors/acme/emty/#fix",
            ),
        ],
        &[
            "guides/a/en.md:12:25 broken-link",
            "guides/a/id.md:12:19 broken-link",
        ],
    );
    helps(&found, 0, "did you mean `/errors/acme/empty/`?");
}

#[test]
fn broken_anchors() {
    check_all(
        &[
            (
                "guides/a/en.md",
                "/wallets/#acme-balance",
                "/wallets/#acme-balanc",
            ),
            (
                "guides/a/id.md",
                "/wallets/#acme-balance",
                "/wallets/#acme-balanc",
            ),
        ],
        &[
            "guides/a/en.md:8:56 broken-anchor",
            "guides/a/id.md:8:56 broken-anchor",
        ],
    );
}

#[test]
fn links_in_the_wrong_form() {
    let both = |from: &'static str, to: &'static str| {
        [("guides/a/en.md", from, to), ("guides/a/id.md", from, to)]
    };
    let found = check_all(
        &both("/errors/acme/empty/#fix", "/id/errors/acme/empty/#fix"),
        &[
            "guides/a/en.md:12:25 language-in-link",
            "guides/a/id.md:12:19 language-in-link",
        ],
    );
    helps(
        &found,
        0,
        "write `/errors/acme/empty/#fix`; the generator adds the reader's language",
    );
    let found = check_all(
        &both("/errors/acme/empty/#fix", "/errors/acme/empty"),
        &[
            "guides/a/en.md:12:25 link-form",
            "guides/a/id.md:12:19 link-form",
        ],
    );
    helps(&found, 0, "write `/errors/acme/empty/`");
    check_all(
        &both("/errors/acme/empty/#fix", "../empty/"),
        &[
            "guides/a/en.md:12:25 link-form",
            "guides/a/id.md:12:19 link-form",
        ],
    );
    check_all(
        &both("/errors/acme/empty/#fix", "http://acme.example/"),
        &[
            "guides/a/en.md:12:25 link-form",
            "guides/a/id.md:12:19 link-form",
        ],
    );
}

#[test]
fn images() {
    let both = |to: &'static str| {
        [
            ("guides/a/en.md", "resep check\n```", to),
            ("guides/a/id.md", "resep check\n```", to),
        ]
    };
    check_all(
        &both("resep check\n```\n\n![map](map.png)"),
        &[
            "guides/a/en.md:19:8 missing-image",
            "guides/a/id.md:19:8 missing-image",
        ],
    );
    let mut source = good(Edition::Public);
    source
        .images
        .insert("guides/a/map.png".to_owned(), vec![1].into());
    for file in ["guides/a/en.md", "guides/a/id.md"] {
        let text =
            source.texts[file].replacen("resep check\n```", "resep check\n```\n\n![](map.png)", 1);
        source.texts.insert(file.to_owned(), text.into());
    }
    let outcome = outcome(&source, Edition::Public);
    assert_eq!(
        shown(&outcome.diags, &source),
        [
            "guides/a/en.md:19:5 image-text",
            "guides/a/id.md:19:5 image-text"
        ]
    );
}

#[test]
fn languages_that_differ() {
    check(
        "guides/a/en.md",
        "30 seconds",
        "20 seconds",
        &[
            "guides/a/en.md:13:9 unequal-numbers",
            "guides/a/id.md:13:11 unequal-numbers",
        ],
    );
    check(
        "guides/a/en.md",
        "2. Wait 30 seconds.\n",
        "",
        &[
            "guides/a/en.md:10:1 unequal-steps",
            "guides/a/id.md:13:11 unequal-numbers",
        ],
    );
    check(
        "guides/a/en.md",
        "resep check",
        "resep chekc",
        &["guides/a/en.md:15:1 unequal-code"],
    );
    check(
        "guides/a/en.md",
        "[the catalogue](/errors/acme/empty/#fix)",
        "the catalogue",
        &["guides/a/id.md:12:19 unequal-links"],
    );
    check(
        "guides/a/en.md",
        "{{table:packages-disputed}}",
        "",
        &["guides/a/id.md:19:9 unequal-numbers"],
    );
    check_all(
        &[
            ("guides/a/en.md", "{#more}", "{#mores}"),
            ("data/glossary.toml", "#more", ""),
        ],
        &[
            "guides/a/en.md:10:1 unequal-sections",
            "guides/a/id.md:10:1 unequal-sections",
        ],
    );
}

#[test]
fn missing_languages() {
    let mut source = good(Edition::Public);
    source.texts.remove("guides/a/en.md");
    let built = outcome(&source, Edition::Public);
    assert_eq!(
        shown(&built.diags, &source),
        ["guides/a/en.md missing-translation"]
    );
    let files = built.files.unwrap();
    let page = String::from_utf8(files["en/guides/a/index.html"].clone()).unwrap();
    assert!(page.contains("has not been translated yet") && page.contains("noindex"));

    // The answer of a rule falls back to the default language, which it must have.
    let mut source = good(Edition::Public);
    let english = source.texts.remove("errors/acme/limit/en.md").unwrap();
    let written = outcome(&source, Edition::Public);
    assert_eq!(
        shown(&written.diags, &source),
        ["errors/acme/limit/en.md missing-translation"]
    );
    let page = written.files.unwrap()["en/errors/acme/limit/index.html"].clone();
    assert!(
        String::from_utf8(page)
            .unwrap()
            .contains("has not been translated yet")
    );
    source
        .texts
        .insert("errors/acme/limit/en.md".to_owned(), english);
    source.texts.remove("errors/acme/limit/id.md");
    let refused = outcome_of(&source);
    assert_eq!(
        shown(&refused.diags, &source),
        ["errors/acme/limit/id.md rule-language"]
    );
    assert!(refused.files.is_none());
}

/// Under a name that a local variable does not hide.
fn outcome_of(source: &Source) -> Outcome {
    outcome(source, Edition::Public)
}

/// Put together here, so that no scanner takes this file for a leak.
fn secret() -> String {
    format!("sk-{}", "a1B2c3D4e5F6g7H8i9J0k1L2")
}

#[test]
fn secrets_and_addresses() {
    let cell = format!("| Key | Value |\n|---|---|\n| x | {} |", secret());
    let both = |to: &str| {
        check_all(
            &[
                ("guides/a/en.md", "{{table:packages-disputed}}", to),
                ("guides/a/id.md", "{{table:packages-disputed}}", to),
            ],
            &["guides/a/en.md:21:7 secret", "guides/a/id.md:21:7 secret"],
        )
    };
    both(&cell);
    let person = format!("rina{}mail.co.id", '@');
    check(
        "data/glossary.toml",
        "What is billed.",
        &format!("Ask {person}."),
        &["data/glossary.toml:11:13 email-address"],
    );
}

#[test]
fn a_secret_that_only_the_output_shows() {
    // Pieces that no line of the sources holds together: Markdown takes the backslashes away.
    let secret = secret();
    let mut source = good(Edition::Public);
    let pieces: Vec<&str> = secret
        .as_bytes()
        .chunks(4)
        .map(|piece| std::str::from_utf8(piece).unwrap())
        .collect();
    let name = pieces.join("\\_").replace('-', "\\-");
    for file in ["guides/a/en.md", "guides/a/id.md"] {
        let text = source.texts[file].replacen("30", &format!("30 {name}"), 1);
        source.texts.insert(file.to_owned(), text.into());
    }
    let outcome = outcome(&source, Edition::Public);
    let found = shown(&outcome.diags, &source);
    assert!(
        found.contains(&"output:en/guides/a/index.html secret-in-output".to_owned()),
        "{found:?}"
    );
    assert!(outcome.files.is_none());
}

#[test]
fn mojibake() {
    let found = check(
        "guides/a/en.md",
        "About A.",
        "About A \u{e2}\u{20ac}\u{201d} and B.",
        &["guides/a/en.md:3:20 mojibake"],
    );
    helps(&found, 0, "write `—`");
    let found = check(
        "guides/a/en.md",
        "About A.",
        "About A \u{201a}\u{c4}\u{ee} and B.",
        &["guides/a/en.md:3:20 mojibake"],
    );
    helps(&found, 0, "write `—`");
}

#[test]
fn arithmetic() {
    check(
        "data/packages.toml",
        "price_per_unit = \"0.098\"",
        "price_per_unit = \"0.089\"",
        &["data/packages.toml:9:18 arithmetic"],
    );
    check(
        "data/packages.toml",
        "{ value = \"0.14\", source = \"computed\" }",
        "{ value = \"0.15\", source = \"computed\" }",
        &["data/packages.toml:31:59 arithmetic"],
    );
    check(
        "data/packages.toml",
        ", { value = \"0.14\", source = \"computed\" }",
        "",
        &[
            "data/packages.toml:23:18 arithmetic",
            "data/packages.toml:30:9 undocumented-dispute",
        ],
    );
    check(
        "data/packages.toml",
        "units = \"100\"",
        "units = 100",
        &["data/packages.toml:8:9 wrong-type"],
    );
}

#[test]
fn examples() {
    let found = check(
        "errors/acme/empty/rule.toml",
        "POST https://api.acme.example/v1/video: insufficient balance",
        "error code: 4029 acme says slow down",
        &["errors/acme/empty/rule.toml:32:9 example-missed"],
    );
    assert_eq!(
        found[0].message,
        "this paste should hit, but `acme/limit` comes first (certain)"
    );
    check(
        "errors/acme/empty/rule.toml",
        "listening on port 4021",
        "api.acme.example insufficient credits",
        &["errors/acme/empty/rule.toml:40:9 example-hit"],
    );
    check(
        "errors/acme/empty/rule.toml",
        "[[example]]\nexpect = \"miss\"\npaste = '''listening on port 4021'''\n",
        "",
        &["errors/acme/empty/rule.toml:1:1 too-few-examples"],
    );
}

#[test]
fn rules() {
    let rule = "errors/acme/empty/rule.toml";
    let found = check(
        rule,
        "retry = \"no\"",
        "retyr = \"no\"",
        &[
            "errors/acme/empty/rule.toml:1:1 missing-key",
            "errors/acme/empty/rule.toml:5:1 unknown-key",
        ],
    );
    helps(&found, 1, "did you mean `retry`?");
    let found = check(
        rule,
        "\"provider-balance\"",
        "\"provider-balanse\"",
        &["errors/acme/empty/rule.toml:1:9 unknown-cause"],
    );
    helps(&found, 0, "did you mean `provider-balance`?");
    check(
        rule,
        "wallet = \"acme-balance\"",
        "wallet = \"acme-balanc\"",
        &["errors/acme/empty/rule.toml:2:10 unknown-wallet"],
    );
    check(
        rule,
        "wallet = \"acme-balance\"\n",
        "",
        &["errors/acme/empty/rule.toml:1:9 unknown-wallet"],
    );
    check(
        rule,
        "lookalikes = [\"acme/limit\"]",
        "lookalikes = [\"acme/limits\"]",
        &["errors/acme/empty/rule.toml:9:15 unknown-rule"],
    );
    let found = check(
        rule,
        "codes = [\"4021\"]",
        "codes = [\"4021\", \"4029\"]",
        &["errors/acme/limit/rule.toml:5:10 duplicate-code"],
    );
    helps(
        &found,
        0,
        "one of them owns it: write `variant_of = \"acme/empty\"` instead of `codes` here, or `variant_of = \"acme/limit\"` there",
    );
    check(
        rule,
        "[[source]]\nurl = \"https://acme.example/errors\"\nchecked = 2026-11-20\nconfidence = \"documented\"\n",
        "",
        &["errors/acme/empty/rule.toml:1:1 no-source"],
    );
    check(
        rule,
        "provider = \"acme\"",
        "provider = \"acne\"",
        &[
            "errors/acme/empty/rule.toml:3:12 unknown-provider",
            "errors/acme/empty/rule.toml:3:12 wrong-folder",
        ],
    );
    check(
        rule,
        "family = [\"money-empty\"]",
        "family = [\"money-emty\"]",
        &["errors/acme/empty/rule.toml:18:11 unknown-family"],
    );
    check(
        "errors/acme/empty/en.md",
        "## How to verify {#verify}",
        "## How to verify {#verfy}",
        &[
            "errors/acme/empty/en.md missing-section",
            "errors/acme/empty/en.md:15:1 unknown-section",
            "errors/acme/empty/en.md:15:1 unequal-sections",
            "errors/acme/empty/id.md:15:1 unequal-sections",
        ],
    );
}

#[test]
fn evidence_that_the_engine_refuses() {
    let rule = "errors/acme/empty/rule.toml";
    check(
        rule,
        "'acme wallet is empty'",
        "'ac|wallet is empty'",
        &["errors/acme/empty/rule.toml:14:11 no-literal"],
    );
    check(
        rule,
        "'acme wallet is empty'",
        "'acme.*empty'",
        &["errors/acme/empty/rule.toml:14:11 unbounded-repeat"],
    );
    check(
        rule,
        "'acme wallet is empty'",
        "'acme (wallet'",
        &["errors/acme/empty/rule.toml:14:11 bad-pattern"],
    );
    let alone = "code = [\"4021\"]\nphrase = ['acme wallet is empty']";
    check(
        rule,
        alone,
        "phrase = ['acme wallet is empty']",
        &["errors/acme/empty/rule.toml:11:1 provider-on-words-alone"],
    );
    check(
        rule,
        alone,
        "number = [\"4021\"]",
        &["errors/acme/empty/rule.toml:11:1 bare-number"],
    );
}

#[test]
fn pages() {
    check(
        "guides/a/en.md",
        "summary = \"About A.\"",
        "sumary = \"About A.\"",
        &[
            "guides/a/en.md:1:1 missing-key",
            "guides/a/en.md:3:1 unknown-key",
        ],
    );
    check(
        "guides/a/en.md",
        "+++\n",
        "---\n",
        &["guides/a/en.md:1:1 front-matter"],
    );
    check(
        "guides/a/en.md",
        "One unit",
        "<b>One</b> unit",
        &["guides/a/en.md:8:1 raw-html", "guides/a/en.md:8:7 raw-html"],
    );
    check(
        "guides/a/en.md",
        "```\n\n{{table",
        "\n\n{{table",
        &["guides/a/en.md:15:1 unclosed-fence"],
    );
    check_all(
        &[
            (
                "guides/a/en.md",
                "{{table:packages-disputed}}",
                "{{table:packages-disputd}}",
            ),
            (
                "guides/a/id.md",
                "{{table:packages-disputed}}",
                "{{table:packages-disputd}}",
            ),
        ],
        &[
            "guides/a/en.md:19:9 dangling-reference",
            "guides/a/id.md:19:9 dangling-reference",
        ],
    );
    check(
        "guides/a/en.md",
        "Guide A",
        "A guide whose title is longer than lists can show",
        &["guides/a/en.md:2:9 too-long"],
    );
    check(
        "guides/a/en.md",
        "About A.",
        "FILL-IN: a sentence",
        &["guides/a/en.md:3:12 placeholder"],
    );
    check(
        "runbooks/r/en.md",
        "**Otherwise:**",
        "Otherwise:",
        &["runbooks/r/en.md:8:1 wrong-step"],
    );
    check(
        "site.toml",
        "pages = [\"/guides/a/\"]",
        "pages = [\"/guides/b/\"]",
        &[
            "guides/a/en.md orphan-page",
            "site.toml:8:10 dangling-reference",
        ],
    );
    check(
        "ui/en.toml",
        "tagline = ",
        "tag_line = ",
        &["ui/en.toml missing-word", "ui/id.toml missing-word"],
    );
}

#[test]
fn the_public_edition_does_not_know_the_internal_one() {
    let source = good(Edition::Public);
    assert!(
        source
            .texts
            .keys()
            .all(|path| !path.starts_with("internal"))
    );
    let public = outcome(&source, Edition::Public).files.unwrap();
    for (path, bytes) in &public {
        assert!(!String::from_utf8_lossy(bytes).contains("CANARY"), "{path}");
        assert!(!path.contains("internal"));
    }
    let internal = outcome(&good(Edition::Internal), Edition::Internal)
        .files
        .unwrap();
    let page = String::from_utf8(internal["id/guides/secret/index.html"].clone()).unwrap();
    assert!(page.contains("CANARY-BODY") && page.contains("noindex"));
    let home = String::from_utf8(internal["id/index.html"].clone()).unwrap();
    assert!(home.contains("/id/guides/secret/") && home.contains("noindex"));
    assert!(!internal.contains_key("sitemap.xml"));
}

#[test]
fn the_same_input_gives_the_same_bytes_under_any_base() {
    let source = good(Edition::Public);
    let templates = Templates::new().unwrap();
    let build = |base: &str| {
        let options = Options {
            base_url: Some(base.to_owned()),
            ..options(Edition::Public)
        };
        run(&source, &options, &templates).unwrap().files.unwrap()
    };
    let a = build("https://help.example.com/repo/");
    assert_eq!(a, build("https://help.example.com/repo/"));
    for (path, bytes) in a.iter().filter(|(path, _)| path.ends_with(".html")) {
        let text = String::from_utf8_lossy(bytes);
        for mark in [" href=\"/", " src=\"/", "=/id/"] {
            for (at, _) in text.match_indices(mark) {
                let rest = &text[at + mark.len() - 1..];
                assert!(
                    mark == "=/id/" || rest.starts_with("/repo/"),
                    "{path}: {}",
                    &rest[..40.min(rest.len())]
                );
            }
        }
        assert!(
            !text.contains("\"/id/") && !text.contains("=/id/"),
            "{path} leaves the sub-path"
        );
    }
}

#[test]
fn every_page_has_both_languages_and_a_twin() {
    let files = outcome(&good(Edition::Public), Edition::Public)
        .files
        .unwrap();
    let of = |language: &str| -> Vec<String> {
        files
            .keys()
            .filter_map(|p| p.strip_prefix(&format!("{language}/")).map(str::to_owned))
            .collect()
    };
    assert_eq!(of("id"), of("en"));
    for path in files
        .keys()
        .filter(|p| p.starts_with("id/") && p.ends_with("index.html"))
    {
        assert!(
            files.contains_key(&path.replace("index.html", "index.md")),
            "{path} has no twin"
        );
    }
    for path in [
        "index.html",
        "404.html",
        "errors.json",
        "sitemap.xml",
        "robots.txt",
        "_headers",
        ".nojekyll",
        "llms.txt",
        "e/acme-4021/index.html",
    ] {
        assert!(files.contains_key(path), "{path}");
    }
}

#[test]
fn ids_of_headings() {
    let both = |id: &'static str| {
        [
            ("guides/a/en.md", "{#more}", id),
            ("guides/a/id.md", "{#more}", id),
            ("data/glossary.toml", "#more", ""),
        ]
    };
    check_all(
        &both("{#More_}"),
        &[
            "guides/a/en.md:10:1 heading-id",
            "guides/a/id.md:10:1 heading-id",
        ],
    );
    check_all(
        &both("{#sources}"),
        &[
            "guides/a/en.md:10:1 duplicate-id",
            "guides/a/id.md:10:1 duplicate-id",
        ],
    );
    check_all(
        &both(""),
        &[
            "guides/a/en.md:10:1 heading-id",
            "guides/a/en.md:10:1 unequal-sections",
            "guides/a/id.md:10:1 heading-id",
            "guides/a/id.md:10:1 unequal-sections",
        ],
    );
}

/// Bad content is data: whatever stands in the files, there is an answer. Bytes are cut, doubled, swapped and replaced
/// by what parsers stumble over, the same way on every run.
#[test]
fn no_content_panics() {
    let source = good(Edition::Public);
    let templates = Templates::new().unwrap();
    let names: Vec<String> = source
        .texts
        .keys()
        .filter(|p| !p.starts_with("ui/"))
        .cloned()
        .collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below.max(1)
    };
    let pieces = [
        "+++",
        "{{table:",
        "{{figure:x}}",
        "}}",
        "```",
        "\u{0}",
        "\u{feff}",
        "é",
        "余额",
        "|",
        "[x](",
        "](/a/)",
        "{#",
        "1. [ ] ",
        "\"\"\"",
        "'''",
        "\r\n",
        "\t",
        "[[when]]",
        "= 99999999999999999999",
        "\\",
        "<b>",
        "> [!NOTE]",
        "[^1]",
        "#",
        "\u{202e}",
    ];
    // `RESEP_LONG=1` goes on for longer.
    let long = std::env::var_os("RESEP_LONG").is_some_and(|v| v == "1");
    for round in 0..if long { 20_000 } else { 200 } {
        let mut changed = source.clone();
        for _ in 0..=random(4) {
            let name = &names[random(names.len())];
            let mut chars: Vec<char> = changed.texts[name].chars().collect();
            let at = random(chars.len());
            match random(4) {
                0 => drop(chars.drain(at..(at + random(40)).min(chars.len()))),
                1 => chars.truncate(at),
                2 => {
                    let copy: Vec<char> = chars[at..(at + random(60)).min(chars.len())].to_vec();
                    chars.splice(at..at, copy);
                }
                _ => drop(chars.splice(at..at, pieces[random(pieces.len())].chars())),
            }
            changed
                .texts
                .insert(name.clone(), chars.into_iter().collect::<String>().into());
        }
        let outcome = run(&changed, &options(Edition::Public), &templates).unwrap();
        let texts = changed.for_diags();
        for printed in [
            site::diag::text(&outcome.diags, &texts, true),
            site::diag::github(&outcome.diags, &texts),
        ] {
            assert_eq!(
                printed.is_empty(),
                outcome.diags.is_empty(),
                "round {round}"
            );
        }
        assert!(site::diag::json(&outcome.diags, &texts).starts_with('{'));
    }
}
