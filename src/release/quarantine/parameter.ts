import type { Standing } from './check.ts';

/** The list as something else enforces it: an admission policy of a cluster, a registry, a proxy. Plain data. */
export interface AdmissionParameter {
  readonly formatVersion: 1;
  readonly service: string;
  /** `sha256:…`, each once, sorted: the same list is the same text. */
  readonly digests: readonly string[];
}

/** Pure. */
export function admissionParameter(
  service: string,
  held: readonly { readonly entry: Pick<Standing['entry'], 'digest'> }[],
): AdmissionParameter {
  return { formatVersion: 1, service, digests: [...new Set(held.map(({ entry }) => entry.digest))].toSorted() };
}
