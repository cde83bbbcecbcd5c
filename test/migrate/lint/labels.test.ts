import { expect, test } from 'vitest';
import { readLabels } from '../../bench/lint/labels.ts';

test('400 statements of eight applications are judged, each once and with a reason', () => {
  const { applications, labels } = readLabels();
  expect(labels).toHaveLength(400);
  expect(new Set(labels.map(({ app, sha }) => `${app} ${sha}`)).size).toBe(400);
  expect(labels.every(({ sha, why }) => /^[0-9a-f]{12}$/.test(sha) && why.length >= 10)).toBe(true);
  expect([...new Set(labels.map(({ app }) => app))].toSorted()).toEqual(
    applications.map(({ name }) => name).toSorted(),
  );
  expect(applications.every(({ commit }) => /^[0-9a-f]{40}$/.test(commit))).toBe(true);
});

test('a line that is no label is an error', () => {
  expect(() => readLabels('kratos\ta.sql\t0123456789ab\tperhaps\twhy\n')).toThrow('no label');
});
