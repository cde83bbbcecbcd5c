import { basename, relative } from 'node:path';
import type { ReleaseNotes } from '../../model/notes.ts';
import { ProblemError } from '../../model/problem.ts';
import type { MigrationRef } from '../../model/release.ts';
import type { Service } from '../door.ts';
import { type Commit, commitsIn, LOG_FORMAT } from './entries.ts';

/** What git knows about the way from one commit to another. Only looks. */

export type Repository = Pick<Service, 'exec' | 'baseDir'>;

/** More than these are not looked at, and said to be left out. */
export const MOST_COMMITS = 2_000;

/** The whole name of a commit, by whatever git understands; undefined: there is none here. */
export async function commitNamed(repository: Repository, name: string): Promise<string | undefined> {
  const argv = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const found = await ask(repository, argv);
  return found.exitCode === 0 ? found.stdout.trim() : undefined;
}

/** Throws when the history was cut off: notes would leave out what they do not see. */
export async function wholeHistory(repository: Repository): Promise<void> {
  const { stdout } = await ask(repository, ['rev-parse', '--is-shallow-repository']);
  if (stdout.trim() !== 'true') return;
  throw new ProblemError({
    code: 'release.notes-shallow',
    where: repository.baseDir,
    found: 'a checkout without its whole history',
    expected: 'every commit between the two releases',
    remedy: 'give `fetch-depth: 0` to actions/checkout, or run `git fetch --unshallow`',
  });
}

/** Commits that one side has and the other has not, newest first, and how many older ones were left out. */
export async function commitsOf(
  repository: Repository,
  has: readonly string[],
  hasNot: readonly string[],
): Promise<{ readonly commits: readonly Commit[]; readonly left: number }> {
  const range = [...has, ...hasNot.map((commit) => `^${commit}`)];
  const counted = await answer(repository, ['rev-list', '--count', ...range]);
  const log = await answer(repository, [
    'log',
    '-z',
    '--topo-order',
    '--no-show-signature',
    '--no-notes',
    '--no-color',
    '--encoding=UTF-8',
    '--no-patch',
    `--max-count=${MOST_COMMITS}`,
    `--format=${LOG_FORMAT}`,
    ...range,
  ]);
  return { commits: commitsIn(log), left: Math.max(0, Number(counted.trim()) - MOST_COMMITS) };
}

/** A side of the comparison: what its record says of its migrations, else what lies there at its commit. */
export interface Side {
  readonly commit: string;
  readonly migrations: readonly MigrationRef[] | null;
}

/** Migrations that come and go. */
export async function migrationsBetween(
  repository: Repository,
  dir: string,
  from: Side | null,
  to: Side,
): Promise<ReleaseNotes['migrations']> {
  const names = async (side: Side | null): Promise<readonly string[]> =>
    side === null ? [] : (side.migrations?.map(({ id }) => id) ?? (await migrationsAt(repository, dir, side.commit)));
  const [before, after] = await Promise.all([names(from), names(to)]);
  const tell = (side: Side, change: 'new' | 'gone') => async (id: string) => {
    const known = side.migrations?.find((one) => one.id === id) ?? (await headerAt(repository, dir, side.commit, id));
    return { id, change, phase: known?.phase ?? null, breaks: known?.breaks ?? null };
  };
  return Promise.all([
    ...after.filter((id) => !before.includes(id)).map(tell(to, 'new')),
    ...(from === null ? [] : before.filter((id) => !after.includes(id)).map(tell(from, 'gone'))),
  ]);
}

const MIGRATION = /^(\d{4}_[a-z0-9][a-z0-9_-]*)\.sql$/;

async function migrationsAt(repository: Repository, dir: string, commit: string): Promise<readonly string[]> {
  const { exitCode, stdout } = await ask(repository, [
    'ls-tree',
    '-z',
    '--name-only',
    commit,
    '--',
    `${inside(repository, dir)}/`,
  ]);
  if (exitCode !== 0) return [];
  return stdout.split('\0').flatMap((path) => MIGRATION.exec(basename(path))?.[1] ?? []);
}

async function headerAt({ exec, baseDir }: Repository, dir: string, commit: string, id: string) {
  const file = `${inside({ baseDir }, dir)}/${id}.sql`;
  const { exitCode, stdout } = await ask({ exec, baseDir }, ['cat-file', 'blob', `${commit}:${file}`]);
  if (exitCode !== 0) return undefined;
  // Only releases without a record need it, and it brings the reader of SQL and of version ranges with it.
  const { parseHeader } = await import('../../migrate/index.ts');
  const header = parseHeader(stdout, file);
  return header.ok ? header.value : undefined;
}

/** A directory as git takes it beside a commit: from here, with a dot in front. */
function inside({ baseDir }: Pick<Repository, 'baseDir'>, dir: string): string {
  const path = relative(baseDir, dir);
  if (path === '') return '.';
  return path.startsWith('..') ? path : `./${path}`;
}

/** Replaced objects would tell another history. */
function ask({ exec, baseDir }: Repository, words: readonly string[]) {
  return exec.read(['git', '--no-replace-objects', '-C', baseDir, ...words]);
}

async function answer(repository: Repository, words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await ask(repository, words);
  if (exitCode === 0) return stdout;
  throw new ProblemError({
    code: 'release.notes-git',
    where: `git ${words[0]} in ${repository.baseDir}`,
    found: stderr.trim().split('\n')[0] || `exit code ${exitCode}`,
    expected: 'the history between the two releases',
    remedy: 'check the repository with `git fsck`',
  });
}
