import { type RegistryLookup, registryProblems } from '../../build/index.ts';
import { isInCluster, type ResolvedEnvironment } from '../../config/index.ts';
import type { UnitSpec } from '../../model/platform.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import { httpClient } from '../../procedure/index.ts';
import type { Service } from '../door.ts';
import type { ReleaseRecord } from '../record.ts';
import { isReference, specsOf } from './artefacts.ts';

/** The images of a release, where pods will pull them from. */

const TIMEOUT_MS = 30_000;

/**
 * Each image that was pushed by us and is to be deployed: is it at its registry, under its digest? Where it is not, pods would only fail to start. Images
 * that somebody else has pushed are looked up when they are taken into a release.
 */
export async function imageProblems(
  environment: ResolvedEnvironment,
  secrets: Service['secrets'],
  record: Pick<ReleaseRecord, 'unit' | 'files'>,
): Promise<readonly Problem[]> {
  const found = await Promise.all(specsOf(record).map((spec) => imageProblemsOf(environment, secrets, spec)));
  return found.flatMap((one) => one ?? []);
}

/** The same of one component; null: it is no image of ours that is deployed there. */
export async function imageProblemsOf(
  environment: ResolvedEnvironment,
  secrets: Service['secrets'],
  spec: Pick<UnitSpec, 'component' | 'artefact' | 'digest'>,
): Promise<readonly Problem[] | null> {
  const settings = environment.components[spec.component];
  if (!isInCluster(environment) || !isReference(spec)) return null;
  if (settings === undefined || settings.kind === 'image' || settings.kind === 'script') return null;
  if (settings.image === undefined) return null;
  const { registry, authorization } = settings.image;
  const lookup: RegistryLookup = {
    image: spec.artefact.slice(0, -`@${spec.digest}`.length),
    registry,
    authorization: () =>
      authorization === null || typeof authorization === 'string' ? authorization : secrets.get(authorization.secret),
    http: httpClient,
  };
  try {
    return await registryProblems(lookup, spec.digest, AbortSignal.timeout(TIMEOUT_MS));
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}
