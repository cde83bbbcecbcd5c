import type { KnownError } from '../../known/index.ts';
import type { Json } from '../../model/json.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { traitsOf } from '../../model/procedures.ts';
import { formatSize } from '../../model/size.ts';
import { listRuns, type RecordedRun, readRun, verifyRun } from '../../procedure/index.ts';
import {
  clockSince,
  type Fact,
  type Head,
  lasting,
  lastProblems,
  moment,
  type Report,
  reportMarkdown,
  type Story,
  storyOf,
  type Tone,
} from '../../report/index.ts';
import { pagesFacts } from '../build/frontend.ts';
import { testFacts } from '../build/made-text.ts';
import { buildInputsSchema } from '../build/tree.ts';
import { readAttachments } from '../diagnose/attach.ts';
import type { Service } from '../door.ts';
import { type ReleaseInputs, releaseInputsSchema } from '../run/procedure.ts';
import { subjectOf } from '../run/release.ts';
import { courseStory } from './course.ts';
import { knownIn, saidBy } from './known.ts';
import { ownErrorsOf } from './own-errors.ts';
import { type SentenceInput, type Standing, type Summary, sentenceOf } from './summary.ts';

/** The report of a run, composed from its journal alone: no configuration is read and nothing is looked at but the journal. */

/** The newest release or rollback of a state directory. Throws a ProblemError when there is none. */
export async function newestRun(store: string): Promise<string> {
  const run = (await listRuns(store)).findLast(({ procedure }) => traitsOf(procedure).serves)?.run;
  if (run !== undefined) return run;
  throw new ProblemError({
    code: 'cli.unknown-run',
    where: store,
    found: 'no release and no rollback',
    expected: 'a run in this state directory',
    remedy: 'name the state directory with --state, or release first',
  });
}

/** @param own known errors of the service's own repository, beside those that come with the program. Throws a ProblemError when there is no such run. */
export async function readReport(store: string, run: string, own: readonly KnownError[] = []): Promise<Report> {
  const recorded = await readRun(store, run);
  const { text } = await verifyRun(store, run);
  const story = storyOf(recorded.entries);
  const attached = await readAttachments(store, run);
  const inputs = releaseInputsSchema.safeParse(recorded.inputs);
  const { head, about } = headOf(recorded, story);
  return {
    head,
    known: (await knownIn(saidBy(head, story), own)).known,
    facts: [...factsOf(recorded, story, about), ...testFacts(recorded.entries), ...pagesFacts(recorded.entries)],
    story,
    course: inputs.success ? courseStory(recorded.entries, versionsOf(inputs.data), story) : null,
    journal: [
      { name: 'journal', value: text },
      { name: 'head', value: `${recorded.anchor.count} records, ${recorded.anchor.head}` },
      { name: 'plan', value: recorded.planHash },
      ...story.more,
      ...attached.map(({ name, bytes, sha256, who, time }) => ({
        name: 'attached',
        value: `attachments/${name}, ${formatSize(bytes)}, by ${who} at ${time}, sha256 ${sha256}`,
      })),
      ...(story.redacted === 0 ? [] : [{ name: 'redacted', value: `${story.redacted} payloads` }]),
    ],
  };
}

/**
 * What a door writes where a job is summed up: the report as Markdown. A run that never began has no journal, and a journal that
 * cannot be read must not hide how the run ended: then the ending stands alone.
 */
export async function outcomeMarkdown(
  service: Pick<Service, 'store' | 'exec' | 'baseDir'>,
  summary: Summary,
): Promise<string> {
  const { service: name, environment, version, before, outcome, sentence, run, planHash, problems } = summary;
  const head: Head = {
    service: name,
    environment,
    version,
    before,
    ...statusOf(outcome),
    sentence,
    run,
    planHash,
    problems,
  };
  const alone = async (more: readonly Problem[]): Promise<Report> => ({
    head: { ...head, problems: [...problems, ...more] },
    known: (await knownIn(saidBy(head, null))).known,
    facts: [{ name: 'run', value: run }],
    story: null,
    course: null,
    journal: [],
  });
  if (summary.anchor.count === 0) return reportMarkdown(await alone([]));
  try {
    // Pages of the service are looked for where there is something to recognise.
    const own = outcome === 'done' ? [] : (await ownErrorsOf(service, run)).errors;
    const report = await readReport(service.store, run, own);
    // The journal knows which kind of run was done; everything else is told as the door told it.
    return reportMarkdown({ ...report, head: outcome === 'done' ? { ...head, status: report.head.status } : head });
  } catch (error) {
    return reportMarkdown(await alone(problemsOf(error, `journal of run ${run}`)));
  }
}

function versionsOf({ candidate, stable }: ReleaseInputs) {
  return { candidate: candidate.release.version, stable: stable?.release.version ?? null };
}

/** What serves when all goes well. Pure. */
export function broughtBy(procedure: string, { stable, candidate }: ReleaseInputs): ReleaseInputs['candidate'] {
  return procedure === 'rollback' ? (stable ?? candidate) : candidate;
}

interface Subject extends Pick<SentenceInput, 'service' | 'kind' | 'version' | 'before'> {
  readonly commit: string;
  readonly why: string;
}

/** Pure. Undefined for a procedure that is none of ours. */
function subject({ procedure, inputs }: RecordedRun): Subject | undefined {
  if (procedure === 'build') {
    const parsed = buildInputsSchema.safeParse(inputs);
    return parsed.success ? { ...parsed.data, kind: 'build', before: null, why: '' } : undefined;
  }
  if (procedure !== 'release' && procedure !== 'rollback' && procedure !== 'migrate') return undefined;
  const parsed = releaseInputsSchema.safeParse(inputs);
  if (!parsed.success) return undefined;
  const { service, commit } = broughtBy(procedure, parsed.data).release;
  return { service, kind: procedure, ...subjectOf(procedure, parsed.data), commit, why: parsed.data.why };
}

function headOf(recorded: RecordedRun, story: Story): { readonly head: Head; readonly about: Subject | undefined } {
  const { run, environment, planHash } = recorded;
  const about = subject(recorded);
  const standing = standingOf(recorded);
  const problems = recorded.finished?.problems ?? lastProblems(recorded.entries);
  const gate = story.gates.find(({ passed }) => !passed)?.title ?? null;
  const common = { environment, run, planHash, problems, ...statusOf(standing, about) };
  if (about === undefined) {
    const sentence = `${recorded.title}: ${common.status}.`;
    return { about, head: { ...common, service: recorded.procedure, version: '', before: null, sentence } };
  }
  const { service, kind, version, before } = about;
  const sentence = sentenceOf({ service, environment, kind, version, before, outcome: standing, problems, run, gate });
  return { about, head: { ...common, service, version, before, sentence } };
}

function standingOf({ state, held, finished, entries }: RecordedRun): Standing {
  if (finished !== null) return finished.preemptedBy !== null ? 'preempted' : standingIn(finished.outcome);
  if (state === 'running' && held !== null) return 'paused';
  if (state === 'waiting' || state === 'running') return state;
  const stops = entries.filter(({ record, payload }) => record.type === 'run.paused' && !isOrder(payload));
  const reason = reasonOf(stops.at(-1)?.payload);
  return reason === 'stopped' ? 'stopped' : reason === 'unknown-outcome' || reason === 'waiting' ? 'waiting' : 'failed';
}

function standingIn(outcome: string): Standing {
  return outcome === 'done' || outcome === 'rolled-back' || outcome === 'refused' ? outcome : 'failed';
}

/** A person's pause or abort; the process worked on. */
function isOrder(payload: Json | undefined): boolean {
  return typeof payload === 'object' && payload !== null && 'asked' in payload;
}

function reasonOf(payload: Json | undefined): string {
  if (typeof payload !== 'object' || payload === null || !('reason' in payload)) return '';
  return String(payload['reason']);
}

const STATUS: Readonly<Record<Standing, { readonly status: string; readonly tone: Tone }>> = {
  done: { status: 'promoted', tone: 'good' },
  'rolled-back': { status: 'taken back', tone: 'bad' },
  waiting: { status: 'waits for a person', tone: 'waiting' },
  refused: { status: 'refused', tone: 'bad' },
  'lease-held': { status: 'did not start', tone: 'bad' },
  stopped: { status: 'stopped', tone: 'waiting' },
  failed: { status: 'failed', tone: 'bad' },
  running: { status: 'not finished', tone: 'waiting' },
  paused: { status: 'paused', tone: 'waiting' },
  preempted: { status: 'pre-empted', tone: 'bad' },
};

function statusOf(standing: Standing, about?: Subject): { readonly status: string; readonly tone: Tone } {
  if (standing !== 'done') return STATUS[standing];
  if (about?.kind === 'rollback') return { status: 'went back', tone: 'good' };
  if (about?.kind === 'build') return { status: 'built', tone: 'good' };
  if (about?.kind === 'migrate') return { status: 'migrated', tone: 'good' };
  return about === undefined ? { status: 'done', tone: 'good' } : STATUS.done;
}

function factsOf(recorded: RecordedRun, story: Story, about: Subject | undefined): readonly Fact[] {
  const { startedAt, lastAt, pauses } = story;
  const away = pauses.reduce((sum, { from, until }) => sum + until - from, 0);
  const worked = lasting(lastAt - startedAt - away);
  return [
    { name: 'environment', value: recorded.environment },
    { name: 'started', value: moment(startedAt) },
    {
      name: recorded.finished === null ? 'so far' : 'took',
      value: away < 1_000 ? worked : `${lasting(lastAt - startedAt)}, ${worked} of it at work`,
    },
    { name: 'ended', value: recorded.finished === null ? 'not yet' : clockSince(lastAt, startedAt) },
    { name: 'by', value: recorded.who },
    ...(about === undefined || about.why === '' ? [] : [{ name: 'why', value: about.why }]),
    ...(about === undefined ? [] : [{ name: 'commit', value: about.commit }]),
    { name: 'run', value: recorded.run },
  ];
}
