import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Exec } from '../../model/ports.ts';
import { openDialog } from '../../procedure/machine/exec.ts';
import type { Session } from '../server/session.ts';
import {
  findProgram,
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
  /** Of its root, who needs no password. */
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
}

/** How long a server may write what it holds in memory before it has ended. */
const SHUTDOWN_MS = 3_600_000;

/**
 * Holds the server while its input is open, and kills it with all that belongs to it when the input closes, in whatever way we end. What it was
 * killed in is made anew by the next start, so nothing is deleted here.
 */
const GUARD = `read -r go || exit 0
setsid sh -c "$2; echo ended with \\$?" > "$1/server.log" 2>&1 < /dev/null &
server=$!
echo started
read -r end
kill -KILL "-$server" 2> /dev/null
wait "$server" 2> /dev/null`;

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
  if (asRoot) await mustRun(exec, ['chown', user, data, run]);
  const socketPath = join(run, 's');
  const pidFile = join(run, 'pid');
  const who = asRoot ? [`--user=${user}`] : [];
  const begin = [...(await initialiser(program, wanted)), `--datadir=${data}`, ...who];
  const again = [
    ...[program, '--no-defaults', `--datadir=${data}`, `--socket=${socketPath}`, `--pid-file=${pidFile}`, ...who],
    // Nobody comes in but through the socket, and nothing in it begins by itself, until somebody decides that it serves.
    ...['--skip-networking', '--skip-name-resolve', '--local-infile=OFF', '--event-scheduler=OFF'],
    // The directory that is compiled into a MySQL need not be there.
    ...(family === 'mysql' ? ['--mysqlx=OFF', '--secure-file-priv=NULL'] : []),
    ...wanted.arguments.initialise,
  ];
  const serve = [...again, ...wanted.arguments.start];
  const guard = openDialog(['sh', '-c', GUARD, 'sh', directory, `${inShell(begin)} && ${inShell(serve)}`], clock);
  const said = async (): Promise<string> => await readFile(log, 'utf8').catch(() => '');
  try {
    await guard.ask('start', AbortSignal.timeout(START_MS));
    const administrator = await whenReady({ socketPath, user: 'root' }, log, clock);
    return {
      ...{ socketPath, administrator, again },
      shutDown: async () => {
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
