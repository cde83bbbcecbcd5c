import { expect, test } from 'vitest';
import { loadConfig, resolveEnvironment } from '../../src/config/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { codes, MINIMAL, names, resolved } from './sample.ts';

const FAMILY = `${MINIMAL.replace('  production:\n', '  base:\n    abstract: true\n')}  staging:
    extends: base
    platform:
      replicas: 2
  production:
    extends: staging
    platform:
      root: /srv/other
    rollout:
      steps:
        - share: 1%
          bake: 10m
      lowTraffic: { kind: load, path: /ping, rate: 60/m }
    components:
      api:
        env:
          LEVEL: info
  quiet:
    extends: production
    rollout:
      lowTraffic: smoke
      smoke:
        - path: /ping
`;

test('maps are merged, lists and values are replaced, through several parents', () => {
  const staging = resolved(FAMILY, 'staging');
  expect(staging.platform).toMatchObject({ replicas: 2 });
  expect(staging.rollout.steps).toEqual([{ share: 0.1, bakeMs: 300_000 }]);
  const production = resolved(FAMILY, 'production');
  expect(production.platform).toMatchObject({ replicas: 2, root: '/srv/other' });
  expect(production.rollout.steps).toEqual([{ share: 0.01, bakeMs: 600_000 }]);
  expect(production.rollout.lowTraffic).toEqual({ kind: 'load', path: '/ping', requestsPerSecond: 1 });
});

test('a value of another shape replaces what was inherited', () => {
  expect(resolved(FAMILY, 'quiet').rollout.lowTraffic).toEqual({ kind: 'smoke' });
});

test('an environment changes a component without touching it elsewhere', () => {
  expect(resolved(FAMILY, 'production').components['api']?.process?.env).toEqual({ LEVEL: 'info' });
  expect(resolved(FAMILY, 'staging').components['api']?.process?.env).toEqual({});
});

test('a map whose kind changes is replaced as a whole', () => {
  const text = FAMILY.replace(
    '  quiet:\n    extends: production\n    rollout:\n      lowTraffic: smoke\n      smoke:\n        - path: /ping\n',
    '  quiet:\n    extends: production\n    components:\n      api: { kind: static, source: site, serve: { command: [./serve] } }\n',
  );
  expect(resolved(text, 'quiet').components['api']).toMatchObject({
    kind: 'static',
    process: { command: ['./serve'] },
  });
});

test('abstract environments cannot be released to, unknown ones are named', () => {
  const config = unwrap(loadConfig(FAMILY, { file: 'f' }));
  expect(names(FAMILY)).toEqual(['staging', 'production', 'quiet']);
  expect(resolveEnvironment(config, 'base', { baseDir: '/' })).toMatchObject({
    problems: [{ code: 'config.abstract-environment' }],
  });
  expect(resolveEnvironment(config, 'prodction', { baseDir: '/' })).toMatchObject({
    problems: [{ code: 'config.unknown-environment', remedy: 'write `production`' }],
  });
});

test('what an abstract environment leaves out is no problem, what it gets wrong is one, told once', () => {
  expect(codes(FAMILY)).toEqual([]);
  expect(codes(FAMILY.replace('      root: .shiplock/host\n', ''))).toEqual(['config.missing-key']);
  expect(codes(FAMILY.replace('bind: 127.0.0.1:8080', 'bind: nowhere'))).toEqual(['config.wrong-value']);
});
