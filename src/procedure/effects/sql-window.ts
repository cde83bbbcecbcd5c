/** How many rows may be under way to a replica: sent, and not shown by it yet. Pure. */

export interface Sent {
  /** Ranges, as their marks count them. */
  readonly batch: number;
  /** Rows changed by all of them. */
  readonly rows: number;
  /** When the mark was made, milliseconds. */
  readonly at: number;
}

/** Fewer rows cost a transaction of their own each, and make nothing quicker. */
export const LEAST_WINDOW = 200;
/** What a run begins with. */
export const FIRST_WINDOW = 2_000;
const MOST_WINDOW = 200_000;
/** Part of the allowed lag that rows on their way may take: the rest is for what others write, and for a replica that stumbles. */
const WANTED = 0.6;

/**
 * The window after a mark has shown that rows took `delayMs` to a replica. With a window of W rows and a replica that applies r of them a second a row
 * is under way for W/r seconds (Little's law), so the window that gives the wanted delay is W × wanted / delay. It grows and shrinks by half of itself
 * at most: one figure may be of a replica that was busy for a moment. Where nothing is left under way, the mark may have been there for long before
 * somebody looked: then its age says nothing against the replica.
 */
export function nextWindow(window: number, delayMs: number, maxLagMs: number, allShown: boolean): number {
  const factor = Math.min(1.5, Math.max(allShown ? 1 : 0.5, (maxLagMs * WANTED) / Math.max(1, delayMs)));
  return Math.min(MOST_WINDOW, Math.max(LEAST_WINDOW, Math.round(window * factor)));
}

/**
 * How many rows the next range may have; 0: none now. A range is half of the window at most: the replica works on one while the next is made, and what
 * it shows after each is never older than that.
 */
export function room(window: number, sent: Sent, seen: Sent): number {
  const half = Math.floor(window / 2);
  const underWay = seen.batch >= sent.batch ? 0 : Math.max(0, sent.rows - seen.rows);
  return underWay <= window - half ? half : 0;
}
