import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { command, type Lab, openLab, type Ran } from '../../scripts/lab/lab.ts';
import { openRunner, type Runner } from './support/act.ts';
import { portRange, quickRollout, servedVersion } from './support/doors.ts';

/**
 * Workflows of a service run for real: the reusable workflows and bundled actions of another repository, a database whose connection comes from
 * the forge's secrets. The runner knows neither environments of the forge nor permissions and queues (docs/testing.md).
 */

let lab: Lab;
let runner: Runner;
const ours = (path: string): string => `${runner.repository}/${path}@${runner.commit}`;
const caller = (): object => ({
  name: 'deploy',
  on: { workflow_dispatch: { inputs: { seed: { type: 'boolean', default: false } } } },
  jobs: {
    production: {
      uses: ours('.github/workflows/release.yml'),
      with: {
        environment: 'production',
        state: lab.state,
        reason: 'by the workflow',
        seed: '${{ inputs.seed }}',
      },
      secrets: {
        DATABASE_DSN: '${{ secrets.DATABASE_DSN }}',
        APPLICATION_DSN: '${{ secrets.APPLICATION_DSN }}',
      },
    },
    after: {
      needs: 'production',
      'runs-on': 'self-hosted',
      steps: [
        { uses: 'actions/checkout@v4' },
        { uses: ours('actions/setup-shiplock') },
        {
          run: `shiplock status production --json --state '${lab.state}' > '${join(lab.dir, 'status.json')}'`,
          env: { SHIPLOCK_DATABASE_DSN: '${{ secrets.DATABASE_DSN }}' },
        },
        {
          uses: ours('actions/report'),
          id: 'report',
          with: { state: lab.state, output: join(lab.dir, 'report.html') },
        },
        {
          env: { OUTPUTS: '${{ toJSON(needs.production.outputs) }}' },
          run: `printf '%s' "$OUTPUTS" > '${join(lab.dir, 'outputs.json')}'`,
        },
      ],
    },
  },
});

const migration = (): object => ({
  name: 'migrate',
  on: { workflow_dispatch: { inputs: { plan: { type: 'boolean', default: true } } } },
  jobs: {
    production: {
      uses: ours('.github/workflows/migrate.yml'),
      with: { environment: 'production', state: lab.state, plan: '${{ inputs.plan }}' },
      secrets: {
        DATABASE_DSN: '${{ secrets.DATABASE_DSN }}',
        APPLICATION_DSN: '${{ secrets.APPLICATION_DSN }}',
      },
    },
  },
});

beforeAll(async () => {
  lab = await openLab({ database: true, frontend: false, ports: await portRange(), rollout: quickRollout });
  runner = await openRunner(lab.dir);
  const workflows = join(lab.service, '.github', 'workflows');
  await mkdir(workflows, { recursive: true });
  await writeFile(join(workflows, 'deploy.yml'), stringify(caller()));
  await writeFile(join(workflows, 'migrate.yml'), stringify(migration()));
  await command(['git', 'remote', 'add', 'origin', 'https://github.com/example/certkeeper.git'], { cwd: lab.service });
});

afterAll(() => lab?.stop());

function dispatch(inputs: Readonly<Record<string, string>> = {}, workflow = 'deploy.yml'): Promise<Ran> {
  const secrets = {
    DATABASE_DSN: lab.env['SHIPLOCK_DATABASE_DSN'] ?? '',
    APPLICATION_DSN: lab.env['SHIPLOCK_APPLICATION_DSN'] ?? '',
  };
  return runner.run(lab.service, workflow, 'workflow_dispatch', { inputs, secrets });
}

async function jobOutputs(): Promise<unknown> {
  return JSON.parse(await readFile(join(lab.dir, 'outputs.json'), 'utf8'));
}

test('the migrations are said by their own workflow, and nothing is changed', async () => {
  await lab.commit('0.9.0');
  const ran = await dispatch({ plan: 'true' }, 'migrate.yml');
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(ran.stdout).toContain('::set-output:: outcome=planned');
  expect(ran.stdout).toContain('::set-output:: schema=0005_renewals');
  expect(ran.stdout).toContain('CREATE TABLE');
});

test('the first release by the workflow: migrated, seeded, serving, named by git', async () => {
  await lab.commit('1.0.0');
  const ran = await dispatch({ seed: 'true' });
  expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  expect(await servedVersion(lab.entry)).toBe('1.0.0');
  expect(await lab.named()).toContain('1.0.0');
  expect(await jobOutputs()).toEqual({
    outcome: 'done',
    version: '1.0.0',
    run: expect.stringMatching(/^\d{8}-\d{6}-[0-9a-f]{4}$/),
    'plan-hash': expect.stringMatching(/^(sha256:)?[0-9a-f]{64}$/),
    anchor: expect.stringMatching(/^\d+:(sha256:)?[0-9a-f]{64}$/),
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
