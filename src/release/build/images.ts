import { join } from 'node:path';
import {
  type BuildNodes,
  type BuiltStep,
  type ImageBuild,
  imageBuildNode,
  type SbomNodes,
  type SbomSource,
  type StaticNodes,
  sbomNode,
} from '../../build/index.ts';
import type { ResolvedComponent } from '../../config/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { imageName, sbomsDirectory } from './beside.ts';

/** What is made of the built components: images of them, and the bill of materials of all. */

/** What a build is made from, as far as these need it. */
interface Inputs {
  readonly service: string;
  readonly version: string;
  readonly commit: string;
  /** Absent: images are pushed. */
  readonly push?: false;
}

/** What builds a component. */
export type Nodes = BuildNodes & Partial<Pick<StaticNodes, 'pages'>>;

/** What was built for one platform. */
export interface Program {
  readonly platform: string;
  readonly artefact: BuiltStep;
}

type Around = Pick<ServiceEnvironment, 'store' | 'secrets' | 'clock' | 'baseDir' | 'environment'>;

const IMAGE_TIMEOUT_MS = 30 * 60_000;

/** The image of a component that wants one; undefined: it wants none. */
export function imageOf(
  component: string,
  settings: ResolvedComponent,
  inputs: Inputs,
  { programs, nodes }: { readonly programs: readonly Program[]; readonly nodes: BuildNodes },
  around: Around,
): BuildNodes | undefined {
  if (settings.kind === 'image' || settings.kind === 'script' || settings.image === undefined) return undefined;
  const { image, source } = settings;
  const { authorization, ...rest } = image;
  const { version, commit } = inputs;
  const build: ImageBuild = {
    ...{ component, version, commit, source },
    settings: { ...rest, tag: filledTag(image.tag, inputs) },
    parts:
      settings.kind === 'go'
        ? { kind: 'go', binary: settings.binary, programs: programs.filter(runsInPods) }
        : {
            kind: 'static',
            artefact: nodes.artefact,
            to: settings.image?.to ?? '/',
            platforms: settings.image?.platforms ?? [],
          },
    before: [nodes.node],
    push: inputs.push ?? true,
    outDir: join(around.store, 'artefacts'),
    authorization: () =>
      authorization === null || typeof authorization === 'string'
        ? authorization
        : around.secrets.get(authorization.secret),
    clock: around.clock,
    timeoutMs: IMAGE_TIMEOUT_MS,
  };
  return imageBuildNode(build);
}

/** Programs for other systems are no part of an image; the configuration makes sure that one is left. Pure. */
function runsInPods({ platform }: Program): boolean {
  return platform.startsWith('linux/');
}

export function filledTag(tag: string, { version, commit }: Pick<Inputs, 'version' | 'commit'>): string {
  // A tag has no plus sign, which versions may have (distribution-spec, "Pulling manifests").
  return tag.replaceAll('{version}', version.replaceAll('+', '_')).replaceAll('{commit}', commit);
}

/** Everything that is built of a component. */
export interface ComponentNodes {
  readonly settings: ResolvedComponent;
  readonly nodes: Nodes;
  /** The deployed one first; of files one, for any platform. */
  readonly programs: readonly Program[];
  readonly image: BuildNodes | undefined;
}

/** The bill of materials of a release with these components. */
export function sbomOf(inputs: Inputs, components: ReadonlyMap<string, ComponentNodes>, around: Around): SbomNodes {
  const { service, version, commit } = inputs;
  return sbomNode({
    ...{ service, version, commit },
    directory: around.baseDir,
    sources: [...components].flatMap(([name, one]) => sourcesOf(name, one, inputs)),
    outDir: sbomsDirectory(around.store),
  });
}

function sourcesOf(
  component: string,
  { settings, nodes, programs, image }: ComponentNodes,
  inputs: Inputs,
): readonly SbomSource[] {
  const { artefact } = nodes;
  if (settings.kind === 'image') {
    const { image: repository, tag } = settings;
    return [{ kind: 'image', name: component, artefact, of: [], repository, tag: filledTag(tag, inputs) }];
  }
  const own: readonly SbomSource[] =
    settings.kind === 'go'
      ? programs.map((one, index) => ({
          kind: 'go',
          name: index === 0 ? component : `${component} ${one.platform}`,
          artefact: one.artefact,
        }))
      : [{ kind: 'static', name: component, artefact, source: installsInto(settings) ? settings.source : null }];
  if (image === undefined || settings.kind === 'script' || settings.image === undefined) return own;
  const { repository, tag } = settings.image;
  const of = own.map(({ name }) => name);
  return [
    ...own,
    {
      ...{ kind: 'image', name: imageName(component), artefact: image.artefact, of, repository },
      tag: filledTag(tag, inputs),
    },
  ];
}

/** Packages are installed before files are built; what is taken as it is, and scripts, have none. Pure. */
function installsInto(settings: ResolvedComponent): boolean {
  return settings.kind === 'static' && settings.build !== null;
}
