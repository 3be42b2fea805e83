//! What `resep check` can do beyond finding: mend, ask other sites, say it as SARIF, obey site.toml; and `resep renew`.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::net::TcpListener;
use std::thread;

use serde_json::Value;
use tests::{Project, TODAY};

fn check(project: &Project, more: &[&str]) -> tests::Output {
    project.run(&[&["check", "--today", TODAY], more].concat())
}

#[test]
fn what_needs_no_thinking_is_mended() {
    let project = Project::small();
    for (language, word) in [("en", "the catalogue"), ("id", "katalog")] {
        let file = format!("guides/start/{language}.md");
        project.edit(
            &file,
            &format!("[{word}](/errors/acme/wallet-empty/#fix)"),
            &format!("[{word}](/errors/acme/wallet-empty#fix)"),
        );
        project.edit(&file, "```sh", "```shell");
    }
    project.edit(
        "runbooks/refill/en.md",
        "Look at the balance.",
        "Look at [the balance](/en/wallets/).",
    );
    project.edit(
        "runbooks/refill/id.md",
        "Periksa saldo.",
        "Periksa [saldo](/wallets/).",
    );
    let refill = project.read("runbooks/refill/id.md");
    project.write("runbooks/refill/id.md", format!("\u{feff}{refill}"));
    // Where a page once was, with and without its last slash.
    for (language, words) in [("en", "the refill"), ("id", "isi ulang")] {
        let file = format!("guides/start/{language}.md");
        project.edit(&file, "+++\n\n", "aliases = [\"/guides/old/\"]\n+++\n\n");
        let link = format!("\n[{words}](/guides/old) or [{words}](/guides/old/)\n");
        project.write(&file, project.read(&file) + &link);
    }
    let fixed = check(&project, &["--fix"]).exits(0);
    assert_eq!(fixed.err, "mended 10 places\n");
    assert_eq!(project.read("runbooks/refill/id.md"), refill);
    assert_eq!(fixed.out, "");
    assert!(
        project
            .read("guides/start/en.md")
            .contains("(/errors/acme/wallet-empty/#fix)")
    );
    assert!(project.read("guides/start/id.md").contains("```sh\n"));
    assert!(
        project
            .read("runbooks/refill/en.md")
            .contains("(/wallets/)")
    );
    let again = check(&project, &["--fix"]).quiet();
    assert_eq!(again.out, "");
}

/// The words of a link are no part of its address, wherever the address stands.
#[test]
fn of_a_link_by_its_label_the_definition_is_mended() {
    let project = Project::small();
    let more = |to: &str| {
        format!(
            "\n`a` [`words`][r], [`/runbooks/refill`][R], [r][] and [`x`](<{to}> \"{to}\").\n\n\
             [![`a picture`](map.png)]({to})\n\n[r]:\n  <{to}> \"{to}\"\n"
        )
    };
    let escaped = "[`y`](/runbooks\\/refill)\n";
    let files = ["guides/start/en.md", "guides/start/id.md"];
    let before = files.map(|file| {
        let before = project.read(file);
        project.write(file, before.clone() + &more("/runbooks/refill") + escaped);
        before
    });
    image::RgbImage::new(40, 20)
        .save(project.content().join("guides/start/map.png"))
        .unwrap();
    let left = check(&project, &["--fix"]).exits(1);
    assert!(
        left.out.contains("write `/runbooks/refill/`") && left.out.contains("\n2 errors;"),
        "{left:?}"
    );
    for (file, before) in files.iter().zip(before) {
        // The title is words, too.
        let title = "\"/runbooks/refill\"";
        let after = before + &more("/runbooks/refill/").replace("\"/runbooks/refill/\"", title);
        assert_eq!(project.read(file), after + escaped);
    }
}

#[test]
fn what_needs_thinking_is_left_alone() {
    let project = Project::small();
    project.edit(
        "guides/start/en.md",
        "/errors/acme/wallet-empty/",
        "/errors/acme/walet-empty/",
    );
    let before = project.read("guides/start/en.md");
    let left = check(&project, &["--fix"]).exits(1);
    assert!(left.out.contains("broken-link"), "{left:?}");
    assert_eq!(project.read("guides/start/en.md"), before);
}

#[test]
fn sarif_names_rule_place_and_replacement() {
    let project = Project::small();
    project.edit(
        "guides/start/en.md",
        "/wallet-empty/#fix",
        "/wallet-empty#fix",
    );
    let found = check(&project, &["--format", "sarif"]).exits(1).json();
    assert_eq!(found["version"], "2.1.0");
    let result = found["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["ruleId"] == "link-form")
        .unwrap();
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        physical["artifactLocation"]["uri"],
        "content/guides/start/en.md"
    );
    assert_eq!(physical["region"]["startLine"], 16);
    let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(
        change["insertedContent"]["text"],
        "/errors/acme/wallet-empty/#fix"
    );
}

#[test]
fn a_site_says_how_bad_a_finding_is() {
    let project = Project::small();
    project.edit("guides/start/en.md", "| Pack | Price |", "| Pack | |");
    let levels = |level: &str| {
        let text = project.read("site.toml");
        let text = text.split("\n[lints]").next().unwrap().to_owned();
        project.write(
            "site.toml",
            format!("{text}\n[lints]\ntable-header = \"{level}\"\n"),
        );
        check(&project, &["--format", "json"])
    };
    let severity = |out: &tests::Output| out.json()["diagnostics"][0]["severity"].clone();
    assert_eq!(severity(&levels("error").exits(1)), "error");
    assert_eq!(severity(&levels("warning").exits(1)), "warning");
    assert_eq!(severity(&levels("note").exits(0)), "note");
    assert_eq!(
        levels("off").exits(0).json()["diagnostics"],
        Value::Array(Vec::new())
    );
    let wrong = levels("loud").exits(1).json();
    let codes: Vec<&Value> = wrong["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| &d["code"])
        .collect();
    assert_eq!(codes, ["table-header", "bad-value"]);
}

#[test]
fn no_site_turns_down_what_keeps_secrets_in() {
    let project = Project::small();
    let text = project.read("site.toml");
    project.write("site.toml", format!("{text}\n[lints]\nsecret = \"off\"\n"));
    let refused = check(&project, &[]).exits(1);
    assert!(
        refused.out.contains("`secret` cannot be turned down"),
        "{refused:?}"
    );
}

#[test]
fn a_page_may_be_too_large() {
    let project = Project::small();
    project.edit("site.toml", "[limits]", "[limits]\npage_kib = 1");
    let large = check(&project, &[]).exits(1);
    assert!(
        large
            .out
            .contains("(output) en/guides/start/index.html: warning[oversize-page]"),
        "{large:?}"
    );
}

#[test]
fn translations_are_renewed_by_one_command_and_readers_see_what_is_behind() {
    let project = Project::small();
    let _ = project.run(&["renew"]).quiet();
    let _ = check(&project, &[]).quiet();
    assert!(
        project
            .read("internal/translations.toml")
            .contains("internal/guides/desk")
    );
    assert!(!project.read("translations.toml").contains("internal/"));

    project.edit(
        "guides/start/id.md",
        "Tunggu 30 detik.",
        "Tunggu saja 30 detik.",
    );
    let behind = check(&project, &[]).exits(1);
    assert!(
        behind
            .out
            .contains("1 section of id.md changed since this was translated: `wait`"),
        "{behind:?}"
    );
    let _ = project.run(&["build", "--today", TODAY]).exits(0);
    let page = |language: &str| {
        fs::read_to_string(project.path(&format!("dist/{language}/guides/start/index.html")))
            .unwrap()
    };
    assert!(page("en").contains("changed in 1 of its sections"));
    assert!(!page("id").contains("class=\"banner\""));

    let record = project.content().join("translations.toml");
    let written = || fs::metadata(&record).unwrap().modified().unwrap();
    let before = written();
    let _ = project.run(&["renew", "runbooks"]).quiet();
    // There was nothing to record, so nothing is written: a tool that watches the folder has nothing to do.
    assert_eq!(written(), before);
    let _ = check(&project, &[]).exits(1);
    let _ = project.run(&["renew", "guides/start"]).quiet();
    let _ = check(&project, &[]).quiet();
    let wrong = project.run(&["renew", "guides/strat"]).exits(2);
    assert!(wrong.err.contains("no page in `guides/strat`"), "{wrong:?}");
}

/// What was recorded is in no other file: it is never written over by a guess.
#[test]
fn a_broken_record_of_translations_is_left_as_it_is() {
    let project = Project::small();
    let _ = project.run(&["renew"]).quiet();
    let good = project.read("translations.toml");
    let refused = |broken: &[u8], place: &str| {
        project.write("translations.toml", broken);
        for pages in [&["renew"][..], &["renew", "guides/start"]] {
            let out = project.run(pages).exits(1);
            assert!(
                out.err.contains(place) && out.err.ends_with("\nnothing was recorded\n"),
                "{out:?}"
            );
            assert_eq!(
                fs::read(project.content().join("translations.toml")).unwrap(),
                broken
            );
        }
    };
    let lines = good.lines().count() + 1;
    refused(
        format!("{good}x = \ny = \"z\"\n").as_bytes(),
        &format!("content/translations.toml:{lines}:5: error[toml-syntax]"),
    );
    refused(
        good.replace("\"front:", "\"front").as_bytes(),
        "content/translations.toml:4:6: error[bad-value]",
    );
    let mut bytes = good.clone().into_bytes();
    bytes.push(0xff);
    refused(
        &bytes,
        &format!("content/translations.toml:{lines}:1: error[not-utf8]"),
    );
    // Nor are those of a page forgotten that cannot be read now.
    project.write("translations.toml", &*good);
    let page = project.read("guides/start/en.md");
    project.write("guides/start/en.md", page.replace("title = \"", "title = "));
    let _ = project.run(&["renew"]).exits(1);
    project.write("guides/start/en.md", page);
    assert_eq!(project.read("translations.toml"), good);
    // What check advises there.
    project.write("translations.toml", format!("{good}x = \n"));
    let broken = check(&project, &[]).exits(1);
    assert!(
        broken
            .out
            .contains("With the file removed, it writes a new one"),
        "{broken:?}"
    );
    project.remove("translations.toml");
    let _ = project.run(&["renew"]).quiet();
    assert_eq!(project.read("translations.toml"), good);
    let _ = check(&project, &[]).quiet();
}

/// As a shell completes it, or as `check` prints it.
#[test]
fn a_page_is_renewed_by_any_of_its_names() {
    let project = Project::small();
    let _ = project.run(&["renew"]).quiet();
    let old = project.read("translations.toml");
    for file in ["guides/start/id.md", "errors/acme/wallet-empty/id.md"] {
        project.write(file, project.read(file) + "\nTeks.\n");
    }
    let full = project.content().join("guides/start/en.md");
    let one = [
        "guides/start",
        "./guides/start/",
        "guides/start/id.md",
        "guides/start/en.md",
        "content/guides/start",
        "./content/guides//start/",
        "content/guides/start/id.md",
        full.to_str().unwrap(),
    ];
    let mut renewed = None;
    for name in one {
        project.write("translations.toml", &*old);
        let _ = project.run(&["renew", name]).quiet();
        let now = project.read("translations.toml");
        let was = renewed.get_or_insert_with(|| now.clone());
        assert_eq!(now, *was, "{name}");
    }
    let one = renewed.unwrap();
    for (name, all) in [
        ("errors/acme/wallet-empty/rule.toml", false),
        ("content", true),
        ("content/errors", false),
    ] {
        project.write("translations.toml", &*old);
        let _ = project.run(&["renew", name]).quiet();
        let now = project.read("translations.toml");
        assert!(now != old && now != one, "{name}");
        let is_behind = check(&project, &["--format", "json"])
            .out
            .contains("outdated");
        assert_eq!(is_behind, !all, "{name}");
    }
    for name in ["content/guides/strat", "guides/start/x.png", "..", ".", "/"] {
        let wrong = project.run(&["renew", name]).exits(2);
        assert!(wrong.err.contains("no page in"), "{wrong:?}");
    }
}

/// Files as other systems write them: one finding each, which `--fix` mends.
#[test]
fn utf16_and_old_ends_of_lines_are_told_once_and_mended() {
    let project = Project::small();
    let files = [
        "site.toml",
        "data/glossary.toml",
        "guides/start/en.md",
        "runbooks/refill/id.md",
    ];
    let good = files.map(|file| project.read(file));
    let wide = |text: &str, mark: &[u8]| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [mark, &units.collect::<Vec<u8>>()].concat()
    };
    project.write(files[0], wide(&good[0], b"\xff\xfe"));
    project.write(files[1], wide(&good[1], b""));
    project.write(files[2], good[2].replace('\n', "\r"));
    project.write(
        files[3],
        good[3].replace('\n', "\r\n").replacen("\r\n", "\r", 1),
    );
    let told = check(&project, &[]).exits(1);
    let found = tests::faults::printed(&told.out);
    let found: Vec<_> = found
        .iter()
        .map(|f| (f.file.as_str(), f.code.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (files[1], "not-utf8"),
            (files[2], "control-character"),
            (files[3], "control-character"),
            (files[0], "not-utf8"),
        ],
        "{told:?}"
    );
    let fixed = check(&project, &["--fix"]).exits(0);
    assert_eq!(fixed.err, "mended 4 places\n");
    for (file, good) in files.iter().zip(&good) {
        assert_eq!(project.read(file).replace("\r\n", "\n"), *good, "{file}");
    }
}

/// A file of which bytes would be lost is left as it is, and the others are mended.
#[test]
fn what_is_no_text_is_not_written() {
    let project = Project::small();
    let other = project.read("runbooks/refill/id.md");
    project.write("runbooks/refill/id.md", format!("\u{feff}{other}"));
    let page = project.read("guides/start/en.md");
    let page = page.replace(
        "(/errors/acme/wallet-empty/#fix)",
        "(/errors/acme/wallet-empty#fix)",
    );
    let bytes = [page.as_bytes(), b"\nna\xefve\n"].concat();
    project.write("guides/start/en.md", bytes.as_slice());
    let fixed = check(&project, &["--fix"]).exits(1);
    assert_eq!(fixed.err, "mended 1 place\n");
    let file = project.content().join("guides/start/en.md");
    assert_eq!(fs::read(file).unwrap(), bytes);
    assert_eq!(project.read("runbooks/refill/id.md"), other);
}

/// Answers every connection by closing it: no server of the secure web.
fn deaf() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().for_each(drop));
    format!("https://{address}/page")
}

#[test]
fn other_sites_are_asked_and_what_cannot_be_told_is_a_note() {
    let project = Project::small();
    let url = deaf();
    project.edit(
        "guides/start/en.md",
        "## Waiting",
        &format!("[Elsewhere]({url})\n\n## Waiting"),
    );
    project.edit(
        "guides/start/id.md",
        "## Menunggu",
        &format!("[Lain]({url})\n\n## Menunggu"),
    );
    let asked = check(&project, &["--external", "--notes"]).exits(0);
    assert_eq!(
        asked.out.matches("note[unclear-external-link]").count(),
        2,
        "{asked:?}"
    );
    assert!(asked.out.contains(&url), "{asked:?}");
    let cache = fs::read_to_string(project.path(".resep-cache/external-links.json")).unwrap();
    let cache: Value = serde_json::from_str(&cache).unwrap();
    assert!(cache["found"].is_object());
    fs::write(project.path(".resep-cache/external-links.json"), "no JSON").unwrap();
    let broken = check(&project, &["--external"]).exits(2);
    assert!(broken.err.contains("remove it"), "{broken:?}");
    let idle = check(&project, &["--external-cache", "other.json"]).exits(2);
    assert!(idle.err.contains("--external"), "{idle:?}");
}

/// A fact that nobody looked at for months warns, for years fails, by a date that was asked for; the clock, which no commit changes, only notes it.
#[test]
fn old_facts_fail_by_the_date_asked_for_alone() {
    let file = "data/packages.toml";
    for (code, checked, severity, built) in [
        ("stale-fact", "2026-06-20", "warning", 0),
        ("expired-fact", "2020-01-01", "error", 1),
    ] {
        let project = Project::small();
        let by_clock = |arguments: &[&str]| {
            let mut command = tests::command(project.folder(), arguments);
            command.env_remove("SOURCE_DATE_EPOCH");
            tests::feed(command, b"")
        };
        project.edit(
            file,
            "checked = 2026-11-20",
            &format!("checked = {checked}"),
        );
        let told = by_clock(&["check", "--notes"]).exits(0);
        // The clock goes on: what is stale now is expired some day.
        assert!(
            told.out.contains("note[expired-fact]") || told.out.contains("note[stale-fact]"),
            "{told:?}"
        );
        let _ = by_clock(&["build"]).quiet();
        let found = format!("{severity}[{code}]");
        let checked = by_clock(&["check", "--today", TODAY]).exits(1);
        assert!(checked.out.contains(&found), "{checked:?}");
        let dated = by_clock(&["build", "--today", TODAY, "--out", "dated"]).exits(built);
        assert!(dated.err.contains(&found), "{dated:?}");
        let epoch = project.run(&["check"]).exits(1);
        assert!(epoch.out.contains(&found), "{epoch:?}");
        let site = project.read("site.toml");
        project.write(
            "site.toml",
            site + "\n[lints]\nexpired-fact = \"error\"\nstale-fact = \"error\"\n",
        );
        let _ = by_clock(&["check"]).exits(1);
    }
}

/// Readers are told no day that has not come, unless a day was asked for, which may lie before the content was written.
#[test]
fn a_day_to_come_is_told_by_the_clock() {
    let project = Project::small();
    project.edit(
        "guides/start/en.md",
        "updated = 2026-11-20",
        "updated = 9000-01-01",
    );
    project.edit(
        "errors/acme/too-fast/rule.toml",
        "since = 2026-11-20",
        "since = 9000-01-02",
    );
    for file in ["errors/acme/too-fast/rule.toml", "data/packages.toml"] {
        project.edit(file, "checked = 2026-11-20", "checked = 9000-01-04");
    }
    let wallets = project.read("data/wallets.toml");
    project.write(
        "data/wallets.toml",
        wallets.replacen(
            "provider = \"acme\"\n",
            "provider = \"acme\"\nsource = \"acme-pricing\"\nchecked = 9000-01-04\nconfidence = \"documented\"\n",
            1,
        ),
    );
    let site = project.read("site.toml");
    project.write(
        "site.toml",
        site + "\n[incident]\nactive = true\nsince = 9000-01-03\nrunbook = \"/runbooks/refill/\"\n",
    );
    // A draft is told to nobody.
    for language in ["id", "en"] {
        project.write(
            &format!("guides/later/{language}.md"),
            "+++\ntitle = \"Acme\"\nsummary = \"Acme.\"\ndraft = true\nupdated = 9000-01-01\n+++\n",
        );
    }
    let mut command = tests::command(project.folder(), ["check"]);
    command.env_remove("SOURCE_DATE_EPOCH");
    let found = tests::faults::printed(&tests::feed(command, b"").exits(1).out);
    let places: Vec<_> = found.iter().map(|f| (&*f.code, &*f.file, f.at)).collect();
    assert_eq!(
        places,
        [
            ("future-date", "data/packages.toml", Some((12, 11))),
            ("future-date", "data/wallets.toml", Some((5, 11))),
            (
                "future-date",
                "errors/acme/too-fast/rule.toml",
                Some((7, 9))
            ),
            (
                "future-date",
                "errors/acme/too-fast/rule.toml",
                Some((17, 11))
            ),
            ("future-date", "guides/start/en.md", Some((4, 11))),
            ("future-date", "site.toml", Some((site_line(&project), 9))),
        ]
    );
    let _ = check(&project, &[]).quiet();
}

/// The line of site.toml on which the incident began.
fn site_line(project: &Project) -> usize {
    let site = project.read("site.toml");
    1 + site
        .lines()
        .position(|line| line.starts_with("since"))
        .unwrap()
}

/// What was confirmed lately has no need of its older sources; they are told all the same.
#[test]
fn an_older_source_of_a_fresh_rule_is_noted() {
    let project = Project::small();
    let file = "errors/acme/too-fast/rule.toml";
    let rule = project.read(file);
    let at = rule.find("[[source]]").unwrap();
    let source = &rule[at..];
    let source = &source[..source.find("\n\n").unwrap()];
    let older = source.replace("checked = 2026-11-20", "checked = 2026-06-20");
    assert_ne!(older, source);
    project.write(
        file,
        rule.replacen(source, &format!("{source}\n\n{older}"), 1),
    );
    let told = check(&project, &["--notes"]).exits(0);
    assert!(told.out.contains("note[stale-fact]"), "{told:?}");
}

/// A build does not bury what fails under facts that all grew old on one day.
#[test]
fn a_build_counts_what_it_warns_of_many_times() {
    let project = Project::small();
    let file = "errors/acme/too-fast/rule.toml";
    let rule = project
        .read(file)
        .replace("checked = 2026-11-20", "checked = 2026-06-20");
    let source = "\n[[source]]\nurl = \"https://acme.example/errors\"\nchecked = 2026-06-20\nconfidence = \"documented\"\n";
    project.write(file, rule.clone() + &source.repeat(9));
    let told = project.run(&["build", "--today", TODAY]).exits(0);
    assert_eq!(
        told.err
            .matches("warning[stale-fact]: this was last checked")
            .count(),
        10,
        "{told:?}"
    );
    project.write(file, rule + &source.repeat(10));
    let told = project.run(&["build", "--today", TODAY]).exits(0);
    assert_eq!(
        told.err,
        "warning[stale-fact]: 11 places; `resep check` shows them\n"
    );
}

#[test]
fn without_site_toml_nothing_else_is_said() {
    let project = Project::small();
    project.remove("site.toml");
    let checked = check(&project, &[]).exits(1);
    assert!(
        checked
            .out
            .starts_with("content/site.toml: error[missing-file]: is not there"),
        "{checked:?}"
    );
    assert_eq!(checked.out.matches("error[").count(), 1, "{checked:?}");
}
