// The scripts of the site hold to the types that stand in their comments.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { ROOT } from './harness.js';

const ASSETS = join(ROOT, 'site', 'assets');

test('the scripts hold to their types', () => {
  const names = readdirSync(ASSETS).filter((name) => name.endsWith('.js')).map((name) => join(ASSETS, name));
  assert.ok(names.length > 20);
  // The glue of the calculator, which wasm-bindgen writes when the program is built.
  const glue = join(ASSETS, 'calculator.d.ts');
  const options = {
    noEmit: true, allowJs: true, checkJs: true, strict: true, types: [], target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  const text = 'declare const load: (from: object) => Promise<void>; export default load; export const Calculator: any; export const format: any;';
  host.fileExists = (path) => path === glue || fileExists(path);
  host.readFile = (path) => (path === glue ? text : readFile(path));
  host.getSourceFile = (path, ...rest) => (path === glue ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2023) : getSourceFile.call(host, path, ...rest));
  const found = ts.getPreEmitDiagnostics(ts.createProgram(names, options, host));
  assert.equal(ts.formatDiagnostics(found, { getCanonicalFileName: (path) => path, getCurrentDirectory: () => ROOT, getNewLine: () => '\n' }), '');
});
