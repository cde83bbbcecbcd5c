import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  type Manifest,
  manifestsText,
  podShares,
  podsFor,
  type RolloutsOptions,
  rolloutManifests,
  weightOf,
} from '../../src/gitops/rollouts/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { parseQuestion } from '../../src/release/judge/index.ts';

const canary = (more: Partial<Extract<RolloutsOptions['strategy'], { kind: 'canary' }>> = {}): RolloutsOptions => ({
  mode: 'pull',
  service: 'cart',
  environment: 'production',
  rollout: 'cart',
  namespace: 'shop',
  strategy: {
    kind: 'canary',
    steps: [
      { share: 0.1, bakeMs: 60_000 },
      { share: 0.5, bakeMs: 300_000 },
    ],
    finalBakeMs: 30_000,
    routing: { kind: 'gateway-api', httpRoute: 'cart', stableService: 'cart', canaryService: 'cart-canary' },
    ...more,
  },
  healthDeadlineMs: 60_000,
  waitMs: 1_800_000,
  judge: { url: 'http://judge:8484/', tokenSecret: { name: 'judge', key: 'token' }, everyMs: 5_000 },
});
const blueGreen: RolloutsOptions = {
  ...canary(),
  strategy: {
    kind: 'blue-green',
    activeService: 'cart',
    previewService: 'cart-preview',
    preview: false,
    finalBakeMs: 60_000,
    drainMs: 45_000,
    smoke: ['/readyz'],
    previewPort: 80,
  },
};
const made = (options: RolloutsOptions): readonly Manifest[] => unwrap(rolloutManifests(options));
const kinds = (manifests: readonly Manifest[]) => manifests.map(({ kind, metadata }) => `${kind} ${metadata['name']}`);

describe('strategies for Argo Rollouts', () => {
  it('pull: each share is set, then judged by its own AnalysisRun', () => {
    const manifests = made(canary());
    expect(kinds(manifests)).toEqual([
      'Rollout cart',
      'AnalysisTemplate cart-judge-step',
      'AnalysisTemplate cart-judge-alone',
    ]);
    const [rollout, step] = manifests;
    expect(rollout?.spec).toMatchObject({
      progressDeadlineSeconds: 60,
      progressDeadlineAbort: true,
      strategy: {
        canary: {
          stableService: 'cart',
          canaryService: 'cart-canary',
          trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'cart', namespace: 'shop' } } },
          steps: [
            { setWeight: 10 },
            { analysis: { templates: [{ templateName: 'cart-judge-step' }] } },
            { setWeight: 50 },
            { analysis: {} },
            { setWeight: 100 },
            { analysis: { templates: [{ templateName: 'cart-judge-alone' }] } },
          ],
        },
      },
    });
    expect(step?.spec).toMatchObject({
      metrics: [
        {
          interval: '5s',
          successCondition: 'result.verdict == "not-worse"',
          failureCondition: 'result.verdict == "worse"',
          failureLimit: 0,
          consecutiveSuccessLimit: 1,
          inconclusiveLimit: 360,
          // Asked for by the controller, and never reached: the limit before it ends the run first.
          count: 362,
          consecutiveErrorLimit: 180,
          provider: { web: { method: 'POST', url: 'http://judge:8484/v1/judge', jsonPath: '{$}' } },
        },
      ],
    });
  });

  it('push: the Rollout waits for the pipeline, and the judge keeps watch beside it', () => {
    const [rollout, watch, ...none] = made({ ...canary(), mode: 'push' });
    expect(none).toEqual([]);
    expect(rollout?.spec).toMatchObject({
      strategy: {
        canary: {
          analysis: { startingStep: 1, templates: [{ templateName: 'cart-judge-watch' }] },
          steps: [{ setWeight: 10 }, { pause: {} }, { setWeight: 50 }, { pause: {} }],
        },
      },
    });
    const text = JSON.stringify(watch);
    expect(text).toContain('"failureCondition"');
    // Undecided is well for a watch: it must neither pause the Rollout nor come to an end.
    for (const key of ['successCondition', 'consecutiveSuccessLimit', 'inconclusiveLimit', '"count"']) {
      expect(text).not.toContain(key);
    }
  });

  it('pods only: weights by counts, and no last look with all traffic, since nothing would stand by', () => {
    const [rollout] = made(canary({ routing: { kind: 'pods', replicas: 10 } }));
    expect(rollout?.spec).toMatchObject({ strategy: { canary: { maxSurge: 1, maxUnavailable: 0 } } });
    expect(JSON.stringify(rollout)).not.toContain('"setWeight":100');
    expect(JSON.stringify(rollout)).not.toContain('trafficRouting');
  });

  it('blue-green: smoke requests before the switch, the absolute limit after it', () => {
    const manifests = made(blueGreen);
    expect(kinds(manifests)).toEqual([
      'Rollout cart',
      'AnalysisTemplate cart-judge-alone',
      'AnalysisTemplate cart-judge-smoke',
    ]);
    expect(manifests[0]?.spec).toMatchObject({
      strategy: {
        blueGreen: {
          activeService: 'cart',
          previewService: 'cart-preview',
          autoPromotionEnabled: true,
          scaleDownDelaySeconds: 45,
          prePromotionAnalysis: { templates: [{ templateName: 'cart-judge-smoke' }] },
          postPromotionAnalysis: { templates: [{ templateName: 'cart-judge-alone' }] },
        },
      },
    });
    expect(JSON.stringify(manifests[2])).toContain('http://cart-preview.shop.svc:80/readyz');
    const [pushed] = made({ ...blueGreen, mode: 'push' });
    expect(pushed?.spec).toMatchObject({ strategy: { blueGreen: { autoPromotionEnabled: false } } });
  });

  it('every question that a template asks is one that the judge takes', () => {
    for (const options of [canary(), { ...canary(), mode: 'push' as const }, blueGreen]) {
      const [rollout, ...templates] = made(options);
      const calls = callsIn(rollout);
      for (const { spec, metadata } of templates) {
        const body = findKey(spec, 'jsonBody');
        if (body === undefined) continue;
        const mine = calls.filter((call) => JSON.stringify(call).includes(String(metadata['name'])));
        expect(mine.length).toBeGreaterThan(0);
        for (const call of mine) {
          const values = argumentsOf(call);
          const asked = JSON.stringify(body).replaceAll(
            /\{\{args\.(\w+)\}\}/g,
            (_, name) => values.get(name) ?? 'NONE',
          );
          expect(parseQuestion(asked)).toMatchObject({ ok: true });
          const wanted = JSON.stringify(spec['args']).matchAll(/"name":"(\w+)"\}/g);
          for (const [, name = ''] of wanted) expect(values.has(name), name).toBe(true);
        }
      }
    }
  });

  it('prints YAML that says the same', () => {
    const manifests = made(canary());
    const read = parseAllDocuments(manifestsText(manifests));
    expect(read.map((document) => document.toJS())).toEqual(JSON.parse(JSON.stringify(manifests)));
  });
});

describe('shares', () => {
  const pods = (replicas: number) => ({ kind: 'pods', replicas }) as const;

  it('refuses what pods or weights cannot give, and says what they can', () => {
    expect(weightOf(0.1, pods(10), 'here')).toEqual({ ok: true, value: 10 });
    expect(weightOf(0.1, pods(4), 'here')).toMatchObject({
      ok: false,
      problems: [{ code: 'gitops.share-not-given', where: 'here', expected: expect.stringContaining('20%, 25%') }],
    });
    const router = { kind: 'gateway-api', httpRoute: 'a', stableService: 'a', canaryService: 'b' } as const;
    expect(weightOf(0.01, router, 'here')).toEqual({ ok: true, value: 1 });
    expect(weightOf(0.025, router, 'here')).toMatchObject({
      ok: false,
      problems: [{ expected: 'whole percentages, for instance 2% or 3%' }],
    });
  });

  it('what is said to be possible is possible, and gives what it says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (replicas) => {
        for (const share of podShares(replicas)) {
          const weight = weightOf(share, pods(replicas), '');
          expect(weight.ok).toBe(true);
          if (!weight.ok) continue;
          const { canary: taken, total } = podsFor(replicas, weight.value, 1);
          expect(Math.abs(taken / total - share)).toBeLessThanOrEqual(0.005);
          expect(total - replicas).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('a problem names every share of a release at once', () => {
    const steps = [0.01, 0.03, 0.5].map((share) => ({ share, bakeMs: 1_000 }));
    expect(rolloutManifests(canary({ steps, routing: pods(4) }))).toMatchObject({
      ok: false,
      problems: [{ where: 'rollout.steps.0.share' }, { where: 'rollout.steps.1.share' }],
    });
  });
});

function findKey(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = name === key ? inner : findKey(inner, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every `{templates, args}` in a Rollout. */
function callsIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  const mine = 'templates' in value ? [value] : [];
  return [...mine, ...Object.values(value).flatMap(callsIn)];
}

function argumentsOf(call: object): ReadonlyMap<string, string> {
  const stand: Readonly<Record<string, string>> = {
    canary: '6c9f',
    stable: '5b8e',
    namespace: 'shop',
    rollout: 'cart',
    revision: '3',
  };
  const args: unknown = 'args' in call ? call.args : [];
  const entries = Array.isArray(args) ? args : [];
  return new Map(entries.map((one) => [String(one.name), String(one.value ?? stand[one.name])]));
}
