import type { ScanConfig } from './config.ts';
import { SCANNER_IDS, type ScannerId, unlessSaid } from './ids.ts';
import type { ScanPolicy } from './judge.ts';

/** What a configuration asks of scans, in the words of this room. Pure. */

/** What may pass. */
export function policyIn(config: ScanConfig): ScanPolicy {
  return {
    failOn: config.failOn,
    present: config.present,
    waivers: config.waivers,
    optional: SCANNER_IDS.filter((id) => config.scanners[id] === 'optional'),
    failFrom: config.exploitability?.failFrom ?? null,
  };
}

/** Scanners that are not off. */
export function wantedIn(config: ScanConfig): readonly ScannerId[] {
  return SCANNER_IDS.filter((id) => (config.scanners[id] ?? unlessSaid(id)) !== 'off');
}
