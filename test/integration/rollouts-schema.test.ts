import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { command } from '../../scripts/testing/command.ts';
import { loadConfig, resolveEnvironment } from '../../src/config/index.ts';
import type { Manifest } from '../../src/gitops/rollouts/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { type ClusterNames, environmentManifests } from '../../src/release/manifests/rollouts.ts';
import { judgedService } from '../support/judged-service.ts';

/** What is made for Argo Rollouts must be what its own CustomResourceDefinitions allow: those of the version that the lab runs. */
const MODULE = 'github.com/argoproj/argo-rollouts@v1.9.2';

const names: ClusterNames = {
  mode: 'pull',
  rollout: 'cart',
  namespace: 'shop',
  routing: { kind: 'gateway-api', httpRoute: 'cart', stableService: 'cart', canaryService: 'cart-canary' },
  activeService: 'cart',
  previewService: 'cart-preview',
  previewPort: 80,
  judge: { url: 'http://judge:8484', tokenSecret: { name: 'judge', key: 'token' }, everyMs: 5_000 },
};
const pods: ClusterNames = { ...names, routing: { kind: 'pods', replicas: 10 } };
const blueGreen = (text: string): string =>
  text
    .replace('strategy: canary', 'strategy: blue-green')
    .replace(/ {6}steps:\n(?: {8}- .*\n)+/, '      smoke: [{ path: /readyz }]\n');

function make(text: string, how: ClusterNames): readonly Manifest[] {
  const config = unwrap(loadConfig(text, { file: 'shiplock.yaml' }));
  return unwrap(environmentManifests(unwrap(resolveEnvironment(config, 'production', { baseDir: '/' })), how));
}

describe('manifests for Argo Rollouts', () => {
  let complaints: (manifest: object) => unknown;

  beforeAll(async () => {
    const { code, output } = await command(['go', 'mod', 'download', '-json', MODULE], {
      cwd: '/',
      live: false,
      env: { GOFLAGS: '', GOWORK: 'off' },
    });
    if (code !== 0) throw new Error(`go mod download ${MODULE}: ${output}`);
    const dir = String(JSON.parse(output).Dir);
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const checks = new Map<string, ReturnType<Ajv['compile']>>();
    for (const file of ['rollout', 'analysis-template']) {
      const crd = parse(await readFile(join(dir, 'manifests/crds', `${file}-crd.yaml`), 'utf8'));
      const [version] = crd.spec.versions;
      checks.set(crd.spec.names.kind, ajv.compile(closed(version.schema.openAPIV3Schema)));
    }
    complaints = (manifest) => {
      const check = checks.get('kind' in manifest ? String(manifest.kind) : '');
      if (check === undefined) return 'no such kind';
      return check(manifest) ? [] : check.errors;
    };
  });

  it('are whole and known to the last key', () => {
    const text = judgedService('http://127.0.0.1:9090');
    const all = [names, pods, { ...names, mode: 'push' as const }].flatMap((how) => make(text, how));
    all.push(...make(blueGreen(text), names), ...make(blueGreen(text), { ...names, mode: 'push' }));
    expect(all.length).toBeGreaterThan(10);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['Rollout', 'AnalysisTemplate']));
    for (const manifest of all) expect(complaints(manifest), JSON.stringify(manifest)).toEqual([]);
  });

  it('and the check is one: a key that does not exist, or a wrong type, is found', () => {
    const [rollout, step] = make(judgedService('http://127.0.0.1:9090'), names);
    expect(complaints({ ...rollout, spec: { ...rollout?.spec, progressDeadline: 1 } })).toHaveLength(1);
    expect(complaints({ ...step, spec: { ...step?.spec, args: [{ nam: 'x' }] } })).not.toEqual([]);
  });

  it('what cannot be told is refused, all of it at once', () => {
    const text = judgedService('http://127.0.0.1:9090');
    const refused = (changed: string, how = names) => {
      const config = unwrap(loadConfig(changed, { file: 'shiplock.yaml' }));
      const environment = unwrap(resolveEnvironment(config, 'production', { baseDir: '/' }));
      const result = environmentManifests(environment, how);
      return result.ok ? [] : result.problems.map(({ code }) => code);
    };
    expect(refused(text)).toEqual([]);
    expect(refused(text.replace('strategy: canary', 'strategy: blue-green'))).toEqual(['gitops.shares-of-blue-green']);
    const smoke = blueGreen(text).replace(
      '{ path: /readyz }',
      '{ path: /readyz, contains: ok }, { path: /no, status: 404 }',
    );
    expect(refused(smoke)).toEqual(['gitops.smoke-not-told', 'gitops.smoke-not-told']);
    expect(refused(smoke, { ...names, mode: 'push' })).toEqual([]);
    expect(refused(text.replace(/ {6}prometheus:\n(?: {8}.*\n)+/, ''))).toEqual(['gitops.no-counts']);
  });
});

/** The API server drops keys that a definition does not know; here they are errors. */
function closed(schema: unknown): object {
  if (typeof schema !== 'object' || schema === null) return {};
  if (Array.isArray(schema)) return schema.map((one) => (typeof one === 'object' ? closed(one) : one));
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => {
      if (key === 'properties' && typeof value === 'object' && value !== null) {
        return [key, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, closed(one)]))];
      }
      return [key, typeof value === 'object' && value !== null ? closed(value) : value];
    }),
  );
  const open = 'x-kubernetes-preserve-unknown-fields' in schema || 'additionalProperties' in schema;
  // Without a list of keys of its own (metadata) anything is allowed.
  return 'properties' in schema && !open ? { ...inner, additionalProperties: false } : inner;
}
