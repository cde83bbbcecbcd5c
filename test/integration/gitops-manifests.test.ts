import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { conforms, GITOPS, type Manifest, objects, render, scored } from '../lab/manifests/check.ts';

/** What gitops/ renders to, checked by kubeconform and kube-score, and against the promises of its README. No cluster is needed. */

const ENVIRONMENTS = ['development', 'testing', 'staging', 'production'];
const SERVICES = ['certkeeper', 'certkeeper-database'];
const PARTS = [
  ...SERVICES.flatMap((service) => ENVIRONMENTS.map((environment) => `apps/${service}/overlays/${environment}`)),
  ...['namespaces', 'admission', 'applications'].map((part) => `platform/${part}`),
  'judge',
  'argocd',
];
const rendered = new Map<string, string>();
const text = (part: string): string => rendered.get(part) ?? '';
const found = (part: string, kind: string): readonly Manifest[] =>
  objects(text(part)).filter((one) => one.kind === kind);

const podSpec = z.object({
  automountServiceAccountToken: z.boolean(),
  containers: z.array(z.object({ image: z.string() })),
});
const withPods = z.object({ spec: z.object({ template: z.object({ spec: podSpec }) }) });
const project = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    sourceRepos: z.array(z.string()),
    destinations: z.array(z.object({ server: z.string(), namespace: z.string() })),
    clusterResourceWhitelist: z.array(z.object({ group: z.string(), kind: z.string() })),
    namespaceResourceWhitelist: z.array(z.object({ group: z.string(), kind: z.string() })).optional(),
  }),
});
const applicationSet = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    generators: z.tuple([z.object({ list: z.object({ elements: z.array(z.record(z.string(), z.string())) }) })]),
    template: z.object({
      spec: z.object({
        project: z.string(),
        source: z.object({ repoURL: z.string(), path: z.string() }),
        destination: z.object({ namespace: z.string() }),
      }),
    }),
  }),
});

const monitor = z.object({
  namespaceSelector: z.object({ matchNames: z.array(z.string()) }),
  selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
  podTargetLabels: z.array(z.string()).optional(),
  podMetricsEndpoints: z.array(z.object({ port: z.string() })).min(1),
});
const monitors = z.object({
  spec: z.object({
    source: z.object({
      helm: z.object({
        valuesObject: z.object({
          prometheus: z.object({ additionalPodMonitors: z.tuple([monitor, monitor]) }),
        }),
      }),
    }),
  }),
});
const scrapedPods = z.object({
  spec: z.object({
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({ containers: z.array(z.object({ ports: z.array(z.object({ name: z.string() })) })) }),
    }),
  }),
});

beforeAll(async () => {
  for (const part of PARTS) rendered.set(part, await render(join(GITOPS, part)));
}, 300_000);

test('every overlay and every part is rendered here', () => {
  const there = SERVICES.flatMap((service) =>
    readdirSync(join(GITOPS, 'apps', service, 'overlays')).map((name) => `apps/${service}/overlays/${name}`),
  );
  expect(there.sort()).toEqual(PARTS.filter((part) => part.startsWith('apps/')).sort());
  expect(readdirSync(join(GITOPS, 'platform')).sort()).toEqual(['admission', 'applications', 'namespaces']);
});

describe('kubeconform -strict', () => {
  test.each(PARTS)('%s', async (part) => {
    expect(await conforms(text(part))).toBe('');
  });
  test('it does refuse a field that nobody knows, in a Rollout too', async () => {
    const part = text('apps/certkeeper/overlays/production');
    expect(await conforms(part.replace('progressDeadlineAbort:', 'progressDeadlineAbrot:'))).toMatch(
      /progressDeadlineAbrot/,
    );
    expect(await conforms(part.replace('maxUnavailable: 1', 'maxUnavailible: 1'))).toMatch(/maxUnavailible/);
  });
});

test('a Rollout comes behind all that it cannot become healthy without: the route, too', () => {
  const ordered = z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }) });
  const wave = (part: string, kind: string): readonly number[] =>
    found(part, kind).map((one) =>
      Number(ordered.parse(one).metadata.annotations['argocd.argoproj.io/sync-wave'] ?? '0'),
    );
  let routes = 0;
  for (const environment of ENVIRONMENTS) {
    const part = `apps/certkeeper/overlays/${environment}`;
    const [rollout = Number.NaN] = wave(part, 'Rollout');
    const before = [...wave(part, 'HTTPRoute'), ...wave(part, 'Service')];
    routes += wave(part, 'HTTPRoute').length;
    expect(Math.max(...before), part).toBeLessThan(rollout);
  }
  expect(routes).toBeGreaterThan(0);
});

describe('kube-score', () => {
  test.each(PARTS.filter((part) => part.startsWith('apps/')))('%s', async (part) => {
    expect(await scored(text(part))).toEqual([]);
  });
  test('it does find a missing limit', async () => {
    const part = text('apps/certkeeper/overlays/production').replace(/\n +memory: 128Mi/, '');
    expect(part).not.toBe(text('apps/certkeeper/overlays/production'));
    expect((await scored(part)).join('\n')).toMatch(/\[CRITICAL\] api.*Memory limit/i);
  });
});

describe('what the pods may do', () => {
  test.each(PARTS.filter((part) => part.startsWith('apps/')))('%s: no token, no role, no secret in git', (part) => {
    const all = objects(text(part));
    const pods = all.flatMap((one) => {
      const parsed = withPods.safeParse(one);
      return parsed.success ? [parsed.data.spec.template.spec] : [];
    });
    expect(pods.length).toBeGreaterThan(0);
    for (const pod of pods) expect(pod.automountServiceAccountToken).toBe(false);
    expect(all.filter(({ kind }) => /^(Cluster)?Role(Binding)?$|^Secret$/.test(kind))).toEqual([]);
  });

  test.each(['staging', 'production'])(
    '%s: every image is named by its digest, and the namespace asks for that',
    (environment) => {
      for (const service of SERVICES) {
        const images = [...text(`apps/${service}/overlays/${environment}`).matchAll(/image: (\S+)/g)].map(
          ([, image]) => image,
        );
        expect(images.length).toBeGreaterThan(0);
        for (const image of images) expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
      }
      const namespace = found('platform/namespaces', 'Namespace').find(
        (one) => one.metadata.name === `certkeeper-${environment}`,
      );
      expect(namespace?.metadata['labels']).toMatchObject({
        'shiplock.dev/images': 'by-digest',
        'pod-security.kubernetes.io/enforce': 'restricted',
      });
    },
  );

  test('migrations are run by Argo CD or by the pipeline, never by both', () => {
    const byArgo = ENVIRONMENTS.filter((name) => found(`apps/certkeeper/overlays/${name}`, 'Job').length > 0);
    expect(byArgo).toEqual(['development', 'testing']);
  });
});

describe('Argo CD', () => {
  const projects = (): readonly z.infer<typeof project>[] =>
    found('argocd', 'AppProject').map((one) => project.parse(one));
  const sets = (): readonly z.infer<typeof applicationSet>[] =>
    found('argocd', 'ApplicationSet').map((one) => applicationSet.parse(one));
  const fill = (template: string, element: Readonly<Record<string, string>>): string =>
    template.replaceAll(/\{\{ \.(\w+) \}\}/g, (_all, key: string) => element[key] ?? '');

  test.each(SERVICES)('project %s allows the kinds that are rendered, and no other', (service) => {
    const { spec } =
      projects().find(({ metadata }) => metadata.name === service) ?? expect.fail(`no project ${service}`);
    const used = ENVIRONMENTS.flatMap((environment) => objects(text(`apps/${service}/overlays/${environment}`))).map(
      ({ apiVersion, kind }) => `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}/${kind}`,
    );
    const allowed = (spec.namespaceResourceWhitelist ?? []).map(({ group, kind }) => `${group}/${kind}`);
    // Analysis templates are generated beside a Rollout when a release asks for them.
    expect(allowed.filter((one) => one !== 'argoproj.io/AnalysisTemplate').sort()).toEqual([...new Set(used)].sort());
    expect(spec.clusterResourceWhitelist).toEqual([]);
    expect(spec.destinations.map(({ namespace }) => namespace).sort()).toEqual(
      ENVIRONMENTS.map((name) => `certkeeper-${name}`).sort(),
    );
    expect(spec.sourceRepos).toHaveLength(1);
  });

  test('every path of an ApplicationSet was rendered here, and its project allows the repository', () => {
    const paths = sets().flatMap(({ spec }) =>
      spec.generators[0].list.elements.map((element) => fill(spec.template.spec.source.path, element)),
    );
    expect(paths.sort()).toEqual(
      PARTS.filter((part) => part !== 'argocd')
        .map((part) => `gitops/${part}`)
        .sort(),
    );
    for (const { spec } of sets()) {
      const own = projects().find(({ metadata }) => metadata.name === spec.template.spec.project);
      expect(own?.spec.sourceRepos).toContain(spec.template.spec.source.repoURL);
      const allowed = own?.spec.destinations.map(({ namespace }) => namespace);
      const { namespace } = spec.template.spec.destination;
      for (const element of spec.generators[0].list.elements) expect(allowed).toContain(fill(namespace, element));
    }
  });

  test('Prometheus is told of every pod that the judge counts, and of the judge, by labels and a port that they have', () => {
    const monitoring = found('platform/applications', 'Application').find(
      ({ metadata }) => metadata.name === 'kube-prometheus-stack',
    );
    const { spec } = monitors.parse(monitoring);
    const [certkeeper, judge] = spec.source.helm.valuesObject.prometheus.additionalPodMonitors;
    expect(certkeeper.podTargetLabels).toEqual(['rollouts-pod-template-hash']);
    expect(certkeeper.namespaceSelector.matchNames).toEqual(ENVIRONMENTS.map((name) => `certkeeper-${name}`));
    expect(judge.namespaceSelector.matchNames).toEqual(
      found('judge', 'Deployment').map(({ metadata }) => metadata.namespace),
    );
    const scraped = [
      ...ENVIRONMENTS.flatMap((name) =>
        found(`apps/certkeeper/overlays/${name}`, 'Rollout').map((one) => [one, certkeeper] as const),
      ),
      ...found('judge', 'Deployment').map((one) => [one, judge] as const),
    ];
    expect(scraped).toHaveLength(5);
    for (const [one, monitor] of scraped) {
      const { metadata, spec: pod } = scrapedPods.parse(one).spec.template;
      expect(metadata.labels).toMatchObject(monitor.selector.matchLabels);
      const ports = pod.containers.flatMap((container) => container.ports.map(({ name }) => name));
      for (const { port } of monitor.podMetricsEndpoints) expect(ports).toContain(port);
    }
  });

  test('every chart has one exact version, from a repository that the platform allows', () => {
    const charts = found('platform/applications', 'Application').map((one) =>
      z
        .object({
          spec: z.object({ source: z.object({ repoURL: z.string(), chart: z.string(), targetRevision: z.string() }) }),
        })
        .parse(one),
    );
    const platform = projects().find(({ metadata }) => metadata.name === 'platform');
    expect(charts.length).toBeGreaterThan(5);
    for (const { spec } of charts) {
      expect(spec.source.targetRevision, spec.source.chart).toMatch(/^\d+\.\d+\.\d+$/);
      expect(platform?.spec.sourceRepos).toContain(spec.source.repoURL);
    }
  });
});
