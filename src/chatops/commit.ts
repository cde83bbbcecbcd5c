import type { ChatRules, Policy } from '../model/people.ts';
import { bad, ok, type Problem, type Result } from '../model/problem.ts';
import { personOf } from './authorise.ts';
import type { Account, ChatForge, Check, Comment, Review, Thread } from './ports.ts';

/**
 * Which commit a comment means, and whether it may go there. What a person types, and what the server itself recorded, count; dates inside of
 * commits never do, since whoever makes a commit chooses them.
 */

/** As many digits as nobody can collide with on purpose in a minute, and as git prints for a release. */
export const LEAST_DIGITS = 12;

/** What is wrong with the name of a commit; undefined: nothing. */
export function commitNameProblem(text: string): string | undefined {
  return /^[0-9a-f]{12,64}$/.test(text) ? undefined : `It must be ${LEAST_DIGITS} to 64 small hexadecimal digits.`;
}

export interface CommitQuestion {
  readonly environment: string;
  readonly comment: Pick<Comment, 'createdAt'>;
  readonly thread: Thread;
  readonly rules: ChatRules;
  /** Digits that the comment names; undefined: none. */
  readonly named: string | undefined;
}

/** The commit that is meant: the same at each asking, whatever is pushed meanwhile. */
export async function pin(
  { environment, comment, thread, rules, named }: CommitQuestion,
  forge: Pick<ChatForge, 'commitNamed' | 'commitAt' | 'defaultBranch'>,
): Promise<Result<string>> {
  if (named !== undefined) return forge.commitNamed(named);
  if (rules.commit === 'named') return bad(unnamed(environment));
  return forge.commitAt(thread.pull?.branch ?? (await forge.defaultBranch()), comment.createdAt);
}

export interface CommitFacts {
  readonly commit: string;
  readonly environment: string;
  readonly rules: ChatRules;
  readonly policy: Policy;
  /** Does the default branch hold it now, or, where the rules allow that, the branch of the pull request? */
  readonly held: boolean;
  readonly thread: Thread;
  readonly checks: readonly Check[];
  readonly reviews: readonly Review[];
}

/** What the environment asks of the commit itself. */
export async function lookAtCommit(
  question: Pick<CommitFacts, 'commit' | 'environment' | 'rules' | 'policy' | 'thread'>,
  forge: Pick<ChatForge, 'checks' | 'reviews' | 'holds' | 'defaultBranch'>,
): Promise<CommitFacts> {
  const { commit, rules, thread } = question;
  const { pull } = thread;
  // A server shows the commits of every fork under the name of this repository too: only a branch of ours makes one ours.
  const own = rules.commitsFrom === 'any-branch' && pull !== null && !pull.fork ? pull.branch : undefined;
  const [held, checks, reviews] = await Promise.all([
    own !== undefined && (await forge.holds(own, commit)) ? true : forge.holds(await forge.defaultBranch(), commit),
    rules.checks.length === 0 ? [] : forge.checks(commit),
    rules.reviews === 0 || pull === null ? [] : forge.reviews(thread.number),
  ]);
  return { ...question, held, checks, reviews };
}

/** Every reason why this commit may not go there; pure. */
export function commitProblems(facts: CommitFacts): readonly Problem[] {
  return [...placeProblems(facts), ...checkProblems(facts), ...reviewProblems(facts)];
}

function placeProblems({ commit, environment, rules, held, thread }: CommitFacts): readonly Problem[] {
  if (held) return [];
  const ownToo = rules.commitsFrom === 'any-branch' && thread.pull !== null;
  return [
    {
      code: 'chat.commit-elsewhere',
      where: `${commit.slice(0, LEAST_DIGITS)} to ${environment}`,
      found: ownToo
        ? 'a commit that is neither in the branch of this pull request nor in the default branch now'
        : 'a commit that is not in the default branch now',
      expected: ownToo
        ? 'a commit of one of them: what was taken out was taken out for a reason'
        : 'a commit of the default branch',
      remedy: 'merge it first, or write the command where the commit belongs',
    },
  ];
}

function checkProblems({ commit, environment, rules, checks }: CommitFacts): readonly Problem[] {
  return rules.checks.flatMap((name) => {
    const found = checks.filter((one) => one.name === name);
    if (found.length > 0 && found.every(({ state }) => state === 'success')) return [];
    return [
      {
        code: 'chat.check-missing',
        where: `${commit.slice(0, LEAST_DIGITS)} to ${environment}: ${name}`,
        found: found.find(({ state }) => state !== 'success')?.state ?? 'no such check for this commit',
        expected: 'success, for exactly this commit',
        remedy: 'wait for it or mend it, then write the command again',
      },
    ];
  });
}

function reviewProblems({ commit, environment, rules, policy, reviews, thread }: CommitFacts): readonly Problem[] {
  if (rules.reviews === 0) return [];
  const where = `${commit.slice(0, LEAST_DIGITS)} to ${environment}: reviews`;
  if (thread.pull === null) {
    return [
      {
        code: 'chat.reviews-missing',
        where,
        found: 'an issue, which has no reviews',
        expected: `the pull request of the commit, with ${rules.reviews} approving`,
        remedy: 'write the command in the pull request',
      },
    ];
  }
  const author = personKey(policy, thread.pull.author);
  const last = new Map(
    reviews.filter(({ state }) => state !== 'other').map((one) => [personKey(policy, one.author), one]),
  );
  last.delete(author);
  const against = [...last].filter(([, { state }]) => state === 'changes-requested').map(([name]) => name);
  const approving = [...last].filter(
    ([name, one]) => known(policy, name) && one.state === 'approved' && one.commit === commit,
  );
  if (against.length === 0 && approving.length >= rules.reviews) return [];
  return [
    {
      code: 'chat.reviews-missing',
      where,
      found:
        against.length > 0
          ? `${against.join(', ')} asks for changes`
          : `${approving.length} of ${rules.reviews} approving at this commit${approving.length < last.size ? '; others looked at another commit or are not in the policy' : ''}`,
      expected: `${rules.reviews} persons of the policy, other than the author, who approve exactly this commit`,
      remedy: 'ask for a review of the commit, then write the command again',
    },
  ];
}

/** Two accounts of one person are one person; an account of nobody stands for itself. */
function personKey(policy: Policy, account: Account | null): string {
  if (account === null) return 'an account that is gone';
  return personOf(policy, account)?.id ?? `account ${account.id}`;
}

function known({ people }: Policy, name: string): boolean {
  return people.some(({ id }) => id === name);
}

function unnamed(environment: string): Problem {
  return {
    code: 'chat.commit-unnamed',
    where: environment,
    found: 'a command that does not name its commit',
    expected: `${LEAST_DIGITS} or more digits of it`,
    remedy: 'write --commit with the digits that you have looked at: `git rev-parse HEAD`',
  };
}

/** Does what is checked out have the commit that was meant? */
export function sameCommit(wanted: string, found: string): Result<void> {
  if (wanted === found) return ok(undefined);
  return bad({
    code: 'chat.other-commit',
    where: 'the checkout',
    found,
    expected: `${wanted}, which the comment means`,
    remedy: 'nothing was changed; write the command again, and see who changes the checkout of the runner',
  });
}
