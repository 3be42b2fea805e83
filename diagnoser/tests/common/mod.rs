//! What the tests and benchmarks of the engine share: the project's content as a specification, its examples as pastes,
//! long logs made of them, and the ways in which people mangle a paste. Checks nothing itself.

// Each test binary uses its own part of this.
#![allow(dead_code)]
#![allow(unreachable_pub)]
// Content that cannot be read must stop a test; a benchmark is not `cfg(test)`, so clippy has to be told.
#![allow(clippy::panic, clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use diagnoser::compile::{
    AddsSpec, FamilySpec, PackSpec, Pattern, ProviderSpec, RuleSpec, Sender, WhenSpec, compile,
};
use diagnoser::{CAUSES, Engine, Likelihood};
use toml::{Table, Value};

/// The rules of the project with what they say of themselves.
pub struct Content {
    pub spec: PackSpec,
    pub examples: Vec<Example>,
}

/// A paste of a rule.
pub struct Example {
    /// Index of the rule.
    pub rule: usize,
    pub paste: String,
    pub hit: bool,
}

/// The content of this workspace, read once.
pub fn content() -> &'static Content {
    static CONTENT: OnceLock<Content> = OnceLock::new();
    CONTENT.get_or_init(|| read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../content")))
}

/// The pack of that content.
pub fn pack() -> &'static [u8] {
    static PACK: OnceLock<Vec<u8>> = OnceLock::new();
    PACK.get_or_init(|| match compile(&content().spec) {
        Ok(pack) => pack,
        Err(errors) => panic!(
            "the content is refused: {:#?}",
            &errors[..errors.len().min(5)]
        ),
    })
}

/// The engine with that pack.
pub fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::from_pack(pack()).expect("the engine reads what it compiled"))
}

fn read(root: &Path) -> Content {
    let mut spec = PackSpec::default();
    for table in tables(&root.join("data/families.toml"), "family") {
        spec.families.push(FamilySpec {
            id: string(&table, "name"),
            patterns: ["en", "id", "zh", "other"]
                .iter()
                .flat_map(|language| patterns(&table, language))
                .collect(),
            origin: 0,
        });
    }
    for table in tables(&root.join("data/providers.toml"), "provider") {
        spec.providers.push(ProviderSpec {
            id: string(&table, "id"),
            layer: match string(&table, "kind").as_str() {
                "vendor" => 0,
                "reseller" => 1,
                "platform" => 2,
                "gateway" => 3,
                _ => 4,
            },
            hosts: patterns(&table, "hosts"),
            marks: patterns(&table, "marks"),
            names: patterns(&table, "names"),
            origin: 0,
        });
    }
    let mut examples = Vec::new();
    for entry in walkdir::WalkDir::new(root.join("errors")).sort_by_file_name() {
        let path = entry.expect("the content can be walked").into_path();
        if path.file_name().is_none_or(|name| name != "rule.toml") {
            continue;
        }
        let table = parse(&path);
        if string(&table, "status") != "stable" {
            continue;
        }
        let folder = path.parent().expect("a rule has a folder");
        let id = folder
            .strip_prefix(root.join("errors"))
            .expect("a rule is below errors/")
            .to_string_lossy()
            .replace('\\', "/");
        let none = Table::new();
        let adds = table.get("adds").and_then(Value::as_table).unwrap_or(&none);
        let verdict = string(&table, "verdict");
        let cause = string(&table, "cause");
        let number = spec.rules.len();
        spec.rules.push(RuleSpec {
            id,
            cause: u8::try_from(
                CAUSES
                    .iter()
                    .position(|known| *known == cause)
                    .expect("a known cause"),
            )
            .expect("few causes"),
            provider: table
                .get("provider")
                .and_then(Value::as_str)
                .map(str::to_owned),
            opaque: verdict == "opaque",
            ambiguous: verdict == "ambiguous",
            candidates: ids(&table, "candidates"),
            unless: patterns(&table, "unless"),
            unless_words_of: ids(&table, "unless_words_of"),
            unless_family: ids(&table, "unless_family"),
            adds: AddsSpec {
                phrase: patterns(adds, "phrase"),
                family: ids(adds, "family"),
                code: patterns(adds, "code"),
                status: patterns(adds, "status"),
            },
            when: array(&table, "when").iter().map(when).collect(),
            origin: 0,
        });
        for example in array(&table, "example") {
            examples.push(Example {
                rule: number,
                paste: string(&example, "paste"),
                hit: string(&example, "expect") == "hit",
            });
        }
    }
    Content { spec, examples }
}

fn when(table: &Table) -> WhenSpec {
    WhenSpec {
        likelihood: match string(table, "likelihood").as_str() {
            "certain" => Likelihood::Certain,
            "likely" => Likelihood::Likely,
            _ => Likelihood::Possible,
        },
        phrase: patterns(table, "phrase"),
        also: patterns(table, "also"),
        family: ids(table, "family"),
        also_family: ids(table, "also_family"),
        code: patterns(table, "code"),
        status: patterns(table, "status"),
        number: patterns(table, "number"),
        sender: match string(table, "sender").as_str() {
            "proven" => Some(Sender::Proven),
            "named" => Some(Sender::Named),
            "unknown" => Some(Sender::Unknown),
            _ => None,
        },
        within: table
            .get("within")
            .and_then(Value::as_integer)
            .and_then(|n| Some((u32::try_from(n).ok()?, 0))),
        alone: table.get("alone").and_then(Value::as_bool) == Some(true),
        told: ids(table, "told"),
        origin: 0,
    }
}

fn parse(path: &Path) -> Table {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.parse()
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn tables(path: &Path, name: &str) -> Vec<Table> {
    array(&parse(path), name)
}

fn array(table: &Table, name: &str) -> Vec<Table> {
    let list = table.get(name).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|value| value.as_table().cloned())
        .collect()
}

/// A string, or nothing at all.
fn string(table: &Table, name: &str) -> String {
    let value = table.get(name).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

fn strings(table: &Table, name: &str) -> Vec<String> {
    let list = table.get(name).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

fn patterns(table: &Table, name: &str) -> Vec<Pattern> {
    strings(table, name)
        .into_iter()
        .map(|text| Pattern { text, origin: 0 })
        .collect()
}

fn ids(table: &Table, name: &str) -> Vec<(String, u32)> {
    strings(table, name).into_iter().map(|id| (id, 0)).collect()
}

// --- texts

/// A small generator of numbers: the same texts on every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length)
            .map(|_| u8::try_from(self.below(256)).unwrap_or(0))
            .collect()
    }
}

/// A log of at least `size` bytes whose lines speak of everything the rules speak of and mean nothing, with the line
/// `error()` gives after about every `every`th (0: never).
pub fn log(
    size: usize,
    seed: u64,
    every: usize,
    mut error: impl FnMut(&mut Random) -> String,
) -> String {
    let mut random = Random(seed);
    let mut out = String::with_capacity(size + 4096);
    let (mut second, mut number) = (0usize, 0usize);
    while out.len() < size {
        second += random.below(3);
        number += 1;
        let stamp = format!(
            "2026-11-{:02} {:02}:{:02}:{:02}",
            1 + second / 86_400 % 28,
            second / 3600 % 24,
            second / 60 % 60,
            second % 60
        );
        let (a, b, c) = (random.below(100_000), random.below(900), random.below(64));
        let line = match random.below(12) {
            0 => format!("{stamp} INFO  [http] GET /assets/app.{a:x}.js 200 in {b} ms"),
            1 => format!(
                "{stamp} INFO  [worker-{c}] video task {a} generated 5 s at 720p, status=succeed, {b} ms"
            ),
            2 => format!(
                "{stamp} DEBUG [db] pool={c} idle={b} balance of shards ok, enough samples, code=0"
            ),
            3 => format!(
                "{stamp} INFO  [queue] request {a:08x} accepted, {c} waiting, limit {b} per minute, no error"
            ),
            4 => format!(
                "{stamp} INFO  [auth] user {a} signed in, token refreshed, expires in {b} s"
            ),
            5 => format!(
                "{stamp} DEBUG [cache] model list for account {a}: {c} entries, key image/{b:x}"
            ),
            6 => format!(
                "{{\"time\":\"{stamp}\",\"level\":\"info\",\"msg\":\"image uploaded\",\"size\":{a},\"status\":200,\"path\":\"/v1/videos/{b}\"}}"
            ),
            7 => format!(
                "{stamp} WARN  [http] slow request POST /v1/tasks/{a} took {b} ms, timeout is 30000 ms"
            ),
            8 => format!(
                "{stamp} INFO  [billing] invoice {a} sent, {c} credits granted, balance {b}.{c:02} USD"
            ),
            9 => format!(
                "{stamp} INFO  [web] \"GET /healthz HTTP/1.1\" 200 {b} \"-\" \"curl/8.{c}\""
            ),
            10 => format!(
                "    at Worker.run (/srv/app/dist/worker.js:{b}:{c}) content loaded, server ready, not found: {c}"
            ),
            _ => format!(
                "{stamp} INFO  [sched] retry {c} of job {a} is not needed; the upload of {b} parts completed"
            ),
        };
        out.push_str(&line);
        out.push('\n');
        if every > 0 && number % every == random.below(every) {
            out.push_str(&error(&mut random));
            out.push('\n');
        }
    }
    out
}

/// The pastes of the rules' own examples.
pub fn pastes() -> Vec<&'static str> {
    content()
        .examples
        .iter()
        .map(|e| e.paste.as_str())
        .collect()
}

/// A way in which a paste gets mangled. Gives UTF-8 for UTF-8.
pub type Mangling = fn(&str) -> String;

/// The ways in which a paste gets mangled, by name.
pub const MANGLINGS: [(&str, Mangling); 8] = [
    ("ansi", ansi),
    ("crlf", |text| text.replace('\n', "\r\n")),
    ("quoted", quoted),
    ("json", json),
    ("json twice", |text| json(&json(text))),
    ("html", html),
    ("upper", str::to_uppercase),
    ("mojibake", mojibake),
];

fn ansi(text: &str) -> String {
    let coloured = text.split(' ').enumerate().map(|(i, word)| match i % 5 {
        0 => format!("\x1b[31m{word}\x1b[0m"),
        3 => format!("\x1b[1;33m{word}\x1b[39;49m"),
        _ => word.to_owned(),
    });
    coloured.collect::<Vec<_>>().join(" ")
}

fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {line}\n")).collect()
}

fn json(text: &str) -> String {
    let mut out = String::from("{\"log\":\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Every other one, for programs differ.
            c if c as u32 > 0x7f && (c as u32).is_multiple_of(2) => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => out.push(c),
        }
    }
    out.push_str("\"}");
    out
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&#39;")
}

/// The text as a program shows it that takes its UTF-8 for Latin-1.
fn mojibake(text: &str) -> String {
    text.bytes().map(char::from).collect()
}
