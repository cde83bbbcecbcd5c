import { z } from 'zod';
import type { ForgeProjections } from '../model/forge.ts';
import { commentText } from './comments.ts';
import type { Connection } from './connection.ts';
import { ForgeError } from './failure.ts';
import { line } from './line.ts';
import { commentKey, type Nodes } from './nodes.ts';

/**
 * The last word on a run in one request. It is tried once: what is lost, or refused in part, is said again by whoever asked, each by itself and
 * after a look. So nothing needs to be known here about what took effect.
 */

const WITHOUT_CHECK = `mutation ($comment: UpdateIssueCommentInput!, $state: CreateDeploymentStatusInput!) {
  updateIssueComment(input: $comment) { issueComment { id } }
  createDeploymentStatus(input: $state) { deploymentStatus { id } }
}`;
const WITH_CHECK = `mutation ($comment: UpdateIssueCommentInput!, $state: CreateDeploymentStatusInput!, $check: CreateCheckRunInput!) {
  updateIssueComment(input: $comment) { issueComment { id } }
  createDeploymentStatus(input: $state) { deploymentStatus { id } }
  createCheckRun(input: $check) { checkRun { id } }
}`;

const nodeSchema = z.object({ id: z.string() });
const saidSchema = z.object({
  updateIssueComment: z.object({ issueComment: nodeSchema }),
  createDeploymentStatus: z.object({ deploymentStatus: nodeSchema }),
  createCheckRun: z.object({ checkRun: nodeSchema }).optional(),
});

type Said = Parameters<ForgeProjections['atOnce']>[0];

export async function sayAtOnce(
  connection: Connection,
  nodes: Nodes,
  said: Said,
): ReturnType<ForgeProjections['atOnce']> {
  const { comment, deployment, check } = said;
  const commentNode = nodes.comments.get(commentKey(comment));
  const deploymentNode = nodes.deployments.get(deployment.id);
  const repository = connection.node();
  const checks = repository !== null && mayCheck(connection);
  if (commentNode === undefined || deploymentNode === undefined) return 'unsure';
  const variables = {
    comment: { id: commentNode, body: commentText(comment.body, comment.marker) },
    state: {
      deploymentId: deploymentNode,
      state: deployment.state.toUpperCase(),
      description: line(deployment.description),
      ...(deployment.logUrl === undefined ? {} : { logUrl: deployment.logUrl }),
    },
    ...(checks ? { check: { repositoryId: repository, ...checkInput(check) } } : {}),
  };
  try {
    const answer = await connection.graphql(checks ? WITH_CHECK : WITHOUT_CHECK, variables, saidSchema);
    if (answer.kind !== 'data') return 'unsure';
    return checks ? 'all' : 'but-the-check';
  } catch (error) {
    if (error instanceof ForgeError) return 'unsure';
    throw error;
  }
}

/** Only an App makes check runs, and only one that was given it. */
export function mayCheck(connection: Pick<Connection, 'granted'>): boolean {
  return connection.granted()?.['checks'] === 'write';
}

function checkInput({ key, commit, name, conclusion, title, summary, url }: Said['check']) {
  return {
    name,
    headSha: commit,
    externalId: key,
    ...(conclusion === null
      ? { status: 'IN_PROGRESS' }
      : { status: 'COMPLETED', conclusion: conclusion.toUpperCase() }),
    output: { title, summary },
    ...(url === undefined ? {} : { detailsUrl: url }),
  };
}
