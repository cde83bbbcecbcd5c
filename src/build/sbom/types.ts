import type { BuiltStep } from '../oci/types.ts';
import type { ImageName } from './names.ts';

/** What a bill of materials is made from. */

/** Where it is learnt what an artefact has in it. */
export type SbomSource = { readonly name: string; readonly artefact: BuiltStep } & (
  | { readonly kind: 'go' }
  /** @property source directory with package-lock.json, where packages were installed from one; null: none were */
  | { readonly kind: 'static'; readonly source: string | null }
  /** @property of names of the artefacts that are in it; none: it was built elsewhere */
  | ({ readonly kind: 'image'; readonly of: readonly string[] } & ImageName)
);

export interface SbomBuild {
  readonly service: string;
  readonly version: string;
  readonly commit: string;
  /** Directory in the repository of the commit, absolute. */
  readonly directory: string;
  readonly sources: readonly SbomSource[];
  /** Directory for bills of materials, absolute; each has a directory of its own, named by its digest. */
  readonly outDir: string;
}
