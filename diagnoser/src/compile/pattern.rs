//! One pattern: its syntax, and what is refused. `code.rs` writes it down for the engine.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::normalise::folded_character;

/// Longest match of one pattern, in bytes of canonical text. The stream holds as much context.
pub(crate) const MAX_MATCH: usize = 256;
pub(super) const MAX_LINKS: usize = 48;

/// Why a pattern is refused: the lint's name, what is wrong, the way out.
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// Parses and checks what can be checked without looking for literals.
pub(crate) fn parse(text: &str) -> Result<Hir, Refusal> {
    let hir = parse_signed(text)?;
    match unseen(&hir) {
        None => Ok(hir),
        Some(byte) => Err(folded(char::from(byte))),
    }
}

/// Parses a pattern of our own, which may hold [`crate::vm::sign::STATUS`].
pub(super) fn parse_signed(text: &str) -> Result<Hir, Refusal> {
    if text.trim() != text || text.is_empty() {
        return Err(Refusal {
            code: "bad-pattern",
            message: "a pattern is empty or begins or ends with a space".to_string(),
            help: "remove the space, or use `\\b` for the edge of a word".to_string(),
        });
    }
    if let Some(character) = first_folded(text) {
        return Err(folded(character));
    }
    let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(text).map_err(|error| Refusal {
        code: "bad-pattern",
        message: format!("the pattern does not parse: {}", parser_reason(&error)),
        help: "see docs/rules.md for the syntax; a class such as `[^活]` holds single bytes only, write `(a|b)` for other characters".to_string(),
    })?;
    refuse(&hir)?;
    match hir.properties().maximum_len() {
        Some(length) if length <= MAX_MATCH => Ok(hir),
        length => Err(Refusal {
            code: "too-long",
            message: match length {
                Some(length) => {
                    format!("a match could be {length} bytes long, more than {MAX_MATCH}")
                }
                None => "a match has no greatest length".to_string(),
            },
            help: "make gaps and repeats smaller, or cut the pattern in two (`phrase` and `also`)"
                .to_string(),
        }),
    }
}

/// The first character of a pattern that canonical text never holds.
fn first_folded(text: &str) -> Option<char> {
    text_without_escapes(text)
        .chars()
        .find(|c| (!c.is_ascii() || c.is_ascii_uppercase()) && folded_character(*c) != Some(*c))
}

/// The first byte that canonical text never holds, however it is written: `\x07`, `\n`, `\x41`. A control byte would be a sign to the
/// engine.
fn unseen(hir: &Hir) -> Option<u8> {
    let never = |byte: &u8| byte.is_ascii_control() || byte.is_ascii_uppercase() || *byte == b'\\';
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().copied().find(never),
        HirKind::Repetition(repetition) => unseen(&repetition.sub),
        HirKind::Capture(capture) => unseen(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(unseen),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => None,
    }
}

/// The refusal of a character that canonical text never holds, with what it has instead.
fn folded(character: char) -> Refusal {
    Refusal {
        code: "folded-character",
        message: format!(
            "`{}` can never match: patterns see folded text",
            if character.is_control() {
                character.escape_default().to_string()
            } else {
                character.to_string()
            }
        ),
        help: match folded_character(character) {
            Some(folded) => format!("write `{folded}`"),
            None => "leave it out: it is folded to a space or to nothing".to_string(),
        },
    }
}

/// The pattern without `\B`, `\W` and the like, whose capital letters mean something.
fn text_without_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
        } else {
            out.push(c);
        }
    }
    out
}

fn parser_reason(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        other => other.to_string(),
    }
}

fn refuse(hir: &Hir) -> Result<(), Refusal> {
    match hir.kind() {
        HirKind::Repetition(repetition) => {
            if repetition.max.is_none() {
                return Err(Refusal {
                    code: "unbounded-repeat",
                    message: "`*`, `+` and `{n,}` have no bound".to_string(),
                    help: "give a greatest number, such as `\\d{1,9}` or `.{0,40}`".to_string(),
                });
            }
            refuse(&repetition.sub)
        }
        HirKind::Look(look) => match look {
            Look::WordAscii | Look::WordAsciiNegate => Ok(()),
            _ => Err(Refusal {
                code: "bad-pattern",
                message: "only `\\b` and `\\B` may look around".to_string(),
                help: "remove `^` or `$`: a paste is often cut or wrapped in something else"
                    .to_string(),
            }),
        },
        HirKind::Capture(capture) => refuse(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().try_for_each(refuse),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) => Ok(()),
    }
}

pub(super) fn class_bytes(class: &Class) -> Option<Vec<u8>> {
    match class {
        Class::Bytes(ranges) => Some(ranges.iter().flat_map(|r| r.start()..=r.end()).collect()),
        Class::Unicode(ranges) => ranges
            .iter()
            .flat_map(|r| r.start()..=r.end())
            .map(|c| u8::try_from(u32::from(c)).ok().filter(u8::is_ascii))
            .collect(),
    }
}

/// The characters of a class that holds more than ASCII, such as what `(余|餘)` is simplified to, each as its bytes.
pub(super) fn class_characters(class: &Class) -> Option<Vec<Vec<u8>>> {
    let Class::Unicode(ranges) = class else {
        return None;
    };
    let characters: Vec<char> = ranges
        .iter()
        .flat_map(|r| r.start()..=r.end())
        .take(MAX_LINKS + 1)
        .collect();
    (characters.len() <= MAX_LINKS).then(|| {
        characters
            .iter()
            .map(|c| c.to_string().into_bytes())
            .collect()
    })
}

pub(super) fn repeat_too_large() -> Refusal {
    Refusal {
        code: "too-long",
        message: "a repeat or an alternative is too large".to_string(),
        help: "make it smaller, or cut the pattern in two".to_string(),
    }
}
