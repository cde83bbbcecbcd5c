import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import type { Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import { isAtLeast } from '../../procedure/check/program.ts';

/** The Go that builds a module, as it says itself. */
export interface Toolchain {
  /** The program: `go` of the PATH, or that of another toolchain which go.mod pins. */
  readonly program: string;
  /** `go1.26.8` */
  readonly version: string;
  /** Directory of downloaded modules. */
  readonly modules: string;
  /** Directory of compiled packages. */
  readonly cache: string;
  /** Platform of this machine. */
  readonly host: string;
  /** The C compiler that cgo would call; not looked for here. */
  readonly compiler: string;
}

const answerSchema = z.object({
  GOVERSION: z.string(),
  GOROOT: z.string(),
  GOTOOLCHAIN: z.string().default('local'),
  GOMODCACHE: z.string(),
  GOCACHE: z.string(),
  GOHOSTOS: z.string(),
  GOHOSTARCH: z.string(),
  CC: z.string().default(''),
});
type Answer = z.infer<typeof answerSchema>;
const QUESTIONS = Object.keys(answerSchema.shape);

/**
 * Asks Go which toolchain builds the module in `source`, and where it keeps modules and compiled packages. A `toolchain` line of go.mod pins it
 * exactly, unless this machine's settings forbid another than its own (GOTOOLCHAIN `local` or `path`); then Go itself says whether its own
 * is new enough. Nothing is looked at but `go env`; a toolchain that is pinned and not here is fetched by Go.
 *
 * @throws ProblemError `build.no-go` when there is no Go, or none that may build the module
 */
export async function readToolchain(source: string, exec: Exec, signal?: AbortSignal): Promise<Toolchain> {
  const own = await ask(source, exec, {}, signal);
  const mod = await readFile(join(source, 'go.mod'), 'utf8').catch(() => '');
  const pinned = pinnedToolchain(mod);
  const other = pinned !== null && pinned !== own.GOVERSION && mayChange(own.GOTOOLCHAIN);
  const { GOROOT, GOVERSION, GOMODCACHE, GOCACHE, GOHOSTOS, GOHOSTARCH, CC } = other
    ? await ask(source, exec, { GOTOOLCHAIN: pinned }, signal)
    : own;
  const least = leastGo(mod);
  if (!isAtLeast(GOVERSION.replace(/^go/, ''), least))
    throw noGo(source, `${GOVERSION}; GOTOOLCHAIN=${own.GOTOOLCHAIN}`, least);
  return {
    // Named by its place: no further command has to choose again, or to ask a proxy for it.
    program: other ? join(GOROOT, 'bin', 'go') : 'go',
    version: GOVERSION,
    modules: GOMODCACHE,
    cache: GOCACHE,
    host: `${GOHOSTOS}/${GOHOSTARCH}`,
    compiler: CC,
  };
}

/** The version that go.mod asks for. Pure. */
export function leastGo(mod: string): string {
  return /^go[ \t]+(\d+(?:\.\d+)*)/m.exec(mod)?.[1] ?? '1.21';
}

/** The `toolchain` line of go.mod, `go1.26.8`; null: there is none, or it says `default`. Pure. */
export function pinnedToolchain(mod: string): string | null {
  const named = /^toolchain[ \t]+(\S+)/m.exec(mod)?.[1];
  return named === undefined || named === 'default' ? null : named;
}

/** May Go take another toolchain than its own? Pure. */
export function mayChange(setting: string): boolean {
  return setting !== 'local' && setting !== 'path' && !setting.endsWith('+path');
}

async function ask(
  source: string,
  exec: Exec,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const result = await exec.read(['go', 'env', '-json', ...QUESTIONS], {
    cwd: source,
    // A workspace or an experiment of whoever builds must not choose the toolchain.
    env: { GOWORK: 'off', GOEXPERIMENT: '', ...env },
    // Another toolchain may have to be fetched first.
    timeoutMs: 10 * 60_000,
    ...(signal === undefined ? {} : { signal }),
  });
  const parsed = answerSchema.safeParse(result.exitCode === 0 ? parsedJson(result.stdout) : undefined);
  if (parsed.success) return parsed.data;
  const found =
    result.exitCode === 127 ? 'no `go` on PATH' : firstLines(result.stderr, '`go env` said nothing that is known');
  throw noGo(source, found, null);
}

function noGo(source: string, found: string, least: string | null): ProblemError {
  return new ProblemError({
    code: 'build.no-go',
    where: join(source, 'go.mod'),
    found,
    expected: least === null ? 'a Go that may build this module' : `Go ${least} or newer, as go.mod asks`,
    remedy: 'install the version that go.mod names from https://go.dev/dl/, or let Go fetch it: GOTOOLCHAIN=auto',
  });
}

function firstLines(text: string, otherwise: string): string {
  const lines = text.trim().split('\n').slice(0, 3).join(' ');
  return lines === '' ? otherwise : lines;
}
