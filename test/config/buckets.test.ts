import { expect, it } from 'vitest';
import { configHash } from '../../src/config/index.ts';
import { codes, MINIMAL, resolved } from './sample.ts';

/** Buckets that files are served from. */

const ACCESS = 'access: { id: { secret: env:ID }, key: { secret: env:KEY } }';
const bucket = (more = '') =>
  `{ endpoint: 'https://s3.example.com/', region: r1, bucket: 'www-{environment}', ${ACCESS}${more} }`;
const FILES = '  www: { kind: static, source: www }\n  docs: { kind: static, source: docs }\n';
const withBuckets = (buckets: string): string =>
  MINIMAL.replace('environments:\n', `${FILES}environments:\n`).replace(/\n+$/, `\n    buckets: ${buckets}\n`);

it('are resolved with their names put in, and change the hash; the keys do not', () => {
  const text = withBuckets(`{ www: ${bucket(", prefix: '{service}/'")} }`);
  const one = resolved(text);
  expect(one.buckets).toEqual([
    {
      component: 'www',
      endpoint: 'https://s3.example.com',
      region: 'r1',
      bucket: expect.stringMatching(/^www-[a-z]+$/),
      prefix: expect.stringMatching(/^[a-z]+\/$/),
      addressing: 'path',
      encoding: 'none',
      access: { id: { secret: 'env:ID' }, key: { secret: 'env:KEY' } },
    },
  ]);
  expect(configHash(resolved(text.replace('env:KEY', 'file:/run/key')))).toBe(configHash(one));
  expect(configHash(resolved(text.replace('region: r1', 'region: r2')))).not.toBe(configHash(one));
});

it('belong to components that are only files, each to a place of its own', () => {
  expect(codes(withBuckets(`{ www: ${bucket()}, docs: ${bucket(', prefix: docs/')} }`))).toEqual([]);
  expect(codes(withBuckets(`{ www: ${bucket()}, docs: ${bucket()} }`))).toEqual(['config.same-bucket']);
  expect(codes(withBuckets(`{ api: ${bucket()} }`))).toEqual(['config.unknown-component']);
  expect(codes(withBuckets(`{ wwww: ${bucket()} }`))).toEqual(['config.unknown-component']);
});

it('are refused with plain keys, strange names and prefixes that do not end', () => {
  const plain = bucket().replace('{ secret: env:KEY }', 'a-plain-key');
  expect(codes(withBuckets(`{ www: ${plain} }`))).not.toEqual([]);
  for (const prefix of ['shop', '/shop/', '../', '.shiplock/']) {
    expect(codes(withBuckets(`{ www: ${bucket(`, prefix: '${prefix}'`)} }`))).toEqual(['config.wrong-value']);
  }
  expect(codes(withBuckets(`{ www: ${bucket().replace('www-{environment}', 'WWW')} }`))).toEqual([
    'config.wrong-value',
  ]);
});

it('let files be released beside a cluster', () => {
  const text = (buckets: string) => `apiVersion: shiplock/v1
service: shop
components:
  api: { kind: go, source: api, binary: shop, command: [./shop], ready: /readyz, image: { repository: registry.example.com/shop/api } }
  www: { kind: static, source: www }
environments:
  production:
    platform: { kind: kubernetes, namespace: shop, rollout: shop, container: api, application: shop }
    traffic: { kind: argo-rollouts, entry: 'https://shop.example.com' }
    metrics: { prometheus: { url: 'https://p.example.com', queries: [{ metric: errors, requests: a, bad: b }] } }
    gitops: { repository: 'git@git.example.com:ops.git', file: app/kustomization.yaml, path: images.0.digest, names: digest }
    rollout: { steps: [{ share: 25%, bake: 5m }] }
${buckets}`;
  expect(codes(text(''))).toEqual(['config.cluster-component']);
  expect(codes(text(`    buckets: { www: ${bucket()} }\n`))).toEqual([]);
});
