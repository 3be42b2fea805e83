//! The site that is served: one thread that keeps content and caches, reads again what changed, and renders the file that
//! somebody asks for. Every answer comes from one state of the content, so whatever depends on an edit (lists, navigation,
//! links, search) is right in the first answer after it; nothing has to be told what depends on what.
//!
//! While nobody asks, the rest is rendered as well, for the lints of the output.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use tokio::sync::{oneshot, watch};

use super::editor::{EditorLink, links};
use crate::check;
use crate::cli::{read, report, say, texts};
use crate::diag::{self, Diag};
use crate::images::{self, Keep};
use crate::load::{Source, reload};
use crate::model::{Options, Site};
use crate::parse::Docs;
use crate::pipeline::{Analysis, Cache, analyse, set_levels};
use crate::render::{Plan, RenderError, Templates};
use crate::theme;

/// How long changes are collected: editors write a file in several steps.
const SETTLE: Duration = Duration::from_millis(5);
/// The longest that a stream of changes keeps a build waiting.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long nobody must ask before the rest is rendered.
const QUIET: Duration = Duration::from_millis(150);
/// How long nobody must ask before what is made of all of it is, and the whole is checked: a save that came meanwhile would wait for it.
const LULL: Duration = Duration::from_secs(1);

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Message {
    /// These files changed; nothing where anything may have.
    Changed(Option<BTreeSet<PathBuf>>),
    /// Somebody wants the file at this path of the address.
    Ask(String, oneshot::Sender<Answer>),
}

/// What somebody gets who asked.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) reply: Reply,
    /// The version of what it comes from. The state that pages are told may be another one by the time the answer is sent.
    pub(super) version: u64,
}

/// What a path leads to.
#[derive(Debug, PartialEq)]
pub(super) enum Reply {
    /// A file of this name.
    File(String, Vec<u8>),
    Moved(String),
    /// The page for addresses that lead nowhere, if the site has one.
    Nothing(Option<Vec<u8>>),
    /// There is no good site yet.
    NoSite,
    /// A template failed.
    Broken(String),
}

/// What open pages are told.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Changes with what is served.
    pub(super) version: u64,
    /// Findings of the content as it is now; empty if it is good.
    pub(super) errors: Arc<str>,
    /// The places in them, with what opens each in an editor.
    pub(super) links: Arc<[EditorLink]>,
}

pub(super) struct Worker {
    pub(super) content: PathBuf,
    /// The same by its true name, as changes are reported.
    pub(super) root: PathBuf,
    pub(super) options: Options,
    pub(super) templates: Templates,
    pub(super) base: String,
    pub(super) inbox: Receiver<Message>,
    pub(super) tell: watch::Sender<State>,
    /// Watches the folder anew, which may be another one by the same name.
    pub(super) watch_again: Box<dyn FnMut() + Send>,
}

/// The other end is gone: the program ends.
struct End;

/// Content that has no errors.
struct Good {
    source: Source,
    docs: Docs,
    pack: Arc<[u8]>,
    /// Those with the theme, where there is one.
    templates: Option<Arc<Templates>>,
}

impl Worker {
    /// Runs until the inbox closes. Calls `ready` after the first build.
    pub(super) fn run(mut self, mut source: Source, ready: impl FnOnce()) {
        let mut cache = Cache::default();
        let mut waiting = VecDeque::new();
        let mut good: Option<Good> = None;
        let mut ready = Some(ready);
        loop {
            let begun = Instant::now();
            let mut analysis = analyse(&source, &self.options, &mut cache);
            self.try_theme(&mut analysis, &source, good.as_ref());
            report(&analysis.diags, &source);
            let publishable = analysis.publishable().cloned();
            let built = publishable.is_some();
            if let Some(pack) = publishable {
                let changed = good.as_ref().is_none_or(|good| {
                    good.source.texts != source.texts || good.source.images != source.images
                });
                good = Some(Good {
                    source: source.clone(),
                    docs: analysis.docs,
                    pack,
                    templates: analysis.templates,
                });
                self.tell.send_modify(|state| {
                    state.version += u64::from(changed);
                    state.errors = "".into();
                });
            } else {
                self.failed(&analysis, &source, good.is_some());
            }
            let took = begun.elapsed();
            let first = ready.is_some();
            if let Some(ready) = ready.take() {
                ready();
            }
            let built = (first || built).then_some(took);
            let Ok(mut changes) = self.answer(good.as_ref(), built, &mut waiting) else {
                return;
            };
            // What cannot be read, such as a folder that was moved away for a moment, is tried again with the next change.
            while let Err(message) = self.update(&mut source, changes) {
                say(&format!("resep: {message}\n"));
                self.tell.send_modify(|state| state.errors = message.into());
                match self.answer(good.as_ref(), None, &mut waiting) {
                    // Changes of before were not read.
                    Ok(_) => changes = None,
                    Err(End) => return,
                }
            }
        }
    }

    /// Makes every page once where templates of the theme changed: what is wrong with them shows only then, and the last good site
    /// would be gone.
    fn try_theme(&self, analysis: &mut Analysis, source: &Source, good: Option<&Good>) {
        let (Some(pack), Some(templates)) = (analysis.publishable(), &analysis.templates) else {
            return;
        };
        let known = good.and_then(|good| good.templates.as_ref());
        if known.is_some_and(|known| Arc::ptr_eq(known, templates)) {
            return;
        }
        let site = Site::new(&analysis.docs, source, &self.options);
        let nothing = RenderError { faults: Vec::new() };
        let faults = theme::faults(source, &site, pack, nothing);
        let mut found = theme::diags(source, &faults).unwrap_or_default();
        set_levels(&analysis.docs, &mut found);
        analysis.diags.extend(found);
        diag::sort(&mut analysis.diags);
    }

    /// Answers from the last good site, if there is one, until something changes; returns what.
    fn answer(
        &self,
        good: Option<&Good>,
        built: Option<Duration>,
        waiting: &mut VecDeque<(String, oneshot::Sender<Answer>)>,
    ) -> Result<Option<BTreeSet<PathBuf>>, End> {
        let Some(good) = good else {
            return self.wait(waiting);
        };
        let site = Site::new(&good.docs, &good.source, &self.options);
        let templates = good.templates.as_deref().unwrap_or(&self.templates);
        let plan = Plan::new(&site, templates, &good.pack);
        if let Some(took) = built {
            say(&format!(
                "built {} files in {} ms\n",
                plan.len(),
                took.as_millis()
            ));
        }
        self.serve(&site, &plan, waiting)
    }

    fn failed(&self, analysis: &Analysis, source: &Source, shown: bool) {
        say(if shown {
            "the last good site stays up\n"
        } else {
            "there is no site to show until this is put right\n"
        });
        let texts = texts(source);
        let links = links(
            &analysis.diags,
            &texts,
            &self.root,
            &analysis.docs.config.editor,
        );
        self.tell.send_modify(|state| {
            state.errors = diag::text(&analysis.diags, &texts, false).into();
            state.links = links.into();
        });
    }

    /// Reads again what changed.
    fn update(
        &mut self,
        source: &mut Source,
        changes: Option<BTreeSet<PathBuf>>,
    ) -> Result<(), String> {
        match changes.filter(|paths| !paths.contains(&self.root)) {
            Some(paths) => reload(source, &self.root, self.options.edition, &paths)
                .map_err(|e| e.to_string())?,
            None => {
                // Before it is read, so that no change in between is missed.
                (self.watch_again)();
                let pictures = std::mem::take(&mut source.pictures);
                *source = read(&self.content, self.options.edition)?;
                source.pictures = pictures;
            }
        }
        images::prepare(source, Keep::Write).map_err(|e| e.to_string())
    }

    /// Answers from `plan` until something changes; returns what.
    fn serve(
        &self,
        site: &Site<'_>,
        plan: &Plan<'_>,
        waiting: &mut VecDeque<(String, oneshot::Sender<Answer>)>,
    ) -> Result<Option<BTreeSet<PathBuf>>, End> {
        while let Some((path, reply)) = waiting.pop_front() {
            self.send(reply, find(plan, site.source, &self.base, &path));
        }
        let mut rest = Some(0);
        loop {
            let message = match rest {
                None => self.inbox.recv().map_err(|_| End)?,
                Some(from) => {
                    let patience = match from {
                        0 => QUIET,
                        from if plan.is_last(from) => LULL,
                        _ => Duration::ZERO,
                    };
                    match self.inbox.recv_timeout(patience) {
                        Ok(message) => message,
                        Err(RecvTimeoutError::Disconnected) => return Err(End),
                        Err(RecvTimeoutError::Timeout) => {
                            rest = self.some(site, plan, from);
                            continue;
                        }
                    }
                }
            };
            match message {
                Message::Ask(path, reply) => {
                    self.send(reply, find(plan, site.source, &self.base, &path));
                }
                Message::Changed(paths) => return self.changes(paths, waiting),
            }
        }
    }

    fn send(&self, to: oneshot::Sender<Answer>, reply: Reply) {
        let version = self.tell.borrow().version;
        // Whoever asked may have gone.
        let _ = to.send(Answer { reply, version });
    }

    /// Renders some of what nobody asked for; at the end the output is checked as a whole.
    fn some(&self, site: &Site<'_>, plan: &Plan<'_>, from: usize) -> Option<usize> {
        let problem = match plan.some(from) {
            Ok(Some(rest)) => return Some(rest),
            Ok(None) => {
                let mut found: Vec<Diag> =
                    check::output(site, &plan.rendered(), std::iter::empty());
                set_levels(site.docs, &mut found);
                if !diag::has_errors(&found) {
                    return None;
                }
                diag::text(&found, &texts(site.source), false)
            }
            Err(e) => broken(site.source, &e),
        };
        say(&problem);
        self.tell.send_modify(|state| {
            if state.errors.is_empty() {
                state.errors = problem.into();
            }
        });
        None
    }

    /// Answers that there is nothing until something changes.
    fn wait(
        &self,
        waiting: &mut VecDeque<(String, oneshot::Sender<Answer>)>,
    ) -> Result<Option<BTreeSet<PathBuf>>, End> {
        while let Some((_, reply)) = waiting.pop_front() {
            self.send(reply, Reply::NoSite);
        }
        loop {
            match self.inbox.recv().map_err(|_| End)? {
                Message::Ask(_, reply) => {
                    self.send(reply, Reply::NoSite);
                }
                Message::Changed(paths) => return self.changes(paths, waiting),
            }
        }
    }

    /// Collects the changes of one save, the first of which is known. Who asks meanwhile gets what comes of them.
    fn changes(
        &self,
        first: Option<BTreeSet<PathBuf>>,
        waiting: &mut VecDeque<(String, oneshot::Sender<Answer>)>,
    ) -> Result<Option<BTreeSet<PathBuf>>, End> {
        let mut all = first;
        let begun = Instant::now();
        while begun.elapsed() <= PATIENCE {
            match self.inbox.recv_timeout(SETTLE) {
                Ok(Message::Ask(path, reply)) => waiting.push_back((path, reply)),
                Ok(Message::Changed(paths)) => {
                    all = all.zip(paths).map(|(mut all, paths)| {
                        all.extend(paths);
                        all
                    });
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return Err(End),
            }
        }
        Ok(all)
    }
}

fn broken(source: &Source, error: &RenderError) -> String {
    match theme::diags(source, error) {
        Some(found) => diag::text(&found, &texts(source), false),
        None => format!("a template is broken: {error}\n"),
    }
}

/// What a path leads to: a file, or `index.html` of a folder.
fn find(plan: &Plan<'_>, source: &Source, base: &str, path: &str) -> Reply {
    // Browsers may write any character as `%` and its bytes; hosts read it as the character.
    let path = percent_decode_str(path).decode_utf8_lossy();
    let name = match place(base, &path, |name| plan.has(name)) {
        Place::Moved(to) => return Reply::Moved(to),
        Place::Nothing => None,
        Place::File(name) => Some(name),
    };
    match plan.file(name.as_deref().unwrap_or("404.html")) {
        Some(Err(e)) => Reply::Broken(broken(source, &e)),
        Some(Ok(bytes)) => match name {
            Some(name) => Reply::File(name, bytes.to_vec()),
            None => Reply::Nothing(Some(bytes.to_vec())),
        },
        None => Reply::Nothing(None),
    }
}

#[derive(Debug, PartialEq)]
enum Place {
    File(String),
    Moved(String),
    Nothing,
}

/// Which file stands at a path below `base`.
fn place(base: &str, path: &str, has: impl Fn(&str) -> bool) -> Place {
    let Some(inner) = path.strip_prefix(base) else {
        return if path == "/" {
            Place::Moved(format!("{base}/"))
        } else {
            Place::Nothing
        };
    };
    let Some(inner) = inner.strip_prefix('/') else {
        return if inner.is_empty() {
            Place::Moved(format!("{base}/"))
        } else {
            Place::Nothing
        };
    };
    let name = if inner.is_empty() || inner.ends_with('/') {
        format!("{inner}index.html")
    } else {
        inner.to_owned()
    };
    if has(&name) {
        Place::File(name)
    } else if has(&format!("{name}/index.html")) {
        Place::Moved(format!("{base}/{name}/"))
    } else {
        Place::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_files_of_the_site_only() {
        let find = |base: &str, path: &str| {
            place(base, path, |name| {
                [
                    "index.html",
                    "id/index.html",
                    "id/a/index.html",
                    "errors.json",
                ]
                .contains(&name)
            })
        };
        let file = |path: &str| Place::File(path.to_owned());
        assert_eq!(find("", "/"), file("index.html"));
        assert_eq!(find("", "/id/a/"), file("id/a/index.html"));
        assert_eq!(find("", "/id/a"), Place::Moved("/id/a/".to_owned()));
        assert_eq!(find("", "/errors.json"), file("errors.json"));
        for outside in [
            "/../Cargo.toml",
            "//etc/passwd",
            "/id/../../x",
            "/id/a/%2e%2e",
            "/x",
        ] {
            assert_eq!(find("", outside), Place::Nothing, "{outside}");
        }
        assert_eq!(find("/repo", "/repo/id/"), file("id/index.html"));
        assert_eq!(find("/repo", "/repo"), Place::Moved("/repo/".to_owned()));
        assert_eq!(find("/repo", "/"), Place::Moved("/repo/".to_owned()));
        assert_eq!(find("/repo", "/repository/"), Place::Nothing);
    }
}
