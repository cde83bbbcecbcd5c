import type { ScanRules } from '../../../src/release/scan/rules.ts';
import type { ScanConfig } from '../../../src/scan/config.ts';
import { defaultScanConfig, type ScanFinding, type ScanRecord } from '../../../src/scan/index.ts';

export const COMMIT = 'a'.repeat(40);
export const NOW = Date.parse('2026-11-22T12:00:00Z');

export function finding(change: Partial<ScanFinding> = {}): ScanFinding {
  return {
    subject: 'code',
    rule: 'G404',
    severity: 'high',
    message: 'weak random number',
    file: 'api/main.go',
    line: 12,
    scanners: ['gosec'],
    aliases: [],
    cwe: ['CWE-338'],
    fingerprint: '0123456789abcdef01234567',
    ...change,
  };
}

export function record(change: Partial<ScanRecord> = {}): ScanRecord {
  return {
    formatVersion: 1,
    service: 'shop',
    commit: COMMIT,
    time: '2026-11-22T11:00:00.000Z',
    settings: `sha256:${'1'.repeat(64)}`,
    database: null,
    scanners: [{ scanner: 'gosec', subject: 'code', end: 'scanned', version: '2.22.4', took: 1_000 }],
    findings: [],
    ...change,
  };
}

/** A record with these findings. */
export function found(...findings: readonly ScanFinding[]): ScanRecord {
  return record({
    findings: findings.map((one) => ({
      ...one,
      scanners: [...one.scanners],
      aliases: [...one.aliases],
      cwe: [...one.cwe],
    })),
  });
}

export function rules(config: Partial<ScanConfig> = {}, demand: Partial<ScanRules['demand'] & object> = {}): ScanRules {
  return {
    config: { ...defaultScanConfig(), ...config },
    demand: { maxAgeMs: 24 * 3_600_000, failOn: 'high', ...demand },
    place: 'origin main:shiplock.yaml',
  };
}
