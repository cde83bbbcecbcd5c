import { join, relative } from 'node:path';
import { z } from 'zod';
import {
  buildGoNode,
  buildScriptNode,
  buildStaticNode,
  cutFor,
  deployedFirst,
  goPlatform,
  imageNode,
  NETWORKS,
  type SbomNodes,
  withoutNetwork,
} from '../../build/index.ts';
import { isInCluster, type ResolvedComponent } from '../../config/index.ts';
import { httpClient, type Procedure, parallel, procedure } from '../../procedure/index.ts';
import { secretVariables } from '../environment/secrets.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { imageName } from './beside.ts';
import { finishOf } from './frontend.ts';
import { type ComponentNodes, filledTag, imageOf, type Nodes, type Program, sbomOf } from './images.ts';

/** The steps of a build: every component, images of those that want one, and the bill of materials of all. */

export const BUILD_TIMEOUT_MS = 30 * 60_000;

/** What a build is made from; stored with its run. */
export const buildInputsSchema = z.strictObject({
  service: z.string(),
  version: z.string(),
  commit: z.string(),
  /** Absent: all. */
  components: z.array(z.string()).readonly().exactOptional(),
  /** What its commands may reach. Absent: all. */
  network: z.enum(NETWORKS).exactOptional(),
  /** Images are written and stay here. Absent: they are pushed. */
  push: z.literal(false).exactOptional(),
});
export type BuildInputs = z.infer<typeof buildInputsSchema>;

/** Where a build is made, and for what. */
export type BuildPlace = Pick<
  ServiceEnvironment,
  'store' | 'secrets' | 'environment' | 'door' | 'config' | 'clock' | 'baseDir'
> & {
  /** Directory of compiled packages of its own; absent: what was compiled before is taken. */
  readonly compiled?: string | undefined;
};

export interface BuildTree {
  readonly procedure: Procedure;
  /** By component: what is released of it. */
  readonly nodes: ReadonlyMap<string, Nodes>;
  /** By the name that the release has for them: images beside that. */
  readonly images: ReadonlyMap<string, Nodes>;
  /** Null: only some components are built. */
  readonly sbom: SbomNodes | null;
}

/**
 * Building is a run of its own, with a lease of its own: it runs code of the commit, so it holds no lease on an environment, and resolves no secret but
 * the account of a registry that it pushes to. The release takes what it made by digest.
 */
export function buildTree(place: BuildPlace, inputs: BuildInputs): BuildTree {
  const { environment } = place;
  const { components, network = 'all' } = inputs;
  const parts = new Map(
    Object.entries(environment.components)
      .filter(([name]) => components === undefined || components.includes(name))
      .map(([name, settings]) => [name, componentNodes(name, settings, inputs, place)] as const),
  );
  // Pods are made of images, so in a cluster the image of a component is what is released of it.
  const released = isInCluster(environment);
  const nodes = new Map([...parts].map(([name, one]) => [name, released ? releasedInCluster(one) : one.nodes]));
  const images = new Map(
    [...parts].flatMap(([name, { image }]) => (released || image === undefined ? [] : [[imageName(name), image]])),
  );
  const sbom = components === undefined ? sbomOf(inputs, parts, place) : null;
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
      adapt: (effect) => withoutNetwork(effect, network, cutFor(process.getuid?.())),
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

/** The image, with what the tests and the pages of what is in it said. */
function releasedInCluster({ image, nodes }: ComponentNodes): Nodes {
  if (image === undefined) return nodes;
  const { report, pages } = nodes;
  return { ...image, ...(report === undefined ? {} : { report }), ...(pages === undefined ? {} : { pages }) };
}

function componentNodes(
  component: string,
  settings: ResolvedComponent,
  inputs: BuildInputs,
  place: BuildPlace,
): ComponentNodes {
  const nodes = buildNode(component, settings, inputs, place);
  const programs: readonly Program[] = nodes.platforms ?? [{ platform: 'any', artefact: nodes.artefact }];
  return { settings, nodes, programs, image: imageOf(component, settings, inputs, { programs, nodes }, place) };
}

function buildNode(component: string, settings: ResolvedComponent, inputs: BuildInputs, place: BuildPlace): Nodes {
  const { store, secrets, environment, compiled, door, config } = place;
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
  // Tests and builds of files run what the commit says: it must not find the secrets of the environment.
  const withheld = secretVariables([environment, config.service.signing]);
  if (settings.kind === 'go') {
    const { binary, stamp, tags, checks, amd64 = 'v1' } = settings;
    const here = environment.platform.kind === 'local' ? goPlatform(process.platform, process.arch) : null;
    const platforms = deployedFirst(settings.platforms, here);
    const cache = compiled ?? null;
    return buildGoNode({
      ...common,
      ...{ package: settings.package, binary, stamp, tags, platforms, amd64, checks, cache },
      withheld,
    });
  }
  if (settings.kind === 'script') {
    const { source, name, files, config: example, links, stamp, address, sign, shell, check, test } = settings;
    const { version, commit } = inputs;
    const publicKey = sign?.publicKey ?? null;
    return buildScriptNode({
      component,
      spec: { source, name, version, commit, files, config: example, links, stamp, address, publicKey },
      ...{ shell, check, test, key: sign?.key ?? null, self: door.self },
      ...{ outDir: common.outDir, timeoutMs: BUILD_TIMEOUT_MS },
    });
  }
  return buildStaticNode({
    ...{ ...common, build: settings.build, output: relative(settings.source, settings.output), withheld },
    finish: finishOf(component, settings.frontend ?? {}, place),
  });
}
