import { alpineWitness, debianWitness, goWitness, savedImage, ubuntuWitness } from '../../src/scan/images/witness.ts';
import type { ScannerSettings, Witness } from '../../src/scan/scanner.ts';
import { allLockWitnesses } from '../../src/scan/scanners/lock-kinds.ts';
import type { TrivyDatabaseOptions } from './trivy-database.ts';

/**
 * What scanners are shown whose real answers are kept in test/scan/recorded: they are too large for the machine of every developer.
 * `npm run soak scan-record` asks the real ones again.
 */

export interface Recorded {
  readonly scanner: 'semgrep' | 'trivy' | 'trivy-dependencies' | 'trivy-image' | 'checkov';
  readonly name: string;
  readonly files: Witness;
  /** Rules of Semgrep. */
  readonly rules: Readonly<Record<string, string>>;
  /** Database of Trivy; left out: a good one. */
  readonly database?: RecordedDatabase;
}

export interface RecordedDatabase extends TrivyDatabaseOptions {
  /** What happens to its file, once it is laid. */
  readonly file?: 'removed' | 'cut' | 'emptied' | 'garbage';
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
function dependencies(name: string, files: Witness, database?: RecordedDatabase): Recorded {
  const own = database === undefined ? {} : { database };
  return { scanner: 'trivy-dependencies', name, files, rules: {}, ...own };
}
function image(name: string, bytes: Uint8Array): Recorded {
  return { scanner: 'trivy-image', name, files: { 'image.tar': bytes }, rules: {} };
}
function text(path: string, content: string) {
  return { path, mode: 0o644, content: Buffer.from(content) };
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

const LOCK = allLockWitnesses()['package-lock.json'] ?? '';
const STATUS = 'Package: a\nStatus: install ok installed\nVersion: 1-1\n\n';

/** What scanners are given when their answers are recorded, and when these are read. */
export function recordedSettings(at: string): ScannerSettings {
  return {
    ...{ vulnerabilities: null, repository: null, commits: null, osv: null, npmRegistry: null },
    ...{ kubernetesSchemas: null, support: `${at}/support`, semgrepRules: `${at}/rules` },
    trivy: { database: `${at}/database`, maxAge: 1 },
    archives: [{ name: 'image.tar', path: `${at}/tree/image.tar` }],
  };
}

export const RECORDED: readonly Recorded[] = [
  semgrep('finds', { 'a.py': EVAL, '.semgrepignore': '*\n', 'tests/b.py': 'eval(1)\n' }),
  semgrep('reads a part', { 'a.py': 'eval(x)\ndef (:\n  eval(\n' }),
  // Rules for languages of which there is no file do not stand among those that it has read.
  semgrep(
    'reads files of one language alone',
    { 'main.go': 'package main\n\nfunc main() { panic(1) }\n' },
    {
      'rules.yaml': `${RULE}  - id: go-panic
    languages: [go]
    severity: ERROR
    message: it ends
    pattern: panic(...)
`,
    },
  ),
  semgrep('has rules for other files alone', { 'main.go': 'package main\n' }),
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
  dependencies('finds in each kind', allLockWitnesses()),
  dependencies('cannot read one', { 'a/package-lock.json': '{ "packages": [', 'b/package-lock.json': LOCK }),
  dependencies('pins nothing', { 'package-lock.json': '{ "lockfileVersion": 3, "packages": {} }' }),
  dependencies('has no database', { 'package-lock.json': LOCK }, { file: 'removed' }),
  dependencies('has a database that was cut', { 'package-lock.json': LOCK }, { file: 'cut' }),
  dependencies('has an empty database', { 'package-lock.json': LOCK }, { file: 'emptied' }),
  dependencies('has garbage for a database', { 'package-lock.json': LOCK }, { file: 'garbage' }),
  dependencies('has an older database', { 'package-lock.json': LOCK }, { version: 1 }),
  dependencies('has a newer database', { 'package-lock.json': LOCK }, { version: 3 }),
  dependencies('has not heard of npm', { 'package-lock.json': LOCK }, { without: ['npm::'] }),
  image('finds in Debian', debianWitness('12.1')),
  image('finds in Ubuntu', ubuntuWitness()),
  image('finds in an Alpine that has ended', alpineWitness()),
  image('finds in a program of Go', goWitness()),
  image('has not heard of the release', debianWitness('99.1')),
  image('has only files', savedImage([text('www/index.html', '<p>')])),
  image(
    'has packages of nobody',
    savedImage([text('etc/os-release', 'ID=odd\nVERSION_ID=1\n'), text('var/lib/dpkg/status', STATUS)]),
  ),
  image(
    'has packages of which nothing is known',
    savedImage([
      text('etc/os-release', 'ID=wolfi\nVERSION_ID=20230201\n'),
      text('lib/apk/db/installed', 'P:zlib\nV:1.3.1-r9\nA:x86_64\nL:Zlib\no:zlib\n\n'),
    ]),
  ),
  image('has a library of Java', savedImage([text('app/a.jar', 'PK')])),
];

/** File that has the answers of one version. */
export function recordedFile(scanner: Recorded['scanner'], version: string): string {
  return `test/scan/recorded/${scanner}-${version}.json`;
}
