import { type BuildNodes, cutFor, requireCut } from '../../build/index.ts';
import { ProblemError } from '../../model/problem.ts';
import { type Plan, type Procedure, planProcedure, type ReadContext, type RunResult } from '../../procedure/index.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';
import type { Nodes } from './images.ts';
import { describedVersion } from './naming.ts';
import { BUILD_TIMEOUT_MS, type BuildInputs, buildInputsSchema, buildTree } from './tree.ts';
import type { BuiltComponent, PlatformArtefact } from './units.ts';

/** What a build gave: by component, and the version that was stamped in. */
export interface Built {
  readonly version: string;
  readonly byComponent: Readonly<Record<string, BuiltComponent>>;
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
  /** Directory of compiled packages of its own; default: what was compiled before is taken. */
  readonly compiled?: string | undefined;
  /** Are images pushed? Default: yes. */
  readonly push?: boolean | undefined;
}

export type BuildResult =
  | { readonly kind: 'built'; readonly artefacts: Built; readonly result: RunResult }
  | { readonly kind: 'failed'; readonly result: RunResult };

export function buildProcedureFrom(service: ServiceEnvironment, inputs: unknown): Procedure {
  return buildTree(service, buildInputsSchema.parse(inputs)).procedure;
}

async function buildInputs(service: ServiceEnvironment, request: BuildRequest): Promise<BuildInputs> {
  const { commit, components, push = true } = request;
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
    ...(push ? {} : { push }),
  };
}

export async function buildRelease(service: ServiceEnvironment, request: BuildRequest): Promise<BuildResult> {
  const inputs = await buildInputs(service, request);
  const tree = buildTree({ ...service, compiled: request.compiled }, inputs);
  // A build holds no environment: nobody else needs to know of it.
  const result = await runAgain(tree.procedure, engineOptions(service, { shared: undefined }));
  if (result.outcome !== 'done') return { kind: 'failed', result };
  const sbom = tree.sbom === null ? undefined : result.outputs(tree.sbom.node)?.digest;
  return {
    kind: 'built',
    result,
    artefacts: {
      version: inputs.version,
      byComponent: madeOf(tree.nodes, result),
      images: madeOf(tree.images, result),
      ...(sbom === undefined ? {} : { sbom }),
    },
  };
}

function madeOf(nodes: ReadonlyMap<string, Nodes>, result: RunResult): Readonly<Record<string, BuiltComponent>> {
  return Object.fromEntries([...nodes].map(([name, one]) => [name, madeBy(name, one, result)]));
}

function madeBy(name: string, nodes: Nodes, result: RunResult): BuiltComponent {
  const made = result.outputs(nodes.artefact);
  if (made === undefined) throw noOutput(name, result.run);
  const platforms = nodes.platforms?.map(({ platform, artefact }) => {
    const one = result.outputs(artefact);
    if (one === undefined) throw noOutput(name, result.run);
    return { platform, ...one };
  });
  const pages = nodes.pages == null ? undefined : result.outputs(nodes.pages);
  const report = nodes.report === undefined ? null : (result.outputs(nodes.report) ?? null);
  return {
    ...made,
    ...(platforms === undefined ? {} : { platforms }),
    ...(report === null ? {} : { report }),
    ...(pages === undefined ? {} : { pages }),
  };
}

/** What a build would do. An artefact that exists already has its digest; another shows as `<component.digest>`. */
export async function planBuild(
  service: ServiceEnvironment,
  request: BuildRequest,
): Promise<{ readonly plan: Plan; readonly artefacts: Built }> {
  const inputs = await buildInputs(service, request);
  const tree = buildTree(service, inputs);
  const plan = await planProcedure(tree.procedure, engineOptions(service));
  const ctx = looking(service);
  const sbom = tree.sbom === null ? undefined : ((await tree.sbom.look(ctx)) ?? '<sbom.digest>');
  return {
    plan,
    artefacts: {
      version: inputs.version,
      byComponent: await foundOf(tree.nodes, ctx),
      images: await foundOf(tree.images, ctx),
      ...(sbom === undefined ? {} : { sbom }),
    },
  };
}

async function foundOf(
  nodes: ReadonlyMap<string, Nodes>,
  ctx: ReadContext,
): Promise<Readonly<Record<string, BuiltComponent>>> {
  const found: Record<string, BuiltComponent> = {};
  for (const [name, one] of nodes) {
    const { path, digest } = await one.artefact.read(ctx);
    const platforms = await lookedUp(name, one, ctx);
    found[name] = {
      path,
      digest: digest ?? `<${name}.digest>`,
      ...(platforms.length === 0 ? {} : { platforms }),
    };
  }
  return found;
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
