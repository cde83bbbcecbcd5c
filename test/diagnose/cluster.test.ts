import { expect, test } from 'vitest';
import { clusterCollectors } from '../../src/diagnose/facts/cluster.ts';
import {
  endpointRows,
  eventRow,
  nodeRow,
  podRow,
  replicaSetRow,
  withoutValues,
  worstFirst,
} from '../../src/diagnose/facts/cluster-rows.ts';
import type { Json } from '../../src/model/json.ts';
import { type Kube, type KubeObject, kubeMetaSchema } from '../../src/model/kube.ts';
import type { Clock } from '../../src/model/ports.ts';
import { ProblemError } from '../../src/model/problem.ts';
import type { PodLogs } from '../../src/procedure/kube/logs.ts';

const object = (name: string, body: { readonly [key: string]: Json }): KubeObject => ({
  meta: kubeMetaSchema.parse({ name, resourceVersion: '1' }),
  body,
});
const container = (name: string, more: { readonly [key: string]: Json }) => ({ name, ...more });

const WELL = object('well', { status: { phase: 'Running', containerStatuses: [container('main', { ready: true })] } });
const DYING = object('dying', {
  spec: { nodeName: 'n1' },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: 'False', reason: 'ContainersNotReady' },
    ],
    containerStatuses: [
      container('main', {
        ready: false,
        restartCount: 4,
        imageID: 'registry.example.com/shop/api@sha256:abc',
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off\n40s' } },
        lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, message: null } },
      }),
    ],
  },
});
const BEGINNING = object('beginning', {
  status: {
    phase: 'Pending',
    initContainerStatuses: [
      container('done', { state: { terminated: { exitCode: 0 } } }),
      container('migrate', { restartCount: 1, state: { terminated: { exitCode: 2, reason: 'Error' } } }),
    ],
    containerStatuses: [container('main', { state: { waiting: { reason: 'PodInitializing' } } })],
  },
});

test('a pod says in a row why it is not well', () => {
  expect(podRow(DYING)).toEqual({
    pod: 'dying',
    phase: 'Running',
    ready: '0/1',
    restarts: 4,
    since: '',
    node: 'n1',
    image: 'sha256:abc',
    why: 'Ready ContainersNotReady; main waits: CrashLoopBackOff back-off 40s; main ended last with 137 OOMKilled',
  });
  expect(podRow(BEGINNING).why).toBe('migrate ended with 2 Error; main waits: PodInitializing');
});

test('containers that are not well are asked first, and those that did their work and ended are not', () => {
  expect(worstFirst([WELL, BEGINNING, DYING])).toEqual([
    { pod: 'dying', container: 'main', restarts: 4 },
    { pod: 'beginning', container: 'migrate', restarts: 1 },
    { pod: 'beginning', container: 'main', restarts: 0 },
    { pod: 'well', container: 'main', restarts: 0 },
  ]);
});

test('objects that say nothing make rows all the same', () => {
  const bare = object('bare', {});
  expect(podRow(bare)).toMatchObject({ pod: 'bare', ready: '0/0', why: '' });
  expect(replicaSetRow(bare)).toMatchObject({ 'replica set': 'bare', wanted: '?' });
  expect(endpointRows(bare)).toEqual([]);
  expect(eventRow(bare)).toMatchObject({ times: 1, message: '' });
  expect(nodeRow(bare)).toMatchObject({ node: 'bare', ready: '?' });
});

test('a node tells which of its conditions is not as it should be', () => {
  const conditions = [
    { type: 'Ready', status: 'True' },
    { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure' },
    { type: 'PIDPressure', status: 'False' },
  ];
  const node = object('n1', {
    spec: { unschedulable: true },
    status: { conditions, allocatable: { cpu: '2', 'hugepages-1Gi': '0' } },
  });
  expect(nodeRow(node)).toMatchObject({
    ...{ ready: 'True', 'takes pods': false, room: 'cpu=2' },
    'not as it should be': 'DiskPressure KubeletHasDiskPressure',
  });
});

test('values of the environment are left out wherever they stand, and names stay', () => {
  const env = [
    { name: 'PASSPHRASE', value: 'sesame' },
    { name: 'FROM', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
  ];
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"sesame":1}', kept: 'yes' };
  const text = JSON.stringify(
    withoutValues({
      metadata: { annotations, managedFields: ['sesame'] },
      spec: { template: { spec: { containers: [{ env }] } } },
    }),
  );
  expect(text).not.toContain('sesame');
  expect(text).toContain('{"name":"PASSPHRASE","value":"(left out)"},{"name":"FROM","valueFrom":{"secretKeyRef"');
  expect(text).toContain('"kept":"yes"');
});

const refused = async (): Promise<never> => Promise.reject(new Error('not asked here'));
const kubeOf = (pods: readonly KubeObject[]): Kube => ({
  ...{ get: refused, may: refused, version: refused },
  list: async () => ({ items: pods, resourceVersion: '1' }),
  async *watch() {},
});

async function logsOf(pods: readonly KubeObject[], logs: PodLogs, file = 'logs.txt'): Promise<string> {
  const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
  const facts = { kube: kubeOf(pods), logs, clock, namespace: 'shop', objects: [], minutes: 60 };
  const work = clusterCollectors(facts).find((one) => one.file === `cluster/${file}`)?.work;
  return work?.kind === 'look' ? work.look(new AbortController().signal) : '';
}

test('a container whose log cannot be read keeps no other silent', async () => {
  const text = await logsOf([WELL, BEGINNING], async ({ pod, container: name }) => {
    if (pod === 'well') return 'a line';
    throw new ProblemError({
      code: 'kube.refused',
      where: pod,
      found: `${name} has not begun`,
      expected: 'a log',
      remedy: '',
    });
  });
  expect(text).toBe(
    '--- beginning migrate\n(not read: migrate has not begun)\n--- beginning main\n(not read: main has not begun)\n--- well main\na line\n',
  );
});

test('a kubelet that has just removed a dead container is asked again, and then for the newest one', async () => {
  const gone = 'unable to retrieve container logs for containerd://4c753ee9\n';
  const said = [gone, 'the last words'];
  const file = 'logs-before-restart.txt';
  expect(await logsOf([WELL, DYING], async () => said.shift() ?? '?', file)).toBe('--- dying main\nthe last words\n');
  const newest: PodLogs = async ({ previous }) => (previous ? gone : 'words of the newest\n');
  expect(await logsOf([DYING], newest, file)).toBe(
    '--- dying main\n(the container before is gone already: this is the newest one)\nwords of the newest\n',
  );
  expect(await logsOf([DYING], async () => gone)).toBe(`--- dying main\n${gone}`);
});
