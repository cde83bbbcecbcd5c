import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { digestIn } from '../../src/model/cluster-rollout.ts';
import { CORE, type Kube, type KubeKind, type KubeObject, POD } from '../../src/model/kube.ts';
import { quarantineKey } from '../../src/model/quarantine.ts';
import { kubeClient } from '../../src/procedure/index.ts';
import { HASH_LABEL, rolloutKind } from '../../src/traffic/index.ts';

/** Everything that pods, the Rollout and the list of quarantine of one service go through, from watches that go on after the API server was gone. */
export interface Eyes {
  /** Digest of the stable pods, each time it was another one. */
  stable(): readonly { readonly at: number; readonly digest: string }[];
  /** Ready pods by digest, each time their numbers were others. */
  readonly counts: readonly Count[];
  /** Pods that became ready although their digest was on the list. */
  readonly returned: readonly { readonly at: number; readonly digest: string; readonly pod: string }[];
  /** Since when the list holds a digest; undefined: it does not. */
  quarantinedAt(digest: string): number | undefined;
  /** Since when the Rollout was aborted for the last time. */
  abortedAt(): number | undefined;
  /** Whether something else than the stable pods is on its way. */
  moves(): boolean;
  /** Settles when the first look at each was taken. */
  readonly open: Promise<void>;
  close(): Promise<void>;
}

export interface Count {
  readonly at: number;
  readonly ready: ReadonlyMap<string, number>;
}

const podSchema = z.object({
  spec: z.object({ containers: z.array(z.object({ image: z.string() })).min(1) }),
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
    .prefault({}),
});
const rolloutSchema = z.object({
  status: z
    .object({
      stableRS: z.string().default(''),
      currentPodHash: z.string().default(''),
      abort: z.boolean().default(false),
    })
    .prefault({}),
});
const listSchema = z.object({ data: z.record(z.string(), z.string()).nullish() });

export function watchService(kubeconfig: string, namespace: string): Eyes {
  const kube = kubeClient({ kubeconfig: [kubeconfig] });
  const end = new AbortController();
  const counts: Count[] = [];
  const returned: { at: number; digest: string; pod: string }[] = [];
  const hashes: { at: number; hash: string }[] = [];
  const digestOf = new Map<string, string>();
  const held = new Map<string, number>();
  let ready = new Set<string>();
  let aborted: number | undefined;
  let moving = false;

  const seePods = (pods: readonly KubeObject[]): void => {
    const at = Date.now();
    const now = new Set<string>();
    const numbers = new Map<string, number>();
    for (const { meta, body } of pods) {
      const { spec, status } = podSchema.parse(body);
      const digest = digestIn(spec.containers[0]?.image ?? '') ?? 'no digest';
      const hash = meta.labels[HASH_LABEL];
      if (hash !== undefined) digestOf.set(hash, digest);
      if (meta.deletionTimestamp !== undefined) continue;
      if (!status.conditions.some((one) => one.type === 'Ready' && one.status === 'True')) continue;
      now.add(meta.uid);
      numbers.set(digest, (numbers.get(digest) ?? 0) + 1);
      if (!ready.has(meta.uid) && held.has(quarantineKey(digest))) returned.push({ at, digest, pod: meta.name });
    }
    ready = now;
    if (shown(numbers) !== shown(counts.at(-1)?.ready ?? new Map())) counts.push({ at, ready: numbers });
  };
  const seeRollout = (rollout: KubeObject | undefined): void => {
    if (rollout === undefined) return;
    const { status } = rolloutSchema.parse(rollout.body);
    moving = status.stableRS !== status.currentPodHash;
    if (!status.abort) aborted = undefined;
    else aborted ??= Date.now();
    if (status.stableRS === '' || status.stableRS === hashes.at(-1)?.hash) return;
    hashes.push({ at: Date.now(), hash: status.stableRS });
  };
  const seeList = (list: KubeObject | undefined): void => {
    const keys = new Set(Object.keys(listSchema.parse(list?.body ?? {}).data ?? {}));
    for (const key of held.keys()) if (!keys.has(key)) held.delete(key);
    for (const key of keys) if (!held.has(key)) held.set(key, Date.now());
  };

  const named = (all: readonly KubeObject[], name: string) => all.find(({ meta }) => meta.name === name);
  const list: KubeKind = { ...CORE, kind: 'ConfigMap', plural: 'configmaps', namespace: 'shiplock-policy' };
  const following = [
    follow(kube, list, end.signal, (all) => seeList(named(all, 'quarantine'))),
    follow(kube, { ...POD, namespace }, end.signal, seePods),
    follow(kube, rolloutKind(namespace), end.signal, (all) => seeRollout(named(all, 'certkeeper'))),
  ];
  return {
    counts,
    returned,
    stable: () => {
      const all = hashes.map(({ at, hash }) => ({ at, digest: digestOf.get(hash) ?? hash }));
      // The same image under another template is the same version.
      return all.filter(({ digest }, index) => digest !== all[index - 1]?.digest);
    },
    quarantinedAt: (digest) => held.get(quarantineKey(digest)),
    abortedAt: () => aborted,
    moves: () => moving,
    open: Promise.all(following.map(({ first }) => first)).then(() => undefined),
    close: async () => {
      end.abort();
      await Promise.all(following.map(({ ended }) => ended));
    },
  };
}

function shown(numbers: ReadonlyMap<string, number>): string {
  return [...numbers]
    .map(([digest, count]) => `${digest} ${count}`)
    .toSorted()
    .join();
}

/** Shows all objects of a kind whenever one of them changed. */
function follow(
  kube: Kube,
  kind: KubeKind,
  signal: AbortSignal,
  see: (all: readonly KubeObject[]) => void,
): { readonly first: Promise<void>; readonly ended: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const go = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const { items, resourceVersion } = await kube.list(kind, undefined, signal);
        const known = new Map(items.map((one) => [one.meta.uid, one]));
        see([...known.values()]);
        first.resolve();
        for await (const { type, object } of kube.watch(kind, { resourceVersion, signal })) {
          if (type === 'DELETED') known.delete(object.meta.uid);
          else known.set(object.meta.uid, object);
          see([...known.values()]);
        }
      } catch {
        // The API server is gone, or the watch is too old: a new look shows what is there by now.
        await sleep(100, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  return { first: first.promise, ended: go() };
}
