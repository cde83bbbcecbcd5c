import { expect, test } from 'vitest';
import { branchRules, notGood } from '../../src/forge/rules.ts';

const required = {
  type: 'required_status_checks',
  parameters: {
    required_status_checks: [{ context: 'ci', integration_id: 7 }],
    strict_required_status_checks_policy: true,
  },
};

test('rulesets and classic protection add up, the stricter one holds', () => {
  const both = branchRules(
    [
      required,
      { type: 'pull_request', parameters: { required_approving_review_count: 2 } },
      { type: 'non_fast_forward' },
    ],
    {
      required_status_checks: {
        checks: [
          { context: 'lint', app_id: -1 },
          { context: 'ci', app_id: 7 },
        ],
      },
      required_pull_request_reviews: { required_approving_review_count: 1 },
      allow_deletions: { enabled: true },
    },
    [],
  );
  expect(both).toEqual({
    requiredChecks: [
      { name: 'ci', app: 7 },
      { name: 'lint', app: null },
    ],
    approvals: 2,
    forcePushes: 'refused',
    deletions: 'allowed',
    updates: 'open',
    bypass: [],
  });
});

test('what cannot be seen is unknown, not allowed', () => {
  expect(branchRules([], 'unknown', 'unknown')).toMatchObject({
    forcePushes: 'unknown',
    deletions: 'unknown',
    updates: 'unknown',
  });
  expect(branchRules([{ type: 'deletion' }, { type: 'update' }], 'unknown', [])).toMatchObject({
    forcePushes: 'unknown',
    deletions: 'refused',
    updates: 'restricted',
  });
  expect(branchRules([], 'none', [])).toMatchObject({ forcePushes: 'allowed', deletions: 'allowed', updates: 'open' });
});

test('a required check counts from its own App only, and silence is not good', () => {
  const check = { name: 'ci', app: 7 };
  expect(notGood([check], [])).toEqual([{ check, state: 'missing' }]);
  expect(notGood([check], [{ name: 'ci', app: null, state: 'good' }])).toEqual([{ check, state: 'missing' }]);
  expect(notGood([check], [{ name: 'ci', app: 7, state: 'pending' }])).toEqual([{ check, state: 'pending' }]);
  expect(notGood([check], [{ name: 'ci', app: 7, state: 'good' }])).toEqual([]);
  const any = { name: 'ci', app: null };
  expect(
    notGood(
      [any],
      [
        { name: 'ci', app: 7, state: 'good' },
        { name: 'ci', app: null, state: 'bad' },
      ],
    ),
  ).toEqual([{ check: any, state: 'bad' }]);
});
