import { z } from 'zod';
import { digestSchema, versionSchema } from '../../model/release.ts';

/** What the local platform writes down: unit.json, run files, wanted.json, history.json. Formats in docs/layout.md. */

/** A value of the environment: plain, or a reference to a secret. Never the secret itself. */
export const envValueSchema = z.union([z.string(), z.strictObject({ secret: z.string().min(1) })]);
export type EnvValue = z.infer<typeof envValueSchema>;

export const settingsSchema = z.strictObject({
  command: z.array(z.string()).readonly(),
  env: z.record(z.string(), envValueSchema).readonly(),
  replicas: z.number().int().nonnegative(),
  readyPath: z.string(),
  livePath: z.string(),
  startTimeoutMs: z.number().int().positive(),
  stopTimeoutMs: z.number().int().positive(),
});
/** How a version is run. Fixed with the release: a running version never changes its settings. */
export type Settings = Readonly<z.infer<typeof settingsSchema>>;

export const unitSchema = z.strictObject({
  v: z.literal(1),
  component: z.string(),
  version: versionSchema,
  digest: digestSchema,
  /** `file`: the name of the one file; `tree`: the whole directory but unit.json. */
  artefact: z.union([
    z.strictObject({ kind: z.literal('file'), name: z.string() }),
    z.strictObject({ kind: z.literal('tree') }),
  ]),
  /** Hash over paths, sizes and times at installation: while it holds, the digest is not computed again. */
  stamp: z.string(),
  settings: settingsSchema,
  /** Milliseconds since 1970. */
  installedAt: z.number(),
});
export type Unit = Readonly<z.infer<typeof unitSchema>>;

const processIdSchema = z.strictObject({ pid: z.number().int().positive(), startTicks: z.number().nonnegative() });

export const runSchema = z.strictObject({
  v: z.literal(1),
  component: z.string(),
  version: versionSchema,
  instance: z.string(),
  role: z.enum(['service', 'guard']),
  port: z.number().int(),
  /** Boot under which the process identities were taken. */
  boot: z.string(),
  supervisor: processIdSchema,
  child: processIdSchema.nullable(),
  /** Value of the marker variable in the environment of everything this instance started. */
  marker: z.string(),
  phase: z.enum(['running', 'backoff', 'crash-loop', 'stopping', 'stopped']),
  restarts: z.number().int().nonnegative(),
  lastExit: z
    .strictObject({ code: z.number().int().nullable(), signal: z.string().nullable(), time: z.number() })
    .nullable(),
  /** Last lines it printed before its last exit. */
  lastLines: z.array(z.string()).readonly(),
  readyPath: z.string(),
  startTimeoutMs: z.number(),
  stopTimeoutMs: z.number(),
});
export type RunRecord = Readonly<z.infer<typeof runSchema>>;

export const crashPolicySchema = z.strictObject({
  /** This many unexpected exits … */
  exits: z.number().int().positive(),
  /** … within this time are a crash loop; and this long without an exit ends it. */
  windowMs: z.number().int().positive(),
  /** First pause before a restart; it doubles up to the longest. */
  backoffMs: z.number().int().nonnegative(),
  maxBackoffMs: z.number().int().nonnegative(),
});

export const logPolicySchema = z.strictObject({
  maxBytes: z.number().int().positive(),
  /** Old files kept beside the newest. */
  keep: z.number().int().nonnegative(),
});

export const guardSchema = z.strictObject({
  /** Command line with `{guardPort} {port} {readyPath} {version} {instance} {heartbeatFile}`. */
  argv: z.array(z.string()).min(1).readonly(),
  /** Path with `{version}`. */
  heartbeatFile: z.string(),
});
export type GuardTemplate = Readonly<z.infer<typeof guardSchema>>;

export const startSettingsSchema = z.strictObject({
  instances: z.number().int().positive(),
  ports: z.strictObject({ first: z.number().int(), last: z.number().int() }),
  crash: crashPolicySchema,
  log: logPolicySchema,
  guard: guardSchema.nullable(),
});
/** What a start was asked for; kept so that a resume after a reboot asks for the same. */
export type StartSettings = Readonly<z.infer<typeof startSettingsSchema>>;

export const wantedSchema = z.strictObject({
  v: z.literal(1),
  versions: z.record(z.string(), startSettingsSchema).readonly(),
});
export type Wanted = Readonly<z.infer<typeof wantedSchema>>;

/** Versions in the order in which they were made current, newest last. */
export const historySchema = z.strictObject({
  v: z.literal(1),
  current: z.array(z.strictObject({ version: versionSchema, time: z.number() })).readonly(),
});
export type History = Readonly<z.infer<typeof historySchema>>;
