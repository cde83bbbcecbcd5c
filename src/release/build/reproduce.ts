import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { differenceOf, NO_CHECKS } from '../../build/index.ts';
import type { ResolvedComponent, ResolvedEnvironment, ResolvedImage } from '../../config/index.ts';
import { EXIT, type ExitCode } from '../../model/exit.ts';
import type { Exec } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { RunResult } from '../../procedure/index.ts';
import { isReference } from '../attest/artefacts.ts';
import type { Service } from '../door.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { type Built, buildRelease } from './build.ts';
import { describedVersion, sourceCommit } from './naming.ts';
import type { BuiltComponent, PlatformArtefact } from './units.ts';

/** Whether a build gives the same bytes again: what a release would take, beside the same commit built from nothing at another place. */

export interface Rebuilt {
  readonly component: string;
  readonly platform: string;
  /** `sha256:…` of what a release would take, and of what was built anew. */
  readonly first: string;
  readonly second: string;
  /** Null: they are the same. */
  readonly difference: string | null;
}

export interface ReproduceOutcome {
  readonly exit: ExitCode;
  readonly version: string;
  readonly commit: string;
  readonly rebuilt: readonly Rebuilt[];
  readonly problems: readonly Problem[];
}

/**
 * Builds as a release would (what was built before is taken), then clones the commit to a scratch directory and builds it there, with no
 * compiled package and no file of the first build. Images of components are compared too, and not pushed; what was built elsewhere is left out. Tests are
 * not run again.
 */
export async function reproduceBuild(
  service: ServiceEnvironment,
  request: { readonly version: string | undefined },
): Promise<ReproduceOutcome> {
  const commit = await sourceCommit(service, false);
  const version = request.version ?? (await describedVersion(service, commit));
  const all = Object.entries(service.environment.components);
  const components = all.flatMap(([name, { kind }]) => (kind === 'image' ? [] : [name]));
  // All of them under the lease of every other build: two of one component must not meet.
  const wanted = {
    commit,
    version,
    components: components.length === all.length ? undefined : components,
    push: false,
  };
  const first = await buildRelease(service, wanted);
  if (first.kind === 'failed') return failed(first.result, version, commit);
  const scratch = await mkdtemp(join(tmpdir(), 'shiplock-reproduce-'));
  try {
    // Another path, of another length.
    const copy = await cloned(service, commit, join(scratch, 'sources-of-the-second-build'));
    const elsewhere = {
      ...service,
      store: join(scratch, 'state'),
      environment: movedTo(copy, service.environment),
    };
    const second = await buildRelease(elsewhere, { ...wanted, compiled: join(scratch, 'compiled') });
    if (second.kind === 'failed') return failed(second.result, version, commit);
    const rebuilt = await compared(first.artefacts, second.artefacts, service);
    const problems = rebuilt.flatMap((one) => (one.difference === null ? [] : [differs(one, one.difference)]));
    return { exit: problems.length === 0 ? EXIT.done : EXIT.failed, version, commit, rebuilt, problems };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function failed({ exit, problems }: RunResult, version: string, commit: string): ReproduceOutcome {
  return { exit, version, commit, rebuilt: [], problems };
}

/** A clone, since what belongs to the sources is what git knows. Returns where the service lies in it. */
async function cloned(
  { exec, baseDir }: Pick<Service, 'exec' | 'baseDir'>,
  commit: string,
  to: string,
): Promise<string> {
  const [top, prefix] = await Promise.all(
    ['--show-toplevel', '--show-prefix'].map((what) => exec.read(['git', '-C', baseDir, 'rev-parse', what])),
  );
  const from = top?.stdout.trim() ?? '';
  for (const argv of [
    ['git', 'clone', '--quiet', '--no-checkout', from, to],
    ['git', '-C', to, 'checkout', '--quiet', '--detach', commit],
  ]) {
    const done = await exec.read(argv, { timeoutMs: 10 * 60_000 });
    if (done.exitCode === 0) continue;
    throw new ProblemError({
      code: 'release.no-clone',
      where: from,
      found: done.stderr.trim().split('\n').at(-1) ?? `git ended with ${done.exitCode}`,
      expected: `a clone of commit ${commit.slice(0, 12)} in a scratch directory`,
      remedy: 'mend what git names; TMPDIR says where scratch directories are made',
    });
  }
  return join(to, prefix?.stdout.trim() ?? '');
}

/** The same components with their sources below another base directory. Pure. */
function movedTo(base: string, environment: ResolvedEnvironment): ResolvedEnvironment {
  const moved = (path: string): string => {
    const below = relative(environment.baseDir, path);
    // What lies elsewhere on this machine is no part of the sources.
    return below === '..' || below.startsWith(`..${sep}`) ? path : join(base, below);
  };
  const move = (one: ResolvedComponent): ResolvedComponent => {
    if (one.kind === 'image') return one;
    const source = moved(one.source);
    if (one.kind === 'script') return { ...one, source };
    if (one.kind === 'go') {
      const image = one.image === undefined ? {} : { image: movedImage(one.image, moved) };
      return { ...one, ...image, source, checks: NO_CHECKS };
    }
    const image = one.image === undefined ? {} : { image: movedImage(one.image, moved) };
    return { ...one, ...image, source, output: moved(one.output) };
  };
  const { components } = environment;
  return {
    ...environment,
    baseDir: base,
    components: Object.fromEntries(Object.entries(components).map(([name, one]) => [name, move(one)])),
  };
}

/** Files that an image gets beside what is built. Pure. */
function movedImage<T extends ResolvedImage>(image: T, moved: (path: string) => string): T {
  return {
    ...image,
    certificates: image.certificates === null ? null : moved(image.certificates),
    files: image.files.map(({ from, to }) => ({ from: moved(from), to })),
  };
}

async function compared(first: Built, second: Built, { exec }: Pick<Service, 'exec'>): Promise<readonly Rebuilt[]> {
  const all = { ...second.byComponent, ...second.images };
  const pairs = Object.entries({ ...first.byComponent, ...first.images }).flatMap(([component, made]) => {
    const others = placesOf(all[component]);
    return placesOf(made).map((one, index) => ({ component, one, other: others[index] }));
  });
  return Promise.all(
    pairs.map(async ({ component, one, other }): Promise<Rebuilt> => {
      const row = { component, platform: one.platform, first: one.digest, second: other?.digest ?? '' };
      if (one.digest === other?.digest) return { ...row, difference: null };
      return {
        ...row,
        difference: other === undefined ? 'the second build made none' : await differenceBetween(one, other, exec),
      };
    }),
  );
}

/** An image differs in what is in it, of which more can be said where that is an artefact of its own, or in its settings. */
async function differenceBetween(one: PlatformArtefact, other: PlatformArtefact, exec: Exec): Promise<string> {
  return isReference({ digest: one.digest, artefact: one.path })
    ? 'a program, a file or a setting in the image'
    : await differenceOf(one.path, other.path, exec);
}

function placesOf(made: BuiltComponent | undefined): readonly PlatformArtefact[] {
  return made === undefined ? [] : (made.platforms ?? [{ platform: 'any', digest: made.digest, path: made.path }]);
}

function differs({ component, platform, first, second }: Rebuilt, difference: string): Problem {
  return {
    code: 'release.not-reproducible',
    where: `components.${component} (${platform})`,
    found: `${first} as a release takes it, ${second} built anew: ${difference}`,
    expected: 'the same bytes, wherever and whenever this commit is built',
    remedy:
      'take out of the build what differs from place to place: times, paths, random names, downloads without a pin',
  };
}

/** For people. Pure. */
export function reproduceText({ version, commit, rebuilt, problems }: ReproduceOutcome): string {
  const rows = rebuilt.map(({ component, platform, first, difference }) =>
    difference === null ? `${component} (${platform}): the same, ${first}` : `${component} (${platform}): differs`,
  );
  const head =
    problems.length === 0
      ? `${version} (${commit.slice(0, 12)}) was built twice, at two places: the same bytes.`
      : `${version} (${commit.slice(0, 12)}) did not give the same bytes twice.`;
  return [head, ...rows].join('\n');
}
