import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePortRange } from '../../scripts/components/ports.ts';
import { type Lab, openLab } from '../../scripts/lab/lab.ts';

/** A migration of certkeeper's database is taken back by a new one. */

let lab: Lab;

beforeAll(async () => {
  lab = await openLab({ database: true, frontend: false, ports: await freePortRange(21) });
  const migrations = join(lab.service, 'migrations');
  await writeFile(
    join(migrations, '0006_notes.sql'),
    'CREATE TABLE notes (id INT PRIMARY KEY, text VARCHAR(80) NOT NULL);\n',
  );
  await writeFile(join(migrations, '0006_notes.down.sql'), 'DROP TABLE notes;\n');
  await lab.commit('1.0.0');
});
afterAll(() => lab.stop());

async function ask(sql: string): Promise<unknown> {
  const db = await mysql.createConnection(lab.env['SHIPLOCK_DATABASE_DSN'] ?? '');
  const [rows] = await db.query(sql);
  await db.end();
  return rows;
}

it('only what is applied and holds nothing; then the new file is applied like any other', async () => {
  const early = await lab.shiplock(['migrate', 'undo', 'production', '0006']);
  expect(early.code).toBe(5);
  expect(early.stderr).toContain('0006_notes, which is not applied');
  expect((await lab.shiplock(['migrate', 'production'])).code).toBe(0);
  expect(await ask("SHOW TABLES LIKE 'notes'")).toHaveLength(1);

  await ask("INSERT INTO notes VALUES (1, 'kept')");
  const full = await lab.shiplock(['migrate', 'undo', 'production', '0006_notes']);
  expect(full.code).toBe(5);
  expect(full.stderr).toContain('notes holds something in production');
  expect(full.stderr).toContain('shiplock migrate retire production notes');
  expect((await readdir(join(lab.service, 'migrations'))).filter((name) => name.includes('undo'))).toEqual([]);

  await ask('DELETE FROM notes');
  const made = await lab.shiplock(['migrate', 'undo', 'production', '0006', '--json']);
  expect(made.code, made.stderr).toBe(0);
  const file = join(lab.service, 'migrations', '0007_undo_0006_notes.sql');
  expect(JSON.parse(made.stdout)).toEqual({ file });
  expect(await readFile(file, 'utf8')).toContain('-- shiplock: phase=contract\n-- shiplock: waive=D01 until=');
  // The rules are asked before it is applied.
  await lab.commit('1.0.1');
  const applied = await lab.shiplock(['migrate', 'production', '--contract']);
  expect(applied.code, applied.stdout + applied.stderr).toBe(0);
  expect(await ask("SHOW TABLES LIKE 'notes'")).toEqual([]);
  expect(await ask('SELECT COUNT(*) AS n FROM shiplock_migrations')).toEqual([{ n: 7 }]);
});
