import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { parse, stringify } from 'yaml';
import { mysqlUrl } from '../../scripts/components/database.ts';
import { freePort } from '../../scripts/components/ports.ts';
import { openLab } from '../../scripts/lab/lab.ts';
import { command } from '../../scripts/testing/command.ts';
import { openDatabase } from '../../src/migrate/index.ts';
import { originProblems } from '../../src/migrate/server/origin.ts';
import { createSecrets } from '../../src/procedure/index.ts';
import { mariadb as mariadbFamily, mysql as mysqlFamily } from '../support/families.ts';

/**
 * Data of development and testing. `shiplock data reset` of certkeeper is killed with -9 after a time that grows from run to run, and started again
 * until one comes through: the rows must be those of a reset that nobody disturbed. Then a database that says whose rows it holds is dumped by the
 * family's own program and restored elsewhere: there it must be refused. A family whose dump program is not on PATH is said and left out.
 *   --kills N     (default: 25)
 *   --rows N      of each table (default: 2000)
 *   --no-kills    dumps only
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { kills: option, rows: option, 'no-kills': { type: 'boolean' } } });
const kills = Number(values.kills ?? '25');
const rows = Number(values.rows ?? '2000');
const BIN = fileURLToPath(new URL('../../bin/shiplock.js', import.meta.url));
const failures: string[] = [];

function expect(what: string, good: boolean, shown = ''): void {
  if (!good) failures.push(what);
  console.log(`${good ? 'good' : 'BAD '}  ${what}${good || shown === '' ? '' : `\n${shown}`}`);
}

async function killSweep(): Promise<void> {
  const first = await freePort();
  const lab = await openLab({ database: true, frontend: false, ports: [first, first + 20] });
  try {
    const testing = await lab.mariadb?.createDatabase('testing');
    if (testing === undefined) throw new Error('a database was asked for');
    const env = { TESTING_DSN: mysqlUrl(testing) };
    await lab.commit('1.0.0');
    const file = join(lab.service, 'shiplock.yaml');
    const config = parse(await readFile(file, 'utf8'));
    config.environments.testing = {
      ...structuredClone(config.environments.production),
      platform: { ...config.environments.production.platform, root: `${lab.host}-testing` },
      database: {
        ...config.database,
        dsn: { secret: 'env:TESTING_DSN' },
        reset: { fill: 'generate' },
        generate: { rows, tables: { schema_generation: 'keep' } },
      },
    };
    await writeFile(file, stringify(config));
    const migrated = await lab.shiplock(['migrate', 'testing', '--allow-dirty'], env);
    if (migrated.code !== 0) throw new Error(migrated.stderr);
    const db = await mysql.createConnection({ ...testing });
    const digest = async (): Promise<string> => {
      const texts: unknown[] = [];
      for (const table of ['servers', 'certificates', 'api_keys', 'renewals', 'schema_generation'])
        texts.push((await db.query(`CHECKSUM TABLE ${table}`))[0]);
      return JSON.stringify(texts);
    };
    const began = performance.now();
    const whole = await lab.shiplock(['data', 'reset', 'testing', '--yes'], env);
    const took = performance.now() - began;
    expect(`an undisturbed reset comes through (${Math.round(took)} ms)`, whole.code === 0, whole.stderr);
    const right = await digest();
    let killed = 0;
    for (let at = 1; at <= kills; at += 1) {
      await db.query("UPDATE servers SET address = 'changed'");
      const argv = [BIN, 'data', 'reset', 'testing', '--yes', '--quiet', '--state', lab.state];
      const child = spawn(process.execPath, argv, { cwd: lab.service, env: { ...process.env, ...lab.env, ...env } });
      const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
      const first = await Promise.race([ended.then(() => 'ended'), sleep((took * at) / kills).then(() => 'late')]);
      if (first === 'late') {
        child.kill('SIGKILL');
        killed += 1;
      }
      await ended;
      // The lease of the dead one is watched for as long as it lasts.
      const again = await lab.shiplock(['data', 'reset', 'testing', '--yes', '--quiet'], env);
      const now = await digest();
      if (again.code !== 0 || now !== right)
        expect(`killed after ${Math.round((took * at) / kills)} ms`, false, `${again.stderr}\n${now}\n${right}`);
    }
    const [origin] = await db.query('SELECT state FROM shiplock_data_origin');
    expect(`${killed} kills of ${kills} runs, the same rows after each: ${JSON.stringify(origin)}`, failures.length === 0);
    await db.end();
  } finally {
    await lab.stop();
  }
}

async function dumps(): Promise<void> {
  for (const [family, program, client] of [
    [mariadbFamily, 'mariadb-dump', 'mariadb'],
    [mysqlFamily, 'mysqldump', 'mysql'],
  ] as const) {
    const there = await command(['sh', '-c', `command -v ${program} && command -v ${client}`], { cwd: '/', live: false });
    if (there.code !== 0) {
      console.log(`left out: ${family.product}, since ${program} or ${client} is not on PATH`);
      continue;
    }
    await using server = await family.start();
    const [real, restored] = [await server.createDatabase('real_rows'), await server.createDatabase('restored')];
    const db = await mysql.createConnection({ ...real });
    await db.query('CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(30))');
    await db.query("INSERT INTO people VALUES (1, 'Ann')");
    await db.query(
      'CREATE TABLE shiplock_data_origin (id TINYINT UNSIGNED PRIMARY KEY, environment VARCHAR(64) NOT NULL, rules CHAR(64), state VARCHAR(16) NOT NULL, run VARCHAR(191) NOT NULL, changed_at DATETIME(3) NOT NULL)',
    );
    await db.query("INSERT INTO shiplock_data_origin VALUES (1, 'production', NULL, 'own', '', NOW())");
    await db.end();
    const flags = '--no-defaults --socket="$1" --user=root';
    const piped = `${program} ${flags} --no-tablespaces real_rows | ${client} ${flags} restored`;
    const moved = await command(['sh', '-c', `set -e; ${piped}`, 'sh', server.socketPath], { cwd: '/', live: false });
    expect(`${family.product}: ${program} and back`, moved.code === 0, moved.output);
    const secrets = createSecrets({ env: { DSN: mysqlUrl(restored) }, base: '/' });
    const looked = openDatabase({ dsn: { secret: 'env:DSN' }, secrets, connectTimeoutMs: 5000 });
    const codes = originProblems((await looked.look()).origin, 'staging', 'restored').map(({ code }) => code);
    expect(`${family.product}: the restored dump is refused in staging`, codes.join() === 'migrate.raw-data', codes.join());
  }
}

if (values['no-kills'] !== true) await killSweep();
await dumps();
if (failures.length > 0) console.log(`${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
