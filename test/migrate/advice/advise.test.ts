import { describe, expect, it } from 'vitest';
import { advise } from '../../../src/migrate/advice/advise.ts';
import { explainable } from '../../../src/migrate/advice/explain.ts';
import type { AdviceFacts } from '../../../src/migrate/advice/facts.ts';
import type { IndexLayout } from '../../../src/migrate/plan/layout.ts';

const primary: IndexLayout = index('PRIMARY', ['id'], true);

function index(
  name: string,
  columns: readonly (string | null)[],
  unique = false,
  prefix: number | null = null,
): IndexLayout {
  return { table: 't', name, unique, parts: columns.map((column) => ({ column, prefix })) };
}

function facts(more: Partial<AdviceFacts> = {}, indexes: readonly IndexLayout[] = []): AdviceFacts {
  return {
    family: 'mysql',
    version: '9.7.0',
    layout: { columns: [], indexes: [primary, ...indexes], foreignKeys: [], checks: [] },
    tables: [{ table: 't', engine: 'InnoDB', rows: 10, bytes: 1000, autoIncrement: null }],
    indexReads: new Set(['t.a', 't.b', 't.c']),
    slow: [],
    samples: true,
    status: new Map(),
    variables: new Map(),
    ...more,
  };
}

const told = (given: AdviceFacts): readonly string[] => advise(given).advice.map(({ id, about }) => `${id} ${about}`);

describe('indexes', () => {
  it.each<[string, readonly IndexLayout[], readonly string[]]>([
    ['two of one kind: the second by name goes', [index('a', ['x']), index('b', ['x'])], ['duplicate-index t.b']],
    ['a plain one beside a unique one goes', [index('a', ['x']), index('b', ['x'], true)], ['duplicate-index t.a']],
    ['one like the primary key goes', [index('a', ['id'], true)], ['duplicate-index t.a']],
    ['the beginning of a wider one', [index('a', ['x']), index('b', ['x', 'y'])], ['redundant-index t.a']],
    ['a unique one is a rule, not only an index', [index('a', ['x'], true), index('b', ['x', 'y'])], []],
    ['another order is another index', [index('a', ['y']), index('b', ['x', 'y'])], []],
    ['a prefix is not the column', [index('a', ['x'], false, 10), index('b', ['x', 'y'])], []],
    ['nobody knows two expressions to be the same', [index('a', [null]), index('b', [null])], []],
  ])('%s', (_, indexes, expected) => expect(told(facts({}, indexes))).toEqual(expected));

  it('never read, unless a foreign key needs it or it is unique', () => {
    const indexReads = new Set<string>();
    const given = facts({ indexReads }, [index('a', ['x']), index('b', ['y']), index('c', ['z'], true)]);
    const foreignKeys = [
      { table: 't', name: 'f', columns: ['y'], parentSchema: 's', parent: 'p', parentColumns: ['id'] },
    ];
    expect(told({ ...given, layout: { ...given.layout, foreignKeys } })).toEqual(['unused-index t.a']);
    expect(told({ ...given, indexReads: null })).toEqual([]);
  });

  it('a foreign key that no index begins with', () => {
    const given = facts({}, [index('a', ['z', 'x'])]);
    const foreignKeys = [
      { table: 't', name: 'f', columns: ['x'], parentSchema: 's', parent: 'p', parentColumns: ['id'] },
    ];
    expect(told({ ...given, layout: { ...given.layout, foreignKeys } })).toEqual(['foreign-key-without-index t.f']);
  });
});

describe('the server', () => {
  const status = (pairs: Readonly<Record<string, number>>) => new Map(Object.entries(pairs));
  const cold = { innodb_buffer_pool_read_requests: 1_000_000, innodb_buffer_pool_reads: 50_000 };
  const variables = new Map([
    ['innodb_buffer_pool_size', '500'],
    ['max_connections', '100'],
  ]);
  it.each<[string, Readonly<Record<string, number>>, readonly string[]]>([
    ['misses with more data than memory', cold, ['buffer-pool innodb_buffer_pool_size']],
    ['too few reads to say anything', { ...cold, innodb_buffer_pool_read_requests: 1000 }, []],
    ['nearly all connections used', { max_used_connections: 90 }, ['connections max_connections']],
    ['enough connections', { max_used_connections: 60 }, []],
  ])('%s', (_, counts, expected) => expect(told(facts({ status: status(counts), variables }))).toEqual(expected));

  it('misses with little data are a cold start', () => {
    const large = new Map([['innodb_buffer_pool_size', '5000000']]);
    expect(told(facts({ status: status(cold), variables: large }))).toEqual([]);
  });
});

describe('statements', () => {
  const slow = {
    text: 'SELECT `a` FROM `t`',
    count: 100,
    totalSeconds: 5,
    examined: 1_000_000,
    sent: 100,
    withoutIndex: 100,
    explained: null,
  };
  it.each<[string, Partial<typeof slow>, readonly string[]]>([
    ['reads far more than it sends', {}, ['scans']],
    ['a small table', { examined: 5_000 }, []],
    ['seldom', { count: 3, totalSeconds: 0.1 }, []],
    ['with an index', { withoutIndex: 0 }, []],
    ['slow for another reason', { withoutIndex: 0, totalSeconds: 200 }, ['slow']],
  ])('%s', (_, more, expected) => {
    expect(advise(facts({ slow: [{ ...slow, ...more }] })).advice.map(({ id }) => id)).toEqual(expected);
  });

  it('how the server would do it stands with the evidence', () => {
    const explained = [
      { table: 't', access: 'ALL', key: null, rows: 9_800, extra: 'Using where; Using filesort' },
      { table: 'u', access: 'ref', key: 'by_t', rows: 3, extra: null },
    ];
    const [said] = advise(facts({ slow: [{ ...slow, explained }] })).advice;
    expect(said?.evidence).toMatch(
      /; EXPLAIN: t: every row, about 9800 rows \(using where; using filesort\); u: ref by by_t, about 3 rows$/,
    );
    expect(said?.advice).toMatch(/^an index on/);
  });

  it.each<[string, boolean]>([
    ['SELECT a FROM t WHERE b = 1', true],
    ['with x as (select 1) select * from x', true],
    ['UPDATE t SET a = 1', false],
    ['SELECT a /*!50000 INTO OUTFILE "x" */ FROM t', false],
    // A sample as long as the server keeps them may have been cut.
    [`SELECT '${'ü'.repeat(60)}'`, false],
  ])('%s: asked about: %s', (sample, expected) => expect(explainable(sample, 100)).toBe(expected));

  it('what is not counted is said, not passed over', () => {
    expect(advise(facts({ slow: null, indexReads: null })).unseen).toHaveLength(2);
    expect(advise(facts({ slow: [], samples: false })).unseen).toEqual([]);
    expect(advise(facts({ slow: [slow], samples: false })).unseen).toEqual([expect.stringContaining('EXPLAIN')]);
    expect(advise(facts()).unseen).toEqual([]);
  });
});

it('room of a counter', () => {
  const column = (type: string) => ({
    table: 't',
    name: 'id',
    type,
    nullable: false,
    default: null,
    collation: null,
    extra: 'auto_increment',
  });
  const with_ = (type: string, autoIncrement: bigint): AdviceFacts => {
    const given = facts({ tables: [{ table: 't', engine: 'InnoDB', rows: 1, bytes: 1, autoIncrement }] });
    return { ...given, layout: { ...given.layout, columns: [column(type)] } };
  };
  expect(told(with_('int', 1_800_000_000n))).toEqual(['auto-increment-room t.id']);
  expect(told(with_('int unsigned', 1_800_000_000n))).toEqual([]);
  expect(told(with_('bigint', 1_800_000_000n))).toEqual([]);
});
