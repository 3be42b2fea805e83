// The Nu HTML checker over every page of the built site, in one run.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { start } from './harness.js';

const require = createRequire(import.meta.url);

let site;
before(async () => { site = await start(); });
after(() => site?.close());

const pages = () => site.files().filter((file) => file.endsWith('.html'));

test('the Nu HTML checker has nothing against any page', async () => {
  // A third less time of the processor than with the machine's own choice of collector and compiler.
  const java = ['-Xss4m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const checker = spawn(process.env.JAVA ?? 'java', [...java, '-jar', require('vnu-jar'), '--skip-non-html', '--format', 'json', site.out], { stdio: ['ignore', 'ignore', 'pipe'] });
  let out = '';
  checker.stderr.setEncoding('utf8').on('data', (text) => { out += text; });
  await new Promise((done, failed) => { checker.on('error', failed); checker.on('close', done); });
  const { messages } = JSON.parse(out);
  const told = messages
    // It reads files and not an origin, so "self" of the policy means nothing to it.
    .filter(({ message }) => !message.startsWith('Resource violates Content Security Policy (meta tag): external '))
    // A block of data is no script: no policy blocks it. It is told from a script here, since the checker does not.
    .filter(({ message, url, lastLine }) => !(message.startsWith('Inline script violates Content Security Policy')
      && /^\s*<script type="application\/ld\+json">/.test(site.read(decodeURIComponent(url).slice(decodeURIComponent(url).indexOf(site.out) + site.out.length + 1)).split('\n')[lastLine - 1])))
    .map(({ url, lastLine, message }) => `${url.slice(url.indexOf(site.out) + site.out.length)}:${lastLine} ${message}`);
  assert.deepEqual(told.slice(0, 20), [], `${told.length} messages`);
  // Where it reads nothing it says nothing either: the notes about the policy show that it read each page.
  const read = new Set(messages.map(({ url }) => url));
  assert.ok(read.size >= pages().length, `${read.size} of ${pages().length} pages were read`);
});
