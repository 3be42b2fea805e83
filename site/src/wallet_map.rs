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
/// Characters of a line in each column, for letters of 13 units, and about how wide one in bold is.
const BOX_CHARS: usize = 13;
const USE_CHARS: usize = 21;
const BOLD: usize = 7;
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
                (name.chars().count() * BOLD + 2 * RAIL).min(WIDTH)
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
    let name = wrap(&words.name, BOX_CHARS);
    let pays = wrap(&words.map_pays, USE_CHARS);
    let never = wrap(&words.map_never, USE_CHARS);
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
    text(out, USE + 16, first, &pays, "map-pays");
    push(
        out,
        format_args!(
            "<path class=\"map-no\" d=\"M{} {}l6 6m0-6l-6 6\"/>",
            USE + 3,
            second - 7
        ),
    );
    text(out, USE + 16, second, &never, "map-never");
    push(
        out,
        format_args!(
            "<g class=\"map-sign\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"18\" rx=\"9\"/>",
            BOX.0 + BOX.1 / 2 - 48,
            top - 13,
            96
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
