import type { Claimed, ForgeClaims } from '../model/forge.ts';
import { commitSchema, gitCommitSchema, refSchema } from './answers.ts';
import type { Connection } from './connection.ts';
import { ForgeError } from './failure.ts';

/** A comment acts once: whoever creates its branch may act. Creating a ref is the compare-and-swap of the forge. */

const CLAIM = /^Claim of comment \d+\n\nShiplock-Claimant: (.+)$/m;

export function claimRef(comment: number): string {
  return `refs/heads/shiplock/claims/${comment}`;
}

export function forgeClaims(connection: Connection): ForgeClaims {
  const headOf = async (ref: string): Promise<string | undefined> =>
    (await connection.find('GET /repos/{owner}/{repo}/git/ref/{ref}', { ref: ref.slice('refs/'.length) }, refSchema))
      ?.object.sha;

  /** Any tree does; this one needs no right to change workflows, since nothing in it is new. */
  const treeThere = async (): Promise<string> => {
    const route = 'GET /repos/{owner}/{repo}/commits/{ref}';
    return (await connection.get(route, { ref: 'HEAD', per_page: 1 }, commitSchema)).commit.tree.sha;
  };

  /** A commit says who claims. Its dates are fixed, so the same claimant with the same tree has the same commit: making it again does no harm. */
  const stakeOf = async (comment: number, claimant: string, tree: string): Promise<string> => {
    const person = { name: 'Shiplock', email: 'shiplock@localhost', date: '2000-01-01T00:00:00Z' };
    const { sha } = await connection.send(
      'POST /repos/{owner}/{repo}/git/commits',
      {
        message: `Claim of comment ${comment}\n\nShiplock-Claimant: ${claimant.replaceAll(/[\r\n]/g, ' ')}`,
        tree,
        parents: [],
        author: person,
        committer: person,
      },
      gitCommitSchema,
      { repeatable: true },
    );
    return sha;
  };

  const holder = async (sha: string): Promise<string> => {
    const { message } = await connection.get(
      'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
      { commit_sha: sha },
      gitCommitSchema,
    );
    return CLAIM.exec(message)?.[1] ?? `commit ${sha.slice(0, 12)}`;
  };

  return {
    async claim(comment, claimant, tree) {
      const ref = claimRef(comment);
      const judge = async (there: string): Promise<Claimed> => {
        const by = await holder(there);
        return by === claimant.replaceAll(/[\r\n]/g, ' ') ? { kind: 'won', ref, fresh: false } : { kind: 'taken', by };
      };
      const stake = await stakeOf(comment, claimant, tree ?? (await treeThere())).catch(async (error: unknown) => {
        // The forge does not have the tree after all.
        if (tree === undefined || !(error instanceof ForgeError) || ![404, 422].includes(error.status ?? 0))
          throw error;
        return stakeOf(comment, claimant, await treeThere());
      });
      try {
        // Repeated after a lost answer it is refused, and then the ref says whose it is.
        await connection.send('POST /repos/{owner}/{repo}/git/refs', { ref, sha: stake }, refSchema, {
          repeatable: true,
        });
        return { kind: 'won', ref, fresh: true };
      } catch (error) {
        if (!(error instanceof ForgeError) || error.status !== 422) throw error;
        const there = await headOf(ref);
        if (there === undefined) throw error;
        return there === stake ? { kind: 'won', ref, fresh: false } : judge(there);
      }
    },
  };
}
