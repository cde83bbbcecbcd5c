import type { ResolvedComponent } from '../../config/index.ts';
import { ProblemError } from '../../model/problem.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { buildOutcome, type ReleaseOutcome } from '../run/release.ts';
import { buildRelease } from './build.ts';
import { sourceCommit } from './naming.ts';
import type { BuiltComponent } from './units.ts';

export interface ComponentRequest {
  /** What may be built by it. */
  readonly kind: ResolvedComponent['kind'];
  /** Which one; default: the only one of its kind. */
  readonly component?: string | undefined;
  /** Version that is stamped in; default: named after the commit (naming.ts). */
  readonly version?: string | undefined;
  readonly allowDirty: boolean;
}

export interface ComponentOutcome extends ReleaseOutcome {
  readonly component: string;
  readonly commit: string;
  /** Null when it was not built. */
  readonly made: BuiltComponent | null;
}

/**
 * Builds one component of the commit that is checked out, as a release would: a release of the same commit and version then takes what was
 * built, by digest. Needs no lease on the environment and no secret.
 */
export async function buildComponent(
  service: ServiceEnvironment,
  request: ComponentRequest,
): Promise<ComponentOutcome> {
  const component = chosen(service, request);
  const commit = await sourceCommit(service, request.allowDirty);
  const built = await buildRelease(service, { commit, version: request.version, components: [component] });
  const version = built.kind === 'built' ? built.artefacts.version : (request.version ?? commit.slice(0, 12));
  return {
    ...buildOutcome(service, built.result, version),
    component,
    commit,
    made: built.kind === 'built' ? (built.artefacts.byComponent[component] ?? null) : null,
  };
}

export interface ComponentsOutcome extends ReleaseOutcome {
  /** By component, and images beside by their own name; empty when something was not built. */
  readonly made: Readonly<Record<string, BuiltComponent>>;
}

/** The same with every component, in one run. */
export async function buildComponents(
  service: ServiceEnvironment,
  { version, allowDirty }: Pick<ComponentRequest, 'version' | 'allowDirty'>,
): Promise<ComponentsOutcome> {
  const commit = await sourceCommit(service, allowDirty);
  const built = await buildRelease(service, { commit, version });
  const named = built.kind === 'built' ? built.artefacts.version : (version ?? commit.slice(0, 12));
  return {
    ...buildOutcome(service, built.result, named),
    made: built.kind === 'built' ? { ...built.artefacts.byComponent, ...built.artefacts.images } : {},
  };
}

/** Pure. */
function chosen({ environment }: ServiceEnvironment, { kind, component }: ComponentRequest): string {
  const names = Object.entries(environment.components)
    .filter(([, settings]) => settings.kind === kind)
    .map(([name]) => name);
  const [only] = names;
  if (component === undefined && only !== undefined && names.length === 1) return only;
  if (component !== undefined && names.includes(component)) return component;
  throw new ProblemError({
    code: 'cli.component',
    where: `components of ${environment.environment}`,
    found: component ?? `${names.length} components of kind ${kind}`,
    expected: names.length === 0 ? `a component of kind ${kind}` : `one of ${names.join(', ')}, of kind ${kind}`,
    remedy: 'name the component',
  });
}
