import {
  actorOf,
  answer,
  appOf,
  inRepository,
  invalid,
  notFound,
  numberIn,
  paged,
  Refused,
  type RepositoryContext,
  text,
  texts,
} from '../operation.ts';
import { CONTENTS, commentShown, issueShown, labelShown, reactionShown } from '../render/issue.ts';
import { type Comment, type Issue, newId, type Reaction, type Repository, roleOf, type World } from '../world.ts';

/** Issues, comments, labels and reactions. */

const READ = 'issues:read pull_requests:read';
const WRITE = 'issues:write pull_requests:write';
const LONGEST_BODY = 65_536;

export function issueIn(context: RepositoryContext, name = 'issue_number'): Issue {
  const issue = context.repository.issues.get(numberIn(context, name));
  if (issue === undefined) throw notFound();
  return issue;
}

function commentIn(context: RepositoryContext): Comment {
  const comment = context.repository.comments.get(numberIn(context, 'comment_id'));
  if (comment === undefined) throw notFound();
  return comment;
}

export function newIssue(
  world: World,
  repository: Repository,
  fields: Pick<Issue, 'title' | 'body' | 'user' | 'pull'>,
): Issue {
  const now = world.clock.now();
  const issue: Issue = {
    id: newId(world),
    number: repository.nextNumber++,
    state: 'open',
    locked: false,
    labels: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    reactions: [],
    ...fields,
  };
  repository.issues.set(issue.number, issue);
  return issue;
}

/** Only who wrote a comment, and who may write to the repository, change it. */
function mayChange(context: RepositoryContext, comment: Comment): void {
  const { world, actor, repository } = context;
  const role = roleOf(world, repository, actor);
  const writes = appOf(context) !== null || role === 'write' || role === 'maintain' || role === 'admin';
  if (comment.user !== actor && !writes) throw new Refused(403, 'Must have admin rights to Repository.');
}

function bodyOf(context: RepositoryContext): string {
  const body = text(context.body, 'body') ?? '';
  if (body.trim() === '')
    throw invalid('Validation Failed', { resource: 'IssueComment', field: 'body', code: 'missing_field' });
  if (body.length > LONGEST_BODY) {
    throw invalid('Validation Failed', { resource: 'IssueComment', field: 'body', code: 'too_long' });
  }
  return body;
}

export function tellComment(
  context: RepositoryContext,
  action: 'created' | 'edited' | 'deleted',
  comment: Comment,
  changes?: unknown,
): void {
  const { world, repository, tell, actor } = context;
  const issue = repository.issues.get(comment.issue);
  if (issue === undefined) return;
  tell(
    repository,
    'issue_comment',
    action,
    {
      issue: issueShown(world, repository, issue),
      comment: commentShown(world, repository, comment),
      ...(changes === undefined ? {} : { changes }),
    },
    actor,
  );
}

function byTime(context: RepositoryContext, comments: readonly Comment[]): readonly Comment[] {
  const since = context.query.get('since');
  const found = since === null ? comments : comments.filter(({ updatedAt }) => updatedAt >= Date.parse(since));
  const key = context.query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const sorted = found.toSorted((a, b) => a[key] - b[key] || a.id - b.id);
  return context.query.get('direction') === 'desc' ? sorted.toReversed() : sorted;
}

/** The same reaction of the same user is one: the second time it is only shown. */
function react(context: RepositoryContext, reactions: Reaction[]) {
  const { world, actor, body } = context;
  const content = CONTENTS.find((one) => one === text(body, 'content'));
  if (content === undefined) throw invalid('Validation Failed');
  const there = reactions.find((one) => one.user === actor && one.content === content);
  if (there !== undefined) return answer(200, reactionShown(world, there));
  const reaction: Reaction = { id: newId(world), user: actor, content, at: world.clock.now() };
  reactions.push(reaction);
  return answer(201, reactionShown(world, reaction));
}

function listReactions(context: RepositoryContext, reactions: readonly Reaction[]) {
  const wanted = context.query.get('content');
  const found = wanted === null ? reactions : reactions.filter(({ content }) => content === wanted);
  return paged(context, found, (items) => items.map((one) => reactionShown(context.world, one)));
}

export const ISSUES = [
  inRepository('GET /repos/{owner}/{repo}/issues', READ, (context) => {
    const { repository, query, world } = context;
    const state = query.get('state') ?? 'open';
    const labels = (query.get('labels') ?? '').split(',').filter((one) => one !== '');
    const found = [...repository.issues.values()]
      .filter((one) => (state === 'all' || one.state === state) && labels.every((label) => one.labels.includes(label)))
      .toSorted((a, b) => b.createdAt - a.createdAt || b.number - a.number);
    return paged(context, found, (items) => items.map((one) => issueShown(world, repository, one)));
  }),
  inRepository('POST /repos/{owner}/{repo}/issues', 'issues:write', (context) => {
    const { world, repository, body, actor } = context;
    const issue = newIssue(world, repository, {
      title: String(body['title']),
      body: text(body, 'body') ?? null,
      user: actor,
      pull: null,
    });
    issue.labels = [...texts(body['labels'])];
    return answer(201, issueShown(world, repository, issue));
  }),
  inRepository('GET /repos/{owner}/{repo}/issues/{issue_number}', READ, (context) =>
    answer(200, issueShown(context.world, context.repository, issueIn(context))),
  ),
  inRepository('PATCH /repos/{owner}/{repo}/issues/{issue_number}', WRITE, (context) => {
    const { world, repository, body } = context;
    const issue = issueIn(context);
    const now = world.clock.now();
    issue.title = text(body, 'title') ?? issue.title;
    issue.body = text(body, 'body') ?? issue.body;
    const state = text(body, 'state');
    if (state === 'open' || state === 'closed') {
      issue.state = state;
      issue.closedAt = state === 'closed' ? now : null;
    }
    if (Array.isArray(body['labels'])) issue.labels = [...texts(body['labels'])];
    issue.updatedAt = now;
    return answer(200, issueShown(world, repository, issue));
  }),
  inRepository('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', READ, (context) =>
    paged(context, issueIn(context).labels, (items) =>
      items.map((name) => labelShown(context.world, context.repository, name)),
    ),
  ),
  inRepository('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', WRITE, (context) => {
    const issue = issueIn(context);
    issue.labels = [...new Set([...issue.labels, ...texts(context.body['labels'])])];
    return answer(
      200,
      issue.labels.map((name) => labelShown(context.world, context.repository, name)),
    );
  }),
  inRepository('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', READ, (context) => {
    const { repository, world } = context;
    const { number } = issueIn(context);
    const all = [...repository.comments.values()].filter(({ issue }) => issue === number);
    return paged(context, byTime(context, all), (items) => items.map((one) => commentShown(world, repository, one)));
  }),
  inRepository('GET /repos/{owner}/{repo}/issues/comments', READ, (context) => {
    const { repository, world } = context;
    return paged(context, byTime(context, [...repository.comments.values()]), (items) =>
      items.map((one) => commentShown(world, repository, one)),
    );
  }),
  inRepository('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', WRITE, (context) => {
    const { world, repository } = context;
    const issue = issueIn(context);
    const now = world.clock.now();
    const comment: Comment = {
      id: newId(world),
      issue: issue.number,
      user: actorOf(context),
      app: appOf(context),
      body: bodyOf(context),
      createdAt: now,
      updatedAt: now,
      minimized: '',
      reactions: [],
    };
    repository.comments.set(comment.id, comment);
    issue.updatedAt = now;
    tellComment(context, 'created', comment);
    return answer(201, commentShown(world, repository, comment));
  }),
  inRepository('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', READ, (context) =>
    answer(200, commentShown(context.world, context.repository, commentIn(context))),
  ),
  inRepository('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', WRITE, (context) => {
    const { world, repository } = context;
    const comment = commentIn(context);
    mayChange(context, comment);
    const from = comment.body;
    comment.body = bodyOf(context);
    comment.updatedAt = world.clock.now();
    tellComment(context, 'edited', comment, { body: { from } });
    return answer(200, commentShown(world, repository, comment));
  }),
  inRepository('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', WRITE, (context) => {
    const comment = commentIn(context);
    mayChange(context, comment);
    context.repository.comments.delete(comment.id);
    tellComment(context, 'deleted', comment);
    return answer(204);
  }),
  inRepository('GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', READ, (context) =>
    listReactions(context, commentIn(context).reactions),
  ),
  inRepository('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', WRITE, (context) =>
    react(context, commentIn(context).reactions),
  ),
  inRepository(
    'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}',
    WRITE,
    (context) => {
      const { reactions } = commentIn(context);
      const at = reactions.findIndex(
        ({ id, user }) => id === numberIn(context, 'reaction_id') && user === context.actor,
      );
      if (at < 0) throw notFound();
      reactions.splice(at, 1);
      return answer(204);
    },
  ),
  inRepository('GET /repos/{owner}/{repo}/issues/{issue_number}/reactions', READ, (context) =>
    listReactions(context, issueIn(context).reactions),
  ),
  inRepository('POST /repos/{owner}/{repo}/issues/{issue_number}/reactions', WRITE, (context) =>
    react(context, issueIn(context).reactions),
  ),
];
