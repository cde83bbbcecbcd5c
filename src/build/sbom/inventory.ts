/** What a release consists of, as plain data: the source of every format of a bill of materials. */

/** SHA-256 and the like, hexadecimal. */
export interface Hash {
  readonly algorithm: 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';
  readonly hex: string;
}

/** A package of others that is in an artefact, or was needed to make it. */
export interface Package {
  /** Package URL (purl-spec), which names it among all. */
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly hashes: readonly Hash[];
  /** As the package says it; null: it does not, or nobody here knows. */
  readonly licence: string | null;
  /** `build`: needed to make the artefact, and not in it as it is. */
  readonly use: 'in' | 'optional' | 'build';
  /** Checksum of a Go module as go.sum has it, `h1:…`: of its list of files, so it is no hash of a file. */
  readonly goSum: string | null;
  /** purls of what it needs itself. */
  readonly needs: readonly string[];
}

export interface FileHash {
  readonly path: string;
  readonly sha1: string;
  readonly sha256: string;
}

/** One artefact of a release. */
export interface Artefact {
  /** Unique in a release. */
  readonly name: string;
  readonly kind: 'program' | 'files' | 'image';
  /** `sha256:…`, as release.json has it. */
  readonly digest: string;
  /** Where it is published; null: nowhere by itself. */
  readonly purl: string | null;
  readonly packages: readonly Package[];
  /** purls of the packages that it needs itself. */
  readonly needs: readonly string[];
  readonly files: readonly FileHash[];
}

export interface Inventory {
  readonly service: string;
  readonly version: string;
  readonly commit: string;
  /** Time of the commit, RFC 3339 in UTC, whole seconds. */
  readonly created: string;
  readonly artefacts: readonly Artefact[];
}

/** A package of several artefacts stands in a document once; what one of them has in it counts more than what another only builds with. Pure. */
export function packagesOf({ artefacts }: Inventory): readonly Package[] {
  const all = new Map<string, Package>();
  const weight = { in: 2, optional: 1, build: 0 } as const;
  for (const one of artefacts.flatMap(({ packages }) => packages)) {
    const known = all.get(one.purl);
    if (known === undefined || weight[one.use] > weight[known.use]) all.set(one.purl, one);
  }
  return [...all.values()].toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
}

/** Percent-encoded as the package URL specification wants it; `/` and `:` stay where they divide. Pure. */
export function purlPart(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
