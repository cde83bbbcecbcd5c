import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commitAt } from '../../src/forge/push-record.ts';
import type { PushEntry } from '../../src/model/forge.ts';

const zero = '0'.repeat(40);
const ann = { id: 1, login: 'ann', bot: false };

function sha(number: number): string {
  return number.toString(16).padStart(40, '0');
}

function entry(second: number, before: string, after: string, kind: PushEntry['kind'] = 'push'): PushEntry {
  return { before, after, at: second * 1000, kind, by: ann };
}

/** Newest first. */
const record = [entry(30, sha(2), sha(3)), entry(20, sha(1), sha(2)), entry(10, zero, sha(1), 'created')];

function codeAt(moment: number, entries: readonly PushEntry[] = record, head: string | null = sha(3)): string {
  const found = commitAt({ branch: 'main', moment: moment * 1000, entries, head });
  return found.ok ? found.value.commit : (found.problems[0]?.code ?? '');
}

test('the commit is the one of the newest push before that second', () => {
  expect(codeAt(25)).toBe(sha(2));
  expect(codeAt(31)).toBe(sha(3));
  expect(codeAt(19)).toBe(sha(1));
});

test('a push in the same second refuses, in whichever order they were', () => {
  expect(codeAt(20)).toBe('forge.push-in-the-same-second');
  expect(codeAt(20.999)).toBe('forge.push-in-the-same-second');
  expect(codeAt(30)).toBe('forge.push-in-the-same-second');
});

test('without a record, or with a gap in it, nobody knows', () => {
  expect(codeAt(5)).toBe('forge.no-push-record');
  expect(codeAt(25, [])).toBe('forge.no-push-record');
  expect(codeAt(40, record, sha(9))).toBe('forge.no-push-record');
  expect(codeAt(15, [entry(30, sha(7), sha(3)), ...record.slice(1)])).toBe('forge.no-push-record');
});

test('a branch that was gone then refuses; one that was made anew later does too', () => {
  const gone = [entry(40, zero, sha(5), 'created'), entry(35, sha(3), zero, 'deleted'), ...record];
  expect(codeAt(37, gone, sha(5))).toBe('forge.branch-was-gone');
  expect(codeAt(32, gone, sha(5))).toBe(sha(3));
  expect(codeAt(45, gone, sha(5))).toBe(sha(5));
});

test('forced away and back is the commit that was there in that moment', () => {
  const swapped = [entry(50, sha(9), sha(3), 'force-push'), entry(45, sha(3), sha(9), 'force-push'), ...record];
  expect(codeAt(47, swapped)).toBe(sha(9));
  expect(codeAt(55, swapped)).toBe(sha(3));
});

test('whatever the record, an answer is what the branch was at during the whole second', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 12 }),
      fc.integer({ min: 0, max: 31_000 }),
      (times, moment) => {
        const sorted = times.toSorted((a, b) => a - b);
        const entries = sorted.map((at, index) => ({
          ...entry(0, index === 0 ? zero : sha(index), sha(index + 1), index === 0 ? 'created' : 'push'),
          at: Math.floor(at / 1000) * 1000,
        }));
        const head = entries.at(-1)?.after ?? null;
        const second = Math.floor(moment / 1000) * 1000;
        const found = commitAt({ branch: 'b', moment: second, entries: entries.toReversed(), head });
        if (!found.ok) return;
        // Sub-second truth, which the record does not have: where was the branch at the beginning and at the end of this second?
        const truth = (at: number): string | undefined => sha(sorted.filter((one) => one <= at).length);
        expect(found.value.commit).toBe(truth(second));
        expect(found.value.commit).toBe(truth(second + 999));
      },
    ),
  );
});
