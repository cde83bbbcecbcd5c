import { z } from 'zod';
import { momentSchema, phaseSchema } from './release.ts';

/** Release notes: what lies between two releases, as git tells it. docs/formats/release-notes.schema.json. */

/** Kinds of conventional commits, most important first. What names none of them has none. */
export const NOTE_KINDS = [
  'feat',
  'fix',
  'perf',
  'revert',
  'refactor',
  'build',
  'ci',
  'docs',
  'test',
  'style',
  'chore',
] as const;

const commitSchema = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

export const noteEntrySchema = z.strictObject({
  /** The commit; of a merged pull request the merge. */
  commit: commitSchema,
  /** What a merged pull request has brought, newest first; empty for a commit of its own. */
  commits: z.array(commitSchema).readonly(),
  time: momentSchema,
  /** Pull or merge request as it is written at the forge: `#12`, `!12`. Null: none is named. */
  pull: z.string().nullable(),
  kind: z.enum(NOTE_KINDS).nullable(),
  scope: z.string().nullable(),
  title: z.string(),
  breaking: z.boolean(),
  /** What its authors say about that. */
  breakingNotes: z.array(z.string()).readonly(),
  authors: z.array(z.string()).readonly(),
  /** A later entry that takes it back and stands itself. */
  takenBackBy: commitSchema.nullable(),
});

const pointSchema = z.strictObject({ commit: commitSchema, version: z.string().nullable() });

export const releaseNotesSchema = z.strictObject({
  formatVersion: z.literal(1),
  service: z.string(),
  environment: z.string(),
  /** What it replaces; null for a first release. */
  from: pointSchema.nullable(),
  to: pointSchema,
  /** What comes, newest first. */
  entries: z.array(noteEntrySchema).readonly(),
  /** What is in `from` and not in `to`. */
  gone: z.array(noteEntrySchema).readonly(),
  /** Commits that were not looked at, since there were too many: the oldest. */
  left: z.int().nonnegative(),
  migrations: z
    .array(
      z.strictObject({
        id: z.string(),
        change: z.enum(['new', 'gone']),
        /** Null: not told, since its header cannot be read or the file is gone. */
        phase: phaseSchema.nullable(),
        breaks: z.string().nullable(),
      }),
    )
    .readonly(),
  /** Who wrote what comes, by the names in git: nobody has checked them. */
  authors: z.array(z.strictObject({ name: z.string(), entries: z.int().positive() })).readonly(),
});

export type NoteKind = (typeof NOTE_KINDS)[number];
export type NoteEntry = Readonly<z.infer<typeof noteEntrySchema>>;
export type ReleaseNotes = Readonly<z.infer<typeof releaseNotesSchema>>;
