import { join } from 'node:path';

/** Names of the documents in the directory of a bill of materials. */

export const CYCLONEDX_FILE = 'sbom.cdx.json';
export const SPDX_FILE = 'sbom.spdx.json';

/** Where the documents of a digest lie. Pure. */
export function sbomDirectory(outDir: string, digest: string): string {
  return join(outDir, digest.replace(/^sha256:/, ''));
}

export interface ImageName {
  readonly repository: string;
  /** Left out: it is named by its digest alone. */
  readonly tag?: string;
}

/** Package URL of an image (purl-spec, type `oci`): named by its digest, found in its repository. Pure. */
export function ociPurl({ repository, tag }: ImageName, digest: string): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const tagged = tag === undefined ? '' : `&tag=${encodeURIComponent(tag)}`;
  return `pkg:oci/${name}@${encodeURIComponent(digest)}?repository_url=${repository}${tagged}`;
}
