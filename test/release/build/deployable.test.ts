import { describe, expect, test } from 'vitest';
import type { UnitSpec } from '../../../src/model/platform.ts';
import { deployableIn } from '../../../src/release/build/deployable.ts';
import type { ReleaseRecord } from '../../../src/release/record.ts';
import { MINIMAL, resolved } from '../../config/sample.ts';

/** What was released in one environment, on another platform. */

const sha = (digit: string): string => `sha256:${digit.repeat(64)}`;
const [PROGRAM, IMAGE, FILES] = [sha('1'), sha('2'), sha('3')];

const spec = (component: string, digest: string, artefact: string): UnitSpec => ({
  ...{ component, version: '1.4.0', digest, artefact, command: [], env: {}, replicas: 1 },
  ...{ readyPath: '/', livePath: '/', startTimeoutMs: 1000, stopTimeoutMs: 1000 },
});

/** `api` as it was released on hosts, beside its image, or in a cluster as an image. */
const record = (unit: UnitSpec, images: readonly string[], files: readonly UnitSpec[] = []): ReleaseRecord => ({
  formatVersion: 1,
  environment: 'staging',
  release: {
    ...{ formatVersion: 1, service: 'shop', version: '1.4.0', commit: 'c'.repeat(40) },
    artefacts: [
      { name: 'api', digest: unit.digest, platform: 'linux/amd64' },
      ...images.map((digest) => ({ name: 'api/image', digest, platform: 'any' })),
    ],
    ...{ configHash: sha('f'), migrations: [] },
  },
  ...{ unit, files, schema: 'empty' },
});
const onHosts = spec('api', PROGRAM, '/var/shiplock/artefacts/api/key/shop');
const inPods = spec('api', IMAGE, `registry.staging.example.com/shop/api@${IMAGE}`);

const cluster = (components: string) =>
  resolved(`apiVersion: shiplock/v1
service: shop
components:
${components}environments:
  production:
    platform: { kind: kubernetes, namespace: shop, rollout: shop, container: api, application: shop }
    traffic: { kind: argo-rollouts, entry: 'https://shop.example.com' }
    metrics: { prometheus: { url: 'https://p.example.com', queries: [{ metric: errors, requests: a, bad: b }] } }
    gitops: { repository: 'git@git.example.com:ops.git', file: app/kustomization.yaml, path: images.0.digest, names: digest }
    rollout: { steps: [{ share: 25%, bake: 5m }] }
`);
const own = cluster(
  '  api: { kind: go, source: api, binary: shop, command: [./shop], ready: /readyz, image: { repository: registry.example.com/shop/api } }\n',
);
const elsewhere = cluster('  api: { kind: image, image: registry.example.com/shop/api }\n');
const hosts = resolved(MINIMAL);
const codes = (found: ReturnType<typeof deployableIn>): readonly string[] => found.problems.map(({ code }) => code);

describe('a release of', () => {
  test('hosts runs in a cluster as the image that was built beside it, from the repository of the cluster', () => {
    expect(deployableIn(own, record(onHosts, [IMAGE]))).toEqual({
      byComponent: { api: { digest: IMAGE, path: `registry.example.com/shop/api@${IMAGE}` } },
      problems: [],
    });
  });

  test('hosts is not taken for an image where none was built', () => {
    expect(codes(deployableIn(own, record(onHosts, [])))).toEqual(['release.without-image']);
    expect(codes(deployableIn(elsewhere, record(onHosts, [IMAGE])))).toEqual(['release.without-image']);
  });

  test('one cluster runs in another, by the same digest', () => {
    expect(deployableIn(own, record(inPods, [])).byComponent).toEqual({
      api: { digest: IMAGE, path: `registry.example.com/shop/api@${IMAGE}` },
    });
    expect(deployableIn(elsewhere, record(inPods, [])).byComponent).toEqual({
      api: { digest: IMAGE, path: inPods.artefact },
    });
  });

  test('a cluster is no program that hosts could run', () => {
    expect(codes(deployableIn(hosts, record(inPods, [])))).toEqual(['release.only-image']);
  });

  test('hosts is on others what it is', () => {
    const files = spec('www', FILES, '/var/shiplock/artefacts/www/key/files');
    expect(deployableIn(hosts, record(onHosts, [IMAGE], [files]))).toEqual({
      byComponent: {
        api: { digest: PROGRAM, path: onHosts.artefact },
        www: { digest: FILES, path: files.artefact },
      },
      problems: [],
    });
  });
});
