//! Code blocks coloured by classes, at build: the page needs no script for it, and the same bytes serve both themes. One
//! scanner reads most languages from a table of what is a comment, a string and a word ([`grammars`]); a few read line by
//! line. It marks what helps the eye and claims no more: code that it misreads is shown as it stands.
//!
//! A grammar engine with regular expressions takes some 0.5 ms for fourteen lines and longer to load, which at a thousand
//! pages is more than all the rest of a build; this takes about a hundredth of it, so nothing needs to be kept.

mod grammars;

use crate::html::escape;
use grammars::{Grammar, LANGUAGES, Words};

/// What a piece of code is; the class of its `<span>`. Each has its colour in site.css.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Comment,
    Deleted,
    /// A function, a command, the name of an element.
    Function,
    Inserted,
    Keyword,
    /// A number or a word such as `true`.
    Number,
    /// A key, an attribute, an option.
    Property,
    Text,
    Variable,
}

impl Class {
    fn name(self) -> &'static str {
        match self {
            Class::Comment => "hc",
            Class::Deleted => "hd",
            Class::Function => "hf",
            Class::Inserted => "hi",
            Class::Keyword => "hk",
            Class::Number => "hn",
            Class::Property => "hp",
            Class::Text => "hs",
            Class::Variable => "hv",
        }
    }
}

/// The languages after a code fence, sorted.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|(name, _)| *name)
}

/// Whether code in a language of this name is read; `text` and its like are known and stay as they are.
pub(crate) fn knows(language: &str) -> bool {
    grammar(language).is_some()
}

fn grammar(language: &str) -> Option<&'static Grammar> {
    let n = LANGUAGES.binary_search_by_key(&language, |(name, _)| name);
    n.ok().map(|n| &LANGUAGES[n].1)
}

/// `code` as HTML; escaped only, where nothing is known about the language.
pub(crate) fn html(language: &str, code: &str) -> String {
    let mut out = Out(String::with_capacity(code.len() * 2));
    match grammar(language) {
        Some(grammar) => read(grammar, code, &mut out),
        None => out.plain(code),
    }
    out.0
}

fn read(grammar: &Grammar, code: &str, out: &mut Out) {
    match grammar {
        Grammar::Plain => out.plain(code),
        Grammar::Words(words) => scan(words, code, out),
        Grammar::Shell => shell(code, out),
        Grammar::Console => lines(code, out, console),
        Grammar::Diff => lines(code, out, diff),
        Grammar::Markdown => lines(code, out, markdown),
        Grammar::Http => http(code, out),
        Grammar::Markup => markup(code, out),
    }
}

struct Out(String);

impl Out {
    fn plain(&mut self, text: &str) {
        self.0.push_str(&escape(text));
    }

    fn mark(&mut self, class: Class, text: &str) {
        if text.is_empty() {
            return;
        }
        self.0.push_str("<span class=\"");
        self.0.push_str(class.name());
        self.0.push_str("\">");
        self.plain(text);
        self.0.push_str("</span>");
    }
}

/// Calls `each` with every line, its end included.
fn lines(code: &str, out: &mut Out, each: fn(&str, &mut Out)) {
    for line in code.split_inclusive('\n') {
        each(line, out);
    }
}

/// A line without its end, and the end.
fn line_end(line: &str) -> (&str, &str) {
    line.split_at(line.trim_end_matches(['\r', '\n']).len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How many bytes of `text` from its beginning satisfy `of`.
fn run(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.find(|c| !of(c)).unwrap_or(text.len())
}

/// How long the string is that begins with `open`; without an end it goes to the end of its line, or of the code where it
/// may have several lines.
fn quoted(text: &str, open: &str, close: &str, escapes: bool, several_lines: bool) -> usize {
    let mut at = open.len();
    while let Some(c) = text[at..].chars().next() {
        if escapes && c == '\\' {
            at += 1;
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        } else if text[at..].starts_with(close) {
            return at + close.len();
        } else if c == '\n' && !several_lines {
            return at;
        } else {
            at += c.len_utf8();
        }
    }
    at
}

/// Reads a language by its table.
fn scan(words: &Words, code: &str, out: &mut Out) {
    let mut at = 0;
    let mut from = 0;
    let mut line_start = true;
    let mut before = '\n';
    while let Some(c) = code[at..].chars().next() {
        let rest = &code[at..];
        let (class, length) = piece(words, rest, before, line_start);
        match class {
            Some(class) => {
                out.plain(&code[from..at]);
                out.mark(class, &rest[..length]);
                from = at + length;
            }
            None if c == '\n' => line_start = true,
            None => {}
        }
        line_start = (line_start && c.is_whitespace() && length == c.len_utf8()) || c == '\n';
        at += length;
        before = code[..at].chars().next_back().unwrap_or('\n');
    }
    out.plain(&code[from..]);
}

/// What stands at the beginning of `rest`, and how long it is: one character at least.
fn piece(words: &Words, rest: &str, before: char, line_start: bool) -> (Option<Class>, usize) {
    let Some(c) = rest.chars().next() else {
        return (None, 0);
    };
    for (open, close) in words.blocks {
        if rest.starts_with(open) {
            return (Some(Class::Comment), quoted(rest, open, close, false, true));
        }
    }
    // Inside of a word these are no comments: `a#b`, and `//` of an address.
    let free = !is_word(before) && before != ':';
    if free && words.line.iter().any(|mark| rest.starts_with(mark)) {
        return (Some(Class::Comment), rest.find('\n').unwrap_or(rest.len()));
    }
    for quote in words.quotes {
        if rest.starts_with(quote.open) && !(quote.open == "'" && is_word(before)) {
            let length = quoted(rest, quote.open, quote.close, quote.escapes, quote.lines);
            let key = words.key.is_some_and(|key| {
                let after = rest[length..].trim_start_matches([' ', '\t']);
                after.starts_with(key)
            });
            let class = if key { Class::Property } else { Class::Text };
            return (Some(class), length);
        }
    }
    if words.sections && line_start && c == '[' {
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        if let Some(end) = line.rfind(']')
            && line.trim_end().len() == end + 1
        {
            return (Some(Class::Function), end + 1);
        }
    }
    if words.sigils.contains(&c) {
        let name = run(&rest[c.len_utf8()..], is_word);
        let length = c.len_utf8() + name;
        return (
            (name > 0).then_some(Class::Variable),
            length.max(c.len_utf8()),
        );
    }
    if c.is_ascii_digit() && !is_word(before) {
        let mut length = run(rest, is_word);
        while rest[length..].starts_with('.')
            && rest[length + 1..].starts_with(|c: char| c.is_ascii_digit())
        {
            length += 1 + run(&rest[length + 1..], is_word);
        }
        return (Some(Class::Number), length);
    }
    if is_word(c) || words.starts.contains(&c) {
        let first = c.len_utf8();
        let length = first + run(&rest[first..], |c| is_word(c) || words.inner.contains(&c));
        return (
            words.class(&rest[..length], &rest[length..], line_start),
            length,
        );
    }
    (None, c.len_utf8())
}

impl Words {
    fn class(&self, word: &str, after: &str, line_start: bool) -> Option<Class> {
        let lower;
        let known = if self.any_case {
            lower = word.to_ascii_lowercase();
            lower.as_str()
        } else {
            word
        };
        if self.keywords.binary_search(&known).is_ok() || (self.directives && line_start) {
            return Some(Class::Keyword);
        }
        if self.constants.binary_search(&known).is_ok() {
            return Some(Class::Number);
        }
        if let Some(key) = self.key {
            let blank = if key == '=' { &[' ', '\t'][..] } else { &[] };
            let next = after.trim_start_matches(blank);
            if next.starts_with(key) && !next[1..].starts_with([key, '>']) {
                return Some(Class::Property);
            }
        }
        (self.calls && after.starts_with('(')).then_some(Class::Function)
    }
}

/// Words of the shell after which a command stands, and which end one.
const SHELL: [&str; 14] = [
    "case", "do", "done", "elif", "else", "esac", "export", "fi", "for", "if", "in", "then",
    "until", "while",
];

fn shell(code: &str, out: &mut Out) {
    let mut at = 0;
    // Whether the next word is the name of a command.
    let mut command = true;
    let mut word_start = true;
    while let Some(c) = code[at..].chars().next() {
        let rest = &code[at..];
        let mut length = c.len_utf8();
        let starts = std::mem::replace(&mut word_start, false);
        match c {
            '#' if starts => {
                length = rest.find('\n').unwrap_or(rest.len());
                out.mark(Class::Comment, &rest[..length]);
            }
            '\'' | '"' => {
                let open = &rest[..1];
                length = quoted(rest, open, open, c == '"', true);
                out.mark(Class::Text, &rest[..length]);
                command = false;
            }
            '$' if rest[1..].starts_with('{') => {
                length = rest.find('}').map_or(rest.len(), |end| end + 1);
                out.mark(Class::Variable, &rest[..length]);
                command = false;
            }
            '$' if rest[1..].starts_with(is_word) => {
                length = 1 + run(&rest[1..], is_word);
                out.mark(Class::Variable, &rest[..length]);
                command = false;
            }
            '\\' => {
                // The next line belongs to this one.
                length += rest[1..].chars().next().map_or(0, char::len_utf8);
                out.plain(&rest[..length]);
                word_start = rest[1..].starts_with('\n');
            }
            '\n' | '|' | ';' | '&' | '(' | '`' => {
                out.plain(&rest[..length]);
                (command, word_start) = (true, true);
            }
            _ if c.is_whitespace() => {
                out.plain(&rest[..length]);
                word_start = true;
            }
            '<' | '>' => {
                out.plain(&rest[..length]);
                (command, word_start) = (false, true);
            }
            _ if starts => {
                length = run(rest, |c| {
                    !c.is_whitespace() && !"'\"$\\|;&()`<>".contains(c)
                });
                length = length.max(c.len_utf8());
                let word = &rest[..length];
                let name = run(word, is_word);
                if command && name > 0 && word[name..].starts_with('=') {
                    out.mark(Class::Variable, &word[..name]);
                    length = name + 1;
                    out.plain("=");
                } else if command && SHELL.binary_search(&word).is_ok() {
                    out.mark(Class::Keyword, word);
                    command = !matches!(word, "case" | "export" | "for" | "in");
                } else if command {
                    out.mark(Class::Function, word);
                    command = false;
                } else if word.starts_with('-') && word.len() > 1 {
                    let option = word.find('=').unwrap_or(length);
                    out.mark(Class::Property, &word[..option]);
                    out.plain(&word[option..]);
                } else if word.bytes().all(|b| b.is_ascii_digit()) {
                    out.mark(Class::Number, word);
                } else {
                    out.plain(word);
                }
            }
            _ => out.plain(&rest[..length]),
        }
        at += length;
    }
}

/// What is typed after a prompt is a command; the rest is what came of it.
fn console(line: &str, out: &mut Out) {
    for prompt in ["$ ", "# ", "% ", "> "] {
        if let Some(typed) = line.strip_prefix(prompt) {
            out.mark(Class::Comment, prompt.trim_end());
            out.plain(" ");
            shell(typed, out);
            return;
        }
    }
    out.plain(line);
}

fn diff(line: &str, out: &mut Out) {
    let (text, end) = line_end(line);
    let class = match text.as_bytes() {
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Some(Class::Keyword),
        [b'+', ..] => Some(Class::Inserted),
        [b'-', ..] => Some(Class::Deleted),
        [b'@', b'@', ..] => Some(Class::Property),
        _ => None,
    };
    match class {
        Some(class) => out.mark(class, text),
        None => out.plain(text),
    }
    out.plain(end);
}

fn markdown(line: &str, out: &mut Out) {
    let (text, end) = line_end(line);
    let trimmed = text.trim_start();
    if trimmed.starts_with('#') {
        out.mark(Class::Keyword, text);
    } else if trimmed.starts_with('>') {
        out.mark(Class::Comment, text);
    } else if trimmed.starts_with("```") {
        out.mark(Class::Function, text);
    } else {
        let mut rest = text;
        while let Some((before, code)) = rest.split_once('`')
            && let Some((code, after)) = code.split_once('`')
        {
            out.plain(before);
            out.mark(Class::Text, &format!("`{code}`"));
            rest = after;
        }
        out.plain(rest);
    }
    out.plain(end);
}

/// A request or an answer: its first line, headers, and a body after an empty line.
fn http(code: &str, out: &mut Out) {
    let mut at = 0;
    for (n, line) in code.split_inclusive('\n').enumerate() {
        let (text, end) = line_end(line);
        if text.is_empty() && n > 0 {
            break;
        }
        at += line.len();
        let first = &text[..run(text, |c| !c.is_whitespace())];
        if n == 0 {
            out.mark(Class::Keyword, first);
            let rest = &text[first.len()..];
            let digits = rest.trim_start();
            let status = run(digits, |c| c.is_ascii_digit());
            out.plain(&rest[..rest.len() - digits.len()]);
            out.mark(Class::Number, &digits[..status]);
            out.plain(&digits[status..]);
        } else if let Some(colon) = text.find(':') {
            out.mark(Class::Property, &text[..colon]);
            out.plain(&text[colon..]);
        } else {
            out.plain(text);
        }
        out.plain(end);
    }
    let body = &code[at..];
    if body.trim_start().starts_with(['{', '[']) {
        scan(&grammars::JSON, body, out);
    } else {
        out.plain(body);
    }
}

fn markup(code: &str, out: &mut Out) {
    let mut at = 0;
    while at < code.len() {
        let rest = &code[at..];
        let Some(next) = rest.find(['<', '&']) else {
            out.plain(rest);
            return;
        };
        out.plain(&rest[..next]);
        let rest = &rest[next..];
        at += next;
        at += if rest.starts_with("<!--") {
            let length = quoted(rest, "<!--", "-->", false, true);
            out.mark(Class::Comment, &rest[..length]);
            length
        } else if rest.starts_with('<') {
            tag(rest, out)
        } else {
            let name = 1 + run(&rest[1..], |c| is_word(c) || c == '#');
            let length = name + usize::from(rest[name..].starts_with(';'));
            if length > name {
                out.mark(Class::Number, &rest[..length]);
            } else {
                out.plain(&rest[..length]);
            }
            length
        };
    }
}

/// Marks a tag and says how long it is.
fn tag(text: &str, out: &mut Out) -> usize {
    let open = 1 + run(&text[1..], |c| matches!(c, '/' | '!' | '?'));
    let named = |c: char| is_word(c) || matches!(c, '-' | ':' | '.');
    let name = run(&text[open..], named);
    out.plain(&text[..open]);
    out.mark(Class::Function, &text[open..open + name]);
    let mut at = open + name;
    if name == 0 {
        return at;
    }
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let mut length = c.len_utf8();
        match c {
            '>' => {
                out.plain(">");
                return at + 1;
            }
            '<' => return at,
            '"' | '\'' => {
                let quote = &rest[..1];
                length = quoted(rest, quote, quote, false, true);
                out.mark(Class::Text, &rest[..length]);
            }
            _ if named(c) => {
                length = run(rest, named);
                out.mark(Class::Property, &rest[..length]);
            }
            _ => out.plain(&rest[..length]),
        }
        at += length;
    }
    at
}

#[cfg(test)]
mod tests;
