import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { bundles, writeBundle } from '../../scripts/bundle.ts';
import { command, type Lab, openLab, type Ran } from '../../scripts/lab/lab.ts';
import { toolPath } from '../../scripts/tool.ts';
import { portRange, quickRollout, servedVersion } from './support/doors.ts';

/**
 * A caller's workflow runs for real: the reusable workflow, the bundled action, a database whose connection comes from the forge's
 * secrets. The runner is `act` on this machine; it knows neither `$/` (which is rewritten to `./`, since caller and workflow are
 * one repository here) nor environments and permissions.
 */

let lab: Lab;
let act: string;
const caller = (lab: Lab): object => ({
  name: 'deploy',
  on: { workflow_dispatch: { inputs: { seed: { type: 'boolean', default: false } } } },
  jobs: {
    production: {
      uses: './.github/workflows/release.yml',
      with: {
        environment: 'production',
        state: lab.state,
        reason: 'by the workflow',
        seed: '${{ inputs.seed }}',
        runner: 'ubuntu-latest',
      },
      secrets: {
        'database-dsn': '${{ secrets.DATABASE_DSN }}',
        'application-dsn': '${{ secrets.APPLICATION_DSN }}',
      },
    },
    after: {
      needs: 'production',
      'runs-on': 'ubuntu-latest',
      steps: [
        { uses: 'actions/checkout@v4' },
        { uses: './actions/setup-shiplock' },
        {
          run: `shiplock status production --json --state '${lab.state}' > '${join(lab.dir, 'status.json')}'`,
          env: { SHIPLOCK_DATABASE_DSN: '${{ secrets.DATABASE_DSN }}' },
        },
        { uses: './actions/report', id: 'report', with: { state: lab.state, output: join(lab.dir, 'report.html') } },
        {
          env: { OUTPUTS: '${{ toJSON(needs.production.outputs) }}' },
          run: `printf '%s' "$OUTPUTS" > '${join(lab.dir, 'outputs.json')}'`,
        },
      ],
    },
  },
});

beforeAll(async () => {
  act = await toolPath('act');
  lab = await openLab({ database: true, frontend: false, ports: await portRange(), rollout: quickRollout });
  const workflows = join(lab.service, '.github', 'workflows');
  const actions = join(lab.service, 'actions');
  await mkdir(workflows, { recursive: true });
  const workflow = await readFile('.github/workflows/release.yml', 'utf8');
  const rewritten = workflow.replaceAll('uses: $/', 'uses: ./');
  expect(rewritten, 'the workflow uses its own action at its own commit').not.toBe(workflow);
  await writeFile(join(workflows, 'release.yml'), rewritten);
  await writeFile(join(workflows, 'deploy.yml'), stringify(caller(lab)));
  for (const name of ['rollout', 'report', 'setup-shiplock'])
    await cp(join('actions', name, 'action.yml'), join(actions, name, 'action.yml'));
  for (const bundle of bundles.filter((one) => one.name === 'actions'))
    await writeBundle(bundle, join(actions, 'dist'));
  // The forge checks the whole repository out; the command says the version of its package.
  await cp('package.json', join(lab.service, 'package.json'));
  // The lab ignores every dist; a forge takes the bundle from the commit.
  await writeFile(join(lab.service, '.gitignore'), '.shiplock/\nnode_modules/\n');
  await command(['git', 'remote', 'add', 'origin', 'https://github.com/example/certkeeper.git'], { cwd: lab.service });
});

afterAll(() => lab?.stop());

/** Dispatches the workflow. The secrets are given to the runner, not to this process's children. */
async function dispatch(...more: readonly string[]): Promise<Ran> {
  const secrets = {
    DATABASE_DSN: lab.env['SHIPLOCK_DATABASE_DSN'],
    APPLICATION_DSN: lab.env['SHIPLOCK_APPLICATION_DSN'],
  };
  const argv = [
    act,
    'workflow_dispatch',
    ...['-W', '.github/workflows/deploy.yml', '--action-offline-mode'],
    ...['-P', 'ubuntu-latest=-self-hosted', '--action-cache-path', join(lab.dir, 'act')],
    ...Object.entries(secrets).flatMap(([name, value]) => ['--secret', `${name}=${value ?? ''}`]),
    ...more,
  ];
  const { SHIPLOCK_DATABASE_DSN: _one, SHIPLOCK_APPLICATION_DSN: _two, ...env } = process.env;
  return command(argv, { cwd: lab.service, env: { ...env, XDG_CONFIG_HOME: join(lab.dir, 'act-config') } });
}

async function jobOutputs(): Promise<unknown> {
  return JSON.parse(await readFile(join(lab.dir, 'outputs.json'), 'utf8'));
}

test('the first release by the workflow: migrated, seeded, serving, named by git', async () => {
  await lab.commit('1.0.0');
  const ran = await dispatch('--input', 'seed=true');
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(await servedVersion(lab.entry)).toBe('1.0.0');
  expect(await lab.named()).toContain('1.0.0');
  expect(await jobOutputs()).toEqual({
    outcome: 'done',
    version: '1.0.0',
    run: expect.stringMatching(/^\d{8}-\d{6}-[0-9a-f]{4}$/),
  });
  expect(JSON.parse(await readFile(join(lab.dir, 'status.json'), 'utf8'))).toMatchObject({ environment: 'production' });
  expect(await readFile(join(lab.dir, 'report.html'), 'utf8')).toContain('1.0.0');
  expect(ran.stdout).toContain('::notice::certkeeper 1.0.0 is the first release of production and serves all traffic.');
  expect(ran.stdout).toMatch(/Summary - ## .*`certkeeper` `1\.0\.0` in `production`: `promoted`/);
});

test('a canary by the workflow, although the runner has thrown away what the first job ran from', async () => {
  expect(await readdir(join(lab.dir, 'act'), { recursive: true }).catch(() => [])).not.toContainEqual(
    expect.stringMatching(/supervisor-main\.js$/),
  );
  await lab.commit('2.0.0', { env: { CERTKEEPER_SLOW_REQUEST: '400ms' } });
  const ran = await dispatch();
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(await servedVersion(lab.entry)).toBe('2.0.0');
  expect(await lab.named()).toContain('2.0.0');
  expect(await jobOutputs()).toMatchObject({ outcome: 'done', version: '2.0.0' });
});

test('a release that is taken back fails the job, with annotations, and the next job does not run', async () => {
  await writeFile(join(lab.dir, 'outputs.json'), '"untouched"');
  await lab.commit('3.0.0', { tags: ['faults'], env: { CERTKEEPER_FAULT_CRASH_AT_START: 'true' } });
  const ran = await dispatch();
  expect(ran.code).not.toBe(0);
  expect(ran.stdout).toMatch(/::error title=[a-z.-]+::/);
  expect(ran.stdout).toContain('::error::certkeeper 3.0.0 was taken back from production');
  expect(ran.stdout).toMatch(/Summary - ## .*`certkeeper` `3\.0\.0` in `production`: `taken back`/);
  expect(ran.stdout).toContain('Job failed');
  expect(await jobOutputs()).toBe('untouched');
  expect(await servedVersion(lab.entry)).toBe('2.0.0');
  expect(await lab.named()).toContain('2.0.0');
});

test('a broken configuration fails the job at its line before anything runs', async () => {
  await lab.commit('4.0.0');
  const file = join(lab.service, 'shiplock.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('finalBake:', 'finalBakes:'));
  const ran = await dispatch();
  expect(ran.code).not.toBe(0);
  expect(ran.stdout).toMatch(/::error title=config\.[a-z-]+,file=[^,]*shiplock\.yaml,line=\d+,col=\d+::.*finalBake/);
  expect(await servedVersion(lab.entry)).toBe('2.0.0');
  await writeFile(file, text);
});

test('what the forge keeps secret stands in no journal', async () => {
  const password = new URL(lab.env['SHIPLOCK_DATABASE_DSN'] ?? '').password;
  expect(password.length).toBeGreaterThan(8);
  const files = await readdir(lab.state, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files
      .filter((file) => file.isFile() && /\.(jsonl?|yaml)$/.test(file.name))
      .map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
  );
  expect(texts.length).toBeGreaterThan(3);
  for (const text of texts) expect(text).not.toContain(password);
});
