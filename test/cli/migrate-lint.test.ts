import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
// Loaded here and not on first use, so that no test waits for it.
import '../../src/cli/commands/migrate-lint-judge.ts';
import { runCli } from '../../src/cli/main.ts';
import { findingSchema } from '../../src/model/finding.ts';
import { MINIMAL } from '../config/sample.ts';
import { terminal } from '../support/terminal.ts';

/** `shiplock migrate lint`: files, configuration, forms of output, exit codes. */

const TABLE = 'CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, a INT(4) NULL);\n';
let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'migrate-lint-'));
  mkdirSync(join(dir, 'db'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));
beforeEach(() => {
  file('0001_a.sql', TABLE);
  file('0002_b.sql', '\n  DROP TABLE t;\n');
  configure('');
});

const file = (name: string, text: string): void => writeFileSync(join(dir, 'db', name), text);
const configure = (lint: string): void =>
  writeFileSync(
    join(dir, 'shiplock.yaml'),
    `${MINIMAL}database: { engine: mysql, migrations: db, dsn: { secret: env:DSN }${lint} }\n`,
  );

async function ask(...args: string[]) {
  const io = terminal({ cwd: dir });
  const exit = await runCli(['migrate', 'lint', ...args], io);
  return { exit, ...io.written };
}

test('without files those of shiplock.yaml, with place, reason, what to do, and a summary', async () => {
  const { exit, out } = await ask();
  expect(exit).toBe(1);
  expect(out).toContain('db/0001_a.sql:1:51 note S07 a has a width of 4\n');
  expect(out).toContain('db/0002_b.sql:2:14 error D01 the rows of t are lost\n  Its rows are gone at once');
  expect(out).toMatch(/\n1 error, 0 warnings, 1 note in 2 statements of 2 files, judged for MySQL 8\.4\n$/);
  expect(out).not.toContain('\u001b[');
});

test('files and a dialect need no configuration', async () => {
  rmSync(join(dir, 'shiplock.yaml'));
  expect(await ask('db/0001_a.sql', '--dialect', 'mariadb')).toMatchObject({
    exit: 0,
    out: '0 errors, 0 warnings, 0 notes in 1 statement of 1 file, judged for MariaDB 10.11\n',
  });
  expect((await ask('db/0002_b.sql', '--dialect', 'mysql', '--server-version', '8.0.36')).out).toContain(
    'MySQL 8.0.36',
  );
  expect((await ask('db')).exit).toBe(2);
});

test('levels and the first judged file come from the configuration', async () => {
  configure(', lint: { rules: { D01: warning }, serverVersion: "9.1" }');
  expect(await ask()).toMatchObject({ exit: 0, out: expect.stringContaining('judged for MySQL 9.1') });
  configure(', lint: { from: 3 }');
  expect((await ask()).out).toBe('0 errors, 0 warnings, 0 notes in 0 statements of 0 files, judged for MySQL 8.4\n');
  configure(', lint: { rules: { S55: off } }');
  const { exit, err } = await ask();
  expect(exit).toBe(2);
  expect(err).toContain('config.unknown-rule');
  expect(err).toContain('shiplock.yaml:');
});

test('findings as JSON, in the published form', async () => {
  const { exit, out } = await ask('--format', 'json');
  const { findings, ...rest } = JSON.parse(out);
  expect([exit, rest]).toEqual([1, { server: 'MySQL 8.4', files: 2, statements: 2, waived: [], fixed: [] }]);
  for (const { statement, fixable, ...finding } of findings)
    expect([statement, typeof fixable, findingSchema.safeParse(finding).success]).toEqual([1, 'boolean', true]);
  expect((await ask('--json')).out).toBe(out);
});

test('findings as SARIF', async () => {
  const log = JSON.parse((await ask('--format', 'sarif')).out);
  const place = {
    artifactLocation: { uri: 'db/0002_b.sql', uriBaseId: '%SRCROOT%' },
    region: { startLine: 2, startColumn: 14 },
  };
  expect(log.runs[0].results[1]).toMatchObject({
    ruleId: 'D01',
    level: 'error',
    locations: [{ physicalLocation: place }],
  });
});

test('fixes are written, and what is left is said', async () => {
  const { exit, out } = await ask('--fix');
  expect(exit).toBe(1);
  expect(out).toContain('db/0001_a.sql: fixed S07\n1 error, 0 warnings, 0 notes');
  expect(readFileSync(join(dir, 'db', '0001_a.sql'), 'utf8')).toBe(TABLE.replace('(4)', ''));
  expect(readFileSync(join(dir, 'db', '0002_b.sql'), 'utf8')).toBe('\n  DROP TABLE t;\n');
});

test('a file before the named one is read and neither judged nor mended', async () => {
  const { out } = await ask('db/0002_b.sql', '--fix');
  expect(out).toContain('1 error, 0 warnings, 0 notes in 1 statement of 1 file');
  expect(readFileSync(join(dir, 'db', '0001_a.sql'), 'utf8')).toBe(TABLE);
});

test('what cannot be read or meant is wrong usage', async () => {
  expect(await ask('nothing.sql')).toMatchObject({ exit: 2, err: expect.stringContaining('cli.unreadable-sql') });
  writeFileSync(join(dir, 'db', '0003_c.sql'), Buffer.from([0x53, 0xff]));
  expect((await ask()).exit).toBe(2);
  rmSync(join(dir, 'db', '0003_c.sql'));
  expect((await ask('db', '--dialect', 'oracle')).exit).toBe(2);
  expect((await ask('db', '--server-version', 'newest')).exit).toBe(2);
});

test('a rule is explained; a name that is none finds the nearest', async () => {
  expect(await ask('--rule', 'd06')).toMatchObject({
    exit: 0,
    out: expect.stringContaining('D06 MODIFY or CHANGE leaves'),
  });
  expect(await ask('--rule', 'D60')).toMatchObject({ exit: 2, err: expect.stringContaining('cli.unknown-rule') });
});
