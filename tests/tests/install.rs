//! `cargo install --path site` gives one file that needs nothing else: no toolchain, no sources, no settings.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs;
use std::process::Command;

use tests::{Project, TODAY, cargo, feed, names, root, same_tree, tree};

#[test]
#[ignore = "builds the release; tests/run runs it once that is there"]
fn the_installed_program_stands_alone() {
    // From elsewhere, as somebody would who has only read the README.
    let elsewhere = Project::empty();
    let home = elsewhere.path("installed");
    let installed = cargo("install", "release")
        .current_dir(elsewhere.folder())
        .arg("--path")
        .arg(root().join("site"))
        .arg("--root")
        .arg(&home)
        .args(["--no-track", "--offline", "--quiet"])
        .status()
        .unwrap();
    assert!(installed.success(), "cargo install failed");
    assert_eq!(names(&home), ["bin"]);
    let name = format!("resep{}", std::env::consts::EXE_SUFFIX);
    assert_eq!(names(&home.join("bin")), [name.as_str()]);

    let project = Project::small();
    project.build(&[]);
    let expected = tree(&project.path("dist"));
    let nobody = Project::empty();
    let alone = |arguments: &[&str], input: &[u8]| {
        let mut command = Command::new(home.join("bin").join(&name));
        command
            .current_dir(project.folder())
            .args(arguments)
            .env_clear()
            .env("PATH", "")
            .env("HOME", nobody.folder());
        feed(command, input)
    };
    let _ = alone(&["build", "--today", TODAY, "--out", "alone"], b"").quiet();
    same_tree(&expected, &tree(&project.path("alone")));
    let module = expected
        .iter()
        .find(|(path, _)| path.ends_with(".wasm"))
        .unwrap();
    assert!(
        module.1.starts_with(b"\0asm"),
        "the module of the browser is inside"
    );
    let _ = alone(&["check"], b"").quiet();
    let answered = alone(
        &["diagnose"],
        br#"{"code":4021,"message":"Acme wallet is empty"}"#,
    )
    .quiet();
    assert!(answered.out.contains("acme/wallet-empty"), "{answered:?}");
    let _ = alone(&["init", "new"], b"").quiet();
    let _ = alone(&["explain", "broken-link"], b"").quiet();
    assert!(names(nobody.folder()).is_empty(), "nothing is left in HOME");
    assert!(fs::read_dir(project.path("alone")).unwrap().count() > 5);
}
