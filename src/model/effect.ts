import { z } from 'zod';
import { jsonSchema } from './json.ts';
import { clusterSchema, kubeKindSchema } from './kube.ts';

/**
 * An effect is a change to the world as plain data. Steps return effects; only the engine executes them, so what a plan prints
 * is what a run does. Nothing else in the code base may change a running system.
 */

/** Text that may hold secrets by reference. The value is put in at execution and masked in every sink. */
export const textSchema = z.union([z.string(), z.strictObject({ secret: z.string().min(1) })]);
export type Text = z.infer<typeof textSchema>;

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

export const sqlEffectSchema = z.strictObject({
  kind: z.literal('sql'),
  /** Connection string by secret reference, or a plain DSN without password. `mysql://user@host:port/database`. */
  dsn: textSchema,
  statements: z.array(z.string()).min(1).readonly(),
  /** Name under GET_LOCK on the same connection while the statements run. */
  lock: z.string().optional(),
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
  /** Written to a temporary file beside it, fsynced and renamed. `null` removes the file. */
  content: z.union([textSchema, z.null()]),
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
    durationMs: z.number(),
  }),
  z.strictObject({ kind: z.literal('http'), status: z.number().int(), body: z.string(), durationMs: z.number() }),
  z.strictObject({ kind: z.literal('file'), durationMs: z.number() }),
  z.strictObject({ kind: z.literal('socket'), answers: z.array(z.string()).readonly(), durationMs: z.number() }),
  z.strictObject({ kind: z.literal('kube'), resourceVersion: z.string(), durationMs: z.number() }),
]);
export type EffectResult = Readonly<z.infer<typeof effectResultSchema>>;
