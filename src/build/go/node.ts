import { dirname } from 'node:path';
import type { Effect } from '../../model/effect.ts';
import { action, sequence } from '../../procedure/build.ts';
import type { Step } from '../../procedure/tree.ts';
import { artefactStep, type BuildNodes, publish } from '../cached.ts';
import { checkSteps } from './checks.ts';
import { downloadEffect, goArgv, goEffect, PLAIN } from './command.ts';
import { fileSeconds, type GoLook, isVendored, lookAt } from './look.ts';
import type { GoBuild } from './types.ts';

/**
 * Builds static Go programs, one per platform: no cgo, no paths of this machine, no version-control stamp, in a pinned environment, so that the
 * same source, toolchain and version give the same bytes anywhere. Before that the modules are fetched, and looked at as `checks` says;
 * what follows uses no network. The same inputs are built once, and the same sources tested once.
 */
export function buildGoNode(build: GoBuild): BuildNodes {
  const { component, version, commit, platforms, timeoutMs } = build;
  // Part of the sources, so it is settled when the tree is made.
  const vendored = isVendored(build.source);
  const [deployed = '', ...others] = platforms;
  const inputs = { component, version, commit, argv: goArgv(build, '<artefact>') };
  const { steps: checks, report } = checkSteps(build, vendored);
  const artefactOf = (platform: string, index: number, named: readonly [id: string, name: string]) => ({
    platform,
    artefact: artefactStep(component, async (ctx) => (await lookAt(build, ctx)).builds[index]?.path ?? '', named),
  });
  const first = artefactOf(deployed, 0, ['digest', component]);
  const made = [
    first,
    ...others.map((platform, index) => {
      const suffix = suffixOf(platform);
      return artefactOf(platform, index + 1, [`digest-${suffix}`, `${component}-${suffix}`]);
    }),
  ];
  const modules = action<GoLook>({
    id: 'modules',
    title: `Fetch the modules of ${component}`,
    inputs: { component },
    timeoutMs: timeoutMs + 30_000,
    read: (ctx) => lookAt(build, ctx),
    decide: (look) =>
      isDone(build, look) ? nothingToDo(look) : { kind: 'do', effects: [downloadEffect(build, look.toolchain)] },
    probe: 'repeatable',
  });
  const verify = action<GoLook>({
    id: 'verify-modules',
    title: `Check the modules of ${component}`,
    inputs: { component },
    timeoutMs: timeoutMs + 30_000,
    read: (ctx) => lookAt(build, ctx),
    decide: (look) =>
      isDone(build, look)
        ? nothingToDo(look)
        : {
            kind: 'do',
            effects: [
              goEffect(build, look.toolchain, vendored, {
                ...PLAIN,
                argv: ['go', 'mod', 'verify'],
                why: 'nobody has changed them since they were downloaded',
              }),
            ],
          },
    probe: 'repeatable',
  });
  const node = sequence({
    id: `build-${component}`,
    title: `Build ${component} ${version}`,
    steps: [
      ...(vendored ? [] : [modules, ...(build.checks.modules ? [verify] : [])]),
      ...checks,
      ...platforms.map((platform, index) => compileStep(build, vendored, { platform, index, inputs })),
      ...made.map(({ artefact }) => artefact),
    ],
  });
  return { node, artefact: first.artefact, platforms: made, ...(report === null ? {} : { report }) };
}

/** `linux-arm64` */
function suffixOf(platform: string): string {
  return platform.replaceAll('/', '-');
}

function isDone({ checks }: GoBuild, { builds, report }: GoLook): boolean {
  return builds.every(({ exists }) => exists) && (report.exists || !(checks.vet || checks.test !== null));
}

function nothingToDo({ builds }: GoLook) {
  return { kind: 'nothing' as const, why: `the same inputs were built before: ${builds[0]?.path ?? ''}` };
}

interface CompileFacts {
  readonly look: GoLook;
  /** Time that the file is given, seconds since 1970. */
  readonly seconds: number;
}

function compileStep(
  build: GoBuild,
  vendored: boolean,
  one: {
    readonly platform: string;
    readonly index: number;
    readonly inputs: { readonly [name: string]: string | readonly string[] };
  },
): Step<CompileFacts, object> {
  const { component, version, platforms, timeoutMs } = build;
  const { platform, index } = one;
  const alone = platforms.length === 1;
  return action<CompileFacts>({
    id: alone ? 'compile' : `compile-${suffixOf(platform)}`,
    title: `Compile ${component} ${version} for ${platform}`,
    inputs: { ...one.inputs, platform },
    timeoutMs: timeoutMs + 60_000,
    read: async (ctx) => {
      const [look, seconds] = await Promise.all([lookAt(build, ctx), fileSeconds(build, ctx)]);
      return { look, seconds };
    },
    decide: ({ look, seconds }) => {
      const place = look.builds[index];
      if (place === undefined || place.exists) return nothingToDo(look);
      const partial = `${place.path}.partial`;
      return {
        kind: 'do',
        effects: [
          goEffect(build, look.toolchain, vendored, {
            ...PLAIN,
            argv: goArgv(build, partial),
            platform,
            why: `static, without paths of this machine, by ${look.toolchain.version}`,
          }),
          ...alike(partial, seconds),
          ...publish(partial, place.path, 60_000),
        ],
      };
    },
    probe: 'repeatable',
  });
}

/** Mode and time are no part of a digest, and yet the same everywhere: whatever the umask, whenever it is built. */
function alike(path: string, seconds: number): readonly Effect[] {
  const stamp = new Date(seconds * 1000)
    .toISOString()
    .replace(/^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+).*$/, '$1$2$3$4$5.$6');
  const common = { kind: 'exec' as const, timeoutMs: 60_000 };
  return [
    { ...common, argv: ['chmod', '0755', path], why: 'whatever the umask' },
    { ...common, argv: ['touch', '-t', stamp, path], env: { TZ: 'UTC0' }, why: 'the time of the commit' },
    // The directory is made by Go with what the umask leaves; who installs may be somebody else.
    { ...common, argv: ['chmod', '0755', dirname(path)], why: 'whatever the umask' },
  ];
}
