import { describe, expect, it } from 'vitest';
import { fieldDrift } from '../../../src/gitops/argocd/drift.ts';

const desired = {
  apiVersion: 'argoproj.io/v1alpha1',
  metadata: { name: 'api', namespace: 'shop', labels: { app: 'api' } },
  spec: {
    replicas: 4,
    template: {
      spec: {
        containers: [
          {
            name: 'api',
            image: 'r/api@sha256:1',
            resources: { requests: { cpu: '1000m', memory: '1Gi' } },
            args: ['a', 'b'],
          },
          { name: 'side', image: 'r/side' },
        ],
      },
    },
  },
};
/** As an API server gives it back: defaults added, quantities rewritten, lists in another order. */
const live = {
  ...desired,
  metadata: {
    ...desired.metadata,
    uid: 'x',
    managedFields: [
      {
        manager: 'argocd-controller',
        time: '2026-11-21T10:00:00Z',
        fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:template': {} } },
      },
      {
        manager: 'kubectl-edit',
        time: '2026-11-21T11:00:00Z',
        fieldsV1: {
          'f:spec': {
            'f:replicas': {},
            'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"api"}': { '.': {}, 'f:image': {} } } } },
          },
        },
      },
    ],
  },
  spec: {
    replicas: 4,
    revisionHistoryLimit: 10,
    template: {
      spec: {
        containers: [
          { name: 'side', image: 'r/side', imagePullPolicy: 'Always' },
          {
            name: 'api',
            image: 'r/api@sha256:1',
            resources: { requests: { cpu: 1, memory: '1024Mi' } },
            args: ['a', 'b'],
          },
        ],
        restartPolicy: 'Always',
      },
    },
  },
  status: { phase: 'Healthy' },
};

/** The same with the first container that has this name changed. */
function changed(image: string, replicas: number): typeof live {
  const [side, api] = live.spec.template.spec.containers;
  if (side === undefined || api === undefined) throw new Error('two containers');
  return {
    ...live,
    spec: {
      ...live.spec,
      replicas,
      template: { spec: { ...live.spec.template.spec, containers: [side, { ...api, image }] } },
    },
  };
}

describe('drift, field by field', () => {
  it('is none where the server only added and rewrote', () => {
    expect(fieldDrift(desired, live)).toEqual([]);
  });

  it('names the field, both values, and who wrote last', () => {
    expect(fieldDrift(desired, changed('r/api:hot', 9))).toEqual([
      { path: 'spec.replicas', desired: 4, live: 9, by: { manager: 'kubectl-edit', time: '2026-11-21T11:00:00Z' } },
      {
        path: 'spec.template.spec.containers[name=api].image',
        desired: 'r/api@sha256:1',
        live: 'r/api:hot',
        by: { manager: 'kubectl-edit', time: '2026-11-21T11:00:00Z' },
      },
    ]);
  });

  it('sees what is gone and what was added to a list without names', () => {
    const without = { ...live, metadata: { ...live.metadata, labels: {} } };
    expect(fieldDrift(desired, without)).toEqual([
      { path: 'metadata.labels.app', desired: 'api', live: undefined, by: null },
    ]);
    expect(fieldDrift({ args: ['a'] }, { args: ['a', 'b'] })).toMatchObject([{ path: 'args', live: ['a', 'b'] }]);
    expect(fieldDrift({ args: ['a', 'b'] }, { args: ['a', 'c'] })).toMatchObject([{ path: 'args[1]', live: 'c' }]);
  });
});
