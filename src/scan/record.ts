import { z } from 'zod';
import { problemSchema } from '../model/problem.ts';
import { digestSchema } from '../model/release.ts';
import { type JudgeOptions, judge, type ScanPolicy, type ScanResult } from './judge.ts';
import { type ScanFinding, type ScannerRun, SEVERITIES, SUBJECTS } from './types.ts';
import { exploitabilitySchema, vexWordSchema } from './weights.ts';

/**
 * What scanners said about one commit, kept so that a release can ask for it. Facts only: whether they may pass is judged anew each time,
 * by the waivers and limits of that day. docs/formats/scan.schema.json.
 */

const packageSchema = z.strictObject({
  ecosystem: z.string(),
  name: z.string(),
  version: z.string(),
  fixed: z.string().exactOptional(),
});

/** Every key of a finding stands here: one that a record lost would be missing at the gate. */
const FINDING = {
  subject: z.enum(SUBJECTS),
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  message: z.string(),
  file: z.string().exactOptional(),
  line: z.number().int().exactOptional(),
  column: z.number().int().exactOptional(),
  remedy: z.string().exactOptional(),
  documentation: z.string().exactOptional(),
  package: packageSchema.exactOptional(),
  reach: z.enum(['called', 'present']).exactOptional(),
  commit: z.string().exactOptional(),
  known: z.boolean().exactOptional(),
  exploitability: exploitabilitySchema.exactOptional(),
  vex: vexWordSchema.exactOptional(),
  scanners: z.array(z.string()),
  aliases: z.array(z.string()),
  cwe: z.array(z.string()),
  fingerprint: z.string(),
} satisfies Record<keyof ScanFinding, z.ZodType>;

const scannerSchema = z.strictObject({
  scanner: z.string(),
  subject: z.enum(SUBJECTS),
  end: z.enum(['scanned', 'nothing-there', 'off', 'not-scanned']),
  /** Of one that has scanned. */
  version: z.string().exactOptional(),
  /** What kept it from its work. */
  problem: problemSchema.exactOptional(),
  /** Milliseconds. */
  took: z.number().nonnegative(),
});

export const scanRecordSchema = z.strictObject({
  formatVersion: z.literal(1),
  service: z.string(),
  /** Full name of the commit whose files were looked at. */
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  /** When the look began, RFC 3339 in UTC. */
  time: z.iso.datetime(),
  /** Digest of what was asked for: scanners, what is left out, history, database. Another question needs another look. */
  settings: digestSchema,
  /** Date of the copy of the vulnerability database that was read; null: the one of the network, or none. */
  database: z.string().nullable(),
  scanners: z.array(scannerSchema),
  findings: z.array(z.strictObject(FINDING)),
});
export type ScanRecord = Readonly<z.infer<typeof scanRecordSchema>>;

/** How scanners ended, as it is kept. Pure. */
export function keptRuns(runs: readonly ScannerRun[]): ScanRecord['scanners'] {
  return runs.map(({ scanner, subject, end, took }) => ({
    ...{ scanner, subject, end: end.kind, took: Math.round(took) },
    ...(end.kind === 'scanned' ? { version: end.version } : {}),
    ...(end.kind === 'not-scanned' ? { problem: end.problem } : {}),
  }));
}

/** What a record means by the policy of today. Pure. */
export function judgeRecord(
  record: Pick<ScanRecord, 'scanners' | 'findings'>,
  policy: ScanPolicy,
  options: JudgeOptions,
): ScanResult {
  return judge(record.findings, record.scanners.map(runOf), policy, options);
}

function runOf({ scanner, subject, end, version, problem, took }: ScanRecord['scanners'][number]): ScannerRun {
  if (end === 'scanned')
    return { scanner, subject, took, end: { kind: end, version: version ?? 'unknown', findings: [] } };
  if (end !== 'not-scanned') return { scanner, subject, took, end: { kind: end } };
  return { scanner, subject, took, end: { kind: end, problem: problem ?? untold(scanner) } };
}

function untold(scanner: string) {
  return {
    code: 'scan.failed',
    where: scanner,
    found: 'it did not say why',
    expected: 'a scanner that does its work: nobody knows whether anything is wrong',
    remedy: 'scan again',
  };
}
