import type { Cache } from './cache.ts';
import { CacheError } from './cache.ts';
import type { FileEdit, Head, OurCommit } from './derive.ts';
import { filesAt } from './files.ts';
import { type Author, importStream, LOG_FORMAT, oursIn, TRAILERS } from './message.ts';

/** Reads and makes commits in the cache. No network. */

/** How many of our own commits are looked at. */
const RECENT = 50;

/** What a derivation is given, at a commit that lies in the cache. */
export async function headAt(
  cache: Cache,
  base: string | null,
  files: readonly string[],
  environment: string,
): Promise<Head> {
  if (base === null) return { base, files: Object.fromEntries(files.map((file) => [file, null])), ours: [] };
  const [texts, ours] = await Promise.all([filesAt(cache, base, files), oursAt(cache, base, environment)]);
  return { base, files: texts, ours };
}

/** Our newest commits for an environment at or below a commit. */
export async function oursAt(cache: Cache, base: string, environment: string): Promise<readonly OurCommit[]> {
  const grep = `--grep=${TRAILERS.environment}: ${environment}`;
  const log = await cache.local(['log', `-n${RECENT}`, '--fixed-strings', grep, `--format=${LOG_FORMAT}`, base, '--']);
  return oursIn(log).filter((one) => one.environment === environment);
}

export interface NewCommit {
  readonly base: string | null;
  readonly author: Author;
  /** Seconds since 1970. */
  readonly time: number;
  readonly message: string;
  readonly edits: readonly FileEdit[];
}

/** Makes a commit that nobody sees before it is pushed; its id. Two at a time would share a name: under the lock of the line only. */
export async function makeCommit(cache: Cache, commit: NewCommit): Promise<string> {
  const stream = importStream({ ...commit, ref: 'refs/shiplock/made' });
  const made = await cache.local(['fast-import', '--quiet', '--force', '--date-format=raw'], { stdin: stream });
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(made.trim())) {
    throw new CacheError(`git made a commit and named ${JSON.stringify(made)}`);
  }
  return made.trim();
}

/** Is the commit the head, or below it? */
export async function isBelow(cache: Cache, commit: string, head: string): Promise<boolean> {
  if (commit === head) return true;
  const { exitCode, stderr } = await cache.run(['merge-base', '--is-ancestor', commit, head]);
  if (exitCode > 1) throw new CacheError(`git merge-base: ${stderr.trim()}`);
  return exitCode === 0;
}

/** Commits at or below `head` that are not at or below `base`, newest first. */
export async function commitsSince(cache: Cache, base: string | null, head: string): Promise<readonly string[]> {
  const range = base === null ? [head] : [head, `^${base}`];
  return (await cache.local(['rev-list', ...range, '--'])).split('\n').filter((line) => line !== '');
}

export interface Touched {
  readonly commit: string;
  readonly author: string;
  readonly time: string;
}

/** Commits after `base` that changed a file, newest first. */
export async function touchedSince(
  cache: Cache,
  base: string | null,
  head: string,
  file: string,
): Promise<readonly Touched[]> {
  const range = base === null ? [head] : [head, `^${base}`];
  const log = await cache.local(['log', '-n20', '--format=%H%x09%an <%ae>%x09%aI', ...range, '--', file]);
  return log.split('\n').flatMap((line) => {
    const [commit = '', author = '', time = ''] = line.split('\t');
    return time === '' ? [] : [{ commit, author, time }];
  });
}
