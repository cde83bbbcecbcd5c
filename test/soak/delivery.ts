import { parseArgs } from 'node:util';
import { sweepDelivery } from '../support/delivery-sweep.ts';
import { mariadb, mysql, withoutMysql } from '../support/families.ts';

/**
 * kill -9 at every journal boundary of a run that applies two migrations and commits to GitOps, on a real server of each family, each killed
 * once and resumed. The database, the ledger and the repository must be those that a run leaves which nobody kills.
 *   --family NAME  mariadb or mysql (default: both)
 * Exit codes: 0 all ends are the same · 1 a difference
 */

const { values } = parseArgs({ options: { family: { type: 'string' } } });
for (const family of withoutMysql() ? [mariadb] : [mariadb, mysql]) {
  if (values.family !== undefined && values.family !== family.engine) continue;
  const from = performance.now();
  const server = await family.start();
  try {
    const { tried, beforeGit, all, wrong } = await sweepDelivery(family, server, {
      seed: 1,
      onTry: (text) => console.log(`${family.product}, ${text}`),
    });
    const seconds = Math.round((performance.now() - from) / 1000);
    console.log(
      `${family.product}: killed at ${tried.length} of ${all} boundaries, ${beforeGit} of them in the migrations; ${wrong.length} ends differ; ${seconds} s`,
    );
    for (const one of wrong) console.log(one);
    if (wrong.length > 0 || tried.length < 20) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}
