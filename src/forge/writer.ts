import { z } from 'zod';
import type { ForgeChange, ForgeCommitted, ForgePull, ForgeWriter } from '../model/forge.ts';
import { commitSchema, pullSchema, refSchema } from './answers.ts';
import type { Connection } from './connection.ts';
import { ForgeError } from './failure.ts';
import { once } from './once.ts';

/** Commits that the forge makes and signs, by compare-and-swap on the head of the branch; and the same as pull requests. */

const MUTATION = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;
const madeSchema = z.object({ createCommitOnBranch: z.object({ commit: z.object({ oid: z.string() }) }) });
/** The line of a commit's message that names what it is for. */
const TRAILER = 'Shiplock-Id';
/** Commits of others that may lie above an earlier try of ours. */
const LOOK_BACK = 100;
/** Head elsewhere. GitHub has no type of its own for it in every version, so the branch itself is asked then. */
const CONFLICT = new Set(['STALE_DATA', 'UNPROCESSABLE', 'CONFLICT']);

export function forgeWriter(connection: Connection): ForgeWriter {
  const { owner, repo, ports } = connection;

  const headOf = async (branch: string): Promise<string | undefined> =>
    (await connection.find('GET /repos/{owner}/{repo}/git/ref/{ref}', { ref: `heads/${branch}` }, refSchema))?.object
      .sha;

  /** An earlier try of the same change, above the commit that it was made on. */
  const earlier = async ({
    branch,
    expected,
    id,
  }: Pick<ForgeChange, 'branch' | 'expected' | 'id'>): Promise<string | undefined> => {
    const commits = await connection.list('GET /repos/{owner}/{repo}/commits', { sha: branch }, commitSchema, {
      most: LOOK_BACK,
    });
    for (const { sha, commit } of commits) {
      if (sha === expected) return undefined;
      if (commit.message.split('\n').includes(`${TRAILER}: ${id}`)) return sha;
    }
    return undefined;
  };

  const attempt = async (change: ForgeChange): Promise<ForgeCommitted | 'elsewhere'> => {
    const answer = await connection.graphql(
      MUTATION,
      {
        input: {
          branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: change.branch },
          expectedHeadOid: change.expected,
          message: {
            headline: change.headline,
            // Git takes the last paragraph for trailers.
            body: [change.body, [...(change.trailers ?? []), `${TRAILER}: ${change.id}`].join('\n')]
              .filter((part) => part !== '')
              .join('\n\n'),
          },
          fileChanges: {
            additions: change.additions.map(({ path, content }) => ({
              path,
              contents: Buffer.from(content).toString('base64'),
            })),
            deletions: change.deletions.map((path) => ({ path })),
          },
        },
      },
      madeSchema,
    );
    if (answer.kind === 'data') return { kind: 'committed', commit: answer.data.createCommitOnBranch.commit.oid };
    if (answer.types.some((type) => CONFLICT.has(type))) {
      if ((await headOf(change.branch)) !== change.expected) return 'elsewhere';
    }
    throw refused(connection, answer.types, answer.said);
  };

  const commit = async (change: ForgeChange): Promise<ForgeCommitted> =>
    once<ForgeCommitted>(ports, {
      fresh: true,
      look: async () => {
        const head = await headOf(change.branch);
        // Still where it was: nothing took effect, and a late effect of the earlier try and the next one cannot both.
        if (head === change.expected) return undefined;
        const own = await earlier(change);
        return own === undefined ? { kind: 'conflict', head: head ?? null } : { kind: 'was-committed', commit: own };
      },
      act: async () => {
        const done = await attempt(change);
        if (done !== 'elsewhere') return done;
        const own = await earlier(change);
        return own === undefined
          ? { kind: 'conflict', head: (await headOf(change.branch)) ?? null }
          : { kind: 'was-committed', commit: own };
      },
    });

  const pullOf = async (branch: string, base: string): Promise<ForgePull | undefined> => {
    const found = await connection.list(
      'GET /repos/{owner}/{repo}/pulls',
      { head: `${owner}:${branch}`, base, state: 'open' },
      pullSchema,
    );
    return found[0];
  };

  const removeBranch = async (branch: string): Promise<void> => {
    // A second removal is refused because there is nothing: asked for only while there is.
    if ((await headOf(branch)) === undefined) return;
    try {
      await connection.send('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ref: `heads/${branch}` }, z.unknown(), {
        repeatable: true,
      });
    } catch (error) {
      if ((await headOf(branch)) !== undefined) throw error;
    }
  };

  return {
    commit,
    removeBranch,
    async withdraw({ number, branch }) {
      await connection.send(
        'PATCH /repos/{owner}/{repo}/pulls/{pull_number}',
        { pull_number: number, state: 'closed' },
        pullSchema,
        { repeatable: true },
      );
      await removeBranch(branch);
    },
    async propose({ base, title, text, ...change }) {
      await startBranch(connection, change.branch, change.expected);
      const done = await commit(change);
      if (done.kind === 'conflict') {
        throw new ForgeError({
          cause: 'refused',
          status: 409,
          where: `branch ${change.branch} of ${owner}/${repo}`,
          said: `the branch is at ${done.head?.slice(0, 12) ?? 'nothing'}, with another change on it`,
          permissions: '',
        });
      }
      return once(ports, {
        look: () => pullOf(change.branch, base),
        act: async () => {
          try {
            return await connection.send(
              'POST /repos/{owner}/{repo}/pulls',
              { title, head: change.branch, base, body: text },
              pullSchema,
            );
          } catch (error) {
            // There is one already: an earlier try.
            const there =
              error instanceof ForgeError && error.status === 422 ? await pullOf(change.branch, base) : undefined;
            if (there === undefined) throw error;
            return there;
          }
        },
      });
    },
  };
}

/** A branch at a commit; one that is there already stays where it is. */
async function startBranch(connection: Connection, branch: string, at: string): Promise<void> {
  try {
    await connection.send('POST /repos/{owner}/{repo}/git/refs', { ref: `refs/heads/${branch}`, sha: at }, refSchema, {
      repeatable: true,
    });
  } catch (error) {
    if (!(error instanceof ForgeError) || error.status !== 422) throw error;
    const there = await connection.find(
      'GET /repos/{owner}/{repo}/git/ref/{ref}',
      { ref: `heads/${branch}` },
      refSchema,
    );
    if (there === undefined) throw error;
  }
}

function refused(connection: Connection, types: readonly string[], said: string): ForgeError {
  const status = types.includes('FORBIDDEN') ? 403 : types.includes('NOT_FOUND') ? 404 : 422;
  return new ForgeError({
    cause: 'refused',
    status,
    where: `createCommitOnBranch in ${connection.owner}/${connection.repo}`,
    said,
    permissions: status === 422 ? '' : 'contents=write',
  });
}
