// @ts-check
/* The tools: reads a form, asks the calculator (WASM), shows its answer, keeps the question in the address. Every number is a
 * string that the calculator wrote; this file adds up nothing. What is typed never leaves the page.
 */
import { copyFrom, el, fill, online, painted } from "./dom.js";

/** Version of what stands behind `#`. A link of another version is not guessed at. */
const VERSION = "1";
/** Most kinds of video in one question. */
const MOST_JOBS = 8;

/** @typedef {{source: string, checked: string, confidence: string}} Proof */
/** @typedef {{value: string, source: string, note: string}} Stated */
/** @typedef {{resolution?: string, mode?: string, audio?: string, input?: string, per: string, seconds?: number, amount: string, unit: string, proof: Proof}} Rate */
/** @typedef {{id: string, provider: string, name: string, retired?: boolean, rates: Rate[]}} Model */
/** @typedef {{id: string, provider: string, unit: string, name: string, price: string, units: string, validity_days?: number, lasting: boolean, concurrency?: number, per_account?: number, on_sale: boolean, proof: Proof, disputed: {field: string, values: Stated[]}[]}} Pack */
/** @typedef {{value: string, proof: Proof}} Figure */
/** @typedef {{usd: string, exact: boolean, idr: string | null}} Money */
/** @typedef {{id: string, name: string, monthly_fee?: Figure, parallel?: Figure, balance_delay?: Figure}} Provider */
/** @typedef {{id: string, provider?: string, price?: {usd: string, units: string, proof?: Proof, disputed: Stated[]}}} Unit */
/**
 * @typedef {object} Prices
 * @property {number} version
 * @property {string} lang
 * @property {{providers: Provider[], units: Unit[], models: Model[], packs: Pack[], stale_after_days: number}} catalogue
 * @property {Record<string, {title: string, url: string | null}>} sources
 * @property {Record<string, string>} words
 * @property {{format?: string, months?: string[]} | null} date
 * @property {Record<string, [string, string]>} units
 * @property {Record<string, string>} modes
 * @property {Record<string, string>} audio
 * @property {Record<string, string>} inputs
 * @property {Record<string, string>} fields
 * @property {Record<string, string>} confidence
 */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-tool]"));
// The page is there to be read before the calculator, which is larger than all of it, is asked for.
if (form) painted().then(() => start(form)).catch((/** @type {unknown} */ error) => failed(form, error));

/** @param {HTMLFormElement} form @param {unknown} error */
function failed(form, error) {
  const summary = document.querySelector("[data-summary]");
  if (summary) summary.textContent = form.dataset.failed ?? "";
  document.querySelector("[data-details]")?.replaceChildren(el("p", {}, el("code", {}, String(error))));
}

/** @param {HTMLFormElement} form */
async function start(form) {
  // All three at once: none of them names another.
  const [module, response, code] = await Promise.all([import("./calculator.js"), fetch(form.dataset.prices ?? ""), fetch(new URL("calculator_bg.wasm", import.meta.url))]);
  for (const { ok, status, url } of [response, code]) if (!ok) throw new Error(`${status} ${url}`);
  const [prices] = await Promise.all([/** @type {Promise<Prices>} */ (response.json()), module.default({ module_or_path: code })]);
  const calculator = new module.Calculator(JSON.stringify(prices.catalogue));
  const tools = { cost: costTool, lasting: lastingTool, offer: offerTool };
  const desk = new Desk(form, prices, calculator, module.format);
  tools[/** @type {keyof typeof tools} */ (form.dataset.tool)](desk);
  desk.open();
}

/** The form with what all tools need: words, numbers, the address, the place of the answer. */
class Desk {
  /** @param {HTMLFormElement} form @param {Prices} prices @param {any} calculator @param {(d: string, n: number, comma: boolean) => string} format */
  constructor(form, prices, calculator, format) {
    this.form = form;
    this.prices = prices;
    this.catalogue = prices.catalogue;
    this.words = prices.words;
    this.calculator = calculator;
    this.format = format;
    this.summary = /** @type {HTMLElement} */ (document.querySelector("[data-summary]"));
    this.details = /** @type {HTMLElement} */ (document.querySelector("[data-details]"));
    /** @type {() => void} fills the choices that depend on others */
    this.refresh = () => {};
    /** @type {() => void} asks and shows */
    this.ask = () => {};
    /** @type {(state: URLSearchParams) => void} makes as many rows as the state has */
    this.shape = () => {};
    this.timer = 0;
    this.asked = 0;
    this.defaults = new URLSearchParams();
  }

  /** Reads the address, shows the first answer, and listens. */
  open() {
    const { form } = this;
    this.refresh();
    this.defaults = this.state();
    const note = this.read();
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => this.changed());
    addEventListener("hashchange", () => {
      if (location.hash.slice(1) === this.hash()) return;
      const note = this.read();
      this.answer(note);
    });
    const copy = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-copy-link]"));
    copy?.addEventListener("click", () => {
      const { copied = "", copyFailed = "" } = form.dataset;
      this.keep();
      copyFrom(copy, online(location.href), { copied, failed: copyFailed });
    });
    document.querySelector("[data-reset]")?.addEventListener("click", () => {
      this.fill(this.defaults);
      history.replaceState(null, "", location.pathname);
      this.answer("");
    });
    for (const button of form.querySelectorAll("[data-example]")) {
      button.addEventListener("click", () => {
        this.fill(new URLSearchParams(button.getAttribute("data-example") ?? ""));
        this.changed();
      });
    }
    this.answer(note);
  }

  /** Something was typed: the answer follows when the typing rests, so that a screen reader is not told every digit. */
  changed() {
    this.refresh();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.keep();
      this.answer("");
    }, 200);
  }

  /** @param {string} note */
  answer(note) {
    for (const field of this.form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    delete this.summary.dataset.tone;
    this.ask();
    this.asked += 1;
    this.details.dataset.answered = String(this.asked);
    if (note) this.details.prepend(el("p", { class: "callout callout-warning", "data-testid": "note" }, note));
  }

  /** What the form says, by name; rows repeat their names in order. */
  state() {
    const state = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") state.append(name, value.trim());
    return state;
  }

  hash() {
    const state = this.state();
    return `v=${VERSION}&${state}`;
  }

  keep() {
    history.replaceState(null, "", `#${this.hash()}`);
  }

  /** Puts the state of the address into the form; returns what is wrong with it. */
  read() {
    const raw = location.hash.slice(1);
    // A place on the page.
    if (raw && !raw.includes("=")) return "";
    // What an address does not say is as at the beginning, whatever was there before.
    this.fill(this.defaults);
    if (!raw) return "";
    const state = new URLSearchParams(raw);
    if (state.get("v") !== VERSION) return state.has("v") ? fill(this.words.other_version, { version: state.get("v") ?? "" }) : this.words.no_version;
    state.delete("v");
    this.fill(state);
    return "";
  }

  /** @param {URLSearchParams} state */
  fill(state) {
    this.shape(state);
    // What depends on an earlier choice is there only after that choice, so in the order of the form.
    const names = [...this.form.elements].map((field) => field.getAttribute("name") ?? "");
    for (const name of new Set([...names, ...state.keys()])) {
      const fields = [.../** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`))];
      // A box without a tick has no value.
      if (!state.has(name) && fields[0]?.type !== "checkbox") continue;
      const values = state.getAll(name);
      fields.forEach((field, index) => {
        if (field instanceof HTMLInputElement && field.type === "checkbox") {
          field.checked = values.includes(field.value);
          return;
        }
        const value = values[index];
        if (value === undefined) return;
        // An id that is not for sale stays what it is, so that the answer can say so.
        if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === value)) {
          field.append(el("option", { value }, value));
        }
        field.value = value;
      });
      this.refresh();
    }
  }

  /** @param {string} name */
  field(name) {
    return /** @type {HTMLInputElement | HTMLSelectElement | null} */ (this.form.elements.namedItem(name));
  }

  /** @param {string} name */
  value(name) {
    return this.field(name)?.value.trim() ?? "";
  }

  /** The day here, not in Greenwich. */
  today() {
    const now = new Date();
    const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  }

  /** A date as the language writes it. @param {string} iso */
  date(iso) {
    const [year, month, day] = iso.split("-").map(Number);
    const { format, months } = this.prices.date ?? {};
    return format && months?.[month - 1] ? fill(format, { day, month: months[month - 1], year }) : iso;
  }

  /** @param {string | number} value @param {number} [decimals] */
  number(value, decimals = 0) {
    return this.format(String(value), decimals, this.words.decimal_sign === ",");
  }

  /** @param {string} value */
  usd(value) {
    const text = this.number(value, 2);
    return text.startsWith("−") ? `−$${text.slice(1)}` : `$${text}`;
  }

  /** @param {Money} money */
  money(money) {
    const dollars = `${money.exact ? "" : "≈ "}${this.usd(money.usd)}`;
    return money.idr === null ? dollars : `${dollars} (Rp${this.number(money.idr)})`;
  }

  /** @param {string} value @param {string} unit */
  units(value, unit) {
    if (unit === "usd") return this.usd(value);
    const names = this.prices.units[unit] ?? [unit, unit];
    return `${this.number(value)} ${names[value === "1" ? 0 : 1]}`;
  }

  /** Days in words. @param {string} count */
  days(count) {
    return fill(count === "1" ? this.words.day : this.words.days, { count: this.number(count) });
  }

  /** @param {Rate} rate */
  options(rate) {
    const { modes, audio, inputs } = this.prices;
    return [rate.resolution, rate.mode && modes[rate.mode], rate.audio && audio[rate.audio], rate.input && inputs[rate.input]].filter(Boolean).join(", ");
  }

  /** @param {string} id */
  provider(id) {
    return this.catalogue.providers.find((provider) => provider.id === id);
  }

  /** @param {string} id */
  model(id) {
    return this.catalogue.models.find((model) => model.id === id);
  }

  /** @param {string} id */
  pack(id) {
    return /** @type {Pack} */ (this.catalogue.packs.find((pack) => pack.id === id));
  }

  /** A source as its publisher wrote it: in English. @param {string} id @param {boolean} linked */
  source(id, linked) {
    const { title, url } = this.prices.sources[id] ?? { title: id, url: null };
    const lang = this.prices.lang === "en" ? null : "en";
    return linked && url ? el("a", { class: "external", rel: "noopener", href: url, lang }, title) : el("span", { lang }, title);
  }

  /** Where a figure comes from. @param {Proof} proof @param {boolean} [stale] */
  proof(proof, stale = false) {
    const title = this.source(proof.source, true);
    return el(
      "small",
      { class: "calc-proof", "data-testid": "proof" },
      title,
      `, ${this.words.checked} `,
      el("time", { datetime: proof.checked }, this.date(proof.checked)),
      `, ${this.prices.confidence[proof.confidence] ?? proof.confidence}`,
      stale ? " " : null,
      stale ? el("span", { class: "chip doubt", "data-testid": "stale" }, this.words.stale) : null,
    );
  }

  /** Every value that sources state. @param {string} label @param {Stated[]} values @param {(value: string) => string} show */
  dispute(label, values, show) {
    if (!values.length) return null;
    const said = values.flatMap(({ value, source, note }, n) => {
      const who = source === "computed" ? this.words.computed : this.source(source, false);
      return [`${n ? " / " : ""}${show(value)} (`, who, `${note ? `; ${note}` : ""})`];
    });
    return el("p", { class: "calc-dispute", "data-testid": "disputed" }, el("span", { class: "chip doubt" }, this.words.disputed), ` ${label}: `, ...said);
  }

  /** @param {Unit | undefined} unit */
  unitPrice(unit) {
    if (!unit?.price?.proof) return null;
    const { usd, units, proof, disputed } = unit.price;
    const one = this.prices.units[unit.id]?.[0] ?? unit.id;
    const text = units === "1" ? fill(this.words.unit_price, { unit: one, price: this.usd(usd) }) : fill(this.words.unit_ratio, { units: this.units(units, unit.id), price: this.usd(usd) });
    return el("div", {}, el("p", {}, text, el("br"), this.proof(proof, this.isStale(proof))), this.dispute(`1 ${one}`, disputed, (value) => this.usd(value)));
  }

  /** The calculator says it of every figure that it used; of the others the page does. @param {Proof} proof */
  isStale(proof) {
    const days = (Date.parse(this.today()) - Date.parse(proof.checked)) / 86400000;
    return days > this.catalogue.stale_after_days;
  }

  /**
   * Asks the calculator. Shows the refusal and returns nothing where there is no answer.
   * @param {"cost" | "lasting" | "offer"} what
   * @param {object} question
   * @param {Record<string, string>} fields name of the form for each field of the question
   */
  consult(what, question, fields) {
    const answer = JSON.parse(this.calculator[what](JSON.stringify(question)));
    if (answer.ok) return answer.ok;
    const { field, reason, values } = answer.refusal;
    const name = fields[field];
    const same = name === undefined ? [] : /** @type {HTMLInputElement[]} */ ([...this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]);
    // Of several rows the one in doubt, as far as its digits tell.
    const control = same.find((one) => one.value.replace(/\D/g, "") === values[0]) ?? same[0];
    control?.setAttribute("aria-invalid", "true");
    this.doubt();
    this.summary.textContent = this.reason(answer.refusal, name);
    this.details.replaceChildren();
    if (reason === "ambiguous-number" && control) {
      // Each reading as a button: one press, and it is no longer in doubt.
      const buttons = values.map((/** @type {string} */ value, /** @type {number} */ index) => {
        const button = el("button", { class: "button", type: "button", "data-testid": "reading" }, fill(index === 0 ? this.words.reading_whole : this.words.reading_part, { value: this.number(value) }));
        button.addEventListener("click", () => {
          control.value = value.replace(".", this.words.decimal_sign);
          control.focus();
          this.changed();
        });
        return button;
      });
      this.details.append(el("p", { class: "slip-actions" }, ...buttons));
    }
    return null;
  }

  /** @param {{field: string, reason: string, values: string[]}} refusal @param {string} [name] */
  reason({ reason, values }, name) {
    const word = this.words[`refuse-${reason}`] ?? reason;
    const shown = reason === "no-option" ? values.map((value) => this.combination(value)) : reason === "retired" ? values.with(1, this.date(values[1])) : values.map((value) => (/^\d+(\.\d+)?$/.test(value) ? this.number(value) : value));
    const sentence = fill(word, { a: shown[0] ?? "", b: shown[1] ?? "", c: shown[2] ?? "", all: shown.join(reason === "no-option" ? "; " : ", ") });
    const instead = reason === "retired" ? values[2] : reason === "withdrawn" ? values[1] : "";
    const after = instead ? ` ${fill(this.words.retired_replaced, { c: instead })}` : "";
    const label = name && this.form.querySelector(`[name="${CSS.escape(name)}"]`)?.closest(".field")?.querySelector("label")?.textContent;
    return `${label ? `${label}: ` : ""}${sentence}${after}`;
  }

  /** `1080p/native/` in words. @param {string} text */
  combination(text) {
    const [quality = "", audio = "", input = ""] = text.split("/");
    const { modes, audio: sounds, inputs } = this.prices;
    return [modes[quality] ?? quality, sounds[audio] ?? audio, inputs[input] ?? input].filter(Boolean).join(", ") || this.words.any;
  }

  /** What the summary says is not good news, and must not look like it. */
  doubt() {
    this.summary.dataset.tone = "doubt";
  }

  /** @param {string} summary @param {...(Node | null)} parts */
  show(summary, ...parts) {
    this.summary.textContent = summary;
    this.details.replaceChildren(...parts.filter((part) => part !== null));
  }

  /** @param {string} title @param {...(Node | string | null)} parts */
  part(title, ...parts) {
    return el("section", {}, el("h3", {}, title), ...parts);
  }

  /**
   * `titled`: the caption repeats the heading above, and is there for those who do not see it.
   * @param {string} name @param {string[]} head @param {(Node | string | null)[][]} rows @param {string} caption @param {boolean} [titled]
   */
  table(name, head, rows, caption, titled = false) {
    const figure = (/** @type {Node | string | null | undefined} */ cell) => typeof cell === "string" && /^[≈−$\d]/.test(cell);
    const column = head.map((_, index) => (index && rows.some((row) => figure(row[index])) ? "number" : null));
    const cells = (/** @type {(Node | string | null)[]} */ row) => row.map((cell, index) => (index === 0 ? el("th", { scope: "row" }, cell) : el("td", { class: figure(cell) ? "number" : null, "data-head": head[index] }, cell)));
    return el(
      "div",
      { class: "table stacks", role: "group", tabindex: "0", "aria-label": caption },
      el(
        "table",
        { class: "data", "data-testid": name },
        el("caption", { class: titled ? "visually-hidden" : null }, caption),
        el("thead", {}, el("tr", {}, ...head.map((text, index) => el("th", { scope: "col", class: column[index] }, text)))),
        el("tbody", {}, ...rows.map((row) => el("tr", {}, ...cells(row)))),
      ),
    );
  }
}

/** @param {HTMLSelectElement} select @param {[string, string][]} options value and label */
function choices(select, options) {
  const before = select.value;
  const same = select.options.length === options.length && options.every(([value, label], index) => select.options[index].value === value && select.options[index].textContent === label);
  if (same) return;
  const unknown = [...select.options].some((option) => option.value === before && option.selected) && !options.some(([value]) => value === before);
  select.replaceChildren(...options.map(([value, label]) => el("option", { value }, label)));
  if (options.some(([value]) => value === before)) select.value = before;
  else if (unknown && options.length) select.selectedIndex = 0;
}

/** @param {Iterable<string>} values */
const unique = (values) => [...new Set(values)];

/**
 * The choices of one kind of video: what the model's list holds, given the choices before.
 * @param {Desk} desk
 * @param {Element} row
 * @param {Model[]} models
 */
function jobChoices(desk, row, models) {
  const part = (/** @type {string} */ name) => /** @type {HTMLSelectElement} */ (row.querySelector(`[data-part="${name}"]`));
  const select = part("model");
  // An id that came with a link and is not for sale is kept: the answer explains it.
  const stray = select.value && !desk.model(select.value) ? [/** @type {[string, string]} */ ([select.value, select.value])] : [];
  const label = (/** @type {Model} */ model) => (model.retired ? `${model.name} (${desk.words.retired})` : model.name);
  choices(select, [...models.map((model) => /** @type {[string, string]} */ ([model.id, label(model)])), ...stray]);
  const rates = desk.model(select.value)?.rates ?? [];
  const { modes, audio, inputs } = desk.prices;
  /** @type {["quality" | "audio" | "input", (rate: Rate) => string, (value: string, rate?: Rate) => string][]} */
  const parts = [
    ["quality", (rate) => rate.resolution ?? rate.mode ?? "", (value, rate) => (rate?.resolution && rate.mode ? `${value} (${modes[rate.mode]})` : (modes[value] ?? value))],
    ["audio", (rate) => rate.audio ?? "", (value) => audio[value] ?? value],
    ["input", (rate) => rate.input ?? "", (value) => inputs[value] ?? value],
  ];
  for (const [name, of, word] of parts) {
    const values = unique(rates.map(of));
    const field = part(name);
    const kept = field.value && !values.includes(field.value) && field.dataset.model === select.value ? [field.value] : [];
    choices(field, [...values, ...kept].map((value) => [value, value === "" ? desk.words.any : word(value, rates.find((rate) => of(rate) === value))]));
    field.dataset.model = select.value;
    const nothing = values.length < 2 && (values[0] ?? "") === "";
    const box = /** @type {HTMLElement} */ (field.closest(".field"));
    box.hidden = nothing;
  }
  // Of a model that is sold by the clip a length that came from the model before may be none; one that came with a link is explained.
  const seconds = /** @type {HTMLInputElement} */ (row.querySelector('[data-part="seconds"]'));
  const lengths = rates.map((rate) => String(rate.seconds ?? ""));
  const another = seconds.dataset.model !== undefined && seconds.dataset.model !== select.value;
  if (another && lengths.length && !lengths.includes("") && !lengths.includes(seconds.value.trim())) seconds.value = lengths[0];
  seconds.dataset.model = select.value;
}

/** @param {Element} row */
function jobOf(row) {
  const value = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (row.querySelector(`[data-part="${name}"]`))?.value.trim() ?? "";
  return { model: value("model"), quality: value("quality"), audio: value("audio"), input: value("input"), seconds: value("seconds") };
}

/** @param {Desk} desk */
function providerChoices(desk) {
  const sellers = desk.catalogue.providers.filter((provider) => desk.catalogue.models.some((model) => model.provider === provider.id));
  choices(/** @type {HTMLSelectElement} */ (desk.field("p")), sellers.map((provider) => [provider.id, provider.name]));
  const chosen = desk.value("p");
  const models = desk.catalogue.models.filter((model) => model.provider === chosen);
  // What is still sold first.
  return [...models.filter((model) => !model.retired), ...models.filter((model) => model.retired)];
}

// What will it cost?

/** @param {Desk} desk */
function costTool(desk) {
  const row = /** @type {Element} */ (desk.form.querySelector("[data-job]"));
  const { words } = desk;
  desk.refresh = () => jobChoices(desk, row, providerChoices(desk));
  desk.ask = () => {
    const question = { job: jobOf(row), videos: desk.value("n"), idr: desk.value("r"), today: desk.today() };
    const cost = desk.consult("cost", question, { model: "m", quality: "q", seconds: "s", videos: "n", idr: "r" });
    if (!cost) return;
    const model = /** @type {Model} */ (desk.model(cost.model));
    const rate = model.rates[cost.rate];
    const what = [model.name, desk.options(rate), fill(words.seconds_short, { seconds: desk.value("s") })].filter(Boolean).join(", ");
    const units = desk.units(cost.units, cost.unit);
    const summary = cost.unit === "usd" || !cost.price
      ? fill(words.cost_is, { videos: desk.number(cost.videos), job: what, units: cost.price ? desk.money(cost.price) : units })
      : fill(words.cost_is_priced, { videos: desk.number(cost.videos), job: what, units, price: desk.money(cost.price) });
    const unit = desk.catalogue.units.find((one) => one.id === cost.unit);
    desk.show(
      summary,
      desk.part(
        words.arithmetic,
        el(
          "ul",
          { class: "calc-steps", "data-testid": "arithmetic" },
          el("li", {}, rateLine(desk, rate, cost, desk.value("s")), el("br"), desk.proof(rate.proof, cost.stale)),
          el("li", {}, `${desk.units(cost.each, cost.unit)} × ${desk.number(cost.videos)} = ${units}`),
          cost.price && cost.unit !== "usd" ? el("li", {}, `${units} = ${desk.money(cost.price)}`, desk.unitPrice(unit)) : null,
          cost.price ? null : el("li", {}, words["refuse-no-price"]),
        ),
        feeNote(desk, model.provider),
        rupiahNote(desk),
      ),
      packsPart(desk, cost),
      besidePart(desk, cost, model, rate),
    );
  };
}

/** @param {Desk} desk @param {Rate} rate @param {any} cost @param {string} seconds */
function rateLine(desk, rate, cost, seconds) {
  const amount = desk.units(rate.amount, rate.unit);
  if (rate.per === "second") return fill(desk.words.by_second, { amount, seconds, each: desk.units(cost.each, cost.unit) });
  return rate.seconds ? fill(desk.words.by_clip, { amount, seconds: rate.seconds }) : fill(desk.words.by_any_clip, { amount });
}

/** @param {Desk} desk @param {string} id */
function feeNote(desk, id) {
  const provider = desk.provider(id);
  if (!provider?.monthly_fee) return null;
  const { value, proof } = provider.monthly_fee;
  return el("p", { class: "callout", "data-testid": "fee" }, fill(desk.words.monthly_fee, { provider: provider.name, price: desk.usd(value) }), " ", desk.proof(proof, desk.isStale(proof)));
}

/** @param {Desk} desk */
function rupiahNote(desk) {
  const rate = desk.value("r");
  if (!rate) return null;
  const date = desk.value("d");
  const shown = /^\d+$/.test(rate) ? desk.number(rate) : rate;
  return el("p", { "data-testid": "rupiah" }, fill(date ? desk.words.idr_by : desk.words.idr_undated, { rate: shown, date: date && desk.date(date) }));
}

/** @param {Desk} desk @param {any} cost */
function packsPart(desk, cost) {
  const { words } = desk;
  if (cost.unit === "usd") return desk.part(words.packs, el("p", {}, words.pay_as_you_go));
  if (!cost.cheapest) return desk.part(words.packs, el("p", { "data-testid": "no-packs" }, words.no_packs));
  const plan = cost.cheapest;
  const lines = plan.items.map((/** @type {any} */ item) => {
    const pack = desk.pack(item.pack);
    return el("li", {}, `${desk.number(item.count)} × ${pack.name} (${desk.units(pack.units, pack.unit)}, ${desk.usd(pack.price)}). ${expiry(desk, pack, item)}`, pack.per_account ? ` ${fill(words.per_account, { count: pack.per_account })}` : null, el("br"), desk.proof(pack.proof, item.stale), disputes(desk, pack, ["price", "units", "validity_days"]));
  });
  const rows = cost.alone.map((/** @type {any} */ alone) => {
    const pack = desk.pack(alone.items[0].pack);
    return [`${desk.number(alone.items[0].count)} × ${pack.name}`, desk.money(alone.price), desk.units(alone.units, cost.unit), desk.number(alone.left)];
  });
  return desk.part(
    words.packs,
    el("p", { "data-testid": "cheapest" }, fill(words.cheapest_is, { price: desk.money(plan.price), units: desk.units(plan.units, cost.unit), left: desk.number(plan.left) })),
    el("ul", { "data-testid": "cheapest-packs" }, ...lines),
    rows.length ? desk.table("alone", [words.package, words.price, words.units, words.left_over], rows, words.each_alone) : null,
  );
}

/** @param {Desk} desk @param {Pack} pack @param {any} item */
function expiry(desk, pack, item) {
  if (item.expires) return fill(desk.words.expires, { days: pack.validity_days ?? "", date: desk.date(item.expires) });
  return pack.lasting ? desk.words.never_expires : desk.words.expiry_unknown;
}

/** @param {Desk} desk @param {Pack} pack @param {string[]} fields */
function disputes(desk, pack, fields) {
  const money = new Set(["price", "price_per_unit"]);
  const parts = pack.disputed.filter(({ field }) => fields.includes(field)).map(({ field, values }) => desk.dispute(desk.prices.fields[field] ?? field, values, (value) => (money.has(field) ? desk.usd(value) : desk.number(value))));
  return parts.length ? el("div", {}, ...parts) : null;
}

/** @param {Desk} desk @param {any} cost @param {Model} model @param {Rate} rate */
function besidePart(desk, cost, model, rate) {
  const { words } = desk;
  if (!cost.beside.length) return desk.part(words.side_by_side, el("p", {}, words.nobody_else));
  const name = (/** @type {string} */ id) => desk.provider(id)?.name ?? id;
  const note = (/** @type {any} */ beside) => (beside.unstated.length ? el("p", { class: "calc-dispute" }, fill(words.unstated, { all: beside.unstated.map((/** @type {string} */ one) => words[`option_${one}`]).join(", ") })) : null);
  const rows = [
    { price: cost.price, cells: [el("strong", {}, name(model.provider)), desk.units(cost.units, cost.unit), cost.price ? desk.money(cost.price) : words["refuse-no-price"], el("div", {}, words.this_one, el("br"), desk.proof(rate.proof, cost.stale))] },
    ...cost.beside.map((/** @type {any} */ beside) => {
      const other = /** @type {Model} */ (desk.model(beside.model));
      const proof = beside.rate === null ? null : other.rates[beside.rate].proof;
      const fee = desk.provider(other.provider)?.monthly_fee;
      const price = beside.price ? desk.money(beside.price) : desk.reason(beside.refusal ?? { field: "", reason: "no-price", values: [] });
      return {
        price: beside.price,
        cells: [name(other.provider), beside.units && beside.unit !== "usd" ? desk.units(beside.units, beside.unit) : "", fee && beside.price ? `${price} + ${fill(words.fee_short, { price: desk.usd(fee.value) })}` : price, el("div", {}, beside.rate === null ? other.name : [other.name, desk.options(other.rates[beside.rate])].filter(Boolean).join(", "), note(beside), proof ? el("br") : null, proof ? desk.proof(proof, beside.stale) : null)],
      };
    }),
  ];
  return desk.part(words.side_by_side, el("p", {}, words.side_text), desk.table("beside", [words.provider, words.units, words.price, words.list], rows.map(({ cells }) => cells), words.side_by_side, true));
}

// How long will it last?

/** @param {Desk} desk */
function lastingTool(desk) {
  const { form, words } = desk;
  const rows = /** @type {HTMLElement} */ (form.querySelector("[data-jobs]"));
  const template = /** @type {HTMLTemplateElement} */ (form.querySelector("[data-job-row]"));
  let made = 0;
  const add = () => {
    const row = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    made += 1;
    for (const part of row.querySelectorAll("[id], [for]")) {
      for (const attribute of ["id", "for"]) {
        const value = part.getAttribute(attribute);
        if (value) part.setAttribute(attribute, value.replace("-ROW", `-${made}`));
      }
    }
    row.querySelector("[data-remove]")?.addEventListener("click", (event) => {
      /** @type {Element} */ (event.currentTarget).closest("[data-job]")?.remove();
      /** @type {HTMLElement | null} */ (form.querySelector("[data-add]"))?.focus();
      desk.changed();
    });
    rows.append(row);
  };
  const count = () => rows.children.length;
  desk.shape = (state) => {
    const wanted = Math.min(Math.max(state.getAll("m").length, 1), MOST_JOBS);
    while (count() > wanted) rows.lastElementChild?.remove();
    while (count() < wanted) add();
  };
  form.querySelector("[data-add]")?.addEventListener("click", () => {
    if (count() >= MOST_JOBS) return;
    add();
    desk.changed();
    /** @type {HTMLElement | null} */ (rows.lastElementChild?.querySelector("select"))?.focus();
  });
  add();
  const packs = /** @type {HTMLElement} */ (form.querySelector("[data-packs]"));
  desk.refresh = () => {
    const models = providerChoices(desk);
    for (const row of rows.children) jobChoices(desk, row, models);
    const remove = /** @type {NodeListOf<HTMLElement>} */ (rows.querySelectorAll("[data-remove]"));
    for (const button of remove) button.hidden = count() < 2;
    const addButton = /** @type {HTMLButtonElement} */ (form.querySelector("[data-add]"));
    addButton.disabled = count() >= MOST_JOBS;
    const unit = models.find((model) => !model.retired)?.rates[0]?.unit ?? "";
    const hint = form.querySelector("[data-unit-hint]");
    if (hint) hint.textContent = unit ? fill(words.in_units, { unit: desk.prices.units[unit]?.[1] ?? unit }) : "";
    const sold = desk.catalogue.packs.filter((pack) => pack.unit === unit && (pack.concurrency || pack.disputed.some(({ field }) => field === "concurrency")));
    const ids = sold.map((pack) => pack.id).join(" ");
    if (packs.dataset.ids !== ids) {
      packs.dataset.ids = ids;
      packs.replaceChildren(...sold.map((pack) => el("label", { class: "calc-check" }, el("input", { type: "checkbox", name: "k", value: pack.id }), pack.name)));
      packs.prepend(...(sold.length ? [el("p", { class: "calc-label" }, words.packs_held)] : []));
      packs.hidden = !sold.length;
    }
  };
  desk.ask = () => {
    const all = [...rows.children];
    const question = {
      balance: desk.value("b"),
      jobs: all.map((row) => ({ ...jobOf(row), per_day: /** @type {HTMLInputElement} */ (row.querySelector('[data-part="per_day"]')).value.trim() })),
      refill_hours: desk.value("h"),
      busiest: desk.value("u"),
      minutes: desk.value("t"),
      alert: desk.value("w"),
      expires: desk.value("x"),
      packs: [...packs.querySelectorAll("input")].filter((box) => box.checked).map((box) => box.value),
      idr: desk.value("r"),
      today: desk.today(),
    };
    const names = { balance: "b", model: "m", jobs: "m", quality: "q", seconds: "s", per_day: "n", refill_hours: "h", busiest: "u", minutes: "t", alert: "w", expires: "x", packs: "k", idr: "r" };
    const last = desk.consult("lasting", question, names);
    if (last) showLasting(desk, last, question);
  };
}

/** @param {Desk} desk @param {any} last @param {any} question */
function showLasting(desk, last, question) {
  const { words } = desk;
  const jobName = (/** @type {any} */ job, /** @type {number} */ index) => {
    const model = /** @type {Model} */ (desk.model(job.model));
    return [model.name, desk.options(model.rates[job.rate]), fill(words.seconds_short, { seconds: question.jobs[index].seconds })].filter(Boolean).join(", ");
  };
  const rows = last.jobs.map((/** @type {any} */ job, /** @type {number} */ index) => {
    const rate = /** @type {Model} */ (desk.model(job.model)).rates[job.rate];
    return [el("div", {}, jobName(job, index), el("br"), desk.proof(rate.proof, job.stale)), desk.units(job.each, last.unit), desk.number(job.per_day), desk.number(job.left)];
  });
  const dearest = jobName(last.jobs[last.dearest], last.dearest);
  const fires = (/** @type {any} */ alert) => (alert.fires_after === 0 ? words.fires_at_once : fill(words.fires_after, { count: desk.number(alert.fires_after) }));
  const early = (/** @type {any} */ alert) => alert.fires_after < 2;
  const provider = desk.provider(/** @type {Model} */ (desk.model(last.jobs[0].model)).provider);
  const unit = desk.catalogue.units.find((one) => one.id === last.unit);
  if (!last.chart || noVideo(last)) desk.doubt();
  desk.show(
    fill(lastsWord(words, last), { days: desk.days(last.days), date: desk.date(last.empty_on), balance: desk.units(last.balance, last.unit), lack: desk.units(last.balance.replace("-", ""), last.unit), units: desk.units(last.expiry?.void ?? "0", last.unit) }),
    desk.part(words.days_left, last.chart && chart(desk, last), el("p", {}, fill(words.a_day, { units: desk.units(last.per_day, last.unit) }), last.worth && last.unit !== "usd" ? ` ${fill(words.worth_is, { price: desk.money(last.worth) })}` : null), last.worth && last.unit !== "usd" ? desk.unitPrice(unit) : null, rupiahNote(desk), expiryNote(desk, last)),
    desk.part(words.jobs_left, desk.table("jobs-left", [words.job, words.each, words.per_day, words.jobs_left], rows, words.jobs_left_caption)),
    desk.part(
      words.alert,
      el("p", { "data-testid": "alert" }, fill(words.alert_is, { jobs: desk.number(last.alert.jobs), units: desk.units(last.alert.units, last.unit), job: dearest })),
      el("p", {}, fill(words.alert_why, { hours: question.refill_hours, busiest: desk.number(last.busiest) }), last.busiest_assumed ? ` ${words.busiest_assumed}` : null),
      last.delay_hours && provider?.balance_delay ? el("p", {}, fill(words.delay, { hours: last.delay_hours, provider: provider.name }), " ", desk.proof(provider.balance_delay.proof, desk.isStale(provider.balance_delay.proof))) : null,
      el("p", { class: early(last.alert) ? "callout callout-warning" : null, "data-testid": "alert-fires" }, fires(last.alert), early(last.alert) ? ` ${fill(words.least, { units: desk.units(last.least, last.unit) })}` : null),
      last.own ? el("p", { class: early(last.own) ? "callout callout-warning" : null, "data-testid": "own-alert" }, `${fill(words.own_is, { units: desk.units(last.own.units, last.unit), jobs: desk.number(last.own.jobs) })} ${fires(last.own)}`, early(last.own) ? ` ${words.own_early}` : null) : null,
    ),
    parallelPart(desk, last, provider),
  );
}

/** Whether what is left does not pay for any of the videos. @param {any} last */
function noVideo(last) {
  return last.jobs.every((/** @type {any} */ job) => String(job.left) === "0");
}

/** The sentence of the answer: nothing there, used up, too little, void before that, or void already. @param {Record<string, string>} words @param {any} last */
function lastsWord(words, last) {
  if (!last.chart) return last.balance === "0" ? words.lasts_none : words.lasts_short;
  if (!last.expiry || last.expiry.void === "0") return noVideo(last) ? words.lasts_no_video : words.lasts;
  if (last.validity) return words.lasts_at_most;
  return last.expiry.days ? words.lasts_until_void : words.lasts_void;
}

/** @param {Desk} desk @param {any} last */
function expiryNote(desk, last) {
  const { words } = desk;
  if (!last.chart) return null;
  if (last.validity) {
    const { proof } = desk.pack(last.validity.pack);
    return el("p", { class: last.expiry ? "callout callout-warning" : null, "data-testid": "expiry" }, fill(words.valid_within, { days: desk.days(last.validity.days) }), el("br"), desk.proof(proof, desk.isStale(proof)));
  }
  if (!last.expiry) return null;
  const { void: lost, use_up: use } = last.expiry;
  if (lost === "0") return el("p", { "data-testid": "expiry" }, words.nothing_void);
  if (use === null) return null;
  return el("p", { class: "callout callout-warning", "data-testid": "expiry" }, fill(words.some_void, { units: desk.units(lost, last.unit), date: desk.date(last.empty_on), use: desk.units(use, last.unit) }));
}

/** @param {Desk} desk @param {any} last @param {Provider | undefined} provider */
function parallelPart(desk, last, provider) {
  const { words } = desk;
  const { needed, allowed, pack, disputed, enough } = last.parallel;
  const held = pack && desk.pack(pack);
  const proof = held ? held.proof : provider?.parallel?.proof;
  const verdict = enough === null ? words.parallel_unknown : fill(enough ? words.parallel_enough : words.parallel_short, { needed: desk.number(needed), allowed: desk.number(allowed) });
  return desk.part(
    words.at_once,
    el("p", {}, fill(words.parallel_is, { needed: desk.number(needed), busiest: desk.number(last.busiest), minutes: desk.value("t") })),
    el("p", { class: enough === false ? "callout callout-warning" : null, "data-testid": "parallel" }, verdict, held ? ` ${fill(words.parallel_pack, { pack: held.name })}` : null),
    proof && allowed !== null ? el("p", {}, desk.proof(proof, desk.isStale(proof))) : null,
    held ? desk.dispute(words.at_once, held.disputed.filter((/** @type {any} */ one) => one.field === "concurrency").flatMap((/** @type {any} */ one) => one.values), (value) => desk.number(value)) : disputed.length ? el("p", {}, disputed.join(" / ")) : null,
  );
}

/** The balance as a line that falls to nothing, with the alerts and the day the units are void. @param {Desk} desk @param {any} last */
function chart(desk, last) {
  const { words } = desk;
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const [left, top, width, height] = [8, 8, 304, 104];
  const x = (/** @type {number} */ part) => left + (part * width) / 1000;
  const y = (/** @type {number} */ part) => top + height - (part * height) / 1000;
  const put = (/** @type {string} */ tag, /** @type {Record<string, string | number>} */ attributes, text = "") => {
    const shape = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
    if (text) shape.textContent = text;
    svg.append(shape);
  };
  const title = fill(words.chart, { days: desk.days(last.days), balance: desk.units(last.balance, last.unit) });
  for (const [name, value] of Object.entries({ viewBox: "0 0 320 136", role: "img", "aria-label": title, class: "calc-chart", "data-testid": "chart" })) svg.setAttribute(name, value);
  put("path", { class: "axis", d: `M${left} ${top}V${top + height}H${left + width}` });
  // Down to nothing, or down to what is lost on the day it is void.
  const line = last.chart.lost ? `M${x(0)} ${y(1000)}L${x(last.chart.expiry)} ${y(last.chart.lost)}V${y(0)}` : `M${x(0)} ${y(1000)}L${x(last.chart.empty)} ${y(0)}`;
  put("path", { class: "area", d: `${line}H${x(0)}z` });
  put("path", { class: "balance", d: line });
  put("path", { class: "alert", d: `M${left} ${y(last.chart.alert)}H${left + width}` });
  if (last.chart.own !== null) put("path", { class: "own", d: `M${left} ${y(last.chart.own)}H${left + width}` });
  if (last.chart.expiry !== null) put("path", { class: "void", d: `M${x(last.chart.expiry)} ${top}V${top + height}` });
  put("text", { x: left, y: 130 }, words.today);
  put("text", { x: left + width, y: 130, "text-anchor": "end" }, fill(words.in_days, { days: desk.days(String(last.chart.days)) }));
  const legend = [
    ["balance", words.legend_balance],
    ["alert", words.legend_alert],
    ...(last.chart.own === null ? [] : [["own", words.legend_own]]),
    ...(last.chart.expiry === null ? [] : [["void", words.legend_void]]),
  ].map(([name, word]) => el("li", { class: `key-${name}` }, word));
  return el("figure", { class: "calc-figure" }, svg, el("figcaption", {}, el("ul", { class: "calc-legend" }, ...legend)));
}

// Is this offer right?

/** @param {Desk} desk */
function offerTool(desk) {
  const { words } = desk;
  desk.refresh = () => {
    const sold = desk.catalogue.units.filter((unit) => unit.provider && unit.price);
    const name = (/** @type {Unit} */ unit) => `${desk.provider(unit.provider ?? "")?.name ?? ""}: ${desk.prices.units[unit.id]?.[1] ?? unit.id}`;
    // Most people ask about what has packs.
    const packs = (/** @type {Unit} */ unit) => desk.catalogue.packs.filter((pack) => pack.unit === unit.id).length;
    const known = [...sold].sort((a, b) => packs(b) - packs(a)).map((unit) => /** @type {[string, string]} */ ([unit.id, name(unit)]));
    const chosen = desk.value("u");
    const stray = chosen && !known.some(([id]) => id === chosen) ? [/** @type {[string, string]} */ ([chosen, chosen])] : [];
    choices(/** @type {HTMLSelectElement} */ (desk.field("u")), [...known, ...stray]);
  };
  desk.ask = () => {
    if (!desk.value("c") && !desk.value("n")) {
      desk.show(words.offer_empty);
      return;
    }
    const question = { unit: desk.value("u"), price: desk.value("c"), currency: desk.value("y"), units: desk.value("n"), discount: desk.value("o"), per_unit: desk.value("e"), idr: desk.value("r"), today: desk.today() };
    const offer = desk.consult("offer", question, { unit: "u", price: "c", currency: "y", units: "n", discount: "o", per_unit: "e", idr: "r" });
    if (offer) showOffer(desk, offer);
  };
}

/** @param {Desk} desk @param {any} offer */
function showOffer(desk, offer) {
  const { words } = desk;
  const one = desk.prices.units[offer.unit]?.[0] ?? offer.unit;
  const unit = desk.catalogue.units.find((known) => known.id === offer.unit);
  const per = `${offer.exact ? "" : "≈ "}${desk.usd(offer.per_unit)}`;
  const values = {
    unit: one,
    per,
    list: offer.list === null ? "" : desk.usd(offer.list),
    discount: offer.discount === null ? "" : `${desk.number(offer.discount.replace("-", ""))}%`,
    other: offer.other_unit ? (desk.prices.units[offer.other_unit]?.[1] ?? offer.other_unit) : "",
  };
  const sentences = offer.verdicts.map((/** @type {string} */ verdict) => fill(words[`verdict-${verdict}`], values));
  const warn = offer.verdicts.some((/** @type {string} */ verdict) => ["claim-false", "too-cheap", "above-list"].includes(verdict));
  const claim = (/** @type {any} */ made, /** @type {string} */ word, /** @type {string} */ value) =>
    made ? el("li", {}, fill(word, { value, price: made.price ? desk.money(made.price) : "?", units: desk.number(offer.units) }), " ", el("strong", {}, made.follows ? words.follows : words.follows_not)) : null;
  const rows = offer.known.map((/** @type {any} */ known) => {
    const pack = desk.pack(known.pack);
    return [el("div", {}, pack.name, pack.on_sale ? null : ` (${words.not_on_sale})`, el("br"), desk.proof(pack.proof, known.stale), disputes(desk, pack, ["price", "units", "price_per_unit"])), desk.usd(pack.price), desk.number(pack.units), desk.usd(known.per_unit), known.cheaper ? words.cheaper : ""];
  });
  if (warn) desk.doubt();
  desk.show(
    sentences.join(" "),
    warn ? el("p", { class: "callout callout-warning", "data-testid": "warning" }, words.before_paying) : null,
    desk.part(
      words.arithmetic,
      el(
        "ul",
        { class: "calc-steps", "data-testid": "arithmetic" },
        el("li", {}, `${desk.money(offer.price)} ÷ ${desk.number(offer.units)} = ${per} ${fill(words.for_one, { unit: one })}`),
        offer.list_price ? el("li", {}, `${desk.number(offer.units)} × ${values.list} = ${desk.money(offer.list_price)} (${words.by_list})`) : null,
        offer.discount === null ? null : el("li", {}, `1 − ${desk.usd(offer.price.usd)} ÷ ${desk.usd(offer.list_price.usd)} = ${desk.number(offer.discount)}%`),
        claim(offer.claimed, words.claim_discount, offer.claimed ? `${desk.number(offer.claimed.value)}%` : ""),
        claim(offer.claimed_unit, words.claim_unit, offer.claimed_unit ? desk.usd(offer.claimed_unit.value) : ""),
      ),
      desk.unitPrice(unit),
      rupiahNote(desk),
    ),
    rows.length ? desk.part(words.known_packs, desk.table("known", [words.package, words.price, words.units, words.per_unit, words.against], rows, words.known_packs, true)) : null,
  );
}
