//! `resep diagnose`: the engine on files, standard input or lines of JSON. Adds words and addresses to what the engine
//! found; decides nothing itself.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diagnoser::{
    Engine, Fact, Finding, Masker, Reason, Report, Secret, SecretCount, SecretKind, Span, Verdict,
    secrets,
};
use serde_json::{Map, Value, json};

use crate::answers::{plain_steps, question};
use crate::cli::{DONE, FINDINGS, Failure, print, read_rules, say, wants_colour};
use crate::date::Date;
use crate::diag::{Diag, Severity};
use crate::input;
use crate::jsonl;
use crate::load::{Edition, Source};
use crate::model::{Options, Site, diagnosed};
use crate::ordered;
use crate::pack;
use crate::parse::ui::Ui;
use crate::parse::{self, Docs, RuleDoc};

/// How the answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One JSON object a paste
    Json,
}

/// What the command line asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) content: &'a Path,
    pub(crate) files: &'a [PathBuf],
    pub(crate) language: Option<&'a str>,
    pub(crate) format: Format,
    pub(crate) ndjson: bool,
}

/// Bytes fed to the engine at a time.
const BLOCK: usize = 64 * 1024;
/// Largest paste of which a copy is kept, to show the evidence from and to see what must not be shown.
const SHOWN: usize = 16 * 1024 * 1024;
/// Least length of letters and digits together that may be a key, where their capitals are not known.
const MIXED: usize = 16;

/// Runs the command.
pub(crate) fn run(request: &Request<'_>) -> Result<u8, Failure> {
    if request.ndjson && request.format == Format::Text {
        return Err("--ndjson answers in JSON: leave --format text out".to_owned());
    }
    let source = read_rules(request.content)?;
    let (docs, diags) = parse::parse(&source);
    let catalogue = Catalogue::new(&docs, diags, &source)?;
    let site = Site::new(&docs, &source, &options()?);
    let language = language(&docs, &site, request.language)?;
    let answerer = Answerer {
        site: &site,
        rules: &catalogue.rules,
        language: &language,
        steps: catalogue.rules.iter().map(|_| OnceLock::new()).collect(),
    };
    let mut found = false;
    if request.ndjson {
        let stdin = [PathBuf::from("-")];
        let files = if request.files.is_empty() {
            &stdin[..]
        } else {
            request.files
        };
        for path in files {
            let (input, name) = input::open(path)?;
            found |= lines(&catalogue.engine, &answerer, input, &name)?;
        }
    } else if request.files.is_empty() {
        found |= one(&catalogue.engine, &answerer, request.format, None)?;
    } else {
        for path in request.files {
            found |= one(&catalogue.engine, &answerer, request.format, Some(path))?;
        }
    }
    Ok(if found { DONE } else { FINDINGS })
}

/// The language that was asked for, or the site's.
pub(crate) fn language(
    docs: &Docs,
    site: &Site<'_>,
    asked: Option<&str>,
) -> Result<String, Failure> {
    match asked {
        None => Ok(site.default_language().to_owned()),
        Some(code) if docs.config.codes().any(|c| c == code) => Ok(code.to_owned()),
        Some(code) => Err(format!(
            "--lang {code}: the site has {}",
            docs.config.codes().collect::<Vec<_>>().join(", ")
        )),
    }
}

/// The date is of no interest here, but a site has one.
pub(crate) fn options() -> Result<Options, Failure> {
    Ok(Options {
        edition: Edition::Public,
        base_url: None,
        today: Date::new(2000, 1, 1).ok_or("there is no year 2000")?,
        by_clock: false,
    })
}

/// The engine with the rules it was built from.
pub(crate) struct Catalogue<'a> {
    pub(crate) engine: Engine,
    pub(crate) rules: Vec<&'a RuleDoc>,
}

impl<'a> Catalogue<'a> {
    /// Builds the engine. A rule that cannot be read is left out and named on standard error: one mistake in one rule
    /// must not keep the others from answering. (`check` and `build` refuse it.)
    pub(crate) fn new(
        docs: &'a Docs,
        diags: Vec<Diag>,
        source: &Source,
    ) -> Result<Catalogue<'a>, Failure> {
        let mut left_out = of_rules(diags);
        let broken = |diags: &[Diag], rule: &RuleDoc| {
            let folder = format!("errors/{}/", rule.id);
            diags.iter().any(|d| d.file.starts_with(&folder))
        };
        let mut rules = diagnosed(docs);
        rules.retain(|rule| !broken(&left_out, rule));
        loop {
            let mut traced = pack::specification(docs, &rules);
            let ids: BTreeSet<String> = traced.spec.rules.iter().map(|r| r.id.clone()).collect();
            for rule in &mut traced.spec.rules {
                rule.candidates.retain(|(id, _)| ids.contains(id));
            }
            match traced.compile() {
                Ok(pack) => {
                    leave_out(left_out, source);
                    let engine = Engine::from_pack(&pack).and_then(Engine::for_many);
                    let engine = engine.map_err(|e| {
                        format!("the rules were compiled to a pack that the engine refuses: {e}")
                    })?;
                    return Ok(Catalogue { engine, rules });
                }
                Err(found) => {
                    let before = rules.len();
                    rules.retain(|rule| !broken(&found, rule));
                    let stuck = rules.len() == before;
                    left_out.extend(found);
                    if stuck {
                        leave_out(left_out, source);
                        return Err("the rules cannot be compiled".to_owned());
                    }
                }
            }
        }
    }
}

/// Errors in rules.
pub(crate) fn of_rules(mut diags: Vec<Diag>) -> Vec<Diag> {
    diags.retain(|d| d.severity() == Severity::Error && d.file.starts_with("errors/"));
    diags
}

/// Tells of errors in rules on standard error, if there are any; and whether there are.
pub(crate) fn report(mut diags: Vec<Diag>, source: &Source) -> bool {
    if diags.is_empty() {
        return false;
    }
    crate::diag::sort(&mut diags);
    crate::cli::report(&diags, source);
    true
}

fn leave_out(diags: Vec<Diag>, source: &Source) {
    if report(diags, source) {
        say("resep: rules with errors were left out\n");
    }
}

/// Diagnoses one file, or standard input; tells whether something was found.
fn one(
    engine: &Engine,
    answerer: &Answerer<'_, '_>,
    format: Format,
    path: Option<&PathBuf>,
) -> Result<bool, Failure> {
    let path = path.filter(|p| p.as_os_str() != "-");
    if path.is_none() && io::stdin().is_terminal() {
        say("resep: paste the error, then end with Ctrl-D\n");
    }
    let (mut input, name) = input::open(path.map_or(Path::new("-"), PathBuf::as_path))?;
    let mut stream = engine.stream();
    let mut masked = SecretCount::default();
    let mut kept = Vec::new();
    let mut total = 0_usize;
    let mut block = vec![0; BLOCK];
    loop {
        let size = match input.read(&mut block) {
            Ok(0) => break,
            Ok(size) => size,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(format!("cannot read {name}: {e}")),
        };
        stream.feed(&block[..size]);
        masked.feed(&block[..size]);
        total += size;
        if total <= SHOWN {
            kept.extend_from_slice(&block[..size]);
        }
    }
    let report = Report {
        masked: masked.finish(),
        ..stream.finish()
    };
    let paste = (total <= SHOWN).then_some(kept.as_slice());
    match format {
        Format::Json => {
            let id = path.map_or(Value::Null, |_| Value::from(name));
            print(&format!("{}\n", answerer.json(Some(id), &report, paste)))?;
        }
        Format::Text => {
            let paint = match wants_colour(&io::stdout()) {
                true => Paint::OF_TERMINALS,
                false => Paint::NONE,
            };
            print(&answerer.text(path.map(|_| name.as_str()), &report, paste, &paint))?;
        }
    }
    Ok(!report.findings.is_empty())
}

/// Lines that are answered by one worker: as many as have arrived, up to so many bytes.
const BATCH: usize = 64 * 1024;

/// Some lines, each without its end, nothing in place of one that is too long; and the number of the first.
struct Batch {
    first: usize,
    lines: Vec<Option<Vec<u8>>>,
}

/// Answers a line each, on all cores and in order; tells whether something was found in any. Lines are taken as they arrive and
/// their answers go out at once, for programs that ask line by line.
fn lines(
    engine: &Engine,
    answerer: &Answerer<'_, '_>,
    input: impl Read + Send,
    name: &str,
) -> Result<bool, Failure> {
    let mut input = BufReader::with_capacity(BATCH, input);
    let mut number = 1_usize;
    let read = || {
        let mut batch = Batch {
            first: number,
            lines: Vec::new(),
        };
        let mut size = 0;
        while batch.lines.is_empty() || size < BATCH && input.buffer().contains(&b'\n') {
            let line = next_line(&mut input).map_err(|e| format!("cannot read {name}: {e}"))?;
            let Some(line) = line else {
                break;
            };
            size += line.as_ref().map_or(BATCH, |line| line.len() + 1);
            batch.lines.push(line);
        }
        number += batch.lines.len();
        Ok((!batch.lines.is_empty()).then_some(batch))
    };
    let work = |batch: Batch| {
        let (mut out, mut found) = (String::new(), false);
        for (n, line) in batch.lines.iter().enumerate() {
            out.push_str(&line_answer(
                engine,
                answerer,
                line.as_deref(),
                batch.first + n,
                &mut found,
            ));
            out.push('\n');
        }
        (out, found)
    };
    let mut any = false;
    let mut out = io::stdout().lock();
    ordered::run(read, work, |(text, found): (String, bool)| {
        any |= found;
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(e) => Err(format!("cannot write to standard output: {e}")),
        }
    })?;
    Ok(any)
}

/// The next line without its end, or that it is longer than [`jsonl::LONGEST`]; nothing at the end of the input.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<Option<Vec<u8>>>> {
    let mut line = Vec::new();
    let most = jsonl::LONGEST as u64 + 1;
    if input.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > jsonl::LONGEST {
        input.skip_until(b'\n')?;
        return Ok(Some(None));
    }
    Ok(Some(Some(line)))
}

/// The answer to the line with this number.
fn line_answer(
    engine: &Engine,
    answerer: &Answerer<'_, '_>,
    line: Option<&[u8]>,
    number: usize,
    found: &mut bool,
) -> String {
    let too_long = jsonl::BadLine {
        id: None,
        why: "the line is longer than 64 MiB",
    };
    match line.ok_or(too_long).and_then(jsonl::read) {
        Ok(read) => {
            let report = engine.diagnose(&read.text);
            *found |= !report.findings.is_empty();
            let answer = answerer.json(None, &report, Some(&read.text));
            with_id(Some(&read.id), &answer)
        }
        Err(bad) => {
            let answer = json!({ "error": bad.why, "line": number });
            with_id(bad.id.as_deref(), &answer)
        }
    }
}

/// A line with the id in front as it was written, for a number may have more digits than a program keeps. That it is JSON was checked
/// when it was read.
fn with_id(id: Option<&str>, answer: &Value) -> String {
    let text = answer.to_string();
    match (id, text.strip_prefix('{')) {
        (Some(id), Some(rest)) => format!("{{\"id\":{id},{rest}"),
        _ => text,
    }
}

/// Puts words to reports.
struct Answerer<'s, 'a> {
    site: &'s Site<'a>,
    /// In the order of the pack.
    rules: &'s [&'a RuleDoc],
    language: &'s str,
    /// The steps of each rule, once somebody asked for them.
    steps: Vec<OnceLock<Vec<String>>>,
}

impl Answerer<'_, '_> {
    /// The steps of the rule with this number, plain.
    fn steps(&self, rule: usize) -> &[String] {
        match (self.steps.get(rule), self.rules.get(rule)) {
            (Some(cell), Some(doc)) => {
                cell.get_or_init(|| plain_steps(self.site, doc, self.language))
            }
            _ => &[],
        }
    }

    fn ui(&self) -> &Ui {
        self.site.ui(self.language)
    }

    fn provider(&self, index: Option<u16>) -> Option<&str> {
        let provider = self.site.data().providers.get(usize::from(index?))?;
        Some(&provider.id.value)
    }

    fn json(&self, id: Option<Value>, report: &Report, paste: Option<&[u8]>) -> Value {
        let mut out = Map::new();
        if let Some(id) = id {
            out.insert("id".to_owned(), id);
        }
        let value = |fact: &Option<Fact>, hidden: fn(&Secret) -> bool| {
            fact.as_ref().and_then(|f| masked(f, paste, hidden))
        };
        let facts = &report.facts;
        out.insert("verdict".to_owned(), Value::from(report.verdict.as_str()));
        out.insert(
            "facts".to_owned(),
            json!({
                "http_status": facts.http_status,
                "code": value(&facts.code, |_| true),
                "provider": self.provider(facts.provider),
                // The sender's id of the request stays: support asks for it. A key in its place does not.
                "request_id": value(&facts.request_id, |s| s.kind == SecretKind::Key),
            }),
        );
        let findings: Vec<Value> = report
            .findings
            .iter()
            .filter_map(|finding| self.finding(finding))
            .collect();
        out.insert("findings".to_owned(), Value::from(findings));
        if let Some(question) = self.question(report) {
            out.insert("ask".to_owned(), Value::from(question));
        }
        out.insert("masked".to_owned(), Value::from(report.masked));
        Value::Object(out)
    }

    fn finding(&self, finding: &Finding) -> Option<Value> {
        let doc = self.rules.get(usize::from(finding.rule))?;
        let rule = &doc.rule;
        let evidence: Vec<Value> = finding
            .evidence
            .iter()
            .map(|span| json!({ "start": span.start, "end": span.end }))
            .collect();
        Some(json!({
            "rule": doc.id,
            "cause": rule.cause.as_ref().map(|c| c.value),
            "provider": self.provider(finding.provider),
            "wallet": rule.wallet.as_ref().map(|w| &w.value),
            "actor": rule.actor.as_ref().map(|a| a.value),
            "retry": rule.retry.as_ref().map(|r| r.value),
            "likelihood": finding.likelihood.as_str(),
            "evidence": evidence,
            "title": self.title(doc),
            "steps": self.steps(usize::from(finding.rule)),
            "page": format!("/{}{}", self.language, doc.path()),
        }))
    }

    /// What to ask where nothing but words speaks for the first finding.
    fn question(&self, report: &Report) -> Option<String> {
        let first = report
            .findings
            .first()
            .filter(|_| report.rests_on_words())?;
        let doc = self.rules.get(usize::from(first.rule))?;
        Some(question(self.site, doc, self.language))
    }

    fn title(&self, doc: &RuleDoc) -> String {
        self.site
            .words(&doc.texts, self.language)
            .map(|(_, words)| words.front.title.value.clone())
            .unwrap_or_default()
    }

    fn text(
        &self,
        name: Option<&str>,
        report: &Report,
        paste: Option<&[u8]>,
        paint: &Paint,
    ) -> String {
        let ui = self.ui();
        let Paint { bold, dim, reset } = paint;
        let mut out = String::new();
        if let Some(name) = name {
            out.push_str(&format!("{dim}{name}{reset}\n"));
        }
        if report.verdict != Verdict::Match {
            out.push_str(&self.verdict(report.verdict, paint));
        }
        // Where one answer is given, the others are named below it: what other evidence stands for, and what else the same may mean.
        let cards = match report.verdict {
            Verdict::Match => report.findings.len().min(1),
            _ => report.findings.len(),
        };
        let (cards, others) = report.findings.split_at(cards);
        for (n, finding) in cards.iter().enumerate() {
            let question = self.question(report).filter(|_| n == 0);
            out.extend(self.card(finding, question.as_deref(), paste, paint));
        }
        let (same, apart): (Vec<&Finding>, Vec<&Finding>) = others
            .iter()
            .partition(|other| cards.iter().any(|card| overlaps(other, card)));
        for (heading, findings) in [("also_found", apart), ("could_be", same)] {
            let list: String = findings.into_iter().filter_map(|f| self.item(f)).collect();
            if !list.is_empty() {
                let heading = ui.word("diagnose", heading);
                out.push_str(&format!("{bold}{heading}{reset}\n{list}\n"));
            }
        }
        out
    }

    /// What to say before the findings where there is not just one answer.
    fn verdict(&self, verdict: Verdict, Paint { bold, reset, .. }: &Paint) -> String {
        let key = verdict.as_str();
        let word = |part: &str| self.ui().word("diagnose", &format!("verdict_{key}{part}"));
        let mut out = format!("{bold}{}{reset}\n", word(""));
        // What else is said of no text is about the box of the page.
        if verdict != Verdict::Empty {
            out.push_str(&format!("{}\n{}\n", word("_text"), word("_next")));
        }
        out.push('\n');
        out
    }

    /// All about a finding: who pays, who acts, what is proof of it, what to do.
    fn card(
        &self,
        finding: &Finding,
        question: Option<&str>,
        paste: Option<&[u8]>,
        Paint { bold, dim, reset }: &Paint,
    ) -> Option<String> {
        let ui = self.ui();
        let doc = self.rules.get(usize::from(finding.rule))?;
        let rule = &doc.rule;
        let mut out = format!(
            "{bold}{}{reset} {}\n",
            self.title(doc),
            self.sure(finding, doc)
        );
        let wallet = self
            .site
            .wallet_name(doc, self.language)
            .map_or_else(|| ui.word("diagnose", "wallet_none"), str::to_owned);
        let provider = match self.provider(finding.provider) {
            Some(id) => self.site.section_name(id, self.language),
            None => ui.word("diagnose", "provider_unknown"),
        };
        let actor = rule.actor.as_ref().map_or("", |a| a.value);
        let retry = rule.retry.as_ref().map_or("", |r| r.value);
        for (key, fact) in [
            ("wallet", wallet),
            ("actor", ui.word("actor", actor)),
            ("retry", ui.word("retry", retry)),
            ("provider", provider),
            ("evidence", evidence(finding, paste)),
        ] {
            let label = ui.label("diagnose", key);
            out.push_str(&format!("  {dim}{label}{reset} {fact}\n"));
        }
        if let Some(question) = question {
            let label = ui.label("ask", "heading");
            out.push_str(&format!("  {bold}{label}{reset} {question}\n"));
        }
        let label = ui.label("diagnose", "steps");
        out.push_str(&format!("  {dim}{label}{reset}\n"));
        for (n, step) in self.steps(usize::from(finding.rule)).iter().enumerate() {
            out.push_str(&format!("  {}. {step}\n", n + 1));
        }
        let page = self.site.absolute(self.language, &doc.path());
        out.push_str(&format!("  {dim}{page}{reset}\n\n"));
        Some(out)
    }

    /// A finding in one line.
    fn item(&self, finding: &Finding) -> Option<String> {
        let doc = self.rules.get(usize::from(finding.rule))?;
        let (title, sure) = (self.title(doc), self.sure(finding, doc));
        Some(format!("  {title} {sure}\n"))
    }

    /// How likely a finding is, and the id of its rule.
    fn sure(&self, finding: &Finding, doc: &RuleDoc) -> String {
        let key = format!("likelihood_{}", finding.likelihood.as_str());
        format!("({}; {})", self.ui().word("diagnose", &key), doc.id)
    }
}

/// What makes a terminal show text otherwise, and what ends that.
struct Paint {
    bold: &'static str,
    dim: &'static str,
    reset: &'static str,
}

impl Paint {
    const NONE: Paint = Paint {
        bold: "",
        dim: "",
        reset: "",
    };
    const OF_TERMINALS: Paint = Paint {
        bold: "\x1b[1m",
        dim: "\x1b[2m",
        reset: "\x1b[0m",
    };
}

/// Whether the two findings share evidence, as in `overlaps` of assets/answer.js.
fn overlaps(a: &Finding, b: &Finding) -> bool {
    let meets = |x: &Span, y: &Span| x.start < y.end && y.start < x.end;
    a.evidence
        .iter()
        .any(|x| b.evidence.iter().any(|y| meets(x, y)))
}

/// A fact as the engine folds it, or with names in place of its secrets where one of the `hidden` stands there. The paste is
/// asked, as written: without its capitals and what stands around it a key may not look like one. Where no paste is kept,
/// nothing is told of what may be one.
fn masked(fact: &Fact, paste: Option<&[u8]>, hidden: fn(&Secret) -> bool) -> Option<String> {
    let text = fact.text();
    let Some(paste) = paste else {
        let found = secrets(text.as_bytes());
        let has = |sort: fn(&u8) -> bool| text.as_bytes().iter().any(sort);
        let mixed = has(u8::is_ascii_alphabetic) && has(u8::is_ascii_digit);
        let plain = match found.as_slice() {
            [] => !mixed || text.len() < MIXED,
            found => found
                .iter()
                .all(|s| s.reason == Reason::Shape && !hidden(s)),
        };
        return plain.then(|| text.into_owned());
    };
    let Span { start, end } = fact.span;
    let (from, around) = around(paste, fact.span);
    let meets = |s: &Secret| from + s.span.start < end && start < from + s.span.end && hidden(s);
    Some(match secrets(around).iter().any(meets) {
        true => shown(paste, fact.span, &mut Masker::default()),
        false => text.into_owned(),
    })
}

/// What stands at a span and near it, and where that begins: a secret that is cut in two may not look like one.
fn around(paste: &[u8], span: Span) -> (usize, &[u8]) {
    const NEAR: usize = 512;
    let from = span.start.saturating_sub(NEAR);
    (from, &paste[from..paste.len().min(span.end + NEAR)])
}

/// The evidence as it stands in the paste, secrets left out, or where it stands if the paste is too large to be kept.
fn evidence(finding: &Finding, paste: Option<&[u8]>) -> String {
    let mut masker = Masker::default();
    let parts: Vec<String> = finding
        .evidence
        .iter()
        .map(|span| match paste {
            Some(paste) => shown(paste, *span, &mut masker),
            None => format!("{}..{}", span.start, span.end),
        })
        .collect();
    parts.join(" … ")
}

/// One stretch of the paste, fit for a terminal: short, without secrets and without control characters, which would do as
/// they like there.
pub(crate) fn shown(paste: &[u8], span: Span, masker: &mut Masker) -> String {
    const MOST: usize = 160;
    let (from, around) = around(paste, span);
    let mut text = String::new();
    let mut at = span.start;
    masker.reserve(around);
    for secret in secrets(around) {
        let (start, end) = (from + secret.span.start, from + secret.span.end);
        if start < span.end && end > at {
            text.push_str(&String::from_utf8_lossy(&paste[at..start.max(at)]));
            text.push_str(masker.name(secret.kind, &paste[start..end]));
            at = end.min(span.end);
        }
    }
    text.push_str(&String::from_utf8_lossy(&paste[at..span.end]));
    let mut out: String = text
        .chars()
        .take(MOST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().count() > MOST {
        out.push('…');
    }
    out
}
