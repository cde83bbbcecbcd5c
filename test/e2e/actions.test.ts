import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { actions } from '../../actions/shared/all.ts';
import { bundles, writeBundle } from '../../scripts/bundle.ts';
import { goDsn, mysqlUrl } from '../../scripts/components/mariadb.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { command, type Lab, openLab, stopUnits } from '../../scripts/lab/lab.ts';
import { toolPath } from '../../scripts/tool.ts';
import { readLease } from '../../src/procedure/index.ts';
import { readReleaseRecord } from '../../src/release/record.ts';
import { type ForgeWorld, forgeWorld } from '../support/forge-world.ts';
import { commandWorld } from '../support/runbooks/world.ts';
import { runStep, type StepOptions, type StepRan } from './support/actions.ts';
import { portRange, quickRollout, servedVersion } from './support/doors.ts';

/** Every action, bundled, as a runner starts it, on a service with a database in two environments. */

let dir: string;
let dist: string;
let lab: Lab;
let staging: { readonly host: string; readonly entry: string };
let env: Readonly<Record<string, string>>;
/** The forge of the jobs: who gives a token has runs told there. */
let world: ForgeWorld;
let token: string;
let built = '';
/** Everything that any step said, anywhere. */
const said: string[] = [];

const sarifSchema = z.object({ runs: z.array(z.object({ results: z.array(z.unknown()) })) });
const configSchema = z.looseObject({
  environments: z.looseObject({
    production: z.looseObject({ platform: z.looseObject({}), traffic: z.looseObject({}) }),
  }),
});

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shiplock-actions-'));
  dist = join(dir, 'shiplock', 'actions', 'dist');
  for (const bundle of bundles.filter(({ name }) => name === 'actions')) await writeBundle(bundle, dist);
  await cp('package.json', join(dir, 'shiplock', 'package.json'));
  lab = await openLab({ database: true, frontend: false, ports: await portRange(), rollout: quickRollout });
  const access = await lab.mariadb?.createDatabase('staging');
  if (access === undefined) throw new Error('the lab has a database');
  world = await forgeWorld();
  token = world.tokenOf(world.ann);
  env = { ...lab.env, ...jobOfForge(), STAGING_DSN: mysqlUrl(access), STAGING_APPLICATION_DSN: goDsn(access) };
  staging = { host: join(lab.dir, 'staging'), entry: `http://127.0.0.1:${await freePort()}` };
});

afterAll(async () => {
  if (staging !== undefined) await stopUnits(staging.host);
  await lab?.stop();
  await world?.[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

/** Commits a version, with an environment `staging` beside `production`. */
async function commit(version: string, api: Readonly<Record<string, unknown>> = {}): Promise<string> {
  await lab.commit(version, api);
  const file = join(lab.service, 'shiplock.yaml');
  const config = configSchema.parse(parse(await readFile(file, 'utf8')));
  const { production } = config.environments;
  const [first, last] = await portRange();
  const { host, entry } = staging;
  const dsn = { secret: 'env:STAGING_DSN' };
  const database = { engine: 'mariadb', migrations: 'migrations', dsn, shadow: { program: 'mariadbd' } };
  const platform = { ...production.platform, root: host, ports: `${first}-${last}` };
  const traffic = { ...production.traffic, directory: join(host, 'haproxy'), bind: new URL(entry).host };
  const components = { api: { env: { CERTKEEPER_DSN: { secret: 'env:STAGING_APPLICATION_DSN' } } } };
  const environments = {
    ...config.environments,
    staging: { ...production, components, database, platform, traffic },
  };
  await writeFile(file, stringify({ ...config, environments }));
  const git = ['git', '-C', lab.service, '-c', 'user.name=Lab', '-c', 'user.email=lab@localhost'];
  for (const words of [
    ['commit', '-q', '-a', '--amend', '--no-edit'],
    ['tag', '-f', `v${version}`],
  ])
    expect(await command([...git, ...words])).toMatchObject({ code: 0 });
  const at = world.sim.origin.replace('://', `://ann:${token}@`);
  expect(
    await command([...git, 'push', '-q', '-f', `${at}/acme/certkeeper.git`, 'HEAD:refs/heads/main']),
  ).toMatchObject({
    code: 0,
  });
  return (await command([...git, 'rev-parse', 'HEAD'])).stdout.trim();
}

/** What the runner says of the forge. */
function jobOfForge(): Readonly<Record<string, string>> {
  return {
    GITHUB_API_URL: world.sim.apiUrl,
    GITHUB_REPOSITORY: 'acme/certkeeper',
    GITHUB_RUN_ID: '77',
    GITHUB_SERVER_URL: world.sim.origin,
  };
}

/** What the forge shows of a run, with every state that was said. */
function shownAtForge(run = 'none') {
  return world.repository.deployments
    .filter(({ payload }) => JSON.stringify(payload).includes(run))
    .map(({ sha, environment, production, statuses }) => ({
      sha,
      environment,
      production,
      states: statuses.map(({ state }) => state),
    }));
}

async function step(
  name: string,
  inputs: Readonly<Record<string, string>> = {},
  more: Partial<StepOptions> = {},
): Promise<StepRan> {
  const place = name === 'setup-shiplock' ? {} : { config: 'shiplock.yaml', state: lab.state };
  const ran = await runStep(name, { dist, dir, cwd: lab.service, env, inputs: { ...place, ...inputs }, ...more });
  said.push(ran.log, ran.summary, JSON.stringify(ran.outputs), JSON.stringify(ran.state));
  return ran;
}

function well(name: string, ran: StepRan): StepRan {
  expect(ran.code, ran.log).toBe(0);
  const definition = actions.find((one) => one.name === name);
  expect(Object.keys(ran.outputs).toSorted()).toEqual(Object.keys(definition?.outputs ?? {}).toSorted());
  return ran;
}

test('setup-shiplock: the command of this commit is on PATH, without npm', async () => {
  const { paths, outputs } = well('setup-shiplock', await step('setup-shiplock'));
  const path = [...paths, process.env['PATH'] ?? ''].join(delimiter);
  const version = await command(['shiplock', '--version'], { env: { PATH: path } });
  expect(version).toMatchObject({ code: 0, stdout: `${outputs['version']}\n` });
  await commit('1.0.0');
  const valid = await command(['shiplock', 'validate'], { cwd: lab.service, env: { PATH: path } });
  expect(valid.stdout, valid.stderr).toContain('valid (production, staging)');
});

test('build-api: an artefact by digest, built once', async () => {
  const first = well('build-api', await step('build-api', { environment: 'staging' }));
  expect(first.outputs).toMatchObject({ outcome: 'done', component: 'api', version: '1.0.0' });
  expect(first.outputs['digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
  await access(first.outputs['path'] ?? '');
  built = first.outputs['digest'] ?? '';
  const again = well('build-api', await step('build-api', { environment: 'staging', component: 'api' }));
  expect(again.outputs['digest']).toBe(built);
  expect(again.summary).toContain('the same inputs were built before');
  const none = await step('build-frontend', { environment: 'staging' });
  expect(none.code).toBe(2);
  expect(none.log).toContain('::error title=cli.component::components of staging: found 0 components of kind static');
  const noClient = await step('build-client', { environment: 'staging' });
  expect(noClient).toMatchObject({ code: 2, log: expect.stringContaining('found 0 components of kind script') });
});

test('migrate: says what it would do, does it, and finds nothing to do', async () => {
  const file = join(dir, 'lint.sarif');
  const judged = await step('migrate', { environment: 'staging', lint: 'true', sarif: file });
  const count = Number(judged.outputs['findings']);
  expect(judged.outputs).toMatchObject({ outcome: 'judged', run: '' });
  expect(judged.code, judged.log).toBe(judged.summary.includes('0 errors') ? 0 : 1);
  expect(judged.summary).toMatch(/in \d+ statements of \d+ files, judged for MariaDB/);
  const { runs } = sarifSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  expect(runs.flatMap(({ results }) => results)).toHaveLength(count);
  expect(judged.log.match(/^::(?:error|warning|notice) title=[A-Z]\d+,file=/gm) ?? []).toHaveLength(count);
  expect(await tables()).toEqual([]);
  const both = await step('migrate', { environment: 'staging', lint: 'true', plan: 'true' });
  expect(both).toMatchObject({ code: 2, log: expect.stringContaining('title=cli.action-input::input lint') });
  const planned = well('migrate', await step('migrate', { environment: 'staging', plan: 'true' }));
  expect(planned.outputs).toMatchObject({ outcome: 'planned', run: '', schema: '0005_renewals' });
  expect(planned.summary).toContain('CREATE TABLE');
  // Tried on a throw-away server, as a table for people.
  expect(planned.summary).toMatch(/^target: mariadb .*; tried on /m);
  expect(planned.summary).toMatch(/^\| `CREATE TABLE servers .* \| direct \| /m);
  expect(await tables()).toEqual([]);
  const plan = planned.outputs['stored-plan'] ?? '';
  expect(plan).toMatch(/^[0-9a-f]{64}$/);
  const unknown = await step('migrate', { environment: 'staging', 'stored-plan': '0'.repeat(16) });
  expect(unknown.log).toContain('title=release.no-plan');
  const twice = await step('migrate', { environment: 'staging', plan: 'true', 'stored-plan': plan });
  expect(twice).toMatchObject({ code: 2, log: expect.stringContaining('title=cli.action-input::input stored-plan') });
  const done = well('migrate', await step('migrate', { environment: 'staging', 'stored-plan': plan.slice(0, 16) }));
  expect(done.outputs).toMatchObject({ outcome: 'done', version: '1.0.0', schema: '0005_renewals' });
  expect(done.log).toContain('has the expand migrations of certkeeper 1.0.0; nothing serves as before');
  expect(await tables()).toContain('certificates');
  const again = well('migrate', await step('migrate', { environment: 'staging' }));
  expect(again.summary).toContain('nothing is pending');
});

async function tables(): Promise<readonly string[]> {
  const connection = await mysql.createConnection(env['STAGING_DSN'] ?? '');
  try {
    const [rows] = await connection.query('SHOW TABLES');
    return z
      .array(z.record(z.string(), z.string()))
      .parse(rows)
      .flatMap((row) => Object.values(row));
  } finally {
    await connection.end();
  }
}

test('rollout takes what was built; promote takes that to the next environment', async () => {
  const released = well('rollout', await step('rollout', { environment: 'staging', token }));
  expect(released.outputs).toMatchObject({ outcome: 'done', version: '1.0.0' });
  const sha = (await command(['git', '-C', lab.service, 'rev-parse', 'HEAD'])).stdout.trim();
  const states = ['in_progress', 'success'];
  expect(shownAtForge(released.outputs['run'])).toEqual([{ sha, environment: 'staging', production: false, states }]);
  expect(released.state).toMatchObject({ told: released.outputs['run'] });
  expect(await servedVersion(staging.entry)).toBe('1.0.0');
  const record = await readReleaseRecord(lab.state, 'staging', '1.0.0');
  expect(record?.release.artefacts).toMatchObject([{ name: 'api', digest: built }]);
  const promoted = well('promote', await step('promote', { environment: 'production', from: 'staging', token }));
  expect(shownAtForge(promoted.outputs['run'])).toEqual([{ sha, environment: 'production', production: true, states }]);
  expect(promoted.outputs).toMatchObject({ outcome: 'done', version: '1.0.0' });
  expect(promoted.summary).toMatch(/^## .*`certkeeper` `1\.0\.0` in `production`: `promoted`/);
  expect(await servedVersion(lab.entry)).toBe('1.0.0');
  const journal = await command([
    'grep',
    '-rlE',
    '"who":"mia"',
    join(lab.state, 'runs', promoted.outputs['run'] ?? ''),
  ]);
  expect(journal.code, 'who started this attempt acts').toBe(0);
});

test('gitops-commit: one value and no other byte; never in a file that names what serves', async () => {
  const file = 'apps/certkeeper/scale.yaml';
  const text = '# people set this\nspec:\n  tier: small   # it is enough\n';
  const copy = join(dir, 'gitops');
  expect(await command(['git', 'clone', '-q', lab.gitops, copy])).toMatchObject({ code: 0 });
  await mkdir(join(copy, 'apps', 'certkeeper'), { recursive: true });
  await writeFile(join(copy, file), text);
  const git = ['git', '-C', copy, '-c', 'user.name=Lab', '-c', 'user.email=lab@localhost'];
  for (const words of [
    ['add', '-A'],
    ['commit', '-q', '-m', 'scale'],
    ['push', '-q'],
  ])
    expect(await command([...git, ...words])).toMatchObject({ code: 0 });
  const inputs = { environment: 'staging', file, path: 'spec.tier', value: 'large' };
  const set = well('gitops-commit', await step('gitops-commit', inputs));
  expect(set.outputs).toMatchObject({ outcome: 'done', before: 'small', changed: 'true' });
  const after = await command(['git', '-C', lab.gitops, 'show', `${set.outputs['commit']}:${file}`]);
  expect(after.stdout).toBe(text.replace('small', 'large'));
  const again = well('gitops-commit', await step('gitops-commit', inputs));
  expect(again.outputs).toMatchObject({ changed: 'false', before: 'large' });
  const number = await step('gitops-commit', { ...inputs, value: '3' });
  expect(number.log).toContain('release.only-text');
  for (const other of ['apps/certkeeper/production.yaml', './apps//certkeeper/staging.yaml']) {
    const refused = await step('gitops-commit', { ...inputs, file: other, path: 'version', value: '9.9.9' });
    expect(refused.code, refused.log).toBe(5);
    expect(refused.log).toContain('release.names-what-serves');
  }
  const hosts = await step('argocd-wait', { environment: 'staging' });
  expect(hosts.log).toContain('release.no-cluster');
  const drift = await step('drift', { environment: 'staging' });
  expect(drift).toMatchObject({ code: 5, log: expect.stringContaining('release.no-cluster') });
});

test('release-notes: what comes to the environment, in the summary and in a file', async () => {
  await commit('2.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '400ms' } });
  const output = join(dir, 'notes.md');
  const told = well('release-notes', await step('release-notes', { environment: 'staging', output }));
  expect(told.outputs).toMatchObject({ version: '2.0.0', changes: '1', breaking: 'false', file: output });
  expect(told.outputs['from']).toBe((await readReleaseRecord(lab.state, 'staging', '1.0.0'))?.release.commit);
  expect(told.summary).toBe(await readFile(output, 'utf8'));
  expect(told.summary).toContain('Replaces `1.0.0`: 1 change between');
});

test('a killed release keeps its environment, and its post step says so; rollback takes it back', async () => {
  const killed = await step(
    'rollout',
    { environment: 'staging', token },
    {
      watch: (log, kill) => {
        if (/judge-\S+: undecided/.test(log)) kill('SIGKILL');
      },
    },
  );
  expect(killed.signal, killed.log).toBe('SIGKILL');
  const run = killed.state['run'] ?? '';
  expect((await readLease(lab.state, 'staging'))?.lease.holder).toMatchObject({ run, pid: expect.any(Number) });
  const sha = (await command(['git', '-C', lab.service, 'rev-parse', 'HEAD'])).stdout.trim();
  const shown = [{ sha, environment: 'staging', production: false, states: ['in_progress'] }];
  expect(shownAtForge(run)).toEqual(shown);
  const post = await step('post', { token }, { state: killed.state });
  // It waits to be resumed or taken back: what was said of it is still so, and is not said twice.
  expect(shownAtForge(run)).toEqual(shown);
  expect(post.log).not.toContain('was not told');
  expect(post.code).toBe(0);
  expect(post.log).toMatch(new RegExp(`::warning::run ${run} was killed: staging waits for it`));
  expect((await readLease(lab.state, 'staging'))?.lease.holder).toMatchObject({ run, pid: 0 });
  // Nothing is left to do, and nobody else gets in between.
  expect(await step('post', {}, { state: killed.state })).toMatchObject({ code: 0, log: '' });
  expect((await step('rollout', { environment: 'staging' })).outputs).toMatchObject({ outcome: 'lease-held' });
  const back = well(
    'rollback',
    await step('rollback', { environment: 'staging', reason: 'its job was killed', token }),
  );
  const before = (await readReleaseRecord(lab.state, 'staging', '1.0.0'))?.release.commit;
  expect(shownAtForge(back.outputs['run'])).toMatchObject([{ sha: before, states: ['in_progress', 'success'] }]);
  expect(back.outputs).toMatchObject({ outcome: 'done', version: '1.0.0' });
  expect(await servedVersion(staging.entry)).toBe('1.0.0');
});

test('runbook: says what it would do, does it, and takes no code of a pull request', async () => {
  await using world = await commandWorld(['database']);
  const runbook = (inputs: Readonly<Record<string, string>>) =>
    step('runbook', { environment: 'production', state: world.store, ...inputs }, { cwd: world.dir });
  const start = { runbook: 'system-start', values: 'reason="power is back"' };
  const planned = well('runbook', await runbook({ ...start, plan: 'true' }));
  expect(planned.outputs).toEqual({ outcome: 'planned', run: '' });
  expect(planned.summary).toContain('sh service.sh start api');
  expect(await world.running()).toEqual(['database']);
  const wrong = await runbook({ runbook: 'system-start', values: 'raeson=x' });
  expect(wrong).toMatchObject({ code: 2, log: expect.stringContaining('did you mean reason?') });
  const done = well('runbook', await runbook(start));
  expect(done.outputs).toMatchObject({ outcome: 'done', run: expect.stringMatching(/^\d{8}-/) });
  expect(world.log()).toEqual(['start api', 'start proxy']);
  const own = { cwd: world.dir, env: { ...env, GITHUB_EVENT_NAME: 'pull_request' } };
  await mkdir(join(world.dir, 'runbooks'));
  await writeFile(join(world.dir, 'runbooks', 'own.mjs'), 'throw new Error("code of a pull request");\n');
  const inputs = { runbook: 'own', environment: 'production', state: world.store };
  const refused = await step('runbook', inputs, own);
  expect(refused).toMatchObject({ code: 5, log: expect.stringContaining('title=runbook.from-pull-request') });
});

test('report: the newest run as a summary and as a page', async () => {
  await mkdir(join(dir, 'pages'));
  const output = join(dir, 'pages', 'report.html');
  const told = well('report', await step('report', { output }));
  expect(told.outputs).toMatchObject({ status: 'went back', file: output });
  expect(told.summary).toContain('its job was killed');
  expect(await readFile(output, 'utf8')).toMatch(/^<!doctype html>/i);
  const none = await step('report', { run: '20000101-000000-0000' });
  expect(none.code, none.log).not.toBe(0);
});

test('security-scan: what is new fails and is annotated, everything stands in the file, and no scanner sees a secret', async () => {
  const bin = await mkdtemp(join(dir, 'bin-'));
  const seen = join(dir, 'seen-by-a-scanner');
  const real = await toolPath('gitleaks');
  await writeFile(join(bin, 'gitleaks'), `#!/bin/sh\nenv >> ${seen}\nexec ${real} "$@"\n`, { mode: 0o755 });
  const more = { env: { ...env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` } };
  const scan = (inputs: Readonly<Record<string, string>>) =>
    step('security-scan', { scanners: 'gitleaks', sarif: 'found.sarif', ...inputs }, more);
  const clean = well('security-scan', await scan({}));
  expect(clean.outputs).toMatchObject({ verdict: 'clean', findings: '0', new: '' });
  expect(clean.summary).toContain('**Clean**');
  const secrets = ['Z7QJ4XWN2M5TRKDH', 'Q3WJ5ZNX7M2KTRDB'].map((tail) => `AKIA${tail}`);
  await writeFile(join(lab.service, 'old.py'), `key = "${secrets[0]}"\n`);
  await command(['git', '-C', lab.service, 'add', 'old.py']);
  const who = ['-c', 'user.name=Lab', '-c', 'user.email=lab@localhost'];
  await command(['git', '-C', lab.service, ...who, 'commit', '-qm', 'old']);
  await writeFile(join(lab.service, 'new.py'), `key = "${secrets[1]}"\n`);
  const found = await scan({ base: 'HEAD' });
  expect(found.code, found.log).toBe(1);
  expect(found.outputs).toMatchObject({ verdict: 'findings', findings: '1', new: '1' });
  expect(found.log.match(/^::error .*$/gm)?.filter((line) => line.includes('file='))).toEqual([
    expect.stringMatching(/^::error title=aws-access-token,file=\S*new\.py,line=1/),
  ]);
  expect(found.summary).toMatch(/new, \*\*fails\*\* .*new\.py:1/);
  const { runs } = sarifSchema.parse(JSON.parse(await readFile(found.outputs['sarif'] ?? '', 'utf8')));
  expect(runs.flatMap(({ results }) => results)).toHaveLength(2);
  for (const text of [found.log, found.summary, await readFile(found.outputs['sarif'] ?? '', 'utf8')])
    for (const secret of secrets) expect(text).not.toContain(secret);
  // A word that means nothing, and a scanner that is not there.
  expect((await scan({ 'fail-on': 'awful' })).code).toBe(2);
  const blind = await step('security-scan', { scanners: 'gitleaks' }, { env: { ...env, PATH: '/usr/bin:/bin' } });
  expect(blind.code, blind.log).toBe(1);
  expect(blind.outputs).toMatchObject({ verdict: 'not-scanned' });
  expect(blind.log).toContain('::error title=scan.no-scanner::');
  const variables = await readFile(seen, 'utf8');
  expect(variables).toContain('PATH=');
  expect(variables).not.toMatch(/DSN=|GITHUB_|INPUT_/);
  await rm(join(lab.service, 'new.py'));
});

test('a database that refuses the password is told without it, and the environment is free', async () => {
  const secret = 'pa$$ "wörd\'%41';
  const wrong = new URL(env['STAGING_DSN'] ?? '');
  wrong.password = encodeURIComponent(secret);
  const more = { env: { ...env, STAGING_DSN: wrong.href } };
  const refused = await step('migrate', { environment: 'staging', reason: secret }, more);
  expect(refused.code, refused.log).toBe(1);
  expect(refused.log).toContain('::error title=migrate.database-denied::');
  const texts = [refused.log, refused.summary, JSON.stringify(refused.outputs), ...(await textsBelow(lab.state))];
  for (const text of texts) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(wrong.password);
  }
});

/** Every text below a directory. */
async function textsBelow(root: string): Promise<readonly string[]> {
  const files = await readdir(root, { recursive: true, withFileTypes: true });
  const plain = files.filter((file) => file.isFile() && /\.(jsonl?|html)$/.test(file.name));
  return Promise.all(plain.map((file) => readFile(join(file.parentPath, file.name), 'utf8')));
}

test('no password stands in any log, output, summary, state or journal', async () => {
  const passwords = Object.values(env)
    .map((dsn) => URL.parse(dsn)?.password ?? '')
    .filter((one) => one !== '')
    .concat(token);
  expect(passwords.length).toBeGreaterThan(1);
  for (const text of [...said, ...(await textsBelow(lab.state))])
    for (const password of passwords) expect(text).not.toContain(password);
});
