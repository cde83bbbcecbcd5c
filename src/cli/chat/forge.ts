import {
  type ChatCommand,
  type ChatForge,
  type Comment,
  commentIn,
  type Review,
  runOf,
  whyNoProof,
} from '../../chatops/index.ts';
import type { Forge, ForgeProjections, ForgeReview, ShownRun } from '../../model/forge.ts';
import { bad, ok, problemsOf, type Result } from '../../model/problem.ts';
import type { ForgeProofs } from '../../release/index.ts';
import { defaultBranch, holdsCommit, treeOf, type WorkTree } from './checkout.ts';

/** The forge as the chat needs it. What branches hold is asked of git itself, in the working copy of the runner. */

export interface Job {
  /** Names the job, the same when it is started again: a comment is claimed by it. */
  readonly claimant: string;
  /** Login of who set the job to work this time; undefined: the runner does not say. */
  readonly startedBy: string | undefined;
  /** Where people can watch it. */
  readonly url: string;
}

export function chatForge(forge: Forge, tree: WorkTree, job: Job): ChatForge {
  let read: Comment | null = null;
  // For the comment that was claimed just now nobody can have written or made anything: there is nothing to look for.
  let fresh = false;
  return {
    async comment(id) {
      read = (await forge.comments.read(id)) ?? null;
      return read;
    },
    async thread(number) {
      const pull = await forge.pulls.read(number);
      if (pull === undefined) return { number, open: true, pull: null };
      return { number, open: pull.open, pull: { branch: pull.head.branch, fork: pull.fork, author: pull.author } };
    },
    reviews: async (pull) => (await forge.pulls.reviews(pull)).map(reviewOf),
    checks: async (commit) =>
      (await forge.rules.saidOf(commit)).map(({ name, state }) => ({
        name,
        state: state === 'good' ? 'success' : state,
      })),
    defaultBranch: () => defaultBranch(tree),
    commitNamed: (digits) => asked(digits, () => forge.commits.byPrefix(digits)),
    commitAt: (branch, at) => asked(branch, async () => (await forge.pushes.commitAt(branch, at)).commit),
    holds: (branch, commit) => holdsCommit(tree, branch, commit),
    async isMember(team, { id }) {
      const [organisation = '', slug = ''] = team.split('/');
      return forge.people.inTeam(id, { organisation, slug });
    },
    async starter() {
      // The runner knows names only. Another name than that of who wrote the comment is somebody whom nobody can tell.
      const author = read?.author;
      if (author != null && job.startedBy === author.login) return author;
      return { id: 0, login: job.startedBy ?? 'nobody', bot: false };
    },
    async claim(comment) {
      const claimed = await forge.claims.claim(comment, job.claimant, await treeOf(tree));
      fresh = claimed.kind === 'won' && claimed.fresh;
      return claimed.kind === 'won' ? 'ours' : 'taken';
    },
    react: (comment, reaction) => forge.reactions.add(comment, reaction),
    async tell(thread, mark, text, stays) {
      await forge.comments.upsert({ issue: thread, marker: mark, body: text, fresh, stays });
    },
    show: (run) => project(forge.projections, run, { fresh: fresh && read !== null && run.run === runOf(read), job }),
  };
}

/** A refusal of the forge is an answer: it says why, and what would do. */
async function asked<T>(where: string, work: () => Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work());
  } catch (error) {
    return bad(...problemsOf(error, where));
  }
}

function reviewOf({ author, state, commit }: ForgeReview): Review {
  return { author, commit, state: state === 'approved' || state === 'changes-requested' ? state : 'other' };
}

const STATES = {
  waits: { deployment: 'queued', status: 'pending' },
  works: { deployment: 'in_progress', status: 'pending' },
  good: { deployment: 'success', status: 'success' },
  bad: { deployment: 'failure', status: 'failure' },
} as const;

/** The deployment of the run, its state, and a status of its commit: they follow from the journal, and can be made again at any time. */
async function project(
  projections: ForgeProjections,
  { run, commit, environment, state, sentence }: ShownRun,
  { fresh, job }: { readonly fresh: boolean; readonly job: Job },
): Promise<void> {
  const production = environment === 'production';
  const description = `run ${run}`;
  const { id } = await projections.deployment({ key: run, commit, environment, production, description, fresh });
  await projections.deploymentState(id, {
    state: STATES[state].deployment,
    description: sentence,
    logUrl: job.url,
  });
  await projections.status({
    commit,
    context: `shiplock/${environment}`,
    state: STATES[state].status,
    description: sentence,
    url: job.url,
  });
}

/** Comments as proofs, read again each time that somebody asks. */
export function commentProofs(
  forge: Pick<Forge, 'comments'>,
  commands: readonly ChatCommand[],
): Omit<ForgeProofs, 'actor'> {
  return {
    knows: (signature) => commentIn(signature) !== undefined,
    async verify(question) {
      const id = commentIn(question.signature);
      if (id === undefined) return 'it names no comment';
      try {
        return whyNoProof((await forge.comments.read(id)) ?? null, question, commands);
      } catch (error) {
        return `the comment cannot be read now: ${problemsOf(error, 'the forge')[0]?.found ?? ''}`;
      }
    },
  };
}
