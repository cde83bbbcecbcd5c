import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { command } from '../../scripts/testing/command.ts';
import { runCli } from '../../src/cli/main.ts';
import { findRunbook, SHIPPED_NAMES } from '../../src/cli/runbook/registry.ts';
import { readRun } from '../../src/procedure/index.ts';
import { planRunbook, runRunbook } from '../../src/release/runbook/index.ts';
import { crashSweep } from '../support/crash-sweep.ts';
import { openRunbookSweep, sampleWorld } from '../support/runbooks/sweep.ts';
import { type CommandWorld, commandWorld, SERVICES } from '../support/runbooks/world.ts';
import { terminal } from '../support/terminal.ts';

/** Runbooks on real processes of this machine: what is planned is what is run, every door leads to the same run, and a crash changes nothing. */

const ROOT = join(import.meta.dirname, '../..');
const worlds: CommandWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world[Symbol.asyncDispose]();
});
async function openWorld(running: readonly string[] = [], sample?: string): Promise<CommandWorld> {
  const world = await (sample === undefined ? commandWorld(running) : sampleWorld(sample));
  worlds.push(world);
  return world;
}

async function cli(world: CommandWorld, ...argv: readonly string[]) {
  const io = terminal({ cwd: world.dir, env: { SHIPLOCK_WHO: 'tester' } });
  const code = await runCli([...argv, '--state', world.store], io);
  return { code, out: io.written.out, err: io.written.err };
}

const intent = z.looseObject({ what: z.literal('do'), effects: z.array(z.unknown()) });

/** All effects that stand in the journal, in the order in which they were begun. */
async function effectsOf(world: CommandWorld, run: string): Promise<readonly unknown[]> {
  const { entries } = await readRun(world.store, run);
  return entries.flatMap(({ record, payload }) => {
    const found = record.type === 'step.intent' ? intent.safeParse(payload) : undefined;
    return found?.success === true ? found.data.effects : [];
  });
}

const order = ['database', 'api', 'proxy'];

/** They need a release, a backup, hosts or a server of a database, and are shown elsewhere. */
const ELSEWHERE: readonly string[] = [
  'database-setup',
  'host-restore',
  'key-rotate',
  'password-rotate',
  'restore',
  'rollback',
  'scale',
  'upgrade-database',
];

describe.each(SHIPPED_NAMES.filter((name) => !ELSEWHERE.includes(name)))('%s', (name) => {
  test('plans without changing anything, and runs exactly what it planned', async () => {
    const world = await openWorld([], name);
    const { runbook } = await findRunbook(name, null);
    const request = { texts: runbook.sample };
    const before = await world.running();
    const plan = await planRunbook(await world.open(), runbook, request);
    expect(plan.problems).toEqual([]);
    expect(world.log()).toEqual([]);
    expect(await world.running()).toEqual(before);
    const outcome = await runRunbook(await world.open(), runbook, request);
    expect(outcome).toMatchObject({ outcome: 'done', exit: 0, problems: [] });
    const done = outcome.run === null ? [] : await effectsOf(world, outcome.run);
    expect(done).toEqual(plan.effects.map(({ effect }) => effect));
    if (runbook.severity === 'reads') expect(world.log()).toEqual([]);
    else expect(done.length).toBeGreaterThan(0);
  });

  test('is sound', async () => {
    const world = await openWorld([], name);
    const judged = await cli(world, 'runbook', 'test', name, 'production', '--json');
    expect(judged.code, judged.out).toBe(0);
    expect(JSON.parse(judged.out)).toMatchObject({ runbook: name, problems: [] });
  });
});

test('the system starts in the order of its needs and stops in reverse, and what is so already is left alone', async () => {
  const world = await openWorld();
  const start = await cli(
    world,
    'runbook',
    'run',
    'system-start',
    'production',
    '--reason',
    'power is back',
    '--quiet',
  );
  expect(start.code, start.err).toBe(0);
  expect(world.log()).toEqual(order.map((name) => `start ${name}`));
  const again = await cli(
    world,
    'runbook',
    'run',
    'system-start',
    'production',
    '--input',
    'reason=once more',
    '--quiet',
  );
  expect(again.code, again.err).toBe(0);
  expect(world.log()).toHaveLength(3);
  const stop = await cli(world, 'runbook', 'run', 'system-stop', 'production', '--reason', 'power works', '--quiet');
  expect(stop.code, stop.err).toBe(0);
  expect(world.log().slice(3)).toEqual(order.toReversed().map((name) => `stop ${name}`));
  expect(await world.running()).toEqual([]);
});

test('one service comes with all that it needs, and goes with all that needs it', async () => {
  const world = await openWorld();
  const run = (...words: readonly string[]) => cli(world, 'runbook', 'run', ...words, '--reason', 'drill', '--quiet');
  expect((await run('system-start', 'production', '--service', 'api')).code).toBe(0);
  expect(await world.running()).toEqual(['database', 'api']);
  expect((await run('system-start', 'production', '--service', 'proxy')).code).toBe(0);
  expect((await run('system-stop', 'production', '--service', 'api')).code).toBe(0);
  expect(await world.running()).toEqual(['database']);
});

test('a service that does not come up is told, and what needs it is not started', async () => {
  const world = await openWorld();
  const script = join(world.dir, 'service.sh');
  const text = readFileSync(script, 'utf8');
  writeFileSync(script, text.replace('start)\n', 'start)\n  [ "$2" != api ] || { echo "no licence" >&2; exit 9; }\n'));
  const start = await cli(world, 'runbook', 'run', 'system-start', 'production', '--reason', 'drill', '--json');
  expect(start.code).toBe(1);
  expect(start.out).toContain('no licence');
  expect(await world.running()).toEqual(['database']);
  const status = await cli(world, 'runbook', 'run', 'system-status', 'production');
  expect(status.code).toBe(0);
  expect(status.out).toMatch(/^database +local +running$/m);
  expect(status.out).toMatch(/^api +local +stopped +api stopped \(api does not run\)$/m);
  writeFileSync(script, text);
});

test('a runbook is a program of its own, with the same answers', async () => {
  const world = await openWorld(['database']);
  const own = (...argv: readonly string[]) =>
    command([process.execPath, join(ROOT, 'runbooks', 'system-status.ts'), ...argv], { cwd: world.dir, live: false });
  const status = await own('production');
  expect(status).toMatchObject({ code: 0, output: expect.stringMatching(/^database +local +running$/m) });
  const door = await cli(world, 'runbook', 'run', 'system-status', 'production');
  expect(status.output).toBe(door.out);
  expect(await own('production', '--servce', 'api')).toMatchObject({
    code: 2,
    output: expect.stringContaining('did you mean --service?'),
  });
});

test('who ran what, when, and how it ended is kept; what only looks is not', async () => {
  const world = await openWorld(SERVICES);
  await cli(world, 'runbook', 'run', 'system-status', 'production');
  await cli(
    world,
    'runbook',
    'run',
    'system-restart',
    'production',
    '--reason',
    'memory grows',
    '--service',
    'api',
    '--quiet',
  );
  expect(world.log()).toEqual(['stop api', 'start api']);
  const history = await cli(world, 'runbook', 'history', '--json');
  expect(JSON.parse(history.out)).toMatchObject({
    runs: [{ runbook: 'system-restart', environment: 'production', who: 'tester', outcome: 'done' }],
  });
  const text = await cli(world, 'runbook', 'history', 'system-stop');
  expect(text.out).toBe('no run of a runbook\n');
});

test.each([
  [['run', 'system-strat', 'production'], 'did you mean system-start?'],
  [['run', 'system-start', 'production'], 'found no --reason'],
  [['run', 'system-start', '--reason', 'drill'], 'no environment'],
  [['run', 'system-start', 'production', '--reasn', 'drill'], 'did you mean --reason?'],
  [['run', 'system-start', 'production', '--input', 'reson=drill'], 'did you mean reason?'],
  [['run', 'system-start', 'production', '--reason', 'drill', '--service', 'databse'], 'did you mean database?'],
  [['run', 'system-start', 'production', '--reason', 'x'], 'a text of at least 3 characters'],
  [['plan', 'system-start', 'producton', '--reason', 'drill'], 'write `production`'],
] as const)('refuses %j', async (words, says) => {
  const world = await openWorld();
  const ran = await cli(world, 'runbook', ...words);
  expect(ran.code).toBe(2);
  expect(ran.err).toContain(says);
  expect(ran.out).toBe('');
  expect(world.log()).toEqual([]);
});

test('a runbook of the service is found beside shiplock.yaml, planned, run, and refused in a pull request', async () => {
  const world = await openWorld();
  const made = await cli(world, 'runbook', 'new', 'warm-cache');
  expect(made.code, made.err).toBe(0);
  expect((await cli(world, 'runbook', 'new', 'warm-cache')).err).toContain('runbook.exists');
  const list = await cli(world, 'runbook', 'list');
  expect(list.out).toMatch(/^warm-cache +changes +--reason \[--directory\] +.*\(of this service\)$/m);
  const judged = await cli(world, 'runbook', 'test', 'warm-cache', 'production');
  expect(judged.code, judged.out + judged.err).toBe(0);
  const directory = join(world.dir, 'warm');
  const words = ['warm-cache', 'production', '--reason', 'drill', '--directory', directory];
  const plan = await cli(world, 'runbook', 'plan', ...words);
  expect(plan.out).toContain(`exec mkdir -p -- ${directory}`);
  const ran = await cli(world, 'runbook', 'run', ...words, '--quiet');
  expect(ran.code, ran.err).toBe(0);
  expect((await cli(world, 'runbook', 'plan', ...words)).out).toContain('nothing to do (it is there)');
  const io = terminal({ cwd: world.dir, env: { GITHUB_EVENT_NAME: 'pull_request_target' } });
  expect(await runCli(['runbook', 'run', ...words], io)).toBe(5);
  expect(io.written.err).toContain('runbook.from-pull-request');
});

test('a file that is no runbook hides no other, and none may take the name of ours', async () => {
  const world = await openWorld();
  mkdirSync(join(world.dir, 'runbooks'));
  writeFileSync(join(world.dir, 'runbooks', 'broken.mjs'), 'export default 7;\n');
  writeFileSync(join(world.dir, 'runbooks', 'system-stop.mjs'), 'export default 7;\n');
  const list = await cli(world, 'runbook', 'list');
  expect(list.code).toBe(0);
  expect(list.out).toContain('broken.mjs: cannot be read: no runbook as its default export');
  expect(list.out).toContain('system-stop.mjs: cannot be read: a runbook `system-stop` of the service');
  expect(list.out).toContain('system-start');
  const run = await cli(world, 'runbook', 'run', 'system-stop', 'production', '--reason', 'drill');
  expect(run.code).toBe(5);
  expect(run.err).toContain('runbook.name-taken');
});

test('the SOPs of a service are printed, and drift is seen', async () => {
  const world = await openWorld();
  const docs = (...more: readonly string[]) => cli(world, 'runbook', 'docs', 'production', 'system-stop', ...more);
  expect((await docs('--check')).code).toBe(1);
  expect((await docs()).code).toBe(0);
  const sop = readFileSync(join(world.dir, 'docs', 'sop', 'system-stop.md'), 'utf8');
  expect(sop).toMatch(/^# SOP: Stop the system/);
  for (const part of [
    '## When to use it',
    '## Inputs',
    '## Flow',
    '```mermaid',
    '- [ ] carried out',
    '## The way back',
  ])
    expect(sop).toContain(part);
  expect((await docs('--check')).code).toBe(0);
  expect((await docs('--format', 'html')).code).toBe(0);
  const page = readFileSync(join(world.dir, 'docs', 'sop', 'system-stop.html'), 'utf8');
  expect(page).toContain('class="box"');
  expect(page).not.toMatch(/<script|https?:\/\/(?!127)/);
});

/** A small part: every boundary of every one of them is `npm run soak runbooks`. */
test('a restart killed with -9 and gone on with ends as if nothing had happened', async () => {
  const report = await crashSweep({ open: () => openRunbookSweep('system-restart'), singles: 2, pairs: 0, seed: 7 });
  expect(report.differences).toEqual([]);
  expect(report.killed).toBeGreaterThanOrEqual(2);
  expect(report.exit).toBe(0);
});
