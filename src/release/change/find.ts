import { environmentNames } from '../../config/index.ts';
import { type ChangeWhat, changeIdSchema } from '../../model/change.ts';
import { ProblemError } from '../../model/problem.ts';
import type { DoorOptions } from '../door.ts';
import { openEnvironment, openService } from '../environment/service.ts';
import { fetchChanges } from './fetch.ts';
import { unknownChange } from './missing.ts';
import { changePath, readChange } from './store.ts';

/**
 * The environment that has a record of this name; where none is here, what other machines wrote is fetched. Opens nothing that a connection needs.
 * @throws ProblemError `change.unknown`
 */
export async function findChange(
  entry: DoorOptions,
  id: string,
): Promise<{ readonly environment: string; readonly what: ChangeWhat }> {
  const { config, store } = await openService(entry);
  const names = environmentNames(config);
  // Another text names no file of ours.
  for (const name of changeIdSchema.safeParse(id).success ? names : []) {
    const service = await openEnvironment(entry, name, 'without-trust');
    await fetchChanges(service);
    const what = (await readChange(service.store, name, id))?.head.what;
    if (what !== undefined) return { environment: name, what };
  }
  throw new ProblemError({ ...unknownChange(id, names.join(', ')), where: changePath(store, names[0] ?? '', id) });
}
