//! The wallet map: who pays into which wallet, what each wallet pays for and what it never pays for, drawn from
//! `data/wallets.toml`. One drawing fits a phone and a desk. The diagnoser's answer shows a copy of it and lights the
//! empty wallet (`site/assets/answer.js`), so every wallet is a group of its own with `data-wallet`.

use crate::html::escape;
use crate::model::Site;
use crate::parse::data::{PAYERS, Wallet, WalletWords};
use crate::text::push;

/// Width of the drawing, and the left edges and widths of its three columns.
const WIDTH: usize = 334;
const PAYER: (usize, usize) = (0, 76);
const BOX: (usize, usize) = (88, 114);
const USE: (usize, usize) = (214, 120);
/// Height of a line of text, and the space between two wallets.
const LINE: usize = 14;
const GAP: usize = 16;
/// Room for the small sign that stands over a lit wallet.
const TOP: usize = 12;
/// Characters of a line in each column, for letters of 12 units (bold) and 11 units.
const PAYER_CHARS: usize = 10;
const BOX_CHARS: usize = 15;
const USE_CHARS: usize = 18;

/// The drawing. It names itself in words, so readers who do not see it get all of it.
#[must_use]
pub(crate) fn svg(site: &Site<'_>, language: &str) -> String {
    let ui = site.ui(language);
    let mut body = String::new();
    let mut y = TOP;
    for payer in PAYERS {
        let start = y;
        let mut middles = Vec::new();
        for (wallet, words) in of_payer(site, language, payer) {
            let (height, middle) = row(
                &mut body,
                wallet,
                words,
                y,
                &ui.word("wallets", "map_empty"),
            );
            middles.push(middle);
            y += height + GAP;
        }
        if middles.is_empty() {
            continue;
        }
        let end = y - GAP;
        let lines = wrap(&ui.word("payer", payer), PAYER_CHARS);
        let middle = (start + end) / 2;
        push(
            &mut body,
            format_args!(
                "<g class=\"map-payer\"><rect x=\"{}\" y=\"{start}\" width=\"{}\" height=\"{}\" rx=\"8\"/>",
                PAYER.0,
                PAYER.1,
                end - start
            ),
        );
        text(
            &mut body,
            PAYER.0 + PAYER.1 / 2,
            first_line(middle, lines.len()),
            &lines,
            "map-name",
        );
        for middle in middles {
            arrow(&mut body, PAYER.0 + PAYER.1, BOX.0, middle);
        }
        body.push_str("</g>\n");
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
    let name = wrap(&words.name, BOX_CHARS);
    let pays = wrap(&words.map_pays, USE_CHARS - 2);
    let never = wrap(&words.map_never, USE_CHARS - 2);
    let inner = (name.len() * LINE + 14).max((pays.len() + never.len()) * LINE + 4);
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
    arrow(out, BOX.0 + BOX.1, USE.0 - 2, middle);
    // A tick and a cross, so that colour is not the only sign.
    push(
        out,
        format_args!(
            "<path class=\"map-yes\" d=\"M{} {}l3 3 5-6\"/>",
            USE.0 + 2,
            first - 4
        ),
    );
    text(out, USE.0 + 16, first, &pays, "map-pays");
    push(
        out,
        format_args!(
            "<path class=\"map-no\" d=\"M{} {}l6 6m0-6l-6 6\"/>",
            USE.0 + 3,
            second - 7
        ),
    );
    text(out, USE.0 + 16, second, &never, "map-never");
    push(
        out,
        format_args!(
            "<g class=\"map-sign\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"16\" rx=\"8\"/>",
            BOX.0 + BOX.1 / 2 - 45,
            top - 9,
            90
        ),
    );
    text(
        out,
        BOX.0 + BOX.1 / 2,
        top + 3,
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

fn arrow(out: &mut String, from: usize, to: usize, y: usize) {
    push(
        out,
        format_args!("<path class=\"map-arrow\" d=\"M{from} {y}H{to}m-4-4l4 4-4 4\"/>"),
    );
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

/// Words in lines of at most `most` characters; a longer word has a line of its own.
fn wrap(words: &str, most: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match out.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_by_words() {
        assert_eq!(
            wrap("Kling API video units", 16),
            ["Kling API video", "units"]
        );
        assert_eq!(
            wrap("incomprehensibilities a", 8),
            ["incomprehensibilities", "a"]
        );
        assert!(wrap("", 8).is_empty());
    }
}
