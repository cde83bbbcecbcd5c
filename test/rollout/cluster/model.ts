import type { PresentRollout } from '../../../src/model/cluster-rollout.ts';
import { abortDecision, agreement, finishDecision, standingOf } from '../../../src/rollout/index.ts';

/**
 * A cluster, git and everybody who writes to them, as a small world: the way back of a release runs in it by its real decisions, while self-heal, an image
 * bot, a person, Argo CD and restarts of the controllers happen in any order.
 */

export const EVENTS = ['ours', 'controller', 'self-heal', 're-sync', 'bot', 'revert', 'restart', 'abort'] as const;
export type ModelEvent = (typeof EVENTS)[number];

/** Digests: what served, what was taken back, and others that somebody may write. */
export const STABLE = 'sha256:stable';
export const BAD = 'sha256:bad';
const OLDER = 'sha256:older';
const NEWER = 'sha256:newer';

interface World {
  /** Head of the branch. */
  git: string;
  /** What Argo CD has applied to the Rollout. */
  desired: string;
  /** What the controller has taken up of it. */
  observed: string;
  stable: string;
  aborted: boolean;
  promoteFull: boolean;
  /** Its new pods are ready, and it waits at its pause. */
  paused: boolean;
  /** Digests with a ready pod. */
  ready: Set<string>;
  quarantine: Set<string>;
  /** Ticks that the controllers still miss. */
  down: number;
}

type Phase = 'abort' | 'quarantine' | 'commit' | 'sync' | 'finish' | 'back' | 'agree' | 'done' | 'gave-up';

export interface Story {
  readonly schedule: readonly ModelEvent[];
  /** Digest that served alone, whenever that changed after the abort. */
  readonly changes: readonly string[];
  /** A digest in quarantine got a new ready pod. */
  readonly returned: boolean;
  readonly phase: Phase;
  readonly agreed: boolean;
}

const ROUNDS = 5;

/** A schedule by a generator of numbers from 0 to 1. */
export function schedule(random: () => number, length = 80): readonly ModelEvent[] {
  return Array.from({ length }, () => EVENTS[Math.floor(random() * EVENTS.length)] ?? 'ours');
}

/** What must not be seen after an abort, on the model or on a real cluster; nothing: it did not flap. Pure. */
export function flaps({ changes, returned }: Pick<Story, 'changes' | 'returned'>, bad: string): readonly string[] {
  return [
    ...(changes.length > 1 ? [`what serves changed ${changes.length} times: ${changes.join(', ')}`] : []),
    ...(changes.includes(bad) ? ['what was taken back serves'] : []),
    ...(returned ? ['what is in quarantine got a ready pod'] : []),
  ];
}

/** Runs the way back through a schedule, then lets it end alone. `guarded`: the cluster refuses pods of a digest in quarantine. */
export function play(events: readonly ModelEvent[], guarded: boolean): Story {
  const world: World = {
    git: BAD,
    desired: BAD,
    observed: BAD,
    stable: STABLE,
    aborted: false,
    promoteFull: false,
    paused: true,
    ready: new Set([STABLE, BAD]),
    quarantine: new Set(),
    down: 0,
  };
  const ours = { phase: 'abort' as Phase, rounds: 0 };
  const changes: string[] = [];
  let returned = false;
  const happen = (event: ModelEvent): void => {
    const before = { stable: world.stable, ready: new Set(world.ready) };
    step(world, ours, event, guarded);
    if (world.stable !== before.stable) changes.push(world.stable);
    for (const digest of world.ready) if (world.quarantine.has(digest) && !before.ready.has(digest)) returned = true;
  };
  for (const event of events) happen(event);
  // Nobody else writes any more: whatever was begun comes to its end.
  for (let tick = 0; tick < 60; tick++) for (const event of ['re-sync', 'controller', 'ours'] as const) happen(event);
  const { agrees } = agreement(world.git, look(world), STABLE);
  return { schedule: events, changes, returned, phase: ours.phase, agreed: agrees };
}

function look(world: World): PresentRollout {
  const settled = world.observed === world.desired;
  const whole = world.stable === world.observed;
  const phase = whole ? 'Healthy' : world.aborted ? 'Degraded' : world.paused ? 'Paused' : 'Progressing';
  return {
    kind: 'present',
    resourceVersion: '1',
    fence: 1,
    strategy: 'canary',
    pauses: [0.25],
    settled,
    phase,
    message: phase,
    aborted: world.aborted,
    paused: world.paused,
    share: whole ? 1 : world.aborted ? 0 : 0.25,
    desired: { hash: settled ? world.desired : '', digest: world.desired },
    stable: { hash: world.stable, digest: world.stable },
    pods: { wanted: 4, updated: 1, available: 4 },
  };
}

function step(world: World, ours: { phase: Phase; rounds: number }, event: ModelEvent, guarded: boolean): void {
  switch (event) {
    case 'controller':
      controller(world, guarded);
      return;
    case 're-sync':
      if (world.down === 0) world.desired = world.git;
      return;
    case 'self-heal':
      // It compares the live object with git: an order in the status is no difference.
      if (world.down === 0 && world.desired !== world.git) world.desired = world.git;
      return;
    case 'bot':
      world.git = world.git === BAD ? NEWER : BAD;
      return;
    case 'revert':
      world.git = world.git === STABLE ? OLDER : STABLE;
      return;
    case 'restart':
      world.down = 3;
      return;
    case 'abort':
      // Somebody else aborts too, by hand.
      if (world.stable !== world.observed) world.aborted = true;
      return;
    case 'ours':
      back(world, ours);
      return;
  }
}

/** One turn of the Rollouts controller. */
function controller(world: World, guarded: boolean): void {
  if (world.down > 0) {
    world.down--;
    return;
  }
  if (world.observed !== world.desired) {
    world.observed = world.desired;
    world.aborted = false;
    world.promoteFull = false;
    world.paused = false;
    world.ready = new Set([world.stable]);
    return;
  }
  if (world.observed === world.stable || world.aborted) {
    world.ready = new Set([world.stable]);
    world.paused = false;
    if (world.observed === world.stable) world.aborted = false;
    return;
  }
  if (guarded && world.quarantine.has(world.observed)) return;
  world.ready.add(world.observed);
  if (!world.promoteFull) {
    world.paused = true;
    return;
  }
  world.stable = world.observed;
  world.paused = false;
  world.promoteFull = false;
  world.ready = new Set([world.stable]);
}

/** One step of our way back: each looks, decides by the product's own functions, and does what they say. */
function back(world: World, ours: { phase: Phase; rounds: number }): void {
  const seen = look(world);
  switch (ours.phase) {
    case 'abort':
      if (abortDecision(seen, BAD, () => []).kind === 'do') world.aborted = true;
      ours.phase = 'quarantine';
      return;
    case 'quarantine':
      world.quarantine.add(BAD);
      ours.phase = 'commit';
      return;
    case 'commit':
      world.git = STABLE;
      ours.phase = 'sync';
      return;
    case 'sync':
      // Argo CD is there when it has applied our commit, or one after it.
      if (world.desired === world.git) ours.phase = 'finish';
      return;
    case 'finish':
      if (finishDecision(seen, STABLE, () => []).kind === 'do') world.promoteFull = true;
      ours.phase = 'back';
      return;
    case 'back': {
      const standing = standingOf(seen, STABLE);
      if (standing.kind === 'finished' || standing.kind === 'other') ours.phase = 'agree';
      return;
    }
    case 'agree':
      if (agreement(world.git, seen, STABLE).agrees) ours.phase = 'done';
      else ours.phase = ++ours.rounds >= ROUNDS ? 'gave-up' : 'commit';
      return;
    case 'done':
    case 'gave-up':
      return;
  }
}
