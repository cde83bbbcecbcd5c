import { problemsOf } from '../../model/problem.ts';
import { type DocumentPlaces, fetchDocuments } from '../../procedure/index.ts';
import type { RunState } from '../../procedure/journal/state.ts';
import { openService } from '../environment/service.ts';
import { mergeRecords } from '../run/merge.ts';
import { agreeOn, refreshRun, say, tellOf } from '../run/shared.ts';
import { stateOf } from './member.ts';
import { memberDoor, memberStore, type ServiceUnit } from './open.ts';

/** What a unit does so that several machines can take turns. Without a git store of its own: nothing. */

/** Before a run of the unit: what other machines remember of it comes here, and what they do not have yet goes there. */
export function agreeUnit(unit: ServiceUnit, environment: string): Promise<void> {
  const { shared, file } = unit;
  return agreeOn(unit, environment, async () => {
    if (shared === undefined) return;
    // A promotion asks what served in another environment.
    for (const name of file.environments.keys()) await fetchDocuments(shared, placesOf(unit, name), mergeRecords);
  });
}

/** The same before a way back, which waits for nobody: where git does not answer, what is here must do. */
export async function agreeOrNote(unit: ServiceUnit, environment: string): Promise<void> {
  try {
    await agreeUnit(unit, environment);
  } catch (error) {
    for (const { found } of problemsOf(error, 'git store')) say(unit, found);
  }
}

/** After a run of the unit. */
export function tellUnit(unit: ServiceUnit, environment: string): Promise<void> {
  return tellOf(unit, placesOf(unit, environment));
}

function placesOf({ store }: ServiceUnit, environment: string): DocumentPlaces {
  return { store, environment, places: [`environments/${environment}.json`, 'manifests'] };
}

/** A run of a member, as its git store has it where the unit has one: another machine may have begun it, or gone on with it. @throws where that does not answer, and the run is not here */
export async function memberState(unit: ServiceUnit, name: string, run: string): Promise<RunState | undefined> {
  if (unit.shared !== undefined) await refreshRun(await openService(memberDoor(unit, name)), run);
  return stateOf(memberStore(unit, name), run);
}

/** The same for whoever only tells about it: where git does not answer, what is here. */
export function knownState(unit: ServiceUnit, name: string, run: string): Promise<RunState | undefined> {
  return memberState(unit, name, run).catch(() => stateOf(memberStore(unit, name), run));
}
