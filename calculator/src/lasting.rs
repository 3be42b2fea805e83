//! How long will it last? Days and jobs left of a balance, an alert that does not fire on the first video, and the jobs at
//! once that are needed against those that are allowed.

use alloc::string::String;
use alloc::vec::Vec;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::catalogue::{Catalogue, Job, Pack};
use crate::{Day, Money, Refusal, number, quotient, times};

/// Most jobs a day.
const MOST_JOBS: u32 = 1_000_000;
/// Longest time to refill, in hours: thirty days.
const MOST_HOURS: u32 = 720;
/// Longest time a job takes, in minutes: a day.
const MOST_MINUTES: u32 = 1440;

/// The question. Numbers are as typed; what is optional may be empty.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the balance holds now.
    pub balance: String,
    /// Every kind of video that is paid from it. All must be counted in the same unit.
    pub jobs: Vec<Daily>,
    /// Hours from an alert to a filled balance, nights and holidays included.
    pub refill_hours: String,
    /// Optional: jobs in the busiest hour. Without it an eighth of the day's jobs is taken.
    pub busiest: String,
    /// Minutes that one job takes.
    pub minutes: String,
    /// Optional: the alert one has now, in units.
    pub alert: String,
    /// Optional: the day the units are void.
    pub expires: String,
    /// Packs that are active.
    pub packs: Vec<String>,
    /// Optional: rupiah for one dollar.
    pub idr: String,
    /// The day of the question.
    pub today: Day,
}

/// A kind of video and how many of it a day.
#[derive(Clone, Debug)]
pub struct Daily {
    /// What is made.
    pub job: Job,
    /// How many a day.
    pub per_day: String,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// Unit id.
    pub unit: String,
    /// What the balance is worth; nothing where the price of a unit is unknown.
    pub worth: Option<Money>,
    /// Balance as read; negative where the provider lets it fall below nothing.
    pub balance: Decimal,
    /// Units a day.
    pub per_day: Decimal,
    /// Days left, rounded down to a tenth; none beyond the day on which the units are void.
    pub days: Decimal,
    /// The first day whose jobs it does not cover.
    pub empty_on: Day,
    /// For each kind of video.
    pub jobs: Vec<JobLeft>,
    /// Place in `jobs` of the dearest one.
    pub dearest: usize,
    /// Jobs in the busiest hour.
    pub busiest: u32,
    /// Whether that was assumed.
    pub busiest_assumed: bool,
    /// Hours that the balance shown may be late, counted into the alert.
    pub delay_hours: u32,
    /// The alert that gives time to refill.
    pub alert: Alert,
    /// The alert one has now.
    pub own: Option<Alert>,
    /// The least balance after a top-up on which the first video does not set off `alert`.
    pub least: Decimal,
    /// Jobs at once.
    pub parallel: Parallel,
    /// Where the units are void some day: the one that was given, else the last on which any known pack could be valid, if they
    /// would last beyond it.
    pub expiry: Option<Expiry>,
    /// Without a given day: how long units are valid at most, where every known pack of them is void some day.
    pub validity: Option<Validity>,
    /// For the drawing; nothing where the balance is nothing or less.
    pub chart: Option<Chart>,
}

/// A kind of video.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobLeft {
    /// Model id.
    pub model: String,
    /// Place of its rate.
    pub rate: usize,
    /// Whether the rate is too old to pay by.
    pub stale: bool,
    /// Units of one video.
    pub each: Decimal,
    /// How many a day.
    pub per_day: u32,
    /// How many the balance pays for if nothing else is made.
    pub left: u64,
}

/// An alert on the balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// How many jobs of the dearest kind these units pay for.
    pub jobs: u64,
    /// In units: it fires when the balance is below this.
    pub units: Decimal,
    /// After how many of the dearest videos it fires from the balance as it is; 0 where it fires at once.
    pub fires_after: u64,
}

/// Jobs at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parallel {
    /// Needed in the busiest hour.
    pub needed: u64,
    /// Allowed; nothing where no source says it.
    pub allowed: Option<Decimal>,
    /// The pack that allows the most, where a pack decides it: packs do not add up.
    pub pack: Option<String>,
    /// Other values that sources state for that pack.
    pub disputed: Vec<Decimal>,
    /// Whether it is enough; nothing where it is not known.
    pub enough: Option<bool>,
}

/// Units that are void some day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// Days until then; 0 where they are void already.
    pub days: i64,
    /// Units that will be left.
    pub void: Decimal,
    /// Units a day that would use them all; nothing where no day is left.
    pub use_up: Option<Decimal>,
}

/// The longest that units of known packs are valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validity {
    /// Pack that says it.
    pub pack: String,
    /// Days from the purchase.
    pub days: u32,
}

/// Places in thousandths of the drawing's width and height, so that the page computes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Days that the width stands for.
    pub days: u64,
    /// Where the line meets the ground.
    pub empty: u64,
    /// Height of the alert.
    pub alert: u64,
    /// Height of the alert one has now.
    pub own: Option<u64>,
    /// Where the units are void.
    pub expiry: Option<u64>,
    /// Height of the line there: what is lost.
    pub lost: u64,
}

/// Answers the question.
///
/// ```
/// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/acme.txt")); }
/// # use doc::acme;
/// // `acme()` is the catalogue that is shown at `Catalogue`.
/// use calculator::Day;
/// use calculator::catalogue::Job;
/// use calculator::lasting::{Daily, Question, lasting};
/// use rust_decimal::Decimal;
///
/// let job = Job {
///     model: "acme-video".into(),
///     quality: "720p".into(),
///     seconds: "10".into(),
///     ..Job::default()
/// };
/// let question = Question {
///     balance: "3000".into(),
///     jobs: vec![Daily { job, per_day: "8".into() }],
///     refill_hours: "24".into(),
///     busiest: String::new(),
///     minutes: "3".into(),
///     alert: String::new(),
///     expires: String::new(),
///     packs: vec!["large".into()],
///     idr: String::new(),
///     today: Day::parse("2026-11-20").ok_or("no day")?,
/// };
/// let left = lasting(&acme(), &question).map_err(|refusal| refusal.reason)?;
/// // 3,000 credits, 800 a day.
/// assert_eq!(left.days, Decimal::new(37, 1));
/// assert_eq!(left.empty_on.to_string(), "2026-11-23");
/// assert_eq!(left.parallel.enough, Some(true));
/// # Ok::<(), &str>(())
/// ```
///
/// # Errors
/// What [`Catalogue::price`] and [`number`] refuse; `other-unit` where the jobs are not paid from one balance;
/// `unknown-pack`; `no-date`; `empty` without any job.
pub fn lasting(catalogue: &Catalogue, question: &Question) -> Result<Lasting, Refusal> {
    let balance = number::parse("balance", &question.balance)?;
    let idr = number::rate(&question.idr)?;
    let void_in = days_to_expiry(question)?;
    // What is void already pays for nothing, though the provider may still show it.
    let held = if void_in == Some(0) {
        balance.min(Decimal::ZERO)
    } else {
        balance
    };
    let Demand {
        unit,
        provider,
        jobs,
        count,
        per_day,
        dearest,
        price,
    } = demand(catalogue, question, held)?;
    let minutes = number::count("minutes", &question.minutes, MOST_MINUTES)?;
    let hours = number::count("refill_hours", &question.refill_hours, MOST_HOURS)?;
    let busiest_assumed = question.busiest.trim().is_empty();
    let busiest = if busiest_assumed {
        u32::try_from(count.div_ceil(8)).unwrap_or(u32::MAX)
    } else {
        number::count("busiest", &question.busiest, MOST_JOBS)?
    };
    let delay_hours = delay_of_balance(catalogue, provider);

    let alert_jobs = most_jobs(u64::from(hours) + u64::from(delay_hours), count, busiest).max(1);
    let alert_units = times("refill_hours", price, Decimal::from(alert_jobs))?;
    let alert = Alert {
        jobs: alert_jobs,
        units: alert_units.normalize(),
        fires_after: fires_after(alert_units, held, price)?,
    };
    let own = match number::optional_in_thousands("alert", &question.alert)? {
        Some(units) => Some(Alert {
            jobs: whole(units, price)?,
            units,
            fires_after: fires_after(units, held, price)?,
        }),
        None => None,
    };

    let spendable = balance.max(Decimal::ZERO);
    let exact_days = quotient("per_day", spendable, per_day)?;
    // Whenever they were bought, units are void by then: nothing beyond it is promised.
    let validity = match void_in {
        Some(_) => None,
        None => longest(catalogue, unit),
    };
    let void_in = void_in.or_else(|| {
        let most = validity.as_ref().map(|v| v.days)?;
        (exact_days > Decimal::from(most)).then_some(i64::from(most))
    });
    let expiry = void_in
        .map(|days| expiry(days, spendable, per_day))
        .transpose()?;
    let days = void_in.map_or(exact_days, |left| exact_days.min(Decimal::from(left)));
    let full_days = days.floor().to_i64().unwrap_or(i64::MAX);
    let chart = (!spendable.is_zero()).then(|| {
        let own = own.as_ref().map(|own| own.units);
        chart(exact_days, spendable, alert.units, own, expiry.as_ref())
    });
    Ok(Lasting {
        unit: unit.into(),
        worth: catalogue
            .dollars(unit, held)?
            .map(|usd| Money::new(usd, idr)),
        balance,
        per_day: per_day.normalize(),
        days: days
            .round_dp_with_strategy(1, rust_decimal::RoundingStrategy::ToZero)
            .normalize(),
        empty_on: question.today.plus(full_days),
        jobs,
        dearest,
        busiest,
        busiest_assumed,
        delay_hours,
        least: (alert_units + price).normalize(),
        alert,
        own,
        parallel: parallel(catalogue, question, unit, provider, busiest, minutes)?,
        expiry,
        validity,
        chart,
    })
}

/// Days until the day that the question gives for the units to be void, 0 where that has come; nothing where it gives none.
fn days_to_expiry(question: &Question) -> Result<Option<i64>, Refusal> {
    match question.expires.trim() {
        "" => Ok(None),
        text => {
            let day =
                Day::parse(text).ok_or_else(|| Refusal::naming("expires", "no-date", [text]))?;
            Ok(Some(day.since(question.today).max(0)))
        }
    }
}

/// What a day takes.
struct Demand<'c> {
    unit: &'c str,
    provider: &'c str,
    jobs: Vec<JobLeft>,
    /// Jobs of all kinds.
    count: u64,
    /// Units for all of them.
    per_day: Decimal,
    /// Place in `jobs` of the dearest kind.
    dearest: usize,
    /// Units of one of that kind; not zero.
    price: Decimal,
}

/// The jobs of the question, which must all be paid from one balance; `held` is what that pays with.
fn demand<'c>(
    catalogue: &'c Catalogue,
    question: &Question,
    held: Decimal,
) -> Result<Demand<'c>, Refusal> {
    let mut jobs: Vec<JobLeft> = Vec::new();
    let mut paid_in: Option<(&str, &str)> = None;
    let mut per_day = Decimal::ZERO;
    let mut count: u64 = 0;
    for daily in &question.jobs {
        let priced = catalogue.price(&daily.job)?;
        let here = (priced.rate.unit.as_str(), priced.model.provider.as_str());
        if paid_in.is_some_and(|others| others != here) {
            return Err(Refusal::naming("jobs", "other-unit", [here.0]));
        }
        paid_in = Some(here);
        let often = number::count("per_day", &daily.per_day, MOST_JOBS)?;
        count += u64::from(often);
        per_day = per_day
            .checked_add(times("per_day", priced.units, Decimal::from(often))?)
            .ok_or_else(|| Refusal::new("per_day", "too-large"))?;
        jobs.push(JobLeft {
            model: priced.model.id.clone(),
            rate: priced.index,
            stale: catalogue.clock(question.today).is_stale(&priced.rate.proof),
            each: priced.units.normalize(),
            per_day: often,
            left: whole(held, priced.units)?,
        });
    }
    let prices = jobs.iter().map(|job| job.each).enumerate();
    let dearest = prices.reduce(|best, next| if next.1 > best.1 { next } else { best });
    let (Some((unit, provider)), Some((dearest, price))) = (paid_in, dearest) else {
        return Err(Refusal::new("jobs", "empty"));
    };
    if price.is_zero() {
        return Err(Refusal::new("jobs", "no-rate"));
    }
    Ok(Demand {
        unit,
        provider,
        jobs,
        count,
        per_day,
        dearest,
        price,
    })
}

/// Hours that the balance which the provider shows may be late.
fn delay_of_balance(catalogue: &Catalogue, provider: &str) -> u32 {
    catalogue
        .provider(provider)
        .and_then(|p| p.balance_delay.as_ref())
        .and_then(|f| f.value.to_u32())
        .unwrap_or(0)
}

/// Most jobs that so many hours may bring, of `a_day` of which `busiest` may come in one hour: no more than a whole day's are made in a day,
/// however busy its busiest hour is.
fn most_jobs(hours: u64, a_day: u64, busiest: u32) -> u64 {
    let (whole_days, rest) = (hours / 24, hours % 24);
    whole_days * a_day + (rest * u64::from(busiest)).min(a_day)
}

/// After how many videos of this `price` an alert at so many `units` fires.
fn fires_after(units: Decimal, held: Decimal, price: Decimal) -> Result<u64, Refusal> {
    if held < units {
        return Ok(0);
    }
    Ok(whole(held - units, price)? + 1)
}

/// What becomes of units that are void in so many days.
fn expiry(days: i64, spendable: Decimal, per_day: Decimal) -> Result<Expiry, Refusal> {
    let length = Decimal::from(days);
    let used = per_day.checked_mul(length).unwrap_or(spendable);
    let use_up = match days {
        0 => None,
        _ => Some(crate::round(quotient("expires", spendable, length)?, 2)),
    };
    Ok(Expiry {
        days,
        void: (spendable - used).max(Decimal::ZERO).normalize(),
        use_up,
    })
}

/// How long units are valid at most; nothing where no pack of them is known, or one that may last for ever.
fn longest(catalogue: &Catalogue, unit: &str) -> Option<Validity> {
    let mut longest: Option<(u32, Day, &Pack)> = None;
    for pack in catalogue.packs.iter().filter(|p| p.unit == unit) {
        let days = pack.validity_days.filter(|_| !pack.lasting)?;
        let checked = pack.proof.checked;
        if longest.is_none_or(|(d, c, _)| (d, c) < (days, checked)) {
            longest = Some((days, checked, pack));
        }
    }
    longest.map(|(days, _, pack)| Validity {
        pack: pack.id.clone(),
        days,
    })
}

/// Little's law: jobs at once are jobs an hour times the hours that one takes.
fn parallel(
    catalogue: &Catalogue,
    question: &Question,
    unit: &str,
    provider: &str,
    busiest: u32,
    minutes: u32,
) -> Result<Parallel, Refusal> {
    let needed = (u64::from(busiest) * u64::from(minutes))
        .div_ceil(60)
        .max(1);
    let mut allowed = None;
    let mut pack = None;
    let mut disputed = Vec::new();
    for id in &question.packs {
        let held = catalogue
            .packs
            .iter()
            .find(|p| p.id == *id && p.unit == unit)
            .ok_or_else(|| Refusal::naming("packs", "unknown-pack", [id]))?;
        let stated = || {
            held.disputed
                .iter()
                .filter(|d| d.field == "concurrency")
                .flat_map(|d| d.values.iter().map(|v| v.value))
        };
        let most = held.concurrency.map(Decimal::from);
        // The largest active pack counts, not the sum.
        if most > allowed || (pack.is_none() && most.is_none() && stated().next().is_some()) {
            allowed = most;
            pack = Some(held.id.clone());
            disputed = stated().collect();
        }
    }
    if question.packs.is_empty() {
        allowed = catalogue
            .provider(provider)
            .and_then(|p| p.parallel.as_ref())
            .map(|f| f.value);
    }
    Ok(Parallel {
        needed,
        enough: allowed.map(|a| Decimal::from(needed) <= a),
        allowed,
        pack,
        disputed,
    })
}

/// How often `price` goes into `balance`, which may be negative.
fn whole(balance: Decimal, price: Decimal) -> Result<u64, Refusal> {
    if balance <= Decimal::ZERO || price.is_zero() {
        return Ok(0);
    }
    Ok(quotient("balance", balance, price)?
        .floor()
        .to_u64()
        .unwrap_or(u64::MAX))
}

fn chart(
    days: Decimal,
    balance: Decimal,
    alert: Decimal,
    own: Option<Decimal>,
    expiry: Option<&Expiry>,
) -> Chart {
    let wide = days
        .ceil()
        .to_u64()
        .unwrap_or(u64::MAX)
        .max(expiry.and_then(|e| u64::try_from(e.days).ok()).unwrap_or(0))
        .max(1);
    let part = |value: Decimal, of: Decimal| -> u64 {
        value
            .checked_mul(Decimal::from(1000))
            .and_then(|v| v.checked_div(of))
            .and_then(|v| v.round().to_u64())
            .unwrap_or(0)
            .min(1000)
    };
    let width = Decimal::from(wide);
    Chart {
        days: wide,
        empty: part(days, width),
        alert: part(alert, balance),
        own: own.map(|o| part(o, balance)),
        expiry: expiry.map(|e| part(Decimal::from(e.days), width)),
        lost: expiry.map_or(0, |e| part(e.void, balance)),
    }
}
