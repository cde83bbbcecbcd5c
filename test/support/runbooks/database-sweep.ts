import { join } from 'node:path';
import { childProgram } from '../../../scripts/testing/children.ts';
import { RUNBOOK_PREFIX } from '../../../src/model/procedures.ts';
import { fillGate, listRuns, showGates, systemClock, verifyRun } from '../../../src/procedure/index.ts';
import type { SweepTry } from '../crash-sweep.ts';
import { databaseWorld } from './database-host.ts';

/** The runbook `upgrade-database` on a real host, killed and gone on with: each try has a host of its own. */

const SCRIPT = childProgram('runbook');
const TEXTS = { reason: 'drill', service: 'database', admin: 'env:ADMIN_DSN', backup: 'yes' };

export async function openDatabaseSweep(source: 'newer' | 'major'): Promise<SweepTry> {
  const world = await databaseWorld();
  await world.source(source);
  const { store, host } = world;
  const report = join(world.dir, 'report');
  const said = async (script: string): Promise<string> => (await host.run(script)).output.trim();
  return {
    report,
    command: async (kill) => ({
      argv: [
        process.execPath,
        SCRIPT,
        ...[world.configFile, store, 'upgrade-database', report],
        ...(kill === undefined ? [] : [String(kill)]),
      ],
      env: { ...world.env, SWEEP_TEXTS: JSON.stringify(TEXTS) },
    }),
    async answer() {
      for (const gate of await showGates(store)) {
        const evidence = { works: true, log: true, seen: 'its log, and an order was placed' };
        const filled = await fillGate(store, gate.run, gate.path, evidence, 'ann', systemClock);
        if (!filled.ok) throw new Error(JSON.stringify(filled.problems));
      }
    },
    async endState() {
      const own = (await listRuns(store)).filter(({ procedure }) => procedure.startsWith(RUNBOOK_PREFIX));
      const last = own.at(-1);
      return {
        version: await world.sql('SELECT VERSION()'),
        packages: await said(
          "dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\\n' 'mariadb-*' 'libmariadb*' | grep -v ' un '",
        ),
        rows: await world.sql(
          'SELECT (SELECT COUNT(*) FROM orders), (SELECT COUNT(*) FROM positions), (SELECT SUM(n) FROM stock.items)',
        ),
        tables: await said('cat /var/lib/mysql/*_upgrade_info'),
        units: await said('systemctl is-active mariadb shop-api'),
        fastShutdown: await world.sql('SELECT @@innodb_fast_shutdown'),
        shutOut: await world.isShutOut(),
        runs: own.length,
        outcome: last?.finished?.outcome,
        journal: last === undefined ? 'none' : (await verifyRun(store, last.run)).kind,
      };
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
