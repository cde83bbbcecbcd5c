import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { type DatabaseAccess, type DatabaseServer, goDsn } from '../../../scripts/components/database.ts';
import { startMariadb } from '../../../scripts/components/mariadb.ts';
import { startMysql } from '../../../scripts/components/mysql.ts';
import { setup as build } from '../../../scripts/testing/built.ts';
import { BUILT_ENV } from '../../../scripts/testing/built-program.ts';
import { type Figure, say } from '../support/figure.ts';
import { median } from '../support/statistics.ts';
import { type Peer, peerProgram } from './peers.ts';

/** What each of many small migrations costs beside the tools that only run them. */

type Engine = 'mariadb' | 'mysql';
type Tool = 'shiplock' | Peer;
const TOOLS: readonly Tool[] = ['shiplock', 'golang-migrate', 'goose'];
const PROMISED = 1.2;
/** Built, as what is published is: to read it from its sources takes half a second more. */
const OURS = join(BUILT_ENV.SHIPLOCK_TEST_CHILDREN, 'migrations-bench.js');

/** Words: `mysql` or `mariadb` (default: both), a number of rounds (default 5), `--files N` (default 500). */
export async function migrationsBench(words: readonly string[]): Promise<readonly Figure[]> {
  const at = words.indexOf('--files');
  const files = at < 0 ? 500 : Number(words[at + 1]);
  const rounds = Number(words.find((word, index) => /^\d+$/.test(word) && (at < 0 || index !== at + 1)) ?? 5);
  const chosen = (['mysql', 'mariadb'] as const).filter((engine) => words.includes(engine));
  const figures: Figure[] = [];
  await build();
  for (const engine of chosen.length === 0 ? (['mysql', 'mariadb'] as const) : chosen) {
    // Nobody runs production without waiting for the disk: the tools wait for it as often as they commit.
    const args = ['--innodb-flush-log-at-trx-commit=1'];
    const server = await (engine === 'mysql' ? startMysql({ args }) : startMariadb({ args }));
    try {
      figures.push(...(await beside(engine, server, rounds, sqlOf(files))));
    } finally {
      await server.stop();
    }
  }
  return figures;
}

/** Tables, columns, rows and indexes, as files of one statement each. Pure. */
function sqlOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => {
    const table = `t${n - (n % 5)}`;
    switch (n % 5) {
      case 0:
        return `CREATE TABLE ${table} (id INT PRIMARY KEY, name VARCHAR(40));`;
      case 1:
        return `ALTER TABLE ${table} ADD COLUMN owner INT;`;
      case 2:
        return `ALTER TABLE ${table} ADD COLUMN note VARCHAR(80);`;
      case 3:
        return `CREATE INDEX by_owner ON ${table} (owner);`;
      default:
        return `INSERT INTO ${table} (id, name) VALUES (1, 'first');`;
    }
  });
}

async function beside(
  engine: Engine,
  server: DatabaseServer,
  rounds: number,
  files: readonly string[],
): Promise<readonly Figure[]> {
  const seconds = new Map<Tool, number[]>(TOOLS.map((tool) => [tool, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < TOOLS.length; turn += 1) {
      const tool = TOOLS[(round + turn) % TOOLS.length] ?? 'shiplock';
      const access = await server.createDatabase(`m${round}_${turn}`);
      const took = await run(tool, engine, access, files);
      await mustHave(server, access, files.length);
      seconds.get(tool)?.push(took);
      say(`${engine}, round ${round + 1}: ${tool} ${took.toFixed(2)} s`);
    }
  }
  const of = (tool: Tool): readonly number[] => seconds.get(tool) ?? [];
  const spread = (tool: Tool): string =>
    `${median(of(tool)).toFixed(2)} s (${Math.min(...of(tool)).toFixed(2)} to ${Math.max(...of(tool)).toFixed(2)})`;
  return [
    ...TOOLS.map((tool) => ({
      name: `${engine}: ${files.length} small migrations by ${tool}, median of ${rounds}`,
      value: spread(tool),
      met: null,
    })),
    ...TOOLS.slice(1).map((tool) => {
      const ratio = median(of('shiplock').map((ours, round) => ours / (of(tool)[round] ?? Number.NaN)));
      return {
        name: `${engine}: time of shiplock beside ${tool}, median of ${rounds} rounds`,
        value: `× ${ratio.toFixed(2)}`,
        target: `≤ × ${PROMISED}`,
        met: ratio <= PROMISED,
      };
    }),
  ];
}

/** Seconds of one process that applies all files to an empty database. */
async function run(tool: Tool, engine: Engine, access: DatabaseAccess, files: readonly string[]): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'migrations-'));
  try {
    const sql = join(dir, 'sql');
    mkdirSync(sql);
    const program = tool === 'shiplock' ? process.execPath : await peerProgram(tool);
    let argv: readonly string[];
    if (tool === 'shiplock') {
      const input = join(dir, 'input.json');
      writeFileSync(input, JSON.stringify({ access, engine, files, store: join(dir, 'state') }), { mode: 0o600 });
      argv = ['--disable-warning=ExperimentalWarning', OURS, input];
    } else {
      for (const [index, text] of files.entries()) {
        const number = String(index + 1).padStart(6, '0');
        if (tool === 'goose') writeFileSync(join(sql, `${number}_change.sql`), `-- +goose Up\n${text}\n`);
        else writeFileSync(join(sql, `${number}_change.up.sql`), text);
      }
      argv =
        tool === 'goose'
          ? ['-dir', sql, 'mysql', `${goDsn(access)}?parseTime=true`, 'up']
          : ['-path', sql, '-database', `mysql://${goDsn(access)}`, 'up'];
    }
    const begin = performance.now();
    await ends(program, argv);
    return (performance.now() - begin) / 1000;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function ends(program: string, argv: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${said}`))));
  });
}

/** All of it took effect: a tool that skips something is no measure. */
async function mustHave(server: DatabaseServer, { database }: DatabaseAccess, files: number): Promise<void> {
  const root = await mysql.createConnection({ ...server.root(database) });
  try {
    const [rows] = await root.query({
      sql: "SELECT COUNT(DISTINCT TABLE_NAME) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = 'by_owner'",
      rowsAsArray: true,
    });
    const expected = Math.floor((files + 1) / 5);
    if (JSON.stringify(rows) !== `[[${expected}]]`) {
      throw new Error(`${JSON.stringify(rows)} tables have their index, not ${expected}`);
    }
  } finally {
    await root.end();
  }
}
