import type { Changed, Commit, Git } from '../git/index.ts';
import { type Account, nodeId, type Repository, type World } from '../world.ts';
import { accountShown } from './account.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';

/** Whose commit it is, by the mail address that GitHub gives accounts that hide theirs. */
function accountOf(world: World, email: string): Account | undefined {
  const login = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  return [...world.accounts.values()].find((one) => one.login === login);
}

export function verificationOf(world: World, commit: Commit) {
  const verified = world.signed.has(commit.sha);
  return {
    verified,
    reason: verified ? 'valid' : commit.signature === null ? 'unsigned' : 'unknown_key',
    signature: commit.signature,
    payload: commit.signature === null ? null : commit.message,
    verified_at: verified ? commit.committer.date : null,
  };
}

export function parentsOf(world: World, repository: Repository, commit: Commit) {
  return commit.parents.map((sha) => ({
    sha,
    url: repositoryUrl(world, repository, `/commits/${sha}`),
    html_url: repositoryPage(world, repository, `/commit/${sha}`),
  }));
}

/** A commit of the repository, with what people said of it around. */
export function commitShown(world: World, repository: Repository, commit: Commit) {
  const url = repositoryUrl(world, repository, `/commits/${commit.sha}`);
  const author = accountOf(world, commit.author.email);
  const committer = accountOf(world, commit.committer.email);
  return {
    sha: commit.sha,
    node_id: nodeId('C', `${repository.id}/${commit.sha}`),
    url,
    html_url: repositoryPage(world, repository, `/commit/${commit.sha}`),
    comments_url: `${url}/comments`,
    commit: {
      url: repositoryUrl(world, repository, `/git/commits/${commit.sha}`),
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: repositoryUrl(world, repository, `/git/trees/${commit.tree}`) },
      comment_count: 0,
      verification: verificationOf(world, commit),
    },
    author: author === undefined ? null : accountShown(world, author),
    committer: committer === undefined ? null : accountShown(world, committer),
    parents: parentsOf(world, repository, commit),
  };
}

/** The git object alone. */
export function gitCommitShown(world: World, repository: Repository, commit: Commit) {
  return {
    sha: commit.sha,
    node_id: nodeId('C', `${repository.id}/${commit.sha}`),
    url: repositoryUrl(world, repository, `/git/commits/${commit.sha}`),
    html_url: repositoryPage(world, repository, `/commit/${commit.sha}`),
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: repositoryUrl(world, repository, `/git/trees/${commit.tree}`) },
    message: commit.message,
    parents: parentsOf(world, repository, commit),
    verification: verificationOf(world, commit),
  };
}

export function filesShown(world: World, repository: Repository, sha: string, files: readonly Changed[]) {
  return files.map(({ path, before, status, sha: blob, additions, deletions }) => ({
    sha: blob,
    filename: path,
    status,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: repositoryPage(world, repository, `/blob/${sha}/${encodeURI(path)}`),
    raw_url: repositoryPage(world, repository, `/raw/${sha}/${encodeURI(path)}`),
    contents_url: repositoryUrl(world, repository, `/contents/${encodeURI(path)}?ref=${sha}`),
    ...(before === null ? {} : { previous_filename: before }),
  }));
}

/** The form that events of pushes carry. */
export async function commitPayload(world: World, repository: Repository, git: Git, sha: string) {
  const commit = await git.commit(sha);
  const parent = commit.parents[0];
  const changed = parent === undefined ? [] : await git.changed(parent, sha);
  const paths = (status: Changed['status']): readonly string[] =>
    changed.filter((one) => one.status === status).map(({ path }) => path);
  return {
    id: sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: repositoryPage(world, repository, `/commit/${sha}`),
    author: { name: commit.author.name, email: commit.author.email, date: commit.author.date },
    committer: { name: commit.committer.name, email: commit.committer.email, date: commit.committer.date },
    added: paths('added'),
    removed: paths('removed'),
    modified: [...paths('modified'), ...paths('renamed')],
  };
}
