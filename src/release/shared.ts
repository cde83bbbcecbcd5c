import { problemsOf } from '../model/problem.ts';
import {
  carryDocuments,
  type DocumentPlaces,
  fetchDocuments,
  importRuns,
  listRuns,
  pendingRuns,
  pullRun,
  type SharedStore,
} from '../procedure/index.ts';
import type { Service } from './door.ts';
import { mergeRecords } from './merge.ts';
import type { ServiceEnvironment } from './service.ts';

/** What a release does so that several machines can take turns: journals and records come from git, and go there. */

/** Takes a run from git that this machine does not have. Without git, or when it is here, nothing. */
export async function fetchRun({ shared, store }: Pick<Service, 'shared' | 'store'>, run: string): Promise<void> {
  if (shared !== undefined) await pullRun(shared, store, run);
}

/** Takes the run from git that has the environment there, if one has. */
export async function fetchRunUnderWay({ shared, store, target }: ServiceEnvironment): Promise<void> {
  const holder = (await shared?.leases.read(target.environment))?.lease.holder;
  if (shared !== undefined && holder !== null && holder !== undefined) await pullRun(shared, store, holder.run);
}

/** Before a forward run: what other machines remember comes here, and what they do not have yet goes there. */
export async function agreeWithGit(service: ServiceEnvironment): Promise<void> {
  const { shared, store, door, target } = service;
  if (shared === undefined) return;
  try {
    const pending = await importRuns(shared, store, { environment: target.environment });
    for (const { found } of pending.flatMap((one) => one.problems)) say(service, found);
    // Others may have gone on with what looks unfinished here.
    for (const { run, environment, finished } of await listRuns(store)) {
      if (finished === null && environment === target.environment) await pullOrSay(service, shared, run);
    }
    await fetchDocuments(shared, placesOf(service), mergeRecords);
  } catch (error) {
    // The lease asks git next, and says what to do; only for a broken glass it is passed over.
    if (door.breakGlass === undefined) throw error;
    for (const { found } of problemsOf(error, shared.where)) say(service, found);
  }
}

/** A run that parted from its copy is told, and does not stand in the way of others; its own resume is refused. */
async function pullOrSay(service: ServiceEnvironment, shared: SharedStore, run: string): Promise<void> {
  try {
    await pullRun(shared, service.store, run);
  } catch (error) {
    const problems = problemsOf(error, `run ${run}`);
    if (problems.some(({ code }) => code === 'store.unreachable')) throw error;
    for (const { found } of problems) say(service, found);
  }
}

/** Before a way back: only what is not here at all is waited for. */
export async function fetchMissingRecords(service: ServiceEnvironment, known: boolean): Promise<void> {
  if (service.shared !== undefined && !known) await fetchDocuments(service.shared, placesOf(service), mergeRecords);
}

/** After a run: its records go to git, unless its journal did not get there either. */
export async function tellGit(service: ServiceEnvironment): Promise<void> {
  const { shared, store, target } = service;
  if (shared === undefined) return;
  try {
    if ((await pendingRuns(shared, store, target.environment)).length > 0) return;
    await carryDocuments(shared, placesOf(service));
  } catch (error) {
    for (const { found } of problemsOf(error, shared.where)) say(service, found);
  }
}

function placesOf({ store, target }: ServiceEnvironment): DocumentPlaces {
  const { environment } = target;
  const places = [`releases/${environment}`, `environments/${environment}.json`, `ledgers/${environment}.json`];
  return { store, environment, places };
}

function say({ door, secrets }: ServiceEnvironment, found: string): void {
  door.onEvent?.({ kind: 'note', path: 'git store', text: `git is not yet true: ${secrets.mask(found)}` });
}
