import type { ResolvedEnvironment } from '../../config/index.ts';
import type { Service } from '../door.ts';
import type { ScanLooks } from './asked.ts';
import { settingsDigest } from './commit.ts';
import { imagesOf } from './images.ts';
import { readScanRules, type ScanRules } from './rules.ts';
import { readScan } from './store.ts';
import { type ScannedCommit, scanVerdict } from './verdict.ts';

/** The look behind the gate of a scan: what is kept, by the policy of this moment. It scans nothing. */
export function scanLooks(environment: ResolvedEnvironment, service: Service): ScanLooks {
  return {
    stands: ({ commits }) => ({
      look: async ({ mode, clock, signal }) => {
        const rules = await readScanRules(service, environment, { signal });
        const scanned = await keptOf(service, environment.service, commits, rules);
        return scanVerdict(scanned, rules, {
          environment: environment.environment,
          now: clock.now(),
          willScan: mode === 'plan',
        });
      },
    }),
  };
}

/** What is kept about these commits, for the question that the rules ask. */
export function keptOf(
  { store }: Pick<Service, 'store'>,
  service: string,
  commits: readonly string[],
  { config }: ScanRules,
): Promise<readonly ScannedCommit[]> {
  return Promise.all(
    commits.map(async (commit) => {
      const settings = settingsDigest(config, await imagesOf(store, commit));
      return { commit, record: await readScan(store, { service, commit, settings }) };
    }),
  );
}
