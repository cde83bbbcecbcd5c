import { expect, test } from 'vitest';
import { buildxArgv } from '../../../src/build/oci/buildx.ts';
import { dockerfileProblems, userProblems } from '../../../src/build/oci/dockerfile.ts';
import { SETTINGS } from '../../support/image-build.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const wrong = (text: string) =>
  dockerfileProblems(text, 'api/Dockerfile').map(({ where, found }) => `${where} ${found}`);

test('images to stand on, and to copy from, are named by their digest; stages and nothing are not', () => {
  expect(
    wrong(`# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM debian@${DIGEST} AS Build
# FROM debian
RUN echo FROM debian
FROM scratch
COPY --from=build --chown=1:1 /a /a
COPY --from=0 /a /b
COPY --from=registry.example.com/tools@${DIGEST} /t /t
ADD $TARGETPLATFORM/shop /shop
`),
  ).toEqual([]);
  expect(
    wrong(`from debian:12
RUN true && \\
  # a comment inside
  COPY --from=debian
FROM \\
  \${BASE}
copy --link --from=tools:1 /t /t
`),
  ).toEqual(['api/Dockerfile:1 debian:12', 'api/Dockerfile:5 ${BASE}', 'api/Dockerfile:7 tools:1']);
  // A stage is known only after it.
  expect(wrong(`FROM late\nFROM scratch AS late`)).toEqual(['api/Dockerfile:1 late']);
});

test('an image runs as the number of somebody who is not root', () => {
  const judged = (user: string) => userProblems([{ platform: 'linux/amd64', user }], 'Dockerfile').length;
  expect(['65532', '65532:65532', '1'].map(judged)).toEqual([0, 0, 0]);
  expect(['', 'root', '0', '0:65532', 'nonroot', '1:nonroot', '-1'].map(judged)).toEqual([1, 1, 1, 1, 1, 1, 1]);
});

test('the command line holds the time of the commit, sorted labels, and no attestation of others', () => {
  const settings = { ...SETTINGS, labels: { 'a.b': 'x y' } };
  const build = {
    ...{ component: 'hello', version: '1.2.3', commit: 'c'.repeat(40), settings },
    parts: { kind: 'go', binary: 'hello', programs: [] },
  } as const;
  const argv = buildxArgv(
    build,
    { dockerfile: '/src/Dockerfile', builder: 'remote' },
    { created: 1_700_000_000, context: '/out/context', to: '/out,1/image' },
  );
  expect(argv.slice(0, 5)).toEqual(['docker', 'buildx', 'build', '--builder', 'remote']);
  expect(argv).toContain('SOURCE_DATE_EPOCH=1700000000');
  expect(argv.filter((_, at) => argv[at - 1] === '--label')).toEqual([
    'a.b=x y',
    'org.opencontainers.image.created=2023-11-14T22:13:20Z',
    `org.opencontainers.image.revision=${'c'.repeat(40)}`,
    'org.opencontainers.image.title=hello',
    'org.opencontainers.image.version=1.2.3',
  ]);
  expect(argv.slice(-3)).toEqual([
    '--output',
    'type=oci,tar=false,rewrite-timestamp=true,"dest=/out,1/image"',
    '/out/context',
  ]);
  expect(argv).toEqual(expect.arrayContaining(['--provenance=false', '--sbom=false']));
});
