import { existsSync } from 'node:fs';
import type { Exec } from '../../model/ports.ts';
import type { Problem } from '../../model/problem.ts';
import { git } from '../git.ts';
import type { Place } from './place.ts';

/** What a repository that answers does not do, in words for people. */

interface Ports {
  readonly exec: Exec;
  readonly signal: AbortSignal;
}

/** The server takes our commits from nobody like us, or not on this branch. */
export async function pushRefused(place: Place, said: string, ports: Ports): Promise<Problem> {
  const where = `${place.location.address} ${place.branch}`;
  const tree = await workTree(place, ports);
  if (tree !== undefined && tree.head === `refs/heads/${place.branch}`) {
    return {
      code: 'gitops.checked-out',
      where,
      found: `a work tree in which this very branch is checked out; git: ${said}`,
      expected: 'a bare repository, or a branch that nobody has checked out',
      remedy: 'name a bare repository (`git clone --bare`), or check another branch out there',
    };
  }
  return {
    code: 'gitops.refused',
    where,
    found: said,
    expected: 'a branch that takes a plain fast-forward from this account',
    remedy:
      'let the rule that protects the branch take pushes of the account that releases; what a hook of the server says stands above',
  };
}

/** The repository has branches, and not ours. */
export async function noBranch(place: Place, branches: readonly string[], ports: Ports): Promise<Problem> {
  const tree = await workTree(place, ports);
  const detached = tree !== undefined && tree.head === undefined ? ', and a detached HEAD' : '';
  const some = branches.slice(0, 5).join(', ');
  return {
    code: 'gitops.no-branch',
    where: `${place.location.address} ${place.branch}`,
    found: `no such branch${detached}; it has ${some}${branches.length > 5 ? ' and others' : ''}`,
    expected: 'the branch that `gitops.branch` names',
    remedy:
      'make the branch once, or change `gitops.branch`: only an empty repository gets its first branch from a release',
  };
}

/** A directory with files checked out, and what its HEAD points to; undefined for anything else. */
async function workTree(
  { location }: Place,
  { exec, signal }: Ports,
): Promise<{ readonly head: string | undefined } | undefined> {
  const path = location.address.replace(/^file:\/\//, '');
  if (!path.startsWith('/') || !existsSync(path)) return undefined;
  const ask = (...args: readonly string[]) => exec.read(git(gitDirOf(path), ...args), { timeoutMs: 5_000, signal });
  const bare = await ask('rev-parse', '--is-bare-repository');
  if (bare.exitCode !== 0 || bare.stdout.trim() !== 'false') return undefined;
  const head = await ask('symbolic-ref', '--quiet', 'HEAD');
  return { head: head.exitCode === 0 ? head.stdout.trim() : undefined };
}

function gitDirOf(path: string): string {
  return existsSync(`${path}/.git`) ? `${path}/.git` : path;
}
