//! In which language a piece of text is, by the small words that hold its sentences together: no page has many of another language's,
//! and no sentence goes without its own. Judges pieces of text and not single words, and says nothing of a language without a list.

/// How many languages have a list.
const LANGUAGES: usize = 8;

/// Code of a language and everyday words of it: at most eight bytes each, and no names or terms that other languages took over.
const LISTS: [(&str, &str); LANGUAGES] = [
    (
        "id",
        "ada adalah agar aja akan anda antara apa atau bagi bahwa banyak baru beberapa begitu belum berapa berarti berupa beserta bila \
         bisa bukan dalam dan dapat dari dengan di gagal habis hanya hingga ini itu jangan jika juga kalau kali kami kamu kapan karena \
         ke kembali ketika kita kok kurang lagi lain lalu lebih maka mana masih menurut mereka milik namun oleh pada padahal para pun \
         saat saja sama sampai sangat satu saya sebagai sebelum sebuah secara sedang sekali selama semua sendiri seperti serta sesuai \
         setelah setiap siapa sudah supaya tak tanpa tapi terlalu tersebut terus tetapi tiap tidak udah ulang untuk yang",
    ),
    (
        "en",
        "a about after again also an and any are as at be because been before between but by can could did do does each every for from \
         had has have he her here his how if in into is it its many may more most must not of on only or other our please she should \
         so such than that the their them then there these they this those to too until was we were what when where which while who \
         why will with within without would yet you your",
    ),
    (
        "de",
        "aber als auch auf aus bei bis damit das dass dem den der des die diese dieser dieses durch ein eine einem einen einer es für \
         haben hat ihr ihre im in ist kann kein keine können mehr mit muss nach nicht noch nur oder ohne sein sich sie sind und von vor \
         war was wenn werden wie wir wird wurde zu zum zur zwischen über",
    ),
    (
        "es",
        "a al cada como con cuando de del desde donde el en entre es esta este esto está están ha han hasta hay la las lo los muy más \
         no o para pero por porque que se si sin sobre son su sus también un una y ya",
    ),
    (
        "fr",
        "a après au aussi aux avant avec ce ces cette comme dans de des du elle en est et il ils la le les leur mais ne nous ou où par \
         pas peut plus pour que qui sa sans se ses si son sont sur tous tout un une vos votre vous être",
    ),
    (
        "it",
        "a al alla anche che come con dal dalla dei del della di dopo e essere gli ha hanno il in la le lo ma nel nella non o ogni per \
         più prima quando questa questo se senza si sono su tra un una è",
    ),
    (
        "nl",
        "aan als bij dan dat de deze die dit door een en er geen heeft het hun in is je kan maar met moet na naar niet nog of om ook op \
         over te tot uit uw van voor wel wij worden wordt ze zijn zonder",
    ),
    (
        "pt",
        "a ao as até com como da das de do dos e em entre esta este está foi isso já mais mas muito na nas no nos não o os ou para pela \
         pelo por quando que se sem ser seu seus sobre sua são também tem um uma você é",
    ),
];

/// Places of [`TABLE`]: a power of two, half of which stay empty.
const PLACES: usize = 1024;

/// Each word as a number, and the languages that have it: 1 in the byte of each. Where a place is taken, the word has the next free one.
static TABLE: [(u64, u64); PLACES] = table();

const fn table() -> [(u64, u64); PLACES] {
    let mut out = [(0, 0); PLACES];
    let mut language = 0;
    while language < LANGUAGES {
        let mut list = LISTS[language].1.as_bytes();
        while let Some((word, rest)) = first_word(list) {
            let word = number(word);
            let mut place = place(word);
            while out[place].0 != 0 && out[place].0 != word {
                place = (place + 1) % PLACES;
            }
            out[place] = (word, out[place].1 | lane(language));
            list = rest;
        }
        language += 1;
    }
    out
}

const fn first_word(list: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut end = 0;
    while end < list.len() && list[end] != b' ' {
        end += 1;
    }
    let (word, rest) = list.split_at(end);
    match rest {
        [_, rest @ ..] => Some((word, rest)),
        [] if word.is_empty() => None,
        [] => Some((word, rest)),
    }
}

/// One number for each word of at most eight bytes, capitals as small letters. Put together from few reads, for every word of a site is
/// asked for; what is no word may have the number of one.
const fn number(word: &[u8]) -> u64 {
    let number = match *word {
        [a, b, c, d, .., e, f, g, h] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        [a, b, c, d, ..] => {
            let n = word.len();
            let end = [word[n - 4], word[n - 3], word[n - 2], word[n - 1]];
            u32::from_le_bytes([a, b, c, d]) as u64 | (u32::from_le_bytes(end) as u64) << 32
        }
        [a, .., b] => u64::from_le_bytes([a, word[word.len() / 2], b, 0, 0, 0, 0, 0]),
        [a] => a as u64,
        [] => 0,
    };
    number | 0x2020_2020_2020_2020
}

const fn place(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as usize
}

const fn lane(language: usize) -> u64 {
    1 << (8 * language)
}

/// That of the language with this code; 0 for one without a list.
fn lane_of(code: &str) -> u64 {
    let listed = LISTS.iter().position(|(listed, _)| *listed == code);
    listed.map_or(0, lane)
}

/// The languages that have `word`, 1 in the byte of each. What stands around it is taken off.
fn languages(word: &str) -> u64 {
    let mut bytes = word.as_bytes();
    while let [rest @ .., last] = bytes
        && last.is_ascii_punctuation()
    {
        bytes = rest;
    }
    while let [first, rest @ ..] = bytes
        && first.is_ascii_punctuation()
    {
        bytes = rest;
    }
    if bytes.len() > 8 {
        return 0;
    }
    let word = number(bytes);
    let mut at = place(word);
    loop {
        match TABLE[at] {
            (known, languages) if known == word => return languages,
            (0, _) => return 0,
            _ => at = (at + 1) % PLACES,
        }
    }
}

/// What was seen of one piece of a text that should be in one language. Counts by language have a byte for each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tongue {
    /// The byte of the language that it should be in; 0 for one without a list.
    own: u64,
    words: u8,
    own_words: u8,
    /// Of those, how many each language has too.
    shared: u64,
    /// How many each has that are none of its own.
    others: u64,
    /// What would end the quotation that it is in.
    quoted: Option<&'static [char]>,
}

impl Tongue {
    /// Nothing seen yet of what should be in `language`; a region (`pt-BR`) does not matter.
    pub(crate) fn new(language: &str) -> Tongue {
        Tongue {
            own: lane_of(primary(language)),
            ..Tongue::default()
        }
    }

    /// The next word, with the punctuation at it. What others said stands in quotation marks and is in their language.
    pub(crate) fn add(&mut self, word: &str) {
        // So many are enough to know, and no count is more than a byte holds.
        if self.own == 0 || self.words == u8::MAX {
            return;
        }
        let is_plain = word
            .as_bytes()
            .first()
            .is_some_and(u8::is_ascii_alphanumeric);
        if (self.quoted.is_some() || !is_plain) && self.is_quoted(word) {
            return;
        }
        self.words += 1;
        let languages = languages(word);
        if languages & self.own == 0 {
            self.others += languages;
        } else {
            self.own_words += 1;
            self.shared += languages;
            // Nearly every piece is in its own language, and that shows early.
            if self.own_words == 4 && self.others == 0 {
                self.words = u8::MAX;
            }
        }
    }

    fn is_quoted(&mut self, word: &str) -> bool {
        let mut rest = word;
        if self.quoted.is_none() {
            let mut inner = word.trim_start_matches(['(', '[']).chars();
            self.quoted = match inner.next() {
                Some('"' | '“' | '„') => Some(&['"', '”', '“']),
                Some('«') => Some(&['»']),
                Some('\'' | '‘') => Some(&['\'', '’']),
                _ => return false,
            };
            rest = inner.as_str();
        }
        if let Some(end) = self.quoted
            && rest.contains(end)
        {
            self.quoted = None;
        }
        true
    }

    /// The language that it is in, if it should not be, and begins with the next piece.
    pub(crate) fn take(&mut self) -> Option<&'static str> {
        let next = Tongue {
            own: self.own,
            ..Tongue::default()
        };
        let seen = std::mem::replace(self, next);
        let counts = LISTS.iter().zip(seen.others.to_le_bytes());
        let ((language, most), shared) = counts
            .map(|((language, _), count)| (*language, count))
            .zip(seen.shared.to_le_bytes())
            .max_by_key(|((_, count), _)| *count)?;
        // A name or two of another language are no sentence of it, nor are four words such as `pay as you go`.
        let (most, words) = (usize::from(most), usize::from(seen.words));
        let is_sentence = most >= 2 && most + words >= 7;
        let is_foreign = is_sentence && 4 * usize::from(seen.own_words - shared) <= most;
        is_foreign.then_some(language)
    }
}

/// The code of a language without its region.
pub(crate) fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or_default()
}

/// How many words of `text` are everyday words of `language`.
pub(crate) fn count(text: &str, language: &str) -> usize {
    let own = lane_of(language);
    let is_listed = |word: &&str| languages(word) & own != 0;
    text.split_whitespace().filter(is_listed).count()
}

/// The language that `text` is in, if it should be in `language` and is not.
pub(crate) fn foreign(text: &str, language: &str) -> Option<&'static str> {
    let mut tongue = Tongue::new(language);
    text.split_whitespace().for_each(|word| tongue.add(word));
    tongue.take()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_again() {
        for (n, (code, list)) in LISTS.iter().enumerate() {
            for word in list.split_whitespace() {
                assert_ne!(languages(word) & lane(n), 0, "{code}: {word}");
                assert_ne!(
                    languages(&format!("({word},")) & lane(n),
                    0,
                    "{code}: {word}"
                );
            }
        }
        assert_eq!(languages("saldo"), 0);
        assert_eq!(languages("..."), 0);
        assert_eq!(languages("DAN"), lane(0) | lane(6));
    }

    /// The same sentence in each language, in a page of each.
    #[test]
    fn a_sentence_is_in_its_own_language() {
        let sentences = [
            (
                "id",
                "Tunggu sampai saldo masuk, lalu kirim lagi permintaan yang gagal.",
            ),
            (
                "en",
                "Wait until the balance has come, then send the request that failed again.",
            ),
            (
                "de",
                "Warten Sie, bis das Guthaben da ist, und schicken Sie die Anfrage noch einmal.",
            ),
            (
                "es",
                "Espere hasta que llegue el saldo y envíe otra vez la solicitud que falló.",
            ),
            (
                "fr",
                "Attendez que le solde arrive, puis envoyez de nouveau la demande qui a échoué.",
            ),
            (
                "it",
                "Aspetta che il saldo arrivi, poi invia di nuovo la richiesta che non è riuscita.",
            ),
            (
                "nl",
                "Wacht tot het saldo er is en stuur het verzoek dat niet lukte nog een keer.",
            ),
            (
                "pt",
                "Espere até que o saldo chegue e envie outra vez o pedido que não deu certo.",
            ),
        ];
        for (page, _) in sentences {
            for (language, sentence) in sentences {
                let expected = (page != language).then_some(language);
                assert_eq!(foreign(sentence, page), expected, "in {page}: {sentence}");
            }
        }
        assert_eq!(foreign(&sentences[1].1.repeat(1000), "id"), Some("en"));
        assert_eq!(foreign(sentences[1].1, "zh"), None);
        assert_eq!(foreign(sentences[1].1, "pt-BR"), Some("en"));
    }

    #[test]
    fn names_and_quotations_are_no_sentences() {
        for text in [
            "Kling AI API Terms of Service",
            "Pay as you go",
            "\"The balance of this account is not enough\"",
            "“The balance of this account is not enough”, “top up and try it again”",
            "pesan 'your credits have run out, please top up' muncul",
        ] {
            assert_eq!(foreign(text, "id"), None, "{text}");
        }
        let after = "\"Saldo habis\" is what the page says when the balance is empty";
        assert_eq!(foreign(after, "id"), Some("en"));
    }
}
