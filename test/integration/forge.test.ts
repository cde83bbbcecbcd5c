import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Credentials, claimRef, diffPreview, ForgeError, notGood, openForge } from '../../src/forge/index.ts';
import type { Forge } from '../../src/model/forge.ts';
import { ProblemError } from '../../src/model/problem.ts';
import { seeded } from '../forge-sim/faults.ts';
import { addTeam } from '../forge-sim/people.ts';
import { newId, type Permissions } from '../forge-sim/world.ts';
import { type ForgeWorld, forgeClock, forgeWorld, idOf } from '../support/forge-world.ts';

/** src/forge against the simulator: real git, real HTTP, and every request checked against GitHub's description. */

let world: ForgeWorld;
let forge: Forge;
const clock = forgeClock();
const REPO = '/repos/acme/certkeeper';

function open(credentials: Credentials, api = world.sim.apiUrl): Forge {
  const signal = new AbortController().signal;
  return openForge({
    api,
    owner: 'acme',
    repo: 'certkeeper',
    credentials,
    ports: { clock, random: seeded(1), signal },
  });
}

function withToken(permissions?: Permissions): Forge {
  return open({ kind: 'token', token: world.appToken(permissions) });
}

async function codeOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing;
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0]?.code ?? '';
    throw error;
  }
  return 'none';
}

beforeAll(async () => {
  world = await forgeWorld({ clock });
});

// A token lives for an hour of the clock that tests move.
beforeEach(() => {
  forge = withToken();
});

afterAll(async () => {
  expect(world.sim.wrong()).toEqual([]);
  await world[Symbol.asyncDispose]();
});

async function issue(): Promise<number> {
  await world.call(world.tokenOf(world.olga), 'POST', `${REPO}/issues`, { title: 'Deploy' });
  return world.repository.nextNumber - 1;
}

test('an App gets a token for this repository, uses it again, and gets another when it ends', async () => {
  await world.change(world.olga, 'main', { 'README.md': 'one\n' });
  const { sim, app, privateKey } = world;
  const own = open({ kind: 'app', app: String(app.id), privateKey, permissions: { contents: 'read' } });
  const from = sim.seen.length;
  await own.commits.head('main');
  await own.commits.head('main');
  const routes = sim.seen.slice(from).map(({ route, status }) => `${route?.split(' ')[0]} ${status}`);
  // The second look is answered by its ETag.
  expect(routes).toEqual(['GET 200', 'POST 201', 'GET 200', 'GET 304']);
  clock.pass(3_600_000);
  await own.commits.head('main');
  expect(sim.seen.slice(from).filter(({ route }) => route?.startsWith('POST') === true)).toHaveLength(2);
  expect(await codeOf(own.claims.claim(1, 'run-1'))).toBe('forge.forbidden');
  expect(await codeOf(open({ kind: 'app', app: '1', privateKey: 'no key at all' }).commits.head('main'))).toBe(
    'forge.app-key',
  );
});

test('one living comment; those of others with the same marker are left alone', async () => {
  const number = await issue();
  const marker = '<!-- shiplock:status:run-1 -->';
  await world.call(world.tokenOf(world.eve), 'POST', `${REPO}/issues/${number}/comments`, { body: `mine\n${marker}` });
  const first = await forge.comments.upsert({ issue: number, marker, body: 'begun' });
  const second = await forge.comments.upsert({ issue: number, marker, body: 'done' });
  const elsewhere = await withToken().comments.upsert({ issue: number, marker, body: 'verified' });
  expect([second.id, elsewhere.id]).toEqual([first.id, first.id]);
  const bodies = [...world.repository.comments.values()].filter((one) => one.issue === number).map(({ body }) => body);
  expect(bodies).toEqual([`mine\n${marker}`, `verified\n${marker}`]);
  await world.call(world.tokenOf(world.olga), 'DELETE', `${REPO}/issues/comments/${first.id}`);
  expect((await forge.comments.upsert({ issue: number, marker, body: 'again' })).id).not.toBe(first.id);
});

test('a comment and a review are read again, with the number of who wrote them', async () => {
  const number = await issue();
  const id = idOf(
    await world.call(world.tokenOf(world.ann), 'POST', `${REPO}/issues/${number}/comments`, { body: '/deploy' }),
  );
  expect(await forge.comments.read(id)).toMatchObject({
    id,
    issue: number,
    body: '/deploy',
    edited: false,
    author: { id: world.ann.id, login: 'ann', bot: false },
  });
  clock.pass(5_000);
  await world.call(world.tokenOf(world.ann), 'PATCH', `${REPO}/issues/comments/${id}`, { body: '/deploy production' });
  expect(await forge.comments.read(id)).toMatchObject({ edited: true });
  await forge.reactions.add(id, 'eyes');
  await forge.reactions.add(id, 'eyes');
  expect(world.repository.comments.get(id)?.reactions).toHaveLength(1);
  await world.call(world.tokenOf(world.ann), 'DELETE', `${REPO}/issues/comments/${id}`);
  expect(await forge.comments.read(id)).toBeUndefined();
});

describe('people', () => {
  test('members are known by number; a team that cannot be seen is a problem, not a no', async () => {
    const deployers = { organisation: 'acme', slug: 'deployers' };
    expect(await forge.people.inTeam(world.ann.id, deployers)).toBe(true);
    expect(await forge.people.inTeam(world.eve.id, deployers)).toBe(false);
    expect(await codeOf(forge.people.inTeam(world.ann.id, { organisation: 'acme', slug: 'nobody' }))).toBe(
      'forge.team-unseen',
    );
    expect(await codeOf(withToken({ contents: 'read' }).people.inTeam(world.ann.id, deployers))).toBe(
      'forge.team-unseen',
    );
    const pending = addTeam(world.sim.world, world.org, 'pending', []);
    pending.members.set(world.eve.id, { role: 'member', state: 'pending' });
    expect(await forge.people.inTeam(world.eve.id, { organisation: 'acme', slug: 'pending' })).toBe(false);
  });

  test('a role belongs to the account that has the number, not to the name', async () => {
    expect(await forge.people.roleOf({ id: world.ann.id, login: 'ann', bot: false })).toBe('write');
    expect(await forge.people.roleOf({ id: world.eve.id, login: 'ann', bot: false })).toBe('none');
    expect(await forge.people.roleOf({ id: world.olga.id, login: 'olga', bot: false })).toBe('admin');
  });
});

test('the commit of a branch at a moment comes from the record of pushes, whatever dates the commits have', async () => {
  clock.set(Date.UTC(2026, 10, 21, 12, 0, 0));
  forge = withToken();
  const first = await world.push(world.ann, 'topic', { 'topic.txt': '1' });
  clock.pass(10_000);
  const second = await world.change(world.ann, 'topic', { 'topic.txt': '2' });
  const said = clock.now();
  expect(await codeOf(forge.pushes.commitAt('topic', said))).toBe('forge.push-in-the-same-second');
  clock.pass(5_000);
  const comment = clock.now();
  clock.pass(5_000);
  await world.change(world.ann, 'topic', { 'topic.txt': '3' });
  expect((await forge.pushes.commitAt('topic', comment)).commit).toBe(second);
  clock.pass(1_000);
  await world.change(world.ann, 'topic', { 'topic.txt': '4' }, { from: first });
  clock.pass(1_000);
  expect(await forge.pushes.commitAt('topic', comment)).toMatchObject({
    commit: second,
    pushed: { by: { login: 'ann' } },
  });
  expect(await codeOf(forge.pushes.commitAt('never', comment))).toBe('forge.no-push-record');
  // Moved behind the record's back.
  await world.sim.git(world.repository).move('refs/heads/topic', first, (await forge.commits.head('topic')) ?? '');
  expect(await codeOf(forge.pushes.commitAt('topic', comment))).toBe('forge.no-push-record');
});

test('a beginning of an id names one commit, and never a branch', async () => {
  const sha = await world.change(world.ann, 'prefix', { 'p.txt': '1' });
  expect(await forge.commits.byPrefix(sha.slice(0, 12))).toBe(sha);
  expect(await codeOf(forge.commits.byPrefix(sha.slice(0, 11)))).toBe('forge.commit-prefix');
  expect(await codeOf(forge.commits.byPrefix('HEAD'))).toBe('forge.commit-prefix');
  expect(await codeOf(forge.commits.byPrefix('0123456789ab'))).toBe('forge.commit-unknown');
  await world.change(world.ann, 'feedfacefeed', { 'p.txt': '2' });
  expect(await codeOf(forge.commits.byPrefix('feedfacefeed'))).toBe('forge.commit-unknown');
});

test('of many that claim a comment one wins, and wins again', async () => {
  await world.change(world.olga, 'main', { 'README.md': 'claims\n' });
  const claimants = Array.from({ length: 8 }, (_, index) => `run-${index}`);
  const answers = await Promise.all(claimants.map((claimant) => withToken().claims.claim(77, claimant)));
  const winner = claimants[answers.findIndex(({ kind }) => kind === 'won')] ?? '';
  expect(answers.filter(({ kind }) => kind === 'won')).toHaveLength(1);
  expect(answers.filter((one) => one.kind === 'taken').every((one) => one.by === winner)).toBe(true);
  expect(await forge.claims.claim(77, winner)).toEqual({ kind: 'won', ref: claimRef(77), fresh: false });
  const from = world.sim.seen.length;
  expect(await forge.claims.claim(78, 'run-1')).toEqual({ kind: 'won', ref: claimRef(78), fresh: true });
  expect(world.sim.seen.slice(from)).toHaveLength(3);
  const tree = await world.sim.git(world.repository).resolve('refs/heads/main^{tree}');
  expect(await forge.claims.claim(79, 'run-1', tree ?? '')).toMatchObject({ fresh: true });
  expect(world.sim.seen.slice(from)).toHaveLength(5);
  // A tree that the forge does not have: it is asked for one, as without.
  expect(await forge.claims.claim(80, 'run-1', '0123456789'.repeat(4))).toMatchObject({ fresh: true });
});

describe('commits by the forge', () => {
  test('signed, on the head that was read, and once', async () => {
    const head = await world.change(world.olga, 'gitops', { 'values.yaml': 'version: 1\n' });
    const change = {
      branch: 'gitops',
      expected: head,
      headline: 'Release 2',
      body: '',
      id: 'run-1/commit',
      additions: [{ path: 'values.yaml', content: 'version: 2\n' }],
      deletions: [],
    };
    const done = await forge.writer.commit(change);
    expect(done.kind).toBe('committed');
    const commit = done.kind === 'committed' ? done.commit : '';
    expect(await forge.commits.head('gitops')).toBe(commit);
    expect((await world.call(world.appToken(), 'GET', `${REPO}/commits/${commit}`)).body).toMatchObject({
      commit: { message: 'Release 2\n\nShiplock-Id: run-1/commit', verification: { verified: true } },
      files: [{ filename: 'values.yaml' }],
    });
    await world.change(world.ann, 'gitops', { 'other.txt': 'x' });
    expect(await forge.writer.commit(change)).toEqual({ kind: 'was-committed', commit });
    expect(await forge.writer.commit({ ...change, id: 'run-2/commit' })).toMatchObject({ kind: 'conflict' });
    expect(await codeOf(withToken({ contents: 'read' }).writer.commit({ ...change, id: 'run-3' }))).toBe(
      'forge.forbidden',
    );
  });

  test('as a pull request: one branch, one commit, one pull request, and what it changes', async () => {
    const head = await world.change(world.olga, 'desired', { 'prod.yaml': 'version: 1\n' });
    const proposal = {
      base: 'desired',
      branch: 'shiplock/run-9',
      expected: head,
      headline: 'Release 2',
      body: '',
      id: 'run-9',
      title: 'Release 2 to production',
      text: 'By run-9.',
      additions: [{ path: 'prod.yaml', content: 'version: 2\n' }],
      deletions: [],
    };
    const pull = await forge.writer.propose(proposal);
    expect(await forge.writer.propose(proposal)).toMatchObject({ number: pull.number });
    expect(pull).toMatchObject({
      title: 'Release 2 to production',
      open: true,
      fork: false,
      base: { branch: 'desired' },
    });
    expect(diffPreview(await forge.pulls.files(pull.number))).toContain('| `prod.yaml` | modified | +1 −1 |');
    const review = idOf(
      await world.call(world.tokenOf(world.ben), 'POST', `${REPO}/pulls/${pull.number}/reviews`, {
        event: 'APPROVE',
        body: 'good',
      }),
    );
    expect(await forge.pulls.review(pull.number, review)).toMatchObject({
      state: 'approved',
      commit: pull.head.commit,
      author: { id: world.ben.id },
    });
    expect(await forge.pulls.reviews(pull.number)).toHaveLength(1);
  });
});

test('deployments, statuses and checks are found again by their key', async () => {
  const commit = await world.change(world.olga, 'main', { 'README.md': 'deploy\n' });
  const wanted = { key: 'run-5', commit, environment: 'production', production: true, description: 'Release 5' };
  const { id } = await forge.projections.deployment(wanted);
  expect(await withToken().projections.deployment(wanted)).toEqual({ id });
  expect((await forge.projections.deployment({ ...wanted, key: 'run-6' })).id).not.toBe(id);
  await forge.projections.deploymentState(id, {
    state: 'success',
    description: 'verified',
    environmentUrl: 'https://certkeeper.example.com',
  });
  const check = {
    key: 'run-5',
    commit,
    name: 'shiplock/production',
    conclusion: null,
    title: 'Under way',
    summary: 'canary 10 %',
  };
  const first = await forge.projections.check(check);
  expect(await forge.projections.check({ ...check, conclusion: 'success', title: 'Done' })).toEqual(first);
  await forge.projections.status({ commit, context: 'shiplock', state: 'success', description: 'x'.repeat(300) });
  expect(await forge.rules.saidOf(commit)).toEqual([
    { name: 'shiplock', app: null, state: 'good' },
    { name: 'shiplock/production', app: world.app.id, state: 'good' },
  ]);
  expect(notGood([{ name: 'ci', app: null }], await forge.rules.saidOf(commit))).toHaveLength(1);
});

test('what guards a branch, and what we may not see of it', async () => {
  world.repository.rulesets.push({
    id: newId(world.sim.world),
    name: 'environments',
    target: 'branch',
    enforcement: 'active',
    include: ['refs/heads/env/*'],
    exclude: [],
    bypass: [{ actor_id: world.app.id, actor_type: 'Integration', bypass_mode: 'always' }],
    rules: [
      { type: 'update' },
      { type: 'non_fast_forward' },
      {
        type: 'required_status_checks',
        parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: 'guard' }] },
      },
    ],
    createdAt: 0,
  });
  await world.change(world.olga, 'main', { 'README.md': 'rules\n' });
  await world.call(world.appToken(), 'POST', `${REPO}/git/refs`, {
    ref: 'refs/heads/env/production',
    sha: await forge.commits.head('main'),
  });
  expect(await forge.rules.branch('env/production')).toEqual({
    requiredChecks: [{ name: 'guard', app: null }],
    approvals: 0,
    forcePushes: 'refused',
    deletions: 'allowed',
    updates: 'restricted',
    bypass: 'unknown',
  });
  expect(await withToken({ contents: 'read' }).rules.branch('env/production')).toMatchObject({
    deletions: 'unknown',
    updates: 'restricted',
    bypass: 'unknown',
  });
});

describe('when calls fail', () => {
  test('the problem says what, where and why, and never the token', async () => {
    const token = world.appToken({ contents: 'read' });
    const error = await open({ kind: 'token', token })
      .projections.status({ commit: 'a'.repeat(40), context: 'x', state: 'success', description: '' })
      .catch((one: unknown) => one);
    if (!(error instanceof ForgeError)) throw error;
    expect(error.problems[0]).toEqual({
      code: 'forge.forbidden',
      where: `POST ${world.sim.apiUrl}/repos/acme/certkeeper/statuses/${'a'.repeat(40)}`,
      found: 'status 403: Resource not accessible by integration',
      expected: 'a token with the permission statuses=write',
      remedy: 'give the App this permission and approve it in the installation, or use a token that has it',
    });
    expect(await codeOf(open({ kind: 'token', token: 'ghp_wrong-one' }).commits.head('main'))).toBe(
      'forge.credentials',
    );
  });

  test('a server that repeats our token in its errors does not get it into ours', async () => {
    const echo = createServer((request, response) => {
      response.writeHead(422, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          message: `bad header ${request.headers.authorization}`,
          errors: [{ token: request.headers.authorization }],
        }),
      );
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const address = echo.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    const said = await open({ kind: 'token', token: 'ghs_0123456789secret' }, `http://127.0.0.1:${address.port}`)
      .commits.head('main')
      .catch(String);
    echo.close();
    echo.closeAllConnections();
    expect(said).toContain('forge.refused');
    expect(said).not.toContain('0123456789secret');
  });

  test('nobody answers: a problem after the patience, not sooner', async () => {
    const from = clock.now();
    expect(
      await codeOf(open({ kind: 'token', token: 'ghs_0123456789' }, 'http://127.0.0.1:9').commits.head('main')),
    ).toBe('forge.unreachable');
    expect(clock.now() - from).toBeGreaterThan(60_000);
  });
});
