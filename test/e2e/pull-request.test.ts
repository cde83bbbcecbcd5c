import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { type ForgeWorld, forgeWorld } from '../support/forge-world.ts';
import { portRange, quickRollout } from './support/doors.ts';
import { run, type Told } from './support/kinds.ts';

/** Releases that reach git by a pull request at the simulator of a forge: it waits, is merged or closed, and a way back waits for nobody. */

const REPO = '/repos/acme/certkeeper';
const FILE = 'apps/certkeeper/production.yaml';

let world: ForgeWorld;
let lab: Lab;
let env: Readonly<Record<string, string>>;

const shiplock = (...args: readonly string[]): Promise<Told> => run(lab, args, env);

async function commit(version: string, text: string): Promise<void> {
  mkdirSync(join(lab.service, 'site'), { recursive: true });
  writeFileSync(join(lab.service, 'site', 'index.html'), `<h1>${text}</h1>\n`);
  await lab.commit(version);
}

async function page(): Promise<string> {
  const answer = await fetch(lab.entry, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  return /<h1>(.*)<\/h1>/.exec((await answer?.text()) ?? '')?.[1] ?? '';
}

async function named(): Promise<string> {
  const git = world.sim.git(world.repository);
  const text = await git.run(['show', `refs/heads/main:${FILE}`]).catch(() => '');
  return /version: (\S+)/.exec(String(text))?.[1] ?? '';
}

/** Number → state, of all that were ever opened. */
function pulls(): readonly (readonly [number: number, state: string])[] {
  return [...world.repository.issues.values()]
    .filter(({ pull }) => pull !== null)
    .map(({ number, state, pull }) => [number, pull?.merged === null ? state : 'merged'] as const);
}

const newest = (): number => pulls().at(-1)?.[0] ?? 0;

async function merge(): Promise<void> {
  const merged = await world.call(world.tokenOf(world.ann), 'PUT', `${REPO}/pulls/${newest()}/merge`, {});
  expect(merged.status).toBe(200);
}

beforeAll(async () => {
  world = await forgeWorld();
  await world.change(world.olga, 'main', { 'README.md': 'What serves.\n' });
  env = { GITOPS_TOKEN: world.appToken() };
  lab = await openLab({
    ...{ database: false, frontend: false, ports: await portRange(), metrics: { every: '200ms' } },
    components: {
      site: {
        kind: 'static',
        source: 'site',
        serve: {
          command: [process.execPath, PROGRAM, 'static', '--root', '{release}', '--listen', '127.0.0.1:{port}'],
          ready: '/readyz',
          live: '/healthz',
        },
      },
    },
    rollout: { ...quickRollout, smoke: [{ path: '/', contains: 'page' }] },
    verify: [{ path: '/', contains: 'page' }],
    gitops: {
      repository: world.repository.directory,
      by: 'pull-request',
      forge: { api: world.sim.apiUrl, repository: 'acme/certkeeper', token: { secret: 'env:GITOPS_TOKEN' } },
    },
  });
});

afterAll(async () => {
  await lab?.stop();
  expect(world.sim.wrong()).toEqual([]);
  await world[Symbol.asyncDispose]();
});

test('a release waits until somebody has merged it, however often it is asked, and goes on from there', async () => {
  await commit('1.0.0', 'page one');
  const released = await shiplock('release', 'production');
  expect(released.code, released.text).toBe(3);
  expect(released.text).toContain('release.not-merged');
  expect(await page()).toBe('');
  const again = await shiplock('resume', released.run);
  expect(again.code, again.text).toBe(3);
  expect(pulls()).toEqual([[newest(), 'open']]);
  expect(await named()).toBe('');
  await merge();
  const done = await shiplock('resume', released.run);
  expect(done.code, done.text).toBe(0);
  expect([await page(), await named()]).toEqual(['page one', '1.0.0']);
});

test('kill -9 at the moment it is opened: one pull request, one commit, one comment', async () => {
  await commit('2.0.0', 'page two');
  const child = spawn(process.execPath, [PROGRAM, 'release', 'production', '--quiet', '--state', lab.state], {
    cwd: lab.service,
    env: { ...process.env, ...env, SHIPLOCK_WHO: 'lab' },
    stdio: 'ignore',
  });
  const over = new Promise((resolve) => child.once('exit', resolve));
  await expect.poll(() => pulls().length, { timeout: 120_000, interval: 20 }).toBe(2);
  child.kill('SIGKILL');
  await over;
  const waiting = await shiplock('resume');
  expect(waiting.code, waiting.text).toBe(3);
  expect(pulls().map(([, state]) => state)).toEqual(['merged', 'open']);
  const listed = await world.call(world.tokenOf(world.ann), 'GET', `${REPO}/pulls/${newest()}/commits`);
  expect(listed.body).toHaveLength(1);
  expect([...world.repository.comments.values()].filter(({ issue }) => issue === newest())).toHaveLength(1);
  await merge();
  const done = await shiplock('resume', waiting.run);
  expect(done.code, done.text).toBe(0);
  expect([await page(), await named()]).toEqual(['page two', '2.0.0']);
});

test('an abort closes it, and nothing has changed', async () => {
  await commit('3.0.0', 'page three');
  const released = await shiplock('release', 'production');
  expect(released.code, released.text).toBe(3);
  const aborted = await lab.shiplock(['rollout', 'abort', released.run, '--reason', 'not today'], env);
  expect(aborted.stdout + aborted.stderr).not.toContain('git-withdraw failed');
  expect(pulls().map(([, state]) => state)).toEqual(['merged', 'merged', 'closed']);
  const branches = await world.call(world.tokenOf(world.ann), 'GET', `${REPO}/branches`);
  expect(JSON.stringify(branches.body)).not.toContain(released.run);
  expect([await page(), await named()]).toEqual(['page two', '2.0.0']);
});

test('what was merged and fails is taken out of git again, and a rollback opens nothing', async () => {
  await commit('4.0.0', 'nonsense');
  const released = await shiplock('release', 'production');
  expect(released.code, released.text).toBe(3);
  await merge();
  expect(await named()).toBe('4.0.0');
  const back = await shiplock('resume', released.run);
  expect(back.code, back.text).toBe(4);
  expect([await page(), await named()]).toEqual(['page two', '2.0.0']);
  const rolled = await shiplock('rollback', 'production', '--reason', 'page two is wrong');
  expect(rolled.code, rolled.text).toBe(0);
  expect([await page(), await named()]).toEqual(['page one', '1.0.0']);
  expect(pulls().filter(([, state]) => state === 'open')).toEqual([]);
  expect(pulls()).toHaveLength(4);
});
