import { askVector, type Missing, type PrometheusServer } from './prometheus-api.ts';

/**
 * When the AnalysisRuns of a rollout began. An AnalysisRun cannot hand its own start to a provider, but the Rollouts controller
 * shows each run in its metrics (`analysis_run_info`), so Prometheus has seen it begin: by the same clock as the counts.
 */
export interface RunsOfRevision {
  readonly namespace: string;
  /** Name of the Rollout. */
  readonly rollout: string;
  /** Pod template hash of the new version. */
  readonly hash: string;
  /** Revision of the Rollout. */
  readonly revision: string;
}

/** `step`: of this number, counted from 0. `background`: beside all steps. `pre`, `post`: before and after a blue-green switch. */
export interface SeenRun {
  readonly part: { readonly kind: 'step'; readonly step: number } | { readonly kind: 'background' | 'pre' | 'post' };
  /** First sample that shows it, milliseconds by Prometheus's clock. */
  readonly sinceMs: number;
}

/**
 * The runs of one revision; of several runs of one part (a run begins anew after a pause) the first.
 *
 * @param withinMs how far to look back; a run that was there already at the beginning of that time is left out
 */
export async function analysisRuns(
  server: PrometheusServer,
  of: RunsOfRevision,
  withinMs: number,
  signal?: AbortSignal,
): Promise<{ readonly kind: 'runs'; readonly runs: readonly SeenRun[] } | Missing> {
  const answer = await askVector(server, runsQuery(of, withinMs), signal);
  if (answer.kind === 'missing') return answer;
  if (answer.time === null) return { kind: 'runs', runs: [] };
  const earliest = answer.time - withinMs + STEP_MS;
  return {
    kind: 'runs',
    runs: seenRuns(
      answer.series
        .map(({ labels, value }) => ({ name: labels['name'] ?? '', sinceMs: value * 1000 }))
        .filter(({ sinceMs }) => sinceMs > earliest),
      of,
    ),
  };
}

/** Resolution of the look back; the samples' own times are taken, so it costs no accuracy. */
const STEP_MS = 5_000;

/**
 * Pure. The namespace of a run stands in `exported_namespace` where Prometheus puts the controller's own into `namespace`. `timestamp` of a
 * plain selector is the sample's own time.
 */
export function runsQuery(of: RunsOfRevision, withinMs: number): string {
  const name = `name=~"${quoted(runName(of))}(-[0-9]+|-pre|-post)?([.][0-9]+)?"`;
  const exported = `timestamp(analysis_run_info{${name},exported_namespace="${of.namespace}"})`;
  const plain = `timestamp(analysis_run_info{${name},exported_namespace="",namespace="${of.namespace}"})`;
  return `min by (name) (min_over_time((${exported} or ${plain})[${withinMs}ms:${STEP_MS}ms]))`;
}

/** Pure. What a name says: the controller makes it of rollout, hash, revision and part, and adds `.1` to a second one. */
export function seenRuns(
  found: readonly { readonly name: string; readonly sinceMs: number }[],
  of: RunsOfRevision,
): readonly SeenRun[] {
  const begin = runName(of);
  const first = new Map<string, SeenRun>();
  for (const { name, sinceMs } of found) {
    if (!name.startsWith(begin)) continue;
    const [, word = ''] = /^(?:-(\d+|pre|post))?(?:\.\d+)?$/.exec(name.slice(begin.length)) ?? [undefined, '?'];
    if (word === '?') continue;
    const before = first.get(word);
    if (before === undefined || sinceMs < before.sinceMs) first.set(word, { part: partOf(word), sinceMs });
  }
  return [...first.values()].toSorted((one, other) => one.sinceMs - other.sinceMs);
}

function partOf(word: string): SeenRun['part'] {
  if (word === '') return { kind: 'background' };
  return word === 'pre' || word === 'post' ? { kind: word } : { kind: 'step', step: Number(word) };
}

function runName({ rollout, hash, revision }: RunsOfRevision): string {
  return `${rollout}-${hash}-${revision}`;
}

/** Names of Kubernetes hold letters, digits, dashes and dots; only the dot means something in an expression. */
function quoted(text: string): string {
  return text.replaceAll('.', '[.]');
}
