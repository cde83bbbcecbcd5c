import { describe, expect, it } from 'vitest';
import { isFinished } from '../../../src/model/cluster-rollout.ts';
import type { Json } from '../../../src/model/json.ts';
import { type KubeObject, kubeMetaSchema } from '../../../src/model/kube.ts';
import type { Instance } from '../../../src/model/platform.ts';
import { standingOf } from '../../../src/rollout/index.ts';
import { lookOf } from '../../../src/traffic/argo-rollouts/rollout.ts';
import { routesOf } from '../../../src/traffic/argo-rollouts/router.ts';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const [OLD, NEW] = [digest('a'), digest('b')];
const NAMES = new Map([
  [OLD, '1.0.0'],
  [NEW, '1.1.0'],
]);

const object = (metadata: Record<string, Json>, rest: Record<string, Json>): KubeObject => {
  const full = { name: 'api', resourceVersion: '9', generation: 3, ...metadata };
  return { meta: kubeMetaSchema.parse(full), body: { metadata: full, ...rest } };
};
const template = (image: string): Json => ({
  spec: { containers: [{ name: 'api', image: `r.example.com/api@${image}` }] },
});
const replicaSets = [
  object({ name: 'api-old', labels: { 'rollouts-pod-template-hash': 'old' } }, { spec: { template: template(OLD) } }),
  object({ name: 'api-new', labels: { 'rollouts-pod-template-hash': 'new' } }, { spec: { template: template(NEW) } }),
];
const STEPS: Json = [{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: '1m' } }, { pause: {} }];
const rollout = (
  status: Record<string, Json>,
  more: { strategy?: Json; image?: string; annotations?: Json } = {},
): KubeObject =>
  object(
    { annotations: more.annotations ?? {} },
    {
      spec: {
        replicas: 4,
        template: template(more.image ?? NEW),
        strategy: more.strategy ?? { canary: { steps: STEPS } },
      },
      status: { observedGeneration: '3', stableRS: 'old', currentPodHash: 'new', phase: 'Progressing', ...status },
    },
  );
const look = (...args: Parameters<typeof rollout>) => lookOf(rollout(...args), replicaSets, 'api');
const paused = { phase: 'Paused', controllerPause: true, pauseConditions: [{ reason: 'CanaryPauseStep' }] };

describe('what a Rollout says', () => {
  it('its pauses without an end, the share of its step, and both digests', () => {
    expect(look({ ...paused, currentStepIndex: 1 })).toMatchObject({
      pauses: [0.25, 0.5],
      share: 0.25,
      paused: true,
      settled: true,
      desired: { hash: 'new', digest: NEW },
      stable: { hash: 'old', digest: OLD },
    });
    expect(look({ currentStepIndex: 3 }).share).toBe(0.5);
    expect(look({ currentStepIndex: 5 }).share).toBe(1);
  });

  it('is not settled before the controller has taken up the manifest, or the end of a pause', () => {
    expect(look({ observedGeneration: '2' })).toMatchObject({ settled: false, desired: { hash: '', digest: NEW } });
    expect(look({ controllerPause: true, pauseConditions: null }).settled).toBe(false);
  });

  it('an abort gives no share, and its fence is the number that stands there', () => {
    expect(look({ abort: true, currentStepIndex: 3 }).share).toBe(0);
    expect(look({}, { annotations: { 'shiplock/fence': '17' } }).fence).toBe(17);
    expect(look({}).fence).toBe(0);
  });

  it('blue-green gives all or nothing', () => {
    const strategy = { blueGreen: { activeService: 'api' } };
    expect(look({ ...paused, blueGreen: { activeSelector: 'old' } }, { strategy }).share).toBe(0);
    expect(look({ blueGreen: { activeSelector: 'new' } }, { strategy }).share).toBe(1);
  });
});

describe('where a version stands', () => {
  const standing = (...args: Parameters<typeof rollout>) => standingOf(look(...args), NEW).kind;
  it.each([
    ['moving', {}, {}],
    ['paused', paused, {}],
    ['aborted', { abort: true, phase: 'Degraded' }, {}],
    ['stuck', { phase: 'Degraded' }, {}],
    ['unsettled', { observedGeneration: '2' }, {}],
    ['other', {}, { image: OLD }],
    ['finished', { phase: 'Healthy', stableRS: 'new' }, {}],
  ] as const)('%s', (kind, status, more) => {
    expect(standing(status, more)).toBe(kind);
  });

  it('healthy with another stable state is not finished', () => {
    expect(isFinished(look({ phase: 'Healthy' }))).toBe(false);
  });
});

describe('routes', () => {
  const pod = (version: string, n: number, state: Instance['state'] = 'ready'): Instance => ({
    component: 'api',
    version,
    instance: `${version}-${n}`,
    on: 'node1',
    host: '10.0.0.1',
    port: 8080,
    state,
    restarts: 0,
    detail: '',
  });
  const instances = [pod('1.0.0', 1), pod('1.0.0', 2), pod('1.0.0', 3), pod('1.1.0', 1)];
  const routes = (weight: number | null, status: Record<string, Json>, pods = instances) =>
    routesOf(look(status), weight, NAMES, { instances: pods }).map(({ version, configuredShare, share, hold }) => [
      version,
      configuredShare,
      share,
      hold,
    ]);

  it('are counts of ready pods, or the weights of a traffic router', () => {
    expect(routes(null, { currentStepIndex: 1 })).toEqual([
      ['1.0.0', 0.75, 0.75, 'stable'],
      ['1.1.0', 0.25, 0.25, 'leased'],
    ]);
    expect(routes(0.1, { currentStepIndex: 1 })[1]).toEqual(['1.1.0', 0.25, 0.1, 'leased']);
    expect(routes(null, { currentStepIndex: 1 }, [pod('1.0.0', 1), pod('1.1.0', 1, 'starting')])[1]?.[2]).toBe(0);
  });

  it('is one route when one version is all there is', () => {
    expect(routes(null, { phase: 'Healthy', stableRS: 'new' })).toEqual([['1.1.0', 1, 1, 'stable']]);
  });

  it('what nobody released and has no ready pod serves nobody', () => {
    const seen = look({ stableRS: 'new' });
    expect(routesOf(seen, null, new Map(), { instances: [] })).toEqual([]);
    // With a ready pod it serves, whoever brought it: a release is refused until there is a record of it.
    const unknown = pod(`unknown-${'b'.repeat(12)}`, 1);
    expect(routesOf(seen, null, new Map(), { instances: [unknown] })).toMatchObject([
      { version: unknown.version, share: 1 },
    ]);
  });
});
