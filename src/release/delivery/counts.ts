import { changesOf } from './changes.ts';
import type { DeliveryRun } from './facts.ts';
import { type Spread, spreadOf } from './spread.ts';

/** Delivery counts of one service in one environment (docs/delivery-counts.md defines each). Pure. */

/** Milliseconds since 1970: `since` belongs to it, `until` does not. */
export interface Window {
  readonly since: number;
  readonly until: number;
}

export type Known<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'unknown'; readonly why: string };

export interface DeliveryCounts {
  readonly service: string;
  readonly environment: string;
  /** First run that there is a journal of, RFC 3339; null: none. */
  readonly journalsBegin: string | null;
  /** Runs that ended in the window, by outcome. */
  readonly runs: {
    readonly release: Readonly<Record<string, number>>;
    readonly rollback: Readonly<Record<string, number>>;
  };
  /** Runs that are not over now. */
  readonly underWay: readonly {
    readonly run: string;
    readonly kind: 'release' | 'rollback';
    readonly version: string;
    readonly state: string;
  }[];
  /** Releases that got all traffic. */
  readonly deployments: {
    readonly n: number;
    readonly first: number;
    readonly configuration: number;
    readonly hotfix: number;
    readonly perWeek: Known<number>;
  };
  readonly leadTime: Spread & {
    /** Deployments whose lead time nobody knows. */
    readonly withoutCommitTime: number;
    /** The commit claims to be younger than its deployment: some clock was wrong. */
    readonly commitFromFuture: number;
  };
  /** Releases whose new version had users' traffic. */
  readonly changes: {
    readonly n: number;
    readonly failed: number;
    /** Before it had all traffic, and after. */
    readonly takenBackEarly: number;
    readonly takenBackLate: number;
    readonly wentBackFrom: number;
    readonly mended: number;
    readonly failureRate: Known<number>;
  };
  readonly timeToRestore: Spread & {
    /** Changes of the window that failed and are not restored. */
    readonly notRestored: number;
  };
}

const WEEK_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;

/** @param all every run of one service in one environment, also those outside of the window */
export function countDeliveries(
  all: readonly DeliveryRun[],
  of: { readonly service: string; readonly environment: string },
  window: Window,
): DeliveryCounts {
  const inside = (at: number | null): at is number => at !== null && at >= window.since && at < window.until;
  const everything = changesOf(all);
  const changes = everything.filter(({ at }) => inside(at));
  const deployed = changes.filter(({ run }) => run.allAt !== null);
  const failed = changes.filter(({ failure }) => failure !== null);
  const takenBack = failed.filter(({ failure }) => failure?.by === 'itself');
  const late = takenBack.filter(({ run }) => run.allAt !== null).length;
  const begin = all.length === 0 ? null : Math.min(...all.map(({ startedAt }) => startedAt));
  const leads = deployed.flatMap(({ run }) =>
    run.allAt === null || run.committedAt === null ? [] : [run.allAt - run.committedAt],
  );
  const restored = everything.flatMap(({ failure }) =>
    failure !== null && inside(failure.restoredAt) ? [failure.restoredAt - failure.from] : [],
  );
  return {
    ...of,
    journalsBegin: begin === null ? null : new Date(begin).toISOString(),
    runs: { release: outcomes(all, 'release', inside), rollback: outcomes(all, 'rollback', inside) },
    underWay: all.flatMap(({ run, kind, version, end }) =>
      end.kind === 'open' ? [{ run, kind, version, state: end.state }] : [],
    ),
    deployments: {
      n: deployed.length,
      first: deployed.filter(({ run }) => run.other === null).length,
      configuration: deployed.filter(({ run }) => run.configuration).length,
      hotfix: deployed.filter(({ run }) => run.hotfix).length,
      perWeek: perWeek(deployed.length, begin, window),
    },
    leadTime: {
      ...spreadOf(
        leads.filter((ms) => ms >= 0),
        deployed.length === 0 ? 'no deployment in this time' : 'no deployment whose commit time was recorded',
      ),
      withoutCommitTime: deployed.filter(({ run }) => run.committedAt === null).length,
      commitFromFuture: leads.filter((ms) => ms < 0).length,
    },
    changes: {
      n: changes.length,
      failed: failed.length,
      takenBackEarly: takenBack.length - late,
      takenBackLate: late,
      wentBackFrom: failed.filter(({ failure }) => failure?.by === 'rollback').length,
      mended: failed.filter(({ failure }) => failure?.by === 'hotfix').length,
      failureRate:
        changes.length === 0
          ? { kind: 'unknown', why: 'no release had traffic in this time' }
          : { kind: 'known', value: failed.length / changes.length },
    },
    timeToRestore: {
      ...spreadOf(restored, 'nothing was restored in this time'),
      // After a first release nothing is left to go back to: there was no service before it.
      notRestored: failed.filter(({ run, failure }) => failure?.restoredAt === null && run.other !== null).length,
    },
  };
}

/** Over the part of the window of which there are journals: what was before them is not known, and is not 0. */
function perWeek(n: number, begin: number | null, { since, until }: Window): Known<number> {
  if (begin === null || begin >= until) return { kind: 'unknown', why: 'no journal of this time' };
  const covered = until - Math.max(since, begin);
  if (covered < DAY_MS) return { kind: 'unknown', why: 'the journals cover less than a day of this time' };
  return { kind: 'known', value: (n * WEEK_MS) / covered };
}

function outcomes(
  all: readonly DeliveryRun[],
  kind: DeliveryRun['kind'],
  inside: (at: number | null) => boolean,
): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const { kind: own, end } of all) {
    if (own !== kind || end.kind !== 'finished' || !inside(end.at)) continue;
    const outcome = end.preemptedBy === null ? end.outcome : 'taken over';
    counted[outcome] = (counted[outcome] ?? 0) + 1;
  }
  return counted;
}
