import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection } from 'mysql2/promise';
import type { DatabaseAccess, DatabaseServer } from '../../../scripts/components/database.ts';
import { startMariadb } from '../../../scripts/components/mariadb.ts';
import { startMysql } from '../../../scripts/components/mysql.ts';
import type { RunEvent } from '../../../src/procedure/index.ts';
import { applyFiles } from '../../support/migrate-apply.ts';
import { type Figure, machineLine, say } from '../support/figure.ts';
import { median } from '../support/statistics.ts';
import { type Load, startLoad, type Waits } from './load.ts';

/** What the clients of a table wait while its structure is changed and a transaction holds it for ten seconds. */

const ROWS = 1_000_000;
const RATE = 600;
const HELD_MS = 10_000;

type Engine = 'mariadb' | 'mysql';

interface Stage {
  readonly engine: Engine;
  readonly server: DatabaseServer;
  readonly access: DatabaseAccess;
  readonly load: Load;
}

/** Words: `mysql` or `mariadb` (default: both), a number of runs (default 20), `--migrate FILE` (golang-migrate). */
export async function stallBench(words: readonly string[]): Promise<readonly Figure[]> {
  const runs = Number(words.find((word) => /^\d+$/.test(word)) ?? 20);
  const migrate = words[words.indexOf('--migrate') + 1];
  const engines = (['mysql', 'mariadb'] as const).filter((engine) => words.includes(engine));
  const figures: Figure[] = [];
  for (const engine of engines.length === 0 ? (['mysql', 'mariadb'] as const) : engines) {
    const stage = await open(engine);
    try {
      figures.push(...(await ours(stage, runs)));
      if (words.includes('--migrate') && migrate !== undefined)
        figures.push(await peer(stage, 'golang-migrate', migrate));
      figures.push(await peer(stage, 'pt-online-schema-change', 'pt-online-schema-change'));
    } finally {
      await stage.load.stop();
      await stage.server.stop();
    }
  }
  return figures;
}

async function open(engine: Engine): Promise<Stage> {
  const args = [
    ...['--performance-schema=ON', '--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON'],
    '--innodb-buffer-pool-size=512M',
  ];
  const server = engine === 'mysql' ? await startMysql({ args }) : await startMariadb({ args });
  const access = await server.createDatabase('busy');
  const root = await mysql.createConnection({ ...server.root('busy') });
  await root.query(`GRANT SELECT ON performance_schema.* TO ${access.user}@'127.0.0.1'`);
  await root.query(`GRANT PROCESS ON *.* TO ${access.user}@'127.0.0.1'`);
  await root.query(
    'CREATE TABLE busy (id INT AUTO_INCREMENT PRIMARY KEY, hits INT NOT NULL DEFAULT 0, note VARCHAR(60))',
  );
  await root.query("INSERT INTO busy (note) VALUES ('a note of some length for a row of a usual size')");
  for (let rows = 1; rows < ROWS; rows *= 2) {
    await root.query(`INSERT INTO busy (note) SELECT note FROM busy LIMIT ${Math.min(rows, ROWS - rows)}`);
  }
  await root.end();
  say(`${engine}: ${ROWS} rows are there`);
  const load = await startLoad(access, RATE, ROWS);
  await sleep(3000);
  load.take();
  return { engine, server, access, load };
}

/** A transaction that has read the table and is open for ten seconds; answers when it ended. */
async function hold(access: DatabaseAccess): Promise<{ readonly ended: Promise<number> }> {
  const connection: Connection = await mysql.createConnection({ ...access });
  await connection.query('START TRANSACTION');
  await connection.query('SELECT COUNT(*) FROM busy WHERE id < 10');
  const ended = (async () => {
    await sleep(HELD_MS);
    await connection.query('COMMIT');
    const at = performance.now();
    await connection.end();
    return at;
  })();
  return { ended };
}

/** As long as a run takes, without one: what this machine does to the clients by itself. */
async function alone({ engine, load }: Stage): Promise<Figure> {
  load.take();
  await sleep(HELD_MS + 2000);
  const waits = load.take();
  const value = `${Math.round(waits.perSecond)} queries/s, longest wait ${Math.round(waits.longestMs)} ms, a client waited for ${Math.round(waits.stalledMs)} ms in all; ${machineLine()}`;
  say(`${engine} alone: ${value}`);
  return { name: `${engine}: the clients alone for 12 s`, value, met: null };
}

interface Ran extends Waits {
  /** From the end of the transaction until the change was made and recorded. */
  readonly landedMs: number;
  /** Until the whole run was over. */
  readonly overMs: number;
}

async function ours(stage: Stage, runs: number): Promise<readonly Figure[]> {
  const { engine, access, load } = stage;
  const files: string[] = [];
  const all: Ran[] = [];
  const before = await alone(stage);
  for (let run = 1; run <= runs; run += 1) {
    files.push(`ALTER TABLE busy ADD COLUMN c${run} INT;`);
    const held = await hold(access);
    await sleep(500);
    load.take();
    let landed = Number.NaN;
    const onEvent = (event: RunEvent): void => {
      if (event.kind === 'node-done' && event.path.endsWith('/statement-1')) landed = performance.now();
    };
    const { result } = await applyFiles({ access, engine, files, run: `stall-${run}`, onEvent });
    const over = performance.now();
    if (result.outcome !== 'done') throw new Error(JSON.stringify(result.problems));
    const ended = await held.ended;
    const [landedMs, overMs] = [landed - ended, over - ended];
    await sleep(500);
    const waits = load.take();
    all.push({ ...waits, landedMs, overMs });
    say(
      `${engine} ${run}: ${Math.round(waits.perSecond)} queries/s, longest wait ${Math.round(waits.longestMs)} ms, stalled ${Math.round(waits.stalledMs)} ms, landed ${Math.round(landedMs)} ms after, over ${Math.round(overMs)} ms after`,
    );
  }
  const worst = (of: (one: (typeof all)[number]) => number): number => Math.max(...all.map(of));
  const rate = Math.min(...all.map((one) => one.perSecond));
  const errors = all.reduce((sum, one) => sum + one.errors, 0);
  const line = (name: string, value: string, target: string, met: boolean): Figure => ({
    ...{ name: `${engine}, ${runs} runs: ${name}`, value, target, met },
  });
  const [longest, stalled, landed] = [
    worst((one) => one.longestMs),
    worst((one) => one.stalledMs),
    worst((one) => one.landedMs),
  ];
  const middle = (of: (one: Ran) => number): string => `median ${Math.round(median(all.map(of)))} ms`;
  return [
    before,
    line(
      'queries a second, the least of a run',
      `${Math.round(rate)}; ${errors} errors`,
      '≥ 500, 0 errors',
      rate >= 500 && errors === 0,
    ),
    line(
      'longest wait of a client',
      `${Math.round(longest)} ms; ${middle((one) => one.longestMs)}`,
      '≤ 1,500 ms',
      longest <= 1500,
    ),
    line(
      'time in which a client waited, in one run',
      `${Math.round(stalled)} ms; ${middle((one) => one.stalledMs)}`,
      '≤ 2,000 ms',
      stalled <= 2000,
    ),
    line(
      'change made and recorded after the end of the transaction',
      `${Math.round(landed)} ms; ${middle((one) => one.landedMs)}`,
      '≤ 5,000 ms',
      landed <= 5000,
    ),
    {
      name: `${engine}, ${runs} runs: whole run over after the end of the transaction`,
      value: `${Math.round(worst((one) => one.overMs))} ms; ${middle((one) => one.overMs)}`,
      met: null,
    },
  ];
}

/** The same change by another tool, once. */
async function peer(stage: Stage, name: string, program: string): Promise<Figure> {
  const { engine, access, load } = stage;
  const dir = mkdtempSync(join(tmpdir(), 'stall-'));
  try {
    const { user, password, host, port, database } = access;
    writeFileSync(join(dir, '1_change.up.sql'), 'ALTER TABLE busy ADD COLUMN by_peer INT;');
    writeFileSync(join(dir, 'my.cnf'), `[client]\nuser=${user}\npassword=${password}\n`, { mode: 0o600 });
    const argv =
      name === 'golang-migrate'
        ? ['-path', dir, '-database', `mysql://${user}:${password}@tcp(${host}:${port})/${database}`, 'up']
        : [
            ...['--execute', '--no-version-check', '--no-check-replication-filters', '--recursion-method=none'],
            ...[
              '--alter',
              'ADD COLUMN by_tool INT',
              `F=${join(dir, 'my.cnf')},h=${host},P=${port},D=${database},t=busy`,
            ],
          ];
    const held = await hold(access);
    await sleep(500);
    load.take();
    const ended = await new Promise<{ readonly code: string; readonly at: number }>((resolve) => {
      execFile(program, argv, { timeout: 600_000 }, (error, stdout, stderr) => {
        const code = error === null ? 'done' : `failed: ${(stderr || stdout || error.message).trim().slice(-160)}`;
        resolve({ code, at: performance.now() });
      });
    });
    const landed = ended.at - (await held.ended);
    const waits = load.take();
    say(`${engine} ${name}: ${ended.code}, longest wait ${Math.round(waits.longestMs)} ms`);
    return {
      name: `${engine}, once: ${name}`,
      value: `${ended.code.replaceAll('\n', ' ')}; longest wait ${Math.round(waits.longestMs)} ms, a client waited for ${Math.round(waits.stalledMs)} ms in all, over ${Math.round(landed / 1000)} s after the end of the transaction`,
      met: null,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
