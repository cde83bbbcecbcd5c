import type { DeliveryRun } from './facts.ts';

/** Which releases changed something for users, which of those failed, and when service was restored. Pure. */

export interface Change {
  readonly run: DeliveryRun;
  /** The one moment by which it belongs to a window: all traffic, else the way back, else its end. */
  readonly at: number;
  readonly failure: Failure | null;
}

export interface Failure {
  /** Taken back by its own run, gone back from by a later one, or mended by a hotfix. */
  readonly by: 'itself' | 'rollback' | 'hotfix';
  readonly from: number;
  /** Null: not restored so far. */
  readonly restoredAt: number | null;
}

/**
 * The changes of one service in one environment. A change is a release whose new version had traffic of users: one that was refused,
 * or never became ready, changed nothing for them. One that is still on its way is left out.
 *
 * @param all every run of that service and environment, in any order
 */
export function changesOf(all: readonly DeliveryRun[]): readonly Change[] {
  const runs = all.toSorted((a, b) => a.startedAt - b.startedAt || (a.run < b.run ? -1 : 1));
  const signs = new Map<string, Sign[]>();
  for (const sign of runs.flatMap((run) => signsOf(run, runs))) {
    signs.set(sign.change, [...(signs.get(sign.change) ?? []), sign]);
  }
  return runs.flatMap((run): readonly Change[] => {
    const at = momentOf(run);
    return at === null ? [] : [{ run, at, failure: failureOf(signs.get(run.run) ?? []) }];
  });
}

function momentOf(run: DeliveryRun): number | null {
  if (run.kind !== 'release' || run.someAt === null) return null;
  return run.allAt ?? run.backAt ?? (run.end.kind === 'finished' ? run.end.at : null);
}

/** A run that says that a change has failed. */
interface Sign {
  readonly change: string;
  readonly by: Failure['by'];
  readonly from: number;
  readonly restoredAt: number | null;
}

function signsOf(run: DeliveryRun, runs: readonly DeliveryRun[]): readonly Sign[] {
  if (run.kind === 'rollback') {
    // Refused, or still waiting for its gate: nobody has gone back.
    if (run.backAt === null) return [];
    const change = broughtBefore(runs, run.version, run.startedAt);
    return change === null
      ? []
      : [{ change: change.run, by: 'rollback', from: run.startedAt, restoredAt: run.restoredAt }];
  }
  if (run.someAt === null) return [];
  const own: readonly Sign[] =
    run.backAt === null
      ? []
      : [{ change: run.run, by: 'itself', from: run.signAt ?? run.backAt, restoredAt: run.restoredAt }];
  return [...own, ...hotfixSign(run, runs)];
}

/** A hotfix says that what it replaces had failed, if that came as a release; over a version that was gone back to it says nothing new. */
function hotfixSign(run: DeliveryRun, runs: readonly DeliveryRun[]): readonly Sign[] {
  if (!run.hotfix || run.other === null) return [];
  const change = broughtBefore(runs, run.other, run.startedAt);
  if (change === null) return [];
  const begun = change.someAt ?? 0;
  const wentBack = runs.some(
    (one) =>
      one.other === run.other &&
      one.run !== change.run &&
      within(one.restoredAt, begun, run.startedAt) &&
      !wasHotfix(one, runs),
  );
  // One that was taken back itself has restored nothing; the next may.
  const restoredAt = run.backAt === null ? run.allAt : null;
  return wentBack ? [] : [{ change: change.run, by: 'hotfix', from: run.startedAt, restoredAt }];
}

/** Was what a run went back from a hotfix? Then what it went back to is as bad as before. */
function wasHotfix(run: DeliveryRun, runs: readonly DeliveryRun[]): boolean {
  return run.kind === 'release' ? run.hotfix : (broughtBefore(runs, run.version, run.startedAt)?.hotfix ?? false);
}

function within(moment: number | null, from: number, to: number): boolean {
  return moment !== null && moment >= from && moment <= to;
}

/** The newest release of a version that had traffic by then. */
function broughtBefore(runs: readonly DeliveryRun[], version: string, by: number): DeliveryRun | null {
  return (
    runs
      .filter((run) => run.kind === 'release' && run.version === version && run.someAt !== null && run.someAt <= by)
      .toSorted((a, b) => (a.someAt ?? 0) - (b.someAt ?? 0))
      .at(-1) ?? null
  );
}

/** One failure per change: it begins with the earliest sign and ends with the earliest restoration. */
function failureOf(signs: readonly Sign[]): Failure | null {
  const first = signs.toSorted((a, b) => a.from - b.from)[0];
  if (first === undefined) return null;
  const restored = signs
    .flatMap(({ restoredAt }) => (restoredAt === null ? [] : [restoredAt]))
    .toSorted((a, b) => a - b);
  return { by: first.by, from: first.from, restoredAt: restored[0] ?? null };
}
