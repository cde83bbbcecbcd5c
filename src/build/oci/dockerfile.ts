import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import { baseConfigSchema, manifestSchema } from './documents.ts';
import { blobPath, readLayout } from './layout.ts';

/** What is asked of a Dockerfile, and of the image that was made by it. */

/** Instructions with their line, continued lines joined, comments left out (Dockerfile reference, "Format" and "Escape"). Pure. */
function instructions(text: string): readonly { readonly line: number; readonly words: readonly string[] }[] {
  const found: { line: number; words: readonly string[] }[] = [];
  let begun: { line: number; text: string } | null = null;
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    if (/^\s*#/.test(raw) || (begun === null && raw.trim() === '')) continue;
    const goesOn = /\\\s*$/.test(raw);
    const part = raw.replace(/\\\s*$/, '');
    begun = begun === null ? { line: at + 1, text: part } : { line: begun.line, text: `${begun.text} ${part}` };
    if (goesOn) continue;
    found.push({ line: begun.line, words: begun.text.trim().split(/\s+/) });
    begun = null;
  }
  return found;
}

/**
 * What makes the same Dockerfile give another image tomorrow: an image to stand on, or to copy from, that is named by a tag. Pure.
 *
 * @param file where it lies, for the messages
 */
export function dockerfileProblems(text: string, file: string): readonly Problem[] {
  const stages = new Set<string>(['scratch']);
  const problems: Problem[] = [];
  const judge = (line: number, image: string): void => {
    if (stages.has(image.toLowerCase()) || /^\d+$/.test(image) || /@sha256:[0-9a-f]{64}$/.test(image)) return;
    problems.push({
      code: 'build.image-by-tag',
      where: `${file}:${line}`,
      found: image,
      expected:
        'an image by its digest, such as debian@sha256:…: a tag can be moved, and the same commit would give another image',
      remedy: 'write the digest behind the name; `docker buildx imagetools inspect NAME` says it',
    });
  };
  for (const { line, words } of instructions(text)) {
    const [name = '', ...rest] = words;
    if (/^from$/i.test(name)) {
      const [image = '', named = '', stage = ''] = rest.filter((word) => !word.startsWith('--'));
      judge(line, image);
      if (/^as$/i.test(named) && stage !== '') stages.add(stage.toLowerCase());
    }
    if (/^(?:copy|add)$/i.test(name)) {
      const from = rest.find((word) => word.startsWith('--from='))?.slice('--from='.length);
      if (from !== undefined) judge(line, from);
    }
  }
  return problems;
}

const configSchema = baseConfigSchema.extend({
  config: z.object({ User: z.string().nullish() }).nullish(),
});

/** Platforms of an image in a layout, and as whom each runs; a name cannot be looked up, a number can. */
export async function usersOf(
  directory: string,
): Promise<readonly { readonly platform: string; readonly user: string }[]> {
  const { manifests } = await readLayout(directory);
  return Promise.all(
    manifests.map(async ({ digest }) => {
      const manifest = manifestSchema.parse(await documentAt(directory, digest));
      const { os, architecture, config } = configSchema.parse(await documentAt(directory, manifest.config.digest));
      return { platform: `${os}/${architecture}`, user: config?.User ?? '' };
    }),
  );
}

async function documentAt(directory: string, digest: string): Promise<unknown> {
  return JSON.parse(await readFile(blobPath(directory, digest), 'utf8'));
}

/** An image that runs as root, or as somebody of whom nobody knows whether it is root. Pure. */
export function userProblems(users: Awaited<ReturnType<typeof usersOf>>, file: string): readonly Problem[] {
  return users
    .filter(({ user }) => !/^[1-9]\d*(?::\d+)?$/.test(user))
    .map(({ platform, user }) => ({
      code: 'build.image-user',
      where: file,
      found: `${user === '' ? 'no user, so root' : `the user \`${user}\``}, on ${platform}`,
      expected: 'the number of a user, from 1: clusters cannot tell from a name that it is not root',
      remedy: 'write `USER 65532:65532` at the end of the Dockerfile',
    }));
}
