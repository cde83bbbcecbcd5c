import { describe, expect, it } from 'vitest';
import { openFaker } from '../../../src/migrate/desensitise/fake.ts';
import { lookOf } from '../../../src/migrate/generate/look.ts';
import { permuted } from '../../../src/migrate/generate/random.ts';
import { capacityOf, valueTypeOf } from '../../../src/migrate/generate/types.ts';
import { type ColumnSpec, openPools, plainOf, serialOf } from '../../../src/migrate/generate/values.ts';

const pools = openPools('seed', await openFaker());

function spec(columnType: string, more: Partial<ColumnSpec> = {}): ColumnSpec {
  const type = valueTypeOf(columnType, 'utf8mb4_bin');
  if (type === null) throw new Error(columnType);
  return {
    ...{ name: 'c', type, look: lookOf(more.name ?? 'c', 't', 40), nullShare: 0, allowed: null, min: null, max: null },
    ...{ minLength: 0, maxLength: 10_000, skew: 0, salt: 7, prefix: null },
    ...more,
  };
}

describe('a permutation', () => {
  it.each([1, 2, 3, 127, 4096, 10_007])('of %i numbers gives each once', (size) => {
    const seen = new Set(Array.from({ length: size }, (_, at) => permuted(3, at, size)));
    expect(seen.size).toBe(size);
    expect(Math.max(...seen)).toBe(size - 1);
  });
});

describe('values that are never the same', () => {
  it.each([
    ['tinyint', {}],
    ['int unsigned', {}],
    ['decimal(3,2)', {}],
    ['bit(9)', {}],
    ['year(4)', {}],
    ['char(2)', {}],
    ['varchar(60)', { name: 'email' }],
    ['varchar(60)', { name: 'email', prefix: 9 }],
    ['varchar(12)', { name: 'user_name' }],
    ['char(40)', { name: 'sha1' }],
    ['binary(2)', {}],
    ['varbinary(16)', {}],
    ["enum('a','b','c')", {}],
    ["set('a','b','c','d')", {}],
    ['date', {}],
    ['datetime(3)', {}],
    ['timestamp', {}],
    ['time', {}],
    ['uuid', {}],
    ['inet4', {}],
    ['inet6', {}],
  ])('%s %j', (columnType, more) => {
    const one = spec(columnType, more);
    const length = one.type.kind === 'text' || one.type.kind === 'bytes' ? one.type.length : 0;
    const count = Math.min(3000, capacityOf(one.type, one.prefix ?? length));
    expect(count).toBeGreaterThan(2);
    const texts = Array.from({ length: count }, (_, at) => serialOf(one, at, pools)).map((value) =>
      Buffer.isBuffer(value) ? value.toString('hex') : (value ?? '').toLowerCase(),
    );
    // A key that counts the beginning only sees no more of them.
    expect(new Set(texts.map((text) => text.slice(0, one.prefix ?? undefined))).size).toBe(count);
    if (one.type.kind === 'text') for (const text of texts) expect(text.length).toBeLessThanOrEqual(length);
  });
});

describe('other values', () => {
  it('stay within bounds, follow from seed and place, and are NULL as often as asked for', () => {
    const bounded = spec('decimal(6,2)', { min: 10, max: 20 });
    const numbers = Array.from({ length: 500 }, (_, at) => Number(plainOf(bounded, at, 500, pools)));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(20);
    const none = spec('int', { nullShare: 0.3 });
    const nulls = Array.from({ length: 2000 }, (_, at) => plainOf(none, at, 2000, pools)).filter((one) => one === null);
    expect(nulls.length / 2000).toBeCloseTo(0.3, 1);
    expect(plainOf(bounded, 17, 500, pools)).toBe(plainOf(bounded, 17, 500, pools));
    expect(plainOf({ ...bounded, salt: 8 }, 17, 500, pools)).not.toBe(plainOf(bounded, 17, 500, pools));
  });

  it('come more often from the beginning where they are skewed', () => {
    const values = ['a', 'b', 'c', 'd'];
    const share = (skew: number): number => {
      const one = spec('varchar(3)', { allowed: values, skew });
      return Array.from({ length: 2000 }, (_, at) => plainOf(one, at, 2000, pools)).filter((x) => x === 'a').length / 2000;
    };
    expect(share(0)).toBeCloseTo(0.25, 1);
    // u^4 < 1/4
    expect(share(3)).toBeCloseTo(0.707, 1);
  });
});
