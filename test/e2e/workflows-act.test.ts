import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { freePort } from '../../scripts/components/ports.ts';
import { command, type Ran, stopUnits } from '../../scripts/lab/lab.ts';
import { openRunner, type Runner } from './support/act.ts';
import { servedVersion } from './support/doors.ts';

/**
 * The quick start, as far as it goes without a forge: a repository with a Go service, the callers that `init` writes, and a runner that takes them
 * from there. Every reusable workflow but `migrate` runs here; that one needs a database (doors-act.test.ts).
 */

const ROOT = join(import.meta.dirname, '../..');
const environments = ['development', 'production'] as const;

let dir: string;
let service: string;
let state: string;
let runner: Runner;
let binds: readonly string[];

const shiplock = (...args: readonly string[]): Promise<Ran> =>
  command([process.execPath, join(ROOT, 'bin/shiplock.js'), ...args], {
    cwd: service,
    env: { ...process.env, SHIPLOCK_WHO: 'lab', GITHUB_SERVER_URL: `file://${runner.server}` },
  });
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', service, '-c', 'user.name=Lab', '-c', 'user.email=lab@localhost', ...args], {
    encoding: 'utf8',
  }).trim();
const read = (file: string): string => readFileSync(join(service, file), 'utf8');
const serves = (index: number): Promise<string> => servedVersion(`http://${binds[index]}`);

async function well(workflow: string, event: string, inputs: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const ran = await runner.run(service, workflow, event, { inputs });
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  return ran;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sw-'));
  service = join(dir, 'shop');
  state = join(dir, 'state');
  runner = await openRunner(dir);
  cpSync(join(ROOT, 'examples/certkeeper/api'), join(service, 'api'), { recursive: true });
  execFileSync('git', ['init', '-q', '-b', 'main', service]);
  git('remote', 'add', 'origin', 'https://github.com/example/shop.git');
  binds = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
});
afterAll(async () => {
  for (const name of environments) await stopUnits(join(dir, 'host', name));
  rmSync(dir, { recursive: true, force: true });
});

test('init writes the configuration and the callers, pinned to the commit of the tag', async () => {
  const commit = await runner.tag('v0.1.0');
  const ran = await shiplock('init', '--yes', '--workflows', `${runner.repository}@v0.1.0`, '--state', state);
  expect(ran.code, ran.stderr).toBe(0);
  expect(globSync('*', { cwd: join(service, '.github/workflows') }).toSorted()).toEqual([
    'shiplock-ci.yml',
    'shiplock-development.yml',
    'shiplock-production.yml',
    'shiplock-rollback.yml',
    'shiplock-scan.yml',
  ]);
  expect(read('.github/workflows/shiplock-development.yml')).toContain(`release.yml@${commit} # v0.1.0`);
  // As quick as it may be, beside others on this machine, and out of the checkout, which a job cleans.
  let text = read('shiplock.yaml');
  for (const [index, bind] of binds.entries()) text = text.replace(`127.0.0.1:${8080 + index}`, bind);
  text = text
    .replaceAll('.shiplock/{environment}', `${dir}/host/{environment}`)
    .replace(/bake: \d+[sm]/g, 'bake: 1s')
    .replaceAll(/finalBake: \w+/g, 'finalBake: 0s')
    .replaceAll(/analysisDeadline: \w+/g, 'analysisDeadline: 1s')
    .replaceAll('lowTraffic: gate', 'lowTraffic: smoke')
    .replaceAll('replicas: 2', 'replicas: 1')
    .replace(/path: \/readyz/g, 'path: /api/v1/ping');
  writeFileSync(join(service, 'shiplock.yaml'), text);
  git('add', '-A');
  git('commit', '-q', '-m', 'one');
  git('tag', 'v1.0.0');
});

test('a push builds and releases', async () => {
  const ran = await well('shiplock-development.yml', 'push');
  expect(ran.stdout).toContain('shop 1.0.0 is the first release of development');
  expect(await serves(0)).toBe('1.0.0');
});

test('a check runs what is written, and fails when it does', async () => {
  const file = '.github/workflows/shiplock-ci.yml';
  const text = read(file);
  expect(text).toContain("go -C ''api'' test ./...");
  // The tests of the API are run elsewhere; and here is no machine of the forge.
  const asking = (tests: string): string =>
    text.replace('ubuntu-24.04', 'self-hosted').replace(/tests: .*$/m, `tests: ${JSON.stringify(tests)}`);
  writeFileSync(join(service, file), asking('echo "tested $(pwd)" && touch "tes ted"'));
  const ran = await well('shiplock-ci.yml', 'push');
  expect(ran.stdout).toContain('shiplock.yaml: valid (development, production)');
  expect(ran.stdout).toMatch(/tested \/\S+/);
  writeFileSync(join(service, file), asking('false || exit 3; echo never'));
  const failed = await runner.run(service, 'shiplock-ci.yml', 'push');
  expect(failed.code).not.toBe(0);
  expect(failed.stdout).not.toContain('never\n');
  const yaml = read('shiplock.yaml');
  writeFileSync(join(service, 'shiplock.yaml'), yaml.replace('apiVersion:', 'apiVersoin:'));
  const invalid = await runner.run(service, 'shiplock-ci.yml', 'push');
  expect(invalid.code).not.toBe(0);
  expect(invalid.stdout).toContain('apiVersoin');
  // A service with a database: its migrations are judged, and the step after that is not reached.
  const { environments, ...rest } = z
    .looseObject({ environments: z.record(z.string(), z.looseObject({})) })
    .parse(parse(yaml));
  const database = { engine: 'mariadb', migrations: 'migrations', dsn: { secret: 'env:DSN' } };
  const withDatabase = Object.entries(environments).map(([name, one]) => [name, { ...one, database }]);
  writeFileSync(join(service, 'shiplock.yaml'), stringify({ ...rest, environments: Object.fromEntries(withDatabase) }));
  mkdirSync(join(service, 'migrations'));
  writeFileSync(
    join(service, 'migrations', '0001_users.sql'),
    'CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY);\n',
  );
  writeFileSync(join(service, 'migrations', '0002_gone.sql'), 'DROP TABLE users;\n');
  writeFileSync(
    join(service, file),
    asking('echo never').replace('runner: self-hosted', 'runner: self-hosted\n      migrations: true'),
  );
  const judged = await runner.run(service, 'shiplock-ci.yml', 'push');
  expect(judged.code, judged.stdout).not.toBe(0);
  expect(judged.stdout).toMatch(/0002_gone\.sql:1:\d+ error D\d+/);
  expect(judged.stdout).not.toContain('never\n');
  rmSync(join(service, 'migrations'), { recursive: true });
  writeFileSync(join(service, 'shiplock.yaml'), yaml);
  writeFileSync(join(service, file), text);
});

test('upgrade moves the pins; what somebody changed stays', async () => {
  const file = '.github/workflows/shiplock-production.yml';
  const own = read(file).replace('default: promotion', 'default: accepted # ours');
  writeFileSync(join(service, file), own);
  const commit = await runner.tag('v0.2.0');
  const to = ['upgrade', '--workflows', `${runner.repository}@v0.2.0`];
  const shown = await shiplock(...to, '--dry-run');
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout).toContain(`rollback.yml@${commit} # v0.2.0`);
  expect(read(file)).toBe(own);
  const ran = await shiplock(...to, '--json');
  expect(JSON.parse(ran.stdout)).toMatchObject({
    pin: { commit, version: 'v0.2.0' },
    files: [{ how: 'moved' }, { how: 'moved' }, { how: 'moved' }, { how: 'moved' }, { how: 'moved' }],
    absent: [],
    result: 'written',
  });
  expect(read(file)).toBe(own.replace(/@[0-9a-f]{40} # v0\.1\.0/, `@${commit} # v0.2.0`));
  expect((await shiplock(...to)).stdout).toContain('nothing to do');
  writeFileSync(join(service, file), read(file).replace('from: development', 'origin: development'));
  const refused = await shiplock(...to);
  expect(refused.code).toBe(5);
  expect(refused.stderr).toContain('release.caller-does-not-fit');
  writeFileSync(join(service, file), read(file).replace('origin: development', 'from: development'));
});

test('promote, by the pins of now and at the tag: what serves development serves production', async () => {
  git('add', '-A');
  git('commit', '-q', '-m', 'upgrade');
  await well('shiplock-production.yml', 'workflow_dispatch', { release: '1.0.0', reason: 'accepted', seed: 'false' });
  expect(await serves(1)).toBe('1.0.0');
});

test('another version, and back', async () => {
  writeFileSync(join(service, 'api', 'NOTES'), 'two\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'two');
  git('tag', 'v2.0.0');
  await well('shiplock-development.yml', 'push');
  expect(await serves(0)).toBe('2.0.0');
  const back = await well('shiplock-rollback.yml', 'workflow_dispatch', {
    environment: 'development',
    to: '',
    reason: 'checkout "fails" $(touch x)',
  });
  expect(back.stdout).toContain('1.0.0');
  expect(await serves(0)).toBe('1.0.0');
});

test('a runbook: planned unless it is told otherwise, then carried out', async () => {
  // Beside the checkout, which a job makes anew.
  const script = join(dir, 'service.sh');
  writeFileSync(script, readFileSync(join(ROOT, 'test/support/runbooks/service.sh')));
  const words = (verb: string) => ['sh', script, verb, 'cache'];
  const file = join(service, 'shiplock.yaml');
  const config = z
    .looseObject({ environments: z.record(z.string(), z.looseObject({})) })
    .parse(parse(readFileSync(file, 'utf8')));
  const cache = { command: { start: words('start'), stop: words('stop'), status: words('status') } };
  const production = { ...config.environments['production'], system: { services: { cache } } };
  writeFileSync(file, stringify({ ...config, environments: { ...config.environments, production } }));
  const caller = readFileSync(join(ROOT, 'workflows/shiplock-runbook.yml'), 'utf8')
    .replace('OWNER/shiplock', runner.repository)
    .replace(/@0{40} # v0\.0\.0/, `@${runner.commit}`)
    .replace('/var/lib/shiplock/my-service', state);
  writeFileSync(join(service, '.github/workflows/shiplock-runbook.yml'), caller);
  const values = 'reason="a drill $(touch x)"';
  const inputs = { runbook: 'system-start', environment: 'production', values, confirm: '' };
  await well('shiplock-runbook.yml', 'workflow_dispatch', { ...inputs, plan: 'true' });
  expect((await command(words('status'))).code).toBe(3);
  const ran = await well('shiplock-runbook.yml', 'workflow_dispatch', { ...inputs, plan: 'false' });
  expect(ran.stdout).toContain('system-start of production is done');
  expect((await command(words('status'))).code).toBe(0);
  await command(words('stop'));
});

test('drift looks at clusters: on hosts it says what says it there', async () => {
  const caller = {
    name: 'drift',
    on: 'workflow_dispatch',
    jobs: {
      look: {
        uses: `${runner.repository}/.github/workflows/drift.yml@${runner.commit}`,
        with: { environment: 'production', state },
      },
    },
  };
  writeFileSync(join(service, '.github/workflows/drift.yml'), stringify(caller));
  const ran = await runner.run(service, 'drift.yml', 'workflow_dispatch');
  expect(ran.code).not.toBe(0);
  expect(ran.stdout).toContain('::error title=release.no-cluster::');
});

test('a scan fails by what it finds and by what it could not ask, and passes what is clean', async () => {
  const file = join(service, '.github/workflows/shiplock-scan.yml');
  const written = z
    .looseObject({ jobs: z.strictObject({ scan: z.looseObject({ with: z.record(z.string(), z.unknown()) }) }) })
    .parse(parse(readFileSync(file, 'utf8')));
  const { scan } = written.jobs;
  // A step that is not reached; the runner wants to have its action all the same.
  const hands = join(dir, 'upload-artifact');
  const workflow = readFileSync(join(ROOT, '.github/workflows/scan.yml'), 'utf8');
  const [, upload = ''] = /uses: (actions\/upload-artifact@[0-9a-f]{40})/.exec(workflow) ?? [];
  mkdirSync(hands);
  writeFileSync(
    join(hands, 'action.yml'),
    stringify({ name: 'none', runs: { using: 'composite', steps: [{ run: 'exit 1', shell: 'sh' }] } }),
  );
  const outputs = ['verdict', 'findings', 'new'].map((name) => `${name}=\${{ needs.scan.outputs.${name} }}`);
  const said = {
    needs: 'scan',
    if: 'always()',
    'runs-on': 'self-hosted',
    steps: [{ run: `echo "${outputs.join(' ')}"` }],
  };
  const look = async (scanners: string): Promise<Ran> => {
    const given = { ...scan.with, ...{ runner: 'self-hosted', install: false, 'fail-on': 'info', scanners } };
    writeFileSync(file, stringify({ ...written, jobs: { scan: { ...scan, with: given }, said } }));
    return runner.run(service, 'shiplock-scan.yml', 'push', { elsewhere: { [upload]: hands } });
  };
  writeFileSync(join(service, 'wipe.sh'), '#!/bin/sh\nrm -rf $1/tmp\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'wipe');
  const found = await look('shellcheck,pins');
  expect(found.code, found.stdout).not.toBe(0);
  expect(found.stdout).toMatch(/::error title=SC2086,file=\S+\/wipe\.sh,line=2,/);
  expect(found.stdout).toMatch(/::set-output:: verdict=findings$/m);
  expect(found.stdout).toMatch(/::set-output:: findings=1$/m);
  // Nothing is fetched, and it is on no PATH here: nobody knows whether the code of Go is safe.
  const unknown = await look('gosec');
  expect(unknown.code, unknown.stdout).not.toBe(0);
  expect(unknown.stdout).toContain('scan.no-scanner');
  expect(unknown.stdout).toMatch(/::set-output:: verdict=not-scanned$/m);
  writeFileSync(join(service, 'wipe.sh'), '#!/bin/sh\nrm -rf "${1:?}/tmp"\n');
  git('commit', '-qam', 'mended');
  const clean = await look('shellcheck');
  expect(clean.code, clean.stdout).toBe(0);
  // This runner ends with the job that failed, so what callers read is seen only here.
  expect(clean.stdout).toContain('| verdict=clean findings=0 new=');
});
