import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/database/index.ts';
import { type AccountJobs, openAccountJobs } from '../support/account-jobs.ts';
import { mariadb } from '../support/families.ts';

/** The product's own commands do their work with the accounts that it makes. On both families, and with each right taken away: `npm run soak accounts`. */

describe('the accounts of `database users` on a real MariaDB', () => {
  let jobs: AccountJobs;

  beforeAll(async () => {
    jobs = await openAccountJobs(mariadb);
  }, 120_000);
  afterAll(() => jobs[Symbol.asyncDispose]());

  it('migrate, serve, back up, diagnose and copy with the rights of their role', async () => {
    // The others find what migrations have made.
    for (const role of ['migration', ...ROLES.filter((one) => one !== 'migration')] as const) {
      expect([role, await jobs.work(role)]).toEqual([role, null]);
    }
  }, 240_000);

  it('do not, with one right less', async () => {
    await jobs.admin.query("REVOKE UPDATE ON `my\\_shop`.* FROM shop_app@'127.0.0.1'");
    expect(await jobs.work('application')).toMatch(/UPDATE command denied/);
    await jobs.admin.query("REVOKE RELOAD ON *.* FROM shop_backup@'127.0.0.1'");
    expect(await jobs.work('backup')).toContain('backup.server-refused');
  }, 120_000);
});
