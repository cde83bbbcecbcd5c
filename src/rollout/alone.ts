import type { Counters } from '../model/metrics.ts';
import { versionDelta } from './intervals.ts';
import { LIMIT_MIN_REQUESTS } from './limits.ts';

/** A version that has all the traffic, so that nothing stands beside it: judged by an absolute limit from its readings since the start. */
export interface JudgedAlone {
  readonly version: string;
  /** The metric whose bad part is limited. */
  readonly metric: string;
  /** Greatest bad part, 0 to 1. */
  readonly limit: number;
  readonly bakeMs: number;
  readonly everyMs: number;
}

export interface AloneState {
  readonly previous: Counters | null;
  readonly lastTime: number | null;
  readonly watchedMs: number;
  readonly requests: number;
  readonly bad: number;
  /** The last reading shows the version. */
  readonly visible: boolean;
}

export const NOTHING_ALONE: AloneState = {
  previous: null,
  lastTime: null,
  watchedMs: 0,
  requests: 0,
  bad: 0,
  visible: false,
};

/** Pure fold over one reading. Time in which nothing could be seen is not watched. */
export function foldAlone(state: AloneState, counters: Counters, of: JudgedAlone): AloneState {
  const delta = state.previous === null ? null : versionDelta(state.previous, counters, of.version, of.metric);
  const visible =
    counters.kind === 'counters' &&
    counters.servers.some((server) => server.version === of.version && of.metric in server.metrics);
  const passed = state.lastTime === null ? 0 : Math.min(Math.max(0, counters.time - state.lastTime), 3 * of.everyMs);
  return {
    previous: counters.kind === 'counters' ? counters : state.previous,
    lastTime: counters.time,
    watchedMs: state.watchedMs + (delta !== null && visible ? passed : 0),
    requests: state.requests + (delta?.requests ?? 0),
    bad: state.bad + (delta?.bad ?? 0),
    visible,
  };
}

export interface AloneVerdict {
  readonly verdict: 'worse' | 'not-worse' | 'undecided';
  readonly reason: string;
}

/** `worse`: above the limit, with requests enough to have a rate. `not-worse`: watched long enough, and seen now. */
export function aloneVerdict(state: AloneState, of: JudgedAlone): AloneVerdict {
  const { requests, bad, watchedMs, visible } = state;
  const counts = `${of.metric}: ${bad} bad of ${requests}`;
  if (requests >= LIMIT_MIN_REQUESTS && bad / requests > of.limit) {
    return { verdict: 'worse', reason: `${counts}, above ${of.limit * 100} %` };
  }
  if (!visible) return { verdict: 'undecided', reason: `nothing from ${of.version} now; ${counts}` };
  const left = Math.ceil((of.bakeMs - watchedMs) / 1000);
  return left > 0
    ? { verdict: 'undecided', reason: `${counts}; bakes ${left} s more` }
    : { verdict: 'not-worse', reason: counts };
}
