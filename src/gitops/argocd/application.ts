import { z } from 'zod';
import { jsonSchema } from '../../model/json.ts';
import type { Cluster, KubeKind, KubeObject } from '../../model/kube.ts';
import { ProblemError } from '../../model/problem.ts';

/** An Application of Argo CD, as far as we read it. */

/** Where it is. */
export interface ApplicationPlace {
  readonly cluster: Cluster;
  /** Namespace of Argo CD. */
  readonly namespace: string;
  readonly name: string;
}

export function applicationKind(namespace: string): KubeKind {
  return { group: 'argoproj.io', version: 'v1alpha1', kind: 'Application', plural: 'applications', namespace };
}

/** Name under which an operation that we asked for again tells since when it has not come to run. */
export const ERRING_SINCE = 'shiplock-erring-since';

const operationSchema = z.looseObject({
  info: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  sync: z.looseObject({ revision: z.string().default('') }).nullish(),
});

const operationStateSchema = z.object({
  phase: z.string().default(''),
  message: z.string().default(''),
  startedAt: z.string().default(''),
  finishedAt: z.string().nullish(),
  operation: operationSchema.default({}),
  syncResult: z
    .object({
      revision: z.string().default(''),
      resources: z
        .array(
          z.object({
            kind: z.string().default(''),
            name: z.string().default(''),
            status: z.string().default(''),
            hookPhase: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

const bodySchema = z.object({
  spec: z.object({
    syncPolicy: z
      .object({
        automated: z.object({ selfHeal: z.boolean().default(false), enabled: z.boolean().default(true) }).nullish(),
      })
      .nullish(),
  }),
  operation: z.object({}).nullish(),
  status: z
    .object({
      sync: z.object({ status: z.string().default('Unknown'), revision: z.string().default('') }).default({
        status: 'Unknown',
        revision: '',
      }),
      health: z
        .object({ status: z.string().default('Unknown'), message: z.string().default('') })
        .default({ status: 'Unknown', message: '' }),
      operationState: operationStateSchema.nullish(),
      conditions: z.array(z.object({ type: z.string(), message: z.string().default('') })).default([]),
      reconciledAt: z.string().nullish(),
      resources: z
        .array(
          z.object({
            group: z.string().default(''),
            version: z.string(),
            kind: z.string(),
            namespace: z.string().exactOptional(),
            name: z.string(),
            status: z.string().default(''),
            health: z.object({ status: z.string().default(''), message: z.string().default('') }).exactOptional(),
          }),
        )
        .default([]),
    })
    .prefault({}),
});

/** What one look at it found: small enough for a journal. */
export const applicationLookSchema = z.strictObject({
  resourceVersion: z.string(),
  /** Git decides by itself when Argo CD syncs; without it a sync is asked for. */
  automated: z.boolean(),
  selfHeal: z.boolean(),
  sync: z.string(),
  /** Commit that the cluster was compared with. */
  revision: z.string(),
  health: z.string(),
  healthMessage: z.string(),
  reconciledAt: z.string(),
  operation: z
    .strictObject({
      phase: z.string(),
      message: z.string(),
      /** Commit that it brings, or brought. */
      revision: z.string(),
      startedAt: z.string(),
      /** Resources and hooks that it could not bring, in words. */
      failures: z.array(z.string()).readonly(),
      /** Of one that Argo CD could not run at all (phase `Error`): what was asked of it, to be asked again. */
      asked: z.record(z.string(), jsonSchema).exactOptional(),
      /** Since when it has been asked again and again. */
      erringSince: z.string().exactOptional(),
    })
    .nullable(),
  /** Conditions that keep Argo CD from comparing or syncing, in its own words. */
  errors: z.array(z.string()).readonly(),
});
export type ApplicationLook = Readonly<z.infer<typeof applicationLookSchema>>;

/** Resources of it that differ from git, or are there and should not be. */
export interface ResourceLook {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly status: string;
}

/** Condition types that say "it cannot": others are only hints. */
const ERRORS = /Error$/;

/** Parses it once, at the border. */
export function lookOf({ meta, body }: KubeObject): ApplicationLook {
  const { spec, status } = parse(meta.name, body);
  const automated = spec.syncPolicy?.automated;
  const state = status.operationState;
  return {
    resourceVersion: meta.resourceVersion,
    automated: automated?.enabled === true,
    selfHeal: automated?.selfHeal === true && automated.enabled,
    sync: status.sync.status,
    revision: status.sync.revision,
    health: status.health.status,
    healthMessage: status.health.message,
    reconciledAt: status.reconciledAt ?? '',
    operation: state == null ? null : operationOf(state),
    errors: status.conditions.filter(({ type }) => ERRORS.test(type)).map(({ type, message }) => `${type}: ${message}`),
  };
}

function operationOf(state: z.infer<typeof operationStateSchema>): ApplicationLook['operation'] {
  const { operation, syncResult } = state;
  const since = operation.info?.find(({ name }) => name === ERRING_SINCE)?.value;
  return {
    phase: state.phase,
    message: state.message,
    revision: syncResult?.revision || operation.sync?.revision || '',
    startedAt: state.startedAt,
    failures: (syncResult?.resources ?? [])
      .filter((one) => one.status === 'SyncFailed' || one.hookPhase === 'Failed' || one.hookPhase === 'Error')
      .map((one) => `${one.kind} ${one.name}: ${one.message}`),
    ...(state.phase === 'Error' ? { asked: z.record(z.string(), jsonSchema).parse(operation) } : {}),
    ...(since === undefined ? {} : { erringSince: since }),
  };
}

/** Every resource that it manages. */
export function resourcesOf({ meta, body }: KubeObject): readonly ResourceLook[] {
  return parse(meta.name, body).status.resources;
}

function parse(name: string, body: unknown): z.infer<typeof bodySchema> {
  const found = bodySchema.safeParse(body);
  if (found.success) return found.data;
  const issue = found.error.issues[0];
  throw new ProblemError({
    code: 'gitops.application-unreadable',
    where: `Application ${name}: ${issue?.path.join('.') ?? ''}`,
    found: issue?.message ?? 'another form',
    expected: 'an Application of Argo CD 2.8 or newer',
    remedy: 'which version of Argo CD is it? `kubectl get crd applications.argoproj.io -o yaml`',
  });
}
