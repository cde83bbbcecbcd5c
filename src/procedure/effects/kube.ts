import type { EffectResult, ResolvedEffect } from '../../model/effect.ts';
import { type KubeKind, kubePath } from '../../model/kube.ts';
import { kubeObject } from '../kube/client.ts';
import type { Asked } from '../kube/problems.ts';
import { connection } from '../kube/request.ts';
import type { EffectContext } from './context.ts';

type KubeEffect = Extract<ResolvedEffect, { kind: 'kube' }>;

const CONTENT_TYPE = {
  create: 'application/json',
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Name of the field manager: what `kubectl get --show-managed-fields` shows as the writer. */
export const FIELD_MANAGER = 'shiplock';

/**
 * One change of one object. With `resourceVersion` the API server itself refuses it when the object is not the one that the change was
 * decided on: the fence at this resource.
 */
export async function kubeEffect(effect: KubeEffect, ctx: EffectContext): Promise<EffectResult> {
  const begin = ctx.clock.monotonic();
  const { verb, object, name, subresource } = effect;
  const asked: Asked = { verb: verb === 'create' ? 'create' : 'patch', kind: object, name, subresource };
  const way = connection(effect.cluster, ctx.clock);
  const answer = await way.send({
    asked,
    method: verb === 'create' ? 'POST' : 'PATCH',
    path: `${pathOf(effect)}?fieldManager=${FIELD_MANAGER}`,
    body: JSON.stringify(bodyOf(effect)),
    contentType: CONTENT_TYPE[verb],
    timeoutMs: effect.timeoutMs,
    signal: ctx.signal,
  });
  const done = { kind: 'kube' as const, durationMs: ctx.clock.monotonic() - begin };
  if (answer.status === 200 || answer.status === 201) {
    const { resourceVersion } = kubeObject(asked, JSON.parse(answer.text)).meta;
    return { ...done, resourceVersion };
  }
  throw way.problem(asked, answer);
}

function pathOf({ verb, object, name, subresource }: KubeEffect): string {
  return verb === 'create' ? kubePath(object) : kubePath(object, name, subresource);
}

/** The change with what every kind needs around it. Pure. */
export function bodyOf({ verb, object, name, body, resourceVersion }: KubeEffect): object {
  const { metadata, ...rest } = body;
  const given = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  const version = resourceVersion === undefined ? {} : { resourceVersion };
  if (verb === 'merge') {
    const meta = { ...given, ...version };
    return Object.keys(meta).length === 0 ? rest : { ...rest, metadata: meta };
  }
  return {
    apiVersion: apiVersionOf(object),
    kind: object.kind,
    ...rest,
    metadata: {
      ...given,
      name,
      ...(object.namespace === undefined ? {} : { namespace: object.namespace }),
      ...version,
    },
  };
}

function apiVersionOf({ group, version }: KubeKind): string {
  return group === '' ? version : `${group}/${version}`;
}
