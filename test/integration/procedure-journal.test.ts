import { constants, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import { createJournal, takeJournal } from '../../src/procedure/journal/journal.ts';
import { systemClock } from '../../src/procedure/machine/clock.ts';
import { runPaths } from '../../src/procedure/store.ts';

/** When a record is on the disk. What that costs is measured by `npm run bench journal`. */

/** Names of the files below `dir` that this process has open to write, and whether a write returns when it is on the disk. */
function durable(dir: string): Readonly<Record<string, boolean>> {
  const found: Record<string, boolean> = {};
  for (const fd of readdirSync('/proc/self/fd')) {
    let path: string;
    try {
      path = readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      continue;
    }
    if (!path.startsWith(dir)) continue;
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
    found[path.slice(path.lastIndexOf('/') + 1)] = (Number.parseInt(flags, 8) & constants.O_DSYNC) !== 0;
  }
  return found;
}

test('what is written to a journal is on the disk when it is written, also after it was taken over', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-journal-'));
  try {
    const options = {
      ...{ run: 'r1', paths: runPaths(dir, 'r1'), clock: systemClock, fence: 1 },
      mask: (payload: Json) => payload,
    };
    const first = await createJournal(options);
    await first.append('step.done', 'n', 1, {});
    expect(durable(dir)).toEqual({ 'journal.jsonl': true, 'payloads.jsonl': true });
    await first.close();
    const { journal } = await takeJournal(options, async () => undefined);
    await journal.append('step.done', 'n', 1, {});
    expect(durable(dir)).toEqual({ 'journal.jsonl': true, 'payloads.jsonl': true });
    await journal.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test('a record that nobody waits for is on the disk soon, and so is one that comes behind it', async () => {
  // In memory where there is such a place: a timer is to come after the append.
  const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shiplock-journal-'));
  try {
    const paths = runPaths(dir, 'r1');
    const journal = await createJournal({
      ...{ run: 'r1', paths, clock: systemClock, fence: 1 },
      mask: (payload) => payload,
    });
    for (let n = 0; n < 50; n += 1) {
      journal.later('step.done', 'n', 1, {});
      // Takes it along: whatever comes next is looked at by a timer that was begun for another record.
      await journal.append('step.intent', 'n', 1, {});
      // What is there before the append is wholly over would be taken along too.
      await new Promise(setImmediate);
    }
    journal.later('step.done', 'n', 1, {});
    await expect.poll(() => journal.anchor().count).toBe(101);
    expect(readFileSync(paths.journal, 'utf8').trimEnd().split('\n')).toHaveLength(101);
    await journal.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

/** Writes that this process has asked the kernel for. */
function writes(): number {
  return Number(/^syscw: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

test('records that come together share the wait for the disk', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-journal-'));
  try {
    const paths = runPaths(dir, 'r1');
    const journal = await createJournal({
      ...{ run: 'r1', paths, clock: systemClock, fence: 1 },
      mask: (payload) => payload,
    });
    const before = writes();
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => journal.append('step.done', 'n', 1, { n })));
    // Each write to these files waits for the disk. One by one they would be thousands.
    expect(writes() - before).toBeLessThan(200);
    await journal.close();
    const seqs = readFileSync(paths.journal, 'utf8').trimEnd().split('\n');
    expect(seqs.map((line) => JSON.parse(line).seq)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
