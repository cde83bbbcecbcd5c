import { randomInt } from 'node:crypto';
import { ProblemError } from '../../model/problem.ts';
import type { EngineOptions } from '../api.ts';
import { isUnfinished } from '../journal/load.ts';
import { raiseFence, readFence } from '../lease/fence.ts';
import { LEASE_MS, type Taken, type TakeOptions, takeLease } from '../lease/lease.ts';
import { fileLeases } from '../lease/store.ts';
import { withDeadline } from '../machine/deadline.ts';
import { heldTwice, joinedLater } from './hold.ts';
import { isUnfinishedAnywhere } from './pull.ts';
import type { SharedStore } from './store.ts';
import { StoreUnreachableError } from './unreachable.ts';

/**
 * The lease of an environment, held twice: in the shared store, where other machines see it, and in the state directory, which goes on
 * when the shared store does not answer. Both carry the same fence.
 */

export interface Holding {
  readonly environment: string;
  readonly run: string;
}

/** More than anybody can have taken unseen. */
const LEAP = 1_000;

/** How long a new holder waits for what an older one left running; its effects wait for it by themselves. */
const RAISE_MS = 5_000;

/** Takes the lease: here only, or here and in the shared store. Throws StoreUnreachableError where that one must be asked and is silent. */
export async function takeEnvironment(options: EngineOptions, holding: Holding): Promise<Taken> {
  const { shared, clock, fenceFiles = [] } = options;
  if (shared === undefined) return takeHere(options, holding);
  const taken = await (options.urgent === true
    ? takeAlone(options, shared, holding)
    : takeTogether(options, shared, holding));
  // What is urgent raises them with its first effect, and starts no process before.
  if (taken.kind === 'busy' || options.urgent === true) return taken;
  const { fence, lost } = taken.handle;
  // From here on nobody who held it before can change what this run is about to look at.
  for (const file of fenceFiles) {
    const deadline = { clock, ms: RAISE_MS, what: `raising the fence of ${file}`, signal: lost };
    await withDeadline(deadline, (signal) => raiseFence({ file, fence }, signal, clock)).catch(unlessLate);
  }
  return taken;
}

function unlessLate(error: unknown): void {
  if (!(error instanceof ProblemError)) throw error;
}

async function takeTogether(options: EngineOptions, shared: SharedStore, holding: Holding): Promise<Taken> {
  const floor = await fenceFloor(options, holding.environment);
  let there: Taken;
  try {
    there = await takeThere(options, shared, holding, { nextFence: (before) => Math.max(before, floor) + 1 });
  } catch (error) {
    if (!(error instanceof StoreUnreachableError) || options.breakGlass === undefined) throw error;
    return takeAlone(options, shared, holding);
  }
  if (there.kind === 'busy') return there;
  const { fence } = there.handle;
  const here = await takeHere(options, holding, { nextFence: (before) => Math.max(before + 1, fence) });
  if (here.kind === 'taken' && here.handle.fence === fence) {
    return { ...here, handle: heldTwice(here.handle, there.handle) };
  }
  if (here.kind === 'taken') await here.handle.giveBack(here.before);
  await there.handle.giveBack(there.before).catch(() => undefined);
  // Taken here and given back between our look and now: begin anew with what is known now.
  return here.kind === 'busy' ? here : takeTogether(options, shared, holding);
}

/**
 * Takes the lease here at once, and in the shared store as soon as that answers. Nobody could be asked for the last fence, so it leaps
 * over all that may have been given meanwhile: whoever works under an older one is refused at the resource.
 */
async function takeAlone(options: EngineOptions, shared: SharedStore, holding: Holding): Promise<Taken> {
  const floor = await fenceFloor(options, holding.environment);
  const here = await takeHere(options, holding, {
    nextFence: (before) => Math.max(before, floor) + LEAP + randomInt(LEAP),
  });
  if (here.kind === 'busy') return here;
  const { urgent = false, clock } = options;
  const join = (signal: AbortSignal): Promise<Taken> =>
    takeThere(options, shared, holding, {
      nextFence: (before) => Math.max(before + 1, here.handle.fence),
      fromAnybody: urgent,
      throughLock: urgent,
      signal,
    });
  const pauseMs = shared.settings.leaseMs / 6;
  return { ...here, handle: joinedLater(here.handle, { join, clock, pauseMs, where: shared.where }) };
}

function takeHere(options: EngineOptions, holding: Holding, more: Partial<TakeOptions> = {}): Promise<Taken> {
  return takeLease({
    ...common(options, holding),
    durationMs: options.leaseMs ?? LEASE_MS,
    unfinished: (other) => isUnfinished(options.store, other),
    throughLock: options.urgent,
    ...more,
  });
}

function takeThere(
  options: EngineOptions,
  shared: SharedStore,
  holding: Holding,
  more: Partial<TakeOptions>,
): Promise<Taken> {
  return takeLease({
    ...common(options, holding),
    leases: shared.leases,
    durationMs: shared.settings.leaseMs,
    patient: true,
    unfinished: (other) => isUnfinishedAnywhere(shared, options.store, other),
    ...more,
  });
}

function common(options: EngineOptions, { environment, run }: Holding) {
  const { store, who, clock, preempt, onlyDead, onEvent } = options;
  const onWatch = (holder: string, forMs: number): void =>
    onEvent?.({ kind: 'lease-watching', environment, holder, forMs });
  return { store, who, clock, preempt, onlyDead, environment, run, onWatch };
}

/** The greatest fence that is known here: that of the state directory, and what the resources themselves have seen. */
async function fenceFloor(options: EngineOptions, environment: string): Promise<number> {
  const seen = await fileLeases(options.store).read(environment);
  const atResources = await Promise.all((options.fenceFiles ?? []).map(readFence));
  return Math.max(seen?.lease.fence ?? 0, ...atResources);
}
