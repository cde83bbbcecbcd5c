import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { cacheDir, makeOnce } from '../../scripts/cache.ts';
import { toolPath } from '../../scripts/tool.ts';
import { runCli } from '../../src/cli/main.ts';
import { p256, pem } from '../build/attest/sample.ts';
import { put, repository } from '../support/image-build.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { terminal } from '../support/terminal.ts';

/** A service for a cluster, built with the command: its image in a registry, and the bill of materials of the release. */

let dir = '';
let commit = '';
let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry();
  dir = mkdtempSync(join(tmpdir(), 'shiplock-sbom-'));
  // Nothing of the standard library is in it: another platform is compiled in seconds.
  commit = repository(dir, 'package main\n\nfunc main() { println("hello") }\n');
  put(dir, '.gitignore', '.shiplock/\nbin/\ndist/\nnode_modules/\n');
  put(dir, 'www/package.json', '{"name":"www","version":"1.0.0","private":true}');
  put(dir, 'www/package-lock.json', JSON.stringify(LOCK));
  put(dir, 'www/build.sh', 'mkdir -p dist && echo "<p>" > dist/index.html\n');
});
afterAll(async () => {
  await registry.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Pods of an image of ours, or processes and files on this machine. */
function configuration(where: 'production' | 'development', more: object = {}): string {
  const api = {
    ...{ kind: 'go', source: '.', binary: 'hello', command: ['./hello'], ready: '/readyz' },
    platforms: ['linux/amd64', 'linux/arm64'],
    image: {
      repository: `${registry.address}/shop/hello`,
      registry: `http://${registry.address}`,
      labels: { 'org.opencontainers.image.source': 'https://example.com/{service}' },
    },
  };
  const www = { kind: 'static', source: 'www', build: ['sh', 'build.sh'], output: 'dist' };
  const rollout = { steps: [{ share: '25%', bake: '5m' }] };
  const cluster = {
    platform: { kind: 'kubernetes', namespace: 'shop', rollout: 'hello', container: 'api', application: 'shop' },
    traffic: { kind: 'argo-rollouts', entry: 'http://127.0.0.1:9' },
    metrics: { prometheus: { url: 'http://127.0.0.1:9', queries: [{ metric: 'errors', requests: 'a', bad: 'b' }] } },
    gitops: { repository: './gitops', file: 'app/kustomization.yaml', path: 'images.0.digest', names: 'digest' },
    rollout,
  };
  const files = { component: 'www', service: ['/api'] };
  const host = {
    platform: { kind: 'local', root: '.shiplock/development', ports: '20000-20099' },
    traffic: { kind: 'haproxy', directory: '.shiplock/haproxy', bind: '127.0.0.1:8080', files },
    rollout,
  };
  return stringify({
    apiVersion: 'shiplock/v1',
    service: 'hello',
    components: where === 'production' ? { api } : { api, www },
    environments: { [where]: where === 'production' ? cluster : host },
    ...more,
  });
}

const LOCK = {
  name: 'www',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: { '': { name: 'www', version: '1.0.0' } },
};

const key = p256();
const pemOf = (one: typeof key): string => one.export({ type: 'pkcs8', format: 'pem' }).toString();

async function cli(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const io = terminal({
    cwd: dir,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      SHIPLOCK_WHO: 'ann',
      SIGNING_KEY: pemOf(key),
    },
  });
  const code = await runCli(args, io);
  return { code, out: io.written.out, err: io.written.err };
}

/** The schemas that CycloneDX publishes, as its own library brings them. Only they are wanted, none of what the package depends on. */
const PACKAGE = '@cyclonedx/cyclonedx-library@9.4.1';
const SHA512 = 'fY/ZEFXEKM4X/eC2vClPrpucgb4IsyKYT1q9SBFx2+ySJ0jA2NELIf1va+8SDlcv6yUgwyLqtJ92g2KivQp3eA==';

async function cyclonedxCheck(): Promise<ValidateFunction> {
  const at = await makeOnce({
    target: cacheDir('test-schemas', 'cyclonedx-library-9.4.1'),
    script: `mkdir -p "$1" && cd "$1" && npm pack --silent --ignore-scripts "$2" > name &&
test "$(openssl dgst -sha512 -binary "$(cat name)" | openssl base64 -A)" = "$3" && tar -xzf "$(cat name)" package/res/schema && rm "$(cat name)" name`,
    args: [PACKAGE, SHA512],
  });
  const read = (name: string): object =>
    z
      .record(z.string(), z.unknown())
      .parse(JSON.parse(readFileSync(join(at, 'package', 'res', 'schema', name), 'utf8')));
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}`);
  return ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'));
}

test('pods of an image: the command builds it for two platforms, pushes it, and says what is in it', async () => {
  put(dir, 'shiplock.yaml', configuration('production'));
  const built = await cli('build', 'production', '--release', '1.2.3', '--allow-dirty', '--json');
  expect(built).toMatchObject({ code: 0 });
  const crane = await toolPath('crane');
  const digest = execFileSync(crane, ['digest', `${registry.address}/shop/hello:1.2.3`], { encoding: 'utf8' }).trim();
  execFileSync(crane, ['validate', '--remote', `${registry.address}/shop/hello:1.2.3`]);

  const [only = '', ...others] = readdirSync(join(dir, '.shiplock', 'state', 'sboms'));
  expect(others).toEqual([]);
  const [cyclonedx, spdx] = ['sbom.cdx.json', 'sbom.spdx.json'].map((name) =>
    readFileSync(join(dir, '.shiplock', 'state', 'sboms', only, name), 'utf8'),
  );
  expect(
    createHash('sha256')
      .update(cyclonedx ?? '')
      .digest('hex'),
  ).toBe(only);
  expect(cyclonedx).toContain(
    createHash('sha256')
      .update(spdx ?? '')
      .digest('hex'),
  );
  const check = await cyclonedxCheck();
  expect(check(JSON.parse(cyclonedx ?? '')) ? [] : check.errors).toEqual([]);
  // That the check can fail at all.
  expect(check({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ name: 'x' }] })).toBe(false);
  const { components } = z
    .object({ components: z.array(z.looseObject({ name: z.string(), purl: z.string().optional() })) })
    .parse(JSON.parse(cyclonedx ?? ''));
  expect(components.map(({ name }) => name)).toEqual(['api', 'api linux/arm64', 'api/image', 'stdlib']);
  expect(components[2]?.purl).toContain(encodeURIComponent(digest));
  expect(cyclonedx).toContain(commit);

  const again = await cli('build', 'production', '--release', '1.2.3', '--allow-dirty', '--json');
  expect(again.code).toBe(0);
  expect(readdirSync(join(dir, '.shiplock', 'state', 'sboms'))).toEqual([only]);
});

test('on hosts the program is released, and its image beside it', async () => {
  put(dir, 'shiplock.yaml', configuration('development'));
  const built = await cli('build', 'development', '--release', '1.2.3', '--allow-dirty', '--json');
  expect(built.code).toBe(0);
  const sboms = readdirSync(join(dir, '.shiplock', 'state', 'sboms'));
  expect(sboms.length).toBeGreaterThan(0);
  const check = await cyclonedxCheck();
  const texts = sboms.map((name) =>
    readFileSync(join(dir, '.shiplock', 'state', 'sboms', name, 'sbom.cdx.json'), 'utf8'),
  );
  for (const text of texts) expect(check(JSON.parse(text)) ? [] : check.errors).toEqual([]);
  expect(texts.some((text) => text.includes('index.html'))).toBe(true);
});

const statementSchema = z.object({
  subject: z.array(z.object({ name: z.string(), digest: z.record(z.string(), z.string()) })),
});

test('who signs the release vouches for its image and for its bill of materials', async () => {
  put(dir, 'shiplock.yaml', configuration('development', { signing: { key: { secret: 'env:SIGNING_KEY' } } }));
  put(dir, '.shiplock/builder.pub', pem(key));
  const out = join(dir, '.shiplock', 'signed');
  mkdirSync(out);
  const signed = await cli('attest', 'development', '--release', '1.2.3', '--allow-dirty', '--output', out, '--json');
  expect(signed, signed.out + signed.err).toMatchObject({ code: 0 });
  const { payload } = z
    .object({ payload: z.string() })
    .parse(JSON.parse(readFileSync(join(out, 'provenance.json'), 'utf8')));
  const { subject } = statementSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')));
  const names = subject.map(({ name }) => name);
  expect(names).toEqual(['release.json', 'api', 'api', 'www', 'api/image', 'sbom.cdx.json']);
  const crane = await toolPath('crane');
  const digest = execFileSync(crane, ['digest', `${registry.address}/shop/hello:1.2.3`], { encoding: 'utf8' }).trim();
  expect(subject.find(({ name }) => name === 'api/image')?.digest).toEqual({ sha256: digest.slice('sha256:'.length) });
  const bill = readFileSync(join(out, 'sbom.cdx.json'), 'utf8');
  expect(subject.at(-1)?.digest).toEqual({ sha256: createHash('sha256').update(bill).digest('hex') });

  const verify = () => cli('verify', '--files', out, '--key', join(dir, '.shiplock', 'builder.pub'), '--json');
  const good = await verify();
  expect(good.code, good.out).toBe(0);
  expect(JSON.parse(good.out)).toMatchObject({ compared: ['sbom.cdx.json'], problems: [] });
  chmodSync(join(out, 'sbom.cdx.json'), 0o644);
  writeFileSync(join(out, 'sbom.cdx.json'), bill.replace('stdlib', 'nothing'));
  const bad = await verify();
  expect(bad.code).toBe(5);
  expect(bad.out).toContain('release.artefact-differs');
});

test('nothing is released by a name that means another image', async () => {
  put(dir, 'shiplock.yaml', configuration('production'));
  put(dir, 'main.go', `${readFileSync(join(dir, 'main.go'), 'utf8')}\nvar other = 1\n`);
  const built = await cli('build', 'production', '--release', '1.2.3', '--allow-dirty');
  expect(built.code).toBe(1);
  expect(built.out + built.err).toContain('build.tag-taken');
});
