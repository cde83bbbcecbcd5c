import { stringify } from 'yaml';
import type { Manifest } from './options.ts';

/** Several objects as one YAML text. */
export function manifestsText(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => stringify(manifest, { lineWidth: 0 })).join('---\n');
}
