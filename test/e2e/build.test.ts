import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { command, type Ran } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { goPlatform } from '../../src/build/go/platforms.ts';
import { fileDigest } from '../../src/procedure/machine/digest.ts';

/** `shiplock build` on a service of a small Go program and some files, with the Go of this machine. */

const HERE = goPlatform(process.platform, process.arch);
const OTHER = HERE === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'e2e-build-'));
  write('.gitignore', '.shiplock/\n');
  write('api/go.mod', 'module shop\n\ngo 1.26\n');
  write('api/main.go', 'package main\n\nvar version, commit string\n\nfunc main() { println(version, commit) }\n');
  write('api/main_test.go', 'package main\n\nimport "testing"\n\nfunc TestMain1(t *testing.T) { main() }\n');
  write('www/index.html', '<!doctype html>\n');
  write('www/make.sh', 'mkdir -p out\ncp index.html out/\n');
  write('www/.gitignore', 'out/\n');
  // What is deployed here does not stand first.
  configure(api([OTHER, HERE]), WWW);
  execFileSync('git', ['init', '-q', dir]);
  commit();
  execFileSync('git', ['-C', dir, 'tag', 'v1.0.0']);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), text);
}

const api = (platforms: readonly string[]): string => `  api:
    kind: go
    source: api
    binary: shop
    command: [./shop]
    ready: /readyz
    platforms: [${platforms.join(', ')}]
    test: { race: never }
`;
const WWW = `  www:
    kind: static
    source: www
    build: [sh, make.sh]
    output: out
`;

function configure(...components: readonly string[]): void {
  write(
    'shiplock.yaml',
    `apiVersion: shiplock/v1
service: shop
components:
${components.join('')}environments:
  production:
    platform:
      kind: local
      root: .shiplock/host
    traffic:
      kind: haproxy
      directory: .shiplock/haproxy
      bind: 127.0.0.1:8080
    rollout:
      steps:
        - share: 10%
          bake: 1m
`,
  );
}

function commit(): void {
  const identity = ['-c', 'user.name=E2E', '-c', 'user.email=e2e@localhost'];
  execFileSync('git', ['-C', dir, 'add', '-A']);
  execFileSync('git', ['-C', dir, ...identity, 'commit', '-q', '-m', 'a change']);
}

function shiplock(...args: readonly string[]): Promise<Ran> {
  return command([process.execPath, PROGRAM, ...args], { cwd: dir, env: { ...process.env, NODE_NO_WARNINGS: '1' } });
}

const artefact = z.object({ platform: z.string(), digest: z.string(), path: z.string() });
const answer = z.object({
  outcome: z.string(),
  made: z.record(
    z.string(),
    z.object({
      digest: z.string(),
      platforms: z.array(artefact).exactOptional(),
      report: z.object({ tests: z.object({ passed: z.number(), covered: z.number() }) }).exactOptional(),
    }),
  ),
});

test('every platform is an artefact, the one of this machine is what a release takes, and the tests are told', async () => {
  const ran = await shiplock('build', 'production', '--json');
  expect(ran.code, ran.stderr + ran.stdout).toBe(0);
  const { made } = answer.parse(JSON.parse(ran.stdout));
  const platforms = made['api']?.platforms ?? [];
  expect(platforms.map(({ platform }) => platform)).toEqual([HERE, OTHER]);
  for (const { path, digest } of platforms) expect(await fileDigest(path)).toBe(digest);
  expect(made['api']?.digest).toBe(platforms[0]?.digest);
  expect(made['api']?.report).toEqual({ tests: { passed: 1, covered: 1 } });
  const plan = await shiplock('plan', 'production', '--json');
  expect(plan.code, plan.stderr).toBe(0);
  for (const { digest } of platforms) expect(plan.stdout).toContain(digest);
  const text = await shiplock('build', 'production');
  expect(text.stdout).toContain(`api (${OTHER}): ${platforms[1]?.digest}\n`);
  expect(text.stdout).toContain('api: 1 tests passed, without the race detector (the configuration says so)');
});

test('what gives the same bytes again is told', async () => {
  // Nothing listens there: an image is compared and not pushed.
  const image = '    image: { repository: 127.0.0.1:9/shop/api }\n';
  configure(`${api([HERE])}${image}`, WWW);
  commit();
  const same = await shiplock('build', 'production', '--reproduce');
  expect(same.code, same.stderr + same.stdout).toBe(0);
  expect(same.stdout).toContain('was built twice, at two places: the same bytes.');
  expect(same.stdout).toContain(`api (${HERE}): the same, sha256:`);
  expect(same.stdout).toContain('api/image (any): the same, sha256:');
  expect(same.stdout).toContain('www (any): the same, sha256:');
  const dirty = await shiplock('build', 'production', '--reproduce', '--allow-dirty');
  expect(dirty.code).toBe(2);
});

test('what does not is named by the first file that differs', async () => {
  configure(`${WWW}    serve: { command: [sh, serve.sh] }\n`);
  write('www/make.sh', 'mkdir -p out/a\ncp index.html out/\npwd > out/a/where.txt\n');
  commit();
  const differs = await shiplock('build', 'production', '--reproduce', '--json');
  expect(differs.code, differs.stdout + differs.stderr).toBe(1);
  expect(JSON.parse(differs.stdout)).toMatchObject({
    problems: [
      {
        code: 'release.not-reproducible',
        where: 'components.www (any)',
        found: expect.stringMatching(/built anew: a\/where\.txt: other bytes from byte \d+ on; \d+ and \d+ bytes$/),
      },
    ],
  });
});
