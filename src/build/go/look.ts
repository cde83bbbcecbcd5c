import { existsSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadContext } from '../../procedure/tree.ts';
import { commitSeconds } from '../commit-time.ts';
import { buildKey, sourceDigest } from '../sources.ts';
import { goArgv } from './command.ts';
import { fileNameOn, hasRaceDetector } from './platforms.ts';
import { readToolchain, type Toolchain } from './toolchain.ts';
import type { GoBuild } from './types.ts';

/** What the steps of a Go build know before they decide. */
export interface GoLook {
  readonly toolchain: Toolchain;
  /** What is built, in the order of the platforms. */
  readonly builds: readonly Place[];
  /** What the tests said, by the sources and by how they are tested. */
  readonly report: Place;
}

export interface Place {
  /** Where it lies, or will lie. */
  readonly path: string;
  readonly exists: boolean;
}

/** Looks at the sources, the toolchain, and at what was made of exactly these before. */
export async function lookAt(build: GoBuild, ctx: Pick<ReadContext, 'exec' | 'signal'>): Promise<GoLook> {
  const [toolchain, source] = await Promise.all([
    toolchainOf(build, ctx),
    sourceDigest(build.source, ctx.exec, ctx.signal),
  ]);
  const paths = build.platforms.map((platform) => {
    const key = buildKey({
      source,
      go: toolchain.version,
      argv: goArgv(build, ''),
      platform,
      ...(platform.endsWith('/amd64') ? { amd64: build.amd64 } : {}),
    });
    return join(build.outDir, build.component, key, fileNameOn(platform, build.binary));
  });
  return {
    toolchain,
    builds: await Promise.all(paths.map(placeOf)),
    report: await placeOf(join(build.outDir, build.component, 'checks', `${checksKey(build, source, toolchain)}.json`)),
  };
}

/** Each step of a build looks; which Go it is does not change meanwhile. */
const toolchains = new WeakMap<GoBuild, Toolchain>();

async function toolchainOf(build: GoBuild, ctx: Pick<ReadContext, 'exec' | 'signal'>): Promise<Toolchain> {
  const known = toolchains.get(build);
  if (known !== undefined) return known;
  const found = await readToolchain(build.source, ctx.exec, ctx.signal);
  toolchains.set(build, found);
  return found;
}

/** The version that is stamped in is no part of it: the same sources under another name are not tested again. */
function checksKey({ checks, tags }: GoBuild, source: string, toolchain: Toolchain): string {
  const { test, vet } = checks;
  return buildKey({
    source,
    go: toolchain.version,
    host: toolchain.host,
    tags,
    vet: String(vet),
    test: test === null ? 'none' : [test.race, String(test.timeoutMs), String(test.leastCoverage), ...test.packages],
  });
}

async function placeOf(path: string): Promise<Place> {
  return { path, exists: (await lstat(path).catch(() => undefined)) !== undefined };
}

/** Sources that hold their modules themselves: Go then needs none of the cache, and none is fetched. */
export function isVendored(source: string): boolean {
  return existsSync(join(source, 'vendor', 'modules.txt'));
}

/** Null: tests can run with the race detector; else why not. */
export async function noRaceDetector(
  { host, compiler }: Pick<Toolchain, 'host' | 'compiler'>,
  ctx: Pick<ReadContext, 'exec' | 'signal'>,
): Promise<string | null> {
  if (!hasRaceDetector(host)) return `Go has none for ${host}`;
  const [program = ''] = compiler.split(/\s+/);
  if (program === '') return 'Go names no C compiler';
  const asked = await ctx.exec.read([program, '--version'], { signal: ctx.signal, timeoutMs: 20_000 });
  return asked.exitCode === 0 ? null : `it needs a C compiler, and \`${program} --version\` does not work`;
}

/** When the commit was made, seconds since 1970; the first second of 1980 where git cannot tell: older times do not fit into archives. */
export async function fileSeconds(
  { source, commit }: Pick<GoBuild, 'source' | 'commit'>,
  ctx: Pick<ReadContext, 'exec' | 'signal'>,
): Promise<number> {
  return Math.max(await commitSeconds(source, commit, ctx), EPOCH);
}

const EPOCH = Date.UTC(1980, 0, 1) / 1000;

/** `example.com/shop` of `module example.com/shop`; empty where go.mod names none. */
export async function moduleOf(source: string): Promise<string> {
  const text = await readFile(join(source, 'go.mod'), 'utf8').catch(() => '');
  return /^module[ \t]+"?([^\s"]+)"?/m.exec(text)?.[1] ?? '';
}
