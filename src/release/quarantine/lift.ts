import { isInCluster, promotionOrder, resolveEnvironment } from '../../config/index.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import { procedure } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { engineOptions, openEnvironment, openService, type ServiceEnvironment } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';

/** The list by which a cluster refuses pods, where a person lets a digest return. */

/** Environments whose cluster refuses a digest now, in their order. @throws ProblemError when one of them cannot be asked */
export async function refusingClusters(door: DoorOptions, digest: string): Promise<readonly string[]> {
  const { config, baseDir } = await openService(door);
  const refusing: string[] = [];
  for (const name of promotionOrder(config)) {
    if (!isInCluster(unwrap(resolveEnvironment(config, name, { baseDir })))) continue;
    const { target } = await openEnvironment(door, name);
    if ((await target.cluster?.refusal(digest)?.refused()) === true) refusing.push(name);
  }
  return refusing;
}

/**
 * Takes a digest off the list of the environment's cluster, as a run of its own. It holds no environment: a release at work there goes on, and what it writes to the list
 * is kept. Gives the run; null where there is no list.
 */
export async function liftInCluster(
  service: ServiceEnvironment,
  word: { readonly digest: string; readonly why: string },
): Promise<string | null> {
  const { target } = service;
  const refusal = target.cluster?.refusal(word.digest) ?? null;
  if (refusal === null) return null;
  const lift = procedure({
    id: 'quarantine',
    title: `Let ${word.digest} return to ${target.environment}`,
    description: 'The cluster takes pods of it again.',
    environment: `quarantine:${target.service}:${target.environment}`,
    inputs: { ...word },
    root: refusal.lift,
  });
  const result = await runAgain(lift, engineOptions(service, { shared: undefined }));
  if (result.outcome !== 'done') throw new ProblemError(result.problems);
  return result.run;
}
