//! The sample configuration for nginx, started for real: headers, compression, caching, 404, redirects.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tests::{Project, root, tree};

/// How long nginx may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// nginx with the sample configuration, over a folder.
struct Nginx {
    child: Child,
    port: u16,
}

struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Nginx {
    fn start(project: &Project, site: &Path) -> Nginx {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let folder = project.path("nginx");
        fs::create_dir(&folder).unwrap();
        let redirects: String = fs::read_to_string(site.join("_redirects"))
            .unwrap()
            .lines()
            .map(|line| {
                let mut words = line.split(' ');
                let (from, to) = (words.next().unwrap(), words.next().unwrap());
                format!("location = {from} {{ return 301 {to}; }}\n")
            })
            .collect();
        fs::write(folder.join("redirects.conf"), redirects).unwrap();
        let sample = fs::read_to_string(root().join("docs/hosting/nginx.conf")).unwrap();
        let replaced = [
            ("listen 80;", format!("listen 127.0.0.1:{port};")),
            ("root /srv/resep/dist;", format!("root {};", site.display())),
            (
                "include mime.types;",
                "include /etc/nginx/mime.types;".to_owned(),
            ),
            (
                "/etc/nginx/resep-redirects.con[f]",
                folder.join("redirects.conf").display().to_string(),
            ),
        ]
        .iter()
        .fold(sample, |text, (from, to)| {
            assert!(text.contains(from), "the sample has no `{from}`");
            text.replace(from, to)
        });
        let whole = format!(
            "load_module /usr/lib/nginx/modules/ngx_http_brotli_static_module.so;\n\
             daemon off; master_process off; pid {0}/pid; error_log {0}/error.log;\n\
             events {{ worker_connections 64; }}\n\
             http {{ access_log off; client_body_temp_path {0}/b; proxy_temp_path {0}/p; fastcgi_temp_path {0}/f; \
             uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;\n{replaced}\n}}\n",
            folder.display()
        );
        let conf = folder.join("nginx.conf");
        fs::write(&conf, whole).unwrap();
        let child = Command::new("nginx")
            .args(["-e", "stderr", "-c"])
            .arg(&conf)
            .stdin(Stdio::null())
            .spawn()
            .unwrap_or_else(|e| panic!("nginx cannot be started ({e}); tests/run installs it"));
        let mut nginx = Nginx { child, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = nginx.child.try_wait().unwrap() {
                let log = fs::read_to_string(folder.join("error.log")).unwrap_or_default();
                panic!("nginx ended with {status}: {log}");
            }
            assert!(began.elapsed() < PATIENCE, "nginx does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        nginx
    }

    fn get(&self, path: &str, more: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: help.example.com\r\nConnection: close\r\n{more}\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        Answer {
            status: status.parse().unwrap(),
            headers: lines
                .map(|line| {
                    let (name, value) = line.split_once(": ").unwrap();
                    (name.to_lowercase(), value.to_owned())
                })
                .collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It has nothing to finish; a second end does no harm.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The blocks of `_headers`: path pattern to header lines.
fn blocks(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut out: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut pattern = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match line.strip_prefix("  ") {
            None => line.clone_into(&mut pattern),
            Some(header) => {
                let (name, value) = header.split_once(": ").unwrap();
                out.entry(pattern.clone())
                    .or_default()
                    .insert(name.to_lowercase(), value.to_owned());
            }
        }
    }
    out
}

#[test]
fn nginx_answers_as_the_sample_says() {
    if std::env::var_os("RESEP_SKIP_NGINX").is_some_and(|skip| skip == "1") {
        eprintln!("left out: nginx (RESEP_SKIP_NGINX=1)");
        return;
    }
    let project = Project::small();
    project.edit(
        "guides/start/en.md",
        "updated = ",
        "aliases = [\"/guides/old-start/\"]\nupdated = ",
    );
    project.build(&["--precompress"]);
    let site = project.path("dist");
    let files = tree(&site);
    let nginx = Nginx::start(&project, &site);

    let wanted = blocks(&String::from_utf8_lossy(&files["_headers"]));
    let page = nginx.get("/en/guides/start/", "");
    assert_eq!(page.status, 200);
    assert_eq!(page.body, files["en/guides/start/index.html"]);
    assert!(wanted["/*"].len() >= 6, "{wanted:?}");
    for (name, value) in &wanted["/*"] {
        assert_eq!(page.headers.get(name), Some(value), "{name}");
    }
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers["cache-control"], "no-cache");
    assert!(!page.headers.contains_key("content-encoding"));
    let again = nginx.get(
        "/en/guides/start/",
        &format!("If-None-Match: {}\r\n", page.headers["etag"]),
    );
    assert_eq!((again.status, again.body.len()), (304, 0));

    let asset = files
        .keys()
        .find(|path| path.starts_with("assets/") && path.ends_with(".wasm"))
        .unwrap();
    for (coding, ending) in [("br", "br"), ("gzip", "gz")] {
        let more = format!("Accept-Encoding: {coding}\r\n");
        for (path, file) in [
            ("/en/guides/start/", "en/guides/start/index.html"),
            (&*format!("/{asset}"), &**asset),
        ] {
            let answer = nginx.get(path, &more);
            assert_eq!(answer.headers["content-encoding"], coding, "{path}");
            assert_eq!(answer.body, files[&format!("{file}.{ending}")], "{path}");
            assert_eq!(answer.headers["vary"], "Accept-Encoding", "{path}");
        }
    }
    let module = nginx.get(&format!("/{asset}"), "");
    assert_eq!(module.headers["content-type"], "application/wasm");
    assert_eq!(
        module.headers["cache-control"],
        wanted["/assets/*"]["cache-control"]
    );
    let twin = nginx.get("/en/guides/start/index.md", "");
    assert_eq!(twin.headers["content-type"], "text/markdown; charset=utf-8");

    let gone = nginx.get("/en/guides/never/", "");
    assert_eq!(gone.status, 404);
    assert_eq!(gone.body, files["404.html"]);
    for (name, value) in &wanted["/*"] {
        assert_eq!(
            gone.headers.get(name),
            Some(value),
            "{name} of the 404 page"
        );
    }
    for hidden in ["/.resep-manifest.json", "/_headers", "/_redirects"] {
        assert_eq!(nginx.get(hidden, "").status, 404, "{hidden}");
    }

    for (from, to) in [
        ("/en/guides/old-start/", "/en/guides/start/"),
        ("/id/guides/old-start/", "/id/guides/start/"),
        ("/en/guides/start", "/en/guides/start/"),
    ] {
        let moved = nginx.get(from, "");
        assert_eq!(
            (moved.status, &*moved.headers["location"]),
            (301, to),
            "{from}"
        );
    }
}
