//! `resep serve`: what it answers, that it follows what is written, and that nothing else can be had from it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::{Project, TODAY, command, names};

/// Long enough for a loaded machine; what takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; ends with the test.
struct Server {
    child: Child,
    port: u16,
    said: Receiver<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, which is what some tests are about.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Server {
    fn start(project: &Project, arguments: &[&str]) -> Server {
        let all = [&["serve", "--port", "0", "--today", TODAY], arguments].concat();
        let mut child = command(project.folder(), all)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, said) = channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // The test may have ended.
                let _ = send.send(line);
            }
        });
        let mut server = Server {
            child,
            port: 0,
            said,
        };
        let line = server.until("serving http://127.0.0.1:");
        let port = line.split("127.0.0.1:").nth(1).unwrap();
        server.port = port.split('/').next().unwrap().parse().unwrap();
        server
    }

    /// The next line that it says which holds `words`.
    #[track_caller]
    fn until(&self, words: &str) -> String {
        loop {
            let line = self
                .said
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("it never said {words:?}"));
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Sends `request` as it stands.
    fn raw(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).unwrap_or_default();
        Answer {
            status: status
                .parse()
                .unwrap_or_else(|_| panic!("no answer: {text:?}")),
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    fn ask(&self, method: &str, path: &str, host: &str) -> Answer {
        self.raw(&format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        ))
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &format!("127.0.0.1:{}", self.port))
    }

    /// Asks until the page holds `words`.
    #[track_caller]
    fn get_until(&self, path: &str, words: &str) -> Answer {
        let began = Instant::now();
        loop {
            let answer = self.get(path);
            if answer.body.contains(words) {
                return answer;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "{path} never held {words:?}: {}",
                answer.body
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The first message of the stream that tells pages to reload.
    fn state(&self) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let host = format!("Host: 127.0.0.1:{}\r\n", self.port);
        stream
            .write_all(format!("GET /__resep/events HTTP/1.1\r\n{host}\r\n").as_bytes())
            .unwrap();
        let message = BufReader::new(stream)
            .lines()
            .map(Result::unwrap)
            .find_map(|line| line.strip_prefix("data: ").map(str::to_owned));
        serde_json::from_str(&message.unwrap()).unwrap()
    }
}

#[test]
fn pages_files_and_what_is_not_there() {
    let project = Project::small();
    let server = Server::start(&project, &[]);
    for path in [
        "/",
        "/id/",
        "/en/guides/start/",
        "/e/acme-4021/",
        "/en/%67uides/st%61rt/",
    ] {
        let page = server.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(
            page.head.contains("content-type: text/html; charset=utf-8"),
            "{}",
            page.head
        );
        assert!(
            page.head.contains("cache-control: no-store"),
            "{}",
            page.head
        );
        assert!(
            page.body.contains("/__resep/reload.js") && page.body.contains("<main"),
            "{path}"
        );
    }
    let moved = server.get("/en/guides/start");
    assert_eq!(moved.status, 307);
    assert!(
        moved.head.contains("location: /en/guides/start/"),
        "{}",
        moved.head
    );
    let asked = server.get("/en/guides/start?q=1%262");
    assert!(
        asked.head.contains("location: /en/guides/start/?q=1%262"),
        "{}",
        asked.head
    );
    let missing = server.get("/en/nothing/");
    assert_eq!(missing.status, 404);
    assert!(missing.body.contains("<h1"), "the site's own page");

    let home = server.get("/en/").body;
    let assets = home
        .split('"')
        .find_map(|part| part.strip_suffix("/site.css"))
        .unwrap();
    for (path, kind) in [
        (format!("{assets}/site.css"), "text/css; charset=utf-8"),
        (
            format!("{assets}/site.js"),
            "text/javascript; charset=utf-8",
        ),
        (format!("{assets}/diagnoser_bg.wasm"), "application/wasm"),
        ("/errors.json".to_owned(), "application/json"),
        (
            "/en/guides/start/index.md".to_owned(),
            "text/markdown; charset=utf-8",
        ),
        (
            "/__resep/reload.js".to_owned(),
            "text/javascript; charset=utf-8",
        ),
    ] {
        let file = server.get(&path);
        assert_eq!(file.status, 200, "{path}");
        assert!(
            file.head.contains(&format!("content-type: {kind}")),
            "{path}: {}",
            file.head
        );
        assert!(!file.body.is_empty());
    }
    let host = format!("127.0.0.1:{}", server.port);
    let head = server.ask("HEAD", "/en/", &host);
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(server.ask("POST", "/en/", &host).status, 405);
    // Nothing is written to the disk.
    assert_eq!(names(project.folder()), ["content"]);
}

#[test]
fn nothing_outside_the_site_can_be_had() {
    let project = Project::small();
    std::fs::write(project.path("outside.txt"), "SECRET-OF-THE-DISK").unwrap();
    let server = Server::start(&project, &[]);
    for path in [
        "/../outside.txt",
        "/../../../../../../etc/passwd",
        "/en/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/%2e%2e%2foutside.txt",
        "/..\\outside.txt",
        "//etc/passwd",
        "/content/site.toml",
        "/.resep-manifest.json",
        "/en/guides/start/index.html/../../../../../outside.txt",
        "/outside.txt",
        "/%00",
        "/internal/guides/desk/",
        "/en/guides/desk/",
        "/en/internal/guides/desk/",
    ] {
        let answer = server.get(path);
        assert!(
            (400..=404).contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        for never in ["SECRET-OF-THE-DISK", "root:", "base_url", "CANARY"] {
            assert!(!answer.body.contains(never), "{path} gives {never}");
        }
    }
    // A page of another site that leads its name to this computer gets nothing.
    for host in ["evil.example", "127.0.0.1:1", "localhost.evil.example:80"] {
        assert_eq!(server.ask("GET", "/", host).status, 403, "{host}");
        assert_eq!(
            server.ask("GET", "/__resep/events", host).status,
            403,
            "{host}"
        );
    }
    assert_eq!(
        server
            .ask("GET", "/", &format!("localhost:{}", server.port))
            .status,
        200
    );
    assert_eq!(server.raw("GET / HTTP/1.0\r\n\r\n").status, 403);
}

/// 127.0.0.2 is this computer too, and whoever listens on all addresses answers there.
#[cfg(target_os = "linux")]
#[test]
fn it_listens_on_127_0_0_1_only() {
    let server = Server::start(&Project::small(), &[]);
    let other = TcpStream::connect(("127.0.0.2", server.port)).unwrap_err();
    assert_eq!(other.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn what_is_written_is_served() {
    let project = Project::small();
    let server = Server::start(&project, &[]);
    let before = server.state();
    assert_eq!(before["errors"], "");
    project.edit("guides/start/en.md", "30 seconds.", "30 seconds, or more.");
    server.get_until("/en/guides/start/", "or more.");
    assert_ne!(
        server.state()["version"],
        before["version"],
        "open pages reload"
    );
    // A page that was not there, and one that goes.
    for language in ["id", "en"] {
        project.write(
            &format!("guides/second/{language}.md"),
            "+++\ntitle = \"Second\"\nsummary = \"S.\"\n+++\n\nSECOND-PAGE\n",
        );
    }
    server.get_until("/id/guides/second/", "SECOND-PAGE");
    project.remove("guides/second");
    let began = Instant::now();
    while server.get("/id/guides/second/").status != 404 {
        assert!(began.elapsed() < PATIENCE);
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_last_good_site_stays_up() {
    let project = Project::small();
    let server = Server::start(&project, &[]);
    let good = server.get("/en/guides/start/").body;
    project.edit(
        "guides/start/en.md",
        "/errors/acme/wallet-empty/#fix",
        "/errors/acme/walet-empty/",
    );
    server.until("error[broken-link]");
    server.until("the last good site stays up");
    assert_eq!(server.get("/en/guides/start/").body, good);
    // Nothing was built, so nothing says so before the next one that fails.
    project.edit("guides/start/en.md", "walet-empty", "walet-emty");
    loop {
        let line = server.said.recv_timeout(PATIENCE).unwrap();
        assert!(!line.contains("built "), "{line}");
        if line.contains("the last good site stays up") {
            break;
        }
    }
    project.edit("guides/start/en.md", "walet-emty", "walet-empty");
    server.until("the last good site stays up");
    let errors = server.state()["errors"].as_str().unwrap().to_owned();
    assert!(
        errors.contains("guides/start/en.md:16:25: error[broken-link]"),
        "{errors}"
    );
    assert!(errors.contains("did you mean"), "{errors}");
    project.edit(
        "guides/start/en.md",
        "/errors/acme/walet-empty/",
        "/errors/acme/wallet-empty/#verify",
    );
    project.edit(
        "guides/start/id.md",
        "/errors/acme/wallet-empty/#fix",
        "/errors/acme/wallet-empty/#verify",
    );
    server.get_until("/en/guides/start/", "#verify");
    assert_eq!(server.state()["errors"], "");
}

/// What a template asks for in vain shows only when a page is made of it.
#[test]
fn the_last_good_site_stays_up_while_a_template_is_broken() {
    let project = Project::small();
    let server = Server::start(&project, &[]);
    let good = server.get("/en/guides/start/").body;
    project.write("theme/templates/edit.html", "{{ page.titel }}\n");
    server.until("error[broken-template]");
    server.until("the last good site stays up");
    assert_eq!(server.get("/en/guides/start/").body, good);
    let state = server.state();
    assert!(
        state["errors"]
            .as_str()
            .unwrap()
            .contains("did you mean `title`?"),
        "{state}"
    );
    project.write("theme/templates/edit.html", "THEMED {{ page.title }}\n");
    server.get_until("/en/guides/start/", "THEMED Start");
    assert_eq!(server.state()["errors"], "");
}

#[test]
fn the_last_good_site_stays_up_while_the_folder_is_away() {
    let project = Project::small();
    let server = Server::start(&project, &[]);
    let good = server.get("/en/guides/start/").body;
    let (content, aside) = (
        project.folder().join("content"),
        project.folder().join("aside"),
    );
    fs::rename(&content, &aside).unwrap();
    server.until("resep: cannot read");
    assert_eq!(server.get("/en/guides/start/").body, good);
    assert!(
        server.state()["errors"]
            .as_str()
            .unwrap()
            .contains("cannot read")
    );
    // Another folder by the same name, as a branch that is checked out makes it.
    tests::copy(&aside, &content);
    let changed = "The price of a unit, and nothing else.";
    project.edit(
        "guides/start/en.md",
        "The price of a unit, and how to wait.",
        changed,
    );
    server.get_until("/en/guides/start/", changed);
    let again = "The price of one unit, and nothing else.";
    project.edit("guides/start/en.md", changed, again);
    server.get_until("/en/guides/start/", again);
}

#[test]
fn content_that_is_broken_from_the_start() {
    let project = Project::small();
    project.edit("site.toml", "title = \"Acme help\"", "title = \"Acme help");
    let server = Server::start(&project, &[]);
    let page = server.get("/");
    assert_eq!(page.status, 503);
    assert!(
        page.body.contains("toml-syntax") && page.body.contains("reload.js"),
        "{}",
        page.body
    );
    project.edit("site.toml", "title = \"Acme help", "title = \"Acme help\"");
    server.get_until("/en/", "<main");
    assert_eq!(server.get("/").status, 200);
}

#[test]
fn it_stands_under_the_base_path_it_will_have() {
    let project = Project::small();
    let server = Server::start(&project, &["--base-url", "https://help.example.com/a/b/"]);
    assert_eq!(server.get("/a/b/en/").status, 200);
    assert!(
        server
            .get("/a/b/en/")
            .body
            .contains("href=\"/a/b/en/guides/\"")
    );
    let moved = server.get("/");
    assert_eq!(moved.status, 307);
    assert!(moved.head.contains("location: /a/b/"), "{}", moved.head);
    assert_eq!(server.get("/en/").status, 404);
}

#[test]
fn the_internal_edition_is_served_where_it_is_asked_for() {
    let project = Project::small();
    let server = Server::start(&project, &["--edition", "internal"]);
    assert!(server.get("/en/guides/desk/").body.contains("CANARY-BODY"));
}

#[test]
fn a_port_that_is_taken() {
    let project = Project::small();
    let server = Server::start(&project, &[]);
    let second = project
        .run(&["serve", "--port", &server.port.to_string()])
        .exits(2);
    assert!(
        second.err.contains("cannot listen on 127.0.0.1"),
        "{second:?}"
    );
    assert!(second.err.contains("--port"), "{second:?}");
    let nothing = Project::empty().run(&["serve", "--port", "0"]).exits(2);
    assert!(nothing.err.contains("content"), "{nothing:?}");
}

/// Ctrl-C ends it, with pages open, and the port is free again.
#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to() {
    for signal in ["-INT", "-TERM"] {
        let project = Project::small();
        let mut server = Server::start(&project, &[]);
        let _open = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        let _ = server.state();
        let id = server.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        let began = Instant::now();
        while server.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "it does not end on {signal}");
            thread::sleep(Duration::from_millis(10));
        }
        let gone = TcpStream::connect(("127.0.0.1", server.port)).unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::ConnectionRefused);
    }
}

/// What every address gives after each of some edits, against a build of the same content. Edits are of every kind: words, a
/// title (shown in lists, navigation, neighbours), a page that comes and one that goes, interface words, data, a rule.
#[test]
fn after_each_edit_all_that_is_served_is_a_clean_build() {
    let project = Project::small();
    let server = Server::start(&project, &[]);
    let base = format!("http://127.0.0.1:{}/", server.port);
    let page = "+++\ntitle = \"Second page\"\nsummary = \"S.\"\n+++\n\nText.\n";
    let steps: [&dyn Fn(); 7] = [
        &|| project.edit("guides/start/id.md", "\n## ", "\nKalimat baru.\n\n## "),
        &|| {
            project.edit(
                "guides/start/en.md",
                "title = \"Start\"",
                "title = \"Begin\"",
            )
        },
        &|| {
            project.write("guides/second/id.md", page);
            project.write("guides/second/en.md", page);
        },
        &|| project.edit("ui/en.toml", "guides = \"Guides\"", "guides = \"Manuals\""),
        &|| project.edit("data/glossary.toml", "text = \"", "text = \"Now: "),
        &|| project.edit("errors/acme/too-fast/en.md", "title = \"", "title = \"X "),
        &|| project.remove("guides/second"),
    ];
    for (n, step) in steps.iter().enumerate() {
        let before = server.state()["version"].clone();
        step();
        let began = Instant::now();
        let clean = format!("clean-{n}");
        // Two files are two edits, and both must have come.
        let settled = || {
            let state = server.state();
            state["version"] != before && state["errors"] == ""
        };
        while !settled() {
            assert!(began.elapsed() < PATIENCE, "edit {n} never came");
            thread::sleep(Duration::from_millis(10));
        }
        thread::sleep(Duration::from_millis(100));
        let _ = project.run(&[
            "build",
            "--today",
            TODAY,
            "--base-url",
            &base,
            "--out",
            &clean,
        ]);
        let mut compared = 0;
        for (path, bytes) in tests::tree(&project.path(&clean)) {
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            if path.starts_with('.') || path == "404.html" {
                continue;
            }
            let address = format!("/{}", path.strip_suffix("index.html").unwrap_or(&path));
            let body = server.get(&address).body;
            // The script that reloads the page stands in what is served only.
            let body = match (
                body.find("<link rel=\"stylesheet\" href=\"/__resep/"),
                body.find("</head>"),
            ) {
                (Some(from), Some(to)) => format!("{}{}", &body[..from], &body[to..]),
                _ => body,
            };
            assert!(
                body == text,
                "edit {n}: {address} differs from a clean build"
            );
            compared += 1;
        }
        assert!(compared > 40, "edit {n}: only {compared} files");
        let gone = server.get("/en/guides/second/").status == 404;
        assert_eq!(gone, !(2..6).contains(&n), "edit {n}");
    }
}

#[test]
fn what_init_writes_is_served_at_once() {
    let project = Project::empty();
    let _ = project.run(&["init", "content", "--today", TODAY]).quiet();
    let server = Server::start(&project, &[]);
    for path in [
        "/id/",
        "/en/guides/first-steps/",
        "/en/errors/acme/too-fast/",
    ] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert_eq!(server.state()["errors"], "");
}

/// The findings over the page know where each of them stands, for a link into the editor.
#[test]
fn findings_lead_to_the_editor() {
    let project = Project::small();
    let server = Server::start(&project, &[]);
    let link = |address: &str| {
        let began = Instant::now();
        loop {
            let state = server.state();
            if let Some(link) = state["links"].as_array().unwrap().first()
                && link["href"].as_str().unwrap().starts_with(address)
            {
                let errors = state["errors"].as_str().unwrap().to_owned();
                return (link.clone(), errors);
            }
            assert!(began.elapsed() < PATIENCE, "no link {address}: {state}");
            thread::sleep(Duration::from_millis(20));
        }
    };
    project.edit("guides/start/en.md", "/wallets/#", "/walets/#");
    let (first, errors) = link("vscode:");
    let place = first["place"].as_str().unwrap();
    assert!(
        place.starts_with("content/guides/start/en.md:8:"),
        "{first}"
    );
    assert!(
        errors.starts_with(&format!("{place}: error[broken-link]")),
        "{errors}"
    );
    let file = project
        .content()
        .canonicalize()
        .unwrap()
        .join("guides/start/en.md");
    let column = place.rsplit(':').next().unwrap();
    assert_eq!(
        first["href"],
        format!("vscode://file{}:8:{column}", file.display())
    );
    let editor = "editor = \"idea://open?file={path}&line={line}\"\nbase_url";
    project.edit("site.toml", "base_url", editor);
    let (other, _) = link("idea:");
    assert_eq!(
        other["href"],
        format!("idea://open?file={}&line=8", file.display())
    );
}

#[test]
fn malformed_requests_are_survived() {
    let project = Project::small();
    let server = Server::start(&project, &[]);
    let long = "a".repeat(1 << 20);
    for request in [
        "\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "\0\x01\x02\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        format!("GET /{long} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nX: {long}\r\n\r\n"),
        "GET /%ff%00%2e%2e/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_owned(),
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        // It may close before it has read all; what counts is that it goes on.
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
    // Someone who never finishes holds nobody up.
    let mut slow = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    slow.write_all(b"GET / HT").unwrap();
    assert_eq!(server.get("/en/").status, 200);
}
