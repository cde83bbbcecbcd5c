import { bad, ok, type Problem, ProblemError, type Result } from '../../model/problem.ts';
import type { Release } from '../../model/release.ts';
import type { Service } from '../door.ts';

/** Names of versions. A release is immutable: one name never means two things. */

/** Commit of the source. A working tree that differs from it is refused: nobody could say later what was released. */
export async function sourceCommit(service: Pick<Service, 'exec' | 'baseDir'>, allowDirty: boolean): Promise<string> {
  const { exec, baseDir } = service;
  const head = await exec.read(['git', '-C', baseDir, 'rev-parse', '--verify', 'HEAD']);
  if (head.exitCode !== 0) {
    throw new ProblemError({
      code: 'release.no-commit',
      where: baseDir,
      found: head.stderr.trim().split('\n')[0] ?? 'no git repository',
      expected: 'a git repository with a commit: a release names the commit it was built from',
      remedy: 'commit the service to git',
    });
  }
  const status = await exec.read([
    'git',
    // Otherwise git writes what it saw into its index: a look must not change anything, not even that.
    '--no-optional-locks',
    '-C',
    baseDir,
    'status',
    '--porcelain',
    '--untracked-files=no',
    '--',
    '.',
  ]);
  const changed = status.stdout.split('\n').filter((line) => line.trim() !== '');
  if (changed.length > 0 && !allowDirty) {
    throw new ProblemError({
      code: 'release.dirty-tree',
      where: baseDir,
      found: `${changed.length} changed files: ${changed.slice(0, 3).join(', ')}`,
      expected: 'a working tree equal to its commit',
      remedy: 'commit the changes, or give --allow-dirty for an experiment that no one else needs to repeat',
    });
  }
  return head.stdout.trim();
}

/** When a commit was made, by its committer's clock, RFC 3339 in UTC; null when git cannot tell. */
export async function commitTime(service: Pick<Service, 'exec' | 'baseDir'>, commit: string): Promise<string | null> {
  const { exec, baseDir } = service;
  const shown = await exec.read(['git', '-C', baseDir, 'show', '--no-patch', '--format=%ct', commit]);
  const seconds = shown.exitCode === 0 ? Number(shown.stdout.trim()) : Number.NaN;
  return Number.isSafeInteger(seconds) && shown.stdout.trim() !== '' ? new Date(seconds * 1000).toISOString() : null;
}

/** `1.4.0` on a tag `v1.4.0`, else `0.0.0-<twelve digits of the commit>`. */
export async function describedVersion(service: Pick<Service, 'exec' | 'baseDir'>, commit: string): Promise<string> {
  const { exec, baseDir } = service;
  const tag = await exec.read([
    'git',
    '-C',
    baseDir,
    'describe',
    '--tags',
    '--exact-match',
    '--match',
    'v[0-9]*',
    commit,
  ]);
  return tag.exitCode === 0 ? tag.stdout.trim().replace(/^v/, '') : `0.0.0-${commit.slice(0, 12)}`;
}

/** A name that `describedVersion` made of a commit, not of a tag. */
export function isNamedAfterCommit(version: string): boolean {
  return /^0\.0\.0-[0-9a-f]{12}$/.test(version);
}

/** `1.4.0+config.3f2a91bc` → `1.4.0`: the software, whatever its settings. */
export function withoutConfiguration(version: string): string {
  return version.replace(/\+config\.[0-9a-f]{8}$/, '');
}

export interface Naming {
  readonly wanted: string | undefined;
  /** Name by tag or commit. */
  readonly described: string;
  readonly commit: string;
  /** Hash of the configuration to be released. */
  readonly hash: string;
  /** Version that serves. */
  readonly live: string | null;
  /** Releases this environment has a record of. */
  readonly known: readonly Pick<Release, 'version' | 'commit' | 'configHash'>[];
}

/**
 * The name of what is released. The same code with another configuration is a release of its own: it gets a suffix, so that
 * both can run side by side in a canary. A name that was used for another commit is refused. Pure.
 */
export function nameVersion(naming: Naming): Result<string> {
  const { wanted, described, commit, hash, live, known } = naming;
  const base = wanted ?? described;
  const taken = known.find((one) => one.version === base);
  if (taken !== undefined && taken.commit !== commit) return bad(versionTaken(base, taken.commit, commit));
  const name = taken === undefined || taken.configHash === hash ? base : `${base}+config.${hash.slice(7, 15)}`;
  return name === live ? bad(alreadyLive(name)) : ok(name);
}

function versionTaken(version: string, before: string, now: string): Problem {
  return {
    code: 'release.version-taken',
    where: version,
    found: `it names commit ${before.slice(0, 12)} already`,
    expected: `one commit per version; this is ${now.slice(0, 12)}`,
    remedy: 'tag the commit with a new version, or give another name with --release',
  };
}

function alreadyLive(version: string): Problem {
  return {
    code: 'release.already-live',
    where: version,
    found: 'it serves already, with this configuration',
    expected: 'another version or another configuration',
    remedy: 'nothing to do; after a change of a secret alone, give it a new name with --release',
  };
}
