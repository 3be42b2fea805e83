//! `resep serve`: the site on this computer while one writes. Keeps the last good site in memory, builds again when
//! content changes, tells open pages to reload, and shows what is wrong over the page. Listens on 127.0.0.1 only and
//! reads no file for a request, so there is nothing outside the site to be asked for.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use notify::{EventKind, RecursiveMode, Watcher};
use serde_json::json;
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt, wrappers::WatchStream};

use crate::assets;
use crate::cli::{DONE, Failure, read, report, say, texts};
use crate::diag;
use crate::load::Edition;
use crate::model::Options;
use crate::parse::site_toml::base_url;
use crate::pipeline;
use crate::render::{Files, Templates};

/// What the command line asks.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) content: &'a Path,
    pub(crate) options: Options,
    pub(crate) port: u16,
    pub(crate) open: bool,
}

/// How long changes are collected before a build: editors write a file in several steps.
const SETTLE: Duration = Duration::from_millis(15);
/// Runs in every page while it is served, and in no page that is written.
const SCRIPT: &str = include_str!("serve/reload.js");
const STYLE: &str = include_str!("serve/reload.css");

/// What is served now.
#[derive(Clone, Debug, Default)]
struct Current {
    /// The last good site.
    files: Arc<Files>,
    /// Changes whenever `files` does.
    version: u64,
    /// Findings of the last build that failed; empty if it did not.
    errors: Arc<str>,
}

/// Serves until it is stopped.
pub(crate) fn run(request: &Request<'_>) -> Result<u8, Failure> {
    let listener =
        std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, request.port)))
            .map_err(|e| {
                format!(
                    "cannot listen on 127.0.0.1:{}: {e}; choose another with --port, or 0 for any",
                    request.port
                )
            })?;
    listener
        .set_nonblocking(true)
        .map_err(|e| format!("cannot listen without waiting: {e}"))?;
    let port = listener
        .local_addr()
        .map_err(|e| format!("cannot tell the port: {e}"))?
        .port();
    let mut options = request.options.clone();
    // The site stands under the base path it will have online, but on this host.
    let base = match &options.base_url {
        Some(url) => base_url(url)?.1,
        None => String::new(),
    };
    let address = format!("http://127.0.0.1:{port}{base}/");
    options.base_url = Some(address.clone());
    let mut builder = Builder {
        content: request.content.to_owned(),
        options,
        templates: Templates::new().map_err(|e| format!("a template is broken: {e}"))?,
    };
    // Before the first build, so that no change in between is missed.
    let (changed, changes) = mpsc::channel();
    let _watcher = watch(&builder, changed)?;
    if !assets::has_modules() {
        say(
            "resep: built without its browser module (RESEP_SKIP_WASM); the box in the page will say that it cannot run\n",
        );
    }
    let current = Arc::new(RwLock::new(Current::default()));
    let (tell, told) = watch::channel(0_u64);
    builder.build(&current)?;
    say(&format!("serving {address} (Ctrl-C ends)\n"));
    let shared = Shared {
        current: Arc::clone(&current),
        told,
        base: base.into(),
        port,
    };
    thread::spawn(move || rebuild(&mut builder, &changes, &current, &tell));
    if request.open
        && let Err(e) = open::that_detached(&address)
    {
        say(&format!("resep: cannot open the browser: {e}\n"));
    }
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .and_then(|runtime| {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, router(shared)).await
            })
        })
        .map_err(|e| format!("the server stopped: {e}"))?;
    Ok(DONE)
}

struct Builder {
    content: PathBuf,
    options: Options,
    templates: Templates,
}

impl Builder {
    /// Builds once. Findings go to the terminal and into `current`; a site with errors leaves the last good one.
    fn build(&mut self, current: &RwLock<Current>) -> Result<(), Failure> {
        let begun = Instant::now();
        let source = read(&self.content, self.options.edition)?;
        let outcome = pipeline::run(&source, &self.options, &self.templates)
            .map_err(|e| format!("a template is broken: {e}"))?;
        report(&outcome.diags, &source);
        let mut now = current.write().unwrap_or_else(PoisonError::into_inner);
        match outcome.files {
            None => {
                now.errors = diag::text(&outcome.diags, &texts(&source), false).into();
                if now.files.is_empty() {
                    say("there is no site to show until this is put right\n");
                } else {
                    say("the last good site stays up\n");
                }
            }
            Some(files) => {
                now.errors = "".into();
                let changed = files
                    .iter()
                    .filter(|(path, bytes)| now.files.get(*path) != Some(*bytes))
                    .count();
                if changed > 0 || files.len() != now.files.len() {
                    now.version += 1;
                    say(&format!(
                        "built {} files, {changed} changed, in {} ms\n",
                        files.len(),
                        begun.elapsed().as_millis()
                    ));
                    now.files = Arc::new(files);
                }
            }
        }
        Ok(())
    }
}

/// Builds after each burst of changes, and tells the pages.
fn rebuild(
    builder: &mut Builder,
    changes: &mpsc::Receiver<()>,
    current: &RwLock<Current>,
    tell: &watch::Sender<u64>,
) {
    while changes.recv().is_ok() {
        while changes.recv_timeout(SETTLE).is_ok() {}
        if let Err(message) = builder.build(current) {
            // Such as a content folder that was moved away for a moment.
            say(&format!("resep: {message}\n"));
            current
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .errors = message.into();
        }
        tell.send_modify(|n| *n += 1);
    }
}

/// Sends a message for each change of content that the edition may see.
fn watch(builder: &Builder, changed: mpsc::Sender<()>) -> Result<impl Watcher + use<>, Failure> {
    let root = builder
        .content
        .canonicalize()
        .map_err(|e| format!("cannot read {}: {e}", builder.content.display()))?;
    let hidden = (builder.options.edition == Edition::Public).then(|| root.join("internal"));
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let relevant = match &event {
            Ok(event) => {
                !matches!(event.kind, EventKind::Access(_))
                    && (event.paths.is_empty()
                        || event
                            .paths
                            .iter()
                            .any(|p| hidden.as_ref().is_none_or(|h| !p.starts_with(h))))
            }
            // Events may have been lost: build, to be sure.
            Err(_) => true,
        };
        if relevant {
            // The other end is gone only when the program ends.
            let _ = changed.send(());
        }
    })
    .map_err(|e| format!("cannot watch for changes: {e}"))?;
    watcher
        .watch(&root, RecursiveMode::Recursive)
        .map_err(|e| format!("cannot watch {}: {e}", root.display()))?;
    Ok(watcher)
}

#[derive(Clone)]
struct Shared {
    current: Arc<RwLock<Current>>,
    told: watch::Receiver<u64>,
    base: Arc<str>,
    port: u16,
}

impl Shared {
    fn now(&self) -> Current {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn router(shared: Shared) -> Router {
    Router::new()
        .route("/__resep/events", get(events))
        .route(
            "/__resep/reload.js",
            get(|| async { text("text/javascript; charset=utf-8", SCRIPT) }),
        )
        .route(
            "/__resep/reload.css",
            get(|| async { text("text/css; charset=utf-8", STYLE) }),
        )
        .fallback(page)
        .with_state(shared)
}

fn text(kind: &'static str, body: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "no-store"),
        ],
        body,
    )
        .into_response()
}

/// Pages of other sites must not reach this server through a name that leads to 127.0.0.1.
fn is_local(headers: &HeaderMap, port: u16) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|h| h.to_str().ok()) else {
        return false;
    };
    [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
    ]
    .iter()
    .any(|local| local == host)
}

/// The state now, and again after each build.
async fn events(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    if !is_local(&headers, shared.port) {
        return StatusCode::FORBIDDEN.into_response();
    }
    Sse::new(stream(shared))
        .keep_alive(KeepAlive::default())
        .into_response()
}

fn stream(shared: Shared) -> impl Stream<Item = Result<Event, Infallible>> {
    WatchStream::new(shared.told.clone()).map(move |_| {
        let now = shared.now();
        let state = json!({ "version": version(&now), "errors": &*now.errors });
        Ok(Event::default().data(state.to_string()))
    })
}

/// Differs after a restart too, so that pages of the last run reload.
fn version(now: &Current) -> String {
    format!("{}-{}", std::process::id(), now.version)
}

async fn page(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if !is_local(&headers, shared.port) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let now = shared.now();
    if now.files.is_empty() {
        return html(StatusCode::SERVICE_UNAVAILABLE, &failure(&now), &now);
    }
    match find(&now.files, &shared.base, uri.path()) {
        Found::File(path, bytes) if path.ends_with(".html") => {
            html(StatusCode::OK, &String::from_utf8_lossy(bytes), &now)
        }
        Found::File(path, bytes) => {
            let mut response = Response::new(Body::from(bytes.to_vec()));
            headers_of(&mut response, media_type(path));
            response
        }
        Found::Moved(to) => {
            let mut response = StatusCode::PERMANENT_REDIRECT.into_response();
            if let Ok(to) = HeaderValue::from_str(&to) {
                response.headers_mut().insert(header::LOCATION, to);
            }
            response
        }
        Found::Nothing => match now.files.get("404.html") {
            Some(bytes) => html(StatusCode::NOT_FOUND, &String::from_utf8_lossy(bytes), &now),
            None => StatusCode::NOT_FOUND.into_response(),
        },
    }
}

#[derive(Debug, PartialEq)]
enum Found<'f> {
    File(&'f str, &'f [u8]),
    Moved(String),
    Nothing,
}

/// What a path leads to: a file, or `index.html` of a folder.
fn find<'f>(files: &'f Files, base: &str, path: &str) -> Found<'f> {
    let Some(inner) = path.strip_prefix(base) else {
        return if path == "/" {
            Found::Moved(format!("{base}/"))
        } else {
            Found::Nothing
        };
    };
    let Some(inner) = inner.strip_prefix('/') else {
        return if inner.is_empty() {
            Found::Moved(format!("{base}/"))
        } else {
            Found::Nothing
        };
    };
    let name = if inner.is_empty() || inner.ends_with('/') {
        format!("{inner}index.html")
    } else {
        inner.to_owned()
    };
    match files.get_key_value(&name) {
        Some((path, bytes)) => Found::File(path, bytes),
        None if files.contains_key(&format!("{name}/index.html")) => {
            Found::Moved(format!("{base}/{name}/"))
        }
        None => Found::Nothing,
    }
}

/// A page with the script that reloads it.
fn html(status: StatusCode, text: &str, now: &Current) -> Response {
    let script = format!(
        "<link rel=\"stylesheet\" href=\"/__resep/reload.css\">\n<script src=\"/__resep/reload.js\" \
         data-version=\"{}\" defer></script>\n</head>",
        version(now)
    );
    let mut response = Response::new(Body::from(text.replacen("</head>", &script, 1)));
    *response.status_mut() = status;
    headers_of(&mut response, "text/html; charset=utf-8");
    response
}

fn headers_of(response: &mut Response, kind: &'static str) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
}

/// Shown where there is no good site yet. The script fills in what is wrong.
fn failure(now: &Current) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>resep: nothing to show yet</title>\n\
         </head>\n<body>\n<pre class=\"resep-errors\">{}</pre>\n</body>\n</html>\n",
        crate::html::escape(&now.errors)
    )
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, e)| e) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "md" => "text/markdown; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        [
            "index.html",
            "id/index.html",
            "id/a/index.html",
            "errors.json",
        ]
        .into_iter()
        .map(|p| (p.to_owned(), p.as_bytes().to_vec()))
        .collect()
    }

    #[test]
    fn paths_lead_to_files_of_the_site_only() {
        let files = files();
        let file = |path| Found::File(path, path.as_bytes());
        assert_eq!(find(&files, "", "/"), file("index.html"));
        assert_eq!(find(&files, "", "/id/a/"), file("id/a/index.html"));
        assert_eq!(find(&files, "", "/id/a"), Found::Moved("/id/a/".to_owned()));
        assert_eq!(find(&files, "", "/errors.json"), file("errors.json"));
        for outside in [
            "/../Cargo.toml",
            "//etc/passwd",
            "/id/../../x",
            "/id/a/%2e%2e",
            "/x",
        ] {
            assert_eq!(find(&files, "", outside), Found::Nothing, "{outside}");
        }
        assert_eq!(find(&files, "/repo", "/repo/id/"), file("id/index.html"));
        assert_eq!(
            find(&files, "/repo", "/repo"),
            Found::Moved("/repo/".to_owned())
        );
        assert_eq!(
            find(&files, "/repo", "/"),
            Found::Moved("/repo/".to_owned())
        );
        assert_eq!(find(&files, "/repo", "/repository/"), Found::Nothing);
    }

    #[test]
    fn other_names_of_this_computer_are_refused() {
        let host = |name: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(name).unwrap());
            is_local(&headers, 3000)
        };
        assert!(host("127.0.0.1:3000") && host("localhost:3000"));
        assert!(!host("evil.example:3000") && !host("127.0.0.1:80"));
        assert!(!is_local(&HeaderMap::new(), 3000));
    }
}
