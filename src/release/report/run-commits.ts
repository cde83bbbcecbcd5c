import { listRuns, readRun } from '../../procedure/index.ts';
import { buildInputsSchema } from '../build/tree.ts';
import { releaseInputsSchema } from '../run/procedure.ts';

/** Which commits a run is about, as its journal has them. */
export interface RunCommits {
  /** Commit of the software. */
  readonly release: string;
  /** Commit that was checked out: another one where only the configuration changed. */
  readonly checkedOut: string;
}

/** The commit whose files a run was made from, be it a release, a migration or a build; null for other runs. */
export async function commitOfRun(store: string, run: string): Promise<string | null> {
  const commits = await runCommits(store, run);
  if (commits !== null) return commits.checkedOut;
  const inputs = buildInputsSchema.safeParse((await readRun(store, run)).inputs);
  return inputs.success ? inputs.data.commit : null;
}

/** Null: no such run, or one that brings no release. */
export async function runCommits(store: string, run: string): Promise<RunCommits | null> {
  if (!(await listRuns(store)).some((one) => one.run === run)) return null;
  const inputs = releaseInputsSchema.safeParse((await readRun(store, run)).inputs);
  if (!inputs.success) return null;
  const { release, configCommit } = inputs.data.candidate;
  return { release: release.commit, checkedOut: configCommit ?? release.commit };
}
