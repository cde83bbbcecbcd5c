import type { ProgramImageConfig } from '../build/config.ts';
import type { ResolvedImage } from './image-types.ts';

/** The names of registries that are reached by another one. */
const ADDRESSES: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** A component as an image, with addresses and absolute paths. Pure. */
export function resolveImage(
  image: ProgramImageConfig,
  fit: { readonly text: (text: string) => string; readonly path: (path: string) => string },
): ResolvedImage {
  const { repository, tag, tags, authorization = null, user, port = null, mountFrom } = image;
  const [base, digest] = image.base?.split('@') ?? [];
  return {
    ...{ repository, tag, tags, authorization, user, port, mountFrom },
    registry: addressOf(image.registry, repository),
    base:
      base === undefined || digest === undefined
        ? null
        : { image: base, digest, registry: addressOf(image.baseRegistry, base) },
    entrypoint: image.entrypoint ?? null,
    arguments: image.arguments,
    env: mapped(image.env, fit.text),
    labels: mapped(image.labels, fit.text),
    certificates: image.certificates === undefined ? null : fit.path(image.certificates),
    files: image.files.map(({ from, to }) => ({ from: fit.path(from), to })),
    ...(image.buildx === undefined
      ? {}
      : { buildx: { dockerfile: fit.path(image.buildx.dockerfile), builder: image.buildx.builder ?? null } }),
  };
}

function addressOf(given: string | undefined, image: string): string {
  const name = image.split('/')[0] ?? '';
  return given?.replace(/\/+$/, '') ?? `https://${ADDRESSES[name] ?? name}`;
}

function mapped(
  texts: Readonly<Record<string, string>>,
  put: (text: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, put(text)]));
}
