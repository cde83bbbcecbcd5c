import { join } from 'node:path';
import { CYCLONEDX_FILE, sbomDirectory } from '../../build/index.ts';
import type { Problem } from '../../model/problem.ts';
import type { Release } from '../../model/release.ts';
import { readDigested } from '../promotion/manifest.ts';

/** Names of what a release has beside its components, and whether its bill of materials lies here as it was written. */

/** What a release calls the image of a component beside the component itself. */
export function imageName(component: string): string {
  return `${component}/image`;
}

/** Where bills of materials lie, each in a directory named by its digest. */
export function sbomsDirectory(store: string): string {
  return join(store, 'sboms');
}

/**
 * Whether the bill of materials that lies here is the one that release.json names. Empty: it is, or none lies here, since only the machine that built
 * the release is sure to have it.
 */
export async function sbomProblems(store: string, { sbom }: Pick<Release, 'sbom'>): Promise<readonly Problem[]> {
  if (sbom === undefined) return [];
  const path = join(sbomDirectory(sbomsDirectory(store), sbom), CYCLONEDX_FILE);
  const found = await readDigested(path);
  return found === null || found.digest === sbom ? [] : [sbomDiffers(path, sbom, found.digest)];
}

/** The problem of a document that is not as it was written. Pure. */
export function sbomDiffers(path: string, digest: string, found: string): Problem {
  return {
    code: 'release.sbom-differs',
    where: path,
    found,
    expected: `${digest}, as it was written`,
    remedy: 'restore it from a backup of the state directory, or ask where the release was built',
  };
}
