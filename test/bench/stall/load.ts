import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection } from 'mysql2/promise';
import type { DatabaseAccess } from '../../../scripts/components/database.ts';

/** Clients that read and write one table all the time, each query at its time; what they had to wait is kept. */

const CLIENTS = 12;
/** From here on a client waited: this machine has other work, and a query takes some milliseconds. */
export const WAITED_MS = 250;

export interface Waits {
  readonly queries: number;
  readonly perSecond: number;
  readonly longestMs: number;
  /** Time in which at least one client was waiting. */
  readonly stalledMs: number;
  readonly errors: number;
}

export interface Load {
  /** What clients waited since the last call. */
  take(): Waits;
  stop(): Promise<void>;
}

/** `rate` queries a second in all, prepared: four of five read a row, one changes it. */
export async function startLoad(access: DatabaseAccess, rate: number, rows: number): Promise<Load> {
  let over = false;
  let begin = performance.now();
  let queries = 0;
  let errors = 0;
  let longest = 0;
  let slow: { readonly from: number; readonly to: number }[] = [];
  const waiting = new Map<number, number>();
  const client = async (connection: Connection, me: number): Promise<void> => {
    let next = performance.now() + (me * 1000) / rate;
    for (let n = me; !over; n += 1) {
      const pause = next - performance.now();
      if (pause > 0) await sleep(pause);
      else if (pause < -1000) next = performance.now();
      next += (CLIENTS * 1000) / rate;
      const id = 1 + ((n * 7919 + me * 104_729) % rows);
      const from = performance.now();
      waiting.set(me, from);
      try {
        if (n % 5 === 0) await connection.execute('UPDATE busy SET hits = hits + 1 WHERE id = ?', [id]);
        else await connection.execute('SELECT id, hits FROM busy WHERE id = ?', [id]);
      } catch {
        errors += 1;
      }
      waiting.delete(me);
      const to = performance.now();
      queries += 1;
      longest = Math.max(longest, to - from);
      if (to - from > WAITED_MS) slow.push({ from, to });
    }
  };
  const connections = await Promise.all(Array.from({ length: CLIENTS }, () => mysql.createConnection({ ...access })));
  const running = Promise.all(connections.map(client));
  return {
    take() {
      const now = performance.now();
      for (const from of waiting.values()) {
        longest = Math.max(longest, now - from);
        if (now - from > WAITED_MS) slow.push({ from, to: now });
      }
      const seconds = (now - begin) / 1000;
      const waits = { queries, perSecond: queries / seconds, longestMs: longest, stalledMs: union(slow), errors };
      begin = now;
      queries = errors = longest = 0;
      slow = [];
      return waits;
    },
    async stop() {
      over = true;
      await running;
      await Promise.all(connections.map((connection) => connection.end()));
    },
  };
}

/** Pure: how much time the intervals cover together. */
export function union(intervals: readonly { readonly from: number; readonly to: number }[]): number {
  let sum = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}
