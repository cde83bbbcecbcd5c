import { momentOf } from '../commit-time.ts';
import type { ImageBuild } from './types.ts';

/** Labels of an image (image-spec: annotations.md), those of its own and those that the configuration gives. @param created seconds since 1970. Pure. */
export function labelsOf(
  { component, version, commit, settings }: Pick<ImageBuild, 'component' | 'version' | 'commit' | 'settings'>,
  created: number,
): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.title': component,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.revision': commit,
    'org.opencontainers.image.created': momentOf(created),
    ...(settings.base === null
      ? {}
      : {
          'org.opencontainers.image.base.name': settings.base.image,
          'org.opencontainers.image.base.digest': settings.base.digest,
        }),
    ...settings.labels,
  };
}
