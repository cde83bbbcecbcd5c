import { z } from 'zod';
import { asJson, below, type Call, endedWith, GarbledOutput, inForm, type Scanner } from '../scanner.ts';
import type { RawFinding, Severity, Subject, Tree } from '../types.ts';
import { containerFiles } from './hadolint.ts';
import { manifestsOf } from './kube-score.ts';

/** Container files, Kubernetes objects, Helm charts, Terraform and CloudFormation, by the checks inside the program. https://trivy.dev */

const report = z.looseObject({
  SchemaVersion: z.literal(2),
  ArtifactType: z.string(),
  Results: z
    .array(
      z.looseObject({
        Target: z.string(),
        Class: z.string(),
        Type: z.string(),
        Misconfigurations: z
          .array(
            z.looseObject({
              ID: z.string(),
              Title: z.string(),
              Message: z.string(),
              Resolution: z.string().optional(),
              Severity: z.string(),
              Status: z.string(),
              PrimaryURL: z.string().optional(),
              CauseMetadata: z.looseObject({ StartLine: z.number().optional() }).optional(),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
});

/** One step less than it says: what it calls high, such as a file system that can be written, nearly every project has. */
const SEVERITY: Readonly<Record<string, Severity>> = {
  ...{ CRITICAL: 'high', HIGH: 'medium', MEDIUM: 'low', LOW: 'info', UNKNOWN: 'info' },
};
/** As bad as it says, or worse: privileged containers, buckets that everybody can read, SSH and RDP for everybody. */
const UNSAFE: ReadonlySet<string> = new Set(['KSV-0017', 'AWS-0092', 'AWS-0107']);
/** Container files: root, by choice or because no user is named; and sudo. */
const ROOT = 'DS-0002';
const SUDO = 'DS-0010';

/** The same in the words of several scanners (`same` of a finding). */
const SAME: Readonly<Record<string, string>> = {
  ...{
    'DS-0001': 'moving-base',
    'DS-0002': 'root',
    'DS-0005': 'add',
    'DS-0009': 'relative-workdir',
    'DS-0010': 'sudo',
  },
};

/** It has no way to say "embedded checks only", and tells of it as an error that it has found no others. */
const NO_OTHER_CHECKS = 'Falling back to embedded checks';

/** Cluster for which charts are rendered. */
const KUBERNETES = '1.34.0';

const KINDS = ['dockerfile', 'helm', 'kubernetes', 'terraform', 'cloudformation'];

/** Templates of CloudFormation name their form, in JSON or YAML. */
function isTemplate(tree: Tree, file: string): boolean {
  return /\.(?:ya?ml|json|template)$/.test(file) && (tree.head(file) ?? '').includes('AWSTemplateFormatVersion');
}

function isConfiguration(tree: Tree, file: string): boolean {
  return /\.tf(?:\.json)?$/.test(file) || /(?:^|\/)Chart\.yaml$/.test(file) || isTemplate(tree, file);
}

/** Releases that somebody else has made, by their versions. CVE-2026-33634, GHSA-69fq-xp46-6x23. */
const MALICIOUS = 'somebody else had it published in March 2026, and it steals secrets (CVE-2026-33634)';

export const trivy: Scanner = {
  id: 'trivy',
  subject: 'manifests',
  program: 'trivy',
  version: ['trivy', '--version'],
  install: 'install Trivy 0.65 or newer, but 0.69.4, 0.69.5 and 0.69.6, by its digest: https://trivy.dev',
  refused: { '0.69.4': MALICIOUS, '0.69.5': MALICIOUS, '0.69.6': MALICIOUS },
  network: () => false,
  variables: [],
  calls: (tree, { support }): readonly Call[] => {
    const any =
      containerFiles(tree.files).length > 0 ||
      manifestsOf(tree).length > 0 ||
      tree.files.some((file) => isConfiguration(tree, file));
    return any
      ? [
          {
            argv: [
              ...['trivy', 'config', '--format', 'json', '--misconfig-scanners', KINDS.join(',')],
              // Charts say which clusters they are for; by itself it takes one of 2020.
              ...['--helm-kube-version', KUBERNETES],
              ...['--skip-check-update', '--skip-version-check', '--disable-telemetry'],
              // What the repository says of the scanner does not count.
              ...['--config', '/dev/null', '--ignorefile', '/dev/null', '--cache-dir', `${support}/cache`],
              // How long it may take is said elsewhere.
              ...['--timeout', '24h', '.'],
            ],
          },
        ]
      : [];
  },
  read: (result, _call, tree) => {
    endedWith(result, [0]);
    // It leaves out what it cannot read, and says so only here.
    const troubles = result.stderr
      .split('\n')
      .filter((line) => /\t(?:ERROR|FATAL)\t/.test(line) && !line.includes(NO_OTHER_CHECKS));
    const unread = troubles.map(unreadPart);
    const trouble = troubles.find((_, at) => unread[at] === null);
    if (trouble !== undefined) throw new GarbledOutput(trouble.split('\t').slice(2).join(' ').slice(0, 300));
    const { Results: results = [] } = inForm(report, asJson(result.stdout));
    const seen = new Set(results.map(({ Target }) => below(Target, tree)));
    const missed = [...containerFiles(tree.files), ...manifestsOf(tree)].find((file) => !seen.has(file));
    if (missed !== undefined) throw new GarbledOutput(`${missed} was not looked at: it cannot be read`);
    const found = results.flatMap(({ Target, Type, Misconfigurations = [] }) =>
      Misconfigurations.filter(({ Status }) => Status === 'FAIL').map((one): RawFinding => {
        const severity = severityOf(one);
        if (severity === undefined) throw new GarbledOutput(`a severity that is not known: ${one.Severity}`);
        const line = one.CauseMetadata?.StartLine ?? 0;
        return {
          scanner: 'trivy',
          subject: subjectOf(Type),
          rule: one.ID,
          severity,
          message: `${one.Title}: ${one.Message}`,
          file: below(Target, tree),
          ...(line > 0 ? { line } : {}),
          ...(SAME[one.ID] === undefined ? {} : { same: `${SAME[one.ID]} ${line}` }),
          ...(one.Resolution === undefined ? {} : { remedy: one.Resolution }),
          ...(one.PrimaryURL === undefined ? {} : { documentation: one.PrimaryURL }),
        };
      }),
    );
    // The same trouble is told once for each time that it reads the file.
    const once = new Map(unread.flatMap((one) => (one ? [[`${one.rule} ${one.file} ${one.line}`, one] as const] : [])));
    return [...found, ...once.values()];
  },
  support: {},
  witness: {
    Dockerfile: 'FROM debian:12\nUSER root\n',
    'pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: witness\nspec:\n  containers:\n    - name: a\n      image: a:latest\n      securityContext:\n        privileged: true\n',
  },
};

/**
 * What is read only together with what others made or will say: modules of Terraform, and charts that need values or other charts. It is named, and does not
 * make all else unknown. Null: another trouble. Undefined: part of one that another line tells.
 */
function unreadPart(line: string): RawFinding | null | undefined {
  if (line.includes('\t[module resolver]')) return undefined;
  const [, moduleFile, at] = /Failed to load module.*\bloc="([^"]+?):(\d+)/.exec(line) ?? [];
  const [, chart, why] = /Failed to render Chart files\tfile_path="([^"]*)" err="(.*)"$/.exec(line) ?? [];
  const found = { scanner: 'trivy', subject: 'manifests', severity: 'medium' } as const;
  if (moduleFile !== undefined)
    return {
      ...found,
      rule: 'terraform-module-not-read',
      message: 'this module is not in the repository, so nothing was looked for in it',
      ...{ file: moduleFile, line: Number(at) },
    };
  if (chart === undefined) return null;
  return {
    ...found,
    rule: 'helm-chart-not-read',
    message: `this chart cannot be rendered by itself, so nothing was looked for in it: ${(why ?? '').replaceAll('\\"', '"').slice(0, 200)}`,
    file: chart === '' || chart === '.' ? 'Chart.yaml' : `${chart}/Chart.yaml`,
  };
}

function subjectOf(type: string): Subject {
  return type === 'dockerfile' ? 'containers' : 'manifests';
}

function severityOf({
  ID: id,
  Severity: said,
  Message: message,
}: {
  readonly ID: string;
  readonly Severity: string;
  readonly Message: string;
}): Severity | undefined {
  if (UNSAFE.has(id)) return 'high';
  if (id === SUDO) return 'medium';
  if (id === ROOT) return message.startsWith('Last USER') ? 'high' : 'low';
  return SEVERITY[said];
}
