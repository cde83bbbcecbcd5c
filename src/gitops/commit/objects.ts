import { type Problem, ProblemError, type Result } from '../../model/problem.ts';
import { blobId } from '../git.ts';
import type { Cache } from './cache.ts';
import { CacheError } from './cache.ts';
import type { FileAtHead, FileEdit, Head, OurCommit } from './derive.ts';
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

/**
 * Files at a commit, null where there is none.
 * @throws ProblemError `gitops.not-a-file` or `gitops.not-utf8`
 */
export async function filesAt(
  cache: Cache,
  commit: string,
  files: readonly string[],
): Promise<Readonly<Record<string, FileAtHead | null>>> {
  const paths = [...new Set(files.flatMap(ancestors))];
  const listing = await cache.local(['ls-tree', '-z', '--full-tree', commit, '--', ...paths]);
  const found = await Promise.all(
    files.map(async (file): Promise<readonly [string, FileAtHead | null]> => {
      const entry = entryFor(listing, file);
      if (!entry.ok) throw new ProblemError(entry.problems);
      if (entry.value === null) return [file, null];
      const { mode, id } = entry.value;
      const text = await cache.local(['cat-file', 'blob', id]);
      // Bytes that are not UTF-8 do not survive the way through text; the id tells.
      if (blobId(new TextEncoder().encode(text), id) !== id) throw new ProblemError(notUtf8(file));
      return [file, { mode, text }];
    }),
  );
  return Object.fromEntries(found);
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

function ancestors(file: string): readonly string[] {
  const parts = file.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function entryFor(listing: string, file: string): Result<{ readonly mode: string; readonly id: string } | null> {
  for (const line of listing.split('\0')) {
    const match = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line);
    if (match === null) continue;
    const [, mode = '', type = '', id = '', name = ''] = match;
    // git also lists what lies beside the file.
    if (name !== file && !file.startsWith(`${name}/`)) continue;
    const plain = name === file ? mode === '100644' || mode === '100755' : type === 'tree';
    if (!plain) return { ok: false, problems: [notPlain(name, mode)] };
    if (name === file) return { ok: true, value: { mode, id } };
  }
  return { ok: true, value: null };
}

function notPlain(name: string, mode: string): Problem {
  return {
    code: 'gitops.not-a-file',
    where: name,
    found: `a link, a submodule or a directory (mode ${mode})`,
    expected: 'directories on the way and a plain file at the end',
    remedy: 'mend `gitops.file`',
  };
}

function notUtf8(file: string): Problem {
  return {
    code: 'gitops.not-utf8',
    where: file,
    found: 'bytes that are not UTF-8',
    expected: 'YAML in UTF-8',
    remedy: 'save the file as UTF-8 and commit it',
  };
}
