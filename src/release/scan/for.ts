import type { RunResult } from '../../procedure/index.ts';
import type { ScanRecord, ScanResult } from '../../scan/result.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { liveVersion, readEnvironmentRecord, readReleaseRecord } from '../record.ts';
import { commitMeant } from '../run/release.ts';
import { keptOf } from './looks.ts';
import { refusedBy, runScan } from './procedure.ts';
import type { ScanRules } from './rules.ts';
import { scansOf } from './store.ts';
import { resultOf } from './verdict.ts';

export interface ScannedFor {
  readonly result: RunResult;
  readonly rules: ScanRules;
  readonly record: ScanRecord;
  /** By the policy of now; what is new since the version that serves is marked, where that has a result. */
  readonly scanned: ScanResult;
  /** Version that serves, to which findings were compared; null: nothing serves, or it was never scanned here. */
  readonly since: string | null;
}

/**
 * Scans the commit that is checked out as a release to this environment needs it, and keeps the result for that release. A finding that counts,
 * or a scanner that did not do its work, is an answer; throws a ProblemError when there is none.
 */
export async function scanFor(
  service: ServiceEnvironment,
  { commit: meant }: { readonly commit?: string | undefined } = {},
): Promise<ScannedFor> {
  const commit = await commitMeant(service, { commit: meant, allowDirty: false });
  const { result, rules } = await runScan(service, { commits: [commit], anew: true });
  if (result.outcome !== 'done' && result.outcome !== 'refused') throw refusedBy(result);
  const name = service.environment.service;
  const [kept] = await keptOf(service, name, [commit], rules);
  const record = kept?.record ?? null;
  if (record === null) throw refusedBy(result);
  const scanned = resultOf(record, rules, service.clock.now());
  const before = await servingScan(service, commit);
  if (before === null) return { result, rules, record, scanned, since: null };
  const known = new Set(before.record.findings.map(({ fingerprint }) => fingerprint));
  const findings = scanned.findings.map((one) => ({ ...one, isNew: !known.has(one.finding.fingerprint) }));
  return { result, rules, record, scanned: { ...scanned, findings }, since: before.version };
}

/** What is kept about the commit that serves: records alone are read, the environment is not asked. */
async function servingScan(
  { store, environment }: ServiceEnvironment,
  commit: string,
): Promise<{ readonly version: string; readonly record: ScanRecord } | null> {
  const { environment: place, service } = environment;
  const version = liveVersion(await readEnvironmentRecord(store, place, service));
  const serving = version === null ? null : await readReleaseRecord(store, place, version);
  if (version === null || serving === null || serving.release.commit === commit) return null;
  const [record] = await scansOf(store, service, serving.release.commit);
  return record === undefined ? null : { version, record };
}
