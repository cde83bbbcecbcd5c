import { maySee } from '../access.ts';
import { type Context, object, text } from '../operation.ts';
import { fullName, nodeId, repositoryNamed } from '../world.ts';
import { GraphqlRefused } from './refused.ts';

/** `repository(owner, name) { ref(qualifiedName) { target { oid } } … }`. */

export async function repositoryQuery(context: Context, given: unknown) {
  const { world, caller } = context;
  const input = object({ given }, 'given') ?? {};
  const repository = repositoryNamed(world, text(input, 'owner') ?? '', text(input, 'name') ?? '');
  if (repository === undefined || caller.kind !== 'token' || !maySee(world, repository, caller.token)) {
    throw new GraphqlRefused(
      'NOT_FOUND',
      `Could not resolve to a Repository with the name '${text(input, 'owner')}/${text(input, 'name')}'.`,
    );
  }
  return {
    id: nodeId('R', repository.id),
    name: repository.name,
    nameWithOwner: fullName(repository),
    isPrivate: repository.private,
    defaultBranchRef: () => refOf(context, `refs/heads/${repository.defaultBranch}`),
    ref: (asked: { qualifiedName: string }) => refOf(context, asked.qualifiedName),
  };
  async function refOf({ git }: Context, wanted: string) {
    if (repository === undefined) return null;
    const name = wanted.startsWith('refs/') ? wanted : `refs/heads/${wanted}`;
    const oid = await git(repository).resolve(`${name}^{commit}`);
    if (oid === undefined) return null;
    const cut = name.lastIndexOf('/') + 1;
    return {
      id: nodeId('REF', `${repository.id}/${name}`),
      name: name.replace(/^refs\/(?:heads|tags)\//, ''),
      prefix: name.slice(0, cut),
      target: { __typename: 'Commit', oid, id: nodeId('C', `${repository.id}/${oid}`) },
    };
  }
}
