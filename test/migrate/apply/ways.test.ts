import { describe, expect, it } from 'vitest';
import { choose } from '../../../src/migrate/apply/choose.ts';
import { applyConfig, applyLimits } from '../../../src/migrate/apply/config.ts';
import { shapeTells, waysOf } from '../../../src/migrate/apply/ways.ts';
import type { Manner } from '../../../src/migrate/plan/manner.ts';

const sent = (sql: string, family: 'mysql' | 'mariadb' = 'mysql'): unknown => {
  const ways = waysOf(sql, family);
  if (ways.kind === 'plain') return 'plain';
  return { on: ways.tables, gentle: ways.gentle.map((way) => way.sql), harsh: ways.harsh.map((way) => way.sql) };
};

describe('waysOf', () => {
  it.each([
    'INSERT INTO a VALUES (1)',
    'CREATE TABLE a (id INT, KEY i (id))',
    'CREATE VIEW v AS SELECT 1',
    'CREATE PROCEDURE p() SELECT 1',
    'DROP VIEW v',
  ])('%s holds nobody up', (sql) => expect(sent(sql)).toBe('plain'));

  it('a change of a table is tried from the least disruptive way to the most', () => {
    expect(sent('ALTER TABLE a ADD COLUMN b INT')).toEqual({
      on: ['a'],
      gentle: [
        'ALTER TABLE a ALGORITHM=INSTANT, LOCK=DEFAULT, ADD COLUMN b INT',
        'ALTER TABLE a ALGORITHM=INPLACE, LOCK=NONE, ADD COLUMN b INT',
      ],
      harsh: [
        'ALTER TABLE a ALGORITHM=INPLACE, LOCK=SHARED, ADD COLUMN b INT',
        'ALTER TABLE a ALGORITHM=COPY, LOCK=SHARED, ADD COLUMN b INT',
      ],
    });
    expect(sent('CREATE UNIQUE INDEX i ON `d`.`a``b` (c)', 'mariadb')).toMatchObject({
      on: ['a`b'],
      gentle: [
        'CREATE UNIQUE INDEX i ON `d`.`a``b` (c) ALGORITHM=INSTANT LOCK=DEFAULT',
        'CREATE UNIQUE INDEX i ON `d`.`a``b` (c) ALGORITHM=NOCOPY LOCK=NONE',
        'CREATE UNIQUE INDEX i ON `d`.`a``b` (c) ALGORITHM=INPLACE LOCK=NONE',
      ],
    });
  });

  it('the clauses come before the words of partitions; MariaDB takes none there', () => {
    const sql = 'alter table a add partition (partition p values less than (5))';
    expect(sent(sql)).toMatchObject({
      gentle: [
        'alter table a ALGORITHM=INSTANT, LOCK=DEFAULT, add partition (partition p values less than (5))',
        'alter table a ALGORITHM=INPLACE, LOCK=NONE, add partition (partition p values less than (5))',
      ],
    });
    expect(sent(sql, 'mariadb')).toEqual({ on: ['a'], gentle: [], harsh: [sql] });
  });

  it('what the author asserted stays', () => {
    expect(sent('ALTER TABLE a ADD b INT, ALGORITHM=INPLACE')).toMatchObject({
      gentle: ['ALTER TABLE a LOCK=NONE, ADD b INT, ALGORITHM=INPLACE'],
      harsh: ['ALTER TABLE a LOCK=SHARED, ADD b INT, ALGORITHM=INPLACE'],
    });
    expect(sent('ALTER TABLE a MODIFY b BIGINT, ALGORITHM = COPY, LOCK = SHARED')).toMatchObject({
      gentle: [],
      harsh: ['ALTER TABLE a MODIFY b BIGINT, ALGORITHM = COPY, LOCK = SHARED'],
    });
    // A column of that name is not a clause.
    expect(sent('ALTER TABLE a ADD COLUMN (`lock` INT)')).toMatchObject({ on: ['a'] });
  });

  it('fails closed where the clauses cannot be written in', () => {
    expect(sent('ALTER TABLE a /*!80000 ADD b INT */')).toMatchObject({ gentle: [] });
    expect(sent('ALTER /* why */ TABLE a ADD b INT')).toMatchObject({ gentle: [] });
    expect(sent('OPTIMIZE TABLE a')).toMatchObject({ on: ['a'], gentle: [] });
  });

  it('other statements that need a table for a moment wait for it too', () => {
    expect(sent('DROP TABLE IF EXISTS a, `b`')).toMatchObject({ on: ['a', 'b'] });
    expect(sent('RENAME TABLE a TO b, c TO d')).toMatchObject({ on: ['a', 'b', 'c', 'd'] });
    expect(sent('TRUNCATE a')).toMatchObject({ on: ['a'] });
    expect(sent('CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @x = 1')).toMatchObject({ on: ['a'] });
    expect(sent('CREATE TABLE a (p INT, FOREIGN KEY (p) REFERENCES parent (id))')).toMatchObject({ on: ['parent'] });
  });
});

const limits = { ...applyLimits(applyConfig.parse({})), copyBelowRows: 10, copyBelowBytes: 1000 };
const modify = {
  ways: waysOf('ALTER TABLE a MODIFY b BIGINT', 'mysql'),
  ...{ manner: undefined, fresh: false, size: { rows: 11, bytes: 100 }, limits, where: 'f:1' },
};

describe('choose', () => {
  it('a copy is a way for small tables and for those that this run made', () => {
    const text = (input: Parameters<typeof choose>[0]): string => {
      const choice = choose(input);
      return choice.kind === 'guarded' ? choice.text : choice.kind;
    };
    const gentle = 'INSTANT, else INPLACE LOCK=NONE';
    const all = `${gentle}, else INPLACE LOCK=SHARED, else COPY LOCK=SHARED`;
    expect(text(modify)).toBe(gentle);
    expect(text({ ...modify, size: { rows: 10, bytes: 1001 } })).toBe(gentle);
    expect(text({ ...modify, size: { rows: 10, bytes: 1000 } })).toBe(all);
    expect(text({ ...modify, fresh: true })).toBe(all);
  });

  it('refuses what cannot be asserted, says why, and what else to do', () => {
    const choice = choose({ ...modify, ways: waysOf('OPTIMIZE TABLE a', 'mysql') });
    expect(choice).toMatchObject({
      kind: 'refuse',
      problems: [
        {
          code: 'migrate.keeps-others-out',
          found: expect.stringContaining('more than 10 rows'),
          remedy: expect.stringContaining('gh-ost or pt-online-schema-change'),
        },
      ],
    });
  });

  it.each([
    ['ALTER TABLE a ADD COLUMN b INT', [0]],
    ['CREATE INDEX i ON a (b) ALGORITHM=INPLACE', []],
    ['DROP TABLE a', [0]],
    ['CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1', [0]],
    ['ALTER TABLE a PARTITION BY HASH (id) PARTITIONS 4', []],
  ] as const)('%s: which ways lose no work when they get no lock', (sql, light) => {
    expect(choose({ ...modify, ways: waysOf(sql, 'mariadb'), fresh: true })).toMatchObject({ kind: 'guarded', light });
  });

  it('takes the way of the plan and no other', () => {
    const manner: Manner = {
      kind: 'direct',
      ...{ sql: 'ALTER TABLE a ALGORITHM=COPY, MODIFY b BIGINT', algorithm: 'COPY', lock: 'SHARED' },
      ...{ rebuilds: true, source: 'shadow', estimateMs: null, why: 'the plan says so' },
    };
    expect(choose({ ...modify, manner })).toMatchObject({ kind: 'guarded', first: manner.sql, otherwise: [] });
    const tool = {
      kind: 'tool',
      tool: 'gh-ost',
      alter: 'MODIFY b BIGINT',
      table: 'a',
      estimateMs: 1,
      why: 'large',
    } as const;
    expect(choose({ ...modify, manner: tool })).toEqual({ kind: 'tool', manner: tool });
  });
});

describe('what a table is made of tells afterwards whether a statement was done', () => {
  it.each([
    ['ALTER TABLE a ADD INDEX (b)', true],
    ['RENAME TABLE a TO b, c TO d', true],
    ['DROP TABLE a, b', true],
    ['TRUNCATE TABLE a', false],
    ['CREATE TRIGGER g BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1', false],
    // Done twice, they would be where they were.
    ['RENAME TABLE a TO old, b TO a, old TO b', false],
    ['RENAME TABLE a TO a_old, a_new TO a', false],
    ['ALTER TABLE a EXCHANGE PARTITION p WITH TABLE b', false],
    ['ALTER TABLE a TRUNCATE PARTITION p', false],
  ])('%s: %s', (sql, expected) => {
    const ways = waysOf(sql, 'mysql');
    expect(ways.kind === 'guarded' && shapeTells(ways)).toBe(expected);
  });
});
