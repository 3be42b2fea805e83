//! Reads the content folder into memory. The only reader of the disk on the way to the site; it does not interpret
//! what it reads. The public edition never opens `internal/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::{memchr, memchr_iter};
use rayon::prelude::*;
use walkdir::WalkDir;

use crate::diag::{Diag, Texts};
use crate::images::Picture;
use crate::theme::{self, TEXTS};
use crate::utf16;

/// Which site is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Edition {
    /// Without `content/internal/`, which is never opened.
    Public,
    /// With it.
    Internal,
}

/// Largest text file, in bytes.
const MAX_TEXT: u64 = 2 * 1024 * 1024;
/// Largest image, in bytes.
const MAX_IMAGE: u64 = 10 * 1024 * 1024;
/// Folders inside each other, below the first.
const DEEPEST: usize = 11;
/// Most files. A site of this size takes minutes and all memory; a folder of this size is most likely another one.
const MOST: usize = 400_000;
/// Endings of images that pages may show.
pub(crate) const IMAGES: [&str; 7] = ["avif", "gif", "jpeg", "jpg", "png", "svg", "webp"];

/// The content folder in memory.
#[derive(Clone, Debug)]
pub struct Source {
    /// The folder as given.
    pub root: PathBuf,
    /// Texts (`.toml`, `.md`, templates, styles and scripts of a theme) by path below the folder, with `/`.
    pub texts: BTreeMap<String, Arc<str>>,
    /// Images, and fonts of a theme, by path below the folder.
    pub images: BTreeMap<String, Arc<[u8]>>,
    /// What is known of the images, by path; empty until [`crate::images`] looked at them.
    pub pictures: BTreeMap<String, Picture>,
    /// What could not be read as what it should be.
    pub diags: Vec<Diag>,
    /// There is an internal part, which this edition does not open.
    pub unopened: bool,
}

impl Source {
    fn put(&mut self, file: Loaded) {
        self.diags.extend(file.diags);
        match file.bytes {
            Bytes::Text(text) => drop(self.texts.insert(file.path, text)),
            Bytes::Image(bytes) => drop(self.images.insert(file.path, bytes)),
            Bytes::None => {}
        }
    }

    /// What is published of the image at `path`, which holds these `bytes`: all but what cameras write into them.
    pub(crate) fn published<'s>(&'s self, path: &str, bytes: &'s [u8]) -> &'s [u8] {
        self.pictures.get(path).map_or(bytes, Picture::published)
    }

    /// The texts for printing findings.
    #[must_use]
    pub fn for_diags(&self) -> Texts {
        let mut prefix = self.root.to_string_lossy().replace('\\', "/");
        // As whoever reads a list of files writes it, and services that attach findings to files.
        while let Some(rest) = prefix.strip_prefix("./") {
            prefix = rest.to_owned();
        }
        if prefix == "." {
            prefix.clear();
        }
        if !prefix.is_empty() && !prefix.ends_with('/') {
            prefix.push('/');
        }
        let mut texts = Texts::new(prefix);
        for (path, text) in &self.texts {
            texts.insert(path, Arc::clone(text));
        }
        texts
    }
}

/// Why the folder as a whole could not be read.
#[derive(Debug)]
pub struct LoadError {
    path: PathBuf,
    why: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read {}: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for LoadError {}

/// Reads everything below `root` that the edition may hold, in sorted order.
///
/// # Errors
/// If `root` is no folder that can be read. A single file that cannot be read is a finding instead.
pub fn load(root: &Path, edition: Edition) -> Result<Source, LoadError> {
    let fail = |why: String| LoadError {
        path: root.to_owned(),
        why,
    };
    let meta = fs::metadata(root).map_err(|e| fail(e.to_string()))?;
    if !meta.is_dir() {
        return Err(fail("it is no folder".to_owned()));
    }
    let mut source = Source {
        root: root.to_owned(),
        texts: BTreeMap::new(),
        images: BTreeMap::new(),
        pictures: BTreeMap::new(),
        diags: Vec::new(),
        unopened: false,
    };
    // The folder itself is listed by hand: a walk opens a folder before it can be told to leave it out.
    let mut tops = fs::read_dir(root)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|e| e.path()))
                .collect::<Result<Vec<_>, _>>()
        })
        .map_err(|e| fail(e.to_string()))?;
    tops.sort();
    let named = |path: &Path, name: &str| path.file_name().is_some_and(|n| n == name);
    let all = tops.len();
    tops.retain(|path| edition == Edition::Internal || !named(path, "internal"));
    source.unopened = tops.len() < all;
    let walk = tops.iter().flat_map(|top| {
        WalkDir::new(top)
            .follow_root_links(false)
            .max_depth(DEEPEST)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| !is_hidden(&entry.file_name().to_string_lossy()))
    });
    let mut files = Vec::new();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) => {
                let path = e.path().map(|p| relative(root, p)).unwrap_or_default();
                let why = e
                    .io_error()
                    .map_or_else(|| e.to_string(), ToString::to_string);
                source.diags.push(unreadable(path, &why));
                continue;
            }
        };
        let path = relative(root, entry.path());
        if entry.file_type().is_symlink() {
            source.diags.push(
                Diag::new("symbolic-link", path, None, "is a symbolic link and was not followed")
                    .help("put the file itself here, so that the content folder is whole wherever it is copied"),
            );
        } else if entry.file_type().is_dir() && entry.depth() == DEEPEST {
            source.diags.push(
                Diag::new(
                    "unexpected-file",
                    path,
                    None,
                    "lies too deep, and nothing in it is read",
                )
                .help(format!("put it into at most {DEEPEST} folders")),
            );
        } else if entry.file_type().is_dir() && is_named_as_file(&path) {
            source.diags.push(
                Diag::new("unreadable-file", path, None, "cannot be read: it is a folder")
                    .help("put a file of this name in its place, or give the folder a name without this ending"),
            );
        } else if entry.file_type().is_file() {
            if files.len() == MOST {
                return Err(fail(format!(
                    "it holds more than {MOST} files; is this the content folder?"
                )));
            }
            files.push((entry.into_path(), path));
        } else if !entry.file_type().is_dir() {
            source.diags.push(no_file(path));
        }
    }
    let read: Vec<Loaded> = files
        .into_par_iter()
        .map(|(full, path)| read(&full, path))
        .collect();
    for file in read {
        source.put(file);
    }
    Ok(source)
}

/// Reads the files at `paths` again, which lie below `root` by its true name. Where more than single files may have
/// changed, the whole folder is read.
///
/// # Errors
/// As [`load`].
pub fn reload(
    source: &mut Source,
    root: &Path,
    edition: Edition,
    paths: &BTreeSet<PathBuf>,
) -> Result<(), LoadError> {
    for full in paths {
        let path = relative(root, full);
        let mut parts = path.split('/');
        if parts.clone().any(is_hidden)
            || (edition == Edition::Public && parts.next() == Some("internal"))
        {
            continue;
        }
        let known = source.texts.contains_key(&path) || source.images.contains_key(&path);
        let meta = fs::symlink_metadata(full);
        let file = meta.as_ref().is_ok_and(fs::Metadata::is_file);
        let gone = meta.is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound);
        let single = file || (gone && known);
        if !single {
            // A folder, or something that was in none of our lists.
            let shown = source.root.clone();
            let pictures = std::mem::take(&mut source.pictures);
            *source = load(&shown, edition)?;
            source.pictures = pictures;
            return Ok(());
        }
        source.diags.retain(|d| d.file != path);
        source.texts.remove(&path);
        source.images.remove(&path);
        if file {
            source.put(read(full, path));
        }
    }
    Ok(())
}

/// Files of editors and systems.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

/// A file that was read.
struct Loaded {
    path: String,
    bytes: Bytes,
    /// What is wrong with it.
    diags: Vec<Diag>,
}

enum Bytes {
    Text(Arc<str>),
    Image(Arc<[u8]>),
    /// It could not be read, or is not for us.
    None,
}

fn read(full: &Path, path: String) -> Loaded {
    let mut diags = Vec::new();
    let bytes = bytes(full, &path, &mut diags);
    Loaded { path, bytes, diags }
}

fn bytes(full: &Path, path: &str, diags: &mut Vec<Diag>) -> Bytes {
    let extension = path.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    let extension = extension.as_deref();
    let image = extension.is_some_and(|e| IMAGES.contains(&e)) || theme::is_other(path);
    let text =
        is_text(extension) || theme::holds(path) && extension.is_some_and(|e| TEXTS.contains(&e));
    if !image && !text {
        diags.push(
            Diag::new("unexpected-file", path, None, "nothing reads this file").help(format!(
                "content holds .toml, .md and images ({}); save a picture as one of them, remove any other file, or begin \
                 its name with a dot",
                IMAGES.join(", ")
            )),
        );
        return Bytes::None;
    }
    let limit = if image { MAX_IMAGE } else { MAX_TEXT };
    // The kind and the size are asked first, so that nobody waits for a pipe, and a huge file is never read.
    let bytes = fs::metadata(full).and_then(|meta| {
        Ok(if !meta.is_file() {
            Err(None)
        } else if meta.len() > limit {
            Err(Some(meta.len()))
        } else {
            Ok(fs::read(full)?)
        })
    });
    match bytes {
        Ok(Err(None)) => diags.push(no_file(path.to_owned())),
        Err(e) => diags.push(unreadable(path.to_owned(), &e.to_string())),
        Ok(Err(Some(size))) => diags.push(
            Diag::new(
                "file-too-large",
                path,
                None,
                format!("holds {size} bytes; at most {limit} are read"),
            )
            .help("make it smaller, or take it out of the content folder"),
        ),
        Ok(Ok(bytes)) if image => return Bytes::Image(bytes.into()),
        Ok(Ok(bytes)) => {
            let read = plain(bytes);
            diags.extend(read.odd.iter().map(|odd| odd.diag(path)));
            return Bytes::Text(read.text.into());
        }
    }
    Bytes::None
}

/// A file as text: UTF-8 whose lines end with a line feed.
pub(crate) struct Plain {
    pub(crate) text: String,
    /// How the file is written otherwise.
    pub(crate) odd: Vec<Odd>,
}

/// How a file is written that is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Odd {
    /// The first byte that is not UTF-8. Characters are lost in the text.
    NotUtf8(usize),
    Utf16,
    Mark,
    /// The first carriage return without a line feed.
    Return(usize),
}

impl Odd {
    /// What is found in the file at `path`. To write the text as it was read is what mends all but the first.
    fn diag(self, path: &str) -> Diag {
        match self {
            Odd::NotUtf8(at) => Diag::new("not-utf8", path, at..at + 1, "this byte is not UTF-8")
                .help("save the file as UTF-8"),
            Odd::Utf16 => Diag::new("not-utf8", path, None, "the file is UTF-16")
                .help("save the file as UTF-8 without BOM")
                .fix(0..0, ""),
            Odd::Mark => Diag::new("not-utf8", path, None, "begins with a byte order mark")
                .help("save the file as UTF-8 without BOM")
                .fix(0..0, ""),
            Odd::Return(at) => Diag::new(
                "control-character",
                path,
                at..at + 1,
                "this line and maybe others end with a carriage return alone",
            )
            .help("save the file with line feeds (LF) as ends of lines")
            .fix(0..0, ""),
        }
    }
}

/// Reads a file as text.
pub(crate) fn plain(bytes: Vec<u8>) -> Plain {
    let mut odd = Vec::new();
    let (bytes, is_utf16) = match utf16::all(&bytes) {
        Some(text) => (text, true),
        None => (bytes, false),
    };
    if is_utf16 {
        odd.push(Odd::Utf16);
    }
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => {
            let at = e.utf8_error().valid_up_to();
            odd.push(Odd::NotUtf8(at));
            let mut text = String::from_utf8_lossy(e.as_bytes()).into_owned();
            // No text at all, a picture or an archive: what follows would be found fault with at every byte.
            if memchr(0, e.as_bytes()).is_some() {
                text.truncate(at + '\u{fffd}'.len_utf8());
            }
            text
        }
    };
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
        odd.push(Odd::Mark);
    }
    // Hardly any file has one, and what is no text has any byte.
    let is_text = !odd.iter().any(|odd| matches!(odd, Odd::NotUtf8(_)));
    if is_text && memchr(b'\r', text.as_bytes()).is_some() {
        let is_alone = |at: usize| text.as_bytes().get(at + 1) != Some(&b'\n');
        let alone: Vec<usize> = memchr_iter(b'\r', text.as_bytes())
            .filter(|at| is_alone(*at))
            .collect();
        odd.extend(alone.first().map(|first| Odd::Return(*first)));
        for at in alone {
            text.replace_range(at..=at, "\n");
        }
    }
    Plain { text, odd }
}

/// Whether the name ends as those of files that are read as text.
fn is_named_as_file(path: &str) -> bool {
    is_text(Path::new(path).extension().and_then(|e| e.to_str()))
}

/// Whether files that end so are read as text, wherever they lie.
fn is_text(extension: Option<&str>) -> bool {
    matches!(extension, Some("toml" | "md"))
}

fn no_file(path: String) -> Diag {
    Diag::new(
        "unexpected-file",
        path,
        None,
        "is a pipe, a socket or a device, and was not opened",
    )
    .help("take it out of the content folder, or begin its name with a dot")
}

fn unreadable(path: String, why: &str) -> Diag {
    Diag::new(
        "unreadable-file",
        path,
        None,
        format!("cannot be read: {why}"),
    )
    .help("give yourself the right to read it, or take it out of the content folder")
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .components()
        .map(|c| c.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}
