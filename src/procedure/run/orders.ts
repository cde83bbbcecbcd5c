import type { Order } from '../../model/order.ts';
import type { Problem } from '../../model/problem.ts';
import { problemsOf } from '../../model/problem.ts';
import type { Asked } from '../journal/records.ts';
import type { NodeBase } from '../tree.ts';
import { type End, STOPPED } from './end.ts';
import type { Engine } from './engine.ts';
import { type Mode, maskedProblems } from './mode.ts';
import { notPaused, type PlacedOrder, readOrders, refuseOrder, removeOrder } from './order-files.ts';

/** Orders of people to a run on its way forward: pause, resume, abort. A way back is neither paused nor aborted. */

/** How long an order may lie before a run that watches or is paused sees it. */
export const LOOK_MS = 500;

/** Takes up what was ordered since the last look. Several lanes of a run look once. */
export async function lookForOrders(engine: Engine, path: string): Promise<void> {
  if (engine.options.mayOrder === undefined) return;
  engine.desk.looking ??= takeUp(engine, path).finally(() => {
    engine.desk.looking = undefined;
  });
  await engine.desk.looking;
}

/**
 * Asked before anything new is begun on the way forward. Undefined: go on. A run that is paused waits here where `hold` says that nothing lives
 * on a heartbeat meanwhile; one that was aborted goes no further.
 */
export async function mayBegin(
  engine: Engine,
  node: NodeBase,
  path: string,
  mode: Mode,
  hold: boolean,
): Promise<End | undefined> {
  if (mode.again) return undefined;
  await lookForOrders(engine, path);
  if (engine.state.aborted !== undefined) return goNoFurther(engine, node, path);
  if (!hold) return undefined;
  while (engine.state.held !== undefined) {
    engine.emit({ kind: 'status', path, text: heldText(engine.state.held) });
    await listen(engine, path, LOOK_MS);
    if (engine.state.aborted !== undefined) return goNoFurther(engine, node, path);
    if (engine.stopAsked()) return STOPPED;
  }
  return undefined;
}

/** A watch with a heartbeat has passed, and what it kept alive may still need one: whoever waits here would let it end. */
export function isLeased({ state, registry }: Engine): boolean {
  // Asked before every step: one after another of a large procedure must not look through all those before it.
  if (!registry.beats) return false;
  let [kept, ended] = [-1, -1];
  for (const [path, { phase, seq }] of state.nodes) {
    if (phase !== 'done') continue;
    const node = registry.nodeAt(path);
    if (node?.kind === 'watch' && node.heartbeat !== undefined) kept = Math.max(kept, seq);
    if (node?.kind === 'step' && node.endsLease === true) ended = Math.max(ended, seq);
  }
  return kept > ended;
}

/** Rests, and wakes early for an order, a stop or a lost lease. */
export async function listen(engine: Engine, path: string, ms: number): Promise<void> {
  const { clock, signal: stop, mayOrder } = engine.options;
  const signal = stop ? AbortSignal.any([stop.signal, engine.lease.lost]) : engine.lease.lost;
  const until = clock.monotonic() + ms;
  const known = engine.state.orders.size;
  do {
    const left = Math.max(0, until - clock.monotonic());
    await clock.sleep(mayOrder === undefined ? left : Math.min(LOOK_MS, left), signal).catch(() => undefined);
    if (engine.lease.lost.aborted) throw engine.lease.lost.reason;
    if (engine.stopAsked()) return;
    await lookForOrders(engine, path);
  } while (engine.state.orders.size === known && clock.monotonic() < until);
}

export function heldText({ by, why }: Asked): string {
  return `paused by ${by}: ${why}`;
}

async function takeUp(engine: Engine, path: string): Promise<void> {
  for (const placed of await found(engine, path)) {
    const { file, order } = placed;
    if (order !== null && engine.state.orders.has(order.id)) {
      // Recorded before a crash took its file away.
      await removeOrder(file);
      continue;
    }
    const problem = order === null ? unreadable(file) : (whyNot(engine, order, path) ?? (await refused(engine, order)));
    if (order !== null && problem === undefined) {
      await follow(engine, order);
      await removeOrder(file);
      continue;
    }
    if (problem === undefined) continue;
    const [masked = problem] = maskedProblems(engine, [problem]);
    engine.emit({ kind: 'note', path, text: `an order is not followed: ${masked.found}` });
    await refuseOrder(file, masked);
  }
}

/** A disk that cannot be read now says nothing about the run: the next look tries again. */
async function found(engine: Engine, path: string): Promise<readonly PlacedOrder[]> {
  try {
    return await readOrders(engine.options.store, engine.state.run);
  } catch (error) {
    const [problem] = maskedProblems(engine, problemsOf(error, path));
    engine.emit({ kind: 'note', path, text: `orders cannot be read: ${problem?.found ?? ''}` });
    return [];
  }
}

async function refused(engine: Engine, order: Order): Promise<Problem | undefined> {
  const problem = order.run === engine.state.run ? undefined : unreadable(order.run);
  return problem ?? (await engine.options.mayOrder?.(order));
}

async function follow(engine: Engine, order: Order): Promise<void> {
  const asked: Asked = {
    order: order.id,
    by: order.person ?? order.by,
    why: order.why,
    host: order.host,
    ...(order.person === undefined ? {} : { person: order.person }),
    ...(order.signature === undefined ? {} : { signature: order.signature }),
  };
  const { planHash } = engine.state;
  switch (order.kind) {
    case 'pause':
      await engine.record('run.paused', '', 0, { reason: 'asked', problems: [], asked });
      break;
    case 'resume':
      await engine.record('run.resumed', '', 0, { who: asked.by, planHash, tornBytes: 0, asked });
      break;
    case 'abort':
      await engine.record('run.paused', '', 0, { reason: 'aborted', problems: [aborted(engine, asked)], asked });
      break;
  }
  const { mask } = engine.options.secrets;
  engine.emit({ kind: 'order', order: order.kind, by: mask(asked.by), why: mask(asked.why) });
}

/** Ends the way forward at this node: the way back begins, or where nothing was changed the run is refused. */
export async function goNoFurther(engine: Engine, node: NodeBase, path: string): Promise<End> {
  const { aborted: asked, changed } = engine.state;
  const problems = asked === undefined ? [] : maskedProblems(engine, [aborted(engine, asked)]);
  await engine.record('step.failed', path, 1, { problems, final: true, refused: !changed });
  engine.emit({ kind: 'node-failed', path, title: node.title, attempt: 1, final: true, problems });
  return { kind: changed ? 'failed' : 'refused', problems };
}

function aborted(engine: Engine, { by, why }: Asked): Problem {
  return {
    code: 'procedure.aborted',
    where: `run ${engine.state.run}`,
    found: `aborted by ${by}: ${why}`,
    expected: 'a run that goes on to its end',
    remedy: 'mend what it was aborted for, then start a new run',
  };
}

/** Pure: why the run cannot follow this order where it is now. */
function whyNot(engine: Engine, order: Order, path: string): Problem | undefined {
  const { held, aborted: going, run } = engine.state;
  const where = `run ${run}`;
  if (going !== undefined) {
    return {
      code: 'order.going-back',
      where,
      found: `a run that ${going.by} has aborted`,
      expected: 'a run on its way forward',
      remedy: 'wait until it is over; a way back is not held up',
    };
  }
  if (order.kind === 'resume' && held === undefined) return notPaused(run);
  if (order.kind !== 'abort' || !isPastTheWayBack(engine, path)) return undefined;
  return {
    code: 'order.too-late',
    where,
    found: 'a run that is past its way back: the new version serves, and the old one is being stopped',
    expected: 'a run that can still be taken back by itself',
    remedy: 'let it end, then `shiplock rollback` goes back to the earlier release',
  };
}

function unreadable(where: string): Problem {
  return {
    code: 'order.unreadable',
    where,
    found: 'no order for this run in a form that this version knows',
    expected: 'a file as `shiplock rollout` writes it',
    remedy: 'give the order again with `shiplock rollout`',
  };
}

/** Outside of every part that has a way back of its own, and behind one. */
function isPastTheWayBack(engine: Engine, path: string): boolean {
  const inside = (at: string): boolean => {
    for (let above = at; above !== ''; above = above.slice(0, Math.max(0, above.lastIndexOf('/')))) {
      const node = engine.registry.nodeAt(above);
      if (node?.kind === 'sequence' && node.rollback !== undefined) return true;
    }
    return false;
  };
  return !inside(path) && [...engine.state.nodes.keys()].some(inside);
}
