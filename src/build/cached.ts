import { lstat } from 'node:fs/promises';
import { z } from 'zod';
import type { Effect } from '../model/effect.ts';
import { action, step } from '../procedure/build.ts';
import { artefactDigest } from '../procedure/machine/digest.ts';
import type { OutputRef, ReadContext, Sequence, Step } from '../procedure/tree.ts';
import type { TestReport } from './go/types.ts';

/** What every build has in common: a name from its inputs, a skip when that name exists, and a digest of what came out. */

export const builtSchema = z.strictObject({
  /** `sha256:…` of the file or directory. */
  digest: z.string(),
  path: z.string(),
});
export type BuiltArtefact = Readonly<z.infer<typeof builtSchema>>;

export interface BuildNodes {
  readonly node: Sequence;
  /** Last step of the node: its outputs are the artefact. */
  readonly artefact: Step<ArtefactFacts, BuiltArtefact>;
  /** Of each platform, the deployed one first; absent: it runs anywhere. */
  readonly platforms?: readonly {
    readonly platform: string;
    readonly artefact: Step<ArtefactFacts, BuiltArtefact>;
  }[];
  /** What its tests said; absent: nothing was asked for. */
  readonly report?: OutputRef<TestReport | null>;
}

export interface BuildFacts {
  /** Where the artefact of exactly these inputs lies, or will lie. */
  readonly path: string;
  readonly exists: boolean;
}

export interface ArtefactFacts {
  readonly path: string;
  readonly digest: string | null;
}

export type Locate = (ctx: ReadContext) => Promise<string>;

/** A step that does its effects only while the artefact does not exist. It appears by a rename, so it is whole or not there. */
export function buildStep(spec: {
  readonly id: string;
  readonly title: string;
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  readonly locate: Locate;
  effects(path: string): readonly Effect[];
  readonly timeoutMs: number;
}): Step<BuildFacts, object> {
  const { locate, effects, ...rest } = spec;
  return action<BuildFacts>({
    ...rest,
    read: async (ctx) => {
      const path = await locate(ctx);
      return { path, exists: (await lstat(path).catch(() => undefined)) !== undefined };
    },
    decide: ({ path, exists }) =>
      exists
        ? { kind: 'nothing', why: `the same inputs were built before: ${path}` }
        : { kind: 'do', effects: effects(path) },
    probe: 'repeatable',
  });
}

/**
 * Reads the artefact back and records its digest.
 *
 * @param named id of the step, and what is built in words: one component may be built for several platforms
 */
export function artefactStep(
  component: string,
  locate: Locate,
  [id, name]: readonly [id: string, name: string] = ['digest', component],
): Step<ArtefactFacts, BuiltArtefact> {
  return step<ArtefactFacts, BuiltArtefact>({
    id,
    title: `Take the digest of ${name}`,
    inputs: { component },
    read: async (ctx) => {
      const path = await locate(ctx);
      const exists = (await lstat(path).catch(() => undefined)) !== undefined;
      return { path, digest: exists ? await artefactDigest(path) : null };
    },
    decide: ({ path, digest }, ctx) =>
      digest === null && ctx.mode === 'run'
        ? {
            kind: 'refuse',
            problems: [
              {
                code: 'build.nothing-built',
                where: path,
                found: 'nothing there after the build',
                expected: 'the artefact',
                remedy: 'mend `binary` or `output` of the component, so that it names what the build makes',
              },
            ],
          }
        : { kind: 'nothing', why: digest ?? 'known once it is built' },
    outputs: builtSchema,
    collect: (_results, { path, digest }) => ({ path, digest: digest ?? '' }),
    planned: ({ path, digest }) => ({ path, digest: digest ?? `<build-${name}.digest>` }),
    probe: 'repeatable',
  });
}

/** Effects that make `made` appear at `path` in one rename. */
export function publish(made: string, path: string, timeoutMs: number): readonly Effect[] {
  return [{ kind: 'exec', argv: ['mv', made, path], why: 'whole or not at all', timeoutMs }];
}
