import { chmodSync, mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { mysqlUrl } from '../../scripts/components/database.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';

/** Physical backups of a real server: copied while it is written to, restored, brought to the place of the sums, and compared. */

const place = z.object({ file: z.string(), position: z.number(), gtid: z.string().nullable() });
const full = z.object({
  ...{ id: z.string(), form: z.string(), tool: z.string(), file: z.string(), state: z.string() },
  why: z.string().nullable(),
  coordinates: place,
  summedAt: place,
  tables: z.array(z.object({ table: z.string(), rows: z.number() })),
});
const listed = z.object({ fulls: z.array(full), segments: z.array(z.object({ file: z.string(), state: z.string() })) });
const status = z.object({ restorableTo: z.string().nullable(), verifiedTo: z.string().nullable() });

/** The rights that docs/backup.md lists, and no others. */
const RIGHTS: Readonly<Record<TestFamily['engine'], readonly string[]>> = {
  mariadb: [
    "CREATE USER backup@'127.0.0.1' IDENTIFIED BY 'p\"w'",
    "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, RELOAD, PROCESS, BINLOG MONITOR, REPLICATION SLAVE, LOCK TABLES ON *.* TO backup@'127.0.0.1'",
  ],
  mysql: [
    "CREATE USER backup@'127.0.0.1' IDENTIFIED BY 'p\"w'",
    "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, RELOAD, PROCESS, REPLICATION CLIENT, REPLICATION SLAVE, SHOW_ROUTINE, BACKUP_ADMIN ON *.* TO backup@'127.0.0.1'",
  ],
};

/** Of this file alone: others restore beside it, and what is left over is counted. */
const scratch = mkdtempSync(join(tmpdir(), 'sl-physical-'));
chmodSync(scratch, 0o755);
beforeAll(() => {
  vi.stubEnv('TMPDIR', scratch);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(scratch, { recursive: true, force: true });
});

describeOnEach('a physical backup', (family: TestFamily) => {
  let stage: BackupStage;

  beforeAll(async () => {
    const mysql = family.engine === 'mysql';
    const args = mysql ? ['--plugin-load-add=mysql_clone.so'] : [];
    // The plugins of the tests' own MySQL lie where nobody else may look.
    const more = mysql ? 'kind: physical\nserverUser: root' : 'kind: physical';
    stage = await backupStage(family, { more, args });
    for (const sql of RIGHTS[family.engine]) await stage.db.query(sql);
    const dsn = mysqlUrl({ ...stage.server.root('shop'), user: 'backup', password: 'p"w' });
    stage = { ...stage, backup: (...words) => stage.backupWith({ BACKUP_DSN: dsn }, ...words) };
  }, 300_000);
  afterAll(() => stage.stop());

  const list = async () => listed.parse(JSON.parse((await stage.backup('list', '--json')).out));

  it('is taken while rows are written, restored with the logs up to its sums, and agrees', async () => {
    let writing = true;
    const writer = (async () => {
      for (let n = 0; writing; n += 1) {
        await stage.db.query('INSERT INTO sales (item, at) VALUES (1, NOW(6)), (3, NOW(6))');
        // Accounts are in the logs too, and a server that knows none would refuse them.
        if (n % 50 === 0)
          await stage.db.query(`CREATE USER u${n}@localhost; GRANT SELECT ON shop.* TO u${n}@localhost`);
      }
    })();
    const ran = await stage.backup('run');
    writing = false;
    await writer;
    expect(ran.exit, ran.err + ran.out).toBe(0);
    const [taken] = (await list()).fulls;
    expect(taken).toMatchObject({ form: 'physical', state: 'stored', why: null });
    // Rows were written behind the moment of the files: only a replay leads to the sums.
    expect(taken?.summedAt.gtid).not.toBe(taken?.coordinates.gtid);
    expect((await stage.backup('status')).out).toContain('physical, stored');

    const verified = await stage.backup('verify');
    expect(verified.exit, verified.out + verified.err).toBe(0);
    expect((await list()).fulls.map(({ state, why }) => [state, why])).toEqual([['verified', null]]);
    const now = status.parse(JSON.parse((await stage.backup('status', '--json')).out));
    expect(now.verifiedTo).toBe(now.restorableTo);
    expect(await leftovers()).toEqual([]);
  }, 300_000);

  it.runIf(family.engine === 'mariadb')(
    'is not proven without its logs, and fails when other rows come back',
    async () => {
      const [taken] = (await list()).fulls;
      const directory = join(stage.store, 'backups', 'production', 'catalogue');
      const name = (await readdir(directory)).find((file) => file.includes(taken?.summedAt.file ?? '?')) ?? '';
      const kept = await readFile(join(directory, name), 'utf8');
      await rm(join(directory, name));
      const without = await stage.backup('verify');
      expect(without.exit).toBe(1);
      expect(without.err).toContain('backup.proof-not-stored');
      await writeFile(join(directory, name), kept);

      // A row that the source never had: what is restored then differs, and is said to have failed.
      const record = join(directory, (await readdir(directory)).find((file) => file.startsWith('full-')) ?? '');
      const text = await readFile(record, 'utf8');
      await writeFile(record, text.replace(/("table": "doubles",\s+"rows": )5/, '$16'));
      const differs = await stage.backup('verify');
      expect(differs.exit).toBe(1);
      expect((await list()).fulls[0]).toMatchObject({ state: 'failed', why: 'shop.doubles has 5 rows instead of 6' });
    },
    300_000,
  );
});

/** Directories of servers on restored files; the guard deletes them. */
async function leftovers(): Promise<readonly string[]> {
  const found = (await readdir(tmpdir())).filter((name) => name.startsWith('shiplock-laid-'));
  const gone = await Promise.all(found.map((name) => readdir(join(tmpdir(), name, 'data')).catch(() => [])));
  return gone.flat();
}
