import { relative } from 'node:path';
import type { ResolvedImage } from './image-types.ts';
import type { ResolvedComponent, ResolvedEnvironment, ResolvedPlatform, ResolvedTraffic } from './types.ts';

/**
 * The environment with paths relative to its base directory: the same text on every machine. What is hashed.
 */
export function portable(environment: ResolvedEnvironment): ResolvedEnvironment {
  const path = (absolute: string): string => relative(environment.baseDir, absolute) || '.';
  const { database, gitops, platform, traffic } = environment;
  return {
    ...environment,
    baseDir: '.',
    components: Object.fromEntries(
      Object.entries(environment.components).map(([name, one]) => [name, portableComponent(one, path)]),
    ),
    database:
      database === null
        ? null
        : {
            ...database,
            migrations: path(database.migrations),
            seed: database.seed === null ? null : path(database.seed),
          },
    platform: portablePlatform(platform, path),
    traffic: portableTraffic(traffic, path),
    // With which keys this machine reaches them is no part of what is released.
    ...(environment.buckets === undefined
      ? {}
      : { buckets: environment.buckets.map((one) => ({ ...one, access: { id: '', key: '' } })) }),
    gitops:
      gitops === null
        ? null
        : { ...gitops, repository: gitops.repository.startsWith('/') ? path(gitops.repository) : gitops.repository },
  };
}

function portableComponent(one: ResolvedComponent, path: (absolute: string) => string): ResolvedComponent {
  switch (one.kind) {
    case 'image':
      return one;
    case 'go':
      return {
        ...one,
        source: path(one.source),
        ...(one.image === undefined ? {} : { image: portableImage(one.image, path) }),
      };
    case 'script':
      return {
        ...one,
        source: path(one.source),
        sign: one.sign === null ? null : { ...one.sign, publicKey: path(one.sign.publicKey) },
      };
    case 'static':
      return {
        ...one,
        source: path(one.source),
        output: path(one.output),
        ...(one.image === undefined ? {} : { image: portableImage(one.image, path) }),
      };
  }
}

/** By which address and account this machine reaches a registry is no part of what is released. */
function portableImage<T extends ResolvedImage>(image: T, path: (absolute: string) => string): T {
  return {
    ...image,
    registry: '',
    authorization: null,
    base: image.base === null ? null : { ...image.base, registry: '' },
    certificates: image.certificates === null ? null : path(image.certificates),
    files: image.files.map(({ from, to }) => ({ from: path(from), to })),
    ...(image.buildx === undefined ? {} : { buildx: { dockerfile: path(image.buildx.dockerfile), builder: null } }),
  };
}

function portableTraffic(traffic: ResolvedTraffic, path: (absolute: string) => string): ResolvedTraffic {
  if (traffic.kind !== 'argo-rollouts') {
    // What is answered during maintenance shapes no release.
    const { maintenanceExcept: _, ...rest } = traffic;
    return { ...rest, directory: path(traffic.directory) };
  }
  // What is made of these names stands in git by itself.
  const { manifests: _, ...rest } = traffic;
  return rest;
}

function portablePlatform(platform: ResolvedPlatform, path: (absolute: string) => string): ResolvedPlatform {
  // How a machine reaches the cluster is no part of what runs there.
  if (platform.kind === 'kubernetes') return { ...platform, kubeconfig: null, context: null };
  if (platform.kind === 'local') return { ...platform, root: path(platform.root) };
  // Who carries a release to a host, and with which key, is no part of what runs there.
  const { identityFile: _, ...rest } = platform;
  return { ...rest, root: path(platform.root), knownHosts: path(platform.knownHosts) };
}
