import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { door } from '../../src/cli/session.ts';
import { resolveEnvironment } from '../../src/config/index.ts';
import type { BranchRules } from '../../src/model/forge.ts';
import { unwrap } from '../../src/model/problem.ts';
import { runChecks } from '../../src/procedure/check/index.ts';
import { callersAround } from '../../src/release/callers/callers.ts';
import { drawCallers } from '../../src/release/callers/draw.ts';
import { branchAnswer, callerChecks, environmentAnswer, needsOf } from '../../src/release/callers/forge-checks.ts';
import { remoteOf } from '../../src/release/callers/place.ts';
import { openService } from '../../src/release/index.ts';
import { draft } from '../../src/release/init/draft.ts';
import { newId, noSettings } from '../forge-sim/world.ts';
import { type ForgeWorld, forgeWorld } from '../support/forge-world.ts';
import { terminal } from '../support/terminal.ts';

/** `shiplock doctor` in the repository of a service: what the jobs of its callers need is looked for at the simulated forge, by name only. */

const PIN = { repository: 'example/shiplock', commit: 'a'.repeat(40), version: 'v0.1.0' };
let world: ForgeWorld;
let dir: string;

type Line = Awaited<ReturnType<typeof runChecks>>[number];

/** In this process: what a check may take is a matter of how busy the machine is. */
async function look(name: string, env: Readonly<Record<string, string>> = {}): Promise<readonly Line[]> {
  const io = terminal({
    cwd: dir,
    env: {
      ...process.env,
      ...{
        GITHUB_API_URL: world.sim.apiUrl,
        GITHUB_REPOSITORY: 'acme/certkeeper',
        GH_TOKEN: world.tokenOf(world.olga),
      },
      ...{ SHIPLOCK_FORGE_TOKEN: undefined, GITHUB_TOKEN: undefined },
      ...env,
    },
  });
  const service = await openService(await door(io, {}, false));
  const environment = unwrap(resolveEnvironment(service.config, name, { baseDir: dir }));
  const checks = await callerChecks(service, environment, ['env:SHIPLOCK_DATABASE_DSN'], 60_000);
  return runChecks(checks, service.clock, 60_000);
}

const mendOf = (line: Line): string => ('mend' in line ? line.mend : '');
const named = (lines: readonly Line[]) => lines.map(({ id, title, state }) => [id, title, state]);

beforeAll(async () => {
  world = await forgeWorld();
  await world.change(world.olga, 'main', { 'README.md': 'Shop.\n' });
  dir = mkdtempSync(join(tmpdir(), 'shiplock-settings-'));
  execFileSync('git', ['init', '-q', '-b', 'main', dir]);
  const environments = ['staging', 'production'];
  writeFileSync(
    join(dir, 'shiplock.yaml'),
    draft({
      service: 'shop',
      go: {
        ...{ kind: 'go', source: '.', package: '.', binary: 'shop', ready: '/readyz', listen: 'PORT', sure: true },
      } as const,
      files: null,
      database: { engine: 'mysql', migrations: 'migrations' },
      traffic: 'haproxy',
      strategy: 'canary',
      environments,
    }),
  );
  const callers = drawCallers(
    {
      ...{
        service: 'shop',
        prefix: 'shiplock',
        config: 'shiplock.yaml',
        state: '/var/lib/shop',
        runner: 'self-hosted',
      },
      ...{
        branch: 'main',
        api: true,
        frontend: false,
        client: false,
        database: true,
        tests: [],
        chat: true,
        resets: [],
        system: false,
      },
      environments: environments.map((name, index) => ({
        name,
        from: environments[index - 1] ?? null,
        cluster: false,
      })),
    },
    PIN,
  );
  mkdirSync(join(dir, '.github/workflows'), { recursive: true });
  for (const [name, text] of callers) writeFileSync(join(dir, '.github/workflows', name), text);
  // Somebody has a secret and a variable of their own.
  const own = join(dir, '.github/workflows/shiplock-production.yml');
  const text = callers.get('shiplock-production.yml') ?? '';
  writeFileSync(own, `${text}      SENTRY: \${{ secrets.SENTRY_KEY }}\n      REGION: \${{ vars.REGION }}\n`);
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  expect(world.sim.wrong()).toEqual([]);
  await world[Symbol.asyncDispose]();
});

describe('what jobs need', () => {
  const around = { references: ['env:SHIPLOCK_DATABASE_DSN'], teams: false };
  const needs = async (environment: string, more: Partial<typeof around> = {}) =>
    needsOf(
      (await callersAround(dir)).flatMap(({ jobs }) => jobs),
      { ...around, environment, ...more },
    );

  test('follows from the callers, and from what the configuration asks for', async () => {
    expect(await needs('production')).toEqual({
      environments: new Map([
        ['production', { waitsForNobody: false }],
        ['production-rollback', { waitsForNobody: true }],
      ]),
      secrets: expect.arrayContaining([
        { name: 'DATABASE_DSN', environment: null },
        { name: 'DATABASE_DSN', environment: 'production' },
        { name: 'DATABASE_DSN', environment: 'production-rollback' },
        { name: 'SENTRY_KEY', environment: 'production' },
      ]),
      variables: [{ name: 'REGION', environment: 'production' }],
    });
  });

  test('a secret of another environment is not asked for; a token of an App only where teams are named', async () => {
    const names = async (...given: Parameters<typeof needs>) => (await needs(...given)).secrets.map(({ name }) => name);
    expect(await names('staging')).not.toContain('SENTRY_KEY');
    expect(await names('staging')).not.toContain('SHIPLOCK_TOKEN');
    expect(await names('staging', { teams: true })).toContain('SHIPLOCK_TOKEN');
    expect(await names('staging', { references: ['env:SHIPLOCK_APPLICATION_DSN'] })).not.toContain('DATABASE_DSN');
  });
});

test('a reset of data reads its secrets in the environment that it resets', () => {
  const job = {
    ...{ workflow: 'data-reset', where: 'shiplock-data-reset.yml', inputs: new Map<string, string>() },
    ...{ environment: 'testing', forgeEnvironment: null, secrets: null },
    reads: { secrets: new Set(['DATABASE_DSN']), variables: new Set<string>() },
  };
  const around = { environment: 'testing', references: ['env:SHIPLOCK_DATABASE_DSN'], teams: false };
  expect(needsOf([job], around)).toEqual({
    environments: new Map([['testing', { waitsForNobody: false }]]),
    secrets: [{ name: 'DATABASE_DSN', environment: 'testing' }],
    variables: [],
  });
});

test('what is missing is said with the command that makes it, and is not missing then', async () => {
  const before = await look('production');
  const missing = before.filter(({ state }) => state === 'failed');
  expect(missing.map(mendOf)).toEqual(
    expect.arrayContaining([
      'gh secret set DATABASE_DSN --repo acme/certkeeper --env production',
      'gh secret set DATABASE_DSN --repo acme/certkeeper --env production-rollback',
      'gh secret set DATABASE_DSN --repo acme/certkeeper',
      'gh secret set SENTRY_KEY --repo acme/certkeeper --env production',
      'gh variable set REGION --repo acme/certkeeper --env production',
    ]),
  );
  expect(before.filter(({ id }) => id === 'forge.environment').map((one) => [one.state, mendOf(one)])).toEqual([
    ['warning', 'gh api -X PUT repos/acme/certkeeper/environments/production'],
    ['warning', 'gh api -X PUT repos/acme/certkeeper/environments/production-rollback'],
  ]);
  const { repository } = world;
  for (const name of ['production', 'production-rollback']) {
    const one = { id: newId(world.sim.world), name, createdAt: 0, reviewers: [world.ann], settings: noSettings() };
    repository.environments.set(name, one);
  }
  repository.settings.secrets.add('DATABASE_DSN');
  repository.shared.secrets.add('APPLICATION_DSN');
  repository.environments.get('production')?.settings.secrets.add('SENTRY_KEY');
  repository.environments.get('production')?.settings.variables.add('REGION');
  repository.rulesets.push({
    ...{ id: newId(world.sim.world), name: 'main', target: 'branch', enforcement: 'active', bypass: [], createdAt: 0 },
    ...{ include: ['refs/heads/main'], exclude: [] },
    rules: [
      { type: 'non_fast_forward' },
      { type: 'deletion' },
      {
        type: 'required_status_checks',
        parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: 'ci' }] },
      },
    ],
  });
  const after = await look('production');
  expect(named(after.filter(({ state }) => state !== 'ok'))).toEqual([
    ['forge.environment', 'Environment production-rollback of the forge', 'failed'],
  ]);
  expect(JSON.stringify(after)).not.toContain(world.tokenOf(world.olga));
});

test('what we may not see is no failure, and nobody is asked without a token', async () => {
  const less = await look('production', { GH_TOKEN: world.appToken({ contents: 'read', administration: 'read' }) });
  const hidden = less.filter(({ id }) => id === 'forge.secret' || id === 'forge.variable');
  expect(new Set(hidden.map(({ state }) => state))).toEqual(new Set(['warning']));
  expect(hidden[0]?.found).toContain('we may not see the secrets');
  const from = world.sim.seen.length;
  const none = await look('production', { GH_TOKEN: '' });
  expect(named(none)).toEqual([['forge.repository', 'Repository at the forge', 'warning']]);
  expect(world.sim.seen).toHaveLength(from);
  const wrong = await look('production', { GH_TOKEN: 'ghp_nobody' });
  expect(wrong.find(({ id }) => id === 'forge.repository')).toMatchObject({
    state: 'failed',
    found: expect.stringContaining('401'),
  });
});

test('answers, and addresses of remotes', () => {
  const at = { repository: 'acme/shop', branch: 'main' };
  expect(environmentAnswer({ name: 'Prod', waitsForNobody: false }, [{ name: 'prod', reviewed: true }], at)).toEqual({
    state: 'ok',
    found: 'there, with reviewers',
  });
  const rules: BranchRules = {
    requiredChecks: [],
    approvals: 1,
    forcePushes: 'unknown',
    deletions: 'refused',
    updates: 'open',
    bypass: 'unknown',
  };
  expect(branchAnswer(rules, at)).toMatchObject({ state: 'warning', found: expect.stringContaining('may not see') });
  expect(branchAnswer({ ...rules, deletions: 'allowed' }, at)).toMatchObject({
    state: 'failed',
    found: 'it may be deleted',
  });
  expect(branchAnswer({ ...rules, approvals: 0 }, at)).toMatchObject({ state: 'warning' });
  const github = { api: 'https://api.github.com', repository: 'acme/shop' };
  for (const address of [
    'https://github.com/acme/shop.git',
    'git@github.com:acme/shop.git',
    'ssh://git@github.com/acme/shop',
  ])
    expect(remoteOf(address)).toEqual(github);
  expect(remoteOf('https://x:y@git.corp.example:8443/acme/shop')).toEqual({
    api: 'https://git.corp.example/api/v3',
    repository: 'acme/shop',
  });
  for (const address of ['', '/srv/git/shop.git', 'file:///srv/git/shop.git', '../shop'])
    expect(remoteOf(address)).toBeUndefined();
});
