import type { Lease } from '../model/journal.ts';
import type { Problem } from '../model/problem.ts';
import { listRuns, newestLease, pendingRuns, type RunSummary, readLease, showGates } from '../procedure/index.ts';
import { type Maintenance, readMaintenance } from '../traffic/index.ts';
import { type Announcement, announcementsOf } from './announce.ts';
import type { ServiceEnvironment } from './environment/service.ts';
import { type Rules, rulesText, underPolicy } from './policy/persons.ts';
import { previousVersion, readEnvironmentRecord } from './record.ts';
import { pendingOrders } from './run/orders.ts';

/** What an operator asks at 3 a.m.: what is live, what changed, what may I do now. Only looks. */
export interface Status {
  readonly service: string;
  readonly environment: string;
  /** What the proxy gives whom; null when it does not answer. */
  readonly routes:
    | readonly {
        readonly version: string;
        readonly share: number;
        readonly configured: number;
        readonly hold: string;
        readonly up: number;
      }[]
    | null;
  readonly routesProblem: string | null;
  readonly instances: readonly {
    readonly instance: string;
    readonly version: string;
    /** Name of the host it runs on. */
    readonly on: string;
    /** Where it can be asked, without the proxy: `127.0.0.1:20001`. */
    readonly address: string;
    readonly state: string;
    readonly restarts: number;
    readonly detail: string;
  }[];
  /** Hosts of the service; `problem` says why one does not answer. */
  readonly hosts: readonly { readonly name: string; readonly address: string; readonly problem: string | null }[];
  readonly current: Readonly<Record<string, string>>;
  readonly schema: string | null;
  readonly git: string | null;
  /** Records that the git store does not have yet: git is not yet true. Null where there is no git store. */
  readonly pending: readonly { readonly run: string; readonly records: number }[] | null;
  /** What a person has locked, and why; null when nothing is. */
  readonly lock: { readonly by: string; readonly reason: string; readonly time: string } | null;
  /** Users are shut out, by whom and why; null when they are let in. */
  readonly maintenance: Pick<Maintenance, 'who' | 'reason' | 'until'> | null;
  /** The run that has the environment, wherever it works; null when none has. */
  readonly holder: { readonly run: string; readonly who: string; readonly host: string } | null;
  /** git and the environment agree; null where git is not part of it. */
  readonly gitAgrees: boolean | null;
  readonly changes: readonly {
    readonly time: string;
    readonly version: string;
    readonly outcome: string;
    readonly who: string;
    readonly why: string;
  }[];
  readonly unfinished: readonly {
    readonly run: string;
    readonly title: string;
    readonly state: string;
    /** Who has paused it. */
    readonly held: RunSummary['held'];
    /** Orders that the run has not taken up yet. */
    readonly orders: Awaited<ReturnType<typeof pendingOrders>>;
  }[];
  readonly gates: readonly { readonly run: string; readonly path: string; readonly title: string }[];
  /** What people were told of unfinished runs and of those of the last 24 hours; null where nobody is to be told. */
  readonly announcements: readonly Announcement[] | null;
  /** Who is checked at gates, by which policy. */
  readonly persons: string;
  /** Commands that make sense now. */
  readonly next: readonly { readonly command: string; readonly why: string }[];
  readonly problems: readonly Problem[];
}

const DAY_MS = 24 * 3_600_000;

/** Each part is looked at by itself and within its own time: a source that hangs costs its own line, not the answer. */
export async function status(service: ServiceEnvironment, partMs = 1_000): Promise<Status> {
  const { target, store, shared, clock } = service;
  const problems: Problem[] = [];
  const part = async <T>(what: string, look: (signal: AbortSignal) => Promise<T>, fallback: T): Promise<T> => {
    // Ends the look too: one that goes on by itself would keep the process from ending.
    const over = new AbortController();
    const late = clock.sleep(partMs, over.signal).then(() => {
      throw new Error(`no answer within ${partMs} ms`);
    });
    late.catch(() => undefined);
    try {
      return await Promise.race([look(over.signal), late]);
    } catch (error) {
      problems.push({
        code: 'status.unknown',
        where: what,
        found: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
        expected: 'an answer',
        remedy: `see why ${what} does not answer`,
      });
      return fallback;
    } finally {
      over.abort();
    }
  };
  // One that cannot be read is told by the look below.
  const here = await readLease(store, target.environment).catch(() => undefined);
  const [rules, routes, platform, schema, git, lease, pending, record, runs, gates] = await Promise.all([
    part<Rules>('the policy', async (signal) => (await underPolicy(service, 'look', signal)).rules, { kind: 'later' }),
    part('the proxy', (signal) => target.ports.router.observe(signal), {
      kind: 'unreachable',
      reason: 'no answer',
    } as const),
    part('the platform', (signal) => target.ports.platform.observe(signal), {
      instances: [],
      installed: [],
      current: {},
      hosts: [],
    }),
    part('the database', async () => (await target.database?.schema(partMs)) ?? null, null),
    part('the GitOps repository', async () => (await target.gitops?.named()) ?? null, null),
    part('the git store', (signal) => newestLease(store, shared, target.environment, signal), here?.lease),
    shared === undefined ? null : pendingRuns(shared, store, target.environment),
    readEnvironmentRecord(store, target.environment, target.service),
    listRuns(store),
    showGates(store),
  ]);
  // What serves for good stands first, what is on trial after it.
  const seen = routes.kind === 'observed' ? routes.routes.toSorted((a, b) => b.hold.localeCompare(a.hold)) : null;
  const serving =
    seen?.find((route) => route.hold === 'stable' && route.configuredShare > 0)?.version ??
    Object.values(platform.current)[0] ??
    null;
  const since = clock.now() - DAY_MS;
  const closed = target.doors === null ? null : await readMaintenance(target.doors.directory);
  const mine = runs.filter((run) => run.environment === target.environment && run.finished === null);
  const open = gates.filter((gate) => mine.some((run) => run.run === gate.run));
  const recent = runs.filter(
    (run) => run.environment === target.environment && (run.finished === null || Date.parse(run.lastAt) >= since),
  );
  const recentIds = recent.map(({ run }) => run);
  return {
    service: target.service,
    environment: target.environment,
    routes:
      seen?.map((route) => ({
        version: route.version,
        share: route.share,
        configured: route.configuredShare,
        hold: route.hold,
        up: route.endpoints.filter((endpoint) => endpoint.health === 'up').length,
      })) ?? null,
    routesProblem: routes.kind === 'unreachable' ? routes.reason : null,
    instances: platform.instances.map(({ instance, version, on, host, port, state, restarts, detail }) => ({
      instance,
      version,
      on,
      address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
      state,
      restarts,
      detail,
    })),
    hosts: platform.hosts.map((host) => ({
      name: host.name,
      address: host.address,
      problem: host.kind === 'unreachable' ? host.reason : null,
    })),
    current: platform.current,
    schema,
    git,
    pending: pending?.map(({ run, records }) => ({ run, records })) ?? null,
    lock: lockOf(lease),
    maintenance: closed === null ? null : { who: closed.who, reason: closed.reason, until: closed.until },
    holder: holderOf(lease),
    gitAgrees: target.gitops === null ? null : git === serving,
    changes: record.history
      .filter((entry) => Date.parse(entry.time) >= since)
      .map(({ time, version, outcome, who, why }) => ({ time, version, outcome, who, why })),
    unfinished: await Promise.all(
      mine.map(async ({ run, title, state, held }) => ({
        ...{ run, title, state, held },
        orders: await pendingOrders(store, run),
      })),
    ),
    gates: open.map(({ run, path, title }) => ({ run, path, title })),
    announcements: service.environment.announce === null ? null : await announcementsOf(store, recentIds),
    persons: rulesText(rules),
    next: underDoors(
      target.environment,
      closed,
      nextCommands(
        target.environment,
        mine,
        open,
        serving,
        previousVersion(record),
        service.environment.promotion?.from ?? null,
      ),
    ),
    problems,
  };
}

function lockOf(lease: Lease | undefined): Status['lock'] {
  if (lease?.lock?.on !== true) return null;
  const { by, reason, time } = lease.lock;
  return { by, reason, time };
}

function holderOf(lease: Lease | undefined): Status['holder'] {
  if (lease === undefined || lease.holder === null) return null;
  const { run, who, host } = lease.holder;
  return { run, who, host };
}

/** Under maintenance no release begins: what ends it stands first. Pure. */
function underDoors(environment: string, closed: Maintenance | null, next: Status['next']): Status['next'] {
  if (closed === null) return next;
  const end = {
    command: `shiplock runbook run maintenance-off ${environment} --reason …`,
    why: 'lets users in again, and releases begin',
  };
  return [end, ...next.filter(({ command }) => !/^shiplock (?:release|promote) /.test(command))];
}

/** Pure: what may be done now. */
export function nextCommands(
  environment: string,
  unfinished: readonly { readonly run: string; readonly held?: RunSummary['held'] }[],
  gates: readonly { readonly run: string; readonly path: string }[],
  serving: string | null,
  previous: string | null,
  from: string | null = null,
): Status['next'] {
  const gate = gates[0];
  const run = unfinished[0];
  const next: { command: string; why: string }[] = [];
  if (gate !== undefined) {
    next.push({ command: `shiplock gate show ${gate.run}`, why: 'a gate waits for evidence' });
    next.push({ command: `shiplock gate fill ${gate.run} ${gate.path} --item name=value …`, why: 'answers it' });
  }
  const paused = run !== undefined && (run.held ?? null) !== null;
  if (paused) {
    next.push({ command: `shiplock rollout resume ${run.run} --reason …`, why: 'ends the pause' });
    next.push({ command: `shiplock rollout abort ${run.run} --reason …`, why: 'takes the new version back' });
  } else if (run !== undefined)
    next.push({ command: `shiplock resume ${run.run}`, why: 'goes on where the run stopped' });
  if (run === undefined)
    next.push({
      ...(from === null
        ? {
            command: `shiplock release ${environment}`,
            why: serving === null ? 'makes the first release' : 'releases the commit that is checked out',
          }
        : { command: `shiplock promote --to ${environment}`, why: `takes what serves ${from} here` }),
    });
  if (serving !== null && run !== undefined)
    next.push({
      command: `shiplock rollback ${environment} --reason …`,
      why: 'sends all traffic back to the stable version',
    });
  else if (previous !== null)
    next.push({ command: `shiplock rollback ${environment} --reason …`, why: `goes back to ${previous}` });
  return next;
}
