import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Exec } from '../../model/ports.ts';
import { openDialog } from '../../procedure/machine/exec.ts';
import type { Session } from '../server/session.ts';
import { ACCOUNT, accountSql } from './account.ts';
import {
  findProgram,
  HOLD,
  initialiser,
  inShell,
  type LocalServer,
  mustRun,
  noServer,
  START_MS,
  whenReady,
} from './local.ts';

/** A server program of this machine whose data stays: made empty in a directory of its own, filled, and shut down in order. */

export interface KeptServer {
  readonly socketPath: string;
  /** Whose words `administrator` says: root without a password, or the account that was made for this on files of another server. */
  readonly access: { readonly socketPath: string; readonly user: string; readonly password?: string };
  readonly administrator: Session;
  /** The words with which it is started again, by hand. */
  readonly again: readonly string[];
  /** Shuts it down in order: everything is on the disk when this returns. @throws ProblemError when it does not end well */
  shutDown(): Promise<void>;
  /** Ends it at once; its data are then not to be used. Does nothing behind `shutDown`. */
  close(): Promise<void>;
}

export interface KeptOptions extends Pick<LocalServer, 'program' | 'family' | 'user'> {
  /** `initialise` holds for the life of the server, and stands in the words of each start; `start` only for this one. */
  readonly arguments: LocalServer['arguments'];
  /** Everything below it is of this server; what an earlier one has left there is deleted. */
  readonly directory: string;
  /** Files of another server, in place of an empty directory; its accounts are theirs, and ours is gone when this one is shut down. */
  readonly laid?: {
    /** Fills the empty directory. @throws what makes the files worth nothing */
    fill(data: string): Promise<void>;
    /** A command that prepares them before the server starts; empty: none. Pure. */
    first(data: string): readonly string[];
    /** How long it may take to prepare them and to answer. */
    readonly withinMs: number;
  };
}

/** How long a server may write what it holds in memory before it has ended. */
const SHUTDOWN_MS = 3_600_000;

/** Waits for a word, and holds the server. What it was killed in is made anew by the next start, so nothing is deleted here. */
const GUARD = `read -r go || exit 0
${HOLD}`;

/** Starts it on an empty data directory, on a socket alone. @throws ProblemError with the end of its log when it does not come up */
export async function startKept(
  wanted: KeptOptions,
  { exec, clock }: { readonly exec: Exec; readonly clock: Clock },
): Promise<KeptServer> {
  const { directory, family, user } = wanted;
  const program = await findProgram(wanted.program);
  const data = join(directory, 'data');
  const run = join(directory, 'run');
  const log = join(directory, 'server.log');
  for (const path of [data, run, log]) await rm(path, { recursive: true, force: true });
  // The server changes to a user of its own, which must reach what lies below.
  await mkdir(directory, { recursive: true, mode: 0o711 });
  for (const path of [data, run]) await mkdir(path, { mode: 0o750 });
  const asRoot = process.getuid?.() === 0;
  const laid = wanted.laid === undefined ? null : await layDown(wanted.laid, { data, run });
  if (asRoot) await mustRun(exec, ['chown', '-R', user, data, run]);
  const socketPath = join(run, 's');
  const pidFile = join(run, 'pid');
  const who = asRoot ? [`--user=${user}`] : [];
  const give = asRoot ? [['chown', '-R', user, data]] : [];
  const begin =
    laid === null
      ? [[...(await initialiser(program, wanted)), `--datadir=${data}`, ...who]]
      : [...(laid.first.length === 0 ? [] : [laid.first]), ...give];
  const again = [
    ...[program, '--no-defaults', `--datadir=${data}`, `--socket=${socketPath}`, `--pid-file=${pidFile}`, ...who],
    // Nobody comes in but through the socket, and nothing in it begins by itself, until somebody decides that it serves.
    ...['--skip-networking', '--skip-name-resolve', '--local-infile=OFF', '--event-scheduler=OFF'],
    // The directory that is compiled into a MySQL need not be there.
    ...(family === 'mysql' ? ['--mysqlx=OFF', '--secure-file-priv=NULL'] : []),
    ...wanted.arguments.initialise,
  ];
  const serve = [...again, ...wanted.arguments.start, ...(laid === null ? [] : [`--init-file=${laid.words}`])];
  const script = [...begin, serve].map(inShell).join(' && ');
  const guard = openDialog(['sh', '-c', GUARD, 'sh', directory, script], clock);
  const said = async (): Promise<string> => await readFile(log, 'utf8').catch(() => '');
  try {
    await guard.ask('start', AbortSignal.timeout(START_MS));
    const access = { socketPath, ...(laid === null ? { user: 'root' } : { user: ACCOUNT, password: laid.password }) };
    const administrator = await whenReady(access, log, clock, wanted.laid?.withinMs);
    return {
      ...{ socketPath, access, administrator, again },
      shutDown: async () => {
        if (laid !== null) {
          await rm(laid.words, { force: true });
          const told = await administrator.tell(`DROP USER ${ACCOUNT}@localhost`);
          if (!told.ok) throw noServer(program, `our account stays in it: ${told.message}`);
        }
        // A connection that the server ends under our hands is an error of the driver that nobody awaits.
        await administrator.close();
        await terminate(pidFile);
        const code = await ended(said, clock);
        await guard.close();
        if (code !== 0) throw noServer(program, `it did not shut down in order; its log ends: ${tailOf(await said())}`);
      },
      close: async () => {
        await administrator.close().catch(() => undefined);
        await guard.close();
      },
    };
  } catch (error) {
    await guard.close();
    const why = error instanceof Error ? error.message : String(error);
    throw noServer(program, `${why}; its log ends: ${tailOf(await said())}`);
  }
}

/** Fills the directory, and lays down what makes an account of ours when the server starts. */
async function layDown(
  laid: NonNullable<KeptOptions['laid']>,
  { data, run }: { readonly data: string; readonly run: string },
): Promise<{ readonly words: string; readonly password: string; readonly first: readonly string[] }> {
  await laid.fill(data);
  // Rules for passwords may ask for each kind of character.
  const password = `Aa1-${randomBytes(24).toString('hex')}`;
  const words = join(run, 'account.sql');
  await writeFile(words, accountSql(password), { mode: 0o600 });
  return { words, password, first: laid.first(data) };
}

/** Asks the server to shut down, by the number that it wrote itself when it started. @throws Error when it wrote none */
export async function terminate(pidFile: string): Promise<void> {
  const pid = Number((await readFile(pidFile, 'utf8')).trim());
  if (!Number.isSafeInteger(pid) || pid < 2) throw new Error(`${pidFile} holds no number of a process`);
  process.kill(pid, 'SIGTERM');
}

/** Its exit code; null: it has not ended in time. */
async function ended(said: () => Promise<string>, clock: Clock): Promise<number | null> {
  const deadline = clock.monotonic() + SHUTDOWN_MS;
  while (clock.monotonic() < deadline) {
    const code = /^ended with (\d+)$/m.exec(await said())?.[1];
    if (code !== undefined) return Number(code);
    await clock.sleep(50);
  }
  return null;
}

function tailOf(text: string): string {
  return text.trim().slice(-500);
}
