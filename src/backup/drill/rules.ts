import { join } from 'node:path';
import type { GeneratedFile } from '../schedule/jobs.ts';
import { DRILL_WITHIN_MS, type DrillEvery } from './judge.ts';

/** Alert rules for Prometheus over the figures of `shiplock backup status --metrics`. */

export interface AlertOptions {
  readonly service: string;
  readonly environment: string;
  readonly rpoMs: number | null;
  readonly rtoMs: number | null;
  readonly verifiedWithinMs: number;
  readonly every: DrillEvery | null;
  /** Files of hosts are backed up too. */
  readonly hosts?: boolean;
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
}

/** Hourly, with one that was missed. */
const SILENT_SECONDS = 2 * 3600 + 900;

/**
 * A file of rules. Ages are counted by Prometheus itself, so that they grow also while nothing writes the figures any more; who writes nothing at all is an alert
 * of its own. Pure.
 */
export function alertRules(options: AlertOptions): GeneratedFile {
  const { service, environment } = options;
  const lines = rulesOf(options).flatMap(({ alert, expr, severity, summary, description }) => [
    `      - alert: ${alert}`,
    `        expr: ${JSON.stringify(expr)}`,
    `        labels: { severity: ${severity}, service: ${JSON.stringify(service)}, environment: ${JSON.stringify(environment)} }`,
    '        annotations:',
    `          summary: ${JSON.stringify(summary)}`,
    `          description: ${JSON.stringify(description)}`,
  ]);
  const name = `shiplock-backup-${service}-${environment}`;
  return {
    path: join('prometheus', `${name}.yml`),
    content: ['groups:', `  - name: ${name}`, '    rules:', ...lines, ''].join('\n'),
  };
}

function rulesOf({
  service,
  environment,
  rpoMs,
  rtoMs,
  verifiedWithinMs,
  every,
  hosts = false,
}: AlertOptions): readonly Rule[] {
  const what = `${service} in ${environment}`;
  const figure = (name: string): string => `${name}{service="${service}",environment="${environment}"}`;
  const age = (name: string): string => `time() - ${figure(name)}`;
  const seconds = (ms: number): number => Math.ceil(ms / 1000);
  const look = `shiplock backup status ${environment}`;
  return [
    {
      alert: 'ShiplockBackupStatusSilent',
      expr: `absent(${figure('shiplock_backup_status_timestamp_seconds')}) or ${age('shiplock_backup_status_timestamp_seconds')} > ${SILENT_SECONDS}`,
      severity: 'critical',
      summary: `Nobody looks after the backups of ${what}`,
      description: `\`${look} --metrics\` has not written for more than two hours: look at its timer.`,
    },
    {
      alert: 'ShiplockBackupProblem',
      expr: `${figure('shiplock_backup_problems')} > 0`,
      severity: 'warning',
      summary: `Something speaks against the backups of ${what}`,
      description: `\`${look}\` says what, and what to do.`,
    },
    {
      alert: 'ShiplockBackupNotVerified',
      expr: `${age('shiplock_backup_verified_timestamp_seconds')} > ${seconds(verifiedWithinMs)}`,
      severity: 'warning',
      summary: `No full backup of ${what} was proven lately by restoring it`,
      description: 'Run `shiplock backup run` and `shiplock backup verify`.',
    },
    ...(hosts
      ? [
          {
            alert: 'ShiplockBackupHostNotVerified',
            expr: `${age('shiplock_backup_host_verified_timestamp_seconds')} > ${seconds(verifiedWithinMs)}`,
            severity: 'warning' as const,
            summary: `The files of a host of ${what} have no backup that was verified lately`,
            description: `The label host names it. \`${look}\` says more.`,
          },
        ]
      : []),
    ...(rpoMs === null
      ? []
      : [
          {
            alert: 'ShiplockBackupOlderThanRpo',
            expr: `${age('shiplock_backup_verified_restorable_timestamp_seconds')} > ${seconds(rpoMs)}`,
            severity: 'critical' as const,
            summary: `More of ${what} would be lost than was promised`,
            description: `The verified backups reach less far than \`objectives.rpo\` promises. \`${look}\` says why.`,
          },
        ]),
    ...(every === null
      ? []
      : [
          {
            alert: 'ShiplockRestoreDrillOverdue',
            expr: `${age('shiplock_restore_drill_timestamp_seconds')} > ${seconds(DRILL_WITHIN_MS[every])}`,
            severity: 'warning' as const,
            summary: `Nobody has tried a restore of ${what} for too long`,
            description: `Drills are promised ${every}. Run \`shiplock restore drill ${environment}\`.`,
          },
          {
            alert: 'ShiplockRestoreDrillFailed',
            expr: `${figure('shiplock_restore_drill_success')} == 0`,
            severity: 'critical' as const,
            summary: `The last drill did not restore ${what}`,
            description: `\`${look}\` says why.`,
          },
        ]),
    ...(rtoMs === null
      ? []
      : [
          {
            alert: 'ShiplockRestoreTooSlow',
            expr: `${figure('shiplock_restore_drill_seconds')} > ${seconds(rtoMs)} or ${figure('shiplock_restore_predicted_seconds')} > ${seconds(rtoMs)}`,
            severity: 'warning' as const,
            summary: `A restore of ${what} takes longer than was promised`,
            description: 'Measured by the last drill, or predicted for now. Take full backups more often.',
          },
        ]),
  ];
}
