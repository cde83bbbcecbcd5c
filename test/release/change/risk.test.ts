import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RISK_LEVELS, RISK_POINTS, type RiskFacts, riskOf } from '../../../src/release/change/risk.ts';

/** Points are added up from facts, and the page says which. */

const CALM: RiskFacts = {
  last: false,
  environment: 'testing',
  doing: { kind: 'promotion', from: 'development' },
  migrations: [],
  wayBack: null,
  first: false,
  tried: '20261123-080000-aaaa',
  failures: { of: 10, runs: [] },
  refusals: [],
  unseen: [],
  closed: null,
};
const points = (more: Partial<RiskFacts>) =>
  Object.fromEntries(riskOf({ ...CALM, ...more }).facts.map((one) => [one.fact, one.points]));

test('each fact adds its points once, those that are counted up to their most', () => {
  expect(points({})).toEqual({ promotion: 5 });
  expect(points({ last: true, tried: null, migrations: ['0007'] })).toEqual({
    'last-environment': 20,
    promotion: 5,
    'brings-migrations': 10,
    untried: 15,
  });
  const failed = (count: number) => ({ of: 10, runs: Array.from({ length: count }, (_, index) => `r${index}`) });
  expect(points({ failures: failed(2) })['recent-failures']).toBe(10);
  expect(points({ failures: failed(9) })['recent-failures']).toBe(25);
  expect(points({ unseen: ['a', 'b', 'c', 'd'] })['unseen']).toBe(15);
  const wayBack = (answer: 'yes' | 'no' | 'unknown') => ({ wayBack: { version: '1.0.0', schema: '0007', answer } });
  expect(points(wayBack('yes'))).toEqual({ promotion: 5 });
  expect(points(wayBack('unknown'))['way-back-unknown']).toBe(15);
  expect(points(wayBack('no'))['no-way-back']).toBe(30);
});

test.each([
  [{ kind: 'migration', phase: 'contract' }, 'migration-contract', 'medium'],
  [{ kind: 'migration', phase: 'expand' }, 'migration-expand', 'low'],
  [{ kind: 'runbook', runbook: 'x', severity: 'destructive' }, 'runbook-destructive', 'medium'],
  [{ kind: 'runbook', runbook: 'x', severity: 'changes' }, 'runbook-changes', 'low'],
  [{ kind: 'release' }, 'release', 'low'],
] as const)('%o is %s', (doing, fact, level) => {
  const risk = riskOf({ ...CALM, doing });
  expect(risk).toMatchObject({ level, score: RISK_POINTS[fact].points, facts: [{ fact }] });
});

test('the score is the sum of its facts, and the level follows from it', () => {
  const risk = riskOf({
    ...CALM,
    last: true,
    doing: { kind: 'runbook', runbook: 'restore', severity: 'destructive' },
    closed: 'a freeze',
  });
  expect(risk.score).toBe(risk.facts.reduce((sum, one) => sum + one.points, 0));
  expect(risk.level).toBe('high');
  for (const { found, source } of risk.facts) expect(`${found}${source}`).not.toBe('');
});

test('the page has every fact with its points, and the levels', () => {
  const page = readFileSync(new URL('../../../docs/changes.md', import.meta.url), 'utf8');
  for (const [fact, { points: many, when }] of Object.entries(RISK_POINTS)) {
    expect(page).toContain(`| \`${fact}\` | ${many} | ${when} |`);
  }
  const rows = page.match(/^\| `[a-z-]+` \| \d+ \| /gm) ?? [];
  expect(rows).toHaveLength(Object.keys(RISK_POINTS).length);
  expect(page).toContain(
    `below ${RISK_LEVELS.medium} is low, from ${RISK_LEVELS.medium} on medium, from ${RISK_LEVELS.high} on high`,
  );
});
