import { afterAll, beforeAll, expect, it } from 'vitest';
import { mysqlUrl } from '../../scripts/components/database.ts';
import { type BackupStage, backupStage } from '../support/backup-stage.ts';
import { describeOnEach, type TestFamily } from '../support/databases.ts';

/** Servers hide what a user has no right to, and say nothing. */

describeOnEach('a full backup', (family: TestFamily) => {
  let stage: BackupStage;

  beforeAll(async () => {
    stage = await backupStage(family);
  }, 120_000);
  afterAll(() => stage.stop());

  it('is not taken by a user from whom the server hides something; the rights of a role count', async () => {
    const rights = 'SELECT, SHOW VIEW, EVENT';
    const server =
      family.engine === 'mysql'
        ? 'RELOAD, REPLICATION CLIENT, REPLICATION SLAVE, SHOW_ROUTINE'
        : 'RELOAD, BINLOG MONITOR, REPLICATION SLAVE';
    await stage.db.query(`CREATE USER keeper IDENTIFIED BY 'kept well enough'; CREATE ROLE seer;
      GRANT ${rights} ON shop.* TO keeper; GRANT ${server} ON *.* TO keeper; GRANT TRIGGER ON shop.* TO seer; GRANT seer TO keeper;
      ${family.engine === 'mysql' ? '' : 'GRANT SELECT ON mysql.proc TO seer'}`);
    const keeper = {
      BACKUP_DSN: mysqlUrl({ ...stage.server.root('shop'), user: 'keeper', password: 'kept well enough' }),
    };
    const blind = await stage.backupWith(keeper, 'run');
    expect(blind.exit).not.toBe(0);
    expect(blind.out + blind.err).toContain('backup.rights-missing');
    expect(blind.out + blind.err).toContain('TRIGGER');
    expect(JSON.parse((await stage.backup('list', '--json')).out)).toMatchObject({ fulls: [] });

    await stage.db.query(`SET DEFAULT ROLE seer ${family.engine === 'mysql' ? 'TO' : 'FOR'} keeper`);
    const seeing = await stage.backupWith(keeper, 'run');
    expect(seeing.exit, seeing.out + seeing.err).toBe(0);
    await stage.db.query('DROP USER keeper; DROP ROLE seer');
  }, 120_000);
});
