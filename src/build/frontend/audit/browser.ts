import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Clock } from '../../../model/ports.ts';
import { ProblemError } from '../../../model/problem.ts';
import { type Connection, openConnection } from './connection.ts';

/** Chromium as it is on this machine: none is brought along. */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'chrome'];

const FLAGS = [
  '--headless',
  '--remote-debugging-pipe',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-extensions',
  '--disable-sync',
  '--disable-component-update',
  '--disable-background-networking',
  '--disable-default-apps',
  '--metrics-recording-only',
  '--hide-scrollbars',
  '--mute-audio',
];

/** Names that it inherits: the secrets of whoever starts it are none of a page's business. */
const INHERITED = ['PATH', 'LANG', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH', 'FONTCONFIG_FILE'];

const END_WITHIN_MS = 5000;

export interface Browser extends AsyncDisposable {
  readonly connection: Connection;
}

/** The first of Chromium's names that is on PATH. @throws ProblemError `audit.no-browser` */
export async function findBrowser(path: string): Promise<string> {
  for (const name of NAMES) {
    for (const dir of path.split(delimiter)) {
      const file = join(dir, name);
      const there =
        dir !== '' &&
        (await access(file, constants.X_OK).then(
          () => true,
          () => false,
        ));
      if (there) return file;
    }
  }
  throw new ProblemError({
    code: 'audit.no-browser',
    where: 'PATH',
    found: `none of ${NAMES.join(', ')}`,
    expected: 'Chromium, or a browser made of it',
    remedy: 'install it (Debian: `apt install chromium`), or name it with --browser',
  });
}

/** Starts a browser with a profile of its own, which is gone with it. @throws ProblemError `audit.browser-does-not-start` */
export async function startBrowser(
  program: string,
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'shiplock-audit-'));
  // Its own sandbox does not work for root.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(program, [...FLAGS, ...root, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...inherited(env), HOME: profile },
    detached: true,
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2000);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`it ended (${signal ?? code}): ${said.trim().split('\n').at(-1)}`));
  });
  const [, , , to, from] = child.stdio;
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      // The group: it has started processes of its own.
      killGroup(child.pid);
      const enough = new AbortController();
      await Promise.race([ended, clock.sleep(END_WITHIN_MS, enough.signal).catch(() => undefined)]);
      enough.abort();
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  if (!(to instanceof Writable) || !(from instanceof Readable)) {
    await stop();
    throw doesNotStart(program, await ended);
  }
  const connection = openConnection(to, from);
  ended.then((why) => connection.end(why));
  try {
    await connection.send('Browser.getVersion');
  } catch (error) {
    await stop();
    throw doesNotStart(program, error instanceof Error ? error.message : String(error));
  }
  return { connection, [Symbol.asyncDispose]: stop };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

function inherited(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function doesNotStart(program: string, found: string): ProblemError {
  return new ProblemError({
    code: 'audit.browser-does-not-start',
    where: program,
    found,
    expected: 'a browser that takes orders over a pipe (`--remote-debugging-pipe`)',
    remedy: `try \`${program} --headless --dump-dom about:blank\`, or name another one with --browser`,
  });
}
