import type { Witness } from '../../src/scan/scanner.ts';

/**
 * What scanners are shown whose real answers are kept in test/scan/recorded: they are too large for the machine of every developer.
 * `npm run soak scan-record` asks the real ones again.
 */

export interface Recorded {
  readonly scanner: 'semgrep' | 'trivy' | 'checkov';
  readonly name: string;
  readonly files: Witness;
  /** Rules of Semgrep. */
  readonly rules: Readonly<Record<string, string>>;
}

const RULE = `rules:
  - id: python-eval
    languages: [python]
    severity: ERROR
    message: text becomes code
    metadata: { cwe: ["CWE-95: Eval Injection"], references: ["https://docs.python.org/3/library/functions.html#eval"] }
    pattern: eval(...)
  - id: python-exec
    languages: [python]
    severity: ERROR
    message: text becomes code
    metadata: { confidence: LOW }
    pattern: exec(...)
`;
const EVAL = 'import sys\neval(sys.argv[1])  # nosemgrep\nexec(sys.argv[2])\n';

function semgrep(
  name: string,
  files: Witness,
  rules: Readonly<Record<string, string>> = { 'rules.yaml': RULE },
): Recorded {
  return { scanner: 'semgrep', name, files, rules };
}
function trivy(name: string, files: Witness): Recorded {
  return { scanner: 'trivy', name, files, rules: {} };
}
function checkov(name: string, files: Witness): Recorded {
  return { scanner: 'checkov', name, files, rules: {} };
}

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    checkov.io/skip1: CKV_K8S_16=because
spec:
  containers:
    - name: web
      image: web:latest
      securityContext: { privileged: true }
`;
const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: all }
rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]
`;
const CARELESS_WORKFLOW = `on: issues
permissions: write-all
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ github.event.issue.title }}"
`;
const BUCKET = `resource "aws_s3_bucket" "open" {
  bucket = "open"
  acl    = "public-read"
}
`;

const PORT = `resource "aws_security_group_rule" "open" {
  description = "ssh"
  type        = "ingress"
  from_port   = 22
  to_port     = 22
  protocol    = "tcp"
  cidr_blocks = ["0.0.0.0/0"]
}
`;
const MODULE = 'module "network" {\n  source  = "example.com/a/network/aws"\n  version = "5.0.0"\n}\n';

export const RECORDED: readonly Recorded[] = [
  semgrep('finds', { 'a.py': EVAL, '.semgrepignore': '*\n', 'tests/b.py': 'eval(1)\n' }),
  semgrep('reads a part', { 'a.py': 'eval(x)\ndef (:\n  eval(\n' }),
  semgrep('has no rules', { 'a.py': EVAL }, { 'README.md': '' }),
  semgrep('has an empty list of rules', { 'a.py': EVAL }, { 'rules.yaml': 'rules: []\n' }),
  semgrep('has a broken rule', { 'a.py': EVAL }, { 'rules.yaml': RULE.replace('eval(...)', '"def ("') }),
  semgrep('has a broken file of rules beside a good one', { 'a.py': EVAL }, { 'a.yaml': RULE, 'b.yaml': 'rules: {\n' }),
  trivy('finds', { Dockerfile: 'FROM debian:12.5\nUSER root\n', 'main.tf': PORT, '.trivyignore': 'DS-0002\n' }),
  trivy('cannot read a container file', { Dockerfile: 'FROM debian:12.5\nOOPS\n' }),
  trivy('cannot read Terraform', { 'main.tf': 'resource "a" {\n' }),
  trivy('cannot render a chart', {
    'chart/Chart.yaml': `apiVersion: v2
name: chart
version: 1.0.0
dependencies: [{ name: other, version: 1.0.0, repository: "https://example.com" }]
`,
    'chart/templates/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n',
    Dockerfile: 'FROM debian:12.5\nUSER root\n',
  }),
  checkov('finds', {
    Dockerfile: 'FROM debian:latest\n# checkov:skip=CKV_DOCKER_8:because\nUSER root\n',
    'k8s/pod.yaml': POD,
    'k8s/role.yaml': ROLE,
    'main.tf': PORT + BUCKET,
    '.github/workflows/a.yml': CARELESS_WORKFLOW,
    '.checkov.yaml': 'framework: [secrets]\n',
    'chart/templates/pod.yaml': POD.replace('web:latest', '{{ .Values.image }}'),
  }),
  checkov('cannot read a manifest', {
    Dockerfile: 'FROM debian:12.5\n',
    'pod.yaml': POD.replace('name: web\n', 'name: [\n'),
  }),
  checkov('cannot read Terraform', { 'main.tf': 'resource "a" {\n' }),
  checkov('has no module', { 'deploy/main.tf': MODULE }),
  checkov('leaves a newer workflow out', {
    '.github/workflows/new.yml': `on: push
jobs:
  a:
    runs-on: ubuntu-latest
    permissions: { attestations: write }
    steps:
      - run: make
`,
  }),
  checkov('finds nothing that it knows', { 'list.yaml': 'apiVersion: v1\nkind: Nothing\n' }),
  trivy('has no module', { 'deploy/main.tf': MODULE }),
];

/** File that has the answers of one version. */
export function recordedFile(scanner: Recorded['scanner'], version: string): string {
  return `test/scan/recorded/${scanner}-${version}.json`;
}
