import { chmod, cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { childProgram } from '../../../scripts/testing/children.ts';
import { cataloguePlace, readDrills } from '../../../src/backup/index.ts';
import { listRuns, verifyRun } from '../../../src/procedure/index.ts';
import { backupStage } from '../backup-stage.ts';
import type { SweepTry } from '../crash-sweep.ts';
import type { TestFamily } from '../families.ts';
import { type RestoreSweep, serversIn } from './sweep.ts';

/** Drills from one catalogue, each try with a copy of it and a directory of its own, for the crash sweep. */

const SCRIPT = childProgram('drill');

export async function drillSweep(family: TestFamily): Promise<RestoreSweep> {
  const stage = await backupStage(family);
  await chmod(stage.dir, 0o711);
  const must = async (...words: readonly string[]): Promise<void> => {
    const ran = await stage.backup(...words);
    if (ran.exit !== 0) throw new Error(`backup ${words.join(' ')}: ${ran.out}${ran.err}`);
  };
  await must('run');
  for (let n = 0; n < 50; n += 1) await stage.db.query('INSERT INTO sales (item, at) VALUES (1, NOW(6))');
  await must('run', '--incremental');
  let tries = 0;
  const open = async (): Promise<SweepTry> => {
    tries += 1;
    const dir = join(stage.dir, `t${tries}`);
    await mkdir(dir, { mode: 0o711 });
    const [store, into, report] = [join(dir, 'state'), join(dir, 'into'), join(dir, 'report')];
    await cp(stage.store, store, { recursive: true });
    return {
      report,
      command: async (kill) => ({
        argv: [
          ...[process.execPath, SCRIPT, stage.configFile, store, into, report],
          ...(kill === undefined ? [] : [String(kill)]),
        ],
        env: stage.env,
      }),
      answer: async () => {
        throw new Error('a drill asks nobody');
      },
      async endState() {
        const own = (await listRuns(store)).filter(({ procedure }) => procedure === 'restore-drill');
        const journals = await Promise.all(own.map(async ({ run }) => (await verifyRun(store, run)).kind));
        const drills = await readDrills(cataloguePlace(store, 'production'));
        return {
          servers: await serversIn(into),
          left: await readdir(into),
          unfinished: own.filter(({ finished }) => finished === null).length,
          // One that was killed behind its last record is whole; that its tail is not anchored is said, and nobody goes on with it.
          journals: [...new Set(journals.filter((kind) => kind !== 'not-anchored'))],
          // Killed behind its record, a drill was held, and the next one is another.
          found: [...new Set(drills.map(({ outcome, measured }) => `${outcome} ${measured?.transactions}`))],
        };
      },
      [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
    };
  };
  return { open, [Symbol.asyncDispose]: () => stage.stop() };
}
