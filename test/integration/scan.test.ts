import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import {
  NO_INPUTS,
  SCANNER_IDS,
  type ScanInputs,
  type ScannerId,
  type ScanResult,
  scan,
} from '../../src/scan/index.ts';
import { GO_MODULE, vulnerabilityDatabase } from '../support/planted-problems.ts';
import { scannersIn } from '../support/scanners.ts';

/** Real scanners on planted problems; and scanners that crash, hang, lie or spy. */

const exec = createExec();
/** Why zizmor and hadolint cannot be had here. */
let why: string | null = null;
let dir = '';
let bin = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-scan-test-'));
  ({ bin, missing: why } = await scannersIn(dir));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function lay(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

async function git(root: string, ...argv: readonly string[]): Promise<string> {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  const { exitCode, stdout, stderr } = await exec.read(['git', '-C', root, ...who, ...argv]);
  if (exitCode !== 0) throw new Error(`git ${argv.join(' ')}: ${stderr}`);
  return stdout;
}

interface Options {
  readonly base?: string;
  readonly path?: string;
  readonly timeoutMs?: number;
  readonly vulnerabilities?: string;
  readonly exclude?: readonly string[];
  readonly inputs?: Partial<ScanInputs>;
}

const on = (directory: string, wanted: readonly ScannerId[], options: Options = {}): Promise<ScanResult> =>
  scan({
    ...{ directory, wanted, exec, clock: systemClock, whole: false, today: '2026-11-22', history: true },
    policy: { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null },
    base: options.base ?? null,
    timeoutMs: options.timeoutMs ?? 120_000,
    vulnerabilities: options.vulnerabilities ?? null,
    exclude: options.exclude ?? [],
    inputs: { ...NO_INPUTS, ...options.inputs },
    path: `${options.path ?? bin}:${process.env['PATH'] ?? ''}`,
  });

const found = ({ findings }: ScanResult): readonly string[] =>
  findings.map(({ finding }) => `${finding.rule} ${finding.file ?? ''}`);

/** Put together, so that this file has no secret in it. */
const SECRET = ['AKIA', 'Z7QJ4XWN', '2M5TRKDH'].join('');

const PLANTED = {
  'settings.py': `key = "${SECRET}"\n`,
  'clean.sh': '#!/bin/sh\necho hello\n',
  'tools/wipe': '#!/usr/bin/env bash\ncd $1\nrm -rf *\n',
  Dockerfile: 'FROM debian:12\nUSER root\n',
  'deploy.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a\n      image: a:1\n      securityContext:\n        privileged: true\n',
  '.github/workflows/issue.yml':
    "on: issues\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo '${{ github.event.issue.title }}'\n",
  '.github/workflows/all.yml':
    'on: push\npermissions: write-all\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n',
  'go/go.mod': 'module planted\n\ngo 1.22\n',
  'go/main.go': 'package main\n\nimport "regexp"\n\nfunc main() { regexp.MustCompile("(") }\n',
  // What a repository says about scanners does not count.
  '.gitleaks.toml': '[allowlist]\npaths = [".*"]\n',
  '.gitleaksignore': '*\n',
  '.hadolint.yaml': 'ignored: [DL3002]\n',
  '.github/actionlint.yaml': 'paths:\n  "**":\n    ignore: [".*"]\n',
  'go/staticcheck.conf': 'checks = []\n',
  '.shellcheckrc': 'disable=all\n',
} as const;

test('planted problems are found by name and place', async () => {
  const root = join(dir, 'planted');
  await lay(root, PLANTED);
  await git(dir, 'init', '-q', root);
  const wanted = SCANNER_IDS.filter(
    // Those of packages and of schemas need databases: scan-dependencies.test.ts. Semgrep and Trivy are large: test/scan/recorded.test.ts.
    (id) =>
      !['govulncheck', 'osv-scanner', 'npm-audit', 'kubeconform', 'eslint', 'semgrep', 'trivy', 'checkov'].includes(
        id,
      ) &&
      (why === null || !['zizmor', 'hadolint'].includes(id)),
  );
  const result = await on(root, wanted);
  expect(result.notScanned).toEqual([]);
  expect(found(result)).toEqual(
    expect.arrayContaining([
      'aws-access-token settings.py',
      'SC2086 tools/wipe',
      'SA1000 go/main.go',
      'container-security-context-privileged deploy.yaml',
      ...(why === null ? ['DL3002 Dockerfile', 'excessive-permissions .github/workflows/all.yml'] : []),
    ]),
  );
  // Two scanners name the injection; it is one finding.
  const injections = result.findings.filter(({ finding }) => finding.cwe.includes('CWE-78'));
  expect(injections.map(({ finding }) => finding.scanners)).toEqual([
    why === null ? ['actionlint', 'zizmor'] : ['actionlint'],
  ]);
  expect(result.verdict).toBe('findings');
  expect(JSON.stringify(result.findings)).not.toContain(SECRET);
  expect(found(result).filter((one) => one.includes('clean.sh'))).toEqual([]);
});

test('secrets of the past are found in commits; what the base has is not new; ignored files are not read', async () => {
  const root = join(dir, 'history');
  await lay(root, { 'old.txt': `key = "${SECRET}"\n`, '.gitignore': '.env\n' });
  await git(dir, 'init', '-q', root);
  await git(root, 'add', '-A');
  await git(root, 'commit', '-qm', 'one');
  const first = (await git(root, 'rev-parse', 'HEAD')).trim();
  await rm(join(root, 'old.txt'));
  await lay(root, { '.env': `KEY="${SECRET}"\n`, 'kept.sh': '#!/bin/sh\nrm -rf $1\n' });
  await git(root, 'add', '-A');
  await git(root, 'commit', '-qm', 'two');
  const past = await on(root, ['gitleaks']);
  expect(past.findings.map(({ finding }) => [finding.file, finding.commit])).toEqual([['old.txt', first]]);
  // Since the last commit there is nothing of it any more; moved lines are no new findings.
  await writeFile(join(root, 'kept.sh'), '#!/bin/sh\n\n# moved\nrm -rf $1\nrm -rf $2\n');
  const since = await on(root, ['gitleaks', 'shellcheck'], { base: 'HEAD' });
  expect(since.findings.map(({ finding, isNew }) => [finding.line, isNew])).toEqual([
    [4, false],
    [5, true],
  ]);
  await expect(on(root, ['gitleaks'], { base: 'nowhere' })).rejects.toThrow('nowhere');
});

describe('Go modules', () => {
  test('a vulnerable function that is called fails, one that nothing calls is a warning; without the database nobody knows', async () => {
    const root = join(dir, 'gomod');
    const database = join(dir, 'vulndb');
    await lay(root, {
      'go.mod': GO_MODULE['go/go.mod'],
      'go.sum': GO_MODULE['go/go.sum'],
      'main.go': 'package main\n\nimport "github.com/google/uuid"\n\nfunc main() { println(uuid.New().String()) }\n',
    });
    await lay(database, vulnerabilityDatabase());
    const fetched = await exec.read(['go', 'mod', 'download'], { cwd: root, timeoutMs: 120_000 });
    expect(fetched.stderr).toBe('');
    const result = await on(root, ['govulncheck'], { vulnerabilities: database });
    expect(result.notScanned).toEqual([]);
    expect(
      result.findings.map(({ finding, level }) => [finding.rule, finding.reach, level, finding.file, finding.line]),
    ).toEqual([
      ['GO-2026-9002', 'present', 'warning', 'go.mod', undefined],
      ['GO-2026-9003', 'present', 'warning', 'go.mod', undefined],
      ['GO-2026-9004', 'present', 'warning', 'go.mod', undefined],
      ['GO-2026-9001', 'called', 'error', 'main.go', 5],
    ]);
    const without = await on(root, ['govulncheck'], { vulnerabilities: join(dir, 'no-database') });
    expect(without).toMatchObject({ verdict: 'not-scanned', findings: [], notScanned: [{ where: 'govulncheck' }] });
  });

  test('one inside another is read with its own imports, and one without code is nothing to read', async () => {
    const root = join(dir, 'nested');
    const serve = 'http.ListenAndServe(":1", nil)';
    await lay(root, {
      'go.mod': 'module outer\n\ngo 1.22\n',
      'main.go': `package main\n\nimport "net/http"\n\nfunc main() { ${serve} }\n`,
      'tool/go.mod': GO_MODULE['go/go.mod'],
      'tool/go.sum': GO_MODULE['go/go.sum'],
      'tool/main.go': `package main\n\nimport (\n\t"net/http"\n\n\t"github.com/google/uuid"\n)\n\nfunc main() {\n\tprintln(uuid.New().String())\n\t${serve}\n}\n`,
      'pins/go.mod': 'module pins\n\nrequire example.com/nowhere v1.0.0\n',
    });
    await exec.read(['go', 'mod', 'download'], { cwd: join(root, 'tool'), timeoutMs: 120_000 });
    const result = await on(root, ['gosec', 'staticcheck']);
    expect(result.notScanned).toEqual([]);
    expect(found(result).filter((one) => one.startsWith('G114'))).toEqual(['G114 main.go', 'G114 tool/main.go']);
  });
});

describe('a scanner that', () => {
  /** A program that stands in for a scanner; `$1` is its first argument. */
  async function standIn(name: string, script: string): Promise<string> {
    const path = await mkdtemp(join(dir, 'stand-in-'));
    await writeFile(join(path, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(path, name), 0o755);
    return path;
  }

  const root = (): string => join(dir, 'scripts-only');
  beforeAll(() => lay(root(), { 'a.sh': '#!/bin/sh\necho $1\n' }));

  test.each([
    ['crashes', 'kill -SEGV $$', 'scan.garbled', 120_000],
    ['ends with an error', 'echo "no rules" >&2; exit 2', 'scan.garbled', 120_000],
    ['prints garbage', 'echo "{oops"', 'scan.garbled', 120_000],
    ['prints nothing', 'exit 0', 'scan.garbled', 120_000],
    ['finds nothing anywhere', `echo '{"comments":[]}'`, 'scan.garbled', 120_000],
    ['hangs, with a child that hangs too', 'sleep 60 & sleep 60', 'scan.timeout', 1_500],
  ])('%s has not scanned', async (_, script, problem, timeoutMs) => {
    const path = await standIn('shellcheck', `[ "$1" = --version ] && { echo 0.9.0; exit 0; }\n${script}`);
    const result = await on(root(), ['shellcheck'], { path, timeoutMs });
    expect(result.notScanned.map(({ code }) => code)).toEqual([problem]);
    expect(result.verdict).toBe('not-scanned');
  });

  test('is a release that somebody else has made is not used, and the answer says why', async () => {
    const asked = join(dir, 'asked-trivy');
    const path = await standIn('trivy', `echo "$@" >> ${asked}; echo 'Version: 0.69.4'`);
    await lay(join(dir, 'container'), { Dockerfile: 'FROM debian:12.5\n' });
    const result = await on(join(dir, 'container'), ['trivy'], { path });
    expect(result).toMatchObject({
      verdict: 'not-scanned',
      notScanned: [{ code: 'scan.bad-version', where: 'trivy' }],
    });
    expect(result.notScanned[0]?.found).toContain('CVE-2026-33634');
    expect(await readFile(asked, 'utf8')).toBe('--version\n');
  });

  test('is not there has not scanned, and the answer says how to get it', async () => {
    const result = await scan({
      ...{ directory: root(), base: null, wanted: ['shellcheck'], whole: false, timeoutMs: 5_000, history: false },
      ...{
        vulnerabilities: null,
        exclude: [],
        inputs: NO_INPUTS,
        today: '2026-11-22',
        exec,
        clock: systemClock,
        path: './bin:/nowhere',
      },
      policy: { failOn: 'high', present: 'warning', waivers: [], optional: [], failFrom: null },
    });
    expect(result.notScanned).toMatchObject([
      { code: 'scan.no-scanner', remedy: expect.stringContaining('apt-get install') },
    ]);
  });

  test('spies sees no secret, neither its own nor that of its parents, reaches no address, and cannot change the files', async () => {
    const seen = join(dir, 'seen.txt');
    const spy = `cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' >> ${seen}; cat /proc/net/dev >> ${seen}; for f in *.sh; do echo broken > "$f"; done; exec shellcheck.real "$@"`;
    const path = await standIn('shellcheck', `[ "$1" = --version ] && { echo 0.9.0; exit 0; }\n${spy}`);
    const real = (process.env['PATH'] ?? '').split(':').map((at) => join(at, 'shellcheck'));
    const there = await Promise.all(
      real.map(async (file) => ((await readFile(file).catch(() => null)) === null ? [] : [file])),
    );
    await symlink(there.flat()[0] ?? '', join(path, 'shellcheck.real'));
    process.env['SHIPLOCK_TEST_TOKEN'] = 'very-secret-value';
    // Another process of the same user, whose variables anybody of that user can read.
    const other = spawn('sleep', ['60'], { env: { OTHER_TOKEN: 'secret-of-another' }, stdio: 'ignore' });
    const before = process.env['PATH'];
    process.env['PATH'] = `${path}:${before ?? ''}`;
    try {
      await on(root(), ['shellcheck'], { path });
    } finally {
      delete process.env['SHIPLOCK_TEST_TOKEN'];
      process.env['PATH'] = before ?? '';
      other.kill();
    }
    const text = await readFile(seen, 'utf8');
    expect(text).toContain('PATH=');
    expect(text).not.toContain('very-secret-value');
    expect(text).not.toContain('secret-of-another');
    // Only the loopback, and that is down.
    expect(text.match(/^\s*\w+:/gm)?.map((name) => name.trim())).not.toContain('eth0:');
    expect(await readFile(join(root(), 'a.sh'), 'utf8')).toBe('#!/bin/sh\necho $1\n');
  });
});
