import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AlertRule,
  decide,
  type Ended,
  type PastStart,
  parseMessage,
  type ToldAlert,
} from '../../src/alerts/index.ts';

const NOW = Date.UTC(2026, 10, 23, 3, 0, 0);
const MINUTE = 60_000;
const RULE: AlertRule = {
  name: 'nginx-down',
  match: { alertname: 'NginxDown', severity: 'critical' },
  runbook: 'service-revive',
  inputs: { service: 'proxy', host: { label: 'host' } },
  cooldownMs: 15 * MINUTE,
  maxPerHour: 3,
};
const BEGUN: Ended = { kind: 'begun', outcome: 'done', at: NOW };

function alert(labels: Readonly<Record<string, string>> = {}, more: Partial<ToldAlert> = {}): ToldAlert {
  const all = { alertname: 'NginxDown', severity: 'critical', host: 'web1', ...labels };
  return { firing: true, labels: all, fingerprint: '00112233aabbccdd', startsAt: NOW - MINUTE, ...more };
}

const decided = (one: ToldAlert, past: readonly PastStart[] = [], now = NOW, rules: readonly AlertRule[] = [RULE]) => {
  const decision = decide(one, rules, past, now);
  return decision.kind === 'start' ? 'start' : decision.reason;
};

/** What the past is once this alert was decided upon. */
function startOf(one: ToldAlert, at = NOW, ended: Ended | null = BEGUN, rule = RULE): PastStart {
  const decision = decide(one, [rule], [], at);
  if (decision.kind !== 'start') throw new Error(decision.reason);
  return { ...decision.start, ended };
}

test('an alert that fits starts the runbook, with its labels as inputs', () => {
  expect(decide(alert(), [RULE], [], NOW)).toEqual({
    kind: 'start',
    start: {
      run: expect.stringMatching(/^20261123-025900-a[0-9a-f]{8}$/),
      rule: 'nginx-down',
      alertname: 'NginxDown',
      fingerprint: '00112233aabbccdd',
      startsAt: NOW - MINUTE,
      runbook: 'service-revive',
      texts: { service: 'proxy', host: 'web1' },
      at: NOW,
    },
  });
});

test.each([
  ['one that is over', alert({}, { firing: false }), 'resolved'],
  ['another alert', alert({ alertname: 'NginxSlow' }), 'no-rule'],
  ['another value of a label', alert({ severity: 'warning' }), 'no-rule'],
  ['a name that only begins like it', alert({ alertname: 'NginxDownAgain' }), 'no-rule'],
  ['a label with a line break', alert({ host: 'web1\nweb2' }), 'bad-label'],
  ['a label that is too long', alert({ host: 'w'.repeat(201) }), 'bad-label'],
  ['an empty label', alert({ host: '' }), 'bad-label'],
])('starts nothing: %s', (_name, one, reason) => {
  expect(decided(one)).toBe(reason);
});

test('a label that is not there is no input', () => {
  const { host: _, ...labels } = alert().labels;
  expect(decided({ ...alert(), labels })).toBe('no-label');
});

describe('again', () => {
  const past = [startOf(alert())];
  const later = NOW + 20 * MINUTE;

  test('the same alert starts it once, however long it fires', () => {
    expect(decided(alert(), past, later)).toBe('started-before');
    expect(decided(alert(), past, NOW + 20 * 3_600_000)).toBe('started-before');
    // Also while it is still under way.
    expect(decided(alert(), [startOf(alert(), NOW, null)])).toBe('started-before');
  });

  test('after it was over and began anew: once the cool-down is over', () => {
    const anew = alert({}, { startsAt: NOW + MINUTE });
    expect(decided(anew, past, NOW + 15 * MINUTE - 1)).toBe('cooling-down');
    expect(decided(anew, past, NOW + 15 * MINUTE)).toBe('start');
  });

  test('another host has a cool-down of its own', () => {
    expect(decided(alert({ host: 'web2' }, { fingerprint: '1'.repeat(16) }), past)).toBe('start');
  });

  test('a clock that went back does not shorten it', () => {
    expect(decided(alert({}, { startsAt: NOW + 1 }), past, NOW - 3_600_000)).toBe('cooling-down');
  });

  test('at most so many in an hour, whatever the host', () => {
    const hosts = ['web1', 'web2', 'web3'].map((host, index) =>
      startOf(alert({ host }, { fingerprint: String(index).repeat(16) }), NOW - index * MINUTE),
    );
    const fourth = alert({ host: 'web4' }, { fingerprint: 'f'.repeat(16) });
    expect(decided(fourth, hosts)).toBe('too-many');
    expect(decided(fourth, hosts, NOW - 2 * MINUTE + 3_600_000)).toBe('start');
  });

  test('what was not begun counts for nothing', () => {
    const ended: Ended = { kind: 'not-begun', outcome: 'lease-held', at: NOW };
    expect(decided(alert(), [startOf(alert(), NOW, ended)])).toBe('start');
  });
});

test('the first rule that fits decides', () => {
  const other = { ...RULE, name: 'all', match: { alertname: 'NginxDown' }, runbook: 'system-start' };
  const decision = decide(alert({ severity: 'warning' }), [RULE, other], [], NOW);
  expect(decision).toMatchObject({ kind: 'start', start: { rule: 'all', runbook: 'system-start' } });
  expect(decide(alert(), [RULE, other], [], NOW)).toMatchObject({ start: { rule: 'nginx-down' } });
});

test('whatever comes, in whatever order: no alert twice, no more than the limit, none within the cool-down', () => {
  const told = fc.record({
    host: fc.constantFrom('web1', 'web2', 'web3', 'web4', 'web5'),
    startsAt: fc.integer({ min: NOW, max: NOW + 5 }),
    gapMs: fc.integer({ min: 0, max: 30 * MINUTE }),
  });
  fc.assert(
    fc.property(fc.array(told, { maxLength: 60 }), (messages) => {
      const past: PastStart[] = [];
      let now = NOW;
      for (const { host, startsAt, gapMs } of messages) {
        now += gapMs;
        const decision = decide(
          alert({ host }, { startsAt, fingerprint: host.slice(-1).repeat(16) }),
          [RULE],
          past,
          now,
        );
        if (decision.kind === 'start') past.push({ ...decision.start, ended: BEGUN });
      }
      expect(new Set(past.map(({ run }) => run)).size).toBe(past.length);
      for (const { at, texts } of past) {
        const within = (ms: number) => past.filter((one) => one.at >= at && one.at - at < ms);
        expect(within(3_600_000).length).toBeLessThanOrEqual(RULE.maxPerHour);
        expect(within(RULE.cooldownMs).filter((one) => one.texts['host'] === texts['host'])).toHaveLength(1);
      }
    }),
    { numRuns: 200 },
  );
});

describe('a message', () => {
  const one = {
    status: 'firing',
    labels: { alertname: 'A' },
    startsAt: '2026-11-23T03:00:00.5Z',
    fingerprint: 'a'.repeat(16),
  };
  const text = (more: object): string => JSON.stringify({ version: '4', alerts: [one], receiver: 'x', ...more });

  test('is read as far as it is needed', () => {
    expect(parseMessage(text({ newKey: 1 }))).toEqual({
      ok: true,
      value: [{ firing: true, labels: { alertname: 'A' }, fingerprint: 'a'.repeat(16), startsAt: NOW + 500 }],
    });
  });

  test.each([
    ['no JSON', '{'],
    ['another version', text({ version: '5' })],
    ['no alerts', text({ alerts: undefined })],
    ['no time', text({ alerts: [{ ...one, startsAt: 'yesterday' }] })],
    ['a fingerprint that is none', text({ alerts: [{ ...one, fingerprint: '../../etc' }] })],
    ['a label that is no text', text({ alerts: [{ ...one, labels: { alertname: { $ne: '' } } }] })],
    ['too many', text({ alerts: Array.from({ length: 1001 }, () => one) })],
    ['a list', '[]'],
  ])('is refused: %s', (_name, body) => {
    expect(parseMessage(body)).toMatchObject({ ok: false, problems: [{ code: 'alert.bad-message' }] });
  });
});
