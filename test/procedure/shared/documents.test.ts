import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  carryDocuments,
  type DocumentPlaces,
  fetchDocuments,
  type MergeDocuments,
} from '../../../src/procedure/shared/documents.ts';
import { type Bench, bench } from '../../support/engine.ts';
import { memoryStore } from '../../support/memory-store.ts';

let on: Bench;
beforeEach(() => {
  on = bench();
});
afterEach(() => on[Symbol.dispose]());

const machine = (name: string): DocumentPlaces => ({
  store: join(on.dir, name),
  environment: 'testing',
  places: ['releases/testing', 'environments/testing.json'],
});
const write = ({ store }: DocumentPlaces, name: string, text: string): void => {
  mkdirSync(dirname(join(store, name)), { recursive: true });
  writeFileSync(join(store, name), text);
};
const read = ({ store }: DocumentPlaces, name: string): string => readFileSync(join(store, name), 'utf8');
/** Words of both, each once. */
const merge: MergeDocuments = (_, ours, theirs) =>
  [...new Set([...theirs.split(' '), ...ours.split(' ')])].toSorted().join(' ');

test('two machines that both remember something have all of it, whoever tells last', async () => {
  const shared = memoryStore();
  const [a, b] = [machine('a'), machine('b')];
  write(a, 'environments/testing.json', 'one');
  write(a, 'releases/testing/1.json', 'first');
  await carryDocuments(shared, a, merge);
  await fetchDocuments(shared, b, merge);
  expect(read(b, 'releases/testing/1.json')).toBe('first');
  write(b, 'environments/testing.json', 'one two');
  await carryDocuments(shared, b, merge);
  // What this one adds was written before it heard of the other.
  write(a, 'environments/testing.json', 'one three');
  await carryDocuments(shared, a, merge);
  expect(read(a, 'environments/testing.json')).toBe('one three two');
  await fetchDocuments(shared, b, merge);
  expect(read(b, 'environments/testing.json')).toBe('one three two');
});

test('a name that leads out of the places is not laid down', async () => {
  const shared = memoryStore();
  const a = machine('a');
  for (const name of [
    '../out.json',
    'releases/testing/../../out.json',
    'leases/testing.json',
    'releases/testing/x.sh',
  ]) {
    expect(
      await shared.replica.writeDocuments('testing', await shared.replica.readDocuments('testing'), { [name]: 'x' }),
    ).toBe(true);
  }
  await fetchDocuments(shared, a, merge);
  expect(existsSync(a.store)).toBe(false);
  expect(existsSync(join(on.dir, 'out.json'))).toBe(false);
});
