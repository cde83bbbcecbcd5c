import type { DispersionPolicy, DispersionState } from './types.ts';

/** Numbers kept per window length: index of the open window, its requests and bad, then sums over closed windows. */
const SLOTS = 7;
const INDEX = 0;
const OPEN_REQUESTS = 1;
const OPEN_BAD = 2;
const COUNT = 3;
const SUM_REQUESTS = 4;
const SUM_BAD = 5;
/** Σ bad²/requests. */
const SUM_SQUARES = 6;

/** A gap longer than this between two rows with requests is not past that was seen. */
const LONGEST_COVERED = 60;

/** The same state, writable: for the one who owns it (fold.ts). */
export interface DispersionDraft {
  origin: number | null;
  last: number | null;
  busy: number | null;
  seconds: number;
  total: { requests: number; bad: number };
  largest: number;
  windows: number[];
}

export function startDispersion(policy: DispersionPolicy): DispersionDraft {
  const windows = new Array<number>(policy.windows.length * SLOTS).fill(0);
  return { origin: null, last: null, busy: null, seconds: 0, total: { requests: 0, bad: 0 }, largest: 1, windows };
}

export function copyDispersion(state: DispersionState): DispersionDraft {
  return {
    origin: state.origin,
    last: state.last,
    busy: state.busy,
    seconds: state.seconds,
    total: { requests: state.total.requests, bad: state.total.bad },
    largest: state.largest,
    windows: state.windows.slice(),
  };
}

/**
 * Variance-to-mean ratio of the closed windows of one length, by Pearson's statistic, so that windows of unequal requests can be
 * compared: Σ (badᵢ − requestsᵢ·p)² / (requestsᵢ·p) / (k − 1) with p = Σ bad / Σ requests. 1 for independent events, c for clumps of c.
 */
function ratioAt(windows: readonly number[], at: number): number {
  const bad = windows[at + SUM_BAD] ?? 0;
  if (bad === 0) return 1;
  const chi = ((windows[at + SUM_SQUARES] ?? 0) * (windows[at + SUM_REQUESTS] ?? 0)) / bad - bad;
  return chi / ((windows[at + COUNT] ?? 0) - 1);
}

function closeWindow(windows: number[], at: number): void {
  const requests = windows[at + OPEN_REQUESTS] ?? 0;
  const bad = windows[at + OPEN_BAD] ?? 0;
  if (requests === 0) return;
  windows[at + COUNT] = (windows[at + COUNT] ?? 0) + 1;
  windows[at + SUM_REQUESTS] = (windows[at + SUM_REQUESTS] ?? 0) + requests;
  windows[at + SUM_BAD] = (windows[at + SUM_BAD] ?? 0) + bad;
  windows[at + SUM_SQUARES] = (windows[at + SUM_SQUARES] ?? 0) + (bad * bad) / requests;
  windows[at + OPEN_REQUESTS] = 0;
  windows[at + OPEN_BAD] = 0;
}

/** Adds one row of the baseline. What is measured includes closed windows only, never the row itself. */
export function absorbBaseline(
  draft: DispersionDraft,
  policy: DispersionPolicy,
  t: number,
  requests: number,
  bad: number,
): void {
  // Silence teaches nothing: only time between rows that had requests is past.
  if (requests > 0) {
    if (draft.busy !== null) draft.seconds += Math.min(Math.max(0, t - draft.busy), LONGEST_COVERED);
    draft.busy = t;
  }
  draft.last = t;
  draft.origin ??= t;
  draft.total.requests += requests;
  draft.total.bad += bad;
  const { windows, origin } = draft;
  let closed = false;
  for (let i = 0; i < policy.windows.length; i += 1) {
    const at = i * SLOTS;
    const index = Math.floor((t - origin) / (policy.windows[i] ?? 1));
    if (index !== windows[at + INDEX]) {
      closeWindow(windows, at);
      windows[at + INDEX] = index;
      closed = true;
    }
    windows[at + OPEN_REQUESTS] = (windows[at + OPEN_REQUESTS] ?? 0) + requests;
    windows[at + OPEN_BAD] = (windows[at + OPEN_BAD] ?? 0) + bad;
  }
  if (closed) draft.largest = largestRatio(windows, policy);
}

function largestRatio(windows: readonly number[], policy: DispersionPolicy): number {
  let top = 1;
  for (let at = 0; at < windows.length; at += SLOTS) {
    if ((windows[at + COUNT] ?? 0) >= policy.minimumWindows) top = Math.max(top, ratioAt(windows, at));
  }
  return top;
}

/** Ends a stretch of past (the rows that follow are on another clock); unfinished windows are dropped. */
export function endStretch(draft: DispersionDraft): void {
  draft.origin = null;
  draft.last = null;
  draft.busy = null;
  for (let at = 0; at < draft.windows.length; at += SLOTS) {
    draft.windows[at + INDEX] = 0;
    draft.windows[at + OPEN_REQUESTS] = 0;
    draft.windows[at + OPEN_BAD] = 0;
  }
}

/**
 * Clump size for the next interval, ≥ 1: the largest variance-to-mean ratio seen, but while the past is short no less than
 * min(start, settledSeconds / past): clumps that last longer than the past cannot have been seen in it.
 *
 * @param betweenServers the same ratio between old servers, which shared swings do not move: taken instead where it is known
 */
export function dispersionOf(
  state: DispersionState,
  policy: DispersionPolicy,
  betweenServers: number | null = null,
): number {
  const unseen =
    state.seconds * policy.start <= policy.settledSeconds ? policy.start : policy.settledSeconds / state.seconds;
  return Math.max(1, betweenServers ?? state.largest, unseen);
}
