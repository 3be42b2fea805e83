//! Rules and data files to the pack that the engine reads, and the engine's refusals back to places in files. Decides
//! nothing about rules itself.

use std::collections::BTreeMap;
use std::ops::Range;

use diagnoser::compile::{
    AddsSpec, CompileError, FamilySpec, PackSpec, Pattern, ProviderSpec, RuleSpec, WhenSpec,
    compile,
};

use crate::check::lint;
use crate::diag::Diag;
use crate::parse::data::{FAMILIES, PROVIDERS};
use crate::parse::rule::When;
use crate::parse::{At, Docs, RuleDoc};

/// A specification with the place of each of its origins.
#[derive(Clone, Debug, Default)]
pub struct Traced {
    /// What is compiled.
    pub spec: PackSpec,
    /// File and bytes by origin.
    places: Vec<(String, Range<usize>)>,
}

impl Traced {
    fn origin(&mut self, file: &str, span: &Range<usize>) -> u32 {
        self.places.push((file.to_owned(), span.clone()));
        // More than 4 billion places do not fit in the files that are read.
        u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
    }

    fn patterns(&mut self, file: &str, texts: &[At<String>]) -> Vec<Pattern> {
        texts
            .iter()
            .map(|text| Pattern {
                text: text.value.clone(),
                origin: self.origin(file, &text.span),
            })
            .collect()
    }

    fn ids(&mut self, file: &str, ids: &[At<String>]) -> Vec<(String, u32)> {
        ids.iter()
            .map(|id| (id.value.clone(), self.origin(file, &id.span)))
            .collect()
    }

    /// Compiles, and turns refusals into findings.
    ///
    /// # Errors
    /// All refusals at once.
    pub fn compile(&self) -> Result<Vec<u8>, Vec<Diag>> {
        compile(&self.spec).map_err(|errors| errors.into_iter().map(|e| self.diag(e)).collect())
    }

    fn diag(&self, error: CompileError) -> Diag {
        // The engine's ids are listed among the lints; one that is not would have no explanation.
        let code = lint(error.code).map_or("bad-rule", |l| l.id);
        let (file, span) = match usize::try_from(error.origin)
            .ok()
            .and_then(|n| self.places.get(n))
        {
            Some((file, span)) => (file.clone(), Some(span.clone())),
            None => ("errors".to_owned(), None),
        };
        Diag::new(code, file, span, error.message)
            .help_if(Some(error.help).filter(|help| !help.is_empty()))
    }
}

/// How far a provider of this kind stands from the maker of the video, as the engine counts it.
fn layer(kind: &str) -> u8 {
    match kind {
        "reseller" => 1,
        "platform" => 2,
        "gateway" => 3,
        "app" => 4,
        _ => 0,
    }
}

/// What the engine gets from these rules, in this order, and from the data files.
#[must_use]
pub fn specification(docs: &Docs, rules: &[&RuleDoc]) -> Traced {
    let mut out = Traced::default();
    for family in &docs.data.families {
        let spec = FamilySpec {
            id: family.id.value.clone(),
            patterns: out.patterns(FAMILIES, &family.patterns),
            origin: out.origin(FAMILIES, &family.id.span),
        };
        out.spec.families.push(spec);
    }
    for provider in &docs.data.providers {
        let spec = ProviderSpec {
            id: provider.id.value.clone(),
            layer: layer(provider.kind),
            hosts: out.patterns(PROVIDERS, &provider.hosts),
            marks: out.patterns(PROVIDERS, &provider.marks),
            names: out.patterns(PROVIDERS, &provider.names),
            origin: out.origin(PROVIDERS, &provider.id.span),
        };
        out.spec.providers.push(spec);
    }
    let causes: BTreeMap<&str, u8> = diagnoser::CAUSES.into_iter().zip(0_u8..).collect();
    for doc in rules {
        let rule = &doc.rule;
        let Some(cause) = rule.cause.as_ref().and_then(|c| causes.get(c.value)) else {
            continue;
        };
        let file = doc.file.as_str();
        let verdict = rule.verdict.as_ref().map_or("match", |v| v.value);
        let when = rule.when.iter().map(|w| when(&mut out, file, w)).collect();
        let spec = RuleSpec {
            id: doc.id.clone(),
            cause: *cause,
            provider: rule.provider.as_ref().map(|p| p.value.clone()),
            opaque: verdict == "opaque",
            ambiguous: verdict == "ambiguous",
            candidates: out.ids(file, &rule.candidates),
            unless: out.patterns(file, &rule.unless),
            unless_words_of: out.ids(file, &rule.unless_words_of),
            unless_family: out.ids(file, &rule.unless_family),
            adds: AddsSpec {
                phrase: out.patterns(file, &rule.adds.phrase),
                family: out.ids(file, &rule.adds.family),
                code: out.patterns(file, &rule.adds.code),
                status: out.patterns(file, &rule.adds.status),
            },
            when,
            origin: out.origin(file, &(0..1)),
        };
        out.spec.rules.push(spec);
    }
    out
}

fn when(out: &mut Traced, file: &str, when: &When) -> WhenSpec {
    WhenSpec {
        likelihood: when.likelihood,
        phrase: out.patterns(file, &when.phrase),
        also: out.patterns(file, &when.also),
        family: out.ids(file, &when.family),
        also_family: out.ids(file, &when.also_family),
        code: out.patterns(file, &when.code),
        status: out.patterns(file, &when.status),
        number: out.patterns(file, &when.number),
        sender: when.sender.as_ref().map(|s| s.value),
        within: when
            .within
            .as_ref()
            .map(|w| (w.value, out.origin(file, &w.span))),
        alone: when.alone,
        told: out.ids(file, &when.told),
        origin: out.origin(file, &when.span),
    }
}
