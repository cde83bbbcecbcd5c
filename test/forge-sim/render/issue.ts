import {
  type Comment,
  type Issue,
  nodeId,
  type Reaction,
  type Repository,
  type Review,
  stamp,
  type World,
} from '../world.ts';
import { accountShown, appShown, association } from './account.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';

export const CONTENTS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;

export function rollup(url: string, reactions: readonly Reaction[]) {
  const count = (content: string): number => reactions.filter((one) => one.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    '+1': count('+1'),
    '-1': count('-1'),
    laugh: count('laugh'),
    confused: count('confused'),
    heart: count('heart'),
    hooray: count('hooray'),
    eyes: count('eyes'),
    rocket: count('rocket'),
  };
}

export function reactionShown(world: World, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: accountShown(world, reaction.user),
    content: reaction.content,
    created_at: stamp(reaction.at),
  };
}

export function labelShown(world: World, repository: Repository, name: string) {
  return {
    id: [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7),
    node_id: nodeId('LA', name),
    url: repositoryUrl(world, repository, `/labels/${encodeURIComponent(name)}`),
    name,
    description: '',
    color: 'ededed',
    default: false,
  };
}

export function issueShown(world: World, repository: Repository, issue: Issue) {
  const url = repositoryUrl(world, repository, `/issues/${issue.number}`);
  const kind = issue.pull === null ? 'issues' : 'pull';
  const page = repositoryPage(world, repository, `/${kind}/${issue.number}`);
  const pullUrl = repositoryUrl(world, repository, `/pulls/${issue.number}`);
  return {
    id: issue.id,
    node_id: nodeId(issue.pull === null ? 'I' : 'PR', issue.id),
    url,
    repository_url: repositoryUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: page,
    number: issue.number,
    state: issue.state,
    state_reason: issue.state === 'closed' && issue.pull === null ? 'completed' : null,
    title: issue.title,
    body: issue.body,
    user: accountShown(world, issue.user),
    labels: issue.labels.map((name) => labelShown(world, repository, name)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: issue.locked,
    active_lock_reason: null,
    comments: [...repository.comments.values()].filter((one) => one.issue === issue.number).length,
    closed_at: issue.closedAt === null ? null : stamp(issue.closedAt),
    created_at: stamp(issue.createdAt),
    updated_at: stamp(issue.updatedAt),
    author_association: association(world, repository, issue.user),
    performed_via_github_app: null,
    reactions: rollup(url, issue.reactions),
    ...(issue.pull === null
      ? {}
      : {
          draft: issue.pull.draft,
          pull_request: {
            url: pullUrl,
            html_url: page,
            diff_url: `${page}.diff`,
            patch_url: `${page}.patch`,
            merged_at: issue.pull.merged === null ? null : stamp(issue.pull.merged.at),
          },
        }),
  };
}

export function commentShown(world: World, repository: Repository, comment: Comment) {
  const url = repositoryUrl(world, repository, `/issues/comments/${comment.id}`);
  const kind = repository.issues.get(comment.issue)?.pull == null ? 'issues' : 'pull';
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url,
    html_url: repositoryPage(world, repository, `/${kind}/${comment.issue}#issuecomment-${comment.id}`),
    issue_url: repositoryUrl(world, repository, `/issues/${comment.issue}`),
    user: accountShown(world, comment.user),
    body: comment.body,
    created_at: stamp(comment.createdAt),
    updated_at: stamp(comment.updatedAt),
    author_association: association(world, repository, comment.user),
    performed_via_github_app: comment.app === null ? null : appShown(world, comment.app),
    reactions: rollup(url, comment.reactions),
  };
}

export function reviewShown(world: World, repository: Repository, issue: Issue, review: Review) {
  const html = repositoryPage(world, repository, `/pull/${issue.number}#pullrequestreview-${review.id}`);
  const pull = repositoryUrl(world, repository, `/pulls/${issue.number}`);
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: accountShown(world, review.user),
    body: review.body,
    state: review.state,
    commit_id: review.commit,
    html_url: html,
    pull_request_url: pull,
    _links: { html: { href: html }, pull_request: { href: pull } },
    author_association: association(world, repository, review.user),
    ...(review.state === 'PENDING' ? {} : { submitted_at: stamp(review.at) }),
  };
}
