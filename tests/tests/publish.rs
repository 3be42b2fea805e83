//! `build --precompress` and `build --check-published`: what goes online, and what must not be lost there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::thread;

use tests::{Project, tree};

/// Serves `files` of `folder` by their paths until the process ends; anything else is answered with `otherwise`.
fn serve(folder: PathBuf, otherwise: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let request = lines.next().unwrap().unwrap();
            // The rest of the head, up to the empty line.
            let _ = lines.find(|line| line.as_ref().unwrap().is_empty());
            let path = request.split(' ').nth(1).unwrap().trim_start_matches('/');
            let (status, body) = match fs::read(folder.join(path)) {
                Ok(body) => ("200 OK", body),
                Err(_) => (otherwise, Vec::new()),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body).unwrap();
        }
    });
    address
}

#[test]
fn compressed_files_stand_beside_their_originals_and_go_with_them() {
    let project = Project::small();
    project.build(&[]);
    let plain = tree(&project.path("dist"));
    project.build(&["--precompress"]);
    let both = tree(&project.path("dist"));
    for (path, bytes) in &plain {
        assert!(
            path.ends_with(".json") || both[path] == *bytes,
            "{path} changed"
        );
        if path.ends_with(".html") {
            for ending in ["br", "gz"] {
                let made = &both[&format!("{path}.{ending}")];
                assert!(made.len() < bytes.len(), "{path}.{ending}");
            }
        }
    }
    project.build(&[]);
    assert_eq!(tree(&project.path("dist")), plain);
}

#[test]
fn a_page_that_is_online_is_not_lost_unless_an_alias_leads_on() {
    let project = Project::small();
    project.build(&["--out", "online"]);
    let check = ["build", "--check-published", "online", "--out", "next"];
    let _ = project.run(&check).quiet();

    let guides = project.content().join("guides");
    fs::rename(guides.join("start"), guides.join("begin")).unwrap();
    for file in [
        "site.toml",
        "data/glossary.toml",
        "errors/acme/wallet-empty/id.md",
        "errors/acme/wallet-empty/en.md",
        "errors/acme/too-fast/id.md",
        "errors/acme/too-fast/en.md",
        "runbooks/refill/id.md",
        "runbooks/refill/en.md",
        "internal/guides/desk/id.md",
        "internal/guides/desk/en.md",
    ] {
        let text = project
            .read(file)
            .replace("/guides/start/", "/guides/begin/");
        project.write(file, text);
    }
    fs::remove_dir_all(project.path("next")).unwrap();
    let lost = project.run(&check).exits(1);
    for language in ["id", "en"] {
        let said =
            format!("`/{language}/guides/start/` is online and the new site has nothing there");
        assert!(lost.err.contains(&said), "{lost:?}");
    }
    assert!(
        lost.err.contains("aliases = [\"/guides/start/\"]"),
        "{lost:?}"
    );
    assert!(!project.path("next").exists(), "nothing is written");

    project.edit(
        "guides/begin/en.md",
        "updated = ",
        "aliases = [\"/guides/start/\"]\nupdated = ",
    );
    let _ = project.run(&check).quiet();
    let next = tree(&project.path("next"));
    for language in ["id", "en"] {
        let stub = String::from_utf8(next[&format!("{language}/guides/start/index.html")].clone())
            .unwrap();
        let to = format!("/{language}/guides/begin/");
        assert!(stub.contains(&format!("href=\"{to}\"")), "{stub}");
        assert!(stub.contains("http-equiv=\"refresh\""), "{stub}");
        // The browser tests hold the script to it: it keeps the anchor, which `refresh` drops.
        assert!(stub.contains(&format!(" data-go=\"*={to}\">")), "{stub}");
        let line = format!("/{language}/guides/start/ {to} 301\n");
        assert!(String::from_utf8_lossy(&next["_redirects"]).contains(&line));
        assert!(!String::from_utf8_lossy(&next["sitemap.xml"]).contains("guides/start/"));
    }
    // Nor may the alias be lost then.
    project.edit("guides/begin/en.md", "aliases = [\"/guides/start/\"]\n", "");
    let lost = project
        .run(&["build", "--check-published", "next", "--out", "third"])
        .exits(1);
    for language in ["id", "en"] {
        let said =
            format!("`/{language}/guides/start/` is online and the new site has nothing there");
        assert!(lost.err.contains(&said), "{lost:?}");
    }
}

#[test]
fn a_code_that_is_online_is_not_lost() {
    let project = Project::small();
    project.build(&["--out", "online"]);
    let rule = project.read("errors/acme/wallet-empty/rule.toml");
    let codes = rule
        .lines()
        .find(|line| line.starts_with("codes = "))
        .unwrap()
        .to_owned();
    project.edit("errors/acme/wallet-empty/rule.toml", &codes, "codes = []");
    let lost = project
        .run(&["build", "--check-published", "online"])
        .exits(1);
    assert!(lost.err.contains("`/e/acme-"), "{lost:?}");
    assert!(lost.err.contains("replaced_by"), "{lost:?}");
}

#[test]
fn the_published_site_is_asked_over_http() {
    let project = Project::small();
    project.build(&["--out", "online"]);
    let address = serve(project.path("online"), "404 Not Found");
    let _ = project
        .run(&["build", "--check-published", &address])
        .quiet();
    fs::write(
        project.path("online/sitemap.xml"),
        project_sitemap(&project).replace("guides/start/", "guides/gone/"),
    )
    .unwrap();
    let lost = project
        .run(&["build", "--check-published", &address])
        .exits(1);
    assert!(lost.err.contains("guides/gone/"), "{lost:?}");
}

fn project_sitemap(project: &Project) -> String {
    fs::read_to_string(project.path("online/sitemap.xml")).unwrap()
}

#[test]
fn a_first_publication_loses_nothing_and_slips_and_broken_servers_are_said() {
    let project = Project::small();
    fs::create_dir(project.path("empty")).unwrap();
    let first = serve(project.path("empty"), "404 Not Found");
    let said = project
        .run(&["build", "--check-published", &first, "--base-url", &first])
        .exits(0);
    assert!(said.err.contains("nothing is published"), "{said:?}");
    // Nothing where the site will not be is a slip.
    for place in [&first, "empty"] {
        let slip = project
            .run(&["build", "--check-published", place, "--out", "never"])
            .exits(2);
        assert!(slip.err.contains("has no sitemap.xml"), "{slip:?}");
    }
    let broken = serve(project.path("empty"), "503 Service Unavailable");
    let failed = project
        .run(&["build", "--check-published", &broken, "--out", "never"])
        .exits(2);
    assert!(
        failed.err.contains("sitemap.xml") && failed.err.contains("503"),
        "{failed:?}"
    );
    let nowhere = project
        .run(&["build", "--check-published", "nowhere", "--out", "never"])
        .exits(2);
    assert!(nowhere.err.contains("no folder nowhere"), "{nowhere:?}");
    assert!(!project.path("never").exists());
}
