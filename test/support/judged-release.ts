import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counters } from '../../src/model/metrics.ts';
import type { Release } from '../../src/model/release.ts';
import { procedure, type RunResult, resumeProcedure, runProcedure } from '../../src/procedure/index.ts';
import type { Node, OutputRef, Procedure } from '../../src/procedure/tree.ts';
import type { Target } from '../../src/release/environment/target.ts';
import { openEnvironment } from '../../src/release/index.ts';
import { inputsAsJson, type ReleaseInputs, rolloutFor } from '../../src/release/run/procedure.ts';
import { bakeWatch } from '../../src/rollout/bake.ts';
import type { Analyses } from '../../src/rollout/bake-state.ts';
import { pastWatch } from '../../src/rollout/past.ts';
import { MINIMAL } from '../config/sample.ts';
import { type Bench, inOrder } from './engine.ts';
import { counters, instance, platformState, routesState, unit } from './rollout.ts';
import type { VirtualClock } from './virtual-clock.ts';

/**
 * Releases of which only the judging is real: the watches of a canary, run by the engine on a clock of their own, over counters that a
 * test makes. What they leave is a journal as any release leaves it.
 */

export interface Traffic {
  /** Requests per second to both versions together; a tenth goes to the new one. */
  readonly perSecond: number;
  /** Parts of requests that are bad. */
  readonly stableBad: number;
  readonly candidateBad: number;
}

export interface JudgedLab {
  readonly configFile: string;
  readonly target: Target;
  release(run: string, traffic: Traffic): Promise<RunResult>;
  resume(run: string, traffic: Traffic): Promise<RunResult>;
}

/** Seconds that the stable version is watched alone. */
const PAST = 20;

/** Shares of 10 % and 50 %, 5 s each at least; a person is asked after 40 s. */
export const CONFIGURATION = `${MINIMAL.replace('bake: 5m', 'bake: 5s').replace(
  'bind: 127.0.0.1:8080',
  'bind: 127.0.0.1:8080\n      longestTimeout: 5s',
)}        - share: 50%
          bake: 5s
      analysis:
        past: ${PAST}s
      analysisDeadline: 40s
`;

export async function judgedLab(on: Bench, clock: VirtualClock): Promise<JudgedLab> {
  const configFile = join(on.dir, 'shiplock.yaml');
  writeFileSync(configFile, CONFIGURATION);
  const door = { configFile, store: on.store, env: {}, who: 'tester', self: ['shiplock'], clock };
  const { target } = await openEnvironment(door, 'production');
  const make = (traffic: Traffic): Procedure => releaseOf({ ...target, ports: portsOf(on, clock, target, traffic) });
  return {
    configFile,
    target,
    release: (run, traffic) => clock.runUntil(runProcedure(make(traffic), { ...on.options(clock), run })),
    resume: (run, traffic) => clock.runUntil(resumeProcedure(make(traffic), run, on.options(clock))),
  };
}

/** The past and the bakes of canaryNode, at the paths they have in a release. */
function releaseOf(target: Target): Procedure {
  const rollout = rolloutFor(target, unit('2.0.0'), unit('1.0.0'));
  const past = pastWatch(rollout, 'past');
  const judged: Node[] = [past];
  let previous: OutputRef<Analyses> = past;
  for (const step of target.policy.steps) {
    const bake = bakeWatch(rollout, { ...step, previous }, `judge-${step.share * 100}-percent`);
    judged.push(bake);
    previous = bake;
  }
  return procedure({
    id: 'release',
    title: 'Release shop 2.0.0 to production',
    description: 'Only the judging of it.',
    environment: 'production',
    inputs: inputsAsJson(INPUTS),
    root: inOrder('release', [inOrder('canary', [inOrder('judged', judged)])]),
  });
}

function portsOf(on: Bench, clock: VirtualClock, target: Target, traffic: Traffic): Target['ports'] {
  const begun = clock.now();
  const read = (): Counters => {
    const seconds = (clock.now() - begun) / 1000;
    const tally = (requests: number, part: number): readonly [number, number] => [
      Math.floor(requests),
      Math.floor(requests * part),
    ];
    return counters(clock.now(), {
      '1.0.0': tally(0.9 * traffic.perSecond * seconds, traffic.stableBad),
      '2.0.0': tally(0.1 * traffic.perSecond * Math.max(0, seconds - PAST), traffic.candidateBad),
    });
  };
  return {
    ...target.ports,
    router: {
      observe: async () => routesState({ '1.0.0': 0.9, '2.0.0': 0.1 }),
      apply: () => [],
      heartbeat: async () => undefined,
    },
    platform: { ...target.ports.platform, observe: async () => platformState([instance('2.0.0', 1)]) },
    metrics: { sample: async () => read() },
    witnesses: [],
    hold: () => ({ kind: 'file', path: join(on.dir, 'hold'), content: '', timeoutMs: 5_000 }),
  };
}

const INPUTS: ReleaseInputs = {
  candidate: recordOf('2.0.0'),
  stable: recordOf('1.0.0'),
  seed: false,
  who: 'tester',
  why: 'a test',
};

function recordOf(version: string): ReleaseInputs['candidate'] {
  const release: Release = {
    formatVersion: 1,
    service: 'shop',
    version,
    commit: 'a'.repeat(40),
    artefacts: [],
    configHash: `sha256:${'b'.repeat(64)}`,
    migrations: [],
  };
  return { formatVersion: 1, environment: 'production', release, unit: unit(version), files: [], schema: 'empty' };
}
