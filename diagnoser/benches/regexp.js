// The same patterns as a loop of JavaScript's RegExp in Node, for `cargo bench -p diagnoser --features build --bench scan --
// others`: node regexp.js PATTERNS TEXT, patterns apart by NUL. Prints the seconds of building, of the best of three runs, and how
// many patterns were taken and found. tests/browser/bench.js measures the same in Chromium.
const { readFileSync } = require('node:fs');

const [patterns, text] = process.argv.slice(2).map((path) => readFileSync(path, 'utf8'));
const seconds = (act) => {
  const begun = performance.now();
  act();
  return (performance.now() - begun) / 1000;
};
const list = [];
const built = seconds(() => {
  for (const pattern of patterns.split('\0').filter(Boolean)) {
    try { list.push(new RegExp(pattern)); } catch { /* Not taken: the count says it. */ }
  }
});
let found = 0;
const best = Math.min(...[1, 2, 3].map(() => seconds(() => { found = list.filter((pattern) => pattern.test(text)).length; })));
console.log(built.toFixed(6), best.toFixed(6), list.length, found);
