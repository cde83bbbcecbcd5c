import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/main.ts';
import { readRun } from '../../src/procedure/index.ts';
import { describeOnEach } from '../support/databases.ts';
import { FIRST_PASSWORD, letsIn, ownPassword, type RotateSetup, rotateSetup } from '../support/runbooks/rotate.ts';
import { type CommandWorld, commandWorld } from '../support/runbooks/world.ts';
import { terminal } from '../support/terminal.ts';

/** A password exchanged under a service that is connected with it, on a real server of each family. */

const ranSchema = z.looseObject({ run: z.string().nullable(), outcome: z.string(), gate: z.string().nullable() });
const effectSchema = z.looseObject({ kind: z.string(), path: z.string().optional() });
const intent = z.looseObject({ what: z.literal('do'), effects: z.array(effectSchema) });
/** All effects that stand in the journal, in the order in which they were begun. */
async function effectsOf(store: string, run: string) {
  return (await readRun(store, run)).entries.flatMap(({ record, payload }) => {
    const found = record.type === 'step.intent' ? intent.safeParse(payload) : undefined;
    return found?.success === true ? found.data.effects : [];
  });
}
/** Which connections are open is written down when it is so. */
function comparable(effect: z.infer<typeof effectSchema>) {
  return effect.path?.endsWith('.mark') === true ? { kind: effect.kind, path: effect.path } : effect;
}
const planSchema = z.looseObject({ effects: z.array(z.looseObject({ effect: effectSchema })) });

describeOnEach('runbook password-rotate', (family) => {
  let setup: RotateSetup;
  let world: CommandWorld;

  beforeEach(async () => {
    setup = rotateSetup(family);
    world = await commandWorld([], setup);
  });
  afterEach(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const cli = async (...argv: readonly string[]) => {
    const io = terminal({ cwd: world.dir, env: { PATH: process.env['PATH'], SHIPLOCK_WHO: 'tester' } });
    const code = await runCli([...argv, '--state', world.store, '--json'], io);
    return { code, out: io.written.out, err: io.written.err };
  };
  const runbook = (verb: 'run' | 'plan') =>
    cli(
      ...['runbook', verb, 'password-rotate', 'production', '--role', 'application', '--services', 'api'],
      ...['--reason', 'every quarter'],
    );
  const fill = async ({ run, gate }: z.infer<typeof ranSchema>, works: 'yes' | 'no') => {
    const items = ['--item', `works=${works}`, '--item', 'others=yes', '--item', 'seen=an order was placed'];
    const filled = await cli('gate', 'fill', run ?? '', gate ?? '', ...items);
    expect(filled.code, filled.out + filled.err).toBe(0);
    return cli('runbook', 'resume', run ?? '');
  };

  it('F1: both are let in until a person has confirmed it; then the old one is let in no more', async () => {
    const server = setup.server();
    const plan = await runbook('plan');
    expect(plan.code, plan.out + plan.err).toBe(0);
    const planned = planSchema.parse(JSON.parse(plan.out)).effects.map(({ effect }) => comparable(effect));
    expect(await ownPassword(world.dir)).toBe(FIRST_PASSWORD);

    const first = await runbook('run');
    expect(first.code, first.out + first.err).toBe(3);
    const ran = ranSchema.parse(JSON.parse(first.out));
    expect(ran.gate).toBe('password-rotate/exchange/checkpoint');
    const second = await ownPassword(world.dir);
    expect(second).toMatch(/^[\w-]{32}$/);
    expect([await letsIn(server, FIRST_PASSWORD), await letsIn(server, second)]).toEqual([true, true]);
    expect(world.log()).toEqual(['stop api', 'start api']);

    const done = await fill(ran, 'yes');
    expect(done.code, done.out + done.err).toBe(0);
    expect([await letsIn(server, FIRST_PASSWORD), await letsIn(server, second)]).toEqual([false, true]);
    expect(await setup.endState(world)).toMatchObject({ files: ['app.dsn'], connections: 1 });
    const journal = await cli('journal', 'show', ran.run ?? '');
    expect(journal.out + first.out + done.out).not.toContain(second);
    const begun = (await effectsOf(world.store, ran.run ?? '')).map(comparable);
    expect(begun).toEqual(planned);
  });

  // The rest is the same for both families.
  if (family.engine === 'mysql') return;

  it('F1: “no” at the checkpoint takes it back, and nobody is cut off; once dropped it can be begun anew', async () => {
    const server = setup.server();
    const ran = ranSchema.parse(JSON.parse((await runbook('run')).out));
    const second = await ownPassword(world.dir);
    const back = await fill(ran, 'no');
    expect(back.code, back.out + back.err).toBe(4);
    expect(await ownPassword(world.dir)).toBe(FIRST_PASSWORD);
    expect([await letsIn(server, FIRST_PASSWORD), await letsIn(server, second)]).toEqual([true, true]);

    const early = await runbook('run');
    expect([early.code, early.out]).toEqual([5, expect.stringContaining('database.exchange-taken-back')]);
    // The service still has the one that was taken back.
    const rotate = ['database', 'rotate', 'production', 'application', '--finish'];
    expect((await cli(...rotate)).code).toBe(5);
    await world.service('stop', 'api');
    await world.service('start', 'api');
    await expect.poll(async () => (await cli(...rotate)).code, { timeout: 10_000 }).toBe(0);
    expect([await letsIn(server, FIRST_PASSWORD), await letsIn(server, second)]).toEqual([true, false]);
  });

  it('F1: a service that does not come up with it takes it back', async () => {
    const script = join(world.dir, 'service.sh');
    writeFileSync(script, readFileSync(script, 'utf8').replace('start)\n', 'start)\n  [ "$2" != api ] || exit 9\n'));
    const failed = await runbook('run');
    expect(failed.code, failed.out + failed.err).toBe(4);
    expect(await ownPassword(world.dir)).toBe(FIRST_PASSWORD);
    expect(await letsIn(setup.server(), FIRST_PASSWORD)).toBe(true);
  });
});
