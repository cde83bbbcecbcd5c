import { CHANGE_SECTIONS, type ChangeRecord, whatText } from '../../model/change.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { listRuns, readRun } from '../../procedure/index.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { readEnvironmentRecord } from '../record.ts';
import { type ChangeRun, type ChangeState, changeRun, stateOf, stateSentence } from './course.ts';
import { fetchRunsOf } from './fetch.ts';
import { unknownChange } from './missing.ts';
import { type FindRunbook, type Preview, previewOf, wishOf } from './preview.ts';
import { type Risk, riskOf } from './risk.ts';
import { runsOf } from './runs.ts';
import { changeIds, changePath, readChange } from './store.ts';

/** A change as people read it: what was said, what the facts say, and what its runs did. */
export interface ChangeView {
  readonly record: ChangeRecord;
  /** Where it lies. */
  readonly file: string;
  readonly state: ChangeState;
  readonly sentence: string;
  readonly runs: readonly ChangeRun[];
  readonly today: Today;
}

export type Today =
  | { readonly kind: 'planned'; readonly preview: Preview; readonly risk: Risk; readonly same: boolean }
  /** It cannot be planned here and now. */
  | { readonly kind: 'unknown'; readonly problems: readonly Problem[] }
  /** It was not asked, or is over. */
  | { readonly kind: 'not-asked' };

/** @param find null: what it would do today is not planned */
export async function viewChange(
  service: ServiceEnvironment,
  id: string,
  find: FindRunbook | null,
): Promise<ChangeView> {
  const { store, target } = service;
  const record = await readChange(store, target.environment, id);
  if (record === null) throw new ProblemError(unknownChange(id, target.environment));
  await fetchRunsOf(service, id);
  const { runs, state, sentence } = await courseOf(service, record);
  const begun = runs.some((one) => one.begun);
  const today: Today =
    find === null || state === 'closed' || begun ? { kind: 'not-asked' } : await todayOf(service, record, find);
  return { record, file: changePath(store, target.environment, id), state, sentence, runs, today };
}

async function courseOf({ store, target }: ServiceEnvironment, { head }: ChangeRecord) {
  const history = await readEnvironmentRecord(store, target.environment, target.service);
  const runs: ChangeRun[] = [];
  for (const { run } of await runsOf(store, target.environment, head.change)) {
    runs.push(changeRun(await readRun(store, run), history));
  }
  const state = stateOf(head, runs);
  return { runs, state, sentence: stateSentence(state, head, runs) };
}

async function todayOf(service: ServiceEnvironment, { head }: ChangeRecord, find: FindRunbook): Promise<Today> {
  try {
    const begins = head.window === undefined ? service.clock.now() : Date.parse(head.window.from);
    const preview = await previewOf(service, wishOf(head.what), begins, find);
    return { kind: 'planned', preview, risk: riskOf(preview.facts), same: preview.digest === head.plan };
  } catch (error) {
    return { kind: 'unknown', problems: problemsOf(error, head.change) };
  }
}

export interface ChangeRow {
  readonly change: string;
  readonly environment: string;
  readonly state: ChangeState;
  readonly title: string;
  readonly what: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
}

export interface ChangeList {
  readonly changes: readonly ChangeRow[];
  /** Files that cannot be read. */
  readonly problems: readonly Problem[];
  /** Runs that needed a record and had none: somebody let them pass, and answers for it. */
  readonly without: readonly { readonly run: string; readonly who: string; readonly overrides: readonly string[] }[];
}

/** The changes of an environment, the newest first. */
export async function listChanges(service: ServiceEnvironment): Promise<ChangeList> {
  const { store, target } = service;
  const { environment } = target;
  const changes: ChangeRow[] = [];
  const problems: Problem[] = [];
  for (const id of await changeIds(store, environment)) {
    try {
      const record = await readChange(store, environment, id);
      if (record === null) continue;
      const { head } = record;
      if (head.closed === undefined) await fetchRunsOf(service, id);
      const { state } = await courseOf(service, record);
      const { title, requestedBy, requestedAt } = head;
      changes.push({ change: id, environment, state, title, what: whatText(head.what), requestedBy, requestedAt });
    } catch (error) {
      problems.push(...problemsOf(error, id));
    }
  }
  const history = await readEnvironmentRecord(store, environment, target.service);
  await fetchRunsOf(service, null);
  const without: ChangeList['without'][number][] = [];
  for (const one of await listRuns(store)) {
    if (one.environment !== environment || one.change !== NO_CHANGE) continue;
    const { run, who, overrides } = changeRun(await readRun(store, one.run), history);
    without.push({ run, who, overrides });
  }
  return { changes: changes.toReversed(), problems, without };
}

/** As the summary of a run says that a record was asked for and none was named. */
export const NO_CHANGE = '';

/** The words of people under their headings, those that are there. Pure. */
export function sectionsOf({ texts }: ChangeRecord): readonly { readonly heading: string; readonly text: string }[] {
  return CHANGE_SECTIONS.flatMap(({ key, heading }) => {
    const text = texts[key];
    return text === undefined ? [] : [{ heading, text }];
  });
}
