import { z } from 'zod';
import { type Cluster, CORE, type Kube, type KubeKind, type KubeObject } from '../../model/kube.ts';
import { ProblemError } from '../../model/problem.ts';
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

function mapsIn({ namespace }: QuarantineList): KubeKind {
  return { ...CORE, kind: 'ConfigMap', plural: 'configmaps', namespace };
}

const dataSchema = z.object({ data: z.record(z.string(), z.string()).nullish() });

/** Whether the cluster refuses a digest now. @throws ProblemError when the list cannot be read, or is not there */
export async function isRefused(list: QuarantineList, digest: string): Promise<boolean> {
  const seen = await list.kube.get(mapsIn(list), list.name);
  if (seen === null) throw new ProblemError(missingObject('platform.quarantine', mapsIn(list), list.name));
  return holds(seen, digest);
}

function holds(seen: KubeObject, digest: string): boolean {
  return dataSchema.safeParse(seen.body).data?.data?.[quarantineKey(digest)] !== undefined;
}

function reasonOf({ version, why }: { readonly version: string; readonly why?: string }, run: string): string {
  return why === undefined ? `${version}, taken back by run ${run}` : `${why}, added by run ${run}`;
}

/** Puts a digest on the list, or takes it off: only an explicit release of it does that. */
export function quarantineStep(
  list: QuarantineList,
  what: {
    readonly digest: string;
    readonly version: string;
    /** Why, in the words of a person; left out: a run has taken it back. */
    readonly why?: string;
  },
  how: 'put' | 'lift',
): Step<KubeObject | null, object> {
  const kind = mapsIn(list);
  const key = quarantineKey(what.digest);
  return action<KubeObject | null>({
    id: how === 'put' ? 'admission' : 'lift-admission',
    title:
      how === 'put' ? `Let the cluster refuse ${what.version} from now on` : `Let the cluster take ${what.version}`,
    inputs: { digest: what.digest, list: `${list.namespace}/${list.name}` },
    read: (ctx) => list.kube.get(kind, list.name, ctx.signal),
    decide: (seen, ctx): Decision => {
      if (seen === null) return { kind: 'refuse', problems: [missingObject('platform.quarantine', kind, list.name)] };
      const there = holds(seen, what.digest);
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
            body: { data: { [key]: how === 'put' ? reasonOf(what, ctx.run) : null } },
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
