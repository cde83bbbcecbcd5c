import { z } from 'zod';

/** One line of a run's journal: JSON in RFC 8785 canonical form, chained by SHA-256. docs/formats/journal.schema.json. */

export const JOURNAL_VERSION = 1;

export const RECORD_TYPES = [
  'run.started',
  'run.paused',
  'run.resumed',
  'run.finished',
  'step.intent',
  'step.done',
  'step.failed',
  'step.undone',
  'gate.opened',
  'gate.evidence',
  'gate.override',
  'analysis.sample',
  'analysis.verdict',
  'lease.taken',
  'lease.renewed',
  'lease.lost',
] as const;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

export const journalRecordSchema = z.strictObject({
  v: z.literal(JOURNAL_VERSION),
  run: z.string().min(1),
  /** 0, 1, 2 … without gaps. */
  seq: z.number().int().nonnegative(),
  /** RFC 3339 in UTC with milliseconds. */
  time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  /** Fence of the lease under which the record was written. */
  fence: z.number().int().nonnegative(),
  type: z.enum(RECORD_TYPES),
  /** Path of the node in the tree, `a/b/c`; empty for records of the run itself. */
  node: z.string(),
  attempt: z.number().int().nonnegative(),
  /** SHA-256 of the canonical payload envelope, which lies beside the chain and can be redacted. */
  payloadDigest: hex64,
  /** SHA-256 of the previous line's bytes (without the newline); 64 zeros for the first. */
  prev: hex64,
});

export type JournalRecord = Readonly<z.infer<typeof journalRecordSchema>>;
export type RecordType = JournalRecord['type'];

/** Head of a journal kept elsewhere: what makes truncation and rewriting show. */
export const anchorSchema = z.strictObject({
  run: z.string().min(1),
  /** Number of records. */
  count: z.number().int().nonnegative(),
  /** SHA-256 of the last line's bytes; 64 zeros for none. */
  head: hex64,
});
export type Anchor = Readonly<z.infer<typeof anchorSchema>>;

export const leaseSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** What is leased: the environment. */
  environment: z.string().min(1),
  /** Grows with every holder; every effect carries it and the resource compares. */
  fence: z.number().int().positive(),
  holder: z
    .strictObject({
      run: z.string(),
      /** Person or robot, for people to read. */
      who: z.string(),
      host: z.string(),
      pid: z.number().int(),
      /** Start of the process since boot and the boot itself: tells a dead holder on this machine from a living one at once. */
      startTicks: z.string(),
      bootId: z.string(),
      /**
       * The run that this one took the environment from before that was over. Until this one has recorded that it began, the environment is still that one's.
       */
      from: z.string().exactOptional(),
    })
    .nullable(),
  /** Counts renewals: a contender waits until it has seen this unchanged for the duration on its own clock. */
  renewals: z.number().int().nonnegative(),
  durationMs: z.number().int().positive(),
  anchor: anchorSchema.nullable(),
  /** The last word of a person on whether runs may take the environment; absent when there never was one. */
  lock: z
    .strictObject({
      on: z.boolean(),
      by: z.string(),
      reason: z.string(),
      /** RFC 3339 in UTC with milliseconds. */
      time: z.string(),
    })
    .exactOptional(),
});
export type Lease = Readonly<z.infer<typeof leaseSchema>>;
