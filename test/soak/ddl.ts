import { parseArgs } from 'node:util';
import { ddlCases } from '../support/ddl-cases.ts';
import { sweepDdl } from '../support/ddl-sweep.ts';
import { mariadb, mysql, withoutMysql } from '../support/families.ts';

/**
 * "The server agrees": structure changes × states of a table, planned on a throw-away server and done by a live one with rows, a reader
 * and a writer. Algorithm, lock and rebuild must be the same, and what is refused for its rows must fail there too.
 *   --rows N         rows in each table (default: 20000)
 *   --only PATTERN   cases whose name it matches
 *   --family NAME    mariadb or mysql (default: both)
 * Exit codes: 0 all agree · 1 a difference
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { rows: option, only: option, family: option } });
let differences = 0;
const chosen = (withoutMysql() ? [mariadb] : [mariadb, mysql]).filter(
  ({ engine }) => values.family === undefined || engine === values.family,
);
for (const family of chosen) {
  const cases = ddlCases(family.engine, 255).filter(({ name }) => new RegExp(values.only ?? '').test(name));
  const began = performance.now();
  const verdicts = await sweepDdl(family, {
    cases,
    rows: Number(values.rows ?? '20000'),
    log: (line) => console.log(line),
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  const wrong = verdicts.filter(({ planned, live }) => planned !== live);
  const watched = verdicts.filter((one) => one.watched).length;
  const less = verdicts.filter(({ felt, planned }) => felt !== null && !planned.includes(felt)).length;
  const refused = verdicts.filter(({ planned }) => planned.startsWith('refused')).length;
  const table = new Map<string, number>();
  for (const { planned } of verdicts) table.set(planned, (table.get(planned) ?? 0) + 1);
  for (const [planned, count] of [...table].toSorted()) console.log(`  ${String(count).padStart(4)}  ${planned}`);
  console.log(
    `${family.product}: ${verdicts.length} cases, ${wrong.length} differ; ${watched} long enough to see who waits, ${less} of them waited for less than planned; ${refused} refused, and the live server failed there too; ${seconds} s`,
  );
  differences += wrong.length;
}
process.exitCode = differences === 0 ? 0 : 1;
