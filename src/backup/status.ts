import type { Problem } from '../model/problem.ts';
import { formatDuration } from '../model/scalars.ts';
import { chainsOf, furthest, isAhead, reach } from './catalogue/chain.ts';
import type { BackupState, Catalogue } from './catalogue/record.ts';
import { type DrillEvery, drillProblems, lastThrough } from './drill/judge.ts';
import type { DrillRecord } from './drill/record.ts';
import { type HostStatus, hostMetrics, hostProblems, hostStates } from './host/status.ts';
import { chooseChain } from './restore/choose.ts';
import { type Prediction, predictTime, type RestoreTimes } from './restore/predict.ts';

/** How good the backups are now: what can be restored, what was proven, and what speaks against it. */

export interface StatusRules {
  readonly where: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How much may be lost; null: nothing was promised. */
  readonly rpoMs: number | null;
  /** How old the last verified full backup may be. */
  readonly verifiedWithinMs: number;
  /** How long a restore may take; null: nothing was promised. */
  readonly rtoMs: number | null;
  /** How often drills are held; null: none are promised. */
  readonly drillEvery: DrillEvery | null;
  /** Hosts whose files are to be backed up; left out: none. */
  readonly hosts?: readonly string[];
}

/** What was measured: from these a restore of now is predicted. */
export interface MeasuredRestores {
  readonly drills: readonly DrillRecord[];
  readonly restores: readonly RestoreTimes[];
}

export interface FullStatus {
  readonly id: string;
  readonly takenAt: string;
  readonly form: 'logical' | 'physical';
  readonly state: BackupState;
  readonly rows: number;
  readonly bytes: number;
  /** Null: it cannot be restored. */
  readonly restorableTo: string | null;
  readonly segments: number;
  /** Why it reaches no further; null: nothing newer was taken. */
  readonly ends: string | null;
}

export interface BackupStatus {
  /** Everything committed before it can be restored, as far as is known. Null: nothing can. */
  readonly restorableTo: string | null;
  /** The same from a full backup that was restored and compared. */
  readonly verifiedTo: string | null;
  readonly verified: { readonly id: string; readonly takenAt: string; readonly at: string } | null;
  /** What a restore of everything would take now; null: nothing can be restored. */
  readonly prediction: Prediction | null;
  /** The newest drill, and the newest that came through. Null: none. */
  readonly drill: DrillRecord | null;
  readonly drillThrough: DrillRecord | null;
  /** Newest first. */
  readonly fulls: readonly FullStatus[];
  readonly hosts: readonly HostStatus[];
  readonly problems: readonly Problem[];
}

/** Pure. */
export function backupStatus(catalogue: Catalogue, rules: StatusRules, measured: MeasuredRestores): BackupStatus {
  const chains = chainsOf(catalogue, rules.now);
  const ahead = chains.filter(({ full }) => isAhead(full, rules.now));
  const best = furthest(chains);
  const proven = chains.filter(({ full }) => full.state === 'verified' && !isAhead(full, rules.now));
  const bestProven = furthest(proven);
  const newest = proven.at(-1)?.full;
  const { drills } = measured;
  const prediction = best === undefined ? null : predictionNow(catalogue, rules, measured);
  return {
    restorableTo: best?.restorableTo ?? null,
    verifiedTo: bestProven?.restorableTo ?? null,
    verified: newest?.verified == null ? null : { id: newest.id, takenAt: newest.takenAt, at: newest.verified.at },
    ...{ prediction, drill: drills.at(-1) ?? null, drillThrough: lastThrough(drills) },
    fulls: chains.toReversed().map(({ full, segments, restorableTo, ends }) => ({
      ...{ id: full.id, takenAt: full.takenAt, form: full.form ?? ('logical' as const), state: full.state },
      bytes: full.bytes,
      rows: full.tables.reduce((sum, { rows }) => sum + rows, 0),
      ...{ restorableTo, segments: segments.length, ends },
    })),
    hosts: hostStates(catalogue.files, rules),
    problems: [
      ...hostProblems(hostStates(catalogue.files, rules), rules),
      ...ageProblems(
        best === undefined ? null : reach(best),
        bestProven === undefined ? null : reach(bestProven),
        rules,
        ahead.length,
      ),
      ...verifiedProblems(newest === undefined ? null : Date.parse(newest.takenAt), rules),
      ...brokenProblems(
        chains.findLast(({ full }) => !isAhead(full, rules.now)),
        rules,
      ),
      ...drillProblems(drills, {
        ...{ where: rules.where, now: rules.now, every: rules.drillEvery, rtoMs: rules.rtoMs },
        predictedSeconds: prediction?.seconds ?? null,
      }),
    ],
  };
}

/** Of the restore that `--latest` would choose. Something can be restored. */
function predictionNow(catalogue: Catalogue, { where, now }: StatusRules, { restores }: MeasuredRestores): Prediction {
  const known = { fulls: catalogue.fulls, restores };
  const { full, segments } = chooseChain(
    catalogue,
    { kind: 'end' },
    { where, now, predict: (chain) => predictTime(chain.full, chain.segments, known, null).seconds },
  );
  return predictTime(full, segments, known, null);
}

function ageProblems(
  to: number | null,
  provenTo: number | null,
  { where, now, rpoMs }: StatusRules,
  ahead: number,
): readonly Problem[] {
  if (to === null) {
    return [
      {
        code: 'backup.nothing-restorable',
        where,
        found:
          ahead === 0
            ? 'no backup that can be restored'
            : `no backup that can be restored to a known time: the clock was wrong when ${ahead} were taken, which lie ahead of now`,
        expected: 'at least one',
        remedy: 'run `shiplock backup run` now',
      },
    ];
  }
  if (rpoMs === null || (provenTo !== null && now - provenTo <= rpoMs)) return [];
  return [
    {
      code: 'backup.older-than-rpo',
      where,
      found:
        provenTo === null
          ? 'no backup that was verified'
          : `a verified backup that reaches to ${new Date(provenTo).toISOString()}, ${formatDuration(rounded(now - provenTo))} ago`,
      expected: `one that is at most ${formatDuration(rpoMs)} old, as \`objectives.rpo\` promises`,
      remedy:
        'run `shiplock backup run --incremental` more often; look at the logs of its timer, and run `shiplock backup verify`',
    },
  ];
}

function verifiedProblems(takenAt: number | null, { where, now, verifiedWithinMs }: StatusRules): readonly Problem[] {
  if (takenAt !== null && now - takenAt <= verifiedWithinMs) return [];
  return [
    {
      code: 'backup.not-verified',
      where,
      found:
        takenAt === null
          ? 'no full backup that was verified'
          : `the last one is ${formatDuration(rounded(now - takenAt))} old`,
      expected: `a full backup that was restored and compared, at most ${formatDuration(verifiedWithinMs)} old (\`backup.verifiedWithin\`)`,
      remedy: 'run `shiplock backup run` and `shiplock backup verify`',
    },
  ];
}

function brokenProblems(
  newest: ReturnType<typeof chainsOf>[number] | undefined,
  { where }: StatusRules,
): readonly Problem[] {
  if (newest === undefined || newest.ends === null || newest.full.coordinates === null) return [];
  return [
    {
      code: 'backup.chain-broken',
      where: `${where} ${newest.full.id}`,
      found: newest.ends,
      expected: 'a chain without a gap: nothing can be restored past here',
      remedy: 'take a full backup now: `shiplock backup run`',
    },
  ];
}

function rounded(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000) * 1000);
}

/** The same for Prometheus, in its text format (a file for the textfile collector of the node exporter). Pure. */
export function statusMetrics(
  { restorableTo, verifiedTo, verified, fulls, problems, prediction, drill, drillThrough, hosts }: BackupStatus,
  {
    service,
    environment,
    now,
    drills,
  }: {
    readonly service: string;
    readonly environment: string;
    /** Milliseconds since 1970. */
    readonly now: number;
    /** Drills are promised: then 0 stands for one that never was. */
    readonly drills: boolean;
  },
): string {
  const labels = `{service="${service}",environment="${environment}"}`;
  const gauge = (name: string, help: string, value: number | null): string =>
    value === null ? '' : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name}${labels} ${value}\n`;
  const seconds = (time: string | null | undefined): number => (time == null ? 0 : Math.floor(Date.parse(time) / 1000));
  return [
    gauge(
      'shiplock_backup_restorable_timestamp_seconds',
      'Time up to which everything can be restored; 0: nothing.',
      seconds(restorableTo),
    ),
    gauge(
      'shiplock_backup_verified_restorable_timestamp_seconds',
      'The same from a backup that was restored and compared.',
      seconds(verifiedTo),
    ),
    gauge(
      'shiplock_backup_verified_timestamp_seconds',
      'When the newest verified full backup was taken; 0: never.',
      seconds(verified?.takenAt),
    ),
    gauge(
      'shiplock_backup_taken_timestamp_seconds',
      'When the newest full backup was taken; 0: never.',
      seconds(fulls[0]?.takenAt),
    ),
    gauge('shiplock_backup_size_bytes', 'Size of the newest full backup.', fulls[0]?.bytes ?? null),
    gauge('shiplock_backup_problems', 'How much speaks against the backups; 0: nothing.', problems.length),
    gauge('shiplock_backup_status_timestamp_seconds', 'When these figures were written.', Math.floor(now / 1000)),
    gauge(
      'shiplock_restore_drill_timestamp_seconds',
      'When the newest drill that came through was over; 0: never.',
      drillThrough === null && !drills ? null : seconds(drillThrough?.at),
    ),
    gauge(
      'shiplock_restore_drill_success',
      'Whether the newest drill came through.',
      drill === null ? null : drill.outcome === 'failed' ? 0 : 1,
    ),
    gauge(
      'shiplock_restore_drill_seconds',
      'What the newest drill that came through took, from its beginning until the server was there and compared.',
      drillThrough?.measured?.seconds ?? null,
    ),
    gauge(
      'shiplock_restore_drill_predicted_seconds',
      'What was predicted for that drill before it.',
      drillThrough?.measured?.predictedSeconds ?? null,
    ),
    gauge(
      'shiplock_restore_predicted_seconds',
      'What a restore of everything would take now, by what was measured.',
      prediction?.seconds ?? null,
    ),
    hostMetrics(hosts, { service, environment }),
  ].join('');
}
