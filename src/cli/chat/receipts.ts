import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonSchema } from '../../model/json.ts';
import { ProblemError } from '../../model/problem.ts';
import { replaceFile } from '../../procedure/store.ts';
import type { CommandResult } from '../io.ts';

/** What a comment that begins no run has done, so that a job which is started again does not do it a second time. */

const EXITS: ReadonlySet<number> = new Set(Object.values(EXIT));
const receiptSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('begun') }),
  z.strictObject({
    state: z.literal('done'),
    exit: z.number().refine((code): code is ExitCode => EXITS.has(code)),
    text: z.string(),
    json: jsonSchema,
  }),
]);

/**
 * Does it, unless it was done before: then what it said then. `again`: a second time has the same effect as one. Else a job that died in between
 * leaves a question that only a person can answer.
 */
export async function doOnce(
  store: string,
  comment: number,
  again: boolean,
  work: () => Promise<CommandResult>,
): Promise<CommandResult> {
  const file = join(store, 'chat', `${comment}.json`);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const before = text === undefined ? undefined : receiptSchema.safeParse(JSON.parse(text)).data;
  if (before?.state === 'done') return { exit: before.exit, text: before.text, json: before.json };
  if (text !== undefined && !again) {
    throw new ProblemError({
      code: 'chat.unsure',
      where: `comment ${comment}`,
      found: 'a job that died while it did this',
      expected: 'to know whether it was done',
      remedy: 'look with `/status`, and write the command again if it was not',
    });
  }
  await replaceFile(file, `${JSON.stringify({ state: 'begun' })}\n`);
  const done = await work().catch(async (error: unknown) => {
    // What is refused changed nothing.
    if (error instanceof ProblemError) await rm(file, { force: true });
    throw error;
  });
  await replaceFile(file, `${JSON.stringify({ state: 'done', ...done })}\n`);
  return done;
}
