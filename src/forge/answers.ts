import { z } from 'zod';
import type { ForgeAccount, ForgeComment, ForgePull, ForgeReview } from '../model/forge.ts';

/** What is read of the forge's answers, and what it becomes. */

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

export const accountSchema = z
  .object({ id: z.number(), login: z.string(), type: z.string() })
  .transform(({ id, login, type }): ForgeAccount => ({ id, login, bot: type === 'Bot' }));

export const commentSchema = z
  .object({
    id: z.number(),
    node_id: z.string(),
    body: z.string().optional(),
    user: accountSchema.nullable(),
    html_url: z.string(),
    issue_url: z.string(),
    created_at: time,
    updated_at: time,
  })
  .transform((one): ForgeComment & { readonly url: string; readonly node: string } => ({
    id: one.id,
    issue: Number(one.issue_url.slice(one.issue_url.lastIndexOf('/') + 1)),
    author: one.user,
    body: one.body ?? '',
    createdAt: one.created_at,
    edited: one.updated_at !== one.created_at,
    url: one.html_url,
    node: one.node_id,
  }));

const REVIEW_STATES: Readonly<Record<string, ForgeReview['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};

export const reviewSchema = z
  .object({
    id: z.number(),
    user: accountSchema.nullable(),
    body: z.string(),
    state: z.string(),
    commit_id: sha.nullable(),
    submitted_at: time.optional(),
  })
  .transform(
    (one): ForgeReview => ({
      id: one.id,
      author: one.user,
      body: one.body,
      // A state that we do not know approves nothing.
      state: REVIEW_STATES[one.state] ?? 'pending',
      commit: one.commit_id,
      submittedAt: one.submitted_at ?? null,
    }),
  );

const sideSchema = z.object({ ref: z.string(), sha, repo: z.object({ full_name: z.string() }).nullable() });

export const pullSchema = z
  .object({
    number: z.number(),
    title: z.string(),
    state: z.enum(['open', 'closed']),
    merged_at: z.string().nullable(),
    draft: z.boolean().optional(),
    user: accountSchema.nullable(),
    html_url: z.string(),
    head: sideSchema,
    base: sideSchema,
  })
  .transform(
    (one): ForgePull => ({
      number: one.number,
      title: one.title,
      open: one.state === 'open',
      merged: one.merged_at !== null,
      draft: one.draft ?? false,
      author: one.user,
      url: one.html_url,
      head: { branch: one.head.ref, commit: one.head.sha, repository: one.head.repo?.full_name ?? null },
      base: { branch: one.base.ref, commit: one.base.sha },
      fork: one.head.repo === null || one.head.repo.full_name !== one.base.repo?.full_name,
    }),
  );

export const refSchema = z.object({ ref: z.string(), object: z.object({ sha, type: z.string() }) });
export const commitSchema = z.object({
  sha,
  commit: z.object({ message: z.string(), tree: z.object({ sha }) }),
});
export const gitCommitSchema = z.object({ sha, message: z.string(), tree: z.object({ sha }) });
export const idSchema = z.object({ id: z.number() });
export const timeSchema = time;
export const shaSchema = sha;
