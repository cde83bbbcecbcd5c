import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import {
  action,
  type ConditionLook,
  type Procedure,
  procedure,
  type ReadContext,
  type RunResult,
  type Step,
  sequence,
} from '../../procedure/index.ts';
import type { ScannerRun } from '../../scan/types.ts';
import { engineOptions, type ServiceEnvironment } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';
import { scanCommit, settingsDigest } from './commit.ts';
import { imagesOf } from './images.ts';
import { readScanRules, type ScanRules } from './rules.ts';
import { keepScan, readScan } from './store.ts';
import { isFresh, scanVerdict } from './verdict.ts';

/** What a scan is made from; stored with its run. */
export const scanInputsSchema = z.strictObject({
  service: z.string(),
  /** Whose policy is asked. */
  environment: z.string(),
  commits: z.array(z.string()).readonly(),
  /** Scan again although a fresh result is there. */
  anew: z.boolean(),
});
export type ScanInputs = Readonly<z.infer<typeof scanInputsSchema>>;

/** Beside the time of its scanners: to lay out the files, and to try each scanner on its witness. */
const AROUND_MS = 10 * 60_000;

/**
 * Scanning is a run of its own, with a lease of its own: programs of others read what others wrote, so it holds no lease on an environment
 * and resolves no secret. The release asks for its result by commit.
 */
export function scanProcedure(service: ServiceEnvironment, inputs: ScanInputs, rules: ScanRules): Procedure {
  const { environment, commits } = inputs;
  return procedure({
    id: 'scan',
    title: `Scan ${inputs.service} for ${environment}`,
    description: 'Looks for security problems in each commit, by the scanners and waivers of the protected branch.',
    environment: ['scan', inputs.service].join(':'),
    inputs,
    root: sequence({
      id: 'scan',
      title: 'Scan every commit',
      steps: commits.map((commit) => commitStep(service, commit, inputs, rules)),
    }),
  });
}

function commitStep(
  service: ServiceEnvironment,
  commit: string,
  { environment, anew, service: name }: ScanInputs,
  rules: ScanRules,
): Step<ConditionLook, object> {
  return action<ConditionLook>({
    id: commit.slice(0, 12),
    title: `Scan commit ${commit.slice(0, 12)}`,
    inputs: { commit, settings: settingsDigest(rules.config) },
    timeoutMs: 2 * rules.config.timeout + AROUND_MS,
    read: async (ctx) => {
      const { clock, mode } = ctx;
      const settings = settingsDigest(rules.config, await imagesOf(service.store, commit));
      const kept = await readScan(service.store, { service: name, commit, settings });
      const fresh = !anew && isFresh(kept, rules, clock.now());
      const record = fresh || mode === 'plan' ? kept : await lookAnew(service, name, commit, rules, ctx);
      const now = clock.now();
      return scanVerdict([{ commit, record }], rules, { environment, now, willScan: mode === 'plan' });
    },
    decide: ({ unmet, found }) =>
      unmet.length > 0 ? { kind: 'refuse', problems: unmet } : { kind: 'nothing', why: found },
    probe: 'repeatable',
  });
}

/** Kept whatever it says: a release of the same commit soon after gets the same answer without another scan. */
async function lookAnew(
  service: ServiceEnvironment,
  name: string,
  commit: string,
  { config }: ScanRules,
  { note, signal }: ReadContext,
) {
  const onEnd = ({ scanner, end }: ScannerRun): void => {
    if (end.kind === 'scanned') note(`${scanner} ${end.version}: ${end.findings.length} said`);
    if (end.kind === 'not-scanned') note(`${scanner}: not scanned: ${end.problem.found}`);
  };
  const record = await scanCommit({ ...service, name }, commit, config, { onEnd, signal });
  await keepScan(service.store, record);
  return record;
}

export interface ScanForRequest {
  readonly commits: readonly string[];
  readonly anew: boolean;
}

/** Scans what has no fresh result, as a run. Refused (exit 5) when something counts or was not scanned. */
export async function runScan(
  service: ServiceEnvironment,
  { commits, anew }: ScanForRequest,
  rules?: ScanRules,
): Promise<{ readonly result: RunResult; readonly rules: ScanRules }> {
  const { environment } = service;
  const asked = rules ?? (await readScanRules(service, environment));
  const inputs = { service: environment.service, environment: environment.environment, commits, anew };
  // Of a scan that is not demanded the same is told; nothing waits for it.
  const demand = asked.demand ?? { maxAgeMs: Number.MAX_SAFE_INTEGER, failOn: asked.config.failOn };
  const told = { ...asked, demand };
  // It holds no environment: nobody else needs to know of it.
  const result = await runAgain(scanProcedure(service, inputs, told), engineOptions(service, { shared: undefined }));
  return { result, rules: told };
}

/** Throws what a scan that did not end well says, with the run that explains it. */
export function refusedBy({ outcome, problems, run }: RunResult): ProblemError {
  const told = problems.map((problem) => ({
    ...problem,
    remedy: problem.remedy.replace('`shiplock why` with the run', `\`shiplock why ${run}\``),
  }));
  if (told.length > 0) return new ProblemError(told);
  return new ProblemError({
    code: 'release.scan-not-over',
    where: `run ${run}`,
    found: `a scan that ended with: ${outcome}`,
    expected: 'a scan that came to its end',
    remedy: 'start again',
  });
}
