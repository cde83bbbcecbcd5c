import { resolve } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { shellWord, systemdWord } from '../../model/text.ts';
import type { DoorOptions } from '../door.ts';
import { openEnvironment } from '../environment/service.ts';
import { databaseSettings } from '../run/migrate.ts';
import { throwAwayProblems } from './throw-away.ts';

/** What starts a reset at its time where no forge does: a timer of systemd, or a line for cron. */

export interface ResetUnitsRequest {
  readonly environment: string;
  readonly kind: 'systemd' | 'cron';
  /** File with the variables that hold the secrets, `NAME=value`. */
  readonly secretsFile: string;
  /** How shiplock is started there; undefined: as it is started now. */
  readonly program: string | undefined;
  readonly why: string;
}

export interface ResetUnit {
  readonly path: string;
  readonly content: string;
}

/**
 * Files that reset the data of an environment every Monday at 3:17. Nothing is connected to.
 * @throws ProblemError where its rows may not be thrown away
 */
export async function resetUnits(door: DoorOptions, request: ResetUnitsRequest): Promise<readonly ResetUnit[]> {
  const service = await openEnvironment(door, request.environment);
  const problems = throwAwayProblems(service, databaseSettings(service));
  if (problems.length > 0) throw new ProblemError(problems);
  const { environment, kind, secretsFile, program, why } = request;
  const argv = [
    ...(program === undefined ? door.self : [program]),
    ...['data', 'reset', environment, '--yes', '--reason', why, '--quiet'],
    ...['--config', resolve(service.configFile), '--state', resolve(service.store)],
  ];
  return unitsOf({ kind, argv, secretsFile, environment, service: service.environment.service });
}

const [WEEKDAY, HOUR, MINUTE] = ['Mon', '03', '17'];

/** Pure. */
export function unitsOf(asked: {
  readonly kind: ResetUnitsRequest['kind'];
  readonly argv: readonly string[];
  readonly secretsFile: string;
  readonly service: string;
  readonly environment: string;
}): readonly ResetUnit[] {
  const { kind, argv, secretsFile, service, environment } = asked;
  const unit = `shiplock-reset-${service}-${environment}`;
  if (kind === 'cron') {
    // cron gives no secrets, so a shell reads them first; a percent sign ends the command in cron.
    const command = `set -a; . ${shellWord(secretsFile)}; exec ${argv.map(shellWord).join(' ')}`;
    const line = `${Number(MINUTE)} ${Number(HOUR)} * * 1 root /bin/sh -c ${shellWord(command).replaceAll('%', '\\%')}`;
    return [{ path: `cron/${unit}`, content: `${line}\n` }];
  }
  const title = `Description=Shiplock: the data of ${service} in ${environment} thrown away and made anew`;
  return [
    {
      path: `systemd/${unit}.service`,
      content: [
        ...['[Unit]', title, 'Wants=network-online.target', 'After=network-online.target', '', '[Service]'],
        ...['Type=oneshot', `EnvironmentFile=${secretsFile}`, `ExecStart=${argv.map(systemdWord).join(' ')}`],
        ...['UMask=0077', ''],
      ].join('\n'),
    },
    {
      path: `systemd/${unit}.timer`,
      // Without `Persistent`: what was missed waits for the next Monday, so that no one's day begins with an empty database.
      content: [
        ...['[Unit]', title, '', '[Timer]', `OnCalendar=${WEEKDAY} *-*-* ${HOUR}:${MINUTE}:00`, ''],
        ...['[Install]', 'WantedBy=timers.target', ''],
      ].join('\n'),
    },
  ];
}
