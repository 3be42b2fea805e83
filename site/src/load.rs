//! Reads the content folder into memory. The only reader of the disk on the way to the site; it does not interpret
//! what it reads. The public edition never opens `internal/`.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::diag::{Diag, Texts};

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
/// Endings of images that pages may show.
const IMAGES: [&str; 7] = ["avif", "gif", "jpeg", "jpg", "png", "svg", "webp"];

/// The content folder in memory.
#[derive(Clone, Debug)]
pub struct Source {
    /// The folder as given.
    pub root: PathBuf,
    /// Texts (`.toml`, `.md`) by path below the folder, with `/`.
    pub texts: BTreeMap<String, String>,
    /// Images by path below the folder.
    pub images: BTreeMap<String, Vec<u8>>,
    /// What could not be read as what it should be.
    pub diags: Vec<Diag>,
}

impl Source {
    /// The texts for printing findings.
    #[must_use]
    pub fn for_diags(&self) -> Texts {
        let mut prefix = self.root.to_string_lossy().replace('\\', "/");
        if !prefix.is_empty() && !prefix.ends_with('/') {
            prefix.push('/');
        }
        let mut texts = Texts::new(prefix);
        for (path, text) in &self.texts {
            texts.insert(path, text);
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
        diags: Vec::new(),
    };
    let walk = WalkDir::new(root)
        .follow_root_links(true)
        .max_depth(12)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            let hidden = entry.depth() > 0 && (name.starts_with('.') || name.ends_with('~'));
            let internal = entry.depth() == 1 && name == "internal";
            let closed = internal && edition == Edition::Public;
            !hidden && !closed
        });
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) => {
                let path = e.path().map(|p| relative(root, p)).unwrap_or_default();
                let why = e
                    .io_error()
                    .map_or_else(|| e.to_string(), ToString::to_string);
                source.diags.push(Diag::new(
                    "unreadable-file",
                    path,
                    None,
                    format!("cannot be read: {why}"),
                ));
                continue;
            }
        };
        let path = relative(root, entry.path());
        if entry.file_type().is_symlink() {
            source.diags.push(
                Diag::new("symbolic-link", path, None, "is a symbolic link and was not followed")
                    .help("put the file itself here, so that the content folder is whole wherever it is copied"),
            );
        } else if entry.file_type().is_file() {
            read(&mut source, entry.path(), path);
        }
    }
    Ok(source)
}

fn read(source: &mut Source, full: &Path, path: String) {
    let extension = path.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase());
    let image = extension.as_deref().is_some_and(|e| IMAGES.contains(&e));
    let text = matches!(extension.as_deref(), Some("toml" | "md"));
    if !image && !text {
        source.diags.push(
            Diag::new("unexpected-file", path, None, "nothing reads this file").help(
                "content holds .toml, .md and images; remove it, or begin its name with a dot",
            ),
        );
        return;
    }
    let limit = if image { MAX_IMAGE } else { MAX_TEXT };
    // The size is asked first, so that a huge file is never read.
    let bytes = fs::metadata(full).and_then(|meta| {
        if meta.len() > limit {
            Ok(Err(meta.len()))
        } else {
            fs::read(full).map(Ok)
        }
    });
    match bytes {
        Err(e) => source.diags.push(Diag::new(
            "unreadable-file",
            path,
            None,
            format!("cannot be read: {e}"),
        )),
        Ok(Err(size)) => source.diags.push(Diag::new(
            "file-too-large",
            path,
            None,
            format!("holds {size} bytes; at most {limit} are read"),
        )),
        Ok(Ok(bytes)) if image => {
            source.images.insert(path, bytes);
        }
        Ok(Ok(bytes)) => {
            let mut text = match String::from_utf8(bytes) {
                Ok(text) => text,
                Err(e) => {
                    let at = e.utf8_error().valid_up_to();
                    let lossy = String::from_utf8_lossy(e.as_bytes()).into_owned();
                    source.diags.push(
                        Diag::new("not-utf8", &path, at..at + 1, "this byte is not UTF-8")
                            .help("save the file as UTF-8"),
                    );
                    lossy
                }
            };
            if text.starts_with('\u{feff}') {
                text.drain(..'\u{feff}'.len_utf8());
                source.diags.push(
                    Diag::new("not-utf8", &path, None, "begins with a byte order mark")
                        .help("save the file as UTF-8 without BOM"),
                );
            }
            source.texts.insert(path, text);
        }
    }
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .components()
        .map(|c| c.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}
