import { z } from 'zod';
import { type Condition, type Gate, gate } from '../../procedure/index.ts';

/** What a release carries of its scan: which commits must have one. What may pass is read from the policy each time it is looked at. */
export const scanAskedSchema = z.strictObject({
  /** Of the software, and of the configuration where that is another. */
  commits: z.array(z.string()).readonly(),
});
export type ScanAsked = Readonly<z.infer<typeof scanAskedSchema>>;

/** Looks at the kept results; made in looks.ts. */
export interface ScanLooks {
  stands(asked: ScanAsked): Condition;
}

/** Before anything is touched: every commit of the release has a scan that is fresh and lets it pass. Null where none is asked for. */
export function scanGate(asked: ScanAsked | undefined, version: string, looks: ScanLooks): Gate | null {
  if (asked === undefined) return null;
  return gate({
    id: 'scan',
    title: `The scan lets ${version} pass`,
    description:
      'Nobody needs to answer: it passes when each commit was scanned and nothing in it counts. A waiver on the protected branch lets one finding pass; then look again with `shiplock resume`.',
    role: 'nobody',
    asks: 'condition',
    condition: looks.stands(asked),
    evidence: [],
    guard: { kind: 'nothing-shifted' },
  });
}
