//! Days of the Gregorian calendar, without a clock: today is part of the question.

use core::fmt;

/// A day between 1970-01-01 and 9999-12-31, as days since the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

/// 9999-12-31.
const LAST: i64 = 2_932_896;

impl Day {
    /// 1970-01-01, the first there is.
    pub const FIRST: Day = Day(0);

    /// Reads `2026-11-20`. Nothing for anything else, and for a day that no calendar has.
    ///
    /// ```
    /// use calculator::Day;
    ///
    /// let day = Day::parse("2028-02-29").ok_or("no day")?;
    /// assert_eq!(day.plus(1).to_string(), "2028-03-01");
    /// assert_eq!(day.plus(366).since(day), 366);
    /// assert!(Day::parse("2027-02-29").is_none() && Day::parse("29.2.2028").is_none());
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Day> {
        let bytes = text.as_bytes();
        let digits = |range: core::ops::Range<usize>| -> Option<i64> {
            let part = bytes.get(range)?;
            part.iter().try_fold(0, |n, b| {
                b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0'))
            })
        };
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let length = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        if year < 1970 || day < 1 || day > length {
            return None;
        }
        Some(Day(days_of(year, month, day)))
    }

    /// That many days later; the last day there is where it would be beyond it.
    #[must_use]
    pub fn plus(self, days: i64) -> Day {
        Day(self.0.saturating_add(days).clamp(0, LAST))
    }

    /// Days from `earlier` to this day.
    #[must_use]
    pub fn since(self, earlier: Day) -> i64 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date_of(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Days from 1970-01-01 to a date (year, month 1 to 12, day 1 to 31), before it if negative.
#[must_use]
pub fn days_of(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day is the last of its year.
    let year = year - i64::from(month <= 2);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
        - 719_468
}

/// The date (year, month, day) so many days after 1970-01-01: the inverse of [`days_of`].
///
/// ```
/// assert_eq!(calculator::days_of(2026, 11, 20), 20_777);
/// assert_eq!(calculator::date_of(20_777), (2026, 11, 20));
/// ```
#[must_use]
pub fn date_of(days: i64) -> (i64, i64, i64) {
    // Howard Hinnant's days-to-civil, with an era of 400 years.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn every_day_reads_back() {
        let mut day = Day(0);
        assert_eq!(day.to_string(), "1970-01-01");
        while day.0 < LAST {
            assert_eq!(Day::parse(&day.to_string()), Some(day));
            day = Day(day.0 + if day.0 < 50_000 { 1 } else { 97 });
        }
        assert_eq!(Day(LAST).to_string(), "9999-12-31");
    }

    #[test]
    fn counts_over_leap_days() {
        let day = Day::parse("2028-02-28").unwrap();
        assert_eq!(day.plus(1).to_string(), "2028-02-29");
        assert_eq!(day.plus(2).to_string(), "2028-03-01");
        assert_eq!(
            Day::parse("2026-11-28").unwrap().plus(180).to_string(),
            "2027-05-27"
        );
        assert_eq!(day.plus(i64::MAX).to_string(), "9999-12-31");
    }

    #[test]
    fn refuses_what_is_no_day() {
        for text in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-1-1",
            "2026/01/01",
            "1969-12-31",
            "2026-11-31",
            "２026-1-1",
        ] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }
}
