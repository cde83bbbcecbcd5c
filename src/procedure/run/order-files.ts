import { mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parsedJson } from '../../model/json.ts';
import { type Order, orderSchema } from '../../model/order.ts';
import { type Problem, problemSchema } from '../../model/problem.ts';
import { readLease } from '../lease/file.ts';
import { isGone } from '../machine/identity.ts';
import { isMissing, replaceFile, runPaths, syncDirectory, writeTemporary } from '../store.ts';

/** Orders on their way to a run: `<run>/orders/TIME-ID.json`. They lie there until the run has recorded or refused them. */

export interface PlacedOrder {
  readonly file: string;
  /** Null: not an order in a form that this version knows. */
  readonly order: Order | null;
}

/** Puts an order where the process of the run looks. It is on disk when this returns. */
export async function placeOrder(store: string, order: Order): Promise<string> {
  const { directory } = runPaths(store, order.run);
  const orders = ordersDirectory(store, order.run);
  await mkdir(orders, { recursive: true });
  await syncDirectory(directory);
  const file = join(orders, `${order.time.replace(/[-:.]/g, '')}-${order.id}.json`);
  // A name that ends otherwise is not read: half an order is never taken up.
  await rename(await writeTemporary(file, `${JSON.stringify(order)}\n`), file);
  await syncDirectory(orders);
  return file;
}

/** What lies there, oldest first. */
export async function readOrders(store: string, run: string): Promise<readonly PlacedOrder[]> {
  const orders = ordersDirectory(store, run);
  const names = await readdir(orders).catch(none<string[]>([]));
  const files = names.filter((name) => name.endsWith('.json')).toSorted();
  const read = await Promise.all(
    files.map(async (name) => {
      const file = join(orders, name);
      const text = await readFile(file, 'utf8').catch(none<string | null>(null));
      return text === null ? [] : [{ file, order: parse(text) }];
    }),
  );
  return read.flat();
}

/** Takes an order away that was recorded, or that its giver takes back. */
export async function removeOrder(file: string): Promise<void> {
  await unlink(file).catch(none<void>(undefined));
}

/** Takes an order away that the run does not follow, and leaves the reason for its giver. */
export async function refuseOrder(file: string, problem: Problem): Promise<void> {
  await replaceFile(refusal(file), `${JSON.stringify(problem)}\n`);
  await removeOrder(file);
}

/** Why the run did not follow this order; null where it did not say so. */
export async function refusalOf(file: string): Promise<Problem | null> {
  const text = await readFile(refusal(file), 'utf8').catch(none<string | null>(null));
  if (text === null) return null;
  const parsed = problemSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

/** Does a process work on this run, as far as can be told from here? One of another machine counts as working. */
export async function isDriven(store: string, environment: string, run: string): Promise<boolean> {
  const holder = (await readLease(store, environment))?.lease.holder ?? null;
  return holder !== null && holder.run === run && holder.pid !== 0 && !isGone(holder);
}

export function notPaused(run: string): Problem {
  return {
    code: 'order.not-paused',
    where: `run ${run}`,
    found: 'a run that nobody has paused',
    expected: 'a paused run',
    remedy: '`shiplock status` says how it stands; `shiplock resume` goes on with a run that has stopped',
  };
}

function ordersDirectory(store: string, run: string): string {
  return join(runPaths(store, run).directory, 'orders');
}

function refusal(file: string): string {
  return file.replace(/\.json$/, '.refused');
}

function parse(text: string): Order | null {
  return orderSchema.safeParse(parsedJson(text)).data ?? null;
}

/** The fallback for a file or directory that is not there. */
function none<T>(fallback: T): (error: unknown) => T {
  return (error) => {
    if (isMissing(error)) return fallback;
    throw error;
  };
}
