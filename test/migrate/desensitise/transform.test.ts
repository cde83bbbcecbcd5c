import { describe, expect, it } from 'vitest';
import { openFaker } from '../../../src/migrate/desensitise/fake.ts';
import { FAKE_KINDS, parseRule } from '../../../src/migrate/desensitise/rules.ts';
import { type ColumnFamily, integerBits } from '../../../src/migrate/desensitise/structure.ts';
import { transformOf } from '../../../src/migrate/desensitise/transform.ts';

const fake = await openFaker();

function through(
  rule: string,
  family: ColumnFamily,
  type: string,
  more: { unique?: boolean; length?: number; realm?: string; key?: string } = {},
) {
  const parsed = parseRule(rule);
  if (!parsed.ok) throw new Error(rule);
  const transform = transformOf({
    rule: parsed.value,
    column: { name: 'c', family, type, length: more.length ?? null, nullable: true, autoIncrement: false },
    realm: more.realm ?? 'people.id',
    unique: more.unique ?? false,
    key: more.key ?? 'a key',
    fake,
  });
  return (value: string) => transform(Buffer.from(value))?.toString('latin1');
}

describe('whole numbers', () => {
  it.each([
    ['tinyint', -128n, 127n],
    ['tinyint unsigned', 0n, 255n],
    ['smallint', -300n, 2000n],
    ['mediumint unsigned', 16_777_000n, 16_777_215n],
    ['int', 0n, 3000n],
    ['bigint unsigned', 18_446_744_073_709_551_000n, 18_446_744_073_709_551_615n],
  ] as const)('of %s become others of it, each its own', (type, from, to) => {
    const hash = through('hash', 'integer', type);
    const most = 1n << BigInt(integerBits(type) - (type.includes('unsigned') ? 0 : 1));
    const seen = new Set<string>();
    let moved = 0;
    for (let number = from; number <= to; number += 1n) {
      const made = hash(String(number)) ?? '';
      const value = BigInt(made);
      expect(value < most && value >= (type.includes('unsigned') ? 0n : -most), `${number} → ${made}`).toBe(true);
      seen.add(made);
      if (value !== number) moved += 1;
    }
    expect(seen.size).toBe(Number(to - from) + 1);
    expect(moved).toBeGreaterThan(seen.size * 0.9);
  });

  it('leave room for what AUTO_INCREMENT gives next', () => {
    const hash = through('hash', 'integer', 'int unsigned');
    for (let id = 1; id <= 500; id += 1) expect(Number(hash(String(id)))).toBeLessThan(2 ** 21);
  });
});

it('the same value, realm and key give the same, any other gives another', () => {
  const text = through('hash', 'text', 'varchar(64)', { length: 64 });
  expect(text('Zoë')).toBe(text('Zoë'));
  expect(text('Zoë')).toHaveLength(26);
  expect(text('Zoé')).not.toBe(text('Zoë'));
  expect(through('hash', 'text', 'varchar(64)', { realm: 'other.id' })('Zoë')).not.toBe(text('Zoë'));
  expect(through('hash', 'text', 'varchar(64)', { key: 'another' })('Zoë')).not.toBe(text('Zoë'));
  expect(through('hash', 'text', 'varchar(8)', { length: 8 })('Zoë')).toHaveLength(8);
  expect(text('')).toBe('');
});

it.each([
  ['truncate 3', 'text', 'varchar(9)', 'Zürich', 'Zür'],
  ['truncate 2', 'integer', 'int', '12345', '12300'],
  ['truncate 2', 'number', 'decimal(9,2)', '-12345.67', '-12300'],
  ['truncate 4', 'integer', 'int', '-12', '0'],
  ['truncate month', 'date', 'date', '1984-07-23', '1984-07-01'],
  ['truncate year', 'date', 'datetime(3)', '1984-07-23 11:22:33.444', '1984-01-01 00:00:00.000'],
  ['truncate year', 'date', 'date', '0000-00-00', '0000-00-00'],
  ['keep', 'text', 'text', 'as it is', 'as it is'],
] as const)('%s of a %s (%s): %s → %s', (rule, family, type, value, expected) => {
  expect(through(rule, family, type)(value)).toBe(Buffer.from(expected).toString('latin1'));
});

it('bytes stay bytes of as many', () => {
  expect(through('hash', 'binary', 'binary(32)', { length: 32 })('x'.repeat(32))).toHaveLength(32);
  expect(through('hash', 'binary', 'varbinary(8)', { length: 8 })('abc')).toHaveLength(8);
});

it.each(FAKE_KINDS)('a fake %s is none of the real ones, and the same each time', (what) => {
  const one = through(`fake ${what}`, 'text', 'varchar(200)', { length: 200 });
  expect(one('the real one')).toBe(one('the real one'));
  expect(one('the real one')).not.toContain('real one');
  const unique = through(`fake ${what}`, 'text', 'varchar(200)', { length: 200, unique: true });
  const made = Array.from({ length: 300 }, (_, index) => unique(`value ${index}`));
  expect(new Set(made).size).toBe(300);
});

it('fakes belong to nobody', () => {
  for (let index = 0; index < 50; index += 1) {
    expect(through('fake email', 'text', 'text')(`v${index}`)).toMatch(/@example\.org$/);
    expect(through('fake ipv4', 'text', 'text')(`v${index}`)).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/);
    expect(through('fake ipv6', 'text', 'text')(`v${index}`)).toMatch(/^2001:db8:/);
    expect(through('fake phone', 'text', 'text')(`v${index}`)).toMatch(/^\+1 555 01\d\d$/);
  }
});
