import { mayIn } from '../access.ts';
import { type Context, Refused, text } from '../operation.ts';
import { DELIVERY } from '../rest/delivery.ts';
import { ISSUES } from '../rest/issues.ts';
import { fromNodeId, nodeId, type Permissions, type Repository } from '../world.ts';
import { GraphqlRefused } from './refused.ts';

/** What the graph changes is what REST changes: the same work, with things named by their nodes and words as the graph spells them. */

type Input = Readonly<Record<string, unknown>>;

export async function updateIssueComment(context: Context, input: Input) {
  const { repository, id } = named(context, 'IC', text(input, 'id'), (one, number) => one.comments.has(number));
  const route = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}';
  await carryOut(context, { repository, route, path: { comment_id: id }, body: { body: text(input, 'body') ?? '' } });
  return {
    clientMutationId: null,
    issueComment: { __typename: 'IssueComment', id: nodeId('IC', id), databaseId: Number(id) },
  };
}

export async function createDeploymentStatus(context: Context, input: Input) {
  const { repository, id } = named(context, 'DE', text(input, 'deploymentId'), (one, number) =>
    one.deployments.some((deployment) => deployment.id === number),
  );
  const state = (text(input, 'state') ?? '').toLowerCase();
  const body = {
    state,
    description: text(input, 'description') ?? '',
    log_url: text(input, 'logUrl') ?? '',
    auto_inactive: input['autoInactive'] ?? true,
  };
  const route = 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses';
  await carryOut(context, { repository, route, path: { deployment_id: id }, body });
  const made = repository.deployments.find((one) => String(one.id) === id)?.statuses.at(-1);
  return { clientMutationId: null, deploymentStatus: { id: nodeId('DES', made?.id ?? 0), state: state.toUpperCase() } };
}

export async function createCheckRun(context: Context, input: Input) {
  const { repository } = named(context, 'R', text(input, 'repositoryId'), (one, number) => one.id === number);
  const body = {
    name: text(input, 'name') ?? '',
    head_sha: text(input, 'headSha') ?? '',
    external_id: text(input, 'externalId') ?? '',
    status: (text(input, 'status') ?? 'queued').toLowerCase(),
    ...(text(input, 'conclusion') === undefined ? {} : { conclusion: text(input, 'conclusion')?.toLowerCase() }),
    ...(text(input, 'detailsUrl') === undefined ? {} : { details_url: text(input, 'detailsUrl') }),
    output: input['output'],
  };
  await carryOut(context, { repository, route: 'POST /repos/{owner}/{repo}/check-runs', path: {}, body });
  return { clientMutationId: null, checkRun: { id: nodeId('CR', repository.checkRuns.at(-1)?.id ?? 0) } };
}

function named(
  { world }: Context,
  kind: string,
  node: string | undefined,
  holds: (repository: Repository, id: number) => boolean,
): { readonly repository: Repository; readonly id: string } {
  const found = fromNodeId(node ?? '');
  const repository = world.repositories.find((one) => holds(one, Number(found.id)));
  if (found.kind === kind && repository !== undefined) return { repository, id: found.id };
  throw new GraphqlRefused('NOT_FOUND', `Could not resolve to a node with the global id of '${node ?? ''}'`);
}

interface Work {
  readonly repository: Repository;
  readonly route: string;
  readonly path: Readonly<Record<string, string>>;
  readonly body: Input;
}

async function carryOut(context: Context, { repository, route, path, body }: Work): Promise<void> {
  const { world, caller } = context;
  const operation = [...ISSUES, ...DELIVERY].find((one) => one.route === route);
  if (operation === undefined) throw new Refused(404, 'Not Found');
  const needs: readonly Permissions[] = operation.needs;
  if (caller.kind !== 'token' || !mayIn(world, repository, caller.token, needs)) {
    throw new GraphqlRefused('FORBIDDEN', 'Resource not accessible by integration');
  }
  await operation.handle({ ...context, path: { owner: repository.owner.login, repo: repository.name, ...path }, body });
}
