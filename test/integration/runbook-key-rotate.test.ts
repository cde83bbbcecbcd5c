import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { readRun } from '../../src/procedure/index.ts';
import { skipWords, whySkipHosts } from '../support/hosts.ts';
import {
  backupKeyWorld,
  copyOf,
  FIRST_PASSWORD,
  type HostKeyWorld,
  hostKeyWorld,
  type KeyWorld,
  RESTRICTED,
} from '../support/runbooks/keys.ts';
import { terminal } from '../support/terminal.ts';

/** Keys exchanged on real hosts with sshd and sudo, and in real repositories of restic. */

const ranSchema = z.looseObject({ run: z.string().nullable(), outcome: z.string(), gate: z.string().nullable() });
type Ran = z.infer<typeof ranSchema>;
const effectSchema = z.looseObject({ kind: z.string() });
const intent = z.looseObject({ what: z.literal('do'), effects: z.array(effectSchema) });
const planSchema = z.looseObject({ effects: z.array(z.looseObject({ effect: effectSchema })) });

async function cliIn({ dir, store }: KeyWorld, ...argv: readonly string[]) {
  const io = terminal({
    cwd: dir,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], SHIPLOCK_WHO: 'tester' },
  });
  const code = await runCli([...argv, '--state', store, '--json'], io);
  return { code, out: io.written.out, err: io.written.err };
}
const runbook = (world: KeyWorld, verb: 'run' | 'plan', ...words: readonly string[]) =>
  cliIn(world, 'runbook', verb, 'key-rotate', 'production', '--reason', 'every year', ...words);

async function fill(world: KeyWorld, { run, gate }: Ran, works: 'yes' | 'no') {
  const others = gate?.endsWith('/first') === true ? [] : ['--item', 'others=yes'];
  const items = ['--item', `works=${works}`, ...others, '--item', 'seen=logged in as the job does'];
  const filled = await cliIn(world, 'gate', 'fill', run ?? '', gate ?? '', ...items);
  expect(filled.code, filled.out + filled.err).toBe(0);
  return cliIn(world, 'runbook', 'resume', run ?? '');
}
function ranOf({ code, out, err }: Awaited<ReturnType<typeof cliIn>>, wanted: number): Ran {
  expect(code, out + err).toBe(wanted);
  return ranSchema.parse(JSON.parse(out));
}

/** All effects that stand in the journal, in the order in which they were begun. */
async function effectsOf({ store }: KeyWorld, run: string | null) {
  return (await readRun(store, run ?? '')).entries.flatMap(({ record, payload }) => {
    const found = record.type === 'step.intent' ? intent.safeParse(payload) : undefined;
    return found?.success === true ? found.data.effects : [];
  });
}
function planned(out: string) {
  return planSchema.parse(JSON.parse(out)).effects.map(({ effect }) => effect);
}
/** Without what is known only when it is done. */
const without = (effects: readonly unknown[], from: string | RegExp, to: string): unknown =>
  JSON.parse(JSON.stringify(effects).replaceAll(from, to));

describe('the password of backups', () => {
  it('F1: opens beside the old one in every repository that has it, and alone once a person has confirmed it', async () => {
    using world = backupKeyWorld();
    const { password, repositories } = world;
    const old = copyOf(password);
    const plan = await runbook(world, 'plan', '--key', 'backup');
    expect(plan.code, plan.out + plan.err).toBe(0);
    expect(repositories.map(world.keys)).toEqual([1, 1]);
    expect(readFileSync(password, 'utf8')).toBe(`${FIRST_PASSWORD}\n`);

    const first = await runbook(world, 'run', '--key', 'backup');
    const ran = ranOf(first, 3);
    expect(ran.gate).toBe('key-rotate/exchange/checkpoint');
    const made = readFileSync(password, 'utf8');
    expect(made).toMatch(/^[\w-]{32}\n$/);
    expect(statSync(password).mode & 0o777).toBe(0o640);
    expect(repositories.flatMap((one) => [world.opens(one, old), world.opens(one, password)])).toEqual(
      Array(4).fill(true),
    );

    const done = await fill(world, ran, 'yes');
    ranOf(done, 0);
    expect(repositories.flatMap((one) => [world.opens(one, old), world.opens(one, password)])).toEqual([
      ...[false, true, false, true],
    ]);
    expect(repositories.map(world.keys)).toEqual([1, 1]);
    expect(readdirSync(world.dir).filter((name) => /next|previous|part/.test(name))).toEqual([]);
    const journal = await cliIn(world, 'journal', 'show', ran.run ?? '');
    expect(journal.out + first.out + done.out).not.toContain(made.trim());
    expect(without(await effectsOf(world, ran.run), /"[0-9a-f]{8}"/g, '"ID"')).toEqual(
      without(planned(plan.out), /"<id of the \w+ key>"/g, '"ID"'),
    );
  });

  it('F1: “no” takes it back, and leaves no key behind', async () => {
    using world = backupKeyWorld(1);
    const ran = ranOf(await runbook(world, 'run', '--key', 'backup', '--repository', world.repositories[0] ?? ''), 3);
    const made = copyOf(world.password);
    ranOf(await fill(world, ran, 'no'), 4);
    expect(readFileSync(world.password, 'utf8')).toBe(`${FIRST_PASSWORD}\n`);
    expect(world.repositories.map((one) => [world.opens(one, made), world.opens(one, world.password)])).toEqual([
      [false, true],
    ]);
    expect(world.repositories.map(world.keys)).toEqual([1]);
  });

  it('F1: where the old one is gone already, “no” leaves the new one in use', async () => {
    using world = backupKeyWorld(1);
    const [repository = ''] = world.repositories;
    const ran = ranOf(await runbook(world, 'run', '--key', 'backup'), 3);
    world.forget(repository, `${world.password}.previous`);
    const back = await fill(world, ran, 'no');
    expect([back.code, back.out + back.err]).toEqual([1, expect.stringContaining('keys.no-way-back')]);
    expect([world.opens(repository, world.password), world.keys(repository)]).toEqual([true, 1]);
  });

  it('F1: a password that opens one of them not is refused, and nothing is changed', async () => {
    using world = backupKeyWorld(1);
    writeFileSync(world.password, 'another-password\n');
    const refused = await runbook(world, 'run', '--key', 'backup');
    expect([refused.code, refused.out]).toEqual([5, expect.stringContaining('keys.opens-not')]);
    const unknown = await runbook(world, 'run', '--key', 'backup', '--repository', '/nowhere');
    expect([unknown.code, unknown.out + unknown.err]).toEqual([5, expect.stringContaining('keys.no-such-repository')]);
    const hosts = await runbook(world, 'run', '--key', 'hosts');
    expect([hosts.code, hosts.out + hosts.err]).toEqual([5, expect.stringContaining('keys.no-hosts')]);
    expect(readdirSync(world.dir).filter((name) => /next|previous|part/.test(name))).toEqual([]);
  });
});

const why = await whySkipHosts();

describe.skipIf(why !== null)(`the SSH key of hosts${skipWords(why)}`, () => {
  let world: HostKeyWorld;
  beforeAll(async () => {
    world = await hostKeyWorld();
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());
  const everywhere = (file: string) => world.hosts.map((host) => world.letsIn(host, file));

  it('F1: “no” at the checkpoint leaves every host, and the files here, as they were', async () => {
    const before = await Promise.all(world.hosts.map(world.lines));
    const key = readFileSync(world.identity, 'utf8');
    const ran = ranOf(await runbook(world, 'run', '--key', 'hosts'), 3);
    expect(ran.gate).toBe('key-rotate/exchange/checkpoint');
    const made = copyOf(world.identity);
    expect(everywhere(made)).toEqual([true, true]);
    ranOf(await fill(world, ran, 'no'), 4);
    expect(readFileSync(world.identity, 'utf8')).toBe(key);
    expect(await Promise.all(world.hosts.map(world.lines))).toEqual(before);
    expect([...everywhere(world.identity), ...everywhere(made)]).toEqual([true, true, false, false]);
    expect(readdirSync(world.dir).filter((name) => /next|previous|part/.test(name))).toEqual([]);
  });

  it('F1: both are let in until it is confirmed; then the old one is let in no more, on the first host alone until it was inspected', async () => {
    const old = copyOf(world.identity);
    const plan = await runbook(world, 'plan', '--key', 'hosts');
    expect(plan.code, plan.out + plan.err).toBe(0);
    const ran = ranOf(await runbook(world, 'run', '--key', 'hosts'), 3);
    expect([...everywhere(old), ...everywhere(world.identity)]).toEqual([true, true, true, true]);
    const [, blob = ''] = execFileSync('ssh-keygen', ['-y', '-f', world.identity]).toString('utf8').split(' ');
    for (const host of world.hosts) {
      // The restrictions of the old one hold for the new one too; the line of somebody else is untouched.
      expect(await world.lines(host)).toContain(`${RESTRICTED} ssh-ed25519 ${blob} shiplock-shop-production`);
    }

    const second = ranOf(await fill(world, ran, 'yes'), 3);
    expect(second.gate).toBe('key-rotate/finish/first');
    expect([...everywhere(old), ...everywhere(world.identity)]).toEqual([false, true, true, true]);
    const done = await fill(world, second, 'yes');
    ranOf(done, 0);
    expect([...everywhere(old), ...everywhere(world.identity)]).toEqual([false, false, true, true]);
    for (const host of world.hosts) {
      expect(await world.lines(host)).toEqual([
        '# of people',
        expect.stringContaining('anna@laptop'),
        `${RESTRICTED} ssh-ed25519 ${blob} shiplock-shop-production`,
      ]);
    }
    expect(readdirSync(world.dir).filter((name) => /next|previous|part/.test(name))).toEqual([]);
    const journal = await cliIn(world, 'journal', 'show', ran.run ?? '');
    expect(journal.out).not.toContain('PRIVATE KEY');
    expect(without(await effectsOf(world, ran.run), blob, '<make.key>')).toEqual(planned(plan.out));
  });

  it('F1: a host that lets the key in by a file that is reached by a link is left alone', async () => {
    const [, second] = world.hosts;
    const file = '/home/deploy/.ssh/authorized_keys';
    await second?.run(`mv ${file} /home/deploy/keys && ln -s ../keys ${file}`);
    const failed = await runbook(world, 'run', '--key', 'hosts');
    expect([failed.code, failed.out]).toEqual([4, expect.stringContaining('ssh.keys-elsewhere')]);
    await second?.run(`mv /home/deploy/keys ${file}`);
    expect(everywhere(world.identity)).toEqual([true, true]);
    for (const host of world.hosts) expect(await world.lines(host)).toHaveLength(3);
  });
});
