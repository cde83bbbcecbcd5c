import type { Order, OrderKind } from '../../model/order.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import {
  isDriven,
  makeOrder,
  notPaused,
  placeOrder,
  type RunSummary,
  readOrders,
  readRun,
  refusalOf,
  removeOrder,
} from '../../procedure/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { orderCheck, type Ruled, signerOf, underPolicy } from '../policy/persons.ts';
import type { ReleaseOutcome } from './release.ts';
import { resume } from './resume.ts';

export interface OrderRequest {
  readonly run: string;
  readonly kind: OrderKind;
  readonly why: string;
  /** How long to wait until the run has taken the order up, milliseconds. */
  readonly waitMs: number;
}

export type OrderOutcome =
  /** It stands in the journal, and the run follows it. */
  | { readonly kind: 'followed'; readonly run: string }
  /** Nobody has taken it up yet; it stays where the next process finds it first. */
  | { readonly kind: 'placed'; readonly run: string; readonly why: 'busy' | 'no-process' }
  /** The run is over, or stopped again. */
  | { readonly kind: 'ended'; readonly run: string; readonly outcome: ReleaseOutcome };

const POLL_MS = 200;

/**
 * Orders a rollout to pause, to go on or to go back. Where a process works on it, the order is handed to that process; where none does, a pause
 * waits for the next one, and this process goes on with the run, or back, itself.
 */
export async function orderRun(opened: ServiceEnvironment, request: OrderRequest): Promise<OrderOutcome> {
  const { run, kind, why, waitMs } = request;
  const service = await underPolicy(opened, 'look');
  const { store, clock, door } = service;
  const { environment } = service.target;
  const recorded = await readRun(store, run);
  const waiting = (await readOrders(store, run)).some(({ order }) => order?.kind === 'pause');
  const barred = whyNot(recorded, kind, waiting);
  if (barred !== undefined) throw new ProblemError(barred);
  const signer = await signerOf(service);
  const order = await makeOrder({ run, environment, kind, why, by: door.who, signer, clock });
  const problem = await orderCheck(service)(order);
  if (problem !== undefined) throw new ProblemError(problem);
  const file = await placeOrder(store, order);

  const until = clock.monotonic() + waitMs;
  let followed = false;
  while (await isDriven(store, environment, run)) {
    if (!followed) {
      followed = await isTakenUp(service, order, file);
      if (followed && kind !== 'abort') return { kind: 'followed', run };
      if (!followed && clock.monotonic() >= until) return { kind: 'placed', run, why: 'busy' };
    }
    if (door.signal?.requested !== undefined) return { kind: followed ? 'followed' : 'placed', run, why: 'busy' };
    await clock.sleep(POLL_MS, door.signal?.signal).catch(() => undefined);
  }
  return withoutProcess(service, request, order, file);
}

/** Nobody works on the run: it has ended, it waits at a gate, or its process died. */
async function withoutProcess(
  service: Ruled,
  { run, kind }: OrderRequest,
  order: Order,
  file: string,
): Promise<OrderOutcome> {
  const { finished, entries } = await readRun(service.store, run);
  // A crash may have come between the record and taking the file away.
  const followed =
    (await isTakenUp(service, order, file)) ||
    entries.some(({ record, payload }) => record.node === '' && JSON.stringify(payload ?? null).includes(order.id));
  if (finished !== null && !followed) {
    await removeOrder(file);
    throw new ProblemError(isOver(run, finished.outcome));
  }
  if (kind === 'pause') return followed ? { kind: 'followed', run } : { kind: 'placed', run, why: 'no-process' };
  return { kind: 'ended', run, outcome: await resume(service, run, { abort: kind === 'abort' }) };
}

/** Has the run taken it up? Throws when it refused it. */
async function isTakenUp({ store }: Pick<ServiceEnvironment, 'store'>, order: Order, file: string): Promise<boolean> {
  if ((await readOrders(store, order.run)).some((placed) => placed.order?.id === order.id)) return false;
  const refused = await refusalOf(file);
  if (refused !== null) throw new ProblemError(refused);
  return true;
}

/** Orders that lie there and have not been taken up. */
export async function pendingOrders(
  store: string,
  run: string,
): Promise<readonly { readonly kind: OrderKind; readonly by: string; readonly why: string }[]> {
  const placed = await readOrders(store, run);
  return placed.flatMap(({ order }) => (order === null ? [] : [{ kind: order.kind, by: order.by, why: order.why }]));
}

/** Pure. */
function whyNot(run: RunSummary, kind: OrderKind, pauseWaits: boolean): Problem | undefined {
  if (run.finished !== null) return isOver(run.run, run.finished.outcome);
  if (run.procedure !== 'release') {
    return {
      code: 'order.no-rollout',
      where: `run ${run.run}`,
      found: `a ${run.procedure}`,
      expected: 'a release: a way back is neither paused nor aborted',
      remedy: 'let it end; `shiplock status` says how it stands',
    };
  }
  if (kind !== 'resume' || run.held !== null || pauseWaits) return undefined;
  return notPaused(run.run);
}

function isOver(run: string, outcome: string): Problem {
  return {
    code: 'order.run-over',
    where: `run ${run}`,
    found: `a run that is over: ${outcome}`,
    expected: 'a run that is under way, waits or has stopped',
    remedy: 'to go back to an earlier release: `shiplock rollback ENVIRONMENT --reason …`',
  };
}
