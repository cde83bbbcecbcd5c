import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertId } from '../../src/announce/alert.ts';
import { type AlertSettings, alertsOf } from '../../src/announce/alerts.ts';
import { type Entry, leaseLost, noProcess, storyOf } from '../../src/announce/story.ts';
import type { RecordType } from '../../src/model/journal.ts';
import type { Json } from '../../src/model/json.ts';
import { payloadSchema } from '../../src/procedure/journal/records.ts';

const BEGIN = Date.UTC(2026, 10, 21, 6, 0, 0);
const HASH = 'a'.repeat(64);
const PROBLEM = { code: 'rollout.worse', where: 'api 2.0.0', found: 'worse', expected: 'not worse', remedy: 'mend it' };

type Line = readonly [type: RecordType, node: string, data: Json];

/** One record a second, each in the form that the engine writes. */
function journal(...lines: readonly Line[]): readonly Entry[] {
  return lines.map(([type, node, data], seq) => {
    payloadSchema.parse({ type, data });
    return { record: { run: 'r1', seq, time: new Date(BEGIN + seq * 1000).toISOString(), type, node }, payload: data };
  });
}

const started = (more: Readonly<Record<string, Json>> = {}, id = 'release'): Line => [
  'run.started',
  '',
  {
    procedure: { id, title: 'Release shop 2.0.0 to production', version: 1, inputs: {} },
    environment: 'production',
    who: 'ann',
    planHash: HASH,
    outline: {},
    ...more,
  },
];
const opened = (node: string): Line => [
  'gate.opened',
  node,
  { title: 'Inspect the first host', role: 'releaser', evidence: [], guard: 'drained', judged: false, planHash: HASH },
];
const filled = (node: string): Line => [
  'gate.evidence',
  node,
  { evidence: { note: 'the password is hunter22' }, by: 'bob', host: 'h', planHash: HASH },
];
const paused = (reason: string, problems: Json = []): Line => ['run.paused', '', { reason, problems }];
const resumed: Line = ['run.resumed', '', { who: 'ann', planHash: HASH, tornBytes: 0 }];
const finished = (outcome: string, more: Readonly<Record<string, Json>> = {}): Line => [
  'run.finished',
  '',
  { outcome, problems: outcome === 'done' ? [] : [PROBLEM], ...more },
];
const failed = (node: string): Line => ['step.failed', node, { problems: [PROBLEM], final: true, refused: false }];
const back: Line = [
  'step.intent',
  'release/canary/judged/rollback/traffic-back',
  { what: 'do', effects: [], facts: '' },
];
const sample: Line = ['analysis.sample', 'release/canary/judged/judge-10-percent', { sample: {} }];

const SETTINGS: AlertSettings = {
  service: 'shop',
  environment: 'production',
  labels: { team: 'trust' },
  links: { run: 'https://ci.example.org/{environment}/{run}', runbook: 'https://wiki.example.org/{alert}' },
  eventsMs: 3_600_000,
  mask: (text) => text.replaceAll('hunter22', '***'),
};
const of = (...lines: readonly Line[]) => alertsOf(storyOf('r1', journal(...lines)), SETTINGS);
const short = (...lines: readonly Line[]) =>
  of(...lines).map(({ labels, startsAt, endsAt }) => [
    [labels['alertname'], labels['reason'], labels['severity']].filter((word) => word !== undefined).join(' '),
    (startsAt - BEGIN) / 1000,
    endsAt === null ? null : (endsAt - BEGIN) / 1000,
  ]);

describe('what is announced', () => {
  test('a gate from its opening until it is filled in', () => {
    expect(short(started(), sample, opened('release/check'))).toEqual([['ShiplockGateOpen warning', 2, null]]);
    expect(short(started(), sample, opened('release/check'), paused('waiting'), resumed)).toEqual([
      ['ShiplockGateOpen warning', 2, null],
    ]);
    expect(short(started(), opened('release/check'), paused('waiting'), filled('release/check'))).toEqual([
      ['ShiplockGateOpen warning', 1, 3],
    ]);
  });

  test('a gate is over when the run has gone through it, or will not any more', () => {
    const gate = 'release/canary/judged/judge-10-percent/no-verdict#1';
    const through: Line = ['step.done', gate, { outputs: null, results: [] }];
    expect(short(started(), opened(gate), through)).toEqual([['ShiplockRunHeld no-verdict warning', 1, 2]]);
    const watch = failed('release/canary/judged/judge-10-percent');
    expect(short(started(), opened(gate), watch)).toEqual([['ShiplockRunHeld no-verdict warning', 1, 2]]);
    expect(short(started(), opened(gate), failed('release/canary/judged/judge-10'))).toEqual([
      ['ShiplockRunHeld no-verdict warning', 1, null],
    ]);
  });

  test('a gate at which persons are checked is over when the run has gone through it, not at the first answer', () => {
    const [type, node, data] = opened('release/approval');
    const checked: Line = [type, node, { ...(typeof data === 'object' ? data : {}), opening: 'o1', asks: 'persons' }];
    const through: Line = ['step.done', node, { outputs: null, results: [] }];
    expect(short(started(), checked, filled(node))).toEqual([['ShiplockGateOpen warning', 1, null]]);
    expect(short(started(), checked, filled(node), filled(node), resumed, through)).toEqual([
      ['ShiplockGateOpen warning', 1, 5],
    ]);
  });

  test('a run that a person has paused, until a person ends that; a new process does not', () => {
    const asked = { order: 'o1', by: 'ann', why: 'support asks', host: 'h' };
    const pause: Line = ['run.paused', '', { reason: 'asked', problems: [], asked }];
    const abort: Line = ['run.paused', '', { reason: 'aborted', problems: [PROBLEM], asked }];
    const goOn: Line = [
      'run.resumed',
      '',
      { who: 'ben', planHash: HASH, tornBytes: 0, asked: { ...asked, by: 'ben' } },
    ];
    expect(short(started(), pause)).toEqual([['ShiplockRunHeld paused warning', 1, null]]);
    expect(short(started(), pause, resumed)).toEqual([['ShiplockRunHeld paused warning', 1, null]]);
    expect(short(started(), pause, resumed, goOn)).toEqual([['ShiplockRunHeld paused warning', 1, 3]]);
    expect(short(started(), pause, failed('release/canary'), back)).toEqual([
      ['ShiplockRunHeld paused warning', 1, 3],
      ['ShiplockRollback warning', 3, 3 + SETTINGS.eventsMs / 1000],
    ]);
    expect(short(started(), pause, abort)).toEqual([['ShiplockRunHeld paused warning', 1, 2]]);
    expect(of(started(), pause)[0]?.annotations['description']).toContain('shiplock rollout resume r1');
    expect(storyOf('r1', journal(started(), pause)).state).toBe('running');
  });

  test('a bake without evidence is a held run', () => {
    const gate = 'release/canary/judged/judge-10-percent/no-verdict#1';
    expect(short(started(), sample, opened(gate))).toEqual([['ShiplockRunHeld no-verdict warning', 2, null]]);
    expect(short(started(), sample, opened(gate), filled(gate), opened(gate.replace('#1', '#2')))).toEqual([
      ['ShiplockRunHeld no-verdict warning', 2, 3],
      ['ShiplockRunHeld no-verdict warning', 4, null],
    ]);
  });

  test('broken glass, at the beginning and at a resume', () => {
    const [type, node] = resumed;
    const again: Line = [type, node, { who: 'bob', planHash: HASH, tornBytes: 0, breakGlass: 'git is away' }];
    expect(short(started({ breakGlass: 'the forge burns' }))).toEqual([
      ['ShiplockOverride break-glass warning', 0, 3600],
    ]);
    expect(short(started(), paused('store-behind'), again)).toEqual([
      ['ShiplockRunHeld store-behind warning', 1, 2],
      ['ShiplockOverride break-glass warning', 2, 3602],
    ]);
  });

  test.each(['stopped', 'unknown-outcome', 'internal-error', 'store-behind'])('a run that is held: %s', (reason) => {
    expect(short(started(), paused(reason))).toEqual([[`ShiplockRunHeld ${reason} warning`, 1, null]]);
    expect(short(started(), paused(reason), resumed)).toEqual([[`ShiplockRunHeld ${reason} warning`, 1, 2]]);
  });

  test('a way back that failed is the worst of all', () => {
    expect(short(started(), failed('release'), back, paused('compensation-failed', [PROBLEM]))).toEqual([
      ['ShiplockRollback warning', 2, 3602],
      ['ShiplockRunHeld compensation-failed critical', 3, null],
    ]);
  });

  test('a rollback from its beginning, with its reason, until a while after its end', () => {
    const begun = of(started(), failed('release/canary/judged/judge-10-percent'), back);
    expect(begun.map(({ annotations }) => annotations['summary'])).toEqual([
      'Release shop 2.0.0 to production: is taken back: worse (rollout.worse)',
    ]);
    expect(short(started(), failed('release'), back, finished('rolled-back'))).toEqual([
      ['ShiplockRollback warning', 2, 3603],
    ]);
  });

  test('a rollback by a person when it begins to act, not when it is refused', () => {
    const act: Line = ['step.done', 'go-back/rollback/traffic-back', { outputs: {}, results: [] }];
    expect(short(started({}, 'rollback'), finished('refused'))).toEqual([]);
    expect(short(started({}, 'rollback'), act)).toEqual([['ShiplockRollback warning', 1, 3601]]);
  });

  test('a failure, a lost lease, an override', () => {
    expect(short(started(), finished('failed'))).toEqual([['ShiplockRunFailed warning', 1, 3601]]);
    expect(short(started(), ['lease.lost', '', { why: 'its record is gone' }])).toEqual([
      ['ShiplockLeaseLost warning', 1, 3601],
    ]);
    const override: Line = ['gate.override', 'release/check', { role: 'incident', reason: 'outage', by: 'bob' }];
    expect(short(started(), opened('release/check'), override)).toEqual([
      ['ShiplockGateOpen warning', 1, 2],
      ['ShiplockOverride warning', 2, 3602],
    ]);
    const changed = { role: 'releaser', reason: 'mended', from: HASH, outline: {}, differences: [], reopened: [] };
    expect(short(started(), ['run.resumed', '', { who: 'ann', planHash: HASH, tornBytes: 0, changed }])).toEqual([
      ['ShiplockOverride procedure-changed warning', 1, 3601],
    ]);
  });

  test('being taken over by a rollback ends everything and is no lost lease', () => {
    const gate = 'release/check';
    expect(
      short(
        started(),
        opened(gate),
        paused('waiting'),
        ['lease.lost', '', { why: 'taken over' }],
        finished('failed', { preemptedBy: 'r2' }),
      ),
    ).toEqual([['ShiplockGateOpen warning', 1, 4]]);
  });

  test('a gate that a changed procedure opens again, or has no more, is not left open', () => {
    const gate = 'release/rounds#2/check';
    const changed = {
      role: 'releaser',
      reason: 'mended',
      from: HASH,
      outline: {},
      differences: [],
      reopened: ['release/rounds#/check'],
    };
    const again: Line = ['run.resumed', '', { who: 'ann', planHash: HASH, tornBytes: 0, changed }];
    expect(short(started(), opened(gate), again)).toContainEqual(['ShiplockGateOpen warning', 1, 2]);
    expect(short(started(), opened(gate), again, opened(gate))).toContainEqual(['ShiplockGateOpen warning', 3, null]);
  });

  test('a process that is gone, and a lease whose loss the journal cannot hold', () => {
    const story = storyOf('r1', journal(started(), sample));
    noProcess(story);
    leaseLost(story, 'fence 3 is over', BEGIN + 5000);
    expect(alertsOf(story, SETTINGS).map(({ labels, endsAt }) => [labels['alertname'], endsAt === null])).toEqual([
      ['ShiplockRunHeld', true],
      ['ShiplockLeaseLost', false],
    ]);
  });

  test('a release that goes through says nothing', () => {
    expect(short(started(), sample, sample, finished('done'))).toEqual([]);
  });
});

describe('how it is said', () => {
  test('labels say which alert it is and stay the same; links are filled in', () => {
    const gate = 'release/check';
    const [first] = of(started(), opened(gate));
    const [last] = of(started(), opened(gate), sample, filled(gate), sample, finished('done'));
    expect(first?.labels).toEqual({
      alertname: 'ShiplockGateOpen',
      severity: 'warning',
      service: 'shop',
      environment: 'production',
      procedure: 'release',
      run: 'r1',
      gate,
      team: 'trust',
    });
    expect(last?.labels).toEqual(first?.labels);
    expect(alertId(last?.labels ?? {})).toBe(
      alertId(Object.fromEntries(Object.entries(first?.labels ?? {}).toReversed())),
    );
    expect(first?.link).toBe('https://ci.example.org/production/r1');
    expect(first?.annotations['runbook_url']).toBe('https://wiki.example.org/ShiplockGateOpen');
    expect(first?.annotations['description']).toContain('shiplock gate show r1');
  });

  test('what was filled in is never part of it, and what is known to be secret is masked', () => {
    const text = JSON.stringify([
      ...of(started(), opened('release/check'), filled('release/check'), finished('failed')),
      ...of(started(), paused('internal-error', [{ ...PROBLEM, found: 'login with hunter22 refused' }])),
      ...of(started(), ['gate.override', 'g', { role: 'r', reason: 'see hunter22', by: 'bob' }]),
    ]);
    expect(text).not.toContain('hunter22');
    expect(text).toContain('login with *** refused');
  });

  test('long and hostile texts stay one short line', () => {
    const nasty = `\u0000\u001b[31m${'x'.repeat(5_000)}\u2028\nSubject: more`;
    const [alert] = of(started(), ['gate.override', 'g', { role: 'r', reason: nasty, by: 'bob' }]);
    const text = alert?.annotations['description'] ?? '';
    expect(text.length).toBeLessThanOrEqual(600);
    expect(text).not.toMatch(/[\p{Cc}\u2028]/u);
  });

  test('a record whose payload was redacted, or of another form, neither throws nor announces', () => {
    const entries = journal(started(), opened('release/check'));
    const redacted = entries.map(({ record }) => ({ record }));
    expect(alertsOf(storyOf('r1', redacted), SETTINGS)).toEqual([]);
    const odd = entries.map(({ record }) => ({ record, payload: { odd: true } }));
    expect(alertsOf(storyOf('r1', odd), SETTINGS)).toEqual([]);
  });
});

test('whatever happens in a run, nothing lasts once it is over, and no two alerts share their labels', () => {
  const gates = ['release/a', 'release/b', 'release/judge/no-verdict#1'];
  const line = fc.oneof(
    fc.constantFrom(...gates).map(opened),
    fc.constantFrom(...gates).map(filled),
    fc.constantFrom('waiting', 'stopped', 'unknown-outcome', 'compensation-failed').map((reason) => paused(reason)),
    fc.constantFrom<Line>(resumed, sample, back, failed('release'), ['lease.lost', '', { why: 'gone' }]),
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 30 }),
      fc.constantFrom('done', 'failed', 'rolled-back'),
      (lines, outcome) => {
        const during = of(started(), ...lines);
        const ids = during.map(({ labels }) => alertId(labels));
        expect(new Set(ids).size).toBe(ids.length);
        for (const { endsAt } of of(started(), ...lines, finished(outcome))) expect(endsAt).not.toBeNull();
      },
    ),
  );
});

test('a run that an alert has started is told at its beginning and at its end', () => {
  const alert = {
    alertname: 'NginxDown',
    rule: 'nginx-down',
    fingerprint: 'a'.repeat(16),
    startsAt: '2026-11-23T03:00:00Z',
  };
  const inputs = { runbook: 'service-revive', environment: 'production', texts: { service: 'proxy' }, alert };
  const procedure = {
    id: 'runbook:service-revive',
    title: 'Start proxy of shop in production again',
    version: 1,
    inputs,
  };
  const end = (outcome: string, problems: Json[] = []): Line => ['run.finished', '', { outcome, problems }];
  const names = (...lines: readonly Line[]): readonly string[] =>
    [...storyOf('r1', journal(...lines)).matters.values()].map((matter) => `${matter.alert}: ${matter.summary}`);
  expect(names(started({ procedure }), end('done'))).toEqual([
    'ShiplockRunbookStarted: Start proxy of shop in production again: started by the alert NginxDown',
    'ShiplockRunbookDone: Start proxy of shop in production again: done, after the alert NginxDown',
  ]);
  expect(names(started({ procedure }), end('failed', [PROBLEM]))).toEqual([
    expect.stringMatching(/^ShiplockRunbookStarted: /),
    'ShiplockRunFailed: Start proxy of shop in production again: failed',
  ]);
  const { alert: _, ...asked } = inputs;
  expect(names(started({ procedure: { ...procedure, inputs: asked } }), end('done'))).toEqual([]);
});
