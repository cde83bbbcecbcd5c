import { expect, test } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import { kubeMetaSchema } from '../../src/model/kube.ts';
import { lookOf, REPLICAS, workloadMember } from '../../src/system/workload.ts';

/** What follows from a workload as the API server of Kubernetes 1.34 shows it. */

function deployment(spec: Json, status: Json, annotations: Record<string, string> = {}) {
  const metadata = { name: 'cache', uid: 'u1', resourceVersion: '7', generation: 3, annotations };
  return { meta: kubeMetaSchema.parse(metadata), body: { metadata, spec, status } };
}
const all = { observedGeneration: 3, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };
const member = (object: ReturnType<typeof deployment>, left = 0, kind: 'Deployment' | 'Rollout' = 'Deployment') =>
  workloadMember('Deployment shop/cache', lookOf(object, kind), { left, replicas: 2 });

test.each([
  [{ replicas: 3 }, all, 'running', ''],
  [{}, { ...all, replicas: 1, updatedReplicas: 1 }, 'running', ''],
  [
    { replicas: 3 },
    { ...all, observedGeneration: 2 },
    'changing',
    'its controller has not seen yet what is asked of it',
  ],
  [{ replicas: 3 }, { ...all, availableReplicas: 2 }, 'changing', '2 of 3 pods are ready'],
  [{ replicas: 3 }, { ...all, replicas: 4, updatedReplicas: 1 }, 'changing', '1 of 3 pods are new'],
  [{ replicas: 3 }, { observedGeneration: 3 }, 'changing', '0 of 3 pods are ready'],
  [
    { replicas: 3 },
    {
      ...all,
      availableReplicas: 0,
      conditions: [
        { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out progressing' },
      ],
    },
    'changing',
    '0 of 3 pods are ready; timed out progressing',
  ],
])('%j with %j is %s', (spec, status, state, detail) => {
  expect(member(deployment(spec, status))).toMatchObject({ state, detail });
});

test('without pods it is stopped once the last one has ended, and knows how many there were', () => {
  const stopped = deployment({ replicas: 0 }, { observedGeneration: 3 }, { [REPLICAS]: '5' });
  expect(member(stopped, 2)).toMatchObject({ state: 'changing', detail: '2 pods have not ended' });
  expect(member(stopped)).toMatchObject({ state: 'stopped', workload: { replicas: 5, resourceVersion: '7' } });
  const byHand = deployment({ replicas: 0 }, { observedGeneration: 3 }, { [REPLICAS]: 'five' });
  expect(member(byHand)).toMatchObject({ detail: 'no pods', workload: { replicas: 2 } });
});

test('a restart is another identity; a Rollout that waits in a canary runs, one that still restarts does not', () => {
  const restarted = { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'then' } } } };
  expect(member(deployment({ ...restarted, replicas: 3 }, all)).identity).toBe('u1 then');
  expect(member(deployment({ replicas: 3 }, all)).identity).toBe('u1');
  const canary = { ...all, observedGeneration: '3', updatedReplicas: 1 };
  expect(member(deployment({ replicas: 3 }, canary), 0, 'Rollout').state).toBe('running');
  const [asked, begun] = ['2026-11-23T12:00:00Z', '2026-11-23T11:00:00Z'];
  const restarting = deployment({ replicas: 3, restartAt: asked }, { ...canary, restartedAt: begun });
  expect(member(restarting, 0, 'Rollout')).toMatchObject({ state: 'changing', identity: `u1 ${asked}` });
  const done = deployment({ replicas: 3, restartAt: asked }, { ...canary, restartedAt: asked });
  expect(member(done, 0, 'Rollout').state).toBe('running');
});
