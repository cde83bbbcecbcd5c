import { z } from 'zod';
import type { Cluster, Kube, KubeKind, KubeObject } from '../../model/kube.ts';
import { quarantineKey } from '../../model/quarantine.ts';
import { action } from '../../procedure/build.ts';
import { missingObject } from '../../procedure/kube/problems.ts';
import type { Decision, Step } from '../../procedure/tree.ts';

/** The list of digests that may not return: a ConfigMap by which an admission policy refuses their pods, whoever asks for them. */

export interface QuarantineList {
  readonly kube: Kube;
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly name: string;
}

const dataSchema = z.object({ data: z.record(z.string(), z.string()).nullish() });

/** Puts a digest on the list, or takes it off: only an explicit release of it does that. */
export function quarantineStep(
  list: QuarantineList,
  what: { readonly digest: string; readonly version: string },
  how: 'put' | 'lift',
): Step<KubeObject | null, object> {
  const kind: KubeKind = {
    group: '',
    version: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    namespace: list.namespace,
  };
  const key = quarantineKey(what.digest);
  return action<KubeObject | null>({
    id: how === 'put' ? 'admission' : 'lift-admission',
    title:
      how === 'put' ? `Let the cluster refuse ${what.version} from now on` : `Let the cluster take ${what.version}`,
    inputs: { digest: what.digest, list: `${list.namespace}/${list.name}` },
    read: (ctx) => list.kube.get(kind, list.name, ctx.signal),
    decide: (seen, ctx): Decision => {
      if (seen === null) return { kind: 'refuse', problems: [missingObject('platform.quarantine', kind, list.name)] };
      const there = dataSchema.safeParse(seen.body).data?.data?.[key] !== undefined;
      if (there === (how === 'put'))
        return { kind: 'nothing', why: there ? 'it is on the list' : 'it is not on the list' };
      return {
        kind: 'do',
        effects: [
          {
            kind: 'kube',
            cluster: list.cluster,
            verb: 'merge',
            object: kind,
            name: list.name,
            body: { data: { [key]: how === 'put' ? `${what.version}, taken back by run ${ctx.run}` : null } },
            resourceVersion: seen.meta.resourceVersion,
            resource: `kube:${list.namespace}/${list.name}`,
            timeoutMs: 10_000,
          },
        ],
      };
    },
    probe: 'repeatable',
    retry: { attempts: 10, delayMs: 200 },
    urgent: how === 'put',
  });
}
