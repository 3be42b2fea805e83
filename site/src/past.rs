//! What the last build left in its target folder, so that the next one need not make it again.
//!
//! Beside the target lie three files. `.resep-cache/<target>.build` has for each file of the site its SHA-256, its stamp, and the
//! key of all that it was made from: a file with the same key, which nobody touched since, is neither made nor looked at.
//! `.resep-cache/<target>.texts` has what each text in Markdown was read as, by the SHA-256 of the text.
//! `.resep-cache/<target>.words` has the words that the search counted of each page, by the SHA-256 of its twin. Whatever does not
//! fit (another program, a damaged file, a changed target) is not used, so the cache changes how long a build takes and nothing else.
//!
//! **What a page of an article is made from**: the texts in its own folder, and everything else in the content but the
//! bodies of other articles. Of those it sees no more than `outline` says. `tests/tests/edits.rs` holds that over random
//! edits; a page that is to show more of another article needs that in the outline.
//!
//! **What the search of a language is made from**: the twins of that language, and everything in the content but the bodies of
//! articles. **What any other file is made from**: the latter alone (`others`). The worker, which is made of all files, has no key
//! and is made each time.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::env;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::UNIX_EPOCH;

use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::assets::{hex, sha256};
use crate::load::{Edition, Source};
use crate::model::Site;
use crate::parse::markdown::{Front, Markdown};
use crate::parse::{PageDoc, PageKind};
use crate::search::Known;
use crate::write::{self, WriteError};

/// Begins the first line of each file; another form gets another number.
const HEAD: &str = "resep build 1";
/// Ending of the notes on the files of a site.
pub(crate) const FILES: &str = ".build";
/// Ending of the notes on texts.
pub(crate) const TEXTS: &str = ".texts";
/// Ending of the notes on the words of pages.
pub(crate) const WORDS: &str = ".words";

/// SHA-256 of all that a page is made from.
pub(crate) type Key = [u8; 32];

/// What the system says of a file: another one, or another content, has another stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Bytes.
    size: u64,
    /// Nanoseconds since 1970.
    modified: u64,
    /// Number of the file on its disk; 0 where the system has none.
    node: u64,
}

impl Stamp {
    /// Nothing where no file is at `path`: a link is none.
    fn of(path: &Path) -> Option<Stamp> {
        let meta = fs::symlink_metadata(path).ok()?;
        #[cfg(unix)]
        let node = std::os::unix::fs::MetadataExt::ino(&meta);
        #[cfg(not(unix))]
        let node = 0;
        let modified = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        meta.is_file().then_some(Stamp {
            size: meta.len(),
            modified: u64::try_from(modified.as_nanos()).ok()?,
            node,
        })
    }
}

/// A file as the last build left it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Left {
    /// 64 hexadecimal digits.
    sha256: String,
    stamp: Stamp,
    /// Only of a file that may be kept.
    key: Option<Key>,
}

/// A file that lies on the disk as it is to be, so that its bytes need not be in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// 64 hexadecimal digits.
    pub(crate) sha256: String,
    lies: Lies,
}

/// Where a file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lies {
    /// In the target, as an earlier build left it.
    Target(Stamp),
    /// In the tree that is to take the target's place. Its size in bytes.
    Stage(usize),
}

impl Kept {
    /// One that was put into the staged tree; `size` in bytes.
    pub(crate) fn staged(sha256: String, size: usize) -> Kept {
        Kept {
            sha256,
            lies: Lies::Stage(size),
        }
    }

    /// The file `path` of the target, if there is one.
    pub(crate) fn found(path: &Path, sha256: String) -> Option<Kept> {
        let lies = Lies::Target(Stamp::of(path)?);
        Some(Kept { sha256, lies })
    }

    /// Size in bytes.
    pub(crate) fn len(&self) -> usize {
        match self.lies {
            Lies::Target(stamp) => usize::try_from(stamp.size).unwrap_or(usize::MAX),
            Lies::Stage(size) => size,
        }
    }

    /// Whether it lies in the staged tree.
    pub(crate) fn is_staged(&self) -> bool {
        matches!(self.lies, Lies::Stage(_))
    }

    /// Its stamp, if it lies at `path` now. A file of the target is the one that it was when it was looked at, under whatever name: if
    /// somebody touched it since, the next build sees that by this stamp. One that was `copied` is another, of the same size and time.
    fn stamp(&self, path: &Path, copied: bool) -> Option<Stamp> {
        match self.lies {
            Lies::Target(stamp) if !copied => Some(stamp),
            Lies::Target(was) => {
                Stamp::of(path).filter(|now| (was.size, was.modified) == (now.size, now.modified))
            }
            Lies::Stage(_) => Stamp::of(path),
        }
    }
}

/// Files that lie on the disk already, by path.
pub(crate) type KeptPages = BTreeMap<String, Kept>;

/// What a build over an earlier one found out.
#[derive(Debug, Default)]
pub struct Present {
    /// Files that were not made, or were put down as soon as they were.
    pub(crate) kept: KeptPages,
    /// Of each file that the next build may keep, what it is made from.
    pub(crate) keys: BTreeMap<String, Key>,
    /// What the texts were read as.
    pub(crate) notes: Vec<u8>,
}

/// What the last build left, and where.
#[derive(Debug, Default)]
pub struct Past {
    target: PathBuf,
    files: BTreeMap<String, Left>,
    /// The notes on texts, one after another.
    texts: Arc<Vec<u8>>,
    /// The notes of the search.
    words: Vec<u8>,
}

impl Past {
    /// What the last build with this program left in `target`; nothing if that is not known for certain.
    #[must_use]
    pub fn read(target: &Path) -> Past {
        let open = |ending| {
            let bytes = fs::read(place(target, ending)?).ok()?;
            opened(bytes, program()?)
        };
        let files = || {
            open(FILES)
                .and_then(|bytes| parse(std::str::from_utf8(&bytes).ok()?))
                .unwrap_or_default()
        };
        let others = || [TEXTS, WORDS].map(|ending| open(ending).unwrap_or_default());
        let (files, [texts, words]) = rayon::join(files, others);
        Past {
            target: target.to_owned(),
            files,
            texts: Arc::new(texts),
            words,
        }
    }

    /// Whether nothing is known, and so every page is made.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// What is known of the words of pages.
    pub(crate) fn words(&self) -> Known<'_> {
        Known::read(&self.words)
    }

    /// What is known of the texts of `source`.
    pub(crate) fn notes(&self, source: &Source) -> Arc<Notes> {
        let known = || {
            let mut known = HashMap::new();
            let mut rest = self.texts.as_slice();
            while !rest.is_empty() {
                // The whole file has the digest it was written with, so every note is whole.
                let Ok((head, page)) = postcard::take_from_bytes::<(&str, Key, u32)>(rest) else {
                    break;
                };
                let (path, digest, length) = head;
                let Some((page, next)) = page.split_at_checked(length as usize) else {
                    break;
                };
                let from = self.texts.len() - next.len() - page.len();
                known.insert(path.to_owned(), (digest, from..from + page.len()));
                rest = next;
            }
            known
        };
        let digests = || -> BTreeMap<String, Key> {
            source
                .texts
                .par_iter()
                .map(|(path, text)| (path.clone(), Sha256::digest(text.as_bytes()).into()))
                .collect()
        };
        let (known, digests) = rayon::join(known, digests);
        let mut hash = Hash::default();
        for (path, digest) in digests.iter().filter(|(path, _)| !is_article(path)) {
            hash.text(path);
            hash.bytes(digest);
        }
        let frame = hash.finish();
        Arc::new(Notes {
            digests,
            frame,
            known,
            texts: Arc::clone(&self.texts),
        })
    }

    /// The file at `path`, if it was made from the same and nobody touched it since.
    pub(crate) fn file(&self, path: &str, key: &Key) -> Option<Kept> {
        let left = self
            .files
            .get(path)
            .filter(|left| left.key.as_ref() == Some(key))?;
        self.is_untouched(path, left).then(|| Kept {
            sha256: left.sha256.clone(),
            lies: Lies::Target(left.stamp),
        })
    }

    fn is_untouched(&self, path: &str, left: &Left) -> bool {
        Stamp::of(&self.target.join(path)) == Some(left.stamp)
    }

    /// The folder in which the last build put a file of this `name` that was made from the same.
    pub(crate) fn folder_with(&self, name: &str, key: &Key) -> Option<String> {
        self.files.iter().find_map(|(path, left)| {
            let folder = path.strip_suffix(name)?.strip_suffix('/')?;
            (left.key.as_ref() == Some(key)).then(|| folder.to_owned())
        })
    }

    /// All files whose path `is` one of a group, if there are some, all were made from the same, and nobody touched one since.
    pub(crate) fn group(&self, is: impl Fn(&str) -> bool, key: &Key) -> Option<KeptPages> {
        let paths = self.files.keys().filter(|path| is(path));
        let kept: Option<KeptPages> = paths
            .map(|path| Some((path.clone(), self.file(path, key)?)))
            .collect();
        kept.filter(|kept| !kept.is_empty())
    }

    /// The bytes of the file at `path` of the target, which is kept; nothing if they are not those it was written with.
    pub(crate) fn bytes(&self, path: &str, kept: &Kept) -> Option<Vec<u8>> {
        let bytes = fs::read(self.target.join(path)).ok()?;
        (sha256(&bytes) == kept.sha256).then_some(bytes)
    }

    /// Whether the file at `path` has the bytes with this SHA-256 and nobody touched it since. If not, it may have them all
    /// the same.
    pub(crate) fn has(&self, path: &str, sha256: &str) -> bool {
        let left = self.files.get(path);
        left.is_some_and(|left| left.sha256 == sha256 && self.is_untouched(path, left))
    }
}

/// Notes on the files of a site as they lie in `folder`, which may be moved to its place: `hashes` of all, `keys` of the pages
/// that may be kept, and whether what is `kept` had to be `copied` there.
///
/// # Errors
/// The path of one that was `kept` and is another one now.
pub(crate) fn notes_on_files(
    folder: &Path,
    hashes: &BTreeMap<&str, Cow<'_, str>>,
    keys: &BTreeMap<String, Key>,
    kept: &KeptPages,
    copied: bool,
) -> Result<String, String> {
    let lines: Result<Vec<String>, String> = hashes
        .par_iter()
        .map(|(path, sha256)| {
            let there = folder.join(path);
            let stamp = match kept.get(*path) {
                Some(kept) => kept.stamp(&there, copied),
                None => Stamp::of(&there),
            };
            let stamp = stamp.ok_or_else(|| (*path).to_owned())?;
            let key = keys
                .get(*path)
                .map_or_else(|| "-".to_owned(), |key| hex(key));
            let Stamp {
                size,
                modified,
                node,
            } = stamp;
            Ok(format!("{sha256} {key} {size} {modified} {node} {path}\n"))
        })
        .collect();
    Ok(lines?.concat())
}

/// Keeps notes for the next build into `target`, in the file with this ending: [`FILES`], [`TEXTS`] or [`WORDS`].
///
/// # Errors
/// If the disk refuses; the site itself stands.
pub(crate) fn save(target: &Path, ending: &str, notes: &[u8]) -> Result<(), WriteError> {
    let (Some(place), Some(program)) = (place(target, ending), program()) else {
        return Ok(());
    };
    write::cache(&place, &closed(notes, program))
}

/// The name of the note on the frame, which no text has.
const FRAME: &str = "";

/// Whether the text at `path` is that of an article, by its place. All other texts are the frame: what rules, data and words of the
/// interface are made from.
fn is_article(path: &str) -> bool {
    let place = path.strip_prefix("internal/").unwrap_or(path);
    (place.starts_with("guides/") || place.starts_with("runbooks/")) && path.ends_with(".md")
}

/// What texts were read as by an earlier run, for those that are still the same.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Of the texts as they are now.
    digests: BTreeMap<String, Key>,
    /// SHA-256 of the frame as it is now.
    frame: Key,
    /// Of the texts as they were, and where in `texts` what they were read as stands.
    known: HashMap<String, (Key, Range<usize>)>,
    texts: Arc<Vec<u8>>,
}

impl Notes {
    /// The note on the text at `path`, if that is the same as it was.
    fn of(&self, path: &str) -> Option<&[u8]> {
        let (was, page) = self.known.get(path)?;
        if self.digests.get(path) != Some(was) {
            return None;
        }
        self.texts.get(page.clone())
    }

    /// Whether nothing was wrong with the text at `path`, and it is the same, with all that it was looked at beside.
    pub(crate) fn fits(&self, path: &str) -> bool {
        self.of(path).is_some() && (is_article(path) || self.pack().is_some())
    }

    /// What the text at `path` was read as.
    pub(crate) fn reading<T: DeserializeOwned>(&self, path: &str) -> Option<T> {
        postcard::from_bytes(self.of(path)?).ok()
    }

    /// A note on the text at `path`, with which nothing is wrong, and which was read as `page`. Nothing if that cannot be noted.
    pub(crate) fn note<T: Serialize>(&self, path: &str, page: &T) -> Option<Vec<u8>> {
        let digest = self.digests.get(path)?;
        match self.of(path) {
            Some(page) => noted(path, digest, page),
            None => noted(path, digest, &postcard::to_allocvec(page).ok()?),
        }
    }

    /// The compiled rules, if the frame is the same and nothing was wrong with it.
    pub(crate) fn pack(&self) -> Option<&[u8]> {
        let (was, pack) = self.known.get(FRAME)?;
        if self.frame != *was {
            return None;
        }
        self.texts.get(pack.clone())
    }

    /// A note on the frame, with which nothing is wrong; `pack` is its rules compiled.
    pub(crate) fn note_frame(&self, pack: &[u8]) -> Option<Vec<u8>> {
        noted(FRAME, &self.frame, pack)
    }
}

fn noted(name: &str, digest: &Key, bytes: &[u8]) -> Option<Vec<u8>> {
    let head = (name, digest, u32::try_from(bytes.len()).ok()?);
    let mut note = postcard::to_allocvec(&head).ok()?;
    note.extend_from_slice(bytes);
    Some(note)
}

/// Where the notes on `target` lie.
fn place(target: &Path, ending: &str) -> Option<PathBuf> {
    let mut name = target.file_name()?.to_owned();
    name.push(ending);
    let parent = target.parent().unwrap_or(Path::new(""));
    Some(parent.join(".resep-cache").join(name))
}

/// What changes when the program does: another build of it may make other pages.
fn program() -> Option<&'static str> {
    static PROGRAM: LazyLock<Option<String>> = LazyLock::new(|| {
        let stamp = Stamp::of(&env::current_exe().ok()?.canonicalize().ok()?)?;
        let Stamp {
            size,
            modified,
            node,
        } = stamp;
        let version = env!("CARGO_PKG_VERSION");
        Some(format!("{version}-{size}-{modified}-{node}"))
    });
    PROGRAM.as_deref()
}

/// The notes as a file: what wrote them, the notes, the SHA-256 of all that.
fn closed(notes: &[u8], program: &str) -> Vec<u8> {
    let mut bytes = format!("{HEAD} {program}\n").into_bytes();
    bytes.extend_from_slice(notes);
    let end = Sha256::digest(&bytes);
    bytes.extend_from_slice(&end);
    bytes
}

/// The notes of a file; nothing unless every byte is as it was written, by the same program.
fn opened(mut bytes: Vec<u8>, program: &str) -> Option<Vec<u8>> {
    let (body, end) = bytes.split_last_chunk::<32>()?;
    if Sha256::digest(body)[..] != end[..] {
        return None;
    }
    let notes = body.strip_prefix(format!("{HEAD} {program}\n").as_bytes())?;
    let from = body.len() - notes.len();
    bytes.truncate(body.len());
    bytes.drain(..from);
    Some(bytes)
}

/// Files by path, as [`notes_on_files`] wrote them.
fn parse(text: &str) -> Option<BTreeMap<String, Left>> {
    text.lines()
        .map(|line| {
            let mut words = line.splitn(6, ' ');
            let sha256 = words.next()?.to_owned();
            let key = match words.next()? {
                "-" => None,
                digits => Some(unhex(digits)?),
            };
            let stamp = Stamp {
                size: words.next()?.parse().ok()?,
                modified: words.next()?.parse().ok()?,
                node: words.next()?.parse().ok()?,
            };
            let left = Left { sha256, stamp, key };
            Some((words.next()?.to_owned(), left))
        })
        .collect()
}

fn unhex(digits: &str) -> Option<Key> {
    let mut key = Key::default();
    if digits.len() != 2 * key.len() {
        return None;
    }
    let digit = |digit: u8| char::from(digit).to_digit(16);
    for (byte, digits) in key.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = u8::try_from(16 * digit(digits[0])? + digit(digits[1])?).ok()?;
    }
    Some(key)
}

/// What all pages of articles are made from, beside what each has for itself.
#[derive(Debug)]
pub(crate) struct Common<'n> {
    key: Key,
    others: Key,
    notes: &'n Notes,
}

impl Common<'_> {
    /// Digests all of `site` but the bodies of its articles. `notes` are those on its source.
    pub(crate) fn new<'n>(site: &Site<'_>, notes: &'n Notes) -> Common<'n> {
        let mut hash = Hash::default();
        hash.text(match site.edition {
            Edition::Public => "public",
            Edition::Internal => "internal",
        });
        for text in [&site.today.to_string(), &site.origin, &site.base] {
            hash.text(text);
        }
        let articles: HashSet<&str> = site
            .docs
            .pages
            .values()
            .flat_map(|page| page.texts.values().map(|words| words.file.as_str()))
            .collect();
        for (path, text) in &site.source.texts {
            if !articles.contains(path.as_str()) {
                hash.text(path);
                match notes.digests.get(path) {
                    Some(digest) => hash.bytes(digest),
                    None => hash.text(text),
                }
            }
        }
        let images: Vec<(&String, String)> = site
            .source
            .images
            .par_iter()
            .map(|(path, bytes)| (path, sha256(bytes)))
            .collect();
        for (path, digest) in images {
            hash.text(path);
            hash.text(&digest);
        }
        // They come from a cache, so their bytes are not all in those of the images.
        let copies: Vec<(&String, Vec<String>)> = site
            .source
            .pictures
            .par_iter()
            .map(|(path, picture)| {
                let copies = picture.copies.iter();
                (path, copies.map(|copy| sha256(&copy.bytes)).collect())
            })
            .collect();
        for (path, digests) in copies {
            hash.text(path);
            hash.text(&digests.join(" "));
        }
        for page in site.docs.pages.values() {
            outline(page, &mut hash);
        }
        let key = hash.finish();
        let mut hash = Hash::default();
        hash.bytes(&key);
        for words in site.docs.pages.values().flat_map(|p| p.texts.values()) {
            front(&words.front, &mut hash);
        }
        Common {
            key,
            others: hash.finish(),
            notes,
        }
    }

    /// The key of all that is no page of an article, and made of no page.
    pub(crate) fn others(&self) -> Key {
        self.others
    }

    /// The key of the search of `language`, which reads these twins, each a path and a SHA-256.
    pub(crate) fn search<'t>(
        &self,
        language: &str,
        twins: impl Iterator<Item = (&'t str, &'t str)>,
    ) -> Key {
        let mut hash = Hash::default();
        hash.bytes(&self.others);
        hash.text(language);
        for (path, sha256) in twins {
            hash.text(path);
            hash.text(sha256);
        }
        hash.finish()
    }

    /// The key of a page in `language` that shows `texts`.
    pub(crate) fn page(
        &self,
        language: &str,
        texts: &BTreeMap<String, Arc<Markdown>>,
    ) -> Option<Key> {
        let mut hash = Hash::default();
        hash.bytes(&self.key);
        hash.text(language);
        for words in texts.values() {
            hash.text(&words.file);
            hash.bytes(self.notes.digests.get(&words.file)?);
        }
        Some(hash.finish())
    }
}

/// What the pages of other articles see of this one: whether it is there, how it is called, what it says in a line.
fn outline(page: &PageDoc, hash: &mut Hash) {
    let PageDoc {
        path,
        folder,
        kind,
        internal,
        texts,
    } = page;
    hash.text(path);
    hash.text(folder);
    hash.bytes(&[
        match kind {
            PageKind::Guide => 0,
            PageKind::Runbook => 1,
        },
        u8::from(*internal),
    ]);
    for (language, words) in texts {
        // Spelled out, so that whoever adds something has to decide whether others see it.
        let Front {
            title,
            summary,
            updated: _,
            sources: _,
            draft,
            aliases: _,
            html: _,
        } = &words.front;
        hash.text(language);
        hash.text(&title.value);
        hash.text(&summary.value);
        hash.bytes(&[u8::from(*draft), u8::from(words.broken)]);
    }
}

/// What other files see of an article beside its [`outline`]: the feed when it was changed, `_redirects` where it was.
fn front(front: &Front, hash: &mut Hash) {
    let Front {
        title: _,
        summary: _,
        updated,
        sources,
        draft: _,
        aliases,
        html: _,
    } = front;
    let updated = updated.as_ref().map(|date| date.value.to_string());
    hash.text(&updated.unwrap_or_default());
    for ids in [sources, aliases] {
        hash.bytes(&ids.len().to_le_bytes());
        for id in ids {
            hash.text(&id.value);
        }
    }
}

/// SHA-256 of parts: none can be taken for the end of another.
#[derive(Default)]
struct Hash(Sha256);

impl Hash {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn finish(self) -> Key {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted() -> (String, BTreeMap<String, Left>) {
        let left = |key: Option<Key>| Left {
            sha256: sha256(b"x"),
            stamp: Stamp {
                size: 1,
                modified: 1_700_000_000_000_000_001,
                node: 7,
            },
            key,
        };
        let files = BTreeMap::from([
            ("a b/index.html".to_owned(), left(Some([0xa5; 32]))),
            ("sw.js".to_owned(), left(None)),
        ]);
        let sha = sha256(b"x");
        let key = "a5".repeat(32);
        let text = format!(
            "{sha} {key} 1 1700000000000000001 7 a b/index.html\n{sha} - 1 1700000000000000001 7 sw.js\n"
        );
        (text, files)
    }

    #[test]
    fn notes_are_read_as_they_were_written() {
        let (text, files) = noted();
        assert_eq!(parse(&text), Some(files));
        assert_eq!(opened(closed(b"notes", "p"), "p"), Some(b"notes".to_vec()));
    }

    #[test]
    fn a_folder_is_known_by_a_file_in_it_while_that_is_made_from_the_same() {
        let past = Past {
            files: noted().1,
            ..Past::default()
        };
        let folder = past.folder_with("index.html", &[0xa5; 32]);
        assert_eq!(folder.as_deref(), Some("a b"));
        assert_eq!(past.folder_with("index.html", &[0xa4; 32]), None);
        assert_eq!(past.folder_with("dex.html", &[0xa5; 32]), None);
        assert_eq!(past.folder_with("sw.js", &[0xa5; 32]), None);
    }

    #[test]
    fn a_group_is_kept_whole_or_not_at_all() {
        let key = [0xa5; 32];
        let mut past = Past {
            target: Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            ..Past::default()
        };
        for name in ["check/mod.rs", "check/names.rs", "past.rs"] {
            let left = Left {
                sha256: sha256(name.as_bytes()),
                stamp: Stamp::of(&past.target.join(name)).unwrap(),
                key: Some(key),
            };
            past.files.insert(name.to_owned(), left);
        }
        let group = |past: &Past, key: &Key| {
            let kept = past.group(|path| path.starts_with("check/"), key);
            kept.map(|kept| kept.into_keys().collect::<Vec<_>>())
        };
        let both = ["check/mod.rs", "check/names.rs"].map(str::to_owned);
        assert_eq!(group(&past, &key), Some(both.to_vec()));
        assert_eq!(group(&past, &[0xa4; 32]), None);
        assert!(past.group(|path| path == "nothing", &key).is_none());
        let was = past.files["check/names.rs"].clone();
        let touched = Stamp {
            size: was.stamp.size + 1,
            ..was.stamp
        };
        for other in [
            Left {
                key: None,
                ..was.clone()
            },
            Left {
                stamp: touched,
                ..was
            },
        ] {
            past.files.insert("check/names.rs".to_owned(), other);
            assert_eq!(group(&past, &key), None);
        }
    }

    #[test]
    fn damaged_cut_or_older_notes_are_none() {
        let whole = closed(b"notes", "p");
        assert_eq!(opened(whole.clone(), "another"), None);
        for at in 0..whole.len() {
            assert_eq!(opened(whole[..at].to_vec(), "p"), None, "cut at {at}");
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            assert_eq!(opened(damaged, "p"), None, "damaged at {at}");
        }
    }

    #[test]
    fn a_text_is_read_from_notes_only_while_it_is_the_same() {
        let text = "+++\ntitle = \"T\"\nsummary = \"S.\"\nupdated = 2026-11-20\n+++\n\n## H {#h}\n\n1. One [two](/a/) 3.\n\n```json\n{}\n```\n";
        let (page, found) = crate::parse::markdown::parse("guides/a/en.md", text);
        assert_eq!(found, []);
        let source = |text: &str| Source {
            root: PathBuf::new(),
            texts: BTreeMap::from([("guides/a/en.md".to_owned(), Arc::from(text))]),
            images: BTreeMap::new(),
            pictures: BTreeMap::new(),
            diags: Vec::new(),
            unopened: false,
        };
        let first = Past::default().notes(&source(text));
        assert!(first.reading::<Markdown>("guides/a/en.md").is_none());
        let past = Past {
            texts: Arc::new(first.note("guides/a/en.md", &page).unwrap()),
            ..Past::default()
        };
        let second = past.notes(&source(text));
        let read: Markdown = second.reading("guides/a/en.md").unwrap();
        assert_eq!(format!("{read:?}"), format!("{page:?}"));
        assert_eq!(
            second.note("guides/a/en.md", &page),
            Some(past.texts.to_vec())
        );
        assert!(
            past.notes(&source("other"))
                .reading::<Markdown>("guides/a/en.md")
                .is_none()
        );
    }

    #[test]
    fn what_comes_from_the_frame_is_known_only_while_all_of_it_is_the_same() {
        let source = |texts: &[(&str, &str)]| Source {
            root: PathBuf::new(),
            texts: texts
                .iter()
                .map(|(path, text)| ((*path).to_owned(), Arc::from(*text)))
                .collect(),
            images: BTreeMap::new(),
            pictures: BTreeMap::new(),
            diags: Vec::new(),
            unopened: false,
        };
        let frame = [("errors/a/b/en.md", "words"), ("ui/en.toml", "a = 1")];
        let first = Past::default().notes(&source(&frame));
        let mut texts = first.note_frame(b"pack").unwrap();
        for (path, text) in frame {
            texts.extend(first.note(path, &text.to_owned()).unwrap());
        }
        let past = Past {
            texts: Arc::new(texts),
            ..Past::default()
        };
        let with = |other: &[(&str, &str)]| past.notes(&source(&[&frame[..], other].concat()));
        for same in [
            with(&[]),
            with(&[("guides/a/en.md", "new")]),
            with(&[("internal/runbooks/a/id.md", "new")]),
        ] {
            assert_eq!(same.pack(), Some(&b"pack"[..]));
            assert!(same.fits("ui/en.toml") && !same.fits("guides/a/en.md"));
        }
        for other in [
            "errors/a/b/id.md",
            "errors/a/b/rule.toml",
            "guides/a/picture.toml",
            "theme/templates/base.html",
        ] {
            let other = with(&[(other, "new")]);
            assert_eq!(other.pack(), None);
            assert!(!other.fits("ui/en.toml"));
            assert_eq!(
                other.reading::<String>("ui/en.toml").as_deref(),
                Some("a = 1")
            );
        }
    }
}
