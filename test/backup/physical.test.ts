import { describe, expect, it, test } from 'vitest';
import { fullSchema } from '../../src/backup/catalogue/record.ts';
import { cloneWords, tarArguments } from '../../src/backup/physical/mysql.ts';
import { baseOf, laidArguments, orderingCommand, proofSegments } from '../../src/backup/physical/restore.ts';
import { placeIn, placeSaid, toolArguments, toolProblem } from '../../src/backup/physical/tool.ts';
import { fullAt, HOUR, logName, START, segmentAt } from './sample.ts';

const SAID = `[00] 2026-11-23 01:09:09 All tables unlocked
[00] 2026-11-23 01:09:09 MySQL binlog position: filename 'binlog.000001', position '8142', GTID of the last change '0-7-11'
[00] 2026-11-23 01:09:09 completed OK!
`;

describe('mariadb-backup', () => {
  const judge = (exitCode: number, stderr: string) =>
    toolProblem({ exitCode, stderr }, { program: 'mariadb-backup', where: 'db' })?.code ?? null;

  test.each([
    ['came to its end', 0, SAID, null],
    ['ended with 0 without its last line', 0, SAID.replace('completed OK!', ''), 'backup.copy-broken'],
    [
      'said its last line too early',
      0,
      `completed OK!\n${SAID.replace('completed OK!', 'error')}`,
      'backup.copy-broken',
    ],
    ['says no place', 0, 'completed OK!\n', 'backup.copy-broken'],
    ['ended with 1 behind its last line', 1, SAID, 'backup.copy-broken'],
    ['was killed', 137, SAID, 'backup.copy-broken'],
    ['is not there', 127, '', 'backup.no-program'],
  ])('%s', (_what, exit, stderr, code) => expect(judge(exit, stderr)).toBe(code));

  it('says where the log stood, on its last lines and in its file', () => {
    const place = { file: 'binlog.000001', position: 8142, gtid: '0-7-11' };
    expect(placeSaid(SAID)).toEqual(place);
    expect(placeIn('binlog.000001\t8142\t0-7-11\n')).toEqual(place);
    expect(placeIn('binlog.000001\t8142\t0-7-11,\n5-8-2\n')?.gtid).toBe('0-7-11,5-8-2');
    expect(placeIn('binlog.000001\t8142\n')?.gtid).toBeNull();
    expect([placeIn(''), placeIn('binlog.000001'), placeSaid('filename')]).toEqual([null, null, null]);
  });

  it('gets its password from a file', () => {
    const words = toolArguments({
      program: 'mariadb-backup',
      access: '/x/a.cnf',
      data: '/var/lib/mysql',
      aside: '/x/p',
    });
    expect(words.slice(0, 4)).toEqual([
      'mariadb-backup',
      '--defaults-extra-file=/x/a.cnf',
      '--backup',
      '--stream=xbstream',
    ]);
    expect(words.join(' ')).not.toContain('password');
  });
});

describe('a clone', () => {
  it('is asked for by a server that is like the other one, and gets a number of its own', () => {
    const words = cloneWords({ character_set_server: 'latin1', lower_case_table_names: '1', port: '3306' });
    expect(words).toContain('--character-set-server=latin1');
    expect(words).toContain('--lower-case-table-names=1');
    expect(words.join(' ')).not.toContain('3306');
    expect(tarArguments('/d')).toContain('--exclude=./auto.cnf');
  });
});

describe('the proof of a physical backup', () => {
  const place = (log: number) => ({ file: logName(log), position: 4000, gtid: 'u:1-40' });
  const full = fullAt(START, 3, { form: 'physical', coordinates: place(3), summedAt: place(5) });
  const at = (log: number, more = {}) => segmentAt(START + log * HOUR, log, more);

  it('takes the logs from its files to its sums, and none behind them', () => {
    const logs = [3, 4, 5, 6].map((log) => at(log));
    expect(proofSegments(full, logs).map(({ file }) => file)).toEqual([3, 4, 5].map(logName));
  });
  test.each([
    ['a log is missing', [at(3), at(5)], `${logName(4)} is missing`],
    ['a log is suspect', [at(3), at(4, { state: 'suspect', why: 'cut' }), at(5)], `${logName(4)} is suspect: cut`],
    ['nothing is stored behind it', [], 'binary logs up to none'],
  ])('does not stand where %s', (_what, logs, found) => {
    expect(() => proofSegments(full, logs)).toThrow(found);
  });
  it('begins where the files stand', () => {
    const maria = fullAt(START, 3, {
      server: { family: 'mariadb', version: '10.11', id: 'x' },
      coordinates: { file: logName(3), position: 9, gtid: '0-7-11' },
    });
    expect(baseOf(maria)).toMatchObject({ place: { file: logName(3), position: 9 }, gtids: { family: 'mariadb' } });
    expect(baseOf({ ...maria, coordinates: { file: 'a', position: 1, gtid: 'no ids' } })).toBeNull();
    expect(orderingCommand(maria, 'mariadb-backup', '/d')[2]).toBe('--prepare');
    expect(orderingCommand(full, 'mariadb-backup', '/d')).toEqual([]);
  });
  it('is made on a server that is as the other one was for life', () => {
    const settings = { lower_case_table_names: '1', innodb_undo_tablespaces: '2' };
    const words = (family: 'mysql' | 'mariadb') =>
      laidArguments({ ...full, settings, server: { ...full.server, family } }).join(' ');
    expect(words('mysql')).toContain('--lower-case-table-names=1');
    expect(words('mysql')).not.toContain('undo-tablespaces');
    expect(words('mariadb')).toContain('--innodb-undo-tablespaces=2');
  });
});

test('entries of before and of logical backups stay as they are', () => {
  const logical = fullAt(START, 1);
  expect(fullSchema.parse(logical)).toEqual(logical);
  expect(fullSchema.parse(logical)).not.toHaveProperty('form');
});
