//! Markdown pages: front matter, and what `check` and `render` must know of the body, with places. Turns nothing
//! into HTML.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::ops::Range;

use memchr::memchr;
use pulldown_cmark::{
    CodeBlockKind, Event, Options, Parser, RefDefs, Tag, TagEnd, TextMergeWithOffset,
};
use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use super::function_words::Tongue;
use super::left_over;
use super::raw_html::{self, RawTag};
use super::toml_table::{At, Sink, document};
use crate::date::Date;
use crate::diag::{Diag, nearest};

/// A page in one language.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Markdown {
    /// Path below the content folder.
    pub file: String,
    /// Without front matter the body is unknown, and nothing in it can be compared.
    pub broken: bool,
    /// What stands above the body.
    pub front: Front,
    /// Where the body begins.
    pub body: usize,
    /// In order.
    pub headings: Vec<Heading>,
    /// The text before the first heading of level 2, then one for each such heading.
    pub sections: Vec<Section>,
    /// Links and images in order.
    pub links: Vec<Link>,
    /// Code blocks in order.
    pub codes: Vec<CodeBlock>,
    /// Numbers in text and inline code, in order.
    pub numbers: Vec<Number>,
    /// `{{table:NAME}}` in order.
    pub tables: Vec<At<String>>,
    /// Names of `{{chart:NAME}}`.
    pub charts: Vec<At<String>>,
    /// `{{figure:ID}}` in order.
    pub figures: Vec<At<String>>,
    /// The steps of a runbook: items of ordered lists.
    pub steps: Vec<Step>,
    /// Runs of text of at least six words, code left out.
    pub paragraphs: Vec<Paragraph>,
    /// Runs of text that are in another language than the file, by its name, should be in: the code of that language.
    pub foreign: Vec<At<String>>,
    /// Header cells of tables with nothing in them.
    pub empty_headers: Vec<Range<usize>>,
    /// Tags of raw HTML, in order.
    pub html: Vec<RawTag>,
    /// Index into `sections`: of the first with a code block that nobody closed. What this one took in belongs to other parts.
    pub unclosed: Option<usize>,
}

impl Markdown {
    /// Code of the language that it should be in, by the name of its file.
    #[must_use]
    pub fn language(&self) -> &str {
        language_of(&self.file)
    }
}

fn language_of(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".md").unwrap_or(name)
}

/// A run of text, known by its digest: what two languages have in common is all that is asked of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Paragraph {
    /// Of its words.
    pub digest: u64,
    /// From its first word to its last.
    pub span: Range<usize>,
}

/// Front matter.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Front {
    /// Title of the page.
    pub title: At<String>,
    /// One sentence.
    pub summary: At<String>,
    /// Day of the last change of substance.
    pub updated: Option<At<Date>>,
    /// Ids of `data/sources.toml`.
    pub sources: Vec<At<String>>,
    /// Not published yet.
    pub draft: bool,
    /// Addresses without language at which the page once was, such as `/guides/old-name/`.
    pub aliases: Vec<At<String>>,
    /// Elements of HTML that this page may hold.
    pub html: Vec<At<String>>,
}

/// A heading.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The id given, or one made from the text.
    pub id: String,
    /// Plain text.
    pub text: String,
    /// The whole heading.
    pub span: Range<usize>,
}

/// What lies under a heading of level 2.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Section {
    /// Id of the heading; nothing before the first.
    pub id: Option<String>,
    /// Heading and body.
    pub span: Range<usize>,
    /// Items of its ordered lists, nested ones not counted.
    pub steps: usize,
}

/// A link or an image.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Where it leads, at its place in the source.
    pub dest: At<String>,
    /// An image.
    pub image: bool,
    /// Plain text, or the alternative text of an image.
    pub text: String,
    /// Index into `sections`.
    pub section: usize,
}

/// A code block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeBlock {
    /// First word after the fence.
    pub lang: String,
    /// Its text.
    pub text: String,
    /// The whole block.
    pub span: Range<usize>,
    /// Index into `sections`.
    pub section: usize,
}

/// A number.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Number {
    /// Digits with inner points and commas.
    pub text: At<String>,
    /// Index into `sections`.
    pub section: usize,
}

/// An item of an ordered list.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Begins with a checkbox.
    pub task: bool,
    /// How many paragraphs follow its first.
    pub more: usize,
    /// Plain text that the following paragraphs begin with (their bold words).
    pub labels: Vec<String>,
    /// The item.
    pub span: Range<usize>,
}

/// Ids that templates give to parts of a page.
const RESERVED: [&str; 31] = [
    "candidates",
    "candidates-title",
    "check-count",
    "check-note",
    "check-note-hint",
    "examples",
    "examples-title",
    "i-check",
    "i-copy",
    "i-dark",
    "i-doubt",
    "i-empty",
    "i-flag",
    "i-info",
    "i-light",
    "i-link",
    "i-menu",
    "i-next",
    "i-report",
    "i-search",
    "i-shield",
    "i-system",
    "i-wallet",
    "lookalikes",
    "lookalikes-title",
    "main",
    "paste",
    "paste-hint",
    "paste-privacy",
    "sources",
    "toc-title",
];

/// The language that a code block names; empty where it names none.
pub(crate) fn code_language<'k>(kind: &'k CodeBlockKind<'_>) -> &'k str {
    match kind {
        CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
        CodeBlockKind::Indented => "",
    }
}

/// The Markdown that pages may use.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

pub(crate) fn parse(file: &str, text: &str) -> (Markdown, Vec<Diag>) {
    let sink = Sink::new(file);
    let mut page = Markdown {
        file: file.to_owned(),
        ..Markdown::default()
    };
    match front_matter(text) {
        Ok((toml, body)) => {
            page.body = body;
            // Padding keeps places equal to those of the file.
            let padded = format!("{}{}", "\n".repeat(toml.start), &text[toml.clone()]);
            page.front = front(&sink, &padded);
        }
        Err(NoFrontMatter {
            message,
            help,
            body,
        }) => {
            page.body = body;
            page.broken = true;
            let first = 0..text.find('\n').unwrap_or(text.len());
            sink.report("front-matter", first, message, Some(help.to_owned()));
        }
    }
    let page = read_closed(&page, &text[page.body..], &sink);
    (page, sink.into_diags())
}

/// How many code blocks that nobody closed are told of in one file. What follows more of them is read as it stands.
const UNCLOSED: usize = 16;

/// Reads the body of `page`, which is `text`. Where a code block was never closed, it is closed where that was forgotten, and all
/// is read again: what stands before and behind it is as wrong or as right as without it.
fn read_closed(page: &Markdown, text: &str, sink: &Sink<'_>) -> Markdown {
    let mut text = Cow::Borrowed(text);
    let mut unclosed = None;
    let mut told = 0;
    loop {
        let found = Sink::new(&page.file);
        let mut read = Markdown {
            unclosed,
            ..page.clone()
        };
        match body(&mut read, &text, &found) {
            Some(open) if told < UNCLOSED => {
                told += 1;
                unclosed = unclosed.or(Some(open.section));
                sink.report(
                    "unclosed-fence",
                    open.at,
                    "this code block is never closed",
                    Some(open.help),
                );
                text = Cow::Owned(close(&text, open.block, &open.fence));
            }
            _ => {
                found.into_diags().into_iter().for_each(|d| sink.push(d));
                return read;
            }
        }
    }
}

/// Reads front matter.
pub(crate) fn front(sink: &Sink<'_>, toml: &str) -> Front {
    let mut t = document(sink, toml);
    let front = Front {
        title: t.required_plain("title").unwrap_or_default(),
        summary: t.required_plain("summary").unwrap_or_default(),
        updated: t.date("updated"),
        sources: t.strings("sources"),
        draft: t.boolean("draft").is_some_and(|d| d.value),
        aliases: t.strings("aliases"),
        html: raw_html::allowed(sink, t.strings("html")),
    };
    t.finish();
    front
}

/// Why there is none.
struct NoFrontMatter {
    message: &'static str,
    help: &'static str,
    /// Where the body begins all the same.
    body: usize,
}

/// Bytes of the TOML between the two `+++` lines, and where the body begins.
fn front_matter(text: &str) -> Result<(Range<usize>, usize), NoFrontMatter> {
    let none = |message, body| NoFrontMatter {
        message,
        help: "begin the file with `+++`, `title = \"...\"`, `summary = \"...\"`, `+++`, each on its own line",
        body,
    };
    let start = text.find('\n').map_or(text.len(), |n| n + 1);
    // The line of this mark that comes next, and where the one after it begins.
    let closing = |mark: &str| {
        let mut at = start;
        text[start..].split_inclusive('\n').find_map(|line| {
            at += line.len();
            (line.trim_end() == mark).then_some((at - line.len(), at))
        })
    };
    match text[..start].trim_end() {
        "+++" => match closing("+++") {
            Some((end, body)) => Ok((start..end, body)),
            None => Err(NoFrontMatter {
                help: "write `+++` on a line of its own below the last key, before the text",
                ..none("the front matter has no closing `+++` line", 0)
            }),
        },
        // As other generators have it.
        "---" => Err(none(
            "the front matter is TOML between lines of `+++`, not YAML between `---`",
            closing("---").map_or(0, |(_, body)| body),
        )),
        _ if text.trim().is_empty() => Err(none("the file is empty", 0)),
        _ => Err(none("there is no front matter", 0)),
    }
}

/// Reads the body of `page`, which is `text`. Tells of the first code block that nobody closed.
fn body(page: &mut Markdown, text: &str, sink: &Sink<'_>) -> Option<OpenBlock> {
    page.sections.push(Section {
        id: None,
        span: page.body..page.body + text.len(),
        steps: 0,
    });
    let mut parser = Parser::new_ext(text, options()).into_offset_iter();
    let events: Vec<(Event<'_>, Range<usize>)> =
        TextMergeWithOffset::new(parser.by_ref()).collect();
    let mut reader = BodyReader {
        run: Run::new(page.language()),
        page,
        text,
        sink,
        definitions: parser.reference_definitions(),
        standing: left_over::Place::default(),
        heading: None,
        table: OpenTable::default(),
        steps: Steps::default(),
        links: Vec::new(),
        code: None,
        unclosed: None,
        notes: Notes::default(),
    };
    for (n, (event, range)) in events.iter().enumerate() {
        let next = events.get(n + 1).map(|(event, _)| event);
        reader.event(event, range, next);
    }
    let unclosed = reader.unclosed.take();
    reader.finish();
    unclosed
}

/// Reads the events of a body in order, and knows what is open. Ranges are places in the body, spans those in the file.
struct BodyReader<'b, 't> {
    page: &'b mut Markdown,
    text: &'t str,
    sink: &'b Sink<'b>,
    definitions: &'b RefDefs<'t>,
    run: Run,
    standing: left_over::Place,
    heading: Option<OpenHeading>,
    table: OpenTable,
    steps: Steps,
    /// Places in `page.links`. An image may stand in a link.
    links: Vec<usize>,
    code: Option<CodeBlock>,
    /// The first block that nobody closed: those after it begin where they should end.
    unclosed: Option<OpenBlock>,
    notes: Notes<'b>,
}

/// A code block that nobody closed.
struct OpenBlock {
    /// Its first line, in the file.
    at: Range<usize>,
    help: String,
    /// In the body, up to where its end was forgotten.
    block: Range<usize>,
    fence: String,
    /// Index into `sections`.
    section: usize,
}

struct OpenHeading {
    level: u8,
    id: Option<String>,
    title: String,
    span: Range<usize>,
}

#[derive(Default)]
struct OpenTable {
    columns: usize,
    /// While the first row is read.
    header: Option<HeaderCell>,
}

struct HeaderCell {
    span: Range<usize>,
    empty: bool,
}

#[derive(Default)]
struct Notes<'b> {
    /// By name in lower case, as they are looked up: as it is written, and where.
    written: BTreeMap<String, (&'b str, Range<usize>)>,
    referred: BTreeSet<String>,
}

impl<'b, 't> BodyReader<'b, 't> {
    fn event(&mut self, event: &'b Event<'t>, range: &Range<usize>, next: Option<&Event<'_>>) {
        self.standing = self.standing.after(event);
        match event {
            Event::Start(tag) => {
                if !is_inline(&tag.to_end()) {
                    self.run.finish(self.page);
                    self.must_hold_something(tag, range, next);
                }
                self.start(tag, range);
            }
            Event::End(tag) => {
                if !is_inline(tag) {
                    self.run.finish(self.page);
                }
                self.end(*tag);
            }
            Event::Text(words) => self.text(words, range),
            Event::Code(words) => self.inline_code(words, range),
            Event::InlineHtml(_) => self.html(range),
            Event::SoftBreak | Event::HardBreak => self.shown(" "),
            Event::TaskListMarker(_) => self.steps.task(),
            Event::FootnoteReference(name) => {
                self.notes.referred.insert(name.to_lowercase());
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &'b Tag<'t>, range: &Range<usize>) {
        let span = self.span(range);
        match tag {
            Tag::Heading { level, id, .. } => {
                self.heading = Some(OpenHeading {
                    level: *level as u8,
                    id: id.as_ref().map(|id| id.to_string()),
                    title: String::new(),
                    span,
                });
            }
            Tag::Paragraph => self.paragraph(range),
            Tag::Strong => self.steps.start_label(),
            Tag::List(first) => self.steps.lists.push(first.is_some()),
            Tag::Item if self.steps.is_in_ordered() => {
                if let Some(section) = self.page.sections.last_mut() {
                    section.steps += 1;
                }
                self.steps.start(span);
            }
            Tag::Link { dest_url, id, .. } => {
                let link = self.link(dest_url, id, range);
                self.open_link(link);
            }
            Tag::Image { dest_url, id, .. } => {
                let link = self.link(dest_url, id, range);
                self.open_link(Link {
                    image: true,
                    ..link
                });
            }
            Tag::CodeBlock(kind) => self.code_block(kind, range),
            // Of a block the lines come one by one, and a tag may have several.
            Tag::HtmlBlock => self.html(range),
            Tag::Table(alignments) => self.table.columns = alignments.len(),
            Tag::TableRow => {
                let row = &self.text[range.clone()];
                left_over::row(self.sink, row, span.start, self.table.columns);
            }
            Tag::TableHead => {
                self.table.header = Some(HeaderCell { span, empty: true });
            }
            Tag::TableCell => {
                if let Some(cell) = &mut self.table.header {
                    *cell = HeaderCell { span, empty: true };
                }
            }
            Tag::FootnoteDefinition(name) => self.note(name, range),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                if let Some(heading) = self.heading.take() {
                    finish_heading(self.page, self.sink, heading);
                }
            }
            TagEnd::Strong => self.steps.end_label(),
            TagEnd::List(_) => {
                self.steps.lists.pop();
            }
            TagEnd::Item => self.page.steps.extend(self.steps.end()),
            TagEnd::Link | TagEnd::Image => self.close_link(),
            TagEnd::CodeBlock => self.page.codes.extend(self.code.take()),
            TagEnd::TableHead => self.table.header = None,
            TagEnd::TableCell => {
                if let Some(HeaderCell { span, empty: true }) = &self.table.header {
                    self.page.empty_headers.push(span.clone());
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, words: &str, range: &Range<usize>) {
        if let Some(code) = &mut self.code {
            code.text.push_str(words);
            return;
        }
        let span = self.span(range);
        self.run.add(words, &span);
        self.shown(words);
        self.steps.text(words);
        let raw = &self.text[range.clone()];
        let next = self.text.as_bytes().get(range.end).copied();
        // The backslash that makes the first character plain belongs to no event.
        let escape = usize::from(self.text[..range.start].ends_with('\\'));
        let typed = &self.text[range.start - escape..range.end];
        let from = span.start - escape;
        self.standing = left_over::text(self.sink, typed, from, words, (self.standing, next));
        directives(self.page, self.sink, raw, span.start);
        self.numbers(raw, span.start);
    }

    fn inline_code(&mut self, words: &str, range: &Range<usize>) {
        self.shown(words);
        self.steps.code();
        self.numbers(&self.text[range.clone()], self.span(range).start);
    }

    /// Words that are seen: they fill the cell, the heading and the link that they stand in.
    fn shown(&mut self, words: &str) {
        if let Some(cell) = &mut self.table.header {
            cell.empty = false;
        }
        if let Some(heading) = &mut self.heading {
            heading.title.push_str(words);
        }
        self.name_link(words);
    }

    fn paragraph(&mut self, range: &Range<usize>) {
        self.steps.paragraph();
        let start = self.span(range).start;
        let raw = self.text[range.clone()].trim();
        for (kind, names) in [
            ("table", &mut self.page.tables),
            ("chart", &mut self.page.charts),
        ] {
            if let Some(name) = directive(raw, kind) {
                let at = start + raw.find(name).unwrap_or(0);
                names.push(At::new(name.to_owned(), at..at + name.len()));
            }
        }
    }

    fn link(&self, dest: &str, label: &str, range: &Range<usize>) -> Link {
        let at = locate(self.text, range, dest, label, self.definitions);
        Link {
            dest: At::new(dest.to_owned(), self.span(&at)),
            image: false,
            text: String::new(),
            section: self.section(),
        }
    }

    fn open_link(&mut self, link: Link) {
        self.links.push(self.page.links.len());
        self.page.links.push(link);
    }

    fn close_link(&mut self) {
        // The alternative text of an image is the name of the link around it.
        if let Some(link) = self.links.pop().and_then(|n| self.page.links.get(n)) {
            let words = link.text.clone();
            self.name_link(&words);
        }
    }

    /// Adds to the words of the innermost link that is open.
    fn name_link(&mut self, words: &str) {
        let open = self.links.last();
        if let Some(link) = open.and_then(|n| self.page.links.get_mut(*n)) {
            link.text.push_str(words);
        }
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'_>, range: &Range<usize>) {
        let (lang, span) = (code_language(kind), self.span(range));
        if let CodeBlockKind::Fenced(_) = kind
            && self.unclosed.is_none()
            && let Some((fence, ends)) = unclosed_fence(&self.text[range.clone()], lang)
        {
            let line = self.first_line(range);
            self.unclosed = Some(OpenBlock {
                help: match ends {
                    Some(at) => format!(
                        "write {fence} on a line of its own before `{}`",
                        bare(
                            self.text[range.start + at..]
                                .lines()
                                .next()
                                .unwrap_or_default()
                        )
                    ),
                    None => format!("write {fence} on a line of its own below it"),
                },
                block: range.start..ends.map_or(range.end, |at| range.start + at),
                at: line,
                fence,
                section: self.section(),
            });
        }
        self.code = Some(CodeBlock {
            lang: lang.to_owned(),
            text: String::new(),
            span,
            section: self.section(),
        });
    }

    fn html(&mut self, range: &Range<usize>) {
        let (raw, start) = (&self.text[range.clone()], self.span(range).start);
        let tags = raw_html::tags(raw, start);
        for tag in &tags {
            let at = tag.span.start - start..tag.span.end - start;
            self.run.tag(tag, &raw[at]);
        }
        self.page.html.extend(tags);
    }

    fn note(&mut self, name: &'b str, range: &Range<usize>) {
        let note = (name, self.first_line(range));
        let known = self.notes.written.insert(name.to_lowercase(), note);
        if known.is_some() {
            self.sink.report(
                "duplicate-id",
                self.span(range),
                format!("the note `[^{name}]` is written twice"),
                Some("give one of the two another name".to_owned()),
            );
        }
    }

    /// Reports what `tag` begins if it ends at once and should not.
    fn must_hold_something(&self, tag: &Tag<'_>, range: &Range<usize>, next: Option<&Event<'_>>) {
        if let Some(what) = holder(tag)
            && matches!(next, Some(Event::End(_)))
        {
            left_over::empty(self.sink, self.first_line(range), what);
        }
    }

    /// Digits with inner points and commas. What stands inside `{{...}}` is an id and no number.
    fn numbers(&mut self, raw: &str, base: usize) {
        let section = self.section();
        let bytes = raw.as_bytes();
        let mut at = 0;
        let mut skip = next_directive(raw, 0);
        while at < bytes.len() {
            if let Some(range) = &skip
                && at >= range.start
            {
                at = range.end;
                skip = next_directive(raw, at);
                continue;
            }
            let end = skip.as_ref().map_or(bytes.len(), |range| range.start);
            let Some(gap) = bytes[at..end].iter().position(u8::is_ascii_digit) else {
                at = end;
                continue;
            };
            at += gap;
            let start = at;
            while at < bytes.len()
                && (bytes[at].is_ascii_digit()
                    || (matches!(bytes[at], b'.' | b',')
                        && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)))
            {
                at += 1;
            }
            self.page.numbers.push(Number {
                text: At::new(raw[start..at].to_owned(), base + start..base + at),
                section,
            });
        }
    }

    /// What can be told only when all was read.
    fn finish(self) {
        for (name, (written, span)) in &self.notes.written {
            if !self.notes.referred.contains(name) {
                left_over::unused_note(self.sink, span.clone(), written);
            }
        }
        ids(self.page, self.sink, &self.notes);
    }

    fn span(&self, range: &Range<usize>) -> Range<usize> {
        let base = self.page.body;
        range.start + base..range.end + base
    }

    /// The first line of what stands there.
    fn first_line(&self, range: &Range<usize>) -> Range<usize> {
        let block = &self.text[range.clone()];
        let line = block.lines().next().unwrap_or_default().trim_end();
        let start = self.span(range).start;
        start..start + line.len()
    }

    /// Index of the section that is being read.
    fn section(&self) -> usize {
        self.page.sections.len() - 1
    }
}

/// Lists that are open, and the step of a runbook: an item of an ordered list that stands in no other list.
#[derive(Default)]
struct Steps {
    /// Whether each list is ordered, the outermost first.
    lists: Vec<bool>,
    open: Option<Step>,
    /// How many paragraphs the step has so far.
    paragraphs: usize,
    /// Nothing was said yet in the paragraph but bold words.
    at_start: bool,
    /// Bold words that are being read and begin a paragraph of the step.
    label: Option<String>,
}

impl Steps {
    fn is_in_ordered(&self) -> bool {
        self.lists == [true]
    }

    fn start(&mut self, span: Range<usize>) {
        self.paragraphs = 0;
        self.open = Some(Step {
            task: false,
            more: 0,
            labels: Vec::new(),
            span,
        });
    }

    /// The step itself, where no list within it is open.
    fn innermost(&mut self) -> Option<&mut Step> {
        self.open.as_mut().filter(|_| self.lists.len() == 1)
    }

    fn task(&mut self) {
        if let Some(step) = self.innermost() {
            step.task = true;
        }
    }

    fn paragraph(&mut self) {
        self.at_start = true;
        if self.innermost().is_some() {
            self.paragraphs += 1;
        }
    }

    fn start_label(&mut self) {
        if self.at_start && self.open.is_some() {
            self.label = Some(String::new());
        }
    }

    fn end_label(&mut self) {
        if let (Some(label), Some(step)) = (self.label.take(), &mut self.open) {
            let label = label.trim().trim_end_matches(':').trim();
            step.labels.push(label.to_owned());
        }
    }

    fn text(&mut self, words: &str) {
        match &mut self.label {
            Some(label) => label.push_str(words),
            None => self.at_start = false,
        }
    }

    fn code(&mut self) {
        self.at_start = false;
    }

    /// The step that ends with this item of a list, if one does.
    fn end(&mut self) -> Option<Step> {
        if self.lists.len() != 1 {
            return None;
        }
        let step = self.open.take()?;
        Some(Step {
            more: self.paragraphs.saturating_sub(1),
            ..step
        })
    }
}

/// What the tag begins, if that is a part of the page that must hold something.
fn holder(tag: &Tag<'_>) -> Option<&'static str> {
    match tag {
        Tag::BlockQuote(Some(_)) => Some("a callout"),
        Tag::BlockQuote(None) => Some("a quote"),
        Tag::FootnoteDefinition(_) => Some("a note"),
        Tag::Item => Some("an item of a list"),
        _ => None,
    }
}

/// A word without the marks around it, which a copy may have others of.
pub(crate) fn letters(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Words of a block as they come, until another block begins or this one ends.
struct Run {
    digest: FxHasher,
    words: usize,
    span: Range<usize>,
    tongue: Tongue,
    /// Name of the element that says of what is in it which language it is in, and how many of this name are open.
    marked: Option<(String, usize)>,
}

impl Run {
    /// Fewer words are names, labels and the like, which may well be the same in two languages.
    const LEAST: usize = 6;

    fn new(language: &str) -> Run {
        Run {
            digest: FxHasher::default(),
            words: 0,
            span: 0..0,
            tongue: Tongue::new(language),
            marked: None,
        }
    }

    fn add(&mut self, text: &str, span: &Range<usize>) {
        if self.words == 0 {
            self.span = span.clone();
        }
        self.span.end = span.end;
        let is_word = |word: &&str| {
            word.starts_with(|c: char| c.is_ascii_alphabetic())
                || word.chars().any(char::is_alphabetic)
        };
        let is_marked = self.marked.is_some();
        let mut count = |word: &str| {
            letters(word).hash(&mut self.digest);
            self.words += 1;
            if !is_marked {
                self.tongue.add(word);
            }
        };
        // Nearly all texts are, and then no character is made of their bytes.
        if text.is_ascii() {
            text.split_ascii_whitespace()
                .filter(is_word)
                .for_each(&mut count);
        } else {
            text.split_whitespace().filter(is_word).for_each(count);
        }
    }

    /// A tag whose source is `raw`: with `lang` it begins what may be in another language.
    fn tag(&mut self, tag: &RawTag, raw: &str) {
        match &mut self.marked {
            None if !tag.closes && !tag.empty && raw.contains(" lang=") => {
                self.marked = Some((tag.name.clone(), 1));
            }
            Some((name, open)) if *name == tag.name && !tag.empty => {
                *open = if tag.closes { *open - 1 } else { *open + 1 };
                if *open == 0 {
                    self.marked = None;
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, page: &mut Markdown) {
        let digest = std::mem::take(&mut self.digest);
        let words = std::mem::take(&mut self.words);
        let span = std::mem::take(&mut self.span);
        if let Some(language) = self.tongue.take() {
            page.foreign
                .push(At::new(language.to_owned(), span.clone()));
        }
        if words >= Run::LEAST {
            page.paragraphs.push(Paragraph {
                digest: digest.finish(),
                span,
            });
        }
    }
}

pub(super) fn is_inline(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

fn finish_heading(page: &mut Markdown, sink: &Sink<'_>, heading: OpenHeading) {
    let OpenHeading {
        level,
        id,
        title,
        span,
    } = heading;
    let title = title.trim();
    if level == 1 {
        sink.report(
            "heading-level",
            span.clone(),
            "a heading of level 1 in the body",
            Some("the title of the front matter is the only one; write `##`".to_owned()),
        );
    }
    let previous = page.headings.last().map_or(1, |h| h.level);
    if level > previous + 1 {
        sink.report(
            "heading-level",
            span.clone(),
            format!("level {level} follows level {previous}"),
            Some(format!("write `{}`", "#".repeat(usize::from(previous) + 1))),
        );
    }
    if title.is_empty() {
        sink.report(
            "left-over-markdown",
            span.clone(),
            "a heading without words",
            Some("write what the section is about before the id".to_owned()),
        );
    }
    let slug = slug(title);
    let id = id.unwrap_or_else(|| {
        sink.report(
            "heading-id",
            span.clone(),
            format!("the heading `{title}` has no id"),
            Some(format!(
                "write `{{#{slug}}}` after it, the same in every language"
            )),
        );
        slug.clone()
    });
    let plain = id
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !plain {
        sink.report(
            "heading-id",
            span.clone(),
            format!("`{id}` cannot be the id of a heading"),
            Some("use lower-case letters, digits and hyphens".to_owned()),
        );
    }
    if level == 2
        && let Some(last) = page.sections.last_mut()
    {
        let end = last.span.end;
        last.span.end = span.start;
        page.sections.push(Section {
            id: Some(id.clone()),
            span: span.start..end,
            steps: 0,
        });
    }
    page.headings.push(Heading {
        level,
        id,
        text: title.to_owned(),
        span,
    });
}

/// That no id of a heading or of an element of HTML stands twice on the page, nor is one of those around the text.
fn ids(page: &Markdown, sink: &Sink<'_>, notes: &Notes<'_>) {
    let headings = page.headings.iter().map(|h| (h.id.as_str(), &h.span));
    let tags = page.html.iter().filter_map(|tag| tag.id.as_ref());
    let tags = tags.map(|id| (id.value.as_str(), &id.span));
    let mut all: Vec<_> = headings.chain(tags).collect();
    all.sort_by_key(|(_, span)| span.start);
    let of_sections = |id: &str| {
        page.file.starts_with("errors/") && page.headings.iter().any(|h| h.level == 2 && h.id == id)
    };
    let mut seen = BTreeSet::new();
    for (id, span) in all {
        let taken = RESERVED.contains(&id)
            || id
                .strip_prefix("fn-")
                .is_some_and(|name| notes.written.contains_key(name))
            || id.starts_with("fnref-") && !notes.written.is_empty()
            || id.strip_suffix("-title").is_some_and(of_sections);
        if taken {
            sink.report(
                "duplicate-id",
                span.clone(),
                format!("the id `{id}` is one of the page's own"),
                Some("choose another, such as one that says more".to_owned()),
            );
        }
        if !seen.insert(id) {
            sink.report(
                "duplicate-id",
                span.clone(),
                format!("the id `{id}` stands on this page twice"),
                Some("give one of the two another id, the same in every language".to_owned()),
            );
        }
    }
}

/// Words of the title as an id: ASCII letters, digits, hyphens.
pub(crate) fn slug(title: &str) -> String {
    let mut out = String::new();
    for c in title.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() {
        "section".to_owned()
    } else {
        out.to_owned()
    }
}

/// `NAME` if `text` is exactly `{{kind:NAME}}`.
pub(crate) fn directive<'t>(text: &'t str, kind: &str) -> Option<&'t str> {
    text.strip_prefix("{{")?
        .strip_suffix("}}")?
        .strip_prefix(kind)?
        .strip_prefix(':')
        .map(str::trim)
        .filter(|name| !name.contains(['{', '}']))
}

/// Where the next `{{...}}` of `text` from `from` on lies.
pub(crate) fn next_directive(text: &str, from: usize) -> Option<Range<usize>> {
    // Hardly any text has one, and this is asked of every text.
    let first = from + memchr(b'{', text.as_bytes().get(from..)?)?;
    let start = first + text.get(first..)?.find("{{")?;
    let end = start + text[start..].find("}}")? + 2;
    Some(start..end)
}

fn directives(page: &mut Markdown, sink: &Sink<'_>, raw: &str, base: usize) {
    let mut from = 0;
    while let Some(range) = next_directive(raw, from) {
        let text = &raw[range.clone()];
        let span = base + range.start..base + range.end;
        if let Some(id) = directive(text, "figure") {
            page.figures.push(At::new(id.to_owned(), span));
        } else if let Some((kind, name, whole)) = [("table", &page.tables), ("chart", &page.charts)]
            .into_iter()
            .find_map(|(kind, whole)| Some((kind, directive(text, kind)?, whole)))
        {
            if !whole
                .iter()
                .any(|t| t.value == name && span.contains(&t.span.start))
            {
                sink.report(
                    "unknown-directive",
                    span,
                    format!("a {kind} stands inside a line"),
                    Some(format!(
                        "put `{{{{{kind}:{name}}}}}` into a paragraph of its own"
                    )),
                );
            }
        } else {
            sink.report(
                "unknown-directive",
                span,
                format!("`{text}` is no table, no chart and no figure"),
                Some(meant(text).map_or_else(
                    || "write `{{table:NAME}}`, `{{chart:NAME}}` or `{{figure:ID}}`".to_owned(),
                    |meant| format!("write `{meant}`"),
                )),
            );
        }
        from = range.end;
    }
}

/// The directive that `text` is with spaces in it or a misspelt kind, if it is near one.
fn meant(text: &str) -> Option<String> {
    let inner = text.strip_prefix("{{")?.strip_suffix("}}")?;
    let (kind, name) = inner.split_once(':')?;
    let kind = nearest(kind.trim(), ["table", "chart", "figure"])?;
    let name = name.trim();
    (!name.is_empty()).then(|| format!("{{{{{kind}:{name}}}}}"))
}

/// Where the address of a link stands: in it, or in the definition of its label. The whole link if it is written otherwise, as with
/// escapes.
fn locate(
    text: &str,
    range: &Range<usize>,
    dest: &str,
    label: &str,
    definitions: &RefDefs<'_>,
) -> Range<usize> {
    let definition = definitions.get(label).map(|d| d.span.clone());
    let (within, opening) = match definition.filter(|_| !label.is_empty()) {
        Some(definition) => (definition, "]:"),
        None => (range.clone(), "]("),
    };
    let raw = &text[within.clone()];
    // The words and the title of a link may hold the same as its address.
    let opens = |at: usize| {
        let before = raw[..at].trim_end();
        let before = before.strip_suffix('<').unwrap_or(before).trim_end();
        before.is_empty() || before.ends_with(opening)
    };
    let found = raw.rmatch_indices(dest).find(|(at, _)| opens(*at));
    match found {
        Some((at, _)) if !dest.is_empty() => within.start + at..within.start + at + dest.len(),
        _ => range.clone(),
    }
}

/// A line of a code block without what stands around it: marks of a quote, and how far it is moved in.
fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t']).trim_end()
}

/// Looks whether the fence of a block is missing below it: at the end of the text, or where the block holds what begins something
/// else. Then tells the fence, and in which byte of the block that begins.
fn unclosed_fence(block: &str, lang: &str) -> Option<(String, Option<usize>)> {
    let mut lines = block.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let fence: String = bare(first)
        .chars()
        .take_while(|c| *c == '`' || *c == '~')
        .collect();
    let begins_another = |line: &str| {
        let is_fence = line.starts_with(&fence) && line.len() > fence.len();
        let is_heading = line.starts_with("##") && line.ends_with('}') && line.contains(" {#");
        is_fence && !line.trim_start_matches(['`', '~']).is_empty()
            || is_heading && !matches!(lang, "md" | "markdown")
    };
    let mut closed = false;
    let mut ends = None;
    let mut at = first.len();
    for line in lines {
        if ends.is_none() && begins_another(bare(line)) {
            ends = Some(at);
        }
        closed = bare(line).starts_with(&fence);
        at += line.len();
    }
    (!closed || ends.is_some()).then_some((fence, ends))
}

/// The text with the code block in `range` closed by its fence, or without it where there is no room for that; each byte behind it is
/// where it was. The lines of the block are blank then, but for those that say where links and notes lead and that show a table or a
/// chart: others may ask for them.
fn close(text: &str, range: Range<usize>, fence: &str) -> String {
    let (before, block) = (&text[..range.start], &text[range.clone()]);
    let mut first = Cow::Borrowed(block.lines().next().unwrap_or_default());
    let mut lines = String::new();
    let mut blank = None;
    for line in block[first.len()..].split_inclusive('\n') {
        let words = bare(line);
        if words.starts_with('[') && words.contains("]:")
            || words.starts_with("{{table:")
            || words.starts_with("{{chart:")
        {
            blank.get_or_insert(lines.len());
            lines.push_str(line);
        } else {
            let bytes = line.bytes();
            lines.extend(bytes.map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        }
    }
    // What lines begin with in the quote or the item of a list that the block stands in.
    let margin = before.rsplit('\n').next().unwrap_or_default();
    let margin = margin.chars().map(|c| if c == '>' { c } else { ' ' });
    let end = format!("\n{}{fence}\n", margin.collect::<String>());
    if end.len() <= blank.unwrap_or(lines.len()) {
        lines.replace_range(..end.len(), &end);
    } else {
        first = Cow::Owned(" ".repeat(first.len()));
    }
    format!("{before}{first}{lines}{}", &text[range.end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Markdown, Vec<(usize, &'static str)>) {
        let text = format!("+++\ntitle = \"t\"\nsummary = \"s\"\n+++\n{body}");
        let (page, diags) = parse("a.md", &text);
        let mut at: Vec<_> = diags
            .iter()
            .map(|d| (d.span.clone().map_or(0, |s| s.start - page.body), d.code))
            .collect();
        at.sort_unstable();
        (page, at)
    }

    #[test]
    fn collects_what_checks_compare() {
        let (page, diags) = read(
            "Costs $0.14.\n\n## Fix {#fix}\n\n1. Do [this](/guides/a/#b) `30` s\n2. That {{figure:x-1}}\n\n```json\n{}\n```\n",
        );
        assert_eq!(diags, []);
        assert_eq!(page.sections.len(), 2);
        assert_eq!(page.sections[1].steps, 2);
        let numbers: Vec<_> = page.numbers.iter().map(|n| n.text.value.as_str()).collect();
        assert_eq!(numbers, ["0.14", "30"]);
        assert_eq!(page.links[0].dest.value, "/guides/a/#b");
        assert_eq!(page.links[0].text, "this");
        assert_eq!(page.figures[0].value, "x-1");
        assert_eq!(page.codes[0].text, "{}\n");
    }

    #[test]
    fn refuses_with_the_place() {
        let (page, diags) =
            read("a <b>x</b>\n\n## No id\n\n## A {#a}\n\n## B {#a}\n\n{{oops:x}}\n");
        assert_eq!(
            diags,
            [
                (12, "heading-id"),
                (33, "duplicate-id"),
                (44, "unknown-directive")
            ]
        );
        let html: Vec<_> = page.html.iter().map(|t| t.span.start - page.body).collect();
        assert_eq!(html, [2, 6]);
    }

    /// Every id of the templates that pages with a body are made from is kept for them.
    #[test]
    fn ids_of_templates_are_reserved() {
        let mut parts = vec!["article.html", "rule.html"];
        let mut seen = BTreeSet::new();
        while let Some(part) = parts.pop() {
            if !seen.insert(part) {
                continue;
            }
            let (_, template) = *crate::assets::TEMPLATES
                .iter()
                .find(|(name, _)| *name == part)
                .unwrap();
            for tag in ["{% extends \"", "{% include \""] {
                let names = template.match_indices(tag);
                parts.extend(names.map(|(at, _)| {
                    template[at + tag.len()..]
                        .split('"')
                        .next()
                        .unwrap_or_default()
                }));
            }
            for (at, mark) in template.match_indices(" id=\"") {
                let id = template[at + mark.len()..]
                    .split('"')
                    .next()
                    .unwrap_or_default();
                assert!(id.contains("{{") || RESERVED.contains(&id), "{part}: {id}");
            }
        }
        assert!(
            seen.contains("base.html") && seen.contains("icons.html"),
            "{seen:?}"
        );
    }

    #[test]
    fn no_id_stands_twice() {
        for (body, at) in [
            ("<i id=\"a\">x</i>\n\n## A {#a}\n", 17),
            ("## A {#a}\n\n<i id='a'>x</i>\n", 18),
            ("<i id=b>x</i> <b id=b>y</b>\n", 20),
            ("## A {#check-note}\n", 0),
            ("## A {#fn-a}\n\nx[^A]\n\n[^a]: y\n", 0),
            ("## A {#fnref-1}\n\nx[^A]\n\n[^a]: y\n", 0),
        ] {
            let (_, diags) = read(body);
            assert_eq!(diags, [(at, "duplicate-id")], "{body}");
        }
        let text = "+++\ntitle = 't'\nsummary = 's'\n+++\n## A {#fix}\n\n### B {#fix-title}\n";
        let codes = |file| {
            parse(file, text)
                .1
                .iter()
                .map(|d| d.code)
                .collect::<Vec<_>>()
        };
        assert_eq!(codes("errors/a/b/en.md"), ["duplicate-id"]);
        assert!(codes("guides/a/en.md").is_empty());
    }

    #[test]
    fn what_says_nothing_is_left_over() {
        for (body, at) in [
            ("> [!TIP]\n", 0),
            ("x\n\n>\n", 3),
            ("- a\n-\n- b\n", 4),
            ("x[^1]\n\n[^1]:\n", 7),
            ("x[^1]\n\n[^1]: y\n\n[^2]: z\n", 16),
        ] {
            let (_, diags) = read(body);
            assert_eq!(diags, [(at, "left-over-markdown")], "{body}");
        }
        let (_, diags) = read("> [!TIP]\n> x\n\n- [ ] a\n- ![b](b.png)\n\nx[^N]\n\n[^n]: - y\n");
        assert_eq!(diags, []);
    }

    #[test]
    fn a_heading_of_two_lines_keeps_its_words_apart() {
        let (page, _) = read("What the balance\npays for {#pays}\n---\n");
        assert_eq!(page.headings[0].text, "What the balance pays for");
    }

    #[test]
    fn an_image_names_the_link_around_it() {
        let (page, _) = read("[![The way](x.png)](/guides/a/) and [b ![](y.png)](/b/)\n");
        let words: Vec<_> = page.links.iter().map(|link| link.text.as_str()).collect();
        assert_eq!(words, ["The way", "The way", "b ", ""]);
    }

    #[test]
    fn finds_a_fence_without_an_end() {
        let (_, diags) = read("x\n\n```sh\nls\n");
        assert_eq!(diags, [(3, "unclosed-fence")]);
        let (_, diags) = read("x\n\n```sh\nls\n\n## Gone {#gone}\n\n```json\n{}\n```\n");
        assert_eq!(diags, [(3, "unclosed-fence")]);
        let (page, diags) = read("x\n\n```\na\n## More {#more}\n```\nb\n```\n");
        assert_eq!(diags, [(3, "unclosed-fence")]);
        assert_eq!(page.headings.len(), 1);
        for closed in [
            "> ```sh\n> ls\n> ```\n",
            "````md\n```sh\nls\n```\n````\n",
            "```md\n## More {#more}\n```\n",
            "~~~sh\n# ```sh\n## a\n~~~\n",
        ] {
            let (_, diags) = read(closed);
            assert_eq!(diags, [], "{closed}");
        }
    }

    #[test]
    fn what_stands_around_a_fence_without_an_end_is_read() {
        let wrong = "See [a](/nope/.\n\n";
        for (open, more) in [
            ("```\n", "## More {#more}\n\n"),
            ("```sh\nls [a](/b/.\n\n", "## More {#more}\n\n"),
            ("> ```sh\n> ls ö\n\n", "## More {#more}\n\n"),
            ("> [!NOTE]\n> ```sh\n> ls -la\n\n", ""),
            ("1. ```sh\n   ls -la\n\n", "## More {#more}\n\n"),
            (
                "1. Do\n\n   ~~~~\n   ls -la\n\n",
                "   ~~~~sh\n   ls\n   ~~~~\n\n",
            ),
            (
                "A[^n] [b][c]\n\n```\n[^n]: N\n\n[c]: /d/\n\n",
                "## More {#more}\n\n",
            ),
        ] {
            for body in [
                format!("{wrong}{open}"),
                format!("{wrong}{open}{more}{wrong}"),
                format!("{wrong}{open}{more}```sh\nls\n\n{wrong}"),
            ] {
                let found = left_over(&body);
                let told = |what: &str| found.iter().filter(|d| d.starts_with(what)).count();
                let fences = told("unclosed-fence ");
                let wrong = told("left-over-markdown [a](/nope/");
                assert!(fences >= 1 && wrong >= 1, "{body}\n{found:?}");
                assert_eq!(found.len(), fences + wrong, "{body}\n{found:?}");
            }
        }
        let (page, _) = read("# A {#a}\n\n## B {#b}\n\n1\n\n## C {#c}\n\n```\n\n## D {#d}\n\n2\n");
        assert_eq!(page.unclosed, Some(2));
        assert_eq!(page.sections.len(), 4);
        assert_eq!(page.numbers.len(), 2);
    }

    /// What is wrong with a page of this text, and where.
    fn left_over(body: &str) -> Vec<String> {
        let text = format!("+++\ntitle = \"t\"\nsummary = \"s\"\n+++\n{body}");
        let (_, diags) = parse("a.md", &text);
        diags
            .into_iter()
            .map(|diag| {
                let at = diag.span.map_or("", |span| &text[span]);
                format!("{} {at}", diag.code)
            })
            .collect()
    }

    #[test]
    fn what_is_no_markdown_is_found() {
        for (body, found) in [
            ("##More {#more}", "##More {#more}"),
            ("##`More` {#more}", "##"),
            ("#More {#more}", "#More {#more}"),
            ("words\n##More", "##More"),
            ("####### Seven {#seven}", "####### Seven {#seven}"),
            ("See [x]{#y}.", "{#y}"),
            ("[a](/guides/first-steps/", "[a](/guides/first-steps/"),
            ("See [a] (/nope/).", "[a] (/nope/)"),
            ("See ![a](my map.png).", "![a](my map.png)"),
            ("- [x]done", "[x]done"),
            ("1. []done", "[]done"),
            ("- []", "[]"),
            ("-[ ] done", "-[ ] done"),
            ("-done", "-done"),
            ("-**Done** now", "-"),
            ("1.one", "1.one"),
            ("2)**Two**", "2)"),
            ("This is **bold.", "**"),
            ("The **word:**is", "**"),
            ("The `word.", "`"),
        ] {
            let found = found.trim_start_matches('!');
            assert_eq!(
                left_over(body),
                [format!("left-over-markdown {found}")],
                "{body}"
            );
        }
        for (body, found) in [
            ("Costs {{figure:acme-unit} a unit", "{{figure:acme-unit}"),
            ("Costs {figure:acme-unit}} a unit", "{figure:acme-unit}}"),
            ("Costs {{figure:figure a unit", "{{figure:figure"),
            ("{ table : wallets }", "{ table : wallets }"),
        ] {
            assert_eq!(
                left_over(body),
                [format!("unknown-directive {found}")],
                "{body}"
            );
        }
    }

    #[test]
    fn words_that_only_resemble_markdown_are_left_alone() {
        for body in [
            "#1102 is a code, #2 too, and C# a language.",
            "\\## no heading, \\[a](b), \\{{figure:x}, \\**a, \\`a",
            "`##More {#more}` `{{figure:x}` `[a](b` `**a`",
            "```md\n##More {#more}\n[a](b\n**a\n```",
            "- [x] done\n- [ ] **to do**\n- -nya\n\n1. one\n2. `two`",
            "1.5 units, v1.x, 2026.\n-5 degrees - or so\n\n-5 degrees\n\n1.example.com stands here",
            "2**3 is 8, a * b ** c, ****1234 and **bold**, *a*.",
            "[sic] (so it says) and [2] (1995)",
            "{name} and {a: b} and {{figure:acme-unit}}",
            "| a | b |\n|---|---|\n| `-x` | #1 |",
        ] {
            assert_eq!(left_over(body), [""; 0], "{body}");
        }
    }

    #[test]
    fn plain_words_hold_no_markdown() {
        let front = |title: &str| {
            let (_, diags) = parse(
                "a.md",
                &format!("+++\ntitle = '{title}'\nsummary = 's'\n+++\n"),
            );
            diags.into_iter().map(|d| d.code).collect::<Vec<_>>()
        };
        for title in [
            "A [link](/guides/a/)",
            "A **word**",
            "{{figure:x}}",
            "Words {#id}",
            "A <b>word</b>",
        ] {
            assert_eq!(front(title), ["left-over-markdown"], "{title}");
        }
        for title in [
            "`code`, a [note] (here), 2 * 3, <API key>, {name}",
            "2**3 and 4**5",
        ] {
            assert_eq!(front(title), [""; 0], "{title}");
        }
    }

    #[test]
    fn steps_know_their_paragraphs() {
        let (page, _) =
            read("1. [ ] Do it\n\n   **Expected:** yes\n\n   **Otherwise:** no\n\n2. Next\n");
        assert!(page.steps[0].task);
        assert_eq!(page.steps[0].labels, ["Expected", "Otherwise"]);
        assert_eq!(page.steps[0].more, 2);
        assert!(!page.steps[1].task);
    }

    #[test]
    fn front_matter_must_close() {
        let (_, diags) = parse("a.md", "+++\ntitle = 'x'\n");
        assert_eq!(diags[0].code, "front-matter");
        let (_, diags) = parse(
            "a.md",
            "+++\ntitle = 'x'\ndescripton = 's'\nsummary = 's'\n+++\n",
        );
        assert_eq!(
            (diags[0].code, diags[0].span.clone()),
            ("unknown-key", Some(16..26))
        );
    }
}
