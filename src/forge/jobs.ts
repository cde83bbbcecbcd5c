import { z } from 'zod';
import type { ForgeJobs } from '../model/forge.ts';
import { accountSchema } from './answers.ts';
import type { Connection } from './connection.ts';

/** Runs of workflows: the runner tells its job a name, the forge knows the account. */

const runSchema = z.object({ run_attempt: z.number().optional(), triggering_actor: accountSchema.nullish() });

export function forgeJobs(connection: Connection): ForgeJobs {
  return {
    async starterOf(run, attempt) {
      const found = await connection.find(
        'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
        { run_id: run },
        runSchema,
      );
      if (found === undefined || (found.run_attempt ?? 1) !== attempt) return undefined;
      return found.triggering_actor ?? undefined;
    },
  };
}
