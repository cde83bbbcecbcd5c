import type { Check } from '../../model/check.ts';
import { type Kube, type KubeKind, type KubeRight, kubeText, NAMESPACE } from '../../model/kube.ts';
import { ProblemError } from '../../model/problem.ts';
import { missingObject, ruleText } from '../../procedure/kube/problems.ts';

/** What a release into a cluster needs there: an answer, a namespace, the objects, and the rights. */

export interface ClusterChecks {
  readonly kube: Kube;
  readonly namespace: string;
  /** Objects that a release is about; `first`: the first release may bring it. */
  readonly objects: readonly { readonly kind: KubeKind; readonly name: string; readonly first: boolean }[];
  readonly rights: readonly KubeRight[];
}

export function clusterChecks({ kube, namespace, objects, rights }: ClusterChecks): readonly Check[] {
  return [
    {
      id: 'kubernetes.api',
      title: 'API server of the cluster',
      look: async (signal) => ({ state: 'ok', found: `Kubernetes ${await kube.version(signal)}` }),
    },
    {
      id: 'kubernetes.namespace',
      title: `Namespace ${namespace}`,
      look: async (signal) => {
        const found = await kube.get(NAMESPACE, namespace, signal).catch((error: unknown) => {
          // To see a namespace is a right of its own, and no release needs it.
          if (error instanceof ProblemError && error.problems[0]?.code === 'kube.forbidden') return 'unknown' as const;
          throw error;
        });
        if (found === 'unknown') return { state: 'ok', found: 'not looked at: this account may not see namespaces' };
        if (found !== null) return { state: 'ok', found: 'there' };
        return {
          state: 'failed',
          found: 'no such namespace',
          expected: 'the namespace that platform.namespace names',
          mend: `kubectl create namespace ${namespace}`,
        };
      },
    },
    ...objects.map(
      ({ kind, name, first }): Check => ({
        id: `kubernetes.${kind.kind.toLowerCase()}`,
        title: kubeText(kind, name),
        look: async (signal) => {
          if ((await kube.get(kind, name, signal)) !== null) return { state: 'ok', found: 'there' };
          const { found, expected, remedy } = missingObject('', kind, name);
          return first
            ? { state: 'warning', found, expected: 'it comes with the first release', mend: remedy }
            : { state: 'failed', found, expected, mend: remedy };
        },
      }),
    ),
    {
      id: 'kubernetes.rights',
      title: `Rights of this account in ${namespace}`,
      look: async (signal) => {
        const answers = await Promise.all(
          rights.map(async (right) => ({ right, allowed: await kube.may(right, signal) })),
        );
        const missing = answers.filter(({ allowed }) => !allowed).map(({ right }) => right);
        if (missing.length === 0) return { state: 'ok', found: `all ${rights.length} that a release needs` };
        return {
          state: 'failed',
          found: missing
            .map(
              ({ verb, kind, subresource }) =>
                `may not ${verb} ${subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`}`,
            )
            .join(', '),
          expected: 'the rights that a release needs',
          mend: missing.map((right) => `${right.kind.namespace ?? 'cluster'}: ${ruleText(right)}`).join('; '),
        };
      },
    },
  ];
}
