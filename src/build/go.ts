import { join } from 'node:path';
import type { Effect } from '../model/effect.ts';
import { sequence } from '../procedure/build.ts';
import { artefactStep, type BuildNodes, buildStep, type Locate, publish } from './cached.ts';
import { buildKey, givingWay, sourceDigest, toolVersion } from './sources.ts';

export interface GoBuild {
  readonly component: string;
  /** Directory with go.mod, absolute. */
  readonly source: string;
  /** Package to build, relative to the source. */
  readonly package: string;
  /** Name of the file. */
  readonly binary: string;
  readonly version: string;
  readonly commit: string;
  /** Directory for finished builds, absolute; each has a directory of its own, named after its inputs. */
  readonly outDir: string;
  /** Go variables that the linker fills in. */
  readonly stamp: { readonly version: string; readonly commit: string };
  readonly tags: readonly string[];
  /** `linux/amd64`. */
  readonly platform: string;
  /** Run `go test ./...` before the build. */
  readonly test: boolean;
  readonly timeoutMs: number;
}

/**
 * Builds a static Go binary: no cgo, no paths of this machine, no version-control stamp, so that the same source, tool and
 * version give the same bytes anywhere. The same inputs are built once.
 */
export function buildGoNode(build: GoBuild): BuildNodes {
  const { component, source, timeoutMs } = build;
  const locate: Locate = async (ctx) => {
    const key = buildKey({
      source: await sourceDigest(source, ctx.exec, ctx.signal),
      go: await toolVersion(['go', 'env', 'GOVERSION'], source, ctx.exec),
      argv: goArgv(build, ''),
      platform: build.platform,
      test: String(build.test),
    });
    return join(build.outDir, component, key, build.binary);
  };
  const inputs = { component, version: build.version, commit: build.commit, argv: goArgv(build, '<artefact>') };
  const common = { locate, inputs, timeoutMs: timeoutMs + 30_000 };
  const artefact = artefactStep(component, locate);
  const test = buildStep({
    ...common,
    id: 'test',
    title: `Test ${component}`,
    effects: () => [goEffect(build, ['go', 'test', './...'], 'nothing is built from sources whose tests fail')],
  });
  const compile = buildStep({
    ...common,
    id: 'compile',
    title: `Compile ${component} ${build.version}`,
    effects: (path) => [
      goEffect(build, goArgv(build, `${path}.partial`), 'static, without paths of this machine'),
      ...publish(`${path}.partial`, path, 60_000),
    ],
  });
  const node = sequence({
    id: `build-${component}`,
    title: `Build ${component} ${build.version}`,
    steps: build.test ? [test, compile, artefact] : [compile, artefact],
  });
  return { node, artefact };
}

/** The compiler's command line. Pure. */
export function goArgv(build: Omit<GoBuild, 'timeoutMs'>, output: string): readonly string[] {
  const { stamp, version, commit, tags } = build;
  return [
    ...['go', 'build', '-trimpath', '-buildvcs=false'],
    ...(tags.length === 0 ? [] : ['-tags', tags.join(',')]),
    ...['-ldflags', `-s -w -X ${stamp.version}=${version} -X ${stamp.commit}=${commit}`],
    ...['-o', output, build.package],
  ];
}

function goEffect(build: GoBuild, argv: readonly string[], why: string): Effect {
  const [goos = '', goarch = ''] = build.platform.split('/');
  const tests = argv[1] === 'test';
  return {
    kind: 'exec',
    argv: givingWay(argv),
    cwd: build.source,
    env: {
      CGO_ENABLED: '0',
      GOFLAGS: '-mod=readonly',
      GOWORK: 'off',
      // Tests run here, whatever is built for.
      ...(tests ? {} : { GOOS: goos, GOARCH: goarch }),
    },
    why,
    timeoutMs: build.timeoutMs,
  };
}
