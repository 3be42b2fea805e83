// @ts-check
/* The answer as a card: which wallet, who can fix it, why, what to do, and where the paste says so. Builds DOM from a
 * report and the answers of one language; reads no input, loads nothing, and puts text of a paste in as text only.
 */
import { copyFrom, el, fill, icon, markup, online } from "./dom.js";
import { shownPart } from "./secret.js";
import { writeLink } from "./share.js";
import { localised, minus, times } from "./values.js";

/** @typedef {import("./answers.js").Answers} Answers */
/** @typedef {import("./engine.js").Finding} Finding */
/** @typedef {import("./engine.js").Report} Report */
/** @typedef {import("./answers.js").Rule} Rule */
/** @typedef {import("./paste.js").Excerpt} Excerpt */
/** @typedef {import("./paste.js").Part} Part */
/** @typedef {Record<string, string>} Words the table [diagnose] of ui/<lang>.toml */
/** @typedef {import("./values.js").Found} Found */
/** @typedef {{catalogue: string, page: string, version: string, feedback: string | null, map: SVGElement | null}} Place addresses and parts of the page
 *   that the card stands in */
/** @typedef {{report: Report, answers: Answers, explained: Promise<void>, excerpt: Excerpt, size: number, lang: string, values: Found, place: Place, shared: boolean}} Answer
 *   `explained`: when the explanations have come to the answers; `shared`: from a link, so there is no paste */

/** A text of so many bytes may be words to look up; a longer one is a log. */
const SHORT = 300;

/**
 * @param {Answer} answer
 * @returns {HTMLElement}
 */
export function answerCard(answer) {
  const { report, answers } = answer;
  const [top] = report.findings;
  const rule = top && answers.rules[top.rule];
  const card = el("article", {
    class: "slip",
    "data-testid": "answer",
    "data-verdict": report.verdict,
    "data-rule": rule?.id,
    "aria-labelledby": "answer-title",
  });
  if (report.verdict === "match" && rule) {
    card.dataset.tone = isGuess(report) ? "doubt" : rule.wallet ? "empty" : "info";
    const apart = report.findings.slice(1).filter((finding) => !overlaps(finding, top));
    card.append(matchHead(answer, top, rule, apart), matchBody(answer, top, rule, apart));
  } else if (rule) {
    card.dataset.tone = "doubt";
    card.append(verdictHead(answer, "doubt"), choiceBody(answer));
  } else {
    card.dataset.tone = "plain";
    card.append(verdictHead(answer, report.verdict === "empty" ? "info" : "search"));
    if (report.verdict === "none") card.append(noneBody(answer));
  }
  // For the other language (site.js). Codes that a link may name come with the explanations.
  const link = () => (card.dataset.link = rule ? linkOf(answer, report.findings) : "");
  link();
  answer.explained.then(link, () => undefined);
  return card;
}

/**
 * One sentence for screen readers.
 * @param {Report} report
 * @param {Answers} answers
 */
export function announcement(report, answers) {
  const [top] = report.findings;
  const rule = top && answers.rules[top.rule];
  const { words } = answers;
  if (report.verdict !== "match" || !rule) return words[`verdict_${report.verdict}`];
  return [words[isGuess(report) ? "verdict_guess" : "verdict_match"], rule.title, rule.walletName].filter(Boolean).join(". ");
}

/** Whether an answer must not stand as a fact: little speaks for it, or nothing but words. @param {Report} report */
function isGuess({ words, findings: [top] }) {
  return words || top.likelihood === "possible";
}

/** @param {Answer} answer @param {Finding} top @param {Rule} rule @param {Finding[]} apart what other evidence stands for */
function matchHead({ answers, report, shared }, top, rule, apart) {
  const { words } = answers;
  const provider = top.provider === null ? null : answers.providers[top.provider]?.name;
  // A second error stands far below; who has two is told at once.
  const besides = apart.map((finding) => answers.rules[finding.rule].title);
  return el(
    "header",
    { class: "slip-head" },
    el(
      "p",
      { class: "verdict" },
      icon(rule.wallet ? "empty" : "check"),
      el("span", { "data-testid": "verdict" }, words[isGuess(report) ? "verdict_guess" : "verdict_match"]),
      provider ? el("span", { class: "chip" }, provider) : null,
    ),
    el("h2", { id: "answer-title", tabindex: "-1" }, rule.title),
    el("p", {}, rule.summary),
    fromLink(shared, words),
    // A link may not tell it.
    top.likelihood ? sure(words, top.likelihood) : null,
    besides.length ? el("p", { "data-testid": "besides" }, `${words.also_found}: `, el("a", { href: "#also-found" }, besides.join("; "))) : null,
  );
}

/** @param {boolean} shared @param {Words} words */
function fromLink(shared, words) {
  return shared ? el("p", { class: "sure", "data-testid": "shared" }, icon("link"), el("span", {}, el("strong", {}, words.shared), `. ${words.shared_text}`)) : null;
}

/** @param {Answer} answer @param {"doubt" | "info" | "search"} sign */
function verdictHead({ report, answers: { words }, shared }, sign) {
  const word = (/** @type {string} */ part) => words[`verdict_${report.verdict}${part}`];
  return el(
    "header",
    { class: "slip-head" },
    el("p", { class: "verdict" }, icon(sign), el("span", {}, words.result)),
    el("h2", { id: "answer-title", tabindex: "-1", "data-testid": "verdict" }, word("")),
    el("p", {}, word("_text")),
    el("p", {}, el("strong", {}, word("_next"))),
    fromLink(shared, words),
  );
}

/** @param {Answer} answer @param {Finding} top @param {Rule} rule @param {Finding[]} apart */
function matchBody(answer, top, rule, apart) {
  const { report, answers: { words } } = answer;
  const same = report.findings.slice(1).filter((finding) => !apart.includes(finding));
  const main = el(
    "div",
    { class: "slip-main" },
    user(answer, rule),
    question(answer, rule),
    wallet(answer, rule),
    amounts(answer, top, rule),
    who(words, rule),
    steps(answer, rule, true),
    actions(answer, top, rule),
    later(answer, rule, () => [...explanation(answer, rule), alternatives(answer, rule, same)]),
  );
  const aside = el("div", { class: "slip-aside" }, map(answer, rule), evidence(answer), facts(answer), apart.length ? el("section", { id: "also-found" }, el("h3", {}, words.also_found), otherList(answer, apart)) : null);
  return el("div", { class: "slip-body" }, main, aside.childElementCount ? aside : null);
}

/** Several causes, or a text that hides its cause: every possibility with its own steps, the first one open. */
/** @param {Answer} answer */
function choiceBody(answer) {
  const { report, answers } = answer;
  const { words } = answers;
  const main = el("div", { class: "slip-main possibilities" });
  report.findings.forEach((finding, index) => {
    const rule = answers.rules[finding.rule];
    main.append(
      el(
        "details",
        { class: "more", open: index === 0, "data-testid": "possibility", "data-rule": rule.id },
        el("summary", {}, rule.title, rule.walletName ? el("span", { class: "chip" }, rule.walletName) : null),
        el(
          "div",
          {},
          el("p", {}, rule.summary),
          index === 0 ? user(answer, rule) : null,
          index === 0 ? question(answer, rule) : null,
          who(words, rule),
          steps(answer, rule, index === 0),
          actions(answer, finding, rule),
          later(answer, rule, () => [...explanation(answer, rule), html(words.tell_apart, rule.not_this_html)]),
        ),
      ),
    );
  });
  return el("div", { class: "slip-body" }, main, el("div", { class: "slip-aside" }, evidence(answer), facts(answer)));
}

/** Nothing found: what would help, and where else to look. */
/** @param {Answer} answer */
function noneBody(answer) {
  const { words } = answer.answers;
  const wanted = [words.collect_body, words.collect_status, words.collect_host, words.collect_request_id, words.collect_time];
  const list = el("ul", {}, ...wanted.map((item) => el("li", {}, item)));
  const main = el(
    "div",
    { class: "slip-main" },
    el("section", { class: "html" }, el("h3", {}, words.collect), list),
    nearest(answer),
    el("p", { class: "slip-actions" }, el("a", { class: "button", href: answer.place.catalogue }, words.open_catalogue), ...aboutPaste(answer, null)),
  );
  const shown = evidence(answer);
  return el("div", { class: "slip-body" }, main, shown ? el("div", { class: "slip-aside" }, shown) : null);
}

/**
 * The place of what the search finds for a short text.
 * @param {Answer} answer
 */
function nearest(answer) {
  const { excerpt, size, report: { facts } } = answer;
  if (size > SHORT) return null;
  const place = el("div");
  const code = literal(answer, 0, facts.code);
  import("./nearest.js")
    .then((module) => module.nearest(textOf(excerpt).join(" "), code[0]?.secret ? null : code[0]?.text))
    .then((found) => place.replaceWith(...(found ? [found] : [])), () => place.remove());
  return place;
}

/** The lines of the masked text. @param {Excerpt} excerpt */
function textOf({ pieces }) {
  return pieces.flatMap(({ skipped, lines }) => [...(skipped ? ["[...]"] : []), ...lines.map(({ parts }) => parts.map((part) => part.text).join(""))]);
}

/** @param {Words} words @param {"certain" | "likely" | "possible"} likelihood */
function sure(words, likelihood) {
  return el(
    "p",
    { class: "sure", "data-level": likelihood, "data-testid": "likelihood" },
    el("span", { class: "sure-bars", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    el(
      "span",
      {},
      `${words.confidence}: `,
      el("strong", {}, words[`likelihood_${likelihood}`]),
      `. ${words[`likelihood_${likelihood}_text`]}`,
    ),
  );
}

/** @param {Answer} answer @param {Rule} rule */
function wallet({ answers, report }, rule) {
  const { words } = answers;
  if (!rule.wallet) return el("p", { class: "callout callout-tip", "data-testid": "wallet" }, words.wallet_none);
  const facts = answers.wallets[rule.wallet];
  const row = (/** @type {string} */ name, /** @type {string | undefined} */ text, className = "") =>
    text ? el("div", { class: className }, el("dt", {}, name), el("dd", {}, text)) : null;
  return el(
    "section",
    { class: "wallet-panel", "data-testid": "wallet", "data-wallet": rule.wallet },
    el(
      "header",
      {},
      el("p", {}, isGuess(report) ? `${words.wallet} (${words[`likelihood_${report.findings[0].likelihood}`]})` : words.wallet),
      el("h3", {}, rule.walletName ?? facts?.name ?? rule.wallet),
      isGuess(report) ? null : el("span", { class: "gauge none", "aria-hidden": "true" }),
    ),
    facts
      ? el(
          "dl",
          {},
          row(words.wallet_pays_in, facts.pays_in),
          row(words.wallet_where, facts.where),
          row(words.wallet_pays_for, facts.pays_for),
          row(words.wallet_never_pays_for, facts.never_pays_for, "never"),
        )
      : null,
  );
}

/**
 * The wallet map with the one concerned lit, called empty where that is more than a guess, and in words which others do not reach it.
 * @param {Answer} answer
 * @param {Rule} rule
 */
function map({ answers: { words, wallets }, report, place }, rule) {
  const drawing = /** @type {SVGElement | undefined} */ (place.map?.cloneNode(true));
  const group = rule.wallet && drawing?.querySelector(`[data-wallet="${rule.wallet}"]`);
  if (!drawing || !group) return null;
  group.classList.add("lit");
  if (isGuess(report)) group.querySelector(".map-sign")?.remove();
  const name = wallets[rule.wallet ?? ""]?.name ?? "";
  const rest = Object.values(wallets).filter(({ never }) => never.includes(rule.wallet ?? ""));
  const text = fill(words.map_text, { wallet: name, others: rest.map((other) => other.name).join(", ") });
  drawing.setAttribute("aria-label", text);
  return el("section", { "data-testid": "map" }, el("h3", {}, words.map), drawing, rest.length ? el("p", { class: "excerpt-note" }, text) : null);
}

/**
 * Who tells of it in words alone may be a customer of an app, whom the steps of whoever holds its account do not help.
 * @param {Answer} answer
 * @param {Rule} rule
 */
function user({ report, answers: { words, users } }, rule) {
  if (!report.words || rule.actor === "end-user") return null;
  const heading = users ? el("a", { href: users }, words.users) : words.users;
  return el("section", { class: "callout callout-tip", "data-testid": "users" }, el("h3", {}, heading), el("p", {}, words.users_text));
}

/**
 * Where nothing but words tells: what would settle it, as the error asks it or else its cause.
 * @param {Answer} answer
 * @param {Rule} rule
 */
function question({ report, answers: { words } }, rule) {
  if (!report.words) return null;
  const text = rule.ask_html ? markup("div", "html", rule.ask_html) : el("p", {}, words[`ask_${rule.cause}`]);
  return el("section", { class: "callout", "data-testid": "ask" }, el("h3", {}, words.ask_heading), text);
}

/**
 * What was needed against what was left, and what the rest costs where a price is documented.
 * @param {Answer} answer
 * @param {Finding} top
 * @param {Rule} rule
 */
function amounts({ answers: { words, wallets, providers }, values: { needed, left, unit }, lang }, top, rule) {
  if (!needed || !left || !rule.wallet) return null;
  const sign = needed.replace(/[\d.]+/, "");
  const short = minus(needed.slice(sign.length), left.slice(sign.length));
  if (short === null) return null;
  const provider = top.provider === null ? null : providers[top.provider]?.id;
  const said = unit ? words[`unit_${unit}`] : "";
  // Where the text counts something else than the wallet, nothing of what the wallet's unit costs is said.
  const rate = sign ? null : wallets[rule.wallet]?.rates.find((one) => (one.provider === null || one.provider === provider) && one.units?.includes(said) !== false);
  const money = rate && times(short, rate.usd);
  const number = (/** @type {string} */ amount) => localised(amount, lang);
  const counted = sign ? number(needed) : `${number(needed)} ${rate?.units ?? (said || words.unit_any)}`;
  const [before, after] = rate && money
    ? fill(words.amounts_money, { money: number(`$${money}`), price: fill(words.unit_price, { price: number(`$${rate.usd}`), name: rate.name }), checked: rate.checked }).split("{source}")
    : [];
  return el(
    "p",
    { class: "values", "data-testid": "amounts" },
    fill(words.amounts, { needed: counted, left: number(left), short: number(sign + short) }),
    before && ` ${before}`,
    // A title stands as its publisher wrote it: in English.
    before && rate && el("span", { lang: lang === "en" ? null : "en" }, rate.source),
    after,
  );
}

/** @param {Words} words @param {Rule} rule */
function who(words, rule) {
  return el(
    "dl",
    { class: "actor-row" },
    el("div", { "data-testid": "actor" }, el("dt", {}, words.actor), el("dd", {}, rule.actorText)),
    el("div", { "data-testid": "retry" }, el("dt", {}, words.retry), el("dd", {}, rule.retryText)),
  );
}

/**
 * @param {Answer} answer
 * @param {Rule} rule
 * @param {boolean} first the answer itself, whose steps the page is asked about
 */
function steps({ report, answers: { words } }, rule, first) {
  const opaque = first && report.verdict === "opaque";
  const list = el("ol", { class: "steps", "data-testid": first ? "steps" : null }, ...rule.steps.map((step) => markup("li", "html", step)));
  return section(opaque ? words.collect : words.steps, list);
}

/**
 * What the explanations are needed for: at once if they are there, else in its place when they come.
 * @param {Answer} answer
 * @param {Rule} rule
 * @param {() => (Node | null)[]} parts
 */
function later({ answers, explained }, rule, parts) {
  const built = () => parts().filter((part) => part !== null);
  const all = document.createDocumentFragment();
  if (answers.explained) {
    all.append(...built());
    return all;
  }
  const place = el("div", { "data-later": true });
  all.append(place);
  explained.then(
    () => place.replaceWith(...built()),
    () => {
      place.replaceChildren(el("p", { class: "callout callout-warning", "data-testid": "rest-failed" }, `${answers.words.rest_failed} `, el("a", { href: rule.page }, answers.words.read_more)));
      place.removeAttribute("data-later");
    },
  );
  return all;
}

/**
 * Cause, verification, and what to do for who has paid already.
 * @param {Answer} answer
 * @param {Rule} rule
 */
function explanation({ answers: { words, wallets } }, rule) {
  return [html(words.cause, rule.cause_html), html(words.verify, rule.verify_html), paid(words, rule, wallets[rule.wallet ?? ""]?.checks ?? [])];
}

/** @param {string} title @param {string | null | undefined} text HTML of our own build */
function html(title, text) {
  return text ? section(title, markup("div", "html", text)) : null;
}

/**
 * "I already topped up": what is known of this error, then what to look at for its wallet, one thing after the other.
 * @param {Words} words
 * @param {Rule} rule
 * @param {[string, string][]} checks
 */
function paid(words, rule, checks) {
  if (!checks.length && !rule.already_paid_html) return null;
  const step = (/** @type {string} */ title, /** @type {string} */ text) => el("li", {}, el("strong", {}, title), ` ${text}`);
  return el(
    "details",
    { class: "more paid", "data-testid": "already-paid" },
    el("summary", {}, words.already_paid),
    el(
      "div",
      { class: "html" },
      rule.already_paid_html ? markup("div", "html", rule.already_paid_html) : null,
      checks.length ? el("h4", {}, words.paid_heading) : null,
      checks.length ? el("p", {}, words.paid_intro) : null,
      checks.length ? el("ol", { class: "paid-steps" }, ...checks.map(([title, text]) => step(title, text)), step(words.paid_none, words.paid_none_text)) : null,
    ),
  );
}

/**
 * What else it could be, likeliest first, and what would tell them apart.
 * @param {Answer} answer
 * @param {Rule} rule
 * @param {Finding[]} same other readings of the same evidence
 */
function alternatives(answer, rule, same) {
  const { words } = answer.answers;
  const tell = rule.not_this_html ? markup("div", "html", rule.not_this_html) : null;
  tell?.setAttribute("data-testid", "not-this");
  return el(
    "section",
    { "data-testid": "alternatives" },
    el("h3", {}, words.alternatives),
    same.length ? otherList(answer, same) : null,
    !same.length && !tell ? el("p", {}, words.alternatives_none) : null,
    tell,
  );
}

/** @param {string} title @param {HTMLElement} content */
function section(title, content) {
  return el("section", {}, el("h3", {}, title), content);
}

/** @param {Answer} answer @param {Finding} finding @param {Rule} rule */
function actions(answer, finding, rule) {
  const { answers: { words }, place } = answer;
  const page = online(rule.page);
  return el(
    "p",
    { class: "slip-actions" },
    copyButton(words, words.copy_steps, "copy", () => asText(words, rule, page)),
    ...aboutPaste(answer, rule),
    copyButton(words, words.copy_link, "link", () => online(place.page + linkOf(answer, [finding])), words.share_note),
    el("a", { class: "button quiet", href: rule.page }, words.read_more, icon("next")),
  );
}

/**
 * What takes the masked paste along: a report for a ticket, and where the site asks for it word that the answer is wrong.
 * @param {Answer} answer
 * @param {Rule | null} rule
 */
function aboutPaste(answer, rule) {
  const { answers: { words }, place, shared } = answer;
  if (shared) return [];
  const parts = [copyButton(words, words.copy_report, "report", () => report(answer, rule), words.report_note)];
  if (place.feedback) {
    const title = fill(words.feedback_title, { rule: rule?.id ?? answer.report.verdict });
    const text = `${words.feedback_ask}\n\n\n${report(answer, rule)}`;
    const link = el("a", { class: "button quiet", href: prefilled(place.feedback, title, text), rel: "noopener", "data-testid": "feedback" }, icon("flag"), words.feedback);
    parts.push(link);
  }
  return parts;
}

/**
 * The address of a form or a letter with its text filled in. The reader sends it, not the page.
 * @param {string} target
 * @param {string} title
 * @param {string} text cut where an address would be too long to open; half of a character, which no address can hold, is replaced
 */
function prefilled(target, title, text) {
  const subject = target.startsWith("mailto:") ? "subject" : "title";
  return `${target}?${subject}=${encodeURIComponent(title)}&body=${encodeURIComponent([...text].slice(0, 1500).join("").replace(/\p{Cs}/gu, "\ufffd"))}`;
}

/**
 * What stands behind `#` in a link to these findings: to all of an answer, or to one of its possibilities.
 * @param {Answer} answer
 * @param {Finding[]} findings
 */
function linkOf({ answers, report, values }, findings) {
  const { facts } = report;
  const verdict = findings.length === report.findings.length ? report.verdict : "match";
  const shown = verdict === "match" ? findings.slice(0, 1) : findings;
  return writeLink(
    {
      rules: shown.map(({ rule }) => answers.rules[rule].id),
      values: {
        code: facts.code ?? undefined,
        status: facts.http_status ? String(facts.http_status) : undefined,
        model: values.model?.id ?? undefined,
        needed: values.needed ?? undefined,
        left: values.left ?? undefined,
        unit: values.unit ?? undefined,
        sure: shown[0].likelihood,
        verdict,
        words: report.words ? "1" : undefined,
      },
    },
    answers,
  );
}

/**
 * The answer with the masked paste, as a ticket wants it.
 * @param {Answer} answer
 * @param {Rule | null} rule
 */
function report(answer, rule) {
  const { report: { verdict, facts, findings }, answers: { words, providers }, excerpt, values, place } = answer;
  const [top] = findings;
  const sender = facts.provider ?? top?.provider ?? null;
  const known = sender === null ? null : providers[sender]?.name;
  const line = (/** @type {string} */ name, /** @type {string | number | null | undefined} */ value) => (value ? `${name}: ${value}` : null);
  return [
    words.report_title,
    rule ? `${rule.title} (${rule.id})` : words[`verdict_${verdict}`],
    rule && top ? line(words.confidence, words[`likelihood_${top.likelihood}`]) : null,
    line(words.wallet, rule?.walletName),
    line(words.actor, rule?.actorText),
    line(words.provider, known),
    line(words.fact_http_status, facts.http_status),
    line(words.fact_code, literal(answer, 0, facts.code).map((part) => part.text).join("")),
    line(words.fact_model, values.model?.literal),
    values.needed ? line(words.fact_amounts, `${values.needed} / ${values.left}`) : null,
    rule ? online(rule.page) : null,
    "",
    words.report_intro,
    "```",
    ...textOf(excerpt),
    "```",
    words.report_note,
    `Resep ${place.version}`,
  ]
    .filter((part) => part !== null)
    .join("\n");
}

/** @param {Words} words @param {string} label @param {string} sign @param {() => string} text @param {string} [note] */
function copyButton(words, label, sign, text, note) {
  const button = el("button", { class: "button", type: "button", title: note }, icon(sign), el("span", { "data-label": true, "aria-live": "polite" }, label));
  button.addEventListener("click", () => copyFrom(button, text(), { copied: words.copied, failed: words.copy_failed }));
  return button;
}

/**
 * The steps as one would send them to somebody.
 * @param {Words} words
 * @param {Rule} rule
 * @param {string} page
 */
function asText(words, rule, page) {
  const plain = (/** @type {string} */ html) => {
    // A block of code begins a line of its own, though the HTML has no space before it.
    const apart = markup("div", "", html.replace(/<(div|pre|p|ul|ol|li|br)\b/g, " $&"));
    // Whoever gets the text has nothing to press.
    for (const link of apart.querySelectorAll("a")) link.append(` (${link.href})`);
    return (apart.textContent ?? "").trim().replace(/\s+/g, " ");
  };
  return [
    rule.title,
    rule.walletName ? `${words.wallet}: ${rule.walletName}` : null,
    `${words.actor}: ${rule.actorText}`,
    "",
    ...rule.steps.map((step, index) => `${index + 1}. ${plain(step)}`),
    "",
    ...(rule.verify_html ? [`${words.verify}: ${plain(rule.verify_html)}`, ""] : []),
    page,
  ]
    .filter((line) => line !== null)
    .join("\n");
}

/**
 * A fact as it stands in the paste: of what is masked there the name, for the engine folds what it reads, and a key without its
 * capitals may not look like one. As it was folded where it is written otherwise.
 * @param {Answer} answer
 * @param {number} place among the places of the facts
 * @param {string | null | undefined} value
 * @returns {Part[]}
 */
function literal({ excerpt }, place, value) {
  if (!value) return [];
  const parts = excerpt.facts[place] ?? [];
  const open = parts.find((part) => !part.secret && part.text.toLowerCase().includes(value));
  const secrets = parts.filter((part) => part.secret);
  if (!open && secrets.length) return secrets;
  const at = open?.text.toLowerCase().indexOf(value) ?? 0;
  return [{ text: open?.text.slice(at, at + value.length) ?? value, marked: false, secret: null }];
}

/** @param {Answer} answer */
function facts(answer) {
  const { report, answers, values } = answer;
  const { words } = answers;
  const { http_status: status, code, provider, request_id: request, host } = report.facts;
  const seen = provider ?? report.findings[0]?.provider ?? null;
  const list = el("dl", { class: "fact-list", "data-testid": "facts" });
  const add = (/** @type {string} */ name, /** @type {string | number | null | undefined | Part[]} */ value, asWritten = true) => {
    const parts = Array.isArray(value) ? value.map((part) => shownPart(part, words)) : value ? [String(value)] : [];
    if (parts.length) list.append(el("dt", {}, name), el("dd", { class: asWritten ? "literal" : null }, ...parts));
  };
  add(words.fact_http_status, status);
  add(words.fact_code, literal(answer, 0, code));
  add(words.fact_model, values.model?.name ?? values.model?.literal, !values.model?.name);
  add(words.fact_request_id, literal(answer, 1, request));
  add(words.fact_host, literal(answer, 2, host));
  add(words.fact_provider, seen === null ? words.provider_unknown : answers.providers[seen]?.name, false);
  return section(words.facts, list);
}

/** @param {Answer} answer */
function evidence({ excerpt: { pieces, secrets }, size, lang, report, answers: { words } }) {
  const marked = pieces.some((piece) => piece.lines.some((line) => line.parts.some((part) => part.marked)));
  const cut = pieces.some((piece) => piece.skipped > 0);
  if (!marked && !cut) return null;
  const list = el("ol");
  /** @type {HTMLElement[][]} The marks of each piece of evidence; one that runs over lines has several. */
  const marks = [];
  let open = false;
  let shown = 0;
  for (const { skipped, lines } of pieces) {
    if (skipped > 0) list.append(el("li", { class: "gap" }, `··· ${bytes(skipped, lang)} ···`));
    for (const line of lines) {
      const text = el("span", { class: "line" });
      for (const part of line.parts) {
        shown += part.text.length;
        const piece = shownPart(part, words);
        const mark = part.marked ? el("mark", { "data-testid": "evidence", tabindex: "-1" }, piece) : null;
        if (mark && open) marks[marks.length - 1].push(mark);
        else if (mark) marks.push([mark]);
        open = mark !== null;
        text.append(mark ?? piece);
      }
      list.append(el("li", {}, el("span", { class: "line-number", "aria-hidden": "true" }, line.number === null ? "" : String(line.number)), text));
    }
  }
  const note = cut ? fill(words.display_cut, { shown: bytes(shown, lang), total: bytes(size, lang) }) : null;
  return el(
    "section",
    {},
    el("h3", { id: "evidence-title" }, report.findings.length ? words.evidence : words.facts),
    // It scrolls inside itself, so it can be reached by keyboard.
    el("div", { class: "excerpt", tabindex: "0", role: "group", "aria-labelledby": "evidence-title", translate: "no" }, list),
    jumps(words, marks),
    el(
      "p",
      { class: "legend" },
      marks.length ? el("span", {}, el("span", { class: "sample-mark" }, "abc"), words.legend_evidence) : null,
      secrets.length ? el("span", {}, el("span", { class: "secret" }, "[key-1]"), words.legend_masked) : null,
    ),
    note ? el("p", { class: "excerpt-note" }, note) : null,
    secrets.length ? el("p", { class: "excerpt-note" }, fill(words.masked, { count: secrets.length })) : null,
    secrets.includes("key") ? el("p", { class: "callout callout-warning", "data-testid": "key-warning" }, words.masked_warning) : null,
  );
}

/**
 * A button for each piece of evidence that goes to it, so that it is found by keyboard too.
 * @param {Words} words
 * @param {HTMLElement[][]} marks
 */
function jumps(words, marks) {
  if (!marks.length) return null;
  const items = marks.map(([first, ...rest], index) => {
    const text = [first, ...rest].map((mark) => mark.textContent).join(" ");
    const short = text.length > 40 ? `${text.slice(0, 39)}…` : text;
    const button = el("button", { type: "button", "aria-label": fill(words.legend_go, { number: index + 1, text: short }) }, short);
    button.addEventListener("click", () => {
      first.scrollIntoView({ block: "nearest" });
      first.focus({ preventScroll: true });
    });
    return el("li", {}, button);
  });
  return el("ul", { class: "marks", "data-testid": "marks", translate: "no" }, ...items);
}

/** @param {Answer} answer @param {Finding[]} findings */
function otherList({ answers }, findings) {
  const { words } = answers;
  const items = findings.map((finding) => {
    const rule = answers.rules[finding.rule];
    return el(
      "li",
      {},
      el(
        "a",
        { href: rule.page, "data-testid": "other", "data-rule": rule.id },
        el("span", {}, rule.title),
        el("small", {}, `${words[`likelihood_${finding.likelihood}`]} · ${rule.walletName ?? rule.causeTitle}`),
      ),
    );
  });
  return el("ul", { class: "link-list" }, ...items);
}

/** @param {Finding} a @param {Finding} b */
function overlaps(a, b) {
  return a.evidence.some((x) => b.evidence.some((y) => x.start < y.end && y.start < x.end));
}

/**
 * @param {number} count
 * @param {string} lang
 */
export function bytes(count, lang) {
  const [unit, by] = count < 1000 ? ["byte", 1] : count < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  const format = { style: "unit", unit, unitDisplay: by === 1 ? "long" : "short", maximumFractionDigits: by === 1e6 ? 1 : 0 };
  return new Intl.NumberFormat(lang, /** @type {Intl.NumberFormatOptions} */ (format)).format(count / Number(by));
}
