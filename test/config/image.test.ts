import { describe, expect, it } from 'vitest';
import { configHash } from '../../src/config/index.ts';
import { codes, MINIMAL, resolved } from './sample.ts';

/** A component as an image of its own. */

const image = (more = ''): string => `    image:\n      repository: registry.example.com/shop/api\n${more}`;
const withImage = (more = ''): string => MINIMAL.replace('    ready: /readyz\n', `    ready: /readyz\n${image(more)}`);
const DIGEST = `sha256:${'a'.repeat(64)}`;

const IN_CLUSTER = (components: string): string => `apiVersion: shiplock/v1
service: shop
components:
${components}environments:
  production:
    platform: { kind: kubernetes, namespace: shop, rollout: shop, container: api, application: shop }
    traffic: { kind: argo-rollouts, entry: 'https://shop.example.com' }
    metrics: { prometheus: { url: 'https://p.example.com', queries: [{ metric: errors, requests: a, bad: b }] } }
    gitops: { repository: 'git@git.example.com:ops.git', file: app/kustomization.yaml, path: images.0.digest, names: digest }
    rollout: { steps: [{ share: 25%, bake: 5m }] }
`;
const GO = `  api: { kind: go, source: api, binary: shop, command: [./shop], ready: /readyz, image: { repository: registry.example.com/shop/api } }\n`;
const FILES = (more: string): string =>
  `  www: { kind: static, source: www, image: { repository: registry.example.com/shop/www${more} } }\n`;

describe('a component with an image', () => {
  it('has addresses and absolute paths when it is resolved', () => {
    const text = withImage(
      `      base: docker.io/library/base@${DIGEST}\n      certificates: roots.pem\n      files: [{ from: conf, to: /etc/shop }]\n      labels: { a.b: 'of {service} in {environment}' }\n`,
    );
    expect(resolved(text).components['api']).toMatchObject({
      image: {
        repository: 'registry.example.com/shop/api',
        registry: 'https://registry.example.com',
        tag: '{version}',
        tags: 'fixed',
        authorization: null,
        base: { image: 'docker.io/library/base', digest: DIGEST, registry: 'https://registry-1.docker.io' },
        user: 65_532,
        entrypoint: null,
        certificates: '/srv/shop/roots.pem',
        files: [{ from: '/srv/shop/conf', to: '/etc/shop' }],
        labels: { 'a.b': 'of shop in production' },
      },
    });
    expect(resolved(MINIMAL).components['api']).not.toHaveProperty('image');
  });

  it('is another release when the image is another, and not when a machine reaches the registry in another way', () => {
    const hash = configHash(resolved(withImage()));
    expect(hash).not.toBe(configHash(resolved(MINIMAL)));
    for (const more of ['      registry: http://127.0.0.1:5000\n', '      authorization: { secret: env:REGISTRY }\n'])
      expect(configHash(resolved(withImage(more)))).toBe(hash);
    for (const more of ['      user: 1000\n', '      port: 8080\n', '      env: { A: b }\n'])
      expect(configHash(resolved(withImage(more)))).not.toBe(hash);
    const files = withImage('      files: [{ from: conf, to: /etc/shop }]\n');
    expect(configHash(resolved(files))).toBe(configHash(resolved(files, 'production', '/elsewhere')));
  });

  it.each([
    ['root', '      user: 0\n'],
    ['a base by its tag', '      base: registry.example.com/base:1\n'],
    ['a place outside', '      files: [{ from: a, to: ../etc }]\n'],
    ['a place that leads out', '      files: [{ from: a, to: /etc/../../x }]\n'],
    ['a secret in an image', '      env: { A: { secret: env:A } }\n'],
    ['an unknown key', '      usr: 1000\n'],
    ['an unknown placeholder', "      tag: '{verison}'\n"],
    ['a directory of files for a program', '      to: /srv\n'],
  ])('%s is refused', (_what, more) => {
    expect(codes(withImage(more))).toHaveLength(1);
  });

  it('needs a program for Linux', () => {
    const mac = withImage().replace('    binary: shop\n', '    binary: shop\n    platforms: [darwin/arm64]\n');
    expect(codes(mac)).toEqual(['config.image-platform']);
    expect(codes(mac.replace('[darwin', '[linux/arm64, darwin'))).toEqual([]);
  });

  it('in a cluster it is what is released', () => {
    expect(codes(IN_CLUSTER(GO))).toEqual([]);
    expect(resolved(IN_CLUSTER(GO)).traffic.component).toBe('api');
    expect(codes(IN_CLUSTER(FILES(`, base: registry.example.com/nginx@${DIGEST}`)))).toEqual([]);
    expect(resolved(IN_CLUSTER(FILES(`, base: registry.example.com/nginx@${DIGEST}`))).traffic.component).toBe('www');
    expect(codes(IN_CLUSTER(FILES('')))).toEqual(['config.image-runs-nothing']);
    expect(codes(IN_CLUSTER('  www: { kind: static, source: www }\n'))).toContain('config.cluster-component');
    expect(codes(IN_CLUSTER(GO + FILES(`, base: registry.example.com/nginx@${DIGEST}`)))).toContain(
      'config.several-processes',
    );
  });
});
