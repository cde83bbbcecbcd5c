import type { Check, Checked } from '../model/check.ts';
import type { CommandResult, Exec } from '../model/ports.ts';
import { unwrap } from '../model/problem.ts';
import { git, locate } from './git.ts';
import type { GitopsPlace } from './observe.ts';

/** Can the repository that names what serves be read, and is its branch there? Whether it takes a push shows only a push. */
export function gitopsChecks(place: GitopsPlace, exec: Exec): readonly Check[] {
  const { repository, branch } = place;
  return [
    {
      id: 'gitops.repository',
      title: `GitOps repository ${repository}, branch ${branch}`,
      look: async (signal) => {
        const { address } = unwrap(locate(repository, place.workDir, place.baseDir ?? '.'));
        // Any directory does: nothing of a repository here is asked.
        const argv = git('/nonexistent', 'ls-remote', '--heads', '--', address, `refs/heads/${branch}`);
        return branchAnswer(branch, address, await exec.read(argv, { timeoutMs: 4_000, signal }));
      },
    },
  ];
}

/** Pure. */
export function branchAnswer(branch: string, address: string, { exitCode, stdout, stderr }: CommandResult): Checked {
  const head = /^[0-9a-f]{40,64}/.exec(stdout)?.[0];
  if (exitCode === 0 && head !== undefined) return { state: 'ok', found: `readable, at ${head.slice(0, 12)}` };
  if (exitCode === 0) {
    return {
      state: 'failed',
      found: `no branch ${branch}`,
      expected: 'the branch that gitops.branch names',
      mend: `git push ${address} HEAD:refs/heads/${branch}, from a clone of it; or change gitops.branch`,
    };
  }
  return {
    state: 'failed',
    found: stderr.trim().split('\n')[0] ?? `git ended with ${exitCode}`,
    expected: 'a repository that this machine can read',
    mend: `git ls-remote ${address}`,
  };
}
