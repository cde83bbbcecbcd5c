import type { Git } from '../git/index.ts';
import { fullName, type Issue, nodeId, type Pull, type Repository, stamp, type World } from '../world.ts';
import { accountShown, association } from './account.ts';
import { labelShown } from './issue.ts';
import { repositoryPage, repositoryShown, repositoryUrl } from './repository.ts';

/** `full`: with what git must be asked for. */
export async function pullShown(world: World, repository: Repository, issue: Issue, git: Git, form: 'simple' | 'full') {
  const { pull } = issue;
  if (pull === null) throw new Error(`#${issue.number} is no pull request`);
  const url = repositoryUrl(world, repository, `/pulls/${issue.number}`);
  const asIssue = repositoryUrl(world, repository, `/issues/${issue.number}`);
  const html = repositoryPage(world, repository, `/pull/${issue.number}`);
  const statuses = repositoryUrl(world, repository, `/statuses/${pull.headSha}`);
  const simple = {
    id: issue.id,
    node_id: nodeId('PR', issue.id),
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: asIssue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: repositoryUrl(world, repository, '/pulls/comments{/number}'),
    comments_url: `${asIssue}/comments`,
    statuses_url: statuses,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: accountShown(world, issue.user),
    body: issue.body,
    labels: issue.labels.map((name) => labelShown(world, repository, name)),
    milestone: null,
    active_lock_reason: null,
    created_at: stamp(issue.createdAt),
    updated_at: stamp(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : stamp(issue.closedAt),
    merged_at: pull.merged === null ? null : stamp(pull.merged.at),
    merge_commit_sha: pull.merged?.commit ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: side(world, pull.headRepository, pull.headBranch, pull.headSha),
    base: side(world, repository, pull.baseBranch, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: asIssue },
      comments: { href: `${asIssue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: repositoryUrl(world, repository, '/pulls/comments{/number}') },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: association(world, repository, issue.user),
    auto_merge: null,
    draft: pull.draft,
  };
  if (form === 'simple') return simple;
  const base = (await git.mergeBase(pull.baseSha, pull.headSha)) ?? pull.baseSha;
  const files = await git.changed(base, pull.headSha);
  const mergeable = pull.merged !== null || (await git.merges(pull.baseSha, pull.headSha));
  return {
    ...simple,
    merged: pull.merged !== null,
    mergeable: pull.merged === null ? mergeable : null,
    rebaseable: pull.merged === null ? mergeable : null,
    mergeable_state: mergeable ? 'clean' : 'dirty',
    merged_by: pull.merged === null ? null : accountShown(world, pull.merged.by),
    comments: [...repository.comments.values()].filter((one) => one.issue === issue.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: await git.between(base, pull.headSha),
    additions: files.reduce((sum, one) => sum + one.additions, 0),
    deletions: files.reduce((sum, one) => sum + one.deletions, 0),
    changed_files: files.length,
  };
}

function side(world: World, repository: Repository, ref: string, sha: string) {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: accountShown(world, repository.owner),
    repo: repositoryShown(world, repository),
  };
}

/** The form that check runs and workflow runs carry. */
export function pullMinimal(world: World, repository: Repository, issue: Issue, pull: Pull) {
  const one = (of: Repository, ref: string, sha: string) => ({
    ref,
    sha,
    repo: { id: of.id, url: repositoryUrl(world, of), name: of.name },
  });
  return {
    id: issue.id,
    number: issue.number,
    url: repositoryUrl(world, repository, `/pulls/${issue.number}`),
    head: one(pull.headRepository, pull.headBranch, pull.headSha),
    base: one(repository, pull.baseBranch, pull.baseSha),
  };
}

/** Open pull requests of a commit, from the repository itself. */
export function pullsOf(world: World, repository: Repository, sha: string) {
  return [...repository.issues.values()].flatMap((issue) =>
    issue.pull !== null &&
    issue.state === 'open' &&
    issue.pull.headSha === sha &&
    fullName(issue.pull.headRepository) === fullName(repository)
      ? [pullMinimal(world, repository, issue, issue.pull)]
      : [],
  );
}
