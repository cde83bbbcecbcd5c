import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { finishBegun, writeAll } from '../../../src/release/init/write.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-init-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const text = (name: string): string | null =>
  existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8') : null;
const change = (name: string, before: string | null, after: string) => ({ path: join(dir, name), before, after });

test('writes all of them and leaves nothing behind', async () => {
  writeFileSync(join(dir, 'b'), 'old');
  await writeAll(dir, [change('a', null, 'A'), change('b', 'old', 'new')]);
  expect([text('a'), text('b'), text('.shiplock/init.json')]).toEqual(['A', 'new', null]);
  expect(await finishBegun(dir)).toEqual([]);
});

test('what a killed process had begun is finished by the next one', async () => {
  // As it is after a kill between the two files.
  mkdirSync(join(dir, '.shiplock'));
  writeFileSync(join(dir, 'a'), 'A');
  const changes = [change('a', null, 'A'), change('b', null, 'B')];
  writeFileSync(join(dir, '.shiplock/init.json'), JSON.stringify({ formatVersion: 1, changes }));
  expect(await finishBegun(dir)).toHaveLength(2);
  expect([text('a'), text('b'), text('.shiplock/init.json')]).toEqual(['A', 'B', null]);
});

test('a file that somebody changed meanwhile is left alone', async () => {
  writeFileSync(join(dir, 'a'), 'mine');
  await expect(writeAll(dir, [change('a', 'theirs', 'A'), change('b', null, 'B')])).rejects.toThrow(/changed while/);
  expect([text('a'), text('b'), text('.shiplock/init.json')]).toEqual(['mine', null, null]);
});
