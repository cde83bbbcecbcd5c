import { describe, expect, it } from 'vitest';
import { personalByName, personalByValues } from '../../../src/migrate/desensitise/personal.ts';
import { copyPlan, type TableRules } from '../../../src/migrate/desensitise/plan.ts';
import { parseRule, ruleText } from '../../../src/migrate/desensitise/rules.ts';
import type { CopyColumn, CopyTable } from '../../../src/migrate/desensitise/structure.ts';

describe('a rule', () => {
  it.each(['keep', 'null', 'hash', 'truncate 3', 'truncate month', 'truncate year', 'fake email', 'fake ipv4'])(
    '%s is read and written alike',
    (text) => {
      const parsed = parseRule(text);
      expect(parsed.ok && ruleText(parsed.value)).toBe(text);
    },
  );
  it.each([
    ['has', 'write hash instead'],
    ['fake mail', 'write fake email'],
    ['truncate', 'say how much stays'],
    ['truncate week', 'say how much stays'],
    ['hash 3', 'write hash alone'],
    ['keep it now', 'two words'],
    ['', 'name one of these'],
  ])('%s is refused with the way out', (text, remedy) => {
    const parsed = parseRule(text);
    expect(parsed.ok ? '' : parsed.problems[0]?.remedy).toContain(remedy);
  });
});

describe('a column looks personal', () => {
  it.each([
    'email',
    'user_email',
    'PhoneNumber',
    'first_name',
    'lastName',
    'home_address',
    'dateOfBirth',
    'iban',
    'api_key',
    'key_hash',
    'client_ip',
  ])('by its name: %s', (name) => expect(personalByName(name)).toBeDefined());
  it.each(['id', 'created_at', 'description', 'zipped', 'mailbox_count_x', 'telemetry', 'shipment', 'discard_reason'])(
    'not by its name: %s',
    (name) => expect(personalByName(name)).toBeUndefined(),
  );
  it.each([
    ['e-mail', ['a@b.org', 'x', 'y']],
    ['IPv4', ['192.0.2.1']],
    ['telephone', ['+49 30 901820']],
    ['IBAN', ['DE89 3704 0044 0532 0130 00']],
    ['card', ['4111 1111 1111 1111']],
  ])('by its values: %s', (what, values) => expect(personalByValues(values)).toContain(what));
  it.each([[['DE89 3704 0044 0532 0130 01']], [['4111111111111112']], [['1.2.3.4.5', '300.1.1.1']], [['', '']], [[]]])(
    'not by %j',
    (values) => expect(personalByValues(values)).toBeUndefined(),
  );
});

function column(name: string, more: Partial<CopyColumn> = {}): CopyColumn {
  return { name, family: 'text', type: 'varchar(64)', length: 64, nullable: true, autoIncrement: false, ...more };
}
const id = column('id', { family: 'integer', type: 'bigint unsigned', length: null, nullable: false });
const people: CopyTable = {
  name: 'people',
  columns: [id, column('email'), column('note'), column('born', { family: 'date', type: 'date', length: null })],
  primaryKey: ['id'],
  uniques: [['id'], ['email']],
  foreignKeys: [],
};
const orders: CopyTable = {
  name: 'orders',
  columns: [id, { ...id, name: 'person' }],
  primaryKey: ['id'],
  uniques: [['id']],
  foreignKeys: [{ columns: ['person'], table: 'people', references: ['id'] }],
};

function codes(rules: TableRules, samples: Readonly<Record<string, readonly string[]>> = {}): readonly string[] {
  const plan = copyPlan([people, orders], rules, new Map(Object.entries(samples)));
  return plan.ok ? [] : plan.problems.map(({ code, where }) => `${code} ${where}`);
}

describe('before a row is copied', () => {
  it('what looks personal and has no rule is refused, by name and by value', () => {
    expect(codes({})).toEqual(['desensitise.looks-personal people.email']);
    expect(codes({ people: { email: 'fake email' } }, { 'people.note': ['a@b.org'] })).toEqual([
      'desensitise.looks-personal people.note',
    ]);
    expect(codes({ people: { email: 'keep', note: 'keep' } }, { 'people.note': ['a@b.org'] })).toEqual([]);
  });

  it('both ends of a foreign key become the same', () => {
    const plan = copyPlan([people, orders], { people: { id: 'hash', email: 'null' } }, new Map());
    const found = plan.ok ? plan.value.flatMap(({ columns }) => columns ?? []) : [];
    expect(found.filter(({ realm }) => realm === 'people.id').map(({ rule }) => rule.kind)).toEqual(['hash', 'hash']);
    expect(codes({ people: { id: 'hash', email: 'null' }, orders: { person: 'keep' } })).toEqual([
      'desensitise.other-than-parent orders.person',
    ]);
    expect(codes({ people: { email: 'null' }, orders: { person: 'hash' } })).toEqual([
      'desensitise.other-than-parent orders.person',
    ]);
  });

  it.each<[string, TableRules, string]>([
    ['null where it must be filled', { people: { id: 'null', email: 'null' } }, 'desensitise.misfit people.id'],
    ['a fake number', { people: { id: 'fake name', email: 'null' } }, 'desensitise.misfit people.id'],
    ['a unique text cut short', { people: { email: 'truncate 3' } }, 'desensitise.misfit people.email'],
    ['a text by month', { people: { email: 'null', note: 'truncate month' } }, 'desensitise.misfit people.note'],
    ['a hashed date', { people: { email: 'null', born: 'hash' } }, 'desensitise.misfit people.born'],
    [
      'a name that is not there',
      { people: { email: 'null', phone: 'hash' } },
      'desensitise.unknown-name database.desensitise.tables.people.phone',
    ],
    ['an empty parent', { people: 'empty' }, 'desensitise.empty-parent database.desensitise.tables.people'],
  ])('%s is refused', (_, rules, problem) => expect(codes(rules)).toEqual([problem]));

  it('empty is empty, when its children are too', () =>
    expect(codes({ people: 'empty', orders: 'empty' })).toEqual([]));
});
