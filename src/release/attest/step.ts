import { z } from 'zod';
import { type Decision, type Step, step } from '../../procedure/index.ts';
import type { Target } from '../environment/target.ts';
import type { ReleaseRecord } from '../record.ts';
import type { Provenance } from './provenance.ts';

/** Who stands behind what is released; stands in the journal. */
const attestedSchema = z
  .strictObject({
    envelope: z.string(),
    signer: z.string(),
    keyId: z.string(),
    builder: z.string(),
    invocation: z.string(),
    finishedOn: z.string(),
  })
  .nullable();
type Outputs = { readonly attested: z.infer<typeof attestedSchema> };

/**
 * After the gates, since days may lie between, and before anything is changed: bytes, release.json and attestation once more, by the keys that the
 * policy trusts at this moment.
 */
export function provenanceStep(target: Target, candidate: ReleaseRecord): Step<Provenance, Outputs> {
  const { version } = candidate.release;
  return step<Provenance, Outputs>({
    id: 'provenance',
    title: `Verify who has built ${version}, and of what`,
    inputs: { version, release: candidate.manifest ?? null },
    read: (ctx) => target.provenance(candidate, ctx.mode),
    decide: decisionOf,
    outputs: z.strictObject({ attested: attestedSchema }),
    collect: (_results, found) => ({ attested: found.kind === 'attested' ? found.attested : null }),
    planned: (found) => ({ attested: found.kind === 'attested' ? found.attested : null }),
    probe: 'repeatable',
  });
}

/** Pure. */
export function decisionOf(found: Provenance): Decision {
  if (found.kind === 'refused') return { kind: 'refuse', problems: found.problems };
  return { kind: 'nothing', why: provenanceText(found) };
}

/** Pure. */
export function provenanceText(found: Exclude<Provenance, { kind: 'refused' }>): string {
  switch (found.kind) {
    case 'not-asked':
      return 'the policy does not ask for an attestation here any more';
    case 'pending':
      return 'it is signed when it is built, and verified then';
    case 'attested': {
      const { signer, keyId, builder, finishedOn } = found.attested;
      return `signed by ${signer} (${keyId.slice(0, 16)}), built by ${builder} until ${finishedOn}`;
    }
  }
}
