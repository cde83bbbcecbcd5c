import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { z } from 'zod';
import { childProgram } from '../../scripts/testing/children.ts';
import { parseDsn } from '../../src/procedure/effects/sql.ts';
import { openAccountJobs } from '../support/account-jobs.ts';
import { mariadb, mysql as mysqlFamily, type TestFamily } from '../support/families.ts';

/**
 * `database users` killed with -9 at every boundary of its journal, then run again: all accounts are there with exactly their rights, each logs in with what stands
 * behind its reference, and what was kept before the kill was not replaced. `node test/soak/accounts-kills.ts [FAMILY [EVERY]]`
 */

const NAMES = ['app', 'migrate', 'backup', 'watch', 'copy'];
const CHILD = childProgram('account');
const answer = z.object({
  accounts: z.array(
    z.object({
      there: z.boolean(),
      password: z.string().nullable(),
      lacks: z.array(z.unknown()),
      statements: z.array(z.string()),
    }),
  ),
});

const [only, step = '1'] = process.argv.slice(2);
for (const family of [mariadb, mysqlFamily]) if (only === undefined || only === family.engine) await sweep(family);

async function sweep(family: TestFamily): Promise<void> {
  await using jobs = await openAccountJobs(family);
  const { admin, dir, env, shiplock } = jobs;
  const secrets = (): Promise<readonly (string | null)[]> =>
    Promise.all(NAMES.map((name) => readFile(join(dir, 'secrets', name), 'utf8').catch(() => null)));
  let killed = 0;
  let wrong = 0;
  for (let boundary = 1; ; boundary += Number(step)) {
    for (const name of NAMES) await admin.query(`DROP USER IF EXISTS shop_${name}@'127.0.0.1'`);
    await admin.query('DROP DATABASE IF EXISTS my_shop');
    for (const part of ['secrets', '.shiplock']) await rm(join(dir, part), { recursive: true, force: true });
    const child = spawn(process.execPath, [CHILD, join(dir, 'shiplock.yaml'), String(boundary)], {
      env,
      stdio: 'ignore',
    });
    const [, signal] = z.tuple([z.number().nullable(), z.string().nullable()]).parse(await once(child, 'exit'));
    const before = await secrets();
    const again = await shiplock('database', 'users', 'production', '--admin', 'env:ADMIN', '--apply', '--revoke');
    const look = await shiplock('database', 'users', 'production', '--admin', 'env:ADMIN', '--json');
    const { accounts } = answer.parse(JSON.parse(look.out));
    const after = await secrets();
    const right = [
      again.exit === 0,
      accounts.every(
        ({ there, password, lacks, statements }) =>
          there && password === 'same' && lacks.length + statements.length === 0,
      ),
      after.every((secret, at) => secret !== null && (before[at] === null || before[at] === secret)),
      (await Promise.all(after.map((secret) => logsIn(secret ?? '')))).every((one) => one),
    ];
    if (!right.every((one) => one)) {
      wrong += 1;
      console.log(
        `${family.product}, boundary ${boundary}: ${JSON.stringify(right)} ${again.out}${again.err.slice(-500)}`,
      );
    }
    if (signal !== 'SIGKILL') break;
    killed += 1;
  }
  console.log(`${family.product}: killed at ${killed} boundaries, ${wrong} wrong ends`);
  if (wrong > 0 || killed === 0) process.exitCode = 1;
}

async function logsIn(dsn: string): Promise<boolean> {
  const connection = await mysql.createConnection(parseDsn(dsn.trim())).catch(() => null);
  connection?.destroy();
  return connection !== null;
}
