import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Effect } from '../../src/model/effect.ts';
import type { PackageLook } from '../../src/model/packages.ts';
import { ProblemError } from '../../src/model/problem.ts';
import type { Boundary, RunResult } from '../../src/procedure/api.ts';
import {
  action,
  fillGate,
  type Procedure,
  resumeProcedure,
  runProcedure,
  sequence,
} from '../../src/procedure/index.ts';
import type { Member, SystemService, Upgrade, UpgradeHost } from '../../src/system/index.ts';
import { upgradeNodes } from '../../src/system/index.ts';
import { bench, tree } from './engine.ts';
import { virtualClock } from './virtual-clock.ts';

/**
 * Hosts that are files in a directory, whose packages are upgraded by the same nodes as those of real ones: what an effect did is there, whoever
 * looks. One fault at one host is part of the world.
 */

export const UPGRADE_FAULTS = [
  /** Its service does not work before anything is done. */
  'ill-before',
  /** The proxy does not obey. */
  'out',
  /** Another version is offered by the time that it is its turn. */
  'candidate',
  /** It does not answer any more once it is out of the traffic. */
  'unreachable',
  /** The effect fails and leaves nothing. */
  'set',
  /** The effect fails half way: dpkg has unpacked it. */
  'half-set',
  /** The service does not come back with the new package. */
  'not-healthy',
  /** It cannot be brought back into the traffic. */
  'back',
] as const;
export interface UpgradeFault {
  readonly host: string;
  readonly phase: (typeof UPGRADE_FAULTS)[number];
}

const OLD = '1.0-1';
const NEW = '1.1-1';

const stateSchema = z.strictObject({ version: z.string(), whole: z.boolean(), starts: z.number(), out: z.boolean() });
type State = z.infer<typeof stateSchema>;

export interface UpgradeReport {
  readonly outcome: string;
  readonly codes: readonly string[];
  /** Rules that were broken, in words; empty: none. */
  readonly broken: readonly string[];
  /** Most hosts changed before the checkpoint was filled in. */
  readonly beforeCheckpoint: number;
  /** Most hosts out of the traffic at the same time. */
  readonly out: number;
  /** Hosts changed at the end. */
  readonly changed: number;
  readonly looks: number;
}

export interface UpgradeCase {
  readonly hosts: number;
  readonly atOnce: number;
  readonly fault: UpgradeFault | null;
  /** Answer at the checkpoint; default: yes. */
  readonly works?: boolean;
}

export function hostNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `h${String(index + 1).padStart(2, '0')}`);
}

/** One upgrade over simulated hosts, looked at whenever its journal grows. */
export async function runUpgrade(options: UpgradeCase): Promise<UpgradeReport> {
  using place = bench();
  const clock = virtualClock();
  const names = hostNames(options.hosts);
  const world = join(place.dir, 'hosts');
  mkdirSync(world);
  writeFileSync(join(world, 'broken'), '');
  for (const name of names) save(world, name, { version: OLD, whole: true, starts: 1, out: false });
  const truth = (): readonly (State & { readonly name: string })[] =>
    names.map((name) => ({ name, ...load(world, name) }));
  const rules = upgradeRules(options, truth);
  const looks = { killAt: (boundary: Boundary) => rules.look(boundary) };
  const upgrade: Upgrade = {
    hosts: names.map((name) => simulated(world, name, options.fault)),
    system: { probe: async () => null, role: 'releaser' },
    ...{ environment: 'production', words: ['tool'], limitMs: 60_000, atOnce: options.atOnce },
    ...{ refresh: false, planned: undefined, mustBeFit: true },
  };
  const procedure = tree(sequence({ id: 'upgrade', title: 'Upgrade', steps: upgradeNodes(upgrade).nodes }));
  const ended = await clock.runUntil(toTheEnd(procedure));
  async function toTheEnd(tree: Procedure): Promise<RunResult> {
    let result = await runProcedure(tree, place.options(clock, looks));
    for (let gates = 0; result.outcome === 'waiting' && gates < 3; gates++) {
      const path = result.gate?.path ?? '';
      rules.atCheckpoint();
      const evidence = { works: options.works ?? true, seen: 'its answers and its log' };
      const filled = await fillGate(place.store, result.run, path, evidence, 'ann', clock);
      if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      result = await resumeProcedure(tree, result.run, place.options(clock, looks));
    }
    return result;
  }
  return {
    outcome: ended.outcome,
    codes: ended.problems.map(({ code }) => code),
    broken: [...rules.broken, ...endRules(options, ended.outcome, truth())],
    ...rules.seen(),
    changed: truth().filter(isChanged).length,
  };
}

function upgradeRules({ atOnce, fault }: UpgradeCase, truth: () => readonly (State & { readonly name: string })[]) {
  const broken = new Set<string>();
  let waits = true;
  let failed = false;
  let changedAtFailure = 0;
  let [beforeCheckpoint, out, looks] = [0, 0, 0];
  return {
    broken,
    seen: () => ({ beforeCheckpoint, out, looks }),
    atCheckpoint: () => {
      waits = false;
    },
    look({ type, node, when }: Pick<Boundary, 'type' | 'node' | 'when'>): void {
      looks += 1;
      const now = truth();
      const complain = (text: string): void => void broken.add(`${text}, ${when} ${type} ${node}`);
      const changed = now.filter(isChanged).length;
      const away = now.filter((host) => host.out).length;
      out = Math.max(out, away);
      if (waits) beforeCheckpoint = Math.max(beforeCheckpoint, changed);
      if (waits && changed > 1) complain(`${changed} hosts changed before the checkpoint`);
      if (away > atOnce) complain(`${away} hosts out of the traffic`);
      // What is changed is out of the traffic until it works; the fault of `back` is that it stays so.
      const serving = now.find((host) => !host.out && (!host.whole || (isChanged(host) && host.starts < 2)));
      if (serving !== undefined) complain(`${serving.name} takes requests while it is changed`);
      // Others of the batch that were begun are brought to their end; no further one is begun.
      if (failed && changed > changedAtFailure + atOnce - 1) complain(`${changed} hosts changed after a failure`);
      if (!failed && type === 'step.failed' && fault !== null) {
        failed = true;
        changedAtFailure = changed;
      }
    },
  };
}

function endRules(
  { hosts, atOnce, fault, works = true }: UpgradeCase,
  outcome: string,
  now: readonly (State & { readonly name: string })[],
): readonly string[] {
  const changed = now.filter(isChanged).map(({ name }) => name);
  const broken: string[] = [];
  if (!works && fault === null) {
    if (changed.join() !== 'h01') broken.push(`${changed.join(', ')} changed although the inspection said no`);
  } else if (fault === null) {
    if (outcome !== 'done' || changed.length !== hosts)
      broken.push(`${outcome}, ${changed.length} of ${hosts} changed`);
  } else {
    if (outcome === 'done') broken.push('done, although a host failed');
    const turn = Number(fault.host.slice(1));
    const most = turn === 1 ? 1 : turn + atOnce - 1;
    if (changed.length > most) broken.push(`${changed.length} hosts changed, ${fault.phase} at ${fault.host}`);
    if (
      fault.phase !== 'back' &&
      fault.phase !== 'ill-before' &&
      fault.phase !== 'out' &&
      fault.phase !== 'candidate'
    ) {
      const host = now.find(({ name }) => name === fault.host);
      if (host?.out !== true) broken.push(`${fault.host} takes requests after ${fault.phase}`);
    }
  }
  for (const host of now) {
    if (host.name !== fault?.host && host.out) broken.push(`${host.name} is out of the traffic at the end`);
    if (host.starts > (isChanged(host) ? 2 : 1)) broken.push(`${host.name} was restarted ${host.starts - 1} times`);
  }
  return broken;
}

function isChanged({ version, whole }: State): boolean {
  return version !== OLD || !whole;
}

function load(world: string, name: string): State {
  return stateSchema.parse(JSON.parse(readFileSync(join(world, name), 'utf8')));
}
function save(world: string, name: string, state: State): void {
  writeFileSync(join(world, name), JSON.stringify(state));
}

function simulated(world: string, host: string, planned: UpgradeFault | null): UpgradeHost {
  const fault = planned?.host === host ? planned.phase : null;
  const now = (): State => load(world, host);
  /** Below a file nothing can be written. */
  const write = (why: string, more: Partial<State>, fails = false): Effect => ({
    ...{ kind: 'file', path: fails ? join(world, 'broken', 'file') : join(world, host), why: `${why} on ${host}` },
    ...{ content: JSON.stringify({ ...now(), ...more }), timeoutMs: 5_000 },
  });
  const seen = join(world, `${host}.looked`);
  const reach = (): void => {
    if (fault !== 'unreachable' || !now().out) return;
    throw new ProblemError({ code: 'x.gone', where: host, found: 'no route', expected: 'an answer', remedy: 'none' });
  };
  const look = async (): Promise<PackageLook> => {
    reach();
    const { version, whole, starts } = now();
    const later = existsSync(seen);
    writeFileSync(seen, '');
    const to = fault === 'candidate' && later ? '1.2-1' : NEW;
    return {
      changes: version === NEW && whole ? [] : [{ name: 'tool', from: version, to }],
      installed: { tool: { version, whole } },
      offered: { tool: [OLD, NEW] },
      auto: [],
      stale: version === NEW && starts < 2 ? ['tool.service'] : [],
      ...{ failed: null, reboot: false, said: '', listsAgeMs: 0 },
    };
  };
  const members = async (): Promise<readonly Member[]> => {
    reach();
    const ill = fault === 'ill-before' || (fault === 'not-healthy' && now().version === NEW);
    return [{ name: 'tool.service', state: ill ? 'failed' : 'running', identity: String(now().starts), detail: '' }];
  };
  const service: SystemService = {
    ...{ name: 'tool', what: 'unit tool.service', after: [], on: [], health: null, startMs: 5_000, stopMs: 5_000 },
  };
  const route = (id: string, title: string, out: boolean, needed: () => boolean) =>
    action<State>({
      ...{ id, title: `${title} ${host}`, inputs: { host }, probe: 'repeatable', read: async () => now() },
      decide: (state) =>
        state.out === out || !needed()
          ? { kind: 'nothing', why: 'it is so' }
          : { kind: 'do', effects: [write(title, { out }, fault === id)] },
    });
  return {
    host,
    services: [
      {
        service,
        on: {
          ...{ host, address: '192.0.2.1' },
          control: { observe: members, start: () => [], stop: () => [], restart: () => [] },
        },
      },
    ],
    packages: {
      look,
      refresh: () => [],
      set: () =>
        fault === 'half-set'
          ? [write('unpack', { version: NEW, whole: false }), write('configure', {}, true)]
          : [write('set', { version: NEW, whole: true }, fault === 'set')],
      restart: () => [write('restart', { starts: now().starts + 1 })],
    },
    traffic: {
      around: () => ({
        out: [route('out', 'take out', true, () => true)],
        back: [route('back', 'bring back', false, () => true)],
      }),
    },
  };
}
