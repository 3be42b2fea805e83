//! `resep check`: nothing to say about our content, and every fault of `fixtures/faults` at its place, with what to do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;
use tests::faults::{self, Fault, Found, printed, secret};
use tests::{Output, Project, TODAY, root, run};

fn check(project: &Project) -> Output {
    project.run(&["check", "--today", TODAY])
}

/// What is found where one thing is wrong.
fn only_finding(project: &Project) -> Found {
    let checked = check(project).exits(1);
    let mut found = printed(&checked.out);
    assert_eq!(found.len(), 1, "{checked:?}");
    found.remove(0)
}

#[test]
fn our_content_is_clean() {
    for edition in ["public", "internal"] {
        let arguments = [
            "check",
            "--edition",
            edition,
            "--today",
            TODAY,
            "--format",
            "json",
        ];
        // That nobody looked at a fact for months is told for whoever checks facts, and no fault of a commit.
        let found = run(root(), arguments).json();
        let faults: Vec<&Value> = found["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|d| d["severity"] != "note" && d["code"] != "stale-fact")
            .collect();
        assert!(faults.is_empty(), "{edition}: {faults:?}");
    }
}

#[test]
fn the_small_site_is_clean() {
    for edition in ["public", "internal"] {
        let checked = Project::small()
            .run(&["check", "--edition", edition])
            .quiet();
        assert_eq!(checked.out, "", "{edition}");
    }
}

/// The heart of this file: each fault alone.
#[test]
fn every_fault_is_found_at_its_place() {
    let faults = faults::all();
    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(report) = differs(fault) {
                        wrong.lock().unwrap().push(report);
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What is found besides what is expected, if anything is.
fn differs(fault: &Fault) -> Option<String> {
    let project = Project::small();
    let expected = fault.plant(&project);
    // What lies under internal/ is looked at in its own edition only.
    let edition = if fault.is_internal() {
        "internal"
    } else {
        "public"
    };
    let checked = project.run(&["check", "--notes", "--today", TODAY, "--edition", edition]);
    let found = printed(&checked.out);
    let is_note = |f: &Found| {
        site::check::lint(&f.code).is_some_and(|l| l.severity == site::diag::Severity::Note)
    };
    let right = checked.code == Some(i32::from(!expected.iter().all(is_note)))
        && checked.err.is_empty()
        && found == expected
        && found.iter().all(|f| !f.help.is_empty());
    (!right).then(|| {
        format!(
            "faults/{}.txt\nexpected {expected:#?}\n{checked:?}",
            fault.name
        )
    })
}

/// A finding says where, what, the text with a mark under it, and what to do.
#[test]
fn a_finding_shows_the_line_and_what_to_write() {
    let project = Project::small();
    let _ = faults::named("broken-link.glossary").plant(&project);
    let checked = check(&project).exits(1);
    assert_eq!(
        checked.out,
        "content/data/glossary.toml:3:8: error[broken-link]: no page `/guides/strat/`\n  |\n\
         3 | see = [\"/guides/strat/#wait\"]\n  |        ^^^^^^^^^^^^^^^^^^^^^\n  \
         help: did you mean `/guides/start/`?\n\n\
         1 error; `resep explain CODE` tells more about the code in brackets\n"
    );
}

/// Faults that do not touch the same lines, and their findings.
fn many(project: &Project) -> Vec<Found> {
    let mut expected: Vec<Found> = [
        "mojibake.chinese",
        "arithmetic",
        "secret.paste",
        "email-address",
        "duplicate-id.navigation",
        "unequal-steps",
        "bad-value",
        "unequal-placeholders",
        "unknown-directive",
    ]
    .into_iter()
    .flat_map(|name| faults::named(name).plant(project))
    .collect();
    expected.sort();
    expected
}

#[test]
fn all_faults_are_found_in_one_run_in_every_format() {
    let project = Project::small();
    let expected = many(&project);
    let text = check(&project).exits(1);
    assert_eq!(printed(&text.out), expected, "{text:?}");
    let errors = expected.len();
    assert!(
        text.out.contains(&format!("\n\n{errors} errors; ")),
        "{text:?}"
    );

    let json = project
        .run(&["check", "--today", TODAY, "--format", "json"])
        .exits(1)
        .json();
    let diagnostics = json["diagnostics"].as_array().unwrap();
    let mut found: Vec<Found> = diagnostics.iter().map(of_json).collect();
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(
        (&json["errors"], &json["warnings"]),
        (&errors.into(), &0.into())
    );
    for diagnostic in diagnostics {
        let file = project.read(
            diagnostic["file"]
                .as_str()
                .unwrap()
                .strip_prefix("content/")
                .unwrap(),
        );
        let line = file.lines().nth(number(&diagnostic["line"]) - 1).unwrap();
        let rest: String = line
            .chars()
            .skip(number(&diagnostic["column"]) - 1)
            .collect();
        let marked = diagnostic["text"].as_str().unwrap();
        let first = marked.lines().next().unwrap();
        assert!(
            !first.is_empty() && rest.starts_with(first),
            "{diagnostic} marks {rest:?}"
        );
    }

    let github = project
        .run(&["check", "--today", TODAY, "--format", "github"])
        .exits(1);
    let mut found: Vec<Found> = github.out.lines().map(of_github).collect();
    found.sort();
    assert_eq!(found, expected);
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn of_json(diagnostic: &Value) -> Found {
    let text = |key: &str| diagnostic[key].as_str().unwrap_or_default().to_owned();
    let at = diagnostic["line"]
        .is_u64()
        .then(|| (number(&diagnostic["line"]), number(&diagnostic["column"])));
    Found {
        file: text("file").strip_prefix("content/").unwrap().to_owned(),
        at,
        code: text("code"),
        message: text("message"),
        help: text("help"),
    }
}

/// `::error file=content/x,line=1,col=2,endLine=1,endColumn=3,title=code::message%0Ahelp`
fn of_github(line: &str) -> Found {
    let (head, data) = line
        .strip_prefix("::error ")
        .unwrap()
        .split_once("::")
        .unwrap();
    let plain = |text: &str| {
        text.replace("%2C", ",")
            .replace("%3A", ":")
            .replace("%0A", "\n")
            .replace("%0D", "\r")
            .replace("%25", "%")
    };
    let property = |key: &str| {
        head.split(',')
            .find_map(|p| p.strip_prefix(key)?.strip_prefix('='))
            .map(plain)
    };
    let data = plain(data);
    let (message, help) = data.split_once('\n').unwrap();
    let number = |key: &str| property(key).map(|n| n.parse().unwrap());
    Found {
        file: property("file")
            .unwrap()
            .strip_prefix("content/")
            .unwrap()
            .to_owned(),
        at: number("line").zip(number("col")),
        code: property("title").unwrap(),
        message: message.to_owned(),
        help: help.to_owned(),
    }
}

#[test]
fn formats_of_a_clean_site() {
    let project = Project::small();
    let json = project.run(&["check", "--format", "json"]).quiet().json();
    assert_eq!(
        json,
        serde_json::json!({ "diagnostics": [], "errors": 0, "warnings": 0, "notes": 0 })
    );
    let github = project.run(&["check", "--format", "github"]).quiet();
    assert_eq!(github.out, "");
}

/// What a text file of faults cannot say.
#[test]
fn files_that_are_no_utf8() {
    let project = Project::small();
    project.write("guides/start/map.md", b"caf\xe9 \xff");
    project.write("data/models.toml", "\u{feff}");
    let page = project.read("guides/start/en.md");
    project.write(
        "guides/start/en.md",
        [page.as_bytes(), b"\nna\xefve\n"].concat(),
    );
    let checked = check(&project).exits(1);
    let found = printed(&checked.out);
    let places: Vec<_> = found
        .iter()
        .filter(|f| f.code == "not-utf8")
        .map(|f| (f.file.as_str(), f.at))
        .collect();
    assert_eq!(
        places,
        [
            ("data/models.toml", None),
            (
                "guides/start/en.md",
                Some((page.lines().count() + 2, "na".len() + 1))
            ),
            ("guides/start/map.md", Some((1, "caf".len() + 1))),
        ],
        "{checked:?}"
    );
    // The bytes are there; nothing is lost yet.
    assert!(found.iter().all(|f| f.code != "mojibake"), "{checked:?}");
}

/// What editors leave beside a file while it is open.
#[test]
fn files_of_editors_are_passed_over() {
    let project = Project::small();
    for name in ["en.md~", ".en.md.swp", ".#en.md", "#en.md#"] {
        project.write(&format!("guides/start/{name}"), "half of a sent");
    }
    let _ = check(&project).quiet();
}

#[test]
fn a_huge_file_is_named_and_not_read() {
    let project = Project::small();
    let file = fs::File::create(project.content().join("guides/start/map.png")).unwrap();
    // Sparse: it takes no room on the disk, but whoever read it would run out of memory.
    file.set_len(1 << 40).unwrap();
    let found = only_finding(&project);
    assert_eq!(
        (found.code.as_str(), found.file.as_str()),
        ("file-too-large", "guides/start/map.png")
    );
}

#[test]
fn a_picture_that_is_called_as_the_copy_of_another() {
    let project = Project::small();
    // Nothing that a narrower copy would have more bytes than.
    let speckled = image::RgbImage::from_fn(700, 200, |x, y| {
        image::Rgb([(x * y) as u8, ((x * 31) ^ (y * 57)) as u8, 9])
    });
    let folder = project.content().join("guides/start");
    speckled.save(folder.join("map.png")).unwrap();
    let _ = check(&project).quiet();
    speckled.save(folder.join("map.480w.png")).unwrap();
    let found = only_finding(&project);
    assert_eq!(
        (found.code.as_str(), found.file.as_str()),
        ("file-name", "guides/start/map.480w.png")
    );
}

#[test]
fn more_providers_than_a_pack_holds() {
    let project = Project::small();
    let more: String = (0..200)
        .map(|n| {
            format!(
                "\n[[provider]]\nid = \"p{n}\"\nname = \"P{n}\"\nkind = \"vendor\"\nhosts = [\"p{n}.example\"]\n"
            )
        })
        .collect();
    project.write(
        "data/providers.toml",
        project.read("data/providers.toml") + &more,
    );
    let found = only_finding(&project);
    assert_eq!(found.code, "too-many-providers");
    assert!(found.at.is_some());
}

#[test]
fn more_names_of_a_provider_than_a_pack_holds() {
    let project = Project::small();
    let names: String = (0..300).map(|n| format!("'acme {n}', ")).collect();
    project.edit(
        "data/providers.toml",
        "names = ['\\bacme\\b']",
        &format!("names = [{names}]"),
    );
    let found = only_finding(&project);
    assert_eq!(found.code, "pack-too-large");
    assert!(found.at.is_some());
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let project = Project::small();
    fs::write(project.path("outside.md"), secret()).unwrap();
    for (to, name) in [
        ("../../outside.md", "guides/link.md"),
        ("..", "guides/loop"),
        ("nowhere", "guides/dangling.md"),
    ] {
        std::os::unix::fs::symlink(to, project.content().join(name)).unwrap();
    }
    let checked = check(&project).exits(1);
    let found = printed(&checked.out);
    let named: Vec<_> = found
        .iter()
        .map(|f| (f.code.as_str(), f.file.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("symbolic-link", "guides/dangling.md"),
            ("symbolic-link", "guides/link.md"),
            ("symbolic-link", "guides/loop"),
        ],
        "{checked:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_without_the_right_to_read_it() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    let project = Project::small();
    let allow = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    allow(&project.content().join("guides/start/en.md"), 0o000);
    let mut program = tests::resep().to_owned();
    // Root may read everything, so the program runs as nobody then, from where nobody may go.
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if is_root {
        allow(project.folder(), 0o755);
        let copy = project.path("resep");
        fs::copy(program, &copy).unwrap();
        program = copy;
    }
    let mut command = Command::new(program);
    command
        .current_dir(project.folder())
        .args(["check", "--today", TODAY]);
    if is_root {
        command.uid(65534).gid(65534);
    }
    let checked = tests::feed(command, b"").exits(1);
    let found = printed(&checked.out);
    let unreadable: Vec<_> = found
        .iter()
        .filter(|f| f.code == "unreadable-file")
        .map(|f| f.file.as_str())
        .collect();
    assert_eq!(unreadable, ["guides/start/en.md"], "{checked:?}");
}

#[test]
fn a_folder_where_a_file_should_be() {
    let project = Project::small();
    for file in ["site.toml", "data/wallets.toml", "guides/start/en.md"] {
        fs::remove_file(project.content().join(file)).unwrap();
        fs::create_dir(project.content().join(file)).unwrap();
    }
    let checked = check(&project).exits(1);
    let found = printed(&checked.out);
    let named = |code: &str| {
        let found = found.iter().filter(|f| f.code == code);
        found.map(|f| f.file.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(
        named("unreadable-file"),
        ["data/wallets.toml", "guides/start/en.md", "site.toml"],
        "{checked:?}"
    );
    assert_eq!(named("missing-file"), [""; 0], "{checked:?}");
}

#[test]
fn what_it_cannot_run_on() {
    let project = Project::empty();
    let missing = project.run(&["check"]).exits(2);
    assert_eq!(missing.out, "");
    assert!(
        missing.err.contains("cannot read content") && missing.err.contains("resep init"),
        "{missing:?}"
    );
    fs::write(project.content(), "a file").unwrap();
    let file = project.run(&["check"]).exits(2);
    assert!(file.err.contains("it is no folder"), "{file:?}");
    let format = project.run(&["check", "--format", "xml"]).exits(2);
    assert!(format.err.contains("github"), "{format:?}");
    let date = project.run(&["check", "--today", "2026-02-30"]).exits(2);
    assert!(date.err.contains("2026-02-30"), "{date:?}");
}

/// An empty folder is content with everything missing, not a reason to stop.
#[test]
fn an_empty_content_folder() {
    let project = Project::empty();
    fs::create_dir(project.content()).unwrap();
    let checked = check(&project).exits(1);
    let codes: BTreeSet<String> = printed(&checked.out).into_iter().map(|f| f.code).collect();
    assert_eq!(
        codes,
        BTreeSet::from(["missing-file".to_owned()]),
        "{checked:?}"
    );
}

/// Warnings end with 1 too, but the site is built.
#[test]
fn a_warning_is_a_finding_and_no_obstacle() {
    let project = Project::small();
    let _ = faults::named("missing-translation").plant(&project);
    let checked = check(&project).exits(1);
    assert!(
        checked.out.contains("warning[missing-translation]"),
        "{checked:?}"
    );
    let built = project.run(&["build", "--today", TODAY]).exits(0);
    assert!(
        built.err.contains("warning[missing-translation]"),
        "{built:?}"
    );
    let page = fs::read_to_string(project.path("dist/en/guides/start/index.html")).unwrap();
    assert!(page.contains("Satu unit berharga") && page.contains("lang=\"id\""));
}

#[test]
fn findings_come_in_a_fixed_order() {
    let project = Project::small();
    for n in 0..40 {
        for language in ["id", "en"] {
            project.write(
                &format!("guides/g{n}/{language}.md"),
                "+++\ntitle = \"T\"\nsummary = \"S.\"\n+++\n\n[a](/no/) <b> [b](#no)\n",
            );
        }
    }
    let first = check(&project).exits(1);
    assert_eq!(first, check(&project));
    let found = printed(&first.out);
    let count = |code: &str| found.iter().filter(|f| f.code == code).count();
    assert_eq!(
        ["broken-link", "raw-html", "broken-anchor", "orphan-page"].map(count),
        [80, 80, 80, 40]
    );
}

/// The same lints find the same in the midst of the content that is published.
#[test]
fn faults_in_our_content() {
    let project = Project::ours();
    // That an original changed is another matter.
    project.remove("translations.toml");
    let key = secret();
    let row = project.read("guides/units/en.md").lines().count() + 2;
    for language in ["id", "en"] {
        let file = format!("guides/units/{language}.md");
        let text = project.read(&file);
        assert_eq!(text.lines().count() + 2, row, "{file}");
        project.write(&file, text + &format!("\n[x](/guides/unit/) {key}\n"));
    }
    let checked = check(&project).exits(1);
    let found = printed(&checked.out);
    let places: Vec<_> = found
        .iter()
        .map(|f| (f.file.as_str(), f.at.unwrap(), f.code.as_str()))
        .collect();
    let of = |file| [(file, (row, 5), "broken-link"), (file, (row, 20), "secret")];
    let expected = [of("guides/units/en.md"), of("guides/units/id.md")].concat();
    assert_eq!(places, expected, "{checked:?}");
    assert_eq!(found[0].help, "did you mean `/guides/units/`?");
}

/// Only the finished page shows it: which ids a template gives out is for the theme to say.
#[test]
fn a_word_that_has_an_id_of_the_page_around_it() {
    let project = Project::small();
    project.edit("data/glossary.toml", "id = \"unit\"", "id = \"main\"");
    let found = printed(&check(&project).exits(1).out);
    let fault = found.iter().find(|f| f.code == "invalid-html").unwrap();
    assert!(fault.message.ends_with("the id `main` stands twice"));
    assert!(
        fault.help.contains("give the word, wallet or provider"),
        "{}",
        fault.help
    );
}

/// Lints that no content can bring about, and why.
const UNREACHABLE: [(&str, &str); 2] = [
    (
        "blind-scanner",
        "only a damaged program causes it; site/src/check/secrets.rs has its tests",
    ),
    (
        "bad-rule",
        "kept for a refusal of the engine without a lint of its own; there is none now",
    ),
];

/// Lints that the tests above plant.
const PLANTED_ABOVE: [&str; 12] = [
    "invalid-html",
    // In tests/check_options.rs.
    "dead-external-link",
    "future-date",
    "oversize-page",
    "unclear-external-link",
    "file-too-large",
    // Needs a published site: tests/publish.rs.
    "lost-address",
    "not-utf8",
    "pack-too-large",
    "symbolic-link",
    "too-many-providers",
    "unreadable-file",
];

#[test]
fn every_lint_has_a_fault() {
    let mut planted: BTreeSet<String> = faults::all()
        .into_iter()
        .flat_map(|f| f.expected)
        .map(|f| f.code)
        .collect();
    planted.extend(PLANTED_ABOVE.map(str::to_owned));
    let known: BTreeSet<String> = site::check::LINTS.iter().map(|l| l.id.to_owned()).collect();
    let strange: Vec<_> = planted.difference(&known).collect();
    assert!(strange.is_empty(), "not in the list of lints: {strange:?}");
    planted.extend(UNREACHABLE.map(|(id, _)| id.to_owned()));
    let lacking: Vec<_> = known.difference(&planted).collect();
    assert!(
        lacking.is_empty(),
        "without a file in tests/fixtures/faults: {lacking:?}"
    );
}

#[test]
fn faults_are_named_after_their_lint() {
    for fault in faults::all() {
        let lint = fault.name.split('.').next().unwrap();
        assert!(
            fault.expected.iter().any(|f| f.code == lint),
            "faults/{}.txt",
            fault.name
        );
    }
}
