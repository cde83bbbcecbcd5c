import { parseArgs } from 'node:util';
import { withoutMysql } from '../support/families.ts';
import { HOWS } from '../support/migrate-kills.ts';
import { type Counted, families, sweepKills } from '../support/migrate-sweep.ts';

/**
 * Migrations that are killed: the tool, the server, and the connection between them, at every statement that changes something, at every boundary of
 * the journal, and at seeded moments inside the long ones. Each is gone on with until it is done, and compared with what the server's own client makes
 * of the same files: structure, programs, checksums of all rows, marks, nothing left over.
 *   --family NAME   mariadb or mysql (default: both)
 *   --how NAME      one of tool-before, tool-during, tool-answer, server-during, server-answer, cut, cut-answer, journal, runners, long (default: all)
 *   --points N      so many of each, chosen by the seed (default: all; runners: 3 times 20, five of them killed; long: 40)
 *   --rows N        rows of the large table in `long` (default: 100000)
 *   --client NAME   the client that the oracle uses (default: mariadb)
 *   --seed N        (default: 1)
 * Exit codes: 0 all the same · 1 something differs
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({
  options: { family: option, how: option, points: option, rows: option, client: option, seed: option },
});
const chosen = families.filter(
  ({ engine }) => (values.family ?? engine) === engine && (engine === 'mariadb' || !withoutMysql()),
);
const hows = [...HOWS, 'journal', 'runners', 'long'] as const;
for (const family of chosen) {
  const counted: Counted[] = await sweepKills(family, {
    hows: hows.filter((how) => (values.how ?? how) === how),
    points: values.points === undefined ? undefined : Number(values.points),
    rows: Number(values.rows ?? '100000'),
    client: values.client ?? 'mariadb',
    seed: Number(values.seed ?? '1'),
    log: (line) => console.log(`${family.product}: ${line}`),
  });
  for (const { how, tried, reached, processes, asked, wrong } of counted) {
    console.log(
      `${family.product}, ${how}: ${tried} tried, ${reached} reached, ${processes} processes, a person asked ${asked} times, ${wrong} wrong`,
    );
    if (wrong > 0) process.exitCode = 1;
  }
}
