import { describe, expect, it } from 'vitest';
import { parseHeader } from '../../../src/migrate/files/header.ts';

const value = (text: string): unknown => {
  const result = parseHeader(text, 'f.sql');
  return result.ok ? result.value : result.problems;
};

describe('parseHeader', () => {
  it('no header is an expand migration', () => {
    expect(value('CREATE TABLE t (id INT);')).toEqual({ phase: 'expand', waivers: [] });
  });

  it('reads every key', () => {
    const text =
      '-- shiplock: phase=contract requires=>=1.4 breaks=<1.2\n' +
      '-- a word in between\n' +
      '-- shiplock: waive=D01,E2 until=2027-01-31 owner=trust reason=nobody reads the column = any more\nDROP TABLE t;';
    expect(value(text)).toEqual({
      phase: 'contract',
      requires: '>=1.4',
      breaks: '<1.2',
      waivers: [
        { rules: ['D01', 'E2'], until: '2027-01-31', owner: 'trust', reason: 'nobody reads the column = any more' },
      ],
    });
  });

  it('reads comments only: not strings, not longer comments, and below a licence', () => {
    expect(value('/* licence\n-- shiplock: phase=nonsense */\n--shiplock:phase=backfill\nUPDATE t SET a = 1;')).toEqual(
      {
        phase: 'backfill',
        waivers: [],
      },
    );
    expect(value("INSERT INTO t VALUES ('\n-- shiplock: phase=contract\n');")).toEqual({
      phase: 'expand',
      waivers: [],
    });
  });

  it.each([
    ['-- shiplock: pase=expand', 'migrate.header-unknown-key', 'write phase instead'],
    ['-- shiplock: phase=expnd', 'migrate.header-phase', 'write phase=expand instead'],
    ['-- shiplock: phase=expand phase=expand', 'migrate.header-twice', 'keep one'],
    ['-- shiplock: phase=expand\n-- shiplock: phase=contract', 'migrate.header-twice', 'keep one'],
    ['-- shiplock: breaks=older', 'migrate.header-range', 'semver range'],
    ['-- shiplock: expand', 'migrate.header-not-a-pair', 'phase=expand'],
    ['-- shiplock: phase= breaks=<1', 'migrate.header-no-value', 'phase='],
    ['-- shiplock: waive=D01 until=2027-01-31', 'migrate.header-waiver', 'add what is missing'],
    ['-- shiplock: waive=all until=2027-01-31 owner=a reason=b', 'migrate.header-waiver', 'name the rules'],
    ['-- shiplock: waive=D01 until=2027-02-30 owner=a reason=b', 'migrate.header-until', 'a day that exists'],
    ['SELECT 1;\n-- shiplock: phase=expand', 'migrate.header-late', 'move the line'],
  ])('%j → %s', (text, code, remedy) => {
    const result = parseHeader(text, 'f.sql');
    const problems = result.ok ? [] : result.problems;
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.remedy).toContain(remedy);
    expect(problems[0]?.where).toBe(`f.sql:${text.split('\n').length}`);
  });
});
