import { ProblemError } from '../../model/problem.ts';
import { CacheError, lastLine, openCache } from './cache.ts';
import type { Head } from './derive.ts';
import { diagnose } from './diagnose.ts';
import { readLine } from './line.ts';
import { headAt } from './objects.ts';
import type { Place } from './place.ts';
import { type CommitPorts, openSession, recovering, refresh } from './session.ts';

/**
 * The head of the branch now, with files of it. Only looks: a repository on this machine is read where it lies, and nothing is written; another
 * one is fetched into our own cache.
 */
export async function lookAt(
  place: Place,
  files: readonly string[],
  environment: string,
  ports: CommitPorts,
): Promise<Head> {
  if (place.location.kind === 'local') return lookHere(place, files, environment, ports);
  const session = await openSession(place, ports);
  const begun = ports.clock.now();
  return recovering(session, async () => {
    await refresh(session, begun);
    const { base } = await readLine(session.names.line);
    return headAt(session.cache, base, files, environment);
  });
}

async function lookHere(
  place: Place,
  files: readonly string[],
  environment: string,
  ports: CommitPorts,
): Promise<Head> {
  const { address } = place.location;
  const { exec, signal } = ports;
  const environmentOff = ['env', '-u', 'GIT_DIR', '-u', 'GIT_WORK_TREE', 'LC_ALL=C'];
  const argv = [...environmentOff, 'git', '-c', 'safe.directory=*', '-C', address, 'rev-parse', '--absolute-git-dir'];
  const found = await exec.read(argv, { timeoutMs: 30_000, signal });
  const problem = async (said: string): Promise<ProblemError> =>
    new ProblemError(await diagnose({ place, want: 'read', said, ...ports }));
  if (found.exitCode !== 0) throw await problem(lastLine(found.stderr, found.exitCode));
  const repository = openCache(found.stdout.trim(), exec, signal);
  try {
    const refs = await repository.local(['for-each-ref', '--format=%(objectname)', `refs/heads/${place.branch}`]);
    const base = refs.trim() === '' ? null : refs.trim();
    return await headAt(repository, base, files, environment);
  } catch (error) {
    throw error instanceof CacheError ? await problem(error.said) : error;
  }
}
