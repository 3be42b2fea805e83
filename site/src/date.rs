//! Calendar dates without a time zone. The system's clock is asked in one place, [`Date::from_environment`].

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar, 0001-01-01 to 9999-12-31. Always a day that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, or nothing if there is no such day.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let exists = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        exists.then_some(Date { year, month, day })
    }

    /// Days from `earlier` to this day; negative if it is later.
    #[must_use]
    pub fn days_since(self, earlier: Date) -> i64 {
        self.number() - earlier.number()
    }

    /// Days since 1970-01-01.
    fn number(self) -> i64 {
        calculator::days_of(self.year.into(), self.month.into(), self.day.into())
    }

    /// The day `seconds` after 1970-01-01T00:00:00Z, in UTC.
    #[must_use]
    pub fn from_unix(seconds: u64) -> Option<Date> {
        let days = i64::try_from(seconds / 86_400).ok()?;
        let (year, month, day) = calculator::date_of(days);
        Date::new(
            u16::try_from(year).ok()?,
            u8::try_from(month).ok()?,
            u8::try_from(day).ok()?,
        )
    }

    /// The date of this run: the one given, else `SOURCE_DATE_EPOCH` (seconds), else the system's clock; and whether it is the clock's.
    ///
    /// # Errors
    /// A sentence, if `SOURCE_DATE_EPOCH` is set to what is no number of seconds, or the clock is out of range.
    pub fn from_environment(given: Option<Date>) -> Result<(Date, bool), String> {
        if let Some(date) = given {
            return Ok((date, false));
        }
        if let Some(value) = std::env::var_os("SOURCE_DATE_EPOCH") {
            return value
                .to_str()
                .and_then(|text| text.parse().ok())
                .and_then(Date::from_unix)
                .map(|date| (date, false))
                .ok_or_else(|| {
                    format!(
                        "SOURCE_DATE_EPOCH is {value:?}, which is no number of seconds since 1970"
                    )
                });
        }
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|since| Date::from_unix(since.as_secs()))
            .map(|date| (date, true))
            .ok_or_else(|| "the system's clock shows no date after 1970; give --today".to_owned())
    }

    /// Year, month (1 to 12), day of the month.
    #[must_use]
    pub fn parts(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Date, String> {
        let mut parts = text.split('-');
        let mut next = |digits: usize| {
            parts
                .next()
                .filter(|p| p.len() == digits && p.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|p| p.parse::<u16>().ok())
        };
        let (year, month, day) = (next(4), next(2), next(2));
        match (year, month, day, parts.next()) {
            (Some(year), Some(month), Some(day), None) => u8::try_from(month)
                .ok()
                .zip(u8::try_from(day).ok())
                .and_then(|(month, day)| Date::new(year, month, day)),
            _ => None,
        }
        .ok_or_else(|| format!("`{text}` is no date; write it as 2026-11-20"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_the_same_day() {
        let day: Date = "2024-02-29".parse().unwrap();
        assert_eq!(day.to_string(), "2024-02-29");
        assert!("2023-02-29".parse::<Date>().is_err());
        assert!("2026-1-2".parse::<Date>().is_err());
        assert!("2026-11-20x".parse::<Date>().is_err());
    }

    #[test]
    fn days_between_are_counted_over_months_and_leap_years() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(day("2026-11-28").days_since(day("2026-11-28")), 0);
        assert_eq!(day("2024-03-01").days_since(day("2024-02-28")), 2);
        assert_eq!(day("2000-02-29").days_since(day("1970-01-01")), 11_016);
        assert_eq!(day("2026-08-30").days_since(day("2026-11-28")), -90);
        for n in 0..40_000u64 {
            let date = Date::from_unix(n * 86_400).unwrap();
            assert_eq!(date.days_since(day("1970-01-01")), n as i64);
        }
    }

    #[test]
    fn counts_from_1970() {
        assert_eq!(Date::from_unix(0).unwrap().to_string(), "1970-01-01");
        assert_eq!(
            Date::from_unix(951_782_400).unwrap().to_string(),
            "2000-02-29"
        );
        assert_eq!(
            Date::from_unix(1_795_132_800).unwrap().to_string(),
            "2026-11-20"
        );
    }
}
