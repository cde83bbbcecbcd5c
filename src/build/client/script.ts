import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Effect, Text } from '../../model/effect.ts';
import { action, sequence } from '../../procedure/build.ts';
import type { Node } from '../../procedure/tree.ts';
import { artefactStep, type BuildNodes, buildStep, type Locate, publish } from '../cached.ts';
import { buildKey, givingWay, sourceDigest } from '../sources.ts';
import { type CheckFacts, checkScripts, type Severity, type Shell } from './check.ts';
import { installerText } from './installer.ts';
import { type PackSpec, packSpecSchema } from './pack.ts';

export interface ScriptBuild {
  readonly component: string;
  /** What is packed; `files` begins with the main script. */
  readonly spec: PackSpec;
  readonly shell: Shell;
  /** Findings of shellcheck from this severity on stop the build; null: it is not asked. */
  readonly check: Severity | null;
  /** Tests, run in the source; null: none. */
  readonly test: readonly string[] | null;
  /** Private key, by secret reference; null: not signed. */
  readonly key: Text | null;
  /** Directory for finished builds, absolute. */
  readonly outDir: string;
  /** How this program is started again. */
  readonly self: readonly string[];
  readonly timeoutMs: number;
}

/**
 * Builds a client script: shellcheck, its tests, then the package with its installer, checksums and signature. The package follows from the sources, the
 * version and the settings alone, so that it is the same bytes wherever it is built. The same inputs are built once.
 */
export function buildScriptNode(build: ScriptBuild): BuildNodes {
  const { component, spec, timeoutMs } = build;
  const locate: Locate = async (ctx) => {
    const key = buildKey({
      source: await sourceDigest(spec.source, ctx.exec, ctx.signal),
      // The source may lie elsewhere, and the key outside of it.
      spec: JSON.stringify({ ...spec, source: '', publicKey: '' }),
      publicKey: spec.publicKey === null ? '' : await readFile(spec.publicKey, 'utf8').catch(() => ''),
      installer: installerText(),
      check: build.check ?? '',
      shell: build.shell,
      test: build.test ?? [],
    });
    return join(build.outDir, component, key, 'client');
  };
  const { version, commit } = spec;
  const common = { locate, inputs: { component, version, commit, files: spec.files }, timeoutMs: timeoutMs + 30_000 };
  const artefact = artefactStep(component, locate);
  const steps: Node[] = [];
  if (build.check !== null) steps.push(checkStep(build, build.check, locate));
  if (build.test !== null) {
    const { test } = build;
    steps.push(
      buildStep({
        ...common,
        id: 'test',
        title: `Test ${component}`,
        effects: () => [
          {
            kind: 'exec',
            argv: [...withoutKey(build.key), ...givingWay(test)],
            cwd: spec.source,
            env: { SHIPLOCK_VERSION: version },
            why: 'nothing is packed from sources whose tests fail',
            timeoutMs,
          },
        ],
      }),
    );
  }
  steps.push(
    buildStep({
      ...common,
      id: 'package',
      title: `Pack ${spec.name} ${version}`,
      effects: (path) => packEffects(build, path),
    }),
    artefact,
  );
  return { node: sequence({ id: `build-${component}`, title: `Build ${component} ${version}`, steps }), artefact };
}

/** shellcheck only looks, so it is asked while facts are read; what it found refuses the build, line by line. */
function checkStep(build: ScriptBuild, severity: Severity, locate: Locate) {
  const { component, spec, shell, timeoutMs } = build;
  return action<CheckFacts | null>({
    id: 'check',
    title: `Check the scripts of ${component} with shellcheck`,
    inputs: { component, severity, shell, files: spec.files },
    timeoutMs,
    read: async (ctx) => {
      const path = await locate(ctx);
      const built = await readFile(join(path, 'client.json')).then(
        () => true,
        () => false,
      );
      return built ? null : checkScripts(ctx, { source: spec.source, files: spec.files, shell, severity });
    },
    decide: (facts) => {
      if (facts === null) return { kind: 'nothing', why: 'the same inputs were built before' };
      return facts.problems.length === 0
        ? { kind: 'nothing', why: `shellcheck has nothing to say of ${facts.files} files` }
        : { kind: 'refuse', problems: facts.problems };
    },
    probe: 'repeatable',
  });
}

function packEffects({ spec, key, self, timeoutMs }: ScriptBuild, path: string): readonly Effect[] {
  const partial = `${path}.partial`;
  const common = { kind: 'exec' as const, timeoutMs };
  return [
    { ...common, argv: ['mkdir', '-p', join(path, '..')] },
    { ...common, argv: ['rm', '-rf', partial], why: 'what an interrupted build left' },
    {
      ...common,
      argv: [...self, 'client', 'pack', '--out', partial],
      stdin: JSON.stringify(packSpecSchema.parse(spec)),
      why: 'bytes that follow from names and contents alone',
    },
    ...(key === null || spec.publicKey === null
      ? []
      : [
          {
            ...common,
            argv: [...self, 'client', 'sign', '--dir', partial, '--public-key', spec.publicKey],
            stdin: key,
            why: 'so that a client knows whose package it is before it runs anything of it',
          },
        ]),
    ...publish(partial, path, 60_000),
  ];
}

/** Tests are code of the commit: the variable that holds the key is not among what they inherit. Pure. */
export function withoutKey(key: Text | null): readonly string[] {
  const variable = key === null || typeof key === 'string' ? undefined : /^env:(.+)$/.exec(key.secret)?.[1];
  return variable === undefined ? [] : ['env', '-u', variable];
}
