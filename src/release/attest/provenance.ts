import type { Attested } from '../../build/attest/verify.ts';
import type { Problem } from '../../model/problem.ts';

/** What a look at an attestation has shown. */
export type Provenance =
  /** The policy asks for no attestation here. */
  | { readonly kind: 'not-asked' }
  /** Known only once it is built; in a plan. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'attested'; readonly attested: Attested }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };
