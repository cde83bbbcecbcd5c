import { z } from 'zod';
import type { ForgeFile, ForgePulls } from '../model/forge.ts';
import { pullSchema, reviewSchema } from './answers.ts';
import type { Connection } from './connection.ts';

/** Pull requests and what reviewers said, always asked for again: an event may be old or made up. */

const STATUS: Readonly<Record<string, ForgeFile['status']>> = {
  added: 'added',
  removed: 'removed',
  modified: 'modified',
  changed: 'modified',
  renamed: 'renamed',
};

const fileSchema = z
  .object({
    filename: z.string(),
    previous_filename: z.string().optional(),
    status: z.string(),
    additions: z.number(),
    deletions: z.number(),
    patch: z.string().optional(),
  })
  .transform(
    (one): ForgeFile => ({
      path: one.filename,
      before: one.previous_filename ?? null,
      status: STATUS[one.status] ?? 'other',
      additions: one.additions,
      deletions: one.deletions,
      patch: one.patch ?? null,
    }),
  );

export function forgePulls(connection: Connection): ForgePulls {
  const pull = (number: number) => ({ pull_number: number });
  return {
    read: (number) => connection.find('GET /repos/{owner}/{repo}/pulls/{pull_number}', pull(number), pullSchema),
    review: (number, id) =>
      connection.find(
        'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}',
        { ...pull(number), review_id: id },
        reviewSchema,
      ),
    reviews: (number) =>
      connection.list('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', pull(number), reviewSchema),
    files: (number) => connection.list('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', pull(number), fileSchema),
    open: async (prefix) =>
      (await connection.list('GET /repos/{owner}/{repo}/pulls', { state: 'open' }, pullSchema)).filter(
        ({ fork, head }) => !fork && head.branch.startsWith(prefix),
      ),
    async ofBranch(branch) {
      const wanted = { head: `${connection.owner}:${branch}`, state: 'all' };
      const [newest] = await connection.list('GET /repos/{owner}/{repo}/pulls', wanted, pullSchema);
      return newest;
    },
  };
}
