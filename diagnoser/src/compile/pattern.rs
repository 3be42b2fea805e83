//! One pattern: from `regex` syntax to the literals that find it and the programs that verify it.
//!
//! A pattern is cut at a run of its parts that can only be a few strings. Those strings are the literals which the
//! automaton looks for; what stands from there on becomes a forward program, what stands before it a backward one. So both
//! are anchored, and a pattern costs nothing until one of its literals is seen.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use alloc::{format, string};

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::{Pattern, background};
use crate::vm::{ByteSet, op};

/// Longest match of one pattern, in bytes of canonical text. The stream holds as much context.
pub(crate) const MAX_MATCH: usize = 256;
/// Literals are cut to this length: longer ones add states to the automaton and hardly any selectivity.
pub(crate) const MAX_LITERAL: usize = 7;
const MIN_LITERAL: usize = 3;
const MAX_EXPANSIONS: usize = 40;
const MAX_LINKS: usize = 48;

/// Why a pattern is refused: the lint's name, what is wrong, the way out.
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// One way to find a pattern: any of the literals, then both programs from where it begins.
pub(crate) struct Link {
    pub(crate) literals: Vec<Vec<u8>>,
    pub(crate) forward: Vec<u8>,
    pub(crate) backward: Vec<u8>,
}

impl Link {
    /// How often it is likely to be found in a log that means nothing. A literal that is nearly all of its pattern is a match
    /// whenever it is seen.
    pub(crate) fn cost(&self, pattern: &Pattern) -> u64 {
        self.literals
            .iter()
            .map(|literal| {
                let alone = pattern.text.len() < literal.len() + 4;
                background::cost(literal) * if alone { 8 } else { 1 }
            })
            .sum()
    }
}

/// The byte sets that programs refer to by number.
#[derive(Default)]
pub(crate) struct SetTable {
    sets: Vec<ByteSet>,
}

impl SetTable {
    fn number(&mut self, set: ByteSet) -> u16 {
        let at = self
            .sets
            .iter()
            .position(|known| *known == set)
            .unwrap_or_else(|| {
                self.sets.push(set);
                self.sets.len() - 1
            });
        // The pack compiler refuses a pack of more than 65,535 sets.
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    pub(crate) fn sets(&self) -> &[ByteSet] {
        &self.sets
    }
}

/// Compiles one pattern.
pub(crate) fn compile(text: &str, sets: &mut SetTable) -> Result<Vec<Link>, Refusal> {
    let hir = parse(text)?;
    let parts = flatten(&hir);
    let mut links = Vec::new();
    split(parts, 0, sets, &mut links)?;
    Ok(links)
}

/// Parses and checks what can be checked without looking for literals.
pub(crate) fn parse(text: &str) -> Result<Hir, Refusal> {
    if text.trim() != text || text.is_empty() {
        return Err(Refusal {
            code: "bad-pattern",
            message: "a pattern is empty or begins or ends with a space".to_string(),
            help: "remove the space, or use `\\b` for the edge of a word".to_string(),
        });
    }
    if let Some(capital) = text_without_escapes(text)
        .chars()
        .find(char::is_ascii_uppercase)
    {
        return Err(Refusal {
            code: "upper-case",
            message: format!("`{capital}` can never match: patterns see lower-case text"),
            help: format!("write `{}`", text.to_lowercase()),
        });
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

/// The parts of a concatenation, groups opened, one byte string a part.
fn flatten(hir: &Hir) -> Vec<Hir> {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().flat_map(flatten).collect(),
        HirKind::Capture(capture) => flatten(&capture.sub),
        HirKind::Empty => Vec::new(),
        _ => vec![hir.clone()],
    }
}

/// Finds literals for the parts, or multiplies out one part that offers a choice and tries again.
fn split(
    parts: Vec<Hir>,
    depth: usize,
    sets: &mut SetTable,
    links: &mut Vec<Link>,
) -> Result<(), Refusal> {
    let Some(Run {
        at,
        offset,
        literals,
    }) = best_run(&parts)
    else {
        if depth < 4 && links.len() < MAX_LINKS {
            for (i, part) in parts.iter().enumerate() {
                let Some(choices) = choices(part) else {
                    continue;
                };
                for choice in choices {
                    let mut chosen = parts[..i].to_vec();
                    chosen.extend(choice);
                    chosen.extend_from_slice(&parts[i + 1..]);
                    split(chosen, depth + 1, sets, links)?;
                }
                return Ok(());
            }
        }
        return Err(Refusal {
            code: "no-literal",
            message: format!("no text of {MIN_LITERAL} bytes or more must occur in every match"),
            help: "add a distinctive word to the pattern, or to the alternative that lacks one"
                .to_string(),
        });
    };
    if links.len() >= MAX_LINKS {
        return Err(Refusal {
            code: "too-many-alternatives",
            message: format!("the pattern multiplies out to more than {MAX_LINKS} alternatives"),
            help: "cut it into several patterns".to_string(),
        });
    }
    // The literals may begin within a part.
    let mut parts = parts;
    let mut at = at;
    if offset > 0
        && let HirKind::Literal(literal) = parts[at].kind()
    {
        let (head, tail) = literal.0.split_at(offset);
        let halves = [Hir::literal(head), Hir::literal(tail)];
        parts.splice(at..=at, halves);
        at += 1;
    }
    let mut forward = Vec::new();
    for part in &parts[at..] {
        emit(part, false, sets, &mut forward)?;
    }
    forward.push(op::MATCH);
    let mut backward = Vec::new();
    for part in parts[..at].iter().rev() {
        emit(part, true, sets, &mut backward)?;
    }
    backward.push(op::MATCH);
    links.push(Link {
        literals,
        forward,
        backward,
    });
    Ok(())
}

/// What a part can be, as lists of parts, where it is an alternation or optional.
fn choices(part: &Hir) -> Option<Vec<Vec<Hir>>> {
    match part.kind() {
        HirKind::Alternation(alternatives) => Some(alternatives.iter().map(flatten).collect()),
        HirKind::Repetition(repetition) if repetition.min == 0 && repetition.max == Some(1) => {
            Some(vec![flatten(&repetition.sub), Vec::new()])
        }
        HirKind::Capture(capture) => choices(&capture.sub),
        _ => None,
    }
}

/// Where literals are looked for in a pattern.
struct Run {
    /// The part in which they begin.
    at: usize,
    /// The byte of that part.
    offset: usize,
    literals: Vec<Vec<u8>>,
}

/// The run of parts whose few strings make the best literals.
fn best_run(parts: &[Hir]) -> Option<Run> {
    let mut best: Option<(u64, Run)> = None;
    for (at, first) in parts.iter().enumerate() {
        let lengths = match first.kind() {
            HirKind::Literal(literal) => literal.0.len(),
            _ => 1,
        };
        for offset in 0..lengths {
            let literals = literals_from(&parts[at..], offset);
            let Some(cost) = cost_of(&literals) else {
                continue;
            };
            if best.as_ref().is_none_or(|(found, _)| cost < *found) {
                let run = Run {
                    at,
                    offset,
                    literals,
                };
                best = Some((cost, run));
            }
        }
    }
    best.map(|(_, run)| run)
}

/// What a match may begin with from the byte `offset` of the first part on, cut to the length of a literal.
fn literals_from(parts: &[Hir], offset: usize) -> Vec<Vec<u8>> {
    let mut strings: Vec<Vec<u8>> = vec![Vec::new()];
    for (i, part) in parts.iter().enumerate() {
        if strings.iter().all(|s| s.len() >= MAX_LITERAL) {
            break;
        }
        let whole = expand(part);
        let last = whole.is_none();
        let Some(mut next) = whole.or_else(|| heads(part)) else {
            break;
        };
        if strings.len() * next.len() > MAX_EXPANSIONS {
            break;
        }
        if i == 0 {
            for string in &mut next {
                string.drain(..offset.min(string.len()));
            }
        }
        strings = strings
            .iter()
            .flat_map(|head| {
                next.iter()
                    .map(move |tail| [head.as_slice(), tail.as_slice()].concat())
            })
            .collect();
        if last {
            break;
        }
    }
    for string in &mut strings {
        string.truncate(MAX_LITERAL);
    }
    strings.sort();
    strings.dedup();
    // A literal that begins with another one of the set finds nothing that the shorter one does not.
    let mut kept: Vec<Vec<u8>> = Vec::new();
    for string in strings {
        if !kept.last().is_some_and(|k| string.starts_with(k)) {
            kept.push(string);
        }
    }
    kept
}

/// What a part begins with that can be too many strings as a whole.
fn heads(part: &Hir) -> Option<Vec<Vec<u8>>> {
    let heads = match part.kind() {
        HirKind::Capture(capture) => heads(&capture.sub)?,
        HirKind::Concat(_) => literals_from(&flatten(part), 0),
        HirKind::Alternation(alternatives) => alternatives
            .iter()
            .flat_map(|alternative| literals_from(&flatten(alternative), 0))
            .collect(),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            literals_from(&flatten(&repetition.sub), 0)
        }
        _ => return None,
    };
    (heads.len() <= MAX_EXPANSIONS).then_some(heads)
}

/// How often the literals are likely to be seen; none if one is too short.
fn cost_of(literals: &[Vec<u8>]) -> Option<u64> {
    (literals.iter().map(Vec::len).min()? >= MIN_LITERAL).then(|| {
        literals
            .iter()
            .map(|literal| background::cost(literal))
            .sum()
    })
}

/// Every string a part can be, if there are few.
fn expand(part: &Hir) -> Option<Vec<Vec<u8>>> {
    match part.kind() {
        HirKind::Empty => Some(vec![Vec::new()]),
        HirKind::Literal(literal) => Some(vec![literal.0.to_vec()]),
        HirKind::Class(class) => {
            let strings = class_bytes(class)
                .map(|bytes| bytes.into_iter().map(|b| vec![b]).collect())
                .or_else(|| class_characters(class))?;
            (strings.len() <= 6).then_some(strings)
        }
        HirKind::Look(_) => None,
        HirKind::Capture(capture) => expand(&capture.sub),
        HirKind::Repetition(repetition) => {
            let max = repetition.max?;
            if max > 2 {
                return None;
            }
            let once = expand(&repetition.sub)?;
            let mut all: Vec<Vec<u8>> = Vec::new();
            let mut repeated: Vec<Vec<u8>> = vec![Vec::new()];
            for count in 0..=max {
                if count >= repetition.min {
                    all.extend(repeated.iter().cloned());
                }
                if count < max {
                    repeated = repeated
                        .iter()
                        .flat_map(|head| {
                            once.iter()
                                .map(move |tail| [head.as_slice(), tail.as_slice()].concat())
                        })
                        .collect();
                }
                if all.len() > MAX_EXPANSIONS || repeated.len() > MAX_EXPANSIONS {
                    return None;
                }
            }
            Some(all)
        }
        HirKind::Concat(parts) => {
            let mut all: Vec<Vec<u8>> = vec![Vec::new()];
            for part in parts {
                let next = expand(part)?;
                if all.len() * next.len() > MAX_EXPANSIONS {
                    return None;
                }
                all = all
                    .iter()
                    .flat_map(|head| {
                        next.iter()
                            .map(move |tail| [head.as_slice(), tail.as_slice()].concat())
                    })
                    .collect();
            }
            Some(all)
        }
        HirKind::Alternation(alternatives) => {
            let mut all = Vec::new();
            for alternative in alternatives {
                all.extend(expand(alternative)?);
                if all.len() > MAX_EXPANSIONS {
                    return None;
                }
            }
            Some(all)
        }
    }
}

fn class_bytes(class: &Class) -> Option<Vec<u8>> {
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
fn class_characters(class: &Class) -> Option<Vec<Vec<u8>>> {
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

/// Appends the program of one part. All jumps go forward, so a program always ends.
fn emit(part: &Hir, backward: bool, sets: &mut SetTable, out: &mut Vec<u8>) -> Result<(), Refusal> {
    match part.kind() {
        HirKind::Empty => {}
        HirKind::Literal(literal) => {
            let mut bytes = literal.0.to_vec();
            if backward {
                bytes.reverse();
            }
            for piece in bytes.chunks(255) {
                out.push(op::BYTES);
                out.push(u8::try_from(piece.len()).unwrap_or(u8::MAX));
                out.extend_from_slice(piece);
            }
        }
        HirKind::Class(class) => {
            match class_characters(class).filter(|_| class_bytes(class).is_none()) {
                Some(characters) => {
                    let mut bodies = Vec::new();
                    for character in characters {
                        let mut body = Vec::new();
                        emit(&Hir::literal(character), backward, sets, &mut body)?;
                        bodies.push(body);
                    }
                    emit_choice(&bodies, out)?;
                }
                None => {
                    out.push(op::SET);
                    out.extend_from_slice(&class_number(class, sets)?.to_le_bytes());
                }
            }
        }
        HirKind::Look(look) => out.push(if *look == Look::WordAscii {
            op::WORD_EDGE
        } else {
            op::NO_WORD_EDGE
        }),
        HirKind::Capture(capture) => emit(&capture.sub, backward, sets, out)?,
        HirKind::Repetition(repetition) => {
            let (min, max) = (repetition.min, repetition.max.unwrap_or(repetition.min));
            if let Some(set) = single_byte(&repetition.sub, sets)? {
                out.push(op::REPEAT);
                out.extend_from_slice(&set.to_le_bytes());
                out.push(u8::try_from(min).map_err(|_| repeat_too_large())?);
                out.push(u8::try_from(max).map_err(|_| repeat_too_large())?);
                return Ok(());
            }
            let mut once = Vec::new();
            emit(&repetition.sub, backward, sets, &mut once)?;
            for _ in 0..min {
                out.extend_from_slice(&once);
            }
            let optional = usize::try_from(max - min).unwrap_or(0);
            for left in (1..=optional).rev() {
                // Skips this copy and all after it.
                out.push(op::SPLIT);
                out.extend_from_slice(&offset(left * once.len() + (left - 1) * op::SPLIT_SIZE)?);
                out.extend_from_slice(&once);
            }
        }
        HirKind::Concat(parts) => {
            if backward {
                for part in parts.iter().rev() {
                    emit(part, backward, sets, out)?;
                }
            } else {
                for part in parts {
                    emit(part, backward, sets, out)?;
                }
            }
        }
        HirKind::Alternation(alternatives) => {
            let mut bodies = Vec::new();
            for alternative in alternatives {
                let mut body = Vec::new();
                emit(alternative, backward, sets, &mut body)?;
                bodies.push(body);
            }
            emit_choice(&bodies, out)?;
        }
    }
    Ok(())
}

/// Appends alternatives, the first to be tried first.
fn emit_choice(bodies: &[Vec<u8>], out: &mut Vec<u8>) -> Result<(), Refusal> {
    // Lengths of what follows each body, so that its jump reaches the end.
    let mut after = vec![0usize; bodies.len()];
    for i in (0..bodies.len().saturating_sub(1)).rev() {
        let next_is_last = i + 2 == bodies.len();
        let next = bodies[i + 1].len()
            + if next_is_last {
                0
            } else {
                op::SPLIT_SIZE + op::JUMP_SIZE
            };
        after[i] = after[i + 1] + next;
    }
    for (i, body) in bodies.iter().enumerate() {
        let last = i + 1 == bodies.len();
        if !last {
            out.push(op::SPLIT);
            out.extend_from_slice(&offset(body.len() + op::JUMP_SIZE)?);
        }
        out.extend_from_slice(body);
        if !last {
            out.push(op::JUMP);
            out.extend_from_slice(&offset(after[i])?);
        }
    }
    Ok(())
}

fn class_number(class: &Class, sets: &mut SetTable) -> Result<u16, Refusal> {
    let bytes = class_bytes(class).ok_or_else(|| Refusal {
        code: "bad-pattern",
        message: string::String::from("a class holds a character that is not ASCII"),
        help: "write the characters as alternatives, `(a|b)`".to_string(),
    })?;
    let mut set = ByteSet::default();
    for byte in bytes {
        set.insert(byte);
    }
    Ok(sets.number(set))
}

/// The set of a part that is always exactly one byte.
fn single_byte(part: &Hir, sets: &mut SetTable) -> Result<Option<u16>, Refusal> {
    match part.kind() {
        HirKind::Capture(capture) => single_byte(&capture.sub, sets),
        HirKind::Class(class) if class_bytes(class).is_some() => {
            class_number(class, sets).map(Some)
        }
        HirKind::Literal(literal) if literal.0.len() == 1 => {
            let mut set = ByteSet::default();
            set.insert(literal.0[0]);
            Ok(Some(sets.number(set)))
        }
        _ => Ok(None),
    }
}

fn offset(length: usize) -> Result<[u8; 2], Refusal> {
    u16::try_from(length)
        .map(u16::to_le_bytes)
        .map_err(|_| repeat_too_large())
}

fn repeat_too_large() -> Refusal {
    Refusal {
        code: "too-long",
        message: "a repeat or an alternative is too large".to_string(),
        help: "make it smaller, or cut the pattern in two".to_string(),
    }
}
