import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { startMariadb } from '../../scripts/components/mariadb.ts';
import { startMysql } from '../../scripts/components/mysql.ts';
import { compareSplits, compareTexts, LOGGED, LOGGED_BY_MYSQL, senderWithoutRights } from '../support/split-client.ts';

/**
 * The splitter against a real client: random texts are given to the client, and what it sends, as the general log of a real MariaDB and
 * of a real MySQL shows it, is compared with what we split.
 *   --texts N      for each server (default: 2000)
 *   --seed N       of the first (default: 1)
 *   --client FILE …  the clients (default: mariadb)
 *   --files DIR …  the `.sql` files below these directories instead of random texts, sent by somebody who may do nothing
 * Exit codes: 0 all the same · 1 something differs
 */

const option = { type: 'string' } as const;
const many = { type: 'string', multiple: true } as const;
const { values } = parseArgs({ options: { texts: option, seed: option, client: many, files: many } });
const first = Number(values.seed ?? '1');
const seeds = Array.from({ length: Number(values.texts ?? '2000') }, (_, index) => first + index);
const clients = values.client ?? ['mariadb'];
const files = (values.files ?? []).flatMap((dir) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.sql$/i.test(name))
    .toSorted()
    .map((name) => ({ name: `${basename(dir)}/${name}`, text: readFileSync(join(dir, name), 'utf8') })),
);

for (const [name, start, args] of [
  ['MariaDB', startMariadb, LOGGED],
  ['MySQL', startMysql, LOGGED_BY_MYSQL],
] as const) {
  const server = await start({ args });
  try {
    for (const client of clients) {
      const { texts, statements, refused, differences } =
        values.files === undefined
          ? await compareSplits(server, client, seeds)
          : await compareTexts(server, client, files, await senderWithoutRights(server));
      console.log(
        `${name}, ${client}: ${texts} texts, ${statements} statements the same, ${refused} texts refused, ${differences.length} differ`,
      );
      for (const difference of differences.slice(0, 20)) console.log(difference);
      if (differences.length > 0) process.exitCode = 1;
    }
  } finally {
    await server.stop();
  }
}
