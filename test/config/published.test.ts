import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { drifted } from '../../scripts/schemas.ts';
import { editorSchema, loadConfig } from '../../src/config/index.ts';
import { MINIMAL } from './sample.ts';

test('what is published about formats is what the code does', () => {
  expect(drifted(join(import.meta.dirname, '../..')), 'run `node scripts/schemas.ts` and commit the result').toEqual(
    [],
  );
});

test('every problem code in the text of a source is explained, also those of the doors', () => {
  const page = readFileSync('docs/problems.md', 'utf8');
  const codes = ['src', 'actions', 'runbooks'].flatMap((directory) =>
    globSync(`${directory}/**/*.ts`).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bcode: '([a-z0-9-]+(?:\.[a-z0-9-]+)+)'/g)].map(([, code]) => code),
    ),
  );
  expect(codes).toContain('cli.action-input');
  expect(codes.filter((code) => !page.includes(`\n| \`${code}\` |`))).toEqual([]);
});

const validate = new Ajv2020({ strict: false }).compile(editorSchema());

/** One change each; `accepted` by the schema of editors and by the loader alike. */
const CHANGES: readonly (readonly [string, string, boolean])[] = [
  ['bake: 5m', 'bake: 1h30m', true],
  ['bake: 5m', 'bake: 5', false],
  ['bake: 5m', 'bake: 5 minutes', false],
  ['share: 10%', 'share: 0.1', true],
  ['share: 10%', 'share: ten', false],
  ['bind: 127.0.0.1:8080', 'bind: "*:8080"', true],
  ['bind: 127.0.0.1:8080', 'bind: 8080', false],
  ['kind: local', 'kind: cloud', false],
  ['ready: /readyz', 'ready: readyz', false],
  ['ready: /readyz', 'ready: /readyz\n    env: { A: b, C: { secret: env:D } }', true],
  ['ready: /readyz', 'ready: /readyz\n    env: { A-B: c }', false],
  ['ready: /readyz', 'ready: /readyz\n    env: { A: { secret: D } }', false],
  ['    rollout:\n', '    rollout:\n      lowTraffic: { kind: load, path: /a, rate: 5/s }\n', true],
  ['    rollout:\n', '    rollout:\n      lowTraffic: never\n', false],
  ['    rollout:\n', '    rollout:\n      stratgy: canary\n', false],
  ['service: shop', 'service: Shop', false],
  ['apiVersion: shiplock/v1', 'apiVersion: shiplock/v9', false],
];

test.each(CHANGES)('an editor and the loader agree on %s → %s', (before, after, accepted) => {
  const text = MINIMAL.replace(before, after);
  expect(loadConfig(text, { file: 'f' }).ok).toBe(accepted);
  const document: unknown = parse(text);
  expect(validate(document)).toBe(accepted);
});
