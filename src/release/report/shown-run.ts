import type { ShownRun } from '../../model/forge.ts';
import { readRun } from '../../procedure/index.ts';
import { releaseInputsSchema } from '../run/procedure.ts';
import { broughtBy, readReport } from './report.ts';

/** A release or a rollback as it is shown elsewhere; null for any other run. */
export async function shownRun(store: string, run: string): Promise<ShownRun | null> {
  const { procedure, inputs, environment, state } = await readRun(store, run);
  const parsed = releaseInputsSchema.safeParse(inputs);
  if (!parsed.success || (procedure !== 'release' && procedure !== 'rollback')) return null;
  const { sentence, tone } = (await readReport(store, run)).head;
  const { commit } = broughtBy(procedure, parsed.data).release;
  if (state !== 'finished')
    return { run, environment, commit, sentence, state: state === 'waiting' ? 'waits' : 'works' };
  return { run, environment, commit, sentence, state: tone === 'good' ? 'good' : 'bad' };
}
