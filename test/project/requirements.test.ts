import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('every row of docs/requirements.md names at least one test, and each is there', () => {
  const rows = [...readFileSync('docs/requirements.md', 'utf8').matchAll(/^\| ([A-G]\d+) \|(.*)\|$/gm)];
  expect(rows.length).toBeGreaterThan(0);
  for (const [, id = '', rest = ''] of rows) {
    const named = [...rest.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
    expect(named.length, `${id} names no test`).toBeGreaterThan(0);
    for (const path of named) expect(existsSync(path), `${id} names ${path}`).toBe(true);
  }
});
