import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { z } from 'zod';
import { copyRows } from '../../src/migrate/desensitise/copy.ts';
import { readOrigin } from '../../src/migrate/server/origin.ts';
import { mariadb, mysql as mysqlFamily, withoutMysql } from '../support/families.ts';

/**
 * `shiplock data copy` of large tables: one with a key of one column, one with a key of two, one without a key, and one of wide rows. Afterwards the
 * kept columns must be those of the source, and no address may have come through. Says rows a second, and what memory it took.
 *   --rows N        of each of the first three (default: 1000000)
 *   --family NAME   mariadb or mysql (default: both)
 *   --kills N       copies that are killed (SIGKILL) at N moments spread over what a whole one took, and begun again (default: 0). A killed one must not
 *                   be called complete, and the one after it must leave every row as the one that nobody killed
 * Exit codes: 0 as it should be · 1 something is not
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { rows: option, family: option, kills: option, child: option } });
const rows = Number(values.rows ?? '1000000');
const kills = Number(values.kills ?? '0');
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
const place = z.strictObject({
  ...{ host: z.string().exactOptional(), port: z.number().exactOptional(), socketPath: z.string().exactOptional() },
  ...{ user: z.string(), password: z.string().exactOptional(), database: z.string() },
});
const places = z.strictObject({ source: place, target: place });

/** The whole copy, in this process or in one that is killed. */
function copy(both: z.infer<typeof places>, tell: (line: string) => void) {
  const rules = { email: 'hash', city: 'keep' };
  return copyRows({
    ...{ ...both, from: 'production', key: 'k', run: 'run-1', batch: 1000 },
    tables: { one_key: rules, two_keys: rules, no_key: rules, wide: { email: 'hash', doc: 'keep' } },
    signal: new AbortController().signal,
    tell,
  });
}

/** How many rows, and a digest of them in which their order does not count. */
async function digest(db: mysql.Connection, table: string, columns: string): Promise<string> {
  const sql = `SELECT COUNT(*), BIT_XOR(CAST(CONV(SUBSTRING(SHA2(CONCAT_WS('#', ${columns}), 256), 1, 15), 16, 10) AS UNSIGNED)) FROM ${table}`;
  return JSON.stringify(summary.parse((await db.query({ sql, rowsAsArray: true }))[0]));
}

/** Digests of every column of every table. */
async function wholeOf(db: mysql.Connection): Promise<string> {
  const all: string[] = [];
  for (const [name] of TABLES) all.push(await digest(db, name, `${KEPT[name]}, email`));
  return all.join(' ');
}

/** Kills one copy at each of the moments, copies again, and says what was not as it should be. */
async function killed(both: z.infer<typeof places>, to: mysql.Connection, wholeMs: number): Promise<readonly string[]> {
  const want = await wholeOf(to);
  const wrong: string[] = [];
  let reached = 0;
  for (let at = 1; at <= kills; at += 1) {
    const child = spawn(process.execPath, [import.meta.filename, '--child', JSON.stringify(both)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const over = once(child, 'exit');
    // Its first word comes when it begins, not when its program was read.
    await Promise.race([once(child.stdout, 'data'), over]);
    await Promise.race([new Promise((go) => setTimeout(go, (wholeMs * at) / (kills + 1))), over]);
    child.kill('SIGKILL');
    await over;
    const origin = await readOrigin(async (row, sql) => z.array(row).parse((await to.query(sql))[0]));
    if (child.signalCode === 'SIGKILL') reached += 1;
    if (origin?.state !== 'incomplete' && (await wholeOf(to)) !== want)
      wrong.push(`kill ${at}: what it left is called ${origin?.state}`);
    await copy(both, () => undefined);
    if ((await wholeOf(to)) !== want) wrong.push(`kill ${at}: the copy after it has other rows`);
    console.log(
      `kill ${at} of ${kills}: ${reached} reached, the last left ${origin?.state}; ${wrong.length} wrong so far`,
    );
  }
  // How long a copy takes changes from one to the next.
  if (2 * reached < kills) wrong.push(`only ${reached} of ${kills} were killed before they were over`);
  return wrong;
}

if (values.child !== undefined) {
  console.log('begins');
  await copy(places.parse(JSON.parse(values.child)), () => undefined);
  process.exit();
}

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
  const both = places.parse({ source, target });
  const copied = await copy(both, (line) => {
    if (/so far$/.test(line)) return;
    const seconds = (performance.now() - last) / 1000;
    last = performance.now();
    console.log(`${family.product}, ${line}, ${seconds.toFixed(1)} s`);
  });
  const seconds = (performance.now() - began) / 1000;
  const all = copied.tables.reduce((sum, one) => sum + one.rows, 0);
  const peak = process.resourceUsage().maxRSS / 1024;
  const wrong: string[] = [];
  for (const [name] of TABLES) {
    const [theirs, ours] = await Promise.all([from, to].map((db) => digest(db, name, KEPT[name])));
    if (theirs !== ours) wrong.push(`${name} is another: ${ours}, not ${theirs}`);
    const leaked = `SELECT COUNT(*), '' FROM ${name} WHERE email LIKE '%@company.com'`;
    const [[raw] = []] = summary.parse((await to.query({ sql: leaked, rowsAsArray: true }))[0]);
    if (raw !== 0) wrong.push(`${raw} addresses came through in ${name}`);
  }
  if (peak > MEMORY_MB) wrong.push(`more than ${MEMORY_MB} MB of memory`);
  console.log(
    `${family.product}: ${all} rows in ${seconds.toFixed(0)} s, ${Math.round(all / seconds)} rows/s, at most ${Math.round(peak)} MB of memory so far: ${wrong.length === 0 ? 'as it should be' : wrong.join('; ')}`,
  );
  const bad = kills === 0 ? [] : await killed(both, to, seconds * 1000);
  for (const one of bad) console.log(`${family.product}, ${one}`);
  if (wrong.length + bad.length > 0) process.exitCode = 1;
  await Promise.all([from.end(), to.end()]);
}
