import type { Exec } from '../../model/ports.ts';
import { bad, ok, type Problem, ProblemError, type Result } from '../../model/problem.ts';

/** Checks a commit out in the working copy of the runner, and says what lies there then. */

const FETCH_MS = 300_000;
const GIT_MS = 60_000;

export interface WorkTree {
  readonly exec: Exec;
  readonly baseDir: string;
}

/**
 * The commit that is checked out at the end, with its submodules as it names them. Refused: a commit that the remote does not give, changes that
 * would be lost, files that belong to no commit (a build would take them in), and what is left different after all.
 */
export async function checkOut({ exec, baseDir }: WorkTree, commit: string): Promise<Result<string>> {
  const git = (timeoutMs: number, ...args: readonly string[]) =>
    // A hook or a replacement of an object in the copy of the runner must not have a say in what is checked out.
    exec.read(
      [
        'git',
        '--no-replace-objects',
        '-c',
        'core.hooksPath=/dev/null',
        '-c',
        'advice.detachedHead=false',
        '-C',
        baseDir,
        ...args,
      ],
      { timeoutMs },
    );
  const no = (found: string, expected: string, remedy: string): Result<string> =>
    bad(problem(commit, found.trim().split('\n')[0] ?? '', expected, remedy));
  const top = await git(GIT_MS, 'rev-parse', '--show-toplevel');
  if (top.exitCode !== 0) return no(top.stderr, 'a working copy of the repository', 'check the repository out first');
  const before = await left(git);
  if (before !== undefined)
    return no(before, 'a working copy with nothing of its own', 'clean the working copy of the runner');
  if ((await git(GIT_MS, 'cat-file', '-e', `${commit}^{commit}`)).exitCode !== 0) {
    const fetched = await git(FETCH_MS, 'fetch', '--quiet', '--no-tags', '--no-recurse-submodules', 'origin', commit);
    if (fetched.exitCode !== 0) {
      return no(
        fetched.stderr,
        'a commit that the remote `origin` gives',
        'see whether the runner may fetch; then write the command again',
      );
    }
  }
  const switched = await git(GIT_MS, 'checkout', '--quiet', '--detach', '--no-recurse-submodules', commit);
  if (switched.exitCode !== 0)
    return no(switched.stderr, 'a checkout that goes through', 'clean the working copy of the runner');
  const modules = await git(GIT_MS, 'ls-files', '--stage', '--', ':/');
  if (/^160000 /m.test(modules.stdout)) {
    const updated = await git(
      FETCH_MS,
      '-C',
      top.stdout.trim(),
      'submodule',
      'update',
      '--init',
      '--recursive',
      '--checkout',
      '--force',
    );
    if (updated.exitCode !== 0)
      return no(updated.stderr, 'submodules that can be fetched', 'see whether the runner may fetch them');
  }
  const after = await left(git);
  if (after !== undefined)
    return no(after, 'exactly the files of the commit', 'see who changes the working copy of the runner');
  const head = await git(GIT_MS, 'rev-parse', '--verify', 'HEAD^{commit}');
  return ok(head.stdout.trim());
}

/** What differs from the commit, submodules and files without a commit included; undefined: nothing. Our own state may lie there. */
async function left(
  git: (timeoutMs: number, ...args: readonly string[]) => ReturnType<Exec['read']>,
): Promise<string | undefined> {
  const status = await git(
    GIT_MS,
    '--no-optional-locks',
    'status',
    '--porcelain',
    '--untracked-files=normal',
    '--ignore-submodules=none',
    '--',
    ':/',
    ':(top,exclude,glob)**/.shiplock/**',
  );
  if (status.exitCode !== 0) return status.stderr;
  const [first] = status.stdout.split('\n').filter((line) => line.trim() !== '');
  return first === undefined ? undefined : `a file that differs: ${first}`;
}

function problem(commit: string, found: string, expected: string, remedy: string): Problem {
  return { code: 'chat.no-checkout', where: `commit ${commit.slice(0, 12)}`, found, expected, remedy };
}

/** Does a branch of the remote hold this commit now? A name that no branch has holds nothing. */
export async function holdsCommit({ exec, baseDir }: WorkTree, branch: string, commit: string): Promise<boolean> {
  const git = (...args: readonly string[]) =>
    exec.read(['git', '--no-replace-objects', '-C', baseDir, ...args], { timeoutMs: FETCH_MS });
  const own = `refs/shiplock/chat/${branch}`;
  const shallow = (await git('rev-parse', '--is-shallow-repository')).stdout.trim() === 'true';
  const refspec = `+refs/heads/${branch}:${own}`;
  const fetched = await git(
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-recurse-submodules',
    ...(shallow ? ['--unshallow'] : []),
    'origin',
    refspec,
  );
  if (fetched.exitCode !== 0) return false;
  return (await git('merge-base', '--is-ancestor', commit, own)).exitCode === 0;
}

/** Commit that a branch of the remote is at now, null where it is gone, by git itself; undefined: the remote does not answer. */
export async function headOf({ exec, baseDir }: WorkTree, branch: string): Promise<string | null | undefined> {
  const ref = `refs/heads/${branch}`;
  const look = await exec.read(['git', '-C', baseDir, 'ls-remote', 'origin', ref], { timeoutMs: GIT_MS });
  if (look.exitCode !== 0) return undefined;
  const lines = look.stdout.split('\n').map((line) => line.split('\t'));
  return lines.find(([, name]) => name === ref)?.[0] ?? null;
}

/** The branch that the remote calls its own. */
export async function defaultBranch({ exec, baseDir }: WorkTree): Promise<string> {
  const argv = ['git', '-C', baseDir, 'ls-remote', '--symref', 'origin', 'HEAD'];
  const { stdout } = await exec.read(argv, { timeoutMs: GIT_MS });
  const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout)?.[1];
  if (branch !== undefined) return branch;
  throw new ProblemError({
    code: 'chat.no-default-branch',
    where: baseDir,
    found: 'a remote `origin` that does not say which branch is its own',
    expected: 'a repository with a default branch',
    remedy: 'see whether the runner may read the remote',
  });
}

/** Tree of what is checked out, which came from the forge; undefined: nothing is. */
export async function treeOf({ exec, baseDir }: WorkTree): Promise<string | undefined> {
  const argv = ['git', '-C', baseDir, 'rev-parse', '--verify', '--quiet', 'HEAD^{tree}'];
  const { exitCode, stdout } = await exec.read(argv, { timeoutMs: GIT_MS });
  return exitCode === 0 ? stdout.trim() : undefined;
}
