import type { DatabaseHostLook } from '../../model/database-host.ts';
import type { Effect } from '../../model/effect.ts';
import { type DatabasePlace, parseDatabaseHost, strangeDatabase } from '../database.ts';
import { hostWord } from './access.ts';
import { askProgram } from './look.ts';
import type { HostPackagesOptions } from './packages.ts';
import { clientWords } from './platform.ts';
import { ON, RESOURCE } from './together.ts';

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
export function hostTablesEffect(
  { host, reach }: Pick<HostPackagesOptions, 'host' | 'reach'>,
  socket: string,
  timeoutMs: number,
): Effect {
  return {
    kind: 'exec',
    argv: [...clientWords(reach, 'tables'), '--of', socket, ON, hostWord(host)],
    resource: `${RESOURCE}${host.name}`,
    why: `mariadb-upgrade on ${host.name}`,
    timeoutMs,
  };
}
