// @ts-check
/* The catalogue of errors: narrows it to the entries that hold every word typed, and opens the group that an address names.
 * Without this its groups open and close, and a browser's own search opens them.
 */
import { fill } from "./dom.js";

setUpFilter();
setUpGroups();

/** Groups with a hit are open while something is typed. */
function setUpFilter() {
  const form = document.querySelector("[data-filter]");
  const field = form?.querySelector("input");
  const output = form?.querySelector("output");
  if (!form || !field || !output) return;
  const groups = [...document.querySelectorAll("[data-group]")].map((group) => ({
    group: /** @type {HTMLDetailsElement} */ (group),
    heading: group.querySelector("[data-count]"),
    entries: [...group.querySelectorAll("[data-entry]")].map((entry) => ({
      entry: /** @type {HTMLElement} */ (entry),
      text: `${entry.textContent} ${entry.getAttribute("data-entry")} ${group.getAttribute("data-group")}`.toLowerCase(),
    })),
  }));
  const total = groups.reduce((sum, { entries }) => sum + entries.length, 0);
  const apply = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { group, heading, entries } of groups) {
      let here = 0;
      for (const { entry, text } of entries) {
        entry.hidden = !words.every((word) => text.includes(word));
        if (!entry.hidden) here += 1;
      }
      group.hidden = here === 0;
      group.open = words.length > 0 && here > 0;
      if (heading) heading.textContent = String(here);
      count += here;
    }
    const { count: template = "", none = "" } = output.dataset;
    output.textContent = count ? fill(template, { count, total }) : none;
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", apply);
  // What a browser has kept of an earlier visit.
  if (field.value) apply();
}

/** A link to a group leads to its heading; the group is meant. Its id is that of a provider, which an address holds as it is. */
function setUpGroups() {
  const open = () => {
    const group = document.getElementById(location.hash.slice(1));
    if (group instanceof HTMLDetailsElement) group.open = true;
  };
  addEventListener("hashchange", open);
  open();
}
