import type { DispersionPolicy, ServerCounts, SplitState } from './types.ts';

/**
 * Clump size from the split between old servers. What hits all servers alike (a swing of the error rate, an incident) does not change how bad
 * events are split among them, so it is not taken for clumps, as it must be where all that is known is their sum.
 */

/** Numbers kept per window length: index of the open window, closed windows with bad events, Σ Pearson's statistic, Σ degrees of freedom. */
const SLOTS = 4;
const INDEX = 0;
const COUNT = 1;
const PEARSON = 2;
const FREEDOM = 3;

export interface SplitDraft {
  origin: number | null;
  readonly windows: number[];
  /** Per server: requests and bad of the open window of each length. */
  readonly open: { readonly server: string; readonly counts: number[] }[];
}

export function startSplit(): SplitDraft {
  return { origin: null, windows: [], open: [] };
}

export function copySplit(state: SplitState): SplitDraft {
  return {
    origin: state.origin,
    windows: state.windows.slice(),
    open: state.open.map(({ server, counts }) => ({ server, counts: counts.slice() })),
  };
}

/** Adds one row, server by server. What is measured includes closed windows only, never the row itself. */
export function absorbSplit(
  draft: SplitDraft,
  policy: DispersionPolicy,
  t: number,
  servers: readonly ServerCounts[],
): void {
  draft.origin ??= t;
  const lengths = policy.windows;
  while (draft.windows.length < lengths.length * SLOTS) draft.windows.push(0);
  for (const [i, length] of lengths.entries()) {
    const index = Math.floor((t - draft.origin) / length);
    if (index !== draft.windows[i * SLOTS + INDEX]) close(draft, i);
    draft.windows[i * SLOTS + INDEX] = index;
  }
  for (const { server, requests, bad } of servers) {
    const { counts } = openOf(draft, server, lengths.length);
    for (let i = 0; i < lengths.length; i += 1) {
      counts[2 * i] = (counts[2 * i] ?? 0) + requests;
      counts[2 * i + 1] = (counts[2 * i + 1] ?? 0) + bad;
    }
  }
}

function openOf(draft: SplitDraft, server: string, lengths: number): { readonly counts: number[] } {
  const known = draft.open.find((one) => one.server === server);
  if (known !== undefined) return known;
  const fresh = { server, counts: new Array<number>(2 * lengths).fill(0) };
  draft.open.push(fresh);
  return fresh;
}

/** Pearson's statistic of one window: Σ (badₛ − requestsₛ·p)² / (requestsₛ·p) with p = Σ bad / Σ requests, servers − 1 degrees of freedom. */
function close(draft: SplitDraft, i: number): void {
  let requests = 0;
  let bad = 0;
  let squares = 0;
  let busy = 0;
  for (const { counts } of draft.open) {
    const [n, b] = [counts[2 * i] ?? 0, counts[2 * i + 1] ?? 0];
    counts[2 * i] = 0;
    counts[2 * i + 1] = 0;
    if (n === 0) continue;
    busy += 1;
    requests += n;
    bad += b;
    squares += (b * b) / n;
  }
  if (busy < 2 || bad === 0) return;
  const add = (slot: number, value: number): void => {
    draft.windows[i * SLOTS + slot] = (draft.windows[i * SLOTS + slot] ?? 0) + value;
  };
  add(COUNT, 1);
  add(PEARSON, (squares * requests) / bad - bad);
  add(FREEDOM, busy - 1);
}

/** Ends a stretch of past (the rows that follow are on another clock); unfinished windows are dropped. */
export function endSplit(draft: SplitDraft): void {
  draft.origin = null;
  for (let at = 0; at < draft.windows.length; at += SLOTS) draft.windows[at + INDEX] = 0;
  for (const { counts } of draft.open) counts.fill(0);
}

/** Largest statistic per degree of freedom over the window lengths, 1 at least; null while no length has windows enough. */
export function splitDispersion(state: SplitState, policy: DispersionPolicy): number | null {
  let top: number | null = null;
  for (let at = 0; at < state.windows.length; at += SLOTS) {
    if ((state.windows[at + COUNT] ?? 0) < policy.minimumWindows) continue;
    top = Math.max(top ?? 1, (state.windows[at + PEARSON] ?? 0) / (state.windows[at + FREEDOM] ?? 1));
  }
  return top;
}
