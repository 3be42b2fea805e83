//! `resep serve`: the site on this computer while one writes. Keeps the last good site, reads again what changed, tells open
//! pages to reload, and shows what is wrong over the page. Listens on 127.0.0.1 only and reads no file for a request, so
//! there is nothing outside the site to be asked for.

mod editor;
mod worker;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use notify::{EventKind, RecursiveMode, Watcher};
use serde_json::json;
use tokio::sync::{oneshot, watch};
use tokio_stream::{Stream, StreamExt, wrappers::WatchStream};

use crate::assets;
use crate::cli::{DONE, Failure, say, templates, with_pictures};
use crate::images::Keep;
use crate::load::Edition;
use crate::model::Options;
use crate::parse::site_toml::base_url;
use worker::{Message, Reply, Worker};

/// What the command line asks.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) content: &'a Path,
    pub(crate) options: Options,
    pub(crate) port: u16,
    pub(crate) open: bool,
}

/// Runs in every page while it is served, and in no page that is written.
const SCRIPT: &str = include_str!("serve/reload.js");
const STYLE: &str = include_str!("serve/reload.css");

/// Serves until it is stopped.
pub(crate) fn run(request: &Request<'_>) -> Result<u8, Failure> {
    let (listener, port) = listen(request.port)?;
    let mut options = request.options.clone();
    // The site stands under the base path it will have online, but on this host.
    let base = match &options.base_url {
        Some(url) => base_url(url)?.1,
        None => String::new(),
    };
    let address = format!("http://127.0.0.1:{port}{base}/");
    options.base_url = Some(address.clone());
    let root = request
        .content
        .canonicalize()
        .map_err(|e| format!("cannot read {}: {e}", request.content.display()));
    let (send, inbox) = mpsc::channel();
    // Before the first build, so that no change in between is missed. Reading says best what is wrong with the folder.
    let watcher = root
        .clone()
        .and_then(|root| watch(&root, options.edition, send.clone()));
    let source = with_pictures(request.content, options.edition, Keep::Write)?;
    let (root, mut watcher) = (root?, watcher?);
    let again = root.clone();
    if !assets::has_modules() {
        say(
            "resep: built without its browser module (RESEP_SKIP_WASM); the box in the page will say that it cannot run\n",
        );
    }
    let (tell, told) = watch::channel(worker::State::default());
    let worker = Worker {
        content: request.content.to_owned(),
        root,
        options,
        templates: templates()?,
        base,
        inbox,
        tell,
        // Where the folder is gone, reading it says so.
        watch_again: Box::new(move || drop(watcher.watch(&again, RecursiveMode::Recursive))),
    };
    let (ready, built) = mpsc::channel();
    thread::Builder::new()
        .name("site".to_owned())
        .spawn(move || {
            worker.run(source, move || {
                // Whoever waits for it cannot be gone.
                let _ = ready.send(());
            });
        })
        .map_err(|e| format!("cannot start the thread that builds: {e}"))?;
    built
        .recv()
        .map_err(|_| "the first build ended without a result".to_owned())?;
    say(&format!("serving {address} (Ctrl-C ends)\n"));
    let shared = Shared {
        ask: send,
        told,
        port,
    };
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

/// Takes the port, or a free one for 0; and which it is.
fn listen(port: u16) -> Result<(TcpListener, u16), Failure> {
    let listener =
        TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map_err(|e| {
            format!(
                "cannot listen on 127.0.0.1:{port}: {e}; choose another with --port, or 0 for any"
            )
        })?;
    listener
        .set_nonblocking(true)
        .map_err(|e| format!("cannot listen without waiting: {e}"))?;
    let address = listener
        .local_addr()
        .map_err(|e| format!("cannot tell the port: {e}"))?;
    Ok((listener, address.port()))
}

/// Sends a message for each change of content that the edition may see.
fn watch(
    root: &Path,
    edition: Edition,
    changed: mpsc::Sender<Message>,
) -> Result<impl Watcher + use<>, Failure> {
    let hidden = (edition == Edition::Public).then(|| root.join("internal"));
    let (inside, parent) = (root.to_owned(), root.parent());
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let message = match event {
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => return,
            Ok(event) if !event.need_rescan() && !event.paths.is_empty() => {
                let seen = |path: &Path| {
                    path.starts_with(&inside)
                        && hidden.as_ref().is_none_or(|h| !path.starts_with(h))
                };
                let paths = event.paths.into_iter().filter(|path| seen(path)).collect();
                Message::Changed(Some(paths))
            }
            // Events may have been lost: read all, to be sure.
            _ => Message::Changed(None),
        };
        if !matches!(&message, Message::Changed(Some(paths)) if paths.is_empty()) {
            // The other end is gone only when the program ends.
            let _ = changed.send(message);
        }
    })
    .map_err(|e| format!("cannot watch for changes: {e}"))?;
    watcher
        .watch(root, RecursiveMode::Recursive)
        .map_err(|e| format!("cannot watch {}: {e}", root.display()))?;
    // The folder itself may be moved away and come back, as when a branch without it is checked out.
    if let Some(parent) = parent {
        watcher
            .watch(parent, RecursiveMode::NonRecursive)
            .map_err(|e| format!("cannot watch {}: {e}", parent.display()))?;
    }
    Ok(watcher)
}

#[derive(Clone)]
struct Shared {
    ask: mpsc::Sender<Message>,
    told: watch::Receiver<worker::State>,
    port: u16,
}

fn router(shared: Shared) -> Router {
    Router::new()
        .route("/__resep/events", get(events))
        .route(
            "/__resep/reload.js",
            get(|| async { typed("text/javascript; charset=utf-8", SCRIPT) }),
        )
        .route(
            "/__resep/reload.css",
            get(|| async { typed("text/css; charset=utf-8", STYLE) }),
        )
        .fallback(page)
        .with_state(shared)
}

/// An answer of this media type.
fn typed(kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// Pages of other sites must not reach this server through a name that leads to 127.0.0.1.
fn is_local(headers: &HeaderMap, port: u16) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|h| h.to_str().ok()) else {
        return false;
    };
    // Browsers leave out the port that goes without saying.
    let name = match host.strip_suffix(&format!(":{port}")) {
        None if port == 80 => host,
        None => return false,
        Some(name) => name,
    };
    ["127.0.0.1", "localhost", "[::1]"].contains(&name)
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
    WatchStream::new(shared.told).map(|now| {
        let state =
            json!({ "version": version(now.version), "errors": &*now.errors, "links": &*now.links });
        Ok(Event::default().data(state.to_string()))
    })
}

/// Differs after a restart too, so that pages of the last run reload.
fn version(number: u64) -> String {
    format!("{}-{number}", std::process::id())
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
    let (reply, answer) = oneshot::channel();
    let asked = shared
        .ask
        .send(Message::Ask(uri.path().to_owned(), reply))
        .is_ok();
    let answer = if asked { answer.await.ok() } else { None };
    let now = shared.told.borrow().clone();
    let version = answer.as_ref().map_or(now.version, |answer| answer.version);
    match answer.map(|answer| answer.reply) {
        Some(Reply::File(path, bytes)) if path.ends_with(".html") => {
            html(StatusCode::OK, &String::from_utf8_lossy(&bytes), version)
        }
        Some(Reply::File(path, bytes)) => typed(media_type(&path), bytes),
        Some(Reply::Moved(to)) => {
            let to = match uri.query() {
                Some(query) => format!("{to}?{query}"),
                None => to,
            };
            // What is served at this port next may have another base path, and browsers keep a permanent one.
            let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
            if let Ok(to) = HeaderValue::from_str(&to) {
                response.headers_mut().insert(header::LOCATION, to);
            }
            response
        }
        Some(Reply::Nothing(Some(bytes))) => html(
            StatusCode::NOT_FOUND,
            &String::from_utf8_lossy(&bytes),
            version,
        ),
        Some(Reply::Nothing(None)) => StatusCode::NOT_FOUND.into_response(),
        Some(Reply::NoSite) => html(
            StatusCode::SERVICE_UNAVAILABLE,
            &failure(&now.errors),
            version,
        ),
        Some(Reply::Broken(why)) => {
            html(StatusCode::INTERNAL_SERVER_ERROR, &failure(&why), version)
        }
        None => html(
            StatusCode::INTERNAL_SERVER_ERROR,
            &failure(
                "the thread that builds has ended; please report what was said in the terminal, and start again",
            ),
            version,
        ),
    }
}

/// A page with the script that reloads it.
fn html(status: StatusCode, text: &str, number: u64) -> Response {
    let script = format!(
        "<link rel=\"stylesheet\" href=\"/__resep/reload.css\">\n<script src=\"/__resep/reload.js\" \
         data-version=\"{}\" defer></script>\n</head>",
        version(number)
    );
    let page = text.replacen("</head>", &script, 1);
    let mut response = typed("text/html; charset=utf-8", page);
    *response.status_mut() = status;
    response
}

/// Stands in the place of a page that cannot be shown. The script keeps what it says as it is now.
fn failure(errors: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>resep: nothing to show yet</title>\n\
         </head>\n<body>\n<pre class=\"resep-errors\">{}</pre>\n</body>\n</html>\n",
        crate::html::escape(errors)
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

    #[test]
    fn other_names_of_this_computer_are_refused() {
        let host = |name: &str, port| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_str(name).unwrap());
            is_local(&headers, port)
        };
        assert!(host("127.0.0.1:3000", 3000) && host("localhost:3000", 3000));
        assert!(!host("evil.example:3000", 3000) && !host("127.0.0.1:80", 3000));
        assert!(!host("127.0.0.1", 3000) && host("127.0.0.1", 80) && host("localhost:80", 80));
        assert!(!is_local(&HeaderMap::new(), 3000));
    }

    /// A build may end between the answer and its sending. The page must reload then, though nothing changes any more.
    #[test]
    fn a_page_has_the_version_that_it_comes_from() {
        let (ask, inbox) = mpsc::channel();
        let (tell, told) = watch::channel(worker::State::default());
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("localhost:3000"));
        let asked = page(
            State(Shared {
                ask,
                told,
                port: 3000,
            }),
            Method::GET,
            Uri::from_static("/id/?x"),
            headers,
        );
        thread::spawn(move || {
            let Ok(Message::Ask(_, to)) = inbox.recv() else {
                return;
            };
            tell.send_modify(|state| state.version = 4);
            let reply = Reply::File("id/index.html".to_owned(), b"<head></head>".to_vec());
            to.send(worker::Answer { reply, version: 3 }).unwrap();
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let body = runtime
            .block_on(async { axum::body::to_bytes(asked.await.into_body(), 9999).await })
            .unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let expected = format!("data-version=\"{}-3\"", std::process::id());
        assert!(body.contains(&expected), "{body}");
    }
}
