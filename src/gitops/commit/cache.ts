import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CommandResult, Exec } from '../../model/ports.ts';
import type { Problem } from '../../model/problem.ts';
import { isMissing, temporaryBeside } from '../../procedure/store.ts';
import { git } from '../git.ts';

/** A bare repository of our own in which commits are made. It holds nothing that cannot be fetched again. */
export interface Cache {
  readonly dir: string;
  /** Runs git in it; any exit code is an answer. */
  run(args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Runs git in it and wants success: on the cache alone, so a failure is the cache's. Throws CacheError. */
  local(args: readonly string[], options?: RunOptions): Promise<string>;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly timeoutMs?: number;
}

/** The cache cannot be used as it is: it is broken, or cannot be written. */
export class CacheError extends Error {
  readonly said: string;

  constructor(said: string) {
    super(said);
    this.name = 'CacheError';
    this.said = said;
  }
}

/** Settings that no configuration file of anybody changes: no other program runs, and no commit is checked while it is listed. */
const FIXED = [
  'maintenance.auto=false',
  'log.showSignature=false',
  'i18n.logOutputEncoding=UTF-8',
  'push.followTags=false',
  'push.recurseSubmodules=no',
  'push.negotiate=false',
].flatMap((setting) => ['-c', setting]);

const LOCAL_MS = 60_000;
/** Loose objects in one of 256 directories from which on a cache is fetched anew: some 25,000 in all. */
const MANY = 100;

export function openCache(dir: string, exec: Exec, signal: AbortSignal): Cache {
  const run: Cache['run'] = (args, { stdin, timeoutMs = LOCAL_MS } = {}) =>
    exec.read(fixed(dir, args), { timeoutMs, signal, ...(stdin === undefined ? {} : { stdin }) });
  return {
    dir,
    run,
    async local(args, options) {
      const { exitCode, stdout, stderr } = await run(args, options);
      if (exitCode === 0) return stdout;
      throw new CacheError(`git ${args.find((word) => /^[a-z]/.test(word)) ?? ''}: ${lastLine(stderr, exitCode)}`);
    },
  };
}

/** The settings stand before the directory, and paths mean themselves. */
function fixed(dir: string, args: readonly string[]): readonly string[] {
  const argv = git(dir);
  const at = argv.indexOf('git');
  return [...argv.slice(0, at), 'GIT_LITERAL_PATHSPECS=1', ...argv.slice(at, -1), ...FIXED, ...argv.slice(-1), ...args];
}

/** Makes the cache if there is none, and throws away one that has grown large. Under the lock of the network only. */
export async function ensureCache({ dir }: Cache): Promise<void> {
  try {
    const loose = await readdir(join(dir, 'objects', '17')).catch(() => []);
    if (loose.length > MANY) await discardCache(dir);
    if (existsSync(join(dir, 'HEAD'))) return;
    // An empty repository is no more than this (gitrepository-layout).
    for (const directory of ['objects', 'refs']) await mkdir(join(dir, directory), { recursive: true });
    await writeFile(join(dir, 'HEAD'), 'ref: refs/heads/none\n');
  } catch (error) {
    throw new CacheError(error instanceof Error ? error.message : String(error));
  }
}

/** Puts the cache away, in one step for everybody who looks, and removes it. */
export async function discardCache(dir: string): Promise<void> {
  const aside = `${temporaryBeside(dir)}.old`;
  try {
    await rename(dir, aside);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

/** Commit that a ref of the cache names; undefined when there is none. It has no other form there than a file, since nothing packs it. */
export async function refIn({ dir }: Cache, ref: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dir, ref), 'utf8')).trim();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Why a cache that was made anew is still of no use. */
export async function cacheProblem(dir: string, error: CacheError): Promise<Problem> {
  const room = await statfs(dirname(dir)).catch(() => undefined);
  const free = room === undefined ? undefined : room.bavail * room.bsize;
  const full = free !== undefined && free < 1024 * 1024;
  return {
    code: full ? 'gitops.disk-full' : 'gitops.cache',
    where: dir,
    found: full ? `a disk with ${Math.floor(free / 1024)} KiB left; ${error.said}` : error.said,
    expected: 'a directory in which git can keep a copy of the branch',
    remedy: full
      ? 'make room on the disk of the state directory, then run the same again'
      : 'check that the state directory can be written and that git works there; its copy of the branch may be removed at any time',
  };
}

export function lastLine(stderr: string, exitCode: number): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.slice(-3).join('; ').slice(0, 600) || `exit code ${exitCode}`;
}
