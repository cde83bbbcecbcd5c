import type { ForgeCommits } from '../model/forge.ts';
import { type Problem, ProblemError } from '../model/problem.ts';
import { commitSchema, refSchema } from './answers.ts';
import type { Connection } from './connection.ts';
import { ForgeError } from './failure.ts';

/** Commits by the beginning of their id, and what branches are at. */

const SHORTEST = 12;

export function forgeCommits(connection: Connection): ForgeCommits {
  return {
    async byPrefix(prefix) {
      if (!/^[0-9a-f]+$/.test(prefix) || prefix.length < SHORTEST) throw new ProblemError(short(prefix));
      try {
        const { sha } = await connection.get(
          'GET /repos/{owner}/{repo}/commits/{ref}',
          { ref: prefix, per_page: 1 },
          commitSchema,
        );
        // A branch or a tag may have this name.
        if (!sha.startsWith(prefix))
          throw new ProblemError(unknown(prefix, `a branch or tag of this name, at ${sha.slice(0, SHORTEST)}`));
        return sha;
      } catch (error) {
        if (error instanceof ForgeError && (error.status === 404 || error.status === 422)) {
          throw new ProblemError(unknown(prefix, 'no commit, or more than one, whose id begins so'));
        }
        throw error;
      }
    },
    async head(branch) {
      const found = await connection.find(
        'GET /repos/{owner}/{repo}/git/ref/{ref}',
        { ref: `heads/${branch}` },
        refSchema,
      );
      return found?.object.sha;
    },
  };
}

function short(prefix: string): Problem {
  return {
    code: 'forge.commit-prefix',
    where: `commit ${prefix.slice(0, 64)}`,
    found: `${prefix.length} characters`,
    expected: `at least ${SHORTEST} hexadecimal digits, in small letters`,
    remedy: 'copy the whole id of the commit, for instance from `git rev-parse HEAD`',
  };
}

function unknown(prefix: string, found: string): Problem {
  return {
    code: 'forge.commit-unknown',
    where: `commit ${prefix}`,
    found,
    expected: 'one commit of this repository',
    remedy: 'push it first, or give the whole id',
  };
}
