import type { Json } from '../../model/json.ts';
import { bad, ok, type Problem, type Result } from '../../model/problem.ts';
import type { BlueGreen, Canary, Manifest, RolloutsOptions } from './options.ts';
import { callOf, judgeTemplate, metadata, smokeTemplate, templateName } from './templates.ts';
import { MAX_SURGE, weightOf } from './weights.ts';

/**
 * The part of a Rollout that says how a new version earns its traffic, and the AnalysisTemplates that it calls. The first manifest is the part of
 * the Rollout: a patch for Kustomize. Pure.
 */
export function rolloutManifests(options: RolloutsOptions): Result<readonly Manifest[]> {
  const { strategy } = options;
  const made = strategy.kind === 'canary' ? canary(options, strategy) : blueGreen(options, strategy);
  if (!made.ok) return made;
  const patch: Manifest = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: metadata(options, options.rollout),
    spec: {
      progressDeadlineSeconds: Math.ceil(options.healthDeadlineMs / 1000),
      progressDeadlineAbort: true,
      strategy: made.value.strategy,
    },
  };
  return ok([patch, ...made.value.templates]);
}

interface Made {
  readonly strategy: Json;
  readonly templates: readonly Manifest[];
}

function canary(options: RolloutsOptions, { steps, routing, finalBakeMs }: Canary): Result<Made> {
  const list: { [key: string]: Json }[] = [];
  const problems: Problem[] = [];
  const pull = options.mode === 'pull';
  for (const [index, { share, bakeMs }] of steps.entries()) {
    const weight = weightOf(share, routing, `rollout.steps.${index}.share`);
    if (!weight.ok) {
      problems.push(...weight.problems);
      continue;
    }
    list.push({ setWeight: weight.value });
    list.push(pull ? { analysis: callOf(options, 'step', { bakeMs, share, step: list.length }) } : { pause: {} });
  }
  if (problems.length > 0) return bad(...problems);
  // With pods alone all traffic on the new version means that no old pod is left to go back to. A release of ours wants a pause for each of its shares and no other: it
  // watches the final bake by itself.
  const all = pull && routing.kind === 'gateway-api' && finalBakeMs > 0;
  if (all) {
    list.push({ setWeight: 100 });
    list.push({ analysis: callOf(options, 'alone', { bakeMs: finalBakeMs, step: list.length }) });
  }
  const watch = pull ? {} : { analysis: { ...callOf(options, 'watch'), startingStep: 1 } };
  const routed =
    routing.kind === 'gateway-api'
      ? {
          stableService: routing.stableService,
          canaryService: routing.canaryService,
          trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': gateway(options, routing.httpRoute) } },
        }
      : { maxSurge: MAX_SURGE, maxUnavailable: 0 };
  const asks = pull
    ? [...(steps.length > 0 ? ['step' as const] : []), ...(all ? ['alone' as const] : [])]
    : ['watch' as const];
  return ok({
    strategy: { canary: { ...routed, ...watch, steps: list } },
    templates: asks.map((ask) => judgeTemplate(options, ask)),
  });
}

function gateway({ namespace }: RolloutsOptions, httpRoute: string): Json {
  return namespace === undefined ? { httpRoute } : { httpRoute, namespace };
}

function blueGreen(options: RolloutsOptions, strategy: BlueGreen): Result<Made> {
  const pull = options.mode === 'pull';
  const { activeService, previewService, previewPort } = strategy;
  const host = options.namespace === undefined ? previewService : `${previewService}.${options.namespace}.svc`;
  const smoke = pull ? strategy.smoke.map((path) => `http://${host}:${previewPort}${path}`) : [];
  return ok({
    strategy: {
      blueGreen: {
        activeService,
        previewService,
        // In push mode the pipeline says when.
        autoPromotionEnabled: pull && !strategy.preview,
        scaleDownDelaySeconds: Math.max(30, Math.ceil(strategy.drainMs / 1000)),
        ...(smoke.length === 0
          ? {}
          : { prePromotionAnalysis: { templates: [{ templateName: templateName(options, 'smoke') }] } }),
        postPromotionAnalysis: callOf(options, 'alone', { bakeMs: strategy.finalBakeMs }),
      },
    },
    templates: [judgeTemplate(options, 'alone'), ...(smoke.length === 0 ? [] : [smokeTemplate(options, smoke)])],
  });
}
