import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Effect } from '../model/effect.ts';
import { sequence } from '../procedure/build.ts';
import { artefactStep, type BuildNodes, buildStep, type Locate, publish } from './cached.ts';
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
}

/**
 * Builds files that are served as they are. With a package-lock.json the packages are installed from it first (`npm ci`). The
 * build learns what it builds from VITE_APP_VERSION, SHIPLOCK_VERSION and SHIPLOCK_COMMIT. The same inputs are built once.
 */
export function buildStaticNode(build: StaticBuild): BuildNodes {
  const { component, source, timeoutMs, version } = build;
  // The lock file is part of the sources, so whether there is one is settled when the tree is made.
  const packages = build.build !== null && existsSync(join(source, 'package-lock.json'));
  const locate: Locate = async (ctx) => {
    const key = buildKey({
      source: await sourceDigest(source, ctx.exec, ctx.signal),
      node: packages ? await toolVersion(['node', '--version'], source, ctx.exec) : '',
      build: build.build ?? [],
      output: build.output,
      version,
      commit: build.commit,
    });
    return join(build.outDir, component, key, 'files');
  };
  const inputs = { component, version, commit: build.commit, argv: build.build ?? [] };
  const common = { locate, inputs, timeoutMs: timeoutMs + 30_000 };
  const artefact = artefactStep(component, locate);
  const install = buildStep({
    ...common,
    id: 'packages',
    title: `Install the packages of ${component}`,
    effects: () => [
      {
        ...run(build, ['npm', 'ci', '--no-audit', '--no-fund']),
        why: 'exactly what package-lock.json names',
      },
    ],
  });
  const make = buildStep({
    ...common,
    id: 'files',
    title: `Build the files of ${component} ${version}`,
    effects: (path) => [
      ...(build.build === null ? [] : [{ ...run(build, build.build), why: `version ${version} is built in` }]),
      ...collectFiles(join(source, build.output), path),
    ],
  });
  const node = sequence({
    id: `build-${component}`,
    title: `Build ${component} ${version}`,
    steps: packages ? [install, make, artefact] : [make, artefact],
  });
  return { node, artefact };
}

function run(build: StaticBuild, argv: readonly string[]): Effect {
  const { version, commit, source, timeoutMs } = build;
  const env = { VITE_APP_VERSION: version, SHIPLOCK_VERSION: version, SHIPLOCK_COMMIT: commit, CI: 'true' };
  return { kind: 'exec', argv: givingWay(argv), cwd: source, env, timeoutMs };
}

/** Copies the finished files out of the source: what the next build writes there must not change this release. */
function collectFiles(from: string, path: string): readonly Effect[] {
  const partial = `${path}.partial`;
  const common = { kind: 'exec' as const, timeoutMs: 120_000 };
  return [
    { ...common, argv: ['mkdir', '-p', dirname(path)] },
    { ...common, argv: ['rm', '-rf', partial], why: 'what an interrupted copy left' },
    { ...common, argv: ['cp', '-R', from, partial], why: 'the next build writes to the same place' },
    ...publish(partial, path, 60_000),
  ];
}
