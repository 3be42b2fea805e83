// @ts-check
/* The answer as a card: which wallet, who can fix it, why, what to do, and where the paste says so. Builds DOM from a
 * report and the answers of one language; reads no input, loads nothing, and puts text of a paste in as text only.
 */
import { copyFrom, el, fill, icon, markup } from "./dom.js";

/** @typedef {import("./engine.js").Answers} Answers */
/** @typedef {import("./engine.js").Finding} Finding */
/** @typedef {import("./engine.js").Report} Report */
/** @typedef {import("./engine.js").Rule} Rule */
/** @typedef {import("./paste.js").Excerpt} Excerpt */
/** @typedef {Record<string, string>} Words the table [diagnose] of ui/<lang>.toml */
/** @typedef {{report: Report, answers: Answers, excerpt: Excerpt, size: number, lang: string, catalogue: string}} Answer */

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
    card.dataset.tone = tone(rule, top);
    card.append(matchHead(answer, top, rule), matchBody(answer, top, rule));
  } else if (rule) {
    card.dataset.tone = "doubt";
    card.append(verdictHead(answer, "doubt"), choiceBody(answer));
  } else {
    card.dataset.tone = "plain";
    card.append(verdictHead(answer, report.verdict === "empty" ? "info" : "search"));
    if (report.verdict === "none") card.append(noneBody(answer));
  }
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
  const verdict = answers.words[`verdict_${report.verdict}`];
  if (report.verdict !== "match" || !rule) return verdict;
  return [verdict, rule.title, rule.walletName].filter(Boolean).join(". ");
}

/**
 * An empty wallet is red only where the answer is more than a guess.
 * @param {Rule} rule
 * @param {Finding} finding
 */
function tone(rule, finding) {
  if (finding.likelihood === "possible") return "doubt";
  return rule.wallet ? "empty" : "info";
}

/** @param {Answer} answer @param {Finding} top @param {Rule} rule */
function matchHead({ answers }, top, rule) {
  const { words } = answers;
  const provider = top.provider === null ? null : answers.providers[top.provider]?.name;
  return el(
    "header",
    { class: "slip-head" },
    el(
      "p",
      { class: "verdict" },
      icon(rule.wallet ? "empty" : "check"),
      el("span", { "data-testid": "verdict" }, words.verdict_match),
      provider ? el("span", { class: "chip" }, provider) : null,
    ),
    el("h2", { id: "answer-title", tabindex: "-1" }, rule.title),
    el("p", {}, rule.summary),
    sure(words, top.likelihood),
  );
}

/** @param {Answer} answer @param {"doubt" | "info" | "search"} sign */
function verdictHead({ report, answers: { words } }, sign) {
  const word = (/** @type {string} */ part) => words[`verdict_${report.verdict}${part}`];
  return el(
    "header",
    { class: "slip-head" },
    el("p", { class: "verdict" }, icon(sign), el("span", {}, words.result)),
    el("h2", { id: "answer-title", tabindex: "-1", "data-testid": "verdict" }, word("")),
    el("p", {}, word("_text")),
    el("p", {}, el("strong", {}, word("_next"))),
  );
}

/** @param {Answer} answer @param {Finding} top @param {Rule} rule */
function matchBody(answer, top, rule) {
  const { report, answers: { words } } = answer;
  const main = el("div", { class: "slip-main" }, wallet(answer, rule), who(words, rule), ...explanation(answer, rule, true));
  main.append(actions(words, rule));
  const aside = el("div", { class: "slip-aside" }, evidence(answer), facts(answer));
  const rest = report.findings.slice(1);
  const same = rest.filter((finding) => overlaps(finding, top));
  const apart = rest.filter((finding) => !overlaps(finding, top));
  aside.append(...others(answer, words.could_be, same), ...others(answer, words.also_found, apart));
  return el("div", { class: "slip-body" }, main, aside);
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
          who(words, rule),
          ...explanation(answer, rule, index === 0),
          rule.not_this_html ? section(words.tell_apart, markup("div", "html", rule.not_this_html)) : null,
          actions(words, rule),
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
    el("p", { class: "slip-actions" }, el("a", { class: "button", href: answer.catalogue }, words.open_catalogue)),
  );
  const shown = evidence(answer);
  return el("div", { class: "slip-body" }, main, shown ? el("div", { class: "slip-aside" }, shown) : null);
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
function wallet({ answers }, rule) {
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
      el("p", {}, words.wallet),
      el("h3", {}, rule.walletName ?? facts?.name ?? rule.wallet),
      el("span", { class: "gauge none", "aria-hidden": "true" }),
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
 * Cause, steps, verification and the two branches, as the page of the error has them.
 * @param {Answer} answer
 * @param {Rule} rule
 * @param {boolean} first the answer itself, whose steps the page is asked about
 */
function explanation({ report, answers: { words } }, rule, first) {
  const steps = rule.steps.map((step) => markup("li", "html", step));
  const opaque = first && report.verdict === "opaque";
  return [
    section(words.cause, markup("div", "html", rule.cause_html)),
    section(
      opaque ? words.collect : words.steps,
      el("ol", { class: "steps", "data-testid": first ? "steps" : null }, ...steps),
    ),
    section(words.verify, markup("div", "html", rule.verify_html)),
    rule.already_paid_html ? branch(words.already_paid, rule.already_paid_html, "more paid", "already-paid") : null,
    rule.not_this_html && report.verdict === "match" ? branch(words.not_this, rule.not_this_html, "more", "not-this") : null,
  ].filter((part) => part !== null);
}

/** @param {string} title @param {HTMLElement} content */
function section(title, content) {
  return el("section", {}, el("h3", {}, title), content);
}

/** @param {string} title @param {string} html @param {string} className @param {string} id */
function branch(title, html, className, id) {
  return el("details", { class: className, "data-testid": id }, el("summary", {}, title), markup("div", "html", html));
}

/** @param {Words} words @param {Rule} rule */
function actions(words, rule) {
  const page = new URL(rule.page, location.href).href;
  return el(
    "p",
    { class: "slip-actions" },
    copyButton(words, words.copy_steps, "copy", () => asText(words, rule, page)),
    copyButton(words, words.copy_link, "link", () => page),
    el("a", { class: "button quiet", href: rule.page }, words.read_more, icon("next")),
  );
}

/** @param {Words} words @param {string} label @param {"copy" | "link"} sign @param {() => string} text */
function copyButton(words, label, sign, text) {
  const button = el("button", { class: "button", type: "button" }, icon(sign), el("span", { "data-label": true, "aria-live": "polite" }, label));
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
    const apart = html.replace(/<(div|pre|p|ul|ol|li|br)\b/g, " $&");
    return (markup("div", "", apart).textContent ?? "").trim().replace(/\s+/g, " ");
  };
  return [
    rule.title,
    rule.walletName ? `${words.wallet}: ${rule.walletName}` : null,
    `${words.actor}: ${rule.actorText}`,
    "",
    ...rule.steps.map((step, index) => `${index + 1}. ${plain(step)}`),
    "",
    `${words.verify}: ${plain(rule.verify_html)}`,
    "",
    page,
  ]
    .filter((line) => line !== null)
    .join("\n");
}

/** @param {Answer} answer */
function facts({ report, answers }) {
  const { words } = answers;
  const { http_status: status, code, provider, request_id: request, host } = report.facts;
  const seen = provider ?? report.findings[0]?.provider ?? null;
  const list = el("dl", { class: "fact-list", "data-testid": "facts" });
  const add = (/** @type {string} */ name, /** @type {string | number | null | undefined} */ value, literal = true) => {
    if (value === null || value === undefined || value === "") return;
    list.append(el("dt", {}, name), el("dd", { class: literal ? "literal" : null }, String(value)));
  };
  add(words.fact_http_status, status);
  add(words.fact_code, code);
  add(words.fact_request_id, request);
  add(words.fact_host, host);
  add(words.fact_provider, seen === null ? words.provider_unknown : answers.providers[seen]?.name, false);
  return section(words.facts, list);
}

/** @param {Answer} answer */
function evidence({ excerpt: { pieces, secrets }, size, lang, report, answers: { words } }) {
  const marked = pieces.some((piece) => piece.lines.some((line) => line.parts.some((part) => part.marked)));
  const cut = pieces.some((piece) => piece.skipped > 0);
  if (!marked && !cut) return null;
  const list = el("ol");
  let shown = 0;
  for (const { skipped, lines } of pieces) {
    if (skipped > 0) list.append(el("li", { class: "gap" }, `··· ${bytes(skipped, lang)} ···`));
    for (const line of lines) {
      const text = el("span", { class: "line" });
      for (const part of line.parts) {
        shown += part.text.length;
        const piece = part.secret ? el("span", { class: "secret", title: words.masked_text, "data-testid": "secret" }, part.text) : part.text;
        text.append(part.marked ? el("mark", { "data-testid": "evidence" }, piece) : piece);
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
    note ? el("p", { class: "excerpt-note" }, note) : null,
    secrets.length ? el("p", { class: "excerpt-note" }, fill(words.masked, { count: secrets.length })) : null,
    secrets.includes("key") ? el("p", { class: "callout callout-warning", "data-testid": "key-warning" }, words.masked_warning) : null,
  );
}

/** @param {Answer} answer @param {string} title @param {Finding[]} findings */
function others({ answers }, title, findings) {
  const { words } = answers;
  if (!findings.length) return [];
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
  return [section(title, el("ul", { class: "link-list" }, ...items))];
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
