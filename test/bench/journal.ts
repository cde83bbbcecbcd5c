import { createHash } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonical } from '../../src/procedure/journal/canonical.ts';
import { createJournal } from '../../src/procedure/journal/journal.ts';
import { NO_HEAD, readJournal, verifyReading } from '../../src/procedure/journal/read.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { runPaths } from '../../src/procedure/store.ts';
import type { Figure } from './support/figure.ts';
import { median } from './support/statistics.ts';

/** What the journal costs: `npm run bench journal`. Beside each figure stands the least that the same bytes cost here, taken in turn with it. */

const RECORDS = 100_000;
const ROUNDS = 5;
const APPENDS = 200;

export async function journalBench(): Promise<readonly Figure[]> {
  return [...verifying(), ...(await appending())];
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Lines {
  readonly records: readonly string[];
  readonly payloads: readonly string[];
  readonly head: string;
}

/** Records as a long canary writes them. */
function longRun(): Lines {
  const records: string[] = [];
  const payloads: string[] = [];
  let prev = NO_HEAD;
  for (let seq = 0; seq < RECORDS; seq++) {
    const payload = canonical({ data: { sample: { time: seq, requests: seq * 3 } }, salt: 'ab'.repeat(16) + seq });
    const record = canonical({
      ...{ v: 1, run: 'r1', seq, time: '2026-11-21T07:00:00.000Z', fence: 3, type: 'analysis.sample' },
      ...{ node: 'all/canary/watch', attempt: 1, payloadDigest: hash(payload), prev },
    });
    payloads.push(payload);
    records.push(record);
    prev = hash(record);
  }
  return { records, payloads, head: prev };
}

function took(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

/** All records read and verified, beside each line parsed and hashed once, which nobody who verifies can spare. */
function verifying(): readonly Figure[] {
  const { records, payloads, head } = longRun();
  const text = { journal: `${records.join('\n')}\n`, payloads: `${payloads.join('\n')}\n`, tornBytes: 0 };
  const [ours, least]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(
      took(() => {
        const { state } = verifyReading(text, readJournal('r1', text), { run: 'r1', count: RECORDS, head });
        if (state !== 'intact') throw new Error(`the journal is ${state}; it was made intact`);
      }),
    );
    least.push(
      took(() => {
        for (const lines of [text.journal, text.payloads])
          for (const line of lines.split('\n')) if (line !== '') [JSON.parse(line), hash(line)];
      }),
    );
  }
  const [mine, bare] = [median(ours), median(least)];
  const measured = `${mine.toFixed(0)} ms (${ours.map((ms) => ms.toFixed(0)).join(', ')})`;
  return [
    { name: `${RECORDS} records read and verified`, value: measured, target: '≤ 2,000 ms', met: mine <= 2_000 },
    { name: 'beside each line parsed and hashed once', value: `× ${(mine / bare).toFixed(1)}`, met: null },
  ];
}

/** One append, which is on the disk in two files when it returns, beside two plain writes that are; and many appends at once beside one by one. */
async function appending(): Promise<readonly Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-journal-bench-'));
  const plain = ['a', 'b'].map((name) => openSync(join(dir, name), 'a'));
  const journal = await createJournal({
    ...{ run: 'r1', paths: runPaths(dir, 'r1'), clock: systemClock, fence: 1 },
    mask: (payload) => payload,
  });
  try {
    const line = `${'x'.repeat(400)}\n`;
    const [alone, bare]: [number[], number[]] = [[], []];
    for (let n = 0; n < APPENDS; n++) {
      const begun = performance.now();
      await journal.append('step.done', 'n', 1, { n });
      alone.push(performance.now() - begun);
      bare.push(
        took(() => {
          for (const file of plain) {
            writeSync(file, line);
            fdatasyncSync(file);
          }
        }),
      );
    }
    const begun = performance.now();
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => journal.append('step.done', 'n', 1, { n })));
    const together = (performance.now() - begun) / 1_000;
    const [one, least] = [median(alone), median(bare)];
    return [
      { name: 'one append', value: `${one.toFixed(2)} ms`, met: null },
      { name: 'beside two plain writes that wait for the disk', value: `× ${(one / least).toFixed(1)}`, met: null },
      {
        name: 'each of 1,000 at once',
        value: `${together.toFixed(3)} ms`,
        target: '< one append',
        met: together < one,
      },
    ];
  } finally {
    await journal.close();
    for (const file of plain) closeSync(file);
    rmSync(dir, { recursive: true, force: true });
  }
}
