import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';

/** `shiplock migrate plan` with a throw-away server, from the command line: what a reviewer sees is kept and must still hold. */

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({
    database: true,
    migrations: { shadow: { program: 'mariadbd' }, plan: { blockBelow: '1s' } },
    frontend: false,
    ports: await freePortRange(21),
  });
  await lab.commit('1.0.0');
  const { code, stderr } = await lab.shiplock(['migrate', 'production']);
  expect(code, stderr).toBe(0);
});
afterAll(() => lab.stop());

async function publish(version: string, file: string, sql: string): Promise<void> {
  await writeFile(join(lab.service, 'migrations', file), `-- shiplock: phase=expand\n${sql}\n`);
  await lab.commit(version);
}

async function run(sql: string): Promise<void> {
  const connection = await mysql.createConnection(lab.env['SHIPLOCK_DATABASE_DSN'] ?? '');
  await connection.query(sql);
  await connection.end();
}

const changeSchema = z.looseObject({ head: z.looseObject({ change: z.string() }) });

const madeSchema = z.object({
  plan: z.string().nullable(),
  planned: z.object({ statements: z.array(z.object({ manner: z.object({ algorithm: z.string() }) })) }).nullable(),
  manners: z.object({ statements: z.array(z.object({ manner: z.object({ kind: z.string() }) })) }),
});

it('prints how each statement will be run, keeps that, and refuses to apply it once rows have come that do not fit', async () => {
  await publish('1.1.0', '0006_unique.sql', 'ALTER TABLE servers ADD UNIQUE INDEX ua (address);');
  const seen = await lab.shiplock(['migrate', 'plan', 'production']);
  expect(seen.code, seen.stderr).toBe(0);
  expect(seen.stdout).toMatch(/^ALTER TABLE servers ADD UNIQUE INDEX ua \(address\) +direct +NOCOPY +NONE +no /m);
  expect(seen.stdout).toMatch(/^target: mariadb .* tried on /m);
  const made = madeSchema.parse(JSON.parse((await lab.shiplock(['migrate', 'plan', 'production', '--json'])).stdout));
  expect(made.planned?.statements).toEqual([{ manner: { algorithm: 'NOCOPY' } }]);
  await run("INSERT INTO servers (name, address) VALUES ('one', 'same'), ('two', 'same')");
  const refused = await lab.shiplock(['migrate', 'apply', 'production', '--plan', made.plan ?? '']);
  expect(refused.code).toBe(5);
  expect(refused.stderr).toContain('duplicates in servers (address)');
  const again = await lab.shiplock(['migrate', 'plan', 'production', '--json']);
  expect(again.code).toBe(5);
  expect(madeSchema.parse(JSON.parse(again.stdout))).toMatchObject({
    plan: null,
    manners: { statements: [{ manner: { kind: 'refused' } }] },
  });
  await run("UPDATE servers SET address = 'other' WHERE name = 'two'");
  // For a change record, which asks for these migrations: the stored plan says how.
  const words = ['--title', 'Unique addresses', '--why', 'x', '--impact', 'x', '--verification', 'x', '--json'];
  const asked = await lab.shiplock(['change', 'new', 'production', 'migrate', ...words]);
  expect(asked.code, asked.stderr).toBe(0);
  const { change } = changeSchema.parse(JSON.parse(asked.stdout)).head;
  const apply = ['migrate', 'apply', 'production', '--plan', made.plan ?? '', '--change', change];
  const applied = await lab.shiplock(apply);
  expect(applied.code, applied.stderr).toBe(0);
  expect((await lab.shiplock(['change', 'show', change, '--no-plan'])).stdout).toMatch(/^verified: /m);
  // Apply asserts what the plan found, and climbs no ladder of its own.
  const sent = await recorded(/ADD UNIQUE INDEX ua/);
  expect(sent.join('\n')).toContain('ALGORITHM=NOCOPY, LOCK=NONE, ADD UNIQUE INDEX ua');
  expect(sent.join('\n')).not.toContain('ALGORITHM=INPLACE');
});

/** Texts of all journals that hold this. */
async function recorded(what: RegExp): Promise<readonly string[]> {
  const runs = join(lab.state, 'runs');
  const files = (await readdir(runs, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')));
  return texts.filter((text) => what.test(text) && text.includes('ALGORITHM='));
}
