// @ts-check
/* Pages for a short text in which the engine found nothing: what the search knows of the code it read, or of the words. Fetched
 * when such an answer stands, never before.
 */
import { el } from "./dom.js";
import { Lookup } from "./lookup.js";
import { tokens } from "./stem.js";

/** So many pages are shown, for so many words at most. */
const FEW = 5;
const MOST = 8;
/** Of so few words one may be mistyped. */
const MISTYPED = 4;

/** @type {Promise<Lookup> | null} */
let opening = null;

/**
 * A section of links; nothing where there is nothing near, or the index cannot be had.
 * @param {string} text masked
 * @param {string | null | undefined} code
 * @returns {Promise<HTMLElement | null>}
 */
export async function nearest(text, code) {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("a[data-search]"));
  const words = tokens(text.replace(/\[[a-z]+-\d+\]/g, " ")).slice(0, MOST);
  if (!link) return null;
  opening ??= Lookup.open(new URL("index.json", link.href).href);
  try {
    const lookup = await opening;
    let query = "";
    /** @type {import("./lookup.js").Hit[]} */
    let hits = [];
    // The code says more than what is left of the words around it. Pages with only part of it would be guesses: the engine has
    // reasons where it takes a text for something else.
    for (query of [code ?? "", words.join(" ")]) {
      if (!query) continue;
      ({ hits } = await lookup.find(query, words.length > MISTYPED ? "exact" : "near"));
      hits = hits.filter(({ whole }) => whole);
      if (hits.length) break;
    }
    if (!hits.length) return null;
    const rows = await lookup.rows(hits.slice(0, FEW));
    const items = rows.map(({ href, title, summary }) => el("li", {}, el("a", { href }, el("span", {}, title), el("small", {}, summary))));
    return el(
      "section",
      { "data-testid": "nearest" },
      el("h3", {}, lookup.root.words.pages),
      el("ul", { class: "link-list" }, ...items),
      el("p", {}, el("a", { href: `${link.href}#q=${encodeURIComponent(query)}` }, lookup.root.words.all)),
    );
  } catch {
    opening = null; // The usual help stands already.
    return null;
  }
}
