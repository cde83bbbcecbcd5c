import { chmod, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Connection } from 'mysql2/promise';
import { z } from 'zod';
import { childProgram } from '../../../scripts/testing/children.ts';
import { cataloguePlace, cutRestoreIn, readTimes, type Wish } from '../../../src/backup/index.ts';
import { RUNBOOK_PREFIX } from '../../../src/model/procedures.ts';
import { fillGate, listRuns, readRun, showGates, systemClock, verifyRun } from '../../../src/procedure/index.ts';
import { type BackupStage, backupStage } from '../backup-stage.ts';
import type { SweepTry } from '../crash-sweep.ts';
import type { TestFamily } from '../families.ts';
import { startedServer } from './server.ts';

/** Restores from one catalogue, each try with a copy of it and a directory of its own, for the crash sweep. */

const SCRIPT = childProgram('restore');
const RUNBOOK_SCRIPT = childProgram('runbook');
const WISH: Wish = { environment: 'production', target: 'before shop.doubles', id: null };
const TRANSACTIONS = 400;

/** By the command `restore run`, or by the runbook `restore`, in which people look at the server before anything is switched to it. */
export type RestoreDoor = 'command' | 'runbook';

export interface RestoreSweep extends AsyncDisposable {
  open(): Promise<SweepTry>;
}

/** A verified full backup, and behind it transactions that a restore replays, and one that it must not. */
export async function restoreSweep(
  family: TestFamily,
  kind: 'logical' | 'physical' = 'logical',
  door: RestoreDoor = 'command',
): Promise<RestoreSweep> {
  const clone = family.engine === 'mysql' && kind === 'physical';
  // The plugins of the tests' own MySQL lie where nobody else may look.
  const stage = await backupStage(
    family,
    clone ? { more: 'serverUser: root', args: ['--plugin-load-add=mysql_clone.so'] } : {},
  );
  // The restored server runs as somebody else, who must reach its directory.
  await chmod(stage.dir, 0o711);
  const must = async (first: string, ...more: readonly string[]): Promise<void> => {
    const ran = await stage.backup(first, ...more);
    if (ran.exit !== 0) throw new Error(`backup ${first}: ${ran.out}${ran.err}`);
  };
  await must('run', '--kind', kind);
  await must('verify');
  for (let n = 0; n < TRANSACTIONS; n += 1) {
    await stage.db.query('INSERT INTO sales (item, at) VALUES (?, NOW(6))', [1 + (n % 3)]);
  }
  await stage.db.query("INSERT INTO doubles VALUES ('kept')");
  const wanted = await contentOf(stage.db);
  await stage.db.query('DROP TABLE doubles');
  await stage.db.query('INSERT INTO sales (item, at) VALUES (1, NOW(6))');
  await must('run', '--incremental');
  let tries = 0;
  let told: readonly string[] = [];
  const look: Look = async (into, words) => {
    // A process that was killed tells no words: those of another directory, with this one in them.
    if (words !== undefined) told = words.map((word) => word.replaceAll(into, '{into}'));
    const found = await startedServer(
      told.map((word) => word.replaceAll('{into}', into)),
      into,
      contentOf,
    );
    return isDeepStrictEqual(found, wanted) ? 'the same' : found;
  };
  return {
    open: () => {
      tries += 1;
      const dir = join(stage.dir, `t${tries}`);
      return door === 'runbook' ? openRunbookTry(stage, dir, look) : openTry(stage, dir, look);
    },
    [Symbol.asyncDispose]: () => stage.stop(),
  };
}

type Look = (into: string, words?: readonly string[]) => Promise<unknown>;

interface Place {
  readonly store: string;
  readonly report: string;
  readonly into: string;
}

/** A copy of the catalogue, and a directory for the server. */
async function placeFor(stage: BackupStage, dir: string): Promise<Place> {
  await mkdir(dir, { mode: 0o711 });
  const store = join(dir, 'state');
  await cp(stage.store, store, { recursive: true });
  return { store, report: join(dir, 'report'), into: join(dir, 'into') };
}

async function openTry(stage: BackupStage, dir: string, look: Look): Promise<SweepTry> {
  const { store, report, into } = await placeFor(stage, dir);
  const result = join(dir, 'result');
  // What was there when a process died that had said already that it is whole.
  const said: unknown[] = [];
  return {
    report,
    command: async (kill) => {
      const mark = await cutRestoreIn(into, WISH).catch(() => 'finished' as const);
      if (mark === 'finished') said.push(await look(into));
      const argv = [process.execPath, SCRIPT, stage.configFile, store, into, result, report];
      return { argv: [...argv, ...(kill === undefined ? [] : [String(kill)])], env: stage.env };
    },
    answer: async () => {
      throw new Error('a restore asks nobody');
    },
    async endState() {
      const { start, ...told } = restored.parse(JSON.parse(await readFile(result, 'utf8')));
      return {
        half: said.filter((one) => one !== 'the same'),
        content: await look(into, start),
        ...(await leftBehind({ store, into })),
        told,
      };
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** What restores have left: servers, runs of their own, what was measured, files. */
async function leftBehind({ store, into }: Pick<Place, 'store' | 'into'>) {
  const own = (await listRuns(store)).filter(({ procedure }) => procedure === 'restore');
  const journals = await Promise.all(own.map(async ({ run }) => (await verifyRun(store, run)).kind));
  return {
    servers: await serversIn(into),
    unfinished: own.filter(({ finished }) => finished === null).length,
    done: own.filter(({ finished }) => finished?.outcome === 'done').length,
    journals: [...new Set(journals)],
    measured: (await readTimes(cataloguePlace(store, 'production'))).length,
    left: (await readdir(into)).toSorted(),
    logs: (await readdir(join(into, 'binlogs'))).toSorted(),
  };
}

/** The runbook: its own journal, that of the restore inside, and people who look. */
async function openRunbookTry(stage: BackupStage, dir: string, look: Look): Promise<SweepTry> {
  const { store, report, into } = await placeFor(stage, dir);
  const texts = { reason: 'sweep', to: 'before shop.doubles', into };
  /** What was there when somebody was asked to look. */
  const seen: unknown[] = [];
  const asked: string[] = [];
  const start = async (run: string): Promise<readonly string[]> => {
    const { entries } = await readRun(store, run);
    const made = entries.flatMap(({ record, payload }) =>
      record.type === 'step.done' && /\/server$/.test(record.node) ? [madeSchema.parse(payload).outputs.start] : [],
    );
    if (made.length !== 1) throw new Error(`the server is recorded ${made.length} times`);
    return made[0] ?? [];
  };
  return {
    report,
    command: async (kill) => ({
      argv: [
        process.execPath,
        RUNBOOK_SCRIPT,
        ...[stage.configFile, store, 'restore', report],
        ...(kill === undefined ? [] : [String(kill)]),
      ],
      env: { ...stage.env, SWEEP_TEXTS: JSON.stringify(texts) },
    }),
    async answer() {
      for (const gate of await showGates(store)) {
        seen.push(await look(into, await start(gate.run)));
        asked.push(gate.path);
        const yes = /inspect/.test(gate.path)
          ? { right: true, seen: 'the words are there' }
          : { serves: true, how: 'its name points to the new one' };
        const filled = await fillGate(store, gate.run, gate.path, yes, 'ann', systemClock);
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
    },
    async endState() {
      const own = (await listRuns(store)).filter(({ procedure }) => procedure === `${RUNBOOK_PREFIX}restore`);
      const last = own.at(-1);
      return {
        ...(await leftBehind({ store, into })),
        content: last === undefined ? 'nothing' : await look(into, await start(last.run)),
        wrongWhenAsked: seen.filter((one) => one !== 'the same'),
        // Each is asked, and none twice: what a person has said is not lost.
        asked,
        runs: own.length,
        outcome: last?.finished?.outcome,
        journal: last === undefined ? 'none' : (await verifyRun(store, last.run)).kind,
      };
    },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

const madeSchema = z.object({ outputs: z.object({ start: z.array(z.string()) }) });

/** What is told and does not differ between two good restores. */
const restored = z.object({
  cut: z.unknown(),
  logs: z.unknown(),
  full: z.unknown(),
  lostSeconds: z.null(),
  start: z.array(z.string()),
});

/** Servers of this directory that still run: each of them is named by its arguments. */
export async function serversIn(directory: string): Promise<number> {
  // A guard ends its server when we end; it is given a moment.
  for (let patience = 50; ; patience -= 1) {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const all = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    const found = all.filter((text) => text.includes(`--datadir=${directory}/`)).length;
    if (found === 0 || patience === 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What the tables of the service hold, as the server sums them up, and what else there is. */
async function contentOf(db: Connection): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const table of ['items', 'sales', 'doubles']) {
    const [sums] = await db.query(`CHECKSUM TABLE shop.${table}`);
    const [counts] = await db.query(`SELECT COUNT(*) AS n FROM shop.${table}`);
    lines.push(JSON.stringify([table, sums, counts]));
  }
  for (const kind of ['VIEWS.TABLE', 'TRIGGERS.TRIGGER', 'ROUTINES.ROUTINE', 'EVENTS.EVENT']) {
    const [from = '', of = ''] = kind.split('.');
    const [rows] = await db.query(`SELECT COUNT(*) AS n FROM information_schema.${from} WHERE ${of}_SCHEMA = 'shop'`);
    lines.push(JSON.stringify([from, rows]));
  }
  return lines;
}
