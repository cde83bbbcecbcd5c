import { expect, test } from 'vitest';
import { type Problem, placeOf } from '../../src/model/problem.ts';
import { findingsOf, sarifLog } from '../../src/report/index.ts';

function problem(where: string, found = 'USE …'): Problem {
  return { code: 'migrate.statement-not-allowed', where, found, expected: 'none', remedy: 'take it out' };
}

test.each([
  ['/srv/shop/shiplock.yaml:12:5', { file: '/srv/shop/shiplock.yaml', line: 12, column: 5 }],
  ['db/0001_a.sql:3', { file: 'db/0001_a.sql', line: 3 }],
  ['/srv/shop/db/0001 a.SQL', { file: '/srv/shop/db/0001 a.SQL' }],
  ['/srv/shop/db', undefined],
  ['/srv/state/releases/production/1.0.1', undefined],
  ['127.0.0.1:8080', undefined],
  ['example.org:443', undefined],
  ['http://127.0.0.1:8080/x', undefined],
  ['certkeeper 1.0.0 at 10 %', undefined],
  ['shiplock_migrations 0001_a', undefined],
  ['a\nb/c.sql:1', undefined],
])('place %j', (where, place) => {
  expect(placeOf(where)).toEqual(place);
});

test('problems of files become findings, others stay problems; a line that moves keeps the fingerprint', () => {
  const { findings, others } = findingsOf([problem('/w/db/0001_a.sql:3'), problem('production')]);
  expect(others).toEqual([problem('production')]);
  expect(findings).toMatchObject([
    { rule: 'migrate.statement-not-allowed', level: 'error', file: '/w/db/0001_a.sql', line: 3, remedy: 'take it out' },
  ]);
  const [moved] = findingsOf([problem('/w/db/0001_a.sql:9')]).findings;
  expect(moved?.fingerprint).toBe(findings[0]?.fingerprint);
  expect(findingsOf([problem('/w/db/0001_a.sql:3', 'SET …')]).findings[0]?.fingerprint).not.toBe(moved?.fingerprint);
});

test('files are named from the checkout, and what people write is one clean line', () => {
  const options = { version: '0.1.0', root: '/w', failures: [problem('production')] };
  const places = ['/w/db/0001 ä#.sql:3', '/elsewhere/0001_a.sql:1', '/w/../x/0001_a.sql:1', 'db/a.sql:1'];
  const { findings } = findingsOf(places.map((where) => problem(where, 'a\u001b[31m\nb')));
  expect(sarifLog(findings, options)).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { rules: [{ id: 'migrate.statement-not-allowed' }] } },
        invocations: [{ executionSuccessful: false, toolExecutionNotifications: [{ level: 'error' }] }],
        results: [
          {
            ruleIndex: 0,
            message: { text: 'found a?[31m b; expected none. What to do: take it out' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'db/0001%20%C3%A4%23.sql', uriBaseId: '%SRCROOT%' },
                  region: { startLine: 3 },
                },
              },
            ],
          },
          { locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///elsewhere/0001_a.sql' } } }] },
          { locations: [{ physicalLocation: { artifactLocation: { uri: 'file:///x/0001_a.sql' } } }] },
          { locations: [{ physicalLocation: { artifactLocation: { uri: 'db/a.sql', uriBaseId: '%SRCROOT%' } } }] },
        ],
      },
    ],
  });
});
