import { NOTHING } from '../git/index.ts';
import { moveRef } from '../moves.ts';
import {
  answer,
  flag,
  inRepository,
  invalid,
  notFound,
  object,
  Refused,
  type RepositoryContext,
  text,
} from '../operation.ts';
import { gitCommitShown } from '../render/commit.ts';
import { repositoryPage, repositoryUrl } from '../render/repository.ts';
import { nodeId } from '../world.ts';
import { commitNamed, personOf, tokenOf, writeSigned } from './commits.ts';

/** Refs, trees, blobs, tags and files. */

async function refShown({ world, repository, git }: RepositoryContext, ref: string, sha: string) {
  const type = (await git(repository).run(['cat-file', '-t', sha])).trim();
  return {
    ref,
    node_id: nodeId('REF', `${repository.id}/${ref}`),
    url: repositoryUrl(world, repository, `/git/${ref}`),
    object: { sha, type, url: repositoryUrl(world, repository, `/git/${type}s/${sha}`) },
  };
}

async function refNamed(context: RepositoryContext, ref: string): Promise<string> {
  const found = await context.git(context.repository).resolve(ref);
  if (found === undefined) throw notFound();
  return found;
}

function refIn({ path }: RepositoryContext): string {
  return `refs/${path['ref'] ?? ''}`;
}

async function checked(context: RepositoryContext, ref: string): Promise<void> {
  try {
    await context.git(context.repository).run(['check-ref-format', ref]);
  } catch {
    throw invalid('Reference name is not valid');
  }
}

export const OBJECTS = [
  inRepository('GET /repos/{owner}/{repo}/git/ref/{ref}', 'contents:read', async (context) => {
    const ref = refIn(context);
    return answer(200, await refShown(context, ref, await refNamed(context, ref)));
  }),
  inRepository('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', 'contents:read', async (context) => {
    const refs = await context.git(context.repository).refs(refIn(context));
    return answer(200, await Promise.all(refs.map(({ ref, sha }) => refShown(context, ref, sha))));
  }),
  inRepository('POST /repos/{owner}/{repo}/git/refs', 'contents:write', async (context) => {
    const { repository, body } = context;
    const git = context.git(repository);
    const ref = text(body, 'ref') ?? '';
    const sha = text(body, 'sha') ?? '';
    if (!/^refs\/[^/]+\/./.test(ref))
      throw invalid('Reference name must start with "refs/" and have at least two slashes.');
    await checked(context, ref);
    if ((await git.resolve(`${sha}^{object}`)) === undefined) throw invalid('Object does not exist');
    if (!(await moveRef(context, repository, tokenOf(context), { ref, before: NOTHING, after: sha }))) {
      throw invalid('Reference already exists');
    }
    return answer(201, await refShown(context, ref, sha));
  }),
  inRepository('PATCH /repos/{owner}/{repo}/git/refs/{ref}', 'contents:write', async (context) => {
    const { repository, body } = context;
    const git = context.git(repository);
    const ref = refIn(context);
    const after = text(body, 'sha') ?? '';
    const before = await git.resolve(ref);
    if (before === undefined) throw invalid('Reference does not exist');
    if ((await git.resolve(`${after}^{object}`)) === undefined) throw invalid('Object does not exist');
    if (!flag(body, 'force', false) && !(await git.isAncestor(before, after)))
      throw invalid('Update is not a fast forward');
    if (!(await moveRef(context, repository, tokenOf(context), { ref, before, after }))) {
      throw new Refused(409, 'Reference cannot be updated');
    }
    return answer(200, await refShown(context, ref, after));
  }),
  inRepository('DELETE /repos/{owner}/{repo}/git/refs/{ref}', 'contents:write', async (context) => {
    const ref = refIn(context);
    const before = await context.git(context.repository).resolve(ref);
    if (before === undefined) throw invalid('Reference does not exist');
    if (!(await moveRef(context, context.repository, tokenOf(context), { ref, before, after: NOTHING }))) {
      throw new Refused(409, 'Reference cannot be deleted');
    }
    return answer(204);
  }),
  inRepository('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', 'contents:read', async (context) => {
    const { world, repository } = context;
    const git = context.git(repository);
    const name = context.path['tree_sha'] ?? '';
    const sha = (await git.resolve(`${name}^{tree}`)) ?? (await git.resolve(`refs/heads/${name}^{tree}`));
    if (sha === undefined) throw notFound();
    const tree = await git.entries(sha, context.query.has('recursive'));
    return answer(200, {
      sha,
      url: repositoryUrl(world, repository, `/git/trees/${sha}`),
      truncated: false,
      tree: tree.map(({ mode, type, sha: of, size, path }) => ({
        path,
        mode,
        type,
        sha: of,
        ...(size === null ? {} : { size }),
        ...(type === 'commit' ? {} : { url: repositoryUrl(world, repository, `/git/${type}s/${of}`) }),
      })),
    });
  }),
  inRepository('POST /repos/{owner}/{repo}/git/trees', 'contents:write', async (context) => {
    const { world, repository, body } = context;
    const git = context.git(repository);
    const changes: { path: string; mode: string; sha: string | null }[] = [];
    for (const one of Array.isArray(body['tree']) ? body['tree'] : []) {
      const entry = object({ one }, 'one') ?? {};
      const content = text(entry, 'content');
      const sha = content === undefined ? (text(entry, 'sha') ?? null) : await git.writeBlob(Buffer.from(content));
      changes.push({ path: text(entry, 'path') ?? '', mode: text(entry, 'mode') ?? '100644', sha });
    }
    const base = text(body, 'base_tree');
    const from = base === undefined ? null : ((await git.resolve(`${base}^{tree}`)) ?? null);
    if (base !== undefined && from === null) throw notFound();
    const sha = await git.treeWith(from, changes);
    const tree = await git.entries(sha, false);
    return answer(201, {
      sha,
      url: repositoryUrl(world, repository, `/git/trees/${sha}`),
      truncated: false,
      tree: tree.map(({ mode, type, sha: of, path }) => ({ path, mode, type, sha: of })),
    });
  }),
  inRepository('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', 'contents:read', async (context) => {
    const { world, repository } = context;
    const sha = await context.git(repository).resolve(`${context.path['file_sha']}^{blob}`);
    if (sha === undefined) throw notFound();
    const content = await context.git(repository).blob(sha);
    return answer(200, {
      sha,
      node_id: nodeId('B', sha),
      size: content.length,
      url: repositoryUrl(world, repository, `/git/blobs/${sha}`),
      content: content.toString('base64'),
      encoding: 'base64',
    });
  }),
  inRepository('POST /repos/{owner}/{repo}/git/blobs', 'contents:write', async (context) => {
    const { world, repository, body } = context;
    const encoding = text(body, 'encoding') === 'base64' ? 'base64' : 'utf8';
    const sha = await context.git(repository).writeBlob(Buffer.from(text(body, 'content') ?? '', encoding));
    return answer(201, { sha, url: repositoryUrl(world, repository, `/git/blobs/${sha}`) });
  }),
  inRepository('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', 'contents:read', async (context) => {
    const sha = await context.git(context.repository).resolve(`${context.path['tag_sha']}^{tag}`);
    if (sha === undefined) throw notFound();
    return answer(200, await tagShown(context, sha));
  }),
  inRepository('POST /repos/{owner}/{repo}/git/tags', 'contents:write', async (context) => {
    const { world, repository, body, actor } = context;
    const git = context.git(repository);
    const target = await git.resolve(text(body, 'object') ?? '');
    if (target === undefined) throw invalid('Object does not exist');
    const given = object(body, 'tagger');
    const self = personOf(actor, world.clock.now());
    const date = Math.floor(Date.parse(text(given ?? {}, 'date') ?? self.date) / 1000);
    const head = [
      `object ${target}`,
      `type ${text(body, 'type') ?? 'commit'}`,
      `tag ${text(body, 'tag') ?? ''}`,
      `tagger ${text(given ?? {}, 'name') ?? self.name} <${text(given ?? {}, 'email') ?? self.email}> ${date} +0000`,
    ];
    const sha = (
      await git.run(['hash-object', '-t', 'tag', '-w', '--stdin'], {
        stdin: `${head.join('\n')}\n\n${text(body, 'message') ?? ''}\n`,
      })
    ).trim();
    return answer(201, await tagShown(context, sha));
  }),
  inRepository('GET /repos/{owner}/{repo}/contents/{path}', 'contents:read', async (context) => {
    const git = context.git(context.repository);
    const ref = context.query.get('ref') ?? context.repository.defaultBranch;
    const commit = await commitNamed(git, ref);
    if (commit === undefined) throw notFound(`No commit found for the ref ${ref}`);
    const path = (context.path['path'] ?? '').replace(/\/$/, '');
    const sha = await git.resolve(path === '' ? `${commit}^{tree}` : `${commit}:${path}`);
    if (sha === undefined) throw notFound();
    const kind = (await git.run(['cat-file', '-t', sha])).trim();
    if (kind === 'tree') {
      const entries = await git.entries(sha, false);
      return answer(
        200,
        entries.map((one) =>
          fileShown(
            context,
            ref,
            path === '' ? one.path : `${path}/${one.path}`,
            one.sha,
            one.type === 'tree' ? 'dir' : 'file',
            one.size ?? 0,
          ),
        ),
      );
    }
    const content = await git.blob(sha);
    return answer(200, {
      ...fileShown(context, ref, path, sha, 'file', content.length),
      content: content.toString('base64'),
      encoding: 'base64',
    });
  }),
  inRepository('PUT /repos/{owner}/{repo}/contents/{path}', 'contents:write', async (context) => {
    const content = Buffer.from(text(context.body, 'content') ?? '', 'base64');
    return writeFile(context, await context.git(context.repository).writeBlob(content), content.length);
  }),
  inRepository('DELETE /repos/{owner}/{repo}/contents/{path}', 'contents:write', (context) =>
    writeFile(context, null, 0),
  ),
];

async function writeFile(context: RepositoryContext, blob: string | null, size: number) {
  const { repository, body, world, actor } = context;
  const git = context.git(repository);
  const path = context.path['path'] ?? '';
  const branch = text(body, 'branch') ?? repository.defaultBranch;
  const ref = `refs/heads/${branch}`;
  const before = await git.resolve(ref);
  if (before === undefined) throw notFound(`Branch ${branch} not found`);
  const old = await git.resolve(`${before}:${path}`);
  const expected = text(body, 'sha');
  if (old !== undefined && expected === undefined) throw invalid('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (old === undefined && blob === null) throw notFound();
  if (expected !== undefined && expected !== old) throw new Refused(409, `${path} does not match ${expected}`);
  const tree = await git.treeWith(before, [{ path, mode: '100644', sha: blob }]);
  const after = await writeSigned(context, actor, { tree, parents: [before], message: text(body, 'message') ?? '' });
  if (!(await moveRef(context, repository, tokenOf(context), { ref, before, after }))) {
    throw new Refused(409, `is at ${(await git.resolve(ref)) ?? 'nothing'} but expected ${before}`);
  }
  const commit = gitCommitShown(world, repository, await git.commit(after));
  return answer(old === undefined ? 201 : 200, {
    content: blob === null ? null : fileShown(context, branch, path, blob, 'file', size),
    commit,
  });
}

function fileShown(
  { world, repository }: RepositoryContext,
  ref: string,
  path: string,
  sha: string,
  type: 'file' | 'dir',
  size: number,
) {
  const url = repositoryUrl(world, repository, `/contents/${encodeURI(path)}?ref=${encodeURIComponent(ref)}`);
  const git = repositoryUrl(world, repository, `/git/${type === 'dir' ? 'trees' : 'blobs'}/${sha}`);
  const html = repositoryPage(world, repository, `/${type === 'dir' ? 'tree' : 'blob'}/${ref}/${encodeURI(path)}`);
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    size,
    url,
    html_url: html,
    git_url: git,
    download_url: type === 'dir' ? null : repositoryPage(world, repository, `/raw/${ref}/${encodeURI(path)}`),
    type,
    _links: { self: url, git, html },
  };
}

async function tagShown({ world, repository, git }: RepositoryContext, sha: string) {
  const raw = await git(repository).run(['cat-file', 'tag', sha]);
  const [, target = '', type = '', tag = '', name = '', email = '', seconds = '0', message = ''] =
    /^object (\w+)\ntype (\w+)\ntag (.+)\ntagger (.*) <(.*)> (\d+) .*\n\n([\s\S]*)$/.exec(raw) ?? [];
  return {
    node_id: nodeId('TA', `${repository.id}/${sha}`),
    tag,
    sha,
    url: repositoryUrl(world, repository, `/git/tags/${sha}`),
    message: message.trimEnd(),
    tagger: { name, email, date: `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z` },
    object: { type, sha: target, url: repositoryUrl(world, repository, `/git/${type}s/${target}`) },
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
  };
}
