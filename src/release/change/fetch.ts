import { join } from 'node:path';
import { changeRunSchema } from '../../model/change.ts';
import { problemsOf } from '../../model/problem.ts';
import { listRuns } from '../../procedure/index.ts';
import { namesIn } from '../../procedure/store.ts';
import type { ServiceEnvironment } from '../environment/service.ts';
import { readRecord } from '../record.ts';
import { fetchDocumentsOf, fetchRun, say } from '../run/shared.ts';
import { changePlace } from './place.ts';

/** What other machines know of changes comes here from the git store; where that does not answer, what is here must do. */

export async function fetchChanges(service: ServiceEnvironment): Promise<void> {
  await orSay(service, () => fetchDocumentsOf(service, service.target.environment));
}

/**
 * The journals of runs for a change that other machines began, or went on with.
 *
 * @param id null: those that were begun without a record
 */
export async function fetchRunsOf(service: ServiceEnvironment, id: string | null): Promise<void> {
  const { store, shared, target } = service;
  if (shared === undefined) return;
  const directory = join(store, changePlace(target.environment));
  const over = new Set((await listRuns(store)).filter(({ finished }) => finished !== null).map(({ run }) => run));
  for (const name of (await namesIn(directory)).filter((one) => one.endsWith('.json'))) {
    const noted = await readRecord(join(directory, name), changeRunSchema);
    if (noted === null || noted.change !== id || over.has(noted.run)) continue;
    await orSay(service, () => fetchRun(service, noted.run));
  }
}

async function orSay(service: ServiceEnvironment, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    for (const { found } of problemsOf(error, service.shared?.where ?? 'git store')) say(service, found);
  }
}
