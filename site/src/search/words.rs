//! From text to terms: what a word is, and what it is reduced to. `assets/stem.js` does the same in the browser.

use std::borrow::Cow;

use pagefind_stem::Algorithm;

/// Longer words are identifiers that nobody types, in characters.
const LONGEST: usize = 32;

/// Calls `each` with every word of `text` in lower case: a run of letters and digits of two characters at least. Each
/// Chinese, Japanese or Korean ideograph is a word by itself, as no space parts them.
pub fn tokens(text: &str, mut each: impl FnMut(&str)) {
    let mut word = String::with_capacity(LONGEST);
    let mut length = 0;
    let mut rest = text;
    while !rest.is_empty() {
        // Nearly all of a text are plain letters, which are taken a word at a time.
        let plain = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (letters, after) = rest.split_at(plain);
        // ... and most of those are as they are to be.
        let whole = length == 0 && after.as_bytes().first().is_none_or(u8::is_ascii);
        if whole && !letters.bytes().any(|b| b.is_ascii_uppercase()) {
            if (2..=LONGEST).contains(&plain) {
                each(letters);
            }
            let plain = |b: &u8| b.is_ascii() && !b.is_ascii_alphanumeric();
            rest = &after[after.bytes().take_while(plain).count()..];
            continue;
        }
        let from = word.len();
        word.push_str(letters);
        word[from..].make_ascii_lowercase();
        length += plain;
        let mut chars = after.chars();
        let Some(c) = chars.next() else {
            break;
        };
        rest = chars.as_str();
        if is_ideograph(c) {
            flush(&mut word, &mut length, &mut each);
            word.push(c);
            each(&word);
            word.clear();
        } else if !c.is_ascii() && c.is_alphanumeric() {
            word.extend(c.to_lowercase());
            length += 1;
        } else if length > 0 {
            flush(&mut word, &mut length, &mut each);
        }
    }
    flush(&mut word, &mut length, &mut each);
}

fn flush(word: &mut String, length: &mut usize, each: &mut impl FnMut(&str)) {
    if (2..=LONGEST).contains(length) {
        each(word);
    }
    word.clear();
    *length = 0;
}

fn is_ideograph(c: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&c)
}

/// Reduces the words of one language to their stems: Snowball's algorithm for Indonesian and for English, nothing for
/// other languages.
pub struct Stemmer(Option<pagefind_stem::Stemmer>);

impl Stemmer {
    /// The stemmer of a language code.
    #[must_use]
    pub fn new(language: &str) -> Stemmer {
        let algorithm = match language {
            "id" => Algorithm::Indonesian,
            "en" => Algorithm::English,
            _ => return Stemmer(None),
        };
        Stemmer(Some(pagefind_stem::Stemmer::create(algorithm)))
    }

    /// The stem of a word of [`tokens`].
    #[must_use]
    pub fn stem<'w>(&self, word: &'w str) -> Cow<'w, str> {
        // The algorithms know no digits; a code stays as it is.
        match &self.0 {
            Some(stemmer) if word.bytes().all(|b| b.is_ascii_lowercase()) => stemmer.stem(word),
            _ => Cow::Borrowed(word),
        }
    }
}

impl std::fmt::Debug for Stemmer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Stemmer").field(&self.0.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        tokens(text, |word| out.push(word.to_owned()));
        out
    }

    #[test]
    fn words_are_letters_and_digits() {
        assert_eq!(
            words("HTTP 429: resource-pack `toBeOnline`, a v2"),
            ["http", "429", "resource", "pack", "tobeonline", "v2"]
        );
        assert_eq!(words("Größe 余额 x"), ["größe", "余", "额"]);
        assert_eq!(words(&"a".repeat(33)), Vec::<String>::new());
    }

    #[test]
    fn words_of_one_family_share_a_stem() {
        for (language, family) in [
            ("id", ["membayar", "dibayar", "pembayaran"]),
            ("en", ["expires", "expired", "expiring"]),
        ] {
            let stemmer = Stemmer::new(language);
            let stems: Vec<_> = family.iter().map(|w| stemmer.stem(w)).collect();
            assert!(stems.windows(2).all(|p| p[0] == p[1]), "{stems:?}");
        }
        assert_eq!(Stemmer::new("id").stem("1102"), "1102");
        assert_eq!(Stemmer::new("xx").stem("pembayaran"), "pembayaran");
    }
}
