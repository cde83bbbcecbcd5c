import { z } from 'zod';
import { digestSchema, momentSchema, phaseSchema } from './release.ts';

/**
 * A change record: what somebody asks to be changed, and why. It holds only what people say; whether it was approved, is running or has come
 * through stands in the journals of its runs and nowhere else. docs/changes.md, docs/formats/change.schema.json.
 */

/** `CHG-`, the day it was asked for in UTC, and four digits by lot: no counter that two machines would have to share. */
export const changeIdSchema = z.string().regex(/^CHG-\d{8}-[0-9a-f]{4}$/, 'expected CHG-YYYYMMDD-xxxx');

const commitSchema = z.string().regex(/^[0-9a-f]{40}$/);

/** What is to be carried out, as a command line would have it. */
export const changeWhatSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('release'),
    commit: commitSchema,
    /** The name of the release, where one was asked for. */
    version: z.string().exactOptional(),
    seed: z.literal(true).exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('promotion'),
    from: z.string(),
    version: z.string(),
    commit: commitSchema,
    seed: z.literal(true).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('migration'), commit: commitSchema, phase: phaseSchema }),
  z.strictObject({
    kind: z.literal('runbook'),
    runbook: z.string(),
    /** Texts of its inputs, as a person gave them. */
    inputs: z.record(z.string(), z.string()),
  }),
]);
export type ChangeWhat = Readonly<z.infer<typeof changeWhatSchema>>;

/** Format and namespace of what is signed when a change is closed. */
export const CLOSING_NAMESPACE = 'shiplock-change-closing@v1';

export const CHANGE_ENDINGS = ['successful', 'unsuccessful', 'withdrawn'] as const;
export type ChangeEnding = (typeof CHANGE_ENDINGS)[number];

/** The front matter of the file. */
export const changeHeadSchema = z.strictObject({
  formatVersion: z.literal(1),
  change: changeIdSchema,
  title: z.string().min(3).max(120),
  service: z.string(),
  environment: z.string(),
  what: changeWhatSchema,
  /** Digest of the plan that is asked for: the resolved tree without who and why, and without digests of what is not built yet. */
  plan: digestSchema,
  /** As it was claimed; who starts and who approves is proven in the run. */
  requestedBy: z.string(),
  requestedAt: momentSchema,
  /** When it may begin. Left out: whenever the policy lets it. */
  window: z.strictObject({ from: momentSchema, until: momentSchema }).exactOptional(),
  /** The last word of a person. */
  closed: z
    .strictObject({
      by: z.string(),
      at: momentSchema,
      outcome: z.enum(CHANGE_ENDINGS),
      note: z.string(),
      /** Of the person, over these words; left out: nobody has signed. */
      signature: z.string().exactOptional(),
    })
    .exactOptional(),
});
export type ChangeHead = Readonly<z.infer<typeof changeHeadSchema>>;

/** What people write below it. One list for the file, the form of the forge and the command line. */
export const CHANGE_SECTIONS = [
  { key: 'why', heading: 'Why', question: 'Why is it needed, and what happens if it is left?', required: true },
  { key: 'impact', heading: 'Impact', question: 'Who notices it, and how?', required: true },
  {
    key: 'risk',
    heading: 'Risks',
    question: 'What could go wrong that the facts do not show, and what is done against it?',
    required: false,
  },
  {
    key: 'verification',
    heading: 'Verification',
    question: 'How will it be seen that it works, beside what the run looks at itself?',
    required: true,
  },
  {
    key: 'rollback',
    heading: 'Rollback plan',
    question: 'What is done if it does not, beside the way back of the run itself?',
    required: false,
  },
] as const satisfies readonly ChangeSection[];

export interface ChangeSection {
  readonly key: string;
  readonly heading: string;
  readonly question: string;
  readonly required: boolean;
}
export type SectionKey = (typeof CHANGE_SECTIONS)[number]['key'];
export type ChangeTexts = Readonly<Partial<Record<SectionKey, string>>>;

/**
 * Which run was begun for a change: told to other machines beside its journal, which cannot be found there by what it was begun for. Made from
 * the journals, and nothing but a pointer to them.
 */
export const changeRunSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Null: none was named, although one was needed. */
  change: changeIdSchema.nullable(),
  run: z.string(),
});

export interface ChangeRecord {
  readonly head: ChangeHead;
  readonly texts: ChangeTexts;
}

/** What a run carries of its change. `id` null: the policy asks for a record and there is none; only an override lets that pass. */
export const changeAskedSchema = z.strictObject({
  id: changeIdSchema.nullable(),
  /** Digest of the record without its closing words: approvals count for this text. */
  request: digestSchema.nullable(),
  /** Digest of the plan of this run, made as `ChangeHead.plan`. */
  plan: digestSchema,
});
export type ChangeAsked = Readonly<z.infer<typeof changeAskedSchema>>;

/** In words, for people: `release of commit 3f2a91bc0d1e`. Pure. */
export function whatText(what: ChangeWhat): string {
  switch (what.kind) {
    case 'release':
      return `release of commit ${what.commit.slice(0, 12)}${what.version === undefined ? '' : `, named ${what.version}`}`;
    case 'promotion':
      return `promotion of ${what.version} from ${what.from}`;
    case 'migration':
      return `${what.phase} migrations of commit ${what.commit.slice(0, 12)}`;
    case 'runbook':
      return `runbook ${what.runbook}`;
  }
}
