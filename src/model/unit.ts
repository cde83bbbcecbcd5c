import { z } from 'zod';
import { artefactSchema, digestSchema, momentSchema, versionSchema } from './release.ts';

/** What several services that are released together are: formats in docs/formats. */

/** One unit release, immutable: which release of each member. It goes through all environments as it is. */
export const unitReleaseSchema = z.strictObject({
  formatVersion: z.literal(1),
  unit: z.string().min(1),
  /** In the order in which they go. */
  members: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        service: z.string().min(1),
        version: versionSchema,
        commit: z.string().regex(/^[0-9a-f]{40}$/),
        /** Digest of its release.json. */
        release: digestSchema,
        artefacts: z.array(artefactSchema).readonly(),
        after: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
});
export type UnitRelease = Readonly<z.infer<typeof unitReleaseSchema>>;

/** What an environment remembers of the releases of a unit, newest last. */
export const unitHistorySchema = z.strictObject({
  formatVersion: z.literal(1),
  unit: z.string(),
  environment: z.string(),
  history: z
    .array(
      z.strictObject({
        /** Digest of the unit release. */
        release: digestSchema,
        run: z.string(),
        time: momentSchema,
        outcome: z.enum(['released', 'taken-back', 'went-back-to']),
        /** By member: the version that it has in this environment. */
        versions: z.record(z.string(), versionSchema),
        who: z.string(),
        why: z.string(),
      }),
    )
    .readonly(),
});
export type UnitHistory = Readonly<z.infer<typeof unitHistorySchema>>;
export type UnitEntry = UnitHistory['history'][number];

/** The unit release that an environment has: the newest that came to its end, or the one that it went back to since. Pure. */
export function liveUnit({ history }: Pick<UnitHistory, 'history'>): UnitEntry | undefined {
  return history.findLast(cameToServe);
}

/** The unit release before the live one: what a rollback goes back to. Never one that was gone back from. Pure. */
export function previousUnit({ history }: Pick<UnitHistory, 'history'>): UnitEntry | undefined {
  const live = liveUnit({ history })?.release;
  const served = history.filter(cameToServe);
  const own = served.findLastIndex(({ release, outcome }) => release === live && outcome === 'released');
  return served.slice(0, Math.max(0, own)).findLast(({ release }) => release !== live);
}

function cameToServe({ outcome }: Pick<UnitEntry, 'outcome'>): boolean {
  return outcome !== 'taken-back';
}
