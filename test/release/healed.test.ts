import { expect, test } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import { type Kube, kubeMetaSchema } from '../../src/model/kube.ts';
import { healedBy, replicasAreInGit } from '../../src/release/environment/healed.ts';

/** Who would set `replicas` back: annotations and managed fields as Argo CD 3 writes them. */

const TRACKED = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/cache' };
const APPLIED = (spec: object) => ({ 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec }) });

function object(name: string, body: Record<string, Json>, annotations: Record<string, string> = {}) {
  const metadata = { name, namespace: 'shop', resourceVersion: '7', annotations };
  return {
    meta: kubeMetaSchema.parse(metadata),
    body: { ...body, metadata: { ...metadata, ...part(body['metadata']) } },
  };
}
const part = (value: Json | undefined): object => (typeof value === 'object' && value !== null ? value : {});

const workload = (annotations: Record<string, string>) => object('cache', {}, annotations);
const HEALING = { syncPolicy: { automated: { selfHeal: true } } };
function answer(spec: Json | null, annotations: Record<string, string> = { ...TRACKED, ...APPLIED({ replicas: 2 }) }) {
  const asked: string[] = [];
  const kube: Pick<Kube, 'get'> = {
    get: async (kind, name) => {
      asked.push(`${kind.namespace}/${name}`);
      return spec === null ? null : object(name, { spec });
    },
  };
  const refuse = () => Promise.reject(new Error('not asked'));
  const whole: Kube = {
    ...kube,
    list: refuse,
    may: refuse,
    version: refuse,
    watch: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }),
  };
  const healed = healedBy(whole, { kind: 'Deployment', argocdNamespace: 'argocd' });
  return { asked, why: healed(workload(annotations)) };
}

test('an Application that heals itself, with replicas in its manifest, sets them back', async () => {
  const { asked, why } = answer(HEALING);
  expect(await why).toContain('Application argocd/shop heals itself');
  expect(asked).toEqual(['argocd/shop']);
});

test('one of another namespace is asked there', async () => {
  const annotations = {
    ...APPLIED({ replicas: 2 }),
    'argocd.argoproj.io/tracking-id': 'team_shop:apps/Deployment:shop/cache',
  };
  const { asked, why } = answer(HEALING, annotations);
  await why;
  expect(asked).toEqual(['team/shop']);
});

test.each([
  ['is not there any more', null],
  ['does not sync by itself', {}],
  ['does not heal itself', { syncPolicy: { automated: {} } }],
  ['is switched off', { syncPolicy: { automated: { selfHeal: true, enabled: false } } }],
  ['ignores it', { ...HEALING, ignoreDifferences: [{ kind: 'Deployment', jsonPointers: ['/spec/replicas'] }] }],
  ['ignores it of all', { ...HEALING, ignoreDifferences: [{ kind: '*', jqPathExpressions: ['.spec.replicas'] }] }],
])('one that %s leaves it', async (_what, spec) => {
  expect(await answer(spec).why).toBeNull();
});

test.each([
  ['of another kind', { kind: 'StatefulSet', jsonPointers: ['/spec/replicas'] }],
  ['of another name', { kind: 'Deployment', name: 'api', jsonPointers: ['/spec/replicas'] }],
  ['of another field', { kind: 'Deployment', jsonPointers: ['/spec/template'] }],
])('differences that are ignored %s do not count', async (_what, one) => {
  expect(await answer({ ...HEALING, ignoreDifferences: [one] }).why).not.toBeNull();
});

test('what Argo CD does not bring, or brings without replicas, is nobody else’s', async () => {
  expect(await answer(HEALING, APPLIED({ replicas: 2 })).why).toBeNull();
  expect(await answer(HEALING, { ...TRACKED, ...APPLIED({ paused: false }) }).why).toBeNull();
});

test('with server-side apply the managed fields say whether replicas are in git', () => {
  const managed = (manager: string, fields: object) =>
    object('cache', { metadata: { managedFields: [{ manager, fieldsV1: { 'f:spec': { ...fields } } }] } });
  expect(replicasAreInGit(managed('argocd-controller', { 'f:replicas': {} }))).toBe(true);
  expect(replicasAreInGit(managed('argocd-controller', { 'f:template': {} }))).toBe(false);
  expect(replicasAreInGit(managed('kube-controller-manager', { 'f:replicas': {} }))).toBe(false);
});
