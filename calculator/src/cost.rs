//! What will it cost? A job in units and in money, the packs to buy for it, and the same job at every other provider.

use alloc::string::String;
use alloc::vec::Vec;

use rust_decimal::Decimal;

use crate::catalogue::{Catalogue, Job, Model, Priced, Rate};
use crate::packs::{self, Plan};
use crate::{Day, Money, Refusal, number, times};

/// Most videos of one question.
pub const MOST_VIDEOS: u32 = 1_000_000;

/// The question. Numbers are as typed.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is made.
    pub job: Job,
    /// How many.
    pub videos: String,
    /// Rupiah for one dollar; may be empty.
    pub idr: String,
    /// The day of the question.
    pub today: Day,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Model id.
    pub model: String,
    /// Place of its rate.
    pub rate: usize,
    /// Whether the rate is too old to pay by.
    pub stale: bool,
    /// Unit id.
    pub unit: String,
    /// Units of one video.
    pub each: Decimal,
    /// How many videos.
    pub videos: u32,
    /// Units of all.
    pub units: Decimal,
    /// All of them at the price of a unit; nothing where that is unknown.
    pub price: Option<Money>,
    /// The cheapest packs that hold so many; nothing where the unit has none on sale.
    pub cheapest: Option<Plan>,
    /// Each kind of pack alone, cheapest first.
    pub alone: Vec<Plan>,
    /// The same job elsewhere, the cheapest first, of two that cost the same the fresh one, and what has no price last.
    pub beside: Vec<Beside>,
}

/// The same job at another provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// Model id.
    pub model: String,
    /// Place of its rate; nothing where there is none that fits.
    pub rate: Option<usize>,
    /// Whether the rate is too old to pay by.
    pub stale: bool,
    /// Unit id.
    pub unit: Option<String>,
    /// Units of all videos.
    pub units: Option<Decimal>,
    /// All of them at the price of a unit.
    pub price: Option<Money>,
    /// Options that only one of the two lists states: `resolution`, `audio`, `input`.
    pub unstated: Vec<&'static str>,
    /// Why it has no price.
    pub refusal: Option<Refusal>,
}

/// Answers the question.
///
/// ```
/// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/acme.txt")); }
/// # use doc::acme;
/// // `acme()` is the catalogue that is shown at `Catalogue`.
/// use calculator::Day;
/// use calculator::catalogue::Job;
/// use calculator::cost::{Question, cost};
///
/// let job = Job {
///     model: "acme-video".into(),
///     quality: "720p".into(),
///     seconds: "10".into(),
///     ..Job::default()
/// };
/// let question = Question {
///     job,
///     videos: "35".into(),
///     idr: "16500".into(),
///     today: Day::parse("2026-11-20").ok_or("no day")?,
/// };
/// let cost = cost(&acme(), &question).map_err(|refusal| refusal.reason)?;
/// assert_eq!(cost.units, 3500.into());
/// assert_eq!(cost.price.map(|price| price.usd), Some(35.into()));
/// // The pack of 3,000 and one of 500 are cheaper than seven of 500.
/// let cheapest = cost.cheapest.ok_or("no packs")?;
/// assert_eq!((cheapest.price.usd, cheapest.price.idr), (32.into(), Some(528_000.into())));
/// # Ok::<(), &str>(())
/// ```
///
/// # Errors
/// Everything that [`Catalogue::price`] refuses; what [`number::count`] says of `videos`; `too-large`.
pub fn cost(catalogue: &Catalogue, question: &Question) -> Result<Cost, Refusal> {
    let priced = catalogue.price(&question.job)?;
    let videos = number::count("videos", &question.videos, MOST_VIDEOS)?;
    let idr = number::rate(&question.idr)?;
    let unit = &priced.rate.unit;
    let units = times("videos", priced.units, Decimal::from(videos))?.normalize();
    let money = |amount| -> Result<Option<Money>, Refusal> {
        Ok(catalogue
            .dollars(unit, amount)?
            .map(|usd| Money::new(usd, idr)))
    };
    let clock = catalogue.clock(question.today);
    let on_sale = packs::on_sale(catalogue, unit);
    let mut alone = Vec::new();
    for pack in &on_sale {
        alone.extend(packs::single(pack, units, idr, clock)?);
    }
    alone.sort_by_key(|plan| plan.price.usd);
    Ok(Cost {
        model: priced.model.id.clone(),
        rate: priced.index,
        stale: clock.is_stale(&priced.rate.proof),
        unit: unit.clone(),
        each: priced.units.normalize(),
        videos,
        units,
        price: money(units)?,
        cheapest: packs::cheapest(&on_sale, units, idr, clock)?,
        alone,
        beside: beside(catalogue, &priced, videos, idr, question.today),
    })
}

fn beside(
    catalogue: &Catalogue,
    priced: &Priced<'_>,
    videos: u32,
    idr: Option<Decimal>,
    today: Day,
) -> Vec<Beside> {
    let vendor = |m: &Model| m.resells.clone().unwrap_or_else(|| m.id.clone());
    let wanted = vendor(priced.model);
    let mut out: Vec<Beside> = catalogue
        .models
        .iter()
        .filter(|m| m.id != priced.model.id && !m.retired && vendor(m) == wanted)
        .map(|m| elsewhere(catalogue, priced, m, videos, idr, today))
        .collect();
    out.sort_by_key(|b| b.price.is_none());
    let priced = out.iter().take_while(|b| b.price.is_some()).count();
    crate::by_price(&mut out[..priced], |b| {
        (b.price.as_ref().map_or(Decimal::ZERO, |p| p.usd), b.stale)
    });
    out
}

fn elsewhere(
    catalogue: &Catalogue,
    priced: &Priced<'_>,
    model: &Model,
    videos: u32,
    idr: Option<Decimal>,
    today: Day,
) -> Beside {
    let mut out = Beside {
        model: model.id.clone(),
        rate: None,
        stale: false,
        unit: None,
        units: None,
        price: None,
        unstated: Vec::new(),
        refusal: None,
    };
    let fitting: Vec<(usize, &Rate, Vec<&'static str>)> = model
        .rates
        .iter()
        .enumerate()
        .filter_map(|(n, rate)| Some((n, rate, compare(priced.rate, rate)?)))
        .collect();
    let best = fitting
        .iter()
        .filter(|(_, rate, _)| rate.sells(priced.seconds))
        // The list that says most; of those the newest.
        .min_by_key(|(n, rate, unstated)| {
            (unstated.len(), core::cmp::Reverse(rate.proof.checked), *n)
        });
    let Some((index, rate, unstated)) = best else {
        let mut lengths: Vec<u32> = fitting.iter().filter_map(|(_, r, _)| r.seconds).collect();
        lengths.sort_unstable();
        lengths.dedup();
        out.refusal = Some(if lengths.is_empty() {
            Refusal::naming("quality", "no-option", model.combinations())
        } else {
            Refusal::naming("seconds", "clip-length", lengths)
        });
        return out;
    };
    out.rate = Some(*index);
    out.stale = catalogue.clock(today).is_stale(&rate.proof);
    out.unit = Some(rate.unit.clone());
    out.unstated = unstated.clone();
    let units = rate
        .units(priced.seconds)
        .and_then(|u| times("videos", u, Decimal::from(videos)));
    match units.and_then(|u| Ok((u, catalogue.dollars(&rate.unit, u)?))) {
        Ok((units, usd)) => {
            out.units = Some(units.normalize());
            out.price = usd.map(|usd| Money::new(usd, idr));
            if out.price.is_none() {
                out.refusal = Some(Refusal::new("unit", "no-price"));
            }
        }
        Err(refusal) => out.refusal = Some(refusal),
    }
    out
}

/// Nothing if two rates are for different videos; else the options that only one of them states.
///
/// `std` is the list's older word for 720p and `pro` for 1080p: Kling's own page gives both for Avatar, and the amounts of its
/// list by the clip are those of its list by the second.
fn compare(a: &Rate, b: &Rate) -> Option<Vec<&'static str>> {
    fn same(name: &str) -> &str {
        match name {
            "std" => "720p",
            "pro" => "1080p",
            other => other,
        }
    }
    let mut unstated = Vec::new();
    for (name, a, b) in [
        ("resolution", a.quality().map(same), b.quality().map(same)),
        ("audio", a.audio.as_deref(), b.audio.as_deref()),
        ("input", a.input.as_deref(), b.input.as_deref()),
    ] {
        match (a, b) {
            (Some(a), Some(b)) if a != b => return None,
            (Some(_), Some(_)) | (None, None) => {}
            // What no list mentions is the ordinary case of a video made from words, without sound.
            (Some("none"), None) | (None, Some("none")) if name == "input" => {}
            _ => unstated.push(name),
        }
    }
    Some(unstated)
}
