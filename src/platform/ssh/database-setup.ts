import type { DatabaseSetupLook } from '../../model/database-host.ts';
import type { Effect, Text } from '../../model/effect.ts';
import { strangeDatabase } from '../database.ts';
import { parseDatabaseSetup } from '../database-setup.ts';
import type { LaidFile, LayVerb } from '../lay.ts';
import { ADMINISTRATOR_VARIABLE } from './administrator.ts';
import { hostEffect } from './effect.ts';
import { hostLayEffect, laidOn } from './lay.ts';
import { askProgram } from './look.ts';
import type { HostPackagesOptions } from './packages.ts';

/** A new server of databases on a host over ssh, by the program of the host. */

/** @param names settings that are asked for @throws ProblemError when the host cannot be asked */
export async function observeHostSetup(
  { host, reach, exec }: HostPackagesOptions,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<DatabaseSetupLook> {
  const asking = { host, access: reach.access, root: reach.root, exec };
  const said = await askProgram(asking, 'server', ['--of', names.join(',')], signal);
  return parseDatabaseSetup(said) ?? strangeDatabase(host.name, said);
}

export interface HostSetup {
  look(names: readonly string[], signal: AbortSignal): Promise<DatabaseSetupLook>;
  /** Digests of files of the pair there; null: none. */
  laid(paths: readonly string[], signal: AbortSignal): Promise<readonly (string | null)[]>;
  lay(verb: LayVerb, file: LaidFile): Effect;
  /** Words: name=value. */
  options(words: readonly string[]): Effect;
  secure(): Effect;
  zones(): Effect;
  enable(unit: string): Effect;
  /** The pair in this directory belongs to the server. */
  ownPair(directory: string): Effect;
  /** The account of this connection string, from there, with every right. The password stays here. */
  administrator(user: string, from: string, dsn: Text, engine: 'mysql' | 'mariadb'): Effect;
}

const QUICK_MS = 60_000;
/** Time zones are some 600,000 rows on a slow disk. */
const ZONES_MS = 600_000;

/** All of it for one host. Effects are pure and may be done twice. */
export function hostSetup(options: HostPackagesOptions): HostSetup {
  const effect = (
    why: string,
    words: readonly string[],
    more: Partial<Extract<Effect, { kind: 'exec' }>> = {},
  ): Effect =>
    hostEffect(options, 'setup', words, { why: `${why} on ${options.host.name}`, timeoutMs: QUICK_MS, ...more });
  const placed = { ...options, which: { units: [] } };
  return {
    look: (names, signal) => observeHostSetup(options, names, signal),
    laid: (paths, signal) => laidOn(placed, paths, signal),
    lay: (verb, file) => hostLayEffect(placed, verb, file),
    options: (words) =>
      effect('ask the server for its settings, and write them', ['--do', 'options', '--of', words.join(',')]),
    secure: () => effect('root by the socket alone, nobody without a name', ['--do', 'secure']),
    zones: () => effect('fill the tables of time zones', ['--do', 'zones'], { timeoutMs: ZONES_MS }),
    enable: (unit) => effect(`${unit} starts with the machine`, ['--do', 'enable', '--of', unit]),
    ownPair: (directory) => effect('the pair belongs to the server', ['--do', 'tls', '--to', directory]),
    administrator: (user, from, dsn, engine) =>
      effect(
        'the host is told what the server keeps of the password, not the password',
        ['--do', 'administrator', '--name', user, '--of', from, '--kind', engine],
        { env: { [ADMINISTRATOR_VARIABLE]: dsn } },
      ),
  };
}
