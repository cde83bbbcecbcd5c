import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { bad, ok, type Result } from '../model/problem.ts';
import { addressProblem, type GitAddress, gitAddress } from '../procedure/machine/git.ts';

export { git } from '../procedure/machine/git.ts';

export interface GitLocation extends GitAddress {
  /** Bare repository of our own in which commits are made before they are pushed. */
  readonly cache: string;
}

/** Understands a path or an address; relative paths are taken from `baseDir`. Refuses what git would read as an option or a program. */
export function locate(repository: string, workDir: string, baseDir: string): Result<GitLocation> {
  const address = gitAddress(repository, baseDir);
  if ('found' in address) return bad(addressProblem('gitops.repository', address));
  const name = createHash('sha256').update(repository).digest('hex').slice(0, 16);
  return ok({ ...address, cache: join(resolve(baseDir, workDir), `gitops-${name}.git`) });
}

/** Id that git gives to these bytes; the repository's kind of hash is told by the length of `like`. */
export function blobId(bytes: Uint8Array, like: string): string {
  return createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.byteLength}\0`)
    .update(bytes)
    .digest('hex');
}
