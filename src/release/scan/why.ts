import { z } from 'zod';
import { problemSchema } from '../../model/problem.ts';
import { type RecordedRun, readRun } from '../../procedure/index.ts';
import { type Explained, explainFinding } from '../../scan/result.ts';
import type { Service } from '../door.ts';
import { releaseInputsSchema } from '../run/procedure.ts';
import { scanInputsSchema } from './procedure.ts';
import { scansOf } from './store.ts';
import { fingerprintIn } from './verdict.ts';

/** How long the waiver lasts that is proposed: long enough to mend it, short enough to be asked again. */
const WAIVER_DAYS = 30;
const DAY_MS = 86_400_000;

/** The findings of a scan that kept a run from going on, each explained; none where no scan did. */
export async function explainScan(
  { store, clock }: Pick<Service, 'store' | 'clock'>,
  run: string,
): Promise<readonly Explained[]> {
  const recorded = await readRun(store, run);
  const fingerprints = new Set(
    latestProblems(recorded)
      .map(fingerprintIn)
      .filter((one) => one !== undefined),
  );
  if (fingerprints.size === 0) return [];
  const about = aboutOf(recorded);
  if (about === null) return [];
  const records = (await Promise.all(about.commits.map((commit) => scansOf(store, about.service, commit)))).flat();
  const findings = new Map(
    records.flatMap((record) => record.findings.map((finding) => [finding.fingerprint, finding] as const)),
  );
  const until = new Date(clock.now() + WAIVER_DAYS * DAY_MS).toISOString().slice(0, 10);
  return [...fingerprints].flatMap((fingerprint) => {
    const finding = findings.get(fingerprint);
    return finding === undefined ? [] : [explainFinding(finding, until)];
  });
}

/** The environment that a run is about: that of a scan is named by its inputs, since it holds none. */
export async function environmentOfRun(
  { store }: Pick<Service, 'store'>,
  { run, environment, procedure }: Pick<RecordedRun, 'run' | 'environment' | 'procedure'>,
): Promise<string> {
  if (procedure !== 'scan') return environment;
  const inputs = scanInputsSchema.safeParse((await readRun(store, run)).inputs);
  return inputs.success ? inputs.data.environment : environment;
}

function aboutOf({
  procedure,
  inputs,
}: RecordedRun): { readonly service: string; readonly commits: readonly string[] } | null {
  if (procedure === 'scan') return scanInputsSchema.safeParse(inputs).data ?? null;
  const parsed = releaseInputsSchema.safeParse(inputs);
  if (!parsed.success || parsed.data.scan === undefined) return null;
  return { service: parsed.data.candidate.release.service, commits: parsed.data.scan.commits };
}

const failed = z.looseObject({ problems: z.array(problemSchema) });
const opened = z.looseObject({ condition: z.looseObject({ unmet: z.array(problemSchema) }) });

/** What the newest refusal, or the newest opening of the gate, said. */
function latestProblems({ entries }: RecordedRun): z.infer<typeof failed>['problems'] {
  for (const { record, payload } of entries.toReversed()) {
    const said =
      record.type === 'gate.opened'
        ? opened.safeParse(payload).data?.condition.unmet
        : record.type === 'step.failed'
          ? failed.safeParse(payload).data?.problems
          : undefined;
    if (said?.some((problem) => fingerprintIn(problem) !== undefined) === true) return said;
  }
  return [];
}
