import { describe, expect, test } from 'vitest';
import { configHash } from '../../src/config/index.ts';
import { codes, MINIMAL, resolved } from './sample.ts';

const SSH = MINIMAL.replace(
  /platform:\n.*\n.*\n/,
  `platform:
      kind: ssh
      root: /srv/shop
      localRoot: here
      user: deploy
      knownHosts: known_hosts
      hosts:
        - { name: web1, address: 192.0.2.11 }
        - { name: web2, address: 192.0.2.12 }
`,
);
const SYSTEM = `    system:
      hosts:
        - { name: db1, address: 192.0.2.21 }
      services:
        database:
          unit: mariadb.service
          hosts: [db1]
          health: { tcp: 3306 }
        api:
          component: api
          after: [database]
          health: { http: 'http://{host}:8080/readyz' }
        proxy:
          command: { start: [./up, '{environment}'], stop: [./down], status: [./is-up] }
          after: [api]
          stopTimeout: 2m
`;
const text = SSH + SYSTEM;

test('is ready to be used: hosts have their user, durations are milliseconds', () => {
  expect(resolved(text).system).toMatchObject({
    hosts: [{ name: 'db1', address: '192.0.2.21', port: 22, user: 'deploy' }],
    services: [
      { name: 'database', run: { kind: 'unit', unit: 'mariadb.service', hosts: ['db1'] }, startMs: 60_000 },
      { name: 'api', run: { kind: 'component', component: 'api' }, health: { kind: 'http', status: 200 } },
      { name: 'proxy', run: { kind: 'command', start: ['./up', 'production'] }, stopMs: 120_000 },
    ],
  });
});

test('is no part of what shapes a release', () => {
  expect(configHash(resolved(text))).toBe(configHash(resolved(SSH)));
});

test('services of Compose, workloads of a cluster, and what a component is there', () => {
  const compose = 'unit: mariadb.service\n          hosts: [db1]';
  expect(text).toContain(compose);
  const own = text.replace(compose, "compose: { project: '{service}-db', services: [db] }");
  expect(resolved(own).system?.services[0]?.run).toMatchObject({
    kind: 'compose',
    files: [expect.stringMatching(/^\/.*\/compose\.yaml$/)],
    services: ['db'],
    context: null,
  });
  const workload = 'workload: { kind: StatefulSet, name: db, namespace: shop, context: prod }';
  expect(resolved(text.replace(compose, workload)).system?.services[0]?.run).toEqual({
    kind: 'workload',
    workload: {
      ...{ kind: 'StatefulSet', name: 'db', namespace: 'shop', replicas: 1 },
      ...{ kubeconfig: null, context: 'prod', argocdNamespace: 'argocd' },
    },
  });
});

describe('refuses', () => {
  test.each([
    ['unit: mariadb.service', 'unit: mariadb', 'config.wrong-value'],
    ['unit: mariadb.service', 'unit: mariadb.service\n          component: api', 'config.system-kind'],
    ['          unit: mariadb.service\n', '', 'config.system-kind'],
    ['          component: api\n', '          component: api\n          hosts: [web1]\n', 'config.system-hosts'],
    ['component: api', 'component: apl', 'config.unknown-component'],
    ['after: [database]', 'after: [databse]', 'config.system-after'],
    ['after: [database]', 'after: [api]', 'config.system-after'],
    ['after: [database]', 'after: [proxy]', 'config.system-circle'],
    ['hosts: [db1]', 'hosts: [db2]', 'config.system-hosts'],
    ['unit: mariadb.service', 'compose: { project: Drill }', 'config.wrong-value'],
    ['unit: mariadb.service', 'compose: { project: drill }', 'config.system-hosts'],
    ['unit: mariadb.service', 'workload: { kind: DaemonSet, name: db, namespace: shop }', 'config.wrong-value'],
    [
      'unit: mariadb.service\n          hosts: [db1]',
      'workload: { kind: Deployment, name: db }',
      'config.system-namespace',
    ],
    ['hosts: [db1]', 'hosts: [db1, db1]', 'config.host-twice'],
    ['address: 192.0.2.21', 'address: 192.0.2.11', 'config.host-twice'],
    ['tcp: 3306', 'tcp: 3306, http: http://db1/', 'config.system-health'],
    ['health: { tcp: 3306 }', 'health: { status: 200 }', 'config.system-health'],
    ['stopTimeout: 2m', 'stopTimout: 2m', 'config.unknown-key'],
  ])('%j → %j: %s', (from, to, code) => {
    expect(text).toContain(from);
    expect(codes(text.replace(from, to))).toContain(code);
  });

  test('hosts and components where the platform has none', () => {
    expect(codes(MINIMAL + SYSTEM).toSorted()).toEqual([
      'config.system-component',
      'config.system-hosts',
      'config.system-hosts',
    ]);
  });
});
