import type { PagesOutputs, TestReport } from '../../build/index.ts';
import type { ResolvedEnvironment } from '../../config/index.ts';
import type { UnitSpec } from '../../model/platform.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Artefact } from '../../model/release.ts';
import { hostNames } from '../environment/platform.ts';

/** What was built of one component, as it is deployed. */
export interface BuiltComponent {
  readonly digest: string;
  readonly path: string;
  /** Of each platform it was built for, the deployed one first; absent: it runs anywhere. */
  readonly platforms?: readonly PlatformArtefact[];
  /** What its tests said; absent: they were not asked for. */
  readonly report?: TestReport;
  /** What its pages load; absent: it has none. */
  readonly pages?: PagesOutputs;
}

export interface PlatformArtefact {
  readonly platform: string;
  readonly digest: string;
  readonly path: string;
}

/** What release.json names of a component. Pure. */
export function artefactsOf(name: string, { digest, platforms }: BuiltComponent): readonly Artefact[] {
  return (platforms ?? [{ platform: 'any', digest }]).map((one) => ({
    name,
    digest: one.digest,
    platform: one.platform,
  }));
}

export interface Units {
  /** The component that gets the traffic; null when all are only files. */
  readonly unit: UnitSpec | null;
  readonly files: readonly UnitSpec[];
}

/** From the configuration and what was built to what runs. Secrets stay references. Pure. */
export function unitsOf(
  environment: ResolvedEnvironment,
  version: string,
  built: Readonly<Record<string, BuiltComponent>>,
): Units {
  const { platform } = environment;
  const specs = Object.entries(environment.components).map(([component, settings]) => {
    const made = built[component];
    if (made === undefined) throw notBuilt(component);
    const { process } = settings;
    return {
      // Pods of an image run what the image and the manifest say.
      runs:
        process !== null ||
        settings.kind === 'image' ||
        (platform.kind === 'kubernetes' && settings.kind !== 'script' && settings.image !== undefined),
      spec: {
        component,
        version,
        digest: made.digest,
        artefact: made.path,
        command: process?.command ?? [],
        env: process?.env ?? {},
        ...howMany(platform),
        readyPath: process?.ready ?? '/',
        livePath: process?.live ?? '/',
      } satisfies UnitSpec,
    };
  });
  const running = specs.filter((one) => one.runs).map((one) => one.spec);
  const unit = running.find((one) => one.component === environment.traffic.component) ?? null;
  const others = running.filter((one) => one !== unit);
  if (others.length > 0) throw severalProcesses(others.map((one) => one.component));
  return { unit, files: specs.filter((one) => !one.runs).map((one) => one.spec) };
}

/** In a cluster the manifest says how many pods there are, and how long they may take: these are never used there. */
function howMany(platform: ResolvedEnvironment['platform']) {
  if (platform.kind === 'kubernetes') return { replicas: 1, startTimeoutMs: 30_000, stopTimeoutMs: 15_000 };
  const { replicas, startTimeoutMs, stopTimeoutMs } = platform;
  return { replicas: replicas * hostNames(platform).length, startTimeoutMs, stopTimeoutMs };
}

function notBuilt(component: string): ProblemError {
  return new ProblemError({
    code: 'release.not-built',
    where: `components.${component}`,
    found: 'no artefact of it',
    expected: 'every component built before the release',
    remedy: 'see the build run for its failure',
  });
}

function severalProcesses(names: readonly string[]): ProblemError {
  return new ProblemError({
    code: 'release.several-processes',
    where: 'components',
    found: `further components with a process: ${names.join(', ')}`,
    expected: 'one component with a process, the others only files',
    remedy: 'release them as services of their own, each with its shiplock.yaml',
  });
}
