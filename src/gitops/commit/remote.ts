import { createHash } from 'node:crypto';
import type { Cache } from './cache.ts';
import { CacheError, lastLine, refIn } from './cache.ts';
import type { Place } from './place.ts';
import { type Pushed, readPush } from './porcelain.ts';

/** The commands that use the network. Only one process of a machine uses it for one repository at a time. */

/** What the branch is like over there. */
export type Fetched =
  | { readonly kind: 'at'; readonly commit: string }
  /** The repository answers and has no such branch; `branches` are those it has. */
  | { readonly kind: 'no-branch'; readonly branches: readonly string[] }
  | { readonly kind: 'no-answer'; readonly said: string };

/** How many commits a new cache begins with; from then on it holds every later one. */
const DEPTH = 50;
const NETWORK_MS = 60_000;

/** Where a cache keeps the head of a branch. Not by its name: `a` and `a/b` may follow each other. */
export function headRef(branch: string): string {
  return `refs/shiplock/head-${createHash('sha256').update(branch).digest('hex').slice(0, 16)}`;
}

/** Brings the head of the branch into the cache. Throws CacheError when the repository answers and the cache does not take it. */
export async function fetchHead(cache: Cache, place: Place): Promise<Fetched> {
  const { location, branch } = place;
  const ref = headRef(branch);
  const depth = (await refIn(cache, ref)) === undefined ? [`--depth=${DEPTH}`] : [];
  const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', ...depth];
  const fetch = ['fetch', ...options, '--', location.address, `+refs/heads/${branch}:${ref}`];
  const result = await cache.run(fetch, { timeoutMs: NETWORK_MS });
  if (result.exitCode === 0) {
    const commit = await refIn(cache, ref);
    if (commit === undefined) throw new CacheError(`git fetch left no ${ref}`);
    return { kind: 'at', commit };
  }
  const branches = await branchesOf(cache, place);
  if (typeof branches === 'string') return { kind: 'no-answer', said: lastLine(result.stderr, result.exitCode) };
  if (!branches.includes(branch)) return { kind: 'no-branch', branches };
  throw new CacheError(`git fetch: ${lastLine(result.stderr, result.exitCode)}`);
}

/** Names of the branches over there; what git said when there is no answer. */
async function branchesOf(cache: Cache, { location }: Place): Promise<readonly string[] | string> {
  const { exitCode, stdout, stderr } = await cache.run(['ls-remote', '--heads', '--', location.address], {
    timeoutMs: NETWORK_MS,
  });
  if (exitCode !== 0) return lastLine(stderr, exitCode);
  return stdout.split('\n').flatMap((line) => {
    const name = line.split('\t')[1];
    return name?.startsWith('refs/heads/') ? [name.slice('refs/heads/'.length)] : [];
  });
}

/** A plain push: the server takes it only while the branch is where the commit was built on. */
export async function push(cache: Cache, { location, branch }: Place, commit: string): Promise<Pushed> {
  // A push of nothing would delete the branch.
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit)) throw new TypeError(`not a commit: ${JSON.stringify(commit)}`);
  const ref = `refs/heads/${branch}`;
  const options = ['--porcelain', '--no-verify', '--no-progress', '--no-signed'];
  const argv = ['push', ...options, '--', location.address, `${commit}:${ref}`];
  const { exitCode, stdout, stderr } = await cache.run(argv, { timeoutMs: NETWORK_MS });
  const pushed = readPush(stdout, exitCode, ref, stderr);
  return pushed.kind === 'no-answer' ? { ...pushed, said: lastLine(stderr, exitCode) } : pushed;
}
