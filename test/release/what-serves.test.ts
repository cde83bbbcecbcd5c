import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sequence } from '../../src/procedure/index.ts';
import { type EnvironmentRecord, environmentPath } from '../../src/release/record.ts';
import { unlessServing } from '../../src/release/run/procedure.ts';
import { world } from '../build/perform.ts';

/** Git is taken back with a release, but not with one that serves and whose end alone has failed: an old server that does not stop. */

let store: string;
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'shiplock-serves-'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

type Outcome = EnvironmentRecord['history'][number]['outcome'];

async function chosen(...entries: readonly (readonly [version: string, outcome: Outcome])[]): Promise<string> {
  const where = { store, environment: 'production', service: 'shop' };
  const record: EnvironmentRecord = {
    ...{ formatVersion: 1, environment: 'production', service: 'shop' },
    history: entries.map(([version, outcome]) => ({ version, outcome, run: 'r', time: '', who: 'w', why: '' })),
  };
  const path = environmentPath(store, 'production');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(record));
  const back = sequence({ id: 'back', title: 'Back', steps: [] });
  const node = unlessServing(where, { release: { version: '2' } }, back);
  if (node?.kind !== 'choice') throw new Error('no choice');
  const { ctx } = world({ run: 'r', fence: 1 });
  return node.choose(await node.read(ctx), ctx);
}

test('it serves: git names it, and stays', async () => {
  expect(await chosen(['1', 'released'], ['2', 'released'])).toBe('stays');
});

test('it never came to serve, or was taken back: git goes back with it', async () => {
  expect(await chosen(['1', 'released'])).toBe('back');
  expect(await chosen(['1', 'released'], ['2', 'rolled-back'])).toBe('back');
  expect(await chosen(['1', 'released'], ['2', 'released'], ['1', 'went-back-to'])).toBe('back');
});

test('where there is nothing to go back to, nothing is asked', () => {
  expect(
    unlessServing({ store, environment: 'production', service: 'shop' }, { release: { version: '2' } }, null),
  ).toBeNull();
});
