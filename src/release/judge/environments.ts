import { type Config, environmentNames, type ResolvedEnvironment, resolveEnvironment } from '../../config/index.ts';
import type { RangeSource } from '../../metrics/index.ts';
import { ProblemError, unwrap } from '../../model/problem.ts';
import type { Policy } from '../../rollout/index.ts';
import { analysisPolicy } from '../environment/analysis-policy.ts';

/** One environment that may be asked about: all that a verdict depends on besides the counts. */
export interface JudgedEnvironment {
  readonly service: string;
  readonly environment: string;
  readonly policy: Policy;
  readonly pastMs: number;
  readonly everyMs: number;
  /** Greatest bad part where nothing stands beside a version. */
  readonly errorLimit: number;
  readonly source: Omit<RangeSource, 'limits' | 'http'>;
}

/** Without Prometheus there is nothing to ask. Pure. */
export function judgedEnvironment(environment: ResolvedEnvironment): JudgedEnvironment | null {
  const { metrics, rollout } = environment;
  if (metrics.prometheus === null) return null;
  const { url, timeoutMs, queries, staleAfterMs, versionLabel } = metrics.prometheus;
  return {
    service: environment.service,
    environment: environment.environment,
    policy: analysisPolicy(environment),
    pastMs: rollout.analysis.pastMs,
    everyMs: metrics.everyMs,
    errorLimit: rollout.errorLimit,
    source: { url, timeoutMs, queries, staleAfterMs, versionLabel },
  };
}

/**
 * Every environment of these files that can be judged.
 * @throws ProblemError when there is none, or one comes twice
 */
export function judgedEnvironments(
  files: readonly { readonly config: Config; readonly baseDir: string }[],
): readonly JudgedEnvironment[] {
  const found: JudgedEnvironment[] = [];
  for (const { config, baseDir } of files) {
    for (const name of environmentNames(config)) {
      const judged = judgedEnvironment(unwrap(resolveEnvironment(config, name, { baseDir })));
      if (judged === null) continue;
      if (found.some((one) => one.service === judged.service && one.environment === judged.environment)) {
        throw new ProblemError({
          code: 'judge.environment-twice',
          where: config.file,
          found: `${judged.environment} of ${judged.service} a second time`,
          expected: 'each environment of a service in one file',
          remedy: 'leave one of the files out',
        });
      }
      found.push(judged);
    }
  }
  if (found.length === 0) {
    throw new ProblemError({
      code: 'judge.nothing-to-judge',
      where: files.map(({ config }) => config.file).join(', '),
      found: 'no environment with `metrics.prometheus`',
      expected: 'an environment whose counts Prometheus has',
      remedy: 'add `prometheus:` under `metrics:` of the environment',
    });
  }
  return found;
}
