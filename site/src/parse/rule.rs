//! `rule.toml`: what recognises an error and what does not depend on a language.

use diagnoser::Likelihood;
use diagnoser::compile::Sender;

use super::toml_table::{At, Sink, Table, document};
use crate::date::Date;
use crate::diag::Diag;

/// A rule as it stands in its file; what could not be read is absent.
#[derive(Clone, Debug, Default)]
pub struct RuleFile {
    /// One of [`diagnoser::CAUSES`].
    pub cause: Option<At<&'static str>>,
    /// Wallet id.
    pub wallet: Option<At<String>>,
    /// Provider id; absent in a generic rule.
    pub provider: Option<At<String>>,
    /// `end-user`, `operator` or `provider`.
    pub actor: Option<At<&'static str>>,
    /// `no`, `after-wait` or `yes`.
    pub retry: Option<At<&'static str>>,
    /// Codes it owns.
    pub codes: Vec<At<String>>,
    /// Rule that owns the code this one is a variant of.
    pub variant_of: Option<At<String>>,
    /// `draft`, `stable` or `retired`.
    pub status: Option<At<&'static str>>,
    /// Rule that took its place.
    pub replaced_by: Option<At<String>>,
    /// First day in the catalogue.
    pub since: Option<At<Date>>,
    /// Rule ids that are easily confused with it.
    pub lookalikes: Vec<At<String>>,
    /// `match`, `opaque` or `ambiguous`.
    pub verdict: Option<At<&'static str>>,
    /// Rule ids it may really be.
    pub candidates: Vec<At<String>>,
    /// Patterns that rule it out.
    pub unless: Vec<At<String>>,
    /// Families whose patterns rule it out as those of `unless` do.
    pub unless_words_of: Vec<At<String>>,
    /// Families that rule it out, unless the fit is certain or has a proven sender.
    pub unless_family: Vec<At<String>>,
    /// The alternatives.
    pub when: Vec<When>,
    /// What raises its rank.
    pub adds: When,
    /// Where its facts come from, as far as that could be read.
    pub sources: Vec<RuleSource>,
    /// How many were written.
    pub sources_written: usize,
    /// Pastes with what they must do, as far as they could be read.
    pub examples: Vec<Example>,
    /// How many were written.
    pub examples_written: usize,
    /// The whole file.
    pub span: std::ops::Range<usize>,
}

impl RuleFile {
    /// The page stays, but nothing is diagnosed to it any more.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        self.status.as_ref().is_some_and(|s| s.value == "retired")
    }

    /// Not published yet.
    #[must_use]
    pub fn is_draft(&self) -> bool {
        self.status.as_ref().is_some_and(|s| s.value == "draft")
    }
}

/// One alternative: every key given must be found.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// How sure it is.
    pub likelihood: Likelihood,
    /// Patterns.
    pub phrase: Vec<At<String>>,
    /// A second set of patterns.
    pub also: Vec<At<String>>,
    /// Family ids.
    pub family: Vec<At<String>>,
    /// A second set of family ids.
    pub also_family: Vec<At<String>>,
    /// Values of a keyed code.
    pub code: Vec<At<String>>,
    /// HTTP status values.
    pub status: Vec<At<String>>,
    /// Values standing as a token of their own.
    pub number: Vec<At<String>>,
    /// What must be known about the sender.
    pub sender: Option<At<Sender>>,
    /// Window in bytes of canonical text.
    pub within: Option<At<u32>>,
    /// Only in a text that holds hardly anything else.
    pub alone: bool,
    /// Only in a short text in which nothing else is found, and of which one of these families tells what the talk is of.
    pub told: Vec<At<String>>,
    /// The table.
    pub span: std::ops::Range<usize>,
}

/// Where a fact comes from.
#[derive(Clone, Debug)]
pub struct RuleSource {
    /// `https://...` or `resep:seeds/<name>`.
    pub url: At<String>,
    /// When it was read.
    pub checked: At<Date>,
    /// `documented`, `observed` or `inferred`.
    pub confidence: &'static str,
    /// What was so on that day and is not asked again, such as a closed report; it does not expire.
    pub historical: bool,
}

/// A paste and what it must do.
#[derive(Clone, Debug)]
pub struct Example {
    /// The rule must be the first finding (true), or must not be (false).
    pub hit: bool,
    /// The paste.
    pub paste: At<String>,
}

/// Words for `confidence`.
pub(crate) const CONFIDENCE: [&str; 3] = ["documented", "observed", "inferred"];

pub(crate) fn parse(file: &str, text: &str) -> (RuleFile, Vec<Diag>) {
    let sink = Sink::new(file);
    let rule = read(&sink, text);
    (rule, sink.into_diags())
}

pub(crate) fn read(sink: &Sink<'_>, text: &str) -> RuleFile {
    let mut rule = RuleFile::default();
    {
        let mut t = document(sink, text);
        rule.span = t.span.clone();
        rule.cause = cause(&mut t, sink);
        rule.wallet = t.string("wallet");
        rule.provider = t.string("provider");
        rule.actor = t.required_word("actor", &["end-user", "operator", "provider"]);
        rule.retry = t.required_word("retry", &["no", "after-wait", "yes"]);
        rule.codes = t.strings("codes");
        rule.variant_of = t.string("variant_of");
        rule.status = t.required_word("status", &["draft", "stable", "retired"]);
        rule.replaced_by = t.string("replaced_by");
        rule.since = t.required_date("since");
        rule.lookalikes = t.strings("lookalikes");
        rule.verdict = t.word("verdict", &["match", "opaque", "ambiguous"]);
        rule.candidates = t.strings("candidates");
        rule.unless = t.strings("unless");
        rule.unless_words_of = t.strings("unless_words_of");
        rule.unless_family = t.strings("unless_family");
        if !t.has("when") {
            t.missing_tables("when");
        }
        for table in t.tables("when") {
            rule.when.push(when(table, sink));
        }
        if let Some(mut table) = t.table("adds") {
            rule.adds = When {
                phrase: table.strings("phrase"),
                family: table.strings("family"),
                code: table.strings("code"),
                status: table.strings("status"),
                span: table.span.clone(),
                ..When::default()
            };
            table.finish();
        }
        for mut table in t.tables("source") {
            rule.sources_written += 1;
            let url = table.required_string("url");
            let checked = table.required_date("checked");
            let confidence = table.required_word("confidence", &CONFIDENCE);
            let historical = table.boolean("historical").is_some_and(|h| h.value);
            table.finish();
            if let Some(url) = &url {
                source_url(sink, url);
            }
            if let (Some(url), Some(checked), Some(confidence)) = (url, checked, confidence) {
                rule.sources.push(RuleSource {
                    url,
                    checked,
                    confidence: confidence.value,
                    historical,
                });
            }
        }
        for mut table in t.tables("example") {
            rule.examples_written += 1;
            let expect = table.required_word("expect", &["hit", "miss"]);
            let paste = table.required_string("paste");
            table.finish();
            if let (Some(expect), Some(paste)) = (expect, paste) {
                rule.examples.push(Example {
                    hit: expect.value == "hit",
                    paste,
                });
            }
        }
        t.finish();
    }
    rule
}

fn cause(t: &mut Table<'_>, sink: &Sink<'_>) -> Option<At<&'static str>> {
    let text = t.required_string("cause");
    t.values("cause", &diagnoser::CAUSES);
    let text = text?;
    match diagnoser::CAUSES.iter().find(|c| **c == text.value) {
        Some(cause) => Some(At::new(*cause, text.span)),
        None => {
            sink.report(
                "unknown-cause",
                text.span,
                format!("no cause `{}`", text.value),
                Some(
                    crate::diag::did_you_mean(&text.value, diagnoser::CAUSES).unwrap_or_else(
                        || format!("the causes are {}", super::listed(&diagnoser::CAUSES)),
                    ),
                ),
            );
            None
        }
    }
}

fn when(mut table: Table<'_>, sink: &Sink<'_>) -> When {
    let likelihood = table
        .required_word("likelihood", &["certain", "likely", "possible"])
        .map_or(Likelihood::Possible, |w| match w.value {
            "certain" => Likelihood::Certain,
            "likely" => Likelihood::Likely,
            _ => Likelihood::Possible,
        });
    let sender = table
        .word("sender", &["proven", "named", "unknown"])
        .map(|w| {
            w.map(|word| match word {
                "proven" => Sender::Proven,
                "named" => Sender::Named,
                _ => Sender::Unknown,
            })
        });
    let when = When {
        likelihood,
        phrase: table.strings("phrase"),
        also: table.strings("also"),
        family: table.strings("family"),
        also_family: table.strings("also_family"),
        code: table.strings("code"),
        status: table.strings("status"),
        number: table.strings("number"),
        sender,
        within: table.integer("within"),
        alone: table.boolean("alone").is_some_and(|alone| alone.value),
        told: table.strings("told"),
        span: table.span.clone(),
    };
    for status in &when.status {
        let good = status
            .value
            .parse::<u16>()
            .is_ok_and(|n| (100..=599).contains(&n) && status.value.len() == 3);
        if !good {
            sink.report(
                "bad-value",
                status.span.clone(),
                format!("`{}` is no HTTP status", status.value),
                Some("write three digits, 100 to 599".to_owned()),
            );
        }
    }
    table.finish();
    when
}

/// An https address, or a document of the project's beginning.
pub(crate) fn source_url(sink: &Sink<'_>, url: &At<String>) {
    let early = url.value.strip_prefix("resep:seeds/");
    if early.is_none_or(str::is_empty) {
        let help = "write `https://...`, or `resep:seeds/<name>` for an early project document";
        public_url(sink, url, help);
    }
}

/// An address that pages lead to.
pub(crate) fn public_url(sink: &Sink<'_>, url: &At<String>, help: &str) {
    let good = url.value.strip_prefix("https://").is_some_and(|rest| {
        rest.split('/')
            .next()
            .is_some_and(|host| host.contains('.'))
            && !rest
                .chars()
                .any(|c| c.is_whitespace() || c == '"' || c == '<')
    });
    if !good {
        sink.report(
            "bad-value",
            url.span.clone(),
            format!("`{}` is no public address", url.value),
            Some(help.to_owned()),
        );
    }
}
