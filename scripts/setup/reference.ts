import type { ImageSource } from './components.ts';

const DOCKER_HUB = 'docker.io';

/**
 * Which registry images come from, as SHIPLOCK_REGISTRY says: a host with or without a path (`127.0.0.1:5000`,
 * `mirror.example.com/hub`), Docker Hub when it says nothing, and none at all (null) when it says `none`.
 */
export function registryFrom(setting: string | undefined): string | null {
  const value = (setting ?? '').trim().replace(/\/+$/, '');
  if (value === 'none') return null;
  return value === '' ? DOCKER_HUB : value;
}

/** The full name of an image in a registry: `docker.io/library/redis:7.2.5`. */
export function referenceOf(image: ImageSource, registry: string): string {
  return `${registry}/${image.repository}:${image.tag}`;
}

/** The platform of images whose programs this machine can run, as Docker writes it; null when there is none. */
export function imagePlatform(system: string, processor: string): string | null {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
  const name = names[processor];
  return system === 'linux' && name !== undefined ? `linux/${name}` : null;
}
