import type { Problem } from '../../model/problem.ts';
import { formatDuration } from '../../model/scalars.ts';
import type { ConditionLook } from '../../procedure/index.ts';
import {
  type JudgedFinding,
  judgeRecord,
  placeText,
  policyIn,
  type ScanRecord,
  type ScanResult,
} from '../../scan/result.ts';
import type { ScanDemand, ScanRules } from './rules.ts';

/** What kept results mean for a release, by the policy of this moment. Pure. */

/** A commit with what is kept about it; null: nothing. */
export interface ScannedCommit {
  readonly commit: string;
  readonly record: ScanRecord | null;
}

/** Findings that are named one by one; a release that fails by hundreds needs no list of them to be mended. */
const MOST_NAMED = 25;
/** Clocks of two machines differ by so much at most; a result of a later time is not believed. */
const SKEW_MS = 5 * 60_000;

/**
 * What the gate of a release sees. Every error counts, new or not: what is released is the whole commit. Waivers that nothing needs do not count here:
 * they may be for a newer commit than this one; `shiplock scan` complains of them.
 *
 * @param now milliseconds since 1970
 * @param willScan there is time to scan what has no fresh result (a plan): that is no reason to wait
 */
export function scanVerdict(
  commits: readonly ScannedCommit[],
  { config, demand, place }: ScanRules,
  { environment, now, willScan }: { readonly environment: string; readonly now: number; readonly willScan: boolean },
): ConditionLook {
  if (demand === null)
    return { about: { demand: null }, found: `no scan is asked for in ${environment} (${place})`, unmet: [] };
  const seen = commits.map((one) => seenOf(one, { config, demand, place }, now));
  const unmet = seen.flatMap((one) => one.problems.filter(({ code }) => !(willScan && STALE.has(code))));
  return {
    about: {
      environment,
      failOn: demand.failOn,
      commits: seen.map(({ commit, counts, blind }) => ({ commit, counts: [...counts], notScanned: [...blind] })),
    },
    found: seen
      .map(({ commit, found, stale }) =>
        stale && willScan ? `commit ${commit.slice(0, 12)} is scanned before the release begins` : found,
      )
      .join('\n'),
    unmet: unmet.length <= MOST_NAMED ? unmet : [...unmet.slice(0, MOST_NAMED), more(unmet.length - MOST_NAMED)],
  };
}

/** A result that need not be made anew: of this question, young enough, and of scanners that did their work. Pure. */
export function isFresh(record: ScanRecord | null, rules: ScanRules, now: number): record is ScanRecord {
  if (record === null || ageOf(record, now) > (rules.demand?.maxAgeMs ?? Number.POSITIVE_INFINITY)) return false;
  return ageOf(record, now) >= -SKEW_MS && resultOf(record, rules, now).notScanned.length === 0;
}

/** A record by the waivers and limits of today. Pure. */
export function resultOf(
  record: ScanRecord,
  { config, demand }: Pick<ScanRules, 'config' | 'demand'>,
  now: number,
): ScanResult {
  const policy = { ...policyIn(config), failOn: demand?.failOn ?? config.failOn };
  const today = new Date(now).toISOString().slice(0, 10);
  const result = judgeRecord(record, policy, { today, whole: false, base: null });
  const errors = result.findings.some(({ level }) => level === 'error');
  const verdict = result.notScanned.length > 0 ? 'not-scanned' : errors ? 'findings' : 'clean';
  return { ...result, verdict, faults: [] };
}

const STALE: ReadonlySet<string> = new Set(['release.scan-missing', 'release.scan-old']);

interface Seen {
  readonly commit: string;
  readonly found: string;
  readonly stale: boolean;
  readonly problems: readonly Problem[];
  /** Fingerprints of what counts, sorted: an override is about exactly these. */
  readonly counts: readonly string[];
  /** Scanners that did not do their work, sorted. */
  readonly blind: readonly string[];
}

function seenOf(
  { commit, record }: ScannedCommit,
  rules: ScanRules & { readonly demand: ScanDemand },
  now: number,
): Seen {
  const short = commit.slice(0, 12);
  const none = { commit, counts: [], blind: [] };
  if (record === null) {
    return { ...none, found: `commit ${short} was not scanned`, stale: true, problems: [missing(short)] };
  }
  const { maxAgeMs } = rules.demand;
  const age = ageOf(record, now);
  if (age > maxAgeMs || age < -SKEW_MS) {
    const found = `commit ${short} was scanned at ${record.time}`;
    return { ...none, found, stale: true, problems: [old(short, record.time, maxAgeMs)] };
  }
  const { findings, notScanned, waived } = resultOf(record, rules, now);
  const errors = findings.filter(({ level }) => level === 'error');
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  const worked = record.scanners.flatMap(({ scanner, end, version = '' }) =>
    end === 'scanned' ? [`${scanner} ${version}`] : [],
  );
  const database = record.database === null ? '' : `, vulnerabilities as of ${record.database}`;
  return {
    commit,
    stale: false,
    found: `commit ${short}, scanned at ${record.time} by ${worked.length === 0 ? 'nobody' : worked.join(', ')}${database}: ${errors.length} that count, ${warnings} warnings, ${waived.length} waived`,
    problems: [...notScanned.map((one) => blindProblem(short, one)), ...errors.map((one) => countsProblem(one, rules))],
    counts: errors.map(({ finding }) => finding.fingerprint).toSorted(),
    blind: notScanned.map(({ where }) => where).toSorted(),
  };
}

function ageOf({ time }: ScanRecord, now: number): number {
  return now - Date.parse(time);
}

/** The mark by which `shiplock why` finds a finding again. */
const MARK = /\bfingerprint ([0-9a-f]{24})$/;

/** The fingerprint that a problem of a gate is about; undefined: it is about none. Pure. */
export function fingerprintIn({ code, found }: Pick<Problem, 'code' | 'found'>): string | undefined {
  return code === 'release.scan-finding' ? MARK.exec(found)?.[1] : undefined;
}

function countsProblem(
  { finding }: JudgedFinding,
  { demand, place }: ScanRules & { readonly demand: ScanDemand },
): Problem {
  const { rule, severity, message, scanners, remedy, fingerprint } = finding;
  return {
    code: 'release.scan-finding',
    where: placeText(finding),
    found: `${rule}: ${message} (${severity}, by ${scanners.join(' and ')}), fingerprint ${fingerprint}`,
    expected: `nothing of severity ${demand.failOn} or worse that no waiver lets pass (${place})`,
    remedy: `${remedy === undefined ? 'mend it' : remedy}; or merge a waiver into the protected branch. \`shiplock why\` with the run explains it and writes the waiver`,
  };
}

function blindProblem(commit: string, problem: Problem): Problem {
  return {
    code: 'release.not-scanned',
    where: `commit ${commit}: ${problem.where}`,
    found: `${problem.found} [${problem.code}]`,
    expected: problem.expected,
    remedy: problem.remedy,
  };
}

function missing(commit: string): Problem {
  return {
    code: 'release.scan-missing',
    where: `commit ${commit}`,
    found: 'no result of a scan here',
    expected: 'a scan of exactly this commit, as the policy asks today',
    remedy: '`shiplock resume` with the run scans it; so does `shiplock scan for` with the environment',
  };
}

function old(commit: string, time: string, maxAgeMs: number): Problem {
  return {
    code: 'release.scan-old',
    where: `commit ${commit}`,
    found: `a scan of ${time}`,
    expected: `one that is not older than ${formatDuration(maxAgeMs)}: new weaknesses become known every day`,
    remedy: '`shiplock resume` with the run scans it again; so does `shiplock scan for` with the environment',
  };
}

function more(count: number): Problem {
  return {
    code: 'release.scan-more',
    where: 'the scan',
    found: `${count} more`,
    expected: 'nothing that counts',
    remedy: '`shiplock scan for` with the environment lists them all',
  };
}
