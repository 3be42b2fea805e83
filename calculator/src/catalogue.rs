//! What is for sale: units, models with their rates, packs. Written by the generator from `content/data/`, read by the
//! page as JSON. Ids are the content's own; words for people are not in here.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use rust_decimal::Decimal;

use crate::number;
use crate::{Day, Refusal};

/// Everything that can be priced.
///
/// ```
#[doc = include_str!("../doc/acme.txt")]
///
/// let acme = acme();
/// assert_eq!(acme.model("acme-video").map(|model| model.name.as_str()), Some("Acme Video"));
/// assert_eq!(acme.dollars("acme-credit", 250.into()), Ok(Some(Decimal::new(25, 1))));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Who sells.
    pub providers: Vec<Provider>,
    /// What is counted.
    pub units: Vec<Unit>,
    /// What is made.
    pub models: Vec<Model>,
    /// What is bought beforehand.
    pub packs: Vec<Pack>,
    /// A figure that was read more days ago than this is called stale: providers change prices several times a year. The limit is
    /// the site's (`stale_days` of site.toml), the same by which its checks go.
    pub stale_after_days: i64,
}

/// The day of a question, and by which limit a figure is stale on it.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The day.
    pub today: Day,
    /// As in [`Catalogue`].
    pub stale_after_days: i64,
}

impl Clock {
    /// Whether the figure is too old to pay by it.
    ///
    /// ```
    /// use calculator::Day;
    /// use calculator::catalogue::{Clock, Proof};
    ///
    /// let proof = Proof {
    ///     source: "acme-pricing".to_owned(),
    ///     checked: Day::parse("2026-08-01").ok_or("no day")?,
    ///     confidence: "documented".to_owned(),
    /// };
    /// let clock = |today| Some(Clock { today: Day::parse(today)?, stale_after_days: 90 });
    /// assert!(!clock("2026-10-30").ok_or("no day")?.is_stale(&proof));
    /// assert!(clock("2026-10-31").ok_or("no day")?.is_stale(&proof));
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn is_stale(&self, proof: &Proof) -> bool {
        self.today.since(proof.checked) > self.stale_after_days
    }
}

/// Where a figure comes from.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Source id.
    pub source: String,
    /// When it was read.
    pub checked: Day,
    /// `documented`, `observed` or `inferred`.
    pub confidence: String,
}

/// A seller.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Unique id.
    pub id: String,
    /// Proper name.
    pub name: String,
    /// Dollars a month that it asks for beside every job.
    pub monthly_fee: Option<Figure>,
    /// Jobs that run at once, where the account and not a pack decides it.
    pub parallel: Option<Figure>,
    /// Hours by which the balance it shows may be late.
    pub balance_delay: Option<Figure>,
}

/// A single figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Exact value.
    pub value: Decimal,
    /// Where it comes from.
    pub proof: Proof,
}

/// What a provider counts in.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Unique id; `usd` is money itself.
    pub id: String,
    /// Who counts in it; nothing for money.
    pub provider: Option<String>,
    /// Its price, where one is known.
    pub price: Option<UnitPrice>,
}

/// `usd` dollars for `units` units: a ratio, as 211 credits for one dollar have no price of one that is a decimal.
#[derive(Clone, Debug)]
pub struct UnitPrice {
    /// Dollars.
    pub usd: Decimal,
    /// For so many.
    pub units: Decimal,
    /// Where it comes from; nothing for money itself.
    pub proof: Option<Proof>,
    /// Prices of one unit that sources state, where they disagree.
    pub disputed: Vec<Stated>,
}

/// A value and who states it.
#[derive(Clone, Debug)]
pub struct Stated {
    /// The value.
    pub value: Decimal,
    /// Source id, or `computed`.
    pub source: String,
    /// Remark in the language of the page; may be empty.
    pub note: String,
}

/// A model at a provider.
#[derive(Clone, Debug)]
pub struct Model {
    /// Unique id.
    pub id: String,
    /// Provider id.
    pub provider: String,
    /// Proper name.
    pub name: String,
    /// Whether it was withdrawn.
    pub retired: bool,
    /// The day of that, where it is known.
    pub retired_on: Option<Day>,
    /// Model id that took its place.
    pub replaced_by: Option<String>,
    /// Id of the vendor's own model, where another provider passes it on.
    pub resells: Option<String>,
    /// What it costs.
    pub rates: Vec<Rate>,
}

impl Model {
    /// The options under which the list has a price, as `quality/audio/input`, each once.
    pub(crate) fn combinations(&self) -> Vec<String> {
        let mut combinations: Vec<String> = Vec::new();
        for rate in &self.rates {
            let parts: Vec<&str> = [rate.quality(), rate.audio.as_deref(), rate.input.as_deref()]
                .into_iter()
                .map(Option::unwrap_or_default)
                .collect();
            let text = parts.join("/");
            if !combinations.contains(&text) {
                combinations.push(text);
            }
        }
        combinations
    }
}

/// What one clip, or one second of it, costs under some options.
#[derive(Clone, Debug)]
pub struct Rate {
    /// `720p` and the like; nothing where the list does not say.
    pub resolution: Option<String>,
    /// `std`, `pro`, `master`.
    pub mode: Option<String>,
    /// `none`, `native`, `voice`.
    pub audio: Option<String>,
    /// `none`, `image`, `video`.
    pub input: Option<String>,
    /// By the second, or by the clip.
    pub per: Per,
    /// Length of the clip, where the list states it.
    pub seconds: Option<u32>,
    /// How many units.
    pub amount: Decimal,
    /// Unit id.
    pub unit: String,
    /// Where it comes from.
    pub proof: Proof,
}

/// What an amount is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// One second.
    Second,
    /// One clip.
    Clip,
}

impl Rate {
    /// The option that the form calls resolution or mode.
    #[must_use]
    pub fn quality(&self) -> Option<&str> {
        self.resolution.as_deref().or(self.mode.as_deref())
    }

    /// Units of one video of that length.
    ///
    /// # Errors
    /// `too-large`.
    pub fn units(&self, seconds: u32) -> Result<Decimal, Refusal> {
        match self.per {
            Per::Clip => Ok(self.amount),
            Per::Second => crate::times("seconds", self.amount, Decimal::from(seconds)),
        }
    }

    /// Whether a clip of that length is sold at this rate.
    #[must_use]
    pub fn sells(&self, seconds: u32) -> bool {
        self.per == Per::Second || self.seconds.is_none_or(|s| s == seconds)
    }
}

/// Units bought beforehand.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Unique id.
    pub id: String,
    /// Provider id.
    pub provider: String,
    /// Unit id.
    pub unit: String,
    /// Proper name.
    pub name: String,
    /// Dollars.
    pub price: Decimal,
    /// How many units.
    pub units: Decimal,
    /// Price of one unit as the source states it.
    pub stated: Option<Decimal>,
    /// Days until the units are void; nothing where the list does not say.
    pub validity_days: Option<u32>,
    /// Whether the source says that they never expire.
    pub lasting: bool,
    /// Jobs at once.
    pub concurrency: Option<u32>,
    /// How many of them one account may buy; nothing where there is no limit.
    pub per_account: Option<u32>,
    /// Whether it is in the latest list.
    pub on_sale: bool,
    /// Where it comes from.
    pub proof: Proof,
    /// Fields on which sources disagree.
    pub disputed: Vec<Disputed>,
}

/// A field of a pack with every value that a source gives.
#[derive(Clone, Debug)]
pub struct Disputed {
    /// `price`, `units`, `price_per_unit`, `validity_days`, `concurrency`.
    pub field: String,
    /// The values.
    pub values: Vec<Stated>,
}

/// One kind of video, as the form asks for it. Numbers are as typed.
#[derive(Clone, Debug, Default)]
pub struct Job {
    /// Model id.
    pub model: String,
    /// Resolution, or mode where the model has no resolutions; empty where it has neither.
    pub quality: String,
    /// `none`, `native`, `voice`, or empty.
    pub audio: String,
    /// `none`, `image`, `video`, or empty.
    pub input: String,
    /// Length of one video.
    pub seconds: String,
}

/// Longest video that is priced, in seconds.
pub const LONGEST: u32 = 3600;

/// A job that has a price.
#[derive(Clone, Copy, Debug)]
pub struct Priced<'c> {
    /// The model.
    pub model: &'c Model,
    /// Place of the rate in the model's list.
    pub index: usize,
    /// The rate.
    pub rate: &'c Rate,
    /// Length of one video.
    pub seconds: u32,
    /// Units of one video.
    pub units: Decimal,
}

impl Catalogue {
    /// The clock of a question that is asked on a day.
    #[must_use]
    pub fn clock(&self, today: Day) -> Clock {
        Clock {
            today,
            stale_after_days: self.stale_after_days,
        }
    }

    /// The provider with this id.
    #[must_use]
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|p| p.id == id)
    }

    /// The unit with this id.
    #[must_use]
    pub fn unit(&self, id: &str) -> Option<&Unit> {
        self.units.iter().find(|u| u.id == id)
    }

    /// The model with this id.
    #[must_use]
    pub fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|m| m.id == id)
    }

    /// Dollars for `amount` units; nothing where the unit has no known price.
    ///
    /// # Errors
    /// `unknown-unit`, `too-large`.
    pub fn dollars(&self, unit: &str, amount: Decimal) -> Result<Option<Decimal>, Refusal> {
        let known = self
            .unit(unit)
            .ok_or_else(|| Refusal::naming("unit", "unknown-unit", [unit]))?;
        let Some(price) = &known.price else {
            return Ok(None);
        };
        let usd = crate::times("unit", amount, price.usd)?;
        crate::quotient("unit", usd, price.units).map(Some)
    }

    /// The rate of a job.
    ///
    /// # Errors
    /// `unknown-model`; `retired` with the day and the model that took its place; `withdrawn` with that model where the day is not known;
    /// `no-rate` where the list has no price at all; `no-option` with the combinations there are; `clip-length` with the lengths that are sold; what
    /// [`number::count`] says of the length.
    pub fn price(&self, job: &Job) -> Result<Priced<'_>, Refusal> {
        let model = self
            .model(&job.model)
            .ok_or_else(|| Refusal::naming("model", "unknown-model", [&job.model]))?;
        if model.retired {
            let day = model.retired_on.map(|day| day.to_string());
            let reason = if day.is_some() {
                "retired"
            } else {
                "withdrawn"
            };
            let next = model.replaced_by.as_ref().and_then(|id| self.model(id));
            let values = [Some(model.name.clone()), day, next.map(|m| m.name.clone())];
            return Err(Refusal::naming(
                "model",
                reason,
                values.into_iter().flatten(),
            ));
        }
        if model.rates.is_empty() {
            return Err(Refusal::naming("model", "no-rate", [&model.name]));
        }
        let seconds = number::count("seconds", &job.seconds, LONGEST)?;
        let asked = |text: &str| (!text.is_empty()).then(|| text.to_string());
        let (quality, audio, input) = (asked(&job.quality), asked(&job.audio), asked(&job.input));
        let fitting: Vec<(usize, &Rate)> = model
            .rates
            .iter()
            .enumerate()
            .filter(|(_, r)| {
                r.quality() == quality.as_deref() && r.audio == audio && r.input == input
            })
            .collect();
        if fitting.is_empty() {
            return Err(Refusal::naming(
                "quality",
                "no-option",
                model.combinations(),
            ));
        }
        // Where two lists state a price for the same clip, the newer one holds.
        let best = fitting
            .iter()
            .filter(|(_, r)| r.sells(seconds))
            .max_by_key(|(n, r)| (r.proof.checked, core::cmp::Reverse(*n)));
        let Some(&(index, rate)) = best else {
            let mut lengths: Vec<u32> = fitting.iter().filter_map(|(_, r)| r.seconds).collect();
            lengths.sort_unstable();
            lengths.dedup();
            return Err(Refusal::naming("seconds", "clip-length", lengths));
        };
        Ok(Priced {
            model,
            index,
            rate,
            seconds,
            units: rate.units(seconds)?,
        })
    }
}
