import { mayIn, maySee } from '../access.ts';
import { moveRef } from '../moves.ts';
import { type Context, object, text } from '../operation.ts';
import { repositoryPage } from '../render/repository.ts';
import { writeSigned } from '../rest/commits.ts';
import { fromNodeId, fullName, nodeId, type Repository, stamp } from '../world.ts';
import { GraphqlRefused } from './refused.ts';

/** `createCommitOnBranch`: a commit that the forge signs, if the branch is still where the caller saw it. */

export async function createCommitOnBranch(context: Context, given: unknown) {
  const { world, caller } = context;
  const input = object({ given }, 'given') ?? {};
  const branch = object(input, 'branch') ?? {};
  const { repository, name } = committable(context, branch);
  if (caller.kind !== 'token' || !mayIn(world, repository, caller.token, [{ contents: 'write' }])) {
    throw new GraphqlRefused('FORBIDDEN', 'Resource not accessible by integration');
  }
  const git = context.git(repository);
  const ref = `refs/heads/${name}`;
  const before = await git.resolve(ref);
  if (before === undefined)
    throw new GraphqlRefused('NOT_FOUND', `Could not resolve to a branch with the name ${name}.`);
  const expected = text(input, 'expectedHeadOid') ?? '';
  if (before !== expected) {
    throw new GraphqlRefused(
      'STALE_DATA',
      `Expected branch to point to "${expected}" but it did not. Pull and try again.`,
    );
  }
  const changes = object(input, 'fileChanges') ?? {};
  const files: { path: string; mode: string; sha: string | null }[] = [];
  for (const one of list(changes['additions'])) {
    const sha = await git.writeBlob(Buffer.from(text(one, 'contents') ?? '', 'base64'));
    files.push({ path: text(one, 'path') ?? '', mode: '100644', sha });
  }
  for (const one of list(changes['deletions'])) {
    const path = text(one, 'path') ?? '';
    if ((await git.resolve(`${before}:${path}`)) === undefined) {
      throw new GraphqlRefused(
        'UNPROCESSABLE',
        `A path was requested for deletion which does not exist as of commit oid \`${before}\``,
      );
    }
    files.push({ path, mode: '100644', sha: null });
  }
  const message = object(input, 'message') ?? {};
  const body = text(message, 'body');
  const words = [text(message, 'headline') ?? '', ...(body === undefined || body === '' ? [] : [body])].join('\n\n');
  const tree = await git.treeWith(before, files);
  const after = await writeSigned({ world, git: context.git, repository }, caller.token.account, {
    tree,
    parents: [before],
    message: words,
  });
  if (!(await moveRef(context, repository, caller.token, { ref, before, after }))) {
    throw new GraphqlRefused(
      'STALE_DATA',
      `Expected branch to point to "${expected}" but it did not. Pull and try again.`,
    );
  }
  const commit = await git.commit(after);
  return {
    clientMutationId: text(input, 'clientMutationId') ?? null,
    commit: {
      __typename: 'Commit',
      id: nodeId('C', `${repository.id}/${after}`),
      oid: after,
      abbreviatedOid: after.slice(0, 7),
      url: repositoryPage(world, repository, `/commit/${after}`),
      message: commit.message,
      committedDate: stamp(Date.parse(commit.committer.date)),
      signature: { __typename: 'GpgSignature', isValid: true, state: 'VALID', wasSignedByGitHub: true },
    },
    ref: {
      id: nodeId('REF', `${repository.id}/${ref}`),
      name,
      prefix: 'refs/heads/',
      target: { __typename: 'Commit', oid: after },
    },
  };
}

function committable(
  { world, caller }: Context,
  branch: Readonly<Record<string, unknown>>,
): { repository: Repository; name: string } {
  const id = text(branch, 'id');
  const full = text(branch, 'repositoryNameWithOwner');
  const [number, ...rest] = id === undefined ? [] : fromNodeId(id).id.split('/');
  const repository = world.repositories.find((one) =>
    id === undefined ? fullName(one).toLowerCase() === full?.toLowerCase() : String(one.id) === number,
  );
  if (repository === undefined || caller.kind !== 'token' || !maySee(world, repository, caller.token)) {
    throw new GraphqlRefused('NOT_FOUND', `Could not resolve to a Repository with the name '${full ?? id ?? ''}'.`);
  }
  const name = id === undefined ? (text(branch, 'branchName') ?? '') : rest.join('/').replace(/^refs\/heads\//, '');
  return { repository, name: name.replace(/^refs\/heads\//, '') };
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map((one: unknown) => object({ one }, 'one') ?? {}) : [];
}
