import type { Exec } from '../model/ports.ts';
import { type Problem, ProblemError, type Result } from '../model/problem.ts';
import { blobId, type GitLocation, git, look } from './git.ts';

/** One of our commits at or below the head of the branch. */
export interface OurCommit {
  readonly commit: string;
  readonly run: string;
  readonly node: string;
  readonly environment: string;
  readonly fence: number;
}

/** A branch as it is now. */
export interface Head {
  /** Commit at the head; null when the branch does not exist yet. */
  readonly base: string | null;
  /** Mode and text of the file; null when it does not exist. */
  readonly file: { readonly mode: string; readonly text: string } | null;
  /** Ours among the newest commits, newest first. */
  readonly ours: readonly OurCommit[];
}

export interface Place {
  readonly location: GitLocation;
  readonly branch: string;
  readonly file: string;
}

export const TRAILERS = {
  run: 'Shiplock-Run',
  node: 'Shiplock-Node',
  release: 'Shiplock-Release',
  environment: 'Shiplock-Environment',
  fence: 'Shiplock-Fence',
} as const;

/** How far back our own commits are looked for. */
const RECENT = 50;
const TIMEOUT_MS = 60_000;

/** Reads the head of the branch and the file there. A remote is fetched into our own cache first; nothing else is written. */
export async function readHead(place: Place, exec: Exec, signal?: AbortSignal): Promise<Head> {
  const { location, branch, file } = place;
  const options = { where: location.address, timeoutMs: TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
  const gitDir = await readable(location, branch, exec, options);
  const ref = location.kind === 'local' ? `refs/heads/${branch}` : 'refs/shiplock/head';
  const refs = await look(exec, git(gitDir, 'for-each-ref', '--format=%(objectname)', ref), options);
  const base = refs.trim() === '' ? null : refs.trim();
  if (base === null) return { base, file: null, ours: [] };
  const ours = oursIn(await look(exec, git(gitDir, 'log', `-n${RECENT}`, `--format=${LOG_FORMAT}`, base), options));
  const entry = entryFor(await look(exec, git(gitDir, 'ls-tree', '-z', base, '--', ...ancestors(file)), options), file);
  if (!entry.ok) throw new ProblemError(entry.problems);
  if (entry.value === null) return { base, file: null, ours };
  const { mode, id } = entry.value;
  const text = await look(exec, git(gitDir, 'cat-file', 'blob', id), options);
  // Bytes that are not UTF-8 do not survive the way through text; the id tells.
  if (blobId(new TextEncoder().encode(text), id) !== id) throw new ProblemError(notUtf8(file));
  return { base, file: { mode, text }, ours };
}

async function readable(
  location: GitLocation,
  branch: string,
  exec: Exec,
  options: { readonly where: string; readonly timeoutMs: number },
): Promise<string> {
  if (location.kind === 'local') {
    const answer = await look(
      exec,
      [
        'env',
        '-u',
        'GIT_DIR',
        '-u',
        'GIT_WORK_TREE',
        'LC_ALL=C',
        'git',
        '-c',
        'safe.directory=*',
        '-C',
        location.address,
        'rev-parse',
        '--absolute-git-dir',
      ],
      options,
    );
    return answer.trim();
  }
  await look(exec, ['git', 'init', '--quiet', '--bare', location.cache], options);
  const advertised = await look(
    exec,
    git(location.cache, 'ls-remote', location.address, `refs/heads/${branch}`),
    options,
  );
  if (advertised.trim() === '')
    await look(exec, git(location.cache, 'update-ref', '-d', 'refs/shiplock/head'), options);
  else await look(exec, git(location.cache, ...fetchArgs(location, branch)), options);
  return location.cache;
}

/** Arguments that bring the head of the branch into the cache. */
export function fetchArgs(location: GitLocation, branch: string): readonly string[] {
  const depth = location.kind === 'remote' ? [`--depth=${RECENT}`] : [];
  return ['fetch', '--quiet', '--no-tags', ...depth, location.address, `+refs/heads/${branch}:refs/shiplock/head`];
}

const FIELDS = [TRAILERS.run, TRAILERS.node, TRAILERS.environment, TRAILERS.fence];
const LOG_FORMAT = ['%H', ...FIELDS.map((key) => `%(trailers:key=${key},valueonly,separator=%x2C)`)].join('%x09');

/** Pure: commits with all of our trailers, from the log. */
export function oursIn(log: string): readonly OurCommit[] {
  return log.split('\n').flatMap((line) => {
    const [commit = '', run = '', node = '', environment = '', fence = ''] = line.split('\t');
    if (run === '' || !/^\d+$/.test(fence)) return [];
    return [{ commit, run, node, environment, fence: Number(fence) }];
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
