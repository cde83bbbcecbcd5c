import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { jwtOf } from '../../src/forge/auth.ts';
import { issueInstallationToken } from '../forge-sim/access.ts';
import { signatureOf } from '../forge-sim/events.ts';
import { FAULTS } from '../forge-sim/faults.ts';
import { description } from '../forge-sim/published/description.ts';
import { OPERATIONS } from '../forge-sim/rest/index.ts';
import { newId, noSettings } from '../forge-sim/world.ts';
import { type Called, type ForgeWorld, forgeClock, forgeWorld, idOf } from '../support/forge-world.ts';

/** The simulator itself: everything it can do, held against GitHub's own description. */

const run = promisify(execFile);
let forge: ForgeWorld;
const clock = forgeClock();

beforeAll(async () => {
  forge = await forgeWorld({ clock });
});

afterAll(async () => {
  await forge[Symbol.asyncDispose]();
});

const REPO = '/repos/acme/certkeeper';
const shaSchema = z.object({ sha: z.string() });
const shaOf = (called: Called): string => shaSchema.parse(called.body).sha;

test('every operation is answered, and every request, answer and event is as GitHub describes it', async () => {
  const { sim, repository, olga, ann, ben, eve, app, privateKey, installation } = forge;
  const { world } = sim;
  const first = await forge.push(olga, 'main', { 'README.md': 'one\n', 'values.yaml': 'version: 1\n' });
  clock.pass(2_000);
  const second = await forge.push(olga, 'main', { 'README.md': 'two\n' });
  const owner = forge.tokenOf(olga);
  const bot = forge.appToken();
  const jwt = jwtOf(String(app.id), privateKey, clock.now());
  const ok = async (
    token: string | null,
    method: string,
    path: string,
    body?: unknown,
    status?: number,
  ): Promise<Called> => {
    const called = await forge.call(token, method, path, body);
    expect(
      status === undefined ? called.status < 300 : called.status === status,
      `${method} ${path} → ${called.status} ${JSON.stringify(called.body)}`,
    ).toBe(true);
    return called;
  };

  await ok(jwt, 'GET', '/app');
  await ok(jwt, 'GET', `/app/installations/${installation.id}`);
  await ok(jwt, 'GET', `${REPO}/installation`);
  await ok(jwt, 'POST', `/app/installations/${installation.id}/access_tokens`, {
    repositories: ['certkeeper'],
    permissions: { contents: 'read' },
  });
  await ok(bot, 'GET', '/installation/repositories');
  await ok(owner, 'GET', '/user');
  await ok(owner, 'GET', '/users/ann');
  await ok(owner, 'GET', `/user/${ann.id}`);
  await ok(owner, 'GET', '/rate_limit');
  await ok(owner, 'GET', '/orgs/acme/teams');
  await ok(bot, 'GET', '/orgs/acme/teams/deployers');
  await ok(bot, 'GET', '/orgs/acme/teams/deployers/members');
  await ok(bot, 'GET', '/orgs/acme/teams/deployers/memberships/ann');
  await ok(bot, 'GET', '/orgs/acme/members/ann', undefined, 204);
  await ok(owner, 'GET', `${REPO}/collaborators/ann`, undefined, 204);
  await ok(owner, 'GET', `${REPO}/collaborators/ann/permission`);

  await ok(owner, 'GET', REPO);
  await ok(owner, 'GET', `${REPO}/branches`);
  repository.protections.set('main', {
    enforceAdmins: false,
    requiredChecks: { strict: true, contexts: ['ci'] },
    reviews: 1,
    pushers: null,
    forcePushes: false,
    deletions: false,
  });
  await ok(owner, 'GET', `${REPO}/branches/main`);
  await ok(owner, 'GET', `${REPO}/branches/main/protection`);
  repository.rulesets.push({
    id: newId(world),
    name: 'operations',
    target: 'branch',
    enforcement: 'active',
    include: ['refs/heads/shiplock/**/*'],
    exclude: [],
    bypass: [{ actor_id: app.id, actor_type: 'Integration', bypass_mode: 'always' }],
    rules: [{ type: 'creation' }, { type: 'update' }, { type: 'deletion' }, { type: 'non_fast_forward' }],
    createdAt: clock.now(),
  });
  await ok(owner, 'GET', `${REPO}/rulesets`);
  await ok(owner, 'GET', `${REPO}/rulesets/${repository.rulesets[0]?.id}`);
  await ok(owner, 'GET', `${REPO}/rules/branches/shiplock%2Flease%2Fproduction`);
  await ok(owner, 'GET', `${REPO}/activity?ref=refs/heads/main&per_page=1`);
  await ok(forge.tokenOf(eve), 'POST', `${REPO}/forks`, {});
  await ok(owner, 'GET', `${REPO}/forks`);
  await ok(bot, 'POST', `${REPO}/dispatches`, { event_type: 'deploy', client_payload: { version: '1.2.3' } });

  await ok(owner, 'GET', `${REPO}/commits?sha=main`);
  await ok(owner, 'GET', `${REPO}/commits/${second.slice(0, 12)}`);
  await ok(owner, 'GET', `${REPO}/compare/${first}...${second}`);
  await ok(owner, 'GET', `${REPO}/git/ref/heads%2Fmain`);
  await ok(owner, 'GET', `${REPO}/git/matching-refs/heads/ma`);
  const blob = shaOf(await ok(owner, 'POST', `${REPO}/git/blobs`, { content: 'aGVsbG8=', encoding: 'base64' }));
  await ok(owner, 'GET', `${REPO}/git/blobs/${blob}`);
  const tree = shaOf(
    await ok(owner, 'POST', `${REPO}/git/trees`, {
      base_tree: second,
      tree: [{ path: 'a/b.txt', mode: '100644', type: 'blob', sha: blob }],
    }),
  );
  await ok(owner, 'GET', `${REPO}/git/trees/${tree}?recursive=1`);
  const commit = shaOf(await ok(owner, 'POST', `${REPO}/git/commits`, { message: 'Three', tree, parents: [second] }));
  await ok(owner, 'GET', `${REPO}/git/commits/${commit}`);
  await ok(owner, 'POST', `${REPO}/git/refs`, { ref: 'refs/heads/feature', sha: second });
  await ok(owner, 'PATCH', `${REPO}/git/refs/heads%2Ffeature`, { sha: commit });
  const tag = shaOf(
    await ok(owner, 'POST', `${REPO}/git/tags`, { tag: 'v1', message: 'One', object: second, type: 'commit' }),
  );
  await ok(owner, 'GET', `${REPO}/git/tags/${tag}`);
  await ok(owner, 'POST', `${REPO}/git/refs`, { ref: 'refs/tags/v1', sha: tag });
  await ok(owner, 'GET', `${REPO}/tags`);
  await ok(owner, 'GET', `${REPO}/contents/README.md`);
  await ok(owner, 'GET', `${REPO}/contents/a?ref=feature`);
  const file = await ok(
    owner,
    'PUT',
    `${REPO}/contents/new.txt`,
    { message: 'New', content: 'eA==', branch: 'feature' },
    201,
  );
  const { content } = z.object({ content: shaSchema }).parse(file.body);
  await ok(
    owner,
    'PUT',
    `${REPO}/contents/new.txt`,
    { message: 'Newer', content: 'eQ==', branch: 'feature', sha: content.sha },
    200,
  ).then(async (changed) => {
    const now = z.object({ content: shaSchema }).parse(changed.body).content.sha;
    await ok(owner, 'DELETE', `${REPO}/contents/new.txt`, { message: 'Gone', branch: 'feature', sha: now });
  });

  const issue = z
    .object({ number: z.number() })
    .parse(
      (await ok(owner, 'POST', `${REPO}/issues`, { title: 'Deploy', body: 'please', labels: ['ops'] })).body,
    ).number;
  await ok(owner, 'GET', `${REPO}/issues?labels=ops`);
  await ok(owner, 'GET', `${REPO}/issues/${issue}`);
  await ok(owner, 'PATCH', `${REPO}/issues/${issue}`, { title: 'Deploy it' });
  await ok(owner, 'POST', `${REPO}/issues/${issue}/labels`, { labels: ['urgent'] });
  await ok(owner, 'GET', `${REPO}/issues/${issue}/labels`);
  const comment = idOf(
    await ok(forge.tokenOf(ann), 'POST', `${REPO}/issues/${issue}/comments`, { body: '/deploy production' }),
  );
  await ok(owner, 'GET', `${REPO}/issues/${issue}/comments`);
  await ok(owner, 'GET', `${REPO}/issues/comments?sort=updated&direction=desc`);
  await ok(owner, 'GET', `${REPO}/issues/comments/${comment}`);
  const reaction = idOf(
    await ok(bot, 'POST', `${REPO}/issues/comments/${comment}/reactions`, { content: 'eyes' }, 201),
  );
  await ok(bot, 'POST', `${REPO}/issues/comments/${comment}/reactions`, { content: 'eyes' }, 200);
  await ok(bot, 'GET', `${REPO}/issues/comments/${comment}/reactions`);
  await ok(bot, 'DELETE', `${REPO}/issues/comments/${comment}/reactions/${reaction}`);
  await ok(bot, 'POST', `${REPO}/issues/${issue}/reactions`, { content: 'rocket' });
  await ok(bot, 'GET', `${REPO}/issues/${issue}/reactions`);
  await ok(forge.tokenOf(ann), 'PATCH', `${REPO}/issues/comments/${comment}`, { body: '/deploy staging' });
  await ok(forge.tokenOf(ann), 'DELETE', `${REPO}/issues/comments/${comment}`);

  const pull = z
    .object({ number: z.number() })
    .parse(
      (await ok(forge.tokenOf(ann), 'POST', `${REPO}/pulls`, { title: 'Feature', head: 'feature', base: 'main' })).body,
    ).number;
  await forge.push(ann, 'feature', { 'more.txt': 'more\n' });
  await ok(owner, 'GET', `${REPO}/pulls`);
  await ok(owner, 'GET', `${REPO}/pulls/${pull}`);
  await ok(owner, 'PATCH', `${REPO}/pulls/${pull}`, { title: 'The feature' });
  await ok(owner, 'GET', `${REPO}/pulls/${pull}/files`);
  await ok(owner, 'GET', `${REPO}/pulls/${pull}/commits`);
  await ok(owner, 'GET', `${REPO}/commits/${commit}/pulls`);
  const review = idOf(
    await ok(forge.tokenOf(ben), 'POST', `${REPO}/pulls/${pull}/reviews`, { event: 'REQUEST_CHANGES', body: 'no' }),
  );
  await ok(owner, 'GET', `${REPO}/pulls/${pull}/reviews`);
  await ok(owner, 'GET', `${REPO}/pulls/${pull}/reviews/${review}`);
  await ok(owner, 'PUT', `${REPO}/pulls/${pull}/reviews/${review}/dismissals`, { message: 'settled' });
  await ok(owner, 'POST', `${REPO}/pulls/${pull}/reviews`, { event: 'APPROVE' });

  const head = z.object({ head: shaSchema }).parse((await forge.call(owner, 'GET', `${REPO}/pulls/${pull}`)).body)
    .head.sha;
  await ok(bot, 'POST', `${REPO}/statuses/${head}`, { state: 'success', context: 'ci', description: 'good' });
  await ok(owner, 'GET', `${REPO}/commits/${head}/status`);
  await ok(owner, 'GET', `${REPO}/commits/${head}/statuses`);
  const check = idOf(
    await ok(bot, 'POST', `${REPO}/check-runs`, {
      name: 'shiplock',
      head_sha: head,
      external_id: 'run-1',
      status: 'in_progress',
    }),
  );
  await ok(bot, 'PATCH', `${REPO}/check-runs/${check}`, {
    conclusion: 'success',
    output: { title: 'Done', summary: 'well' },
  });
  await ok(bot, 'GET', `${REPO}/check-runs/${check}`);
  await ok(bot, 'GET', `${REPO}/commits/${head}/check-runs`);
  repository.protections.delete('main');
  await ok(owner, 'PUT', `${REPO}/pulls/${pull}/merge`, { sha: head });

  const old = idOf(
    await ok(bot, 'POST', `${REPO}/deployments`, {
      ref: second,
      auto_merge: false,
      required_contexts: [],
      environment: 'staging',
    }),
  );
  const deployment = idOf(
    await ok(bot, 'POST', `${REPO}/deployments`, {
      ref: second,
      auto_merge: false,
      required_contexts: [],
      environment: 'staging',
      payload: { a: 1 },
    }),
  );
  await ok(bot, 'GET', `${REPO}/deployments?environment=staging`);
  await ok(bot, 'GET', `${REPO}/deployments/${deployment}`);
  await ok(bot, 'POST', `${REPO}/deployments/${deployment}/statuses`, {
    state: 'in_progress',
    log_url: `${sim.origin}/log`,
    environment_url: `${sim.origin}/env`,
  });
  await ok(bot, 'GET', `${REPO}/deployments/${deployment}/statuses`);
  await ok(bot, 'DELETE', `${REPO}/deployments/${old}`);

  const release = idOf(
    await ok(owner, 'POST', `${REPO}/releases`, { tag_name: 'v2', target_commitish: second, name: 'Two' }),
  );
  await ok(owner, 'GET', `${REPO}/releases`);
  await ok(owner, 'GET', `${REPO}/releases/latest`);
  await ok(owner, 'GET', `${REPO}/releases/tags/v2`);
  await ok(owner, 'GET', `${REPO}/releases/${release}`);

  repository.workflows.push({
    id: newId(world),
    path: '.github/workflows/release.yml',
    name: 'release',
    createdAt: clock.now(),
  });
  await ok(owner, 'GET', `${REPO}/actions/workflows`);
  await ok(
    bot,
    'POST',
    `${REPO}/actions/workflows/release.yml/dispatches`,
    { ref: 'main', inputs: { version: '1' } },
    204,
  );
  await ok(
    bot,
    'POST',
    `${REPO}/actions/workflows/release.yml/dispatches`,
    { ref: 'main', return_run_details: true },
    200,
  );
  await ok(owner, 'GET', `${REPO}/actions/runs?event=workflow_dispatch`);
  const [run] = repository.runs;
  await ok(bot, 'POST', `${REPO}/actions/runs/${run?.id}/cancel`);
  await ok(owner, 'POST', `${REPO}/actions/runs/${run?.id}/rerun`);
  const again = z
    .object({
      run_attempt: z.number(),
      actor: z.object({ login: z.string() }),
      triggering_actor: z.object({ login: z.string() }),
    })
    .parse((await ok(owner, 'GET', `${REPO}/actions/runs/${run?.id}`)).body);
  expect(again).toEqual({ run_attempt: 2, actor: { login: 'shiplock[bot]' }, triggering_actor: { login: 'olga' } });
  repository.environments.set('production', {
    id: newId(world),
    name: 'production',
    createdAt: clock.now(),
    reviewers: [ben],
    settings: noSettings(),
  });
  await ok(owner, 'GET', `${REPO}/environments`);
  await ok(owner, 'GET', `${REPO}/environments/production`);
  repository.settings.secrets.add('DATABASE_DSN');
  repository.settings.variables.add('REGION');
  for (const kind of ['secrets', 'variables']) {
    for (const place of ['actions/', 'actions/organization-', 'environments/production/'])
      await ok(owner, 'GET', `${REPO}/${place}${kind}`);
  }
  const digest = `sha256:${'a'.repeat(64)}`;
  const statement = Buffer.from(
    JSON.stringify({ subject: [{ name: 'x', digest: { sha256: 'a'.repeat(64) } }] }),
  ).toString('base64');
  await ok(bot, 'POST', `${REPO}/attestations`, {
    bundle: {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {},
      dsseEnvelope: { payload: statement },
    },
  });
  await ok(bot, 'GET', `${REPO}/attestations/${digest}`);
  await ok(owner, 'DELETE', `${REPO}/git/refs/heads%2Ffeature`);
  await sim.events.settled();

  expect(sim.wrong()).toEqual([]);
  const routes = OPERATIONS.map(({ route }) => route);
  expect(routes.length).toBeGreaterThanOrEqual(60);
  expect([...sim.checked].toSorted()).toEqual(routes.toSorted());
  expect([...description().operations.keys()].toSorted()).toEqual(routes.toSorted());
  const kinds = new Set(
    sim.events.told.map(({ event, action }) =>
      action === null || event === 'repository_dispatch' ? event : `${event}.${action}`,
    ),
  );
  expect([...kinds].toSorted()).toEqual([
    'check_run.completed',
    'check_run.created',
    'issue_comment.created',
    'issue_comment.deleted',
    'issue_comment.edited',
    'pull_request.opened',
    'pull_request.synchronize',
    'pull_request_review.submitted',
    'push',
    'repository_dispatch',
    'workflow_dispatch',
  ]);
});

test('what is not described is noticed: in a request, in an answer, in an event', async () => {
  await using other = await forgeWorld();
  const commit = await other.change(other.olga, 'main', { a: 'a' });
  const before = other.sim.wrong().length;
  const called = await other.call(other.tokenOf(other.olga), 'POST', `${REPO}/statuses/${commit}`, { state: 'fine' });
  expect(called.status).toBe(422);
  await other.call(other.tokenOf(other.olga), 'GET', `${REPO}/branches?colour=red`);
  expect(
    other.sim
      .wrong()
      .slice(before)
      .map((one) => one.split(': ')[1]),
  ).toEqual(['body/state', 'query colour']);
  other.sim.events.tell(other.repository, 'push', null, { ref: 7 }, other.olga);
  expect(other.sim.wrong().some((one) => one.startsWith('push/ref: must be string'))).toBe(true);
});

test('a token does what its permissions say, in the repositories it was given', async () => {
  await using other = await forgeWorld();
  const commit = await other.change(other.olga, 'main', { a: 'a' });
  const { sim, installation } = other;
  const reader = other.appToken({ contents: 'read' });
  const denied = await other.call(reader, 'POST', `${REPO}/statuses/${commit}`, { state: 'success' });
  expect(denied.status).toBe(403);
  expect(denied.headers.get('x-accepted-github-permissions')).toBe('statuses=write');
  expect(
    (await other.call(other.tokenOf(other.ben), 'POST', `${REPO}/git/refs`, { ref: 'refs/heads/x', sha: commit }))
      .status,
  ).toBe(403);
  expect((await other.call(null, 'GET', REPO)).status).toBe(401);
  expect((await other.call('ghp_nobody', 'GET', REPO)).status).toBe(401);
  expect(() => issueInstallationToken(sim.world, installation, { permissions: { workflows: 'write' } })).toThrow(
    'not granted',
  );
  expect((await other.call(jwtOf(String(other.app.id), other.privateKey, 0), 'GET', '/app')).status).toBe(401);
  installation.suspendedAt = sim.world.clock.now();
  expect((await other.call(reader, 'GET', REPO)).status).toBe(403);
  expect(sim.wrong()).toEqual([]);
});

test('rules hold for pushes by git as for calls', async () => {
  await using other = await forgeWorld();
  const { olga, ann, repository, sim, app } = other;
  const first = await other.change(olga, 'main', { a: '1' });
  await other.change(olga, 'main', { a: '2' });
  repository.rulesets.push({
    id: newId(sim.world),
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    include: ['~DEFAULT_BRANCH'],
    exclude: [],
    bypass: [{ actor_id: app.id, actor_type: 'Integration', bypass_mode: 'always' }],
    rules: [{ type: 'non_fast_forward' }, { type: 'deletion' }],
    createdAt: 0,
  });
  await expect(other.push(ann, 'main', { a: '3' }, { force: true, from: first })).rejects.toThrow(
    'GH013: Cannot force-push',
  );
  await other.push(ann, 'main', { a: '3' });
  expect((await other.call(other.tokenOf(ann), 'DELETE', `${REPO}/git/refs/heads%2Fmain`)).status).toBe(409);
  repository.rulesets[0]?.rules.push({ type: 'update' });
  await expect(other.push(ann, 'main', { a: '4' })).rejects.toThrow('GH013: Repository rule violations');
  expect(repository.activity.map(({ kind }) => kind)).toEqual(['push', 'push', 'branch_creation']);
  expect(sim.wrong()).toEqual([]);
});

test('pages, ETags that cost nothing, and limits', async () => {
  await using other = await forgeWorld({ clock: forgeClock(), limits: { core: 12, created: 3 } });
  const token = other.tokenOf(other.olga);
  for (let number = 0; number < 3; number++)
    await other.call(token, 'POST', `${REPO}/issues`, { title: String(number) });
  const limited = await other.call(token, 'POST', `${REPO}/issues`, { title: 'four' });
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([403, '60']);
  const page = await other.call(token, 'GET', `${REPO}/issues?per_page=2`);
  expect(page.headers.get('link')).toContain('page=2>; rel="next"');
  const etag = page.headers.get('etag') ?? '';
  const used = page.headers.get('x-ratelimit-used');
  const again = await fetch(`${other.sim.apiUrl}${REPO}/issues?per_page=2`, {
    headers: { authorization: `token ${token}`, 'if-none-match': etag },
  });
  expect([again.status, again.headers.get('x-ratelimit-used')]).toEqual([304, used]);
  let last = page;
  for (let number = 0; number < 9; number++) last = await other.call(token, 'GET', REPO);
  expect([last.status, last.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
  expect(other.sim.wrong()).toEqual([]);
});

test('hooks are told with a signature', async () => {
  await using other = await forgeWorld();
  const heard: { event: string; signed: boolean }[] = [];
  const hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      heard.push({
        event: String(request.headers['x-github-event']),
        signed: request.headers['x-hub-signature-256'] === signatureOf(body, 'secret-of-the-hook'),
      });
      response.end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const address = hook.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  other.sim.world.hooks.push({
    url: `http://127.0.0.1:${address.port}/`,
    secret: 'secret-of-the-hook',
    events: ['push'],
  });
  await other.change(other.olga, 'main', { a: 'a' });
  await other.sim.events.settled();
  hook.close();
  hook.closeAllConnections();
  expect(heard).toEqual([{ event: 'push', signed: true }]);
});

test('faults: before and after the effect', async () => {
  await using other = await forgeWorld({ slowMs: 20 });
  const token = other.tokenOf(other.olga);
  const outcome = new Map<string, string>();
  for (const fault of FAULTS) {
    other.sim.setFaults(() => fault);
    const before = other.repository.issues.size;
    const answer = await fetch(`${other.sim.apiUrl}${REPO}/issues`, {
      method: 'POST',
      headers: { authorization: `token ${token}` },
      body: JSON.stringify({ title: fault }),
      signal: AbortSignal.timeout(300),
    })
      .then(async (response) => {
        await response.text();
        return String(response.status);
      })
      .catch(() => 'none');
    await new Promise((resolve) => setTimeout(resolve, 60));
    outcome.set(fault, `${answer} ${other.repository.issues.size > before ? 'done' : 'not'}`);
  }
  expect(Object.fromEntries(outcome)).toEqual({
    error: '502 not',
    'error-after': '502 done',
    cut: 'none not',
    lost: 'none done',
    torn: 'none done',
    silent: 'none not',
    'silent-after': 'none done',
    late: '502 done',
    'secondary-limit': '403 not',
    'too-many': '429 not',
    'rate-limit': '403 not',
    slow: '201 done',
  });
});

test('git clones over the same port, with the token of a workflow', async () => {
  const commit = await forge.change(forge.olga, 'clone-me', { 'a.txt': 'a\n' });
  const { host } = new URL(forge.sim.origin);
  const directory = join(forge.root, 'checked-out');
  await run('git', [
    'clone',
    '--quiet',
    '--depth=1',
    '--branch=clone-me',
    `http://x-access-token:${forge.appToken({ contents: 'read' })}@${host}/acme/certkeeper`,
    directory,
  ]);
  expect((await run('git', ['-C', directory, 'rev-parse', 'HEAD'])).stdout.trim()).toBe(commit);
});

test('GraphQL is answered over the whole schema that GitHub publishes', async () => {
  await using other = await forgeWorld();
  const { ann, sim, repository } = other;
  const commit = await other.change(ann, 'main', { a: 'a' });
  const ask = async (query: string): Promise<unknown> => {
    const response = await fetch(sim.graphqlUrl, {
      method: 'POST',
      headers: { authorization: `bearer ${other.appToken()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return response.json();
  };
  expect(await ask('{ viewer { login databaseId } }')).toEqual({
    data: { viewer: { login: 'shiplock[bot]', databaseId: other.app.bot.id } },
  });
  const ref =
    '{ repository(owner: "acme", name: "certkeeper") { ref(qualifiedName: "refs/heads/main") { target { oid } } } }';
  expect(await ask(ref)).toEqual({ data: { repository: { ref: { target: { oid: commit } } } } });
  expect(await ask('{ viewer { colour } }')).toEqual({
    errors: [{ message: 'Cannot query field "colour" on type "User".' }],
  });
  expect(await ask('{ repository(owner: "acme", name: "nothing") { id } }')).toMatchObject({
    data: { repository: null },
    errors: [{ type: 'NOT_FOUND' }],
  });
  await other.call(other.tokenOf(ann), 'POST', `${REPO}/issues`, { title: 'Old' });
  const made = await other.call(other.tokenOf(ann), 'POST', `${REPO}/issues/1/comments`, { body: 'old' });
  const { node_id } = z.object({ node_id: z.string() }).parse(made.body);
  const fold = `mutation { minimizeComment(input: { subjectId: "${node_id}", classifier: OUTDATED }) { minimizedComment { isMinimized } } }`;
  expect(await ask(fold)).toEqual({ data: { minimizeComment: { minimizedComment: { isMinimized: true } } } });
  expect(repository.comments.get(idOf(made))?.minimized).toBe('OUTDATED');
  expect(sim.wrong()).toEqual([]);
});
