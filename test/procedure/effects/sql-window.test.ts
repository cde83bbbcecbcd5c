import { describe, expect, it } from 'vitest';
import { nextSize } from '../../../src/procedure/effects/sql-batches.ts';
import { FIRST_WINDOW, LEAST_WINDOW, nextWindow, room, type Sent } from '../../../src/procedure/effects/sql-window.ts';

const MAX_LAG = 1_000;

/** Ranges sent by the rules to one replica, which applies a range at a time: how far it was behind after 5 s, and how many rows a second came through. */
function simulate(
  primary: number,
  replica: number,
  seconds: number,
): { readonly lag: number; readonly perSecond: number } {
  let [now, window, size, free] = [0, FIRST_WINDOW, 500, 0];
  let sent: Sent = { batch: 0, rows: 0, at: 0 };
  const shown: (Sent & { readonly visible: number })[] = [];
  let seen: Sent = sent;
  let lag = 0;
  while (now < seconds * 1000) {
    const newest = shown.findLast(({ visible }) => visible <= now) ?? seen;
    if (newest.batch > seen.batch) window = nextWindow(window, now - newest.at, MAX_LAG, newest.batch >= sent.batch);
    seen = newest;
    const missing = shown.find(({ batch }) => batch === seen.batch + 1);
    if (now > 5_000 && missing !== undefined) lag = Math.max(lag, now - seen.at);
    const rows = room(window, sent, seen);
    if (rows === 0) {
      now += 10;
      continue;
    }
    size = Math.min(size, rows);
    const took = (size * 1000) / primary;
    now += took;
    sent = { batch: sent.batch + 1, rows: sent.rows + size, at: now };
    free = Math.max(free, now) + (size * 1000) / replica;
    shown.push({ ...sent, visible: free });
    size = nextSize(size, took, 500);
  }
  return { lag, perSecond: (sent.rows * 1000) / now };
}

describe('rows under way to a replica', () => {
  it.each([0.02, 0.2, 0.5, 0.9])('a replica of %s of the speed is never far behind', (share) => {
    const { lag, perSecond } = simulate(100_000, 100_000 * share, 40);
    expect(lag).toBeLessThanOrEqual(2 * MAX_LAG);
    // And it is kept busy.
    expect(perSecond).toBeGreaterThan(0.75 * 100_000 * share);
  });

  it('a replica that keeps up costs little', () => {
    expect(simulate(100_000, 150_000, 40).perSecond).toBeGreaterThan(90_000);
  });

  it('a window never becomes nothing, nor everything', () => {
    let window = FIRST_WINDOW;
    for (let round = 0; round < 50; round += 1) window = nextWindow(window, 60_000, MAX_LAG, false);
    expect(window).toBe(LEAST_WINDOW);
    for (let round = 0; round < 50; round += 1) window = nextWindow(window, 1, MAX_LAG, false);
    expect(window).toBe(200_000);
  });

  it('nothing is sent while the window is full', () => {
    const sent = { batch: 4, rows: 900, at: 0 };
    expect(room(1_000, sent, { batch: 3, rows: 300, at: 0 })).toBe(0);
    expect(room(1_000, sent, { batch: 3, rows: 500, at: 0 })).toBe(500);
    expect(room(1_000, sent, { batch: 4, rows: 900, at: 0 })).toBe(500);
  });
});
