import { describe, expect, it } from 'vitest';
import { buildGoNode, type GoBuild, goArgv, NO_CHECKS } from '../../../src/build/index.ts';
import type { Step } from '../../../src/procedure/tree.ts';

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
  platforms: ['linux/arm64'],
  amd64: 'v1',
  checks: NO_CHECKS,
  cache: null,
  withheld: ['DSN'],
  timeoutMs: 60_000,
};
const everything: GoBuild = {
  ...go,
  platforms: ['linux/amd64', 'windows/amd64', 'darwin/arm64'],
  checks: {
    modules: true,
    vet: true,
    test: { packages: ['./...'], race: 'always', timeoutMs: 90_000, leastCoverage: 0.5 },
  },
};
const toolchain = {
  ...{ program: '/go/bin/go', version: 'go1.26.8', modules: '/m', cache: '/c', host: 'linux/amd64', compiler: 'gcc' },
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

function lookOf({ platforms }: GoBuild, exists: readonly boolean[], tested = false) {
  return {
    toolchain,
    builds: platforms.map((_, index) => ({ path: `/out/api/k${index}/certkeeper`, exists: exists[index] === true })),
    report: { path: '/out/api/checks/k.json', exists: tested },
  };
}

/** Steps that look as all of Go's do, by their id. */
function stepOf(build: GoBuild, id: string): Step {
  const found = buildGoNode(build).node.steps.find((node) => node.id === id);
  if (found?.kind !== 'step') throw new Error(`no step ${id}`);
  return found;
}

function effectsOf(build: GoBuild, id: string, facts: unknown) {
  const decision = stepOf(build, id).decide(facts, ctx);
  if (decision.kind !== 'do') return decision.kind;
  return decision.effects.map((effect) => (effect.kind === 'exec' ? effect.argv.join(' ') : effect.kind));
}

describe('buildGoNode', () => {
  it('the command line is static, trimmed and stamped', () => {
    expect(goArgv(go, '/o/x').join(' ')).toBe(
      `go build -trimpath -buildvcs=false -ldflags -s -w -X main.version=1.2.3 -X main.commit=${'a'.repeat(40)} -o /o/x ./cmd/certkeeper`,
    );
    expect(goArgv({ ...go, tags: ['faults', 'x'] }, '/o/x')).toContain('faults,x');
  });

  it('has a step for each check that is asked for, one for each platform, and a digest of each', () => {
    expect(buildGoNode(go).node.steps.map(({ id }) => id)).toEqual(['modules', 'compile', 'digest']);
    expect(buildGoNode(everything).node.steps.map(({ id }) => id)).toEqual([
      ...['modules', 'verify-modules', 'vet', 'test', 'checks'],
      ...['compile-linux-amd64', 'compile-windows-amd64', 'compile-darwin-arm64'],
      ...['digest', 'digest-windows-amd64', 'digest-darwin-arm64'],
    ]);
    expect(buildGoNode(everything).platforms?.map(({ platform }) => platform)).toEqual(everything.platforms);
    expect(buildGoNode(go).report).toBeUndefined();
  });

  it('compiles at low priority in an environment where nothing of the caller is left, with mode and time of the commit', () => {
    const decision = stepOf(go, 'compile').decide({ look: lookOf(go, []), seconds: 1_795_370_522 }, ctx);
    if (decision.kind !== 'do') throw new Error(decision.kind);
    const [compile, ...rest] = decision.effects;
    if (compile?.kind !== 'exec') throw new Error('no command');
    expect(compile.argv.slice(0, 5)).toEqual(['nice', '-n', '10', '/go/bin/go', 'build']);
    expect(compile.env).toMatchObject({
      ...{ CGO_ENABLED: '0', GOOS: 'linux', GOARCH: 'arm64', GOAMD64: 'v1', GOARM64: 'v8.0', GOPROXY: 'off' },
      ...{ GOENV: 'off', GOEXPERIMENT: '', GOFLAGS: '-mod=readonly', GOWORK: 'off', GOTOOLCHAIN: 'local', GOROOT: '' },
      ...{ GOMODCACHE: '/m', GOCACHE: '/c', TZ: 'UTC', LC_ALL: 'C' },
    });
    expect(rest.map((effect) => (effect.kind === 'exec' ? effect.argv.join(' ') : ''))).toEqual([
      'chmod 0755 /out/api/k0/certkeeper.partial',
      'touch -t 202611221802.02 /out/api/k0/certkeeper.partial',
      'chmod 0755 /out/api/k0',
      'mv /out/api/k0/certkeeper.partial /out/api/k0/certkeeper',
    ]);
  });

  it('does nothing again: neither a platform that is built, nor tests of the same sources', () => {
    const build = everything;
    const compiled = { look: lookOf(build, [true, false, true], true), seconds: 0 };
    expect(effectsOf(build, 'compile-linux-amd64', compiled)).toBe('nothing');
    expect(effectsOf(build, 'compile-windows-amd64', compiled)).not.toBe('nothing');
    const all = lookOf(build, [true, true, true], true);
    for (const id of ['modules', 'verify-modules', 'vet']) expect(effectsOf(build, id, all)).toBe('nothing');
    expect(effectsOf(build, 'test', { look: all, withoutRace: null })).toBe('nothing');
    // Built before its tests were asked for.
    const untested = lookOf(build, [true, true, true]);
    expect(effectsOf(build, 'modules', untested)).toEqual(['nice -n 10 /go/bin/go mod download']);
    expect(effectsOf(build, 'verify-modules', untested)).toEqual(['nice -n 10 /go/bin/go mod verify']);
    expect(effectsOf({ ...build, checks: NO_CHECKS }, 'modules', untested)).toBe('nothing');
  });

  it('tests on this machine with the race detector, and without secrets', () => {
    const facts = { look: lookOf(everything, []), withoutRace: null };
    expect(effectsOf(everything, 'test', facts)).toEqual([
      'mkdir -p /out/api/checks',
      'sh -c exec "$@" > "$0" /out/api/checks/k.json.events nice -n 10 /go/bin/go test -json -timeout 90000ms -race -covermode=atomic -coverprofile=/out/api/checks/k.json.cover ./...',
    ]);
    const decision = stepOf(everything, 'test').decide(facts, ctx);
    expect(decision.kind === 'do' && decision.effects[1]).toMatchObject({
      env: { CGO_ENABLED: '1', GOOS: '', GOARCH: '', DSN: '' },
    });
    expect(decision).not.toMatchObject({ effects: [{}, { env: { GOPROXY: 'off' } }] });
  });

  it('where there is no race detector it is refused or left out, as the configuration says', () => {
    const facts = { look: lookOf(everything, []), withoutRace: 'no C compiler' };
    expect(stepOf(everything, 'test').decide(facts, ctx)).toMatchObject({
      kind: 'refuse',
      problems: [{ code: 'build.no-race-detector' }],
    });
    const { test } = everything.checks;
    if (test === null) throw new Error('no tests');
    const auto = { ...everything, checks: { ...everything.checks, test: { ...test, race: 'auto' as const } } };
    const decision = stepOf(auto, 'test').decide(facts, ctx);
    expect(decision).toMatchObject({ kind: 'do', why: 'without the race detector: no C compiler' });
    expect(decision.kind === 'do' && decision.effects[1]).toMatchObject({ env: { CGO_ENABLED: '0' } });
    expect(effectsOf(auto, 'test', facts)[1]).not.toContain('-race');
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
