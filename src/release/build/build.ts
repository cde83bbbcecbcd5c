import { join, relative } from 'node:path';
import { z } from 'zod';
import { type BuildNodes, buildGoNode, buildStaticNode, imageNode, type SbomNodes } from '../../build/index.ts';
import { isInCluster, type ResolvedComponent } from '../../config/index.ts';
import { ProblemError } from '../../model/problem.ts';
import {
  httpClient,
  type Plan,
  type Procedure,
  parallel,
  planProcedure,
  procedure,
  type ReadContext,
  type RunResult,
} from '../../procedure/index.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';
import { type ComponentNodes, filledTag, imageName, imageOf, type Programs, sbomOf } from './images.ts';
import { describedVersion } from './naming.ts';
import type { BuiltComponent } from './units.ts';

/** What a build gave: by component, and the version that was stamped in. */
export interface Built {
  readonly version: string;
  readonly byComponent: Readonly<Record<string, BuiltComponent>>;
  readonly platforms: Readonly<Record<string, string>>;
  /** Images of components that are released as something else, by the name that the release has for them. */
  readonly images: Readonly<Record<string, BuiltComponent>>;
  /** Digest of the bill of materials, `<sbom.digest>` while it is not known; absent: only some components were built. */
  readonly sbom?: string;
}

export interface BuildRequest {
  readonly commit: string;
  readonly version: string | undefined;
  /** Only these; default: all of the environment. */
  readonly components?: readonly string[] | undefined;
}

export type BuildResult =
  | { readonly kind: 'built'; readonly artefacts: Built; readonly result: RunResult }
  | { readonly kind: 'failed'; readonly result: RunResult };

const BUILD_TIMEOUT_MS = 30 * 60_000;

/** What a build is made from; stored with its run. */
export const buildInputsSchema = z.strictObject({
  service: z.string(),
  version: z.string(),
  commit: z.string(),
  /** Absent: all. */
  components: z.array(z.string()).readonly().exactOptional(),
});
type BuildInputs = z.infer<typeof buildInputsSchema>;

/**
 * Building is a run of its own, with a lease of its own: it runs code of the commit, so it holds no lease on an environment and
 * resolves no secret. The release takes what it made by digest.
 */
function buildTree(service: ServiceEnvironment, inputs: BuildInputs): BuildTree {
  const { environment } = service;
  const { components } = inputs;
  const parts = new Map(
    Object.entries(environment.components)
      .filter(([name]) => components === undefined || components.includes(name))
      .map(([name, settings]) => [name, componentNodes(name, settings, inputs, service)] as const),
  );
  // Pods are made of images, so in a cluster the image of a component is what is released of it.
  const released = isInCluster(environment);
  const nodes = new Map([...parts].map(([name, one]) => [name, (released ? one.image : undefined) ?? one.nodes]));
  const images = new Map(
    [...parts].flatMap(([name, { image }]) => (released || image === undefined ? [] : [[imageName(name), image]])),
  );
  const sbom = components === undefined ? sbomOf(inputs, parts, service) : null;
  const made = [...parts.values()].map((one) => (one.image ?? one.nodes).node);
  return {
    ...{ nodes, images, sbom },
    procedure: procedure({
      id: 'build',
      title: `Build ${inputs.service} ${inputs.version}`,
      description:
        'Artefacts with digests, from the sources of one commit. What was built from the same inputs before is taken again.',
      // Jobs that build different components do not wait for each other.
      environment: ['build', inputs.service, ...(components ?? [])].join(':'),
      inputs,
      root: parallel({
        id: 'build',
        title: components === undefined ? 'Build every component' : `Build ${components.join(', ')}`,
        limit: 2,
        steps: [...made, ...(sbom === null ? [] : [sbom.node])],
        ...(sbom === null ? {} : { after: { [sbom.node.id]: made.map(({ id }) => id) } }),
      }),
    }),
  };
}

interface BuildTree {
  readonly procedure: Procedure;
  /** By component: what is released of it. */
  readonly nodes: ReadonlyMap<string, BuildNodes>;
  /** By the name that the release has for them: images beside that. */
  readonly images: ReadonlyMap<string, BuildNodes>;
  /** Null: only some components are built. */
  readonly sbom: SbomNodes | null;
}

function componentNodes(
  component: string,
  settings: ResolvedComponent,
  inputs: BuildInputs,
  service: ServiceEnvironment,
): ComponentNodes {
  const nodes = buildNode(component, settings, inputs, service);
  const [first = '', ...others] = settings.kind === 'go' ? settings.platforms : [];
  // Other platforms are only for images.
  const more =
    settings.kind === 'go' && settings.image !== undefined
      ? others.map((platform) => {
          const name = `${component}-${platform.replace('/', '-')}`;
          return { platform, nodes: buildNode(name, { ...settings, platforms: [platform] }, inputs, service) };
        })
      : [];
  const programs: readonly Programs[] = [
    { platform: first, artefact: nodes.artefact },
    ...more.map((one) => ({ platform: one.platform, artefact: one.nodes.artefact })),
  ];
  const parts = { programs, nodes, more: more.map((one) => one.nodes) };
  return { settings, nodes, programs, image: imageOf(component, settings, inputs, parts, service) };
}

function buildNode(
  component: string,
  settings: ResolvedComponent,
  inputs: BuildInputs,
  { store, secrets }: Pick<ServiceEnvironment, 'store' | 'secrets'>,
): BuildNodes {
  if (settings.kind === 'image') {
    const { image, registry, authorization } = settings;
    const tag = filledTag(settings.tag, inputs);
    const header = () =>
      authorization === null || typeof authorization === 'string' ? authorization : secrets.get(authorization.secret);
    return imageNode({ component, image, tag, registry, authorization: header, http: httpClient });
  }
  const common = {
    component,
    source: settings.source,
    version: inputs.version,
    commit: inputs.commit,
    outDir: join(store, 'artefacts'),
    timeoutMs: BUILD_TIMEOUT_MS,
  };
  if (settings.kind === 'go') {
    const [platform = 'linux/amd64'] = settings.platforms;
    const { binary, stamp, tags } = settings;
    return buildGoNode({ ...common, package: settings.package, binary, stamp, tags, platform, test: false });
  }
  return buildStaticNode({ ...common, build: settings.build, output: relative(settings.source, settings.output) });
}

export function buildProcedureFrom(service: ServiceEnvironment, inputs: unknown): Procedure {
  return buildTree(service, buildInputsSchema.parse(inputs)).procedure;
}

async function buildInputs(service: ServiceEnvironment, request: BuildRequest): Promise<BuildInputs> {
  const { commit, components } = request;
  const version = request.version ?? (await describedVersion(service, commit));
  return {
    service: service.environment.service,
    version,
    commit,
    ...(components === undefined ? {} : { components }),
  };
}

export async function buildRelease(service: ServiceEnvironment, request: BuildRequest): Promise<BuildResult> {
  const inputs = await buildInputs(service, request);
  const tree = buildTree(service, inputs);
  // A build holds no environment: nobody else needs to know of it.
  const result = await runAgain(tree.procedure, engineOptions(service, { shared: undefined }));
  if (result.outcome !== 'done') return { kind: 'failed', result };
  const byComponent: Record<string, BuiltComponent> = {};
  for (const [name, nodes] of tree.nodes) {
    const made = result.outputs(nodes.artefact);
    if (made === undefined) throw noOutput(name, result.run);
    byComponent[name] = made;
  }
  const images: Record<string, BuiltComponent> = {};
  for (const [name, nodes] of tree.images)
    images[name] = result.outputs(nodes.artefact) ?? raise(noOutput(name, result.run));
  const sbom = tree.sbom === null ? undefined : result.outputs(tree.sbom.node)?.digest;
  return {
    kind: 'built',
    result,
    artefacts: {
      ...{ version: inputs.version, byComponent, platforms: platformsOf(service), images },
      ...(sbom === undefined ? {} : { sbom }),
    },
  };
}

function raise(error: Error): never {
  throw error;
}

/** What a build would do. An artefact that exists already has its digest; another shows as `<component.digest>`. */
export async function planBuild(
  service: ServiceEnvironment,
  request: BuildRequest,
): Promise<{ readonly plan: Plan; readonly artefacts: Built }> {
  const inputs = await buildInputs(service, request);
  const tree = buildTree(service, inputs);
  const plan = await planProcedure(tree.procedure, engineOptions(service));
  const byComponent: Record<string, BuiltComponent> = {};
  for (const [name, nodes] of tree.nodes) {
    const { path, digest } = await nodes.artefact.read(looking(service));
    byComponent[name] = digest === null ? { path, digest: `<${name}.digest>` } : { path, digest };
  }
  const images: Record<string, BuiltComponent> = {};
  for (const [name, nodes] of tree.images) {
    const { path, digest } = await nodes.artefact.read(looking(service));
    images[name] = { path, digest: digest ?? `<${name}.digest>` };
  }
  const sbom = tree.sbom === null ? undefined : ((await tree.sbom.look(looking(service))) ?? '<sbom.digest>');
  return {
    plan,
    artefacts: {
      ...{ version: inputs.version, byComponent, platforms: platformsOf(service), images },
      ...(sbom === undefined ? {} : { sbom }),
    },
  };
}

/** A context for a single look outside of any run. */
function looking({ clock, exec }: ServiceEnvironment): ReadContext {
  const nothing = (): never => {
    throw new TypeError('a look outside of a run has no recorded outputs');
  };
  return {
    mode: 'plan',
    clock,
    exec,
    signal: AbortSignal.timeout(BUILD_TIMEOUT_MS),
    outputOf: nothing,
    evidenceOf: nothing,
    fence: 0,
    run: 'plan',
    note: () => undefined,
  };
}

function platformsOf(service: ServiceEnvironment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(service.environment.components).map(([name, settings]) => [
      name,
      settings.kind === 'go' ? deployedPlatform(settings.platforms, isInCluster(service.environment)) : 'any',
    ]),
  );
}

/** An image is for all of them. */
function deployedPlatform(platforms: readonly string[], inCluster: boolean): string {
  return inCluster ? platforms.join(',') : (platforms[0] ?? 'any');
}

function noOutput(component: string, run: string): ProblemError {
  return new ProblemError({
    code: 'release.not-built',
    where: `components.${component}`,
    found: `run ${run} recorded no artefact of it`,
    expected: 'a path and a digest',
    remedy: 'release again; if it happens again, report it with `shiplock journal show`',
  });
}
