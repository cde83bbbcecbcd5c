import { appendFileSync } from 'node:fs';
import type { RecordType } from '../../src/model/journal.ts';
import type { Json } from '../../src/model/json.ts';
import { createJournal } from '../../src/procedure/journal/journal.ts';
import { payloadSchema } from '../../src/procedure/journal/records.ts';
import { runPaths } from '../../src/procedure/store.ts';

/**
 * Journals of deliveries as a release writes them, with moments that a test chooses. Written by the product's own writer; the paths of
 * the nodes are those of the real procedures (moments.test.ts compares them).
 */

/** `11-04 08:05` or `11-04 08:05:30` of 2026, UTC. */
export function at(text: string): number {
  const [day = '', time = ''] = text.split(' ');
  return Date.parse(`2026-${day}T${time.length === 5 ? `${time}:00` : time}Z`);
}

export type Step = readonly [time: string, type: RecordType, node: string, data: Json];

export interface DeliveryStory {
  readonly run: string;
  readonly kind?: 'release' | 'rollback' | 'build';
  readonly environment?: string;
  readonly service?: string;
  readonly start: string;
  readonly version: string;
  readonly other: string | null;
  readonly committed?: string;
  /** The same software with another configuration, committed then. */
  readonly configured?: string;
  readonly why?: string;
  readonly preempts?: string;
  readonly steps: readonly Step[];
  /** Bytes of a record that was being written when the power went. */
  readonly torn?: boolean;
}

const JUDGED = 'release/canary/judged';
const PROBLEM = { code: 'rollout.worse', where: 'api', found: 'worse', expected: 'not worse', remedy: 'mend it' };
const HASH = 'a'.repeat(64);

const done = (time: string, node: string, effects = 1): Step => [
  time,
  'step.done',
  node,
  { outputs: {}, results: Array.from({ length: effects }, () => ({ kind: 'file', durationMs: 1 })) },
];

/** What happens in a run, a line each. */
export const says = {
  share: (time: string): Step => done(time, `${JUDGED}/share-10-percent`),
  full: (time: string): Step => done(time, `${JUDGED}/promote`),
  opened: (time: string): Step => done(time, 'release/initial/open'),
  worse: (time: string, watch = 'judge-10-percent'): readonly Step[] => [
    [time, 'analysis.verdict', `${JUDGED}/${watch}`, { answer: 'fail', status: 'worse', problem: PROBLEM }],
    [time, 'step.failed', `${JUDGED}/${watch}`, { problems: [PROBLEM], final: true, refused: false }],
    [time, 'step.failed', JUDGED, { problems: [PROBLEM], final: true, refused: false }],
  ],
  /** The way back of a release, and of a rollback. */
  back: (time: string, root = JUDGED): Step => [
    time,
    'step.intent',
    `${root}/rollback/traffic-back`,
    { what: 'do', effects: [], facts: '' },
  ],
  backAtOnce: (time: string, root = JUDGED): readonly Step[] => [
    done(time, `${root}/rollback/traffic-back`),
    done(later(time), `${root}/rollback/all-traffic-back`, 0),
  ],
  backInTwo: (first: string, second: string, root = JUDGED): readonly Step[] => [
    done(first, `${root}/rollback/traffic-back`),
    done(second, `${root}/rollback/all-traffic-back`),
  ],
  stopped: (time: string): Step => [time, 'run.paused', '', { reason: 'stopped', problems: [], signal: 'SIGINT' }],
  resumed: (time: string): Step => [time, 'run.resumed', '', { who: 'ann', planHash: HASH, tornBytes: 0 }],
  waiting: (time: string): readonly Step[] => [
    [
      time,
      'gate.opened',
      `${JUDGED}/judge-10-percent/no-verdict#1`,
      { title: 'No verdict', role: 'releaser', evidence: [], guard: 'guarded', judged: true, planHash: HASH },
    ],
    [time, 'run.paused', '', { reason: 'waiting', problems: [] }],
  ],
  ended: (time: string, outcome: 'done' | 'failed' | 'rolled-back' | 'refused', preemptedBy?: string): Step => [
    time,
    'run.finished',
    '',
    { outcome, problems: [], ...(preemptedBy === undefined ? {} : { preemptedBy }) },
  ],
  failed: (time: string, node: string): Step => [
    time,
    'step.failed',
    node,
    { problems: [PROBLEM], final: true, refused: false },
  ],
} as const;

function later(time: string): string {
  return `${time.slice(0, 6)}${new Date(at(time) + 5_000).toISOString().slice(11, 19)}`;
}

export async function writeDelivery(store: string, story: DeliveryStory): Promise<void> {
  const { run } = story;
  let now = at(story.start);
  const journal = await createJournal({
    run,
    paths: runPaths(store, run),
    clock: { now: () => now, monotonic: () => 0, sleep: async () => undefined },
    fence: 1,
    mask: (payload) => payload,
  });
  const append = async (type: RecordType, node: string, data: Json): Promise<void> => {
    // A fixture that the engine could not have written proves nothing.
    payloadSchema.parse({ type, data });
    await journal.append(type, node, 1, data);
  };
  await append('run.started', '', startedOf(story));
  for (const [time, type, node, data] of story.steps) {
    now = at(time);
    await append(type, node, data);
  }
  await journal.close();
  if (story.torn === true) appendFileSync(runPaths(store, run).journal, '{"attempt":1,"fence":1,"no');
}

function startedOf(story: DeliveryStory): Json {
  const { kind = 'release', environment = 'production', service = 'shop', version, other } = story;
  const stamp = (time: string | undefined): string | undefined =>
    time === undefined ? undefined : new Date(at(time)).toISOString();
  const record = (name: string, own: boolean) => {
    const committed = own ? stamp(story.committed) : undefined;
    const configured = own ? stamp(story.configured) : undefined;
    return {
      formatVersion: 1,
      environment,
      release: {
        formatVersion: 1,
        service,
        version: name,
        commit: 'c'.repeat(40),
        ...(committed === undefined ? {} : { commitTime: committed }),
        artefacts: [],
        configHash: `sha256:${HASH}`,
        migrations: [],
      },
      unit: { component: 'api' },
      files: [],
      schema: 'empty',
      ...(configured === undefined ? {} : { configCommit: 'd'.repeat(40), configCommitTime: configured }),
    };
  };
  const inputs =
    kind === 'build'
      ? { service, version, commit: 'c'.repeat(40) }
      : {
          candidate: record(version, true),
          stable: other === null ? null : record(other, false),
          seed: false,
          who: 'ann',
          why: story.why ?? 'release',
        };
  return {
    procedure: { id: kind, title: `${kind} ${version}`, version: 1, inputs },
    environment: kind === 'build' ? `build:${service}` : environment,
    who: 'ann',
    planHash: HASH,
    outline: {},
    ...(story.preempts === undefined ? {} : { preempts: story.preempts }),
  };
}
