import { moveRef } from '../moves.ts';
import {
  answer,
  flag,
  inRepository,
  invalid,
  notFound,
  numberIn,
  paged,
  Refused,
  type RepositoryContext,
  text,
} from '../operation.ts';
import { commitShown, filesShown } from '../render/commit.ts';
import { reviewShown } from '../render/issue.ts';
import { pullShown } from '../render/pull.ts';
import { accountNamed, type Issue, newId, type Pull, type Repository, type Review } from '../world.ts';
import { tokenOf, writeMerge } from './commits.ts';
import { issueIn, newIssue } from './issues.ts';

/** Pull requests and reviews. */

const READ = 'pull_requests:read';
const WRITE = 'pull_requests:write';

function pullIn(context: RepositoryContext): { issue: Issue; pull: Pull } {
  const issue = issueIn(context, 'pull_number');
  if (issue.pull === null) throw notFound();
  return { issue, pull: issue.pull };
}

async function shown(context: RepositoryContext, issue: Issue, form: 'simple' | 'full') {
  return pullShown(context.world, context.repository, issue, context.git(context.repository), form);
}

/** `branch` or `owner:branch`, where the owner has a fork. */
function headOf(
  { world, repository }: RepositoryContext,
  head: string,
): { from: Repository; branch: string } | undefined {
  const [first = '', second] = head.split(':');
  if (second === undefined) return { from: repository, branch: first };
  const owner = accountNamed(world, first);
  const from =
    owner === repository.owner
      ? repository
      : world.repositories.find((one) => one.owner === owner && one.parent === repository);
  return from === undefined ? undefined : { from, branch: second };
}

function refused(field: string, code: string): Refused {
  return invalid('Validation Failed', { resource: 'PullRequest', field, code });
}

export function approvalsOf(pull: Pull): number {
  const last = new Map<number, Review['state']>();
  for (const { user, state } of pull.reviews)
    if (state !== 'COMMENTED' && state !== 'PENDING') last.set(user.id, state);
  return [...last.values()].filter((state) => state === 'APPROVED').length;
}

function newReview(context: RepositoryContext, issue: Issue, pull: Pull, state: Review['state']): Review {
  const { world, actor, body, repository } = context;
  if (issue.user === actor && state !== 'COMMENTED') {
    throw new Refused(422, 'Unprocessable Entity', {
      errors: [`Can not ${state === 'APPROVED' ? 'approve' : 'request changes on'} your own pull request`],
    });
  }
  const review: Review = {
    id: newId(world),
    user: actor,
    body: text(body, 'body') ?? '',
    state,
    commit: text(body, 'commit_id') ?? pull.headSha,
    at: world.clock.now(),
  };
  pull.reviews.push(review);
  void shown(context, issue, 'simple').then((one) => {
    const { submitted_at, ...rest } = reviewShown(world, repository, issue, review);
    const payload = { ...rest, state: review.state.toLowerCase(), submitted_at: submitted_at ?? null };
    context.tell(repository, 'pull_request_review', 'submitted', { pull_request: one, review: payload }, actor);
  });
  return review;
}

const EVENTS = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

function reviewIn(context: RepositoryContext, pull: Pull): Review {
  const review = pull.reviews.find(({ id }) => id === numberIn(context, 'review_id'));
  if (review === undefined) throw notFound();
  return review;
}

export const PULLS = [
  inRepository('GET /repos/{owner}/{repo}/pulls', READ, async (context) => {
    const { repository, query } = context;
    const state = query.get('state') ?? 'open';
    const head = query.get('head');
    const base = query.get('base');
    const found = [...repository.issues.values()]
      .filter(({ pull, state: is }) => {
        if (pull === null || (state !== 'all' && is !== state)) return false;
        return (
          (base === null || pull.baseBranch === base) &&
          (head === null || `${pull.headRepository.owner.login}:${pull.headBranch}` === head)
        );
      })
      .toSorted((a, b) => b.number - a.number);
    const all = await Promise.all(found.map((issue) => shown(context, issue, 'simple')));
    return paged(context, all, (items) => items);
  }),
  inRepository('POST /repos/{owner}/{repo}/pulls', WRITE, async (context) => {
    const { world, repository, body, actor } = context;
    const base = text(body, 'base') ?? '';
    const head = headOf(context, text(body, 'head') ?? '');
    if (head === undefined) throw refused('head', 'invalid');
    const { from, branch } = head;
    const git = context.git(repository);
    const headSha = await context.git(from).resolve(`refs/heads/${branch}`);
    const baseSha = await git.resolve(`refs/heads/${base}`);
    if (headSha === undefined) throw refused('head', 'invalid');
    if (baseSha === undefined) throw refused('base', 'invalid');
    const twin = [...repository.issues.values()].find(
      ({ pull, state }) =>
        state === 'open' && pull?.headRepository === from && pull.headBranch === branch && pull.baseBranch === base,
    );
    if (twin !== undefined) {
      throw new Refused(422, 'Validation Failed', {
        errors: [
          {
            resource: 'PullRequest',
            code: 'custom',
            message: `A pull request already exists for ${from.owner.login}:${branch}.`,
          },
        ],
      });
    }
    if (headSha === baseSha) {
      throw new Refused(422, 'Validation Failed', {
        errors: [{ resource: 'PullRequest', code: 'custom', message: `No commits between ${base} and ${branch}` }],
      });
    }
    const issue = newIssue(world, repository, {
      title: text(body, 'title') ?? '',
      body: text(body, 'body') ?? null,
      user: actor,
      pull: {
        headRepository: from,
        headBranch: branch,
        headSha,
        baseBranch: base,
        baseSha,
        draft: flag(body, 'draft', false),
        merged: null,
        reviews: [],
      },
    });
    await git.run(['fetch', '--quiet', from.directory, `+${headSha}:refs/pull/${issue.number}/head`]);
    const full = await shown(context, issue, 'full');
    context.tell(repository, 'pull_request', 'opened', { number: issue.number, pull_request: full }, actor);
    return answer(201, full);
  }),
  inRepository('GET /repos/{owner}/{repo}/pulls/{pull_number}', READ, async (context) =>
    answer(200, await shown(context, pullIn(context).issue, 'full')),
  ),
  inRepository('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', WRITE, async (context) => {
    const { world, body, repository } = context;
    const { issue, pull } = pullIn(context);
    issue.title = text(body, 'title') ?? issue.title;
    issue.body = text(body, 'body') ?? issue.body;
    const state = text(body, 'state');
    if (state === 'open' || state === 'closed') {
      issue.state = state;
      issue.closedAt = state === 'closed' ? world.clock.now() : null;
    }
    const base = text(body, 'base');
    if (base !== undefined && base !== pull.baseBranch) {
      const sha = await context.git(repository).resolve(`refs/heads/${base}`);
      if (sha === undefined) throw refused('base', 'invalid');
      pull.baseBranch = base;
      pull.baseSha = sha;
    }
    issue.updatedAt = world.clock.now();
    return answer(200, await shown(context, issue, 'full'));
  }),
  inRepository('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', READ, async (context) => {
    const { world, repository } = context;
    const { pull } = pullIn(context);
    const git = context.git(repository);
    const base = (await git.mergeBase(pull.baseSha, pull.headSha)) ?? pull.baseSha;
    const files = await git.changed(base, pull.headSha);
    return paged(context, files, (items) => filesShown(world, repository, pull.headSha, items));
  }),
  inRepository('GET /repos/{owner}/{repo}/pulls/{pull_number}/commits', READ, async (context) => {
    const { world, repository } = context;
    const { pull } = pullIn(context);
    const git = context.git(repository);
    const shas = (await git.log(`${pull.baseSha}..${pull.headSha}`, { most: 250 })).toReversed();
    const commits = await Promise.all(shas.map((sha) => git.commit(sha)));
    return paged(context, commits, (items) => items.map((one) => commitShown(world, repository, one)));
  }),
  inRepository('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', 'contents:write', async (context) => {
    const { world, repository, body, actor } = context;
    const { issue, pull } = pullIn(context);
    if (pull.merged !== null || issue.state === 'closed') throw new Refused(405, 'Pull Request is not mergeable');
    const wanted = text(body, 'sha');
    if (wanted !== undefined && wanted !== pull.headSha) {
      throw new Refused(409, 'Head branch was modified. Review and try the merge again.');
    }
    const commit = await writeMerge(
      context,
      pull,
      text(body, 'commit_title') ??
        `Merge pull request #${issue.number} from ${pull.headRepository.owner.login}/${pull.headBranch}`,
    );
    if (commit === undefined) throw new Refused(405, 'Pull Request is not mergeable');
    const move = { ref: `refs/heads/${pull.baseBranch}`, before: pull.baseSha, after: commit };
    const moved = await moveRef(context, repository, tokenOf(context), move, {
      merge: true,
      approvals: approvalsOf(pull),
    });
    if (!moved) throw new Refused(405, 'Base branch was modified. Review and try the merge again.');
    pull.merged = { commit, by: actor, at: world.clock.now() };
    issue.state = 'closed';
    issue.closedAt = issue.updatedAt = world.clock.now();
    return answer(200, { sha: commit, merged: true, message: 'Pull Request successfully merged' });
  }),
  inRepository('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', READ, (context) => {
    const { issue, pull } = pullIn(context);
    return paged(context, pull.reviews, (items) =>
      items.map((one) => reviewShown(context.world, context.repository, issue, one)),
    );
  }),
  inRepository('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', WRITE, (context) => {
    const { issue, pull } = pullIn(context);
    const event = text(context.body, 'event');
    const state = event === 'APPROVE' || event === 'REQUEST_CHANGES' || event === 'COMMENT' ? EVENTS[event] : 'PENDING';
    return answer(200, reviewShown(context.world, context.repository, issue, newReview(context, issue, pull, state)));
  }),
  inRepository('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}', READ, (context) => {
    const { issue, pull } = pullIn(context);
    return answer(200, reviewShown(context.world, context.repository, issue, reviewIn(context, pull)));
  }),
  inRepository('PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals', WRITE, (context) => {
    const { issue, pull } = pullIn(context);
    const review = reviewIn(context, pull);
    review.state = 'DISMISSED';
    return answer(200, reviewShown(context.world, context.repository, issue, review));
  }),
];
