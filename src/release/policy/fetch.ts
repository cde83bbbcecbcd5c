import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ProblemError } from '../../model/problem.ts';
import { trusted } from '../../procedure/index.ts';
import type { Service } from '../door.ts';
import type { PolicyPlace } from './place.ts';

/** A file at the head of a branch, fetched just now. */
export interface Fetched {
  readonly commit: string;
  readonly branch: string;
  readonly text: string;
  /** Files beside it that it names, by the name that it uses, of the same commit. */
  readonly files: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 20_000;

/**
 * Asks the repository itself, into an empty directory: nothing of the working copy, its branches or its remote-tracking refs is looked at, and git
 * checks the digest of every object that arrives. Where the place is fixed by the administrator, the user's git and ssh settings do not count
 * either, since they could lead elsewhere.
 */
export async function fetchPolicy(
  service: Pick<Service, 'exec' | 'door'>,
  place: PolicyPlace,
  signal?: AbortSignal,
  named: (text: string) => readonly string[] = () => [],
): Promise<Fetched> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-policy-'));
  try {
    const git = (...args: readonly string[]) => look(service, place, ['-C', dir, ...args], signal);
    await git('init', '-q', '--bare', dir);
    const branch = place.branch ?? (await defaultBranch(place, git));
    await git('fetch', '-q', '--depth=1', '--no-tags', '--', place.address, `+refs/heads/${branch}:refs/heads/policy`);
    const commit = (await git('rev-parse', '--verify', 'refs/heads/policy^{commit}')).trim();
    const text = await git('cat-file', 'blob', `${commit}:${place.file}`);
    const files: Record<string, string> = {};
    for (const name of named(text)) {
      files[name] = await git('cat-file', 'blob', `${commit}:${join(dirname(place.file), name)}`);
    }
    return { commit, branch, text, files };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function defaultBranch(
  place: PolicyPlace,
  git: (...args: readonly string[]) => Promise<string>,
): Promise<string> {
  const answer = await git('ls-remote', '--symref', '--', place.address, 'HEAD');
  const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(answer)?.[1];
  if (branch !== undefined) return branch;
  throw unreadable(place, 'a repository without a default branch');
}

async function look(
  { exec, door }: Pick<Service, 'exec' | 'door'>,
  place: PolicyPlace,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const home = door.env['HOME'];
  const agent = door.env['SSH_AUTH_SOCK'];
  const env = {
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_COMMAND: `ssh -o BatchMode=yes${place.pinned ? ' -F none' : ''}`,
    ...(home === undefined ? {} : { HOME: home }),
    ...(agent === undefined ? {} : { SSH_AUTH_SOCK: agent }),
    ...(place.pinned ? { GIT_CONFIG_GLOBAL: '/dev/null', XDG_CONFIG_HOME: '/nonexistent' } : {}),
  };
  const settings = ['core.hooksPath=/dev/null', 'safe.directory=*', 'gc.auto=0', 'protocol.allow=never'].concat(
    ['file', 'https', 'http', 'ssh'].map((name) => `protocol.${name}.allow=always`),
  );
  const argv = trusted(['git', ...settings.flatMap((setting) => ['-c', setting]), ...args], env);
  const result = await exec
    .read(argv, { timeoutMs: TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) })
    .catch((error: unknown) => {
      throw unreadable(place, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    });
  if (result.exitCode === 0) return result.stdout;
  throw unreadable(
    place,
    result.stderr.trim().split('\n').slice(0, 3).join('; ') || `git ended with ${result.exitCode}`,
  );
}

/** Without a policy nothing goes forward: nobody could say who may. */
export function unreadable(place: PolicyPlace, found: string): ProblemError {
  return new ProblemError({
    code: 'policy.unreadable',
    where: `${place.address}${place.branch === null ? '' : ` ${place.branch}`}:${place.file}`,
    found,
    expected: 'the policy on its protected branch',
    remedy:
      'try again when the repository answers; in an emergency --break-glass REASON uses the last copy, which is recorded. A rollback needs no policy',
  });
}
