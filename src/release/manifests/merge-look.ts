import type { BranchRules, Forge, ForgePull, ForgeReview } from '../../model/forge.ts';
import type { Problem } from '../../model/problem.ts';

/** Why git does not name a version yet that a pull request asks for. */

export interface Asked {
  readonly branch: string;
  readonly base: string;
  /** `owner/name`. */
  readonly where: string;
  /** What git names now. */
  readonly named: string | null;
  readonly value: string;
}

export async function stillMissing(forge: Pick<Forge, 'pulls' | 'rules'>, asked: Asked): Promise<Problem> {
  const pull = await forge.pulls.ofBranch(asked.branch);
  if (pull === undefined || !pull.open) return overProblem(asked, pull);
  const [rules, said, reviews] = await Promise.all([
    forge.rules.branch(asked.base),
    forge.rules.saidOf(pull.head.commit),
    forge.pulls.reviews(pull.number),
  ]);
  const { notGood } = await import('../../forge/index.ts');
  const checks = notGood(rules.requiredChecks, said).map(({ check, state }) => `${check.name} (${state})`);
  return openProblem(asked, pull, { approvals: approvalsOf(reviews, pull), rules, checks });
}

/** Before it is opened. Pure. */
export function notYet({ where, base, named, value }: Asked): Problem {
  return {
    code: 'release.not-merged',
    where,
    found: `${base} names ${named ?? 'nothing'}`,
    expected: `${base} names ${value}`,
    remedy: 'let somebody merge the pull request that the release opens, then `shiplock resume`',
  };
}

/** Persons whose newest word on exactly this commit is a yes. Pure. */
export function approvalsOf(
  reviews: readonly ForgeReview[],
  { head, author }: Pick<ForgePull, 'head' | 'author'>,
): number {
  const newest = new Map<number, ForgeReview>();
  for (const review of reviews) {
    if (review.author === null || review.author.id === author?.id || review.state === 'commented') continue;
    newest.set(review.author.id, review);
  }
  return [...newest.values()].filter(({ state, commit }) => state === 'approved' && commit === head.commit).length;
}

/** Pure. */
export function openProblem(
  { where, value }: Pick<Asked, 'where' | 'value'>,
  { number, url }: Pick<ForgePull, 'number' | 'url'>,
  seen: {
    readonly approvals: number;
    readonly rules: Pick<BranchRules, 'approvals'>;
    readonly checks: readonly string[];
  },
): Problem {
  const { approvals, rules, checks } = seen;
  const waits = [
    ...(approvals < rules.approvals ? [`${approvals} of ${rules.approvals} approvals`] : []),
    ...(checks.length === 0 ? [] : [`checks that are not good: ${checks.join(', ')}`]),
  ];
  return {
    code: 'release.not-merged',
    where: `${where}#${number}`,
    found: `it is open${waits.length === 0 ? ', and nothing that we can see stands against merging it' : `, with ${waits.join(' and ')}`}`,
    expected: `${value}, merged`,
    remedy: `let somebody merge ${url}, then \`shiplock resume\`; or \`shiplock rollout abort\``,
  };
}

function overProblem({ where, base, named, value }: Asked, pull: ForgePull | undefined): Problem {
  const became =
    pull === undefined
      ? 'there is no pull request'
      : pull.merged
        ? `#${pull.number} is merged`
        : `#${pull.number} is closed, not merged`;
  return {
    code: 'release.not-merged',
    where: pull === undefined ? where : `${where}#${pull.number}`,
    found: `${became}, and ${base} names ${named ?? 'nothing'}`,
    expected: `${base} names ${value}`,
    remedy: '`shiplock rollout abort`, then release again; a pull request that was closed can be opened again instead',
  };
}
