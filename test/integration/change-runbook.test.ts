import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { findRunbook } from '../../src/cli/runbook/registry.ts';
import { systemClock } from '../../src/procedure/index.ts';
import { resumeRunbook } from '../../src/release/runbook/index.ts';
import { type KeyPair, newKey } from '../support/keys.ts';
import { type CommandWorld, commandWorld, SERVICES } from '../support/runbooks/world.ts';
import { terminal } from '../support/terminal.ts';

/** A runbook that is carried out for a change: refused without a record, approved by a signature, in its window, seen on another machine. */

const HOUR = 3_600_000;
const problemsSchema = z.looseObject({ problems: z.array(z.looseObject({ code: z.string() })) });
const madeSchema = z.looseObject({
  head: z.looseObject({ change: z.string() }),
  file: z.string(),
  risk: z.looseObject({ level: z.string(), facts: z.array(z.looseObject({ fact: z.string() })) }),
});
const outcomeSchema = z.looseObject({ run: z.string(), outcome: z.string(), gate: z.string().nullable() });
const viewSchema = z.looseObject({
  state: z.string(),
  runs: z.array(z.looseObject({ run: z.string(), verification: z.array(z.string()) })),
});

let dir = '';
let world: CommandWorld;
let keys: Readonly<Record<'anna' | 'ben', KeyPair>>;
let change = '';
let run = '';

async function cli(...argv: readonly string[]) {
  return cliIn(world.store, ...argv);
}
async function cliIn(state: string, ...argv: readonly string[]) {
  const io = terminal({ cwd: world.dir, env: { ...process.env, SHIPLOCK_WHO: 'tester' } });
  const code = await runCli([...argv, '--config', world.configFile, '--state', state], io);
  return { code, out: io.written.out, err: io.written.err };
}
const codesOf = ({ out }: { readonly out: string }): readonly string[] =>
  problemsSchema.parse(JSON.parse(out)).problems.map(({ code }) => code);
const shown = async (state = world.store) => {
  const ran = await cliIn(state, 'change', 'show', change, '--json');
  expect(ran.code, ran.out + ran.err).toBe(0);
  return viewSchema.parse(JSON.parse(ran.out));
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shiplock-change-'));
  keys = { anna: newKey(dir, 'anna'), ben: newKey(dir, 'ben') };
  const [policy, operations, clone] = ['policy.git', 'operations.git', 'clone'].map((name) => join(dir, name));
  const git = (...args: readonly string[]) => execFileSync('git', args, { stdio: 'pipe' });
  for (const bare of [policy, operations]) git('init', '-q', '--bare', '-b', 'main', bare ?? '');
  const more = `people:
  anna: { keys: ["${keys.anna.line}"], roles: [releaser] }
  ben: { keys: ["${keys.ben.line}"], roles: [approver] }
policy:
  repository: ${policy}
  branch: main
  environments:
    production: { approval: approver, changes: { runbooks: changes } }
store:
  git: { url: ${operations} }
`;
  world = await commandWorld([...SERVICES], {
    config: async () => more,
    begin: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
    endState: async () => null,
  });
  mkdirSync(clone ?? '');
  const inClone = (...args: readonly string[]) =>
    git('-C', clone ?? '', '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args);
  inClone('init', '-q', '-b', 'main');
  copyFileSync(world.configFile, join(clone ?? '', 'shiplock.yaml'));
  inClone('add', '-A');
  inClone('commit', '-q', '-m', 'policy');
  inClone('push', '-q', policy ?? '', 'HEAD:refs/heads/main');
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

test('without a record it is refused, and nothing is stopped; what only looks is asked for nothing', async () => {
  const refused = await cli('runbook', 'run', 'system-stop', 'production', '--reason', 'power works', '--json');
  expect(refused.code, refused.out + refused.err).toBe(5);
  expect(codesOf(refused)).toEqual(['change.needed']);
  expect((await cli('runbook', 'run', 'system-status', 'production')).code).toBe(0);
  expect(await world.running()).toEqual(SERVICES);
});

test('F9: it is asked for with its risk and its way back, approved in the run, carried out in its window, and verified', async () => {
  const at = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString().replace(/\.\d+Z$/, 'Z');
  const words = ['--why', 'new cables', '--impact', 'all users', '--verification', 'the lights are out'];
  const asked = ['change', 'new', 'production', 'runbook', 'system-stop', '--input', 'reason=power works'];
  const more = ['--title', 'Power works', ...words, '--begin', at(2), '--end', at(4), '--json'];
  const missing = await cli(...asked, '--title', 'Power works', '--json');
  expect(codesOf(missing)).toEqual(Array.from({ length: 3 }, () => 'change.section-missing'));
  const ran = await cli(...asked, ...more);
  expect(ran.code, ran.out + ran.err).toBe(0);
  const made = madeSchema.parse(JSON.parse(ran.out));
  change = made.head.change;
  expect(made.risk.facts.map(({ fact }) => fact)).toEqual(['last-environment', 'runbook-changes', 'untried']);
  expect((await shown()).state).toBe('requested');

  const other = ['runbook', 'run', 'system-stop', 'production', '--change', change, '--reason', 'else', '--json'];
  expect(codesOf(await cli(...other))).toEqual(['change.other-plan']);

  // What the record says needs not be said again.
  const start = ['runbook', 'run', 'system-stop', 'production', '--change', change, '--sign-key', keys.anna.file];
  const begun = await cli(...start, '--json');
  expect(begun.code, begun.out + begun.err).toBe(3);
  const outcome = outcomeSchema.parse(JSON.parse(begun.out));
  run = outcome.run;
  expect(outcome.gate).toBe('under-change/approval');
  expect((await shown()).state).toBe('waiting');
  const approve = (key: KeyPair) =>
    cli('gate', 'approve', run, 'under-change/approval', '--sign-key', key.file, '--json');
  expect((await approve(keys.anna)).code).not.toBe(0);
  expect((await approve(keys.ben)).code).toBe(0);
  const early = await cli('runbook', 'resume', run, '--json');
  expect(early.code, early.out + early.err).toBe(3);
  expect(early.out).toContain('change.not-yet');
  expect((await shown()).state).toBe('approved');
  expect(await world.running()).toEqual(SERVICES);

  const later = { ...systemClock, now: () => systemClock.now() + 3 * HOUR };
  const find = async (name: string) => (await findRunbook(name, null)).runbook;
  const stopped = await resumeRunbook(await world.open({ clock: later, env: process.env }), run, find);
  expect(stopped.problems).toEqual([]);
  expect(stopped.outcome).toBe('done');
  expect(await world.running()).toEqual([]);
  const view = await shown();
  expect(view.state).toBe('verified');
  expect(view.runs).toMatchObject([{ run, approval: { passed: true, by: ['ben'] } }]);
  expect(codesOf(await cli(...start, '--json'))).toContain('change.carried-out');
});

test('another machine sees the record and closes it; this one sees that, and the first word stands', async () => {
  const elsewhere = join(dir, 'elsewhere');
  expect(await shown(elsewhere)).toMatchObject({ state: 'verified', runs: [{ run, approval: { by: ['ben'] } }] });
  const wrong = await cliIn(elsewhere, 'change', 'close', change, '--outcome', 'withdrawn', '--note', 'x', '--json');
  expect(codesOf(wrong)).toEqual(['change.carried-out']);
  const other = join(dir, 'other');
  const second = ['runbook', 'run', 'system-stop', 'production', '--change', change, '--json'];
  expect(codesOf(await cliIn(other, ...second)), 'a machine that has never heard of the run').toContain(
    'change.carried-out',
  );
  const close = ['change', 'close', change, '--outcome', 'successful', '--note', 'all dark'];
  expect((await cli(...close)).code).toBe(0);
  expect((await shown(elsewhere)).state).toBe('closed');
  const file = join(world.store, 'changes', 'production', `${change}.md`);
  const said = readFileSync(file, 'utf8');
  // Given again, as after a crash, it changes nothing.
  expect((await cli(...close)).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(said);
  const again = await cli('change', 'close', change, '--outcome', 'unsuccessful', '--note', 'x', '--json');
  expect(codesOf(again)).toEqual(['change.closed']);
});
