import type { Service } from '../door.ts';
import { NONE, type OwnErrors, ownErrors } from './known.ts';
import { commitOfRun } from './run-commits.ts';

/** The service's own pages as they stood at the commit that a run was about; none where it is about no commit. */
export async function ownErrorsOf(
  service: Pick<Service, 'store' | 'exec' | 'baseDir'>,
  run: string,
): Promise<OwnErrors> {
  const commit = await commitOfRun(service.store, run);
  return commit === null ? NONE : ownErrors(service, commit);
}
