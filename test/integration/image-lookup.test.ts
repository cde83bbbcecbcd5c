import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registryProblems } from '../../src/build/index.ts';
import type { UnitSpec } from '../../src/model/platform.ts';
import { createSecrets, httpClient } from '../../src/procedure/index.ts';
import { imageProblems } from '../../src/release/attest/images.ts';
import { resolved } from '../config/sample.ts';
import { build, imageBuild, repository, SETTINGS } from '../support/image-build.ts';
import { openDoor, type Registry, startRegistry } from '../support/registry.ts';

/** Before a deploy: is what was pushed still where pods will pull it from? Asked of a real registry. */

const GONE = `sha256:${'0'.repeat(64)}`;
let dir = '';
let registry: Registry;
let image = '';
let digest = '';
beforeAll(async () => {
  registry = await startRegistry();
  dir = mkdtempSync(join(tmpdir(), 'shiplock-lookup-'));
  const commit = repository(dir);
  writeFileSync(join(dir, 'program'), 'for any machine', { mode: 0o755 });
  image = `${registry.address}/shop/api`;
  const settings = { ...SETTINGS, repository: image, registry: `http://${registry.address}` };
  ({ digest } = await build(imageBuild({ dir, commit, program: join(dir, 'program'), settings })));
});
afterAll(async () => {
  await registry.stop();
  rmSync(dir, { recursive: true, force: true });
});

const at = (url: string, wanted = digest) =>
  registryProblems(
    { image, registry: url, authorization: () => null, http: httpClient },
    wanted,
    AbortSignal.timeout(10_000),
  );
const codes = async (found: Promise<readonly { readonly code: string }[]>) => (await found).map(({ code }) => code);

describe('an image by its digest', () => {
  test('is there, or it is not', async () => {
    expect(await at(`http://${registry.address}`)).toEqual([]);
    expect(await codes(at(`http://${registry.address}`, GONE))).toEqual(['build.image-gone']);
  });

  test('is not believed to be what a digest names', async () => {
    await using door = await openDoor(registry, (_request, response) => {
      response.writeHead(200, { 'docker-content-digest': digest }).end('{"schemaVersion":2}');
      return 'done';
    });
    expect(await codes(at(door.url))).toEqual(['build.registry-digest']);
  });

  test('is refused to somebody without an account', async () => {
    await using door = await openDoor(registry, (_request, response) => {
      response.writeHead(403).end('no');
      return 'done';
    });
    expect(await codes(at(door.url))).toEqual(['build.registry-refused']);
  });
});

describe('the images of a release', () => {
  const environment = (url: string, authorization = '') =>
    resolved(`apiVersion: shiplock/v1
service: shop
components:
  api:
    kind: go
    source: api
    binary: shop
    command: [./shop]
    ready: /readyz
    image: { repository: '${image}', registry: '${url}'${authorization} }
environments:
  production:
    platform: { kind: kubernetes, namespace: shop, rollout: shop, container: api, application: shop }
    traffic: { kind: argo-rollouts, entry: 'https://shop.example.com' }
    metrics: { prometheus: { url: 'https://p.example.com', queries: [{ metric: errors, requests: a, bad: b }] } }
    gitops: { repository: 'git@git.example.com:ops.git', file: app/kustomization.yaml, path: images.0.digest, names: digest }
    rollout: { steps: [{ share: 25%, bake: 5m }] }
`);
  const unit = (wanted: string): UnitSpec => ({
    ...{ component: 'api', version: '1.2.3', digest: wanted, artefact: `${image}@${wanted}`, command: [], env: {} },
    ...{ replicas: 1, readyPath: '/', livePath: '/', startTimeoutMs: 1000, stopTimeoutMs: 1000 },
  });
  const secrets = () => createSecrets({ env: {}, base: dir });
  const found = (url: string, wanted = digest, authorization = '') =>
    codes(imageProblems(environment(url, authorization), secrets(), { unit: unit(wanted), files: [] }));

  test('are looked up where the configuration says', async () => {
    await using door = await openDoor(registry);
    expect(await found(door.url)).toEqual([]);
    expect(door.asked).toEqual([`GET /v2/shop/api/manifests/${digest}`]);
    expect(await found(door.url, GONE)).toEqual(['build.image-gone']);
  });

  test('count as missing while nobody can ask for them', async () => {
    expect(await found('http://127.0.0.1:1')).toEqual(['build.registry-unreachable']);
    const account = ', authorization: { secret: env:NOT_HERE }';
    expect(await found(`http://${registry.address}`, digest, account)).toEqual(['secret.not-found']);
  });
});
