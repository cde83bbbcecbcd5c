import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command, type Lab, openLab } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { runOf } from '../../src/chatops/index.ts';
import { listRuns } from '../../src/procedure/index.ts';
import { runCommits } from '../../src/release/index.ts';
import { seededFaults } from '../forge-sim/faults.ts';
import type { Account } from '../forge-sim/world.ts';
import { type ForgeWorld, forgeWorld, idOf } from '../support/forge-world.ts';
import { portRange, quickRollout, servedVersion } from './support/doors.ts';

/** `shiplock chat` as a job runs it: a process, the simulated forge over HTTP, real git, a real release. */

const REPO = '/repos/acme/certkeeper';

describe('a job for a comment', () => {
  let world: ForgeWorld;
  let lab: Lab;
  let runner = '';
  let issue = 0;
  let calls: string[] = [];

  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const git = async (cwd: string, ...args: readonly string[]): Promise<string> => {
    const ran = await command(['git', '-C', cwd, ...args]);
    expect(ran.code, ran.stderr).toBe(0);
    return ran.stdout.trim();
  };

  /** Commits a version and pushes it to the forge; a comment in the same second would be refused. */
  async function publish(version: string): Promise<string> {
    const commit = await lab.commit(version);
    const at = `${world.sim.origin.replace('://', `://ann:${world.tokenOf(world.ann)}@`)}/acme/certkeeper.git`;
    await git(lab.service, 'push', '-q', at, 'HEAD:refs/heads/main', `v${version}`);
    if (runner !== '') await git(runner, 'fetch', '-q', '--tags', 'origin');
    await pause(1_100);
    return commit;
  }

  async function write(
    by: Account,
    body: string,
  ): Promise<{ readonly id: number; readonly event: string; readonly run: string }> {
    const id = idOf(await world.call(world.tokenOf(by), 'POST', `${REPO}/issues/${issue}/comments`, { body }));
    const told = world.sim.events.told.findLast(({ event }) => event === 'issue_comment');
    const event = join(world.root, `event-${id}.json`);
    writeFileSync(event, JSON.stringify(told?.payload));
    const createdAt = Math.floor((world.repository.comments.get(id)?.createdAt ?? 0) / 1000) * 1000;
    return { id, event, run: runOf({ id, createdAt }) };
  }

  interface Job {
    readonly by?: string;
    readonly number?: number;
  }

  function start(event: string, { by = 'ann', number = 1 }: Job = {}): ChildProcess {
    return spawn(process.execPath, [PROGRAM, 'chat', event, '--state', lab.state], {
      cwd: runner,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...lab.env,
        GITHUB_REPOSITORY: 'acme/certkeeper',
        GITHUB_API_URL: world.sim.apiUrl,
        GITHUB_RUN_ID: String(number),
        GITHUB_TRIGGERING_ACTOR: by,
        SHIPLOCK_FORGE_TOKEN: world.appToken(),
      },
    });
  }

  async function job(
    event: string,
    options: Job = {},
  ): Promise<{ readonly code: number | null; readonly text: string }> {
    const from = world.sim.seen.length;
    const child = start(event, options);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    calls = world.sim.seen.slice(from).flatMap(({ route }) => (route === undefined || route === 'git' ? [] : [route]));
    return { code, text };
  }

  const answers = (comment: number): readonly string[] =>
    [...world.repository.comments.values()]
      .filter(({ body }) => body.includes(`shiplock:comment:${comment} `))
      .map(({ body }) => body);
  /** Deployments of a run, as the forge shows them. */
  const shown = (run: string) =>
    world.repository.deployments
      .filter(({ payload }) => JSON.stringify(payload).includes(run))
      .map(({ sha, environment, statuses }) => ({ sha, environment, states: statuses.map(({ state }) => state) }));
  const reactions = (comment: number): readonly string[] =>
    (world.repository.comments.get(comment)?.reactions ?? []).map(({ content }) => content);

  beforeAll(async () => {
    world = await forgeWorld();
    const commands = Object.fromEntries(['deploy', 'rollback', 'status'].map((name) => [name, 'releaser']));
    lab = await openLab({
      database: false,
      frontend: false,
      ports: await portRange(),
      rollout: quickRollout,
      top: {
        people: {
          ann: { account: world.ann.id, emails: ['lab@localhost'], roles: ['releaser'] },
          ben: { account: world.ben.id, roles: ['viewer'] },
        },
        policy: {
          repository: world.repository.directory,
          branch: 'main',
          environments: { production: { evidence: 'forge', commits: 'named', chat: { commands, commit: 'pinned' } } },
        },
      },
    });
    await publish('1.0.0');
    runner = join(world.root, 'runner');
    await git(world.root, 'clone', '-q', world.repository.directory, runner);
    await world.call(world.tokenOf(world.ann), 'POST', `${REPO}/issues`, { title: 'Release $(touch PWNED) `id`' });
    issue = world.repository.nextNumber - 1;
  });
  afterAll(async () => {
    expect(world.sim.wrong()).toEqual([]);
    await lab?.stop();
    await world?.[Symbol.asyncDispose]();
  });

  test('releases the commit that was there, and tells', async () => {
    const pinned = await git(lab.service, 'rev-parse', 'HEAD');
    const { id, event, run } = await write(world.ann, '/deploy production --reason "first"');
    const begun = Date.now();
    const { code, text } = await job(event);
    expect(code, text).toBe(0);
    expect(await servedVersion(lab.entry)).toBe('1.0.0');
    expect(await runCommits(lab.state, run)).toEqual({ release: pinned, checkedOut: pinned });
    const [answer = '', ...more] = answers(id);
    expect(more).toEqual([]);
    expect(answer).toContain('✅ **Ended**: `/deploy production --reason "first"`');
    expect(answer).toContain(pinned);
    expect(reactions(id)).toEqual(['eyes']);
    expect(shown(run)).toEqual([{ sha: pinned, environment: 'production', states: ['in_progress', 'success'] }]);
    expect(world.repository.statuses.filter(({ sha }) => sha === pinned)).toMatchObject([
      { context: 'shiplock/production', state: 'success' },
    ]);
    expect(calls.length, calls.join('\n')).toBeLessThanOrEqual(12);
    const acknowledged = world.repository.comments.get(id)?.reactions[0]?.at ?? Number.POSITIVE_INFINITY;
    process.stdout.write(`acknowledged after ${acknowledged - begun} ms, ${calls.length} calls\n`);
  });

  test('the same event again, by the same job and by another: nothing more', async () => {
    const first = [...world.repository.comments.values()].find(({ body }) => body.startsWith('/deploy production'));
    const event = join(world.root, `event-${first?.id ?? 0}.json`);
    const runs = (await listRuns(lab.state)).length;
    expect((await job(event)).code).toBe(0);
    expect((await job(event, { number: 2 })).text).toContain('another job has taken this comment');
    expect((await listRuns(lab.state)).length).toBe(runs);
    expect(answers(first?.id ?? 0)).toHaveLength(1);
    expect(world.repository.deployments).toHaveLength(1);
  });

  test.each([
    ['a stranger', () => write(world.eve, '/deploy production'), 'eve', 'chat.unknown-person'],
    ['somebody without the role', () => write(world.ben, '/deploy production'), 'ben', 'chat.role-missing'],
    [
      'a job that somebody else started again',
      () => write(world.ann, '/rollback production --reason x'),
      'eve',
      'chat.starter-untold',
    ],
    [
      'a commit that is not there',
      () => write(world.ann, '/deploy production --commit 0123456789ab'),
      'ann',
      'forge.commit-unknown',
    ],
  ])('refused: %s', async (_name, say, by, expected) => {
    const { id, event } = await say();
    const { code, text } = await job(event, { by });
    expect(code, text).toBe(5);
    expect(answers(id)).toHaveLength(1);
    expect(answers(id)[0]).toContain(`[${expected}]`);
    expect(reactions(id)).toContain('confused');
    expect(await servedVersion(lab.entry)).toBe('1.0.0');
  });

  test('killed with -9 and run again: released once, the comment is true', async () => {
    const pinned = await publish('2.0.0');
    const { id, event, run } = await write(world.ann, '/deploy production');
    const began = async (): Promise<boolean> => (await listRuns(lab.state)).some((one) => one.run === run);
    for (const reached of [async () => reactions(id).length > 0, async () => answers(id).length > 0, began]) {
      const child = start(event);
      const over = new Promise((resolve) => child.on('exit', resolve));
      while (!(await reached()) && child.exitCode === null) await pause(20);
      child.kill('SIGKILL');
      await over;
    }
    const { code, text } = await job(event);
    expect(code, text).toBe(0);
    expect(await servedVersion(lab.entry)).toBe('2.0.0');
    expect(await runCommits(lab.state, run)).toEqual({ release: pinned, checkedOut: pinned });
    expect(answers(id)).toHaveLength(1);
    expect(answers(id)[0]).toContain('✅ **Ended**');
    expect((await listRuns(lab.state)).filter(({ procedure }) => procedure === 'release')).toHaveLength(2);
    expect(shown(run).map(({ sha, states }) => [sha, states.at(-1)])).toEqual([[pinned, 'success']]);
  });

  test('with 30 % of the calls going wrong: the same', async () => {
    await publish('3.0.0');
    const kinds = ['error', 'error-after', 'cut', 'lost', 'torn', 'secondary-limit'] as const;
    const { id, event, run } = await write(world.ann, '/deploy production');
    world.sim.setFaults(seededFaults({ seed: 7, rate: 0.3, kinds }));
    const { code, text } = await job(event);
    world.sim.setFaults(() => undefined);
    expect(code, text).toBe(0);
    expect(await servedVersion(lab.entry)).toBe('3.0.0');
    expect(answers(id)).toHaveLength(1);
    expect(answers(id)[0]).toContain('✅ **Ended**');
    expect(shown(run).map(({ states }) => states.at(-1))).toEqual(['success']);
  });
});
