//! What the compiler refuses: each fault by its name, at the caller's own key, with a way out; all faults at once; and the
//! same rule without the fault is taken.

#![allow(clippy::expect_used, clippy::panic, reason = "helpers of tests")]

use diagnoser::compile::{
    CompileError, FamilySpec, PackSpec, Pattern, ProviderSpec, RuleSpec, Sender, WhenSpec, compile,
};
use diagnoser::{Engine, Likelihood};

/// The caller's key of whatever a case is about.
const HERE: u32 = 77;

fn pattern(text: &str) -> Pattern {
    Pattern {
        text: text.to_owned(),
        origin: HERE,
    }
}

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts.iter().copied().map(pattern).collect()
}

fn provider(id: &str) -> ProviderSpec {
    ProviderSpec {
        id: id.to_owned(),
        hosts: patterns(&["video.example.com"]),
        names: patterns(&["acme video"]),
        ..ProviderSpec::default()
    }
}

/// A specification that is taken: one family, one provider, one rule of it, one generic rule.
fn good() -> PackSpec {
    let when = WhenSpec {
        likelihood: Likelihood::Certain,
        phrase: patterns(&["account balance not enough"]),
        code: patterns(&["1102"]),
        origin: HERE,
        ..WhenSpec::default()
    };
    let generic = WhenSpec {
        likelihood: Likelihood::Likely,
        family: vec![("money-empty".to_owned(), HERE)],
        origin: HERE,
        ..WhenSpec::default()
    };
    PackSpec {
        families: vec![FamilySpec {
            id: "money-empty".to_owned(),
            patterns: patterns(&["insufficient (balance|credits?)"]),
            origin: HERE,
        }],
        providers: vec![provider("acme")],
        rules: vec![
            RuleSpec {
                id: "acme/empty".to_owned(),
                provider: Some("acme".to_owned()),
                when: vec![when],
                origin: HERE,
                ..RuleSpec::default()
            },
            RuleSpec {
                id: "generic/empty".to_owned(),
                when: vec![generic],
                origin: HERE,
                ..RuleSpec::default()
            },
        ],
    }
}

/// Changes the good specification; it must then be refused for this reason alone, at the key of the case.
#[track_caller]
fn refused(code: &str, change: impl FnOnce(&mut PackSpec)) -> CompileError {
    let mut spec = good();
    change(&mut spec);
    let errors = compile(&spec).expect_err(code);
    let [error] = errors.as_slice() else {
        panic!("one fault, {} refusals: {errors:#?}", errors.len());
    };
    assert_eq!(error.code, code, "{error:?}");
    assert_eq!(error.origin, HERE, "{error:?}");
    assert!(!error.help.is_empty(), "there is a way out: {error:?}");
    let first = error.message.chars().next().expect("it says what is wrong");
    assert!(
        !first.is_uppercase() && !error.message.ends_with('.'),
        "{error:?}"
    );
    error.clone()
}

/// Changes the good specification; it must still be taken, and the pack read.
#[track_caller]
fn taken(change: impl FnOnce(&mut PackSpec)) -> Engine {
    let mut spec = good();
    change(&mut spec);
    let pack = compile(&spec).expect("taken");
    Engine::from_pack(&pack).expect("read")
}

fn phrase(spec: &mut PackSpec, text: &str) {
    spec.rules[0].when[0].phrase = patterns(&[text]);
}

#[test]
fn the_good_specification_is_taken_and_works() {
    let engine = taken(|_| {});
    let report = engine.diagnose(br#"{"code":1102,"message":"Account balance not enough"}"#);
    assert_eq!(report.findings[0].rule, 0);
    assert_eq!(report.findings[0].provider, Some(0));
    assert_eq!(report.findings[0].likelihood, Likelihood::Certain);
    assert_eq!(engine.diagnose(b"insufficient credits").findings[0].rule, 1);
    assert!(engine.diagnose(b"nothing of the kind").findings.is_empty());
}

/// Only words that `unless` or `unless_words_of` names rule out what is certain.
#[test]
fn words_of_a_family_rule_out_like_those_of_the_rule() {
    let family = || vec![("money-empty".to_owned(), HERE)];
    let found = |change: &dyn Fn(&mut RuleSpec)| {
        let engine = taken(|spec| change(&mut spec.rules[0]));
        let text = br#"{"code":1102,"message":"account balance not enough"}, insufficient credits"#;
        let report = engine.diagnose(text);
        report.findings.iter().any(|finding| finding.rule == 0)
    };
    assert!(found(&|rule| rule.unless_family = family()));
    assert!(!found(&|rule| rule.unless_words_of = family()));
    assert!(!found(
        &|rule| rule.unless = patterns(&["insufficient (balance|credits?)"])
    ));
}

#[test]
fn patterns_are_refused_by_name() {
    for (code, good, bad) in [
        ("no-literal", "balance [a-z]{2,9}", "[a-z]{2,9} [0-9]{3}"),
        ("no-literal", "(low|out of) balance", "(lo|\\w{2} low|x)"),
        ("no-literal", "余额", "я|x"),
        ("folded-character", "account balance", "Account balance"),
        (
            "folded-character",
            "account\\B balance",
            "accounT\\B balance",
        ),
        ("folded-character", "creditos|余额", "créditos|余额"),
        ("folded-character", "\"saldo\"", "“saldo”"),
        ("folded-character", "недостаточно", "Недостаточно"),
        (
            "folded-character",
            "account balance",
            "account\\x07 balance",
        ),
        (
            "folded-character",
            "account balance",
            "\\x07 account balance",
        ),
        (
            "folded-character",
            "account balance",
            "account (\u{7}x){1,2} balance",
        ),
        (
            "folded-character",
            "account balance",
            "account (x|y[\\x07]) balance",
        ),
        ("folded-character", "account balance", "account\\nbalance"),
        (
            "folded-character",
            "account balance",
            "account\\x41 balance",
        ),
        ("folded-character", "account balance", "account\\\\ balance"),
        ("unbounded-repeat", "balance.{0,40}low", "balance.*low"),
        ("unbounded-repeat", "balance \\d{1,9}", "balance \\d+"),
        ("unbounded-repeat", "balance( x){2,4}", "balance( x){2,}"),
        (
            "too-long",
            "balance.{0,80}low.{0,80}",
            "balance.{0,200}low.{0,60}",
        ),
        (
            "too-long",
            "balance( [a-z]{1,9}){0,4}",
            "balance( [a-z]{1,9}){0,40}",
        ),
        ("bad-pattern", "(balance|credits)", "(balance|credits"),
        ("bad-pattern", "balance", ""),
        ("bad-pattern", "balance", " balance"),
        ("bad-pattern", "balance", "balance "),
        ("bad-pattern", "balance low", "^balance low"),
        ("bad-pattern", "balance low", "balance low$"),
        ("bad-pattern", "balance low", "balance low(?= now)"),
        ("bad-pattern", "balance[a-c]", "balance[^活]"),
    ] {
        taken(|spec| phrase(spec, good));
        refused(code, |spec| phrase(spec, bad));
    }
    let alternatives = |count: usize| {
        let each: Vec<String> = (0..count).map(|n| format!("word{n}.{{1,3}}x")).collect();
        format!("({})", each.join("|"))
    };
    taken(|spec| phrase(spec, &alternatives(40)));
    refused("too-many-alternatives", |spec| {
        phrase(spec, &alternatives(60));
    });
}

#[test]
fn a_pattern_is_refused_wherever_it_stands() {
    for place in 0..8 {
        refused("unbounded-repeat", |spec| {
            let bad = patterns(&["balance.*low"]);
            let when = &mut spec.rules[0].when[0];
            match place {
                0 => when.phrase = bad,
                1 => when.also = bad,
                2 => spec.rules[0].unless = bad,
                3 => spec.rules[0].adds.phrase = bad,
                4 => spec.families[0].patterns = bad,
                5 => spec.providers[0].marks = bad,
                6 => spec.providers[0].names = bad,
                _ => spec.rules[1].when[0].phrase = bad,
            }
        });
    }
}

#[test]
fn numbers_alone_are_refused() {
    refused("bare-number", |spec| spec.rules[0].when[0].phrase.clear());
    refused("bare-number", |spec| {
        let when = &mut spec.rules[1].when[0];
        when.family.clear();
        when.status = patterns(&["429"]);
    });
    // A sender, words, or an ambiguous hint make it good.
    taken(|spec| {
        let when = &mut spec.rules[0].when[0];
        when.phrase.clear();
        when.sender = Some(Sender::Named);
    });
    taken(|spec| {
        let rule = &mut spec.rules[1];
        rule.ambiguous = true;
        rule.when[0].family.clear();
        rule.when[0].status = patterns(&["429"]);
        rule.when[0].likelihood = Likelihood::Possible;
    });
    refused("bare-number", |spec| {
        let rule = &mut spec.rules[1];
        rule.ambiguous = true;
        rule.when[0].family.clear();
        rule.when[0].status = patterns(&["429"]);
    });
}

#[test]
fn a_reach_beside_a_loose_number_is_refused() {
    let number = |spec: &mut PackSpec| {
        let when = &mut spec.rules[0].when[0];
        when.number = patterns(&["1102"]);
        when.code.clear();
        when.sender = Some(Sender::Named);
    };
    taken(number);
    taken(|spec| spec.rules[0].when[0].within = Some((40, HERE)));
    for within in [0, 120, 4_000] {
        let error = refused("unused-within", |spec| {
            number(spec);
            spec.rules[0].when[0].within = Some((within, HERE));
        });
        assert!(error.help.contains("within 120 bytes"), "{error:?}");
    }
}

#[test]
fn evidence_has_a_least_and_a_greatest_reach() {
    for within in [2, 4_000] {
        taken(|spec| spec.rules[0].when[0].within = Some((within, HERE)));
    }
    for within in [0, 1, 4_001, 1 << 28, u32::MAX] {
        refused("bad-value", |spec| {
            spec.rules[0].when[0].within = Some((within, HERE));
        });
    }
}

#[test]
fn what_is_told_is_possible_at_most() {
    let told = |spec: &mut PackSpec, likelihood, alone| {
        let when = &mut spec.rules[1].when[0];
        when.told = vec![("money-empty".to_owned(), HERE)];
        when.likelihood = likelihood;
        when.alone = alone;
    };
    refused("told-too-sure", |spec| {
        told(spec, Likelihood::Likely, false)
    });
    refused("told-too-sure", |spec| {
        told(spec, Likelihood::Possible, true)
    });
    refused("unused-within", |spec| {
        told(spec, Likelihood::Possible, false);
        spec.rules[1].when[0].within = Some((300, HERE));
    });
    let engine = taken(|spec| told(spec, Likelihood::Possible, false));
    let found = |text: &str| engine.diagnose(text.as_bytes()).findings.len();
    let complaint = "the panel of our shop says insufficient credits again and again";
    assert_eq!(found(complaint), 1);
    for text in [
        "insufficient credits again".to_owned(),
        format!("what does it mean when {complaint}"),
        format!("{complaint} {}", "again ".repeat(120)),
    ] {
        assert_eq!(found(&text), 0, "{text}");
    }
}

#[test]
fn a_provider_needs_more_than_words() {
    refused("provider-on-words-alone", |spec| {
        spec.rules[0].when[0].code.clear();
    });
    for sender in [Sender::Unknown, Sender::Named, Sender::Proven] {
        taken(|spec| {
            spec.rules[0].when[0].code.clear();
            spec.rules[0].when[0].sender = Some(sender);
        });
    }
    for sender in [Sender::Named, Sender::Proven] {
        refused("sender-in-generic-rule", |spec| {
            spec.rules[1].when[0].sender = Some(sender);
        });
    }
    taken(|spec| spec.rules[1].when[0].sender = Some(Sender::Unknown));
}

#[test]
fn names_that_nothing_has_are_refused() {
    let near = refused("unknown-family", |spec| {
        spec.rules[1].when[0].family = vec![("money-emty".to_owned(), HERE)];
        spec.rules[1].when[0].phrase = patterns(&["balance low"]);
    });
    assert!(near.help.contains("`money-empty`"), "{near:?}");
    refused("unknown-family", |spec| {
        spec.rules[0].unless_family = vec![("none-such".to_owned(), HERE)];
    });
    refused("unknown-family", |spec| {
        spec.rules[0].unless_words_of = vec![("none-such".to_owned(), HERE)];
    });
    refused("unknown-family", |spec| {
        spec.rules[0].adds.family = vec![("none-such".to_owned(), HERE)];
    });
    let near = refused("unknown-rule", |spec| {
        spec.rules[0].candidates = vec![("acme/emty".to_owned(), HERE)];
    });
    assert!(near.help.contains("`acme/empty`"), "{near:?}");
    taken(|spec| spec.rules[0].candidates = vec![("generic/empty".to_owned(), HERE)]);
    let near = refused("unknown-provider", |spec| {
        spec.rules[0].provider = Some("acne".to_owned());
    });
    assert!(near.help.contains("`acme`"), "{near:?}");
}

#[test]
fn evidence_is_needed() {
    refused("no-evidence", |spec| spec.rules[0].when.clear());
    refused("no-evidence", |spec| {
        let when = &mut spec.rules[0].when[0];
        when.phrase.clear();
        when.code.clear();
        // Who sent it is no error.
        when.sender = Some(Sender::Proven);
    });
}

#[test]
fn values_must_be_able_to_stand_there() {
    for (code, status, number) in [
        (Some("error 1102"), None, None),
        (Some(""), None, None),
        (Some("余额"), None, None),
        (None, Some("42"), None),
        (None, Some("42x"), None),
        (None, Some("4290"), None),
        (None, None, Some("42")),
        (None, None, Some("x1102")),
    ] {
        refused("bad-value", |spec| {
            let when = &mut spec.rules[0].when[0];
            when.code.extend(code.map(pattern));
            when.status.extend(status.map(pattern));
            when.number.extend(number.map(pattern));
        });
    }
    let engine = taken(|spec| {
        let when = &mut spec.rules[0].when[0];
        when.code = patterns(&["Out_Of-Funds.v2", "1102"]);
        when.status = patterns(&["429"]);
    });
    let paste =
        br#"HTTP/1.1 429 {"code":"OUT_OF-FUNDS.V2","message":"account balance not enough"}"#;
    assert_eq!(engine.diagnose(paste).findings[0].rule, 0);
}

#[test]
fn there_is_a_greatest_number_of_providers() {
    let many = |count: usize| {
        move |spec: &mut PackSpec| {
            spec.providers.extend((1..count).map(|n| ProviderSpec {
                id: format!("p{n}"),
                hosts: patterns(&[&format!("host{n}.example.org")]),
                origin: HERE,
                ..ProviderSpec::default()
            }))
        }
    };
    taken(many(128));
    refused("too-many-providers", many(129));
}

#[test]
fn there_is_a_greatest_number_of_signs_of_a_provider() {
    let many = |count: usize, list: fn(&mut ProviderSpec) -> &mut Vec<Pattern>| {
        move |spec: &mut PackSpec| {
            spec.providers[0].origin = HERE;
            *list(&mut spec.providers[0]) = (0..count)
                .map(|n| pattern(&format!("sign{n} of it")))
                .collect();
        }
    };
    let hosts: fn(&mut ProviderSpec) -> &mut Vec<Pattern> = |provider| &mut provider.hosts;
    for list in [
        hosts,
        |provider| &mut provider.marks,
        |provider| &mut provider.names,
    ] {
        taken(many(255, list));
        refused("pack-too-large", many(256, list));
    }
}

#[test]
fn lists_of_families_name_no_more_than_the_reader_takes() {
    const FAMILIES: usize = 50;
    const EACH: usize = 400;
    let families = |spec: &mut PackSpec| {
        spec.families.extend((0..FAMILIES).map(|family| {
            FamilySpec {
                id: format!("f{family}"),
                patterns: (0..EACH)
                    .map(|n| pattern(&format!("fault of {family} and {n} here")))
                    .collect(),
                origin: HERE,
            }
        }));
    };
    // An alternative each; what names several families is an item of its own, which names the patterns of all of them.
    let named = |spec: &mut PackSpec, lists: Vec<Vec<usize>>| {
        let when = spec.rules[1].when[0].clone();
        spec.rules[1].when.extend(lists.iter().map(|list| WhenSpec {
            family: list.iter().map(|n| (format!("f{n}"), HERE)).collect(),
            ..when.clone()
        }));
    };
    let pairs: Vec<Vec<usize>> = (0..FAMILIES)
        .flat_map(|a| (0..a).map(move |b| vec![a, b]))
        .collect();
    taken(|spec| {
        families(spec);
        named(spec, pairs.clone());
    });
    let mut spec = good();
    families(&mut spec);
    named(&mut spec, pairs);
    named(
        &mut spec,
        (2..FAMILIES).map(|a| vec![a - 2, a - 1, a]).collect(),
    );
    let errors = compile(&spec).expect_err("more than the reader takes");
    let [error] = errors.as_slice() else {
        panic!("one fault: {errors:#?}");
    };
    assert_eq!(error.code, "pack-too-large");
    assert!(error.message.contains("more than 1048576"), "{error:?}");
}

#[test]
fn all_faults_are_told_at_once_in_their_order() {
    let mut spec = good();
    spec.families[0].patterns = vec![Pattern {
        text: "Balance".to_owned(),
        origin: 1,
    }];
    spec.providers[0].marks = vec![Pattern {
        text: "mark.*".to_owned(),
        origin: 2,
    }];
    spec.rules[0].when[0].phrase = vec![
        Pattern {
            text: "(balance".to_owned(),
            origin: 3,
        },
        Pattern {
            text: "\\d{3}".to_owned(),
            origin: 4,
        },
    ];
    spec.rules[0].candidates = vec![("acme/none".to_owned(), 5)];
    spec.rules[1].provider = Some("nobody".to_owned());
    spec.rules[1].origin = 6;
    spec.rules[1].when[0].origin = 7;
    let errors = compile(&spec).expect_err("six faults");
    let told: Vec<(u32, &str)> = errors.iter().map(|e| (e.origin, e.code)).collect();
    assert_eq!(
        told,
        [
            (1, "folded-character"),
            (2, "unbounded-repeat"),
            (3, "bad-pattern"),
            (4, "no-literal"),
            (5, "unknown-rule"),
            (6, "unknown-provider"),
            (7, "provider-on-words-alone"),
        ]
    );
}

#[test]
fn a_refused_pattern_is_told_at_each_place() {
    let mut spec = good();
    for (rule, origin) in [(0, 1), (1, 2)] {
        spec.rules[rule].when[0].phrase = vec![Pattern {
            text: "balance.*".to_owned(),
            origin,
        }];
    }
    let errors = compile(&spec).expect_err("two faults");
    let told: Vec<u32> = errors.iter().map(|e| e.origin).collect();
    assert_eq!(told, [1, 2]);
}
