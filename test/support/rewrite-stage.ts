import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql, { type Connection, type ResultSetHeader } from 'mysql2/promise';
import { z } from 'zod';
import type { DatabaseAccess, DatabaseServer } from '../../scripts/components/database.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import type { Manner } from '../../src/migrate/index.ts';

/** A table that others write to while a tool copies it, and what they wrote. */

export type Tool = Extract<Manner, { kind: 'tool' }>['tool'];

/** Both want the log with rows, triggers need it trusted for a user without SUPER, and gh-ost looks at metadata locks before it swaps. */
export const TOOL_ARGS = [
  '--log-bin',
  '--server-id=1',
  '--binlog-format=ROW',
  '--log-bin-trust-function-creators=1',
  '--performance-schema=ON',
];

/** A database with the table `busy` of about `rows` rows, and a user who may do what the tools need. */
export async function busyDatabase(server: DatabaseServer, name: string, rows: number): Promise<DatabaseAccess> {
  const access = await server.createDatabase(name);
  await using root = await open(server.root(name));
  await root.query(`GRANT REPLICATION SLAVE, REPLICATION CLIENT, PROCESS ON *.* TO ${name}@'127.0.0.1'`);
  await root.query(`GRANT SELECT ON performance_schema.* TO ${name}@'127.0.0.1'`);
  await root.query(
    'CREATE TABLE busy (id INT AUTO_INCREMENT PRIMARY KEY, writer INT NOT NULL, hits INT NOT NULL, note VARCHAR(60))',
  );
  await root.query("INSERT INTO busy (writer, hits, note) VALUES (-1, 0, 'a note of some length, as rows have one')");
  for (let there = 1; there < rows; there *= 2)
    await root.query(`INSERT INTO busy (writer, hits, note) SELECT writer, id, note FROM busy LIMIT ${rows - there}`);
  return access;
}

export async function open(access: DatabaseAccess): Promise<Connection & AsyncDisposable> {
  const connection = await mysql.createConnection({ ...access });
  return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.end() });
}

export interface Written {
  /** Rows that the writers left, as they know them: id → hits. */
  readonly rows: ReadonlyMap<number, number>;
  readonly writes: number;
  readonly errors: readonly string[];
  /** Statements that the server took back so that another could go on. */
  readonly deadlocks: number;
  readonly longestMs: number;
}

/** Writers that insert, change and delete rows of their own until they are stopped, and remember what must be there. */
export async function startWriters(
  access: DatabaseAccess,
  { clients, pauseMs }: { readonly clients: number; readonly pauseMs: number },
): Promise<{ stop(): Promise<Written> }> {
  let over = false;
  const rows = new Map<number, number>();
  const errors: string[] = [];
  let writes = 0;
  let deadlocks = 0;
  let longestMs = 0;
  const write = async (connection: Connection, writer: number): Promise<void> => {
    const own: number[] = [];
    for (let n = 0; !over; n += 1) {
      const at = performance.now();
      const id = own[(n * 31) % Math.max(1, own.length)];
      try {
        if (id === undefined || n % 3 === 0) {
          const [{ insertId }] = await connection.query<ResultSetHeader>(
            "INSERT INTO busy (writer, hits, note) VALUES (?, 0, 'written')",
            [writer],
          );
          own.push(insertId);
          rows.set(insertId, 0);
        } else if (n % 11 === 0) {
          await connection.query('DELETE FROM busy WHERE id = ?', [id]);
          own.splice(own.indexOf(id), 1);
          rows.delete(id);
        } else {
          await connection.query('UPDATE busy SET hits = hits + 1 WHERE id = ?', [id]);
          rows.set(id, (rows.get(id) ?? 0) + 1);
        }
        writes += 1;
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        // The server took the statement back, and an application tries it again: triggers of a tool make them more likely.
        if (/deadlock/i.test(text)) deadlocks += 1;
        else errors.push(text);
      }
      longestMs = Math.max(longestMs, performance.now() - at);
      await sleep(pauseMs);
    }
  };
  const connections = await Promise.all(Array.from({ length: clients }, () => mysql.createConnection({ ...access })));
  const running = Promise.all(connections.map(write));
  return {
    async stop() {
      over = true;
      await running;
      await Promise.all(connections.map((connection) => connection.end()));
      return { rows, writes, errors, deadlocks, longestMs };
    },
  };
}

const pair = z.array(z.tuple([z.coerce.number(), z.coerce.number()]));
const texts = z.array(z.array(z.coerce.string()));

/** What differs between the table and what was written; empty: nothing. `base`: rows that nobody writes to. */
export async function differences(access: DatabaseAccess, { rows }: Written, base: number): Promise<readonly string[]> {
  await using on = await open(access);
  const [found] = await on.query({ sql: 'SELECT id, hits FROM busy WHERE writer >= 0', rowsAsArray: true });
  const there = new Map(pair.parse(found));
  const [count] = await on.query({
    sql: 'SELECT COUNT(*), COUNT(DISTINCT id) FROM busy WHERE writer = -1 AND note LIKE "a note of%"',
    rowsAsArray: true,
  });
  const [all = 0, distinct = 0] = pair.parse(count)[0] ?? [];
  return [
    ...(all === base && distinct === base ? [] : [`${all} of ${base} rows that nobody writes to`]),
    ...[...rows].flatMap(([id, hits]) => (there.get(id) === hits ? [] : [`${id}: ${there.get(id)}, not ${hits}`])),
    ...[...there.keys()].flatMap((id) => (rows.has(id) ? [] : [`${id}: deleted before`])),
  ].slice(0, 20);
}

/** Names of all tables and triggers but those of the bookkeeping. */
export async function objects(access: DatabaseAccess): Promise<readonly string[]> {
  await using on = await open(access);
  const [tables] = await on.query({ sql: 'SHOW TABLES', rowsAsArray: true });
  const [triggers] = await on.query({ sql: 'SHOW TRIGGERS', rowsAsArray: true });
  return [...texts.parse(tables), ...texts.parse(triggers)]
    .map(([name = '']) => name)
    .filter((name) => !name.startsWith('shiplock_'))
    .toSorted();
}

export interface ChildOrder {
  readonly access: DatabaseAccess;
  readonly engine: 'mysql' | 'mariadb';
  readonly tool: Tool;
  readonly alter: string;
  readonly run: string;
  readonly ghOst: string;
}

/** A runner of its own that can be killed; says `note: …` for each note and `end: …` with its outcome. */
export function startChild(order: ChildOrder): {
  readonly child: ChildProcess;
  /** The first line that matches, or null when it ended before. */
  line(pattern: RegExp): Promise<string | null>;
  readonly lines: readonly string[];
} {
  const child = spawn(process.execPath, [childProgram('rewrite')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(order));
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  let rest = '';
  let over = false;
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    for (const wake of waiting.splice(0)) wake();
  });
  child.once('close', () => {
    over = true;
    for (const wake of waiting.splice(0)) wake();
  });
  return {
    child,
    lines,
    async line(pattern) {
      for (;;) {
        const found = lines.find((one) => pattern.test(one));
        if (found !== undefined) return found;
        if (over) return null;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

/** Processes whose command line names this database and one of the tools: pid and words. */
export function toolsAt({
  database,
}: DatabaseAccess): readonly { readonly pid: number; readonly words: readonly string[] }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        const ours = words.some((word) => word === `--database=${database}` || word.startsWith(`D=${database},`));
        return ours && words[0] !== '/bin/sh' ? [{ pid: Number(name), words }] : [];
      } catch {
        return [];
      }
    });
}
