import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordType } from '../../src/model/journal.ts';
import { redactPayload } from '../../src/procedure/index.ts';
import { createJournal } from '../../src/procedure/journal/journal.ts';
import { type JournalText, readJournal, readJournalText } from '../../src/procedure/journal/read.ts';
import { skimJournal, skimRun } from '../../src/procedure/journal/skim.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { runPaths } from '../../src/procedure/store.ts';
import { type Bench, bench } from '../support/engine.ts';

let on: Bench;
beforeEach(() => {
  on = bench();
});
afterEach(() => on[Symbol.dispose]());

const TYPES: readonly RecordType[] = ['analysis.sample', 'step.done', 'lease.taken'];
const noSamples = (type: RecordType): boolean => type !== 'analysis.sample';

async function written(count: number): Promise<JournalText> {
  const paths = runPaths(on.store, 'r1');
  const journal = await createJournal({ run: 'r1', paths, clock: systemClock, fence: 1, mask: (payload) => payload });
  for (let index = 0; index < count; index++)
    await journal.append(TYPES[index % 3] ?? 'step.done', `n/${index}`, 1, { index });
  await journal.close();
  const text = await readJournalText(paths);
  if (text === undefined) throw new Error('no journal');
  return text;
}

/** What the full reading gives, without what is not wanted. */
function expected(text: JournalText) {
  const { entries, broken, tornBytes } = readJournal('r1', text);
  return {
    tornBytes,
    brokenAt: broken?.seq,
    entries: entries
      .filter(({ record }) => noSamples(record.type))
      .map(({ record, payload }) => (payload.kind === 'data' ? { record, payload: payload.data } : { record })),
  };
}
function skimmed(text: JournalText) {
  const { entries, broken, tornBytes } = skimJournal('r1', text, noSamples);
  return { entries, tornBytes, brokenAt: broken?.seq };
}

test('gives what the full reading gives, redacted payloads and a torn end included', async () => {
  await written(12);
  expect(await redactPayload(on.store, 'r1', 4, 'tester', 'a name in it')).toMatchObject({ ok: true });
  appendFileSync(runPaths(on.store, 'r1').journal, '{"attempt":1,"fe');
  const text = await readJournalText(runPaths(on.store, 'r1'));
  if (text === undefined) throw new Error('no journal');
  expect(skimmed(text)).toEqual(expected(text));
  expect(skimmed(text)).toMatchObject({ tornBytes: 16, brokenAt: undefined });
  expect(skimmed(text).entries.filter(({ payload }) => payload === undefined)).toHaveLength(1);
});

test('stops where the full reading stops, whatever was changed', async () => {
  const text = await written(12);
  fc.assert(
    fc.property(
      fc.constantFrom<'journal' | 'payloads'>('journal', 'payloads'),
      fc.nat(),
      fc.constantFrom('0', 'x', ' ', '"', '\n'),
      (which, position, character) => {
        const before = text[which];
        const at = position % before.length;
        const changed = { ...text, [which]: `${before.slice(0, at)}${character}${before.slice(at + 1)}` };
        expect(skimmed(changed)).toEqual(expected(changed));
      },
    ),
    { numRuns: 500 },
  );
});

test('a run without a journal, and one with an empty one', async () => {
  expect(await skimRun(on.store, 'r1', noSamples)).toBeUndefined();
  await written(3);
  const { journal } = runPaths(on.store, 'r1');
  expect(readFileSync(journal, 'utf8')).not.toBe('');
  writeFileSync(journal, '');
  expect(await skimRun(on.store, 'r1', noSamples)).toBeUndefined();
});
