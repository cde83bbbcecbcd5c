import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configHash, entryOf } from '../../src/config/index.ts';
import { MINIMAL, names, resolved } from './sample.ts';

const WITH_ALL = MINIMAL.replace(
  '  production:\n',
  '  production:\n    gitops:\n      repository: ops.git\n      file: apps/{service}/{environment}.yaml\n',
)
  .replace('root: .shiplock/host', 'root: .shiplock/{environment}')
  .replace(
    '    ready: /readyz',
    '    ready: /readyz\n    env:\n      NAME: "{service}-{environment}-{port}"\n      DSN: { secret: env:SHOP_DSN }',
  );

test('placeholders are put in, those of an instance stay', () => {
  const environment = resolved(WITH_ALL);
  expect(environment.gitops).toMatchObject({ repository: '/srv/shop/ops.git', file: 'apps/shop/production.yaml' });
  expect(environment.platform).toMatchObject({ root: '/srv/shop/.shiplock/production' });
  expect(environment.components['api']?.process?.env).toEqual({
    NAME: 'shop-production-{port}',
    DSN: { secret: 'env:SHOP_DSN' },
  });
});

test.each([
  ['https://git.example.org/ops.git', 'https://git.example.org/ops.git'],
  ['git@git.example.org:ops.git', 'git@git.example.org:ops.git'],
  ['/var/ops.git', '/var/ops.git'],
  ['../ops.git', '/srv/ops.git'],
])('git repository %s', (given, expected) => {
  expect(resolved(WITH_ALL.replace('ops.git', given)).gitops?.repository).toBe(expected);
});

test.each([
  ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['*:80', 'http://127.0.0.1:80'],
  [':80', 'http://127.0.0.1:80'],
  ['0.0.0.0:80', 'http://127.0.0.1:80'],
  ['[::1]:80', 'http://[::1]:80'],
  ['[::]:80', 'http://[::1]:80'],
])('a proxy on %s is reached at %s', (bind, entry) => expect(entryOf(bind)).toBe(entry));

test('the hash does not depend on the machine, the order of keys, comments or people', () => {
  const hash = configHash(resolved(WITH_ALL));
  expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(configHash(resolved(WITH_ALL, 'production', '/home/ann/shop'))).toBe(hash);
  expect(configHash(resolved(`# a comment\n${WITH_ALL}owners: [{ team: a, contact: b }]\n`))).toBe(hash);
  const reordered = WITH_ALL.replace('    kind: go\n    source: api\n', '    source: api\n    kind: go\n');
  expect(reordered).not.toBe(WITH_ALL);
  expect(configHash(resolved(reordered))).toBe(hash);
  expect(configHash(resolved(WITH_ALL.replace('bake: 5m', 'bake: 300s')))).toBe(hash);
});

test.each([
  ['bake: 5m', 'bake: 6m'],
  ['env:SHOP_DSN', 'env:OTHER_DSN'],
  ['ready: /readyz', 'ready: /healthz'],
  ['{service}-{environment}', '{environment}-{service}'],
  ['source: api', 'source: ../api'],
])('the hash changes with %s → %s', (before, after) => {
  expect(configHash(resolved(WITH_ALL.replace(before, after)))).not.toBe(configHash(resolved(WITH_ALL)));
});

test('a frontend alone and an API alone are services', () => {
  const site = MINIMAL.replace(
    '    kind: go\n    source: api\n    binary: shop\n    command: [./shop]\n    ready: /readyz\n',
    '    kind: static\n    source: site\n    output: dist\n    serve: { command: [./serve, "{port}"] }\n',
  );
  expect(resolved(site)).toMatchObject({
    traffic: { component: 'api' },
    components: { api: { kind: 'static', output: '/srv/shop/site/dist', process: { ready: '/' } } },
  });
  expect(resolved(MINIMAL).traffic.component).toBe('api');
});

test('the reference service is configured correctly', () => {
  const text = readFileSync('examples/certkeeper/shiplock.yaml', 'utf8');
  expect(names(text)).toEqual(['development', 'production']);
  expect(resolved(text, 'production')).toMatchObject({
    objectives: { availability: 0.999, rtoMs: 900_000, rpoMs: 3_600_000 },
    rollout: { lowTraffic: { kind: 'gate' }, role: 'releaser' },
    database: { seed: null, dsn: { secret: 'env:SHIPLOCK_DATABASE_DSN' } },
  });
  expect(resolved(text, 'development').database?.seed).toBe('/srv/shop/seed/0001_development.sql');
});

test('either proxy may stand in front, with the same settings', () => {
  const settings = resolved(WITH_ALL).traffic;
  expect(settings.kind).toBe('haproxy');
  expect(resolved(WITH_ALL.replace('kind: haproxy', 'kind: nginx')).traffic).toEqual({ ...settings, kind: 'nginx' });
});
