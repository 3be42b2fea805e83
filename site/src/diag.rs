//! Findings: what is wrong, where, and what to write instead. One list of them, printed in several formats by the
//! submodules. Decides nothing and reads nothing: the text of a file comes from the caller.

mod github;
mod json;
mod sarif;
mod text;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

pub use github::github;
pub use json::json;
pub use sarif::sarif;
pub(crate) use text::few;
pub use text::{text, text_of_build, text_without_notes};

use crate::check::lint;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written while there is one.
    Error,
    /// The site is written; `resep check` still ends with 1.
    Warning,
    /// Good to know; `resep check` ends with 0.
    Note,
}

impl Severity {
    /// The lower-case word used in every output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// What would mend a finding without anybody having to think: bytes of its file to be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What goes.
    pub span: Range<usize>,
    /// What comes.
    pub text: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diag {
    /// Id of the lint, listed in [`crate::check::LINTS`].
    pub code: &'static str,
    /// Path below the content folder with `/`, or `output:` and the path of a written file.
    pub file: String,
    /// Bytes of that file; nothing where the finding is about the file as a whole.
    pub span: Option<Range<usize>>,
    /// Lower-case start, no final dot.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// What `resep check --fix` would write.
    pub fix: Option<Fix>,
    /// As `[lints]` of site.toml says, where it says something.
    pub level: Option<Severity>,
}

impl Diag {
    /// A finding at `span` of `file`.
    pub fn new(
        code: &'static str,
        file: impl Into<String>,
        span: impl Into<Option<Range<usize>>>,
        message: impl Into<String>,
    ) -> Diag {
        Diag {
            code,
            file: file.into(),
            span: span.into(),
            message: message.into(),
            help: None,
            fix: None,
            level: None,
        }
    }

    /// Adds what mends it mechanically.
    #[must_use]
    pub fn fix(mut self, span: Range<usize>, text: impl Into<String>) -> Diag {
        self.fix = Some(Fix {
            span,
            text: text.into(),
        });
        self
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diag {
        self.help = Some(help.into());
        self
    }

    /// Adds what to write instead, if there is something.
    #[must_use]
    pub fn help_if(mut self, help: Option<String>) -> Diag {
        self.help = help.or(self.help);
        self
    }

    /// As site.toml or else the list of lints says; an id that is not listed is an error.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.level
            .unwrap_or_else(|| lint(self.code).map_or(Severity::Error, |l| l.severity))
    }
}

/// Sorts by file, place and code, and drops what is said twice.
pub fn sort(diags: &mut Vec<Diag>) {
    diags.sort_by(|a, b| {
        let key = |d: &Diag| (d.span.as_ref().map_or((0, 0), |s| (s.start, s.end)), d.code);
        a.file
            .cmp(&b.file)
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| a.message.cmp(&b.message))
    });
    diags.dedup();
}

/// Whether any of them is an error.
#[must_use]
pub fn has_errors(diags: &[Diag]) -> bool {
    diags.iter().any(|d| d.severity() == Severity::Error)
}

/// Whether `resep check` ends with 1: any that is more than a note.
#[must_use]
pub fn has_findings(diags: &[Diag]) -> bool {
    diags.iter().any(|d| d.severity() != Severity::Note)
}

/// How many there are of each severity: errors, warnings, notes.
#[must_use]
pub fn count(diags: &[Diag]) -> [usize; 3] {
    [Severity::Error, Severity::Warning, Severity::Note]
        .map(|severity| diags.iter().filter(|d| d.severity() == severity).count())
}

/// The texts that findings point into, by the path that findings carry, and how paths are shown.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// Shown before each path, such as `content/`.
    pub prefix: String,
    texts: BTreeMap<String, Text>,
}

impl Texts {
    /// Empty; paths are shown after `prefix`.
    #[must_use]
    pub fn new(prefix: impl Into<String>) -> Texts {
        Texts {
            prefix: prefix.into(),
            texts: BTreeMap::new(),
        }
    }

    /// Adds the text of `file`.
    pub fn insert(&mut self, file: impl Into<String>, text: impl Into<Arc<str>>) {
        self.texts.insert(file.into(), Text::new(text));
    }

    /// The text of `file`, if it is known.
    #[must_use]
    pub fn get(&self, file: &str) -> Option<&Text> {
        self.texts.get(file)
    }

    /// The path as shown to the user.
    #[must_use]
    pub fn shown(&self, file: &str) -> String {
        match file.strip_prefix("output:") {
            Some(path) => format!("(output) {path}"),
            None => format!("{}{file}", self.prefix),
        }
    }

    /// The file of the repository to which a service attaches a finding, and what it says there. What would be written is no file
    /// of it, so such a finding stands at `site.toml` and names the page.
    pub(crate) fn attached(&self, diag: &Diag) -> (String, String) {
        let mut message = diag.message.clone();
        if let Some(help) = &diag.help {
            message.push('\n');
            message.push_str(help);
        }
        let file = self.shown(&diag.file);
        if diag.file.starts_with("output:") {
            (self.shown("site.toml"), format!("{file} {message}"))
        } else {
            (file, message)
        }
    }
}

/// Line and column of a byte, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// A text in which a place is found without reading everything before it: of a file with many findings, each would cost as much as
/// the whole file.
#[derive(Clone, Debug)]
pub struct Text {
    text: Arc<str>,
    /// The places of the first characters that begin at each multiple of [`STEP`] bytes or after it, made when one is asked for.
    marks: OnceLock<Vec<(usize, Place)>>,
}

/// From mark to mark of a [`Text`], in bytes.
const STEP: usize = 512;

impl Text {
    /// Of a whole file.
    pub fn new(text: impl Into<Arc<str>>) -> Text {
        Text {
            text: text.into(),
            marks: OnceLock::new(),
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where byte `at` stands. Beyond the end is the end.
    #[must_use]
    pub fn place(&self, at: usize) -> Place {
        let at = floor_boundary(&self.text, at);
        let (from, mark) = self.mark(at);
        self.text[from..at].chars().fold(mark, Place::after)
    }

    /// The last mark that is not behind `at`, and its place.
    fn mark(&self, at: usize) -> (usize, Place) {
        let marks = self.marks.get_or_init(|| {
            let mut marks = Vec::with_capacity(self.text.len() / STEP + 1);
            let mut place = Place { line: 1, column: 1 };
            for (n, c) in self.text.char_indices() {
                if n >= marks.len() * STEP {
                    marks.push((n, place));
                }
                place = place.after(c);
            }
            marks
        });
        let behind = marks.partition_point(|(n, _)| *n <= at);
        match behind.checked_sub(1).and_then(|n| marks.get(n)) {
            Some(mark) => *mark,
            None => (0, Place { line: 1, column: 1 }),
        }
    }
}

impl Place {
    /// The place behind `c`, which stands at this one.
    fn after(self, c: char) -> Place {
        if c == '\n' {
            Place {
                line: self.line + 1,
                column: 1,
            }
        } else {
            Place {
                column: self.column + 1,
                ..self
            }
        }
    }
}

/// The largest character boundary at or below `at`.
pub(crate) fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// "did you mean `x`?" with the known name nearest to `wrong`, if one is near.
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(wrong, known).map(|name| format!("did you mean `{name}`?"))
}

/// The known name nearest to `wrong`, if one is near, whichever letters are capitals.
pub(crate) fn nearest<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = (wrong.chars().count() / 3).clamp(1, 6);
    let mut letters = Letters::of(wrong);
    let small = wrong.to_ascii_lowercase();
    known
        .into_iter()
        // Of many names hardly one is near, and the true distance costs some hundred times as much.
        .filter(|name| letters.apart(name) <= limit)
        .map(|name| {
            let distance = strsim::damerau_levenshtein(&small, &name.to_ascii_lowercase());
            (distance, name)
        })
        .filter(|(distance, _)| *distance <= limit)
        // Of two that are as near, the one of which a letter was left out.
        .min_by_key(|(distance, name)| (*distance, Reverse(name.len()), *name))
        .map(|(_, name)| name)
}

/// How often each letter stands in a word, small or capital; letters above U+00FF count as one of those below.
struct Letters {
    count: [i32; 256],
    all: usize,
}

impl Letters {
    fn of(word: &str) -> Letters {
        let mut letters = Letters {
            count: [0; 256],
            all: word.chars().count(),
        };
        word.chars()
            .for_each(|c| letters.count[Letters::slot(c)] += 1);
        letters
    }

    /// How many letters must be put in, taken out or changed at least to make `other` of the word. No more than the true distance:
    /// where letters stand counts for nothing.
    fn apart(&mut self, other: &str) -> usize {
        let (mut more, mut all) = (0, 0);
        for c in other.chars() {
            let left = &mut self.count[Letters::slot(c)];
            *left -= 1;
            more += usize::from(*left < 0);
            all += 1;
        }
        for c in other.chars() {
            self.count[Letters::slot(c)] += 1;
        }
        more.max((self.all + more).saturating_sub(all))
    }

    fn slot(c: char) -> usize {
        usize::from(u32::from(c.to_ascii_lowercase()).to_le_bytes()[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let text = Text::new("ab\nçé x\n");
        assert_eq!(text.place(0), Place { line: 1, column: 1 });
        assert_eq!(text.place(8), Place { line: 2, column: 4 });
        assert_eq!(text.place(999), Place { line: 3, column: 1 });
        // Inside the two bytes of ç.
        assert_eq!(text.place(4), Place { line: 2, column: 1 });
        assert_eq!(Text::new("").place(3), Place { line: 1, column: 1 });
    }

    /// However long the text and its lines are, a place is counted from a mark close before it.
    #[test]
    fn a_place_is_found_without_reading_the_text_before_it() {
        let lines = "ab\n\nçé 余额 x\n".repeat(500);
        let line = "余é ".repeat(2_000);
        for text in [lines.clone() + &line + &lines, line] {
            let known = Text::new(&*text);
            let mut place = Place { line: 1, column: 1 };
            for (at, c) in text.char_indices() {
                assert_eq!(known.place(at), place, "{at}");
                assert!(at - known.mark(at).0 < STEP + 4, "{at}");
                place = place.after(c);
            }
        }
    }

    #[test]
    fn suggests_only_what_is_near() {
        assert_eq!(
            did_you_mean("descripton", ["title", "description"]).as_deref(),
            Some("did you mean `description`?")
        );
        assert_eq!(did_you_mean("zzz", ["title", "summary"]), None);
        assert_eq!(nearest("jsn", ["js", "json", "jsx"]), Some("json"));
        assert_eq!(nearest("map.png", ["Map.PNG", "mat.gif"]), Some("Map.PNG"));
        assert_eq!(nearest("ORPHAN-PAGE", ["orphan-page"]), Some("orphan-page"));
    }

    /// Names are left out by their letters only where they are too far away by the true distance.
    #[test]
    fn letters_are_never_further_apart_than_words() {
        let words = [
            "",
            "a",
            "ab",
            "ba",
            "abc",
            "acb",
            "saldo",
            "sadlo",
            "saldo-habis",
            "余额",
            "额余",
            "余额不足",
            "é",
            "aé",
            "éa",
            "aab",
            "baa",
            "/guides/units/",
            "/guides/unit/",
        ];
        for a in words {
            for b in words {
                let mut letters = Letters::of(a);
                let distance = strsim::damerau_levenshtein(a, b);
                assert!(letters.apart(b) <= distance, "{a} {b}");
                // Asked again, it says the same.
                assert!(letters.apart(a) == 0, "{a} {b}");
            }
        }
        assert_eq!(Letters::of("g123").apart("h456"), 4);
        assert_eq!(Letters::of("abc").apart("abcdefgh"), 5);
    }
}
