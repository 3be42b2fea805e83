//! Disks that are full, and that cannot be written to: the old site stays whole, and the message says what and where.
//!
//! The disks are small ones in memory. Who may not mount runs the tests in a user namespace of their own; where that is
//! forbidden too, `RESEP_NO_MOUNT=1` leaves them out by name.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::process::Command;

use tests::{Output, Project, TODAY, feed, resep};

/// Runs `script` where it may mount, in the project's folder; `$RESEP` is the program. Nothing if that was left out.
fn with_disk(project: &Project, script: &str) -> Option<Output> {
    if std::env::var_os("RESEP_NO_MOUNT").is_some_and(|v| v == "1") {
        eprintln!("left out (RESEP_NO_MOUNT=1)");
        return None;
    }
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-euc", script])
        .current_dir(project.folder())
        .env("RESEP", resep())
        .env("TODAY", TODAY);
    let out = feed(command, b"");
    assert!(
        !out.err.contains("unshare"),
        "no disk can be mounted here; RESEP_NO_MOUNT=1 leaves these tests out: {out:?}"
    );
    Some(out)
}

/// More than the disk holds beside the old site.
fn grow(project: &Project) {
    for n in 0..40 {
        let picture = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"n{n}\">{}</svg>",
            " ".repeat(100_000)
        );
        project.write(&format!("guides/start/picture-{n}.svg"), picture);
    }
}

#[test]
fn a_full_disk() {
    let project = Project::small();
    fs::create_dir(project.path("disk")).unwrap();
    project.build(&[]);
    let size: u64 = tests::tree(&project.path("dist"))
        .values()
        .map(|b| b.len() as u64 + 4096)
        .sum();
    grow(&project);
    let script = format!(
        "mount -t tmpfs -o size={} none disk
        mv content grown; cp -r grown content; rm content/guides/start/picture-*
        \"$RESEP\" build --today \"$TODAY\" --out disk/dist
        cp -r disk/dist before
        rm -r content; mv grown content
        code=0; \"$RESEP\" build --today \"$TODAY\" --out disk/dist 2>said || code=$?
        cat said; diff -r before disk/dist && ls -A disk; exit $code",
        size + 1_500_000
    );
    let Some(out) = with_disk(&project, &script) else {
        return;
    };
    let out = out.exits(2);
    assert!(out.out.contains("No space left on device"), "{out:?}");
    assert!(
        out.out.contains("cannot write disk/") || out.out.contains("cannot make disk/"),
        "{out:?}"
    );
    // The old site and nothing else: what was begun is gone.
    assert!(out.out.ends_with("\ndist\n"), "{out:?}");
}

#[test]
fn a_disk_that_cannot_be_written_to() {
    let project = Project::small();
    fs::create_dir(project.path("disk")).unwrap();
    let script = "mount -t tmpfs -o size=64m none disk
        \"$RESEP\" build --today \"$TODAY\" --out disk/dist
        cp -r disk/dist before
        mount -o remount,ro disk
        printf '\\nTeks.\\n' >> content/guides/start/id.md
        code=0; \"$RESEP\" build --today \"$TODAY\" --out disk/dist 2>said || code=$?
        cat said; diff -r before disk/dist && exit $code";
    let Some(out) = with_disk(&project, script) else {
        return;
    };
    let out = out.exits(2);
    assert!(
        out.out.contains("Read-only file system") && out.out.contains("disk/"),
        "{out:?}"
    );
}
