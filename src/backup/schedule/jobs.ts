import { join } from 'node:path';
import { shellWord, systemdWord } from '../../model/text.ts';

/** When backups are taken, verified and looked at: one table, from which timers of systemd, lines of cron and CronJobs are written. */

export interface ScheduleOptions {
  readonly service: string;
  readonly environment: string;
  /** How Shiplock is started there. */
  readonly program: readonly string[];
  /** Absolute. */
  readonly configFile: string;
  /** Absolute. */
  readonly store: string;
  /** File for the figures of Prometheus; null: none. */
  readonly metrics: string | null;
  /** File with the variables that hold the secrets, `NAME=value`. */
  readonly secretsFile: string;
  /** Image of a CronJob. */
  readonly image: string;
  /** Repositories that are directories of this machine; absolute. Pods have them only as volumes. */
  readonly directories: readonly string[];
  /** Drills; null: none. */
  readonly drill: { readonly directory: string; readonly every: 'daily' | 'weekly' | 'monthly' } | null;
  /** Somebody is to be told what is wrong. */
  readonly announce: boolean;
}

export interface Job {
  readonly name: string;
  readonly what: string;
  /** Minute, hour; null: every hour. */
  readonly at: readonly [minute: number, hour: number | null];
  /** On which days; left out: on each. Weekly: on Sundays; monthly: on the first. */
  readonly every?: 'daily' | 'weekly' | 'monthly';
  /** A directory of a CronJob that need not last. */
  readonly scratch?: string;
  readonly argv: readonly string[];
}

/** Each at its own minute, none at a full hour, when everybody else's jobs begin. Pure. */
export function jobsOf(options: ScheduleOptions): readonly Job[] {
  const { program, environment, configFile, store, metrics, drill, announce } = options;
  const common = ['--config', configFile, '--state', store];
  const job = (name: string, what: string, at: Job['at'], ...words: readonly string[]): Job => ({
    ...{ name, what, at, argv: [...program, 'backup', ...words, ...common] },
  });
  return [
    job('full', 'full backup', [17, 2], 'run', environment, '--quiet'),
    job('incremental', 'binary logs and files', [47, null], 'run', environment, '--incremental', '--quiet'),
    job('verify', 'restore of the newest backup, compared', [23, 4], 'verify', environment, '--quiet'),
    job('forget', 'old backups go', [11, 6], 'forget', environment, '--quiet'),
    job(
      'status',
      'age of the backups',
      [57, null],
      'status',
      environment,
      ...(metrics === null ? [] : ['--metrics', metrics]),
      ...(announce ? ['--announce'] : []),
    ),
    ...(drill === null
      ? []
      : [
          {
            ...{ name: 'drill', what: 'drill of a restore', at: [37, 3] as const, every: drill.every },
            ...{ argv: [...program, 'restore', 'drill', environment, '--quiet', ...common], scratch: drill.directory },
          },
        ]),
  ];
}

export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}

/** Services and timers of systemd. `Persistent`: what was missed while the machine was off is done when it is on again. Pure. */
export function systemdUnits(options: ScheduleOptions): readonly GeneratedFile[] {
  return [...timedUnits(options), streamUnit(options)];
}

function timedUnits(options: ScheduleOptions): readonly GeneratedFile[] {
  return jobsOf(options).flatMap(({ name, what, at: [minute, hour], every, argv }) => {
    const unit = `shiplock-backup-${options.service}-${options.environment}-${name}`;
    const title = `Shiplock: ${what} of ${options.service} in ${options.environment}`;
    const days = every === 'weekly' ? 'Sun *-*-*' : every === 'monthly' ? '*-*-01' : '*-*-*';
    const calendar = `${days} ${hour === null ? '*' : two(hour)}:${two(minute)}:00`;
    return [
      {
        path: join('systemd', `${unit}.service`),
        content: [
          ...['[Unit]', `Description=${title}`, 'Wants=network-online.target', 'After=network-online.target', ''],
          ...['[Service]', 'Type=oneshot', `EnvironmentFile=${options.secretsFile}`],
          ...[`ExecStart=${argv.map(systemdWord).join(' ')}`, 'Nice=10', 'IOSchedulingClass=idle', 'UMask=0077', ''],
        ].join('\n'),
      },
      {
        path: join('systemd', `${unit}.timer`),
        content: [
          ...['[Unit]', `Description=${title}`, '', '[Timer]', `OnCalendar=${calendar}`, 'Persistent=true', ''],
          ...['[Install]', 'WantedBy=timers.target', ''],
        ].join('\n'),
      },
    ];
  });
}

/** Binary logs as they are written: always there, and back when it has ended. */
function streamUnit(options: ScheduleOptions): GeneratedFile {
  const { service, environment, program, configFile, store, secretsFile } = options;
  const argv = [...program, 'backup', 'stream', environment, '--config', configFile, '--state', store];
  return {
    path: join('systemd', `shiplock-backup-${service}-${environment}-stream.service`),
    content: [
      ...['[Unit]', `Description=Shiplock: binary logs of ${service} in ${environment} as they are written`],
      ...['Wants=network-online.target', 'After=network-online.target', 'StartLimitIntervalSec=0', ''],
      ...['[Service]', `EnvironmentFile=${secretsFile}`, `ExecStart=${argv.map(systemdWord).join(' ')}`],
      ...['Restart=always', 'RestartSec=10', 'UMask=0077', '', '[Install]', 'WantedBy=multi-user.target', ''],
    ].join('\n'),
  };
}

/** A file for /etc/cron.d; cron gives no secrets, so a shell reads them first. Pure. */
export function cronFile(options: ScheduleOptions): GeneratedFile {
  const lines = jobsOf(options).map(({ at, every, argv }) => {
    const command = `set -a; . ${shellWord(options.secretsFile)}; exec ${argv.map(shellWord).join(' ')}`;
    // A percent sign ends the command in cron.
    return `${cronTime(at, every)} root /bin/sh -c ${shellWord(command).replaceAll('%', '\\%')}`;
  });
  return {
    path: join('cron', `shiplock-backup-${options.service}-${options.environment}`),
    content: `${lines.join('\n')}\n`,
  };
}

/**
 * CronJobs of Kubernetes, as JSON, which kubectl takes as it takes YAML. Configuration, state and repositories that are directories come from volumes of these names.
 * Only the file of the configuration is mounted: below a mounted ConfigMap nothing else could be, and the state directory often lies there. Pure.
 */
export function cronJobs(options: ScheduleOptions): GeneratedFile {
  const base = `shiplock-backup-${options.service}-${options.environment}`;
  const items = jobsOf(options).map(({ name, at, every, scratch, argv }) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: `${base}-${name}` },
    spec: {
      schedule: cronTime(at, every),
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 1800,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 1,
          template: {
            spec: {
              restartPolicy: 'Never',
              containers: [
                {
                  name: 'backup',
                  image: options.image,
                  command: argv,
                  envFrom: [{ secretRef: { name: `${base}-secrets` } }],
                  volumeMounts: [
                    { name: 'config', mountPath: options.configFile, subPath: 'shiplock.yaml', readOnly: true },
                    { name: 'state', mountPath: options.store },
                    ...options.directories.map((mountPath, at) => ({ name: `repository-${at + 1}`, mountPath })),
                    ...(scratch === undefined ? [] : [{ name: 'scratch', mountPath: scratch }]),
                  ],
                },
              ],
              volumes: [
                { name: 'config', configMap: { name: `${base}-config` } },
                { name: 'state', persistentVolumeClaim: { claimName: `${base}-state` } },
                ...options.directories.map((_, at) => ({
                  name: `repository-${at + 1}`,
                  persistentVolumeClaim: { claimName: `${base}-repository-${at + 1}` },
                })),
                ...(scratch === undefined ? [] : [{ name: 'scratch', emptyDir: {} }]),
              ],
            },
          },
        },
      },
    },
  }));
  return {
    path: join('kubernetes', `${base}.json`),
    content: `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)}\n`,
  };
}

function cronTime([minute, hour]: Job['at'], every: Job['every']): string {
  return `${minute} ${hour ?? '*'} ${every === 'monthly' ? '1' : '*'} * ${every === 'weekly' ? '0' : '*'}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
