import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real component that runs in a directory of its own until `stop()`. Also works with `await using`. */
export interface Component extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** Its directory: data, configuration, sockets and log; removed at stop when it was made here. */
  readonly dir: string;
  readonly logPath: string;
  /** Settles when the process is gone, for whatever reason. */
  readonly exited: Promise<Exit>;
  /** The last lines of its log. */
  logTail(): Promise<string>;
  /** SIGTERM, after the grace time SIGKILL; resolves when no process of it is left. Safe to call twice. */
  stop(): Promise<void>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Start {
  readonly name: string;
  readonly argv: readonly string[];
  readonly home: Home;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Asked every 20 ms; an exception means "not yet". */
  readonly ready: () => Promise<boolean>;
  /** How long it may take to become ready, in milliseconds (default 30,000). */
  readonly deadlineMs?: number;
  /** How long it may take to end by itself after SIGTERM, in milliseconds (default 10,000). */
  readonly graceMs?: number;
}

/** A component's directory and whether we have to remove it. */
export interface Home {
  readonly dir: string;
  readonly ours: boolean;
}

/** The given directory (made if missing, kept at stop), else a new temporary one (removed at stop). */
export async function homeFor(name: string, dir: string | undefined): Promise<Home> {
  if (dir === undefined) return { dir: await mkdtemp(join(tmpdir(), `shiplock-${name}-`)), ours: true };
  await mkdir(dir, { recursive: true });
  return { dir, ours: false };
}

/**
 * Starts a long-lived process and waits until it is ready. It gets a process group of its own (Ctrl-C in the terminal does
 * not reach it, so the caller can stop things in order), and the kernel kills it when this process dies by accident.
 * @throws Error that names the component and shows the tail of its log when it ends early or is not ready in time
 */
export async function startComponent(start: Start): Promise<Component> {
  const { dir } = start.home;
  const logPath = join(dir, `${start.name}.log`);
  const log = await open(logPath, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...start.argv], {
    cwd: start.cwd ?? dir,
    env: { ...process.env, ...start.env },
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  });
  const exited = exitOf(child);
  exited.catch(() => undefined);
  await log.close();
  const logTail = (): Promise<string> => tail(logPath);
  const { pid } = child;
  if (pid === undefined) return exited.then(() => Promise.reject(new Error(`${start.name} did not start`)));

  let ended: Exit | undefined;
  exited.then((exit) => {
    ended = exit;
  });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= end(pid, exited, start.graceMs ?? 10_000).then(() => removeIfOurs(start.home));
    return stopping;
  };

  const deadlineMs = start.deadlineMs ?? 30_000;
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    if (ended !== undefined) {
      const why = ended.signal ?? `exit ${ended.code}`;
      const text = await logTail();
      await stop();
      throw new Error(`${start.name} ended before it was ready (${why}); the end of its log:\n${text}`);
    }
    if (await start.ready().catch(() => false)) break;
    if (performance.now() > deadline) {
      const text = await logTail();
      await stop();
      throw new Error(`${start.name} was not ready within ${deadlineMs} ms; the end of its log:\n${text}`);
    }
    await sleep(20);
  }
  return { name: start.name, pid, dir, logPath, exited, logTail, stop, [Symbol.asyncDispose]: stop };
}

/**
 * Runs a short-lived helper program (a checker, an initialiser) and gives its standard output.
 * @throws Error that begins with `complaint` and shows what the program said
 */
export function helper(argv: readonly string[], complaint: string): Promise<string> {
  const [command = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    execFile(command, args, (error, stdout, stderr) =>
      error === null
        ? resolve(stdout)
        : reject(new Error(`${complaint}:\n${`${stdout}${stderr}`.trim() || error.message}`)),
    );
  });
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

async function end(pid: number, exited: Promise<Exit>, graceMs: number): Promise<void> {
  signalTo(pid, 'SIGTERM');
  const patience = new AbortController();
  const slow = await Promise.race([
    exited.then(() => false),
    sleep(graceMs, true, { signal: patience.signal }).catch(() => false),
  ]);
  patience.abort();
  if (slow) signalTo(pid, 'SIGKILL');
  await exited;
  // Children that outlived their parent share its process group; the group cannot have another owner while they live.
  signalTo(-pid, 'SIGKILL');
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already: what we wanted.
  }
}

async function removeIfOurs(home: Home): Promise<void> {
  if (home.ours) await rm(home.dir, { recursive: true, force: true, maxRetries: 5 });
}

async function tail(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.slice(-3000).trim() || '(the log is empty)';
}
