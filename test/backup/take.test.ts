import { describe, expect, it, test } from 'vitest';
import { segmentProblem, wantedLogs } from '../../src/backup/binlog/take.ts';
import { madeOf, madeSnapshot, resticProblem } from '../../src/backup/restic/repository.ts';
import { optionFile } from '../../src/backup/take/access.ts';
import { checksumSql } from '../../src/backup/take/checksum.ts';
import { dumpArguments, dumpCoordinates, hasBegun, isWhole, seeing } from '../../src/backup/take/dump.ts';
import { dumpProblem } from '../../src/backup/take/logical.ts';
import { differences } from '../../src/backup/verify/compare.ts';
import { catalogue, fullAt, logName, SERVER, START, segmentAt } from './sample.ts';

const HEAD = `-- MySQL dump 10.13  Distrib 9.7.4
-- Position to start replication or point-in-time recovery from
-- CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE='binlog.000002', SOURCE_LOG_POS=1234;
-- Current Database: \`shop\`
`;
const TAIL = 'UNLOCK TABLES;\n-- Dump completed on 2026-03-01  2:00:00\n';
const AT = { file: 'binlog.000002', position: 1234, gtid: null };

describe('a dump', () => {
  const judge = (exitCode: number, head: string, tail: string, coordinates: typeof AT | null = AT) =>
    dumpProblem(
      { exitCode, stderr: 'why' },
      { head: () => head, tail: () => tail },
      { where: 'db', program: 'mysqldump', coordinates },
    )?.code ?? null;

  test.each([
    ['whole', 0, HEAD, TAIL, null],
    ['whole without a date', 0, HEAD, '-- Dump completed\n', null],
    ['ended with an error behind its last line', 2, HEAD, TAIL, 'backup.dump-broken'],
    ['cut', 0, HEAD, TAIL.slice(0, 30), 'backup.dump-broken'],
    ['empty', 0, '', '', 'backup.dump-broken'],
    ['killed', 137, HEAD, 'INSERT INTO', 'backup.dump-broken'],
    ['of another moment', 0, HEAD.replace('1234', '1299'), TAIL, 'backup.other-moment'],
    ['of no known moment', 0, '-- Current Database: x\n', TAIL, 'backup.other-moment'],
    ['not started', 127, '', '', 'backup.no-program'],
  ])('%s', (_what, exit, head, tail, code) => expect(judge(exit, head, tail)).toBe(code));

  it('needs no place where there is no log', () => expect(judge(0, '-- Current Database: x\n', TAIL, null)).toBeNull());
  it('says where it stands, in both families’ words', () => {
    expect(dumpCoordinates(HEAD)).toEqual({ file: 'binlog.000002', position: 1234 });
    expect(dumpCoordinates("-- CHANGE MASTER TO MASTER_LOG_FILE='m-bin.000009', MASTER_LOG_POS=77;\n")).toEqual({
      file: 'm-bin.000009',
      position: 77,
    });
  });
  it('has begun once it says so, not with its first line', () => {
    expect(hasBegun('-- MySQL dump 10.13\n-- Server version 9\n')).toBe(false);
    expect(hasBegun(HEAD)).toBe(true);
  });
  it('is not whole when rows only speak of the last line', () => {
    expect(isWhole("INSERT INTO t VALUES ('\\n-- Dump completed on 2026')")).toBe(false);
  });
  it('is seen by its ends alone', () => {
    const seen = seeing();
    for (let at = 0; at < 40; at += 1) seen.push(Buffer.alloc(10_000, 'x'));
    seen.push(Buffer.from('-- Dump '));
    seen.push(Buffer.from('completed\n'));
    expect([seen.bytes(), seen.head().length, isWhole(`\n${seen.tail().replace(/^x+/, '')}`)]).toEqual([
      400_018,
      65_536,
      true,
    ]);
  });
  it('is asked for without a password among its arguments', () => {
    const options = { program: 'mysqldump', access: '/x/a.cnf', databases: ['shop'], log: true };
    expect(dumpArguments({ ...options, family: 'mysql' }).join(' ')).toMatch(
      /^mysqldump --defaults-extra-file=\/x\/a\.cnf .*--source-data=2 .*--databases shop$/,
    );
    expect(dumpArguments({ ...options, family: 'mariadb' })).toContain('--master-data=2');
  });
});

test('option files take any password', () => {
  expect(optionFile({ user: 'b', password: 'a"b\\c #d', host: 'db', port: 3307 })).toBe(
    '[client]\nuser="b"\npassword="a\\"b\\\\c #d"\nhost="db"\nport=3307\nprotocol=tcp\n',
  );
});

test('sums tell NULL from every value, and take long values by their digest', () => {
  const sql = checksumSql('s`p', 't', [
    { name: 'id', type: 'int' },
    { name: 'b`it', type: 'bit' },
    { name: 'note', type: 'longtext' },
  ]);
  expect(sql).toContain("IFNULL(CONCAT(LENGTH(CAST(`id` AS BINARY)), ':', CAST(`id` AS BINARY)), '-')");
  expect(sql).toContain('CAST(`b``it` + 0 AS CHAR)');
  expect(sql).toContain("IFNULL(SHA2(`note`, 256), '-')");
  expect(sql).toContain('FROM `s``p`.`t`');
});

describe('binary logs', () => {
  const logs = [1, 2, 3, 4, 5].map((number) => ({ name: logName(number), bytes: 5000 }));
  it('are taken from where a full backup needs them, without the one that is being written', () => {
    expect(
      wantedLogs(logs, catalogue([fullAt(START, 3)], [segmentAt(START, 3)]), SERVER).map(({ name }) => name),
    ).toEqual([logName(4)]);
    expect(wantedLogs(logs, catalogue([]), SERVER)).toEqual([]);
    expect(wantedLogs(logs, catalogue([fullAt(START, 3)]), { ...SERVER, id: 'other' })).toEqual([]);
  });
  it('are taken again when what is stored is suspect or has another size', () => {
    const stored = [segmentAt(START, 3, { state: 'suspect' }), segmentAt(START, 4, { bytes: 1 })];
    expect(wantedLogs(logs, catalogue([fullAt(START, 3)], stored), SERVER).map(({ name }) => name)).toEqual([
      logName(3),
      logName(4),
    ]);
  });
  it('count only with the size that the server told', () => {
    const look = { first: 1, last: 2, next: null, closed: true, gtidsBefore: null, gtidsAfter: null, events: 3 };
    expect(segmentProblem('a', { expected: 5, found: 5 }, { kind: 'whole', look }, 'db').kind).toBe('good');
    expect(segmentProblem('a', { expected: 6, found: 5 }, { kind: 'whole', look }, 'db')).toMatchObject({
      problem: { code: 'backup.log-broken', found: '5 bytes instead of 6' },
    });
    expect(segmentProblem('a', { expected: 5, found: 5 }, { kind: 'broken', why: 'cut' }, 'db')).toMatchObject({
      problem: { found: 'cut' },
    });
  });
});

describe('restic', () => {
  const repository = { repository: '/srv/b', program: 'restic' };
  test.each([
    ['Fatal: wrong password or no key found', 1, 'backup.wrong-key'],
    [
      'Fatal: unable to open config file: stat /srv/b/config: no such file or directory\nIs there a repository at the following location?\n/srv/b',
      1,
      'backup.no-repository',
    ],
    ['Fatal: unable to save snapshot: write /srv/b/tmp: no space left on device', 1, 'backup.no-space'],
    ['unable to create lock in backend: repository is already locked by PID 7', 1, 'backup.repository-locked'],
    ['Fatal: something else', 1, 'backup.storage-failed'],
    ['', 127, 'backup.no-program'],
  ])('%s', (stderr, exitCode, code) => expect(resticProblem(repository, { exitCode, stderr }).code).toBe(code));
  it('says which snapshot it made, among what else it says', () => {
    const summary = '"message_type":"summary","snapshot_id":"abc","total_files_processed":4,"total_bytes_processed":6';
    const said = `{"message_type":"status"}\n{${summary}}\n`;
    expect(madeSnapshot(said)).toBe('abc');
    expect(madeOf(said)).toEqual({ snapshot: 'abc', files: 4, bytes: 6 });
    expect(madeSnapshot('Fatal: nothing\n')).toBeNull();
  });
});

test('what was restored is compared by table, rows, sums and programs', () => {
  const full = fullAt(START, 1);
  const restored = (rows: number, sum: string) => ({
    database: 'shop',
    sums: [{ database: 'shop', table: 'items', rows, sum }],
    programs: full.programs,
  });
  expect(differences(full, restored(3, '77'))).toEqual([]);
  expect(differences(full, restored(2, '77'))).toEqual(['shop.items has 2 rows instead of 3']);
  expect(differences(full, restored(3, '78'))).toEqual(['shop.items has other rows (sum 78 instead of 77)']);
  expect(
    differences(full, {
      database: 'shop',
      sums: [{ database: 'shop', table: 'x', rows: 0, sum: '0' }],
      programs: { ...full.programs, views: 1 },
    }),
  ).toEqual(['shop.items is missing', 'shop.x was not there', 'shop has 1 views instead of 0']);
});
