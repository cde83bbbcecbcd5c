import { join, relative } from 'node:path';
import { z } from 'zod';
import {
  type BuildNodes,
  buildGoNode,
  buildScriptNode,
  buildStaticNode,
  cutFor,
  deployedFirst,
  goPlatform,
  imageNode,
  NETWORKS,
  requireCut,
  type StaticNodes,
  withoutNetwork,
} from '../../build/index.ts';
import type { ResolvedComponent } from '../../config/index.ts';
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
import { secretVariables } from '../environment/secrets.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';
import { finishOf } from './frontend.ts';
import { describedVersion } from './naming.ts';
import type { BuiltComponent, PlatformArtefact } from './units.ts';

/** What a build gave: by component, and the version that was stamped in. */
export interface Built {
  readonly version: string;
  readonly byComponent: Readonly<Record<string, BuiltComponent>>;
}

export interface BuildRequest {
  readonly commit: string;
  readonly version: string | undefined;
  /** Only these; default: all of the environment. */
  readonly components?: readonly string[] | undefined;
  /** Directory of compiled packages of its own; default: what was compiled before is taken. */
  readonly compiled?: string | undefined;
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
  /** What its commands may reach. Absent: all. */
  network: z.enum(NETWORKS).exactOptional(),
});
type BuildInputs = z.infer<typeof buildInputsSchema>;

type Nodes = BuildNodes & Partial<Pick<StaticNodes, 'pages'>>;

/**
 * Building is a run of its own, with a lease of its own: it runs code of the commit, so it holds no lease on an environment and
 * resolves no secret. The release takes what it made by digest.
 */
function buildTree(
  service: ServiceEnvironment & Pick<BuildRequest, 'compiled'>,
  inputs: BuildInputs,
): { readonly procedure: Procedure; readonly nodes: ReadonlyMap<string, Nodes> } {
  const { environment } = service;
  const { components, network = 'all' } = inputs;
  const nodes = new Map(
    Object.entries(environment.components)
      .filter(([name]) => components === undefined || components.includes(name))
      .map(([name, settings]) => [name, buildNode(name, settings, inputs, service)] as const),
  );
  return {
    nodes,
    procedure: procedure({
      id: 'build',
      title: `Build ${inputs.service} ${inputs.version}`,
      description:
        'Artefacts with digests, from the sources of one commit. What was built from the same inputs before is taken again.',
      // Jobs that build different components do not wait for each other.
      environment: ['build', inputs.service, ...(components ?? [])].join(':'),
      inputs,
      adapt: (effect) => withoutNetwork(effect, network, cutFor(process.getuid?.())),
      root: parallel({
        id: 'build',
        title: components === undefined ? 'Build every component' : `Build ${components.join(', ')}`,
        limit: 2,
        steps: [...nodes.values()].map((one) => one.node),
      }),
    }),
  };
}

/** Where a build is made, and for what. */
type BuildPlace = Pick<ServiceEnvironment, 'store' | 'secrets' | 'environment' | 'door' | 'config'> &
  Pick<BuildRequest, 'compiled'>;

function buildNode(component: string, settings: ResolvedComponent, inputs: BuildInputs, place: BuildPlace): Nodes {
  const { store, secrets, environment, compiled, door, config } = place;
  if (settings.kind === 'image') {
    const { image, registry, authorization } = settings;
    const tag = settings.tag.replaceAll('{version}', inputs.version).replaceAll('{commit}', inputs.commit);
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
    const { binary, stamp, tags, checks, amd64 = 'v1' } = settings;
    const here = environment.platform.kind === 'local' ? goPlatform(process.platform, process.arch) : null;
    const platforms = deployedFirst(settings.platforms, here);
    const cache = compiled ?? null;
    return buildGoNode({
      ...common,
      ...{ package: settings.package, binary, stamp, tags, platforms, amd64, checks, cache },
      // Tests run what the commit says: it must not find the secrets of the environment.
      withheld: secretVariables([environment, config.service.signing]),
    });
  }
  if (settings.kind === 'script') {
    const { source, name, files, config, links, stamp, address, sign, shell, check, test } = settings;
    const { version, commit } = inputs;
    const publicKey = sign?.publicKey ?? null;
    return buildScriptNode({
      component,
      spec: { source, name, version, commit, files, config, links, stamp, address, publicKey },
      ...{ shell, check, test, key: sign?.key ?? null, self: door.self },
      ...{ outDir: common.outDir, timeoutMs: BUILD_TIMEOUT_MS },
    });
  }
  return buildStaticNode({
    ...{ ...common, build: settings.build, output: relative(settings.source, settings.output) },
    finish: finishOf(component, settings.frontend ?? {}, place),
  });
}

export function buildProcedureFrom(service: ServiceEnvironment, inputs: unknown): Procedure {
  return buildTree(service, buildInputsSchema.parse(inputs)).procedure;
}

async function buildInputs(service: ServiceEnvironment, request: BuildRequest): Promise<BuildInputs> {
  const { commit, components } = request;
  const { network } = service.config.service.build;
  // Before anything runs that was not to reach it.
  await requireCut(network, cutFor(process.getuid?.()), service.exec);
  const version = request.version ?? (await describedVersion(service, commit));
  return {
    service: service.environment.service,
    version,
    commit,
    ...(components === undefined ? {} : { components }),
    ...(network === 'all' ? {} : { network }),
  };
}

export async function buildRelease(service: ServiceEnvironment, request: BuildRequest): Promise<BuildResult> {
  const inputs = await buildInputs(service, request);
  const tree = buildTree({ ...service, compiled: request.compiled }, inputs);
  // A build holds no environment: nobody else needs to know of it.
  const result = await runAgain(tree.procedure, engineOptions(service, { shared: undefined }));
  if (result.outcome !== 'done') return { kind: 'failed', result };
  const byComponent: Record<string, BuiltComponent> = {};
  for (const [name, nodes] of tree.nodes) {
    const made = result.outputs(nodes.artefact);
    if (made === undefined) throw noOutput(name, result.run);
    const platforms = nodes.platforms?.map(({ platform, artefact }) => {
      const one = result.outputs(artefact);
      if (one === undefined) throw noOutput(name, result.run);
      return { platform, ...one };
    });
    const pages = nodes.pages == null ? undefined : result.outputs(nodes.pages);
    const report = nodes.report === undefined ? null : (result.outputs(nodes.report) ?? null);
    byComponent[name] = {
      ...made,
      ...(platforms === undefined ? {} : { platforms }),
      ...(report === null ? {} : { report }),
      ...(pages === undefined ? {} : { pages }),
    };
  }
  return { kind: 'built', result, artefacts: { version: inputs.version, byComponent } };
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
    const platforms = await lookedUp(name, nodes, looking(service));
    byComponent[name] = {
      path,
      digest: digest ?? `<${name}.digest>`,
      ...(platforms.length === 0 ? {} : { platforms }),
    };
  }
  return { plan, artefacts: { version: inputs.version, byComponent } };
}

async function lookedUp(
  name: string,
  { platforms = [] }: BuildNodes,
  ctx: ReadContext,
): Promise<readonly PlatformArtefact[]> {
  return Promise.all(
    platforms.map(async ({ platform, artefact }, index) => {
      const { path, digest } = await artefact.read(ctx);
      const unknown = index === 0 ? `<${name}.digest>` : `<${name}-${platform.replaceAll('/', '-')}.digest>`;
      return { platform, path, digest: digest ?? unknown };
    }),
  );
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

function noOutput(component: string, run: string): ProblemError {
  return new ProblemError({
    code: 'release.not-built',
    where: `components.${component}`,
    found: `run ${run} recorded no artefact of it`,
    expected: 'a path and a digest',
    remedy: 'release again; if it happens again, report it with `shiplock journal show`',
  });
}
