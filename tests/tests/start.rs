//! `resep init`, which writes a site that passes, and `resep new`: skeletons that fail `check` until they are filled in, and
//! pass it then. Also `resep explain` and the help, where somebody new begins.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs;

use tests::faults::printed;
use tests::{Output, Project, TODAY, names, root, run, same_tree, tree};

/// Puts `lines` in the place of the lines with a placeholder, in order.
#[track_caller]
fn fill(project: &Project, file: &str, lines: &[&str]) {
    let text = project.read(file);
    let open = text.lines().filter(|l| l.contains("FILL-IN")).count();
    assert_eq!(open, lines.len(), "placeholders of {file}:\n{text}");
    let mut lines = lines.iter();
    let filled: Vec<&str> = text
        .lines()
        .map(|line| match line.contains("FILL-IN") {
            true => lines.next().unwrap(),
            false => line,
        })
        .collect();
    project.write(file, filled.join("\n") + "\n");
}

/// `check` names every placeholder where it stands.
#[track_caller]
fn fails_on_every_placeholder(project: &Project, files: &[String]) {
    let checked = project.run(&["check", "--today", TODAY]).exits(1);
    let found = printed(&checked.out);
    for file in files {
        let text = project.read(file);
        for (n, line) in text
            .lines()
            .enumerate()
            .filter(|(_, l)| l.contains("FILL-IN"))
        {
            let column = line[..line.find("FILL-IN").unwrap()].chars().count() + 1;
            let at = Some((n + 1, column));
            assert!(
                found
                    .iter()
                    .any(|f| f.code == "placeholder" && &f.file == file && f.at == at),
                "{file}:{at:?} is not found: {checked:?}"
            );
        }
    }
    for other in found.iter().filter(|f| f.code != "placeholder") {
        assert!(
            other.code == "orphan-page",
            "{other:?} is not about what is to be filled in"
        );
    }
}

#[track_caller]
fn is_clean(project: &Project) {
    let checked = project.run(&["check", "--today", TODAY]).quiet();
    assert_eq!(checked.out, "");
}

const RULE: [&str; 11] = [
    "cause = \"provider-balance\"",
    "wallet = \"acme-balance\"",
    "codes = [\"7001\"]",
    "code = [\"7001\"]",
    "phrase = ['no acme money left']",
    "phrase = ['no acme money left']",
    "url = \"https://docs.acme.example/errors\"",
    "paste = '''{\"code\":7001,\"message\":\"No Acme money left\"}'''",
    "paste = '''render failed: no acme money left'''",
    "paste = '''{\"code\":7002,\"message\":\"slow down\"}'''",
    "paste = '''port 7001 is in use'''",
];

const ENGLISH: [&str; 8] = [
    "title = \"No money left at Acme\"",
    "summary = \"The balance is empty; the account holder tops it up.\"",
    "The balance is empty.",
    "1. Sign in.",
    "2. Top up.",
    "Send one request.",
    "Another account owns the key.",
    "A request limit looks alike.",
];

const INDONESIAN: [&str; 8] = [
    "title = \"Saldo Acme sudah habis\"",
    "summary = \"Saldonya habis; pemegang akun yang mengisinya lagi.\"",
    "Saldonya habis.",
    "1. Masuk.",
    "2. Isi ulang.",
    "Kirim satu permintaan.",
    "Kuncinya milik akun lain.",
    "Batas permintaan tampak serupa.",
];

#[test]
fn init_writes_a_site_that_passes_and_builds_at_once() {
    let project = Project::empty();
    let made = project.run(&["init", "content", "--today", TODAY]).quiet();
    assert!(made.out.contains("resep serve"), "{made:?}");
    is_clean(&project);
    project.build(&[]);
    for page in [
        "index.html",
        "id/guides/first-steps/index.html",
        "en/runbooks/refill/index.html",
        "id/errors/acme/too-fast/index.html",
        "e/acme-7001/index.html",
    ] {
        assert!(project.path("dist").join(page).exists(), "{page}");
    }
    // It is a site of its own: it speaks of nobody else, and has no calculator without a price.
    for (path, bytes) in tree(&project.path("dist")) {
        assert!(!path.contains("/tools/"), "{path}");
        if path.starts_with("assets/") && !path.contains("/answers.") {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        for name in ["Resep", "Kling", "KIE", "{site}"] {
            assert!(!text.contains(name), "{name} in {path}");
        }
    }
    let home = fs::read_to_string(project.path("dist/en/index.html")).unwrap();
    assert!(
        home.contains("<p class=\"lead\">Acme help reads the message"),
        "{home}"
    );
    for (paste, rule) in [
        ("error: no acme money left (7001)", "acme/balance-empty"),
        (
            "{\"code\":7029,\"message\":\"Acme asks you to slow down\"}",
            "acme/too-fast",
        ),
    ] {
        let asked = tests::command(project.folder(), ["diagnose", "--format", "json"]);
        let answered = tests::feed(asked, paste.as_bytes());
        assert_eq!(answered.json()["findings"][0]["rule"], rule);
    }
    // What publishes it is the sample of the handbook, and stands where it is looked for.
    let place = ".github/workflows/publish.yml";
    let workflow = fs::read_to_string(project.path(place)).unwrap();
    let sample = fs::read_to_string(root().join("docs/hosting/content.yml")).unwrap();
    assert_eq!(workflow, sample);
    for word in [
        place,
        "REPOSITORY",
        "REVISION",
        "Settings, Pages",
        ".gitignore",
    ] {
        assert!(made.out.contains(word), "{word}: {made:?}");
    }
    let ignored = fs::read_to_string(project.path(".gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "/dist/"), "{ignored}");
    // What was written in one year passes in the next, where somebody has just begun.
    let later = Project::empty();
    let _ = later
        .run(&["init", "content", "--today", "2031-01-02"])
        .quiet();
    let checked = later.run(&["check", "--today", "2031-01-03"]).quiet();
    assert_eq!(checked.out, "");
}

/// The workflow stands at the top of the repository, knows the folder, and takes the place of nothing.
#[test]
fn init_in_a_repository_writes_one_workflow() {
    let project = Project::empty();
    fs::create_dir_all(project.path("help/.git")).unwrap();
    let place = project.path("help/.github/workflows/publish.yml");
    let _ = project.run(&["init", "help/docs/my site"]).quiet();
    let workflow = fs::read_to_string(&place).unwrap();
    let line = workflow.lines().find(|l| l.starts_with("  CONTENT: "));
    assert_eq!(
        line,
        Some("  CONTENT: \"docs/my site\" # the folder with site.toml")
    );
    assert!(workflow.contains("branches: [main]"), "{workflow}");
    // Where the first branch has its old name, a workflow for the new one would never run.
    fs::remove_file(&place).unwrap();
    fs::write(project.path("help/.git/HEAD"), "ref: refs/heads/master\n").unwrap();
    let told = project.run(&["init", "help/old"]).quiet();
    assert!(told.out.contains("push to master"), "{told:?}");
    let workflow = fs::read_to_string(&place).unwrap();
    assert!(workflow.contains("branches: [master]"), "{workflow}");
    let ignored = project.path("help/.gitignore");
    assert!(ignored.exists());
    for file in [&place, &ignored] {
        fs::write(file, "mine").unwrap();
    }
    let told = project.run(&["init", "help/second"]).quiet();
    assert_eq!(told.out.matches("left as it is").count(), 2, "{told:?}");
    assert!(told.out.contains("put /dist/ and"), "{told:?}");
    for file in [&place, &ignored] {
        assert_eq!(fs::read_to_string(file).unwrap(), "mine");
    }
    fs::write(&ignored, "dist\n/dist-internal\n").unwrap();
    let told = project.run(&["init", "help/third"]).quiet();
    assert!(!told.out.contains(".gitignore"), "{told:?}");
}

/// What is to be done next can be copied into a shell as it is printed.
#[cfg(unix)]
#[test]
fn init_names_a_folder_as_a_shell_takes_it() {
    let project = Project::empty();
    let name = "my site's \"é\" $HOME `x`";
    let told = project.run(&["init", &format!("{name}/content")]).quiet();
    let next = told.out.split("next: `").nth(1).unwrap();
    let (next, _) = next.rsplit_once(" --open`").unwrap();
    let echoed = std::process::Command::new("sh")
        .args(["-c", &format!("resep() {{ printf %s \"$3\"; }}; {next}")])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(echoed.stdout).unwrap(),
        format!("{name}/content"),
        "{told:?}"
    );
}

#[test]
fn where_the_content_is_looked_for_is_told() {
    let project = Project::small();
    let nowhere = run(&project.content().join("guides"), ["check"]).exits(2);
    assert!(nowhere.err.contains("`resep init DIR`"), "{nowhere:?}");
    let inside = run(&project.content(), ["check"]).exits(2);
    assert!(inside.err.contains("`--content .`"), "{inside:?}");
    let said = ["check", "--content", ".", "--today", TODAY];
    let _ = run(&project.content(), said).quiet();
    // Files are named as in a list of files, which services that attach findings to them need.
    project.edit("site.toml", "/guides/start/", "/guides/strat/");
    let github = [&said[..], &["--format", "github"]].concat();
    let found = run(&project.content(), github).exits(1);
    assert!(found.out.contains("error file=site.toml,"), "{found:?}");
}

#[test]
fn init_takes_no_folder_that_holds_something() {
    let project = Project::small();
    let before = tree(project.folder());
    let refused = project.run(&["init", "content"]).exits(2);
    assert!(refused.err.contains("is not empty"), "{refused:?}");
    assert!(
        refused.err.contains("such as content/content"),
        "{refused:?}"
    );
    same_tree(&before, &tree(project.folder()));
    fs::create_dir(project.path("empty")).unwrap();
    // What publishes the content would go beside the folder that one is in.
    let here = Project::empty();
    let refused = here.run(&["init", "."]).exits(2);
    assert!(refused.err.contains("a folder of its own"), "{refused:?}");
    assert_eq!(names(here.folder()), [""; 0]);
    let _ = project.run(&["init", "empty"]).quiet();
    let _ = project.run(&["init", "a/b/new"]).quiet();
    assert!(project.path("a/b/new/site.toml").exists());
    assert_eq!(project.run(&["init", "content/site.toml"]).code, Some(2));
}

#[test]
fn a_new_rule() {
    let project = Project::small();
    let made = project
        .run(&["new", "rule", "acme/money-gone", "--today", TODAY])
        .quiet();
    let files = ["rule.toml", "id.md", "en.md"].map(|f| format!("errors/acme/money-gone/{f}"));
    for file in &files {
        assert!(made.out.contains(&format!("content/{file}\n")), "{made:?}");
    }
    fails_on_every_placeholder(&project, &files);
    fill(&project, &files[0], &RULE);
    fill(&project, &files[1], &INDONESIAN);
    fill(&project, &files[2], &ENGLISH);
    is_clean(&project);
}

/// What `check` advises where rule.toml is missing.
#[test]
fn of_what_is_there_in_part_the_rest_is_written() {
    let project = Project::small();
    project.remove("errors/acme/too-fast/rule.toml");
    let words = project.read("errors/acme/too-fast/en.md");
    let made = project.run(&["new", "rule", "acme/too-fast"]).quiet();
    assert!(
        made.out
            .starts_with("content/errors/acme/too-fast/rule.toml\nnext: "),
        "{made:?}"
    );
    assert!(
        project
            .read("errors/acme/too-fast/rule.toml")
            .contains("FILL-IN")
    );
    assert_eq!(project.read("errors/acme/too-fast/en.md"), words);
}

#[test]
fn a_new_rule_of_nobody() {
    let project = Project::small();
    let _ = project.run(&["new", "rule", "generic/money-gone"]).quiet();
    let mut rule = RULE;
    rule[2] = "";
    fill(&project, "errors/generic/money-gone/rule.toml", &rule);
    for (language, words) in [("id", INDONESIAN), ("en", ENGLISH)] {
        fill(
            &project,
            &format!("errors/generic/money-gone/{language}.md"),
            &words,
        );
    }
    assert!(
        !project
            .read("errors/generic/money-gone/rule.toml")
            .contains("provider = ")
    );
    is_clean(&project);
}

#[test]
fn a_new_guide_and_a_new_runbook() {
    let project = Project::small();
    for (kind, name, lines) in [
        (
            "guide",
            "guides/prices/2026",
            vec![
                "title = \"T\"",
                "summary = \"S.\"",
                "A.",
                "## B {#first-section}",
                "C.",
            ],
        ),
        (
            "runbook",
            "runbooks/call-them",
            vec![
                "title = \"T\"",
                "summary = \"S.\"",
                "When.",
                "1. [ ] Call.",
                "   **Expected:** an answer.",
                "   **Otherwise:** call again.",
                "2. [ ] Write.",
                "   **Expected:** an answer.",
                "   **Otherwise:** write again.",
            ],
        ),
    ] {
        let (folder, slug) = name.split_once('/').unwrap();
        let made = project.run(&["new", kind, slug]).quiet();
        assert!(
            made.out
                .contains(&format!("\"/{name}/\" in [[navigation]]")),
            "{made:?}"
        );
        let files = ["id", "en"].map(|language| format!("{name}/{language}.md"));
        fails_on_every_placeholder(&project, &files);
        for (file, heading) in files.iter().zip(["## Langkah {#", "## Steps {#"]) {
            assert_eq!(project.read(file).contains(heading), kind == "runbook");
        }
        for (file, language) in files.iter().zip(["id", "en"]) {
            let translated: Vec<String> = lines
                .iter()
                .map(|line| match language {
                    "id" => line
                        .replace("Expected", "Hasil yang diharapkan")
                        .replace("Otherwise", "Jika tidak"),
                    _ => (*line).to_owned(),
                })
                .collect();
            let translated: Vec<&str> = translated.iter().map(String::as_str).collect();
            fill(&project, file, &translated);
        }
        let old = [
            "pages = [\"/guides/start/\"",
            "pages = [\"/runbooks/refill/\"",
        ]
        .into_iter()
        .find(|old| old.contains(folder))
        .unwrap();
        project.edit("site.toml", old, &format!("{old}, \"/{name}/\""));
        is_clean(&project);
    }
}

#[test]
fn nothing_is_overwritten_and_nothing_is_written_elsewhere() {
    let project = Project::small();
    let before = tree(project.folder());
    for (arguments, why) in [
        (["rule", "acme/too-fast"], "is there already"),
        (["guide", "start"], "is there already"),
        (["runbook", "refill"], "is there already"),
        (["rule", "acne/too-fast"], "did you mean `acme`?"),
        (["rule", "nobody/too-fast"], "data/providers.toml"),
        (["rule", "too-fast"], "provider/slug"),
        (
            ["rule", "acme/../../too-fast"],
            "cannot be part of an address",
        ),
        (["rule", "acme/Too_Fast"], "cannot be part of an address"),
        (["guide", "../outside"], "cannot be part of an address"),
        (["guide", "/etc/outside"], "cannot be part of an address"),
        (["guide", "a//b"], "cannot be part of an address"),
        (["guide", "con"], "cannot be part of an address"),
        (["runbook", ""], "cannot be part of an address"),
    ] {
        let refused = project.run(&[&["new"], &arguments[..]].concat()).exits(2);
        assert!(refused.err.contains(why), "{arguments:?}: {refused:?}");
        assert_eq!(refused.out, "");
    }
    same_tree(&before, &tree(project.folder()));
    let empty = Project::empty();
    let nowhere = empty.run(&["new", "guide", "x"]).exits(2);
    assert!(nowhere.err.contains("resep init"), "{nowhere:?}");
    assert!(names(empty.folder()).is_empty());
}

// explain

fn explain(arguments: &[&str]) -> Output {
    run(root(), [&["explain"], arguments].concat())
}

#[test]
fn explains_lints_without_any_content() {
    let nowhere = Project::empty();
    let lint = nowhere.run(&["explain", "broken-link"]).quiet();
    assert!(lint.out.starts_with("broken-link (error): ") && lint.out.lines().count() > 2);
    for known in site::check::LINTS {
        let out = nowhere.run(&["explain", known.id]).quiet().out;
        assert!(
            out.contains(known.id) && out.contains(known.summary),
            "{out}"
        );
        assert!(out.lines().all(|line| line.chars().count() <= 120), "{out}");
    }
}

#[test]
fn explains_codes_and_rules() {
    let code = explain(&["kling-1102", "--lang", "en"]).quiet().out;
    for part in [
        "kling/resource-package-depleted",
        "Kling API video units",
        "\n1. ",
        "\n2. ",
        "https://",
        "documented",
        "/en/errors/kling/resource-package-depleted/",
        // Whoever asks for a code wants all that it may mean.
        "kling/resource-package-expired",
    ] {
        assert!(code.contains(part), "no {part:?} in:\n{code}");
    }
    let rule = explain(&["kling/resource-package-depleted", "--lang", "en"])
        .quiet()
        .out;
    assert!(
        code.starts_with(&rule) && !rule.contains("resource-package-expired"),
        "{rule}"
    );
    let early = explain(&["generic/app-coins-empty", "--lang", "en"])
        .quiet()
        .out;
    assert!(
        early.contains("early project document") && !early.contains("resep:"),
        "{early}"
    );
    // The bare number belongs to several.
    let number = explain(&["1102"]).quiet().out;
    assert!(number.contains("kling/resource-package-depleted") && number.contains("akool/"));
    // As the sender writes it.
    let written = explain(&["volcengine-QuotaExceeded"]).quiet().out;
    assert_eq!(written, explain(&["volcengine-quotaexceeded"]).quiet().out);
    let indonesian = explain(&["kling-1102"]).quiet().out;
    assert!(indonesian.contains("/id/errors/kling/") && indonesian != code);
}

/// What could not be read of the rules is told, for the answer may lack it; the answer comes all the same.
#[test]
fn explains_with_a_rule_that_cannot_be_read() {
    let project = Project::small();
    let _ = project.run(&["explain", "acme/too-fast"]).quiet();
    let file = "errors/acme/too-fast/rule.toml";
    project.write(file, format!("wat = 1\n{}", project.read(file)));
    let told = project.run(&["explain", "acme/too-fast"]).exits(0);
    assert!(told.out.contains("acme/too-fast"), "{told:?}");
    assert!(
        told.err
            .contains("acme/too-fast/rule.toml:1:1: error[unknown-key]"),
        "{told:?}"
    );
}

#[test]
fn explains_that_it_knows_nothing() {
    for (asked, hint) in [
        ("broken-lnk", "did you mean `broken-link`?"),
        ("kling/rate-limt", "did you mean `kling/rate-limit`?"),
        ("kling-9102", "did you mean `kling-1102`?"),
        ("xyzzy", "name a lint"),
    ] {
        let unknown = explain(&[asked]).exits(1);
        assert!(
            unknown.err.contains(hint) && unknown.out.is_empty(),
            "{unknown:?}"
        );
    }
    let language = explain(&["kling-1102", "--lang", "fr"]).exits(2);
    assert!(language.err.contains("id, en"), "{language:?}");
    let _ = Project::empty().run(&["explain", "kling-1102"]).exits(2);
    // A lint needs no content, nor does a misspelt one.
    let lint = Project::empty().run(&["explain", "broken-lnk"]).exits(1);
    assert!(lint.err.contains("`broken-link`"), "{lint:?}");
}

// help

#[test]
fn every_command_shows_examples() {
    let help = run(root(), ["--help"]).quiet().out;
    let (_, commands) = help.split_once("\nCommands:\n").unwrap();
    let commands: Vec<&str> = commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "help")
        .collect();
    assert!(commands.len() >= 13, "{help}");
    for command in commands {
        let help = run(root(), [command, "--help"]).quiet().out;
        assert!(help.contains("Example"), "{command}: {help}");
        assert!(
            help.contains(&format!("resep {command}")),
            "{command}: {help}"
        );
    }
    assert!(help.contains("Exit codes: 0 done, 1 findings, 2 could not run"));
    let version = run(root(), ["--version"]).quiet().out;
    assert!(
        version.starts_with("resep ") && version.trim().split('.').count() == 3,
        "{version}"
    );
}

/// Where nothing can be written a command must not look as if it had been done.
#[test]
#[cfg(target_os = "linux")]
fn help_that_cannot_be_written_is_a_failure() {
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["build", "--help"],
        &["help", "build"],
        &["completions", "bash"],
        &["man"],
        &["man", "build"],
        &["schema"],
        &["schema", "rule"],
        &["theme"],
        &["explain", "placeholder"],
    ] {
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let done = std::process::Command::new(tests::resep())
            .args(arguments)
            .current_dir(root())
            .stdout(full)
            .output()
            .unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(
            said.starts_with("resep: cannot write to standard output: "),
            "{arguments:?}: {said}"
        );
    }
}

#[test]
fn completions_and_manual_pages_know_every_option() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(root(), ["completions", shell]).quiet().out;
        assert!(script.contains("check-published"), "{shell}");
    }
    let page = run(root(), ["man"]).quiet().out;
    assert!(
        page.contains(".TH resep 1") && page.contains("resep\\-build(1)"),
        "{page}"
    );
    let page = run(root(), ["man", "build"]).quiet().out;
    assert!(
        page.contains("resep\\-build \\- Write the site") && page.contains("check\\-published"),
        "{page}"
    );
    let near = run(root(), ["man", "biuld"]).exits(2);
    assert!(near.err.contains("did you mean `build`?"), "{near:?}");
    let _ = run(root(), ["completions", "csh"]).exits(2);
}

#[test]
fn what_is_no_command_could_not_run() {
    for wrong in [
        &["biuld"][..],
        &[],
        &["build", "--nope"],
        &["new"],
        &["serve", "--port", "99999"],
    ] {
        let output = run(root(), wrong).exits(2);
        assert!(
            output.out.is_empty() && output.err.contains("--help"),
            "{output:?}"
        );
    }
    let near = run(root(), ["biuld"]);
    assert!(near.err.contains("build"), "{near:?}");
}
