import { join } from 'node:path';
import { listRuns } from '../../procedure/index.ts';
import { fileName, namesIn, replaceFile } from '../../procedure/store.ts';
import { changePlace } from './place.ts';

/** Writes for each run that was begun for a change where its journal is to be looked for, as far as that is not written yet. */
export async function noteChangeRuns(store: string, environment: string): Promise<void> {
  const runs = (await listRuns(store)).filter((one) => one.environment === environment && one.change !== undefined);
  if (runs.length === 0) return;
  const directory = join(store, changePlace(environment));
  const there = new Set(await namesIn(directory));
  for (const { run, change = '' } of runs) {
    const name = `${fileName(run)}.json`;
    if (there.has(name)) continue;
    const noted = { formatVersion: 1, change: change === '' ? null : change, run };
    await replaceFile(join(directory, name), `${JSON.stringify(noted, null, 2)}\n`);
  }
}
