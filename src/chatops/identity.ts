import { createHash } from 'node:crypto';

/** What follows from a comment alone, so that a job that was killed finds again what it had begun. Pure. */

/** The run that a comment begins: one comment, one run. */
export function runOf({ id, createdAt }: { readonly id: number; readonly createdAt: number }): string {
  const time = new Date(createdAt).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${time}-c${id}`;
}

/** The order that a comment gives: taken up once, however often it is handed over. */
export function orderOf(comment: number): string {
  return createHash('sha256').update(`shiplock order of comment ${comment}`).digest('hex').slice(0, 32);
}
