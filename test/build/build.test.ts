import { describe, expect, it } from 'vitest';
import {
  buildGoNode,
  buildKey,
  buildStaticNode,
  type GoBuild,
  goArgv,
  releaseJson,
  releaseJsonStep,
} from '../../src/build/index.ts';
import type { Release } from '../../src/model/release.ts';

const go: GoBuild = {
  component: 'api',
  source: '/src/api',
  package: './cmd/certkeeper',
  binary: 'certkeeper',
  version: '1.2.3',
  commit: 'a'.repeat(40),
  outDir: '/out',
  stamp: { version: 'main.version', commit: 'main.commit' },
  tags: [],
  platform: 'linux/arm64',
  test: true,
  timeoutMs: 60_000,
};
const ctx = {
  mode: 'run' as const,
  run: 'r',
  fence: 1,
  outputOf: (): never => {
    throw new Error('not used');
  },
  evidenceOf: () => ({}),
};

describe('buildGoNode', () => {
  it('the command line is static, trimmed and stamped', () => {
    expect(goArgv(go, '/o/x').join(' ')).toBe(
      `go build -trimpath -buildvcs=false -ldflags -s -w -X main.version=1.2.3 -X main.commit=${'a'.repeat(40)} -o /o/x ./cmd/certkeeper`,
    );
    expect(goArgv({ ...go, tags: ['faults', 'x'] }, '/o/x')).toContain('faults,x');
  });

  it('tests first, compiles for the platform without cgo at low priority, appears by a rename', () => {
    const { node } = buildGoNode(go);
    expect(node.steps.map((step) => step.id)).toEqual(['test', 'compile', 'digest']);
    const compile = node.steps[1];
    if (compile?.kind !== 'step') throw new Error('no step');
    const decision = compile.decide({ path: '/out/api/k/certkeeper', exists: false }, ctx);
    expect(decision).toMatchObject({
      kind: 'do',
      effects: [
        { kind: 'exec', cwd: '/src/api', env: { CGO_ENABLED: '0', GOOS: 'linux', GOARCH: 'arm64' } },
        { argv: ['mv', '/out/api/k/certkeeper.partial', '/out/api/k/certkeeper'] },
      ],
    });
    expect(decision.kind === 'do' && decision.effects[0]).toMatchObject({
      argv: expect.arrayContaining(['nice', '-n', '10', 'go', 'build']),
    });
    expect(compile.decide({ path: '/out/api/k/certkeeper', exists: true }, ctx).kind).toBe('nothing');
    expect(buildGoNode({ ...go, test: false }).node.steps.map((step) => step.id)).toEqual(['compile', 'digest']);
  });

  it('a build that made nothing is refused', () => {
    const { artefact } = buildGoNode(go);
    expect(artefact.decide({ path: '/o', digest: null }, ctx)).toMatchObject({
      kind: 'refuse',
      problems: [{ code: 'build.nothing-built', where: '/o' }],
    });
    expect(artefact.planned?.({ path: '/o', digest: null })).toEqual({ path: '/o', digest: '<build-api.digest>' });
  });
});

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
