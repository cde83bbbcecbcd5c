import { z } from 'zod';
import type { Json } from '../../model/json.ts';
import { type Counters, countersSchema } from '../../model/metrics.ts';
import type { RecordedEntry } from '../../procedure/index.ts';
import { trafficMoment } from '../moments.ts';
import { shareGivenBy, shareJudgedBy } from '../names.ts';

/** A journal's records sorted by the watch that took them: what a picture of a rollout is made of. Pure. */

/** One look of any watch of a rollout. */
export interface Look {
  /** Wall clock, milliseconds. */
  readonly time: number;
  /** The proxy's reading; undefined for a watch that does not count. */
  readonly proxy: Counters | undefined;
  /** Share of the new version: as the proxy was set, and among what was up. */
  readonly configured: number | undefined;
  readonly actual: number | undefined;
  /** As journaled: the analysis reads it with its own schema. */
  readonly sample: Json;
}

export interface Answer {
  /** Id of the watch. */
  readonly watch: string;
  readonly answer: 'pass' | 'fail' | 'ask';
  readonly text: string;
  /** Of the record, wall clock in milliseconds. */
  readonly time: number;
}

export interface WatchRecords {
  /** Its own id, the last part of its path. */
  readonly id: string;
  readonly looks: readonly Look[];
  readonly answers: readonly Answer[];
  /** What it left when it passed. */
  readonly outputs: Json | undefined;
}

/** A moment at which a step had set the share of the new version. */
export interface ShareSet {
  readonly time: number;
  readonly share: number;
}

/** Ids of the watches of a rollout beside those of judged shares: the past, full traffic, and the end of a version. */
const WATCHES: readonly string[] = ['past', 'bake', 'observe', 'drain', 'drain-old'];

const lookSchema = z.looseObject({
  time: z.number(),
  counters: z.union([countersSchema, z.array(countersSchema).min(1)]).optional(),
  router: z.looseObject({ configured: z.number().optional(), actual: z.number().optional() }).optional(),
  /** Of a drain: the share of the version that ends, and whether the router said it. Of full traffic: what really arrives. */
  share: z.number().optional(),
  reachable: z.boolean().optional(),
});
const sampleSchema = z.looseObject({ sample: z.json() });
const verdictSchema = z.looseObject({ answer: z.enum(['pass', 'fail', 'ask']), status: z.string() });
const doneSchema = z.looseObject({ outputs: z.json() });

interface Gathered {
  readonly id: string;
  readonly looks: Look[];
  readonly answers: Answer[];
  outputs: Json | undefined;
}

/** Watches in the order of their first look. A look that was redacted, or has another form, is left out. */
export function watchesOf(entries: readonly RecordedEntry[]): readonly WatchRecords[] {
  const found = new Map<string, Gathered>();
  for (const { record, payload } of entries) {
    const id = record.node.slice(record.node.lastIndexOf('/') + 1);
    if (payload === undefined || !(WATCHES.includes(id) || shareJudgedBy(id) !== undefined)) continue;
    const watch = found.get(record.node) ?? { id, looks: [], answers: [], outputs: undefined };
    found.set(record.node, watch);
    if (record.type === 'analysis.sample') watch.looks.push(...lookOf(id, payload));
    if (record.type === 'analysis.verdict') {
      const parsed = verdictSchema.safeParse(payload);
      const time = Date.parse(record.time);
      if (parsed.success) watch.answers.push({ watch: id, answer: parsed.data.answer, text: parsed.data.status, time });
    }
    if (record.type === 'step.done') {
      const parsed = doneSchema.safeParse(payload);
      if (parsed.success) watch.outputs = parsed.data.outputs;
    }
  }
  return [...found.values()];
}

function lookOf(id: string, payload: Json): readonly Look[] {
  const outer = sampleSchema.safeParse(payload);
  const parsed = lookSchema.safeParse(outer.data?.sample);
  if (!outer.success || !parsed.success) return [];
  const { time, counters, router, reachable } = parsed.data;
  const share = reachable === false ? undefined : parsed.data.share;
  const list = counters === undefined ? [] : 'kind' in counters ? [counters] : counters;
  return [
    {
      time,
      proxy: list[0],
      // The end of the old version says nothing about the new one's share but that it has the rest.
      configured: router?.configured ?? (share === undefined ? undefined : id === 'drain-old' ? 1 - share : share),
      actual: router?.actual,
      sample: outer.data.sample,
    },
  ];
}

/** Shares that steps had set, in the order of the journal. */
export function sharesSet(entries: readonly RecordedEntry[]): readonly ShareSet[] {
  return entries.flatMap(({ record }) => {
    const share = record.type === 'step.done' ? shareAfter(record.node) : undefined;
    return share === undefined ? [] : [{ time: Date.parse(record.time), share }];
  });
}

/** Share of the new version once a step is done, for steps that look whether it was set; undefined for the others. */
function shareAfter(path: string): number | undefined {
  const moment = trafficMoment(path);
  if (moment === 'all') return 1;
  if (moment === 'all-back' || path.endsWith('/unroute')) return 0;
  return shareGivenBy(path);
}
