import type { DatabaseSetupLook } from '../model/database-host.ts';
import type { Problem } from '../model/problem.ts';
import { compareSettings, type Difference } from './compare.ts';
import { type Engine, type Setting, settingsFor, type Wanted } from './settings.ts';
import { usualPackages } from './upgrade/path.ts';

/** What a new server is to be, and what speaks against setting one up where it is asked for. Pure. */

export interface SetupPlace {
  /** Address on which it listens; null: as its packages have it. */
  readonly bind: string | null;
  /** Its pair for TLS; null: none of ours. */
  readonly pair: { readonly cert: string; readonly key: string } | null;
}

/** Settings by the size of the machine, and what a server needs that others reach. */
export function setupSettings(wanted: Wanted, { bind, pair }: SetupPlace): readonly Setting[] {
  const fixed = (name: string, value: string, why: string): Setting => ({ name, value, why, live: false });
  return [
    ...settingsFor(wanted),
    ...(bind === null ? [] : [fixed('bind_address', bind, 'it listens where its clients come in, and nowhere else')]),
    ...(pair === null
      ? []
      : [
          fixed('ssl_cert', pair.cert, 'connections over a network are encrypted'),
          fixed('ssl_key', pair.key, 'the key of that certificate'),
        ]),
  ];
}

/** Lines of its file, `name=value`. The binary log is switched on by its name. */
export function optionWords(settings: readonly Pick<Setting, 'name' | 'value'>[]): readonly string[] {
  return settings.map(({ name, value }) => (name === 'log_bin' ? 'log_bin=binlog' : `${name}=${value}`));
}

/** Every setting beside what the server says; a server that does not answer has none of them. */
export function setupDifferences(
  settings: readonly Setting[],
  { server }: Pick<DatabaseSetupLook, 'server'>,
): readonly Difference[] {
  return compareSettings(settings, new Map(Object.entries(server?.variables ?? {}))).filter(({ same }) => !same);
}

/** Names that a look must ask for. */
export function settingNames(settings: readonly Setting[]): readonly string[] {
  return [...settings.map(({ name }) => name), 'innodb_buffer_pool_chunk_size', 'innodb_buffer_pool_instances'];
}

/** Packages of a new server: its program with its clients, and the zones that its tables are filled from. */
export function setupPackages(engine: Engine): readonly string[] {
  return [...usualPackages(engine), 'tzdata'];
}

export interface SetupCase {
  readonly engine: Engine;
  readonly where: string;
  /** Whether packages of the server come with this run. */
  readonly coming: boolean;
  /** Bytes that the server takes of its disk at least: redo logs, binary log, tables of its own. */
  readonly needs: number;
  readonly settings: readonly Setting[];
}

/**
 * Why it is not set up there. A server that holds tables of somebody is never started again and loses no account from here: what differs there is told,
 * with the command that mends it in the open.
 */
export function setupProblems(look: DatabaseSetupLook, asked: SetupCase): readonly Problem[] {
  const { engine, where, coming, needs } = asked;
  const { server, data, freeBytes } = look;
  if (server !== null && /mariadb/i.test(server.version) !== (engine === 'mariadb')) {
    return [otherFamily(where, engine, server.version)];
  }
  const left = coming && server === null && data.state === 'filled' ? [foreignData(where, data.owner)] : [];
  const silent = !coming && server === null && data.state === 'filled' ? [doesNotAnswer(where, look.silence)] : [];
  const small = server === null && freeBytes < needs ? [tooSmall(where, freeBytes, needs)] : [];
  const used = server !== null && server.tables > 0 ? inUse(look, asked) : [];
  const exposed = data.state === 'filled' && data.owner !== 'mysql' ? [notItsOwn(where, data)] : [];
  return [...left, ...silent, ...small, ...used, ...exposed];
}

function inUse(look: DatabaseSetupLook, { where, settings }: SetupCase): readonly Problem[] {
  const differs = setupDifferences(settings, look).map(
    ({ name, value, now }) => `${name} ${now ?? '(none)'}, not ${value}`,
  );
  // The mode of a directory is mended also where the server is in use: nobody is shut out by it.
  const lax = (look.server?.lax ?? []).filter((one) => !one.startsWith('others of the machine'));
  const tables = `a server with ${look.server?.tables ?? 0} tables`;
  return [
    ...(differs.length === 0
      ? []
      : [
          {
            code: 'database.setup-in-use',
            where,
            found: `${tables}, whose settings differ: ${differs.slice(0, 4).join('; ')}${differs.length > 4 ? ` and ${differs.length - 4} more` : ''}`,
            expected: 'a server without tables, which may be started again; or one that is set up already',
            remedy:
              '`shiplock database configure --apply` sets what it takes while it runs; put the rest into its file, and restart it in a window',
          },
        ]),
    ...(lax.length === 0
      ? []
      : [
          {
            code: 'database.setup-lax',
            where,
            found: `${tables}, which lets in what it should not: ${lax.join('; ')}`,
            expected: 'root by the socket alone, no account without a name',
            remedy:
              'look who uses these accounts, and drop them by hand: from here no account of a server in use is dropped',
          },
        ]),
  ];
}

function otherFamily(where: string, engine: Engine, version: string): Problem {
  return {
    code: 'database.other-family',
    where,
    found: `a server that says it is ${version}`,
    expected: engine,
    remedy: 'mend `database.engine`, or name another service',
  };
}

function foreignData(where: string, owner: string): Problem {
  return {
    code: 'database.setup-data',
    where: `${where}: /var/lib/mysql`,
    found: `data of a server that is not installed any more, or not yet (owner ${owner})`,
    expected: 'no such directory, or an empty one',
    remedy:
      'look whose data it is; move it away, or restore it into a server by hand: a new server is not started on it',
  };
}

function doesNotAnswer(where: string, silence: string): Problem {
  return {
    code: 'database.setup-silent',
    where,
    found: `packages of a server and data, and no answer to root over its socket: ${silence}`,
    expected: 'a server that answers root of its host, or none',
    remedy: 'start it, or mend the login of root (`sudo mariadb`, `sudo mysql`); then run this again',
  };
}

function tooSmall(where: string, free: number, needs: number): Problem {
  const mib = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MiB`;
  return {
    code: 'database.setup-disk',
    where,
    found: `${mib(free)} free where its data will lie`,
    expected: `at least ${mib(needs)}: redo log, binary logs and the tables of the server`,
    remedy: 'mount a larger disk on /var/lib/mysql first, or give less memory (--memory)',
  };
}

function notItsOwn(where: string, { owner, mode }: DatabaseSetupLook['data']): Problem {
  return {
    code: 'database.setup-owner',
    where: `${where}: /var/lib/mysql`,
    found: `owner ${owner}, mode ${mode}`,
    expected: 'owner mysql',
    remedy: 'chown -R mysql: /var/lib/mysql, once nothing else uses it',
  };
}
