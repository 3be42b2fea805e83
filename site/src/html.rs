//! Markdown to HTML: headings with anchors, tables that scroll, steps with checkboxes, links with language and base
//! path, data tables and figures in place of their names. Also plain text. Validates nothing: `check` has.

use std::cmp::Ordering;

use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd,
    TextMergeWithOffset,
};

use crate::charts;
use crate::highlight;
use crate::images::copy_name;
use crate::model::Site;
use crate::parse::function_words;
use crate::parse::markdown::{Markdown, code_language, directive, options, slug};
use crate::parse::ui::Ui;
use crate::tables::{self, Piece, each_piece};
use crate::text::push;

/// For whom Markdown is turned into HTML.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'s, 'a> {
    /// The site.
    pub(crate) site: &'s Site<'a>,
    /// Language of the page, for links and interface words.
    pub(crate) language: &'s str,
    /// Address without language, for images that lie beside the page.
    pub(crate) path: &'s str,
}

/// A body cut into its sections.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    /// Before the first heading of level 2.
    pub(crate) lead: String,
    /// One for each heading of level 2.
    pub(crate) sections: Vec<Part>,
}

/// What lies under one heading of level 2.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    /// Id of the heading.
    pub(crate) id: String,
    /// Heading as HTML, without its tags.
    pub(crate) title: String,
    /// HTML below the heading.
    pub(crate) html: String,
    /// Items of the first ordered list, as HTML.
    pub(crate) steps: Vec<String>,
    /// The same as plain text.
    pub(crate) plain_steps: Vec<String>,
    /// All below the heading as plain text.
    pub(crate) plain: String,
}

impl Body {
    /// The section with this id.
    pub(crate) fn part(&self, id: &str) -> Option<&Part> {
        self.sections.iter().find(|p| p.id == id)
    }
}

/// Renders the body of `words` in one piece, headings and all.
pub(crate) fn whole(reader: &Reader<'_, '_>, words: &Markdown) -> String {
    let events = events(reader, words);
    let mut notes = Notes::of(&events, true);
    let mut out = String::with_capacity(2 * (reader.site.text(words).len() - words.body));
    for Cut { title, below } in cuts(&events) {
        if let Some(title) = title {
            let id = heading_id(reader, title);
            let title = render(reader, &title[1..], &mut notes);
            heading(&mut out, 2, &id, &title, reader);
        }
        render_to(&mut out, reader, below, &mut notes);
    }
    out
}

/// Renders the body of `words`, cut into its sections.
pub(crate) fn body(reader: &Reader<'_, '_>, words: &Markdown) -> Body {
    cut_body(reader, words, true)
}

/// The same, to be shown elsewhere than on its page: what it says in notes is read there.
pub(crate) fn excerpt(reader: &Reader<'_, '_>, words: &Markdown) -> Body {
    cut_body(reader, words, false)
}

fn cut_body(reader: &Reader<'_, '_>, words: &Markdown, on_page: bool) -> Body {
    let events = events(reader, words);
    let mut notes = Notes::of(&events, on_page);
    // Steps are written a second time, for the card of an answer.
    let mut notes_of_card = Notes::of(&events, false);
    let mut body = Body::default();
    for Cut { title, below } in cuts(&events) {
        let Some(title) = title else {
            body.lead = render(reader, below, &mut notes);
            continue;
        };
        let (steps, plain_steps) = steps(reader, below, &mut notes_of_card);
        body.sections.push(Part {
            id: heading_id(reader, title),
            title: render(reader, &title[1..], &mut notes),
            html: render(reader, below, &mut notes),
            steps,
            plain_steps,
            plain: plain(reader, below),
        });
    }
    body
}

/// The notes of a body, which are numbered through all of its sections.
struct Notes {
    /// In the order of their numbers, that in which they are called: names in lower case, how often each is called, and how many of these
    /// calls were written.
    all: Vec<(String, usize, usize)>,
    /// They stand on the same page.
    on_page: bool,
}

impl Notes {
    fn of(events: &[Event<'_>], on_page: bool) -> Notes {
        let mut notes = Notes {
            all: Vec::new(),
            on_page,
        };
        let mut image = false;
        for event in events {
            match event {
                Event::Start(Tag::Image { .. }) => image = true,
                Event::End(TagEnd::Image) => image = false,
                Event::FootnoteReference(name) if !image => {
                    let number = notes.number(name);
                    notes.all[number - 1].1 += 1;
                }
                _ => {}
            }
        }
        notes
    }

    /// The number of a note. Its name may be written otherwise where it is called.
    fn number(&mut self, name: &str) -> usize {
        let name = name.to_lowercase();
        let known = self.all.iter().position(|(known, ..)| *known == name);
        known.map_or_else(
            || {
                self.all.push((name, 0, 0));
                self.all.len()
            },
            |at| at + 1,
        )
    }
}

/// The body of `words` as events.
fn events<'t>(reader: &Reader<'t, '_>, words: &Markdown) -> Vec<Event<'t>> {
    let text = &reader.site.text(words)[words.body..];
    let html_stands = may_stand(reader, words);
    TextMergeWithOffset::new(Parser::new_ext(text, options()).into_offset_iter())
        .map(|(event, _)| match event {
            // What is not allowed is shown as the text it is.
            Event::Html(html) | Event::InlineHtml(html) if !html_stands => Event::Text(html),
            event => event,
        })
        .collect()
}

/// A heading of level 2, without its end, and what stands below it; or what stands above the first.
struct Cut<'e, 't> {
    title: Option<&'e [Event<'t>]>,
    below: &'e [Event<'t>],
}

fn cuts<'e, 't>(events: &'e [Event<'t>]) -> Vec<Cut<'e, 't>> {
    let is_start = |event: &Event<'_>| {
        matches!(
            event,
            Event::Start(Tag::Heading {
                level: HeadingLevel::H2,
                ..
            })
        )
    };
    let (mut out, mut title, mut rest) = (Vec::new(), None, events);
    loop {
        let next = rest.iter().position(is_start);
        let (below, after) = rest.split_at(next.unwrap_or(rest.len()));
        out.push(Cut { title, below });
        if after.is_empty() {
            return out;
        }
        let end = after
            .iter()
            .position(|e| matches!(e, Event::End(TagEnd::Heading(_))))
            .unwrap_or(after.len() - 1);
        title = Some(&after[..end.max(1)]);
        rest = &after[end + 1..];
    }
}

/// The id that a heading has, or one made of its text. `title` are its events, the start first.
fn heading_id(reader: &Reader<'_, '_>, title: &[Event<'_>]) -> String {
    match &title[0] {
        Event::Start(Tag::Heading { id: Some(id), .. }) => id.to_string(),
        _ => slug(&plain(reader, &title[1..])),
    }
}

/// Whether the raw HTML in `words` is allowed: all of it, since half of it may leave elements open.
fn may_stand(reader: &Reader<'_, '_>, words: &Markdown) -> bool {
    let allowed = [&words.front.html[..], &reader.site.docs.config.html[..]];
    words.html.iter().all(|tag| tag.is_allowed(&allowed))
}

/// Items of the first ordered list, as HTML and as plain text.
fn steps(
    reader: &Reader<'_, '_>,
    events: &[Event<'_>],
    notes: &mut Notes,
) -> (Vec<String>, Vec<String>) {
    let (mut html, mut text) = (Vec::new(), Vec::new());
    let Some(first) = events
        .iter()
        .position(|e| matches!(e, Event::Start(Tag::List(Some(_)))))
    else {
        return (html, text);
    };
    let mut depth = 0_usize;
    let mut from = None;
    for (n, event) in events.iter().enumerate().skip(first) {
        match event {
            Event::Start(Tag::List(_)) => depth += 1,
            Event::End(TagEnd::List(_)) => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            Event::Start(Tag::Item) if depth == 1 => from = Some(n + 1),
            Event::End(TagEnd::Item) if depth == 1 => {
                if let Some(from) = from.take() {
                    html.push(render(reader, &events[from..n], notes).trim().to_owned());
                    text.push(plain(reader, &events[from..n]));
                }
            }
            _ => {}
        }
    }
    (html, text)
}

/// Plain text of the events, blocks and lines separated by a space.
pub(crate) fn plain(reader: &Reader<'_, '_>, events: &[Event<'_>]) -> String {
    let mut out = String::new();
    for event in events {
        match event {
            Event::Text(text) => out.push_str(&tables::fill_figures(reader, text)),
            Event::Code(text) => out.push_str(text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            Event::Start(
                Tag::Paragraph | Tag::CodeBlock(_) | Tag::Item | Tag::List(_) | Tag::TableCell,
            )
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::Heading(_)
                | TagEnd::TableCell,
            ) => out.push(' '),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes an `<h2>` to `<h6>` with a link to itself. `title` is HTML.
pub(crate) fn heading(out: &mut String, level: u8, id: &str, title: &str, reader: &Reader<'_, '_>) {
    let label = reader.site.ui(reader.language).word("page", "permalink");
    push(
        out,
        format_args!(
            "<h{level} id=\"{id}\">{title} <a class=\"anchor\" href=\"#{id}\" aria-label=\"{}\">#</a></h{level}>\n",
            escape(&label),
            id = escape(id),
        ),
    );
}

/// `& < > "` as entities.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(entity);
        from = at + 1;
    }
    out.push_str(&text[from..]);
    out
}

/// ` lang="..."` where quoted text is in another language than the page, so that it is read out as what it is: Chinese by its
/// script, English and Indonesian in a message of three plain words or more, by the small words they need.
pub(crate) fn lang_attribute(text: &str, language: &str) -> &'static str {
    let han = |c: char| matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}');
    if language != "zh" && text.chars().any(han) {
        return " lang=\"zh\"";
    }
    let mut words = 0;
    let plain = text.split_whitespace().all(|word| {
        words += 1;
        let word = word.trim_matches(['.', ',', '!', '?', ':', '"', '\'']);
        word.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '\'' | '-'))
    });
    if !plain || words < 3 {
        return "";
    }
    let small_words = |of| function_words::count(text, of);
    match (small_words("en").cmp(&small_words("id")), language) {
        (Ordering::Greater, "id") => " lang=\"en\"",
        (Ordering::Less, "en") => " lang=\"id\"",
        _ => "",
    }
}

/// Language of the titles in `data/sources.toml`, which stand as their publishers wrote them; empty on pages of the same.
pub(crate) fn title_language(language: &str) -> &'static str {
    if language == "en" { "" } else { "en" }
}

/// Where a link of the content leads on this site.
pub(crate) fn link(reader: &Reader<'_, '_>, dest: &str) -> String {
    if dest.starts_with("/e/") || dest == "/errors.json" {
        format!("{}{dest}", reader.site.base)
    } else if dest.starts_with('/') {
        reader.site.href(reader.language, dest)
    } else {
        dest.to_owned()
    }
}

/// What stands before `href` in a link that leads to another site.
pub(crate) fn external(href: &str) -> &'static str {
    if href.contains("://") {
        "class=\"external\" rel=\"noopener\" "
    } else {
        ""
    }
}

/// Where an image of the content lies on this site.
pub(crate) fn image(reader: &Reader<'_, '_>, dest: &str) -> String {
    if dest.contains(':') || dest.starts_with('/') {
        return dest.to_owned();
    }
    format!("{}/media{}{dest}", reader.site.base, reader.path)
}

/// Width and height of an image beside the page, and its narrower copies, as attributes.
fn sizes(reader: &Reader<'_, '_>, src: &str) -> String {
    let site = reader.site;
    let media = format!("{}/media{}", site.base, reader.path);
    let folder = match site.docs.pages.get(reader.path) {
        Some(page) => page.folder.as_str(),
        None => reader.path.trim_matches('/'),
    };
    let picture = src
        .strip_prefix(&media)
        .and_then(|name| site.source.pictures.get(&format!("{folder}/{name}")));
    let Some(picture) = picture.filter(|p| p.width > 0 && p.height > 0) else {
        return String::new();
    };
    let mut out = format!(" width=\"{}\" height=\"{}\"", picture.width, picture.height);
    if !picture.copies.is_empty() {
        out.push_str(" srcset=\"");
        for copy in &picture.copies {
            push(
                &mut out,
                format_args!("{} {}w, ", escape(&copy_name(src, copy.width)), copy.width),
            );
        }
        // The text is 46 rem wide at most, and no narrower than the window on a telephone.
        push(
            &mut out,
            format_args!(
                "{} {}w\" sizes=\"(min-width: 50rem) 46rem, 100vw\"",
                escape(src),
                picture.width
            ),
        );
    }
    out
}

fn render(reader: &Reader<'_, '_>, events: &[Event<'_>], notes: &mut Notes) -> String {
    let mut out = String::new();
    render_to(&mut out, reader, events, notes);
    out
}

fn render_to(out: &mut String, reader: &Reader<'_, '_>, events: &[Event<'_>], notes: &mut Notes) {
    let mut writer = Writer {
        reader,
        out,
        events,
        table: OpenTable::default(),
        lists: Vec::new(),
        label: false,
        image: None,
        notes,
        note: None,
    };
    let mut n = 0;
    while n < events.len() {
        n = writer.event(n);
    }
    writer.close_label();
}

/// The id of a link to a note, by how often this was called before on the page.
fn call_id(number: usize, call: usize) -> String {
    match call {
        1 => format!("fnref-{number}"),
        _ => format!("fnref-{number}-{call}"),
    }
}

/// Writes events as HTML, in order, and knows what is open.
struct Writer<'w, 's, 'a> {
    reader: &'w Reader<'s, 'a>,
    out: &'w mut String,
    events: &'w [Event<'w>],
    table: OpenTable,
    /// Lists that are open: ordered or not.
    lists: Vec<bool>,
    /// A checkbox is waiting for the end of its line.
    label: bool,
    image: Option<OpenImage<'w>>,
    notes: &'w mut Notes,
    /// Number of the note that is open.
    note: Option<usize>,
}

#[derive(Default)]
struct OpenTable {
    columns: Vec<Alignment>,
    /// Which column comes next.
    column: usize,
    head: bool,
}

struct OpenImage<'w> {
    /// Alternative text so far.
    alt: String,
    src: String,
    title: &'w str,
}

impl<'w> Writer<'w, '_, '_> {
    /// Writes event `n`, and those after it that are written with it; returns the next to write.
    fn event(&mut self, n: usize) -> usize {
        let event = &self.events[n];
        if let Some(image) = &mut self.image
            && !matches!(event, Event::End(TagEnd::Image))
        {
            if let Event::Text(text) | Event::Code(text) = event {
                image.alt.push_str(text);
            }
            return n + 1;
        }
        match event {
            Event::Start(tag) => return self.start(tag, n),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => self.text(text),
            Event::Code(text) => self.code(text),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.out.push_str(&escape(text)),
            Event::Html(html) | Event::InlineHtml(html) => self.out.push_str(html),
            Event::FootnoteReference(name) => self.note_call(name),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(done) => self.checkbox(*done),
        }
        n + 1
    }

    /// Writes what event `n` begins; returns the next event to write.
    fn start(&mut self, tag: &'w Tag<'w>, n: usize) -> usize {
        match tag {
            Tag::Paragraph => return self.paragraph(n),
            Tag::Heading { level, .. } => return self.heading(*level, n),
            Tag::BlockQuote(None) => self.out.push_str("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => self.callout(*kind),
            Tag::CodeBlock(kind) => return self.code_block(kind, n),
            Tag::List(start) => self.list(*start),
            Tag::Item => self.item(n),
            Tag::FootnoteDefinition(name) => return self.note(name, n),
            Tag::DefinitionList => self.out.push_str("<dl>\n"),
            Tag::DefinitionListTitle => self.out.push_str("<dt>"),
            Tag::DefinitionListDefinition => self.out.push_str("<dd>"),
            Tag::Table(columns) => self.table(columns),
            Tag::TableHead => {
                self.table.head = true;
                self.table.column = 0;
                self.out.push_str("<thead><tr>");
            }
            Tag::TableRow => {
                self.table.column = 0;
                self.out.push_str("<tr>");
            }
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Superscript => self.out.push_str("<sup>"),
            Tag::Subscript => self.out.push_str("<sub>"),
            Tag::Link { dest_url, .. } => self.link(dest_url),
            Tag::Image {
                dest_url, title, ..
            } => {
                self.image = Some(OpenImage {
                    alt: String::new(),
                    src: image(self.reader, dest_url),
                    title,
                });
            }
            Tag::HtmlBlock | Tag::MetadataBlock(_) => {}
        }
        n + 1
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.close_label();
                self.out.push_str("</p>\n");
            }
            TagEnd::Item => {
                self.close_label();
                self.out.push_str("</li>\n");
            }
            TagEnd::List(ordered) => {
                self.lists.pop();
                self.out
                    .push_str(if ordered { "</ol>\n" } else { "</ul>\n" });
            }
            TagEnd::TableHead => {
                self.table.head = false;
                self.out.push_str("</tr></thead>\n<tbody>\n");
            }
            TagEnd::TableCell => {
                self.table.column += 1;
                let head = self.table.head;
                self.out.push_str(if head { "</th>" } else { "</td>" });
            }
            TagEnd::Image => self.close_image(),
            TagEnd::BlockQuote(None) => self.out.push_str("</blockquote>\n"),
            TagEnd::BlockQuote(Some(_)) => self.out.push_str("</div>\n"),
            TagEnd::FootnoteDefinition => self.end_note(),
            TagEnd::CodeBlock => self.out.push_str("</code></pre></div>\n"),
            TagEnd::DefinitionList => self.out.push_str("</dl>\n"),
            TagEnd::DefinitionListTitle => self.out.push_str("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.out.push_str("</dd>\n"),
            TagEnd::Table => self.out.push_str("</tbody></table></div>\n"),
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Superscript => self.out.push_str("</sup>"),
            TagEnd::Subscript => self.out.push_str("</sub>"),
            TagEnd::Link => self.out.push_str("</a>"),
            TagEnd::Heading(_) | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => {}
        }
    }

    fn paragraph(&mut self, n: usize) -> usize {
        if let Some(made) = self.made_of_data(n) {
            self.out.push_str(&made);
            return n + 3;
        }
        if self.is_task(n + 1) {
            self.out.push_str("<p class=\"task\">");
        } else if let Some(class) = self.step_class(n) {
            push(self.out, format_args!("<p class=\"{class}\">"));
        } else {
            self.out.push_str("<p>");
        }
        n + 1
    }

    /// The table or chart that the paragraph which begins with event `n` is about, if that holds nothing but its name.
    fn made_of_data(&self, n: usize) -> Option<String> {
        let (Event::Text(text), Event::End(TagEnd::Paragraph)) =
            (self.events.get(n + 1)?, self.events.get(n + 2)?)
        else {
            return None;
        };
        let text = text.trim();
        directive(text, "table")
            .map(|name| tables::html(self.reader, name))
            .or_else(|| directive(text, "chart").map(|name| charts::html(self.reader, name)))
    }

    fn is_task(&self, n: usize) -> bool {
        matches!(self.events.get(n), Some(Event::TaskListMarker(_)))
    }

    /// `expected` or `otherwise` for a paragraph of a step that begins with that word in bold.
    fn step_class(&self, n: usize) -> Option<&'static str> {
        if self.lists.first() != Some(&true) {
            return None;
        }
        let (Event::Start(Tag::Strong), Event::Text(label)) =
            (self.events.get(n + 1)?, self.events.get(n + 2)?)
        else {
            return None;
        };
        let label = label.trim().trim_end_matches(':').trim();
        let ui = self.ui();
        ["expected", "otherwise"]
            .into_iter()
            .find(|key| ui.find("runbook", key) == Some(label))
    }

    fn heading(&mut self, level: HeadingLevel, n: usize) -> usize {
        let end = n + self.events[n..]
            .iter()
            .position(|e| matches!(e, Event::End(TagEnd::Heading(_))))
            .unwrap_or(0);
        let all = &self.events[n..end.max(n + 1)];
        let level = (level as u8).clamp(2, 6);
        let id = heading_id(self.reader, all);
        let title = render(self.reader, &all[1..], self.notes);
        heading(self.out, level, &id, &title, self.reader);
        end.max(n) + 1
    }

    fn callout(&mut self, kind: BlockQuoteKind) {
        let word = match kind {
            BlockQuoteKind::Note => "note",
            BlockQuoteKind::Tip => "tip",
            BlockQuoteKind::Important => "important",
            BlockQuoteKind::Warning => "warning",
            BlockQuoteKind::Caution => "caution",
        };
        let title = escape(&self.ui().word("callout", word));
        push(
            self.out,
            format_args!(
                "<div class=\"callout callout-{word}\" role=\"note\">\n<p class=\"callout-title\">{title}</p>\n"
            ),
        );
    }

    fn code_block(&mut self, kind: &CodeBlockKind<'_>, n: usize) -> usize {
        self.close_label();
        let lang = code_language(kind);
        self.out
            .push_str("<div class=\"code\"><pre tabindex=\"0\"><code");
        if !lang.is_empty() {
            push(
                self.out,
                format_args!(" class=\"language-{}\"", escape(lang)),
            );
        }
        self.out.push('>');
        if let Some(Event::Text(code)) = self.events.get(n + 1) {
            self.out.push_str(&highlight::html(lang, code));
            return n + 2;
        }
        n + 1
    }

    fn list(&mut self, start: Option<u64>) {
        self.close_label();
        match start {
            Some(1) => self.out.push_str("<ol>\n"),
            Some(from) => push(self.out, format_args!("<ol start=\"{from}\">\n")),
            None => self.out.push_str("<ul>\n"),
        }
        self.lists.push(start.is_some());
    }

    fn item(&mut self, n: usize) {
        // Where paragraphs stand apart, the checkbox is in the first of them.
        let task = self.is_task(n + 1) || self.is_task(n + 2);
        self.out
            .push_str(if task { "<li class=\"step\">" } else { "<li>" });
    }

    fn checkbox(&mut self, done: bool) {
        self.label = true;
        let checked = if done { " checked" } else { "" };
        push(
            self.out,
            format_args!("<label><input type=\"checkbox\"{checked}> <span>"),
        );
    }

    fn close_label(&mut self) {
        if self.label {
            self.label = false;
            self.out.push_str("</span></label>");
        }
    }

    fn table(&mut self, columns: &[Alignment]) {
        self.table.columns = columns.to_vec();
        let label = escape(&self.ui().word("table", "wide"));
        push(
            self.out,
            format_args!(
                "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"{label}\"><table>\n"
            ),
        );
    }

    fn cell(&mut self) {
        let align = match self.table.columns.get(self.table.column) {
            Some(Alignment::Right) => " class=\"number\"",
            Some(Alignment::Center) => " class=\"centre\"",
            _ => "",
        };
        if self.table.head {
            push(self.out, format_args!("<th scope=\"col\"{align}>"));
        } else {
            push(self.out, format_args!("<td{align}>"));
        }
    }

    fn link(&mut self, dest: &str) {
        let href = link(self.reader, dest);
        push(
            self.out,
            format_args!("<a {}href=\"{}\">", external(&href), escape(&href)),
        );
    }

    fn close_image(&mut self) {
        let Some(OpenImage { alt, src, title }) = self.image.take() else {
            return;
        };
        push(
            self.out,
            format_args!(
                "<img src=\"{}\"{} alt=\"{}\" loading=\"lazy\"",
                escape(&src),
                sizes(self.reader, &src),
                escape(&alt)
            ),
        );
        if !title.is_empty() {
            push(self.out, format_args!(" title=\"{}\"", escape(title)));
        }
        self.out.push('>');
    }

    /// Writes how a note begins; returns the next event to write. Where it is not on this page, all of it is left out.
    fn note(&mut self, name: &str, n: usize) -> usize {
        if !self.notes.on_page {
            let end = |event: &Event<'_>| matches!(event, Event::End(TagEnd::FootnoteDefinition));
            let rest = &self.events[n..];
            return n + rest.iter().position(end).unwrap_or(rest.len()) + 1;
        }
        let number = self.notes.number(name);
        push(
            self.out,
            format_args!(
                "<div class=\"footnote\" id=\"fn-{}\" role=\"doc-footnote\"><span>{number}</span><div>\n",
                escape(&name.to_lowercase())
            ),
        );
        self.note = Some(number);
        n + 1
    }

    /// Closes a note with links to all that call it.
    fn end_note(&mut self) {
        let number = self.note.take().unwrap_or_default();
        let calls = number.checked_sub(1).and_then(|n| self.notes.all.get(n));
        let calls = calls.map_or(0, |(_, calls, _)| *calls);
        // They belong to its last line.
        let paragraph = "</p>\n";
        let is_open = calls > 0 && self.out.ends_with(paragraph);
        if is_open {
            self.out.truncate(self.out.len() - paragraph.len());
        }
        for call in 1..=calls {
            let shown = number.to_string();
            let label = self.ui().fill("page", "note_back", &[("n", &shown)]);
            let which = match call {
                1 => String::new(),
                _ => format!(" ({call})"),
            };
            push(
                self.out,
                format_args!(
                    " <a href=\"#{}\" role=\"doc-backlink\" aria-label=\"{}{which}\">↩&#xfe0e;</a>",
                    call_id(number, call),
                    escape(&label)
                ),
            );
        }
        if is_open {
            self.out.push_str(paragraph);
        }
        self.out.push_str("</div></div>\n");
    }

    fn note_call(&mut self, name: &str) {
        let number = self.notes.number(name);
        let note = format!("#fn-{}", escape(&name.to_lowercase()));
        let shown = number.to_string();
        let label = escape(&self.ui().fill("page", "note", &[("n", &shown)]));
        if !self.notes.on_page {
            let page = self
                .reader
                .site
                .href(self.reader.language, self.reader.path);
            push(
                self.out,
                format_args!(
                    "<sup><a href=\"{page}{note}\" aria-label=\"{label}\">{number}</a></sup>"
                ),
            );
            return;
        }
        let written = &mut self.notes.all[number - 1].2;
        *written += 1;
        let id = call_id(number, *written);
        push(
            self.out,
            format_args!(
                "<sup><a id=\"{id}\" href=\"{note}\" role=\"doc-noteref\" aria-label=\"{label}\">{number}</a></sup>"
            ),
        );
    }

    fn code(&mut self, text: &str) {
        let lang = lang_attribute(text, self.reader.language);
        push(
            self.out,
            format_args!("<code{lang}>{}</code>", escape(text)),
        );
    }

    /// Text with each figure in the place of its name.
    fn text(&mut self, text: &str) {
        each_piece(text, |piece| match piece {
            Piece::Words(words) => self.out.push_str(&escape(words)),
            Piece::Figure(id) => self.out.push_str(&tables::figure_html(self.reader, id)),
        });
    }

    fn ui(&self) -> &Ui {
        self.reader.site.ui(self.reader.language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_language_of_quoted_text() {
        assert_eq!(lang_attribute("余额不足", "en"), " lang=\"zh\"");
        assert_eq!(
            lang_attribute("Account balance not enough", "id"),
            " lang=\"en\""
        );
        assert_eq!(lang_attribute("Account balance not enough", "en"), "");
        assert_eq!(
            lang_attribute("Request was throttled", "id"),
            " lang=\"en\""
        );
        assert_eq!(lang_attribute("saldo tidak cukup", "id"), "");
        let own = "resource pack kling 500 unit sudah terpakai habis";
        assert_eq!(lang_attribute(own, "en"), " lang=\"id\"");
        assert_eq!(lang_attribute(own, "id"), "");
        assert_eq!(lang_attribute("GET /account/costs", "id"), "");
        assert_eq!(lang_attribute("1102", "id"), "");
    }
}
