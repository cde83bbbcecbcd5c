import type { Problem } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import type { BackupConfig } from '../config.ts';
import type { DrillRecord } from './record.ts';

/** Whether restores are tried as often as was promised, and are as quick. Pure. */

export type DrillEvery = NonNullable<BackupConfig['drill']>['every'];

const DAY_MS = 24 * 3_600_000;

/** How old the last drill may be that came through: its interval, and time for a late one to end. Milliseconds. */
export const DRILL_WITHIN_MS: Readonly<Record<DrillEvery, number>> = {
  daily: DAY_MS + 6 * 3_600_000,
  weekly: 8 * DAY_MS,
  // The longest month, and two days.
  monthly: 33 * DAY_MS,
};

export interface DrillRules {
  readonly where: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Null: no drills are promised. */
  readonly every: DrillEvery | null;
  readonly rtoMs: number | null;
  /** What a restore of everything would take now; null: not known. */
  readonly predictedSeconds: number | null;
}

/** The newest that came through. Pure. */
export function lastThrough(drills: readonly DrillRecord[]): DrillRecord | null {
  return drills.findLast(({ outcome }) => outcome !== 'failed') ?? null;
}

/** What speaks against the restores. Drills that were held by hand count as well. Pure. */
export function drillProblems(drills: readonly DrillRecord[], rules: DrillRules): readonly Problem[] {
  return [...overdue(lastThrough(drills), rules), ...newest(drills.at(-1), rules), ...outOfReach(rules)];
}

function overdue(last: DrillRecord | null, { where, now, every }: DrillRules): readonly Problem[] {
  if (every === null) return [];
  const withinMs = DRILL_WITHIN_MS[every];
  const ageMs = last === null ? null : now - Date.parse(last.at);
  if (ageMs !== null && ageMs <= withinMs) return [];
  return [
    {
      code: 'backup.drill-overdue',
      where,
      found:
        ageMs === null ? 'no drill that came through' : `the last drill that came through was ${rounded(ageMs)} ago`,
      expected: `a drill that came through within ${rounded(withinMs)} (\`backup.drill.every: ${every}\`)`,
      remedy: 'look at the log of its timer, and run `shiplock restore drill`',
    },
  ];
}

function newest(drill: DrillRecord | undefined, { where }: DrillRules): readonly Problem[] {
  if (drill === undefined || drill.outcome === 'kept') return [];
  const why = drill.problems.map(({ code, found }) => `${found} (${code})`).join('; ');
  if (drill.outcome === 'failed') {
    return [
      {
        code: 'backup.drill-failed',
        where: `${where} ${drill.run}`,
        found: `the drill of ${drill.at} failed: ${why}`,
        expected: 'a restore that comes through',
        remedy:
          'do not wait for the day on which it is needed: mend what it names, or take a full backup, then `shiplock restore drill` again',
      },
    ];
  }
  return [
    {
      code: 'backup.drill-missed',
      where: `${where} ${drill.run}`,
      found: `the drill of ${drill.at} came through, but missed what was promised: ${why}`,
      expected: 'a restore within `objectives.rto` that loses at most `objectives.rpo`',
      remedy:
        'take full backups and binary logs more often, or promise what can be kept; then `shiplock restore drill` again',
    },
  ];
}

function outOfReach({ where, rtoMs, predictedSeconds }: DrillRules): readonly Problem[] {
  if (rtoMs === null || predictedSeconds === null || predictedSeconds * 1000 <= rtoMs) return [];
  return [
    {
      code: 'backup.rto-out-of-reach',
      where,
      found: `a restore of everything would take about ${rounded(predictedSeconds * 1000)} now, by what was measured`,
      expected: `at most ${formatDuration(rtoMs)}, as \`objectives.rto\` promises`,
      remedy:
        'take a full backup, so that fewer logs are replayed; use `backup.kind: physical`; or promise what can be kept',
    },
  ];
}

function rounded(ms: number): string {
  return formatDuration(Math.max(0, Math.floor(ms / 1000) * 1000));
}

/** What a drill needs on its disk by what the last one needed, with a fifth to spare; twice what is stored, where none was held. Bytes. Pure. */
export function roomNeeded(storedBytes: number, drills: readonly DrillRecord[]): number {
  const last = lastThrough(drills)?.measured;
  const ratio = last == null || last.storedBytes === 0 ? 2 : (1.2 * last.diskBytes) / last.storedBytes;
  return Math.ceil(storedBytes * ratio);
}
