import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tellLast, told as toldByAction } from '../../actions/shared/tell.ts';
import { type ChatForge, markOf, runOf } from '../../src/chatops/index.ts';
import { chatForge, type Job } from '../../src/cli/chat/forge.ts';
import { type Credentials, openForge } from '../../src/forge/index.ts';
import type { ShownRun } from '../../src/model/forge.ts';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { type Fault, NO_FAULTS, seeded } from '../forge-sim/faults.ts';
import { startRun } from '../forge-sim/repositories.ts';
import { newId } from '../forge-sim/world.ts';
import { type Forges, openForges, type Place } from '../support/chat/place.ts';

/** What a job says of its run at the forge: a deployment that is under way, then the last word, in as few calls as there can be. */

let forges: Forges;
beforeAll(async () => {
  process.env['GIT_ALLOW_PROTOCOL'] = 'file';
  forges = await openForges();
});
afterAll(async () => {
  expect(forges.world.sim.wrong()).toEqual([]);
  await forges[Symbol.asyncDispose]();
});

interface Scene {
  readonly place: Place;
  readonly thread: number;
  readonly comment: number;
  readonly commit: string;
  open(credentials: Credentials, job?: Partial<Job>): ChatForge;
}

async function scene(): Promise<Scene> {
  const place = await forges.place();
  const { clock, repository, world } = place;
  const main = place.commit({ text: 'main' });
  await place.push('main', main);
  const commit = place.commit({ text: 'feature', parent: main });
  await place.push('feature', commit);
  const thread = await place.pull('feature');
  clock.pass(10_000);
  const { comment } = await place.comment(thread, '/deploy staging');
  clock.pass(2_000);
  const tree = { exec: createExec(systemClock), baseDir: place.clone() };
  return {
    ...{ place, thread, comment, commit },
    open(credentials, job = {}) {
      const ports = { clock, random: seeded(1), signal: new AbortController().signal };
      const forge = openForge({ api: world.sim.apiUrl, owner: 'acme', repo: repository.name, credentials, ports });
      return chatForge(forge, tree, { claimant: 'run 1', startedBy: 'ann', url: 'https://forge.example/1', ...job });
    },
  };
}

const byApp = (): Credentials => ({
  kind: 'app',
  app: String(forges.world.app.id),
  privateKey: forges.world.privateKey,
});
const byToken = (): Credentials => ({ kind: 'token', token: forges.world.appToken() });

/** What `handleComment` asks of the forge when nothing stands in the way. */
async function whole(forge: ChatForge, { thread, comment, commit }: Scene): Promise<ShownRun> {
  const read = await forge.comment(comment);
  if (read === null) throw new Error('no comment');
  await Promise.all([forge.thread(thread), forge.starter()]);
  expect(await forge.claim(comment)).toBe('ours');
  expect(await forge.commitAt('feature', read.createdAt)).toEqual({ ok: true, value: commit });
  await forge.react(comment, 'eyes');
  await forge.tell(thread, markOf(comment), '⏳ begun');
  const run = { run: runOf(read), environment: 'staging', commit, sentence: 'it is brought' };
  await forge.show({ ...run, state: 'works' });
  const ended = { ...run, sentence: 'it serves', state: 'good' } as const;
  await forge.end(thread, markOf(comment), '✅ ended', ended);
  return ended;
}

const calls = (from: number): readonly string[] =>
  forges.world.sim.seen.slice(from).flatMap(({ route }) => (route === undefined || route === 'git' ? [] : [route]));

function seen({ place: { repository }, comment }: Scene) {
  return {
    told: [...repository.comments.values()]
      .filter(({ body }) => body.includes(markOf(comment)))
      .map(({ body }) => body),
    deployments: repository.deployments.map(({ sha, statuses }) => [sha, ...statuses.map(({ state }) => state)]),
    checks: repository.checkRuns.map(({ sha, name, conclusion, output }) => [sha, name, conclusion, output.title]),
    statuses: repository.statuses.map(({ sha, context, state }) => [sha, context, state]),
  };
}

test('with the key of an App: 12 calls, of which two get the token; a check run says the verdict', async () => {
  const at = await scene();
  const from = forges.world.sim.seen.length;
  const { run } = await whole(at.open(byApp()), at);
  expect(calls(from), calls(from).join('\n')).toHaveLength(12);
  expect(seen(at)).toEqual({
    told: [`✅ ended\n${markOf(at.comment)}`],
    deployments: [[at.commit, 'in_progress', 'success']],
    checks: [[at.commit, 'shiplock/staging', 'success', 'it serves']],
    statuses: [],
  });
  const [check] = at.place.repository.checkRuns;
  expect(check).toMatchObject({ externalId: run, detailsUrl: 'https://forge.example/1', status: 'completed' });
});

test('with a token, which makes no check runs: 11 calls, and a status says it', async () => {
  const at = await scene();
  const from = forges.world.sim.seen.length;
  await whole(at.open(byToken()), at);
  expect(calls(from), calls(from).join('\n')).toHaveLength(11);
  expect(seen(at)).toMatchObject({
    told: [`✅ ended\n${markOf(at.comment)}`],
    deployments: [[at.commit, 'in_progress', 'success']],
    checks: [],
    statuses: [[at.commit, 'shiplock/staging', 'success']],
  });
});

describe('the last word goes wrong, before it took effect or after: it is said by itself, and once', () => {
  test.each<Fault>(['error', 'error-after', 'cut', 'lost', 'torn'])('%s', async (fault) => {
    const at = await scene();
    // Who we are is asked by the graph too, and must be answered some time.
    let failing = 3;
    forges.world.sim.setFaults(({ route }) => (route === 'graphql' && failing-- > 0 ? fault : undefined));
    await whole(at.open(byApp()), at);
    forges.world.sim.setFaults(NO_FAULTS);
    expect(seen(at)).toEqual({
      told: [`✅ ended\n${markOf(at.comment)}`],
      deployments: [[at.commit, 'in_progress', 'success']],
      checks: [[at.commit, 'shiplock/staging', 'success', 'it serves']],
      statuses: [],
    });
  });

  test('a job that died under way: the next one finds the deployment and ends it', async () => {
    const at = await scene();
    const first = at.open(byApp());
    const read = await first.comment(at.comment);
    if (read === null) throw new Error('no comment');
    await first.claim(at.comment);
    const run = { run: runOf(read), environment: 'staging', commit: at.commit, sentence: 'x', state: 'works' } as const;
    await first.show(run);
    const second = at.open(byApp());
    await second.comment(at.comment);
    expect(await second.claim(at.comment)).toBe('ours');
    await second.end(at.thread, markOf(at.comment), '⚠️ ended', { ...run, state: 'bad' });
    expect(seen(at)).toMatchObject({
      told: [`⚠️ ended\n${markOf(at.comment)}`],
      deployments: [[at.commit, 'in_progress', 'failure']],
      checks: [[at.commit, 'shiplock/staging', 'failure', 'x']],
    });
  });
});

describe('who runs a job again', () => {
  async function again(at: Scene, more: Partial<Job>): Promise<{ readonly id: number; readonly login: string }> {
    const forge = at.open(byApp(), more);
    await forge.comment(at.comment);
    return forge.starter();
  }

  test('is told by the number of the account, as the forge wrote it down', async () => {
    const { world } = forges;
    const at = await scene();
    const { repository } = at.place;
    const workflow = { id: newId(world.sim.world), path: '.github/workflows/x.yml', name: 'x', createdAt: 0 };
    const run = startRun(world.sim.world, repository, workflow, {
      ...{ event: 'issue_comment', branch: 'main', sha: at.commit, actor: world.ann },
    });
    run.status = 'completed';
    const path = `${at.place.path}/actions/runs/${run.id}/rerun`;
    expect((await world.call(world.tokenOf(world.olga), 'POST', path)).status).toBe(201);
    const attempt = { run: run.id, number: 2 };
    expect(await again(at, { startedBy: 'olga', attempt })).toMatchObject({ id: world.olga.id });
    // Another name, another attempt, no such run, or a runner that says nothing: nobody can tell.
    expect(await again(at, { startedBy: 'ben', attempt })).toMatchObject({ id: 0, login: 'ben' });
    expect(await again(at, { startedBy: 'olga', attempt: { run: run.id, number: 1 } })).toMatchObject({ id: 0 });
    expect(await again(at, { startedBy: 'olga', attempt: { run: 1, number: 2 } })).toMatchObject({ id: 0 });
    expect(await again(at, { startedBy: 'olga' })).toMatchObject({ id: 0 });
    // Of who wrote the comment nothing needs to be asked.
    const from = world.sim.seen.length;
    expect(await again(at, { startedBy: 'ann', attempt })).toMatchObject({ id: world.ann.id });
    expect(calls(from).filter((route) => route.includes('/actions/'))).toEqual([]);
  });
});

describe('a run that an action begins', () => {
  const told: string[] = [];
  const warned: string[] = [];
  let begin: (run: string) => void = () => undefined;
  const job = {
    onRun: (listener: (run: string) => void): void => {
      begin = listener;
    },
    told: (run: string): void => void told.push(run),
    warning: (text: string): void => void warned.push(text),
  };
  /** The variables of a runner, in a repository of its own with a commit. */
  async function runner(): Promise<{ readonly place: Place; readonly commit: string }> {
    const place = await forges.place();
    const commit = place.commit({ text: 'main' });
    await place.push('main', commit);
    process.env['GITHUB_API_URL'] = forges.world.sim.apiUrl;
    process.env['GITHUB_REPOSITORY'] = `acme/${place.repository.name}`;
    process.env['GITHUB_RUN_ID'] = '77';
    process.env['GITHUB_SERVER_URL'] = 'https://forge.example';
    process.env['INPUT_TOKEN'] = 'must not stay';
    told.length = 0;
    warned.length = 0;
    return { place, commit };
  }
  const stateOf = ({ repository }: Place) => ({
    deployments: repository.deployments.map(({ sha, environment, production, statuses }) => ({
      ...{ sha, environment, production },
      states: statuses.map(({ state, logUrl }) => [state, logUrl]),
    })),
    statuses: repository.statuses.map(({ sha, context, state }) => [sha, context, state]),
  });
  const url = (place: Place): string => `https://forge.example/acme/${place.repository.name}/actions/runs/77`;
  const until = async (what: () => boolean): Promise<void> => {
    for (let tries = 0; !what() && tries < 500; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  test('is shown while it works, and its end once, also when it is said a second time', async () => {
    const { place, commit } = await runner();
    const run = { run: 'r-1', environment: 'production', commit };
    let journal: ShownRun | undefined;
    const read = async (): Promise<ShownRun> => {
      if (journal === undefined) throw new Error('no journal yet');
      return journal;
    };
    const token = forges.world.appToken();
    const said = await toldByAction(job, token, read, async () => {
      expect(process.env['INPUT_TOKEN']).toBeUndefined();
      begin('r-1');
      journal = { ...run, sentence: 'it is brought', state: 'works' };
      await until(() => place.repository.deployments.some(({ statuses }) => statuses.length > 0));
      expect(stateOf(place).deployments).toMatchObject([{ states: [['in_progress', url(place)]] }]);
      journal = { ...run, sentence: 'it serves', state: 'good' };
      return 'outcome';
    });
    expect(said).toBe('outcome');
    expect(told).toEqual(['r-1']);
    const states = ['in_progress', 'success'].map((state) => [state, url(place)]);
    const ended = {
      deployments: [{ sha: commit, environment: 'production', production: true, states }],
      statuses: [[commit, 'shiplock/production', 'success']],
    };
    expect(stateOf(place)).toEqual(ended);
    await tellLast(job, token, read, 'r-1');
    expect(stateOf(place).deployments).toEqual(ended.deployments);
    expect(warned).toEqual([]);
  });

  test('killed at any place, it is shown once, as it stands; what it throws is thrown', async () => {
    const { place, commit } = await runner();
    const token = forges.world.appToken();
    const works: ShownRun = { run: 'r-2', environment: 'staging', commit, sentence: 'it is brought', state: 'works' };
    // The process died before it could say anything, and after the run had begun.
    await tellLast(job, token, async () => works, 'r-2');
    await tellLast(job, token, async () => ({ ...works, sentence: 'it was taken back', state: 'bad' }), 'r-2');
    const waits: ShownRun = { ...works, run: 'r-3', state: 'waits' };
    const read = async (): Promise<ShownRun> => waits;
    const fails = toldByAction(job, token, read, async () => {
      begin('r-3');
      throw new Error('of the release');
    });
    await expect(fails).rejects.toThrow('of the release');
    const { deployments } = stateOf(place);
    expect(deployments.map(({ production, states }) => [production, ...states.map(([state]) => state)])).toEqual([
      [false, 'in_progress', 'failure'],
      [false, 'queued'],
    ]);
  });

  test('without a token nothing is told; a forge that refuses is a warning', async () => {
    const { place } = await runner();
    const from = forges.world.sim.seen.length;
    const read = async (): Promise<ShownRun> => {
      throw new Error('is not asked');
    };
    expect(await toldByAction(job, undefined, read, async () => 1)).toBe(1);
    expect(calls(from)).toEqual([]);
    const commit = '0'.repeat(40);
    const shown: ShownRun = { run: 'r-4', environment: 'staging', commit, sentence: 'it serves', state: 'good' };
    const good = async (): Promise<ShownRun> => shown;
    const ran = await toldByAction(job, 'ghs_wrong', good, async () => {
      begin('r-4');
      return 2;
    });
    expect(ran).toBe(2);
    expect(warned).toEqual([expect.stringContaining('the forge was not told how run r-4 stands')]);
    expect([...told, ...place.repository.deployments]).toEqual([]);
  });
});
