import { chmod, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { drillSchema as drillRecordSchema } from '../../src/backup/index.ts';
import { runCli } from '../../src/cli/main.ts';
import { type BackupStage, backupStage, type Ran } from '../support/backup-stage.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';
import { startedServer } from '../support/restore/server.ts';
import { terminal } from '../support/terminal.ts';

/** From the catalogue of backups to a server as it was: before a statement, at a time, with everything. */

const planned = z.object({
  full: z.object({ id: z.string(), state: z.string() }),
  restorableTo: z.string().nullable(),
  cut: z.object({
    transactions: z.number(),
    lost: z.object({
      transactions: z.number(),
      tables: z.array(z.object({ table: z.string(), transactions: z.number() })),
    }),
  }),
  prediction: z.object({ seconds: z.number().nullable(), baseSeconds: z.number().nullable() }),
});
const restored = planned.extend({
  start: z.array(z.string()),
  seconds: z.object({ whole: z.number() }),
  problems: z.array(z.object({ code: z.string() })),
  earlier: z.string().nullable(),
});

const drillSchema = drillRecordSchema.extend({ environment: z.string() });
const statusSchema = z.object({
  problems: z.array(z.object({ code: z.string() })),
  drill: z.object({ outcome: z.string() }).nullable(),
  drillThrough: z.object({ outcome: z.string() }).nullable(),
});
const waiting = z.object({ run: z.string(), gate: z.string() });

describeOnEach('a restore from the catalogue', (family: TestFamily) => {
  let stage: BackupStage;

  const restore = (...words: readonly string[]): Promise<Ran> => say('run', ...words);
  const say = async (what: string, ...words: readonly string[]): Promise<Ran> => {
    const io = terminal({ cwd: stage.dir, env: stage.env });
    const argv = ['restore', what, 'production', ...words, '--config', stage.configFile, '--state', stage.store];
    return { exit: await runCli(argv, io), ...io.written };
  };
  const into = (name: string): string => join(stage.dir, name);
  const count = async (db: Connection, table: string): Promise<number> => {
    const [rows] = await db.query(`SELECT COUNT(*) AS n FROM shop.${table}`);
    return z.array(z.object({ n: z.coerce.number() })).parse(rows)[0]?.n ?? -1;
  };

  beforeAll(async () => {
    stage = await backupStage(family, { more: 'files: [etc]' });
    // The restored server may run as somebody else, who must reach its directory.
    await chmod(stage.dir, 0o711);
    for (const words of [['run'], ['verify']]) {
      const [first = '', ...more] = words;
      const ran = await stage.backup(first, ...more);
      expect(ran.exit, ran.out + ran.err).toBe(0);
    }
    await stage.db.query("INSERT INTO doubles VALUES ('kept')");
    await stage.db.query('DROP TABLE doubles');
    await stage.db.query('INSERT INTO sales (item, at) VALUES (1, NOW(6))');
    await stage.db.query('DO SLEEP(1.1)');
    const ran = await stage.backup('run', '--incremental');
    expect(ran.exit, ran.err).toBe(0);
  }, 300_000);
  afterAll(() => stage.stop());

  it('says before what it would do and what would be lost, and makes nothing', async () => {
    const ran = await restore('--before', 'shop.doubles', '--dry-run', '--json');
    expect(ran.exit, ran.err).toBe(0);
    const plan = planned.parse(JSON.parse(ran.out));
    expect(plan.full.state).toBe('verified');
    expect(plan.cut.transactions).toBe(1);
    expect(plan.cut.lost.transactions).toBe(2);
    expect(plan.cut.lost.tables.map(({ table }) => table).toSorted()).toEqual(['shop.doubles', 'shop.sales']);
    // A verification tells how long the base takes; nobody has replayed yet.
    expect(plan.prediction.baseSeconds).toBeGreaterThan(0);
    expect(plan.prediction.seconds).toBeNull();
  }, 300_000);

  it('brings back a table from before it was dropped, in a server that starts again', async () => {
    const sales = await count(stage.db, 'sales');
    const ran = await restore('--before', 'shop.doubles', '--into', into('before'), '--json');
    expect(ran.exit, ran.out + ran.err).toBe(0);
    const { start, problems } = restored.parse(JSON.parse(ran.out));
    expect(problems).toEqual([]);
    await startedServer(start, into('before'), async (db) => {
      expect(await count(db, 'doubles')).toBe(6);
      expect(await count(db, 'sales')).toBe(sales - 1);
    });
    // The live one is as it was.
    expect(await count(stage.db, 'sales')).toBe(sales);
    const again = planned.parse(JSON.parse((await restore('--latest', '--dry-run', '--json')).out));
    expect(again.prediction.seconds).toBeGreaterThan(0);
  }, 300_000);

  it('is never written over anything, and goes on with what was cut', async () => {
    const over = await restore('--latest', '--into', into('before'));
    expect([over.exit, over.err]).toEqual([5, expect.stringContaining('restore.not-empty')]);
    await mkdir(into('mine'));
    await writeFile(join(into('mine'), 'letter'), 'dear\n');
    const mine = await restore('--latest', '--into', into('mine'));
    expect([mine.exit, mine.err]).toEqual([5, expect.stringContaining('restore.not-empty')]);

    // As a kill in the middle of the replay leaves it: marked, with half a server.
    const mark = z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(await readFile(join(into('before'), 'restore.json'), 'utf8')));
    await mkdir(join(into('cut'), 'server', 'data'), { recursive: true });
    await writeFile(join(into('cut'), 'server', 'data', 'ibdata1'), 'half');
    await writeFile(join(into('cut'), 'restore.json'), JSON.stringify({ ...mark, finishedAt: null }));
    const other = await restore('--latest', '--into', into('cut'));
    expect([other.exit, other.err]).toEqual([5, expect.stringContaining('that was cut')]);
    const ran = await restore('--before', 'shop.doubles', '--into', into('cut'), '--json');
    expect(ran.exit, ran.out + ran.err).toBe(0);
    await startedServer(restored.parse(JSON.parse(ran.out)).start, into('cut'), async (db) => {
      expect(await count(db, 'doubles')).toBe(6);
    });
  }, 300_000);

  it('has everything with --latest, and is refused past what the backups reach', async () => {
    const ran = await restore('--latest', '--into', into('latest'), '--json');
    expect(ran.exit, ran.out + ran.err).toBe(0);
    const { start, restorableTo } = restored.parse(JSON.parse(ran.out));
    await startedServer(start, into('latest'), async (db) => {
      expect(await count(db, 'sales')).toBe(await count(stage.db, 'sales'));
      await expect(count(db, 'doubles')).rejects.toThrow(/doesn't exist/);
    });
    const past = await restore('--to', '2999-01-01T00:00:00Z', '--into', into('past'));
    expect([past.exit, past.err]).toEqual([5, expect.stringContaining(`not restorable past ${restorableTo}`)]);
    const before = await restore('--to', '2001-01-01T00:00:00Z', '--into', into('past'));
    expect([before.exit, before.err]).toEqual([5, expect.stringContaining('restore.before-backups')]);
  }, 300_000);

  it('F2, C5: a drill goes the whole way, is held against what was promised, and leaves only what it found', async () => {
    const place = into('drills');
    const drill = async (...words: readonly string[]): Promise<Ran> => say('drill', '--into', place, ...words);
    const status = async () => statusSchema.parse(JSON.parse((await stage.backup('status', '--json')).out));
    const plan = await drill('--dry-run');
    expect(plan.exit, plan.err).toBe(0);
    expect(plan.out).toMatch(/free, about .* are needed/);
    await expect(readdir(place)).rejects.toThrow(/ENOENT/);
    const kept = await drill('--json');
    expect(kept.exit, kept.out + kept.err).toBe(0);
    const first = drillSchema.parse(JSON.parse(kept.out));
    expect(first).toMatchObject({
      outcome: 'kept',
      problems: [],
      objectives: { rtoSeconds: null, rpoSeconds: 3600 },
    });
    expect(first.measured?.transactions).toBe(3);
    expect(first.measured?.predictedSeconds).toBeGreaterThan(0);
    expect(first.measured?.diskBytes).toBeGreaterThan(1_000_000);
    expect(await readdir(place)).toEqual([]);
    // How it is judged, and what goes wrong on its day, is the same for both families.
    if (family.engine === 'mysql') return;

    // Killed before, it left a server and one half deleted; both go, and it is measured anew.
    await mkdir(join(place, 'shiplock-drill.gone', 'server'), { recursive: true });
    await mkdir(join(place, 'shiplock-drill', 'server', 'data'), { recursive: true });
    const mark = z.looseObject({}).parse(JSON.parse(await readFile(join(into('latest'), 'restore.json'), 'utf8')));
    await writeFile(join(place, 'shiplock-drill', 'restore.json'), JSON.stringify({ ...mark, finishedAt: null }));
    const strict = (await readFile(stage.configFile, 'utf8')).replace('{ rpo: 1h }', '{ rpo: 1h, rto: 1s }');
    const plain = await readFile(stage.configFile, 'utf8');
    await writeFile(stage.configFile, strict);
    const missed = await drill();
    expect([missed.exit, missed.out]).toEqual([1, expect.stringContaining('promised 1s')]);
    expect((await status()).problems.map(({ code }) => code).toSorted()).toEqual([
      ...['backup.drill-missed', 'backup.rto-out-of-reach'],
    ]);
    await writeFile(stage.configFile, plain);
    expect(await readdir(place)).toEqual([]);

    // The repository is not there on the day of the drill: that is what drills are for.
    await rename(stage.repository, `${stage.repository}-away`);
    const failed = await drill('--json');
    expect([failed.exit, drillSchema.parse(JSON.parse(failed.out)).outcome]).toEqual([1, 'failed']);
    await rename(`${stage.repository}-away`, stage.repository);
    const after = await status();
    expect(after.problems.map(({ code }) => code)).toEqual(['backup.drill-failed']);
    expect([after.drill?.outcome, after.drillThrough?.outcome]).toEqual(['failed', 'missed']);
    expect(await readdir(place)).toEqual([]);

    await mkdir(join(place, 'shiplock-drill'));
    await writeFile(join(place, 'shiplock-drill', 'letter'), 'dear\n');
    const mine = await drill();
    expect([mine.exit, mine.err]).toEqual([5, expect.stringContaining('restore.not-empty')]);
    expect(await readdir(join(place, 'shiplock-drill'))).toEqual(['letter']);
    // Nobody has taken a backup yet: on the day of the drill that is an answer too.
    const io = terminal({ cwd: stage.dir, env: stage.env });
    const none = ['restore', 'drill', 'production', '--into', into('none'), '--config', stage.configFile];
    expect(await runCli([...none, '--state', into('fresh')], io)).toBe(1);
    expect(io.written.out).toContain('restore.no-backup');
    const nowhere = await say('drill');
    expect([nowhere.exit, nowhere.err]).toEqual([5, expect.stringContaining('backup.drill')]);
    const list = (await stage.backup('list')).out.split('\n').filter((line) => line.includes('drill'));
    expect(list.map((line) => line.split('  ')[2])).toEqual(['failed', 'missed', 'kept']);
  }, 300_000);

  // The steps of the runbook are those of the restore, of either family, and people.
  it.runIf(family.engine === 'mariadb')(
    'F2, C5: the runbook makes the server, and waits for a person before it is switched to',
    async () => {
      const cli = async (...argv: readonly string[]): Promise<Ran> => {
        const io = terminal({ cwd: stage.dir, env: stage.env });
        return { exit: await runCli([...argv, '--state', stage.store], io), ...io.written };
      };
      const words = [
        'restore',
        'production',
        '--reason',
        'drill',
        '--to',
        'before shop.doubles',
        '--into',
        into('sop'),
      ];
      const wrong = await cli('runbook', 'plan', ...words.slice(0, 5), 'yesterday', ...words.slice(6));
      expect([wrong.exit, wrong.err]).toEqual([2, expect.stringContaining('a time with its zone')]);
      const plan = await cli('runbook', 'plan', ...words);
      expect(plan.exit, plan.err).toBe(0);
      expect(plan.out).toContain('1 transactions, the last');
      expect(plan.out).toContain('2 that are backed up are lost');
      const opened = async (ran: Ran) => {
        expect(ran.exit, ran.out + ran.err).toBe(3);
        return waiting.parse(JSON.parse(ran.out));
      };
      const { run, gate } = await opened(await cli('runbook', 'run', ...words, '--json'));
      expect(gate).toMatch(/inspect/);
      // The same words at the other door: it is whole, says how it is started, and does nothing.
      const told = await restore('--before', 'shop.doubles', '--into', into('sop'), '--json');
      expect(told.exit, told.err).toBe(0);
      const { start, earlier } = restored.parse(JSON.parse(told.out));
      expect(Date.parse(earlier ?? '')).toBeLessThan(Date.now());
      await startedServer(start, into('sop'), async (db) => expect(await count(db, 'doubles')).toBe(6));
      expect((await opened(await cli('runbook', 'resume', run, '--json'))).gate).toBe(gate);
      const fill = async (...items: readonly string[]): Promise<void> => {
        const filled = await cli(
          'gate',
          'fill',
          run,
          ...items.flatMap((item, at) => (at === 0 ? [item] : ['--item', item])),
        );
        expect(filled.exit, filled.err).toBe(0);
      };
      await fill(gate, 'right=yes', 'seen=six words are there');
      const next = await opened(await cli('runbook', 'resume', run, '--json'));
      expect(next.gate).toMatch(/switch/);
      await fill(next.gate, 'serves=yes', 'how=dsn points to the restored one');
      const over = await cli('runbook', 'resume', run);
      expect(over.exit, over.out + over.err).toBe(0);
      expect(over.out).toMatch(/the service was switched after \d/);
    },
    300_000,
  );

  // The family of the server has nothing to do with files.
  it.runIf(family.engine === 'mariadb')(
    'lays files down beside those that are there, as they were',
    async () => {
      const conf = join(stage.dir, 'etc', 'shop.conf');
      await writeFile(conf, 'listen 9090\n');
      const ran = await say('files', '--only', conf, '--into', into('files'));
      expect(ran.exit, ran.out + ran.err).toBe(0);
      expect(ran.out).toContain('1 files as of');
      expect(await readFile(join(into('files'), conf), 'utf8')).toBe('listen 8080\n');
      expect(await readFile(conf, 'utf8')).toBe('listen 9090\n');
      const again = await say('files', '--into', into('files'));
      expect([again.exit, again.err]).toEqual([5, expect.stringContaining('restore.not-empty')]);
      // As a kill behind the last step leaves it: whole, and not yet said.
      const [chosen] = z
        .object({ files: z.array(z.object({ snapshot: z.string() })) })
        .parse(JSON.parse((await stage.backup('list', '--json')).out))
        .files.slice(-1);
      await writeFile(`${into('files')}.restoring`, `${chosen?.snapshot} ${conf}\n`);
      const cut = await say('files', '--only', conf, '--into', into('files'));
      expect([cut.exit, cut.out]).toEqual([0, expect.stringContaining('1 files as of')]);
      const none = await say('files', '--only', '/nowhere', '--into', into('none'));
      expect([none.exit, none.err]).toEqual([5, expect.stringContaining('restore.not-in-files')]);
    },
    300_000,
  );
});
