import { relative } from 'node:path';
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
      return { ...one, source: path(one.source) };
    case 'script':
      return {
        ...one,
        source: path(one.source),
        sign: one.sign === null ? null : { ...one.sign, publicKey: path(one.sign.publicKey) },
      };
    case 'static':
      return { ...one, source: path(one.source), output: path(one.output) };
  }
}

function portableTraffic(traffic: ResolvedTraffic, path: (absolute: string) => string): ResolvedTraffic {
  if (traffic.kind !== 'argo-rollouts') return { ...traffic, directory: path(traffic.directory) };
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
