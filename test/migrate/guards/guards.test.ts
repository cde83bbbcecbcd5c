import { describe, expect, it } from 'vitest';
import { choose } from '../../../src/migrate/apply/choose.ts';
import { applyConfig, applyLimits } from '../../../src/migrate/apply/config.ts';
import { waysOf } from '../../../src/migrate/apply/ways.ts';
import { parseMigrations } from '../../../src/migrate/files/files.ts';
import { digestOfParts, expectedAfter, unlikePlanned } from '../../../src/migrate/guards/after.ts';
import { buildsOnlyIndexes, headroomOf, headroomProblem, lastNumber } from '../../../src/migrate/guards/headroom.ts';
import { pointLines, restoreGap, restoreProblem, takesAway } from '../../../src/migrate/guards/restore.ts';
import { parseVerification } from '../../../src/migrate/guards/verify.ts';
import type { LogPlace } from '../../../src/model/effect.ts';

describe('headroom', () => {
  const free = (bytes: number | null) => ({ bytes, source: 'a test' });
  const input = { tableBytes: 1000, factor: 1.2, indexOnly: false };

  it('is enough, too little or unknown, and unknown is never taken for enough', () => {
    expect(headroomOf({ ...input, free: free(1200) }).kind).toBe('enough');
    expect(headroomOf({ ...input, free: free(1199) }).kind).toBe('too-little');
    expect(headroomOf({ ...input, free: free(null) })).toEqual({
      kind: 'unknown',
      text: 'about 1.2 KiB needed; free space is unknown: a test',
    });
    expect(headroomOf({ ...input, indexOnly: true, free: free(600) }).kind).toBe('enough');
    expect(headroomOf({ ...input, factor: 0, free: free(0) }).kind).toBe('enough');
  });

  it('refuses what is known to be too little, and what is unknown only where somebody must know', () => {
    const little = headroomOf({ ...input, free: free(1) });
    expect(headroomProblem(little, false, 'f:1')?.code).toBe('migrate.no-headroom');
    const unknown = headroomOf({ ...input, free: free(null) });
    expect(headroomProblem(unknown, false, 'f:1')).toBeNull();
    expect(headroomProblem(unknown, true, 'f:1')?.code).toBe('migrate.headroom-unknown');
  });

  it('leaves what is done at once, and refuses what writes the table anew', () => {
    const noRoom = headroomProblem(headroomOf({ ...input, free: free(1) }), false, 'f:1');
    const limits = applyLimits(applyConfig.parse({}));
    const ways = (sql: string) =>
      choose({ ways: waysOf(sql, 'mysql'), manner: undefined, fresh: false, size: null, limits, where: 'f:1', noRoom });
    expect(ways('ALTER TABLE t ADD COLUMN a INT')).toMatchObject({ kind: 'guarded', text: 'INSTANT', otherwise: [] });
    expect(ways('ALTER TABLE t ALGORITHM=INPLACE, ADD COLUMN a INT')).toMatchObject({
      ...{ kind: 'refuse', problems: [{ code: 'migrate.no-headroom' }] },
    });
    expect(ways('DROP TABLE t')).toMatchObject({ kind: 'guarded' });
  });

  it.each([
    ['CREATE UNIQUE INDEX i ON t (a)', true],
    ['ALTER TABLE t ADD INDEX i (a)', true],
    ['ALTER TABLE t ADD KEY i (a, b)', true],
    ['ALTER TABLE t ADD INDEX i (a), MODIFY b BIGINT', false],
    ['ALTER TABLE t ADD COLUMN a INT', false],
  ])('%s builds only indexes: %s', (sql, expected) => {
    expect(buildsOnlyIndexes(sql)).toBe(expected);
  });

  it('reads the last number of what a command prints', () => {
    expect(lastNumber('     Avail\n123456\n')).toBe(123456);
    expect(lastNumber('no such file')).toBeNull();
  });
});

describe('restore points', () => {
  it.each([
    ['DROP TABLE t', true],
    ['TRUNCATE t', true],
    ['DELETE FROM t', true],
    ['ALTER TABLE t DROP COLUMN a', true],
    ['ALTER TABLE t DROP a', true],
    ['ALTER TABLE t ADD COLUMN b INT, MODIFY a INT', true],
    ['ALTER TABLE `modify` CHANGE a b INT', true],
    ['ALTER TABLE t DROP PARTITION p', true],
    ['ALTER TABLE t /*!80000 DROP COLUMN a */', true],
    ['ALTER TABLE t DROP INDEX i', false],
    ['ALTER TABLE t ALTER a DROP DEFAULT', false],
    ['ALTER TABLE t ADD COLUMN `drop` INT', false],
    ["ALTER TABLE t ADD COLUMN a ENUM('MODIFY', 'DROP') COMMENT 'CHANGE'", false],
    ['DROP VIEW v', false],
    ['CREATE TABLE t (a INT)', false],
    ['UPDATE t SET a = 1', false],
  ])('%s takes something away: %s', (sql, expected) => {
    expect(takesAway(sql)).toBe(expected);
  });

  const place: LogPlace = {
    ...{ time: '2026-11-22T12:00:00.000000Z', log: true },
    ...{ file: 'b.000002', position: 157, gtid: null },
  };

  it('says what stands against a restore, and refuses only where a point is demanded', () => {
    expect(restoreGap(place)).toBeNull();
    expect(restoreGap({ ...place, file: null, gtid: '0-1-7' })).toBeNull();
    const off = { ...place, log: false, file: null, position: null };
    expect(restoreGap(off)).toContain('no binary log');
    expect(restoreGap({ ...place, file: null, position: null })).toContain('REPLICATION CLIENT');
    expect(restoreProblem(off, false, 'f:1')).toBeNull();
    expect(restoreProblem(off, true, 'f:1')?.code).toBe('migrate.no-restore-point');
    expect(restoreProblem(place, true, 'f:1')).toBeNull();
  });

  it('is told to people with its places and rows', () => {
    const point = { migration: '0003_drop', number: 1, run: 'r1', statement: 'DROP TABLE t', before: place };
    const tables = [{ table: 't', create: '', rows: 7, exact: true }];
    expect(pointLines({ ...point, after: { ...place, position: 300 }, tables })).toEqual([
      'restore point: 0003_drop, statement 1, run r1: t (7 rows)',
      '  just before: 2026-11-22T12:00:00.000000Z, b.000002:157; done by 2026-11-22T12:00:00.000000Z, b.000002:300',
    ]);
    expect(pointLines({ ...point, after: null, tables }).at(-1)).toContain('not known to be done');
  });
});

describe('verification', () => {
  const codes = (text: string): readonly string[] => {
    const parsed = parseVerification(text, 'm/0001_a.verify.sql');
    return parsed.ok ? [] : parsed.problems.map(({ code, where }) => `${code} ${where}`);
  };

  it('takes queries that select what is wrong, and nothing else', () => {
    expect(codes('SELECT id FROM t WHERE a IS NULL;\nWITH x AS (SELECT 1) SELECT * FROM x;')).toEqual([]);
    expect(codes('SELECT a, COUNT(*) FROM t GROUP BY a HAVING COUNT(*) > 1;')).toEqual([]);
    expect(codes('\nDELETE FROM t;')).toEqual(['migrate.verify-not-a-query m/0001_a.verify.sql:2']);
    expect(codes("SELECT 1 INTO OUTFILE '/tmp/x';")).toEqual(['migrate.verify-not-a-query m/0001_a.verify.sql:1']);
    expect(codes('SELECT COUNT(*) FROM t;')).toEqual(['migrate.verify-counts m/0001_a.verify.sql:1']);
    expect(codes('-- nothing')).toEqual(['migrate.verify-empty m/0001_a.verify.sql:1']);
  });

  it('stands beside its migration, which keeps its digest', () => {
    const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
    const up = file('0001_a.sql', 'CREATE TABLE a (id INT);');
    const alone = parseMigrations([up], 'm').migrations[0];
    const both = parseMigrations([up, file('0001_a.verify.sql', 'SELECT 1 FROM a;')], 'm');
    expect(both.problems).toEqual([]);
    expect(both.migrations).toEqual([{ ...alone, verify: expect.objectContaining({ file: 'm/0001_a.verify.sql' }) }]);
    const lonely = parseMigrations([up, file('0002_b.verify.sql', 'SELECT 1;')], 'm');
    expect(lonely.problems.map(({ code }) => code)).toEqual(['migrate.verify-without-up']);
  });
});

describe('the structure after a plan', () => {
  const column = (type: string) => ({ '': { kind: 'TABLE' }, 'column a': { type } });
  const [before, after] = [
    { 'table a': column('int'), 'table b': column('int'), 'table gone': column('int') },
    { 'table a': column('bigint'), 'table b': column('int'), 'table made': column('int') },
  ];

  it('holds what the plan changed and nothing else', () => {
    expect(expectedAfter(before, before, after)).toEqual({
      'table a': digestOfParts(column('bigint')),
      'table gone': null,
      'table made': digestOfParts(column('int')),
    });
    // What the throw-away server had otherwise before cannot be compared after.
    expect(Object.keys(expectedAfter({ ...before, 'table a': column('text') }, before, after))).toEqual([
      'table gone',
      'table made',
    ]);
  });

  it('names what is otherwise', () => {
    const expected = expectedAfter(before, before, after);
    expect(unlikePlanned(expected, after, 'db')).toEqual([]);
    expect(unlikePlanned(expected, { ...after, 'table a': column('text') }, 'db')[0]?.found).toBe('table a is another');
    expect(unlikePlanned(expected, before, 'db')[0]?.found).toBe(
      'table a is another; table gone is still there; table made is not there',
    );
  });
});
