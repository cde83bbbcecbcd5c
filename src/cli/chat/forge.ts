import {
  type ChatCommand,
  type ChatForge,
  type Comment,
  commentIn,
  NOBODY,
  type Review,
  runOf,
  whyNoProof,
} from '../../chatops/index.ts';
import type { Forge, ForgeReview } from '../../model/forge.ts';
import { bad, ok, problemsOf, type Result } from '../../model/problem.ts';
import type { ForgeProofs } from '../../release/index.ts';
import { deploymentOf, project, showing } from '../../release/report/at-forge.ts';
import { defaultBranch, headOf, holdsCommit, treeOf, type WorkTree } from './checkout.ts';

/** The forge as the chat needs it. What branches hold is asked of git itself, in the working copy of the runner. */

export interface Job {
  /** Names the job, the same when it is started again: a comment is claimed by it. */
  readonly claimant: string;
  /** Login of who set the job to work this time; undefined: the runner does not say. */
  readonly startedBy: string | undefined;
  /** Number of the run of the workflow, and which try of it this is; undefined: the runner does not say. */
  readonly attempt?: { readonly run: number; readonly number: number } | undefined;
  /** Where people can watch it. */
  readonly url: string;
}

export function chatForge(forge: Forge, tree: WorkTree, job: Job): ChatForge {
  let read: Comment | null = null;
  // For the comment that was claimed just now nobody can have written or made anything: there is nothing to look for.
  let fresh = false;
  // The deployment that this job has made for the run of its comment.
  let made: { readonly run: string; readonly deployment: number } | undefined;
  const isNew = (run: string): boolean => fresh && read !== null && run === runOf(read);
  const tell = async (thread: number, mark: string, text: string, stays?: (said: string) => boolean): Promise<void> => {
    await forge.comments.upsert({ issue: thread, marker: mark, body: text, fresh, stays });
  };
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
    commitAt: (branch, at) =>
      asked(branch, async () => (await forge.pushes.commitAt(branch, at, () => headOf(tree, branch))).commit),
    holds: (branch, commit) => holdsCommit(tree, branch, commit),
    async isMember(team, { id }) {
      const [organisation = '', slug = ''] = team.split('/');
      return forge.people.inTeam(id, { organisation, slug });
    },
    async starter() {
      const author = read?.author;
      if (author != null && job.startedBy === author.login) return author;
      // The runner knows names only, and a name can become somebody else's: the forge has written the account down.
      const { attempt, startedBy = 'nobody' } = job;
      const starter =
        attempt === undefined
          ? undefined
          : await forge.jobs.starterOf(attempt.run, attempt.number).catch(() => undefined);
      // Without that it is somebody whom nobody can tell.
      return starter?.login === startedBy ? starter : { id: NOBODY, login: startedBy, bot: false };
    },
    async claim(comment) {
      const claimed = await forge.claims.claim(comment, job.claimant, await treeOf(tree));
      fresh = claimed.kind === 'won' && claimed.fresh;
      return claimed.kind === 'won' ? 'ours' : 'taken';
    },
    react: (comment, reaction) => forge.reactions.add(comment, reaction),
    tell,
    async show(run) {
      const { projections } = forge;
      const id = await deploymentOf(projections, run, isNew(run.run));
      await projections.deploymentState(id, showing(run, job.url).deployment);
      if (isNew(run.run)) made = { run: run.run, deployment: id };
    },
    async end(thread, mark, text, run) {
      if (run === null) return tell(thread, mark, text);
      const { projections } = forge;
      // What this job itself has made for a comment that nobody else had taken: nothing of it can be there already.
      const known = isNew(run.run) && made?.run === run.run ? made.deployment : undefined;
      const { deployment, check } = showing(run, job.url);
      const said =
        known === undefined
          ? 'unsure'
          : await projections.atOnce({
              comment: { issue: thread, marker: mark, body: text },
              deployment: { id: known, ...deployment },
              check,
            });
      if (said === 'unsure') await tell(thread, mark, text);
      await project(projections, run, { said, url: job.url });
    },
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
