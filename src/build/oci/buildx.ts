import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Effect } from '../../model/effect.ts';
import type { Problem } from '../../model/problem.ts';
import { action } from '../../procedure/build.ts';
import { isMissing } from '../../procedure/store.ts';
import type { ReadContext, Step } from '../../procedure/tree.ts';
import { publish } from '../cached.ts';
import { labelsOf } from './labels.ts';
import type { BuildxSettings, ImageBuild, ImagePlace } from './types.ts';

/**
 * An image made by a Dockerfile, with `docker buildx build` (Docker's reference of that command and of the OCI exporter of BuildKit). What comes out is a directory
 * in the OCI image layout, as our own images are: digest, push, signature and look-ups are the same.
 */

interface BuildxFacts {
  readonly place: ImagePlace | null;
  readonly isThere: boolean;
  readonly problems: readonly Problem[];
  /** What was built, as it lies in the context. */
  readonly contents: readonly { readonly from: string; readonly to: string }[];
}

type Locate = (ctx: ReadContext) => Promise<ImagePlace | null>;

/** Builds the image, and judges it before it is brought anywhere. @param locate where it lies or will lie; null while a part of it is not built */
export function buildxSteps(build: ImageBuild, buildx: BuildxSettings, locate: Locate): readonly Step[] {
  return [layoutStep(build, buildx, locate), userStep(build, buildx, locate)];
}

/** Nobody's image runs as root here, whoever made it. */
function userStep({ component }: ImageBuild, { dockerfile }: BuildxSettings, locate: Locate): Step<readonly Problem[]> {
  return action<readonly Problem[]>({
    id: 'user',
    title: `Look as whom the image of ${component} runs`,
    inputs: { component },
    read: async (ctx) => {
      const place = await locate(ctx);
      if (place === null || !(await isLayout(place.directory))) return [];
      // What reads layouts is not needed where no image is made so.
      const { userProblems, usersOf } = await import('./dockerfile.ts');
      return userProblems(await usersOf(place.directory), dockerfile);
    },
    decide: (problems) => (problems.length > 0 ? { kind: 'refuse', problems } : { kind: 'nothing', why: 'not root' }),
    probe: 'repeatable',
  });
}

function layoutStep(build: ImageBuild, buildx: BuildxSettings, locate: Locate): Step<BuildxFacts, object> {
  const { component, version, timeoutMs } = build;
  return action<BuildxFacts>({
    id: 'layout',
    title: `Build the image of ${component} ${version} with buildx`,
    inputs: { component, dockerfile: buildx.dockerfile, builder: buildx.builder ?? '' },
    read: async (ctx) => {
      const place = await locate(ctx);
      return {
        place,
        isThere: place !== null && (await isLayout(place.directory)),
        problems: await readProblems(buildx.dockerfile),
        contents: place === null ? [] : await contentsOf(build, ctx),
      };
    },
    decide: ({ place, isThere, problems, contents }) => {
      if (problems.length > 0) return { kind: 'refuse', problems };
      if (place === null) return { kind: 'nothing', why: 'known once its parts are built' };
      if (isThere) return { kind: 'nothing', why: `the same inputs were built before: ${place.directory}` };
      return { kind: 'do', effects: buildxEffects(build, buildx, place, contents) };
    },
    probe: 'repeatable',
    timeoutMs,
  });
}

async function isLayout(directory: string): Promise<boolean> {
  try {
    await readFile(join(directory, 'index.json'));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function readProblems(file: string): Promise<readonly Problem[]> {
  try {
    const text = await readFile(file, 'utf8');
    return (await import('./dockerfile.ts')).dockerfileProblems(text, file);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [
      {
        code: 'build.no-dockerfile',
        where: file,
        found: 'no such file',
        expected: 'the Dockerfile of the image',
        remedy: 'mend `image.buildx.dockerfile` of the component; it counts from shiplock.yaml',
      },
    ];
  }
}

/** A program lies below its platform, as buildx calls it (`COPY $TARGETPLATFORM/shop /shop`); files lie in `files/`. */
async function contentsOf({ parts }: ImageBuild, ctx: ReadContext): Promise<BuildxFacts['contents']> {
  if (parts.kind === 'static') return [{ from: (await parts.artefact.read(ctx)).path, to: 'files' }];
  return Promise.all(
    parts.programs.map(async ({ platform, artefact }) => ({
      from: (await artefact.read(ctx)).path,
      to: join(platform, parts.binary),
    })),
  );
}

/** The command line by itself. Pure. */
export function buildxArgv(
  build: Pick<ImageBuild, 'component' | 'version' | 'commit' | 'settings' | 'parts'>,
  { dockerfile, builder }: BuildxSettings,
  { created, context, to }: { readonly created: number; readonly context: string; readonly to: string },
): readonly string[] {
  const { parts } = build;
  const platforms = parts.kind === 'static' ? parts.platforms : parts.programs.map(({ platform }) => platform);
  const labels = Object.entries(labelsOf(build, created)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [
    'docker',
    'buildx',
    'build',
    ...(builder === null ? [] : ['--builder', builder]),
    '--file',
    dockerfile,
    '--platform',
    platforms.join(','),
    // Times in the image are that of the commit.
    '--build-arg',
    `SOURCE_DATE_EPOCH=${created}`,
    ...labels.flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    // Ours says more, is signed, and does not change the digest.
    '--provenance=false',
    '--sbom=false',
    '--progress=plain',
    '--output',
    `type=oci,tar=false,rewrite-timestamp=true,${csvField(`dest=${to}`)}`,
    context,
  ];
}

/** As encoding/csv of Go reads it, which takes the words of `--output` apart. Pure. */
function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function buildxEffects(
  build: ImageBuild,
  buildx: BuildxSettings,
  { directory, created }: ImagePlace,
  contents: BuildxFacts['contents'],
): readonly Effect[] {
  const partial = `${directory}.partial`;
  const context = join(partial, 'context');
  const made = join(partial, 'image');
  const common = { kind: 'exec' as const, timeoutMs: 120_000 };
  const parents = [...new Set(contents.map(({ to }) => dirname(join(context, to))))];
  return [
    { ...common, argv: ['rm', '-rf', partial], why: 'what an interrupted build left' },
    { ...common, argv: ['mkdir', '-p', ...parents] },
    ...contents.map(({ from, to }) => ({ ...common, argv: ['cp', '-R', from, join(context, to)] })),
    // A Dockerfile copies permissions as they are, and those of a build follow the umask.
    { ...common, argv: ['chmod', '-R', 'u=rwX,go=rX', context] },
    {
      ...common,
      argv: [...buildxArgv(build, buildx, { created, context, to: made })],
      why: 'nothing but what was built is in its context',
      timeoutMs: build.timeoutMs,
    },
    ...publish(made, directory, 60_000),
    { ...common, argv: ['rm', '-rf', partial] },
  ];
}
