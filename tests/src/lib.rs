//! What the whole-program tests share: the program itself, content folders that one may spoil, and what came out. Tests
//! see what a user sees: exit codes, the two outputs and files. What a function returns is tested beside the function.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails by panicking, at the line of the test that called it"
)]

pub mod faults;
pub mod synthetic;

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;

use site::load::{Edition, load};
use site::parse::{Docs, parse};
use tempfile::TempDir;
use walkdir::WalkDir;

/// The date of every test that does not ask for another.
pub const TODAY: &str = "2026-11-20";

/// Noon of [`TODAY`], in seconds since 1970: the date of every command that is given none, so that no test depends on the day it runs.
const EPOCH: &str = "1795176000";

/// The ids of the causes as the design lists them; not read from the engine, so that neither changes alone.
pub const CAUSES: [&str; 20] = [
    "app-balance",
    "website-credits",
    "provider-balance",
    "api-package-depleted",
    "api-package-expired",
    "postpaid-arrears",
    "concurrency-limit",
    "rate-limit",
    "auth-key",
    "auth-token-time",
    "auth-permission",
    "region-blocked",
    "content-policy",
    "input-image",
    "input-parameter",
    "model-unavailable",
    "task-failed",
    "task-timeout",
    "provider-outage",
    "network",
];

/// The root of the workspace.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The content that is published.
#[must_use]
pub fn our_content() -> PathBuf {
    root().join("content")
}

/// The same as it is read, in which nothing may be wrong.
#[must_use]
pub fn our_docs(edition: Edition) -> Docs {
    let (docs, found) = parse(&load(&our_content(), edition).unwrap());
    assert!(found.is_empty(), "{found:?}");
    docs
}

/// The cargo that runs these tests, with the target folder that they were built in.
#[must_use]
pub fn cargo(command: &str, profile: &str) -> Command {
    let (target, _) = built();
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(root())
        .arg(command)
        .arg("--locked")
        .arg("--target-dir")
        .arg(target)
        .arg("--profile")
        .arg(profile);
    // What cargo tells this test about itself would make build scripts that look at it run again, and all behind them.
    for (name, _) in env::vars_os() {
        let told = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"]
            .iter()
            .any(|start| told.starts_with(start))
        {
            cargo.env_remove(&name);
        }
    }
    cargo
}

/// Target folder and profile of the running test, `target/<folder of the profile>/deps/<test>`.
fn built() -> (PathBuf, String) {
    let test = env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    let profile = match folder.file_name().and_then(OsStr::to_str).unwrap() {
        "debug" => "dev",
        other => other,
    };
    (folder.parent().unwrap().to_owned(), profile.to_owned())
}

/// The program, built first if it is not.
#[must_use]
pub fn resep() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        // With the whole workspace and a test, so that features are those of the run of the tests and nothing is built twice.
        let status = cargo("build", &built().1)
            .args(["--workspace", "--bin", "resep", "--test", "tidy", "--quiet"])
            .status()
            .unwrap();
        assert!(status.success(), "resep could not be built");
        let name = format!("resep{}", env::consts::EXE_SUFFIX);
        let test = env::current_exe().unwrap();
        test.parent().and_then(Path::parent).unwrap().join(name)
    })
}

/// `resep` in `folder`, with nothing of this computer's settings that could change what it does.
pub fn command<A: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(resep());
    command
        .current_dir(folder)
        .args(arguments)
        .env("SOURCE_DATE_EPOCH", EPOCH)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE");
    command
}

/// What a run of the program left.
#[derive(Clone, PartialEq, Eq)]
pub struct Output {
    /// The exit code; nothing if it was killed.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Output { code, out, err } = self;
        write!(f, "exit code {code:?}\n-- output\n{out}\n-- errors\n{err}")
    }
}

impl Output {
    /// Asserts the exit code and gives itself back.
    #[track_caller]
    #[must_use]
    pub fn exits(self, code: i32) -> Output {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// Asserts exit code 0 and that nothing was said on standard error.
    #[track_caller]
    #[must_use]
    pub fn quiet(self) -> Output {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{self:?}");
        self
    }

    /// The output as one JSON document.
    #[track_caller]
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("no JSON ({e}): {self:?}"))
    }
}

/// Runs `resep` in `folder` with nothing on standard input.
pub fn run<A: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = A>) -> Output {
    feed(command(folder, arguments), b"")
}

/// Runs `command` with `input` on standard input.
#[must_use]
pub fn feed(mut command: Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = thread::scope(|scope| {
        scope.spawn(move || {
            // A program that stops reading closes the pipe. What it says then is what the test looks at.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().unwrap()
    });
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Output {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A folder of a test's own, with a content folder in it; gone at the end.
#[derive(Debug)]
pub struct Project {
    temp: TempDir,
}

impl Project {
    /// With the small site of `fixtures/site`, which is right in everything: two languages, two rules, a guide, a
    /// runbook, an internal page.
    #[must_use]
    pub fn small() -> Project {
        let project = Project::empty();
        copy(&root().join("tests/fixtures/site"), &project.content());
        // The words of the real site, so that templates find all they ask for.
        copy(&our_content().join("ui"), &project.content().join("ui"));
        project
    }

    /// With a copy of the content that is published. That some of its facts grew old by [`TODAY`] is not told.
    #[must_use]
    pub fn ours() -> Project {
        let project = Project::empty();
        copy(&our_content(), &project.content());
        let site = project.read("site.toml");
        project.write("site.toml", site + "\n[lints]\nstale-fact = \"off\"\n");
        project
    }

    /// Without a content folder.
    #[must_use]
    pub fn empty() -> Project {
        Project {
            temp: TempDir::new().unwrap(),
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.temp.path()
    }

    /// `content/` in it.
    #[must_use]
    pub fn content(&self) -> PathBuf {
        self.path("content")
    }

    /// Something in the folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Runs `resep` here.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Output {
        run(self.folder(), arguments)
    }

    /// Runs `resep build` with the date of the tests and `arguments`; it must end well and silently.
    #[track_caller]
    pub fn build(&self, arguments: &[&str]) {
        let _ = self
            .run(&[&["build", "--today", TODAY], arguments].concat())
            .quiet();
    }

    /// A file of the content folder.
    #[track_caller]
    #[must_use]
    pub fn read(&self, file: &str) -> String {
        let path = self.content().join(file);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// Writes a file of the content folder, with its folders.
    pub fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.content().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Replaces the first `from` in a file of the content folder.
    #[track_caller]
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "{file} does not hold {from:?}");
        self.write(file, text.replacen(from, to, 1));
    }

    /// Removes a file or a folder of the content folder.
    pub fn remove(&self, name: &str) {
        let path = self.content().join(name);
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }
}

/// Copies a folder with all that lies in it.
pub fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.unwrap();
        let path = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::copy(entry.path(), path).unwrap();
        }
    }
}

/// Every file below `folder` with its bytes, by path with `/`.
#[must_use]
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap();
            let name: Vec<_> = path.iter().map(|p| p.to_str().unwrap()).collect();
            (name.join("/"), fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// Names directly in `folder`, sorted.
#[must_use]
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Asserts that two trees are equal, and names the files that are not.
#[track_caller]
pub fn same_tree(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    let differing: Vec<&String> = a
        .keys()
        .chain(b.keys())
        .filter(|path| a.get(*path) != b.get(*path))
        .collect();
    assert!(differing.is_empty(), "these differ: {differing:?}");
}

/// Whether the tests that take their time are to take it: `RESEP_LONG=1`.
#[must_use]
pub fn long() -> bool {
    env::var_os("RESEP_LONG").is_some_and(|v| v == "1")
}
