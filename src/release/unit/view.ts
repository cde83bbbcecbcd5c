import { unitWayTo } from '../../config/index.ts';
import { type Problem, problemsOf } from '../../model/problem.ts';
import { liveUnit } from '../../model/unit.ts';
import { listRuns, type RunSummary, readRun } from '../../procedure/index.ts';
import { openService } from '../environment/service.ts';
import { liveVersion, readEnvironmentRecord } from '../record.ts';
import { unitBackInputsSchema } from './back.ts';
import { memberDoor, memberStore, type ServiceUnit } from './open.ts';
import { unitInputsSchema } from './procedure.ts';
import { readUnitHistory } from './record.ts';
import { backSummaries, type MemberSummary, memberSummaries } from './summary.ts';

/** All environments of a unit in their order: which unit release each has, and whether its members still serve it. */
export interface UnitView {
  readonly unit: string;
  readonly environments: readonly UnitStage[];
  readonly problems: readonly Problem[];
}

export interface UnitStage {
  readonly environment: string;
  /** The environment before; null: units begin here. */
  readonly from: string | null;
  /** The unit release that it has; null: none. */
  readonly serves: {
    readonly release: string;
    readonly run: string;
    readonly since: string;
    readonly who: string;
    readonly members: readonly {
      readonly name: string;
      /** As the unit released it. */
      readonly version: string;
      /** By the member's own record; null: nothing. */
      readonly serves: string | null;
    }[];
  } | null;
  /** Against the environment before; null where there is none. */
  readonly behind: 'same' | 'behind' | 'nothing-before' | null;
  readonly unfinished: readonly {
    readonly run: string;
    readonly title: string;
    readonly state: string;
    readonly members: readonly MemberSummary[];
  }[];
}

/** Only looks, from the records of the unit and of its members. */
export async function unitPipeline(unit: ServiceUnit): Promise<UnitView> {
  const problems: Problem[] = [];
  const runs = await listRuns(unit.store);
  const services = await servicesOf(unit, problems);
  const stages: UnitStage[] = [];
  for (const environment of inOrder(unit)) stages.push(await stageOf(unit, environment, { runs, services, stages }));
  return { unit: unit.file.unit, environments: stages, problems };
}

/** Environments as a unit goes through them; those without an order as in the file. */
function inOrder({ file: { environments } }: ServiceUnit): readonly string[] {
  const ways = new Map([...environments].map(([name, { from }]) => [name, { from: from ?? undefined }]));
  const isLast = (name: string): boolean => ![...environments.values()].some(({ from }) => from === name);
  return [...new Set([...ways.keys()].filter(isLast).flatMap((name) => unitWayTo(ways, name)))];
}

/** Names of the members' services, as their records are called. */
async function servicesOf(unit: ServiceUnit, problems: Problem[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { name } of unit.file.members) {
    try {
      found.set(name, (await openService(memberDoor(unit, name))).config.service.service);
    } catch (error) {
      problems.push(...problemsOf(error, `member ${name}`));
    }
  }
  return found;
}

async function stageOf(
  unit: ServiceUnit,
  environment: string,
  known: {
    readonly runs: readonly RunSummary[];
    readonly services: ReadonlyMap<string, string>;
    /** The environments before. */
    readonly stages: readonly UnitStage[];
  },
): Promise<UnitStage> {
  const { file, store } = unit;
  const from = file.environments.get(environment)?.from ?? null;
  const live = liveUnit(await readUnitHistory(store, file.unit, environment));
  const before = from === null ? null : (known.stages.find((stage) => stage.environment === from)?.serves ?? undefined);
  const open = known.runs.filter((run) => run.environment === environment && run.finished === null);
  return {
    environment,
    from,
    serves:
      live === undefined
        ? null
        : {
            release: live.release,
            run: live.run,
            since: live.time,
            who: live.who,
            members: await Promise.all(
              Object.entries(live.versions).map(async ([name, version]) => ({
                name,
                version,
                serves: await servesNow(unit, environment, name, known.services.get(name)),
              })),
            ),
          },
    behind:
      before === null
        ? null
        : before === undefined
          ? 'nothing-before'
          : before.release === live?.release
            ? 'same'
            : 'behind',
    unfinished: await Promise.all(
      open.map(async ({ run, title, state }) => ({ run, title, state, members: await membersOf(unit, run) })),
    ),
  };
}

async function servesNow(
  unit: ServiceUnit,
  environment: string,
  name: string,
  service: string | undefined,
): Promise<string | null> {
  if (service === undefined) return null;
  return liveVersion(await readEnvironmentRecord(memberStore(unit, name), environment, service));
}

async function membersOf(unit: ServiceUnit, run: string): Promise<readonly MemberSummary[]> {
  const recorded = (await readRun(unit.store, run)).inputs;
  const inputs = unitInputsSchema.safeParse(recorded);
  if (inputs.success) return memberSummaries(unit, inputs.data, run);
  const back = unitBackInputsSchema.safeParse(recorded);
  return back.success ? backSummaries(unit, back.data, { run }) : [];
}
