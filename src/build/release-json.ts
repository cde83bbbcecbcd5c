import { readFile } from 'node:fs/promises';
import { type Release, releaseSchema } from '../model/release.ts';
import { action } from '../procedure/build.ts';
import type { DecideContext, Step } from '../procedure/tree.ts';

/** `release.json` as text: fields in the order of its schema, two blanks of indentation, one newline at the end. Pure. */
export function releaseJson(release: Release): string {
  return asText(releaseSchema.parse(release));
}

function asText(release: Release): string {
  return `${JSON.stringify(release, null, 2)}\n`;
}

/** Writes release.json. `release` is asked when the artefacts are built, so it may use their recorded digests. */
export function releaseJsonStep(options: {
  readonly path: string;
  readonly version: string;
  release(ctx: DecideContext): Release;
}): Step<string | null, object> {
  const { path, version, release } = options;
  return action<string | null>({
    id: 'release-json',
    title: `Write down what release ${version} is`,
    inputs: { path, version },
    read: () => readFile(path, 'utf8').catch(() => null),
    decide: (present, ctx) => {
      // A plan may hold digests that are known only once the build is done.
      const content = ctx.mode === 'plan' ? asText(release(ctx)) : releaseJson(release(ctx));
      if (present === content) return { kind: 'nothing', why: 'it is written' };
      return {
        kind: 'do',
        effects: [{ kind: 'file', path, content, why: 'immutable from here on', timeoutMs: 10_000 }],
      };
    },
    probe: 'repeatable',
  });
}
