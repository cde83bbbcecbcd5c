import { quarantineKey } from '../../model/quarantine.ts';
import { CAUSE, type Standing } from './check.ts';

/** The list as something else enforces it: an admission policy of a cluster, a registry, a proxy. Plain data. */
export interface AdmissionParameter {
  readonly formatVersion: 1;
  readonly service: string;
  /** `sha256:…`, each once, sorted: the same list is the same text. */
  readonly digests: readonly string[];
  /** The same as data of a ConfigMap, each digest with the reason: a colon cannot stand in a key, so it is `sha256-…`. */
  readonly data: Readonly<Record<string, string>>;
}

/** Pure. */
export function admissionParameter(
  service: string,
  held: readonly Pick<Standing, 'environment' | 'entry'>[],
): AdmissionParameter {
  const sorted = held.toSorted((a, b) => a.entry.digest.localeCompare(b.entry.digest));
  return {
    formatVersion: 1,
    service,
    digests: [...new Set(sorted.map(({ entry }) => entry.digest))],
    data: Object.fromEntries(sorted.map((one) => [quarantineKey(one.entry.digest), reasonOf(one)])),
  };
}

function reasonOf({ environment, entry }: Pick<Standing, 'environment' | 'entry'>): string {
  const what = entry.component === undefined ? '' : `${entry.component} ${entry.version ?? ''}: `;
  const run = entry.run === undefined ? '' : `, run ${entry.run}`;
  return `${what}${CAUSE[entry.cause]} in ${environment}${run}`;
}
