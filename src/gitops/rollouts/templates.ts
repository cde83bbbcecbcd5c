import type { Json } from '../../model/json.ts';
import { formatDuration, formatShare } from '../../model/scalars.ts';
import type { Manifest, RolloutsOptions } from './options.ts';

/** AnalysisTemplates that ask the judge, and how a Rollout calls them. Pure. */

export type Ask = 'step' | 'watch' | 'alone';

/** After an error the controller asks again after this time, whatever the interval is. */
const ERROR_RETRY_MS = 10_000;
/** The judge answers within 8 seconds, or says that it cannot. */
const TIMEOUT_SECONDS = 10;

export function templateName({ rollout }: Pick<RolloutsOptions, 'rollout'>, ask: Ask | 'smoke'): string {
  return `${rollout}-judge-${ask}`;
}

/**
 * One question as an AnalysisTemplate. Only `worse` fails it, at the first time; only `not-worse` passes it, at the first time; everything else is
 * looked at again until the wait is over, and pauses the Rollout then. A watch has no end of its own: whatever is not `worse` is well.
 */
export function judgeTemplate(options: RolloutsOptions, ask: Ask): Manifest {
  const { judge, waitMs } = options;
  const looks = Math.ceil(waitMs / judge.everyMs);
  const limits = {
    failureLimit: 0,
    consecutiveErrorLimit: Math.ceil(waitMs / ERROR_RETRY_MS),
    // A step must not run for ever, says the controller: a count that the limit on inconclusive looks never lets it reach.
    ...(ask === 'watch' ? {} : { consecutiveSuccessLimit: 1, inconclusiveLimit: looks, count: looks + 2 }),
  };
  const conditions = {
    failureCondition: 'result.verdict == "worse"',
    ...(ask === 'watch' ? {} : { successCondition: 'result.verdict == "not-worse"' }),
  };
  const metric = {
    name: 'verdict',
    interval: goDuration(judge.everyMs),
    ...conditions,
    ...limits,
    provider: {
      web: {
        method: 'POST',
        url: `${judge.url.replace(/\/+$/, '')}/v1/judge`,
        timeoutSeconds: TIMEOUT_SECONDS,
        headers: [{ key: 'Authorization', value: 'Bearer {{args.token}}' }],
        jsonPath: '{$}',
        jsonBody: questionOf(options, ask),
      },
    },
  };
  const { name, key } = judge.tokenSecret;
  return template(options, ask, {
    args: [
      ...argumentsOf(options, ask).map((argument) => ({ name: argument })),
      { name: 'token', valueFrom: { secretKeyRef: { name, key } } },
    ],
    metrics: [metric],
  });
}

function questionOf(options: RolloutsOptions, ask: Ask): { readonly [key: string]: Json } {
  const { service, environment } = options;
  const run = {
    namespace: '{{args.namespace}}',
    rollout: '{{args.rollout}}',
    revision: '{{args.revision}}',
  };
  return {
    service,
    environment,
    ask,
    canary: '{{args.canary}}',
    stable: '{{args.stable}}',
    ...(ask === 'watch' ? {} : { bake: '{{args.bake}}' }),
    ...(ask === 'step' ? { share: '{{args.share}}' } : {}),
    run: isStep(options, ask) ? { ...run, step: '{{args.step}}' } : run,
  };
}

const ALWAYS = ['canary', 'stable', 'namespace', 'rollout', 'revision'];

/** After a blue-green switch there is an AnalysisRun, but no step. */
function isStep({ strategy }: Pick<RolloutsOptions, 'strategy'>, ask: Ask): boolean {
  return ask === 'step' || (ask === 'alone' && strategy.kind === 'canary');
}

function argumentsOf(options: RolloutsOptions, ask: Ask): readonly string[] {
  return [
    ...ALWAYS,
    ...(ask === 'watch' ? [] : ['bake']),
    ...(ask === 'step' ? ['share'] : []),
    ...(isStep(options, ask) ? ['step'] : []),
  ];
}

/** How a Rollout calls the template: the controller fills in who the versions are and which revision it is. */
export function callOf(
  options: Pick<RolloutsOptions, 'rollout'>,
  ask: Ask,
  own: { readonly bakeMs?: number; readonly share?: number; readonly step?: number } = {},
): { readonly [key: string]: Json } {
  const field = (name: string, fieldPath: string): Json => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  return {
    templates: [{ templateName: templateName(options, ask) }],
    args: [
      { name: 'canary', valueFrom: { podTemplateHashValue: 'Latest' } },
      { name: 'stable', valueFrom: { podTemplateHashValue: 'Stable' } },
      field('namespace', 'metadata.namespace'),
      field('rollout', 'metadata.name'),
      field('revision', "metadata.annotations['rollout.argoproj.io/revision']"),
      ...(own.bakeMs === undefined ? [] : [{ name: 'bake', value: formatDuration(own.bakeMs) }]),
      ...(own.share === undefined ? [] : [{ name: 'share', value: formatShare(own.share) }]),
      ...(own.step === undefined ? [] : [{ name: 'step', value: String(own.step) }]),
    ],
  };
}

/** Requests that the new version must answer with 2xx before the switch; asked again until the health deadline. */
export function smokeTemplate(options: RolloutsOptions, urls: readonly string[]): Manifest {
  return template(options, 'smoke', {
    metrics: urls.map((url, index) => ({
      name: `smoke-${index + 1}`,
      consecutiveErrorLimit: Math.ceil(options.healthDeadlineMs / ERROR_RETRY_MS),
      provider: { web: { url, timeoutSeconds: TIMEOUT_SECONDS } },
    })),
  });
}

function template(options: RolloutsOptions, ask: Ask | 'smoke', spec: Manifest['spec']): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: metadata(options, templateName(options, ask)),
    spec,
  };
}

export function metadata({ namespace }: RolloutsOptions, name: string): Manifest['metadata'] {
  return namespace === undefined ? { name } : { name, namespace };
}

/** Go reads no days, and no fractions are needed: whole seconds. */
function goDuration(ms: number): string {
  return `${Math.ceil(ms / 1000)}s`;
}
