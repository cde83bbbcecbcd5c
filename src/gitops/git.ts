import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Exec } from '../model/ports.ts';
import { bad, ok, type Problem, ProblemError, type Result } from '../model/problem.ts';
import { type GitAddress, gitAddress } from '../procedure/git.ts';

export { git } from '../procedure/git.ts';

export interface GitLocation extends GitAddress {
  /** Bare repository of our own in which commits are made before they are pushed. */
  readonly cache: string;
}

/** Understands a path or an address; relative paths are taken from `baseDir`. Refuses what git would read as an option or a program. */
export function locate(repository: string, workDir: string, baseDir: string): Result<GitLocation> {
  const address = gitAddress(repository, baseDir);
  if ('found' in address) {
    return bad({
      code: 'gitops.repository',
      where: 'gitops.repository',
      found: address.found,
      expected: 'a path, https://…, ssh://… or git@host:path',
      remedy: address.remedy,
    });
  }
  const name = createHash('sha256').update(repository).digest('hex').slice(0, 16);
  return ok({ ...address, cache: join(resolve(baseDir, workDir), `gitops-${name}.git`) });
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
