import { parseArgs } from 'node:util';
import { startMariadb } from '../../scripts/components/mariadb.ts';
import { startMysql } from '../../scripts/components/mysql.ts';
import { compareSplits, LOGGED, LOGGED_BY_MYSQL } from '../support/split-client.ts';

/**
 * The splitter against a real client: random texts are given to the client, and what it sends, as the general log of a real MariaDB and
 * of a real MySQL shows it, is compared with what we split.
 *   --texts N      for each server (default: 2000)
 *   --seed N       of the first (default: 1)
 *   --client FILE  the client (default: mariadb)
 * Exit codes: 0 all the same · 1 something differs
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { texts: option, seed: option, client: option } });
const first = Number(values.seed ?? '1');
const seeds = Array.from({ length: Number(values.texts ?? '2000') }, (_, index) => first + index);
const client = values.client ?? 'mariadb';

for (const [name, start, args] of [
  ['MariaDB', startMariadb, LOGGED],
  ['MySQL', startMysql, LOGGED_BY_MYSQL],
] as const) {
  const server = await start({ args });
  try {
    const { texts, statements, refused, differences } = await compareSplits(server, client, seeds);
    console.log(
      `${name}: ${texts} texts, ${statements} statements the same, ${refused} texts refused, ${differences.length} differ`,
    );
    for (const difference of differences.slice(0, 20)) console.log(difference);
    if (differences.length > 0) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}
