import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { listRuns } from '../../src/procedure/index.ts';
import { streamBackup } from '../../src/release/backup/stream.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';

/** Backups of a real database: taken while it is written to, restored and compared, and never believed when something is wrong. */

/** What the family of the server has nothing to do with is shown on one. */
const MORE = 'files: [etc]\ncopies:\n  - repository: second\n    password: { secret: env:SECOND_PASSWORD }';

const full = z.object({
  id: z.string(),
  state: z.string(),
  why: z.string().nullable(),
  snapshot: z.string(),
  tables: z.array(z.object({ table: z.string(), rows: z.number(), sum: z.string() })),
});
const listed = z.object({
  fulls: z.array(full),
  segments: z.array(z.object({ file: z.string(), state: z.string() })),
  files: z.array(z.object({ id: z.string() })),
});
const status = z.object({
  restorableTo: z.string().nullable(),
  verifiedTo: z.string().nullable(),
  problems: z.array(z.object({ code: z.string(), found: z.string() })),
});

describeOnEach('a backup', (family: TestFamily) => {
  let stage: BackupStage;

  beforeAll(async () => {
    stage = await backupStage(family, family.engine === 'mariadb' ? { more: MORE } : {});
  }, 300_000);
  afterAll(() => stage.stop());

  const list = async () => listed.parse(JSON.parse((await stage.backup('list', '--json')).out));
  const statusNow = async () => {
    const { out, exit } = await stage.backup('status', '--json');
    return { ...status.parse(JSON.parse(out)), exit };
  };

  it('is taken while rows are written, restored, and agrees; the password stands in no file', async () => {
    let writing = true;
    const writer = (async () => {
      while (writing) await stage.db.query('INSERT INTO sales (item, at) VALUES (1, NOW(6)), (3, NOW(6))');
    })();
    const ran = await stage.backup('run');
    writing = false;
    await writer;
    expect(ran.exit, ran.err).toBe(0);

    const before = await statusNow();
    expect(before.exit).toBe(1);
    expect(before.problems.map(({ code }) => code)).toEqual([
      // Only here files are stored beside the database.
      ...(family.engine === 'mariadb' ? ['backup.hosts-not-verified'] : []),
      ...['backup.older-than-rpo', 'backup.not-verified'],
    ]);

    const verified = await stage.backup('verify');
    expect(verified.exit, verified.out + verified.err).toBe(0);
    const { fulls, segments, files } = await list();
    expect(fulls.map(({ state, why }) => [state, why])).toEqual([['verified', null]]);
    expect(fulls[0]?.tables.map(({ table, rows }) => (table === 'sales' ? table : [table, rows]))).toEqual([
      ['doubles', 5],
      ['items', 3],
      'sales',
    ]);
    expect(segments.map(({ state }) => state)).toEqual(['verified']);
    expect(files).toHaveLength(family.engine === 'mariadb' ? 1 : 0);
    expect(await statusNow()).toMatchObject({ exit: 0, problems: [] });
    expect(await filesWith(stage.store, stage.env['BACKUP_PASSWORD'] ?? '?')).toEqual([]);
  }, 300_000);

  it('reaches further with every incremental one, and never past a log that is gone', async () => {
    const first = await statusNow();
    await stage.db.query('INSERT INTO sales (item, at) VALUES (1, NOW(6)); DO SLEEP(1.1)');
    const ran = await stage.backup('run', '--incremental');
    expect(ran.exit, ran.err).toBe(0);
    const further = await statusNow();
    expect(Date.parse(further.restorableTo ?? '')).toBeGreaterThan(Date.parse(first.restorableTo ?? ''));
    expect(further.problems).toEqual([]);

    const [oldest] = (await list()).segments;
    const directory = join(stage.store, 'backups', 'production', 'catalogue');
    const file = (await readdir(directory)).find((name) => name.includes(oldest?.file ?? '?')) ?? '';
    const kept = await readFile(join(directory, file), 'utf8');
    await rm(join(directory, file));
    const gap = await statusNow();
    expect(gap.exit).toBe(1);
    expect(Date.parse(gap.restorableTo ?? '')).toBeLessThanOrEqual(Date.parse(first.restorableTo ?? ''));
    const found = gap.problems.find(({ code }) => code === 'backup.chain-broken')?.found;
    expect(found).toContain(`${oldest?.file} is missing`);
    await writeFile(join(directory, file), kept);
    expect((await statusNow()).restorableTo).toBe(further.restorableTo);
  }, 300_000);

  it.runIf(family.engine === 'mariadb')(
    'has the logs behind it as they are written, also behind a connection that was lost',
    async () => {
      const stop = new AbortController();
      const told: string[] = [];
      const streaming = streamBackup(
        {
          ...{ configFile: stage.configFile, store: stage.store, env: stage.env, who: 'test', self: ['shiplock'] },
          signal: { requested: undefined, signal: stop.signal },
        },
        { environment: 'production', flushEveryMs: 1000 },
        () => undefined,
        (problems) => told.push(...problems.map(({ code }) => code)),
      );
      const oneMore = async (): Promise<void> => {
        const before = (await list()).segments.length;
        await expect.poll(async () => (await list()).segments.length, { timeout: 120_000 }).toBeGreaterThan(before);
      };
      await oneMore();
      const [rows] = await stage.db.query(
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'",
      );
      for (const { id } of z.array(z.object({ id: z.number() })).parse(rows)) await stage.db.query(`KILL ${id}`);
      await expect.poll(() => told, { timeout: 120_000 }).toEqual(['backup.stream-lost']);
      await oneMore();
      stop.abort(new Error('enough'));
      await streaming;
      expect(await statusNow()).toMatchObject({ exit: 0, problems: [] });
    },
    300_000,
  );

  it.runIf(family.engine === 'mariadb')(
    'is held up by nothing that died: a verification that was killed is no reason to take none',
    async () => {
      const killed = spawn(
        process.execPath,
        [PROGRAM, ...['backup', 'verify', 'production', '--config', stage.configFile, '--state', stage.store]],
        { cwd: stage.dir, env: stage.env, stdio: 'ignore' },
      );
      const left = async () => (await listRuns(stage.store)).filter(({ finished }) => finished === null);
      await expect.poll(left, { timeout: 60_000 }).toMatchObject([{ procedure: 'backup-verify' }]);
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      expect(await left()).toHaveLength(1);

      const ran = await stage.backup('run', '--incremental');
      expect(ran.exit, ran.err).toBe(0);
      expect(await left()).toEqual([]);
      const verified = await stage.backup('verify');
      expect(verified.exit, verified.out + verified.err).toBe(0);
      expect(await statusNow()).toMatchObject({ exit: 0, problems: [] });
    },
    300_000,
  );

  it.runIf(family.engine === 'mariadb')(
    'is refused with the wrong password, and says so',
    async () => {
      const ran = await stage.backupWith({ BACKUP_PASSWORD: 'another one' }, 'run');
      expect(ran.exit).toBe(1);
      expect(ran.err).toContain('backup.wrong-key');
      const verified = await stage.backupWith({ BACKUP_PASSWORD: 'another one' }, 'verify');
      expect(verified.err).toContain('backup.wrong-key');
      // Nothing is said of the backup itself.
      expect((await list()).fulls.map(({ state }) => state)).toEqual(['verified']);
    },
    300_000,
  );

  it.runIf(family.engine === 'mariadb')(
    'is suspect when its bytes do not come back, and then nothing is called restorable',
    async () => {
      const before = await list();
      const packs = await packsOf(stage.repository);
      for (const pack of packs) {
        const bytes = await readFile(pack);
        // Every pack: which of them holds the rows is encrypted too.
        for (let at = 64; at < bytes.length - 64; at += 997) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
        await writeFile(pack, bytes);
      }
      const verified = await stage.backup('verify');
      expect(verified.exit, verified.out + verified.err).toBe(1);
      const { fulls } = await list();
      expect(fulls[0]?.state).toBe('suspect');
      expect(await statusNow()).toMatchObject({ restorableTo: null, exit: 1 });
      const checked = await stage.backup('check', '--read-data');
      expect(checked.exit).toBe(1);
      expect(checked.out).toContain('backup.repository-damaged');
      expect(before.fulls).toHaveLength(1);
    },
    300_000,
  );
});

async function packsOf(repository: string): Promise<readonly string[]> {
  const names = await readdir(join(repository, 'data'), { recursive: true });
  const paths = names.map((name) => join(repository, 'data', name));
  const files = await Promise.all(paths.map(async (path) => ((await stat(path)).isFile() ? [path] : [])));
  return files.flat();
}

async function filesWith(directory: string, text: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of names.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}
