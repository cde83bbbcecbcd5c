import { z } from 'zod';
import { digestSchema, momentSchema } from './release.ts';

/** Digests that may not return: what an environment remembers of them. Published in docs/formats/quarantine.schema.json. */

/** Why a digest is in quarantine. */
export const CAUSES = ['worse', 'above-limit', 'crash-loop', 'rejected', 'aborted', 'gone-back-from', 'added'] as const;

const said = {
  /** Drawn by lot, or follows from run and digest. */
  id: z.string().regex(/^[0-9A-Za-z-]{8,120}$/),
  digest: digestSchema,
  why: z.string(),
  who: z.string(),
  time: momentSchema,
  /** Proof of who it was, where a person has signed. */
  host: z.string().exactOptional(),
  person: z.string().exactOptional(),
  signature: z.string().exactOptional(),
};

export const quarantineEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('quarantined'),
    ...said,
    cause: z.enum(CAUSES),
    /** Component and version that it was released as; absent where a person has named the digest only. */
    component: z.string().exactOptional(),
    version: z.string().exactOptional(),
    /** Run that took it back. */
    run: z.string().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('released'),
    ...said,
    /** Entries that it ends: what is quarantined again later is not meant. */
    ends: z.array(z.string()).min(1).readonly(),
  }),
]);

/** One file of the list. It never changes: what ends an entry is an entry too. */
export const quarantineSchema = z.strictObject({
  formatVersion: z.literal(1),
  service: z.string(),
  /** Environment in which it was said; it holds in all of them. */
  environment: z.string(),
  entry: quarantineEntrySchema,
});

export type QuarantineEntry = Readonly<z.infer<typeof quarantineEntrySchema>>;
export type QuarantineRecord = Readonly<z.infer<typeof quarantineSchema>>;
export type Quarantined = Extract<QuarantineEntry, { kind: 'quarantined' }>;
export type QuarantineRelease = Extract<QuarantineEntry, { kind: 'released' }>;
export type Cause = (typeof CAUSES)[number];

/** Name of a digest in the ConfigMap that the admission policy reads, where no key has a colon: `sha256-…`. */
export function quarantineKey(digest: string): string {
  return digest.replace(':', '-');
}

/** Entries that hold: a release counts where `believes` says so, and only for the entries that it names. Pure. */
export function standing(
  entries: readonly QuarantineEntry[],
  believes: (release: QuarantineRelease) => boolean,
): readonly Quarantined[] {
  const ended = new Set(
    entries.flatMap((entry) =>
      entry.kind === 'released' && believes(entry) ? entry.ends.map((id) => `${entry.digest} ${id}`) : [],
    ),
  );
  return entries.filter(
    (entry): entry is Quarantined => entry.kind === 'quarantined' && !ended.has(`${entry.digest} ${entry.id}`),
  );
}
