import type { Planted } from './planted-problems.ts';

/** Problems for scanners that are used only where the configuration says so: Semgrep with rules of ours, Trivy, and Checkov. */

/** Where the rules of Semgrep lie in the corpus. */
export const RULES = 'semgrep-rules';

/** Ours. They are few: what is tried is whether rules of one's own are heeded, not how good anybody's rules are. */
export const RULE_FILES: Readonly<Record<string, string>> = {
  [`${RULES}/python.yaml`]: `rules:
  - id: python-shell
    languages: [python]
    severity: ERROR
    message: a shell reads this text
    metadata: { cwe: "CWE-78: OS Command Injection" }
    pattern: subprocess.$F(..., shell=True, ...)
  - id: python-unpickle
    languages: [python]
    severity: ERROR
    message: whoever made these bytes runs code here
    metadata: { cwe: ["CWE-502: Deserialization of Untrusted Data"] }
    pattern: pickle.loads(...)
`,
  [`${RULES}/more/go.yaml`]: `rules:
  - id: go-formatted-sql
    languages: [go]
    severity: HIGH
    message: values are put into SQL as text
    metadata: { cwe: ["CWE-89: SQL Injection"] }
    patterns:
      - pattern-either:
          - pattern: $DB.Query(fmt.Sprintf(...), ...)
          - pattern: $DB.Exec(fmt.Sprintf(...), ...)
`,
};

function planted(kind: string, files: Readonly<Record<string, string>>, rule?: RegExp): Planted {
  const [file = ''] = Object.keys(files);
  return { kind, files, file, ...(rule === undefined ? {} : { rule }) };
}

const SECURITY_GROUP = `resource "aws_security_group" "open" {
  description = "everybody"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
`;
const BUCKET = `resource "aws_s3_bucket" "data" {
  bucket = "data"
}
resource "aws_s3_bucket_acl" "data" {
  bucket = aws_s3_bucket.data.id
  acl    = "public-read"
}
`;
const TEMPLATE = `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Data:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicRead
`;
const CHART = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      containers:
        - name: a
          image: example.com/a:{{ .Chart.Version }}
          securityContext:
            privileged: true
`;

const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: raise
rules:
  - apiGroups: [rbac.authorization.k8s.io]
    resources: [clusterroles]
    verbs: [escalate]
`;
const SOCKET = `apiVersion: v1
kind: Pod
metadata:
  name: socket
spec:
  containers:
    - name: a
      image: example.com/a:1.2.3
      volumeMounts: [{ name: docker, mountPath: /var/run/docker.sock }]
  volumes:
    - name: docker
      hostPath: { path: /var/run/docker.sock }
`;
const DATABASE = `resource "aws_db_instance" "main" {
  engine              = "mysql"
  instance_class      = "db.t4g.micro"
  publicly_accessible = true
}
`;

export function plantedForRules(): readonly Planted[] {
  return [
    planted(
      'rule python-shell',
      { 'python/shell.py': 'import subprocess, sys\nsubprocess.run("ls " + sys.argv[1], shell=True)  # nosemgrep\n' },
      /python-shell/,
    ),
    planted(
      'rule python-unpickle',
      { 'python/unpickle.py': 'import pickle, sys\npickle.loads(sys.stdin.buffer.read())\n', '.semgrepignore': '*\n' },
      /python-unpickle/,
    ),
    planted('terraform open port', { 'terraform/open/main.tf': SECURITY_GROUP }),
    planted('terraform public bucket', { 'terraform/bucket/main.tf': BUCKET, '.trivyignore': '*\n' }),
    planted('cloudformation public bucket', { 'cloudformation/bucket.yaml': TEMPLATE }),
    planted('helm privileged', {
      'helm/templates/deployment.yaml': CHART,
      'helm/Chart.yaml': 'apiVersion: v2\nname: helm\nversion: 1.0.0\n',
    }),
    planted(
      'role that raises itself',
      { 'roles/raise.yaml': ROLE, '.checkov.yaml': 'skip-path: [roles]\n' },
      /CKV_K8S_158/,
    ),
    planted('socket of the engine', { 'manifests/socket.yaml': SOCKET }, /CKV_K8S_27/),
    planted('terraform open database', { 'terraform/database/main.tf': DATABASE }, /CKV_AWS_17/),
    planted(
      'container unchecked certificate',
      { 'images/curl/Dockerfile': 'FROM debian:12.5\nRUN curl -k https://example.com/a -o /a\n' },
      /CKV2_DOCKER_2/,
    ),
  ];
}
