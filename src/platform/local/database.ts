import type { DatabaseHostLook } from '../../model/database-host.ts';
import type { Effect } from '../../model/effect.ts';
import type { Exec } from '../../model/ports.ts';
import { DATABASE_PROGRAM, type DatabasePlace, parseDatabaseHost, strangeDatabase } from '../database.ts';
import type { LocalPackagesOptions } from './packages.ts';

/** The same where the server is on this machine, by database.sh. */

const LOOK_MS = 30_000;

/** @throws ProblemError `platform.database-answer` */
export async function observeLocalDatabase(
  { exec, privileged }: { readonly exec: Exec; readonly privileged: readonly string[] },
  { unit, dataDirectory, log }: DatabasePlace,
  signal?: AbortSignal,
): Promise<DatabaseHostLook> {
  const argv = [...privileged, 'sh', DATABASE_PROGRAM, 'look', unit, dataDirectory, log];
  const { stdout, stderr } = await exec.read(argv, {
    timeoutMs: LOOK_MS,
    ...(signal === undefined ? {} : { signal }),
  });
  return parseDatabaseHost(stdout) ?? strangeDatabase('this machine', `${stdout} ${stderr}`);
}

/** The same on this machine. Pure. */
export function localTablesEffect(
  { resource, privileged }: Pick<LocalPackagesOptions, 'resource' | 'privileged'>,
  socket: string,
  timeoutMs: number,
): Effect {
  return {
    kind: 'exec',
    argv: [...privileged, 'sh', DATABASE_PROGRAM, 'upgrade', socket],
    resource,
    why: 'mariadb-upgrade on this machine',
    timeoutMs,
  };
}
