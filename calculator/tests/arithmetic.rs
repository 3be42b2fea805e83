//! The tools' arithmetic: known cases with figures of the content, and properties over made-up ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use calculator::catalogue::{
    Catalogue, Disputed, Figure, Job, Model, Pack, Per, Proof, Provider, Rate, Stated, Unit,
    UnitPrice,
};
use calculator::{Day, REASONS, cost, lasting, number, offer, packs};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

const TODAY: &str = "2026-11-20";

fn proof() -> Proof {
    Proof {
        source: "list".into(),
        checked: day("2026-09-30"),
        confidence: "documented".into(),
    }
}

fn unit(id: &str, provider: &str, usd: &str, units: &str) -> Unit {
    Unit {
        id: id.into(),
        provider: Some(provider.into()),
        price: Some(UnitPrice {
            usd: d(usd),
            units: d(units),
            proof: Some(proof()),
            disputed: Vec::new(),
        }),
    }
}

fn rate(
    quality: &str,
    audio: Option<&str>,
    per: Per,
    seconds: Option<u32>,
    amount: &str,
    unit: &str,
) -> Rate {
    let (resolution, mode) = match quality {
        "" => (None, None),
        "std" | "pro" | "master" => (None, Some(quality.into())),
        _ => (Some(quality.into()), None),
    };
    Rate {
        resolution,
        mode,
        audio: audio.map(Into::into),
        input: None,
        per,
        seconds,
        amount: d(amount),
        unit: unit.into(),
        proof: proof(),
    }
}

fn model(id: &str, provider: &str, resells: Option<&str>, rates: Vec<Rate>) -> Model {
    Model {
        id: id.into(),
        provider: provider.into(),
        name: id.into(),
        retired: false,
        retired_on: None,
        replaced_by: None,
        resells: resells.map(Into::into),
        rates,
    }
}

fn pack(id: &str, unit: &str, price: &str, units: &str) -> Pack {
    Pack {
        id: id.into(),
        provider: "kling".into(),
        unit: unit.into(),
        name: id.into(),
        price: d(price),
        units: d(units),
        stated: None,
        validity_days: Some(180),
        lasting: false,
        concurrency: Some(20),
        per_account: None,
        on_sale: true,
        proof: proof(),
        disputed: Vec::new(),
    }
}

fn catalogue() -> Catalogue {
    let v = "kling-video-unit";
    let mut retired = model(
        "v1",
        "kling",
        None,
        vec![rate("std", None, Per::Clip, Some(5), "1", v)],
    );
    retired.retired = true;
    retired.retired_on = Some(day("2026-09-15"));
    retired.replaced_by = Some("turbo".into());
    let withdrawn = Model {
        id: "v0".into(),
        name: "v0".into(),
        retired_on: None,
        ..retired.clone()
    };
    Catalogue {
        stale_after_days: 90,
        providers: vec![
            Provider {
                id: "kling".into(),
                name: "Kling".into(),
                monthly_fee: None,
                parallel: None,
                balance_delay: Some(Figure {
                    value: d("12"),
                    proof: proof(),
                }),
            },
            Provider {
                id: "kie".into(),
                name: "KIE".into(),
                monthly_fee: None,
                parallel: Some(Figure {
                    value: d("100"),
                    proof: proof(),
                }),
                balance_delay: None,
            },
        ],
        units: vec![
            Unit {
                id: "usd".into(),
                provider: None,
                price: Some(UnitPrice {
                    usd: d("1"),
                    units: d("1"),
                    proof: Some(proof()),
                    disputed: vec![],
                }),
            },
            unit(v, "kling", "0.14", "1"),
            unit("kling-image-unit", "kling", "0.0035", "1"),
            unit("kie-credit", "kie", "5", "1000"),
            unit("comfy-credit", "comfy", "1", "211"),
            Unit {
                id: "dark".into(),
                provider: Some("x".into()),
                price: None,
            },
        ],
        models: vec![
            model(
                "k3",
                "kling",
                None,
                vec![
                    rate("720p", Some("none"), Per::Second, None, "0.6", v),
                    rate("1080p", Some("none"), Per::Second, None, "0.8", v),
                    rate("1080p", Some("native"), Per::Second, None, "1.2", v),
                ],
            ),
            model(
                "turbo",
                "kling",
                None,
                vec![
                    rate("std", None, Per::Clip, Some(5), "1.5", v),
                    rate("std", None, Per::Clip, Some(10), "3", v),
                ],
            ),
            retired,
            withdrawn,
            model("none", "kling", None, vec![]),
            model(
                "kie-k3",
                "kie",
                Some("k3"),
                vec![
                    rate("720p", Some("none"), Per::Second, None, "14", "kie-credit"),
                    rate(
                        "1080p",
                        Some("native"),
                        Per::Second,
                        None,
                        "27",
                        "kie-credit",
                    ),
                ],
            ),
            model(
                "kie-seedance",
                "kie",
                None,
                vec![rate("1080p", None, Per::Second, None, "102", "kie-credit")],
            ),
            model(
                "comfy-k3",
                "comfy",
                Some("k3"),
                vec![rate(
                    "1080p",
                    Some("native"),
                    Per::Second,
                    None,
                    "35.45",
                    "comfy-credit",
                )],
            ),
            model(
                "clips-k3",
                "x",
                Some("k3"),
                vec![rate("pro", None, Per::Clip, Some(5), "0.56", "usd")],
            ),
            model(
                "dark-k3",
                "x",
                Some("k3"),
                vec![rate(
                    "1080p",
                    Some("native"),
                    Per::Second,
                    None,
                    "3",
                    "dark",
                )],
            ),
        ],
        packs: vec![
            Pack {
                per_account: Some(1),
                validity_days: Some(30),
                concurrency: None,
                disputed: vec![Disputed {
                    field: "concurrency".into(),
                    values: vec![
                        Stated {
                            value: d("2"),
                            source: "a".into(),
                            note: String::new(),
                        },
                        Stated {
                            value: d("6"),
                            source: "b".into(),
                            note: String::new(),
                        },
                    ],
                }],
                ..pack("trial", v, "9.8", "100")
            },
            pack("small", v, "700", "5000"),
            pack("large", v, "7560", "60000"),
            Pack {
                on_sale: false,
                stated: Some(d("0.126")),
                ..pack("old", v, "6300", "45000")
            },
            Pack {
                validity_days: None,
                concurrency: None,
                lasting: true,
                provider: "kie".into(),
                ..pack("kie", "kie-credit", "5", "1000")
            },
        ],
    }
}

fn job(model: &str, quality: &str, audio: &str, seconds: &str) -> Job {
    Job {
        model: model.into(),
        quality: quality.into(),
        audio: audio.into(),
        input: String::new(),
        seconds: seconds.into(),
    }
}

fn ask(job: Job, videos: &str) -> Result<cost::Cost, calculator::Refusal> {
    cost::cost(
        &catalogue(),
        &cost::Question {
            job,
            videos: videos.into(),
            idr: "16500".into(),
            today: day(TODAY),
        },
    )
}

#[test]
fn a_job_costs_units_and_money() {
    let answer = ask(job("k3", "1080p", "native", "10"), "20").unwrap();
    assert_eq!((answer.each, answer.units), (d("12"), d("240")));
    let price = answer.price.unwrap();
    assert_eq!(
        (price.usd, price.exact, price.idr),
        (d("33.6"), true, Some(d("554400")))
    );
    // Two trials would be cheaper, but an account may buy one.
    let plan = answer.cheapest.unwrap();
    assert_eq!(
        plan.items
            .iter()
            .map(|i| (i.pack.as_str(), i.count))
            .collect::<Vec<_>>(),
        [("small", 1)]
    );
    assert_eq!((plan.price.usd, plan.left), (d("700"), d("4760")));
    assert_eq!(plan.items[0].expires.unwrap().to_string(), "2027-05-19");
    assert_eq!(
        answer
            .alone
            .iter()
            .map(|p| p.items[0].pack.as_str())
            .collect::<Vec<_>>(),
        ["small", "large"]
    );
}

#[test]
fn packs_are_combined_where_that_is_cheaper() {
    // 5,050 units: one small pack and one trial, not two small ones.
    let answer = ask(job("k3", "720p", "none", "10"), "841").unwrap();
    assert_eq!(answer.units, d("5046"));
    let plan = answer.cheapest.unwrap();
    assert_eq!(
        plan.items
            .iter()
            .map(|i| (i.pack.as_str(), i.count))
            .collect::<Vec<_>>(),
        [("trial", 1), ("small", 1)]
    );
    assert_eq!((plan.price.usd, plan.left), (d("709.8"), d("54")));
}

#[test]
fn the_same_job_elsewhere() {
    let answer = ask(job("k3", "1080p", "native", "5"), "1").unwrap();
    let beside: Vec<_> = answer
        .beside
        .iter()
        .map(|b| {
            (
                b.model.as_str(),
                b.price.as_ref().map(|p| p.usd),
                b.unstated.clone(),
            )
        })
        .collect();
    assert_eq!(
        beside,
        [
            ("clips-k3", Some(d("0.56")), vec!["audio"]),
            ("kie-k3", Some(d("0.675")), vec![]),
            ("comfy-k3", Some(d("0.84")), vec![]),
            ("dark-k3", None, vec![]),
        ]
    );
    assert!(!answer.beside[2].price.as_ref().unwrap().exact);
    assert_eq!(
        answer.beside[3].refusal.as_ref().unwrap().reason,
        "no-price"
    );
    // What another list does not sell is said, not priced as nothing.
    let refusal_of_clips = |job| {
        let answer = ask(job, "1").unwrap();
        let clips = answer.beside.iter().find(|b| b.model == "clips-k3");
        let refusal = clips.unwrap().refusal.as_ref();
        refusal.map(|r| (r.reason, r.values.clone()))
    };
    assert_eq!(
        refusal_of_clips(job("k3", "1080p", "native", "7")),
        Some(("clip-length", vec!["5".to_owned()]))
    );
    // So is which options the other list has, where it has not those that were asked for.
    assert_eq!(
        refusal_of_clips(job("k3", "720p", "none", "5")),
        Some(("no-option", vec!["pro//".to_owned()]))
    );
}

#[test]
fn what_is_unknown_is_explained() {
    for (job, videos, reason, values) in [
        (job("k9", "", "", "5"), "1", "unknown-model", "k9"),
        (
            job("v1", "std", "", "5"),
            "1",
            "retired",
            "v1 2026-09-15 turbo",
        ),
        (job("v0", "std", "", "5"), "1", "withdrawn", "v0 turbo"),
        (job("none", "", "", "5"), "1", "no-rate", "none"),
        (
            job("k3", "4K", "none", "5"),
            "1",
            "no-option",
            "720p/none/ 1080p/none/ 1080p/native/",
        ),
        (job("turbo", "std", "", "7"), "1", "clip-length", "5 10"),
        (job("k3", "720p", "none", "0"), "1", "zero", ""),
        (job("k3", "720p", "none", "5"), "1,5", "not-whole", ""),
        (
            job("k3", "720p", "none", "5"),
            "10000000",
            "out-of-range",
            "1000000",
        ),
        (
            job("k3", "720p", "none", "3601"),
            "1",
            "out-of-range",
            "3600",
        ),
    ] {
        let refusal = ask(job, videos).unwrap_err();
        assert_eq!(
            (refusal.reason, refusal.values.join(" ").as_str()),
            (reason, values)
        );
        assert!(REASONS.contains(&refusal.reason));
    }
}

fn last(
    balance: &str,
    own: &str,
    jobs: Vec<(Job, &str)>,
) -> Result<lasting::Lasting, calculator::Refusal> {
    lasting::lasting(
        &catalogue(),
        &lasting::Question {
            balance: balance.into(),
            jobs: jobs
                .into_iter()
                .map(|(job, per_day)| lasting::Daily {
                    job,
                    per_day: per_day.into(),
                })
                .collect(),
            refill_hours: "10".into(),
            busiest: "6".into(),
            minutes: "5".into(),
            alert: own.into(),
            expires: String::new(),
            packs: Vec::new(),
            idr: String::new(),
            today: day(TODAY),
        },
    )
}

/// The incident note advised to fill up to 10,000 and to alert below 10,000.
#[test]
fn the_alert_of_the_incident_note_fires_on_the_first_video() {
    let answer = last(
        "10000",
        "10000",
        vec![(job("kie-k3", "1080p", "native", "10"), "40")],
    )
    .unwrap();
    let own = answer.own.unwrap();
    // As many as the table says are left of the same balance.
    assert_eq!((own.jobs, own.fires_after), (37, 1));
    assert_eq!(answer.jobs[0].left, 37);
    assert_eq!(answer.worth.unwrap().usd, d("50"));
    // Ten hours at six jobs an hour are more than a day's forty jobs: the whole day's is enough.
    assert_eq!((answer.alert.jobs, answer.alert.units), (40, d("10800")));
    assert_eq!(answer.alert.fires_after, 0);
    assert_eq!(answer.least, d("11070"));
    let answer = last(
        "11070",
        "",
        vec![(job("kie-k3", "1080p", "native", "10"), "40")],
    )
    .unwrap();
    assert_eq!(answer.alert.fires_after, 2);
    assert_eq!((answer.days, answer.empty_on), (d("1"), day("2026-11-21")));
}

#[test]
fn a_balance_that_is_shown_late_alerts_earlier() {
    let answer = last(
        "600",
        "",
        vec![
            (job("k3", "720p", "none", "5"), "100"),
            (job("k3", "1080p", "native", "5"), "10"),
        ],
    )
    .unwrap();
    assert_eq!((answer.per_day, answer.days), (d("360"), d("1.6")));
    assert_eq!(answer.dearest, 1);
    assert_eq!(answer.delay_hours, 12);
    // 22 hours at six an hour would be 132, a day has 110.
    assert_eq!((answer.alert.jobs, answer.alert.units), (110, d("660")));
    let chart = answer.chart.unwrap();
    assert_eq!((chart.days, chart.empty), (2, 833));
}

#[test]
fn jobs_at_once_count_the_largest_pack() {
    let mut question = lasting::Question {
        balance: "5000".into(),
        jobs: vec![lasting::Daily {
            job: job("k3", "720p", "none", "5"),
            per_day: "1000".into(),
        }],
        refill_hours: "24".into(),
        busiest: "300".into(),
        minutes: "5".into(),
        alert: String::new(),
        expires: "2026-11-22".into(),
        packs: vec!["small".into(), "large".into()],
        idr: String::new(),
        today: day(TODAY),
    };
    let answer = lasting::lasting(&catalogue(), &question).unwrap();
    assert_eq!(
        (
            answer.parallel.needed,
            answer.parallel.allowed,
            answer.parallel.enough
        ),
        (25, Some(d("20")), Some(false))
    );
    let expiry = answer.expiry.unwrap();
    assert_eq!(
        (expiry.days, expiry.void, expiry.use_up),
        (2, d("0"), Some(d("2500")))
    );
    question.packs = vec!["trial".into()];
    let answer = lasting::lasting(&catalogue(), &question).unwrap();
    assert_eq!(
        (
            answer.parallel.allowed,
            answer.parallel.enough,
            answer.parallel.disputed
        ),
        (None, None, vec![d("2"), d("6")])
    );
    question.packs = vec!["kie".into()];
    assert_eq!(
        lasting::lasting(&catalogue(), &question)
            .unwrap_err()
            .reason,
        "unknown-pack"
    );
}

/// 1,000 units at 60 a day would last sixteen days, but are void before.
#[test]
fn units_last_no_longer_than_they_are_valid() {
    let ask = |expires: &str| {
        let question = lasting::Question {
            balance: "1000".into(),
            jobs: vec![lasting::Daily {
                job: job("k3", "720p", "none", "5"),
                per_day: "20".into(),
            }],
            refill_hours: "12".into(),
            busiest: String::new(),
            minutes: "5".into(),
            alert: "500".into(),
            expires: expires.into(),
            packs: Vec::new(),
            idr: String::new(),
            today: day(TODAY),
        };
        lasting::lasting(&catalogue(), &question).unwrap()
    };
    let whole = ask("");
    assert_eq!((whole.days, whole.empty_on), (d("16.6"), day("2026-12-06")));
    let soon = ask("2026-11-23");
    assert_eq!((soon.days, soon.empty_on), (d("3"), day("2026-11-23")));
    let expiry = soon.expiry.unwrap();
    assert_eq!((expiry.days, expiry.void), (3, d("820")));
    assert_eq!(expiry.use_up, Some(d("333.33")));
    // The drawing shows what is lost: it is as wide as the units would have lasted.
    let chart = soon.chart.unwrap();
    assert_eq!((chart.days, chart.empty), (17, 980));
    assert_eq!((chart.expiry, chart.lost), (Some(176), 820));
    // Until then it pays for as much as without an expiry.
    assert_eq!(soon.jobs[0].left, whole.jobs[0].left);
    for gone in ["2026-11-20", "2026-11-01"] {
        let gone = ask(gone);
        assert_eq!((gone.days, gone.empty_on), (d("0"), day(TODAY)));
        assert_eq!((gone.jobs[0].left, gone.alert.fires_after), (0, 0));
        assert_eq!(gone.own.unwrap().fires_after, 0);
        assert_eq!(gone.worth.unwrap().usd, d("0"));
        let expiry = gone.expiry.unwrap();
        assert_eq!((expiry.days, expiry.void), (0, d("1000")));
        assert_eq!(expiry.use_up, None);
    }
    // A later expiry than the last unit changes nothing.
    let late = ask("2027-11-23");
    assert_eq!((late.days, late.empty_on), (whole.days, whole.empty_on));
    assert_eq!(late.chart.unwrap().lost, 0);
}

/// 45,000 units at 80 a day would last 562 days, but no pack is valid for more than 180.
#[test]
fn nothing_is_promised_beyond_the_longest_validity() {
    let ask =
        |catalogue: &Catalogue, balance: &str, expires: &str, (model, audio): (&str, &str)| {
            let question = lasting::Question {
                balance: balance.into(),
                jobs: vec![lasting::Daily {
                    job: job(model, "1080p", audio, "10"),
                    per_day: "20".into(),
                }],
                refill_hours: "12".into(),
                busiest: String::new(),
                minutes: "5".into(),
                alert: "10.000".into(),
                expires: expires.into(),
                packs: Vec::new(),
                idr: String::new(),
                today: day(TODAY),
            };
            lasting::lasting(catalogue, &question).unwrap()
        };
    let kling = ("k3", "none");
    let mut known = catalogue();
    let long = ask(&known, "90000", "", kling);
    assert_eq!((long.days, long.empty_on), (d("180"), day("2027-05-19")));
    assert_eq!(long.validity.unwrap().days, 180);
    let expiry = long.expiry.unwrap();
    assert_eq!(
        (expiry.days, expiry.void),
        (180, d("90000") - long.per_day * d("180"))
    );
    // Nobody sets an alert of ten.
    assert_eq!(long.own.unwrap().units, d("10000"));
    // Used up before: known, but nothing is cut.
    let short = ask(&known, "1600", "", kling);
    assert!(short.expiry.is_none() && short.validity.is_some());
    assert!(short.days < d("180"));
    // A day that is given decides, be it later.
    let given = ask(&known, "90000", "2028-01-01", kling);
    assert!(given.validity.is_none() && given.days > d("180"));
    // No pack of the unit is known.
    let kie = ask(&known, "9000000", "", ("kie-k3", "native"));
    assert!(kie.validity.is_none() && kie.expiry.is_none());
    // One pack that may last longer, and nothing is known.
    let (term, mine) = (known.packs[0].validity_days, |p: &Pack| {
        p.unit == "kling-video-unit"
    });
    assert!(mine(&known.packs[0]) && term.is_some());
    known.packs[0].validity_days = None;
    assert!(ask(&known, "90000", "", kling).validity.is_none());
    known.packs[0].validity_days = term;
    known.packs[0].lasting = true;
    assert!(ask(&known, "90000", "", kling).validity.is_none());
}

#[test]
fn a_rounding_makes_nobody_the_cheapest() {
    let mut known = catalogue();
    let asked = || cost::Question {
        job: job("k3", "1080p", "native", "5"),
        videos: "1".into(),
        idr: String::new(),
        today: day(TODAY),
    };
    let order = |known: &Catalogue| -> Vec<(String, bool)> {
        let beside = cost::cost(known, &asked()).unwrap().beside;
        beside.into_iter().map(|b| (b.model, b.stale)).collect()
    };
    let mut clips_cost = |amount: &str| {
        let clips = known.models.iter_mut().find(|m| m.id == "clips-k3");
        for rate in &mut clips.unwrap().rates {
            rate.amount = d(amount);
            rate.proof.checked = day("2026-01-01");
        }
        order(&known)
    };
    // 135 credits at 0.005 are 0.675; the clip costs 0.0001 less, and its figure is old.
    assert_eq!(
        clips_cost("0.6749")[..2],
        [("kie-k3".to_owned(), false), ("clips-k3".to_owned(), true)]
    );
    // A difference that is one.
    assert_eq!(clips_cost("0.67")[0].0, "clips-k3");
}

#[test]
fn a_balance_below_nothing_has_no_jobs_left() {
    let answer = last("-0,54", "", vec![(job("kie-k3", "720p", "none", "5"), "1")]).unwrap();
    assert_eq!(
        (answer.days, answer.jobs[0].left, answer.alert.fires_after),
        (d("0"), 0, 0)
    );
    assert_eq!((answer.balance, answer.chart), (d("-0.54"), None));
    for nothing in ["0", "0,00", "-0"] {
        let answer = last(nothing, "", vec![(job("kie-k3", "720p", "none", "5"), "1")]).unwrap();
        assert_eq!(answer.balance.to_string(), "0");
        assert_eq!((answer.days, answer.chart), (d("0"), None));
    }
    // A balance may be a thousand or one; a number of videos is whole.
    let one = || vec![(job("k3", "720p", "none", "5"), "1.000")];
    let refusal = last("1.000", "", one()).unwrap_err();
    assert_eq!(refusal.reason, "ambiguous-number");
    assert_eq!(refusal.values, ["1000", "1.0000"]);
    assert_eq!(last("1", "", one()).unwrap().jobs[0].per_day, 1000);
    let mixed = vec![
        (job("kie-k3", "720p", "none", "5"), "1"),
        (job("k3", "720p", "none", "5"), "1"),
    ];
    assert_eq!(last("1", "", mixed).unwrap_err().reason, "other-unit");
    assert_eq!(last("1", "", vec![]).unwrap_err().reason, "empty");
}

fn judge(unit: &str, price: &str, units: &str, discount: &str, per_unit: &str) -> offer::Offer {
    offer::offer(
        &catalogue(),
        &offer::Question {
            unit: unit.into(),
            price: price.into(),
            currency: "usd".into(),
            units: units.into(),
            discount: discount.into(),
            per_unit: per_unit.into(),
            idr: String::new(),
            today: day(TODAY),
        },
    )
    .unwrap()
}

/// The credits note sells 45,000 units for 6,300 dollars as ten percent off.
#[test]
fn a_discount_that_does_not_follow_is_named() {
    let answer = judge("kling-video-unit", "$6,300.00", "45.000,0", "10%", "0.126");
    assert_eq!(
        (answer.per_unit, answer.exact, answer.list, answer.discount),
        (d("0.14"), true, Some(d("0.14")), Some(d("0")))
    );
    let claimed = answer.claimed.unwrap();
    assert!(!claimed.follows);
    assert_eq!(claimed.price.unwrap().usd, d("5670"));
    assert!(!answer.claimed_unit.unwrap().follows);
    assert_eq!(answer.verdicts, ["claim-false", "at-list"]);
    assert_eq!(answer.known[0].pack, "trial");
    // As the note writes it.
    assert_eq!(
        judge("kling-video-unit", "$6,300", "45,000", "10.000", "0.126").verdicts,
        answer.verdicts
    );

    let answer = judge("kling-video-unit", "7560", "60000", "10", "0.126");
    assert_eq!(answer.verdicts, ["below-list", "claim-true"]);
    assert_eq!(answer.discount, Some(d("10")));
}

#[test]
fn what_is_too_cheap_may_be_another_unit() {
    let answer = judge("kling-video-unit", "2.39", "1000", "", "");
    assert_eq!(answer.verdicts, ["too-cheap", "other-unit", "below-list"]);
    assert_eq!(answer.other_unit.as_deref(), Some("kling-image-unit"));
    assert_eq!(
        judge("kling-video-unit", "20", "100", "", "").verdicts,
        ["above-list"]
    );
    assert_eq!(
        judge("dark", "20", "100", "10", "").verdicts,
        ["claim-false", "no-list"]
    );
}

#[test]
fn rupiah_need_a_rate() {
    let mut question = offer::Question {
        unit: "kie-credit".into(),
        price: "Rp 82.500,00".into(),
        currency: "idr".into(),
        units: "1000".into(),
        discount: String::new(),
        per_unit: String::new(),
        idr: String::new(),
        today: day(TODAY),
    };
    assert_eq!(
        offer::offer(&catalogue(), &question).unwrap_err().field,
        "idr"
    );
    question.currency = "eur".into();
    let refusal = offer::offer(&catalogue(), &question).unwrap_err();
    assert_eq!(
        (refusal.field, refusal.reason, refusal.values),
        ("currency", "unknown-currency", vec!["eur".to_owned()])
    );
    question.currency = "idr".into();
    // Rupiah have no thousandths, and neither have units.
    question.price = "82.500".into();
    question.units = "1,000".into();
    // Nobody means sixteen rupiah and a half for a dollar.
    question.idr = "16.500".into();
    let answer = offer::offer(&catalogue(), &question).unwrap();
    assert_eq!(
        (answer.price.usd, answer.discount, answer.verdicts),
        (d("5"), Some(d("0")), vec!["at-list"])
    );
}

/// Every way to buy up to `most` of each.
fn brute(packs: &[Pack], need: Decimal, most: u32) -> Option<Decimal> {
    match packs.split_first() {
        None => (need <= Decimal::ZERO).then_some(Decimal::ZERO),
        Some((first, rest)) => (0..=first.per_account.unwrap_or(most))
            .filter_map(|n| {
                let n = Decimal::from(n);
                brute(rest, need - first.units * n, most).map(|price| price + first.price * n)
            })
            .min(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_packs_are_cheaper_than_the_cheapest(
        sizes in prop::collection::vec((1_i64..=12, 1_i64..=400, prop::option::of(0_u32..=2)), 1..=4),
        need in 1_i64..=400,
    ) {
        let packs: Vec<Pack> = sizes.iter().enumerate().map(|(n, (size, price, most))| Pack {
            per_account: *most,
            ..pack(&n.to_string(), "u", &Decimal::new(*price, 2).to_string(), &Decimal::new(size * 25, 1).to_string())
        }).collect();
        // Up to 40 units, each pack 2.5 or more: sixteen of one always do.
        let need = Decimal::new(need, 1);
        let refs: Vec<&Pack> = packs.iter().collect();
        let plan = packs::cheapest(&refs, need, None, catalogue().clock(day(TODAY))).unwrap();
        prop_assert_eq!(plan.as_ref().map(|p| p.price.usd), brute(&packs, need, 16).map(|p| p.normalize()));
        if let Some(plan) = plan {
            prop_assert!(plan.units >= need);
            prop_assert_eq!(plan.left, plan.units - need);
            for item in &plan.items {
                let limit = packs[item.pack.parse::<usize>().unwrap()].per_account;
                prop_assert!(limit.is_none_or(|most| item.count <= u64::from(most)));
            }
        }
    }

    /// Against integers: amount, length, count and price as whole ten-thousandths.
    #[test]
    fn costs_are_exact(amount in 1_i64..=2_000_000, seconds in 1_u32..=3600, videos in 1_u32..=1_000_000, usd in 1_i64..=1_000_000) {
        let mut catalogue = catalogue();
        catalogue.models[0].rates[0].amount = Decimal::new(amount, 4);
        catalogue.units[1].price.as_mut().unwrap().usd = Decimal::new(usd, 4);
        let answer = cost::cost(&catalogue, &cost::Question {
            job: job("k3", "720p", "none", &seconds.to_string()),
            videos: videos.to_string(),
            idr: String::new(),
            today: day(TODAY),
        });
        let units = i128::from(amount) * i128::from(seconds) * i128::from(videos);
        match answer {
            Ok(answer) => {
                prop_assert_eq!(answer.units, Decimal::from_i128_with_scale(units, 4).normalize());
                // Rounded to four decimals, half away from zero.
                let exact = units * i128::from(usd);
                let price = (exact + 5_000) / 10_000;
                let money = answer.price.unwrap();
                prop_assert_eq!(money.usd, Decimal::from_i128_with_scale(price, 4).normalize());
                prop_assert_eq!(money.exact, exact % 10_000 == 0);
            }
            // More steps of a pack than are searched.
            Err(refusal) => {
                prop_assert_eq!(refusal.reason, "too-large");
                prop_assert!(units / 10_000 > 200_000 * 100);
            }
        }
    }

    #[test]
    fn nothing_typed_panics(text in "\\PC{0,24}|[0-9.,$% -]{0,24}", other in "[0-9.,]{0,12}") {
        let _ = number::parse("x", &text);
        let _ = ask(job("k3", &text, "none", &other), &text);
        let _ = last(&text, &other, vec![(job("k3", "720p", "none", &other), &text)]);
        let catalogue = catalogue();
        let _ = offer::offer(&catalogue, &offer::Question {
            unit: "kling-video-unit".into(),
            price: text.clone(),
            currency: "usd".into(),
            units: other.clone(),
            discount: text.clone(),
            per_unit: other,
            idr: text,
            today: day(TODAY),
        });
    }

    /// A number written by either habit reads back as itself.
    #[test]
    fn numbers_read_back(whole in 0_u64..=999_999_999_999, fraction in 0_u32..=999_999) {
        let groups = |sign: &str| {
            let digits = whole.to_string();
            let first = (digits.len() + 2) % 3 + 1;
            let mut out = digits[..first].to_owned();
            for n in (first..digits.len()).step_by(3) {
                out.push_str(sign);
                out.push_str(&digits[n..n + 3]);
            }
            out
        };
        let exact: Decimal = format!("{whole}.{fraction:06}").parse().unwrap();
        for text in [
            format!("{}.{fraction:06}", groups(",")),
            format!("{},{fraction:06}", groups(".")),
            format!("{},{fraction:06}", groups(" ")),
            format!("{whole}.{fraction:06}"),
            format!("{whole},{fraction:06}"),
        ] {
            prop_assert_eq!(number::parse("x", &text), Ok(exact.normalize()), "{}", text);
        }
    }
}
