import { join } from 'node:path';
import { z } from 'zod';
import { childProgram } from '../../../scripts/testing/children.ts';
import { listRuns, readLease, readRun, verifyRun } from '../../../src/procedure/index.ts';
import { readQuarantineOf } from '../../../src/release/quarantine/record.ts';
import type { Place, Trial } from './sweep.ts';
import { answerOf, type MemberName, openUnitWorld, textOf, type UnitWorld } from './unit-world.ts';

/**
 * Where runs of a unit are crashed: two services that are only files. A release of which the second one is bad, so that both must go back;
 * or a way back from a good one.
 */

const CHILD = childProgram('unit');
const MEMBERS: readonly MemberName[] = ['api', 'web'];

export function unitPlace(what: 'release' | 'rollback' = 'release', order: 'row' | 'apart' = 'row'): Place {
  let world: UnitWorld | null = null;
  let count = 0;
  const begin = async (): Promise<UnitWorld> => {
    const made = await openUnitWorld('files', order);
    for (const member of MEMBERS) await made.commit(member, '1.0.0', { page: 'page one' });
    await releaseNow(made);
    return made;
  };
  return {
    name: `unit, ${what === 'release' ? 'taken back' : 'rolled back'}${order === 'row' ? '' : ', members side by side'}`,
    exit: what === 'release' ? 4 : 0,
    open: async () => {
      world ??= await begin();
      const here = world;
      const version = `2.${++count}.0`;
      await here.commit('api', version, { page: `page of ${version}` });
      await here.commit('web', version, { page: `${what === 'release' ? 'nonsense' : 'page'} of ${version}` });
      if (what === 'rollback') await releaseNow(here);
      return trialOf(here, { version, what, order }, async (good) => {
        if (good) return;
        // What a failed try left behind must not be blamed on the next.
        world = null;
        await here.stop();
      });
    },
    close: async () => {
      await world?.stop();
      world = null;
    },
  };
}

async function releaseNow(world: UnitWorld): Promise<void> {
  const ran = await world.shiplock('release', 'development', '--unit', '.', '--quiet');
  if (ran.code !== 0) throw new Error(`the unit to start from ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`);
}

function trialOf(
  world: UnitWorld,
  {
    version,
    what,
    order,
  }: { readonly version: string; readonly what: 'release' | 'rollback'; readonly order: 'row' | 'apart' },
  close: Trial['close'],
): Trial {
  const report = join(world.dir, `boundaries-${version}`);
  return {
    report,
    env: process.env,
    argv: (kill) => [
      process.execPath,
      CHILD,
      JSON.stringify({ unit: world.dir, store: world.store, what, version, report, kill }),
    ],
    end: async () => {
      const members = await Promise.all(MEMBERS.map((member) => stateOf(world, member, version)));
      const [api, ...rest] = members;
      return {
        // A crash between the two may leave `api` not begun: it came through and went back, or was never there.
        state: { unit: await unitState(world, version), members: order === 'row' ? members : rest },
        broken: [
          ...members.flatMap(({ serves }, index) =>
            serves === '200 page one' ? [] : [`${MEMBERS[index] ?? ''} serves ${serves} after the unit went back`],
          ),
          ...(order === 'row' || api === undefined ? [] : leftBehind(api)),
        ],
      };
    },
    close,
  };
}

const historySchema = z.object({ history: z.array(z.object({ version: z.string(), outcome: z.string() })) });
const unitHistorySchema = z.object({
  history: z.array(z.object({ outcome: z.string(), versions: z.record(z.string(), z.string()) })),
});
const candidateSchema = z.object({ candidate: z.object({ release: z.object({ version: z.string() }) }) });

/** What a member serves, and every run and entry of this version. */
async function stateOf(world: UnitWorld, member: MemberName, version: string) {
  const store = world.storeOf(member);
  const runs: string[] = [];
  for (const { run, procedure, finished } of await listRuns(store)) {
    const candidate = candidateSchema.safeParse((await readRun(store, run)).inputs);
    if (candidate.data?.candidate.release.version !== version) continue;
    runs.push(`${procedure} ${finished?.outcome ?? 'open'} ${(await verifyRun(store, run)).kind}`);
  }
  const { history } = historySchema.parse(JSON.parse(await textOf(store, 'environments/development.json')));
  const own = history.findIndex((entry) => entry.version === version);
  return {
    serves: await answerOf(world.entry(member, 'development')),
    runs,
    history: own === -1 ? [] : history.slice(own).map(({ outcome }) => outcome),
    held: (await readLease(store, 'development'))?.lease.holder !== null,
    // What goes back for another's sake is not put on the list, and a page that fails a check is not either; what a person takes back is.
    quarantined: (await readQuarantineOf(store, 'development')).filter(
      ({ entry }) => entry.kind === 'quarantined' && entry.version === version,
    ).length,
  };
}

/** What must hold of a member that ran beside one that failed, however far it came. */
function leftBehind({ runs, history, held }: Awaited<ReturnType<typeof stateOf>>): readonly string[] {
  const ends = history.at(-1) ?? 'nothing';
  return [
    ...runs.filter((run) => / open /.test(run) || !run.endsWith(' intact')).map((run) => `api: ${run}`),
    ...(['nothing', 'went-back-to', 'rolled-back'].includes(ends) ? [] : [`api: its history ends with ${ends}`]),
    ...(held ? ['api: its environment is held'] : []),
  ];
}

async function unitState({ store }: UnitWorld, version: string) {
  const { history } = unitHistorySchema.parse(JSON.parse(await textOf(store, 'environments/development.json')));
  const runs = await listRuns(store);
  const last = runs.at(-1);
  return {
    entries: history.filter(({ versions }) => versions['web'] === version).map(({ outcome }) => outcome),
    newest: history.at(-1)?.outcome,
    outcome: last?.finished?.outcome ?? 'open',
    journal: last === undefined ? 'none' : (await verifyRun(store, last.run)).kind,
    open: runs.filter(({ finished }) => finished === null).length,
    held: (await readLease(store, 'development'))?.lease.holder !== null,
  };
}
