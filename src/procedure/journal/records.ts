import { z } from 'zod';
import { effectResultSchema, effectSchema } from '../../model/effect.ts';
import { jsonSchema } from '../../model/json.ts';
import { problemSchema } from '../../model/problem.ts';

/** What the payload of each record type holds (docs/formats/journal.md). Parsed when a journal is read, checked by type when written. */

const problems = z.array(problemSchema).readonly();
const outline = z.record(z.string(), z.string());
/** Node path → its title, so that a journal can be read by itself. Records of earlier versions have none. */
const titles = z.record(z.string(), z.string()).exactOptional();

export const evidenceFieldSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    name: z.string(),
    question: z.string(),
    minLength: z.number().int().exactOptional(),
    pattern: z.string().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('number'),
    name: z.string(),
    question: z.string(),
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('check'), name: z.string(), question: z.string() }),
  z.strictObject({
    kind: z.literal('choice'),
    name: z.string(),
    question: z.string(),
    options: z.array(z.string()).readonly(),
  }),
]);

export const evidenceSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const OUTCOMES = ['done', 'failed', 'rolled-back', 'refused'] as const;

const started = z.strictObject({
  procedure: z.strictObject({
    id: z.string(),
    title: z.string(),
    version: z.number().int(),
    inputs: z.record(z.string(), jsonSchema),
  }),
  environment: z.string(),
  who: z.string(),
  planHash: z.string(),
  /** Node path → digest of what the plan hash says about that node alone. */
  outline,
  titles,
  policyCommit: z.string().exactOptional(),
  /** Where the policy was read; without it nobody was checked. */
  policy: z
    .strictObject({ place: z.string(), pinned: z.boolean(), breakGlass: z.string().exactOptional() })
    .exactOptional(),
  /** Proof of who started the run (gate/statement.ts). */
  startedBy: z.strictObject({ person: z.string(), host: z.string(), signature: z.string() }).exactOptional(),
  /** Why the run went on without the shared store, or with a copy of the policy. */
  breakGlass: z.string().exactOptional(),
  preempts: z.string().exactOptional(),
});

/** An order that the run follows, and who gave it; docs/formats/order.schema.json. */
const asked = z.strictObject({
  order: z.string(),
  by: z.string(),
  why: z.string(),
  host: z.string(),
  person: z.string().exactOptional(),
  signature: z.string().exactOptional(),
});
export type Asked = Readonly<z.infer<typeof asked>>;

const paused = z.strictObject({
  reason: z.enum([
    'waiting',
    'stopped',
    'unknown-outcome',
    'compensation-failed',
    'internal-error',
    'store-behind',
    /** By a person: the process stays, keeps watch and goes no further. */
    'asked',
    /** By a person: the way back begins. */
    'aborted',
  ]),
  signal: z.string().exactOptional(),
  problems,
  asked: asked.exactOptional(),
});

const resumed = z.strictObject({
  who: z.string(),
  planHash: z.string(),
  /** Bytes of an unfinished record that were cut off. */
  tornBytes: z.number().int(),
  /** Commit of the protected branch that the policy was read at this time. */
  policyCommit: z.string().exactOptional(),
  /** Why the run went on without the shared store, or with a copy of the policy. */
  breakGlass: z.string().exactOptional(),
  /** A person ends a pause; the process is the same. */
  asked: asked.exactOptional(),
  outcome: z
    .strictObject({ step: z.string(), outcome: z.enum(['applied', 'not-applied']), evidence: z.string() })
    .exactOptional(),
  changed: z
    .strictObject({
      role: z.string(),
      reason: z.string(),
      from: z.string(),
      outline,
      titles,
      differences: z.array(z.strictObject({ path: z.string(), change: z.enum(['added', 'removed', 'changed']) })),
      /** Gates that open again because what they stand for changed. */
      reopened: z.array(z.string()),
    })
    .exactOptional(),
});

const finished = z.strictObject({
  outcome: z.enum(OUTCOMES),
  problems,
  /** The run that took the environment away from this one. */
  preemptedBy: z.string().exactOptional(),
});

const intent = z.strictObject({
  what: z.enum(['do', 'opaque', 'undo']),
  effects: z.array(effectSchema).readonly(),
  /** SHA-256 of the facts that were read; empty where there are none. */
  facts: z.string(),
  why: z.string().exactOptional(),
});

const done = z.strictObject({
  outputs: jsonSchema,
  results: z.array(effectResultSchema).readonly(),
  /** How it came to be done without effects of this attempt: `nothing to do: …`, `probe: applied`, … */
  note: z.string().exactOptional(),
});

const failed = z.strictObject({
  problems,
  /** No attempt is left. */
  final: z.boolean(),
  /** Refused before anything was changed by this step. */
  refused: z.boolean(),
  /** Its effects were not begun although the intent is recorded. */
  begun: z.literal(false).exactOptional(),
});

const undone = z.strictObject({
  by: z.enum(['undo', 'rollback', 'nothing']),
  results: z.array(effectResultSchema).readonly(),
  note: z.string().exactOptional(),
});

const opened = z.strictObject({
  title: z.string(),
  description: z.string().exactOptional(),
  role: z.string(),
  evidence: z.array(evidenceFieldSchema).readonly(),
  guard: z.string(),
  /** The procedure judges the evidence; without it every check must be ticked. */
  judged: z.boolean(),
  planHash: z.string(),
  /** Drawn by lot; evidence names it. Absent where nobody is checked. */
  opening: z.string().exactOptional(),
  /** Digest of what the gate stands for: the nodes around it and the inputs. */
  subject: z.string().exactOptional(),
  asks: z.enum(['persons', 'window', 'persons-and-window', 'condition']).exactOptional(),
  urgent: z.boolean().exactOptional(),
  /** What the policy asked for then, in words. */
  demands: z.string().exactOptional(),
  /** What its condition looked at, what it found, and what was not so. `about` is the digest that `subject` holds too. */
  condition: z.strictObject({ about: z.string(), found: z.string(), unmet: problems }).exactOptional(),
});

/** Who says so, bound to this opening of the gate. */
const proof = {
  opening: z.string().exactOptional(),
  person: z.string().exactOptional(),
  signature: z.string().exactOptional(),
};

const evidence = z.strictObject({
  evidence: evidenceSchema,
  by: z.string(),
  host: z.string(),
  planHash: z.string(),
  ...proof,
});

const override = z.strictObject({
  role: z.string(),
  reason: z.string(),
  by: z.string(),
  evidence: evidenceSchema.exactOptional(),
  host: z.string().exactOptional(),
  planHash: z.string().exactOptional(),
  ...proof,
});
const sample = z.strictObject({ sample: jsonSchema });
const verdict = z.strictObject({
  answer: z.enum(['pass', 'fail', 'ask']),
  status: z.string(),
  problem: problemSchema.exactOptional(),
});
const taken = z.strictObject({
  environment: z.string(),
  who: z.string(),
  host: z.string(),
  pid: z.number().int(),
  durationMs: z.number(),
});
const lost = z.strictObject({ why: z.string() });

export const payloadSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('run.started'), data: started }),
  z.strictObject({ type: z.literal('run.paused'), data: paused }),
  z.strictObject({ type: z.literal('run.resumed'), data: resumed }),
  z.strictObject({ type: z.literal('run.finished'), data: finished }),
  z.strictObject({ type: z.literal('step.intent'), data: intent }),
  z.strictObject({ type: z.literal('step.done'), data: done }),
  z.strictObject({ type: z.literal('step.failed'), data: failed }),
  z.strictObject({ type: z.literal('step.undone'), data: undone }),
  z.strictObject({ type: z.literal('gate.opened'), data: opened }),
  z.strictObject({ type: z.literal('gate.evidence'), data: evidence }),
  z.strictObject({ type: z.literal('gate.override'), data: override }),
  z.strictObject({ type: z.literal('analysis.sample'), data: sample }),
  z.strictObject({ type: z.literal('analysis.verdict'), data: verdict }),
  z.strictObject({ type: z.literal('lease.taken'), data: taken }),
  z.strictObject({ type: z.literal('lease.renewed'), data: taken }),
  z.strictObject({ type: z.literal('lease.lost'), data: lost }),
]);

/** A record type with its payload. */
export type Payload = z.infer<typeof payloadSchema>;
export type PayloadOf<T extends Payload['type']> = Extract<Payload, { type: T }>['data'];
