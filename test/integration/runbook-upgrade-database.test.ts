import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { skipWords, whySkipHosts } from '../support/hosts.ts';
import { type DatabaseWorld, databaseWorld } from '../support/runbooks/database-host.ts';

/** A MariaDB server of Debian's packages on a real host, brought to a later series by real apt, behind a real HAProxy. */

const why = await whySkipHosts();
const ranSchema = z.looseObject({ run: z.string().nullable(), outcome: z.string(), gate: z.string().nullable() });

describe.skipIf(why !== null)(`the server of the database${skipWords(why)}`, () => {
  let world: DatabaseWorld;

  beforeAll(async () => {
    world = await databaseWorld();
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const runbook = (verb: 'run' | 'plan', ...words: readonly string[]) =>
    world.cli(
      ...['runbook', verb, 'upgrade-database', 'production', '--service', 'database', '--reason', 'drill'],
      ...['--admin', 'env:ADMIN_DSN', ...(verb === 'run' ? ['--yes'] : []), ...words, '--json'],
    );
  const version = () => world.sql('SELECT VERSION()');

  it('F3: what speaks against it is told, and nothing is changed', async () => {
    await world.source('major');
    const unproven = await runbook('run');
    expect(unproven.code, unproven.out + unproven.err).toBe(5);
    expect(unproven.out).toContain('backup.nothing-restorable');

    await world.sql("XA START 'lost'; INSERT INTO positions VALUES (1, 'nut'); XA END 'lost'; XA PREPARE 'lost'");
    const prepared = await runbook('run', '--backup');
    expect(prepared.code, prepared.out).toBe(5);
    expect(prepared.out).toContain('database.prepared-transactions');
    await world.sql("XA ROLLBACK 'lost'");

    const other = await runbook('run', '--backup', '--planned', '000000000000');
    expect(other.code, other.out).toBe(5);
    expect(other.out).toContain('system.candidate-changed');
    expect(await world.isShutOut()).toBe(false);
    expect(await version()).toMatch(/^10\.11\./);
  });

  it('F3: to a later series with a verified backup; users are shut out until a person has inspected it', async () => {
    const plan = await runbook('plan', '--backup');
    expect(plan.code, plan.out + plan.err).toBe(0);
    const digest = /--planned ([0-9a-f]{12})/.exec(plan.out)?.[1] ?? '';
    expect(plan.out).toMatch(/mariadb 10\.11\.\d+ → 11\.8\.\d+; mariadb-upgrade will be run/);
    expect(await version()).toMatch(/^10\.11\./);

    const first = await runbook('run', '--backup', '--planned', digest);
    expect(first.code, first.out + first.err).toBe(3);
    const { run, gate } = ranSchema.parse(JSON.parse(first.out));
    expect(gate).toBe('upgrade-database/checkpoint');
    expect(await version()).toMatch(/^11\.8\./);
    expect(await world.sql('SELECT COUNT(*) FROM positions')).toBe('1000');
    expect(await world.isShutOut()).toBe(true);

    const words = ['--item', 'works=yes', '--item', 'log=yes', '--item', 'seen=its log, and an order was placed'];
    await world.cli('gate', 'fill', run ?? '', gate ?? '', ...words);
    const done = await world.cli('runbook', 'resume', run ?? '', '--json');
    expect(done.code, done.out + done.err).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({ report: { verified: { tables: 3, rows: 2002 } } });
    expect(await world.isShutOut()).toBe(false);
    expect((await world.host.run('systemctl is-active shop-api mariadb')).output.split(/\s+/).slice(0, 2)).toEqual([
      'active',
      'active',
    ]);
    expect((await world.host.run('cat /var/lib/mysql/*_upgrade_info')).output).toMatch(/^11\.8\./);
  }, 300_000);
});
