import { describe, expect, it } from 'vitest';
import { buildKey, buildStaticNode, releaseJson, releaseJsonStep } from '../../src/build/index.ts';
import type { Release } from '../../src/model/release.ts';

const ctx = {
  mode: 'run' as const,
  run: 'r',
  fence: 1,
  outputOf: (): never => {
    throw new Error('not used');
  },
  evidenceOf: () => ({}),
};

it('a static component without a build command is only copied', () => {
  const { node } = buildStaticNode({
    ...{
      component: 'www',
      source: '/src/www',
      build: null,
      output: 'public',
      version: '1',
      commit: 'c',
      outDir: '/out',
    },
    timeoutMs: 1000,
  });
  const files = node.steps[0];
  if (files?.kind !== 'step') throw new Error('no step');
  const decision = files.decide({ path: '/out/www/k/files', exists: false }, ctx);
  const argvs =
    decision.kind === 'do'
      ? decision.effects.map((effect) => (effect.kind === 'exec' ? effect.argv.join(' ') : ''))
      : [];
  expect(argvs).toEqual([
    'mkdir -p /out/www/k',
    'rm -rf /out/www/k/files.partial',
    'cp -R /src/www/public /out/www/k/files.partial',
    'mv /out/www/k/files.partial /out/www/k/files',
  ]);
});

it('the key depends on every input and not on their order', () => {
  expect(buildKey({ a: '1', b: ['2'] })).toBe(buildKey({ b: ['2'], a: '1' }));
  expect(new Set([buildKey({ a: '1' }), buildKey({ a: '2' }), buildKey({ b: '1' }), buildKey({ a: ['1'] })]).size).toBe(
    4,
  );
});

const release: Release = {
  formatVersion: 1,
  service: 'certkeeper',
  version: '1.0.0',
  commit: 'a'.repeat(40),
  artefacts: [{ name: 'api', digest: `sha256:${'0'.repeat(64)}`, platform: 'linux/amd64' }],
  configHash: `sha256:${'1'.repeat(64)}`,
  migrations: [],
};

describe('release.json', () => {
  it('is text that parses back', () => {
    expect(JSON.parse(releaseJson(release))).toEqual(release);
    expect(releaseJson(release).endsWith('}\n')).toBe(true);
  });
  it('refuses what is no release', () => {
    expect(() => releaseJson({ ...release, commit: 'main' })).toThrow();
  });
  it('is written once', () => {
    const step = releaseJsonStep({ path: '/o/release.json', version: '1.0.0', release: () => release });
    expect(step.decide(null, ctx)).toMatchObject({ kind: 'do', effects: [{ kind: 'file', path: '/o/release.json' }] });
    expect(step.decide(releaseJson(release), ctx).kind).toBe('nothing');
  });
});
