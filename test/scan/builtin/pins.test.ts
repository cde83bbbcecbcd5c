import { describe, expect, test } from 'vitest';
import { readContainerFile } from '../../../src/scan/builtin/container.ts';
import { pipesToShell } from '../../../src/scan/builtin/downloads.ts';
import { pins } from '../../../src/scan/builtin/pins.ts';
import { given } from '../../support/scan-tree.ts';

describe('what is fetched and run at once', () => {
  test.each([
    'curl https://a.example/x | sh',
    'curl -fsSL https://a.example/x | sudo bash -s -- --yes',
    'wget -qO- https://a.example/x | sudo -E bash -',
    'if ! curl -s https://a.example/x | /bin/sh; then exit 1; fi',
    'set -e; curl https://a.example/x | python3',
    'curl https://a.example/x | tee log | bash',
    'bash <(curl -s https://a.example/x)',
    'sh -c "$(curl -fsSL https://a.example/x)"',
    'eval "$(wget -qO- https://a.example/x)"',
    'source <(curl -s https://a.example/x)',
    'X=1 curl https://a.example/x | env A=b bash',
    'iwr -useb https://a.example/x | iex',
    'curl https://a.example/x | sh 2>&1',
    'curl https://a.example/x | python3 -',
  ])('%s', (line) => {
    expect(pipesToShell(line)).toBe(true);
  });

  test.each([
    'curl https://a.example/x | jq .name',
    'curl https://a.example/x -o x && sh x',
    'cat x | sh',
    'echo "curl https://a.example/x | sh"',
    'curl https://a.example/x | sh-lint',
    'curl https://a.example/x | python3 -m json.tool',
    'curl https://a.example/x | grep bash',
    "curl https://a.example/x | sh -c 'cat > x'",
    'curl https://a.example/x || bash fallback.sh',
    'curl https://a.example/x | tar -x',
    'printf "%s" "$(curl https://a.example/x)"',
  ])('not %s', (line) => {
    expect(pipesToShell(line)).toBe(false);
  });
});

const DIGEST = `@sha256:${'a'.repeat(64)}`;

describe('container files', () => {
  test.each([
    ['a tag', 'FROM debian:12', ['image-not-pinned low debian:12']],
    ['nothing', 'FROM debian', ['image-not-pinned medium debian']],
    ['latest', 'FROM debian:latest', ['image-not-pinned medium debian:latest']],
    ['a port is no tag', 'FROM registry.example.com:5000/a', ['image-not-pinned medium registry.example.com:5000/a']],
    ['a digest', `FROM debian:12${DIGEST}`, []],
    ['scratch', 'FROM scratch', []],
    [
      'an earlier stage',
      `FROM --platform=linux/amd64 go${DIGEST} AS Build\nFROM build\nCOPY --from=build /a /a\nCOPY --from=0 /a /a`,
      [],
    ],
    ['an argument with its default', 'ARG BASE=debian:12\nFROM ${BASE}', ['image-not-pinned low debian:12']],
    ['an argument without', 'ARG BASE\nFROM $BASE', []],
    [
      'an image to copy from',
      `FROM scratch\nCOPY --from=busybox:1 /bin/sh /bin/sh`,
      ['image-not-pinned low busybox:1'],
    ],
    ['a download', 'FROM scratch\nADD https://a.example/x.tar.gz /', ['download-unchecked medium ']],
    [
      'a download with its sum',
      `FROM scratch\nADD --checksum=sha256:${'a'.repeat(64)} https://a.example/x.tar.gz /`,
      [],
    ],
  ])('%s', (_, text, expected) => {
    const { findings } = readContainerFile('Dockerfile', text);
    const said = findings.map(({ rule, severity, message }) => {
      const image = rule === 'image-not-pinned' ? message.split(' ')[0] : '';
      return `${rule} ${severity} ${image}`;
    });
    expect(said).toEqual(expected);
  });

  test('lines that a backslash joins count from their first', () => {
    const { commands } = readContainerFile(
      'Dockerfile',
      'FROM scratch\nRUN apt-get update && \\\n    # a comment\n    curl https://a.example/x | sh\n',
    );
    expect(commands).toEqual([
      { file: 'Dockerfile', line: 2, text: 'apt-get update && curl https://a.example/x | sh' },
    ]);
    expect(pipesToShell(commands[0]?.text ?? '')).toBe(true);
  });
});

test('each kind of file is looked at, and its line named', async () => {
  const found = await pins.look(
    given({
      'get.sh': '#!/bin/sh\n# curl https://a.example/x | sh\ncurl http://a.example/x | sh\n',
      Makefile: 'all:\n\t@curl https://a.example/x | sh\n',
      Dockerfile: `FROM debian${DIGEST}\nRUN wget --no-check-certificate https://a.example/x\n`,
      'package.json': '{\n  "scripts": {\n    "prepare": "npx --yes tool"\n  }\n}\n',
      '.github/workflows/ci.yml':
        'on: push\njobs:\n  a:\n    steps:\n      - run: npm install\n      - run: |\n          set -e\n          go install example.com/tool@latest\n',
      'action.yml': 'runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: export GOSUMDB=off\n',
      'README.md': 'curl https://a.example/x | sh\n',
    }),
  );
  expect(
    (found ?? [])
      .map(({ file, line, rule, severity, subject }) => `${file}:${line} ${rule} ${severity} ${subject}`)
      .toSorted(),
  ).toEqual([
    '.github/workflows/ci.yml:5 npm-install-in-pipeline low workflows',
    '.github/workflows/ci.yml:8 unpinned-install low workflows',
    'Dockerfile:2 tls-off medium containers',
    'Makefile:2 pipe-to-shell medium scripts',
    'action.yml:5 go-sums-off medium workflows',
    'get.sh:3 pipe-to-shell high scripts',
    'package.json:3 unpinned-install low scripts',
  ]);
});

test('a download is fine where its checksum is compared, or where nothing is run of it', async () => {
  const look = async (body: string): Promise<readonly string[]> =>
    ((await pins.look(given({ 'get.sh': `#!/bin/sh\n${body}\n` }))) ?? []).map(({ rule }) => rule);
  const fetch = 'curl -fsSLo x.tar.gz https://a.example/x.tar.gz';
  expect(await look(`${fetch}\ntar xzf x.tar.gz`)).toEqual(['download-unchecked']);
  expect(await look(`${fetch}\necho "abc  x.tar.gz" | sha256sum --check\ntar xzf x.tar.gz`)).toEqual([]);
  expect(await look('curl -fsS https://a.example/health > answer.json')).toEqual([]);
});

test('tools by a version are pinned', async () => {
  const steps = [
    'npx --yes tool@1.2.3 build',
    'npm install --global @a/tool@2.0.0',
    'go install example.com/tool@v1.2.3',
    'npm ci',
    'npm run install-all',
    'npx vite build',
    'curl -sSfL https://a.example/health',
    'echo go install example.com/tool@latest',
  ];
  const text = `on: push\njobs:\n  a:\n    steps:\n${steps.map((step) => `      - run: ${step}\n`).join('')}`;
  expect(await pins.look(given({ '.github/workflows/ci.yml': text }))).toEqual([]);
});

test.each([
  ['a line of one word again and again', 'irm '.repeat(100_000)],
  ['many commands', 'chmod a\n'.repeat(50_000)],
  ['a flag without end', `curl -${'k'.repeat(100_000)}! `],
  ['assignments without end', `sh $(${'A=1 '.repeat(50_000)}`],
  ['a command that goes on and on', 'curl \\\n'.repeat(50_000)],
])('hostile text takes no longer than other text: %s', async (_, text) => {
  const begun = performance.now();
  await pins.look(given({ 'get.sh': `#!/bin/sh\n${text}\n` }));
  expect(performance.now() - begun).toBeLessThan(10_000);
});
