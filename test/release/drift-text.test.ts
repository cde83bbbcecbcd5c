import { expect, test } from 'vitest';
import type { DriftReport } from '../../src/release/manifests/drift.ts';
import { driftLines, driftSentence } from '../../src/release/manifests/drift-text.ts';

/** What drift says to people, at a terminal and in the summary of a job. */

const clean: DriftReport = {
  service: 'shop',
  environment: 'staging',
  git: { commit: 'c'.repeat(40), value: '1.4.0', compared: 'same' },
  revision: 'c'.repeat(40),
  sync: 'Synced',
  errors: [],
  resources: [],
};
const field = {
  path: 'spec.replicas',
  desired: 2,
  live: 5,
  by: { manager: 'kubectl-edit', time: '2026-11-21T11:00:00Z' },
};

test('nothing differs', () => {
  expect(driftSentence(clean)).toBe('Nothing of shop in staging differs from git.');
  expect(driftLines(clean).map(({ text }) => text)).toEqual([
    'shop in staging',
    '  git names 1.4.0, at cccccccccccc',
    '  Argo CD is Synced, compared with cccccccccccc: the head of the branch',
    '  nothing differs',
  ]);
});

test('each resource with its fields and who wrote them', () => {
  const found: DriftReport = {
    ...clean,
    errors: ['ComparisonError: no such revision'],
    resources: [
      {
        resource: 'Deployment shop/api',
        state: 'differs',
        fields: [field, { path: 'spec.paused', desired: undefined, live: true, by: null }],
      },
      { resource: 'Service shop/api', state: 'missing', fields: [] },
    ],
  };
  expect(driftSentence(found)).toBe('shop in staging differs from git: Deployment shop/api, and 1 more.');
  expect(driftLines(found).slice(3)).toEqual([
    { tone: 'differs', text: '  ComparisonError: no such revision' },
    { tone: 'differs', text: '  Deployment shop/api: differs from what was applied' },
    { tone: 'plain', text: '    spec.replicas: 2 in git, 5 there (kubectl-edit, 2026-11-21T11:00:00Z)' },
    { tone: 'plain', text: '    spec.paused: nothing in git, true there (nobody owns it)' },
    { tone: 'differs', text: '  Service shop/api: is not there' },
  ]);
});
