import { listRuns, readRun } from '../../procedure/index.ts';
import { releaseInputsSchema } from '../run/procedure.ts';

/** Which commits a run is about, as its journal has them. */
export interface RunCommits {
  /** Commit of the software. */
  readonly release: string;
  /** Commit that was checked out: another one where only the configuration changed. */
  readonly checkedOut: string;
}

/** Null: no such run, or one that brings no release. */
export async function runCommits(store: string, run: string): Promise<RunCommits | null> {
  if (!(await listRuns(store)).some((one) => one.run === run)) return null;
  const inputs = releaseInputsSchema.safeParse((await readRun(store, run)).inputs);
  if (!inputs.success) return null;
  const { release, configCommit } = inputs.data.candidate;
  return { release: release.commit, checkedOut: configCommit ?? release.commit };
}
