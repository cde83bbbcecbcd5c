import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eslintProgram } from '../../scripts/eslint.ts';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { defaultScanConfig, NO_INPUTS, type ScanResult, scan } from '../../src/scan/index.ts';
import { wantedIn } from '../../src/scan/policy.ts';

/** ESLint itself with its plugin, as `tools/eslint` pins them. */

let dir = '';
let bin = '';
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-scan-eslint-'));
  bin = join(dir, 'bin');
  mkdirSync(bin);
  symlinkSync(await eslintProgram(), join(bin, 'eslint'));
}, 300_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function lay(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(dir, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

const look = (directory: string, path = bin): Promise<ScanResult> =>
  scan({
    ...{ directory, wanted: ['eslint'], exec: createExec(), clock: systemClock, whole: false, today: '2026-11-23' },
    policy: { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null },
    ...{ base: null, timeoutMs: 120_000, vulnerabilities: null, exclude: [], history: false, inputs: NO_INPUTS },
    path: `${path}:${process.env['PATH'] ?? ''}`,
  });

test('unsafe code is found in JavaScript, TypeScript and JSX, whatever the repository says of ESLint', async () => {
  const result = await look(
    lay('planted', {
      'src/run.js':
        'const cp = require("node:child_process");\nmodule.exports = (q) => cp.exec(`ls ${q}`);\n// eslint-disable-next-line\neval(process.argv[2]);\n',
      'src/text.ts': 'export const f = (a: { readonly x: string }): unknown => eval(a.x as string);\n',
      'src/page.tsx': 'export const A = (p: { a: string }) => <b>{eval(p.a)}</b>;\n',
      'src/old.cjs': 'const b = new Buffer(process.argv.length);\nmodule.exports = [b, /^(a+)+$/];\n',
      'src/harmless.mjs': 'export const read = (all, key) => all[key];\n',
      'eslint.config.js': 'export default [{ ignores: ["**"] }];\n',
      '.eslintrc.json': '{"rules": {"security/detect-eval-with-expression": "off"}}\n',
      'package.json': '{"eslintConfig": {"ignorePatterns": ["**"]}}\n',
    }),
  );
  expect(result.notScanned).toEqual([]);
  expect(
    result.findings.map(({ finding, level }) => `${level} ${finding.rule} ${finding.file}:${finding.line}`).toSorted(),
  ).toEqual([
    'error detect-eval-with-expression src/page.tsx:1',
    'error detect-eval-with-expression src/run.js:4',
    'error detect-eval-with-expression src/text.ts:1',
    'warning detect-child-process src/run.js:2',
    'warning detect-new-buffer src/old.cjs:1',
    'warning detect-unsafe-regex src/old.cjs:2',
  ]);
});

test('code that cannot be parsed is not scanned, and neither is anything by an ESLint without its plugin', async () => {
  const broken = await look(lay('broken', { 'a.js': 'const = ;\n' }));
  expect(broken.notScanned).toMatchObject([{ code: 'scan.garbled', where: 'eslint' }]);
  expect(broken.notScanned[0]?.found).toContain('a.js:1');
  const good = lay('good', { 'a.js': 'export {};\n' });
  // It does what such a program does: it finds nothing in anything.
  const silent = join(dir, 'silent');
  mkdirSync(silent);
  writeFileSync(
    join(silent, 'eslint'),
    `#!/bin/sh\n[ "$1" = --version ] && { echo v10.0.0; exit 0; }\nprintf '['; comma=; for f in *.js *.ts; do [ -e "$f" ] && printf '%s{"filePath":"%s/%s","messages":[]}' "$comma" "$PWD" "$f" && comma=,; done; echo ']'\n`,
  );
  chmodSync(join(silent, 'eslint'), 0o755);
  const unbelieved = await look(good, silent);
  expect(unbelieved.notScanned).toMatchObject([{ code: 'scan.garbled', where: 'eslint' }]);
  expect(unbelieved.notScanned[0]?.found).toContain('without its rules');
});

test('it is used only where the configuration names it', () => {
  const config = defaultScanConfig();
  expect(wantedIn(config)).not.toContain('eslint');
  expect(wantedIn({ ...config, scanners: { eslint: 'required' } })).toContain('eslint');
});
