//! `resep init` passes `check` at once; skeletons fail it until they are filled in, and pass it then. Runs the program
//! itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "a test makes the files it needs")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own that is removed at the end.
struct Temp(PathBuf);

impl Temp {
    fn new(name: &str) -> Temp {
        let path =
            std::env::temp_dir().join(format!("resep-scaffold-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Temp(path)
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn resep(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_resep"))
        .args(arguments)
        .env("SOURCE_DATE_EPOCH", "1795176000") // 2026-11-20
        .output()
        .unwrap()
}

fn check(content: &Path) -> (Option<i32>, String) {
    let done = resep(&["check", "--content", content.to_str().unwrap()]);
    (done.status.code(), String::from_utf8(done.stdout).unwrap())
}

fn replace(path: &Path, changes: &[(&str, &str)]) {
    let mut text = fs::read_to_string(path).unwrap();
    for (from, to) in changes {
        assert!(
            text.contains(from),
            "{} does not hold {from:?}",
            path.display()
        );
        text = text.replacen(from, to, 1);
    }
    fs::write(path, text).unwrap();
}

/// Takes the marks away that stand before what they ask for.
fn unmark(folder: &Path) {
    for entry in walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
    {
        if entry.file_type().is_file() {
            let text = fs::read_to_string(entry.path()).unwrap();
            // Two languages never say the same.
            let said = if entry.path().ends_with("id.md") {
                "isi "
            } else {
                ""
            };
            fs::write(
                entry.path(),
                text.replace("FILL-IN: ", said).replace("FILL-IN", "ya"),
            )
            .unwrap();
        }
    }
}

fn fill_rule(rule: &Path) {
    let text = fs::read_to_string(rule).unwrap();
    let causes = text
        .lines()
        .find(|l| l.starts_with("cause"))
        .unwrap()
        .to_owned();
    replace(
        rule,
        &[
            (&causes, "cause = \"provider-balance\""),
            (
                "\"FILL-IN: an id of data/wallets.toml; take the line away where no wallet is concerned\"",
                "\"acme-balance\"",
            ),
            (
                "FILL-IN: the code as the sender writes it; take the line away if there is none",
                "4021",
            ),
            ("code = [\"FILL-IN\"]", "code = [\"4021\"]"),
            (
                "FILL-IN: words of the message, lower-case",
                "acme wallet is empty",
            ),
            (
                "FILL-IN: words of the message, lower-case",
                "acme wallet is empty",
            ),
            ("https://FILL-IN.example/", "https://acme.example/errors"),
            (
                "FILL-IN: a response body",
                "{\"code\":4021,\"message\":\"Acme wallet is empty\"}",
            ),
            (
                "FILL-IN: a log line, or the words of a user",
                "ERROR acme wallet is empty, giving up",
            ),
            (
                "FILL-IN: a paste of another rule that looks alike",
                "acme is fine",
            ),
            (
                "FILL-IN: a paste of another product that looks alike",
                "listening on port 4021",
            ),
        ],
    );
}

#[test]
fn a_new_site_passes_and_skeletons_do_once_they_are_filled_in() {
    let temp = Temp::new("init");
    let content = temp.0.join("content");
    let made = resep(&["init", content.to_str().unwrap(), "--today", "2026-11-20"]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let (code, said) = check(&content);
    assert_eq!((code, said.as_str()), (Some(0), ""));

    // Another rule, a guide and a runbook beside it.
    let place = content.to_str().unwrap();
    for arguments in [
        vec![
            "new",
            "rule",
            "acme/second",
            "--content",
            place,
            "--today",
            "2026-11-20",
        ],
        vec!["new", "guide", "more/about-units", "--content", place],
        vec!["new", "runbook", "empty-wallet", "--content", place],
    ] {
        let made = resep(&arguments);
        assert_eq!(made.status.code(), Some(0), "{made:?}");
        assert_eq!(check(&content).0, Some(1), "{arguments:?}");
        let again = resep(&arguments);
        assert_eq!(
            again.status.code(),
            Some(2),
            "a second time must not overwrite"
        );
        if arguments[1] == "rule" {
            let rule = content.join("errors/acme/second/rule.toml");
            fill_rule(&rule);
            let text = fs::read_to_string(&rule).unwrap();
            fs::write(
                &rule,
                text.replace("4021", "5031")
                    .replace("acme wallet is empty", "acme vault is bare")
                    .replace("Acme wallet is empty", "Acme vault is bare"),
            )
            .unwrap();
        }
        unmark(&content);
        let (code, said) = check(&content);
        // Pages that the navigation does not name are only mentioned.
        let orphans = said.matches("warning[orphan-page]").count();
        // Skeletons say in English what to write, in the file of each language.
        let untranslated = said.matches("error[untranslated-text]").count();
        assert_eq!(
            said.matches("error[").count(),
            untranslated,
            "{arguments:?}: {said}"
        );
        assert_eq!(code, Some(i32::from(orphans + untranslated > 0)));
    }
}

#[test]
fn what_cannot_be_is_refused_with_a_way_out() {
    let temp = Temp::new("refuse");
    let content = temp.0.join("content");
    let place = content.to_str().unwrap();
    assert_eq!(
        resep(&["init", place, "--today", "2026-11-20"])
            .status
            .code(),
        Some(0)
    );
    for (arguments, words) in [
        (vec!["init", place], "is not empty"),
        (
            vec!["new", "rule", "acm/x", "--content", place],
            "did you mean `acme`?",
        ),
        (
            vec!["new", "rule", "nothing", "--content", place],
            "provider/slug",
        ),
        (
            vec!["new", "rule", "acme/Big Slug", "--content", place],
            "lower-case letters",
        ),
        (
            vec!["new", "guide", "../x", "--content", place],
            "lower-case letters",
        ),
        (
            vec!["new", "guide", "x", "--content", "/nowhere/at/all"],
            "--content DIR",
        ),
    ] {
        let done = resep(&arguments);
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}
