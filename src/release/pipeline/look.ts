import { promotionOrder, type ResolvedEnvironment, resolveEnvironment } from '../../config/index.ts';
import type { GateRules } from '../../model/people.ts';
import { type Problem, ProblemError, problemsOf, unwrap } from '../../model/problem.ts';
import { lookAt } from '../../procedure/gate/condition.ts';
import { wallText, windowAt } from '../../procedure/gate/windows.ts';
import { listRuns, newestLease, type ReadContext, type RunSummary, readRun, showGates } from '../../procedure/index.ts';
import { withoutConfiguration } from '../build/naming.ts';
import type { Service } from '../door.ts';
import { readPolicy } from '../policy/policy.ts';
import { gatesOf, type Promotion } from '../promotion/gates.ts';
import { promotionLooks } from '../promotion/looks.ts';
import { manifestDigest } from '../promotion/manifest.ts';
import { verdictOf, verdictText } from '../promotion/verdict.ts';
import { CAUSE, quarantineProblems, standingOf } from '../quarantine/check.ts';
import { digestsOf } from '../quarantine/record.ts';
import {
  type EnvironmentRecord,
  liveVersion,
  type ReleaseRecord,
  readEnvironmentRecord,
  readReleaseRecord,
} from '../record.ts';
import { type Behind, behindOf, cameWith, type GateView, type PipelineView, type StageView } from './view.ts';

/** One view of all environments of a service, from the records, and from a look at each condition. Only looks. */
export async function pipeline(service: Service): Promise<PipelineView> {
  const problems: Problem[] = [];
  const { config, store, clock } = service;
  const tell = (error: unknown, where: string): null => {
    problems.push(...problemsOf(error, where));
    return null;
  };
  const names = promotionOrder(config);
  const known = new Map(
    await Promise.all(
      names.map(async (name) => {
        const environment = unwrap(resolveEnvironment(config, name, { baseDir: service.baseDir }));
        return [name, await stageOf(service, environment).catch((error: unknown) => tell(error, name))] as const;
      }),
    ),
  );
  const [runs, gates, held] = await Promise.all([
    listRuns(store),
    showGates(store),
    standingOf(service, 'forward').catch((error: unknown) => tell(error, 'quarantine') ?? []),
  ]);
  const environments: StageView[] = [];
  for (const name of names) {
    const stage = known.get(name);
    if (stage === undefined || stage === null) continue;
    const from = stage.environment.promotion?.from ?? null;
    const before = from === null ? null : (known.get(from) ?? null);
    const behind = before === null ? null : await behindIn(service, before, stage);
    const next =
      before === null || behind?.kind !== 'behind'
        ? null
        : await nextOf(service, before, stage).catch((error: unknown) => tell(error, name));
    environments.push({
      environment: name,
      from,
      serves: stage.serves,
      behind,
      next,
      unfinished: unfinishedIn(runs, name).map(({ run, title, state }) => ({
        run,
        title,
        state,
        gates: gates.filter((gate) => gate.run === run).map(({ path }) => path),
      })),
      lock: await lockOf(service, name).catch((error: unknown) => tell(error, name)),
    });
  }
  return {
    service: config.service.service,
    at: new Date(clock.now()).toISOString(),
    environments,
    quarantine: held.map(({ environment, entry }) => ({
      digest: entry.digest,
      component: entry.component ?? null,
      version: entry.version ?? null,
      environment,
      since: entry.time,
      cause: CAUSE[entry.cause],
      run: entry.run ?? null,
      why: entry.why,
    })),
    problems: [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()],
  };
}

interface Stage {
  readonly environment: ResolvedEnvironment;
  readonly history: EnvironmentRecord;
  readonly record: ReleaseRecord | null;
  readonly version: string | null;
  readonly run: string | null;
  readonly serves: StageView['serves'];
}

async function stageOf(service: Service, environment: ResolvedEnvironment): Promise<Stage> {
  const { store } = service;
  const name = environment.environment;
  const history = await readEnvironmentRecord(store, name, environment.service);
  const version = liveVersion(history);
  const came = version === null ? undefined : cameWith(history, version);
  const record = version === null ? null : await readReleaseRecord(store, name, version);
  const brought = history.history.findLast((one) => one.version === version && one.outcome === 'released');
  const run = brought?.run ?? null;
  const verdict = run === null ? 'not known' : await readRun(store, run).then(textOf, () => 'no journal here');
  return {
    environment,
    history,
    record,
    version,
    run,
    serves:
      version === null || came === undefined
        ? null
        : { version, commit: record?.release.commit ?? null, since: came.time, who: came.who, verdict },
  };
}

function textOf(run: Parameters<typeof verdictOf>[0]): string {
  return verdictText(verdictOf(run));
}

async function behindIn(service: Service, before: Stage, here: Stage): Promise<Behind> {
  const same = (one: string, other: string): boolean => withoutConfiguration(one) === withoutConfiguration(other);
  const behind = behindOf(before.history, before.version, here.version, same, service.clock.now());
  return behind.kind === 'behind' ? { ...behind, commits: await commitsBetween(service, here, before) } : behind;
}

async function commitsBetween({ exec, baseDir }: Service, here: Stage, before: Stage): Promise<number | null> {
  const [from, to] = [here.record?.release.commit, before.record?.release.commit];
  if (from === undefined || to === undefined) return null;
  const counted = await exec.read(['git', '-C', baseDir, 'rev-list', '--count', `${from}..${to}`]);
  const count = Number(counted.stdout.trim());
  return counted.exitCode === 0 && counted.stdout.trim() !== '' && Number.isSafeInteger(count) ? count : null;
}

/** What a promotion of what serves before would find now. */
async function nextOf(service: Service, before: Stage, here: Stage): Promise<StageView['next']> {
  const { environment } = here;
  if (before.record === null || before.version === null || before.run === null) return null;
  const policy = await readPolicy(service, environment);
  const rules = policy?.rules ?? null;
  const promotion: Promotion = {
    from: before.environment.environment,
    version: before.version,
    run: before.run,
    manifest: before.record.manifest ?? manifestDigest(before.record.release),
    rules: rules?.promotion ?? null,
  };
  const held = await quarantineProblems(service, digestsOf(before.record), 'forward');
  const gates =
    promotion.rules === null
      ? []
      : gatesOf(promotion, promotion.rules, before.version, promotionLooks(environment, service));
  const looked = await Promise.all(
    gates.map(async ({ id, role, condition }): Promise<GateView> => {
      if (condition === undefined) return { gate: id, state: 'asks', text: `somebody with the role ${role}` };
      const { unmet, found } = await lookAt(condition, id, looking(service));
      const line = found.split('\n')[0] ?? '';
      const [first] = unmet;
      if (first === undefined) return { gate: id, state: 'met', text: line };
      return { gate: id, state: 'waits', text: `${line}; expected ${first.expected}` };
    }),
  );
  return {
    version: before.version,
    gates: [
      ...held.map(({ found }): GateView => ({ gate: 'quarantine', state: 'refused', text: found })),
      ...looked,
      ...(rules === null ? [] : approvalViews(rules, service.clock.now())),
    ],
  };
}

/** What the gate before the release itself asks for. Pure. */
export function approvalViews(
  { approval, approvals, windows }: Pick<GateRules, 'approval' | 'approvals' | 'windows'>,
  now: number,
): readonly GateView[] {
  const window = windows === null ? null : windowAt(windows, now);
  const persons = `${approvals} ${approvals === 1 ? 'person' : 'persons'} with the role ${approval}`;
  return [
    ...(approval === null ? [] : [{ gate: 'approval', state: 'asks', text: persons } as const]),
    ...(window === null || windows === null
      ? []
      : [
          window.kind === 'open'
            ? ({ gate: 'window', state: 'met', text: 'open' } as const)
            : ({
                gate: 'window',
                state: 'waits',
                text: `${window.why}${window.opens === undefined ? '' : `; opens ${wallText(windows.timeZone, window.opens)}`}`,
              } as const),
        ]),
  ];
}

function unfinishedIn(runs: readonly RunSummary[], environment: string): readonly RunSummary[] {
  return runs.filter((run) => run.environment === environment && run.finished === null);
}

async function lockOf({ store, shared }: Service, environment: string): Promise<StageView['lock']> {
  const lease = await newestLease(store, shared, environment);
  if (lease?.lock?.on !== true) return null;
  const { by, reason, time } = lease.lock;
  return { by, reason, time };
}

const LOOK_MS = 30_000;

/** A context for a look outside of any run. */
function looking({ clock, exec }: Service): ReadContext {
  const nothing = (): never => {
    throw new ProblemError({
      code: 'procedure.no-outputs',
      where: 'pipeline',
      found: 'a look outside of a run',
      expected: 'a condition that needs nothing of its run',
      remedy: 'this is a fault of the procedure',
    });
  };
  return {
    mode: 'plan',
    clock,
    exec,
    signal: AbortSignal.timeout(LOOK_MS),
    outputOf: nothing,
    evidenceOf: nothing,
    fence: 0,
    run: '',
    note: () => undefined,
  };
}
