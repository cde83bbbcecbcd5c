import type { Exec } from '../../model/ports.ts';
import { unwrap } from '../../model/problem.ts';
import { git, locate } from '../git.ts';
import type { GitopsPlace } from '../observe.ts';
import type { Relation } from './decide.ts';

/** How one commit stands to another, by git itself. Ours first. */
export type Relations = (ours: string, other: string, signal?: AbortSignal) => Promise<Relation>;

const TIMEOUT_MS = 30_000;
const COMMIT = /^[0-9a-f]{40,64}$/;

/** Asks the repository itself, or our cache of a remote one. An answer of git does not change, so each question is put once. */
export function gitRelations(place: GitopsPlace): (exec: Exec) => Relations {
  const known = new Map<string, Relation>();
  return (exec) => async (ours, other, signal) => {
    if (!COMMIT.test(ours) || !COMMIT.test(other)) return 'unknown';
    if (ours === other) return 'same';
    const key = `${ours} ${other}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = await ask(place, exec, ours, other, signal);
    if (found !== 'unknown') known.set(key, found);
    return found;
  };
}

async function ask(
  place: GitopsPlace,
  exec: Exec,
  ours: string,
  other: string,
  signal: AbortSignal | undefined,
): Promise<Relation> {
  const location = unwrap(locate(place.repository, place.workDir, place.baseDir ?? process.cwd()));
  const options = { timeoutMs: TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
  const read = (...args: readonly string[]) => exec.read(args, options);
  if (location.kind === 'local') {
    const argv = ['git', '-c', 'safe.directory=*', '-C', location.address, 'merge-base', '--is-ancestor', ours, other];
    return answerOf((await read(...argv)).exitCode);
  }
  const isAncestor = () => read(...git(location.cache, 'merge-base', '--is-ancestor', ours, other));
  const first = await isAncestor();
  if (first.exitCode === 0) return 'after';
  // Our cache is shallow and may not have the other one yet; with it, what lies between is there too.
  await read(...git(location.cache, 'fetch', '--quiet', '--no-tags', '--depth=200', location.address, other));
  return answerOf((await isAncestor()).exitCode);
}

/** 0: it contains ours · 1: it does not · anything else: git could not tell. */
function answerOf(exitCode: number): Relation {
  if (exitCode === 0) return 'after';
  return exitCode === 1 ? 'before' : 'unknown';
}
