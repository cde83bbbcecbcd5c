import { type Config, wayTo } from '../../config/index.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';
import type { ServiceEnvironment } from '../environment/service.ts';

/** Releases go through the environments in their order: where one comes before, nothing is released past it. */

/** For `shiplock release`. Throws where a release must come from another environment. */
export function mayReleaseHere({ config, environment }: Pick<ServiceEnvironment, 'config' | 'environment'>): void {
  if (environment.promotion === null) return;
  const { from } = environment.promotion;
  const name = environment.environment;
  throw new ProblemError({
    code: 'release.promotion-needed',
    where: name,
    found: 'a release that is built for it',
    expected: `one that has proven itself in ${from}: ${wayText(config, name)}`,
    remedy: `shiplock release ${wayTo(config, name)[0] ?? from}, then shiplock promote --to …, one environment after the other`,
  });
}

/** For `shiplock promote`: where the release comes from. Throws where that is not the environment before. */
export function comesFrom(
  { config, environment }: Pick<ServiceEnvironment, 'config' | 'environment'>,
  wanted: string | undefined,
): string {
  const name = environment.environment;
  if (wanted === name) throw new ProblemError(sameEnvironment(name));
  const from = environment.promotion?.from;
  if (from === undefined) {
    if (wanted !== undefined) return wanted;
    throw new ProblemError(noOrder(name));
  }
  if (wanted === undefined || wanted === from) return from;
  throw new ProblemError({
    code: 'release.out-of-order',
    where: `${wanted} → ${name}`,
    found: `a release of ${wanted}`,
    expected: `one that has proven itself in ${from}: ${wayText(config, name)}`,
    remedy: `shiplock promote --to ${from} first, then shiplock promote --to ${name}`,
  });
}

function wayText(config: Config, name: string): string {
  return wayTo(config, name).join(' → ');
}

function sameEnvironment(name: string): Problem {
  return {
    code: 'cli.usage',
    where: '--to',
    found: `${name}, as --from`,
    expected: 'another environment',
    remedy: 'name the environment that comes next',
  };
}

function noOrder(name: string): Problem {
  return {
    code: 'cli.usage',
    where: '--from',
    found: `no environment, and \`environments.${name}.promotion.from\` names none`,
    expected: 'the environment in which it has proven itself',
    remedy: 'give --from, or write the order into shiplock.yaml',
  };
}
