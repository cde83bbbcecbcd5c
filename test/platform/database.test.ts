import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DATABASE_PROGRAM, parseDatabaseHost } from '../../src/platform/database.ts';

/** The program itself, by a real sh, on a directory that looks like that of a server. */

const dir = mkdtempSync(join(tmpdir(), 'sl-database-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const look = (...words: readonly string[]): string =>
  execFileSync('sh', [DATABASE_PROGRAM, 'look', ...words], { encoding: 'utf8', stdio: 'pipe' });

test('errors of a log are those since the last start, and quotes do not break the answer', () => {
  const log = join(dir, 'error.log');
  writeFileSync(
    log,
    `2026-11-23  1:00:00 0 [Note] Starting MariaDB 10.11.18 source revision
2026-11-23  1:00:01 0 [ERROR] an old one
2026-11-23  2:00:00 0 [Note] /usr/sbin/mariadbd (server 11.8.6-MariaDB) starting as process 12 ...
2026-11-23  2:00:01 0 [ERROR] Incorrect definition of "mysql"."event" \\ \t end
2026-11-23  2:00:02 0 [Warning] only this
`,
  );
  writeFileSync(join(dir, 'mysql_upgrade_info'), '10.11.18-MariaDB');
  const found = parseDatabaseHost(look('-', dir, log));
  expect(found?.errors).toEqual([expect.stringMatching(/Incorrect definition of "mysql"\."event" \\ . end$/)]);
  expect(found?.upgradedTo).toBe('10.11.18-MariaDB');
  expect(found?.freeBytes).toBeGreaterThan(0);
});

test('the newer name of the file counts before the older one', () => {
  writeFileSync(join(dir, 'mariadb_upgrade_info'), '11.8.6-MariaDB\n');
  expect(parseDatabaseHost(look('-', dir, '-'))?.upgradedTo).toBe('11.8.6-MariaDB');
});

test.each(['../etc', '/var/lib/../../etc', '/var/lib/my sql', '-x', '$(id)'])('%s is no directory of data', (path) => {
  expect(() => look('-', path, '-')).toThrow(/no (absolute|plain) path/);
});

test.each(['', '{"kind":"free","text":"12"}', '{"kind":"end"}', '{"kind":"other","text":"x"}\n{"kind":"end"}'])(
  'an answer that is not whole is none: %s',
  (text) => expect(parseDatabaseHost(text)).toBeUndefined(),
);
