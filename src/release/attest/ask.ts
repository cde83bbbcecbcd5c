import type { Trust } from '../../build/attest/verify.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { Service } from '../door.ts';
import type { ReleaseRecord } from '../record.ts';

/** For the way forward. Most policies trust no key: what verifies signatures is loaded only where one does. */

interface Asking extends Pick<Service, 'store' | 'clock'> {
  /** Null: the policy asks for no attestation. */
  readonly trust: Trust | null;
}

/** Throws where the policy asks for an attestation and there is none that counts. */
export async function mustBeAttested(asking: Asking, record: ReleaseRecord): Promise<void> {
  const problems = await provenanceProblems(asking, record);
  if (problems.length > 0) throw new ProblemError(problems);
}

/** The same as a list; empty: it counts, or none is asked for. @param missing an artefact that does not lie here */
export async function provenanceProblems(
  { trust, ...service }: Asking,
  record: ReleaseRecord,
  missing: 'refused' | 'let-pass' = 'let-pass',
): Promise<readonly Problem[]> {
  if (trust === null) return [];
  const { provenanceOf } = await import('./check.ts');
  const found = await provenanceOf(service, record, trust, missing);
  return found.kind === 'refused' ? found.problems : [];
}
