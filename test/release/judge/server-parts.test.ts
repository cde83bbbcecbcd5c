import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFigures } from '../../../src/release/judge/figures.ts';
import { createSeats } from '../../../src/release/judge/seats.ts';
import { mayAsk, readTokens } from '../../../src/release/judge/token.ts';

describe('tokens', () => {
  it('takes each token of the file and nothing else', () => {
    const tokens = ['first-token-of-the-file', 'second-token-of-the-file'];
    expect(mayAsk(`Bearer ${tokens[0]}`, tokens)).toBe(true);
    expect(mayAsk(`bearer ${tokens[1]}`, tokens)).toBe(true);
    expect(mayAsk(undefined, tokens)).toBe(false);
    expect(mayAsk('Bearer ', tokens)).toBe(false);
    fc.assert(fc.property(fc.string(), (text) => mayAsk(`Bearer ${text}`, tokens) === tokens.includes(text)));
  });

  it('refuses files without a token that is worth the name', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'shiplock-token-'));
    const file = join(dir, 'token');
    const read = async (text: string) => {
      await writeFile(file, text);
      return (await readTokens(file)).kind;
    };
    expect((await readTokens(file)).kind).toBe('none');
    expect(await read('')).toBe('none');
    expect(await read('\n\n')).toBe('none');
    expect(await read('too-short\n')).toBe('none');
    expect(await read('long enough but with spaces\n')).toBe('none');
    expect(await read('x'.repeat(20_000))).toBe('none');
    expect(await read('long-enough-for-a-token\r\nand-one-more-of-them\n')).toBe('tokens');
    await rm(dir, { recursive: true });
  });
});

describe('seats', () => {
  it('at most so many at once, so many waiting, in their order; the rest is sent away', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 1, max: 20 }),
        async (most, waiting, guests) => {
          const seats = createSeats(most, waiting);
          const none = new AbortController();
          const order: number[] = [];
          let sitting = 0;
          const visits = Array.from({ length: guests }, async (_, guest) => {
            const seat = await seats.take(none.signal);
            if (seat === undefined) return 0;
            order.push(guest);
            sitting += 1;
            expect(sitting).toBeLessThanOrEqual(most);
            await Promise.resolve();
            sitting -= 1;
            seat();
            seat();
            return 1;
          });
          const served = (await Promise.all(visits)).reduce<number>((sum, one) => sum + one, 0);
          expect(served).toBe(Math.min(guests, most + waiting));
          expect(order).toEqual(order.toSorted((one, other) => one - other));
        },
      ),
    );
  });

  it('who gives up leaves the queue', async () => {
    const seats = createSeats(1, 1);
    const none = new AbortController();
    const first = await seats.take(none.signal);
    const tired = new AbortController();
    const second = seats.take(tired.signal);
    expect(await seats.take(none.signal)).toBeUndefined();
    tired.abort();
    expect(await second).toBeUndefined();
    const third = seats.take(none.signal);
    first?.();
    expect(await third).toBeTypeOf('function');
  });
});

describe('figures', () => {
  it('has a histogram that adds up, and no series for what a stranger sends', () => {
    const figures = createFigures();
    for (const seconds of [0.001, 0.03, 3, 60]) figures.answered(200, seconds);
    figures.verdict('cart', 'production', 'worse');
    figures.begun();
    const text = figures.text(1000);
    expect(text).toContain('shiplock_judge_duration_seconds_bucket{le="0.01"} 1\n');
    expect(text).toContain('shiplock_judge_duration_seconds_bucket{le="0.05"} 2\n');
    expect(text).toContain('shiplock_judge_duration_seconds_bucket{le="+Inf"} 4\n');
    expect(text).toContain('shiplock_judge_requests_total{code="200"} 4\n');
    expect(text).toContain('shiplock_judge_in_flight 1\n');
    for (const line of text.trim().split('\n')) {
      expect(line).toMatch(/^# (HELP|TYPE) [a-z_]+ .+$|^[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [0-9.]+$/);
    }
  });
});
