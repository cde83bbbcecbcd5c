import { buildSchema, execute, type GraphQLSchema, parse, validate } from 'graphql';
import { type Answer, answer, type Context, object, Refused, text } from '../operation.ts';
import { nodeId } from '../world.ts';
import { createCommitOnBranch } from './commit.ts';
import { createCheckRun, createDeploymentStatus, updateIssueComment } from './deliver.ts';
import { minimizeComment } from './minimize.ts';
import { repositoryQuery } from './query.ts';
import { GraphqlRefused } from './refused.ts';

/** The little GraphQL that is used: asked and answered against GitHub's whole published schema, by the reference implementation. */

let schema: Promise<GraphQLSchema> | undefined;

/** Read when it is first asked for: it is large. */
function publishedSchema(): Promise<GraphQLSchema> {
  schema ??= import('@octokit/graphql-schema').then(({ schema: { idl } }) => buildSchema(idl, { assumeValid: true }));
  return schema;
}

export async function answerGraphql(context: Context): Promise<Answer> {
  if (context.caller.kind !== 'token') throw new Refused(401, 'This endpoint requires you to be authenticated.');
  const query = text(context.body, 'query') ?? '';
  const document = parse(query);
  const published = await publishedSchema();
  const wrong = validate(published, document);
  if (wrong.length > 0) return answer(200, { errors: wrong.map(({ message }) => ({ message })) });
  const result = await execute({
    schema: published,
    document,
    variableValues: object(context.body, 'variables') ?? {},
    rootValue: {
      createCommitOnBranch: ({ input }: { input: unknown }) => createCommitOnBranch(context, input),
      minimizeComment: ({ input }: { input: unknown }) => minimizeComment(context, input),
      updateIssueComment: (given: Given) => updateIssueComment(context, inputOf(given)),
      createDeploymentStatus: (given: Given) => createDeploymentStatus(context, inputOf(given)),
      createCheckRun: (given: Given) => createCheckRun(context, inputOf(given)),
      repository: (given: unknown) => repositoryQuery(context, given),
      viewer: () => viewerOf(context),
    },
  });
  const errors = result.errors?.map((error) => {
    const { originalError } = error;
    if (originalError instanceof GraphqlRefused)
      return { type: originalError.type, message: error.message, path: error.path };
    if (originalError instanceof Refused) {
      return {
        type: originalError.status === 403 ? 'FORBIDDEN' : 'NOT_FOUND',
        message: error.message,
        path: error.path,
      };
    }
    return { message: error.message, path: error.path };
  });
  return answer(200, { data: result.data ?? null, ...(errors === undefined ? {} : { errors }) });
}

type Given = Readonly<Record<string, unknown>>;

function inputOf(given: Given): Given {
  return object(given, 'input') ?? {};
}

/** Works for Apps too: their account is a bot. */
function viewerOf({ caller }: Context) {
  if (caller.kind !== 'token') return null;
  const { id, login } = caller.token.account;
  return { id: nodeId('U', id), login, databaseId: id };
}
