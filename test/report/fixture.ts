import type { JournalRecord } from '../../src/model/journal.ts';
import type { Json } from '../../src/model/json.ts';
import { jsonSchema } from '../../src/model/json.ts';
import type { RecordedEntry } from '../../src/procedure/api.ts';
import type { Payload, PayloadOf } from '../../src/procedure/journal/records.ts';
import { courseStory } from '../../src/release/report/course.ts';
import type { Report } from '../../src/report/index.ts';
import { storyOf } from '../../src/report/index.ts';
import { makePolicy } from '../../src/rollout/analysis/index.ts';
import { noAnalyses } from '../../src/rollout/bake-state.ts';
import { counters } from '../support/rollout.ts';

/** Records as the engine writes them, without the chain: what a report is made of. */

export const START = Date.UTC(2026, 10, 21, 6, 0, 0);
export const RUN = '20261121-060000-3f2a';

export interface Journal {
  readonly entries: RecordedEntry[];
  /** Adds a record so many seconds after the last one. */
  add<T extends Payload['type']>(after: number, type: T, node: string, data: PayloadOf<T>, attempt?: number): Journal;
  /** Wall clock of the last record, milliseconds. */
  now(): number;
}

export function journal(): Journal {
  const entries: RecordedEntry[] = [];
  let time = START;
  const self: Journal = {
    entries,
    now: () => time,
    add(after, type, node, data, attempt = node === '' ? 0 : 1) {
      time += after * 1000;
      const record: JournalRecord = {
        v: 1,
        run: RUN,
        seq: entries.length,
        time: new Date(time).toISOString(),
        fence: 1,
        type,
        node,
        attempt,
        payloadDigest: '0'.repeat(64),
        prev: '0'.repeat(64),
      };
      entries.push({ record, payload: json(data) });
      return self;
    },
  };
  return self;
}

function json(value: unknown): Json {
  return jsonSchema.parse(JSON.parse(JSON.stringify(value)));
}

export const NOTHING: PayloadOf<'step.done'> = { outputs: {}, results: [] };

export const CANARY = 'release/canary/judged';

export interface Course {
  /** Seconds of each judged share. */
  readonly seconds: number;
  readonly shares: readonly number[];
  /** Parts of answers that are bad. */
  readonly stableBad: number;
  readonly candidateBad: number;
  readonly perSecond: number;
}

/** The past and the judged shares of a canary, a look a second. The verdict of the last one is what the caller says. */
export function addCanary(to: Journal, course: Course, ends: readonly PayloadOf<'analysis.verdict'>[]): Journal {
  const analyses = noAnalyses(makePolicy({ clumpSize: 1 }), ['errors'], []);
  const begun = to.now();
  let [stable, candidate, bad] = [0, 0, 0];
  const look = (share: number) => {
    stable += course.perSecond * (1 - share);
    candidate += course.perSecond * share;
    // Bad answers come in their share, unevenly: more in odd seconds.
    const uneven = 1 + 0.5 * Math.sin((to.now() - begun) / 7_000);
    bad += course.perSecond * share * course.candidateBad * uneven;
    return counters(to.now() + 1_000, {
      '1.0.0': [Math.floor(stable), Math.floor(stable * course.stableBad)],
      '2.0.0': [Math.floor(candidate), Math.floor(bad)],
    });
  };
  for (let second = 0; second < 20; second++) {
    const reading = look(0);
    to.add(1, 'analysis.sample', `${CANARY}/past`, { sample: json({ time: to.now() + 1_000, counters: [reading] }) });
  }
  to.add(0, 'analysis.verdict', `${CANARY}/past`, { answer: 'pass', status: '20 s of 20 s known' });
  to.add(0, 'step.done', `${CANARY}/past`, { outputs: json(analyses), results: [], note: '20 s of 20 s known' });
  for (const [index, share] of course.shares.entries()) {
    const name = `${Math.round(share * 1000) / 10}`.replace('.', '-');
    to.add(1, 'step.intent', `${CANARY}/share-${name}-percent`, {
      what: 'do',
      effects: [
        {
          kind: 'socket',
          path: '/run/haproxy.sock',
          commands: [`set weight api/2.0.0 ${share * 256}`],
          okAnswer: '',
          timeoutMs: 1000,
        },
      ],
      facts: '',
    });
    to.add(0.2, 'step.done', `${CANARY}/share-${name}-percent`, {
      outputs: {},
      results: [{ kind: 'socket', answers: [''], durationMs: 4 }],
    });
    for (let second = 0; second < course.seconds; second++) {
      const reading = look(share);
      to.add(1, 'analysis.sample', `${CANARY}/judge-${name}-percent`, {
        sample: json({
          time: to.now() + 1_000,
          counters: [reading],
          instances: [{ instance: 'api-2.0.0-1', state: 'ready', restarts: 0, detail: '' }],
          router: { kind: 'observed', configured: share, actual: share },
        }),
      });
    }
    const end = ends[index];
    if (end !== undefined) to.add(0, 'analysis.verdict', `${CANARY}/judge-${name}-percent`, end);
    if (end?.answer === 'pass')
      to.add(0, 'step.done', `${CANARY}/judge-${name}-percent`, { ...NOTHING, note: end.status });
  }
  return to;
}

export const WORSE = {
  code: 'rollout.worse',
  where: 'api 2.0.0 at 50 %',
  found: 'errors: 123 bad of 6000, beside 30 bad of 6000 for the stable version; evidence 1.2e+9 to 1',
  expected: 'evidence below 100 to 1',
  remedy: 'the stable version got its traffic back; see `shiplock journal show` for every count',
} as const;

/** A release that asked a person, was crashed and resumed, and was taken back: a little of everything. */
export function storyJournal(course: Partial<Course> = {}): Journal {
  const to = journal()
    .add(0, 'run.started', '', {
      procedure: { id: 'release', title: 'Release shop 2.0.0 to production', version: 1, inputs: {} },
      environment: 'production',
      who: 'ann',
      planHash: '5'.repeat(64),
      outline: {},
      titles: {
        'release/check': 'Check that the environment is as planned',
        'release/migrate/0007': 'Apply 0007_expand',
        'release/migrate/backfill': 'Load seed data',
        [`${CANARY}/install`]: 'Install api 2.0.0',
        [`${CANARY}/smoke`]: 'Smoke test api 2.0.0',
        [`${CANARY}/past`]: 'Learn how 1.0.0 behaves by itself for 20 s',
        [`${CANARY}/share-10-percent`]: 'Send 10 % of the traffic to 2.0.0',
        [`${CANARY}/judge-10-percent`]: 'Judge 2.0.0 at 10 %',
        [`${CANARY}/share-50-percent`]: 'Send 50 % of the traffic to 2.0.0',
        [`${CANARY}/judge-50-percent`]: 'Judge 2.0.0 at 50 %',
        [`${CANARY}/rollback/traffic-back`]: 'Send the traffic back to 1.0.0, as far as it can carry it now',
        [`${CANARY}/rollback/all-traffic-back`]: 'Send the traffic back to 1.0.0, all of it',
        [`${CANARY}/rollback/stop-candidate`]: 'Stop api 2.0.0',
      },
    })
    .add(0.1, 'lease.taken', '', {
      environment: 'production',
      who: 'ann',
      host: 'deploy-1',
      pid: 4711,
      durationMs: 15_000,
    })
    .add(0.2, 'step.done', 'release/check', { ...NOTHING, note: 'it is as planned' })
    .add(0.1, 'step.intent', 'release/migrate/0007', {
      what: 'do',
      effects: [
        {
          kind: 'sql',
          dsn: { secret: 'env:DSN' },
          statements: ['ALTER TABLE orders\n  ADD COLUMN note TEXT'],
          timeoutMs: 1000,
        },
      ],
      facts: '',
    })
    .add(1.5, 'step.done', 'release/migrate/0007', {
      outputs: {},
      results: [{ kind: 'sql', affected: [0], durationMs: 1_480 }],
    })
    .add(0.1, 'step.intent', `${CANARY}/install`, {
      what: 'do',
      effects: [
        {
          kind: 'exec',
          argv: ['tar', '-xf', '/artefacts/api 2.0.0.tar', '-C', '/srv/shop'],
          okExitCodes: [0],
          why: 'lay the files down',
          timeoutMs: 1000,
        },
        { kind: 'file', path: '/srv/shop/api/2.0.0/unit.json', content: '{}', mode: 0o644, timeoutMs: 1000 },
        {
          kind: 'http',
          method: 'POST',
          url: 'http://127.0.0.1:8080/purge',
          headers: { authorization: { secret: 'env:TOKEN' } },
          okStatuses: [204],
          timeoutMs: 1000,
        },
      ],
      facts: '',
    })
    .add(0.8, 'step.done', `${CANARY}/install`, {
      outputs: {},
      results: [
        { kind: 'exec', exitCode: 0, stdout: '', stderr: '', durationMs: 600 },
        { kind: 'file', durationMs: 3 },
        { kind: 'http', status: 204, body: '', durationMs: 12 },
      ],
    })
    .add(0.2, 'step.failed', `${CANARY}/smoke`, {
      problems: [
        {
          code: 'rollout.smoke-failed',
          where: 'http://127.0.0.1:20001/ready',
          found: 'status 503',
          expected: 'status 200',
          remedy: 'try it by hand',
        },
      ],
      final: false,
      refused: false,
    })
    .add(0.7, 'step.done', `${CANARY}/smoke`, { ...NOTHING, note: 'answers as said' }, 2);
  addCanary(to, { seconds: 60, shares: [0.1], stableBad: 0.005, candidateBad: 0.006, perSecond: 200, ...course }, [
    { answer: 'ask', status: 'undecided, evidence of harm 0.1 of 2.0: about 4000 more requests' },
  ]);
  const gate = `${CANARY}/judge-10-percent/no-verdict#1`;
  to.add(0.1, 'gate.opened', gate, {
    title: 'No verdict on 2.0.0 at 10 % after 1 min',
    description: 'The share stays as it is. Look at the counts, then decide.',
    role: 'releaser',
    evidence: [
      { kind: 'choice', name: 'decision', question: 'What now?', options: ['look-on', 'promote', 'roll-back'] },
      { kind: 'text', name: 'reason', question: 'Why?' },
    ],
    guard: 'guarded by the guard of 2.0.0',
    judged: true,
    planHash: '5'.repeat(64),
  })
    .add(0, 'run.paused', '', { reason: 'waiting', problems: [] })
    .add(1_800, 'gate.evidence', gate, {
      evidence: { decision: 'look-on', reason: 'traffic comes back at nine' },
      by: 'bea',
      host: 'laptop-7',
      planHash: '5'.repeat(64),
    })
    .add(5, 'run.resumed', '', {
      who: 'cho',
      planHash: '5'.repeat(64),
      tornBytes: 17,
      outcome: { step: `${CANARY}/install`, outcome: 'applied', evidence: 'the files are there' },
      changed: {
        role: 'releaser',
        reason: 'the smoke test was wrong',
        from: '4'.repeat(64),
        outline: {},
        differences: [{ path: `${CANARY}/smoke`, change: 'changed' }],
        reopened: [],
      },
    })
    .add(0.1, 'step.done', gate, { outputs: null, results: [], note: 'filled in' })
    .add(0, 'gate.override', 'release/window', { role: 'incident-lead', reason: 'customers cannot pay', by: 'dan' });
  return to;
}

/** The way back, and the end. */
export function takenBack(to: Journal): Journal {
  return to
    .add(0, 'analysis.verdict', `${CANARY}/judge-50-percent`, { answer: 'fail', status: WORSE.found, problem: WORSE })
    .add(0, 'step.failed', `${CANARY}/judge-50-percent`, { problems: [WORSE], final: true, refused: false })
    .add(0, 'step.failed', CANARY, { problems: [WORSE], final: true, refused: false }, 0)
    .add(0.1, 'step.intent', `${CANARY}/rollback/traffic-back`, {
      what: 'do',
      effects: [
        {
          kind: 'socket',
          path: '/run/haproxy.sock',
          commands: ['set weight api/2.0.0 0'],
          okAnswer: '',
          timeoutMs: 1000,
        },
      ],
      facts: '',
    })
    .add(0.1, 'step.done', `${CANARY}/rollback/traffic-back`, {
      outputs: {},
      results: [{ kind: 'socket', answers: [''], durationMs: 3 }],
    })
    .add(0.1, 'step.done', `${CANARY}/rollback/all-traffic-back`, { ...NOTHING, note: '1.0.0 has it' })
    .add(2, 'step.done', `${CANARY}/rollback/stop-candidate`, { ...NOTHING, note: 'it does not run' })
    .add(0, 'step.undone', CANARY, { by: 'rollback', results: [] }, 0)
    .add(0, 'run.finished', '', { outcome: 'rolled-back', problems: [WORSE] });
}

/** A second share that shows the harm. */
export function addSecondShare(to: Journal): Journal {
  let [stable, candidate] = [100_000, 10_000];
  to.add(0.5, 'step.done', `${CANARY}/share-50-percent`, { ...NOTHING, note: '50 % is set' });
  for (let second = 0; second < 40; second++) {
    stable += 100;
    candidate += 100;
    const reading = counters(to.now() + 1_000, {
      '1.0.0': [stable, Math.floor(stable * 0.005)],
      '2.0.0': [candidate, Math.floor((candidate - 10_000) * 0.03)],
    });
    to.add(1, 'analysis.sample', `${CANARY}/judge-50-percent`, {
      sample: json({
        time: to.now() + 1_000,
        counters: [reading],
        instances: [{ instance: 'api-2.0.0-1', state: 'ready', restarts: 0, detail: '' }],
        router: { kind: 'observed', configured: 0.5, actual: 0.5 },
      }),
    });
  }
  return to;
}

/** The report of such a journal, with a head as a release has it. */
export function reportOf(from: Journal, more: Partial<Report['head']> = {}): Report {
  const story = storyOf(from.entries);
  return {
    head: {
      service: 'shop',
      environment: 'production',
      version: '2.0.0',
      before: '1.0.0',
      status: 'taken back',
      tone: 'bad',
      sentence: `shop 2.0.0 was taken back from production; 1.0.0 serves all traffic: ${WORSE.found} (rollout.worse).`,
      run: RUN,
      planHash: '5'.repeat(64),
      problems: [WORSE],
      ...more,
    },
    known: [],
    facts: [
      { name: 'environment', value: 'production' },
      { name: 'started', value: '2026-11-21 06:00:00 UTC' },
      { name: 'took', value: '32 min 13 s, 2 min 7 s of it at work' },
      { name: 'by', value: 'ann' },
      { name: 'why', value: 'faster search' },
      { name: 'commit', value: 'a'.repeat(40) },
      { name: 'run', value: RUN },
    ],
    story,
    course: courseStory(from.entries, { candidate: '2.0.0', stable: '1.0.0' }, story),
    journal: [
      { name: 'journal', value: `intact (${from.entries.length} records)` },
      { name: 'head', value: `${from.entries.length} records, ${'c'.repeat(64)}` },
      { name: 'plan', value: '5'.repeat(64) },
    ],
  };
}

const KNOWN: Report['known'] = [
  {
    id: 'search-index-behind',
    title: 'The search index is behind',
    severity: 'error',
    cause: 'It was not built for this release.',
    fix: 'Build it, then release again.',
    command: './search-index rebuild',
    seen: 'search: index generation 41 is behind 57',
    where: 'release/rollout/verify',
  },
];

/** The whole of it: asked, resumed, found worse, taken back. */
export function wholeStory(): Report {
  return { ...reportOf(takenBack(addSecondShare(storyJournal()))), known: KNOWN };
}
