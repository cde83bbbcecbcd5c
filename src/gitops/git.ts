import { createHash } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';
import type { Exec } from '../model/ports.ts';
import { bad, ok, type Problem, ProblemError, type Result } from '../model/problem.ts';

/** How git is called: argument vectors only, nothing of the user's hooks, no prompt, no helper protocols. */

export interface GitLocation {
  readonly kind: 'local' | 'remote';
  /** Absolute path, or address. */
  readonly address: string;
  /** Bare repository of our own in which commits are made before they are pushed. */
  readonly cache: string;
}

const REMOTE = /^(?:(?:https?|ssh|file):\/\/|[\w.-]+@[\w.-]+:)/;

/** Understands a path or an address; relative paths are taken from `baseDir`. Refuses what git would read as an option or a program. */
export function locate(repository: string, workDir: string, baseDir: string): Result<GitLocation> {
  const refuse = (found: string, remedy: string): Result<GitLocation> =>
    bad({
      code: 'gitops.repository',
      where: 'gitops.repository',
      found,
      expected: 'a path, https://…, ssh://… or git@host:path',
      remedy,
    });
  if (/^-|[\0\n]/.test(repository)) return refuse(JSON.stringify(repository), 'name a repository');
  const name = createHash('sha256').update(repository).digest('hex').slice(0, 16);
  const cache = join(resolve(baseDir, workDir), `gitops-${name}.git`);
  if (!REMOTE.test(repository)) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(repository) && !isAbsolute(repository)) {
      return refuse(`the protocol ${repository.split(':')[0]}`, 'use https, ssh or a path');
    }
    return ok({ kind: 'local', address: resolve(baseDir, repository), cache });
  }
  if (URL.canParse(repository)) {
    const url = new URL(repository);
    if (url.password !== '')
      return refuse('an address with a password in it', 'use a credential helper or a deploy key of git');
    const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
    if (url.protocol === 'http:' && !loopback) return refuse('http without encryption', 'use https');
  }
  return ok({ kind: 'remote', address: repository, cache });
}

/** An argument vector for git on the repository in `gitDir`. */
export function git(gitDir: string, ...args: readonly string[]): readonly string[] {
  return [
    'env',
    ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_NAMESPACE'].flatMap((name) => [
      '-u',
      name,
    ]),
    ...['GIT_TERMINAL_PROMPT=0', 'LC_ALL=C'],
    'git',
    ...['-c', 'core.hooksPath=/dev/null', '-c', `safe.directory=*`, '-c', 'gc.auto=0'],
    ...[
      '-c',
      'protocol.allow=never',
      ...['file', 'https', 'http', 'ssh'].flatMap((name) => ['-c', `protocol.${name}.allow=always`]),
    ],
    `--git-dir=${gitDir}`,
    ...args,
  ];
}

/** Output of a command that looks; throws ProblemError when it fails. */
export async function look(exec: Exec, argv: readonly string[], options: LookOptions): Promise<string> {
  const result = await exec.read(argv, {
    timeoutMs: options.timeoutMs,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (result.exitCode === 0) return result.stdout;
  throw new ProblemError(gitFailed(options.where, argv, result.stderr.trim() || `exit code ${result.exitCode}`));
}

export interface LookOptions {
  readonly where: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

function gitFailed(where: string, argv: readonly string[], found: string): Problem {
  return {
    code: 'gitops.git-failed',
    where: `${where}: git ${argv.slice(argv.findIndex((word) => word.startsWith('--git-dir=')) + 1).join(' ')}`,
    found: found.split('\n').slice(0, 3).join('; '),
    expected: 'an answer from the repository',
    remedy: 'check `gitops.repository`, that this machine reaches it, and its rights',
  };
}

/** Id that git gives to these bytes; the repository's kind of hash is told by the length of `like`. */
export function blobId(bytes: Uint8Array, like: string): string {
  return createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.byteLength}\0`)
    .update(bytes)
    .digest('hex');
}
