import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRoom } from '../../src/diagnose/bounded.ts';
import { createBudget } from '../../src/diagnose/share.ts';
import { rowsText, shown, within, withoutRows, withoutTorn } from '../../src/diagnose/text.ts';
import { tar } from '../../src/procedure/machine/tar.ts';

test('the line that was torn is dropped, at the end that was cut off', () => {
  expect(withoutTorn('one\ntwo\npassw', 'beginning')).toBe('one\ntwo\n');
  expect(withoutTorn('ord=x\ntwo\n', 'end')).toBe('two\n');
  // Of a line without end so much goes that no secret is left in half.
  expect(withoutTorn('a'.repeat(100_000), 'end')).toHaveLength(100_000 - 8 * 1024);
  expect(withoutTorn('short', 'beginning')).toBe('');
});

test('within a limit of bytes, whole lines stay at the end that is kept', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 30 }), { maxLength: 60 }),
      fc.integer({ min: 0, max: 600 }),
      fc.constantFrom('beginning', 'end'),
      (parts, most, keep) => {
        const text = parts.map((part) => `${part.replaceAll('\n', ' ')}\n`).join('');
        const cut = within(text, most, keep);
        expect(Buffer.byteLength(cut.text)).toBeLessThanOrEqual(most);
        expect(cut.cut).toBe(Buffer.byteLength(text) > most);
        expect(keep === 'beginning' ? text.startsWith(cut.text) : text.endsWith(cut.text)).toBe(true);
      },
    ),
  );
});

test('a room holds no more than its limit, of the end that is kept', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 40 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 100 }),
      fc.constantFrom('beginning', 'end'),
      (parts, most, keep) => {
        const room = createRoom(most, keep);
        const chunks = parts.map((part) => Buffer.from(part));
        for (const chunk of chunks) room.put(chunk);
        const all = Buffer.concat(chunks);
        const { bytes, cut } = room.take();
        expect(cut).toBe(all.length > most);
        expect(bytes.equals(keep === 'beginning' ? all.subarray(0, most) : all.subarray(-most))).toBe(true);
      },
    ),
  );
});

test('what one answer does not use is there for the next, and all together stay within the whole', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(5000), fc.nat(5000)), { minLength: 1, maxLength: 40 }),
      fc.nat(60_000),
      (asks, total) => {
        const budget = createBudget(total, asks.length);
        let used = 0;
        for (const [most, wanted] of asks.toSorted((a, b) => a[0] - b[0])) {
          const grant = budget.take(most);
          if (grant === null) continue;
          expect(grant.bytes).toBeLessThanOrEqual(most);
          const written = Math.min(grant.bytes, wanted);
          grant.used(written);
          used += written;
        }
        expect(used).toBeLessThanOrEqual(total);
      },
    ),
  );
  const budget = createBudget(10_000, 2);
  budget.take(1000)?.used(100);
  expect(budget.take(20_000)?.bytes).toBe(9900);
});

test('control characters do not reach the terminal of the reader', () => {
  expect(shown('a\u001b[31mred\u0007\r\nnext\tcell')).toBe('a\\x1b[31mred\\x07\nnext\tcell');
});

test('rows are a table, or one value per line where a value has several lines', () => {
  expect(rowsText([])).toBe('(no rows)\n');
  expect(rowsText([{ a: 1, b: null }])).toBe('a\tb\n1\tNULL\n');
  expect(rowsText([{ Status: 'x\ny' }])).toBe('--- row 1\nStatus: x\ny\n');
});

test('rows of a deadlock and values of statements are not in what InnoDB says', () => {
  const status = `UPDATE t SET name = 'Alice' WHERE id = 3
 0: len 4; hex 80000003; asc     ;;
 1: len 5; hex 416c696365; asc Alice;;`;
  expect(withoutRows(status)).not.toMatch(/Alice|416c/);
  expect(withoutRows(status)).toContain('len 5');
});

test('the archive is one that tar reads, with long paths, private', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sl-tar-'));
  try {
    const long = `${'folder-'.repeat(12)}/${'x'.repeat(90)}.txt`;
    const file = join(directory, 'a.tar');
    writeFileSync(
      file,
      tar(
        [
          { path: 'a/b.txt', content: Buffer.from('héllo\n') },
          { path: long, content: Buffer.alloc(513, 'x') },
          { path: 'empty', content: Buffer.alloc(0) },
        ],
        1_795_000_000,
      ),
    );
    execFileSync('tar', ['-xf', file, '-C', directory]);
    expect(readFileSync(join(directory, 'a/b.txt'), 'utf8')).toBe('héllo\n');
    expect(readFileSync(join(directory, long))).toHaveLength(513);
    expect(statSync(join(directory, 'empty')).mode & 0o777).toBe(0o600);
    expect(() => tar([{ path: 'y'.repeat(200), content: Buffer.alloc(0) }], 0)).toThrow(RangeError);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
