import { npmProject } from './advisories.ts';

/** Problems that scanners should find, each in a file of its own, and where it is looked for. */

export interface Planted {
  /** Names it in the figures. */
  readonly kind: string;
  readonly files: Readonly<Record<string, string>>;
  /** File in which it must be found. */
  readonly file: string;
  /** Part of the rule or of one of its other names; left out: any rule will do. */
  readonly rule?: RegExp;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const WORD = LOWER + UPPER + DIGITS;
const HEX = `${DIGITS}abcdef`;

/** Random texts that are the same each time: nothing that looks like a secret stands in this repository. */
function generator(seed: number): (alphabet: string, length: number) => string {
  let state = seed;
  return (alphabet, length) =>
    Array.from({ length }, () => {
      // Numbers of a linear congruential generator (Numerical Recipes); only the upper bits are good.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return alphabet[Math.floor((state / 2 ** 32) * alphabet.length)] ?? '';
    }).join('');
}

function secrets(): readonly Planted[] {
  const some = generator(7);
  const texts: Readonly<Record<string, string>> = {
    aws: `key = "AKIA${some(`${UPPER}234567`, 16)}"`,
    github: `token: ghp_${some(WORD, 36)}`,
    'github-fine-grained': `token: github_pat_${some(WORD, 82)}`,
    gitlab: `token = "glpat-${some(WORD, 20)}"`,
    'slack-bot': `SLACK=xoxb-${some(DIGITS, 12)}-${some(DIGITS, 12)}${some(WORD, 24)}`,
    'slack-webhook': `url = "https://hooks.slack.com/services/T${some(UPPER + DIGITS, 8)}/B${some(UPPER + DIGITS, 10)}/${some(WORD, 24)}"`,
    stripe: `stripe_key = "sk_live_${some(WORD, 24)}"`,
    'private-key': `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${[1, 2, 3, 4].map(() => some(WORD, 64)).join('\n')}\n-----END RSA ${'PRIVATE'} KEY-----`,
    npm: `NPM_TOKEN=npm_${some(WORD, 36)}`,
    gcp: `key: "AIza${some(WORD, 35)}"`,
    sendgrid: `SENDGRID="SG.${some(WORD.toLowerCase(), 66)}"`,
    twilio: `twilio = "SK${some(HEX, 32)}"`,
    pypi: `password = pypi-AgEIcHlwaS5vcmc${some(WORD, 60)}`,
    digitalocean: `token = "dop_v1_${some(HEX, 64)}"`,
    terraform: `token = "${some(LOWER + DIGITS, 14)}.atlasv1.${some(LOWER + DIGITS, 64)}"`,
    generic: `db_password = "${some(WORD, 28)}"`,
  };
  return Object.entries(texts).map(([kind, text]) => {
    const file = `secrets/${kind}.txt`;
    return { kind: `secret ${kind}`, file, files: { [file]: `${text}\n` } };
  });
}

function workflow(kind: string, rule: RegExp, { on = 'push', top = 'permissions: {}', job = '', steps = '' }): Planted {
  const file = `.github/workflows/${kind}.yml`;
  const text = `on: ${on}\n${top}\njobs:\n  a:\n    runs-on: ubuntu-latest\n${job}    steps:\n${steps}`;
  return { kind: `workflow ${kind}`, file, rule, files: { [file]: text } };
}

const PIN = 'actions/checkout@93cb6efe18208431cddfb8368fd83d5badbf9bfd';

function workflows(): readonly Planted[] {
  const echo = (text: string): string => `      - run: echo "\${{ ${text} }}"\n`;
  return [
    workflow('title', /expression|template-injection/, { on: 'issues', steps: echo('github.event.issue.title') }),
    workflow('body', /expression|template-injection/, {
      on: 'issue_comment',
      steps: echo('github.event.comment.body'),
    }),
    workflow('branch', /expression|template-injection/, { on: 'pull_request', steps: echo('github.head_ref') }),
    workflow('target', /dangerous-triggers/, { on: 'pull_request_target', steps: '      - run: make\n' }),
    workflow('write-all', /excessive-permissions/, { top: 'permissions: write-all', steps: '      - run: make\n' }),
    workflow('no-permissions', /excessive-permissions/, { top: '', steps: '      - run: make\n' }),
    workflow('unpinned', /unpinned-uses/, { steps: '      - uses: someone/something@main\n' }),
    workflow('credentials', /artipacked/, { steps: `      - uses: ${PIN} # v5.0.0\n` }),
    workflow('image', /unpinned-images/, { job: '    container: node:latest\n', steps: '      - run: make\n' }),
    workflow('commands', /insecure-commands/, {
      job: '    env:\n      ACTIONS_ALLOW_UNSECURE_COMMANDS: true\n',
      steps: '      - run: make\n',
    }),
    workflow('all-secrets', /overprovisioned-secrets/, {
      steps: '      - run: make\n        env:\n          ALL: ${{ toJSON(secrets) }}\n',
    }),
  ];
}

function go(kind: string, rule: RegExp, imports: readonly string[], body: string): Planted {
  const file = `go/${kind}/main.go`;
  const list = imports.map((name) => `\t"${name}"\n`).join('');
  return {
    kind: `go ${kind}`,
    file,
    rule,
    files: { [file]: `package main\n\nimport (\n${list})\n\nfunc main() {\n${body.replaceAll(/^/gm, '\t')}\n}\n` },
  };
}

function goCode(): readonly Planted[] {
  return [
    go('regexp', /SA1000/, ['regexp'], 'regexp.MustCompile("(")'),
    go('sleep', /SA1004/, ['time'], 'time.Sleep(5)'),
    go('group', /SA2000/, ['sync'], 'var wg sync.WaitGroup\ngo func() { wg.Add(1); wg.Done() }()\nwg.Wait()'),
    go('critical', /SA2001/, ['sync'], 'var mu sync.Mutex\nmu.Lock()\nmu.Unlock()'),
    go('same', /SA4000/, ['os'], 'x := len(os.Args)\nif x == x {\n\tprintln(x)\n}'),
    go('nil-map', /SA5000/, ['os'], 'var m map[string]int\nm[os.Args[0]] = 1'),
    go('shell', /G204/, ['os', 'os/exec'], '_ = exec.Command("sh", "-c", os.Args[1]).Run()'),
    go('tls', /G402/, ['crypto/tls'], 'c := &tls.Config{InsecureSkipVerify: true}\nprintln(c)'),
    go('md5', /G401|G501/, ['crypto/md5', 'fmt', 'os'], 'fmt.Println(md5.Sum([]byte(os.Args[0])))'),
    go(
      'sql',
      /G201|G202/,
      ['database/sql', 'fmt', 'os'],
      'var db *sql.DB\n_, _ = db.Query(fmt.Sprintf("SELECT * FROM t WHERE a = \'%s\'", os.Args[1]))',
    ),
    go('mode', /G302|G306/, ['os'], '_ = os.WriteFile("a", nil, 0o777)'),
    go('timeouts', /G114|G112/, ['net/http'], '_ = http.ListenAndServe(":1", nil)'),
  ];
}

function manifest(kind: string, rule: RegExp, container: string, spec = ''): Planted {
  const file = `manifests/${kind}.yaml`;
  const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${kind}\nspec:\n${spec}  containers:\n    - name: a\n${container}`;
  return { kind: `manifest ${kind}`, file, rule, files: { [file]: text } };
}

function manifests(): readonly Planted[] {
  const image = `      image: example.com/a:1.2.3\n`;
  return [
    manifest('privileged', /privileged/, `${image}      securityContext:\n        privileged: true\n`),
    manifest('root', /user-group-id/, `${image}      securityContext:\n        runAsUser: 0\n        runAsGroup: 0\n`),
    manifest('writable', /readonly/, `${image}      securityContext:\n        readOnlyRootFilesystem: false\n`),
    manifest('limits', /container-resources/, image),
    manifest('latest', /image-tag/, '      image: example.com/a:latest\n'),
    manifest('pull', /image-pull-policy/, `${image}      imagePullPolicy: IfNotPresent\n`),
    manifest('network', /networkpolicy/, image),
    manifest('ephemeral', /ephemeral-storage/, image),
  ];
}

function container(kind: string, rule: RegExp, text: string): Planted {
  const file = `images/${kind}/Dockerfile`;
  return { kind: `container ${kind}`, file, rule, files: { [file]: text } };
}

function containers(): readonly Planted[] {
  const from = 'FROM debian:12.5\n';
  return [
    container('root', /DL3002/, `${from}USER root\n`),
    container('latest', /DL3007/, 'FROM debian:latest\n'),
    container('untagged', /DL3006/, 'FROM debian\n'),
    container('sudo', /DL3004/, `${from}RUN sudo true\n`),
    container('fetched', /DL3020/, `${from}ADD a.txt /a.txt\n`),
    container('pipe', /DL4006/, `${from}RUN wget -O - https://example.com | sh\n`),
  ];
}

function script(kind: string, rule: RegExp, body: string): Planted {
  const file = `scripts/${kind}.sh`;
  return { kind: `script ${kind}`, file, rule, files: { [file]: `#!/bin/bash\n${body}\n` } };
}

function scripts(): readonly Planted[] {
  return [
    script('unquoted', /SC2086/, 'rm -rf $1/tmp'),
    script('home', /SC2115/, 'rm -rf "$1/"*'),
    script('cd', /SC2164/, 'cd /tmp/x\nrm -rf y'),
    script('loop', /SC2045|SC2012/, 'for f in $(ls *.txt); do echo "$f"; done'),
    script('trap', /SC2064/, 'trap "rm $1" EXIT'),
    script('eval', /SC2294|SC2086|SC2068/, 'eval $@'),
  ];
}

function javaScript(kind: string, rule: RegExp, text: string, ending = 'js'): Planted {
  const file = `javascript/${kind}.${ending}`;
  return { kind: `javascript ${kind}`, file, rule, files: { [file]: `${text}\n` } };
}

function javaScripts(): readonly Planted[] {
  return [
    javaScript('eval', /detect-eval/, 'eval(process.argv[2]);'),
    javaScript('typed-eval', /detect-eval/, 'export const f = (a: { b: string }): unknown => eval(a.b);', 'ts'),
    javaScript('command', /detect-child-process/, "require('node:child_process').exec('ls ' + process.argv[2]);"),
    javaScript('pattern', /detect-unsafe-regex/, 'module.exports = /^(a+)+$/;'),
    javaScript('buffer', /detect-new-buffer/, 'module.exports = (a) => new Buffer(a);'),
    javaScript('random', /detect-pseudoRandomBytes/, "module.exports = require('node:crypto').pseudoRandomBytes(8);"),
  ];
}

/** Symbols of a module that a planted database calls vulnerable, and whether the planted code calls them. */
export const VULNERABLE = [
  ['GO-2026-9001', 'New', true],
  ['GO-2026-9002', 'NewString', true],
  ['GO-2026-9003', 'NewDCEGroup', false],
  ['GO-2026-9004', 'NodeInterface', false],
] as const;

function modules(): readonly Planted[] {
  const files = {
    'go/uuid/main.go':
      'package main\n\nimport "github.com/google/uuid"\n\nfunc main() {\n\tprintln(uuid.New().String())\n\tprintln(uuid.NewString())\n}\n',
  };
  return VULNERABLE.map(([id, , called]) => ({
    kind: `module ${id} ${called ? 'called' : 'present'}`,
    rule: new RegExp(id),
    file: called ? 'go/uuid/main.go' : 'go/go.mod',
    files,
  }));
}

/** The Go module that all Go files belong to. */
export const GO_MODULE = {
  'go/go.mod': 'module planted\n\ngo 1.22\n\nrequire github.com/google/uuid v1.6.0\n',
  'go/go.sum':
    'github.com/google/uuid v1.6.0 h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=\ngithub.com/google/uuid v1.6.0/go.mod h1:TIyPZe4MgqvfeYDBFedMoGGpEw/LqOeaOT+nhxU+yHo=\n',
};

/** A database of Go vulnerabilities, as vuln.go.dev serves it. */
export function vulnerabilityDatabase(): Readonly<Record<string, string>> {
  const vulns = VULNERABLE.map(([id]) => ({ id, modified: '2026-01-01T00:00:00Z', fixed: '9.9.9' }));
  const entry = ([id, symbol]: (typeof VULNERABLE)[number]): string =>
    JSON.stringify({
      ...{ schema_version: '1.3.1', id, modified: '2026-01-01T00:00:00Z', published: '2026-01-01T00:00:00Z' },
      aliases: [`CVE-${id.slice(3)}`],
      summary: `planted in ${symbol}`,
      affected: [
        {
          package: { name: 'github.com/google/uuid', ecosystem: 'Go' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '9.9.9' }] }],
          ecosystem_specific: { imports: [{ path: 'github.com/google/uuid', symbols: [symbol] }] },
        },
      ],
    });
  return {
    'index/db.json': '{"modified":"2026-01-01T00:00:00Z"}',
    'index/modules.json': JSON.stringify([{ path: 'github.com/google/uuid', vulns }]),
    'index/vulns.json': JSON.stringify(vulns.map(({ id, modified }) => ({ id, modified, aliases: [] }))),
    ...Object.fromEntries(VULNERABLE.map((one) => [`ID/${one[0]}.json`, entry(one)])),
  };
}

/** Vulnerable packages of npm, and one that was made to do harm. */
function packages(): readonly Planted[] {
  const files = Object.fromEntries(
    Object.entries(
      npmProject({
        lodash: { version: '4.17.20', license: 'MIT' },
        minimist: { version: '1.2.5', license: 'MIT' },
        'node-fetch': { version: '2.6.6', license: 'MIT' },
        'evil-package': { version: '1.0.0', license: 'MIT' },
      }),
    ).map(([name, text]) => [`npm/${name}`, text]),
  );
  const rules = {
    lodash: /GHSA-35jh-r3h4-6jhm/,
    minimist: /GHSA-xvch-5gv4-984h/,
    'node-fetch': /GHSA-r683-j2x4-v87g/,
    evil: /MAL-/,
  };
  return Object.entries(rules).map(([name, rule]) => ({
    kind: `package ${name}`,
    rule,
    file: 'npm/package-lock.json',
    files,
  }));
}

/** Licences that the policy of the corpus (`LICENCE_POLICY`) does not let pass; in a bill of materials too. */
function licences(): readonly Planted[] {
  const project = npmProject({
    'strong-copyleft': { version: '1.0.0', license: 'AGPL-3.0-only' },
    'own-terms': { version: '1.0.0', license: 'SEE LICENSE IN EULA.txt' },
    fine: { version: '1.0.0', license: '(MIT OR GPL-3.0-only)' },
  });
  const files = Object.fromEntries(Object.entries(project).map(([name, text]) => [`licences/${name}`, text]));
  return [
    { kind: 'licence denied', rule: /licence-denied/, file: 'licences/package-lock.json', files },
    { kind: 'licence unknown', rule: /licence-unknown/, file: 'licences/package-lock.json', files },
    {
      kind: 'licence in a bill of materials',
      rule: /licence-not-allowed/,
      file: BILL,
      files: {
        [BILL]: JSON.stringify({
          ...{ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 },
          components: [{ type: 'library', name: 'gpl', version: '1', licenses: [{ license: { id: 'GPL-3.0-only' } }] }],
        }),
      },
    },
  ];
}

/** Names of files that a scan of the corpus is given. */
export const BILL = 'licences/sbom.cdx.json';
export const LOG = 'sarif/other.sarif';
export const LICENCE_POLICY = { allow: ['MIT', 'Apache-2.0', 'BSD-3-Clause'], deny: ['AGPL-3.0-only'] };

function object(kind: string, text: string): Planted {
  const file = `objects/${kind}.yaml`;
  return { kind: `object ${kind}`, file, rule: /invalid-object/, files: { [file]: text } };
}

/** Objects that the API server would refuse. No workloads: kube-score stops at the first that it cannot read. */
function objects(): readonly Planted[] {
  const head = (kind: string, name: string, version = 'v1'): string =>
    `apiVersion: ${version}\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;
  const path = 'path: /\n            backend: {service: {name: a, port: {number: 80}}}\n';
  return [
    object('port', `${head('Service', 'port')}spec:\n  ports:\n    - port: eighty\n`),
    object('field', `${head('Service', 'field')}spec:\n  selectors: {app: a}\n  ports:\n    - port: 80\n`),
    object('number', `${head('ConfigMap', 'number')}data:\n  a: 1\n`),
    object(
      'lacking',
      `${head('Ingress', 'lacking', 'networking.k8s.io/v1')}spec:\n  rules:\n    - http:\n        paths:\n          - ${path}`,
    ),
  ];
}

/** What a scanner that nobody here knows says of two files. */
function logged(): readonly Planted[] {
  const result = (file: string, ruleId: string): object => ({
    ...{ ruleId, level: 'error', message: { text: ruleId } },
    locations: [{ physicalLocation: { artifactLocation: { uri: file }, region: { startLine: 1 } } }],
  });
  const files = { 'sarif/query.js': 'query("a" + b)\n', 'sarif/page.js': 'element.innerHTML = a\n' };
  const log = {
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'other' } },
        results: [result('sarif/query.js', 'sql-injection'), result('sarif/page.js', 'cross-site-scripting')],
      },
    ],
  };
  return [
    {
      kind: 'log query',
      rule: /sql-injection/,
      file: 'sarif/query.js',
      files: { ...files, [LOG]: JSON.stringify(log) },
    },
    { kind: 'log page', rule: /cross-site-scripting/, file: 'sarif/page.js', files },
  ];
}

/** All of them. What is planted was written down before any scanner was asked. */
export function plantedProblems(): readonly Planted[] {
  return [
    ...[...secrets(), ...workflows(), ...goCode(), ...manifests(), ...containers(), ...scripts(), ...modules()],
    ...[...packages(), ...licences(), ...objects(), ...logged(), ...javaScripts()],
  ];
}
