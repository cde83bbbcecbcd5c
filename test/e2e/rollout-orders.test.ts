import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLoad } from '../../scripts/components/load.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';
import { PROGRAM } from '../../scripts/lab/program.ts';
import { listRuns, readRun } from '../../src/procedure/index.ts';
import { portRange } from './support/doors.ts';
import { pause } from './support/end-state.ts';
import { release, run, serving } from './support/kinds.ts';

/** Pause, resume and abort of real releases behind a real HAProxy with a real database, under load, with kills. */

const PLAN = {
  steps: [{ share: '20%', bake: '1s' }],
  analysis: { past: '0s' },
  analysisDeadline: '1s',
  finalBake: '0s',
  healthDeadline: '20s',
  drainTimeout: '5s',
  lowTraffic: 'smoke',
};

let lab: Lab;
const children: ChildProcess[] = [];

beforeAll(async () => {
  lab = await openLab({
    database: true,
    frontend: false,
    ports: await portRange(30),
    traffic: { longestTimeout: '300ms', deadMan: '3s' },
    metrics: { every: '200ms' },
    rollout: PLAN,
  });
  await lab.commit('1.0.0');
  expect(await release(lab)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await lab?.stop();
});

interface Started {
  readonly child: ChildProcess;
  /** Exit code, or null after a kill. */
  readonly ended: Promise<number | null>;
}

/** A process of its own, to be ordered from outside and killed. */
function start(args: readonly string[]): Started {
  const child = spawn(process.execPath, [PROGRAM, ...args, '--quiet', '--state', lab.state], {
    cwd: lab.service,
    env: { ...process.env, ...lab.env, SHIPLOCK_WHO: 'lab' },
    stdio: 'ignore',
  });
  children.push(child);
  return { child, ended: new Promise((resolve) => child.on('exit', (code) => resolve(code))) };
}

async function openRun() {
  return (await listRuns(lab.state)).find((one) => one.finished === null && one.procedure === 'release');
}

async function until(what: string, look: () => Promise<boolean>, seconds = 90): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await pause(100);
  }
}

const hasShare = (version: string) => async () => ((await serving(lab))[version] ?? 0) > 0;

/** What clients saw while `work` went on. */
async function underLoad<T>(work: () => Promise<T>) {
  const load = await startLoad({
    url: `${lab.entry}/api/v1/ping`,
    rate: 100,
    seconds: 90,
    keepHeaders: ['X-Certkeeper-Version', 'X-Fault-Injected'],
  });
  const value = await work().finally(() => undefined);
  const { hits } = await load.stop();
  const lost = hits.filter((hit) => hit.code !== 200 && !(hit.headers['x-fault-injected'] ?? '').includes('error'));
  return { value, lost, versions: hits.map((hit) => hit.headers['x-certkeeper-version']) };
}

describe('orders to a rollout', () => {
  it('a pause holds the share through a kill and a resume, and ends when somebody says so', async () => {
    await lab.commit('1.1.0', { env: { CERTKEEPER_SLOW_REQUEST: '710ms' } });
    const { lost, value } = await underLoad(async () => {
      const first = start(['release', 'production']);
      await until('a run', async () => (await openRun()) !== undefined);
      const paused = await lab.shiplock(['rollout', 'pause', 'production', '--reason', 'support asks', '--json']);
      expect(paused.code, paused.stdout + paused.stderr).toBe(0);
      const held = await openRun();
      expect(held?.held).toMatchObject({ by: 'lab', why: 'support asks' });
      const before = await serving(lab);
      // Long enough for bake, deadline and smoke test, had it gone on.
      await pause(4_000);
      expect(await serving(lab)).toEqual(before);
      expect(before['1.0.0']).toBeGreaterThan(0);
      const status = await lab.shiplock(['status', 'production']);
      expect(status.stdout).toMatch(/paused by lab since .*: support asks/);
      expect(status.stdout).toContain(`shiplock rollout resume ${held?.run}`);
      first.child.kill('SIGKILL');
      await first.ended;
      const second = start(['resume', held?.run ?? '']);
      await pause(3_000);
      expect((await openRun())?.held).toMatchObject({ why: 'support asks' });
      expect(await serving(lab)).toEqual(before);
      expect((await lab.shiplock(['rollout', 'resume', 'production', '--reason', 'it was nothing'])).code).toBe(0);
      return second.ended;
    });
    expect(value).toBe(0);
    expect(lost).toEqual([]);
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
  });

  it('a paused rollout is judged on: what turns worse goes back', async () => {
    const faulty = { tags: ['faults'], env: { CERTKEEPER_FAULT_ERROR_RATE: '0.5' } };
    await lab.commit('1.2.0', faulty, {
      rollout: { ...PLAN, smoke: [{ path: '/healthz', status: 200 }], analysisDeadline: '60s' },
      verify: [],
    });
    const going = start(['release', 'production']);
    // No traffic yet, so there is no evidence.
    await until('a share', hasShare('1.2.0'));
    expect(await run(lab, ['rollout', 'pause', 'production', '--reason', 'lunch'])).toMatchObject({ code: 0 });
    const { value, lost } = await underLoad(() => going.ended);
    expect(value).toBe(4);
    expect(lost).toEqual([]);
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
    const last = (await listRuns(lab.state)).findLast((one) => one.procedure === 'release');
    expect(last?.finished).toMatchObject({ outcome: 'rolled-back', problems: [{ code: 'rollout.worse' }] });
  });

  it('an abort takes a paused rollout back under load, and both commands say so', async () => {
    await lab.commit(
      '1.3.0',
      { env: { CERTKEEPER_SLOW_REQUEST: '730ms' } },
      { rollout: { ...PLAN, analysisDeadline: '60s' } },
    );
    const { value, lost } = await underLoad(async () => {
      const going = start(['release', 'production']);
      await until('a share', hasShare('1.3.0'));
      expect(await run(lab, ['rollout', 'pause', 'production', '--reason', 'look closer'])).toMatchObject({ code: 0 });
      const told = await run(lab, ['rollout', 'abort', 'production', '--reason', 'wrong build']);
      return { told, code: await going.ended };
    });
    expect(value.code).toBe(4);
    expect(value.told).toMatchObject({ code: 4, outcome: 'rolled-back' });
    expect(value.told.sentence).toContain('aborted by lab: wrong build (procedure.aborted)');
    expect(lost).toEqual([]);
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
    const { entries } = await readRun(lab.state, value.told.run);
    expect(entries.map(({ payload }) => payload)).toContainEqual(
      expect.objectContaining({ reason: 'aborted', asked: expect.objectContaining({ by: 'lab', why: 'wrong build' }) }),
    );
    const report = await lab.shiplock(['report', value.told.run, '--format', 'markdown']);
    expect(report.stdout).toMatch(/abort.*wrong build/);
    expect((await lab.shiplock(['journal', 'replay', value.told.run])).code).toBe(0);
  });

  it('an abort takes a run back that waits at a gate', async () => {
    await lab.commit(
      '1.4.0',
      { env: { CERTKEEPER_SLOW_REQUEST: '740ms' } },
      { rollout: { ...PLAN, lowTraffic: 'gate' } },
    );
    expect(await release(lab)).toMatchObject({ code: 3 });
    const told = await run(lab, ['rollout', 'abort', 'production', '--reason', 'not today']);
    expect(told, told.text).toMatchObject({ code: 4, outcome: 'rolled-back' });
    expect(await serving(lab)).toEqual({ '1.1.0': 1 });
  });

  it('leaves an environment that is in order: the database, the proxy, git, the journals', async () => {
    const ran = await lab.shiplock(['doctor', 'production']);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(/ok {6} Database: mariadb \S+ answers/);
    expect(ran.stdout).toContain('our proxy answers');
    expect(ran.stdout).toContain('held by nobody');
    expect(ran.stdout).not.toContain(lab.env['SHIPLOCK_DATABASE_DSN'] ?? '?');
  });

  it('says what it cannot do', async () => {
    const over = (await listRuns(lab.state)).findLast((one) => one.procedure === 'release')?.run ?? '';
    expect(await run(lab, ['rollout', 'abort', over, '--reason', 'too late'])).toMatchObject({
      code: 5,
      codes: ['order.run-over'],
    });
    expect(await run(lab, ['rollout', 'pause', 'production', '--reason', 'x'])).toMatchObject({
      code: 2,
      codes: ['cli.nothing-under-way'],
    });
  });
});
