import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../model/ports.ts';
import { openDialog } from '../../procedure/machine/exec.ts';
import type { Session } from '../server/session.ts';
import { ACCOUNT, accountSql } from './account.ts';
import { terminate } from './kept.ts';
import { findProgram, GUARD, inShell, type LocalServer, placesIn, START_MS, serverWords, whenReady } from './local.ts';
import { makePlace } from './place.ts';

/**
 * A server program of this machine on a data directory that somebody lays down first, such as the copy of another server. It has a socket that only
 * its user and root reach. The accounts are those of the other server: so it gets one of ours, or, where nothing may be added, asks nobody. The
 * guard deletes everything when it is closed, and when this process dies in whatever way.
 */

export interface LaidOptions extends Pick<LocalServer, 'program' | 'family' | 'user' | 'plugins'> {
  /** Arguments beside its directories and socket. */
  readonly arguments: readonly string[];
  /** `account`: one of ours is made in it. `open`: nothing is added, and whoever reaches the socket may do everything but change accounts. */
  readonly login: 'account' | 'open';
  /** How long it may take to put the directory in order and to answer. */
  readonly withinMs: number;
}

export interface LaidServer {
  /** Empty; to be filled before the start. */
  readonly data: string;
  /** For what is needed beside it; only root and this user reach it. */
  readonly aside: string;
  /** Runs `first` (a command of its own, such as one that prepares the directory), then the server. @throws Error with the end of their log */
  start(first?: readonly string[]): Promise<Running>;
  close(): Promise<void>;
}

export interface Running {
  readonly access: { readonly socketPath: string; readonly user: string; readonly password: string };
  readonly administrator: Session;
  /** Shuts the server down in order, so that its directory can be copied. @throws Error when it does not end within the time */
  stop(): Promise<void>;
}

/** Makes the directory. @throws ProblemError when there is no such program */
export async function openLaid(wanted: LaidOptions, ports: { readonly clock: Clock }): Promise<LaidServer> {
  const program = await findProgram(wanted.program);
  const dir = await makePlace('shiplock-laid-');
  const [data, run, aside] = [join(dir, 'data'), join(dir, 'run'), join(dir, 'aside')];
  const asRoot = process.getuid?.() === 0;
  const user = wanted.login === 'account' ? ACCOUNT : 'root';
  // Rules for passwords may ask for each kind of character.
  const password = wanted.login === 'account' ? `Aa1-${randomBytes(24).toString('hex')}` : '';
  const access = { socketPath: join(run, 's'), user, password };
  const words = join(run, 'account.sql');
  const log = join(dir, 'server.log');
  const who = asRoot ? [`--user=${wanted.user}`] : [];
  for (const path of [data, run, aside]) await mkdir(path, { mode: 0o700 });
  await mkdir(join(dir, 'nowhere'), { mode: 0o555 });
  const serve = [
    ...serverWords(program, placesIn(dir), { ...wanted, arguments: { initialise: [], start: wanted.arguments } }),
    ...[wanted.login === 'account' ? `--init-file=${words}` : '--skip-grant-tables'],
    ...[`--socket=${access.socketPath}`, ...who],
  ];
  // What runs is written when it is known; the guard is there before anything is laid down.
  const script = join(dir, 'start.sh');
  const guard = openDialog(['sh', '-c', GUARD, 'sh', dir, inShell(['sh', script])], ports.clock);
  let session: Session | undefined;
  const begin = async (first: readonly string[]): Promise<Running> => {
    const give = asRoot ? [['chown', '-R', wanted.user, data, run]] : [];
    const commands = [...(first.length > 0 ? [first] : []), ...give, serve];
    await writeFile(words, wanted.login === 'account' ? accountSql(password) : '', { mode: 0o600 });
    await writeFile(script, `${commands.map(inShell).join(' &&\n')}\n`, { mode: 0o600 });
    await guard.ask('start', AbortSignal.timeout(START_MS));
    const administrator = await whenReady(access, log, ports.clock, wanted.withinMs);
    session = administrator;
    return { access, administrator, stop: () => stopped(administrator, dir, ports.clock, wanted.withinMs) };
  };
  return {
    ...{ data, aside },
    start: async (first = []) => {
      try {
        return await begin(first);
      } catch (error) {
        const text = await readFile(log, 'utf8').catch(() => '');
        const said = error instanceof Error ? error.message : String(error);
        throw new Error(`${said}${text === '' ? '' : `; its log ends: ${text.trim().slice(-500)}`}`);
      }
    },
    close: async () => {
      await session?.close().catch(() => undefined);
      await guard.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function stopped(administrator: Session, dir: string, clock: Clock, withinMs: number): Promise<void> {
  // A connection that the server ends under our hands is an error of the driver that nobody awaits.
  await administrator.close();
  await terminate(join(dir, 'run', 'pid'));
  const deadline = clock.monotonic() + withinMs;
  for (;;) {
    const [, code] = /^ended with (\d+)$/m.exec(await readFile(join(dir, 'server.log'), 'utf8')) ?? [];
    if (code === '0') return;
    if (code !== undefined || clock.monotonic() > deadline)
      throw new Error(code === undefined ? 'it does not shut down' : `it ended with ${code}`);
    await clock.sleep(50);
  }
}
