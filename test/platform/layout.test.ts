import { relative, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../src/model/problem.ts';
import { fill, guardName, instanceName, layout } from '../../src/platform/local/layout.ts';

describe('layout', () => {
  test('is the documented one', () => {
    const host = layout('/srv/shop');
    const at = host.component('api');
    expect([host.fence, at.release('2.0.0'), at.unit('2.0.0'), at.current, at.shared]).toEqual([
      '/srv/shop/run/fence',
      '/srv/shop/api/releases/2.0.0',
      '/srv/shop/api/releases/2.0.0/unit.json',
      '/srv/shop/api/current',
      '/srv/shop/api/shared',
    ]);
    expect([at.runFile('2.0.0-1'), at.log('2.0.0-1')]).toEqual([
      '/srv/shop/api/run/2.0.0-1.json',
      '/srv/shop/api/logs/2.0.0-1.log',
    ]);
  });

  test('no name leads out of its directory', () => {
    const word = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[./\\a-z0-9-]{1,12}$/),
      fc.constantFrom('..', '.', 'run', 'a/..'),
    );
    fc.assert(
      fc.property(word, word, (component, version) => {
        try {
          const path = layout('/srv/shop').component(component).release(version);
          const parts = relative('/srv/shop', path).split(sep);
          expect(parts).toEqual([component, 'releases', version]);
          expect(component).not.toBe('run');
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('instances of different versions never have the same name', () => {
    const version = fc.stringMatching(/^[0-9a-z][0-9a-z.-]{0,6}[0-9a-z]$/);
    const index = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(version, index, version, index, (v1, n1, v2, n2) => {
        fc.pre(v1 !== v2 || n1 !== n2);
        expect(instanceName(v1, n1)).not.toBe(instanceName(v2, n2));
        expect(guardName(instanceName(v1, n1))).not.toBe(instanceName(v2, n2));
      }),
    );
  });

  test('placeholders: known ones are put in, JSON and unknown ones stay', () => {
    expect(fill('{port} {"a":1} {nobody} {port}', { port: '80' })).toBe('80 {"a":1} {nobody} 80');
    expect(fill('{toString}', {})).toBe('{toString}');
  });
});
