import { z } from 'zod';
import type { ForgePushes, PushEntry } from '../model/forge.ts';
import { unwrap } from '../model/problem.ts';
import { accountSchema, refSchema, shaSchema, timeSchema } from './answers.ts';
import type { Connection } from './connection.ts';
import { commitAt } from './push-record.ts';

/** Reads the record of pushes. */

const KINDS: Readonly<Record<string, PushEntry['kind']>> = {
  push: 'push',
  force_push: 'force-push',
  branch_creation: 'created',
  branch_deletion: 'deleted',
  pr_merge: 'merged',
  merge_queue_merge: 'merged',
};

const entrySchema = z
  .object({
    before: shaSchema,
    after: shaSchema,
    ref: z.string(),
    timestamp: timeSchema,
    activity_type: z.string(),
    actor: accountSchema.nullable(),
  })
  .transform((one) => ({
    ref: one.ref,
    before: one.before,
    after: one.after,
    at: one.timestamp,
    kind: KINDS[one.activity_type] ?? 'force-push',
    by: one.actor,
  }));

/** So many pushes after something was said are looked through; a branch that moves faster needs its commit named. */
const MOST = 500;

export function forgePushes(connection: Connection): ForgePushes {
  const headOf = async (branch: string): Promise<string | null> => {
    const route = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
    return (await connection.find(route, { ref: `heads/${branch}` }, refSchema))?.object.sha ?? null;
  };
  return {
    async commitAt(branch, moment, head) {
      const ref = `refs/heads/${branch}`;
      // The record first: what is pushed in between shows as a gap, and refuses.
      const record = await connection.list(
        'GET /repos/{owner}/{repo}/activity',
        { ref, direction: 'desc' },
        entrySchema,
        { most: MOST },
      );
      const known = await head?.();
      const now = known === undefined ? await headOf(branch) : known;
      const entries = record.filter((one) => one.ref === ref).map(({ ref: _, ...one }): PushEntry => one);
      return unwrap(commitAt({ branch, moment, entries, head: now }));
    },
  };
}
