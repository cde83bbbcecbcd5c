import type { Heartbeat } from '../heartbeat.ts';

/**
 * The dead-man guard as a pure state machine. A version's share is a lease: HAProxy's health check asks the guard, and the
 * guard says yes only while somebody renews the lease (or a hold runs within its limits) and the instance is healthy.
 * All times are the guard's own monotonic milliseconds; it compares no clocks with anybody.
 */

export interface GuardState {
  /** Sequence number read first or last; a change of it is a sign of life. */
  readonly seq: number | undefined;
  readonly lease: Lease;
  readonly instance: { readonly healthy: boolean; readonly detail: string };
  /** Readings of the version's counters within the window, oldest first. Only kept while holding. */
  readonly readings: readonly Reading[];
}

export type Lease =
  /** Since its start the guard has seen no heartbeat change. */
  | { readonly kind: 'none' }
  | { readonly kind: 'beat'; readonly until: number }
  | { readonly kind: 'hold'; readonly since: number; readonly until: number; readonly errorRate: number }
  /** A hold went over its limit. Final until a controller is back and writes again. */
  | { readonly kind: 'tripped'; readonly detail: string };

export interface Reading {
  readonly at: number;
  readonly requests: number;
  readonly bad: number;
}

export type GuardEvent =
  /** The heartbeat file as read; `wallClock` only serves to turn a deadline into a duration, once. */
  | { readonly kind: 'heartbeat'; readonly at: number; readonly wallClock: number; readonly heartbeat: Heartbeat }
  | { readonly kind: 'instance'; readonly healthy: boolean; readonly detail: string }
  /** Counters of the version since an arbitrary zero. */
  | { readonly kind: 'counters'; readonly at: number; readonly requests: number; readonly bad: number };

export interface GuardAnswer {
  readonly ok: boolean;
  readonly why: string;
}

/** A hold judges the last 10 seconds, and only when they hold enough requests to have a rate. */
export const WINDOW_MS = 10_000;
export const LEAST_REQUESTS = 20;

export const startOfGuard: GuardState = {
  seq: undefined,
  lease: { kind: 'none' },
  instance: { healthy: false, detail: 'not asked yet' },
  readings: [],
};

export function nextGuardState(state: GuardState, event: GuardEvent): GuardState {
  switch (event.kind) {
    case 'instance':
      return { ...state, instance: { healthy: event.healthy, detail: event.detail } };
    case 'heartbeat':
      return afterHeartbeat(state, event);
    case 'counters':
      return afterCounters(state, event);
  }
}

function afterHeartbeat(state: GuardState, event: Extract<GuardEvent, { kind: 'heartbeat' }>): GuardState {
  const { heartbeat } = event;
  if (heartbeat.seq === state.seq) return state;
  // What lay there when the guard started may be from a controller long gone: only a change counts.
  if (state.seq === undefined) return { ...state, seq: heartbeat.seq };
  if (heartbeat.mode === 'beat') {
    const lease: Lease = { kind: 'beat', until: event.at + heartbeat.ttlMs };
    return { ...state, seq: heartbeat.seq, lease, readings: [] };
  }
  const lease: Lease = {
    kind: 'hold',
    since: event.at,
    until: event.at + Math.max(0, heartbeat.holdUntil - event.wallClock),
    errorRate: heartbeat.limits.errorRate,
  };
  return { ...state, seq: heartbeat.seq, lease, readings: [] };
}

function afterCounters(state: GuardState, event: Extract<GuardEvent, { kind: 'counters' }>): GuardState {
  if (state.lease.kind !== 'hold') return state;
  const { at, requests, bad } = event;
  const last = state.readings.at(-1);
  // Counters that went back were reset: the window begins again.
  const kept = last !== undefined && (requests < last.requests || bad < last.bad) ? [] : state.readings;
  const recent = [...kept, { at, requests, bad }];
  // The newest reading that is older than the window stays as its left edge.
  const edge = recent.findLastIndex((reading) => reading.at <= at - WINDOW_MS);
  const readings = edge > 0 ? recent.slice(edge) : recent;
  const first = readings[0] ?? event;
  const seen = requests - first.requests;
  const failed = bad - first.bad;
  if (seen < LEAST_REQUESTS || failed / seen <= state.lease.errorRate) return { ...state, readings };
  const detail = `${failed} of ${seen} answers were bad, above ${state.lease.errorRate * 100} %`;
  return { ...state, readings, lease: { kind: 'tripped', detail } };
}

/** What the health check is told at a moment. */
export function guardAnswer(state: GuardState, at: number): GuardAnswer {
  const { lease } = state;
  switch (lease.kind) {
    case 'none':
      return { ok: false, why: 'no heartbeat seen since this guard started' };
    case 'tripped':
      return { ok: false, why: lease.detail };
    case 'beat':
      if (at > lease.until) return { ok: false, why: `the last heartbeat is ${at - lease.until} ms too old` };
      break;
    case 'hold': {
      if (at > lease.until) return { ok: false, why: 'the hold is over and nobody beats' };
      // Without counters the limit cannot be watched, so the hold is worth nothing.
      const lastSeen = state.readings.at(-1)?.at ?? lease.since;
      if (at - lastSeen > WINDOW_MS) return { ok: false, why: 'the counters of the proxy cannot be read' };
      break;
    }
  }
  if (!state.instance.healthy) return { ok: false, why: `the instance is not ready: ${state.instance.detail}` };
  return { ok: true, why: lease.kind };
}
