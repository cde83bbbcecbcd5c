import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { type BackupStage, backupStage, type Ran } from '../support/backup-stage.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { startedServer } from '../support/restore/server.ts';
import { terminal } from '../support/terminal.ts';

/** From the files of a server and the logs behind them to a server as it was: to the transaction, and with the accounts that it had. */

const planned = z.object({
  full: z.object({ id: z.string(), form: z.string() }),
  cut: z.object({ transactions: z.number(), lost: z.object({ transactions: z.number() }) }),
  prediction: z.object({ seconds: z.number().nullable(), from: z.string() }),
});
const restored = planned.extend({ start: z.array(z.string()), seconds: z.object({ whole: z.number() }) });
const listed = z.object({ fulls: z.array(z.object({ id: z.string(), form: z.string().optional() })) });

describeOnEach('a restore from a physical backup', (family: TestFamily) => {
  let stage: BackupStage;
  let writes: readonly string[];
  let first = '';

  const restore = async (...words: readonly string[]): Promise<Ran> => {
    const io = terminal({ cwd: stage.dir, env: stage.env });
    const argv = ['restore', 'run', 'production', ...words, '--config', stage.configFile, '--state', stage.store];
    return { exit: await runCli(argv, io), ...io.written };
  };
  const into = (name: string): string => join(stage.dir, name);
  const must = async (name: string, ...more: readonly string[]): Promise<void> => {
    const ran = await stage.backup(name, ...more);
    expect(ran.exit, ran.out + ran.err).toBe(0);
  };
  const look = <T>(start: readonly string[], name: string, work: (db: Connection) => Promise<T>): Promise<T> =>
    startedServer(start, into(name), work);
  /** The numbers that the writer has stored, in the order in which it did. */
  const numbers = async (db: Connection): Promise<readonly string[]> => {
    const [rows] = await db.query("SELECT name FROM shop.items WHERE name REGEXP '^n[0-9]' ORDER BY id");
    return z
      .array(z.object({ name: z.string() }))
      .parse(rows)
      .map(({ name }) => name);
  };

  beforeAll(async () => {
    const mysql = family.engine === 'mysql';
    // The plugins of the tests' own MySQL lie where nobody else may look.
    const more = mysql ? 'serverUser: root' : '';
    stage = await backupStage(family, { more, args: mysql ? ['--plugin-load-add=mysql_clone.so'] : [] });
    await chmod(stage.dir, 0o711);
    const made: string[] = [];
    const write = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) {
        const name = `n${made.length}`;
        await stage.db.query('INSERT INTO items (name) VALUES (?)', [name]);
        made.push(name);
      }
    };
    let writing = true;
    const writer = (async () => {
      while (writing) await write(1);
    })();
    await must('run', '--kind', 'physical');
    writing = false;
    await writer;
    first = listed.parse(JSON.parse((await stage.backup('list', '--json')).out)).fulls[0]?.id ?? '';
    await stage.db.query(`CREATE USER late@localhost IDENTIFIED BY 'Late-1'`);
    await write(20);
    writes = [...made];
    await stage.db.query('DROP TABLE doubles');
    await write(5);
    await stage.db.query('DO SLEEP(1.1)');
    await must('run', '--incremental');
  }, 300_000);
  afterAll(() => stage.stop());

  it('brings the server back to before a statement, exactly, with its accounts and none of ours', async () => {
    const dry = await restore('--before', 'shop.doubles', '--dry-run', '--json');
    expect(dry.exit, dry.err).toBe(0);
    const plan = planned.parse(JSON.parse(dry.out));
    expect(plan.full).toEqual({ id: first, form: 'physical' });
    expect(plan.cut.lost.transactions).toBe(6);
    const ran = await restore('--before', 'shop.doubles', '--into', into('before'), '--json');
    expect(ran.exit, ran.out + ran.err).toBe(0);
    const { start, cut } = restored.parse(JSON.parse(ran.out));
    expect(cut.transactions).toBeGreaterThanOrEqual(21);
    await look(start, 'before', async (db) => {
      expect(await numbers(db)).toEqual(writes);
      const [rows] = await db.query('SELECT COUNT(*) AS n FROM shop.doubles');
      expect(rows).toMatchObject([{ n: 5 }]);
      const [users] = await db.query("SELECT user AS user FROM mysql.user WHERE user IN ('late', 'shiplock_laid')");
      expect(users).toMatchObject([{ user: 'late' }]);
    });
    // Nothing of our account is left beside it.
    expect(await readdir(join(into('before'), 'server', 'run'))).not.toContain('account.sql');
    expect(await readFile(join(into('before'), 'restore.json'), 'utf8')).not.toContain('Aa1-');
  }, 300_000);

  it('is chosen where it is predicted to be back first, and has everything with --latest', async () => {
    await must('run', '--kind', 'logical');
    await must('verify');
    await must('verify', '--id', first);
    const plan = async (...words: readonly string[]) => {
      const dry = await restore('--latest', '--dry-run', '--json', ...words);
      expect(dry.exit, dry.err).toBe(0);
      return planned.parse(JSON.parse(dry.out));
    };
    // The restore before has replayed some, so both can be told; the newer one has nothing to replay.
    const { fulls } = listed.parse(JSON.parse((await stage.backup('list', '--json')).out));
    const each = await Promise.all(fulls.map(({ id }) => plan('--id', id)));
    expect(each.map(({ full }) => full.form)).toEqual(['physical', 'logical']);
    const [cheapest] = each.toSorted((one, other) => (one.prediction.seconds ?? -1) - (other.prediction.seconds ?? -1));
    expect((await plan()).full).toEqual(cheapest?.full);
    const ran = await restore('--latest', '--id', first, '--into', into('latest'), '--json');
    expect(ran.exit, ran.out + ran.err).toBe(0);
    await look(restored.parse(JSON.parse(ran.out)).start, 'latest', async (db) => {
      expect(await numbers(db)).toEqual(await numbers(stage.db));
    });
  }, 300_000);
});
