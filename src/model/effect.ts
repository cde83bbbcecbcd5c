import { z } from 'zod';
import { jsonSchema } from './json.ts';
import { clusterSchema, kubeKindSchema } from './kube.ts';
import { DAYS } from './people.ts';
import { VERIFIER_PLUGINS } from './verifier.ts';

/**
 * An effect is a change to the world as plain data. Steps return effects; only the engine executes them, so what a plan prints
 * is what a run does. Nothing else in the code base may change a running system.
 */

/** Text that may hold secrets by reference. The value is put in at execution and masked in every sink. */
export const textSchema = z.union([z.string(), z.strictObject({ secret: z.string().min(1) })]);
export type Text = z.infer<typeof textSchema>;

/** Where a new password is put into a text. */
export const MADE_PASSWORD = '{password}';

const common = {
  /** The fenced resource this effect touches (`local:/srv/app`, `git:…`); the fence is compared there under a lock. */
  resource: z.string().optional(),
  /** A few words for the plan and the live view; the data itself is printed beside it. */
  why: z.string().optional(),
  timeoutMs: z.number().int().positive(),
};

export const execEffectSchema = z.strictObject({
  kind: z.literal('exec'),
  argv: z.array(textSchema).min(1).readonly(),
  cwd: z.string().optional(),
  /** Added to the environment of the engine. */
  env: z.record(z.string(), textSchema).optional(),
  stdin: textSchema.optional(),
  okExitCodes: z.array(z.number().int()).readonly().default([0]),
  ...common,
});

/** How a statement is sent that needs a table for itself for a moment, while others use the table. */
export const sqlGuardSchema = z.strictObject({
  /** Which of the statements it is, from 0. */
  at: z.number().int().min(0),
  /** What is sent in its place, one after another, when the server answers that it cannot do it that way. */
  otherwise: z.array(z.string()).readonly(),
  /**
   * Which of these ways, from 0, are first tried without any wait for the lock: on servers that can (MariaDB), and where a try that gets no lock
   * loses no work.
   */
  atOnce: z.array(z.number().int().min(0)).readonly().default([]),
  /** This run has made the table, so nobody is looked for before the first try. Should somebody hold it all the same, it goes on as for any table. */
  fresh: z.boolean().default(false),
  /** It is sent only while no other transaction holds one of these. */
  tables: z.array(z.string()).min(1).readonly(),
  /** How long one try waits for its lock (the session is set to it), and others behind it. */
  lockWaitMs: z.number().int().positive(),
  /** How many tries may end without the lock. */
  tries: z.number().int().positive(),
  /** How long transactions that hold a table are waited for, in all. */
  patienceMs: z.number().int().positive(),
  /** A connection that is known to hold a table is closed once it was waited for this long; null: never. */
  killAfterMs: z.number().int().positive().nullable(),
  /** What a person can do when the server can do it in none of these ways. */
  remedy: z.string(),
});
export type SqlGuard = Readonly<z.infer<typeof sqlGuardSchema>>;

const wallTime = z.string();

/** Hours in which something may begin, as people.ts has them. */
const windowsSchema = z.strictObject({
  timeZone: z.string(),
  open: z.array(z.strictObject({ days: z.array(z.enum(DAYS)).readonly(), from: wallTime, to: wallTime })).readonly(),
  freezes: z.array(z.strictObject({ from: wallTime, until: wallTime, why: z.string() })).readonly(),
  closures: z
    .array(z.strictObject({ from: z.number(), until: z.number(), why: z.string() }))
    .readonly()
    .exactOptional(),
});

/** What must be so before a statement, or one more range of it, begins. */
export const sqlPaceSchema = z.strictObject({
  /** Which of the statements it is, from 0. */
  at: z.number().int().min(0),
  /** Each of them must be open; where one is closed the run waits, as at a gate. */
  windows: z.array(windowsSchema).readonly(),
  /** Above this mean time of the application's statements nothing begins; null: not looked at. */
  maxLatencyMs: z.number().positive().nullable(),
  /** Its time stands for the application's where the server keeps no figures of statements. */
  probe: z.string(),
  /** How long a statement waits for the application to be quick again. Ranges wait as long as their statement may take. */
  patienceMs: z.number().int().positive(),
});
export type SqlPace = Readonly<z.infer<typeof sqlPaceSchema>>;

/** Where the binary log stands is written down around a statement that takes something away. */
export const sqlRestoreSchema = z.strictObject({
  at: z.number().int().min(0),
  /** Stands once in each of the two; there the place in the log is put in, as an SQL text. */
  place: z.string().min(1),
  before: z.string(),
  /** Null: what it does is not in the log when it is done, but when its transaction is committed. */
  after: z.string().nullable(),
});
export type SqlRestore = Readonly<z.infer<typeof sqlRestoreSchema>>;

/** A query that must give no row. */
export const sqlCheckSchema = z.strictObject({ query: z.string(), where: z.string() });

/** Where the binary log of a server stands; null: it says nothing of that. */
export const logPlaceSchema = z.strictObject({
  /** By the clock of the server, RFC 3339. */
  time: z.string(),
  log: z.boolean(),
  file: z.string().nullable(),
  position: z.number().nullable(),
  gtid: z.string().nullable(),
});
export type LogPlace = Readonly<z.infer<typeof logPlaceSchema>>;

/** A statement that is run over a table in ranges of its primary key, each in a transaction of its own. */
export const sqlBatchesSchema = z.strictObject({
  /** Which of the statements it is, from 0. */
  at: z.number().int().min(0),
  /** Stands once in the statement, and in `save`: there the range of keys, here the progress, is put in. */
  range: z.string().min(1),
  table: z.string(),
  /** Columns of the primary key, in order, and how a value of each is written. */
  key: z
    .array(z.strictObject({ name: z.string(), kind: z.enum(['number', 'text', 'bytes', 'time']) }))
    .min(1)
    .readonly(),
  /** Query for the progress that was saved last; a replica answers it too. */
  progress: z.string(),
  /** Saves it, in the transaction of the range. */
  save: z.string(),
  /** Query that gives 0 when nothing is left to do; null: nothing can be said. */
  left: z.string().nullable(),
  /** How long one range should take. */
  targetMs: z.number().int().positive(),
  /** Connection strings of replicas, and how far they may be behind. */
  replicas: z.array(textSchema).readonly(),
  maxLagMs: z.number().int().positive(),
  /** Null: not looked at. */
  maxThreadsRunning: z.number().int().positive().nullable(),
});
export type SqlBatches = Readonly<z.infer<typeof sqlBatchesSchema>>;

/** A word of a command line; `fill` is completed when it is started: `{dir}`, `{host}` and `{port}`. */
const filledSchema = z.union([z.string(), z.strictObject({ fill: z.string() })]);

/** A program that changes a table from outside while the connection keeps the lock: a child that ends with us. */
export const sqlToolSchema = z.strictObject({
  /** Which of the statements it does, from 0; that one is not sent. */
  at: z.number().int().min(0),
  argv: z.array(filledSchema).min(1).readonly(),
  /** Where it finds user and password: in `{dir}/access.cnf`, or in SHIPLOCK_TOOL_USER and SHIPLOCK_TOOL_PASSWORD of its environment. */
  access: z.enum(['file', 'environment']),
  /** Files that it reads, put into a directory of its own. */
  files: z.record(z.string().regex(/^[a-z][a-z.-]*$/), z.string()).default({}),
  /** Name under GET_LOCK that the program's own connection holds as long as it works. */
  lock: z.string(),
  /** Regular expression (source) of the lines that tell how far it is. */
  progress: z.string(),
  /** While this file is in its directory the program pauses; `beat` writes a mark and `seen` reads it, on the server and on a replica. */
  brake: z.strictObject({
    file: z.string(),
    beat: z.string(),
    seen: z.string(),
    replicas: z.array(textSchema).readonly(),
    maxLagMs: z.number().int().positive(),
    maxThreadsRunning: z.number().int().positive().nullable(),
  }),
  /** While this file is in its directory the program does not swap the tables; `said` (regular expression) tells that it could. */
  hold: z.strictObject({ file: z.string(), said: z.string() }).nullable(),
  /** It is started, and let swap, while no transaction holds the table. */
  guard: sqlGuardSchema.omit({ at: true, otherwise: true, atOnce: true, fresh: true }),
  /** Run when it failed: nothing of it may stay. */
  clean: z.array(z.string()).readonly(),
});
export type SqlTool = Readonly<z.infer<typeof sqlToolSchema>>;

/** What a server keeps of a password: made of a secret when the statement is sent, so the password is in no statement. */
export const sqlVerifierSchema = z.strictObject({
  /** Stands in a statement, between quotes; there it is put in. */
  mark: z.string().min(1),
  /** Connection string with the password. */
  dsn: textSchema,
  plugin: z.enum(VERIFIER_PLUGINS),
});
export type SqlVerifier = Readonly<z.infer<typeof sqlVerifierSchema>>;

export const sqlEffectSchema = z.strictObject({
  kind: z.literal('sql'),
  /** Connection string by secret reference, or a plain DSN without password. `mysql://user@host:port/database`. */
  dsn: textSchema,
  statements: z.array(z.string()).min(1).readonly(),
  /** Name under GET_LOCK on the same connection while the statements run. */
  lock: z.string().optional(),
  /** What the decision was made from: under the lock the query must still give this (null: no row), or nothing is done. */
  seen: z.strictObject({ query: z.string(), answer: z.string().nullable() }).optional(),
  guard: sqlGuardSchema.optional(),
  batches: sqlBatchesSchema.optional(),
  tool: sqlToolSchema.optional(),
  pace: sqlPaceSchema.optional(),
  restore: sqlRestoreSchema.optional(),
  verifiers: z.array(sqlVerifierSchema).readonly().optional(),
  /** Asked before the statements: while one of them gives rows, none of the statements is run. */
  checks: z.array(sqlCheckSchema).readonly().optional(),
  ...common,
});

export const httpEffectSchema = z.strictObject({
  kind: z.literal('http'),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PURGE', 'BAN']),
  url: z.string(),
  headers: z.record(z.string(), textSchema).optional(),
  body: textSchema.optional(),
  okStatuses: z.array(z.number().int()).readonly().default([200, 201, 202, 204]),
  ...common,
});

export const fileEffectSchema = z.strictObject({
  kind: z.literal('file'),
  path: z.string(),
  /**
   * Written to a temporary file beside it, fsynced and renamed. `null` removes the file. `made`: a text in which a new password of 32 characters
   * (letters, digits, `-`, `_`) takes the place of `{password}`; nobody has seen it before, and a file that is there is never replaced by it.
   */
  content: z.union([textSchema, z.null(), z.strictObject({ made: z.string().includes(MADE_PASSWORD) })]),
  mode: z.number().int().default(0o644),
  ...common,
});

/** Lines sent to a Unix socket, one connection per line, as HAProxy's runtime interface wants it. */
export const socketEffectSchema = z.strictObject({
  kind: z.literal('socket'),
  path: z.string(),
  commands: z.array(z.string()).min(1).readonly(),
  /** Regular expression (source) that every answer must match; default: the empty answer. */
  okAnswer: z.string().default('^\\s*$'),
  ...common,
});

/** One object of a Kubernetes cluster, made or changed. */
export const kubeEffectSchema = z.strictObject({
  kind: z.literal('kube'),
  cluster: clusterSchema,
  /** `merge`: a JSON merge patch; `apply`: server-side apply, which is refused where another manager owns a field. */
  verb: z.enum(['create', 'merge', 'apply']),
  object: kubeKindSchema,
  name: z.string().min(1),
  subresource: z.literal('status').optional(),
  /** The object, or the patch; name and namespace are put in. */
  body: z.record(z.string(), jsonSchema).readonly(),
  /** The change was decided on this version of the object; the server refuses it for any other. */
  resourceVersion: z.string().optional(),
  ...common,
});

export const effectSchema = z.discriminatedUnion('kind', [
  execEffectSchema,
  sqlEffectSchema,
  httpEffectSchema,
  fileEffectSchema,
  socketEffectSchema,
  kubeEffectSchema,
]);

/** As written by adapters and steps: fields with defaults may be left out. */
export type Effect = z.input<typeof effectSchema>;
export type ResolvedEffect = z.infer<typeof effectSchema>;

/** What came back, masked, with long output cut in the middle. */
export const effectResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('exec'),
    exitCode: z.number().int(),
    stdout: z.string(),
    stderr: z.string(),
    durationMs: z.number(),
  }),
  z.strictObject({
    kind: z.literal('sql'),
    /** Per statement: rows affected. */
    affected: z.array(z.number()).readonly(),
    /** Of a guarded statement: what was sent in the end, tries that got no lock, and how long others were waited for. */
    guarded: z
      .strictObject({ sent: z.string(), lost: z.number(), waitedMs: z.number(), stalledMs: z.number() })
      .optional(),
    /** Of a long statement: how far it was after how long, a few times. */
    progress: z
      .array(z.strictObject({ afterMs: z.number(), percent: z.number(), stage: z.string() }))
      .readonly()
      .optional(),
    /** Where the binary log stood before and after what took something away. */
    restore: z.strictObject({ before: logPlaceSchema, after: logPlaceSchema.nullable() }).optional(),
    durationMs: z.number(),
  }),
  z.strictObject({ kind: z.literal('http'), status: z.number().int(), body: z.string(), durationMs: z.number() }),
  z.strictObject({ kind: z.literal('file'), durationMs: z.number() }),
  z.strictObject({ kind: z.literal('socket'), answers: z.array(z.string()).readonly(), durationMs: z.number() }),
  z.strictObject({ kind: z.literal('kube'), resourceVersion: z.string(), durationMs: z.number() }),
]);
export type EffectResult = Readonly<z.infer<typeof effectResultSchema>>;
