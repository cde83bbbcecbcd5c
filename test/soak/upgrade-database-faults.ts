import { z } from 'zod';
import { type DatabaseWorld, databaseWorld } from '../support/runbooks/database-host.ts';

/**
 * The runbook `upgrade-database` on a real systemd host, with a new version that does not start and with one whose packages cannot be configured: users stay
 * shut out, the way back is told, and after the fault was mended the same runbook comes to its end with --finish. As root.
 */

const ranSchema = z.looseObject({ run: z.string().nullable(), gate: z.string().nullable() });

const FAULTS = {
  // Only the new series reads this group of settings.
  'does not start': {
    make: "printf '[mariadb-11.8]\\nno_such_setting=1\\n' >/etc/mysql/mariadb.conf.d/97-fault.cnf",
    mend: 'rm /etc/mysql/mariadb.conf.d/97-fault.cnf; systemctl reset-failed mariadb; dpkg --configure -a; systemctl start mariadb',
  },
  // What the scripts of its packages call to start it fails.
  'cannot be configured': {
    make: 'dpkg-divert --local --rename --divert /usr/sbin/invoke-rc.d.real --add /usr/sbin/invoke-rc.d >/dev/null; printf "#!/bin/sh\\nexit 1\\n" >/usr/sbin/invoke-rc.d; chmod 755 /usr/sbin/invoke-rc.d',
    mend: 'rm /usr/sbin/invoke-rc.d; dpkg-divert --rename --remove /usr/sbin/invoke-rc.d >/dev/null; dpkg --configure -a',
  },
} as const;

let bad = 0;
for (const [name, fault] of Object.entries(FAULTS)) {
  await using world = await databaseWorld();
  const wrong = await faultOnce(world, fault);
  console.log(`${name}: ${wrong.length === 0 ? 'as it should be' : wrong.join('; ')}`);
  if (wrong.length > 0) bad += 1;
}
process.exitCode = bad === 0 ? 0 : 1;

async function faultOnce(
  world: DatabaseWorld,
  fault: { readonly make: string; readonly mend: string },
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const must = (is: boolean, what: string): void => {
    if (!is) wrong.push(what);
  };
  const upgrade = (...words: readonly string[]) =>
    world.cli(
      ...['runbook', 'run', 'upgrade-database', 'production', '--service', 'database', '--reason', 'drill', '--yes'],
      ...['--admin', 'env:ADMIN_DSN', '--json', ...words],
    );
  await world.source('major');
  await world.host.run(fault.make);
  const failed = await upgrade('--backup');
  console.log(z.looseObject({ problems: z.array(z.unknown()) }).parse(JSON.parse(failed.out)).problems);
  must(failed.code === 1, `the run with the fault ended with ${failed.code}`);
  must(await world.isShutOut(), 'users were let in');
  must(failed.out.includes('runbook run restore production'), 'the way back is not told');
  must(failed.out.includes('--finish'), 'how to go on is not told');
  const mended = await world.host.run(fault.mend);
  must(mended.code === 0, `the fault could not be mended: ${mended.output}`);
  const again = await upgrade('--finish');
  must(again.code === 3, `with --finish it ended with ${again.code}: ${again.out} ${again.err}`);
  const { run, gate } = ranSchema.parse(JSON.parse(again.out));
  const items = ['--item', 'works=yes', '--item', 'log=yes', '--item', 'seen=its log, and an order was placed'];
  await world.cli('gate', 'fill', run ?? '', gate ?? '', ...items);
  const done = await world.cli('runbook', 'resume', run ?? '', '--json');
  must(done.code === 0, `resumed it ended with ${done.code}: ${done.out}`);
  must(!(await world.isShutOut()), 'users are shut out still');
  must((await world.sql('SELECT VERSION()')).startsWith('11.8.'), 'it is the old version');
  must((await world.sql('SELECT COUNT(*) FROM positions')) === '1000', 'rows are gone');
  return wrong;
}
