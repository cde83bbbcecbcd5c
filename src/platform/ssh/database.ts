import type { DatabaseHostLook } from '../../model/database-host.ts';
import type { Effect } from '../../model/effect.ts';
import { type DatabasePlace, parseDatabaseHost, strangeDatabase } from '../database.ts';
import { type HostReach, hostEffect } from './effect.ts';
import { askProgram } from './look.ts';
import type { HostPackagesOptions } from './packages.ts';

/** The machine of a server of databases over ssh, by the program of the host. */

/** @throws ProblemError when the host cannot be asked */
export async function observeHostDatabase(
  { host, reach, exec }: HostPackagesOptions,
  { unit, dataDirectory, log }: DatabasePlace,
  signal?: AbortSignal,
): Promise<DatabaseHostLook> {
  const asked = ['--of', unit, '--to', dataDirectory, '--name', log];
  const said = await askProgram({ host, access: reach.access, root: reach.root, exec }, 'database', asked, signal);
  return parseDatabaseHost(said) ?? strangeDatabase(host.name, said);
}

/** mariadb-upgrade on a host, under its fence. Repeatable. Pure. */
export function hostTablesEffect(options: HostReach, socket: string, timeoutMs: number): Effect {
  return hostEffect(options, 'tables', ['--of', socket], {
    why: `mariadb-upgrade on ${options.host.name}`,
    timeoutMs,
  });
}
