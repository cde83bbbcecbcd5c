import { expect, test } from 'vitest';
import type { Kube, KubeObject } from '../../src/model/kube.ts';
import { quarantineStep } from '../../src/platform/index.ts';
import { planProcedure, procedure } from '../../src/procedure/index.ts';
import { bench } from '../support/engine.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** What would be written to the list of a cluster; that the cluster then refuses pods: test/e2e/kubernetes-release.test.ts. */

const digest = `sha256:${'a'.repeat(64)}`;
const key = digest.replace(':', '-');

const refuse = async (): Promise<never> => {
  throw new Error('only one object is looked at');
};

function listWith(data: Readonly<Record<string, string>>): Kube {
  const found: KubeObject = {
    meta: {
      name: 'quarantine',
      namespace: 'shiplock-policy',
      uid: 'u',
      resourceVersion: '7',
      labels: {},
      annotations: {},
      ownerReferences: [],
    },
    body: { data: { ...data } },
  };
  return {
    get: async () => found,
    list: refuse,
    watch: () => {
      throw new Error('nothing is waited for');
    },
    may: refuse,
    version: refuse,
  };
}

async function planned(data: Readonly<Record<string, string>>, how: 'put' | 'lift', why?: string) {
  using on = bench();
  const list = {
    kube: listWith(data),
    cluster: { kubeconfig: ['kubeconfig'] },
    namespace: 'shiplock-policy',
    name: 'quarantine',
  };
  const what = { digest, version: '1.2.0', ...(why === undefined ? {} : { why }) };
  const tree = procedure({
    id: 'quarantine',
    title: 'Quarantine',
    description: 'One digest.',
    environment: 'production',
    inputs: {},
    root: quarantineStep(list, what, how),
  });
  return (await planProcedure(tree, on.options(virtualClock()))).effects.map(({ effect }) => effect);
}

test('a word of a person stands on the list with its reason; what a run took back, with its version', async () => {
  expect(await planned({}, 'put', 'a hole in its base image')).toMatchObject([
    {
      kind: 'kube',
      verb: 'merge',
      body: { data: { [key]: expect.stringMatching(/^a hole in its base image, added by run /) } },
    },
  ]);
  expect(await planned({}, 'put')).toMatchObject([
    { body: { data: { [key]: expect.stringMatching(/^1\.2\.0, taken back by run /) } } },
  ]);
});

test('what stands there already is not written again, and only that goes off the list', async () => {
  expect(await planned({ [key]: 'before' }, 'put', 'again')).toEqual([]);
  expect(await planned({ [key]: 'before', other: 'stays' }, 'lift')).toMatchObject([
    { body: { data: { [key]: null } } },
  ]);
  expect(await planned({}, 'lift')).toEqual([]);
});
