import type { Problem } from '../../model/problem.ts';
import { cameToServe, type EnvironmentRecord, type HistoryEntry } from '../record.ts';

/** What serves where, how far each environment is behind, and what stands between. Plain data. */
export interface PipelineView {
  readonly service: string;
  /** RFC 3339. */
  readonly at: string;
  readonly environments: readonly StageView[];
  readonly quarantine: readonly {
    readonly digest: string;
    readonly component: string | null;
    readonly version: string | null;
    readonly environment: string;
    readonly since: string;
    readonly cause: string;
    readonly run: string | null;
    readonly why: string;
  }[];
  /** What could not be looked at. */
  readonly problems: readonly Problem[];
}

export interface StageView {
  readonly environment: string;
  /** The environment before; null: releases begin here. */
  readonly from: string | null;
  /** What serves, by the record; null: nothing. */
  readonly serves: {
    readonly version: string;
    readonly commit: string | null;
    readonly since: string;
    readonly who: string;
    /** What its run has shown of it. */
    readonly verdict: string;
  } | null;
  /** Against the environment before; null where there is none. */
  readonly behind: Behind | null;
  /** What a promotion would find now; null where there is nothing to promote. */
  readonly next: { readonly version: string; readonly gates: readonly GateView[] } | null;
  readonly unfinished: readonly {
    readonly run: string;
    readonly title: string;
    readonly state: string;
    /** Its open gates. */
    readonly gates: readonly string[];
  }[];
  readonly lock: { readonly by: string; readonly reason: string; readonly time: string } | null;
}

export type Behind =
  | { readonly kind: 'same' }
  | { readonly kind: 'behind'; readonly releases: number; readonly commits: number | null; readonly forMs: number }
  | { readonly kind: 'nothing-before' };

export interface GateView {
  readonly gate: string;
  /** `met`: it would pass now. `waits`: it would not. `asks`: a person must answer. `refused`: no promotion begins. */
  readonly state: 'met' | 'waits' | 'asks' | 'refused';
  readonly text: string;
}

/** The newest entry by which this version came to serve for good. Pure. */
export function cameWith({ history }: Pick<EnvironmentRecord, 'history'>, version: string): HistoryEntry | undefined {
  return history.findLast((entry) => entry.version === version && cameToServe(entry));
}

/** Releases that came to the environment before since what serves here came there, and for how long there is something to take. Pure. */
export function behindOf(
  before: Pick<EnvironmentRecord, 'history'>,
  servesBefore: string | null,
  servesHere: string | null,
  same: (one: string, other: string) => boolean,
  now: number,
):
  | Exclude<Behind, { kind: 'behind' }>
  | { readonly kind: 'behind'; readonly releases: number; readonly forMs: number } {
  if (servesBefore === null) return { kind: 'nothing-before' };
  if (servesHere !== null && same(servesBefore, servesHere)) return { kind: 'same' };
  const came = before.history.filter(({ outcome }) => outcome === 'released');
  const own = came.findLastIndex(({ version }) => servesHere !== null && same(version, servesHere));
  const newer = came.slice(own + 1);
  const first = newer[0] ?? cameWith(before, servesBefore);
  const versions = new Set(newer.map(({ version }) => version));
  return {
    kind: 'behind',
    releases: Math.max(1, versions.size),
    forMs: first === undefined ? 0 : Math.max(0, now - Date.parse(first.time)),
  };
}
