import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { childProgram } from '../../../scripts/testing/children.ts';
import type { Engine } from '../../../src/database/index.ts';
import { RUNBOOK_PREFIX } from '../../../src/model/procedures.ts';
import { fillGate, listRuns, showGates, systemClock, verifyRun } from '../../../src/procedure/index.ts';
import type { SweepTry } from '../crash-sweep.ts';
import { setupWorld } from './database-setup.ts';

/** The runbook `database-setup` on a real host, killed and gone on with: each try has a host of its own. */

const SCRIPT = childProgram('runbook');

/** What is asked of each family. */
const FAMILIES = {
  mariadb: {
    files: '/etc/mysql/mariadb.conf.d',
    accounts: "SELECT CONCAT(User, '@', Host, ' ', JSON_VALUE(Priv, '$.access')) FROM mysql.global_priv ORDER BY 1",
  },
  mysql: {
    files: '/etc/mysql/mysql.conf.d',
    accounts:
      "SELECT CONCAT(User, '@', Host, ' ', plugin, ' ', Super_priv, Reload_priv, Process_priv, Repl_slave_priv, IFNULL((SELECT GROUP_CONCAT(PRIV ORDER BY PRIV) FROM mysql.global_grants g WHERE g.USER = u.User AND g.HOST = u.Host), '')) FROM mysql.user u ORDER BY 1",
  },
} as const;

export async function openSetupSweep(engine: Engine = 'mariadb'): Promise<SweepTry> {
  const family = FAMILIES[engine];
  const world = await setupWorld(engine);
  const { store, dir, said } = world;
  const report = join(dir, 'report');
  const admin = `file:${dir}/secrets/admin.dsn`;
  const texts = { reason: 'drill', service: 'database', admin, memory: '900MiB' };
  return {
    report,
    command: async (kill) => ({
      argv: [
        process.execPath,
        SCRIPT,
        ...[world.configFile, store, 'database-setup', report],
        ...(kill === undefined ? [] : [String(kill)]),
      ],
      env: { ...world.env, SWEEP_TEXTS: JSON.stringify(texts) },
    }),
    async answer() {
      for (const gate of await showGates(store)) {
        const evidence = { works: true, kept: true, seen: 'from the machine of the application' };
        const filled = await fillGate(store, gate.run, gate.path, evidence, 'ann', systemClock);
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
    },
    async endState() {
      const own = (await listRuns(store)).filter(({ procedure }) => procedure.startsWith(RUNBOOK_PREFIX));
      const last = own.at(-1);
      const address = (text: string): string => text.replaceAll(/10\.77\.\d+\.\d+/g, 'ADDRESS');
      return {
        packages: await said(
          `dpkg-query -W -f '\${Package} \${Version} \${db:Status-Abbrev}\\n' '${engine}-*' | grep -v ' un '`,
        ),
        manual: await said(`apt-mark showmanual '${engine}-*'`),
        settings: address(await said(`cat ${family.files}/zz-shiplock.cnf`)),
        // Files of a killed one that nobody would ever take away.
        left: await said(`ls ${family.files} /etc/mysql/tls`),
        running: address(
          await world.sql('SELECT @@innodb_buffer_pool_size, @@max_connections, @@log_bin, @@bind_address'),
        ),
        grants: address(await world.sql(family.accounts)),
        rights: await world.sql("SELECT CONCAT(User, ' ', Db) FROM mysql.db ORDER BY 1"),
        zones: (await world.sql('SELECT COUNT(*) FROM mysql.time_zone_name')) !== '0',
        units: await said(
          `systemctl is-active ${engine}; systemctl is-enabled ${engine}; stat -c "%a %U" /var/lib/mysql`,
        ),
        secrets: (await readdir(join(dir, 'secrets'))).toSorted(),
        authority: (await readdir(join(dir, 'tls', 'authority'))).toSorted(),
        runs: own.length,
        outcome: last?.finished?.outcome,
        journal: last === undefined ? 'none' : (await verifyRun(store, last.run)).kind,
      };
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
