//! Content from strangers: whatever lies in the folder is refused with its place or handled, in bounded time and memory, and
//! nothing outside the folder is read.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};

use tests::{Project, command, feed, long};

/// `(file, code)` of everything that `resep check` finds, and the output of a build, which must not happen.
fn found(project: &Project) -> Vec<(String, String)> {
    let json = project.run(&["check", "--format", "json"]).exits(1).json();
    let list = json["diagnostics"].as_array().unwrap();
    list.iter()
        .map(|d| {
            let file = d["file"].as_str().unwrap();
            let file = file.split_once("content/").map_or(file, |(_, f)| f);
            (file.to_owned(), d["code"].as_str().unwrap().to_owned())
        })
        .collect()
}

fn has(found: &[(String, String)], file: &str, code: &str) {
    let wanted = (file.to_owned(), code.to_owned());
    assert!(found.contains(&wanted), "no {wanted:?} in {found:?}");
}

#[test]
fn links_out_of_the_folder_are_not_followed() {
    let project = Project::small();
    fs::write(project.path("outside.md"), "CANARY-OUTSIDE").unwrap();
    fs::create_dir(project.path("elsewhere")).unwrap();
    fs::write(project.path("elsewhere/id.md"), "CANARY-OUTSIDE").unwrap();
    let content = project.content();
    symlink(
        project.path("outside.md"),
        content.join("guides/start/fr.md"),
    )
    .unwrap();
    symlink(project.path("elsewhere"), content.join("guides/elsewhere")).unwrap();
    // Round and round.
    symlink(&content, content.join("guides/start/again")).unwrap();
    let found = found(&project);
    for file in [
        "guides/start/fr.md",
        "guides/elsewhere",
        "guides/start/again",
    ] {
        has(&found, file, "symbolic-link");
    }
    let out = project.run(&["build"]).exits(1);
    assert!(!out.err.contains("CANARY"), "{out:?}");
}

#[test]
fn what_is_there_and_was_not_read_is_not_missing() {
    let project = Project::small();
    let aside = project.path("aside");
    fs::create_dir(&aside).unwrap();
    for (n, file) in ["guides/start/en.md", "ui/en.toml"].iter().enumerate() {
        let there = project.content().join(file);
        let moved = aside.join(n.to_string());
        fs::rename(&there, &moved).unwrap();
        symlink(&moved, &there).unwrap();
    }
    let found = found(&project);
    for file in ["guides/start/en.md", "ui/en.toml"] {
        let codes: Vec<_> = found.iter().filter(|(f, _)| f == file).collect();
        assert!(
            matches!(&codes[..], [(_, code)] if code == "symbolic-link"),
            "{codes:?}"
        );
    }
}

/// Whoever opens a pipe waits until somebody writes to it.
#[test]
fn pipes_and_sockets_are_told_of_and_not_opened() {
    let project = Project::small();
    let made = Command::new("mkfifo")
        .args(["guides/start/fr.md", "data/tables.toml", "theme"])
        .current_dir(project.content())
        .status()
        .unwrap();
    assert!(made.success());
    let _socket = UnixListener::bind(project.content().join("guides/start/map.png")).unwrap();
    let found = found(&project);
    for file in [
        "guides/start/fr.md",
        "guides/start/map.png",
        "data/tables.toml",
        "theme",
    ] {
        has(&found, file, "unexpected-file");
    }
    assert_eq!(found.len(), 4, "{found:?}");
    let _ = project.run(&["build"]).exits(1);
    let _ = project.run(&["renew"]).exits(0);
}

/// What is written beside a file to take its place goes through nothing that lies there, and leaves its rights as they are.
#[test]
fn mending_writes_into_nothing_that_others_put_there() {
    let project = Project::small();
    let page = "guides/start/en.md";
    let file = project.content().join(page);
    project.edit(page, "/wallet-empty/#fix", "/wallet-empty#fix");
    fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    let outside = project.path("outside.txt");
    fs::write(&outside, "as it was").unwrap();
    for name in ["en.md.resep-part", ".en.md.resep-part"] {
        symlink(&outside, project.content().join("guides/start").join(name)).unwrap();
    }
    let _ = project.run(&["check", "--fix"]);
    assert!(project.read(page).contains("/wallet-empty/#fix"));
    assert_eq!(fs::read_to_string(&outside).unwrap(), "as it was");
    let mode = fs::symlink_metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o170_777, 0o100_640);
}

#[test]
fn addresses_that_lead_out_of_the_folder() {
    let project = Project::small();
    for language in ["id", "en"] {
        let file = format!("guides/start/{language}.md");
        let text = project.read(&file)
            + "\n![x](../../../../../etc/passwd)\n\n![y](/etc/passwd)\n\n[z](file:///etc/passwd)\n\n[w](//evil.example/)\n\n\
               [v](javascript:alert(1))\n";
        project.write(&file, text);
    }
    let found = found(&project);
    let of = |code: &str| found.iter().filter(|(_, c)| c == code).count();
    assert_eq!((of("missing-image"), of("link-form")), (4, 6), "{found:?}");
}

#[test]
fn bytes_that_are_no_text() {
    let project = Project::small();
    project.write(
        "guides/start/id.md",
        b"+++\ntitle = \"\xff\"\n+++\n".as_slice(),
    );
    let nul = project.read("guides/start/en.md").replace("Open", "Op\0en");
    project.write("guides/start/en.md", nul);
    let found = found(&project);
    has(&found, "guides/start/id.md", "not-utf8");
    has(&found, "guides/start/en.md", "control-character");
}

#[test]
fn a_file_of_a_gigabyte_is_not_read() {
    let project = Project::small();
    for name in [
        "guides/start/big.md",
        "guides/start/big.png",
        "data/big.toml",
    ] {
        // A hole: it takes no space on the disk.
        File::create(project.content().join(name))
            .unwrap()
            .set_len(1 << 30)
            .unwrap();
    }
    let limited = feed(
        {
            let mut command = Command::new("sh");
            // Two gigabytes of addresses: what is read as a whole does not fit.
            command
                .current_dir(project.folder())
                .args(["-c", "ulimit -v 2000000; exec \"$0\" check --format json"])
                .arg(tests::resep())
                .stderr(Stdio::null());
            command
        },
        b"",
    )
    .exits(1);
    let large = limited.json()["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|d| d["code"] == "file-too-large")
        .count();
    assert_eq!(large, 3, "{limited:?}");
}

#[test]
fn folders_in_folders_and_nested_texts() {
    let project = Project::small();
    let deep = format!("guides/{}id.md", "a/".repeat(40));
    project.write(&deep, "+++\ntitle = \"T\"\nsummary = \"S.\"\n+++\n");
    has(
        &found(&project),
        &format!("guides{}", "/a".repeat(11)),
        "unexpected-file",
    );

    let project = Project::small();
    let front = "+++\ntitle = \"T\"\nsummary = \"S.\"\n+++\n";
    for (name, body) in [
        ("quotes", ">".repeat(20_000)),
        (
            "lists",
            (0..2_000)
                .map(|n| format!("{}- x\n", "  ".repeat(n)))
                .collect(),
        ),
        ("links", "[".repeat(20_000)),
        ("stars", "*a **b ".repeat(5_000)),
        ("ticks", "`".repeat(20_000)),
        (
            "cells",
            format!("|{}\n|{}\n", "a|".repeat(5_000), "-|".repeat(5_000)),
        ),
        ("notes", "[^a]: [^a]\n\n".repeat(500)),
    ] {
        for language in ["id", "en"] {
            project.write(
                &format!("guides/{name}/{language}.md"),
                format!("{front}\n{body}\n"),
            );
        }
    }
    project.write(
        "data/glossary.toml",
        format!("x = {}{}\n", "[".repeat(9_000), "]".repeat(9_000)),
    );
    let out = project.run(&["check"]).exits(1);
    assert!(!out.err.contains("panicked"), "{}", out.err);
}

/// People see the first of each kind, programs all.
#[test]
fn thousands_of_findings_in_one_file() {
    let project = Project::small();
    let many = |line: &str, count: usize| line.repeat(count);
    let headings: String = (0..300)
        .map(|n| format!("## `{n}` {{#h{n}}}\n\n[`a`](#g{n})\n\n"))
        .collect();
    for language in ["en", "id"] {
        let file = format!("guides/start/{language}.md");
        let text = project.read(&file) + "\n" + &many("[`a`](/nope/)\n", 1_000) + "\n" + &headings;
        project.write(&file, text);
    }
    project.write("data/families.toml", many("k = \n", 5_000));
    project.write(
        "data/glossary.toml",
        (0..2_000)
            .map(|n| format!("k{n} = 1\n"))
            .collect::<String>(),
    );
    let found = found(&project);
    let of = |code: &str| found.iter().filter(|(_, c)| c == code).count();
    assert_eq!(
        (
            of("broken-link"),
            of("broken-anchor"),
            of("toml-syntax"),
            of("unknown-key")
        ),
        // And `k` itself.
        (2_000, 600, 10, 2_001)
    );
    let text = project.run(&["check"]).exits(1).out;
    let told = |code: &str| text.matches(&format!("error[{code}]: no ")).count();
    assert_eq!((told("broken-link"), told("broken-anchor")), (200, 200));
    assert!(
        text.contains("error[unknown-key]: 1900 more like the 100 above"),
        "{text}"
    );
    for format in ["github", "sarif"] {
        let all = project.run(&["check", "--format", format]).exits(1).out;
        assert!(all.matches("broken-anchor").count() >= 600, "{format}");
    }
}

#[test]
fn content_that_changes_while_it_is_read() {
    let project = Project::small();
    project.build(&[]);
    let file = project.content().join("guides/start/en.md");
    let good = fs::read_to_string(&file).unwrap();
    std::thread::scope(|scope| {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let (file, good) = (&file, &good);
        scope.spawn(move || {
            let mut n = 0;
            while stopped.try_recv().is_err() {
                n += 1;
                // As editors do: cut, then written; gone, then there again.
                match n % 3 {
                    0 => fs::write(file, &good[..good.len() / 2]).unwrap(),
                    1 => {
                        let aside = file.with_extension("md~");
                        fs::write(&aside, good).unwrap();
                        fs::remove_file(file).unwrap();
                        fs::rename(aside, file).unwrap();
                    }
                    _ => fs::write(file, good).unwrap(),
                }
            }
        });
        for _ in 0..if long() { 100 } else { 8 } {
            let out = project.run(&["build", "--today", tests::TODAY]);
            assert!(matches!(out.code, Some(0 | 1)), "{out:?}");
        }
        stop.send(()).unwrap();
    });
    fs::write(&file, &good).unwrap();
    // Whatever came of it, the next build makes it whole.
    project.build(&[]);
    let after = tests::tree(&project.path("dist"));
    project.build(&["--out", "clean"]);
    tests::same_tree(&tests::tree(&project.path("clean")), &after);
}

/// 100,000 files: it takes its time to make them, so the short form makes 5,000.
#[test]
fn very_many_files() {
    let project = Project::small();
    let folder = project.content().join("guides/start");
    let count = if long() { 100_000 } else { 5_000 };
    let picture = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    for n in 0..count {
        fs::write(folder.join(format!("picture-{n}.svg")), picture).unwrap();
    }
    let out = feed(command(project.folder(), ["check"]), b"");
    assert_eq!(out.code, Some(0), "{out:?}");
    for n in 0..count {
        fs::rename(
            folder.join(format!("picture-{n}.svg")),
            folder.join(format!("picture-{n}.exe")),
        )
        .unwrap();
    }
    let _ = feed(
        command(project.folder(), ["check", "--format", "json"]),
        b"",
    )
    .exits(1);
}

/// The disk would refuse them in the middle of a build.
#[test]
fn names_that_no_disk_stores() {
    let project = Project::small();
    let long = "a".repeat(240);
    let deep = "a/".repeat(4_000);
    for language in ["id", "en"] {
        project.edit(
            &format!("guides/start/{language}.md"),
            "+++\n\n",
            &format!("aliases = [\"/guides/{long}/\", \"/{deep}\"]\n+++\n\n"),
        );
    }
    project.edit(
        "errors/acme/wallet-empty/rule.toml",
        "\ncodes = [",
        &format!("\ncodes = [\"{long}\", "),
    );
    let picture = format!("guides/start/{long}.svg");
    project.write(&picture, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let found = found(&project);
    has(&found, &picture, "file-name");
    has(&found, "errors/acme/wallet-empty/rule.toml", "bad-value");
    let of = |code: &str| found.iter().filter(|(_, c)| c == code).count();
    assert_eq!(of("alias-form"), 4, "{found:?}");
}

#[test]
fn aliases_in_a_circle_and_names_that_differ_in_case_only() {
    let project = Project::small();
    let page = |alias: &str| {
        format!("+++\ntitle = \"T\"\nsummary = \"S.\"\naliases = [\"{alias}\"]\n+++\n")
    };
    for language in ["id", "en"] {
        project.write(&format!("guides/a/{language}.md"), page("/guides/b/"));
        project.write(&format!("guides/b/{language}.md"), page("/guides/a/"));
    }
    project.write(
        "guides/a/Map.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    );
    project.write(
        "guides/a/map.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    );
    project.write(
        "guides/a/nul.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    );
    let found = found(&project);
    for file in ["guides/a/id.md", "guides/b/en.md"] {
        has(&found, file, "alias-taken");
    }
    has(&found, "guides/a/nul.svg", "file-name");
    let cases = found
        .iter()
        .filter(|(file, code)| file.to_lowercase() == "guides/a/map.svg" && code == "file-name");
    assert!(cases.count() > 0, "{found:?}");
    let _ = project.run(&["build"]).exits(1);
}
