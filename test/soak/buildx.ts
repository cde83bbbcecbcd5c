import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childProgram } from '../../scripts/testing/children.ts';
import { toolPath } from '../../scripts/tool.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { startBuildx } from '../support/buildx.ts';
import { build, imageBuild, program, repository, SETTINGS } from '../support/image-build.ts';
import { startRegistry } from '../support/registry.ts';

/**
 * Images made by a Dockerfile, with the real buildx (Debian's suite sid) and the real BuildKit as a builder of its own, without a Docker engine: built
 * twice from other paths, under other umasks, with nothing kept in between, the same digest; pushed, and found whole by another implementation (crane);
 * an image of root and one on a tag are refused; killed builds are built again. Needs root, runc, docker's command line and a mirror of Debian.
 *   [KILLS]   how often a build is killed (default 5)
 * Exit codes: 0 everything as it should be · 1 otherwise
 */

const kills = Number(process.argv[2] ?? 5);
let wrong = 0;
const expect = (what: string, isSo: boolean, more = ''): void => {
  console.log(`${isSo ? 'ok   ' : 'WRONG'} ${what}${isSo ? '' : `: ${more}`}`);
  if (!isSo) wrong += 1;
};

const dir = mkdtempSync(join(tmpdir(), 'soak-buildx-'));
const crane = await toolPath('crane');
const buildx = await startBuildx(dir);
Object.assign(process.env, buildx.env);
const registry = await startRegistry();

/** A checkout with its program and a Dockerfile. */
function checkout(name: string, dockerfile: string) {
  const at = join(dir, name);
  const commit = repository(at);
  writeFileSync(join(at, 'Dockerfile'), dockerfile);
  return { at, commit, path: program(at) };
}

function image({ at, commit, path }: ReturnType<typeof checkout>, repositoryName: string, tag = '1.2.3') {
  return imageBuild({
    dir: at,
    commit,
    program: path,
    settings: {
      ...{
        ...SETTINGS,
        tag,
        registry: `http://${registry.address}`,
        repository: `${registry.address}/shop/${repositoryName}`,
      },
      buildx: { dockerfile: join(at, 'Dockerfile'), builder: buildx.builder },
    },
  });
}

async function refusedWith(made: ReturnType<typeof image>): Promise<string> {
  try {
    const { digest } = await build(made);
    return `built as ${digest}`;
  } catch (error) {
    return error instanceof ProblemError ? error.problems.map(({ code }) => code).join() : String(error);
  }
}

const GOOD = `FROM scratch AS run
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/hello /hello
# A layer with files of its own time.
RUN ["/hello", "while it is built"]
FROM scratch
ARG TARGETPLATFORM
COPY --from=run /hello /app/hello
USER 65532:65532
ENTRYPOINT ["/app/hello"]
`;

try {
  const digests = new Set<string>();
  for (const [name, mask] of [
    ['one', 0o022],
    ['two/a, b', 0o077],
  ] as const) {
    const before = process.umask(mask);
    const at = checkout(name, GOOD);
    digests.add((await build(image(at, 'same', name === 'one' ? '1.2.3' : '1.2.4'))).digest);
    process.umask(before);
    buildx.docker('buildx', 'prune', '--builder', buildx.builder, '--all', '--force');
  }
  const [digest = ''] = digests;
  expect(
    'two builds from other paths, under other umasks, with an empty cache: one digest',
    digests.size === 1,
    [...digests].join(' '),
  );
  const place = `${registry.address}/shop/same`;
  expect(
    'the registry has it under both tags',
    ['1.2.3', '1.2.4'].every(
      (tag) => execFileSync(crane, ['digest', `${place}:${tag}`], { encoding: 'utf8' }).trim() === digest,
    ),
  );
  execFileSync(crane, ['validate', '--remote', `${place}@${digest}`], { stdio: 'pipe' });
  const config = execFileSync(crane, ['config', `${place}@${digest}`], { encoding: 'utf8' });
  expect(
    'its time is that of the commit, its user and labels are there',
    /"created":"2023-11-14T22:13:20Z"/.test(config) &&
      config.includes('65532:65532') &&
      config.includes('org.opencontainers.image.revision'),
    config,
  );

  expect(
    'an image of root is refused',
    (await refusedWith(image(checkout('root', GOOD.replace('USER 65532:65532\n', '')), 'root'))) === 'build.image-user',
  );
  expect(
    'nothing of it was pushed',
    !execFileSync(crane, ['catalog', registry.address], { encoding: 'utf8' }).includes('shop/root'),
  );
  const tagged = await refusedWith(
    image(checkout('tag', GOOD.replace('FROM scratch\n', `FROM ${place}:1.2.3\n`)), 'tag'),
  );
  expect('an image on a tag is refused', tagged === 'build.image-by-tag', tagged);
  const onDigest = await refusedWith(
    image(checkout('digest', GOOD.replace('FROM scratch\n', `FROM ${place}@${digest}\n`)), 'digest'),
  );
  expect('an image on a digest is built', onDigest.startsWith('built as sha256:'), onDigest);

  const at = checkout('kills', GOOD);
  let killed = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    const child = spawn(
      process.execPath,
      [
        childProgram('buildx'),
        JSON.stringify({
          ...at,
          repository: `${registry.address}/shop/kills`,
          registry: `http://${registry.address}`,
          builder: buildx.builder,
        }),
      ],
      { stdio: 'ignore' },
    );
    const timer = setTimeout(() => child.kill('SIGKILL'), 300 * kill);
    const [code] = await once(child, 'exit');
    clearTimeout(timer);
    if (code === null) killed += 1;
  }
  const after = await refusedWith(image(at, 'kills'));
  // Another component of the same program: only the place differs, and that is no part of the image.
  expect(`after ${killed} killed builds the same image`, after === `built as ${digest}`, after);
} finally {
  await registry.stop();
  await buildx.stop();
  rmSync(dir, { recursive: true, force: true });
}
process.exitCode = wrong === 0 ? 0 : 1;
