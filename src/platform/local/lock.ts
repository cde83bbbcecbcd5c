import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { ProblemError } from '../../model/problem.ts';

/** Our end of a held lock. A process that is given it keeps the lock held until it closes it, even should we be killed. */
export type LockEnd = Writable;

/**
 * Runs `work` while this process holds a lock file, so that two commands on one host never give out the same port or start the
 * same instance twice. flock(1) holds it for us and ends with our end of the pipe: a killed command leaves no lock behind.
 * @throws ProblemError `unit.locked` when somebody else holds it longer than `waitMs`
 */
export async function withLock<T>(file: string, waitMs: number, work: (end: LockEnd) => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const seconds = String(Math.max(0.01, waitMs / 1000));
  const holder = spawn('flock', ['--close', '--timeout', seconds, file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A Ctrl-C in the terminal ends the command, which ends the lock; the lock must not go first.
    detached: true,
  });
  const gone = new Promise<void>((resolve) => holder.once('close', () => resolve()));
  const held = await new Promise<'held' | 'not-held' | Error>((resolve) => {
    holder.stdout.once('data', () => resolve('held'));
    holder.once('close', () => resolve('not-held'));
    holder.once('error', resolve);
  });
  if (held !== 'held') throw held === 'not-held' ? locked(file, waitMs) : noFlock(file, held);
  try {
    return await work(holder.stdin);
  } finally {
    holder.stdin.end();
    await gone;
  }
}

function locked(file: string, waitMs: number): ProblemError {
  return new ProblemError({
    code: 'unit.locked',
    where: file,
    found: `another command held it for ${Math.round(waitMs / 1000)} s`,
    expected: 'one command at a time',
    remedy: 'wait for it to end; `fuser` on the file names it',
  });
}

function noFlock(file: string, error: Error): ProblemError {
  return new ProblemError({
    code: 'unit.no-flock',
    where: file,
    found: error.message,
    expected: 'flock(1) of util-linux on PATH',
    remedy: 'install util-linux',
  });
}
