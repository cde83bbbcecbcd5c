import { resolve } from 'node:path';
import { distance } from 'fastest-levenshtein';
import type { Finding } from '../../model/finding.ts';
import { nearest } from '../../model/json.ts';
import type { Clock, Exec } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { ScanConfig } from '../../scan/config.ts';
import type { ScanInputs } from '../../scan/inputs.ts';
import { lacking } from '../../scan/knowledge.ts';
import {
  type JudgedFinding,
  policyIn,
  SCANNER_IDS,
  type ScannerId,
  type ScannerRun,
  type ScanResult,
  type Severity,
  unlessSaid,
  wantedIn,
} from '../../scan/result.ts';

/** A scan of files as they lie there, for whoever works on them: a terminal, or the check of a pull request. */

export interface WorkingCopyScan {
  /** Absolute. */
  readonly directory: string;
  readonly config: ScanConfig;
  /** What paths of the configuration are relative to. */
  readonly baseDir: string;
  /** Only what is new since this commit fails; null: everything counts. */
  readonly base: string | null;
  /** Only these scanners; null: all that are not off. */
  readonly only: readonly ScannerId[] | null;
  /** In the place of `scan.failOn`. */
  readonly failOn?: Severity | undefined;
  /** Where scanners are looked for. */
  readonly path: string;
  readonly exec: Exec;
  readonly clock: Clock;
  /** What is read beside the files; default: what the configuration names. */
  readonly inputs?: ScanInputs;
  readonly onEnd?: (run: ScannerRun) => void;
  /** Aborted: the scanners are ended, and the reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Scanners by their names. @throws ProblemError for one that nobody knows, with the nearest */
export function namedScanners(names: readonly string[], where: string): readonly ScannerId[] {
  return names.map((name) => {
    const id = SCANNER_IDS.find((one) => one === name.trim());
    if (id !== undefined) return id;
    const near = nearest(name.trim(), SCANNER_IDS, distance);
    throw new ProblemError({
      code: 'cli.unknown-scanner',
      where,
      found: name.trim(),
      expected: `one of ${SCANNER_IDS.join(', ')}`,
      remedy: near === undefined ? 'look at `shiplock scan --list`' : `write ${near} if that is meant`,
    });
  });
}

/** Who names a scanner wants an answer of it, and some have none without what the configuration names. @throws ProblemError */
function needsKnowledge(only: readonly ScannerId[], { trivy, semgrepRules }: ScanInputs): void {
  const has = { rules: semgrepRules !== null, database: trivy !== null };
  for (const id of only) {
    const lack = lacking(id, has);
    if (lack !== null) throw new ProblemError({ where: id, ...lack });
  }
}

/** @throws ProblemError when the base is no commit, or a scanner is named that has no database or no rules */
export async function scanWorkingCopy(request: WorkingCopyScan): Promise<ScanResult> {
  const { directory, config, baseDir, base, only, failOn, path, exec, clock, onEnd, signal } = request;
  const { builtInSettings, inputsOf, scan } = await import('../../scan/index.ts');
  const inputs = request.inputs ?? inputsOf(config, baseDir);
  needsKnowledge(only ?? [], inputs);
  const on = wantedIn(config);
  const policy = policyIn(config);
  return scan({
    ...{ directory, base, path, exec, clock, signal },
    wanted: only ?? on,
    // Of one that was never asked for no waiver is of use.
    whole: only === null && SCANNER_IDS.every((id) => on.includes(id) || unlessSaid(id) === 'off'),
    policy: failOn === undefined ? policy : { ...policy, failOn },
    inputs,
    timeoutMs: config.timeout,
    history: config.history,
    vulnerabilities: config.vulnerabilities === undefined ? null : resolve(baseDir, config.vulnerabilities),
    exclude: config.exclude,
    builtIn: builtInSettings(config),
    today: new Date(clock.now()).toISOString().slice(0, 10),
    ...(onEnd === undefined ? {} : { onEnd }),
  });
}

/** Findings, and waivers that have to be mended, as the one model of findings; files are absolute. Pure. */
export function findingsIn(
  { findings, faults }: Pick<ScanResult, 'findings' | 'faults'>,
  root: string,
): readonly Finding[] {
  return [
    ...findings.map((one) => asFinding(one, root)),
    ...faults.map(
      ({ waiver, why }): Finding => ({
        rule: why === 'over' ? 'waiver-over' : 'waiver-unused',
        level: 'error',
        message: `the waiver of ${waiver.id} ${why === 'over' ? `ended on ${waiver.until}` : 'is needed by nothing'}`,
        fingerprint: `waiver:${why}:${waiver.id}:${waiver.file ?? ''}`,
      }),
    ),
  ];
}

function asFinding({ finding, level }: JudgedFinding, root: string): Finding {
  const { rule, message, file, line, column, remedy, documentation, fingerprint } = finding;
  return {
    ...{ rule, level, message, fingerprint },
    ...(file === undefined ? {} : { file: resolve(root, file) }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(remedy === undefined ? {} : { remedy }),
    ...(documentation === undefined ? {} : { documentation }),
  };
}
