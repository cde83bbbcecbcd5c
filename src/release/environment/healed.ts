import { z } from 'zod';
import { applicationKind } from '../../gitops/index.ts';
import { parsedJson } from '../../model/json.ts';
import type { Kube, KubeObject } from '../../model/kube.ts';

/** Whether Argo CD would undo a change of `replicas` that is not in git. */

/** `application:group/kind:namespace/name`. https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ */
const TRACKED = 'argocd.argoproj.io/tracking-id';
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const replicasSchema = z.object({ spec: z.object({ replicas: z.number() }) });
const managedSchema = z.object({
  metadata: z.object({
    managedFields: z
      .array(
        z.object({
          manager: z.string().default(''),
          fieldsV1: z
            .object({ 'f:spec': z.object({ 'f:replicas': z.unknown() }).partial() })
            .partial()
            .nullish(),
        }),
      )
      .nullish(),
  }),
});

const applicationSchema = z.object({
  spec: z.object({
    syncPolicy: z
      .object({
        automated: z.object({ selfHeal: z.boolean().default(false), enabled: z.boolean().default(true) }).nullish(),
      })
      .nullish(),
    ignoreDifferences: z
      .array(
        z.object({
          kind: z.string().default(''),
          name: z.string().nullish(),
          namespace: z.string().nullish(),
          jsonPointers: z.array(z.string()).nullish(),
          jqPathExpressions: z.array(z.string()).nullish(),
        }),
      )
      .nullish(),
  }),
});

/** Null: it stays as it is set; else who would set it back, in words. */
export function healedBy(
  kube: Kube,
  { kind, argocdNamespace }: { readonly kind: string; readonly argocdNamespace: string },
): (workload: KubeObject, signal?: AbortSignal) => Promise<string | null> {
  return async (workload, signal) => {
    const application = workload.meta.annotations[TRACKED]?.split(':')[0];
    if (application === undefined || !replicasAreInGit(workload)) return null;
    const [namespace, name] = placeOf(application, argocdNamespace);
    const found = await kube.get(applicationKind(namespace), name, signal);
    if (found === null || !heals(found, kind, workload)) return null;
    return `\`replicas\` stands in its manifest, and the Application ${namespace}/${name} heals itself: Argo CD would start it again at once`;
  };
}

/** An Application outside of Argo CD's own namespace is named `namespace_name`. */
function placeOf(application: string, argocdNamespace: string): readonly [string, string] {
  const [first = '', second] = application.split('_');
  return second === undefined ? [argocdNamespace, first] : [first, second];
}

/** Argo CD writes what git says either as kubectl does, or as a field manager of its own. Pure. */
export function replicasAreInGit({ meta, body }: KubeObject): boolean {
  const applied = meta.annotations[APPLIED];
  if (applied !== undefined && replicasSchema.safeParse(parsedJson(applied)).success) return true;
  const managed = managedSchema.safeParse(body).data?.metadata.managedFields ?? [];
  return managed.some(
    ({ manager, fieldsV1 }) => manager.startsWith('argocd') && fieldsV1?.['f:spec']?.['f:replicas'] !== undefined,
  );
}

function heals(application: KubeObject, kind: string, workload: KubeObject): boolean {
  const automated = applicationSchema.parse(application.body).spec.syncPolicy?.automated ?? null;
  if (automated === null || !automated.enabled || !automated.selfHeal) return false;
  return !ignoresReplicas(application, kind, workload);
}

/** Whether Argo CD overlooks another number of pods there than git has. Pure. */
export function ignoresReplicas({ body }: KubeObject, kind: string, { meta }: Pick<KubeObject, 'meta'>): boolean {
  const { ignoreDifferences } = applicationSchema.parse(body).spec;
  return (ignoreDifferences ?? []).some(
    (one) =>
      (one.kind === kind || one.kind === '*') &&
      (one.name ?? meta.name) === meta.name &&
      (one.namespace ?? meta.namespace) === meta.namespace &&
      (one.jsonPointers?.includes('/spec/replicas') === true ||
        one.jqPathExpressions?.includes('.spec.replicas') === true),
  );
}
