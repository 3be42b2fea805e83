//! JSON to the calculator's questions, its answers to JSON. Decimals are strings both ways.

use calculator::catalogue::{
    Catalogue, Disputed, Figure, Job, Model, Pack, Per, Proof, Provider, Rate, Stated, Unit,
    UnitPrice,
};
use calculator::cost::{self, Cost};
use calculator::lasting::{self, Alert, Lasting};
use calculator::offer::{self, Claim, Offer};
use calculator::packs::Plan;
use calculator::{Day, Money, Refusal};
use rust_decimal::Decimal;
use serde_json::{Value, json};

/// What is not as it should be.
pub type Fault = String;

type Read<T> = Result<T, Fault>;

/// Reads a document.
///
/// # Errors
/// Where it is no JSON.
pub fn parse(json: &str) -> Read<Value> {
    serde_json::from_str(json).map_err(|e| e.to_string())
}

fn wrong(key: &str, what: &str) -> Fault {
    format!("`{key}` is no {what}")
}

/// Text; empty where it is absent, which the calculator refuses where it matters.
fn text(from: &Value, key: &str) -> String {
    from[key].as_str().unwrap_or_default().to_owned()
}

fn maybe(from: &Value, key: &str) -> Option<String> {
    from[key].as_str().map(str::to_owned)
}

fn decimal(from: &Value, key: &str) -> Read<Decimal> {
    from[key]
        .as_str()
        .and_then(|s| Decimal::from_str_exact(s).ok())
        .ok_or_else(|| wrong(key, "decimal"))
}

fn small(from: &Value, key: &str) -> Read<Option<u32>> {
    match &from[key] {
        Value::Null => Ok(None),
        value => value
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .map(Some)
            .ok_or_else(|| wrong(key, "number")),
    }
}

fn flag(from: &Value, key: &str) -> bool {
    from[key].as_bool().unwrap_or(false)
}

fn day(from: &Value, key: &str) -> Read<Day> {
    from[key]
        .as_str()
        .and_then(Day::parse)
        .ok_or_else(|| wrong(key, "day"))
}

fn list<T>(from: &Value, key: &str, read: fn(&Value) -> Read<T>) -> Read<Vec<T>> {
    from[key]
        .as_array()
        .ok_or_else(|| wrong(key, "list"))?
        .iter()
        .map(read)
        .collect()
}

fn present<T>(from: &Value, key: &str, read: fn(&Value) -> Read<T>) -> Read<Option<T>> {
    match &from[key] {
        Value::Null => Ok(None),
        value => read(value).map(Some),
    }
}

fn proof(v: &Value) -> Read<Proof> {
    Ok(Proof {
        source: text(v, "source"),
        checked: day(v, "checked")?,
        confidence: text(v, "confidence"),
    })
}

fn figure(v: &Value) -> Read<Figure> {
    Ok(Figure {
        value: decimal(v, "value")?,
        proof: proof(&v["proof"])?,
    })
}

fn stated(v: &Value) -> Read<Stated> {
    Ok(Stated {
        value: decimal(v, "value")?,
        source: text(v, "source"),
        note: text(v, "note"),
    })
}

/// What the generator wrote.
///
/// # Errors
/// With the key that is not as it should be.
pub fn catalogue(v: &Value) -> Read<Catalogue> {
    Ok(Catalogue {
        stale_after_days: v["stale_after_days"]
            .as_i64()
            .ok_or_else(|| wrong("stale_after_days", "number"))?,
        providers: list(v, "providers", |v| {
            Ok(Provider {
                id: text(v, "id"),
                name: text(v, "name"),
                monthly_fee: present(v, "monthly_fee", figure)?,
                parallel: present(v, "parallel", figure)?,
                balance_delay: present(v, "balance_delay", figure)?,
            })
        })?,
        units: list(v, "units", |v| {
            Ok(Unit {
                id: text(v, "id"),
                provider: maybe(v, "provider"),
                price: present(v, "price", |v| {
                    Ok(UnitPrice {
                        usd: decimal(v, "usd")?,
                        units: decimal(v, "units")?,
                        proof: present(v, "proof", proof)?,
                        disputed: list(v, "disputed", stated)?,
                    })
                })?,
            })
        })?,
        models: list(v, "models", |v| {
            Ok(Model {
                id: text(v, "id"),
                provider: text(v, "provider"),
                name: text(v, "name"),
                retired: flag(v, "retired"),
                retired_on: match &v["retired_on"] {
                    Value::Null => None,
                    _ => Some(day(v, "retired_on")?),
                },
                replaced_by: maybe(v, "replaced_by"),
                resells: maybe(v, "resells"),
                rates: list(v, "rates", |v| {
                    Ok(Rate {
                        resolution: maybe(v, "resolution"),
                        mode: maybe(v, "mode"),
                        audio: maybe(v, "audio"),
                        input: maybe(v, "input"),
                        per: match v["per"].as_str() {
                            Some("second") => Per::Second,
                            Some("clip") => Per::Clip,
                            _ => return Err(wrong("per", "measure")),
                        },
                        seconds: small(v, "seconds")?,
                        amount: decimal(v, "amount")?,
                        unit: text(v, "unit"),
                        proof: proof(&v["proof"])?,
                    })
                })?,
            })
        })?,
        packs: list(v, "packs", |v| {
            Ok(Pack {
                id: text(v, "id"),
                provider: text(v, "provider"),
                unit: text(v, "unit"),
                name: text(v, "name"),
                price: decimal(v, "price")?,
                units: decimal(v, "units")?,
                stated: match &v["stated"] {
                    Value::Null => None,
                    _ => Some(decimal(v, "stated")?),
                },
                validity_days: small(v, "validity_days")?,
                lasting: flag(v, "lasting"),
                concurrency: small(v, "concurrency")?,
                per_account: small(v, "per_account")?,
                on_sale: flag(v, "on_sale"),
                proof: proof(&v["proof"])?,
                disputed: list(v, "disputed", |v| {
                    Ok(Disputed {
                        field: text(v, "field"),
                        values: list(v, "values", stated)?,
                    })
                })?,
            })
        })?,
    })
}

fn job(v: &Value) -> Job {
    Job {
        model: text(v, "model"),
        quality: text(v, "quality"),
        audio: text(v, "audio"),
        input: text(v, "input"),
        seconds: text(v, "seconds"),
    }
}

/// A question about costs.
///
/// # Errors
/// Without the day of the question.
pub fn cost_question(v: &Value) -> Read<cost::Question> {
    Ok(cost::Question {
        job: job(&v["job"]),
        videos: text(v, "videos"),
        idr: text(v, "idr"),
        today: day(v, "today")?,
    })
}

/// A question about a balance.
///
/// # Errors
/// Without the day of the question, or jobs or packs that are no lists.
pub fn lasting_question(v: &Value) -> Read<lasting::Question> {
    Ok(lasting::Question {
        balance: text(v, "balance"),
        jobs: list(v, "jobs", |v| {
            Ok(lasting::Daily {
                job: job(v),
                per_day: text(v, "per_day"),
            })
        })?,
        refill_hours: text(v, "refill_hours"),
        busiest: text(v, "busiest"),
        minutes: text(v, "minutes"),
        alert: text(v, "alert"),
        expires: text(v, "expires"),
        packs: list(v, "packs", |v| {
            v.as_str()
                .map(str::to_owned)
                .ok_or_else(|| wrong("packs", "list of ids"))
        })?,
        idr: text(v, "idr"),
        today: day(v, "today")?,
    })
}

/// A question about an offer.
///
/// # Errors
/// Without the day of the question.
pub fn offer_question(v: &Value) -> Read<offer::Question> {
    Ok(offer::Question {
        unit: text(v, "unit"),
        price: text(v, "price"),
        currency: text(v, "currency"),
        units: text(v, "units"),
        discount: text(v, "discount"),
        per_unit: text(v, "per_unit"),
        idr: text(v, "idr"),
        today: day(v, "today")?,
    })
}

fn string<T: ToString>(value: T) -> Value {
    Value::String(value.to_string())
}

fn optional<T: ToString>(value: Option<T>) -> Value {
    value.map_or(Value::Null, string)
}

fn money(m: &Money) -> Value {
    json!({ "usd": string(m.usd), "exact": m.exact, "idr": optional(m.idr) })
}

fn optional_money(m: Option<&Money>) -> Value {
    m.map_or(Value::Null, money)
}

fn plan(p: &Plan) -> Value {
    let items: Vec<Value> = p
        .items
        .iter()
        .map(|i| json!({ "pack": i.pack, "count": i.count, "expires": optional(i.expires), "stale": i.stale }))
        .collect();
    json!({ "items": items, "price": money(&p.price), "units": string(p.units), "left": string(p.left) })
}

/// Why there is no answer.
#[must_use]
pub fn refusal(r: &Refusal) -> Value {
    json!({ "field": r.field, "reason": r.reason, "values": r.values })
}

/// What it costs.
#[must_use]
pub fn cost_answer(c: &Cost) -> Value {
    let beside: Vec<Value> = c
        .beside
        .iter()
        .map(|b| {
            json!({
                "model": b.model,
                "rate": b.rate,
                "stale": b.stale,
                "unit": b.unit,
                "units": optional(b.units),
                "price": optional_money(b.price.as_ref()),
                "unstated": b.unstated,
                "refusal": b.refusal.as_ref().map_or(Value::Null, refusal),
            })
        })
        .collect();
    json!({
        "model": c.model,
        "rate": c.rate,
        "stale": c.stale,
        "unit": c.unit,
        "each": string(c.each),
        "videos": c.videos,
        "units": string(c.units),
        "price": optional_money(c.price.as_ref()),
        "cheapest": c.cheapest.as_ref().map_or(Value::Null, plan),
        "alone": c.alone.iter().map(plan).collect::<Vec<_>>(),
        "beside": beside,
    })
}

fn alert(a: &Alert) -> Value {
    json!({ "jobs": a.jobs, "units": string(a.units), "fires_after": a.fires_after })
}

/// How long it lasts.
#[must_use]
pub fn lasting_answer(l: &Lasting) -> Value {
    let jobs: Vec<Value> = l
        .jobs
        .iter()
        .map(|j| {
            json!({
                "model": j.model,
                "rate": j.rate,
                "stale": j.stale,
                "each": string(j.each),
                "per_day": j.per_day,
                "left": j.left,
            })
        })
        .collect();
    let expiry = l.expiry.as_ref().map_or(
        Value::Null,
        |e| json!({ "days": e.days, "void": string(e.void), "use_up": optional(e.use_up) }),
    );
    json!({
        "unit": l.unit,
        "worth": optional_money(l.worth.as_ref()),
        "balance": string(l.balance),
        "per_day": string(l.per_day),
        "days": string(l.days),
        "empty_on": string(l.empty_on),
        "jobs": jobs,
        "dearest": l.dearest,
        "busiest": l.busiest,
        "busiest_assumed": l.busiest_assumed,
        "delay_hours": l.delay_hours,
        "alert": alert(&l.alert),
        "own": l.own.as_ref().map_or(Value::Null, alert),
        "least": string(l.least),
        "parallel": {
            "needed": l.parallel.needed,
            "allowed": optional(l.parallel.allowed),
            "pack": l.parallel.pack,
            "disputed": l.parallel.disputed.iter().map(string).collect::<Vec<_>>(),
            "enough": l.parallel.enough,
        },
        "expiry": expiry,
        "validity": l.validity.as_ref().map(|v| json!({ "pack": v.pack, "days": string(v.days) })),
        "chart": l.chart.as_ref().map(|c| json!({
            "days": c.days,
            "empty": c.empty,
            "alert": c.alert,
            "own": c.own,
            "expiry": c.expiry,
            "lost": c.lost,
        })),
    })
}

fn claim(c: Option<&Claim>) -> Value {
    c.map_or(
        Value::Null,
        |c| json!({ "value": string(c.value), "follows": c.follows, "price": optional_money(c.price.as_ref()) }),
    )
}

/// Whether it is right.
#[must_use]
pub fn offer_answer(o: &Offer) -> Value {
    let known: Vec<Value> = o
        .known
        .iter()
        .map(|k| json!({ "pack": k.pack, "per_unit": string(k.per_unit), "cheaper": k.cheaper, "stale": k.stale }))
        .collect();
    json!({
        "unit": o.unit,
        "price": money(&o.price),
        "units": string(o.units),
        "per_unit": string(o.per_unit),
        "exact": o.exact,
        "list": optional(o.list),
        "list_price": optional_money(o.list_price.as_ref()),
        "discount": optional(o.discount),
        "claimed": claim(o.claimed.as_ref()),
        "claimed_unit": claim(o.claimed_unit.as_ref()),
        "verdicts": o.verdicts,
        "other_unit": o.other_unit,
        "known": known,
    })
}
