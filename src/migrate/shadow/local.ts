import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import type { Clock, Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { sqlName } from '../../model/sql.ts';
import { type Dialog, openDialog } from '../../procedure/machine/exec.ts';
import type { Family } from '../server/database.ts';
import { openSession, type Session } from '../server/session.ts';
import { makePlace } from './place.ts';
import type { ServerArguments } from './settings.ts';

/** A server program of this machine, started for one plan: its own data directory, a socket and nothing else, deleted at the end. */

export interface LocalServer {
  /** Name on PATH or path. */
  readonly program: string;
  readonly family: Family;
  /** Who it runs as when this process is root. */
  readonly user: string;
  /** Name of the database to make. */
  readonly database: string;
  readonly arguments: ServerArguments;
  /** Also at this port of 127.0.0.1; left out: there is no network at all. */
  readonly port?: number;
  /** It may load plugins of its own installation. */
  readonly plugins?: boolean;
}

/** One that was started here. */
export interface LocalThrowAway extends ThrowAway {
  /** Where its root comes in, without a password. */
  readonly socketPath: string;
}

export interface ThrowAway {
  /** May do everything: for looks at the server and for its settings. Nothing of a migration goes through it. */
  readonly administrator: Session;
  /** Opens a session that may do everything in the database, and nothing else where the server is ours: no files, no plugins. */
  openUser(): Promise<Session>;
  close(): Promise<void>;
}

/** How long a server on an empty directory may take to answer. */
export const START_MS = 120_000;
const CONNECT_MS = 10_000;
const USER = 'shiplock_shadow';

/**
 * Runs the server until the input ends: when we close it, and when we die in whatever way, since the kernel closes it then. Then kills it with all that
 * belongs to it. Temporary files of the server lie in its directory: ours may be for us alone. Words: directory, what starts it.
 */
export const HOLD = `export TMPDIR="$1/run"
setsid sh -c "$2; echo ended with \\$?" > "$1/server.log" 2>&1 < /dev/null &
server=$!
echo started
read -r end
kill -KILL "-$server" 2> /dev/null
wait "$server" 2> /dev/null`;

/** Waits for a word, holds the server, and deletes the directory in any case. */
export const GUARD = `read -r go || { rm -rf "$1"; exit 0; }
${HOLD}
rm -rf "$1"`;

/** Starts it. @throws ProblemError with the end of its log when it does not come up */
export async function startLocal(
  wanted: LocalServer,
  ports: { readonly exec: Exec; readonly clock: Clock },
): Promise<LocalThrowAway> {
  const program = await findProgram(wanted.program);
  const dir = await makePlace('shiplock-shadow-');
  try {
    return await startIn(dir, program, wanted, ports);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(
  dir: string,
  program: string,
  wanted: LocalServer,
  { exec, clock }: { readonly exec: Exec; readonly clock: Clock },
): Promise<LocalThrowAway> {
  const socketPath = join(dir, 'run', 's');
  const log = join(dir, 'server.log');
  const asRoot = process.getuid?.() === 0;
  const own = [join(dir, 'data'), join(dir, 'run')];
  // Nobody but that user reaches the socket: its administrator has no password.
  for (const path of own) await mkdir(path, { mode: 0o700 });
  if (asRoot) await mustRun(exec, ['chown', wanted.user, ...own]);
  await mkdir(join(dir, 'nowhere'), { mode: 0o555 });
  const who = asRoot ? [`--user=${wanted.user}`] : [];
  const begin = [...(await initialiser(program, wanted)), `--datadir=${join(dir, 'data')}`, ...who];
  const serve = [...serverWords(program, placesIn(dir), wanted), `--socket=${socketPath}`, ...who];
  const guard = openDialog(['sh', '-c', GUARD, 'sh', dir, `${inShell(begin)} && ${inShell(serve)}`], clock);
  try {
    await guard.ask('start', AbortSignal.timeout(START_MS));
    return await served({ socketPath, log, database: wanted.database, guard }, clock);
  } catch (error) {
    // The guard deletes its log too, which is what tells why.
    const text = await readFile(log, 'utf8').catch(() => '');
    await guard.close();
    const said = error instanceof Error ? error.message : String(error);
    throw noServer(program, `${said}${text === '' ? '' : `; its log ends: ${text.trim().slice(-500)}`}`);
  }
}

/** What is done with a server that was just started: waits for its answer, and makes the user in it. */
export async function served(
  started: {
    readonly socketPath: string;
    readonly log: string;
    readonly database: string;
    readonly guard: Pick<Dialog, 'close'>;
  },
  clock: Clock,
): Promise<LocalThrowAway> {
  const { socketPath, log, database, guard } = started;
  const administrator = await whenReady({ socketPath, user: 'root' }, log, clock);
  const password = await makeUser(administrator, database);
  const sessions = [administrator];
  return {
    socketPath,
    administrator,
    openUser: async () => {
      const session = await openSession({ socketPath, user: USER, password, database }, CONNECT_MS);
      sessions.push(session);
      return session;
    },
    close: async () => {
      await Promise.all(sessions.map((session) => session.close()));
      await guard.close();
    },
  };
}

/** Words that make an empty data directory; where it lies comes behind them. */
export async function initialiser(
  program: string,
  wanted: Pick<LocalServer, 'family' | 'arguments'>,
): Promise<readonly string[]> {
  return initialiseWords(wanted.family === 'mysql' ? program : await installer(program), wanted);
}

/** The same, by the program that does it: MySQL's server itself, MariaDB's script. Pure. */
export function initialiseWords(
  program: string,
  { family, arguments: { initialise } }: Pick<LocalServer, 'family' | 'arguments'>,
): readonly string[] {
  if (family === 'mysql') return [program, '--no-defaults', '--initialize-insecure', '--skip-log-bin', ...initialise];
  const script = [program, '--no-defaults', '--force', '--skip-test-db', '--skip-name-resolve'];
  return [...script, '--auth-root-authentication-method=normal', ...initialise];
}

/** Where a server has what. */
export interface Places {
  readonly data: string;
  /** Its process id. */
  readonly run: string;
  /** What it sorts, and tables that live as long as a statement. */
  readonly tmp: string;
  /** Holds nothing, and nobody may write there. */
  readonly nowhere: string;
  /** Is not there. */
  readonly noPlugins: string;
}

/** Those of a server whose directory is deleted with it. Pure. */
export function placesIn(dir: string): Places {
  const run = join(dir, 'run');
  return {
    data: join(dir, 'data'),
    ...{ run, tmp: run, nowhere: join(dir, 'nowhere'), noPlugins: join(dir, 'no-plugins') },
  };
}

/** No network unless a port is named, no files, no plugins unless they are wanted, no events; small. Pure. */
export function serverWords(
  program: string,
  { data, run, tmp, nowhere, noPlugins }: Places,
  { family, port, plugins, arguments: { start } }: Pick<LocalServer, 'family' | 'port' | 'plugins' | 'arguments'>,
): readonly string[] {
  return [
    ...[program, '--no-defaults', `--datadir=${data}`, `--tmpdir=${tmp}`],
    `--pid-file=${join(run, 'pid')}`,
    ...(port === undefined ? ['--skip-networking'] : ['--bind-address=127.0.0.1', `--port=${port}`]),
    ...['--skip-name-resolve', '--local-infile=OFF'],
    ...(plugins === true ? [] : [`--plugin-dir=${noPlugins}`]),
    ...['--event-scheduler=OFF', '--performance-schema=OFF'],
    ...['--innodb-buffer-pool-size=32M', '--max-connections=20', ...start],
    // Nothing of it outlives the plan.
    ...['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0', '--innodb-flush-method=nosync'],
    // MariaDB has no word for nowhere: there it is a directory in which nobody may write. DATA DIRECTORY needs no right there.
    ...(family === 'mysql'
      ? ['--secure-file-priv=NULL', '--mysqlx=OFF', '--innodb-doublewrite=OFF']
      : ['--skip-symbolic-links', `--secure-file-priv=${nowhere}`]),
  ];
}

/** Words for a shell, each as it is. Pure. */
export function inShell(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}

/** A session of its administrator as soon as it answers. @throws what the driver throws, once it has ended or is too late */
export async function whenReady(
  access: { readonly socketPath: string; readonly user: string; readonly password?: string },
  log: string,
  clock: Clock,
  withinMs = START_MS,
): Promise<Session> {
  const deadline = clock.monotonic() + withinMs;
  for (;;) {
    try {
      return await openSession(access, CONNECT_MS);
    } catch (error) {
      const text = await readFile(log, 'utf8').catch(() => '');
      if (clock.monotonic() > deadline || /^ended with \d+$/m.test(text)) throw error;
    }
    await clock.sleep(50);
  }
}

/** What runs SQL from pull requests: all rights in one database, none outside, gone with the server. Returns its password. */
async function makeUser(administrator: Session, database: string): Promise<string> {
  const password = randomBytes(16).toString('hex');
  // An underscore in the name of a grant stands for any character.
  const granted = sqlName(database.replaceAll('_', '\\_').replaceAll('%', '\\%'));
  const statements = [
    `CREATE USER ${USER}@localhost IDENTIFIED BY '${password}'`,
    `CREATE DATABASE ${sqlName(database)}`,
    `GRANT ALL PRIVILEGES ON ${granted}.* TO ${USER}@localhost`,
  ];
  for (const sql of statements) {
    const told = await administrator.tell(sql);
    if (!told.ok) throw new Error(told.message);
  }
  return password;
}

/** @throws ProblemError when there is no such program */
export async function findProgram(program: string): Promise<string> {
  const places = isAbsolute(program)
    ? [program]
    : [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/libexec', '/usr/local/sbin'].map((dir) =>
        join(dir, program),
      );
  const found = await firstThatRuns(places);
  if (found !== undefined) return found;
  throw noServer(program, 'no such program');
}

/** MariaDB makes its system tables with a script that stands near the server. */
async function installer(program: string): Promise<string> {
  const home = dirname(await realpath(program));
  const path = (process.env['PATH'] ?? '').split(delimiter);
  const found = await firstThatRuns(
    [home, join(home, '..', 'bin'), join(home, '..', 'scripts'), ...path].map((dir) => join(dir, 'mariadb-install-db')),
  );
  if (found === undefined) throw noServer(program, 'mariadb-install-db does not stand beside it');
  return found;
}

async function firstThatRuns(places: readonly string[]): Promise<string | undefined> {
  for (const place of places) {
    const runs = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return place;
  }
  return undefined;
}

/** @throws Error with the end of what it said */
export async function mustRun(exec: Exec, argv: readonly string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await exec.read(argv, { timeoutMs: START_MS });
  if (exitCode !== 0) throw new Error(`${argv[0]} ended with ${exitCode}: ${`${stdout}${stderr}`.trim().slice(-400)}`);
}

/** Pure. */
export function noServer(program: string, found: string): ProblemError {
  return new ProblemError({
    code: 'migrate.shadow-no-server',
    where: `database.shadow.program (${program})`,
    found,
    expected: 'a server program that starts here on an empty data directory',
    remedy: 'install the server of the same version as the target, mend the path, or give a server with `dsn:`',
  });
}
