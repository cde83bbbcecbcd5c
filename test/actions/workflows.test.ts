import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { actions } from '../../actions/shared/all.ts';
import { fieldsOf } from '../../actions/shared/inputs.ts';
import { forEnterprise } from '../../scripts/enterprise.ts';
import { reusable } from '../../scripts/schemas/workflows.ts';
import { WORKFLOWS } from '../../src/release/callers/interface.ts';

/** Reusable workflows, the actions they are made of and the workflows that call them say the same, and take no right that they do not need. */

const words = z.record(z.string(), z.string());
const stepSchema = z.looseObject({
  id: z.string().optional(),
  uses: z.string(),
  with: z.record(z.string(), z.unknown()).default({}),
  env: words.default({}),
});
const jobSchema = z.looseObject({
  permissions: words,
  outputs: words,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean(), queue: z.string() }),
  environment: z.strictObject({ name: z.string(), deployment: z.boolean() }).optional(),
  steps: z.array(stepSchema),
});

const published = reusable('.');
/** What changes something, or looks at what it could change: made of actions only. The check and the scan of a commit are none of these. */
const all = [...published].flatMap(([name, { text, workflow }]) => {
  if (name === 'ci' || name === 'scan') return [];
  const { jobs } = z.object({ jobs: z.record(z.string(), jobSchema) }).parse(parse(text));
  const [[id, job] = [], ...others] = Object.entries(jobs);
  if (id === undefined || job === undefined || others.length > 0) throw new Error(`${name}: one job is expected`);
  return [{ name, text, workflow, id, job }];
});
const each = all.map((one) => [one.name, one] as const);

/** What each job may do. More is a decision that is made here. */
const READS = { contents: 'read' };
const RIGHTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  build: READS,
  migrate: READS,
  'data-reset': READS,
  release: READS,
  promote: READS,
  rollback: READS,
  runbook: READS,
  drift: READS,
  // It speaks to the forge for a person: claims, comments, deployments and statuses.
  chatops: {
    contents: 'write',
    issues: 'write',
    'pull-requests': 'write',
    deployments: 'write',
    statuses: 'write',
    checks: 'read',
    actions: 'read',
  },
};

/** Whoever wants deployments shown gives it; the token of a job that builds a commit may not write. */
const OWN_TOKEN = '${{ secrets.DEPLOYMENT_TOKEN }}';

/** Inputs that are for the job and not for its action. */
const OF_THE_JOB = ['runner', 'forge-environment', 'timeout-minutes', 'api', 'frontend', 'client'];

test('each job may do what is written here, and nothing besides', () => {
  expect(Object.fromEntries(all.map(({ name, job }) => [name, job.permissions]))).toEqual(RIGHTS);
  for (const { name, workflow } of all) expect(workflow.permissions, name).toEqual({});
});

test('jobs wait for each other by what they change, and none is cancelled or dropped', () => {
  for (const { name, job } of all)
    expect(job.concurrency, name).toMatchObject({ 'cancel-in-progress': false, queue: 'max' });
  const groups = Object.fromEntries(all.map(({ name, job }) => [name, job.concurrency.group]));
  const place = '${{ inputs.environment }}-${{ inputs.config }}';
  for (const name of ['release', 'promote', 'migrate', 'data-reset', 'runbook'])
    expect(groups[name]).toBe(`shiplock-${place}`);
  // A rollback pre-empts what runs: behind it in a queue it never would.
  expect(groups['rollback']).toBe(`shiplock-rollback-${place}`);
  // So does one that comes as a comment.
  expect(groups['chatops']).toBe('shiplock-chat-${{ github.event.comment.id }}');
  expect(new Set(Object.values(groups)).size).toBe(5);
});

test('a rollback is in an environment of the forge of its own, and no job tells of a deployment', () => {
  const environments = all.map(({ name, job }) => [name, job.environment] as const);
  expect(Object.fromEntries(environments.map(([name, one]) => [name, one?.name]))).toEqual({
    build: undefined,
    chatops: undefined,
    'data-reset': '${{ inputs.forge-environment || inputs.environment }}',
    drift: undefined,
    migrate: '${{ inputs.forge-environment || inputs.environment }}',
    promote: '${{ inputs.forge-environment || inputs.environment }}',
    release: '${{ inputs.forge-environment || inputs.environment }}',
    rollback: "${{ inputs.forge-environment || format('{0}-rollback', inputs.environment) }}",
    runbook: '${{ inputs.forge-environment || inputs.environment }}',
  });
  for (const [name, one] of environments) if (one !== undefined) expect(one.deployment, name).toBe(false);
});

test.each(each)('%s: hands every input on, to actions of its own commit', (name, { job, workflow, text }) => {
  const { inputs } = workflow.on.workflow_call;
  const [checkout, ...steps] = job.steps;
  expect(checkout?.uses).toMatch(/^actions\/checkout@[0-9a-f]{40}$/);
  expect(checkout?.with['persist-credentials']).toBe(false);
  expect(steps.length).toBeGreaterThan(0);
  for (const step of steps) {
    const definition = actions.find((one) => step.uses === `$/actions/${one.name}`);
    if (definition === undefined) throw new Error(`${step.uses} is none of ours`);
    // Builds take the only component of their kind.
    const fields = new Map([...fieldsOf(definition.inputs)].filter(([one]) => one !== 'component'));
    const { token, ...given } = step.with;
    if (fields.delete('token'))
      expect(token).toBe(name === 'chatops' ? '${{ secrets.SHIPLOCK_TOKEN || github.token }}' : OWN_TOKEN);
    expect(given).toEqual(Object.fromEntries([...fields.keys()].map((one) => [one, `\${{ inputs.${one} }}`])));
    for (const [one, { required, fallback }] of fields) {
      expect(inputs[one]?.required, `${name} ${one}`).toBe(required);
      // What is left out here is what is left out there.
      if (!required) expect(String(inputs[one]?.default), `${name} ${one}`).toBe(fallback ?? '');
    }
  }
  const handed = new Set(steps.flatMap((step) => Object.keys(step.with)));
  expect(Object.keys(inputs).filter((one) => !handed.has(one) && !OF_THE_JOB.includes(one))).toEqual([]);
  for (const one of Object.keys(inputs)) expect(text, `${one} is read`).toMatch(new RegExp(`inputs\\.${one}\\b`));
});

test.each(each)('%s: outputs come from its actions, and are explained', (_name, { id, job, workflow }) => {
  const { outputs } = workflow.on.workflow_call;
  expect(Object.keys(job.outputs).toSorted()).toEqual(Object.keys(outputs).toSorted());
  for (const [name, { value, description }] of Object.entries(outputs)) {
    expect(value).toBe(`\${{ jobs.${id}.outputs.${name} }}`);
    expect(description).toMatch(/^\S.{3,}\.$/s);
    const sources = [...(job.outputs[name] ?? '').matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)];
    expect(sources.length).toBeGreaterThan(0);
    for (const [, step, output = ''] of sources) {
      const uses = job.steps.find((one) => one.id === step)?.uses;
      const definition = actions.find((one) => uses === `$/actions/${one.name}`);
      expect(Object.keys(definition?.outputs ?? {}), `${uses}`).toContain(output);
    }
  }
});

test.each(each)(
  '%s: every secret is declared, and only goes to a step as a variable, or as its token',
  (_name, { job, workflow, text }) => {
    const declared = Object.keys(workflow.on.workflow_call.secrets);
    const used = [...text.matchAll(/\bsecrets\.(\w+)/g)].map(([, one]) => one);
    expect([...new Set(used)].toSorted()).toEqual(declared.toSorted());
    const given = job.steps.flatMap((step) => Object.values(step.env));
    for (const one of declared.filter((name) => !name.endsWith('_TOKEN')))
      expect(given).toContain(`\${{ secrets.${one} }}`);
  },
);

test('no job has a script', () => {
  for (const { name, job } of all) for (const step of job.steps) expect(step, name).not.toHaveProperty('run');
});

describe('ci', () => {
  const { text = '', workflow } = published.get('ci') ?? {};
  const schema = z.strictObject({
    name: z.string(),
    'runs-on': z.string(),
    'timeout-minutes': z.string(),
    permissions: words,
    concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }),
    steps: z.array(
      z.strictObject({
        name: z.string(),
        uses: z.string().optional(),
        with: z.record(z.string(), z.unknown()).optional(),
        if: z.string().optional(),
        run: z.string().optional(),
        env: words.optional(),
      }),
    ),
  });
  const { ci } = z.object({ jobs: z.strictObject({ ci: schema }) }).parse(parse(text)).jobs;

  test('may read and nothing else: no secret, no environment, no state, so that a pull request may run it', () => {
    expect(workflow?.permissions).toEqual({});
    expect(ci.permissions).toEqual(READS);
    expect(workflow?.on.workflow_call.secrets).toEqual({});
    expect(Object.keys(workflow?.on.workflow_call.inputs ?? {})).toEqual([
      'config',
      'migrations',
      'tests',
      'runner',
      'timeout-minutes',
    ]);
    expect(text).not.toMatch(/\bsecrets\.|github\.token|self-hosted/);
    expect(ci.steps[0]?.with).toEqual({ 'persist-credentials': false });
  });

  test('its scripts are these, and what comes from outside is a variable to them', () => {
    expect(ci.steps.flatMap(({ run, env }) => (run === undefined ? [] : [[run, env]]))).toEqual([
      ['shiplock validate --config "$CONFIG"', { CONFIG: '${{ inputs.config }}' }],
      ['shiplock migrate lint --config "$CONFIG"', { CONFIG: '${{ inputs.config }}' }],
      ['sh -euc "$TESTS"', { TESTS: '${{ inputs.tests }}' }],
    ]);
  });

  test('a newer push to a pull request replaces the check of the older one, and no other', () => {
    expect(ci.concurrency).toEqual({
      group: "shiplock-ci-${{ inputs.config }}-${{ github.event_name == 'pull_request' && github.ref || github.sha }}",
      'cancel-in-progress': true,
    });
  });
});

describe('scan', () => {
  const { text = '', workflow } = published.get('scan') ?? {};
  const schema = z.looseObject({
    needs: z.string().optional(),
    if: z.string().optional(),
    permissions: words,
    concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }),
    outputs: words.default({}),
    steps: z.array(stepSchema),
  });
  const { scan, upload } = z.object({ jobs: z.strictObject({ scan: schema, upload: schema }) }).parse(parse(text)).jobs;

  test('the job that runs scanners may only read; the one that may write runs nothing of the commit', () => {
    expect(workflow?.permissions).toEqual({});
    expect(scan.permissions).toEqual(READS);
    expect(upload.permissions).toEqual({ 'security-events': 'write', actions: 'read' });
    expect(upload.steps.map(({ uses }) => uses.replace(/@[0-9a-f]{40}$/, ''))).toEqual([
      'actions/download-artifact',
      'github/codeql-action/upload-sarif',
    ]);
    expect(upload.needs).toBe('scan');
    // Also when the scan has failed; not with the token of a fork, which may not write.
    expect(upload.if).toMatch(/^always\(\) && inputs\.upload && needs\.scan\.outputs\.sarif != ''/);
    expect(upload.if).toContain('head.repo.full_name == github.repository');
    expect(text).not.toMatch(/\bsecrets\.|github\.token|self-hosted|^\s*run:/m);
  });

  test('hands every input on, with the whole history and no credentials', () => {
    const definition = actions.find(({ name }) => name === 'security-scan');
    if (definition === undefined) throw new Error('there is no such action');
    const [checkout, act, keep] = scan.steps;
    expect(checkout?.with).toEqual({ 'fetch-depth': 0, 'persist-credentials': false });
    expect(act?.uses).toBe('$/actions/security-scan');
    const { sarif, ...given } = act?.with ?? {};
    const names = [...fieldsOf(definition.inputs).keys()].filter((name) => name !== 'sarif');
    expect(given).toEqual(Object.fromEntries(names.map((name) => [name, `\${{ inputs.${name} }}`])));
    expect(keep?.with['path']).toBe(sarif);
    const inputs = workflow?.on.workflow_call.inputs ?? {};
    expect(Object.keys(inputs)).toEqual([...names, 'upload', 'runner', 'timeout-minutes']);
    for (const name of names.filter((one) => one !== 'install'))
      expect(String(inputs[name]?.default), name).toBe(fieldsOf(definition.inputs).get(name)?.fallback ?? '');
  });

  test('outputs come from the action, and are explained', () => {
    const outputs = workflow?.on.workflow_call.outputs ?? {};
    for (const [name, { value, description }] of Object.entries(outputs)) {
      expect(value).toBe(`\${{ jobs.scan.outputs.${name} }}`);
      expect(scan.outputs[name]).toBe(`\${{ steps.act.outputs.${name} }}`);
      expect(description).toMatch(/^\S.{3,}\.$/s);
    }
  });
});

test('what a workflow takes from others is pinned, with its version beside it', () => {
  for (const file of globSync(['.github/workflows/*.yml', 'workflows/*.yml'])) {
    const text = readFileSync(file, 'utf8');
    for (const [, what = '', comment = ''] of text.matchAll(/^\s*(?:- )?uses: (\S+)(.*)$/gm)) {
      if (what.startsWith('$/')) continue;
      expect(what, file).toMatch(/@[0-9a-f]{40}$/);
      expect(comment, `${file}: ${what} needs its version as a comment`).toMatch(/^ # v\d+\.\d+\.\d+$/);
    }
  }
});

test.each(each)('%s: for an older server only what it does not know is another', (_name, { text, job }) => {
  const commit = 'c'.repeat(40);
  const [before, after] = [text, forEnterprise(text, 'corp/shiplock', commit)].map((one) => JSON.stringify(parse(one)));
  const expected = (before ?? '')
    .replaceAll(/"\$\/([^"]+)"/g, `"corp/shiplock/$1@${commit}"`)
    .replaceAll(',"queue":"max"', '')
    .replaceAll(',"deployment":false', '');
  expect(after).toBe(expected);
  expect(expected).not.toContain('$/');
  expect(job.steps.length).toBeGreaterThan(1);
});

const callerSchema = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z.strictObject({ branches: z.tuple([z.literal('main')]) }).optional(),
    pull_request: z.null().optional(),
    issue_comment: z.strictObject({ types: z.tuple([z.literal('created')]) }).optional(),
    schedule: z.array(z.strictObject({ cron: z.string() })).optional(),
    workflow_dispatch: z.strictObject({ inputs: z.record(z.string(), z.looseObject({ type: z.string() })) }).nullish(),
  }),
  // No `concurrency`: a called job would wait for its own caller.
  permissions: z.strictObject({}),
  jobs: z.record(
    z.string(),
    z.strictObject({
      name: z.string(),
      needs: z.string().optional(),
      permissions: words,
      uses: z.string(),
      with: z.record(z.string(), z.unknown()),
      secrets: words.default({}),
    }),
  ),
});

test.each(globSync('workflows/*.yml').toSorted())('%s calls what there is', (file) => {
  const caller = callerSchema.parse(parse(readFileSync(file, 'utf8')));
  const asked = caller.on.workflow_dispatch?.inputs ?? {};
  for (const job of Object.values(caller.jobs)) {
    const called = /^OWNER\/shiplock\/\.github\/workflows\/([\w-]+)\.yml@0{40}$/.exec(job.uses)?.[1];
    const target = published.get(called ?? '')?.workflow;
    if (target === undefined) throw new Error(`${job.uses} is not there`);
    const { inputs, secrets } = target.on.workflow_call;
    // The forge wants of a caller what any job of the called one takes.
    expect(Object.assign({}, ...Object.values(target.jobs).map(({ permissions }) => permissions))).toEqual(
      job.permissions,
    );
    expect(Object.keys(secrets)).toEqual(expect.arrayContaining(Object.keys(job.secrets)));
    for (const [name, value] of Object.entries(job.secrets)) expect(value).toBe(`\${{ secrets.${name} }}`);
    for (const [name, { required }] of Object.entries(inputs)) if (required) expect(job.with).toHaveProperty(name);
    for (const [name, value] of Object.entries(job.with)) {
      const own = /^\$\{\{ inputs\.([\w-]+)(?: \|\| false)? \}\}$/.exec(String(value))?.[1];
      const type = own === undefined ? typeof value : asked[own]?.type?.replace('choice', 'string');
      expect(type, `${name} of ${called}`).toBe(inputs[name]?.type);
    }
  }
});

test('every workflow is called by one, and is known to `upgrade`', () => {
  const texts = globSync('workflows/*.yml')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  for (const name of published.keys()) expect(texts).toContain(`/.github/workflows/${name}.yml@`);
  expect(Object.keys(WORKFLOWS)).toEqual([...published.keys()]);
});
