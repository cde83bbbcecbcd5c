import { withoutFrom } from '../../scripts/setup/without.ts';
import { whyNoCluster } from '../lab/cluster/needed.ts';

/** Why tests on a real cluster do not run here, to be read in their title; null when they do. */
export async function whySkipCluster(): Promise<string | null> {
  return withoutFrom(process.env['SHIPLOCK_WITHOUT']).includes('kubernetes')
    ? 'SHIPLOCK_WITHOUT=kubernetes'
    : whyNoCluster();
}
