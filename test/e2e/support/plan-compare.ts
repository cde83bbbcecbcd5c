import { z } from 'zod';
import { type Json, jsonSchema } from '../../../src/model/json.ts';
import { readRun } from '../../../src/procedure/index.ts';
import { canonical } from '../../../src/procedure/journal/canonical.ts';

/** A plan held against the journal of the run that followed it, step by step. */

interface PlanTree {
  readonly kind: string;
  readonly path: string;
  readonly decision?: { readonly kind: string; readonly after?: string | undefined } | undefined;
  readonly children?: readonly PlanTree[] | undefined;
}

const treeSchema: z.ZodType<PlanTree> = z.object({
  kind: z.string(),
  path: z.string(),
  decision: z.object({ kind: z.string(), after: z.string().optional() }).optional(),
  get children() {
    return z.array(treeSchema).optional();
  },
});

export const planSchema = z.object({
  planHash: z.string(),
  root: treeSchema,
  effects: z.array(z.object({ path: z.string(), effect: jsonSchema })),
  problems: z.array(z.unknown()),
});
export type PrintedPlan = z.infer<typeof planSchema>;

const intentSchema = z.object({ effects: z.array(jsonSchema) });

export interface Comparison {
  /** Steps whose effects, or whose "nothing to do", were exactly those of the plan. */
  readonly exact: readonly string[];
  /** Steps equal but for the run's own id, fence and time, which a plan cannot know. */
  readonly butRunAndTime: readonly string[];
  /** Steps equal but for placeholders, each with one meaning throughout. */
  readonly butPlaceholders: readonly string[];
  /** Steps that the plan said would be decided after another one; each did happen. */
  readonly later: readonly string[];
  readonly meaning: Readonly<Record<string, string>>;
  readonly lies: readonly string[];
}

function leaves(node: PlanTree): readonly PlanTree[] {
  return node.children === undefined ? [node] : node.children.flatMap(leaves);
}

/** The only things of a run that its plan may not know: its id, its fence and the time, and where they stand. */
export function normalise(text: string, run: string): string {
  return (
    text
      .replaceAll(run, '')
      // Rows of migrations.
      .replace(/\bfence = \d+/g, 'fence = 0')
      // What a table is made of right before its change; when it is planned the table may not be there yet.
      .replace(/\bshape = (?:NULL|'[0-9a-f]{64}')/g, 'shape = NULL')
      // What the commit in git is made of: a text inside a text.
      .replace(/\\"fence\\":\d+/g, '\\"fence\\":0')
      .replace(/\\"time\\":\d+/g, '\\"time\\":0')
      // History and ledger.
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
  );
}

export async function comparePlan(plan: PrintedPlan, store: string, run: string): Promise<Comparison> {
  const recorded = await readRun(store, run);
  const done = new Set<string>();
  const intents = new Map<string, string>();
  for (const { record, payload } of recorded.entries) {
    if (record.type === 'step.done') done.add(record.node);
    if (record.type === 'step.intent') intents.set(record.node, canonical(intentSchema.parse(payload).effects));
  }
  const planned = new Map<string, Json[]>();
  for (const { path, effect } of plan.effects) planned.set(path, [...(planned.get(path) ?? []), effect]);

  const result = { exact: [], butRunAndTime: [], butPlaceholders: [], later: [], lies: [] };
  const { exact, butRunAndTime, butPlaceholders, later, lies }: Record<keyof typeof result, string[]> = result;
  const meaning: Record<string, string> = {};
  const all = leaves(plan.root);
  const known = all.filter((leaf) => leaf.kind === 'step');
  for (const { path, decision } of known) {
    const kind = decision?.kind ?? 'unknown';
    if (!done.has(path)) lies.push(`${path}: in the plan, but it did not happen`);
    else if (kind === 'later') later.push(path);
    else if (kind === 'unknown' || kind === 'refuse') lies.push(`${path}: the plan said ${kind}, and it happened`);
    else {
      const before = canonical(planned.get(path) ?? []);
      const after = intents.get(path) ?? '[]';
      const [one, other] = [normalise(before, recorded.run), normalise(after, recorded.run)];
      if (before === after) exact.push(path);
      else if (one === other) butRunAndTime.push(path);
      else if (matches(one, other, meaning)) butPlaceholders.push(path);
      else lies.push(`${path}:\n  planned ${one}\n  did     ${other}`);
    }
  }
  // What cannot be split into effects stands in the plan as such: it may happen, and must.
  const opaque = all.filter((leaf) => leaf.kind === 'opaque');
  for (const { path } of opaque) if (!done.has(path)) lies.push(`${path}: in the plan, but it did not happen`);
  const paths = new Set([...known, ...opaque].map((leaf) => leaf.path));
  for (const path of intents.keys()) if (!paths.has(path)) lies.push(`${path}: it happened, and is not in the plan`);
  return { exact, butRunAndTime, butPlaceholders, later, meaning, lies };
}

/** Equal when each `<step.field>` of the plan stands for one text, the same everywhere. */
function matches(planned: string, did: string, meaning: Record<string, string>): boolean {
  const names: string[] = [];
  const pattern = planned
    .split(/(<[\w-]+\.[\w-]+>)/)
    .map((part) => {
      if (!/^<[\w-]+\.[\w-]+>$/.test(part)) return part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
      names.push(part);
      return '([^"\\\\]+)';
    })
    .join('');
  const found = names.length === 0 ? null : new RegExp(`^${pattern}$`, 's').exec(did);
  if (found === null) return false;
  return names.every((name, index) => {
    const text = found[index + 1] ?? '';
    meaning[name] ??= text;
    return meaning[name] === text;
  });
}
