import { freePortRange } from '../../../scripts/components/ports.ts';

/** What the tests of the doors share. */

/** A range of free ports for the instances of one lab; the last one is the static server's. */
export function portRange(size = 24): Promise<readonly [first: number, last: number]> {
  return freePortRange(size + 1);
}

/** A rollout that needs no load: its smoke tests decide after two seconds without a verdict. */
export const quickRollout = {
  steps: [{ share: '50%', bake: '1s' }],
  finalBake: '1s',
  healthDeadline: '20s',
  analysisDeadline: '2s',
  analysis: { past: '0s' },
  lowTraffic: 'smoke',
} as const;

/** The version that answers at an address, or why none does. */
export async function servedVersion(entry: string): Promise<string> {
  const answer = await fetch(`${entry}/api/v1/ping`, { signal: AbortSignal.timeout(5_000) }).catch(String);
  return typeof answer === 'string'
    ? answer
    : (answer.headers.get('x-certkeeper-version') ?? `status ${answer.status} without a version`);
}
