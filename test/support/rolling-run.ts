import { taking } from '../../src/model/traffic.ts';
import type { Boundary, EngineOptions, RunResult } from '../../src/procedure/api.ts';
import { fillGate, readRun, resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import type { Procedure } from '../../src/procedure/tree.ts';
import type { Rollout } from '../../src/rollout/options.ts';
import { batchesOf, roomOf } from '../../src/rollout/rolling/batches.ts';
import { rollingNode, wayBackNode } from '../../src/rollout/rolling/index.ts';
import { type Bench, bench, tree } from './engine.ts';
import { type Fault, hostOf, NEW, OLD, type RollingOptions, rollingWorld, type Truth } from './rolling-world.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

/** A rolling release over simulated hosts, looked at whenever its journal grows: how far it went, and what it risked. */

export interface RollingReport {
  readonly outcome: string;
  readonly codes: readonly string[];
  /** Rules that were broken, in words; empty: none. */
  readonly broken: readonly string[];
  /** Most hosts changed before the checkpoint was filled in. */
  readonly beforeCheckpoint: number;
  /** Most hosts without a ready instance at the same time. */
  readonly down: number;
  /** How often it was looked at. */
  readonly looks: number;
  /** Times that the way back took a host out although none could be spared, since another one was lost. */
  readonly short: number;
  readonly end: Truth;
  /** What the way back said of hosts that it left behind; empty when there was none. */
  readonly leftBehind: string;
}

export type RollingCase = Omit<RollingOptions, 'dir' | 'clock' | 'fault'> & {
  readonly fault: Fault | null;
  /** Answer at the checkpoint; default: go on. */
  readonly decision?: 'go-on' | 'roll-back';
  /** When it is through, it is taken back by a run of its own. */
  readonly thenBack?: boolean;
};

export async function runRolling(options: RollingCase): Promise<RollingReport> {
  using place = bench();
  const clock = virtualClock();
  const world = rollingWorld({ ...options, dir: place.dir, clock });
  const watch = rollingRules(world.rollout, options.fault);
  const looks = { killAt: (boundary: Boundary) => watch.look(boundary, world.truth()) };
  const procedure = tree(rollingNode(world.rollout));
  const there = await clock.runUntil(toTheEnd(procedure, place, clock, watch, looks, options.decision ?? 'go-on'));
  const back = tree(wayBackNode(world.rollout));
  const ended =
    options.thenBack === true ? await clock.runUntil(toTheEnd(back, place, clock, watch, looks, 'go-on')) : there;
  const end = world.truth();
  const { entries } = await readRun(place.store, ended.run);
  const said = entries.findLast(({ record }) => record.node.endsWith('/left-behind') && record.type === 'step.done');
  return {
    outcome: ended.outcome,
    codes: ended.problems.map(({ code }) => code),
    broken: [
      ...watch.broken,
      ...endRules(end, options.thenBack === true ? OLD : versionAfter(ended.outcome), options.fault),
    ],
    ...watch.seen(),
    end,
    leftBehind: JSON.stringify(said?.payload ?? ''),
  };
}

async function toTheEnd(
  procedure: Procedure,
  place: Bench,
  clock: VirtualClock,
  watch: RollingRules,
  looks: Pick<EngineOptions, 'killAt'>,
  decision: string,
): Promise<RunResult> {
  const options = place.options(clock, looks);
  let result = await runProcedure(procedure, options);
  for (let gates = 0; result.outcome === 'waiting' && gates < 3; gates++) {
    const path = result.gate?.path ?? '';
    if (path.endsWith('/checkpoint')) watch.atCheckpoint();
    const filled = await fillGate(place.store, result.run, path, { log: true, decision }, 'ann', clock);
    if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
    result = await resumeProcedure(procedure, result.run, options);
  }
  return result;
}

export interface RollingRules {
  look(boundary: Pick<Boundary, 'type' | 'node' | 'when'>, now: Truth): void;
  atCheckpoint(): void;
  readonly broken: ReadonlySet<string>;
  seen(): Pick<RollingReport, 'beforeCheckpoint' | 'down' | 'looks' | 'short'>;
}

/** The rules of a rolling release, looked at with what is true at every boundary of the journal. */
export function rollingRules(rollout: Rollout, fault: Fault | null): RollingRules {
  const { hosts } = rollout;
  const { atOnce, perInstance } = roomOf(rollout);
  const batches = batchesOf(hosts, rollout.policy.rolling?.batches ?? [], atOnce);
  const ends = batches.map(({ waves }) => Math.max(...waves.map((wave) => wave.before.length + wave.hosts.length)));
  const broken = new Set<string>();
  let judged = 0;
  let waits = true;
  let beforeCheckpoint = 0;
  let mostDown = 0;
  let looks = 0;
  let short = 0;
  let before: Truth | null = null;
  return {
    broken,
    seen: () => ({ beforeCheckpoint, down: mostDown, looks, short }),
    atCheckpoint: () => {
      waits = false;
    },
    look: ({ type, node, when }, now) => {
      looks += 1;
      const complain = (text: string): void => void broken.add(`${text}, ${when} ${type} ${node}`);
      const changed = now.hosts.filter((host) => host.installed.includes(NEW) || !host.runs.includes(OLD)).length;
      if (waits) beforeCheckpoint = Math.max(beforeCheckpoint, changed);
      if (waits && changed > 1) complain(`${changed} hosts changed before the checkpoint`);
      if (type === 'step.done' && when === 'after' && /\/judge-[^/]*$/.test(node)) judged += 1;
      const back = /(?:^|\/)rollback(?:\/|$)/.test(node);
      const limit = ends[Math.min(judged, ends.length - 1)] ?? hosts.length;
      if (!back && changed > limit) complain(`${changed} hosts changed when ${limit} were allowed`);
      const down = now.hosts.filter((host) => host.ready.length === 0);
      mostDown = Math.max(mostDown, down.length);
      // The host with the fault may be down besides: that is what the fault is.
      const allowed = atOnce + (down.some((host) => host.name === fault?.host) ? 1 : 0);
      if (down.length > allowed) complain(`${down.length} hosts down`);
      for (const host of now.hosts) if (host.runs.length > 1) complain(`${host.name} runs both versions`);
      for (const text of deadEnds(now, fault)) complain(text);
      if (before !== null) {
        const none = back && noneToSpare(before, perInstance);
        const found = capacityRules(before, now, perInstance, fault, none);
        for (const text of found.broken) complain(text);
        if (found.short) short += 1;
      }
      before = now;
    },
  };
}

/** Requests that go where nothing answers. */
export function deadEnds({ routes, hosts }: Truth, fault: Fault | null): readonly string[] {
  return routes.routes
    .flatMap((route) => (route.share > 0 ? taking(route.endpoints) : []).map((endpoint) => ({ route, endpoint })))
    .filter(({ route, endpoint }) => {
      const host = hosts.find((one) => one.name === hostOf(endpoint));
      return host !== undefined && host.name !== fault?.host && !host.ready.includes(route.version);
    })
    .map(({ endpoint }) => `requests go to ${endpoint.instance}, which does not run`);
}

/** A change of the routes never leaves less than the whole load needs, nor gives a version more than it can carry. */
function capacityRules(
  before: Truth,
  now: Truth,
  perInstance: number,
  fault: Fault | null,
  none: boolean,
): { readonly broken: readonly string[]; readonly short: boolean } {
  if (JSON.stringify(before.routes) === JSON.stringify(now.routes)) return { broken: [], short: false };
  const able = ({ routes, hosts }: Truth, version?: string): number =>
    routes.routes
      .filter((route) => route.share > 0 && (version ?? route.version) === route.version)
      .flatMap((route) => taking(route.endpoints).map((one) => ({ version: route.version, name: hostOf(one) })))
      .filter(({ version: runs, name }) => hosts.some((host) => host.name === name && host.ready.includes(runs)))
      .length * perInstance;
  const broken: string[] = [];
  const less = able(now) < Math.min(1, able(before)) - 1e-9;
  const short = less && none && able(now) >= Math.min(1, able(before)) - perInstance - 1e-9;
  if (less && !short) {
    broken.push(`capacity went from ${able(before).toFixed(3)} to ${able(now).toFixed(3)}`);
  }
  for (const { version, share } of now.routes.routes) {
    const had = before.routes.routes.find((route) => route.version === version)?.share ?? 0;
    // With the host of the fault gone, what is left gets all of it: somebody must.
    const can = able(now, version) + (fault === null ? 0 : perInstance);
    if (share > Math.max(had, can) + 1e-6) {
      broken.push(`${version} got ${share.toFixed(3)} and can carry ${can.toFixed(3)}`);
    }
  }
  return { broken, short };
}

/** With one host fewer the load could not be carried, whichever it is: a way back that goes on must cost something. */
function noneToSpare({ hosts }: Truth, perInstance: number): boolean {
  return (hosts.filter((host) => host.ready.length > 0).length - 1) * perInstance < 1 - 1e-9;
}

function versionAfter(outcome: string): string {
  return outcome === 'done' ? NEW : OLD;
}

/** At the end one version runs everywhere, has everything and is current; a host that does not answer is left out of it. */
function endRules({ routes, hosts }: Truth, version: string, fault: Fault | null): readonly string[] {
  const broken: string[] = [];
  const share = routes.routes.find((route) => route.version === version)?.share ?? 0;
  if (share !== 1) broken.push(`${version} has ${share} at the end`);
  for (const host of hosts) {
    if (!host.reachable && host.name === fault?.host) continue;
    const wrong = [
      ...(host.runs.join() === version ? [] : [`runs ${host.runs.join() || 'nothing'}`]),
      ...(host.current === version ? [] : [`calls ${host.current} current`]),
    ];
    if (wrong.length > 0) broken.push(`${host.name} ${wrong.join(' and ')} at the end`);
    const serves = routes.routes.some(
      (route) => route.version === version && taking(route.endpoints).some((one) => hostOf(one) === host.name),
    );
    if (!serves) broken.push(`${host.name} gets no requests at the end`);
  }
  return broken;
}
