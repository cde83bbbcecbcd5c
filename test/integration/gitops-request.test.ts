import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openForge } from '../../src/forge/index.ts';
import type { Forge } from '../../src/model/forge.ts';
import { gitopsForgeChecks } from '../../src/release/manifests/forge-checks.ts';
import { stillMissing } from '../../src/release/manifests/merge-look.ts';
import { branchOf, openRequest, withdrawAll } from '../../src/release/manifests/request.ts';
import { world as surroundings } from '../build/perform.ts';
import { NO_FAULTS, seeded } from '../forge-sim/faults.ts';
import { newId } from '../forge-sim/world.ts';
import { type ForgeWorld, forgeClock, forgeWorld } from '../support/forge-world.ts';

/** Pull requests of releases against the simulator: real git, and every call checked against GitHub's description. */

const clock = forgeClock();
const REPO = '/repos/acme/certkeeper';
const FILE = 'apps/production.yaml';
/** With everything that GitHub's description of the rule asks for. */
const REVIEW = {
  type: 'pull_request',
  parameters: {
    required_approving_review_count: 1,
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_review_thread_resolution: false,
  },
};
let world: ForgeWorld;
let runs = 0;
let run: string;

function open(
  signal: AbortSignal,
  { token = world.appToken(), repo = 'certkeeper' }: { readonly token?: string; readonly repo?: string } = {},
): Forge {
  return openForge({
    api: world.sim.apiUrl,
    owner: 'acme',
    repo,
    credentials: { kind: 'token', token },
    ports: { clock, random: seeded(1), signal },
    patienceMs: 20_000,
  });
}

const never = new AbortController().signal;

const forgeOfProduct = () => ({
  api: world.sim.apiUrl,
  repository: 'acme/certkeeper',
  app: { id: String(world.app.id), key: { secret: 'env:KEY' } },
});

function environment() {
  return {
    service: 'certkeeper',
    environment: 'production',
    baseDir: world.root,
    gitops: {
      repository: world.repository.directory,
      branch: 'main',
      file: FILE,
      path: 'version',
      names: 'version' as const,
      author: { name: 'Shiplock', email: 'shiplock@localhost' },
      signingKey: null,
      by: 'pull-request' as const,
      forge: forgeOfProduct(),
    },
  };
}

async function ask(forge: Forge, value: string) {
  const { gitops, baseDir, ...names } = environment();
  const options = { ...names, ...gitops, baseDir, workDir: join(world.root, 'work'), id: 'git', value, pushes: false };
  return openRequest(forge, environment(), options, surroundings({ run, fence: runs }).ctx);
}

const pulls = () => [...world.repository.issues.values()].filter(({ pull }) => pull?.headBranch.endsWith(`/${run}`));

async function commitsOf(branch: string): Promise<number> {
  const git = world.sim.git(world.repository);
  return (await git.log(`refs/heads/main..refs/heads/${branch}`, { most: 10 })).length;
}

beforeAll(async () => {
  world = await forgeWorld({ clock });
  await world.change(world.olga, 'main', { [FILE]: '# What serves.\nversion: 1.0.0 # by release\nreplicas: 2\n' });
});
beforeEach(() => {
  run = `20261122-0700${String(10 + ++runs)}-0a1b`;
});
afterAll(async () => {
  expect(world.sim.wrong()).toEqual([]);
  await world[Symbol.asyncDispose]();
});

describe('a pull request of a run', () => {
  test('has one commit, signed by the forge, that changes one value, and shows its difference once', async () => {
    const forge = open(never);
    const opened = await ask(forge, '2.0.0');
    expect(await ask(forge, '2.0.0')).toEqual(opened);
    expect(pulls()).toHaveLength(1);
    const branch = branchOf(environment(), run);
    expect(await commitsOf(branch)).toBe(1);
    const head = (await forge.commits.head(branch)) ?? '';
    const git = world.sim.git(world.repository);
    const { message } = await git.commit(head);
    expect(message).toMatch(/^certkeeper in production: 2\.0\.0\n/);
    expect(message).toContain(`Shiplock-Run: ${run}\n`);
    expect(message.trimEnd().split('\n\n').at(-1)).toContain('Shiplock-Id: ');
    const called = await world.call(world.tokenOf(world.ann), 'GET', `${REPO}/commits/${head}`);
    expect(called.body).toMatchObject({ commit: { verification: { verified: true } } });
    const files = await forge.pulls.files(opened.pull ?? 0);
    expect(files.map(({ path, additions, deletions }) => [path, additions, deletions])).toEqual([[FILE, 1, 1]]);
    const comments = [...world.repository.comments.values()].filter(({ issue }) => issue === opened.pull);
    // The simulator shows no lines of a difference.
    expect(comments.map(({ body }) => body.includes(`| \`${FILE}\` | modified | +1 −1 |`))).toEqual([true]);
    const text = await git.run(['show', `${head}:${FILE}`]);
    expect(text).toBe('# What serves.\nversion: 2.0.0 # by release\nreplicas: 2\n');
  });

  test('is not opened where git names the version already', async () => {
    expect(await ask(open(never), '1.0.0')).toEqual({ pull: null, url: '' });
    expect(pulls()).toEqual([]);
  });

  test('takes the place of those that earlier runs have left open, and of no others', async () => {
    const forge = open(never);
    const before = await ask(forge, '2.1.0');
    const ours = branchOf(environment(), run);
    await world.change(
      world.ann,
      'shiplock/certkeeper/staging/20261122-070000-0000',
      { x: 'y' },
      {
        from: (await forge.commits.head('main')) ?? '',
      },
    );
    const body = { title: 'other', head: 'shiplock/certkeeper/staging/20261122-070000-0000', base: 'main' };
    expect((await world.call(world.tokenOf(world.ann), 'POST', `${REPO}/pulls`, body)).status).toBe(201);
    run = `${run}-next`;
    const after = await ask(forge, '2.2.0');
    expect(after.pull).not.toBe(before.pull);
    expect((await forge.pulls.read(before.pull ?? 0))?.open).toBe(false);
    expect(await forge.commits.head(ours)).toBeUndefined();
    expect(await forge.pulls.open('shiplock/certkeeper/staging/')).toHaveLength(1);
    expect(await withdrawAll(forge, 'shiplock/certkeeper/production/')).toEqual([after.pull]);
    expect(await withdrawAll(forge, 'shiplock/certkeeper/production/')).toEqual([]);
  });

  test('killed behind every call: one pull request, one commit, one comment', async () => {
    const calls = await countCalls(() => ask(open(never), '3.0.0'));
    expect(calls).toBeGreaterThan(5);
    for (let at = 1; at <= calls; at++) {
      run = `20261122-0800${String(10 + at)}-0a1b`;
      let number = 0;
      // The answer of this call is lost, and nothing is sent any more: so it looks to the forge when the process is gone.
      world.sim.setFaults(() => {
        number += 1;
        return number < at ? undefined : number === at ? 'lost' : 'cut';
      });
      await expect(ask(open(never), '3.0.0')).rejects.toThrow();
      world.sim.setFaults(NO_FAULTS);
      // Somebody else has changed the branch meanwhile.
      if (at % 3 === 0) await world.change(world.ann, 'main', { [`other-${at}`]: 'x\n' });
      const opened = await ask(open(never), '3.0.0');
      expect(pulls().map(({ number: is, state }) => [is, state])).toEqual([[opened.pull, 'open']]);
      expect(await commitsOf(branchOf(environment(), run))).toBe(1);
      const comments = [...world.repository.comments.values()].filter(({ issue }) => issue === opened.pull);
      expect(comments).toHaveLength(1);
    }
  }, 400_000);
});

async function countCalls(work: () => Promise<unknown>): Promise<number> {
  const before = world.sim.seen.length;
  await work();
  return world.sim.seen.length - before;
}

describe('what a gate waits for', () => {
  const asked = () => ({
    branch: branchOf(environment(), run),
    base: 'main',
    where: 'acme/certkeeper',
    named: '1.0.0',
    value: '4.0.0',
  });

  test('is said with what still stands against merging, and how it ended without a merge', async () => {
    const forge = open(never);
    expect((await stillMissing(forge, asked())).found).toBe('there is no pull request, and main names 1.0.0');
    const { pull } = await ask(forge, '4.0.0');
    expect((await stillMissing(forge, asked())).found).toContain('nothing that we can see stands against');
    const rules = [
      { type: 'non_fast_forward' },
      { type: 'deletion' },
      REVIEW,
      {
        type: 'required_status_checks',
        parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: 'guard' }] },
      },
    ];
    world.repository.rulesets.push({
      ...{ id: newId(world.sim.world), name: 'main', target: 'branch', enforcement: 'active', rules },
      ...{ include: ['refs/heads/main'], exclude: [], bypass: [], createdAt: 0 },
    });
    const problem = await stillMissing(forge, asked());
    expect(problem).toMatchObject({
      code: 'release.not-merged',
      where: `acme/certkeeper#${pull}`,
      found: 'it is open, with 0 of 1 approvals and checks that are not good: guard (missing)',
    });
    // Neither a yes of who opened it nor one that was taken back counts; nobody merges past the rules.
    const merge = () => world.call(world.tokenOf(world.ann), 'PUT', `${REPO}/pulls/${pull}/merge`, {});
    expect((await merge()).status).toBeGreaterThan(399);
    await world.call(world.tokenOf(world.ann), 'POST', `${REPO}/pulls/${pull}/reviews`, { event: 'APPROVE' });
    const head = await forge.commits.head(asked().branch);
    await forge.projections.status({ commit: head ?? '', context: 'guard', state: 'success', description: 'ok' });
    expect((await stillMissing(forge, asked())).found).toContain('nothing that we can see stands against');
    await world.call(world.tokenOf(world.ann), 'PATCH', `${REPO}/pulls/${pull}`, { state: 'closed' });
    expect((await stillMissing(forge, asked())).found).toBe(`#${pull} is closed, not merged, and main names 1.0.0`);
    world.repository.rulesets.pop();
  });
});

describe('doctor', () => {
  const look = async (
    more: {
      readonly token?: string;
      readonly repo?: string;
      readonly by?: 'push' | 'pull-request';
      readonly branch?: string;
    } = {},
  ) => {
    const { by = 'pull-request', branch = 'main' } = more;
    const checks = gitopsForgeChecks(
      { by, branch, forge: forgeOfProduct() },
      async ({ signal }) => open(signal, more),
      4_000,
    );
    const answers = await Promise.all(
      checks.map(async ({ id, look: one }) => {
        try {
          return [id, await one(never)] as const;
        } catch (error) {
          return [id, { state: 'thrown', found: error instanceof Error ? error.message : '' }] as const;
        }
      }),
    );
    return Object.fromEntries(answers);
  };
  const asApp = (permissions?: Readonly<Record<string, 'read' | 'write'>>) =>
    gitopsForgeChecks(
      { by: 'pull-request', branch: 'main', forge: forgeOfProduct() },
      async ({ signal }) =>
        openForge({
          ...{ api: world.sim.apiUrl, owner: 'acme', repo: 'certkeeper' },
          credentials: {
            kind: 'app',
            app: String(world.app.id),
            privateKey: world.privateKey,
            ...(permissions === undefined ? {} : { permissions }),
          },
          ports: { clock, random: seeded(1), signal },
        }),
      4_000,
    );

  test('says which rights an App lacks, and by what they are given', async () => {
    const [whole] = asApp();
    expect(await whole?.look(never)).toMatchObject({ state: 'ok' });
    const [less] = asApp({ contents: 'read', checks: 'read', statuses: 'read' });
    expect(await less?.look(never)).toMatchObject({
      state: 'failed',
      found: 'an App without contents: write, pull_requests: write',
    });
  });

  test('tells apart: not known, not allowed, not there, no rule', async () => {
    const unknown = await look({ token: 'ghp_nobody' });
    expect(unknown['gitops.forge']).toMatchObject({ state: 'thrown', found: expect.stringContaining('401') });
    const elsewhere = await look({ repo: 'nothing' });
    expect(elsewhere['gitops.forge.branch']).toMatchObject({ state: 'thrown', found: expect.stringContaining('404') });
    expect((await look({ branch: 'gone' }))['gitops.forge.branch']).toMatchObject({
      state: 'failed',
      found: 'no branch gone',
    });
    const open = await look();
    expect(open['gitops.forge.branch']).toMatchObject({ state: 'failed', found: expect.stringContaining('rewritten') });
    expect(open['gitops.forge.bypass']).toMatchObject({ state: 'ok' });
    world.sim.setFaults(() => 'cut');
    expect((await look())['gitops.forge']).toMatchObject({ state: 'thrown' });
    world.sim.setFaults(NO_FAULTS);
  });

  test('the command that it prints makes the rule that it misses; a way back needs somebody past it', async () => {
    const found = (await look())['gitops.forge.branch'];
    const command = found !== undefined && 'mend' in found ? found.mend : '';
    const said: unknown = JSON.parse(/^echo '(.*)' \| gh api/.exec(command)?.[1] ?? '');
    expect(said).toMatchObject({ target: 'branch', conditions: { ref_name: { include: ['refs/heads/main'] } } });
    const guard = {
      ...{ id: newId(world.sim.world), name: 'main', target: 'branch' as const, enforcement: 'active' as const },
      ...{ include: ['refs/heads/main'], exclude: [], createdAt: 0 },
      bypass: [],
      rules: [{ type: 'non_fast_forward' }, { type: 'deletion' }],
    };
    world.repository.rulesets.push(guard);
    expect((await look())['gitops.forge.branch']).toMatchObject({ state: 'warning' });
    expect((await look({ by: 'push' }))['gitops.forge.branch']).toMatchObject({ state: 'ok' });
    world.repository.rulesets.pop();
    const reviewed = {
      ...guard,
      rules: [...guard.rules, REVIEW],
    };
    world.repository.rulesets.push(reviewed);
    const strict = await look();
    expect(strict['gitops.forge.branch']).toMatchObject({ state: 'ok' });
    // Who may pass is shown to administrators only.
    expect(strict['gitops.forge.bypass']).toMatchObject({ state: 'warning' });
    const token = world.tokenOf(world.olga);
    expect((await look({ token }))['gitops.forge.bypass']).toMatchObject({ state: 'failed' });
    world.repository.rulesets.pop();
    world.repository.rulesets.push({
      ...reviewed,
      bypass: [{ actor_id: world.app.id, actor_type: 'Integration', bypass_mode: 'always' }],
    });
    expect((await look({ token }))['gitops.forge.bypass']).toMatchObject({
      state: 'ok',
      found: `Integration ${world.app.id}`,
    });
    world.repository.rulesets.pop();
  });
});
