import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { configHash, loadConfig, resolveEnvironment } from '../../src/config/index.ts';
import { unwrap } from '../../src/model/problem.ts';
import { terminal } from '../support/terminal.ts';

/** shiplock.yaml of an environment in a cluster; `more` goes below `traffic`. */
function file(more = ''): string {
  return `apiVersion: shiplock/v1
service: certkeeper
components:
  api: { kind: image, image: registry.example.com/certkeeper/api }
environments:
  production:
    platform: { kind: kubernetes, namespace: shop, rollout: cart, container: api, application: shop }
    traffic:
      kind: argo-rollouts
      entry: https://certkeeper.example.com
${more}    metrics:
      every: 1s
      prometheus:
        url: http://prometheus:9090
        queries: [{ metric: errors, requests: r, bad: b }]
    rollout: { strategy: canary, steps: [{ share: 10%, bake: 20s }] }
    gitops: { repository: ops.git, file: production.yaml, path: images.0.digest, names: digest }
`;
}

const NAMES = `      manifests:
        mode: push
        httpRoute: route
        stableService: cart-stable
        judge: { url: http://judge:1, secret: s, key: k, every: 7s }
`;

const printed = z.object({
  manifests: z
    .array(
      z.looseObject({
        kind: z.string(),
        metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
      }),
    )
    .min(1),
});

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-rollouts-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function run(text: string, ...argv: readonly string[]) {
  writeFileSync(join(dir, 'shiplock.yaml'), text);
  const io = terminal({ cwd: dir });
  const exit = await runCli(['gitops', 'rollouts', 'production', '--json', ...argv], io);
  return { exit, ...io.written };
}

async function made(text: string, ...argv: readonly string[]) {
  const { exit, out, err } = await run(text, ...argv);
  expect(err).toBe('');
  expect(exit).toBe(0);
  return printed.parse(JSON.parse(out)).manifests;
}

describe('shiplock gitops rollouts', () => {
  it('takes its names from the configuration', async () => {
    const [rollout, template] = await made(file(NAMES));
    expect(rollout).toMatchObject({
      kind: 'Rollout',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: {
        strategy: {
          canary: {
            stableService: 'cart-stable',
            canaryService: 'cart-canary',
            trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'route', namespace: 'shop' } } },
            // The pauses that a release wants: one for each share.
            steps: [{ setWeight: 10 }, { pause: {} }],
          },
        },
      },
    });
    const text = JSON.stringify(template);
    expect(text).toContain('http://judge:1/');
    expect(text).toContain('{"name":"s","key":"k"}');
    expect(text).toContain('"interval":"7s"');
  });

  it('an option goes before the configuration', async () => {
    const options = ['--rollout', 'other', '--namespace', 'elsewhere', '--replicas', '10', '--mode', 'pull'];
    const [rollout, template] = await made(file(NAMES), ...options, '--judge', 'http://mine:2', '--every', '9s');
    expect(rollout).toMatchObject({ metadata: { name: 'other', namespace: 'elsewhere' } });
    // Shares are made by one of both: the file's route is not asked.
    expect(rollout).not.toHaveProperty('spec.strategy.canary.trafficRouting');
    expect(JSON.stringify(rollout)).toContain('"setWeight":10');
    expect(JSON.stringify(rollout)).toContain('"analysis"');
    expect(JSON.stringify(template)).toContain('http://mine:2/');
    expect(JSON.stringify(template)).toContain('"interval":"9s"');
  });

  it('without names for the manifests those of the platform are used, and how shares are made must be said', async () => {
    const refused = await run(file());
    expect(refused.exit).toBe(2);
    expect(refused.out + refused.err).toContain('traffic.manifests.httpRoute');
    const [rollout] = await made(file(), '--http-route', 'route');
    expect(rollout).toMatchObject({
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { strategy: { canary: { stableService: 'cart', canaryService: 'cart-canary' } } },
    });
  });

  it('a wrong name is told with its place, and names are no part of what shapes a release', () => {
    const load = (text: string) => loadConfig(text, { file: 'shiplock.yaml' });
    const wrong = load(file(NAMES.replace('httpRoute: route', 'httpRoute: Route_1')));
    expect(wrong.ok ? [] : wrong.problems).toMatchObject([
      { where: 'shiplock.yaml:13:20', expected: expect.stringContaining('a name as Kubernetes knows it') },
    ]);
    const hash = (text: string) =>
      configHash(unwrap(resolveEnvironment(unwrap(load(text)), 'production', { baseDir: '/' })));
    expect(hash(file(NAMES))).toBe(hash(file()));
  });
});
