import { accountText } from '../../src/database/accounts.ts';
import { ROLES, type Role, rightsFor } from '../../src/database/index.ts';
import { openAccountJobs } from '../support/account-jobs.ts';
import { mariadb, mysql, type TestFamily } from '../support/families.ts';

/**
 * Every role of a database does its work with the rights of its list, and every right of the list is needed: taken away one by one, the
 * work fails or says what it could not see. `node test/soak/accounts.ts [FAMILY [ROLE]]`
 */

const USER: Readonly<Record<Role, string>> = {
  application: 'shop_app',
  migration: 'shop_migrate',
  backup: 'shop_backup',
  monitoring: 'shop_watch',
  copy: 'shop_copy',
};

/** In an order in which one finds what another one has left. */
const ORDER: readonly Role[] = ['migration', ...ROLES.filter((role) => role !== 'migration')];

async function sweep(family: TestFamily, only: string | undefined): Promise<void> {
  await using jobs = await openAccountJobs(family);
  for (const role of ORDER) {
    const whole = await jobs.work(role);
    if (whole !== null) {
      process.exitCode = 1;
      console.log(`${family.product}, ${role}: its work fails with all its rights: ${whole}`);
      if (role === 'migration') return;
      continue;
    }
    if (only !== undefined && only !== role) continue;
    const account = accountText({ user: USER[role], from: '127.0.0.1' });
    const rights = rightsFor(role, family.engine, 'my_shop');
    const needless: string[] = [];
    for (const { privilege, on } of rights) {
      await jobs.admin.query(`REVOKE ${privilege} ON ${on} FROM ${account}`);
      const answer = await jobs.work(role).catch((error: unknown) => String(error));
      if (answer === null) needless.push(`${privilege} ON ${on}`);
      else console.log(`  without ${privilege} ON ${on}: ${answer.replace(/\s+/g, ' ').slice(-160)}`);
      await jobs.admin.query(`GRANT ${privilege} ON ${on} TO ${account}`);
    }
    // What follows finds the structure whole again.
    if (role === 'migration') await jobs.work(role);
    console.log(
      `${family.product}, ${role}: ${rights.length} rights, ${needless.length} not needed ${needless.join(', ')}`,
    );
    if (needless.length > 0) process.exitCode = 1;
  }
}

const [name, role] = process.argv.slice(2);
for (const family of [mariadb, mysql]) {
  if (name === undefined || name === family.engine) await sweep(family, role);
}
