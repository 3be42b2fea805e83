//! The wallet map: who pays into which wallet, what each wallet pays for and what it never pays for, drawn from
//! `data/wallets.toml`. One drawing fits a phone and a desk. The diagnoser's answer shows a copy of it and lights the
//! empty wallet (`site/assets/answer.js`), so every wallet is a group of its own with `data-wallet`.

use crate::html::escape;
use crate::model::Site;
use crate::parse::data::{PAYERS, Wallet, WalletWords};
use crate::text::push;

/// Width of the drawing, about that of the answer on a phone, so that its letters keep their size there; where the line that
/// leads from a payer to the wallets stands; the left edge and width of a wallet; and the left edge of what it pays for.
const WIDTH: usize = 300;
const RAIL: usize = 9;
const BOX: (usize, usize) = (22, 106);
const USE: usize = 142;
/// Height of a line of text, of a payer, and the space between two wallets.
const LINE: usize = 16;
const PAYER: usize = 26;
const GAP: usize = 14;
/// Height of a letter (`font-size` of the drawing in `site.css`), and how much wider a bold one is, in hundredths.
const SIZE: usize = 13;
const BOLD: usize = 112;
/// What a line may take in a wallet's box, and to the right of it.
const BOX_WIDTH: usize = BOX.1 - 8;
const USE_WIDTH: usize = WIDTH - USE - SIGN;
/// From the left edge of what a wallet pays for to its words: the tick and the cross stand between.
const SIGN: usize = 16;
/// The head of an arrow, from its tip on.
const HEAD: &str = "m-4-4l4 4-4 4";

/// The drawing. It names itself in words, so readers who do not see it get all of it.
#[must_use]
pub(crate) fn svg(site: &Site<'_>, language: &str) -> String {
    let ui = site.ui(language);
    let mut body = String::new();
    let mut y = 0;
    for payer in PAYERS {
        let mut wallets = of_payer(site, language, payer).peekable();
        if wallets.peek().is_none() {
            continue;
        }
        let name = ui.word("payer", payer);
        push(
            &mut body,
            format_args!(
                "<g class=\"map-payer\"><rect y=\"{y}\" width=\"{}\" height=\"{PAYER}\" rx=\"8\"/>",
                (width(&name) * BOLD / 100 + 2 * RAIL).min(WIDTH)
            ),
        );
        text(&mut body, RAIL, y + 18, &[name], "map-who");
        y += PAYER;
        let from = y;
        y += GAP;
        let mut rail = String::new();
        let mut last = from;
        for (wallet, words) in wallets {
            let (height, middle) = row(
                &mut body,
                wallet,
                words,
                y,
                &ui.word("wallets", "map_empty"),
            );
            push(&mut rail, format_args!("M{RAIL} {middle}H{}{HEAD}", BOX.0));
            last = middle;
            y += height + GAP;
        }
        push(
            &mut body,
            format_args!("<path class=\"map-arrow\" d=\"M{RAIL} {from}V{last}{rail}\"/></g>\n"),
        );
    }
    if body.is_empty() {
        return String::new();
    }
    format!(
        "<svg class=\"wallet-map\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"{}\">\n{body}</svg>\n",
        y - GAP + 2,
        escape(
            words(site, language)
                .replace('\n', " ")
                .replace("- ", "")
                .trim()
        )
    )
}

/// The map as a list in Markdown.
#[must_use]
pub(crate) fn words(site: &Site<'_>, language: &str) -> String {
    let ui = site.ui(language);
    let mut out = String::new();
    for payer in PAYERS {
        for (_, words) in of_payer(site, language, payer) {
            let line = ui.fill(
                "wallets",
                "map_words",
                &[
                    ("payer", &ui.word("payer", payer)),
                    ("wallet", &words.name),
                    ("pays", &words.map_pays),
                    ("never", &words.map_never),
                ],
            );
            push(&mut out, format_args!("- {line}\n"));
        }
    }
    out
}

fn of_payer<'s>(
    site: &Site<'s>,
    language: &'s str,
    payer: &'static str,
) -> impl Iterator<Item = (&'s Wallet, &'s WalletWords)> {
    site.data()
        .wallets
        .iter()
        .filter(move |w| w.payer == Some(payer))
        .filter_map(move |w| Some((w, w.words.get(language)?)))
}

/// Draws one wallet from `top` down; returns its height and its middle.
fn row(
    out: &mut String,
    wallet: &Wallet,
    words: &WalletWords,
    top: usize,
    empty: &str,
) -> (usize, usize) {
    let name = wrap(&words.name, BOX_WIDTH * 100 / BOLD);
    let pays = wrap(&words.map_pays, USE_WIDTH);
    let never = wrap(&words.map_never, USE_WIDTH);
    let inner = (name.len() * LINE + 12).max((pays.len() + never.len()) * LINE + 4);
    let middle = top + inner / 2;
    push(
        out,
        format_args!(
            "<g class=\"map-wallet\" data-wallet=\"{}\"><rect class=\"map-box\" x=\"{}\" y=\"{top}\" width=\"{}\" height=\"{inner}\" rx=\"8\"/>",
            escape(&wallet.id.value),
            BOX.0,
            BOX.1
        ),
    );
    text(
        out,
        BOX.0 + BOX.1 / 2,
        first_line(middle, name.len()),
        &name,
        "map-name",
    );
    let first = first_line(middle, pays.len() + never.len());
    let second = first + pays.len() * LINE;
    push(
        out,
        format_args!(
            "<path class=\"map-arrow\" d=\"M{} {middle}H{}{HEAD}\"/>",
            BOX.0 + BOX.1,
            USE - 2
        ),
    );
    // A tick and a cross, so that colour is not the only sign.
    push(
        out,
        format_args!(
            "<path class=\"map-yes\" d=\"M{} {}l3 3 5-6\"/>",
            USE + 2,
            first - 4
        ),
    );
    text(out, USE + SIGN, first, &pays, "map-pays");
    push(
        out,
        format_args!(
            "<path class=\"map-no\" d=\"M{} {}l6 6m0-6l-6 6\"/>",
            USE + 3,
            second - 7
        ),
    );
    text(out, USE + SIGN, second, &never, "map-never");
    let sign = width(empty) * BOLD / 100 + 14;
    push(
        out,
        format_args!(
            "<g class=\"map-sign\"><rect x=\"{}\" y=\"{}\" width=\"{sign}\" height=\"18\" rx=\"9\"/>",
            (BOX.0 + BOX.1 / 2).saturating_sub(sign / 2),
            top - 13
        ),
    );
    text(
        out,
        BOX.0 + BOX.1 / 2,
        top,
        &[empty.to_owned()],
        "map-empty",
    );
    out.push_str("</g></g>\n");
    (inner, middle)
}

/// Where the first of `lines` lines stands so that they are centred on `middle`.
fn first_line(middle: usize, lines: usize) -> usize {
    middle + 4 + LINE / 2 - lines * LINE / 2
}

fn text(out: &mut String, x: usize, y: usize, lines: &[String], class: &str) {
    push(out, format_args!("<text class=\"{class}\" y=\"{y}\">"));
    for (n, line) in lines.iter().enumerate() {
        let down = if n == 0 {
            String::new()
        } else {
            format!(" dy=\"{LINE}\"")
        };
        push(
            out,
            format_args!("<tspan x=\"{x}\"{down}>{}</tspan>", escape(line)),
        );
    }
    out.push_str("</text>");
}

/// Words in lines that are at most `most` wide; a longer word has a line of its own.
fn wrap(words: &str, most: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match out.last_mut() {
            Some(line) if width(line) + width(" ") + width(word) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    out
}

/// How wide `text` is in regular letters. Which font draws it is the reader's, so it is taken to be a wide one (DejaVu Sans,
/// Verdana).
fn width(text: &str) -> usize {
    let hundredths: usize = text
        .chars()
        .map(|letter| match letter {
            'i' | 'j' | 'l' | ' ' | '.' | ',' | ':' | ';' | '|' | '\'' => 33,
            'f' | 'r' | 't' | 'I' | 'J' | '(' | ')' | '-' | '/' => 41,
            'c' | 's' | 'z' => 55,
            'm' | 'w' | 'M' | 'W' => 97,
            'A'..='Z' => 73,
            '\u{2e80}'.. => 100,
            _ => 64,
        })
        .sum();
    (hundredths * SIZE).div_ceil(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_by_words() {
        assert_eq!(
            wrap("Kling API video units", 120),
            ["Kling API video", "units"]
        );
        assert_eq!(
            wrap("incomprehensibilities a", 60),
            ["incomprehensibilities", "a"]
        );
        assert!(wrap("", 60).is_empty());
    }

    #[test]
    fn wide_letters_take_more_of_a_line_than_narrow_ones() {
        assert_eq!(wrap("illicit lilt", 60), ["illicit lilt"]);
        assert_eq!(wrap("MMMMMMM MMMM", 60), ["MMMMMMM", "MMMM"]);
        assert!(width("\u{4f59}\u{989d}") > width("ab"));
    }
}
