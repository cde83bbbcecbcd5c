import { z } from 'zod';
import { asJson, below, type Call, endedWith, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Severity, Tree } from '../types.ts';

/** Kubernetes objects that are unsafe or fall over. https://github.com/zegl/kube-score */

const report = z.array(
  z.looseObject({
    object_name: z.string(),
    file_name: z.string(),
    file_row: z.number(),
    checks: z
      .array(
        z.looseObject({
          check: z.looseObject({ id: z.string(), comment: z.string() }),
          grade: z.number(),
          skipped: z.boolean(),
          comments: z
            .array(z.looseObject({ path: z.string(), summary: z.string(), description: z.string() }))
            .nullable(),
        }),
      )
      .nullable(),
  }),
);

/** Its grades: 1 critical, 5 warning, 7 almost good, 10 good. */
const CRITICAL = 1;
const WARNING = 5;
/** Critical to whoever runs the cluster, and to security. Its other critical grades are about staying up. */
const UNSAFE = /^(?:container-security-context-(?:privileged|user-group-id)|container-seccomp-profile)$/;

/** The same in the words of several scanners (`same` of a finding), by the check and what it says. */
const SAME: readonly (readonly [check: string, says: RegExp, same: string])[] = [
  ['container-image-tag', /latest/, 'moving-image'],
  ['container-security-context-privileged', /privileged/, 'privileged'],
  ['container-security-context-readonlyrootfilesystem', /writable/, 'writable-root'],
  ['container-security-context-user-group-id', /low user/, 'low-user'],
  ['container-seccomp-profile', /seccomp/i, 'no-seccomp'],
  ['pod-networkpolicy', /NetworkPolicy/, 'no-network-policy'],
];

/** Whole objects, as they are applied; patches and values of templates are something else. Pure but for the heads. */
export function manifestsOf(tree: Tree): readonly string[] {
  return tree.files.filter((file) => {
    if (!/\.ya?ml$/.test(file)) return false;
    const head = tree.head(file) ?? '';
    const workload = /^kind: *(?:Deployment|StatefulSet|DaemonSet|Job|CronJob|Pod) *$/m.test(head);
    return workload && /^apiVersion: /m.test(head) && !head.includes('{{') && /^\s+image: /m.test(head);
  });
}

export const kubeScore: Scanner = {
  id: 'kube-score',
  subject: 'manifests',
  program: 'kube-score',
  version: ['kube-score', 'version'],
  install: 'install kube-score, for instance by `go install github.com/zegl/kube-score/cmd/kube-score@v1.20.0`',
  network: () => false,
  variables: [],
  calls: (tree): readonly Call[] => {
    const files = manifestsOf(tree);
    return files.length === 0
      ? []
      : [
          {
            argv: [
              'kube-score',
              'score',
              '--output-format',
              'json',
              '--disable-ignore-checks-annotations',
              ...files.map((file) => `./${file}`),
            ],
          },
        ];
  },
  read: (result, _call, tree) => {
    endedWith(result, [0, 1]);
    return inForm(report, asJson(result.stdout)).flatMap(
      ({ object_name: name, file_name: file, file_row: line, checks }) =>
        (checks ?? [])
          .filter(({ grade, skipped }) => !skipped && grade <= WARNING)
          .flatMap(({ check, grade, comments }) =>
            (comments ?? []).map((comment): RawFinding => {
              const { path, summary, description } = comment;
              const same = SAME.find(([id, says]) => id === check.id && says.test(summary))?.[2];
              return {
                scanner: 'kube-score',
                subject: 'manifests',
                rule: check.id,
                severity: severityOf(check.id, grade),
                message: `${name}${path === '' ? '' : ` (${path})`}: ${summary}`,
                file: below(file, tree),
                ...(line > 0 ? { line } : {}),
                ...(same === undefined ? {} : { same: `${same} ${objectOf(name)}` }),
                ...(description === '' ? {} : { remedy: description.trim() }),
              };
            }),
          ),
    );
  },
  support: {},
  witness: {
    'pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: witness\nspec:\n  containers:\n    - name: a\n      image: a:latest\n      securityContext:\n        privileged: true\n',
  },
};

/** `Deployment/apps/v1/default/web` is Deployment/web. */
function objectOf(name: string): string {
  const words = name.split('/');
  return `${words[0] ?? ''}/${words.at(-1) ?? ''}`;
}

function severityOf(id: string, grade: number): Severity {
  if (grade > CRITICAL) return 'low';
  if (id === 'container-security-context-privileged') return 'high';
  return UNSAFE.test(id) ? 'medium' : 'low';
}
