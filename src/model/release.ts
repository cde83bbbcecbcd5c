import { z } from 'zod';

/** `release.json`: what is released, immutable. Its formats are published in docs/formats/release.schema.json. */

export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hexadecimal digits');

export const versionSchema = z
  .string()
  .regex(
    /^[0-9A-Za-z](?:[0-9A-Za-z._+-]{0,62}[0-9A-Za-z])?$/,
    'expected letters, digits, dot, plus, minus; at most 64',
  );

/** RFC 3339 in UTC with milliseconds. */
export const momentSchema = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

export const artefactSchema = z.strictObject({
  name: z.string().min(1),
  digest: digestSchema,
  platform: z.string().min(1),
});

export const phaseSchema = z.enum(['expand', 'backfill', 'contract']);

export const migrationRefSchema = z.strictObject({
  id: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  phase: phaseSchema,
  /** Application versions that must be running before this migration (a semver range). */
  requires: z.string().optional(),
  /** Application versions that cannot run on the schema after it (a semver range). */
  breaks: z.string().optional(),
});

export const releaseSchema = z.strictObject({
  formatVersion: z.literal(1),
  service: z.string().min(1),
  version: versionSchema,
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** When that commit was made, by its committer's clock, RFC 3339 in UTC. Absent: not recorded. */
  commitTime: momentSchema.optional(),
  artefacts: z.array(artefactSchema).readonly(),
  configHash: digestSchema,
  migrations: z.array(migrationRefSchema).readonly(),
  sbom: digestSchema.optional(),
  /** Of an attestation that was made before this file. One over this file is found by the digest of the file: docs/provenance.md. */
  provenance: digestSchema.optional(),
});

export type Artefact = Readonly<z.infer<typeof artefactSchema>>;
export type Phase = z.infer<typeof phaseSchema>;
export type MigrationRef = Readonly<z.infer<typeof migrationRefSchema>>;
export type Release = Readonly<z.infer<typeof releaseSchema>>;
