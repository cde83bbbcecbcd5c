import { type Git, NOTHING, type Person } from '../git/index.ts';
import { answer, inRepository, invalid, notFound, paged, Refused, type RepositoryContext, text } from '../operation.ts';
import { commitShown, filesShown, gitCommitShown } from '../render/commit.ts';
import { pullShown } from '../render/pull.ts';
import { repositoryPage, repositoryUrl } from '../render/repository.ts';
import { type Account, nodeId, type Pull, stamp, type Token } from '../world.ts';

/** Commits as they are, compared, and made by the forge. */

export function tokenOf({ caller }: RepositoryContext): Token {
  if (caller.kind !== 'token') throw new Refused(401, 'Requires authentication');
  return caller.token;
}

export function personOf(account: Account, at: number): Person {
  return {
    name: account.name ?? account.login,
    email: `${account.id}+${account.login}@users.noreply.github.com`,
    date: stamp(at),
  };
}

/** A branch, a tag or a commit; a beginning of an id only where it is the only one. */
export async function commitNamed(git: Git, ref: string): Promise<string | undefined> {
  if (ref === 'HEAD') return git.resolve('HEAD^{commit}');
  const name = ref.replace(/^(?:refs\/)?(?:heads|tags)\//, '');
  for (const one of [`refs/heads/${name}`, `refs/tags/${name}`]) {
    const found = await git.resolve(`${one}^{commit}`);
    if (found !== undefined) return found;
  }
  return /^[0-9a-f]{7,40}$/.test(ref) ? git.resolve(`${ref}^{commit}`) : undefined;
}

export async function commitIn(context: RepositoryContext, name: string): Promise<string> {
  const ref = context.path[name] ?? '';
  const sha = await commitNamed(context.git(context.repository), ref);
  if (sha === undefined) throw invalid(`No commit found for SHA: ${ref}`);
  return sha;
}

/** Signed by the forge, as everything that it commits itself. */
const SIGNATURE = '-----BEGIN PGP SIGNATURE-----\n\nmade by the forge\n-----END PGP SIGNATURE-----\n';

export async function writeSigned(
  context: Pick<RepositoryContext, 'world' | 'git' | 'repository'>,
  by: Account,
  made: { readonly tree: string; readonly parents: readonly string[]; readonly message: string },
): Promise<string> {
  const { world } = context;
  const now = world.clock.now();
  const sha = await context.git(context.repository).writeCommit({
    ...made,
    author: personOf(by, now),
    committer: { name: 'GitHub', email: 'noreply@github.com', date: stamp(now) },
    signature: SIGNATURE,
  });
  world.signed.add(sha);
  return sha;
}

export async function writeMerge(context: RepositoryContext, pull: Pull, message: string): Promise<string | undefined> {
  const tree = await context.git(context.repository).merged(pull.baseSha, pull.headSha);
  if (tree === undefined) return undefined;
  return writeSigned(context, context.actor, { tree, parents: [pull.baseSha, pull.headSha], message });
}

export const COMMITS = [
  inRepository('GET /repos/{owner}/{repo}/commits', 'contents:read', async (context) => {
    const { world, repository, query } = context;
    const git = context.git(repository);
    const from = query.get('sha') ?? repository.defaultBranch;
    const sha = await commitNamed(git, from);
    if (sha === undefined) throw notFound();
    const path = query.get('path');
    const shas = await git.log(sha, { most: 1_000, ...(path === null ? {} : { path }) });
    const commits = await Promise.all(shas.map((one) => git.commit(one)));
    return paged(context, commits, (items) => items.map((one) => commitShown(world, repository, one)));
  }),
  inRepository('GET /repos/{owner}/{repo}/commits/{ref}', 'contents:read', async (context) => {
    const { world, repository } = context;
    const git = context.git(repository);
    const commit = await git.commit(await commitIn(context, 'ref'));
    const parent = commit.parents[0];
    const files = parent === undefined ? [] : await git.changed(parent, commit.sha);
    const additions = files.reduce((sum, one) => sum + one.additions, 0);
    const deletions = files.reduce((sum, one) => sum + one.deletions, 0);
    return answer(200, {
      ...commitShown(world, repository, commit),
      stats: { additions, deletions, total: additions + deletions },
      files: filesShown(world, repository, commit.sha, files),
    });
  }),
  inRepository('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', 'pull_requests:read', async (context) => {
    const { world, repository } = context;
    const git = context.git(repository);
    const sha = await commitIn(context, 'commit_sha');
    const found = [];
    for (const issue of repository.issues.values()) {
      if (issue.pull === null) continue;
      const shas = [issue.pull.merged?.commit, ...(await git.log(`${issue.pull.baseSha}..${issue.pull.headSha}`))];
      if (shas.includes(sha)) found.push(await pullShown(world, repository, issue, git, 'simple'));
    }
    return paged(context, found, (items) => items);
  }),
  inRepository('GET /repos/{owner}/{repo}/compare/{basehead}', 'contents:read', async (context) => {
    const { world, repository } = context;
    const git = context.git(repository);
    const [first = '', second = ''] = (context.path['basehead'] ?? '').split('...');
    const base = await commitNamed(git, first);
    const head = await commitNamed(git, second);
    if (base === undefined || head === undefined) throw notFound();
    const merge = await git.mergeBase(base, head);
    if (merge === undefined) throw notFound(`No common ancestor between ${first} and ${second}.`);
    const ahead = await git.between(base, head);
    const behind = await git.between(head, base);
    const shas = (await git.log(`${base}..${head}`, { most: 250 })).toReversed();
    const commits = await Promise.all(shas.map((sha) => git.commit(sha)));
    const page = repositoryPage(world, repository, `/compare/${base}...${head}`);
    return answer(200, {
      url: repositoryUrl(world, repository, `/compare/${base}...${head}`),
      html_url: page,
      permalink_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      base_commit: commitShown(world, repository, await git.commit(base)),
      merge_base_commit: commitShown(world, repository, await git.commit(merge)),
      status: ahead > 0 && behind > 0 ? 'diverged' : ahead > 0 ? 'ahead' : behind > 0 ? 'behind' : 'identical',
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits: commits.map((one) => commitShown(world, repository, one)),
      files: filesShown(world, repository, head, await git.changed(merge, head)),
    });
  }),
  inRepository('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', 'contents:read', async (context) => {
    const { world, repository } = context;
    const git = context.git(repository);
    const sha = context.path['commit_sha'] ?? '';
    // The database of objects knows whole ids only.
    if (!/^[0-9a-f]{40}$/.test(sha) || (await git.resolve(`${sha}^{commit}`)) === undefined) throw notFound();
    return answer(200, gitCommitShown(world, repository, await git.commit(sha)));
  }),
  inRepository('POST /repos/{owner}/{repo}/git/commits', 'contents:write', async (context) => {
    const { world, repository, body, actor } = context;
    const git = context.git(repository);
    const tree = text(body, 'tree') ?? '';
    if ((await git.resolve(`${tree}^{tree}`)) === undefined) throw invalid('Tree SHA does not exist');
    const parents = Array.isArray(body['parents']) ? body['parents'].map(String) : [];
    for (const one of parents) {
      if ((await git.resolve(`${one}^{commit}`)) === undefined)
        throw invalid(`Parent SHA does not exist or is not a commit object`);
    }
    const self = personOf(actor, world.clock.now());
    const author = person(body['author']) ?? self;
    const sha = await git.writeCommit({
      tree,
      parents,
      message: text(body, 'message') ?? '',
      author,
      committer: person(body['committer']) ?? author,
      signature: text(body, 'signature') ?? null,
    });
    return answer(201, gitCommitShown(world, repository, await git.commit(sha)));
  }),
  inRepository('GET /repos/{owner}/{repo}/tags', 'contents:read', async (context) => {
    const { world, repository } = context;
    const git = context.git(repository);
    const refs = await git.refs('refs/tags/');
    const tags = await Promise.all(
      refs.map(async ({ ref }) => {
        const name = ref.slice('refs/tags/'.length);
        const sha = (await git.resolve(`${ref}^{commit}`)) ?? NOTHING;
        return {
          name,
          node_id: nodeId('REF', `${repository.id}/${ref}`),
          commit: { sha, url: repositoryUrl(world, repository, `/commits/${sha}`) },
          zipball_url: repositoryUrl(world, repository, `/zipball/${ref}`),
          tarball_url: repositoryUrl(world, repository, `/tarball/${ref}`),
        };
      }),
    );
    return paged(context, tags, (items) => items);
  }),
];

function person(value: unknown): Person | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const read = (name: string): string => String(Reflect.get(value, name) ?? '');
  return { name: read('name'), email: read('email'), date: read('date') };
}
