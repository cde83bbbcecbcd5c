import { isInCluster, promotionOrder, resolveEnvironment } from '../../config/index.ts';
import { type Problem, ProblemError, problemsOf, unwrap } from '../../model/problem.ts';
import { procedure } from '../../procedure/index.ts';
import type { DoorOptions } from '../door.ts';
import { engineOptions, openEnvironment, openService, type ServiceEnvironment } from '../environment/service.ts';
import { runAgain } from '../run/again.ts';

/** The list by which a cluster refuses pods, where a person puts a digest there or lets it return. */

interface Word {
  readonly digest: string;
  readonly why: string;
}

/** Environments whose cluster refuses a digest now, in their order. @throws ProblemError when one of them cannot be asked */
export async function refusingClusters(door: DoorOptions, digest: string): Promise<readonly string[]> {
  const refusing: string[] = [];
  for (const name of await inClusters(door)) {
    const { target } = await openEnvironment(door, name);
    if ((await target.cluster?.refusal({ digest, why: '' })?.refused()) === true) refusing.push(name);
  }
  return refusing;
}

/** What the cluster of an environment says to a digest that a person has put into quarantine. */
export type ClusterWord =
  | { readonly kind: 'refuses'; readonly environment: string; readonly run: string }
  /** It serves there, or is on its way: refused, no pod of it could start again. */
  | { readonly kind: 'serves'; readonly environment: string }
  | { readonly kind: 'failed'; readonly environment: string; readonly problems: readonly Problem[] };

/** Puts a digest on the list of every cluster that keeps one and does not live by it. One that cannot be asked does not keep the others from it. */
export async function refuseInClusters(door: DoorOptions, word: Word): Promise<readonly ClusterWord[]> {
  const words: ClusterWord[] = [];
  for (const environment of await inClusters(door)) {
    try {
      const service = await openEnvironment(door, environment);
      if (service.target.cluster?.refusal(word) == null) continue;
      if (await livesBy(service, word.digest)) {
        words.push({ kind: 'serves', environment });
        continue;
      }
      const run = await changeInCluster(service, word, 'put');
      if (run !== null) words.push({ kind: 'refuses', environment, run });
    } catch (error) {
      words.push({ kind: 'failed', environment, problems: problemsOf(error, environment) });
    }
  }
  return words;
}

/** Takes a digest off the list of the environment's cluster. Gives the run; null where there is no list. */
export function liftInCluster(service: ServiceEnvironment, word: Word): Promise<string | null> {
  return changeInCluster(service, word, 'lift');
}

/**
 * As a run of its own. It holds no environment: a release at work there goes on, and what it writes to the list is kept. Gives the run;
 * null where there is no list.
 */
async function changeInCluster(service: ServiceEnvironment, word: Word, how: 'put' | 'lift'): Promise<string | null> {
  const { target } = service;
  const refusal = target.cluster?.refusal(word) ?? null;
  if (refusal === null) return null;
  const { service: name, environment } = target;
  const tree = procedure({
    id: 'quarantine',
    title:
      how === 'put'
        ? `Let no pod of ${word.digest} begin in ${environment}`
        : `Let ${word.digest} return to ${environment}`,
    description: how === 'put' ? 'The cluster refuses pods of it from now on.' : 'The cluster takes pods of it again.',
    environment: `quarantine:${name}:${environment}`,
    inputs: { ...word },
    root: refusal[how],
  });
  const result = await runAgain(tree, engineOptions(service, { shared: undefined }));
  if (result.outcome !== 'done') throw new ProblemError(result.problems);
  return result.run;
}

async function inClusters(door: DoorOptions): Promise<readonly string[]> {
  const { config, baseDir } = await openService(door);
  return promotionOrder(config).filter((name) => isInCluster(unwrap(resolveEnvironment(config, name, { baseDir }))));
}

async function livesBy({ target }: ServiceEnvironment, digest: string): Promise<boolean> {
  const seen = await target.cluster?.rollouts.observe();
  if (seen === undefined || seen.kind === 'absent') return false;
  return [seen.desired, seen.stable].some((revision) => revision?.digest === digest);
}
