import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { z } from 'zod';
import { mysqlUrl } from '../../scripts/components/database.ts';
import { startMariadb } from '../../scripts/components/mariadb.ts';
import { startMysql } from '../../scripts/components/mysql.ts';
import { childProgram } from '../../scripts/testing/children.ts';

/**
 * A large seed file through the engine, as a process of its own: killed (-9) when some of its rows are there, and gone on with. All rows must be there,
 * a part that was done must not be sent again, and the process may take no more than 16 times the file, or 300 MB.
 *   --megabytes N   of the file (default: 50)
 *   --family NAME   mariadb or mysql (default: both)
 * Exit codes: 0 as it should be · 1 something is not
 */

const option = { type: 'string' } as const;
const { values } = parseArgs({ options: { megabytes: option, family: option } });
const megabytes = Number(values.megabytes ?? '50');
const CHILD = childProgram('migrate');
const countRow = z.array(z.object({ n: z.coerce.number() }));

/** Writes the file; answers how many rows it holds. */
async function writeSeed(file: string): Promise<number> {
  const out = createWriteStream(file);
  let rows = 0;
  for (let bytes = 0; bytes < megabytes * 1e6; ) {
    const values = Array.from({ length: 20 }, () => {
      rows += 1;
      return `(${rows}, 'it''s row ${rows}; ${'x'.repeat(60)}')`;
    });
    const text = `INSERT IGNORE INTO s VALUES ${values.join(', ')};\n`;
    bytes += text.length;
    if (!out.write(text)) await new Promise<void>((drained) => out.once('drain', () => drained()));
  }
  await new Promise<void>((closed) => out.end(() => closed()));
  return rows;
}

/** The most memory that a process has had so far, MB; 0 when it is gone. */
function peakOf({ pid }: ChildProcess): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

for (const [family, start] of [
  ['mariadb', startMariadb],
  ['mysql', startMysql],
] as const) {
  if ((values.family ?? family) !== family) continue;
  const dir = mkdtempSync(join(tmpdir(), 'shiplock-seed-'));
  const server = await start();
  try {
    const access = await server.createDatabase('seeded');
    const root = await mysql.createConnection({ ...server.root(access.database) });
    const count = async (sql: string): Promise<number> => {
      const [found] = await root.query(sql);
      return countRow.parse(found)[0]?.n ?? 0;
    };
    mkdirSync(join(dir, 'migrations'));
    writeFileSync(join(dir, 'migrations', '0001_s.sql'), 'CREATE TABLE s (id INT PRIMARY KEY, t VARCHAR(120));\n');
    const rows = await writeSeed(join(dir, 'seed.sql'));
    let peak = 0;
    const run = async (
      how: 'run' | 'resume',
      killAbove: number,
    ): Promise<{ code: number | null; boundaries: number }> => {
      const env = { ...process.env, TEST_DSN: mysqlUrl(access), TEST_ENGINE: family };
      const child = spawn(process.execPath, [CHILD, dir, how, 'r1'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += String(chunk);
      });
      const ended = new Promise<number | null>((end) => child.on('close', end));
      let code: number | null | undefined;
      ended.then((end) => {
        code = end;
      });
      while (code === undefined) {
        peak = Math.max(peak, peakOf(child));
        const there = await count('SELECT COUNT(*) AS n FROM s').catch(() => 0);
        if (there > killAbove) child.kill('SIGKILL');
        await sleep(200);
      }
      return { code, boundaries: Number(/"boundaries":(\d+)/.exec(said)?.[1] ?? 0) };
    };
    const begin = performance.now();
    const killed = await run('run', rows / 3);
    const before = await count('SELECT COUNT(*) AS n FROM s');
    const resumed = await run('resume', Number.POSITIVE_INFINITY);
    const seconds = (performance.now() - begin) / 1000;
    const after = await count('SELECT COUNT(*) AS n FROM s');
    const parts = Math.ceil(megabytes / 1.048576);
    const wrong = [
      ...(killed.code === null ? [] : [`it was over before it was killed (${killed.code})`]),
      ...(before > 0 && before < rows ? [] : [`${before} rows when it was killed`]),
      ...(resumed.code === 0 && after === rows ? [] : [`${after} of ${rows} rows, exit code ${resumed.code}`]),
      // An intent and a done, before and after each.
      ...(resumed.boundaries < 4 * parts ? [] : ['the parts that were done were done again']),
      ...(peak <= Math.max(300, 16 * megabytes) ? [] : [`${Math.round(peak)} MB of memory`]),
    ];
    console.log(
      `${family}: a seed of ${megabytes} MB, ${rows} rows in about ${parts} parts; killed at ${before} rows, gone on with to ${after}; ${seconds.toFixed(0)} s, at most ${Math.round(peak)} MB of memory: ${wrong.length === 0 ? 'as it should be' : wrong.join('; ')}`,
    );
    if (wrong.length > 0) process.exitCode = 1;
    await root.end();
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
