import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { skipWords, whySkipHosts } from '../support/hosts.ts';
import { type SetupWorld, setupWorld } from '../support/runbooks/database-setup.ts';

/** A MariaDB server of Debian's packages, made on a real host on which none was ever installed. */

const why = await whySkipHosts();
const ranSchema = z.looseObject({ run: z.string().nullable(), outcome: z.string(), gate: z.string().nullable() });

describe.skipIf(why !== null)(`a new server of the database${skipWords(why)}`, () => {
  let world: SetupWorld;

  beforeAll(async () => {
    world = await setupWorld();
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const runbook = (verb: 'run' | 'plan', ...words: readonly string[]) =>
    world.cli(
      ...['runbook', verb, 'database-setup', 'production', '--service', 'database', '--reason', 'drill'],
      ...['--admin', `file:${world.dir}/secrets/admin.dsn`, '--memory', '900MiB', ...words, '--json'],
    );

  it('C1: data of somebody else is left alone', async () => {
    await world.said('mkdir /var/lib/mysql && touch /var/lib/mysql/ibdata1');
    const foreign = await runbook('run');
    expect(foreign.code, foreign.out + foreign.err).toBe(5);
    expect(foreign.out).toContain('database.setup-data');
    expect(await world.said('ls /usr/sbin/mariadbd 2>/dev/null | wc -l')).toBe('0');
    await world.said('rm -r /var/lib/mysql');
  });

  it('C1: from planned packages to accounts, inspected by a person; once more changes nothing', async () => {
    const plan = await runbook('plan');
    expect(plan.code, plan.out + plan.err).toBe(0);
    const digest = /--planned ([0-9a-f]{12})/.exec(plan.out)?.[1] ?? '';
    expect(plan.out).toMatch(/mariadb-server \(new\) → 1:10\.11\./);

    const first = await runbook('run', '--planned', digest);
    expect(first.code, first.out + first.err).toBe(3);
    const { run, gate } = ranSchema.parse(JSON.parse(first.out));
    const items = ['--item', 'works=yes', '--item', 'kept=yes', '--item', 'seen=from the machine of the application'];
    await world.cli('gate', 'fill', run ?? '', gate ?? '', ...items);
    const done = await world.cli('runbook', 'resume', run ?? '', '--json');
    expect(done.code, done.out + done.err).toBe(0);
    expect(JSON.parse(done.out)).toMatchObject({
      report: { fresh: true, next: expect.stringContaining('backup run') },
    });

    const settings = await world.sql(
      "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('bind_address', 'innodb_buffer_pool_size', 'log_bin', 'max_connections', 'character_set_server', 'have_ssl', 'sync_binlog')",
    );
    expect(Object.fromEntries(settings.split('\n').map((line) => line.split('\t')))).toEqual({
      ...{ bind_address: world.host.address, innodb_buffer_pool_size: '134217728', log_bin: 'ON' },
      ...{ max_connections: '50', character_set_server: 'utf8mb4', have_ssl: 'YES', sync_binlog: '1' },
    });
    expect(await world.sql("SELECT CONVERT_TZ('2026-07-01 12:00', 'UTC', 'Europe/Berlin')")).toBe(
      '2026-07-01 14:00:00',
    );
    const accounts = "SELECT CONCAT(User, '@', Host) FROM mysql.global_priv ORDER BY 1";
    expect((await world.sql(accounts)).split('\n')).toEqual([
      ...['mariadb.sys@localhost', 'mysql@localhost', 'root@localhost'],
      ...['shiplock_admin@', 'shop_app@', 'shop_backup@', 'shop_migrate@'].map((name) => expect.stringMatching(name)),
    ]);
    expect((await world.host.run('su -s /bin/sh nobody -c "mariadb -u root -e \'SELECT 1\'"')).code).not.toBe(0);
    expect((await stat(join(world.dir, 'secrets', 'app.dsn'))).mode & 0o777).toBe(0o600);
    expect(
      await world.said('systemctl is-enabled mariadb; apt-mark showmanual mariadb-server; stat -c %a /var/lib/mysql'),
    ).toBe('enabled\nmariadb-server\n750');
    const password = new URL((await readFile(join(world.dir, 'secrets', 'admin.dsn'), 'utf8')).trim()).password;
    expect(password).toHaveLength(32);
    expect(
      await world.said(`grep -rc -e '${password}' /etc/mysql /var/lib/mysql /srv/shop | grep -v ':0$' | wc -l`),
    ).toBe('0');

    await world.sql('CREATE TABLE shop.orders (id INT PRIMARY KEY)');
    const stateOf = () =>
      world.said(
        'systemctl show -P InvocationID mariadb; cat /etc/mysql/mariadb.conf.d/zz-shiplock.cnf; wc -l </srv/shop/run/packages.log',
      );
    const before = await stateOf();
    const again = await runbook('run');
    expect(again.code, again.out + again.err).toBe(0);
    expect(await stateOf()).toBe(before);
  }, 280_000);
});
