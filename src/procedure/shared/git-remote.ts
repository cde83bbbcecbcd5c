import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, CommandResult } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { withDeadline } from '../machine/deadline.ts';
import { runCommand } from '../machine/exec.ts';
import { git } from '../machine/git.ts';
import { isGone, ownIdentity } from '../machine/identity.ts';
import { hasCode } from '../store.ts';
import { unreachable } from './unreachable.ts';

/**
 * Branches of a repository that other machines see too. A branch only ever grows: a commit is pushed as a plain fast-forward, which the
 * server does as one compare-and-swap, so of two who build on the same commit one is rejected. Nothing is merged and nothing forced.
 *
 * Every command has a time-out. Throws StoreUnreachableError when the server does not answer: a push may then have happened or not.
 */
export interface GitRemote {
  /** For people. */
  readonly where: string;
  /** Head of a branch, fetched; undefined when there is no such branch. */
  head(branch: string, signal?: AbortSignal): Promise<string | undefined>;
  /** Files of a fetched commit one after another, in the order that is asked for. */
  read(commit: string, paths: readonly string[]): Promise<string>;
  /** Names of all files of a fetched commit, sorted. */
  list(commit: string): Promise<readonly string[]>;
  /** Makes a commit on top of a fetched one; nobody sees it before it is pushed. */
  commit(change: Change): Promise<string>;
  /** `rejected`: somebody else was faster, and nothing changed. */
  push(commit: string, branch: string): Promise<'pushed' | 'rejected'>;
}

export interface Change {
  /** Undefined for the first commit of a branch. */
  readonly parent: string | undefined;
  readonly files: Readonly<Record<string, string>>;
  /** Files and directories that go first. */
  readonly remove?: readonly string[];
  readonly message: string;
}

export interface GitRemoteOptions {
  /** Path or address, as `gitAddress` understood it. */
  readonly address: string;
  /** Directory for a bare repository of this process alone; what dead processes left there is removed. */
  readonly workDir: string;
  readonly clock: Clock;
  /** How long one git command may take. */
  readonly timeoutMs: number;
}

/** A command line must not grow too long. */
const FILES_AT_ONCE = 500;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const AUTHOR = 'Shiplock <shiplock@localhost>';
/** What a server says when another push of the same branch came first; under many pushes at once the last one too. Nothing has changed then. */
const LOST_RACE =
  /cannot lock ref|already exists|failed to update ref|incorrect old value|fetch first|non-fast-forward|shallow update not allowed/;

export function gitRemote(options: GitRemoteOptions): GitRemote {
  const { address, clock, timeoutMs } = options;
  const where = `git store ${address}`;
  let opened: Promise<string> | undefined;
  let commits = 0;
  /** One at a time: git keeps what it fetched shallow in one file. */
  let fetching: Promise<unknown> = Promise.resolve();

  const cache = (): Promise<string> => {
    opened ??= openCache(options);
    return opened;
  };
  const call = async (args: readonly string[], stdin?: string, signal?: AbortSignal): Promise<CommandResult> => {
    const gitDir = await cache();
    const what = `git ${args[0]} of ${where}`;
    try {
      const result = await withDeadline({ clock, ms: timeoutMs, what, signal }, (inner) =>
        runCommand({ argv: git(gitDir, ...args), stdin, signal: inner }, clock),
      );
      if (result.stderr.includes(gitDir) && result.stderr.includes('.lock')) await removeLocks(gitDir);
      return result;
    } catch (error) {
      await removeLocks(gitDir);
      if (signal?.aborted) throw signal.reason;
      throw error instanceof ProblemError ? unreachable(where, `no answer within ${timeoutMs} ms`) : error;
    }
  };
  const must = async (args: readonly string[], stdin?: string): Promise<string> => {
    const result = await call(args, stdin);
    if (result.exitCode !== 0) throw unreachable(where, said(result));
    return result.stdout;
  };

  return {
    where,
    head(branch, signal) {
      const ref = `refs/shiplock/head/${branch}`;
      const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--depth=1'];
      const next = fetching.then(async () => {
        const result = await call([...fetch, address, `+refs/heads/${branch}:${ref}`], undefined, signal);
        if (result.exitCode === 0) return refIn(join(await cache(), ref));
        if (result.stderr.includes("couldn't find remote ref")) return undefined;
        throw unreachable(where, said(result));
      });
      fetching = next.catch(() => undefined);
      return next;
    },
    async read(commit, paths) {
      let text = '';
      for (let from = 0; from < paths.length; from += FILES_AT_ONCE) {
        const some = paths.slice(from, from + FILES_AT_ONCE);
        text += await must(['show', '--no-textconv', ...some.map((path) => `${commit}:${path}`)]);
      }
      if (text === '' && paths.length > 0) throw unreachable(where, 'an empty answer');
      return text;
    },
    async list(commit) {
      const names = await must(['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]);
      return names
        .split('\0')
        .filter((name) => name !== '')
        .toSorted();
    },
    async commit(change) {
      const seconds = Math.floor(clock.now() / 1000);
      const stream = importStream(change, `refs/shiplock/made-${commits++ % 8}`, seconds);
      const made = (await must(['fast-import', '--quiet', '--force', '--date-format=raw'], stream)).trim();
      if (!COMMIT.test(made)) throw unreachable(where, `git made a commit and named ${JSON.stringify(made)}`);
      return made;
    },
    async push(commit, branch) {
      // A push of nothing would delete the branch, and with it every fence that was ever given.
      if (!COMMIT.test(commit)) throw new TypeError(`not a commit: ${JSON.stringify(commit)}`);
      const push = ['push', '--porcelain', '--no-verify', '--no-progress'];
      const result = await call([...push, address, `${commit}:refs/heads/${branch}`]);
      if (result.exitCode === 0) return 'pushed';
      const line = result.stdout.split('\n').find((one) => one.startsWith('!')) ?? '';
      // What a hook of the server says is nobody's race.
      const own = result.stderr.split('\n').filter((one) => !one.startsWith('remote:'));
      if ([line, ...own].some((one) => LOST_RACE.test(one))) return 'rejected';
      if (line === '') throw unreachable(where, said(result));
      throw new ProblemError({
        code: 'store.refused',
        where: `${where}, branch ${branch}`,
        found: `${line.split('\t').at(-1) ?? line}; ${said(result)}`,
        expected: 'a push that the server takes',
        remedy: 'give whoever runs shiplock the right to push to the branches below `shiplock/`, by fast-forward only',
      });
    },
  };
}

/** Those of this process; they go with it. */
const caches = new Set<string>();

/** A repository of this process alone: no lock file of a killed process can ever stand in the way. */
async function openCache({ workDir }: GitRemoteOptions): Promise<string> {
  const own = ownIdentity();
  const boot = createHash('sha256').update(own.bootId).digest('hex').slice(0, 8);
  await mkdir(workDir, { recursive: true });
  for (const name of await readdir(workDir)) {
    const [, pid = '', startTicks = ''] = new RegExp(`^(\\d+)-(\\d+)-${boot}-\\d+\\.git$`).exec(name) ?? [];
    if (pid !== '' && isGone({ ...own, pid: Number(pid), startTicks })) remove(join(workDir, name));
  }
  const gitDir = await freeName(workDir, `${own.pid}-${own.startTicks || '0'}-${boot}`);
  if (caches.size === 0) process.once('exit', () => caches.forEach(remove));
  caches.add(gitDir);
  // An empty repository is no more than this (gitrepository-layout); a process less for every claim.
  for (const directory of ['objects', 'refs']) await mkdir(join(gitDir, directory));
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
  return gitDir;
}

/** A ref of a cache: it has no other form there than a file, since nothing packs it. */
async function refIn(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim();
}

/** Those of a command that was killed: in a repository of this process alone nobody else comes to remove them, and each would be the end of it. */
async function removeLocks(gitDir: string): Promise<void> {
  const names = await readdir(gitDir, { recursive: true }).catch(() => []);
  for (const name of names) {
    if (name.endsWith('.lock')) await rm(join(gitDir, name), { force: true });
  }
}

async function freeName(workDir: string, name: string): Promise<string> {
  for (let n = 0; ; n++) {
    const path = join(workDir, `${name}-${n}.git`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}

function remove(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // It is only a cache: whoever comes next tries again.
  }
}

/** The commit in git's fast-import language; ends by asking for its id. */
function importStream({ parent, files, remove: gone = [], message }: Change, ref: string, seconds: number): string {
  return [
    'feature done\n',
    `commit ${ref}\nmark :1\nauthor ${AUTHOR} ${seconds} +0000\ncommitter ${AUTHOR} ${seconds} +0000\n`,
    data(message),
    parent === undefined ? '' : `from ${parent}\n`,
    ...gone.map((path) => `D ${path}\n`),
    ...Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}\n`),
    'get-mark :1\ndone\n',
  ].join('');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function said({ stderr, stdout, exitCode }: CommandResult): string {
  const text = (stderr.trim() || stdout.trim()).split('\n').slice(0, 3).join('; ');
  return text === '' ? `exit code ${exitCode}` : text;
}

/** A part of the name of a branch: anything that git or a file system could take amiss is percent-encoded. */
export function branchPart(name: string): string {
  return encodeURIComponent(name).replace(
    /[.~*'()!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
