import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, sha256 } from '../../../src/procedure/journal/canonical.ts';
import { compareCopy } from '../../../src/procedure/shared/position.ts';
import { mergePayloads } from '../../../src/procedure/shared/pull.ts';

const line = fc.stringMatching(/^[a-zäöü]{1,6}$/);
const text = (lines: readonly string[]): string => lines.map((one) => `${one}\n`).join('');

test('a copy is behind, ahead or apart: exactly one of them, and where they part is the first line that differs', () => {
  fc.assert(
    fc.property(fc.array(line), fc.array(line), fc.array(line), (common, ours, theirs) => {
      const local = { journal: text([...common, ...ours]), payloads: '' };
      const copy = { version: 'v', journal: text([...common, ...theirs]), payloads: '' };
      const compared = compareCopy(copy, local);
      const [a, b] = [local.journal.split('\n').slice(0, -1), copy.journal.split('\n').slice(0, -1)];
      const differs = a.findIndex((one, index) => index < b.length && one !== b[index]);
      if (differs >= 0) expect(compared).toEqual({ kind: 'apart', seq: differs });
      else if (a.length >= b.length) {
        expect(compared).toMatchObject({
          kind: 'behind',
          at: { records: b.length, journalBytes: Buffer.byteLength(copy.journal), payloadsAnew: false },
        });
      } else expect(compared).toEqual({ kind: 'ahead' });
    }),
  );
});

test('payloads that were redacted here are told, and take the place of those in the copy', () => {
  const copy = { version: 'v', journal: 'a\n', payloads: 'secret\n' };
  const compared = compareCopy(copy, { journal: 'a\nb\n', payloads: 'mark\nmore\n' });
  expect(compared).toMatchObject({ kind: 'behind', at: { records: 1, payloadBytes: 0, payloadsAnew: true } });
});

test('of two sets of payloads every line is kept once, and what either side has redacted stays gone', () => {
  const secret = canonical({ data: 'private words', salt: 's' });
  const mark = canonical({ redacted: sha256(secret), by: 'ann', reason: 'personal', time: 't' });
  for (const [ours, theirs] of [
    [text([mark, 'x']), text([secret, 'y'])],
    [text([secret, 'x']), text([mark, 'y'])],
  ] as const) {
    const merged = mergePayloads(ours, theirs).split('\n');
    expect(merged).not.toContain(secret);
    expect(merged.filter((one) => one !== '').toSorted()).toEqual([mark, 'x', 'y'].toSorted());
  }
  expect(mergePayloads('', text(['a', 'b']))).toBe(text(['a', 'b']));
  expect(mergePayloads(text(['b', 'c']), text(['a', 'b']))).toBe(text(['a', 'b', 'c']));
});
