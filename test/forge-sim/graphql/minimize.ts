import { mayIn } from '../access.ts';
import { type Context, object, text } from '../operation.ts';
import { fromNodeId, type Repository } from '../world.ts';
import { GraphqlRefused } from './refused.ts';

/** `minimizeComment`: an answer that is out of date is folded away. */

export function minimizeComment({ world, caller }: Context, given: unknown) {
  const input = object({ given }, 'given') ?? {};
  const { kind, id } = fromNodeId(text(input, 'subjectId') ?? '');
  const repository = world.repositories.find((one: Repository) => one.comments.has(Number(id)));
  if (kind !== 'IC' || repository === undefined) {
    throw new GraphqlRefused(
      'NOT_FOUND',
      `Could not resolve to a node with the global id of '${text(input, 'subjectId') ?? ''}'`,
    );
  }
  if (
    caller.kind !== 'token' ||
    !mayIn(world, repository, caller.token, [{ issues: 'write' }, { pull_requests: 'write' }])
  ) {
    throw new GraphqlRefused('FORBIDDEN', 'Resource not accessible by integration');
  }
  const comment = repository.comments.get(Number(id));
  if (comment !== undefined) comment.minimized = text(input, 'classifier') ?? 'OUTDATED';
  return {
    clientMutationId: text(input, 'clientMutationId') ?? null,
    minimizedComment: {
      __typename: 'IssueComment',
      isMinimized: true,
      minimizedReason: comment?.minimized.toLowerCase() ?? null,
    },
  };
}
