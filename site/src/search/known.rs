//! What the last build counted, so that the words of a page whose twin is the same are not counted again. Kept by
//! `past`, which sees to it that every byte is as it was written, by the same program.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Part;
use super::index::{self, Index, Vocabulary};

/// The pages of each language, as the last build counted them.
#[derive(Debug, Default)]
pub(crate) struct Known<'n>(HashMap<&'n str, Language<'n>>);

#[derive(Debug, Default)]
struct Language<'n> {
    vocabulary: Vocabulary<'n>,
    /// By the path of the twin in the folder of the language.
    pages: HashMap<&'n str, Page<'n>>,
    /// All of this as it was noted.
    notes: &'n [u8],
}

/// A page of which all words, or those of title and summary, were counted.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Page<'n> {
    /// Path of its twin in the folder of the language.
    pub(super) file: &'n str,
    /// Of the twin, 64 hexadecimal digits.
    pub(super) sha256: &'n str,
    /// Whether the words of its body are among those counted.
    pub(super) whole: bool,
    pub(super) title: &'n str,
    pub(super) summary: &'n str,
    /// As [`Index::counted`] gives them.
    pub(super) words: &'n [u8],
}

impl Page<'_> {
    /// Appends it to the notes of its language.
    pub(super) fn note(&self, notes: &mut Vec<u8>) {
        // Nothing in it can be refused.
        if let Ok(note) = postcard::to_allocvec(self) {
            notes.extend_from_slice(&note);
        }
    }
}

/// The notes of a language: `pages` are those of its pages, one after another. Nothing if it is better to count anew.
pub(super) fn language(code: &str, index: &Index, pages: &[u8]) -> Vec<u8> {
    index
        .vocabulary()
        .and_then(|vocabulary| postcard::to_allocvec(&(code, vocabulary, pages)).ok())
        .unwrap_or_default()
}

impl<'n> Known<'n> {
    /// Notes as [`language`] made them, one after another; what is not of that form is left out.
    pub(crate) fn read(mut notes: &'n [u8]) -> Known<'n> {
        let mut known = Known::default();
        while let Ok((language, rest)) = postcard::take_from_bytes(notes) {
            let whole = &notes[..notes.len() - rest.len()];
            notes = rest;
            let (code, vocabulary, mut listed): (&str, Vocabulary<'_>, &[u8]) = language;
            let mut pages = HashMap::new();
            while let Ok((page, rest)) = postcard::take_from_bytes::<Page<'_>>(listed) {
                listed = rest;
                pages.insert(page.file, page);
            }
            let terms = vocabulary.stems.len();
            if vocabulary
                .words
                .iter()
                .all(|(_, term)| (*term as usize) < terms)
            {
                let language = Language {
                    vocabulary,
                    pages,
                    notes: whole,
                };
                known.0.insert(code, language);
            }
        }
        known
    }

    /// Gives the words of `index`, which is empty, the numbers that they have in the notes.
    pub(super) fn begin(&self, language: &str, index: &mut Index) {
        if let Some(known) = self.0.get(language) {
            index.begin_with(&known.vocabulary);
        }
    }

    /// The notes of `language` as [`language`] made them.
    pub(super) fn notes(&self, language: &str) -> Option<&'n [u8]> {
        self.0.get(language).map(|known| known.notes)
    }

    /// The page whose twin is `file` in the folder of `language`, if the twin is the same and the same part of it is searched.
    pub(super) fn page(
        &self,
        language: &str,
        file: &str,
        sha256: &str,
        part: Part,
    ) -> Option<Page<'n>> {
        let known = self.0.get(language)?;
        let page = known.pages.get(file)?;
        let same = match part {
            Part::Whole => page.whole,
            Part::Head => !page.whole,
            Part::Parts | Part::None => false,
        };
        let fits = || index::fits(page.words, known.vocabulary.words.len());
        (same && page.sha256 == sha256 && fits()).then_some(*page)
    }
}
