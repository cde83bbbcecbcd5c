import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Anchor } from '../../src/model/journal.ts';
import { redactPayload, verifyRun } from '../../src/procedure/index.ts';
import { canonical } from '../../src/procedure/journal/canonical.ts';
import { createJournal, type Journal, type JournalOptions, takeJournal } from '../../src/procedure/journal/journal.ts';
import { type JournalText, readJournal, readJournalText, verifyReading } from '../../src/procedure/journal/read.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { runPaths } from '../../src/procedure/store.ts';
import { type Bench, bench } from '../support/engine.ts';

let on: Bench;
beforeEach(() => {
  on = bench();
});
afterEach(() => on[Symbol.dispose]());

const options = (fence = 1): JournalOptions => ({
  run: 'r1',
  paths: runPaths(on.store, 'r1'),
  clock: systemClock,
  fence,
  mask: (payload) => payload,
});
const ours = async (): Promise<void> => undefined;

async function fill(journal: Journal, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    await journal.append('analysis.sample', `w/${index % 3}`, 1, { sample: { index, text: 'x'.repeat(index % 40) } });
  }
}

async function text(): Promise<JournalText> {
  const found = await readJournalText(runPaths(on.store, 'r1'));
  if (found === undefined) throw new Error('no journal');
  return found;
}

async function written(count: number): Promise<{ readonly text: JournalText; readonly anchor: Anchor }> {
  const journal = await createJournal(options());
  await fill(journal, count);
  const anchor = journal.anchor();
  await journal.close();
  return { text: await text(), anchor };
}

describe('writing', () => {
  test('records are canonical, numbered, chained, and found with their payload', async () => {
    const { text: all, anchor } = await written(20);
    const reading = readJournal('r1', all);
    expect(reading).toMatchObject({ anchor, tornBytes: 0 });
    expect(reading.broken).toBeUndefined();
    expect(reading.entries.map(({ record }) => record.seq)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    for (const line of all.journal.trim().split('\n')) expect(line).toBe(canonical(JSON.parse(line)));
    expect(verifyReading(all, reading, anchor).state).toBe('intact');
    expect(verifyReading(all, reading, undefined).state).toBe('intact, tail not anchored');
  });

  test('what is appended side by side comes out in one chain', async () => {
    const journal = await createJournal(options());
    await Promise.all(Array.from({ length: 50 }, (_, n) => journal.append('step.done', `n${n}`, 1, { n })));
    await journal.close();
    expect(readJournal('r1', await text()).entries).toHaveLength(50);
  });

  test('a record that nobody waits for goes to the disk with the next, or soon by itself', async () => {
    const journal = await createJournal(options());
    const first = journal.later('step.done', 'a', 1, 'later');
    expect(first.seq).toBe(0);
    expect(journal.anchor().count).toBe(0);
    expect((await text()).journal).toBe('');
    await journal.append('step.intent', 'b', 1, 'now');
    expect(journal.anchor().count).toBe(2);
    journal.later('step.done', 'b', 1, 'later');
    await expect.poll(() => journal.anchor().count).toBe(3);
    journal.later('step.done', 'c', 1, 'at the end');
    await journal.close();
    const reading = readJournal('r1', await text());
    expect(reading).toMatchObject({ anchor: journal.anchor(), tornBytes: 0 });
    expect(reading.broken).toBeUndefined();
    expect(reading.entries.map(({ record }) => record.node)).toEqual(['a', 'b', 'b', 'c']);
  });

  test('that a record nobody waited for could not be written is told to whoever appends next', async () => {
    const journal = await createJournal({
      ...options(),
      killAt: ({ node, when }) => {
        if (node === 'a' && when === 'before') throw new Error('disk full');
      },
    });
    journal.later('step.done', 'a', 1, 'later');
    await expect(journal.append('step.intent', 'b', 1, 'now')).rejects.toThrow('disk full');
    expect(() => journal.later('step.done', 'c', 1, 'later')).toThrow('disk full');
    await journal.close();
    expect((await text()).journal).toBe('');
  });

  test('after a failed write nothing more is written', async () => {
    const journal = await createJournal({
      ...options(),
      mask: (payload) => {
        if (JSON.stringify(payload).includes('bad')) throw new Error('disk full');
        return payload;
      },
    });
    await journal.append('step.done', 'a', 1, 'good');
    await expect(journal.append('step.done', 'b', 1, 'bad')).rejects.toThrow('disk full');
    await expect(journal.append('step.done', 'c', 1, 'good')).rejects.toThrow('disk full');
    await journal.close();
    expect(readJournal('r1', await text()).entries).toHaveLength(1);
  });
});

describe('damage', () => {
  test('1,000 random edits, swaps, truncations and rewrites are found in the chain or against the anchor', async () => {
    const { text: good, anchor } = await written(40);
    const other = await written2();
    const lines = good.journal.trimEnd().split('\n');
    const line = fc.nat({ max: lines.length - 1 });
    const damage = fc.oneof(
      fc.record({
        kind: fc.constant('edit' as const),
        at: fc.nat({ max: good.journal.length - 2 }),
        to: fc.constantFrom('0', '1', 'a', 'f', '"', '}', ' ', 'z'),
      }),
      fc.record({
        kind: fc.constant('payload' as const),
        at: fc.nat({ max: good.payloads.length - 2 }),
        to: fc.constantFrom('0', '1', 'a', 'f', '"', '}', ' ', 'z'),
      }),
      fc.record({ kind: fc.constant('swap' as const), a: line, b: line }),
      fc.record({ kind: fc.constant('remove' as const), at: line }),
      fc.record({ kind: fc.constant('double' as const), at: line }),
      fc.record({ kind: fc.constant('truncate' as const), at: line }),
      fc.record({ kind: fc.constant('rewrite' as const), from: line }),
    );
    const replaced = (source: string, at: number, to: string): string =>
      source.slice(0, at) + to + source.slice(at + 1);
    let found = 0;
    fc.assert(
      fc.property(damage, (d) => {
        let changed: JournalText = good;
        const copy = [...lines];
        switch (d.kind) {
          case 'edit':
            changed = { ...good, journal: replaced(good.journal, d.at, d.to) };
            break;
          case 'payload':
            changed = { ...good, payloads: replaced(good.payloads, d.at, d.to) };
            break;
          case 'swap':
            [copy[d.a], copy[d.b]] = [lines[d.b] ?? '', lines[d.a] ?? ''];
            changed = { ...good, journal: `${copy.join('\n')}\n` };
            break;
          case 'remove':
            copy.splice(d.at, 1);
            changed = { ...good, journal: `${copy.join('\n')}\n` };
            break;
          case 'double':
            copy.splice(d.at, 0, lines[d.at] ?? '');
            changed = { ...good, journal: `${copy.join('\n')}\n` };
            break;
          case 'truncate':
            changed = {
              ...good,
              journal: copy
                .slice(0, d.at)
                .map((one) => `${one}\n`)
                .join(''),
            };
            break;
          case 'rewrite':
            // Somebody who can write writes a chain of their own that is valid in itself.
            changed = other;
            break;
        }
        fc.pre(changed.journal !== good.journal || changed.payloads !== good.payloads);
        const state = verifyReading(changed, readJournal('r1', changed), anchor).state;
        if (state === 'broken') found++;
        return state === 'broken';
      }),
      { numRuns: 1_000 },
    );
    expect(found).toBe(1_000);
  });

  /** Another journal of the same run, valid in itself. */
  async function written2(): Promise<JournalText> {
    const second = bench();
    try {
      const journal = await createJournal({ ...options(), paths: runPaths(second.store, 'r1') });
      await fill(journal, 40);
      await journal.close();
      const found = await readJournalText(runPaths(second.store, 'r1'));
      return found ?? { journal: '', payloads: '', tornBytes: 0 };
    } finally {
      second[Symbol.dispose]();
    }
  }

  test('records after the anchor are reported as not anchored', async () => {
    const journal = await createJournal(options());
    await fill(journal, 5);
    const anchor = journal.anchor();
    await fill(journal, 3);
    await journal.close();
    const checked = await verifyRun(on.store, 'r1', anchor);
    expect(checked).toMatchObject({ kind: 'not-anchored', verification: { count: 8, anchored: 5 } });
    expect(checked.text).toBe('intact, tail not anchored (8 records, 3 of them not anchored)');
  });

  test('an unknown version is refused by name', async () => {
    const { text: good } = await written(3);
    const first = good.journal.split('\n')[0] ?? '';
    const changed = { ...good, journal: `${first.replace('"v":1', '"v":2')}\n` };
    expect(readJournal('r1', changed).broken?.why).toContain('journal version 2');
  });
});

describe('crashes', () => {
  test('a torn last record is cut off at any byte, and the next holder goes on behind it', async () => {
    await written(3);
    const whole = readFileSync(runPaths(on.store, 'r1').journal);
    const last = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let cut = last + 1; cut < whole.length; cut += 17) {
      writeFileSync(runPaths(on.store, 'r1').journal, whole.subarray(0, cut));
      const { journal, reading } = await takeJournal(options(2), ours);
      expect(reading.entries).toHaveLength(2);
      expect(reading.tornBytes).toBe(cut - last);
      await journal.append('run.resumed', '', 0, { cut });
      await journal.close();
      const after = readJournal('r1', await text());
      expect(after.broken).toBeUndefined();
      expect(after.entries).toHaveLength(3);
      expect(after.tornBytes).toBe(0);
    }
  });

  test('blocks that the file system left zeroed, and half a payload line, are taken for what they are', async () => {
    await written(3);
    const paths = runPaths(on.store, 'r1');
    appendFileSync(paths.journal, Buffer.concat([Buffer.alloc(100), Buffer.from('rest"}\n')]));
    appendFileSync(paths.payloads, '{"data":{"half');
    const { journal, reading } = await takeJournal(options(2), ours);
    expect(reading.entries).toHaveLength(3);
    expect(reading.tornBytes).toBe(107);
    await journal.append('run.resumed', '', 0, { ok: true });
    await journal.close();
    expect(readJournal('r1', await text()).entries).toHaveLength(4);
  });

  test('a taking over that is cut off in the middle is gone on with', async () => {
    await written(4);
    const paths = runPaths(on.store, 'r1');
    await expect(
      takeJournal(options(2), async () => {
        throw new Error('died here');
      }),
    ).rejects.toThrow('died here');
    // Readers still find it.
    expect(readJournal('r1', await text()).entries).toHaveLength(4);
    const { journal, reading } = await takeJournal(options(3), ours);
    await journal.close();
    expect(reading.entries).toHaveLength(4);
    expect(readFileSync(paths.journal, 'utf8').split('\n')).toHaveLength(5);
  });

  test('a holder that wakes up late cannot add to a journal that somebody else continues', async () => {
    const stale = await createJournal(options(1));
    await fill(stale, 3);
    const { journal } = await takeJournal(options(2), ours);
    await expect(stale.append('step.intent', 'late', 1, {})).rejects.toThrow('taken this journal over');
    await journal.append('run.resumed', '', 0, {});
    await Promise.all([journal.close(), stale.close()]);
    const { entries, broken } = readJournal('r1', await text());
    expect(broken).toBeUndefined();
    expect(entries.map(({ record }) => record.type)).toEqual([
      'analysis.sample',
      'analysis.sample',
      'analysis.sample',
      'run.resumed',
    ]);
  });

  test('every record a holder was told is durable is seen by whoever takes over, whenever that happens', async () => {
    for (let round = 0; round < 20; round++) {
      const second = bench();
      const paths = runPaths(second.store, 'r1');
      const stale = await createJournal({ ...options(1), paths });
      const told: number[] = [];
      const writing = (async () => {
        try {
          for (let n = 0; ; n++) {
            await stale.append('step.done', 'x', 1, { n });
            told.push(n);
          }
        } catch {
          return;
        }
      })();
      for (let turn = 0; turn < round * 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      const { journal, reading } = await takeJournal({ ...options(2), paths }, ours);
      await writing;
      await Promise.all([journal.close(), stale.close()]);
      expect(reading.entries.length).toBeGreaterThanOrEqual(told.length);
      second[Symbol.dispose]();
    }
  });
});

test('a redacted payload leaves the chain valid and says who took it out', async () => {
  const { anchor } = await written(5);
  expect(await redactPayload(on.store, 'r1', 2, 'eve', 'personal data')).toEqual({ ok: true, value: null });
  const checked = await verifyRun(on.store, 'r1', anchor);
  expect(checked).toMatchObject({ kind: 'intact', verification: { redacted: [2] } });
  expect(readJournal('r1', await text()).entries[2]?.payload).toEqual({
    kind: 'redacted',
    by: 'eve',
    reason: 'personal data',
  });
  expect(readFileSync(runPaths(on.store, 'r1').payloads, 'utf8')).not.toContain('"index":2');
});
