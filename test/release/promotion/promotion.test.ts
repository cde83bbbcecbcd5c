import { describe, expect, test } from 'vitest';
import type { PrometheusAnswer } from '../../../src/metrics/index.ts';
import type { BudgetRule, PromotionRules } from '../../../src/model/promotion.ts';
import type { RecordedEntry } from '../../../src/procedure/index.ts';
import { budgetOf, budgetText } from '../../../src/release/promotion/budget.ts';
import { gatesOf, type Promotion, promotionGates } from '../../../src/release/promotion/gates.ts';
import { budgetLook, parityLook, soakLook, verdictLook } from '../../../src/release/promotion/looks.ts';
import { parityReport, parityText, replicaFacts, reportHash } from '../../../src/release/promotion/parity.ts';
import { servedIn } from '../../../src/release/promotion/soak.ts';
import { verdictOf, verdictText } from '../../../src/release/promotion/verdict.ts';
import type { HistoryEntry } from '../../../src/release/record.ts';

const HOUR = 3_600_000;
const history = (...entries: readonly (readonly [hour: number, HistoryEntry['outcome'], string])[]) => ({
  history: entries.map(([hour, outcome, version], index) => ({
    version,
    outcome,
    run: `run-${index}`,
    time: new Date(hour * HOUR).toISOString(),
    who: 'ann',
    why: '',
  })),
});
const RULES: PromotionRules = {
  verdict: 'ended-well',
  soakMs: 0,
  ticket: null,
  acceptance: null,
  budget: null,
  parity: null,
};
const PROMOTION: Promotion = {
  from: 'staging',
  version: '2',
  run: 'r2',
  manifest: `sha256:${'a'.repeat(64)}`,
  rules: RULES,
};
const asking = (rules: Partial<PromotionRules>): Promotion => ({ ...PROMOTION, rules: { ...RULES, ...rules } });

describe('how long a release has served', () => {
  test.each([
    ['it serves since it came', history([0, 'released', '2']), { ms: 5 * HOUR, now: true, stands: true }],
    ['never came', history([0, 'released', '1']), { ms: 0, now: false, stands: false }],
    [
      'until another came',
      history([0, 'released', '2'], [3, 'released', '3']),
      { ms: 3 * HOUR, now: false, stands: true },
    ],
    [
      'another that was taken back does not end it',
      history([0, 'released', '2'], [3, 'rolled-back', '3']),
      { ms: 5 * HOUR, now: true, stands: true },
    ],
    [
      'both times, when another came between and was gone back from',
      history([0, 'released', '2'], [2, 'released', '3'], [4, 'went-back-to', '2']),
      { ms: 3 * HOUR, now: true, stands: true },
    ],
    [
      'nothing, once it was gone back from',
      history([0, 'released', '1'], [1, 'released', '2'], [4, 'went-back-to', '1']),
      { ms: 0, now: false, stands: false },
    ],
    [
      'from anew, when it came again after that',
      history([0, 'released', '1'], [1, 'released', '2'], [2, 'went-back-to', '1'], [4, 'released', '2']),
      { ms: HOUR, now: true, stands: true },
    ],
    [
      'a rollout of it that failed',
      history([0, 'released', '1'], [1, 'rolled-back', '2']),
      { ms: 0, now: false, stands: false },
    ],
    ['removed', history([0, 'released', '2'], [1, 'removed', '2']), { ms: 0, now: false, stands: false }],
    ['by a clock that is ahead', history([9, 'released', '2']), { ms: 0, now: true, stands: true }],
  ])('%s', (_name, record, served) => {
    expect(servedIn(record, '2', 5 * HOUR)).toEqual(served);
  });

  test('the gate says how long is left, and what to do', () => {
    const look = soakLook(asking({ soakMs: 24 * HOUR }), { ms: 5.5 * HOUR, now: true, stands: true });
    expect(look.found).toBe('it has served staging for 5h30m');
    expect(look.unmet).toMatchObject([{ code: 'gate.soaking', expected: '1d', remedy: 'resume in 18h30m' }]);
    expect(soakLook(asking({ soakMs: HOUR }), { ms: HOUR, now: false, stands: true }).unmet).toEqual([]);
    const gone = soakLook(asking({ soakMs: HOUR }), { ms: 0, now: true, stands: false });
    expect(gone.unmet).toMatchObject([{ code: 'gate.taken-back' }]);
    // What is bound to the gate does not change while time passes.
    expect(look.about).toEqual(soakLook(asking({ soakMs: 24 * HOUR }), { ms: 1, now: true, stands: true }).about);
  });
});

describe('the verdict of the run before', () => {
  const done = (node: string, outputs: object, seq: number): RecordedEntry => ({
    record: {
      v: 1,
      run: 'r2',
      seq,
      time: '',
      fence: 1,
      type: 'step.done',
      node,
      attempt: 1,
      payloadDigest: '',
      prev: '',
    },
    payload: { outputs: JSON.parse(JSON.stringify(outputs)), results: [] },
  });
  const run = (outcome: string | null, ...verdicts: readonly string[]) =>
    verdictOf({
      finished: outcome === null ? null : { outcome, problems: [], preemptedBy: null },
      entries: [
        done('release/check', {}, 0),
        ...verdicts.map((verdict, index) => done(`w${index}`, { verdict }, index + 1)),
      ],
    });

  test('in words', () => {
    expect(verdictText(run('done', 'not-worse', 'not-worse'))).toBe('not worse');
    expect(verdictText(run('done', 'not-worse', 'smoke-only'))).toBe('ended well, smoke-only');
    expect(verdictText(run('done'))).toBe('ended well, nothing was judged');
    expect(verdictText(run('rolled-back', 'not-worse'))).toBe('rolled-back');
    expect(verdictText(run(null))).toBe('not over');
  });

  test.each([
    ['ended-well', run('done', 'smoke-only'), []],
    ['ended-well', run('rolled-back'), ['gate.not-proven']],
    ['ended-well', run(null), ['gate.not-proven']],
    ['not-worse', run('done', 'not-worse'), []],
    ['not-worse', run('done', 'not-worse', 'decided-by-person'), ['gate.no-verdict']],
    ['not-worse', run('done'), ['gate.no-verdict']],
    ['not-worse', run('failed', 'not-worse'), ['gate.not-proven']],
  ] as const)('%s', (verdict, found, codes) => {
    expect(verdictLook(asking({ verdict }), found).unmet.map(({ code }) => code)).toEqual(codes);
  });
});

describe('the error budget', () => {
  const rule: BudgetRule = {
    url: 'http://p',
    timeoutMs: 1,
    total: 't',
    bad: 'b',
    windowMs: HOUR,
    objective: 0.999,
    left: 0.1,
  };
  const value = (number: number): PrometheusAnswer => ({
    kind: 'series',
    time: null,
    series: [{ labels: {}, value: number }],
  });
  const none: PrometheusAnswer = { kind: 'series', time: null, series: [] };
  const silent: PrometheusAnswer = { kind: 'missing', reason: 'connection refused' };

  test.each([
    ['half of it', value(100_000), value(50), 0.5],
    ['all of it: no bad answer has a series yet', value(100_000), none, 1],
    ['more than all is used', value(1000), value(3), -2],
  ])('%s', (_name, total, bad, left) => {
    const budget = budgetOf(rule, total, bad);
    expect(budget.kind === 'known' ? budget.left : budget).toBeCloseTo(left, 9);
  });

  test.each([
    ['no answer', silent, value(0), /connection refused/],
    ['no answer to the second question', value(5), silent, /connection refused/],
    ['no requests', value(0), value(0), /no requests/],
    ['no series', none, value(0), /no series/],
    [
      'several series',
      {
        kind: 'series',
        time: null,
        series: [
          { labels: {}, value: 1 },
          { labels: {}, value: 2 },
        ],
      } as const,
      value(0),
      /sum them/,
    ],
    ['no number', value(Number.NaN), value(0), /NaN/],
    ['more bad ones than requests', value(1), value(2), /more bad ones/],
  ])('not known, and no pass: %s', (_name, total, bad, why) => {
    const budget = budgetOf(rule, total, bad);
    expect(budgetText(budget, rule)).toMatch(why);
    expect(budgetLook('production', rule, budget).unmet).toMatchObject([{ code: 'gate.budget-unknown' }]);
  });

  test('the gate passes with what the rule wants left', () => {
    expect(budgetLook('production', rule, budgetOf(rule, value(100_000), value(90))).unmet).toEqual([]);
    const used = budgetLook('production', rule, budgetOf(rule, value(100_000), value(91)));
    expect(used.unmet).toMatchObject([
      { code: 'gate.budget-used', found: '9 % of the error budget is left: 91 bad of 100000, objective 99.9%' },
    ]);
  });
});

describe('the parity report', () => {
  const rule = {
    replicaRatio: 10,
    waivers: [
      { key: 'platform.*', owner: 'anna', reason: 'no hosts to spare', until: '2026-12-31' },
      { key: 'components.api.env.DEBUG', owner: 'ben', reason: 'for testers', until: '2026-11-20' },
    ],
  };
  const report = (today: string, here: Readonly<Record<string, string>> = {}) =>
    parityReport({
      from: 'staging',
      to: 'production',
      there: { same: '1', 'platform.kind': 'local', 'components.api.env.DEBUG': 'set', 'database.version': '10.11' },
      here: { same: '1', 'platform.kind': 'ssh', 'database.version': '10.6', ...here },
      rule,
      today,
    });

  test('what differs, who answers for it, and what nobody answers for any more', () => {
    const now = report('2026-11-21');
    expect(now.differences.map(({ key, waiver }) => [key, waiver?.owner ?? null])).toEqual([
      ['components.api.env.DEBUG', null],
      ['database.version', null],
      ['platform.kind', 'anna'],
    ]);
    expect(parityText(now)).toBe(
      [
        `4 things compared, 2 differ, 1 waived; report ${reportHash(now).slice(0, 12)}`,
        'components.api.env.DEBUG: set in staging, none in production',
        'database.version: 10.11 in staging, 10.6 in production',
        'platform.kind: local in staging, ssh in production (waived by anna until 2026-12-31: no hosts to spare)',
      ].join('\n'),
    );
    expect(parityLook(now).unmet.map(({ where }) => where)).toEqual([
      'production: components.api.env.DEBUG',
      'production: database.version',
    ]);
    expect(report('2026-11-20').differences[0]?.waiver?.owner).toBe('ben');
    expect(report('2027-01-01').differences.every(({ waiver }) => waiver === null)).toBe(true);
  });

  test('its hash is that of what it says, and is bound to the gate', () => {
    expect(reportHash(report('2026-11-21'))).toBe(reportHash(report('2026-11-22')));
    expect(reportHash(report('2026-11-21'))).not.toBe(reportHash(report('2027-01-01')));
    expect(parityLook(report('2026-11-21')).about).not.toEqual(parityLook(report('2026-11-21', { more: 'x' })).about);
  });

  test.each([
    [1, 1, true],
    [1, 3, false],
    [2, 20, true],
    [2, 21, false],
    [4, 2, true],
  ])('replicas: %i and %i', (there, here, near) => {
    const facts = replicaFacts(there, here, rule);
    expect(facts.there['platform.replicas'] === facts.here['platform.replicas']).toBe(near);
  });
});

describe('the gates of a promotion', () => {
  const never = { look: async () => ({ about: null, unmet: [], found: '' }) };
  const looks = { verdict: () => never, soak: () => never, budget: () => never, parity: () => never };
  const ids = (rules: Partial<PromotionRules>): readonly string[] =>
    gatesOf(PROMOTION, { ...RULES, ...rules }, '2', looks).map(({ id }) => id);

  test('are those that the policy asks for', () => {
    expect(ids({})).toEqual(['verdict']);
    expect(
      ids({
        soakMs: 1,
        ticket: { role: 'approver', pattern: 'CHG-[0-9]+' },
        acceptance: { role: 'user', items: [] },
        budget: { url: '', timeoutMs: 1, total: '', bad: '', windowMs: 1, objective: 0.9, left: 0 },
        parity: { replicaRatio: 1, waivers: [] },
      }),
    ).toEqual(['verdict', 'soak', 'budget', 'parity', 'ticket', 'acceptance']);
    expect(promotionGates(undefined, '2', 'production', looks)).toBeNull();
    expect(promotionGates({ ...PROMOTION, rules: null }, '2', 'production', looks)).toBeNull();
  });

  test('users accept with every item tried, and say no with a word', () => {
    const [gate] = gatesOf(
      PROMOTION,
      { ...RULES, acceptance: { role: 'user', items: ['order', 'pay'] } },
      '2',
      looks,
    ).slice(-1);
    const judge = (items: Readonly<Record<string, string | boolean>>) => gate?.judge?.(items);
    const all = { 'item-1': true, 'item-2': true, decision: 'accepted', tried: 'all of it' };
    expect(judge(all)).toEqual({ kind: 'pass' });
    expect(judge({ ...all, 'item-2': false })).toEqual({ kind: 'reject', why: 'not so: pay' });
    expect(judge({ ...all, decision: 'rejected' })).toMatchObject({ kind: 'reject' });
  });
});
