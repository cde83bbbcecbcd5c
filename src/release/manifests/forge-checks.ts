import type { ResolvedGitops } from '../../config/index.ts';
import type { Check, Checked } from '../../model/check.ts';
import type { BranchRules, Forge } from '../../model/forge.ts';
import type { ForgePatience } from './gitops-forge.ts';

/** What `shiplock doctor` looks at in the GitOps repository at its forge: may we do what a release does there, and what guards the branch? */

type Gitops = Pick<ResolvedGitops, 'branch' | 'by'> & { readonly forge: NonNullable<ResolvedGitops['forge']> };

export function gitopsForgeChecks(
  { branch, by, forge: settings }: Gitops,
  open: (patience: ForgePatience) => Promise<Forge>,
  eachMs: number,
): readonly Check[] {
  const { repository, app } = settings;
  const patienceMs = Math.max(500, eachMs - 500);
  const forge = (signal: AbortSignal): Promise<Forge> => open({ signal, patienceMs });
  return [
    {
      id: 'gitops.forge',
      title: `${repository} at ${settings.api}, as ${app === undefined ? 'the owner of a token' : `App ${app.id}`}`,
      // A refusal says by itself what is missing: the credentials, a permission, or the repository.
      look: async (signal) => rightsAnswer(await (await forge(signal)).rights.granted(), { repository, by }),
    },
    {
      id: 'gitops.forge.branch',
      title: `Rules of the branch ${branch} of ${repository}`,
      look: async (signal) => {
        const { rules, commits, rights } = await forge(signal);
        // A branch that is not there, and a repository that we may not see, get the same answer: this one tells them apart.
        await rights.granted();
        if ((await commits.head(branch)) === undefined) return noBranch(repository, branch);
        return branchAnswer(await rules.branch(branch), { repository, branch, by });
      },
    },
    {
      id: 'gitops.forge.bypass',
      title: `A way back past the rules of ${branch} of ${repository}`,
      look: async (signal) => bypassAnswer(await (await forge(signal)).rules.branch(branch), { repository, branch }),
    },
  ];
}

const FOR_PUSHES = { contents: 'read' } as const;
const FOR_REQUESTS = { contents: 'write', pull_requests: 'write', checks: 'read', statuses: 'read' } as const;

/** Pure. */
export function rightsAnswer(
  granted: Readonly<Record<string, string>> | null,
  { repository, by }: { readonly repository: string; readonly by: Gitops['by'] },
): Checked {
  if (granted === null) {
    return { state: 'ok', found: 'readable; what this token may write shows only when it writes' };
  }
  const needed: Readonly<Record<string, string>> = by === 'pull-request' ? FOR_REQUESTS : FOR_PUSHES;
  const missing = Object.entries(needed).filter(
    ([name, least]) => granted[name] === undefined || (least === 'write' && granted[name] === 'read'),
  );
  if (missing.length === 0) return { state: 'ok', found: 'the App is installed and may do what a release does' };
  const words = missing.map(([name, least]) => `${name}: ${least}`).join(', ');
  return {
    state: 'failed',
    found: `an App without ${words}`,
    expected: Object.entries(needed)
      .map(([name, least]) => `${name}: ${least}`)
      .join(', '),
    mend: `give the App ${words} in its settings, and accept that in the installation of ${repository}`,
  };
}

function noBranch(repository: string, branch: string): Checked {
  return {
    state: 'failed',
    found: `no branch ${branch}`,
    expected: 'the branch that gitops.branch names',
    mend: `push it to ${repository}, or change gitops.branch`,
  };
}

interface Where {
  readonly repository: string;
  readonly branch: string;
}

/** Pure. */
export function branchAnswer(rules: BranchRules, { repository, branch, by }: Where & Pick<Gitops, 'by'>): Checked {
  const open = [
    ...(rules.forcePushes === 'allowed' ? ['its history may be rewritten'] : []),
    ...(rules.deletions === 'allowed' ? ['it may be deleted'] : []),
  ];
  const unreviewed = by === 'pull-request' && rules.approvals === 0 && rules.requiredChecks.length === 0;
  const wanted = ['non_fast_forward', 'deletion'];
  if (open.length > 0) {
    return {
      state: 'failed',
      found: open.join(', and '),
      expected: 'a branch whose history nobody rewrites',
      mend: rulesetCommand({ repository, branch }, wanted),
    };
  }
  if (unreviewed) {
    return {
      state: 'warning',
      found: 'a pull request is merged without anybody having looked at it: no review and no check is required',
      expected: 'a rule that requires reviews or checks, since releases come by pull request',
      mend: rulesetCommand({ repository, branch }, [...wanted, 'pull_request']),
    };
  }
  if (rules.forcePushes === 'unknown' || rules.deletions === 'unknown') {
    return {
      state: 'warning',
      found: 'we may not see whether its history can be rewritten',
      expected: 'administration: read, which shows the protection of branches',
      mend: 'give the App administration: read, or look at the rules yourself',
    };
  }
  const parts = [`${rules.approvals} approvals`, `${rules.requiredChecks.length} checks required`];
  return { state: 'ok', found: `no forced push, no deletion, ${parts.join(', ')}` };
}

/** May somebody push past the reviews? A way back waits for none. Pure. */
export function bypassAnswer({ approvals, requiredChecks, updates, bypass }: BranchRules, where: Where): Checked {
  if (approvals === 0 && requiredChecks.length === 0 && updates !== 'restricted') {
    return { state: 'ok', found: 'no rule stands against a push' };
  }
  const expected = 'the account that pushes for us may pass the rules: a way back waits for no review';
  const mend = `add it to the bypass list of the ruleset, as always allowed: settings of ${where.repository}, Rules`;
  if (bypass === 'unknown') {
    return { state: 'warning', found: `we may not see who may pass the rules of ${where.branch}`, expected, mend };
  }
  const always = bypass.filter((one) => one.always);
  if (always.length === 0) {
    return { state: 'failed', found: 'nobody may push past reviews and checks', expected, mend };
  }
  return { state: 'ok', found: always.map(({ kind, id }) => `${kind} ${id ?? ''}`.trimEnd()).join(', ') };
}

/** A command that makes a ruleset; with a review where one is wanted. Pure. */
export function rulesetCommand({ repository, branch }: Where, types: readonly string[]): string {
  const review = {
    required_approving_review_count: 1,
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  };
  const ruleset = {
    name: `shiplock ${branch}`,
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules: types.map((type) => (type === 'pull_request' ? { type, parameters: review } : { type })),
  };
  return `echo '${JSON.stringify(ruleset).replaceAll("'", "'\\''")}' | gh api -X POST repos/${repository}/rulesets --input -`;
}
