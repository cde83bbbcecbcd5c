import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { z } from 'zod';
import { copyRows } from '../../src/migrate/desensitise/copy.ts';
import { mariadb, mysql as mysqlFamily, withoutMysql } from '../support/families.ts';

/**
 * `shiplock data copy` of large tables: one with a key of one column, one with a key of two, one without a key, and one of wide rows. Afterwards the
 * kept columns must be those of the source, and no address may have come through. Says rows a second, and what memory it took.
 *   --rows N        of each of the first three (default: 1000000)
 *   --family NAME   mariadb or mysql (default: both)
 * Exit codes: 0 as it should be · 1 something is not
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { rows: option, family: option } });
const rows = Number(values.rows ?? '1000000');
const WIDE_ROWS = 400;
const WIDE_BYTES = 400_000;
const MEMORY_MB = 500;

/** Name, structure, and how a row is made of the number `n`. */
const TABLES = [
  [
    'one_key',
    'id INT PRIMARY KEY, email VARCHAR(80) NOT NULL, city VARCHAR(40) NULL, at DATETIME NOT NULL',
    "n, CONCAT('person', n, '@company.com'), IF(n % 7 = 0, NULL, CONCAT('city ', n % 1000)), '2026-01-01' + INTERVAL n SECOND",
  ],
  [
    'two_keys',
    'tenant INT, number INT, email VARCHAR(80) NOT NULL, city VARCHAR(40) NULL, PRIMARY KEY (tenant, number)',
    "n % 100, n, CONCAT('person', n, '@company.com'), IF(n % 7 = 0, NULL, CONCAT('city ', n % 1000))",
  ],
  ['no_key', 'n INT, email VARCHAR(80) NOT NULL, city VARCHAR(40) NULL', "n, CONCAT('person', n, '@company.com'), 'x'"],
  [
    'wide',
    'id INT PRIMARY KEY, email VARCHAR(80) NOT NULL, doc LONGTEXT NOT NULL',
    `n, CONCAT('person', n, '@company.com'), REPEAT(CONCAT(n, ' text '), ${WIDE_BYTES} / 10)`,
  ],
] as const;
/** What must be alike in both databases. */
const KEPT: Readonly<Record<(typeof TABLES)[number][0], string>> = {
  one_key: "id, COALESCE(city, '-'), at",
  two_keys: "tenant, number, COALESCE(city, '-')",
  no_key: 'n, city',
  wide: 'id, doc',
};
const summary = z.array(z.tuple([z.coerce.number(), z.coerce.string().nullable()]));

for (const family of withoutMysql() ? [mariadb] : [mariadb, mysqlFamily]) {
  if (values.family !== undefined && values.family !== family.engine) continue;
  await using server = await family.start({ args: ['--innodb-buffer-pool-size=256M'] });
  const [source, target] = [await server.createDatabase('source'), await server.createDatabase('target')];
  const [from, to] = [await mysql.createConnection({ ...source }), await mysql.createConnection({ ...target })];
  await from.query('CREATE TABLE seed (n INT PRIMARY KEY)');
  await from.query('INSERT INTO seed VALUES (1)');
  for (let have = 1; have < rows; have *= 2)
    await from.query('INSERT INTO seed SELECT n + ? FROM seed WHERE n + ? <= ?', [have, have, rows]);
  for (const [name, columns, values] of TABLES) {
    for (const db of [from, to]) await db.query(`CREATE TABLE ${name} (${columns})`);
    const count = name === 'wide' ? WIDE_ROWS : rows;
    await from.query(`INSERT INTO ${name} SELECT ${values} FROM seed WHERE n <= ${count}`);
  }
  await from.query('DROP TABLE seed');
  const began = performance.now();
  let last = began;
  const rules = { email: 'hash', city: 'keep' };
  const copied = await copyRows({
    ...{ source: { ...source }, target: { ...target }, from: 'production', key: 'k', run: 'run-1', batch: 1000 },
    tables: { one_key: rules, two_keys: rules, no_key: rules, wide: { email: 'hash', doc: 'keep' } },
    signal: new AbortController().signal,
    tell: (line) => {
      if (/so far$/.test(line)) return;
      const seconds = (performance.now() - last) / 1000;
      last = performance.now();
      console.log(`${family.product}, ${line}, ${seconds.toFixed(1)} s`);
    },
  });
  const seconds = (performance.now() - began) / 1000;
  const all = copied.tables.reduce((sum, one) => sum + one.rows, 0);
  const peak = process.resourceUsage().maxRSS / 1024;
  const wrong: string[] = [];
  for (const [name] of TABLES) {
    const sql = `SELECT COUNT(*), BIT_XOR(CAST(CONV(SUBSTRING(SHA2(CONCAT_WS('#', ${KEPT[name]}), 256), 1, 15), 16, 10) AS UNSIGNED)) FROM ${name}`;
    const [theirs, ours] = await Promise.all(
      [from, to].map(async (db) => JSON.stringify(summary.parse((await db.query({ sql, rowsAsArray: true }))[0]))),
    );
    if (theirs !== ours) wrong.push(`${name} is another: ${ours}, not ${theirs}`);
    const leaked = `SELECT COUNT(*), '' FROM ${name} WHERE email LIKE '%@company.com'`;
    const [[raw] = []] = summary.parse((await to.query({ sql: leaked, rowsAsArray: true }))[0]);
    if (raw !== 0) wrong.push(`${raw} addresses came through in ${name}`);
  }
  if (peak > MEMORY_MB) wrong.push(`more than ${MEMORY_MB} MB of memory`);
  console.log(
    `${family.product}: ${all} rows in ${seconds.toFixed(0)} s, ${Math.round(all / seconds)} rows/s, at most ${Math.round(peak)} MB of memory so far: ${wrong.length === 0 ? 'as it should be' : wrong.join('; ')}`,
  );
  if (wrong.length > 0) process.exitCode = 1;
  await Promise.all([from.end(), to.end()]);
}
