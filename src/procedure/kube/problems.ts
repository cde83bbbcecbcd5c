import { z } from 'zod';
import { parsedJson } from '../../model/json.ts';
import { type KubeKind, kubeText } from '../../model/kube.ts';
import type { Problem } from '../../model/problem.ts';

/** What the API server, or the way to it, said no with, in words that a person can act on. Pure. */

/** What was asked. */
export interface Asked {
  /** Of RBAC. */
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';
  readonly kind: KubeKind;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** The way that was taken. */
export interface Way {
  readonly context: string;
  readonly server: string;
}

const statusSchema = z.object({
  message: z.string().default(''),
  reason: z.string().default(''),
  details: z
    .object({ name: z.string().default(''), kind: z.string().default(''), retryAfterSeconds: z.number().default(0) })
    .partial()
    .default({}),
});
export type KubeStatus = z.infer<typeof statusSchema>;

/** What the server says of a failure; null for a text that is no such answer (a path that is not served). */
export function readStatus(text: string): KubeStatus | null {
  return statusSchema.safeParse(parsedJson(text)).data ?? null;
}

export function askedText({ verb, kind, name, subresource }: Asked): string {
  const what = name === undefined ? `${kind.plural} in ${kind.namespace ?? 'the cluster'}` : kubeText(kind, name);
  return `${verb} ${what}${subresource === undefined ? '' : ` (${subresource})`}`;
}

/** Whether "404" means this one object, not its kind. */
export function isMissingObject(asked: Asked, status: KubeStatus | null): boolean {
  return status?.reason === 'NotFound' && asked.name !== undefined && status.details.name === asked.name;
}

/** The problem of an answer other than 2xx. */
export function statusProblem(asked: Asked, way: Way, code: number, text: string): Problem {
  const status = readStatus(text);
  const where = `${way.context}: ${askedText(asked)}`;
  const said = status?.message || text.trim().slice(0, 300) || 'no words';
  switch (code) {
    case 401:
      return {
        code: 'kube.credentials',
        where,
        found: 'the cluster does not know these credentials, or they have ended (401)',
        expected: `credentials of the context ${way.context} that are still good`,
        remedy: `log in again or ask for a new token; try \`kubectl --context ${way.context} get --raw /version\``,
      };
    case 403:
      return status !== null && isDenied(status) ? denied(where, said) : forbidden(asked, where, said);
    case 404:
      return notFound(asked, where, status);
    case 409:
      return {
        code: status?.reason === 'AlreadyExists' ? 'kube.exists' : 'kube.conflict',
        where,
        found: said,
        expected: 'the object as it was when this change was decided',
        remedy: 'nothing: it is read and decided anew; if it goes on, find out who else writes it',
      };
    case 410:
      return {
        code: 'kube.watch-too-old',
        where,
        found: said,
        expected: 'a version that the server still has',
        remedy: 'nothing: the list is read anew',
      };
    case 422:
      return isDeniedText(said)
        ? denied(where, said)
        : {
            code: 'kube.invalid',
            where,
            found: said,
            expected: 'an object that its definition allows',
            remedy: 'mend what the message names; does the version of the definition (CRD) fit?',
          };
    default:
      return {
        code: code === 429 || code >= 500 ? 'kube.busy' : 'kube.refused',
        where,
        found: `status ${code}: ${said}`,
        expected: 'an answer',
        remedy: 'see the log of the API server, then try again',
      };
  }
}

/** Policies and webhooks answer 403 or 422 too, and no RBAC rule would help. */
function isDenied(status: KubeStatus): boolean {
  return isDeniedText(status.message) || !/cannot \w+ resource|is forbidden: User/.test(status.message);
}

function isDeniedText(text: string): boolean {
  return /admission webhook .* denied|ValidatingAdmissionPolicy .* denied|violates PodSecurity|exceeded quota/.test(
    text,
  );
}

function denied(where: string, said: string): Problem {
  return {
    code: 'kube.denied',
    where,
    found: said,
    expected: 'what the policies of the cluster allow',
    remedy: 'mend what the policy names; it is no question of rights',
  };
}

function forbidden({ verb, kind, subresource }: Asked, where: string, said: string): Problem {
  return {
    code: 'kube.forbidden',
    where,
    found: said,
    expected: `the right to ${verb} ${resourceName(kind, subresource)}`,
    remedy: `give the account a ${kind.namespace === undefined ? 'ClusterRole' : `Role in ${kind.namespace}`} with the rule ${ruleText({ verb, kind, subresource })}`,
  };
}

function resourceName({ plural }: KubeKind, subresource?: string): string {
  return subresource === undefined ? plural : `${plural}/${subresource}`;
}

/** The RBAC rule that would allow it, as it is written in YAML. */
export function ruleText({ verb, kind, subresource }: Omit<Asked, 'name'>): string {
  return `{apiGroups: ["${kind.group}"], resources: ["${resourceName(kind, subresource)}"], verbs: ["${verb}"]}`;
}

function notFound(asked: Asked, where: string, status: KubeStatus | null): Problem {
  const { kind, name } = asked;
  if (status?.details.kind === 'namespaces' && kind.kind !== 'Namespace') {
    return {
      code: 'kube.namespace',
      where,
      found: `no namespace \`${status.details.name ?? kind.namespace}\``,
      expected: 'a namespace that is there',
      remedy: 'mend `platform.namespace`, or make it: `kubectl create namespace …`',
    };
  }
  if (name !== undefined && isMissingObject(asked, status)) return missingObject(where, kind, name);
  return {
    code: 'kube.missing-kind',
    where,
    found: `the cluster does not know ${kind.plural}.${kind.group} in version ${kind.version}`,
    expected: 'the definition (CRD) of this kind',
    remedy: HOME[kind.group] ?? `install what brings ${kind.plural}.${kind.group}`,
  };
}

const HOME: Readonly<Record<string, string>> = {
  'argoproj.io':
    'install Argo CD (for Applications) and Argo Rollouts (for Rollouts) with their definitions, `kubectl get crd` lists them',
};

export function missingObject(where: string, kind: KubeKind, name: string): Problem {
  return {
    code: 'kube.not-found',
    where,
    found: `no ${kubeText(kind, name)}`,
    expected: 'an object of this name there',
    remedy: `mend the name or the namespace; \`kubectl get ${kind.plural} --all-namespaces\` lists what is there`,
  };
}

const TLS =
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME|EPROTO|ERR_SSL|ERR_OSSL|ERR_TLS|BAD_DECRYPT|key values mismatch/;

/** The problem of a request that got no answer. */
export function connectionProblem(asked: Asked, way: Way, error: unknown): Problem {
  const where = `${way.context}: ${askedText(asked)}`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = error instanceof Error ? error.message : String(error);
  if (TLS.test(`${code} ${words}`)) {
    return {
      code: 'kube.tls',
      where,
      found: `${words}${code === '' || words.includes(code) ? '' : ` (${code})`}`,
      expected: `a certificate of ${way.server} that the authority of the context vouches for`,
      remedy: 'is it the right server? Otherwise put its certificate authority into the kubeconfig',
    };
  }
  return {
    code: 'kube.unreachable',
    where,
    found: words === '' ? code || 'no answer' : words,
    expected: `an API server that answers at ${way.server}`,
    remedy: 'does the cluster run, and does this machine reach it (VPN, firewall, DNS)?',
  };
}
