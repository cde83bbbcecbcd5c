import type { ResolvedEnvironment } from '../../config/index.ts';
import {
  type JudgeAddress,
  type Manifest,
  type RolloutsOptions,
  type Routing,
  rolloutManifests,
} from '../../gitops/rollouts/index.ts';
import { bad, type Problem, type Result } from '../../model/problem.ts';

/** What the cluster calls things, and who is asked: all that shiplock.yaml does not say. */
export interface ClusterNames {
  readonly mode: RolloutsOptions['mode'];
  readonly rollout: string;
  readonly namespace?: string;
  readonly routing: Routing;
  readonly activeService: string;
  readonly previewService: string;
  readonly previewPort: number;
  readonly judge: JudgeAddress;
}

/** Strategy and AnalysisTemplates of an environment for Argo Rollouts. Pure. */
export function environmentManifests(
  environment: ResolvedEnvironment,
  names: ClusterNames,
): Result<readonly Manifest[]> {
  const { rollout, metrics } = environment;
  const refused = refusals(environment, names);
  if (refused.length > 0) return bad(...refused);
  return rolloutManifests({
    mode: names.mode,
    service: environment.service,
    environment: environment.environment,
    rollout: names.rollout,
    ...(names.namespace === undefined ? {} : { namespace: names.namespace }),
    strategy:
      rollout.strategy === 'canary'
        ? { kind: 'canary', steps: rollout.steps, finalBakeMs: rollout.finalBakeMs, routing: names.routing }
        : {
            kind: 'blue-green',
            activeService: names.activeService,
            previewService: names.previewService,
            previewPort: names.previewPort,
            preview: rollout.preview,
            finalBakeMs: rollout.finalBakeMs,
            drainMs: rollout.drainTimeoutMs,
            smoke: rollout.smoke.map(({ path }) => path),
          },
    healthDeadlineMs: rollout.healthDeadlineMs,
    waitMs: rollout.analysisDeadlineMs,
    judge: { ...names.judge, everyMs: Math.max(names.judge.everyMs, metrics.everyMs) },
  });
}

/** What Argo Rollouts cannot be told. */
function refusals({ environment, rollout, metrics }: ResolvedEnvironment, { mode }: ClusterNames): readonly Problem[] {
  const at = (path: string): string => `environments.${environment}.${path}`;
  const problems: Problem[] = [];
  if (metrics.prometheus === null) {
    problems.push({
      code: 'gitops.no-counts',
      where: at('metrics'),
      found: 'no Prometheus',
      expected: 'counts that the judge can ask for',
      remedy: 'add `prometheus:` under `metrics:`',
    });
  }
  if (rollout.strategy === 'rolling') {
    problems.push({
      code: 'gitops.strategy-of-hosts',
      where: at('rollout.strategy'),
      found: 'rolling',
      expected: 'canary or blue-green: on Kubernetes pods are not replaced host by host',
      remedy: 'write `strategy: canary` with steps',
    });
  }
  if (rollout.strategy === 'blue-green' && rollout.steps.length > 0) {
    problems.push({
      code: 'gitops.shares-of-blue-green',
      where: at('rollout.steps'),
      found: `${rollout.steps.length} shares before a blue-green switch`,
      expected: 'none: Argo Rollouts switches all traffic at once',
      remedy: 'write `steps: []`, or `strategy: canary`',
    });
  }
  if (rollout.strategy === 'blue-green' && mode === 'pull') {
    for (const [index, { status, contains }] of rollout.smoke.entries()) {
      if (contains === undefined && status >= 200 && status < 300) continue;
      problems.push({
        code: 'gitops.smoke-not-told',
        where: at(`rollout.smoke.${index}`),
        found: contains === undefined ? `status ${status}` : `a text that must be in the answer`,
        expected: 'requests that are answered with 2xx: the controller looks at nothing else',
        remedy: 'ask for another path, or use --mode push, where the pipeline makes the requests',
      });
    }
  }
  return problems;
}
