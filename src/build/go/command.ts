import type { Effect } from '../../model/effect.ts';
import { givingWay } from '../sources.ts';
import type { Toolchain } from './toolchain.ts';
import type { GoBuild } from './types.ts';

/**
 * Go's command lines and their environment. What comes out of a build may depend on the sources, the toolchain and the arguments, and on nothing
 * else: so each variable that `go help environment` lists as an input of the build is given a value here, whatever the caller, `go env -w`
 * or a workspace says. An empty value stands for Go's own default.
 */
const PINNED = {
  GO111MODULE: 'on',
  GODEBUG: '',
  // Settings by `go env -w` are one person's.
  GOENV: 'off',
  GOEXPERIMENT: '',
  GOFIPS140: 'off',
  GOROOT: '',
  GOTOOLCHAIN: 'local',
  GOWORK: 'off',
  GO_EXTLINK_ENABLED: '',
  LC_ALL: 'C',
  TZ: 'UTC',
} as const;

/** Least processor of each kind: Go's defaults when it builds for another machine, whatever this one is. */
const PROCESSORS = {
  GO386: 'sse2',
  GOARM: '7',
  GOARM64: 'v8.0',
  GOMIPS: 'hardfloat',
  GOMIPS64: 'hardfloat',
  GOPPC64: 'power8',
  GORISCV64: 'rva20u64',
  GOWASM: '',
} as const;

/** The compiler's command line. Pure. */
export function goArgv(
  build: Pick<GoBuild, 'stamp' | 'version' | 'commit' | 'tags' | 'package'>,
  output: string,
): readonly string[] {
  const { stamp, version, commit, tags } = build;
  return [
    ...['go', 'build', '-trimpath', '-buildvcs=false'],
    ...tagWords(tags),
    ...['-ldflags', `-s -w -X ${stamp.version}=${version} -X ${stamp.commit}=${commit}`],
    ...['-o', output, build.package],
  ];
}

/** Pure. */
export function tagWords(tags: readonly string[]): readonly string[] {
  return tags.length === 0 ? [] : ['-tags', tags.join(',')];
}

export interface GoCommand {
  /** Begins with `go`. */
  readonly argv: readonly string[];
  readonly why: string;
  /** Null: this machine's. */
  readonly platform: string | null;
  readonly cgo: boolean;
  /** May modules be fetched? */
  readonly online: boolean;
  /** Further variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Where what it writes to its standard output goes; null: it is recorded with the run. */
  readonly output: string | null;
  /** 0 and, where the next step tells what went wrong, what Go ends with then. */
  readonly okExitCodes: readonly number[];
}

/** What most commands of Go are. */
export const PLAIN = { platform: null, cgo: false, online: false, env: {}, output: null, okExitCodes: [0] } as const;

/** A command of Go as an effect, at low priority, in the pinned environment. Pure. */
export function goEffect(
  build: Pick<GoBuild, 'source' | 'amd64' | 'cache' | 'timeoutMs'>,
  toolchain: Toolchain,
  vendored: boolean,
  command: GoCommand,
): Effect {
  const { platform, cgo, online, output, okExitCodes, why } = command;
  const [goos = '', goarch = ''] = (platform ?? '').split('/');
  const argv = givingWay([toolchain.program, ...command.argv.slice(1)]);
  return {
    kind: 'exec',
    // The name of the file is an argument of the shell, never part of what it reads as a program.
    argv: output === null ? argv : ['sh', '-c', 'exec "$@" > "$0"', output, ...argv],
    cwd: build.source,
    env: {
      ...PINNED,
      ...PROCESSORS,
      GOAMD64: build.amd64,
      CGO_ENABLED: cgo ? '1' : '0',
      GOFLAGS: vendored ? '-mod=vendor' : '-mod=readonly',
      GOMODCACHE: toolchain.modules,
      GOCACHE: build.cache ?? toolchain.cache,
      GOOS: goos,
      GOARCH: goarch,
      // All that is needed was fetched before, and checked.
      ...(online ? {} : { GOPROXY: 'off' }),
      ...command.env,
    },
    okExitCodes: [...okExitCodes],
    why,
    timeoutMs: build.timeoutMs,
  };
}

/**
 * Fetches the modules. The only command that uses the network, and so the only one that heeds the settings of whoever builds: where the proxy is,
 * what is private, which checksum database is asked. Pure.
 */
export function downloadEffect(build: Pick<GoBuild, 'source' | 'timeoutMs'>, toolchain: Toolchain): Effect {
  return {
    kind: 'exec',
    argv: givingWay([toolchain.program, 'mod', 'download']),
    cwd: build.source,
    env: { GO111MODULE: 'on', GOWORK: 'off', GOTOOLCHAIN: 'local', GOMODCACHE: toolchain.modules },
    why: 'what go.mod names, each as go.sum has it',
    timeoutMs: build.timeoutMs,
  };
}
