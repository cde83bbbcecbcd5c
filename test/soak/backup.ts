import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { seeded } from '../e2e/support/random.ts';
import { type BackupStage, backupStage, type Ran } from '../support/backup-stage.ts';
import { mariadb, mysql, type TestFamily } from '../support/families.ts';
import { type Aim, aimAt, damage, FAULTS, type Fault, faultyRun, isLying, list } from './support/backup-faults.ts';
import { dumpDirectly, giveBack, linesOf, type Swept } from './support/backup-oracle.ts';

/**
 * Faults while backups are taken and while they lie there: what is killed, cut, full, wrong, deleted or flipped, and a clock that jumps, must never leave a
 * backup that is called good and does not restore. Whether it does is found out without Shiplock: restic gives the dump back, and it is compared line by
 * line with a dump that was taken directly. Physical backups are unpacked and a server is started on them. Then its dump is compared.
 * Both families are tried side by side. A case is the same for the same seed, whichever come before it.
 *   npm run soak backup [-- CASES [SEED [mariadb|mysql|both [logical|physical]]]]     default: 200 cases, seed 1, both families, logical
 *   --skip N      leave out the first N of each family: where a sweep was stopped, it goes on
 *   --only FAULT  this fault alone
 * Ctrl-C ends it after the cases that are under way, and prints what was found by then.
 */

const statusShape = z.object({ restorableTo: z.string().nullable(), verifiedTo: z.string().nullable() });

interface Outcome {
  readonly fault: Fault;
  readonly runExit: number;
  /** The fault met the run, or what lay there. */
  readonly struck: boolean;
  /** How many full backups were called good afterwards, and how many of them restore. */
  readonly good: number;
  readonly bad: readonly string[];
  readonly recovered: boolean;
}

const ROWS = 60_000;

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());

const option = { type: 'string' } as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { skip: option, only: option }, allowPositionals: true });
  const [cases = '200', seed = '1', only = 'both', word = 'logical'] = positionals;
  const kind = word === 'physical' ? 'physical' : 'logical';
  const families = [mariadb, mysql].filter(({ engine }) => only === 'both' || engine === only);
  const faults = FAULTS.filter((one) => one === (values.only ?? one));
  const begun = performance.now();
  const passed = (): string => `${((performance.now() - begun) / 1000).toFixed(0)} s`;
  const sweep = async (family: TestFamily, at: number): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = [];
    const stage: Swept = { ...(await stageFor(family, kind)), kind, restarted: [] };
    try {
      await stage.db.query(
        `INSERT INTO sales (item, at) SELECT 1, NOW(6) FROM (SELECT 1 FROM sales a, sales b LIMIT ${ROWS}) AS many`,
      );
      // A server that is killed would take this connection with it.
      await stage.db.end();
      const aim = await aimAt(stage);
      const count = Math.ceil((Number(cases) - at) / families.length);
      for (let one = Number(values.skip ?? '0'); one < count && !stop.signal.aborted; one += 1) {
        const fault = faults[one % faults.length] ?? 'none';
        const outcome = await tryFault(stage, fault, aim, seeded(Number(seed) * 1_000_000 + at * 100_000 + one));
        outcomes.push(outcome);
        const { bad, recovered, runExit, good, struck } = outcome;
        const verdict = bad.length > 0 || !recovered ? `WRONG ${JSON.stringify(outcome)}` : 'as it should be';
        process.stdout.write(
          `${family.engine} case ${one}: ${fault}, ${struck ? '' : 'not met, '}exit ${runExit}, ${good} called good, ${verdict}, ${passed()}\n`,
        );
      }
    } finally {
      const again = stage.restarted.at(-1);
      again?.kill('SIGTERM');
      await stage.stop();
    }
    return outcomes;
  };
  const outcomes = (await Promise.all(families.map(sweep))).flat();
  const bad = outcomes.filter((one) => one.bad.length > 0 || !one.recovered);
  for (const fault of FAULTS) {
    const own = outcomes.filter((one) => one.fault === fault);
    const failed = own.filter(({ runExit }) => runExit !== 0).length;
    const met = own.filter(({ struck }) => struck).length;
    process.stdout.write(
      `${fault}: ${own.length} cases, ${met} met a run, which failed in ${failed}, wrong ${own.filter((one) => bad.includes(one)).length}\n`,
    );
  }
  process.stdout.write(
    `${outcomes.length} cases, ${outcomes.filter(({ struck }) => struck).length} of them met a run, ${bad.length} wrong, ${passed()}, seed ${seed}\n`,
  );
  return bad.length === 0 ? 0 : 1;
}

function stageFor(family: TestFamily, kind: Swept['kind']): Promise<BackupStage> {
  if (kind === 'logical') return backupStage(family);
  const mysqlToo = family.engine === 'mysql';
  return backupStage(family, {
    // The plugins of the tests' own MySQL lie where nobody else may look.
    more: mysqlToo ? 'kind: physical\nserverUser: root' : 'kind: physical',
    args: mysqlToo ? ['--plugin-load-add=mysql_clone.so'] : [],
  });
}

/** One fault, then what is called good is restored without Shiplock, then a plain backup must come through. */
async function tryFault(stage: Swept, fault: Fault, aim: Aim, draw: () => number): Promise<Outcome> {
  await rm(stage.repository, { recursive: true, force: true });
  await rm(stage.store, { recursive: true, force: true });
  const reference = await dumpDirectly(stage);
  let ran = { exit: 0, struck: true };
  if (isLying(fault)) {
    await expectDone(stage.backup('run'));
    await expectDone(stage.backup('run', '--incremental'));
    await damage(stage, fault, draw);
  } else {
    if (draw() < 0.5) await expectDone(stage.backup('run'));
    ran = await faultyRun(stage, fault, aim, draw);
  }
  // What verification says after the fault is what counts.
  const listedBefore = await list(stage);
  for (const { id } of listedBefore.fulls) await stage.backup('verify', '--id', id);
  const { fulls, segments } = await list(stage);
  const bad: string[] = [];
  const good = fulls.filter(({ state }) => state === 'verified' || state === 'stored');
  for (const { id, snapshot } of good) {
    if ((await linesOf(stage, snapshot)) !== reference) bad.push(`full ${id}`);
  }
  for (const { file, snapshot, sha256 } of segments.filter(({ state }) => state === 'verified')) {
    const back = await giveBack(stage, snapshot, file);
    if (back === null || createHash('sha256').update(back).digest('hex') !== sha256) bad.push(`log ${file}`);
  }
  const status = statusShape.parse(JSON.parse((await stage.backup('status', '--json')).out));
  if (good.length === 0 && status.restorableTo !== null) bad.push('status');
  if (status.restorableTo !== null && Date.parse(status.restorableTo) > Date.now()) bad.push('status lies ahead');
  if (fault === 'none' && status.verifiedTo === null) bad.push('nothing verified');
  return {
    fault,
    runExit: ran.exit,
    struck: ran.struck,
    good: good.length,
    bad,
    recovered: await recovers(stage, fault),
  };
}

/** The next run comes through as if nothing had happened, and is verified; a damaged repository is put aside first, as the page says. */
async function recovers(stage: Swept, fault: Fault): Promise<boolean> {
  if (['pack deleted', 'bits flipped', 'pack cut', 'index deleted'].includes(fault)) {
    await rm(stage.repository, { recursive: true, force: true });
    await rm(join(stage.store, 'backups'), { recursive: true, force: true });
  }
  const begun = Date.now();
  const ran = await stage.backup('run');
  const verified = await stage.backup('verify');
  const { verifiedTo } = statusShape.parse(JSON.parse((await stage.backup('status', '--json')).out));
  // By the clock of the server, in whole seconds; and it is what was taken now that was verified.
  const isNew = verifiedTo !== null && Date.parse(verifiedTo) > begun - 2_000;
  if (ran.exit === 0 && verified.exit === 0 && isNew) return true;
  if (!isNew) process.stdout.write(`verified to ${verifiedTo ?? 'nothing'}\n`);
  process.stdout.write(`${ran.err}${verified.err}${verified.out}\n`);
  return false;
}

async function expectDone(running: Promise<Ran>): Promise<void> {
  const { exit, err, out } = await running;
  if (exit !== 0) throw new Error(`a plain backup failed: ${err}${out}`);
}

process.exitCode = await main();
