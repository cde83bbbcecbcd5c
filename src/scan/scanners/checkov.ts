import { z } from 'zod';
import { asJson, type Call, endedWith, GarbledOutput, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Severity, Subject, Tree } from '../types.ts';
import { workflowsOf } from './actionlint.ts';
import { containerFiles } from './hadolint.ts';
import { manifestsOf } from './kube-score.ts';

/** Container files, Kubernetes objects, workflows, Terraform and CloudFormation, by the checks inside the program. https://www.checkov.io */

const place = z.looseObject({
  check_id: z.string(),
  check_name: z.string(),
  file_path: z.string(),
  file_line_range: z.tuple([z.number(), z.number()]),
  resource: z.string(),
});
const report = z.looseObject({
  check_type: z.string(),
  results: z.looseObject({
    passed_checks: z.array(z.looseObject({ file_path: z.string() })),
    failed_checks: z.array(place),
    skipped_checks: z.array(place),
    parsing_errors: z.array(z.string()),
  }),
});
/** What it says when none of its frameworks has found a file. */
const nothing = z.strictObject({
  passed: z.literal(0),
  failed: z.literal(0),
  skipped: z.literal(0),
  parsing_errors: z.literal(0),
  resource_count: z.literal(0),
  checkov_version: z.string(),
});
const answer = z.union([z.array(report).min(1), report.transform((one) => [one]), nothing.transform(() => [])]);

/** Its open edition says nothing of how bad a thing is. What is not named here is worth a note. */
const SEVERITY: Readonly<Record<string, Severity>> = {
  // Whoever breaks out is root on the host; whoever asks has the data.
  ...{ CKV_K8S_16: 'high', CKV_K8S_27: 'high', CKV_DOCKER_8: 'high' },
  ...{ CKV_AWS_20: 'high', CKV_AWS_24: 'high', CKV_AWS_25: 'high', CKV_AWS_57: 'high' },
  // A database that the world reaches.
  CKV_AWS_17: 'medium',
  // The host's processes, memory and network; capabilities of its root; rights over all of a cluster.
  ...{ CKV_K8S_17: 'medium', CKV_K8S_18: 'medium', CKV_K8S_19: 'medium', CKV_K8S_39: 'medium', CKV_K8S_49: 'medium' },
  ...{ CKV2_K8S_1: 'medium', CKV2_K8S_2: 'medium', CKV2_K8S_3: 'medium', CKV2_K8S_4: 'medium', CKV2_K8S_5: 'medium' },
  ...{ CKV_K8S_155: 'medium', CKV_K8S_156: 'medium', CKV_K8S_157: 'medium', CKV_K8S_158: 'medium' },
  // zizmor and actionlint see the same more exactly, and fail.
  ...{ CKV_GHA_1: 'medium', CKV_GHA_2: 'medium', CKV_GHA_3: 'medium', CKV_GHA_4: 'medium', CKV2_GHA_1: 'medium' },
  // How one may build, which is a choice and no fault.
  ...{ CKV_GHA_5: 'info', CKV_GHA_6: 'info', CKV_GHA_7: 'info' },
};
/** Container files in which certificates or signatures are not looked at, or sudo is used. */
const CARELESS = /^CKV2_DOCKER_\d+$/;

/** The same in the words of several scanners (`same` of a finding). */
const SAME: Readonly<Record<string, string>> = {
  ...{ CKV_DOCKER_4: 'add', CKV_DOCKER_7: 'moving-base', CKV_DOCKER_8: 'root', CKV_DOCKER_10: 'relative-workdir' },
  ...{ CKV2_DOCKER_1: 'sudo', CKV_K8S_14: 'moving-image', CKV_K8S_16: 'privileged', CKV_K8S_22: 'writable-root' },
  ...{ CKV_K8S_31: 'no-seccomp', CKV_K8S_40: 'low-user', CKV2_K8S_6: 'no-network-policy' },
};

const KINDS = ['dockerfile', 'kubernetes', 'github_actions', 'terraform', 'cloudformation'];

/** Container files by the names that it knows. */
function knownContainerFiles(files: readonly string[]): readonly string[] {
  return containerFiles(files).filter((file) => /(?:^|\/)Dockerfile/.test(file));
}

/** Whole objects of Kubernetes, roles too. A template is none before it is filled in. */
function isObject(tree: Tree, file: string): boolean {
  if (!/\.ya?ml$/.test(file)) return false;
  const head = tree.head(file) ?? '';
  return /^apiVersion: /m.test(head) && /^kind: /m.test(head) && !head.includes('{{');
}

function isOther(tree: Tree, file: string): boolean {
  if (/\.(?:tf|tf\.json|tfvars)$/.test(file)) return true;
  return /\.(?:ya?ml|json|template)$/.test(file) && (tree.head(file) ?? '').includes('AWSTemplateFormatVersion');
}

/** Files in each of which it always has something to say, be it that all is well. */
function certain(tree: Tree): readonly string[] {
  return [...knownContainerFiles(tree.files), ...manifestsOf(tree)];
}

function filesFor(tree: Tree): readonly string[] {
  const others = tree.files.filter((file) => isObject(tree, file) || isOther(tree, file));
  return [...new Set([...certain(tree), ...workflowsOf(tree.files), ...others])].toSorted();
}

export const checkov: Scanner = {
  id: 'checkov',
  subject: 'manifests',
  program: 'checkov',
  version: ['checkov', '--version'],
  install: 'install Checkov 3.3 or newer, for instance by `shiplock scan install --only checkov`',
  network: () => false,
  variables: [],
  // Settings of its own in the home directory do not count; and it would leave out what lies in `.config` and the like.
  environment: ({ support }) => ({ HOME: support, CKV_IGNORE_HIDDEN_DIRECTORIES: 'False' }),
  calls: (tree): readonly Call[] => {
    const alone = filesFor(tree);
    return alone.length === 0
      ? []
      : [
          {
            argv: [
              ...['checkov', '--directory', '.', '--framework', ...KINDS, '--output', 'json', '--compact'],
              // Nothing is asked of its makers. Modules of others it fetches only when it is told to; told `false` it tries, too.
              ...['--skip-download', '--soft-fail'],
            ],
            // Without `.checkov.yaml` and checks of the repository, which are programs.
            alone,
          },
        ];
  },
  read: (result, _call, tree) => {
    endedWith(result, [0]);
    const reports = inForm(answer, asJson(result.stdout));
    const unread = reports.flatMap(({ results }) => results.parsing_errors)[0];
    if (unread !== undefined) throw new GarbledOutput(`it cannot read ${unread.split('/').slice(-2).join('/')}`);
    const seen = new Set(
      reports.flatMap(({ results }) =>
        [...results.passed_checks, ...results.failed_checks, ...results.skipped_checks].map(({ file_path }) =>
          plain(file_path),
        ),
      ),
    );
    // What it cannot parse it leaves out without a word.
    const missed = certain(tree).find((file) => !seen.has(file));
    if (missed !== undefined) throw new GarbledOutput(`${missed} was not looked at: it cannot be read`);
    const found = reports.flatMap(({ check_type: kind, results }) =>
      // What words in the files let pass counts: waivers have one place.
      [...results.failed_checks, ...results.skipped_checks].map((one) => findingOf(kind, one)),
    );
    const unknown = workflowsOf(tree.files).filter((file) => !seen.has(file));
    return [...found, ...unknown.map(notRead), ...modulesNotRead(result.stderr)];
  },
  support: {},
  witness: {
    Dockerfile: 'FROM debian:12\nUSER root\n',
    'pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: witness\nspec:\n  containers:\n    - name: a\n      image: a:latest\n      securityContext:\n        privileged: true\n',
  },
};

/** It goes by a form of workflows of its own, and leaves out without a word what is newer, such as the permission `attestations`. Others read them too. */
function notRead(file: string): RawFinding {
  return {
    ...{ scanner: 'checkov', subject: 'workflows', rule: 'workflow-not-read', severity: 'low', file },
    message: 'Checkov does not know the form of this workflow, so it has looked for nothing in it',
  };
}

/** Modules of Terraform that are not in the repository: none is fetched, and only this tells of it. */
function modulesNotRead(stderr: string): readonly RawFinding[] {
  const names = [...stderr.matchAll(/Failed to download module (\S+?):?(?:\s|$)/g)].map(([, name = '']) => name);
  return [...new Set(names)].map((name) => ({
    ...{ scanner: 'checkov', subject: 'manifests', rule: 'terraform-module-not-read', severity: 'medium' },
    message: `the module ${name} is not in the repository, so nothing was looked for in it`,
  }));
}

/** Its paths begin at the directory that it was given. */
function plain(path: string): string {
  return path.replace(/^\/+/, '');
}

const SUBJECT: Readonly<Record<string, Subject>> = { dockerfile: 'containers', github_actions: 'workflows' };

function findingOf(kind: string, one: z.infer<typeof place>): RawFinding {
  const { check_id: rule, check_name: name, file_path: path, file_line_range: range, resource } = one;
  const file = plain(path);
  const [line] = range;
  const subject = SUBJECT[kind] ?? 'manifests';
  const same = SAME[rule];
  // `Pod.default.web` is Pod/web.
  const [type = '', , ...words] = resource.split('.');
  const at = subject === 'manifests' ? `${type}/${words.join('.')}` : line;
  return {
    scanner: 'checkov',
    subject,
    rule,
    severity: SEVERITY[rule] ?? (CARELESS.test(rule) ? 'medium' : 'low'),
    message: subject === 'containers' ? name : `${name}: ${resource}`,
    file,
    ...(line > 0 ? { line } : {}),
    ...(same === undefined ? {} : { same: `${same} ${at}` }),
    documentation: `https://www.checkov.io/5.Policy%20Index/${kind}.html`,
  };
}
