//! Puts a finished site into its folder, whole or not at all. The only module that changes files of a site.
//!
//! A new tree is staged beside the target, with hard links to what did not change, and swapped in with one rename. A
//! build that fails or is killed leaves the old site or the new one, never a mixture; the next build clears away what
//! it left behind. Only folders that carry our manifest (or are empty, or absent) are touched, and only files of that
//! manifest are ever removed: what others put there, such as a CNAME, is carried over.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use walkdir::{DirEntry, WalkDir};

use crate::assets::sha256;
use crate::past::{self, Kept, KeptPages, Key, Past, Present};
use crate::render::Files;

/// Lists the files of a site with their SHA-256. Stands in the site's folder.
pub const MANIFEST: &str = ".resep-manifest.json";
/// Stands in a staged tree until it is whole.
const STAGING: &str = ".resep-staging";

/// What a write did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were not there before.
    pub added: usize,
    /// Files with other bytes than before.
    pub changed: usize,
    /// Files left as they were.
    pub unchanged: usize,
    /// Files of the last manifest that are gone.
    pub removed: usize,
}

/// Why nothing was written.
#[derive(Debug)]
pub enum WriteError {
    /// The target is not ours to change; the sentence says why and what to do.
    Refused(String),
    /// The system refused something: what, where, its words.
    Io(&'static str, PathBuf, io::Error),
    /// A page that was to be kept is not there any more; make all of them.
    Touched(PathBuf),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Refused(why) => f.write_str(why),
            WriteError::Io(verb, path, e) => write!(f, "cannot {verb} {}: {e}", path.display()),
            WriteError::Touched(path) => {
                write!(
                    f,
                    "{} was changed during the build; build again",
                    path.display()
                )
            }
        }
    }
}

impl std::error::Error for WriteError {}

type Result<T> = std::result::Result<T, WriteError>;

fn io<T>(verb: &'static str, path: &Path, result: io::Result<T>) -> Result<T> {
    result.map_err(|e| WriteError::Io(verb, path.to_owned(), e))
}

/// Makes `target` hold exactly `files`, its manifest, and what others had put there.
///
/// # Errors
/// If the target is not ours, or the disk refuses something; the target is then as it was.
pub fn write(target: &Path, files: &Files) -> Result<Written> {
    let (kept, past) = (KeptPages::new(), Past::default());
    let (written, _) = Staging::new(target)?.put_in_place(files, &kept, &past, None)?;
    Ok(written)
}

/// The same over the site that `past` knows: what `present` kept stands there already. Notes what there is now for the next
/// build. Whether that could be noted is the second result: the site stands all the same.
///
/// # Errors
/// As [`write()`], and [`WriteError::Touched`] if a page to be kept is not there any more.
pub fn write_over(
    target: &Path,
    files: &Files,
    present: &Present,
    past: &Past,
) -> Result<(Written, Result<()>)> {
    Staging::new(target)?.finish(files, present, past)
}

/// A site on its way into its folder. Pages can be put down beside the target as soon as they are made, so that not all of them
/// have to be in memory at once. Unless [`Staging::finish`] succeeds, the target stays as it is and nothing stays beside it.
#[derive(Debug)]
pub struct Staging {
    places: Places,
    opened: OnceLock<Option<Opened>>,
    /// Whether the staged tree could be begun.
    begun: OnceLock<bool>,
    /// Folders that the staged tree has.
    folders: Mutex<FxHashSet<String>>,
    /// What [`Staging::keep`] did ahead of the end.
    ahead: OnceLock<Ahead>,
    /// Whether a file of the target had to be copied into the staged tree, since the disk has no hard links.
    copied: AtomicBool,
    /// What the disk refused first; after that nothing is put down.
    failed: Mutex<Option<WriteError>>,
    /// Whether notes on texts could be kept; nothing if that was not tried.
    noted: OnceLock<Result<()>>,
    /// The same of notes on words.
    counted: OnceLock<Result<()>>,
}

/// What was done of the staged tree while the last files were made.
#[derive(Debug)]
struct Ahead {
    /// Files of the target that lie in the staged tree.
    kept: FxHashSet<String>,
    /// What others put into the target.
    strangers: Vec<DirEntry>,
}

/// A target that is ours to change.
#[derive(Debug)]
pub(crate) struct Opened {
    /// Keeps other builds away until it is dropped.
    _lock: Option<File>,
    /// What the target holds of ours; nothing if it is absent.
    old: Option<Manifest>,
}

impl Staging {
    /// Nothing is touched yet.
    ///
    /// # Errors
    /// If `target` has no name.
    pub fn new(target: &Path) -> Result<Staging> {
        Ok(Staging {
            places: Places::new(target)?,
            opened: OnceLock::new(),
            begun: OnceLock::new(),
            folders: Mutex::default(),
            ahead: OnceLock::new(),
            copied: AtomicBool::new(false),
            failed: Mutex::default(),
            noted: OnceLock::new(),
            counted: OnceLock::new(),
        })
    }

    /// Sees to it that the file at `path` of the new site is `bytes`. Nothing if that cannot be done, which [`Staging::finish`]
    /// reports.
    pub(crate) fn take(&self, path: &str, bytes: &[u8], past: &Past) -> Option<Kept> {
        if locked(&self.failed).is_some() {
            return None;
        }
        let old = self.open()?.old.as_ref();
        let hash = sha256(bytes);
        let target = self.places.target.join(path);
        let ours = old.is_some_and(|old| old.contains(path));
        if ours
            && (past.has(path, &hash) || holds(&target, bytes))
            && let Some(kept) = Kept::found(&target, hash.clone())
        {
            return Some(kept);
        }
        self.begin()?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !locked(&self.folders).contains(folder) {
            let made = self.places.stage.join(folder);
            self.remembered(io("make", &made, fs::create_dir_all(&made)))?;
            locked(&self.folders).insert(folder.to_owned());
        }
        self.remembered(put(&self.places.stage.join(path), bytes))?;
        Some(Kept::staged(hash, bytes.len()))
    }

    /// Puts what is `kept` into the staged tree while others still work on the rest of the site; nothing where it is not certain yet
    /// that there will be such a tree. What cannot be done is reported by [`Staging::finish`].
    pub(crate) fn keep(&self, kept: &KeptPages) {
        let old = self.opened.get().and_then(Option::as_ref);
        let old = old.and_then(|opened| opened.old.as_ref());
        let (Some(old), Some(true)) = (old, self.begun.get()) else {
            return;
        };
        let lying: Vec<&str> = kept
            .iter()
            .filter(|(_, kept)| !kept.is_staged())
            .map(|(path, _)| path.as_str())
            .collect();
        let link = || {
            self.make_folders(lying.iter().copied())?;
            lying.par_iter().try_for_each(|path| self.keep_one(path))
        };
        let (linked, strangers) = rayon::join(link, || self.places.strangers(old));
        if let Some(strangers) = self.remembered(linked.and(strangers)) {
            let kept = lying.into_iter().map(str::to_owned).collect();
            let _ = self.ahead.set(Ahead { kept, strangers });
        }
    }

    /// Puts the file at `path` of the target into the staged tree.
    fn keep_one(&self, path: &str) -> Result<()> {
        let from = self.places.target.join(path);
        match keep(&from, &self.places.stage.join(path)) {
            Ok(how) => {
                if how == How::Copied {
                    self.copied.store(true, Ordering::Relaxed);
                }
                Ok(())
            }
            Err(_) if !exists(&from) => Err(WriteError::Touched(from)),
            Err(error) => Err(error),
        }
    }

    /// Makes the folders that are to hold these files in the staged tree: parents before what lies in them, those of one depth at the
    /// same time.
    fn make_folders<'p>(&self, files: impl Iterator<Item = &'p str>) -> Result<()> {
        let mut folders = folders(files);
        {
            let made = locked(&self.folders);
            folders.retain(|(_, folder)| !made.contains(*folder));
        }
        for level in folders.chunk_by(|a, b| a.0 == b.0) {
            level.par_iter().try_for_each(|(_, folder)| {
                let folder = self.places.stage.join(folder);
                match fs::create_dir(&folder) {
                    // One above a folder in which a page was put.
                    Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                    made => io("make", &folder, made),
                }
            })?;
        }
        locked(&self.folders).extend(folders.iter().map(|(_, folder)| (*folder).to_owned()));
        Ok(())
    }

    /// Keeps notes on texts for the next build, whatever becomes of this one: they hold by what the texts are. Whether that can be
    /// done is told at the end.
    pub(crate) fn note(&self, texts: &[u8]) {
        if self.open().is_some() {
            self.noted
                .get_or_init(|| past::save(&self.places.target, past::TEXTS, texts));
        }
    }

    /// The same of what the search counted.
    pub(crate) fn note_words(&self, words: &[u8]) {
        if self.open().is_some() {
            self.counted
                .get_or_init(|| past::save(&self.places.target, past::WORDS, words));
        }
    }

    /// Makes the target hold exactly `files` and what was put down. The results are those of [`write_over`].
    ///
    /// # Errors
    /// As [`write_over`].
    pub fn finish(
        mut self,
        files: &Files,
        present: &Present,
        past: &Past,
    ) -> Result<(Written, Result<()>)> {
        let Present { kept, keys, notes } = present;
        let (written, noted) = self.put_in_place(files, kept, past, Some(keys))?;
        let noted = noted.and_then(|()| match self.noted.take() {
            Some(noted) => noted,
            None => past::save(&self.places.target, past::TEXTS, notes),
        });
        let counted = self.counted.take().unwrap_or(Ok(()));
        Ok((written, noted.and(counted)))
    }

    /// Keeps others away, clears away what a killed build left, and looks at what is there. Once; nothing if that cannot be done, which
    /// [`Staging::finish`] reports.
    pub(crate) fn open(&self) -> Option<&Opened> {
        let open = || {
            let places = &self.places;
            io("make", &places.parent, fs::create_dir_all(&places.parent))?;
            let lock = places.lock()?;
            places.recover()?;
            let old = places.manifest_of_target()?;
            Ok(Opened { _lock: lock, old })
        };
        self.opened.get_or_init(|| self.remembered(open())).as_ref()
    }

    /// Makes the staged tree's folder. Once.
    fn begin(&self) -> Option<()> {
        let stage = &self.places.stage;
        let begin = || {
            io("make", stage, fs::create_dir(stage))?;
            // Before anything else, so that a killed build can tell its own files from carried ones.
            put(&stage.join(STAGING), b"")
        };
        self.begun
            .get_or_init(|| self.remembered(begin()).is_some())
            .then_some(())
    }

    /// The value, or nothing after the error was remembered, if it is the first.
    fn remembered<T>(&self, result: Result<T>) -> Option<T> {
        result
            .map_err(|error| {
                locked(&self.failed).get_or_insert(error);
            })
            .ok()
    }

    /// An error if one was remembered.
    fn standing(&self) -> Result<()> {
        locked(&self.failed).take().map_or(Ok(()), Err)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What was staged is of no use if it still lies there; the error that stopped it is the one to report.
        if self.begun.get().is_some() && exists(&self.places.stage) {
            let _ = self.places.clear(&self.places.stage);
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What comes into the target, and how much of it is new.
struct Plan<'f> {
    written: Written,
    wanted: BTreeMap<&'f str, Wanted<'f>>,
    /// SHA-256 of every file.
    hashes: BTreeMap<&'f str, Cow<'f, str>>,
}

impl Staging {
    /// Compares the new site with what stands in the target.
    fn compare<'f>(
        &self,
        old: Option<&Manifest>,
        files: &'f Files,
        kept: &'f KeptPages,
        past: &Past,
    ) -> Result<Plan<'f>> {
        let target = &self.places.target;
        let ahead = self.ahead.get();
        let ours = |path: &str| old.is_some_and(|old| old.contains(path));
        // Whether somebody touched one since is seen when it was put into the new tree, or is to stay.
        let gone = kept
            .iter()
            .find(|(path, kept)| !kept.is_staged() && !ours(path));
        if let Some((path, _)) = gone {
            return Err(WriteError::Touched(target.join(path)));
        }
        let mut written = Written::default();
        for (path, kept) in kept {
            match (ours(path), kept.is_staged()) {
                (_, false) => written.unchanged += 1,
                (true, true) => written.changed += 1,
                (false, true) => written.added += 1,
            }
        }
        let mut plan = Plan {
            written,
            wanted: kept
                .iter()
                .map(|(path, kept)| {
                    let lies = || ahead.is_some_and(|ahead| ahead.kept.contains(path));
                    let wanted = if kept.is_staged() || lies() {
                        Wanted::Staged
                    } else {
                        Wanted::Same
                    };
                    (path.as_str(), wanted)
                })
                .collect(),
            hashes: kept
                .iter()
                .map(|(path, kept)| (path.as_str(), kept.sha256.as_str().into()))
                .collect(),
        };
        let compared: Vec<(bool, bool, String)> = files
            .par_iter()
            .map(|(path, bytes)| {
                let was = ours(path);
                let hash = sha256(bytes);
                let same = was && (past.has(path, &hash) || holds(&target.join(path), bytes));
                (was, same, hash)
            })
            .collect();
        for ((path, bytes), (was, same, hash)) in files.iter().zip(compared) {
            match (was, same) {
                (_, true) => plan.written.unchanged += 1,
                (true, false) => plan.written.changed += 1,
                (false, false) => plan.written.added += 1,
            }
            let wanted = if same {
                Wanted::Same
            } else {
                Wanted::New(bytes)
            };
            plan.wanted.insert(path, wanted);
            plan.hashes.insert(path, hash.into());
        }
        plan.written.removed = old
            .into_iter()
            .flatten()
            .filter(|path| !plan.wanted.contains_key(path.as_str()))
            .count();
        Ok(plan)
    }

    /// With the `keys` of files, notes for the next build what the target holds, while nobody else can build there; whether that could be
    /// noted is the second result.
    fn put_in_place(
        &self,
        files: &Files,
        kept: &KeptPages,
        past: &Past,
        keys: Option<&BTreeMap<String, Key>>,
    ) -> Result<(Written, Result<()>)> {
        let places = &self.places;
        let opened = self.open();
        self.standing()?;
        let old = opened.and_then(|opened| opened.old.as_ref());
        let Plan {
            written,
            wanted,
            hashes,
        } = self.compare(old, files, kept, past)?;
        let manifest = manifest(&hashes);
        let idle = written.added + written.changed + written.removed == 0
            && fs::read(places.target.join(MANIFEST)).is_ok_and(|found| found == manifest);
        // Files keep their stamps when their folder is renamed.
        let folder = if idle { &places.target } else { &places.stage };
        if !idle {
            self.begin();
            self.standing()?;
            self.fill(&wanted, &manifest, old)?;
        }
        let touched = |path: String| WriteError::Touched(places.target.join(path));
        let copied = self.copied.load(Ordering::Relaxed);
        let notes = keys
            .map(|keys| past::notes_on_files(folder, &hashes, keys, kept, copied))
            .transpose()
            .map_err(touched)?;
        let left = if idle { None } else { places.swap(old)? };
        // The new site stands; what cannot be removed now is removed by the next build.
        let discard = || left.map(|(tree, old)| places.discard(tree, old));
        let note = || match notes {
            Some(notes) => past::save(&places.target, past::FILES, notes.as_bytes()),
            None => Ok(()),
        };
        let (_, noted) = rayon::join(discard, note);
        Ok((written, noted))
    }

    /// Puts into the staged tree, which was begun, what it lacks.
    fn fill(
        &self,
        files: &BTreeMap<&str, Wanted<'_>>,
        manifest: &[u8],
        old: Option<&Manifest>,
    ) -> Result<()> {
        let (places, stage) = (&self.places, &self.places.stage);
        put(&stage.join(MANIFEST), manifest)?;
        let lacking = || {
            let mut files = files.iter();
            std::iter::from_fn(move || files.find(|(_, wanted)| !matches!(wanted, Wanted::Staged)))
        };
        self.make_folders(lacking().map(|(path, _)| *path))?;
        let own = || {
            files
                .par_iter()
                .try_for_each(|(path, wanted)| match wanted {
                    Wanted::Same => self.keep_one(path),
                    Wanted::Staged => Ok(()),
                    Wanted::New(bytes) => put(&stage.join(path), bytes),
                })
        };
        let carry = || match (self.ahead.get(), old) {
            (Some(ahead), _) => places.carry(files, &ahead.strangers),
            (None, Some(old)) => places.carry(files, &places.strangers(old)?),
            (None, None) => Ok(()),
        };
        let (own, carried) = rayon::join(own, carry);
        own.and(carried)?;
        let mark = stage.join(STAGING);
        io("remove", &mark, fs::remove_file(&mark))
    }
}

/// A file of the new site.
enum Wanted<'f> {
    /// As it stands in the target.
    Same,
    /// As it lies in the staged tree.
    Staged,
    New(&'f [u8]),
}

/// Writes a file of `.resep-cache/`, which keeps itself out of version control.
///
/// # Errors
/// If the disk refuses; what was there stands.
pub(crate) fn cache(path: &Path, bytes: &[u8]) -> Result<()> {
    if holds(path, bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        let ignore = folder.join(".gitignore");
        if !exists(&ignore) {
            replace(&ignore, b"*\n")?;
        }
    }
    replace(path, bytes)
}

/// Writes one file, whole or not at all: beside its place first, then there in one step.
///
/// # Errors
/// If the disk refuses; what was there stands.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".resep-part");
    let part = path.with_file_name(name);
    if let Some(folder) = path.parent() {
        io("make", folder, fs::create_dir_all(folder))?;
    }
    // Left by a run that was killed, or a link that leads elsewhere, or a pipe on which one would wait.
    match fs::remove_file(&part) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => io("remove", &part, Err(e))?,
        _ => {}
    }
    let write = || -> io::Result<()> {
        let mut file = File::options().write(true).create_new(true).open(&part)?;
        file.write_all(bytes)?;
        match fs::symlink_metadata(path) {
            // Who may read it is for its owner to say.
            Ok(old) if old.is_file() => file.set_permissions(old.permissions()),
            _ => Ok(()),
        }
    };
    let done =
        io("write", &part, write()).and_then(|()| io("write", path, fs::rename(&part, path)));
    if done.is_err() {
        // Of no use; the error that stopped it is the one to report.
        let _ = fs::remove_file(&part);
    }
    done
}

/// Whether the file has exactly these bytes. The size is asked first.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.len() == bytes.len() as u64)
        && fs::read(path).is_ok_and(|found| found == bytes)
}

/// Writes a new file with its folders; for skeletons.
///
/// # Errors
/// If there is such a file already, or the disk refuses. A sentence.
pub(crate) fn create(path: &Path, text: &str) -> std::result::Result<(), String> {
    let written = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| File::options().write(true).create_new(true).open(path))
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|e| format!("cannot write {}: {e}", path.display()))
}

/// The manifest as bytes: the same for the same files.
fn manifest(hashes: &BTreeMap<&str, Cow<'_, str>>) -> Vec<u8> {
    let mut out = String::from("{\n  \"program\": \"resep\",\n  \"version\": 1,\n  \"files\": {");
    let mut comma = "";
    for (path, hash) in hashes {
        // A string of JSON.
        let path = Value::from(*path);
        let _ = write!(out, "{comma}\n    {path}: \"{hash}\"");
        comma = ",";
    }
    out.push_str(if hashes.is_empty() {
        "}\n}\n"
    } else {
        "\n  }\n}\n"
    });
    out.into_bytes()
}

/// Paths of the files that a manifest lists.
type Manifest = BTreeSet<String>;

/// Paths of the manifest in `folder`; nothing if there is none of ours.
fn read_manifest(folder: &Path) -> Option<Manifest> {
    #[derive(Deserialize)]
    struct Read {
        program: String,
        files: BTreeMap<String, IgnoredAny>,
    }
    let bytes = fs::read(folder.join(MANIFEST)).ok()?;
    let read: Read = serde_json::from_slice(&bytes).ok()?;
    if read.program != "resep" {
        return None;
    }
    let inside = |path: &str| {
        !path.is_empty()
            && !path.starts_with('/')
            && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
    };
    Some(read.files.into_keys().filter(|path| inside(path)).collect())
}

#[derive(Debug)]
struct Places {
    target: PathBuf,
    parent: PathBuf,
    /// The new tree until the swap, the old one after it.
    stage: PathBuf,
    /// The old tree for a moment, where two folders cannot be swapped in one step.
    aside: PathBuf,
    name: String,
}

impl Places {
    fn new(target: &Path) -> Result<Places> {
        // Without a slash at its end, with which a link would be what it leads to.
        let target: &Path = &target.components().collect::<PathBuf>();
        let name = target
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .ok_or_else(|| {
                WriteError::Refused(format!(
                    "{} names no folder to write to; give a name, such as `--out dist`",
                    target.display()
                ))
            })?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(Places {
            target: target.to_owned(),
            stage: parent.join(format!(".{name}.resep-stage")),
            aside: parent.join(format!(".{name}.resep-old")),
            parent,
            name,
        })
    }

    /// Keeps two builds of one folder apart. Released when dropped, also by a kill.
    fn lock(&self) -> Result<Option<File>> {
        let path = if cfg!(windows) {
            self.parent.join(format!(".{}.resep-lock", self.name))
        } else {
            self.parent.clone()
        };
        let opened = if cfg!(windows) {
            File::create(&path)
        } else {
            File::open(&path)
        };
        let file = io("open", &path, opened)?;
        match file.lock() {
            Ok(()) => Ok(Some(file)),
            // Some network disks know no locks.
            Err(e) if e.kind() == io::ErrorKind::Unsupported => Ok(None),
            Err(e) => Err(WriteError::Io("lock", path, e)),
        }
    }

    /// Clears away what a killed build left.
    fn recover(&self) -> Result<()> {
        if exists(&self.aside) {
            if exists(&self.target) {
                self.clear(&self.aside)?;
            } else {
                io("move", &self.aside, fs::rename(&self.aside, &self.target))?;
            }
        }
        if exists(&self.stage) {
            self.clear(&self.stage)?;
        }
        Ok(())
    }

    /// The manifest of the target; nothing if the target is absent. Refuses what is not ours.
    fn manifest_of_target(&self) -> Result<Option<Manifest>> {
        let shown = self.target.display();
        let meta = match fs::symlink_metadata(&self.target) {
            Ok(meta) => meta,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(WriteError::Io("look at", self.target.clone(), e)),
        };
        if meta.is_symlink() {
            return Err(WriteError::Refused(format!(
                "{shown} is a link; name the folder that it leads to"
            )));
        }
        if !meta.is_dir() {
            return Err(WriteError::Refused(format!(
                "{shown} is no folder; choose another with --out"
            )));
        }
        if let Some(manifest) = read_manifest(&self.target) {
            return Ok(Some(manifest));
        }
        if exists(&self.target.join(MANIFEST)) {
            return Err(WriteError::Refused(format!(
                "{shown}/{MANIFEST} is not as resep wrote it, so nobody can tell which files there are resep's; \
                 choose another folder with --out, or remove this one yourself"
            )));
        }
        let mut entries = io("read", &self.target, fs::read_dir(&self.target))?;
        match entries.next() {
            None => Ok(Some(Manifest::new())),
            Some(Ok(entry)) => Err(WriteError::Refused(format!(
                "{shown} was not made by resep (it holds {} and no {MANIFEST}) and is left as it is; \
                 choose another folder with --out, or empty this one yourself",
                entry.file_name().to_string_lossy()
            ))),
            Some(Err(e)) => Err(WriteError::Io("read", self.target.clone(), e)),
        }
    }

    /// What others put into the target, of which `old` is the manifest; folders before what lies in them.
    fn strangers(&self, old: &Manifest) -> Result<Vec<DirEntry>> {
        let mut found = Vec::new();
        for entry in walk(&self.target) {
            let entry = entry?;
            let path = slashed(&self.target, entry.path());
            let ours = old.contains(&path)
                || path == MANIFEST
                || entry.file_type().is_dir() && {
                    let inside = path + "/";
                    let next = old.range(inside.clone()..).next();
                    next.is_some_and(|known| known.starts_with(&inside))
                };
            if !ours {
                found.push(entry);
            }
        }
        Ok(found)
    }

    /// Takes over what others put into the target.
    fn carry(&self, files: &BTreeMap<&str, Wanted<'_>>, strangers: &[DirEntry]) -> Result<()> {
        for entry in strangers {
            let path = slashed(&self.target, entry.path());
            // Under its own name, which need not be text.
            let below = entry.path().strip_prefix(&self.target);
            let to = self.stage.join(below.unwrap_or(entry.path()));
            if entry.file_type().is_dir() {
                if !exists(&to) {
                    io("make", &to, fs::create_dir(&to))?;
                }
                continue;
            }
            if files.contains_key(path.as_str()) || exists(&to) {
                return Err(WriteError::Refused(format!(
                    "{} was not made by resep, and the new site has a file of that name; move it away",
                    entry.path().display()
                )));
            }
            if let Some(folder) = to.parent() {
                io("make", folder, fs::create_dir_all(folder))?;
            }
            if entry.file_type().is_symlink() {
                keep_link(entry.path(), &to)?;
            } else {
                keep(entry.path(), &to)?;
            }
        }
        Ok(())
    }

    /// Puts the staged tree in the target's place. Where there was an old one, tells where that lies now, and its manifest.
    fn swap<'a>(&'a self, old: Option<&'a Manifest>) -> Result<Option<(&'a Path, &'a Manifest)>> {
        let Some(old) = old else {
            io("move", &self.stage, fs::rename(&self.stage, &self.target))?;
            return Ok(None);
        };
        if exchange(&self.stage, &self.target).is_ok() {
            // The old tree now has the stage's name.
            return Ok(Some((&self.stage, old)));
        }
        io("move", &self.target, fs::rename(&self.target, &self.aside))?;
        if let Err(e) = fs::rename(&self.stage, &self.target) {
            io("move", &self.aside, fs::rename(&self.aside, &self.target))?;
            return Err(WriteError::Io("move", self.stage.clone(), e));
        }
        Ok(Some((&self.aside, old)))
    }

    /// Removes a tree of which `old` is the manifest without looking at what is in it; what is left then is looked at.
    fn discard(&self, tree: &Path, old: &Manifest) -> Result<()> {
        let gone = |done: io::Result<()>| match done {
            Ok(()) => true,
            Err(e) => e.kind() == io::ErrorKind::NotFound,
        };
        let folders = folders(old.iter().map(String::as_str));
        // What lies behind a link that somebody put in the place of a folder is none of ours.
        let is_whole = folders.par_iter().all(|(_, folder)| {
            fs::symlink_metadata(tree.join(folder)).is_ok_and(|meta| meta.is_dir())
        });
        // Deepest first; a folder that is not empty has something of others in it.
        let emptied = is_whole
            && old
                .par_iter()
                .all(|path| gone(fs::remove_file(tree.join(path))))
            && folders.chunk_by(|a, b| a.0 == b.0).rev().all(|level| {
                level
                    .par_iter()
                    .all(|(_, folder)| gone(fs::remove_dir(tree.join(folder))))
            })
            && fs::read_dir(tree).is_ok_and(|entries| entries.count() == 1);
        // The manifest last: by that the next build knows what is ours.
        if emptied && gone(fs::remove_file(tree.join(MANIFEST))) {
            return io("remove", tree, fs::remove_dir(tree));
        }
        self.clear(tree)
    }

    /// Removes a tree that is not the site any more: files of its manifest, and carried files of which the site has
    /// its own. Anything else is moved into the site.
    fn clear(&self, tree: &Path) -> Result<()> {
        let manifest = read_manifest(tree).unwrap_or_default();
        let half = exists(&tree.join(STAGING));
        let mut found = walk(tree).collect::<Result<Vec<DirEntry>>>()?;
        let signs = [MANIFEST, STAGING].map(|name| tree.join(name));
        found.retain(|entry| !signs.iter().any(|sign| sign == entry.path()));
        let (mut folders, files): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|e| e.file_type().is_dir());
        files.par_iter().try_for_each(|entry| {
            let from = entry.path();
            let path = slashed(tree, from);
            let own = manifest.contains(&path);
            let to = self.target.join(&path);
            let newer = || {
                let time = |p: &Path| fs::symlink_metadata(p).and_then(|m| m.modified()).ok();
                !half && time(from) > time(&to)
            };
            if own || half || (exists(&to) && !newer()) {
                return io("remove", from, fs::remove_file(from));
            }
            if let Some(folder) = to.parent() {
                io("make", folder, fs::create_dir_all(folder))?;
            }
            io("move", from, fs::rename(from, &to))
        })?;
        // Deepest first; one that is not empty has something new in it.
        folders.sort_by_key(|e| std::cmp::Reverse(e.depth()));
        for level in folders.chunk_by(|a, b| a.depth() == b.depth()) {
            level.par_iter().for_each(|folder| {
                let _ = fs::remove_dir(folder.path());
            });
        }
        // Last what says whose the others are: a build that is killed before that is followed by one that still knows. The mark after
        // the manifest, without which it would stand for files of others.
        for sign in signs {
            if exists(&sign) {
                io("remove", &sign, fs::remove_file(&sign))?;
            }
        }
        io("remove", tree, fs::remove_dir(tree))
    }
}

/// What lies in `tree`; folders before what lies in them.
fn walk(tree: &Path) -> impl Iterator<Item = Result<DirEntry>> {
    WalkDir::new(tree).min_depth(1).into_iter().map(|entry| {
        entry.map_err(|e| {
            let path = e.path().unwrap_or(tree).to_owned();
            WriteError::Io("read", path, e.into())
        })
    })
}

/// The folders that hold these files, with how deep they lie; sorted, so that parents come before what lies in them.
fn folders<'p>(files: impl Iterator<Item = &'p str>) -> Vec<(usize, &'p str)> {
    let mut folders = Vec::new();
    let mut last = "";
    for path in files {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder != last && !folder.is_empty() {
            last = folder;
            let ends = folder.match_indices('/').map(|(at, _)| at);
            let above = ends.chain([folder.len()]).enumerate();
            folders.extend(above.map(|(depth, end)| (depth, &folder[..end])));
        }
    }
    folders.sort_unstable();
    folders.dedup();
    folders
}

#[cfg(target_os = "linux")]
fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).map_err(io::Error::from)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    io("write", path, fs::write(path, bytes))
}

/// What a file under another name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// The same file.
    Linked,
    /// Another one with the same bytes and time.
    Copied,
}

/// A file under another name, with its time: by a hard link, or by a copy where the disk has none.
fn keep(from: &Path, to: &Path) -> Result<How> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(How::Linked);
    }
    io("copy", from, fs::copy(from, to))?;
    let times = fs::metadata(from).and_then(|m| m.modified());
    if let Ok(time) = times {
        let file = io("open", to, File::options().write(true).open(to))?;
        io("set the time of", to, file.set_modified(time))?;
    }
    Ok(How::Copied)
}

#[cfg(unix)]
fn keep_link(from: &Path, to: &Path) -> Result<()> {
    let leads = io("read", from, fs::read_link(from))?;
    io("write", to, std::os::unix::fs::symlink(leads, to))
}

#[cfg(not(unix))]
fn keep_link(from: &Path, _: &Path) -> Result<()> {
    Err(WriteError::Refused(format!(
        "{} is a link that cannot be carried over here; move it away",
        from.display()
    )))
}

fn slashed(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    if cfg!(unix) {
        return below.to_string_lossy().into_owned();
    }
    below
        .components()
        .map(|c| c.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A folder of its own that is removed at the end.
    struct Temp(PathBuf);

    impl Temp {
        fn new() -> Temp {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let n = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = std::env::temp_dir().join(format!("resep-write-{}-{n}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Temp(path)
        }
    }

    impl Drop for Temp {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    fn read(path: PathBuf) -> String {
        fs::read_to_string(path).unwrap()
    }

    #[test]
    fn writes_then_changes_only_what_changed() {
        let temp = Temp::new();
        let dist = temp.0.join("dist");
        let done = write(
            &dist,
            &files(&[("a/index.html", "1"), ("b.txt", "2"), ("c.txt", "3")]),
        )
        .unwrap();
        assert_eq!(done.added, 3);
        fs::write(dist.join("CNAME"), "help.example").unwrap();
        let before = fs::metadata(dist.join("b.txt"))
            .unwrap()
            .modified()
            .unwrap();
        let done = write(&dist, &files(&[("a/index.html", "new"), ("b.txt", "2")])).unwrap();
        assert_eq!(
            done,
            Written {
                added: 0,
                changed: 1,
                unchanged: 1,
                removed: 1
            }
        );
        assert_eq!(read(dist.join("a/index.html")), "new");
        assert!(!dist.join("c.txt").exists());
        assert_eq!(read(dist.join("CNAME")), "help.example");
        assert_eq!(
            fs::metadata(dist.join("b.txt"))
                .unwrap()
                .modified()
                .unwrap(),
            before
        );
        assert_eq!(
            fs::read_dir(&temp.0).unwrap().count(),
            1,
            "nothing is left beside the site"
        );
    }

    #[test]
    fn refuses_what_it_did_not_make() {
        let temp = Temp::new();
        let dist = temp.0.join("dist");
        fs::create_dir(&dist).unwrap();
        fs::write(dist.join("thesis.txt"), "mine").unwrap();
        let error = write(&dist, &files(&[("a", "1")])).unwrap_err();
        assert!(error.to_string().contains("thesis.txt"), "{error}");
        assert_eq!(read(dist.join("thesis.txt")), "mine");
        assert_eq!(fs::read_dir(&dist).unwrap().count(), 1);
    }

    #[test]
    fn the_manifest_is_json() {
        for paths in [&[][..], &["a"], &["a/\"b\\c", "\u{1}\u{e9}"]] {
            let hashes: BTreeMap<&str, Cow<'_, str>> = paths
                .iter()
                .map(|path| (*path, sha256(path.as_bytes()).into()))
                .collect();
            let json = serde_json::json!({ "program": "resep", "version": 1, "files": hashes });
            let text = String::from_utf8(manifest(&hashes)).unwrap();
            assert_eq!(text, format!("{json:#}\n"));
        }
    }

    #[test]
    fn what_somebody_put_into_the_old_tree_is_not_lost() {
        let temp = Temp::new();
        let places = Places::new(&temp.0.join("dist")).unwrap();
        write(&places.target, &files(&[("a/b", "1"), ("c", "1")])).unwrap();
        let old = read_manifest(&places.target).unwrap();
        for late in ["late", "a/late"] {
            fs::create_dir_all(places.stage.join("a")).unwrap();
            for (path, text) in [("a/b", "0"), ("c", "0"), (late, "theirs")] {
                fs::write(places.stage.join(path), text).unwrap();
            }
            fs::copy(places.target.join(MANIFEST), places.stage.join(MANIFEST)).unwrap();
            places.discard(&places.stage, &old).unwrap();
            assert_eq!(read(places.target.join(late)), "theirs");
            assert_eq!(read(places.target.join("c")), "1");
            assert_eq!(fs::read_dir(&temp.0).unwrap().count(), 1);
        }
    }

    #[test]
    fn an_empty_folder_is_taken() {
        let temp = Temp::new();
        let dist = temp.0.join("dist");
        fs::create_dir(&dist).unwrap();
        write(&dist, &files(&[("a", "1")])).unwrap();
        assert_eq!(read(dist.join("a")), "1");
    }

    #[test]
    fn a_name_that_others_use_is_refused_and_nothing_changes() {
        let temp = Temp::new();
        let dist = temp.0.join("dist");
        write(&dist, &files(&[("a", "1")])).unwrap();
        fs::write(dist.join("b"), "theirs").unwrap();
        assert!(write(&dist, &files(&[("a", "2"), ("b", "ours")])).is_err());
        assert_eq!(read(dist.join("a")), "1");
        assert_eq!(read(dist.join("b")), "theirs");
        assert_eq!(fs::read_dir(&temp.0).unwrap().count(), 1);
    }

    #[test]
    fn what_a_killed_build_left_is_cleared() {
        let temp = Temp::new();
        let dist = temp.0.join("dist");
        write(&dist, &files(&[("a", "1")])).unwrap();
        fs::write(dist.join("CNAME"), "mine").unwrap();
        // Killed while staging: a half carried file must not win over the real one.
        let stage = temp.0.join(".dist.resep-stage");
        fs::create_dir(&stage).unwrap();
        fs::write(stage.join(STAGING), "").unwrap();
        fs::write(
            stage.join(MANIFEST),
            manifest(&BTreeMap::from([("a", sha256(b"2").into())])),
        )
        .unwrap();
        fs::write(stage.join("CNAME"), "mi").unwrap();
        write(&dist, &files(&[("a", "3")])).unwrap();
        assert_eq!(read(dist.join("a")), "3");
        assert_eq!(read(dist.join("CNAME")), "mine");
        assert_eq!(fs::read_dir(&temp.0).unwrap().count(), 1);
    }

    #[test]
    fn a_site_set_aside_by_a_killed_build_comes_back() {
        let temp = Temp::new();
        let dist = temp.0.join("dist");
        write(&dist, &files(&[("a", "1"), ("b", "1")])).unwrap();
        fs::rename(&dist, temp.0.join(".dist.resep-old")).unwrap();
        write(&dist, &files(&[("a", "1"), ("b", "2")])).unwrap();
        assert_eq!(read(dist.join("b")), "2");
        assert_eq!(fs::read_dir(&temp.0).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn what_lies_behind_a_link_stays() {
        let temp = Temp::new();
        let (dist, moved) = (temp.0.join("dist"), temp.0.join("moved"));
        write(&dist, &files(&[("a/b", "1"), ("c", "1")])).unwrap();
        fs::rename(dist.join("a"), &moved).unwrap();
        std::os::unix::fs::symlink(&moved, dist.join("a")).unwrap();
        write(&dist, &files(&[("c", "2")])).unwrap();
        assert_eq!(read(moved.join("b")), "1");
        assert_eq!(fs::read_link(dist.join("a")).unwrap(), moved);
        assert_eq!(fs::read_dir(&temp.0).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_refused() {
        let temp = Temp::new();
        let real = temp.0.join("real");
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, temp.0.join("dist")).unwrap();
        assert!(write(&temp.0.join("dist"), &files(&[("a", "1")])).is_err());
        assert_eq!(fs::read_dir(&real).unwrap().count(), 0);
    }
}
