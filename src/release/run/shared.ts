import { environmentNames } from '../../config/index.ts';
import { type Problem, problemsOf } from '../../model/problem.ts';
import { traitsOf } from '../../model/procedures.ts';
import {
  carryDocuments,
  type DocumentPlaces,
  fetchDocuments,
  type Imported,
  importRuns,
  layDown,
  listRuns,
  pendingRuns,
  pullRun,
  type SharedStore,
} from '../../procedure/index.ts';
import { fileName } from '../../procedure/store.ts';
import { noteChangeRuns } from '../change/note.ts';
import { changePlace } from '../change/place.ts';
import type { Service } from '../door.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { mergeRecords } from './merge.ts';

/** What a release does so that several machines can take turns: journals and records come from git, and go there. */

/** Takes a run from git that this machine does not have. Without git, or when it is here, nothing. */
export async function fetchRun({ shared, store }: Pick<Service, 'shared' | 'store'>, run: string): Promise<void> {
  if (shared !== undefined) await pullRun(shared, store, run);
}

/** Brings a run up to what git has of it. Where git does not answer, what is here must do: returns why. */
export async function refreshRun(service: Pick<Service, 'shared' | 'store'>, run: string): Promise<readonly Problem[]> {
  try {
    await fetchRun(service, run);
    return [];
  } catch (error) {
    const problems = problemsOf(error, `run ${run}`);
    const silent = problems.some(({ code }) => code === 'store.unreachable');
    if (!silent || !(await listRuns(service.store)).some((one) => one.run === run)) throw error;
    return problems;
  }
}

/** Takes the run from git that has the environment there, if one has. */
export async function fetchRunUnderWay({ shared, store, target }: ServiceEnvironment): Promise<void> {
  const holder = (await shared?.leases.read(target.environment))?.lease.holder;
  if (shared !== undefined && holder !== null && holder !== undefined) await pullRun(shared, store, holder.run);
}

/** Whoever has journals that git has too: a service, or a unit of several. */
export type Sharing = Pick<Service, 'shared' | 'store' | 'door' | 'secrets'>;

/** Before a forward run: what other machines remember comes here, and what they do not have yet goes there. */
export function agreeWithGit(service: ServiceEnvironment): Promise<void> {
  return agreeOn(service, service.target.environment, () => fetchRecords(service));
}

/** The same of whatever keeps records. @param fetch brings those of other machines here */
export async function agreeOn(sharing: Sharing, environment: string, fetch: () => Promise<void>): Promise<void> {
  const { shared, store, door } = sharing;
  if (shared === undefined) return;
  try {
    const pending = await importRuns(shared, store, { environment });
    for (const { found } of pending.flatMap((one) => one.problems)) say(sharing, found);
    // Others may have gone on with what looks unfinished here.
    for (const one of await listRuns(store)) {
      if (one.finished === null && one.environment === environment) await pullOrSay(sharing, shared, one.run);
    }
    await fetch();
  } catch (error) {
    // The lease asks git next, and says what to do; only for a broken glass it is passed over.
    if (door.breakGlass === undefined) throw error;
    for (const { found } of problemsOf(error, shared.where)) say(sharing, found);
  }
}

/** A run that parted from its copy is told, and does not stand in the way of others; its own resume is refused. */
async function pullOrSay(service: Sharing, shared: SharedStore, run: string): Promise<void> {
  try {
    await pullRun(shared, service.store, run);
  } catch (error) {
    const problems = problemsOf(error, `run ${run}`);
    if (problems.some(({ code }) => code === 'store.unreachable')) throw error;
    for (const { found } of problems) say(service, found);
  }
}

/** What a way back waits for records of other machines, so that it leads to what really served before. */
const RECORDS_MS = 1_000;

/** Before a way back: what other machines remember comes here, if git says so at once. False when it did not. */
export async function fetchRecordsAtOnce(service: ServiceEnvironment): Promise<boolean> {
  const { shared, clock, store, target } = service;
  if (shared === undefined) return true;
  const over = new AbortController();
  try {
    const late = clock.sleep(RECORDS_MS, over.signal).then(() => 'late' as const);
    late.catch(() => undefined);
    const there = await Promise.race([shared.replica.readDocuments(target.environment), late]);
    if (there === 'late') return false;
    await layDown(there, placesOf(store, target.environment), mergeRecords);
    // What another machine has under way is what goes back.
    return (await Promise.race([fetchRunUnderWay(service), late])) !== 'late';
  } catch (error) {
    for (const { found } of problemsOf(error, shared.where)) say(service, found);
    return false;
  } finally {
    over.abort();
  }
}

/** The same, however long it takes. */
export async function fetchRecords(service: ServiceEnvironment): Promise<void> {
  const { shared, store, target, config } = service;
  if (shared === undefined) return;
  await fetchDocumentsOf(service, target.environment);
  // What is in quarantine in one environment may not be released in any.
  for (const environment of environmentNames(config)) {
    if (environment === target.environment) continue;
    await fetchDocuments(shared, { store, environment, places: [`quarantine/${environment}`] }, mergeRecords);
  }
}

/** The records of an environment alone: for whoever tells about it, or comes from there. */
export async function fetchDocumentsOf(
  { shared, store }: Pick<Service, 'shared' | 'store'>,
  environment: string,
): Promise<void> {
  if (shared !== undefined) await fetchDocuments(shared, placesOf(store, environment), mergeRecords);
}

/** After a run: its records go to git, unless its journal did not get there either. */
export async function tellGit(service: ServiceEnvironment): Promise<void> {
  const { store, shared, target } = service;
  if (shared !== undefined) await noteChangeRuns(store, target.environment);
  await tellOf(service, placesOf(store, target.environment));
}

/** The same of whatever keeps records. */
export async function tellOf(sharing: Sharing, places: DocumentPlaces): Promise<void> {
  const { shared, store } = sharing;
  if (shared === undefined) return;
  try {
    if ((await pendingRuns(shared, store, places.environment)).length > 0) return;
    await carryDocuments(shared, places, mergeRecords);
  } catch (error) {
    for (const { found } of problemsOf(error, shared.where)) say(sharing, found);
  }
}

/** Copies to git what it does not have: journals, or that of one run, and then what their environments remember. */
export async function makeGitTrue(shared: SharedStore, store: string, run?: string): Promise<readonly Imported[]> {
  const runs = (await listRuns(store)).filter(({ procedure }) => traitsOf(procedure).holds);
  const imported = await importRuns(shared, store, { run });
  const behind = new Set((await pendingRuns(shared, store)).map(({ environment }) => environment));
  for (const environment of new Set(runs.map((one) => one.environment))) {
    await noteChangeRuns(store, environment);
    if (!behind.has(environment)) await carryDocuments(shared, placesOf(store, environment), mergeRecords);
  }
  return imported;
}

function placesOf(store: string, environment: string): DocumentPlaces {
  const places = [
    `releases/${environment}`,
    `environments/${environment}.json`,
    `ledgers/${environment}.json`,
    `quarantine/${environment}`,
    'manifests',
    `plans/${fileName(environment)}`,
    changePlace(environment),
  ];
  return { store, environment, places };
}

/** Tells whoever looks on that git does not have everything. */
export function say({ door, secrets }: Sharing, found: string): void {
  door.onEvent?.({ kind: 'note', path: 'git store', text: `git is not yet true: ${secrets.mask(found)}` });
}
