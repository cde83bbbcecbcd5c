import { z } from 'zod';
import { type BackupRecord, begunFile, madeOf, type Repository, recordFile, recordText } from '../../backup/index.ts';
import type { Problem } from '../../model/problem.ts';
import { action, step } from '../../procedure/index.ts';
import { type BackupEnvironment, whileItStays } from './open.ts';
import { hostAndTags, idOf, QUICK_MS, restic } from './restic.ts';

const storedSchema = z.strictObject({
  snapshot: z.string(),
  id: z.string(),
  at: z.string(),
  files: z.number(),
  bytes: z.number(),
});

/** Configuration, static files and certificates: stored, then entered in the catalogue. */
export function filesSteps(backup: BackupEnvironment) {
  const { settings, repository, place } = backup;
  const paths = settings.files;
  const store = step<{ readonly id: string; readonly at: string }, z.infer<typeof storedSchema>>({
    id: 'files',
    title: 'Store files',
    inputs: { files: [...paths] },
    timeoutMs: settings.timeoutMs + QUICK_MS,
    read: async (ctx) => ({ id: idOf(ctx.clock.now()), at: new Date(ctx.clock.now()).toISOString() }),
    decide: ({ id }) => ({
      kind: 'do',
      effects: [
        {
          kind: 'file',
          path: begunFile(place, id),
          content: '',
          why: 'so that half of it is found',
          timeoutMs: QUICK_MS,
        },
        {
          ...restic(
            repository,
            ['backup', '--json', ...hostAndTags(backup, id, 'files'), '--', ...paths],
            'as they are now',
          ),
          timeoutMs: settings.timeoutMs,
        },
      ],
    }),
    outputs: storedSchema,
    collect: (results, { id, at }) => {
      const result = results.at(-1);
      const made = result?.kind === 'exec' ? madeOf(result.stdout) : null;
      return { id, at, ...(made ?? { snapshot: '', files: 0, bytes: 0 }) };
    },
    planned: ({ id, at }) => ({ snapshot: '<files.snapshot>', id, at, files: 0, bytes: 0 }),
    probe: 'repeatable',
    meanwhile: whileItStays(backup, repository),
    verify: async (_ctx, { snapshot }) =>
      snapshot === '' ? [noSnapshot(repository)] : backup.held.moved(repository.repository),
  });
  const record = action<null>({
    id: 'files-entry',
    title: 'Enter them in the catalogue',
    read: async () => null,
    decide: (_facts, ctx) => {
      const { snapshot, id, at, files, bytes } = ctx.outputOf(store);
      const entry: BackupRecord = {
        ...{
          v: 1,
          kind: 'files',
          id,
          run: ctx.run,
          takenAt: at,
          paths: [...paths],
          here: { files, bytes, verified: null },
          snapshot,
          state: 'stored',
          why: null,
        },
      };
      const path = recordFile(place, entry);
      return {
        kind: 'do',
        effects: [
          { kind: 'file', path, content: recordText(entry), timeoutMs: QUICK_MS },
          { kind: 'file', path: begunFile(place, id), content: null, timeoutMs: QUICK_MS },
        ],
      };
    },
    probe: 'repeatable',
  });
  return [store, record] as const;
}

function noSnapshot({ repository }: Repository): Problem {
  return {
    code: 'backup.storage-failed',
    where: repository,
    found: 'no word of a snapshot',
    expected: 'the name of the snapshot that was made',
    remedy: 'run the backup again; restic must be 0.14 or newer',
  };
}
