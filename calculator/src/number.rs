//! Numbers as people type them, by Indonesian (`1.000,5`) and English (`1,000.5`) habit at once.
//!
//! The rule has no language in it, so that a figure copied from one page to the other means the same:
//! * where `.` and `,` both stand, the last one is the decimal sign and the other one groups;
//! * a sign that stands more than once groups;
//! * groups hold three digits, the first one to three and no leading zero;
//! * a single sign with anything but three digits behind it, or with a lone zero before it, is the decimal sign;
//! * what is left, such as `1.000`, has two readings. Where the field admits only one of them it is taken: what is counted, rupiah
//!   and the price of a whole offer are thousands, a discount is below a hundred. Else, as for a balance, it is refused with both.
//!
//! Spaces group as well. `$`, `US$`, `USD`, `Rp` and `IDR` before a number, and `%` behind it, are passed over.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use rust_decimal::Decimal;

use crate::Refusal;

/// Most digits before the decimal sign.
const WHOLE: usize = 12;
/// Most digits behind it.
const FRACTION: usize = 6;

/// Reads a number, negative ones too.
///
/// ```
/// use calculator::number::parse;
/// use rust_decimal::Decimal;
///
/// // As people write it in Indonesian and in English.
/// assert_eq!(parse("balance", "1.234,5"), Ok(Decimal::new(12_345, 1)));
/// assert_eq!(parse("balance", "1,234.5"), Ok(Decimal::new(12_345, 1)));
/// // A thousand, or one and a bit?
/// let refusal = parse("balance", "1.234").err().ok_or("a number")?;
/// assert_eq!(refusal.reason, "ambiguous-number");
/// assert_eq!(refusal.values, ["1234", "1.2340"]);
/// # Ok::<(), &str>(())
/// ```
///
/// # Errors
/// `empty`, `malformed-number`, `ambiguous-number` with both readings, `too-large` and `too-fine` with what is allowed.
pub fn parse(field: &'static str, text: &str) -> Result<Decimal, Refusal> {
    let malformed = || Refusal::naming(field, "malformed-number", [text.trim()]);
    let bare = strip(text);
    if bare.is_empty() {
        return Err(if text.trim().is_empty() {
            Refusal::new(field, "empty")
        } else {
            malformed()
        });
    }
    let (minus, bare) = match bare.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, bare),
    };
    let joined = join_spaces(bare).ok_or_else(malformed)?;
    if !joined.starts_with(|c: char| c.is_ascii_digit())
        || !joined.ends_with(|c: char| c.is_ascii_digit())
        || !joined
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
    {
        return Err(malformed());
    }
    let signs: Vec<char> = joined.chars().filter(|c| matches!(c, '.' | ',')).collect();
    let decimal = match signs.as_slice() {
        [] => None,
        [one] => {
            let (before, after) = joined.split_once(*one).ok_or_else(malformed)?;
            if after.len() == 3 && before.len() <= 3 && !before.starts_with('0') {
                let sign = if minus { "-" } else { "" };
                let whole = alloc::format!("{sign}{before}{after}");
                let part = alloc::format!("{sign}{before}.{after}0");
                return Err(Refusal::naming(field, "ambiguous-number", [whole, part]));
            }
            Some(*one)
        }
        [.., last] if signs.iter().all(|s| s == last) => None,
        [rest @ .., last] if rest.iter().all(|s| s != last) => Some(*last),
        _ => return Err(malformed()),
    };
    let (whole, fraction) = match decimal.and_then(|sign| joined.rsplit_once(sign)) {
        Some((whole, fraction)) => (whole, fraction),
        None => (joined.as_str(), ""),
    };
    let whole = ungroup(whole).ok_or_else(malformed)?;
    let significant = whole.trim_start_matches('0');
    if significant.len() > WHOLE {
        return Err(Refusal::naming(field, "too-large", ["999999999999"]));
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > FRACTION {
        return Err(Refusal::naming(field, "too-fine", [FRACTION]));
    }
    let digits = alloc::format!(
        "{}{}.{}",
        if minus { "-" } else { "" },
        if significant.is_empty() {
            "0"
        } else {
            significant
        },
        if fraction.is_empty() { "0" } else { fraction }
    );
    Decimal::from_str_exact(&digits)
        .map(|d| d.normalize())
        .map_err(|_| malformed())
}

/// Reads a number above zero.
///
/// # Errors
/// As [`parse`], and `negative` and `zero`.
pub fn positive(field: &'static str, text: &str) -> Result<Decimal, Refusal> {
    let number = parse(field, text)?;
    if number.is_zero() {
        Err(Refusal::new(field, "zero"))
    } else if number.is_sign_negative() {
        Err(Refusal::new(field, "negative"))
    } else {
        Ok(number)
    }
}

/// Reads a number above zero of which nobody writes thousandths: a lone sign with three digits behind it can only group.
///
/// ```
/// use calculator::number::in_thousands;
///
/// assert_eq!(in_thousands("price", "Rp700.000"), Ok(700_000.into()));
/// assert_eq!(in_thousands("price", "$6,300"), Ok(6300.into()));
/// ```
///
/// # Errors
/// As [`positive`], save `ambiguous-number`.
pub fn in_thousands(field: &'static str, text: &str) -> Result<Decimal, Refusal> {
    settled(field, text, 0)
}

/// As [`positive`], of two readings the one with that place.
fn settled(field: &'static str, text: &str, place: usize) -> Result<Decimal, Refusal> {
    match positive(field, text) {
        Err(Refusal {
            reason: "ambiguous-number",
            values,
            ..
        }) => positive(field, values.get(place).map_or("", |reading| reading)),
        other => other,
    }
}

/// Reads a whole number from 1 to `most`.
///
/// ```
/// use calculator::number::count;
///
/// assert_eq!(count("videos", "12", 100), Ok(12));
/// assert_eq!(count("videos", "1.200", 2000), Ok(1200));
/// assert_eq!(count("videos", "1,5", 100).map_err(|refusal| refusal.reason), Err("not-whole"));
/// assert_eq!(count("videos", "101", 100).map_err(|refusal| refusal.reason), Err("out-of-range"));
/// ```
///
/// # Errors
/// As [`positive`] save `ambiguous-number`, and `not-whole` and `out-of-range` with the greatest that is allowed.
pub fn count(field: &'static str, text: &str, most: u32) -> Result<u32, Refusal> {
    let number = in_thousands(field, text)?;
    if !number.fract().is_zero() {
        return Err(Refusal::new(field, "not-whole"));
    }
    u32::try_from(number)
        .ok()
        .filter(|n| *n <= most)
        .ok_or_else(|| Refusal::naming(field, "out-of-range", [most]))
}

/// What was typed as `read` has it; nothing where nothing was.
fn if_typed(
    text: &str,
    read: impl FnOnce(&str) -> Result<Decimal, Refusal>,
) -> Result<Option<Decimal>, Refusal> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        read(text).map(Some)
    }
}

/// As [`positive`], but nothing where nothing was typed.
///
/// # Errors
/// As [`positive`], save `empty`.
pub fn optional(field: &'static str, text: &str) -> Result<Option<Decimal>, Refusal> {
    if_typed(text, |text| positive(field, text))
}

/// As [`in_thousands`], but nothing where nothing was typed.
///
/// # Errors
/// As [`in_thousands`], save `empty`.
pub fn optional_in_thousands(field: &'static str, text: &str) -> Result<Option<Decimal>, Refusal> {
    if_typed(text, |text| in_thousands(field, text))
}

/// The rupiah for one dollar, which are thousands: `16.500` and `16,500` mean the same. Nothing where nothing was typed.
///
/// # Errors
/// As [`optional_in_thousands`].
pub fn rate(text: &str) -> Result<Option<Decimal>, Refusal> {
    optional_in_thousands("idr", text)
}

/// A discount in percent, above zero and below a hundred, so that `12.500` is no thousands. Nothing where nothing was typed.
///
/// # Errors
/// As [`positive`], save `empty` and `ambiguous-number`; `out-of-range` for a hundred or more.
pub fn discount(field: &'static str, text: &str) -> Result<Option<Decimal>, Refusal> {
    if_typed(text, |text| {
        let percent = settled(field, text, 1)?;
        if percent >= Decimal::ONE_HUNDRED {
            return Err(Refusal::naming(field, "out-of-range", ["99"]));
        }
        Ok(percent)
    })
}

/// A decimal such as `1234.5` as people write it: groups of three, `decimals` digits behind the sign at least. With `comma`
/// as in Indonesian (`1.234,50`), else as in English (`1,234.50`). What is no decimal is returned as it is.
///
/// ```
/// use calculator::number::format;
///
/// assert_eq!(format("1234.5", 2, true), "1.234,50");
/// assert_eq!(format("1234.5", 2, false), "1,234.50");
/// assert_eq!(format("?", 2, true), "?");
/// ```
#[must_use]
pub fn format(decimal: &str, decimals: u32, comma: bool) -> String {
    let (minus, bare) = match decimal.strip_prefix('-') {
        Some(rest) => ("\u{2212}", rest),
        None => ("", decimal),
    };
    let (whole, fraction) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return decimal.to_string();
    }
    let (group, sign) = if comma { ('.', ',') } else { (',', '.') };
    let mut out = String::from(minus);
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    let least = usize::try_from(decimals).unwrap_or(0);
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() || least > 0 {
        out.push(sign);
        out.push_str(fraction);
        out.extend(core::iter::repeat_n(
            '0',
            least.saturating_sub(fraction.len()),
        ));
    }
    out
}

fn strip(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_suffix('%').unwrap_or(text).trim_end();
    for mark in ["US$", "USD", "$", "Rp.", "Rp", "IDR"] {
        if let Some(head) = text.get(..mark.len())
            && head.eq_ignore_ascii_case(mark)
        {
            return text[mark.len()..].trim_start();
        }
    }
    text
}

/// Takes out spaces that group by three; nothing where they stand elsewhere.
fn join_spaces(text: &str) -> Option<String> {
    let space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}');
    if !text.contains(space) {
        return Some(text.to_string());
    }
    let whole_end = text.find(['.', ',']).unwrap_or(text.len());
    let (whole, rest) = text.split_at(whole_end);
    if rest.contains(space) {
        return None;
    }
    let groups: Vec<&str> = whole.split(space).collect();
    grouped(&groups).then(|| groups.concat() + rest)
}

/// Takes out grouping signs; nothing where the groups are not of three.
fn ungroup(whole: &str) -> Option<String> {
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    (groups.len() == 1 || grouped(&groups)).then(|| groups.concat())
}

fn grouped(groups: &[&str]) -> bool {
    let digits = |g: &str| g.bytes().all(|b| b.is_ascii_digit());
    match groups {
        [first, rest @ ..] => {
            (1..=3).contains(&first.len())
                && !first.starts_with('0')
                && digits(first)
                && rest.iter().all(|g| g.len() == 3 && digits(g))
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_habits_are_read() {
        for (text, value) in [
            ("0", "0"),
            ("12", "12"),
            ("10000", "10000"),
            ("1.000,5", "1000.5"),
            ("1,000.5", "1000.5"),
            ("1.234.567", "1234567"),
            ("1,234,567", "1234567"),
            ("1.234.567,89", "1234567.89"),
            ("1,234,567.89", "1234567.89"),
            ("12 500", "12500"),
            ("12\u{a0}500,25", "12500.25"),
            ("0,126", "0.126"),
            ("0.126", "0.126"),
            ("9,8", "9.8"),
            ("97.99", "97.99"),
            ("1.1250", "1.125"),
            ("$6,300.00", "6300"),
            ("US$ 9.80", "9.8"),
            ("Rp16.500,00", "16500"),
            ("rp 16500", "16500"),
            ("10 %", "10"),
            ("-0,54", "-0.54"),
            ("\u{2212}3", "-3"),
            ("0012", "12"),
            ("0.000001", "0.000001"),
        ] {
            assert_eq!(
                parse("x", text).map(|d| d.to_string()),
                Ok(value.to_string()),
                "{text}"
            );
        }
    }

    #[test]
    fn writes_by_either_habit() {
        for (decimal, decimals, id, en) in [
            ("0", 0, "0", "0"),
            ("1234567.5", 2, "1.234.567,50", "1,234,567.50"),
            ("0.126", 2, "0,126", "0.126"),
            ("-540", 0, "\u{2212}540", "\u{2212}540"),
            ("5.00", 0, "5", "5"),
            ("abc", 2, "abc", "abc"),
            ("", 2, "", ""),
        ] {
            assert_eq!(format(decimal, decimals, true), id);
            assert_eq!(format(decimal, decimals, false), en);
        }
    }

    #[test]
    fn two_readings_are_refused_with_both() {
        for (text, whole, part) in [
            ("1.000", "1000", "1.0000"),
            ("16,500", "16500", "16.5000"),
            ("$6,300", "6300", "6.3000"),
            ("-1.234", "-1234", "-1.2340"),
        ] {
            let refusal = parse("x", text).unwrap_err();
            assert_eq!(refusal.reason, "ambiguous-number", "{text}");
            assert_eq!(refusal.values, [whole, part]);
            // Each reading is itself without doubt.
            assert!(refusal.values.iter().all(|v| parse("x", v).is_ok()));
        }
    }

    #[test]
    fn what_can_only_be_one_is_not_asked() {
        for (text, value) in [
            ("700.000", 700_000),
            ("Rp700,000", 700_000),
            ("Rp 1.250.000", 1_250_000),
            ("$6,300", 6300),
            ("6.300", 6300),
            ("45.000", 45_000),
        ] {
            assert_eq!(in_thousands("x", text), Ok(value.into()), "{text}");
        }
        // What is no group of three is read as everywhere.
        assert_eq!(in_thousands("x", "9,8"), Ok(Decimal::new(98, 1)));
        assert_eq!(optional_in_thousands("x", " "), Ok(None));
        assert_eq!(discount("x", "12.500"), Ok(Some(Decimal::new(125, 1))));
        assert_eq!(discount("x", ""), Ok(None));
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "empty"),
            ("   ", "empty"),
            ("$", "malformed-number"),
            ("abc", "malformed-number"),
            ("1e5", "malformed-number"),
            ("NaN", "malformed-number"),
            ("1.00.0", "malformed-number"),
            ("1,0000.5", "malformed-number"),
            ("1.000,5.5", "malformed-number"),
            ("1 00", "malformed-number"),
            (".5", "malformed-number"),
            ("5.", "malformed-number"),
            ("--5", "malformed-number"),
            ("１２", "malformed-number"),
            ("1234567890123", "too-large"),
            ("0.1234567", "too-fine"),
        ] {
            assert_eq!(parse("x", text).unwrap_err().reason, reason, "{text}");
        }
        assert_eq!(positive("x", "0").unwrap_err().reason, "zero");
        assert_eq!(positive("x", "-1").unwrap_err().reason, "negative");
        assert_eq!(count("x", "1.5", 9).unwrap_err().reason, "not-whole");
        assert_eq!(count("x", "10", 9).unwrap_err().reason, "out-of-range");
        assert_eq!(count("x", "9,0", 9), Ok(9));
        assert_eq!(optional("x", " "), Ok(None));
        assert_eq!(discount("x", "100.000").unwrap_err().reason, "out-of-range");
        assert_eq!(in_thousands("x", "-1.000").unwrap_err().reason, "negative");
    }
}
