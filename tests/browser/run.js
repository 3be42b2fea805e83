// Runs the test files that are named, two beside each other, over one site that is built and served once for all of them.
// `node --test FILE` runs one alone; it builds its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startSite } from './harness.js';

const site = await startSite();
const tests = spawn(process.execPath, ['--test', '--test-concurrency=2', '--test-reporter=spec', ...process.argv.slice(2)], {
  stdio: 'inherit', env: { ...process.env, RESEP_SITE: JSON.stringify({ origin: site.origin, out: site.out }) },
});
try {
  const [code] = await once(tests, 'exit');
  process.exitCode = code ?? 1;
} finally {
  await site.close();
}
