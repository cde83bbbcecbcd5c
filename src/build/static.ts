import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Effect } from '../model/effect.ts';
import { sequence } from '../procedure/build.ts';
import { artefactStep, type BuildNodes, buildStep, type Locate, publish } from './cached.ts';
import { compressorVersions } from './frontend/compress.ts';
import type { FrontendSettings } from './frontend/config.ts';
import { FINISH_COMMAND, FINISH_VERSION, finishRequest } from './frontend/finish-request.ts';
import { installEffects, lockStep, npmLock } from './frontend/packages.ts';
import { type PagesStep, pagesStep } from './frontend/pages-step.ts';
import type { Earlier } from './frontend/sizes.ts';
import { buildKey, givingWay, sourceDigest, toolVersion } from './sources.ts';

export interface StaticBuild {
  readonly component: string;
  /** Directory of the sources, absolute. */
  readonly source: string;
  /** Command that makes the files, run in the source; null: the files are taken as they are. */
  readonly build: readonly string[] | null;
  /** Directory with the finished files, relative to the source. */
  readonly output: string;
  readonly version: string;
  readonly commit: string;
  /** Directory for finished builds, absolute. */
  readonly outDir: string;
  readonly timeoutMs: number;
  /** Variables that its commands find empty: they hold secrets. */
  readonly withheld?: readonly string[];
  /** How the files are made ready to be served; absent: they are taken as the build made them. */
  readonly finish?: Finish;
}

export interface Finish {
  readonly settings: FrontendSettings;
  /** How this program is started again: it finishes the files as an effect of the build. */
  readonly self: readonly string[];
  /** The files that serve now, if they are known: sizes are told beside theirs. */
  earlier(): Promise<Earlier | null>;
}

export interface StaticNodes extends BuildNodes {
  /** Its outputs tell what the pages load; null where files are taken as they are. */
  readonly pages: PagesStep | null;
}

/**
 * Builds files that are served as they are. With a lock file of npm the packages are installed from it first (`npm ci`), and run nothing
 * meanwhile but what is allowed to. The build learns what it builds from VITE_APP_VERSION, SHIPLOCK_VERSION and SHIPLOCK_COMMIT. Then the
 * files are made ready to be served. The same inputs are built once.
 */
export function buildStaticNode(build: StaticBuild): StaticNodes {
  const { component, source, timeoutMs, version, finish } = build;
  // The lock file is part of the sources, so whether there is one is settled when the tree is made.
  const packages = build.build !== null && npmLock(source) !== undefined;
  const scripts = finish?.settings.scripts ?? [];
  const test = finish?.settings.test ?? null;
  const locate: Locate = async (ctx) => {
    const key = buildKey({
      source: await sourceDigest(source, ctx.exec, ctx.signal),
      node: packages ? await toolVersion(['node', '--version'], source, ctx.exec) : '',
      build: build.build ?? [],
      output: build.output,
      version,
      commit: build.commit,
      ...(finish === undefined ? {} : { test: test ?? [], scripts, finish: finishKey(finish.settings) }),
    });
    return join(build.outDir, component, key, 'files');
  };
  const inputs = { component, version, commit: build.commit, argv: build.build ?? [] };
  const common = { locate, inputs, timeoutMs: timeoutMs + 30_000 };
  const artefact = artefactStep(component, locate);
  const lock = lockStep(component, source, scripts);
  const install = buildStep({
    ...common,
    id: 'packages',
    title: `Install the packages of ${component}`,
    effects: () => installEffects(source, scripts, buildEnvironment(build), timeoutMs),
  });
  const tests = buildStep({
    ...{ ...common, locate: testedAt(build, locate) },
    id: 'test',
    title: `Test ${component}`,
    effects: (mark) => [
      { ...run(build, test ?? []), why: 'nothing is built from sources whose tests fail' },
      { kind: 'exec', argv: ['mkdir', '-p', dirname(mark)], timeoutMs: 10_000 },
      { kind: 'file', path: mark, content: '', why: 'the same sources are not tested again', timeoutMs: 10_000 },
    ],
  });
  const make = buildStep({
    ...common,
    id: 'files',
    title: `Build the files of ${component} ${version}`,
    effects: (path) => [
      ...(build.build === null ? [] : [{ ...run(build, build.build), why: `version ${version} is built in` }]),
      ...collectFiles(join(source, build.output), path, finish),
    ],
  });
  const pages =
    finish === undefined
      ? null
      : pagesStep({
          ...{ component, locate, settings: finish.settings, where: join(source, build.output) },
          earlier: () => finish.earlier(),
        });
  const node = sequence({
    id: `build-${component}`,
    title: `Build ${component} ${version}`,
    steps: [
      ...(build.build === null ? [] : [lock]),
      ...(packages ? [install] : []),
      ...(test === null ? [] : [tests]),
      make,
      ...(pages === null ? [] : [pages]),
      artefact,
    ],
  });
  return { node, artefact, pages };
}

/** Where it stands that these sources passed these tests, whatever the version is; or the artefact, when that is there already. */
function testedAt(build: StaticBuild, artefact: Locate): Locate {
  const { component, source, outDir, finish } = build;
  return async (ctx) => {
    const path = await artefact(ctx);
    if (existsSync(path)) return path;
    const key = buildKey({
      source: await sourceDigest(source, ctx.exec, ctx.signal),
      node: await toolVersion(['node', '--version'], source, ctx.exec),
      test: finish?.settings.test ?? [],
      scripts: finish?.settings.scripts ?? [],
    });
    return join(outDir, component, 'tested', key);
  };
}

function run(build: StaticBuild, argv: readonly string[]): Effect {
  return {
    kind: 'exec',
    argv: givingWay(argv),
    cwd: build.source,
    env: { ...buildEnvironment(build) },
    timeoutMs: build.timeoutMs,
  };
}

function buildEnvironment({ version, commit, withheld = [] }: StaticBuild): Readonly<Record<string, string>> {
  const empty = Object.fromEntries(withheld.map((name) => [name, '']));
  return { ...empty, VITE_APP_VERSION: version, SHIPLOCK_VERSION: version, SHIPLOCK_COMMIT: commit, CI: 'true' };
}

/** What else decides about the bytes: how they are finished, and by which libraries. */
function finishKey(settings: FrontendSettings): readonly string[] {
  return [FINISH_VERSION, JSON.stringify(finishRequest(settings)), ...compressorVersions()];
}

/** Copies the finished files out of the source: what the next build writes there must not change this release. */
function collectFiles(from: string, path: string, finish: Finish | undefined): readonly Effect[] {
  const partial = `${path}.partial`;
  const common = { kind: 'exec' as const, timeoutMs: 120_000 };
  return [
    { ...common, argv: ['mkdir', '-p', dirname(path)] },
    { ...common, argv: ['rm', '-rf', partial], why: 'what an interrupted copy left' },
    { ...common, argv: ['cp', '-R', from, partial], why: 'the next build writes to the same place' },
    ...(finish === undefined ? [] : [finishEffect(finish, partial)]),
    ...publish(partial, path, 60_000),
  ];
}

function finishEffect({ self, settings }: Finish, dir: string): Effect {
  return {
    kind: 'exec',
    argv: givingWay([...self, FINISH_COMMAND, '--dir', dir]),
    stdin: JSON.stringify(finishRequest(settings)),
    why: 'compressed, with hashes, cache rules and policy',
    timeoutMs: 600_000,
  };
}
