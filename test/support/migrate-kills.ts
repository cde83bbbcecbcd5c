import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { childProgram } from '../../scripts/testing/children.ts';
import type { TestFamily } from './families.ts';
import { backfillText, filesOf, SEED, startText } from './migrate-kills-files.ts';
import { type SqlProxy, startSqlProxy } from './sql-proxy.ts';

/**
 * Migrations that are killed at one place and gone on with until they are done. The oracle is the server's own client, which applies the same
 * files to a second database without being interrupted: structure, programs and checksums of all rows must be the same.
 */

export const HOWS = [
  'tool-before',
  'tool-during',
  'tool-answer',
  'server-during',
  'server-answer',
  'cut',
  'cut-answer',
] as const;
export type How = (typeof HOWS)[number];

/** One kill: at the `at`-th statement that changes something (0-based), or at a boundary of the journal; how, and how long after. */
export interface Point {
  readonly how: How | 'journal';
  readonly at: number;
  readonly afterMs: number;
}

export interface Tried {
  readonly point: Point;
  /** The statement it was done at; null: the run was over before. */
  readonly statement: string | null;
  readonly processes: number;
  /** Statements of which nobody could tell, so that a person was asked. */
  readonly asked: readonly string[];
  /** What is not as it should be. */
  readonly wrong: readonly string[];
}

export interface Straight {
  readonly boundaries: number;
  /** Every statement that changes something, in order, and how long it took. */
  readonly statements: readonly { readonly sql: string; readonly ms: number }[];
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const CHILD = childProgram('migrate');
/** All others are places to kill at; so is the moment in which a lock is taken. */
const READS = /^\W*(?:SELECT(?!\s+GET_LOCK)|SHOW|USE|SET (?:SESSION|NAMES)(?!.*GET_LOCK)|EXPLAIN)\b/is;
const PROCESSES = 12;

/** A server of one family that may be killed, with a proxy before it whose address stays. */
export class Ground implements AsyncDisposable {
  readonly family: TestFamily;
  readonly rows: number;
  /** In memory where there is such a place: a process that is killed loses nothing that it has written, on a disk or there. */
  readonly dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shiplock-kills-'));
  readonly args: readonly string[];
  #server: DatabaseServer | undefined;
  #proxy: SqlProxy | undefined;
  #oracle = '';
  #count = 0;

  constructor(family: TestFamily, rows: number, args: readonly string[] = []) {
    this.family = family;
    this.rows = rows;
    this.args = args;
  }

  get server(): DatabaseServer {
    if (this.#server === undefined) throw new Error('no server');
    return this.#server;
  }

  get proxy(): SqlProxy {
    if (this.#proxy === undefined) throw new Error('no proxy');
    return this.#proxy;
  }

  async open(client: string): Promise<void> {
    await this.#start();
    this.#proxy = await startSqlProxy(() => this.server.port);
    const { database } = await this.server.createDatabase('oracle');
    await this.#send(client, database, startText(this.rows));
    for (const { text } of filesOf(this.family.engine)) await this.#send(client, database, text);
    await this.#send(client, database, SEED);
    await this.#send(client, database, backfillText);
    this.#oracle = await this.#dump(database);
  }

  async #start(): Promise<void> {
    const data = join(this.dir, 'server');
    this.#server = await this.family.start({ dir: data, args: [...DURABLE, ...this.args] });
  }

  /** kill -9, and a new process on the same data directory. */
  async crash(): Promise<void> {
    process.kill(this.server.pid, 'SIGKILL');
    await this.server.exited;
    await this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy?.close();
    await this.#server?.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #send(client: string, database: string, text: string): Promise<void> {
    const argv = ['--no-defaults', '--user=root', '--host=127.0.0.1', `--port=${this.server.port}`];
    const child = spawn(client, [...argv, '--default-character-set=utf8mb4', database], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stdin.end(text);
    const code = await new Promise((done, reject) => child.on('error', reject).on('close', done));
    if (code !== 0) throw new Error(`${client} says ${code}: ${said}`);
  }

  async #ask(sql: string, database = 'mysql'): Promise<readonly Record<string, unknown>[]> {
    const connection = await mysql.createConnection({ ...this.server.root(database) });
    try {
      const [rows] = await connection.query(sql);
      return JSON.parse(JSON.stringify(rows));
    } finally {
      await connection.end();
    }
  }

  /** Everything in a database but what belongs to us, without names that differ from one database to the next. */
  async #dump(database: string): Promise<string> {
    const out: string[] = [];
    const one = async (sql: string, key: RegExp): Promise<void> => {
      for (const row of await this.#ask(sql, database)) {
        for (const [name, value] of Object.entries(row)) if (key.test(name)) out.push(String(value));
      }
    };
    const named = async (sql: string): Promise<readonly string[]> =>
      (await this.#ask(sql, database)).map((row) => String(row['n']));
    for (const table of await named(
      "SELECT TABLE_NAME AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'shiplock%' ORDER BY 1",
    )) {
      await one(`SHOW CREATE TABLE \`${table}\``, /^Create/);
      await one(`CHECKSUM TABLE \`${table}\` EXTENDED`, /^Checksum/);
    }
    for (const trigger of await named(
      'SELECT TRIGGER_NAME AS n FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1',
    ))
      await one(`SHOW CREATE TRIGGER \`${trigger}\``, /Original/);
    for (const kind of ['PROCEDURE', 'FUNCTION']) {
      for (const name of await named(
        `SELECT ROUTINE_NAME AS n FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE = '${kind}' ORDER BY 1`,
      ))
        await one(`SHOW CREATE ${kind} \`${name}\``, /^Create/);
    }
    for (const event of await named(
      'SELECT EVENT_NAME AS n FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1',
    ))
      await one(`SHOW CREATE EVENT \`${event}\``, /^Create/);
    return out
      .join('\n')
      .replaceAll(database, 'DATABASE')
      .replace(/ AUTO_INCREMENT=\d+/g, '')
      .replace(/DEFINER=\S+/g, 'DEFINER');
  }

  /** A database as it is before the migrations, and the files beside it. */
  async #place(): Promise<Place> {
    this.#count += 1;
    const access = await this.server.createDatabase(`k${this.#count}`);
    // By its own user: what root has made, MySQL lets only root drop.
    const connection = await mysql.createConnection({ ...access, multipleStatements: true });
    await connection.query(startText(this.rows));
    await connection.end();
    const dir = mkdtempSync(join(this.dir, 'files-'));
    mkdirSync(join(dir, 'migrations'));
    for (const { name, text } of filesOf(this.family.engine)) writeFileSync(join(dir, 'migrations', name), text);
    writeFileSync(join(dir, 'migrations', '0007_fill.sql'), backfillText);
    writeFileSync(join(dir, 'seed.sql'), SEED);
    const env = {
      ...process.env,
      TEST_DSN: mysqlUrl({ ...access, port: this.proxy.port }),
      TEST_ENGINE: this.family.engine,
      TEST_ROWS: '100',
    };
    return { dir, database: access.database, env };
  }

  /** A run that nobody kills: what it ends with is compared too. */
  async straight(): Promise<Straight> {
    const place = await this.#place();
    const statements: { sql: string; ms: number; begin: number }[] = [];
    this.proxy.onStatement = (sql) => {
      if (!READS.test(sql)) statements.push({ sql, ms: 0, begin: performance.now() });
      return 'pass';
    };
    this.proxy.onAnswer = (sql) => {
      const last = statements.findLast((one) => one.sql === sql);
      if (last !== undefined) last.ms = performance.now() - last.begin;
    };
    const { code, output } = await child(place, ['run', 'r1']).ended;
    const wrong = code === 0 ? await this.#wrong(place) : [output];
    if (wrong.length > 0) throw new Error(`a run that nobody kills: ${wrong.join('\n')}`);
    await this.#leave(place);
    return { boundaries: Number(/"boundaries":(\d+)/.exec(output)?.[1]), statements };
  }

  async kill(point: Point): Promise<Tried> {
    const place = await this.#place();
    let seen = 0;
    let statement: string | null = null;
    let crashing: Promise<void> | undefined;
    let running = child(place, ['run', 'r1', ...(point.how === 'journal' ? [String(point.at)] : [])]);
    const act = async (): Promise<void> => {
      if (point.afterMs > 0) await sleep(point.afterMs);
      if (point.how.startsWith('tool')) running.kill();
      else {
        crashing = this.crash();
        await crashing;
      }
    };
    let marked: string | undefined;
    this.proxy.onStatement = async (sql) => {
      if (READS.test(sql) || seen++ !== point.at || point.how === 'journal') return 'pass';
      statement = sql;
      if (point.how === 'cut') return 'cut-behind';
      if (point.how === 'cut-answer') return 'cut-answer';
      if (point.how === 'tool-before') {
        await act();
        return 'cut-before';
      }
      if (point.how.endsWith('during')) void act();
      else marked = sql;
      return 'pass';
    };
    this.proxy.onAnswer = async (sql) => {
      if (sql !== marked) return;
      marked = undefined;
      await act();
    };
    const asked: string[] = [];
    const outputs: string[] = [];
    let processes = 1;
    let run = 1;
    let code: number | null = null;
    for (;;) {
      const ended = await running.ended;
      await crashing;
      ({ code } = ended);
      outputs.push(ended.output);
      if (code === 0 || processes >= PROCESSES) break;
      const person = await this.#asked(place, ended.output);
      if (person !== undefined) asked.push(person.step);
      // A run that is over cannot be gone on with: the next one begins where it stood.
      const over =
        /"outcome":"(?:failed|rolled-back|refused)"/.test(ended.output) || ended.output.includes('journal.missing');
      if (over && person?.resume !== true) run += 1;
      const answer = person?.resume === true ? ['-1', person.step, person.outcome] : [];
      running = child(place, [over && person?.resume !== true ? 'run' : 'resume', `r${run}`, ...answer]);
      processes += 1;
    }
    const wrong =
      code === 0
        ? await this.#wrong(place)
        : [`no end after ${processes} processes: ${outputs.slice(-2).join('\n').slice(-3000)}`];
    await this.#leave(place);
    return {
      point,
      statement: statement ?? (point.how === 'journal' ? `boundary ${point.at}` : null),
      processes,
      asked,
      wrong,
    };
  }

  /**
   * Runners at once on one database, each as a process with a state directory and a clock of its own, hours apart; those that are seen to work are
   * killed, `kills` of them. All are gone on with until none has anything to do.
   */
  async runners(count: number, kills: number): Promise<Tried> {
    const place = await this.#place();
    const store = (n: number): NodeJS.ProcessEnv => ({
      ...place.env,
      ...{ TEST_STORE: join(place.dir, `state-${n}`), TEST_SKEW_MS: String((n - count / 2) * 3_600_000) },
    });
    const running = Array.from({ length: count }, (_, n) => child({ ...place, env: store(n) }, ['run', `r${n}`]));
    let killed = 0;
    this.proxy.onStatement = (sql) => {
      const worker = /state = 'started', run = 'r(\d+)'/.exec(sql)?.[1];
      if (worker !== undefined && killed < kills && Math.random() < 0.2) {
        killed += 1;
        running[Number(worker)]?.kill();
      }
      return 'pass';
    };
    const ends = await Promise.all(running.map(({ ended }) => ended));
    let processes = count;
    const left: string[] = [];
    for (const [n, end] of ends.entries()) {
      let { code, output } = end;
      for (let again = 0; code !== 0 && again < 5; again += 1) {
        // A runner whose fence is older than the database has seen is refused: a later run stands above it.
        const next = child(
          { ...place, env: store(n) },
          again === 0 && code === null ? ['resume', `r${n}`] : ['run', `r${n}-${again}`],
        );
        ({ code, output } = await next.ended);
        processes += 1;
      }
      if (code !== 0) left.push(`runner ${n}: ${output.slice(-1500)}`);
    }
    const wrong = [...left, ...(await this.#wrong(place))];
    await this.#leave(place);
    return {
      point: { how: 'journal', at: 0, afterMs: 0 },
      statement: `${count} runners, ${killed} killed`,
      processes,
      asked: [],
      wrong,
    };
  }

  /** What a person would do who is asked: look, and say so. */
  async #asked(place: Place, output: string): Promise<Person | undefined> {
    const step = /--step (\S+)/.exec(output)?.[1];
    if (step !== undefined && output.includes('procedure.outcome-unknown')) {
      return { step, outcome: (await this.#truth(place, step)) ? 'applied' : 'not-applied', resume: true };
    }
    const mark = /migrate\.cannot-tell/.test(output)
      ? /(UPDATE shiplock_migration_statements[^;]*); .*?(DELETE FROM shiplock_migration_statements[^;"]*)/.exec(output)
      : null;
    if (mark === null) return undefined;
    const [, done = '', again = ''] = mark;
    const named = /migration = '([^']*)' AND number = (\d+)/.exec(done);
    const path = `migrate/${named?.[1]}/statement-${named?.[2]}`;
    const applied = await this.#truth(place, path);
    await this.#ask(applied ? done : again, place.database);
    return { step: path, outcome: applied ? 'applied' : 'not-applied', resume: false };
  }

  async #truth({ database }: Place, step: string): Promise<boolean> {
    const has = async (table: string): Promise<boolean> =>
      (await this.#ask(`SHOW TABLES LIKE '${table}'`, database)).length > 0;
    const what = step.split('/').slice(-2).join('/');
    if (what === '0004_names/statement-5')
      return Number((await this.#ask('SELECT COUNT(*) AS n FROM ta', database))[0]?.['n']) === 0;
    if (what === '0004_names/statement-4') {
      const left = [await has('db1'), await has('db2')].filter(Boolean).length;
      if (left === 1) await this.#ask('DROP TABLE IF EXISTS db1, db2', database);
      return left < 2;
    }
    throw new Error(`nobody should be asked about ${step}`);
  }

  async #wrong({ database }: Place): Promise<readonly string[]> {
    const wrong: string[] = [];
    const found = await this.#dump(database);
    if (found !== this.#oracle) wrong.push(`other structure or rows: ${firstDifference(found, this.#oracle)}`);
    const rows = await this.#ask(
      "SELECT m.id, m.state, m.statements, COUNT(s.number) AS marks, SUM(s.state = 'done') AS done FROM shiplock_migrations m JOIN shiplock_migration_statements s ON s.migration = m.id GROUP BY m.id, m.state, m.statements",
      database,
    );
    for (const row of rows) {
      const { id, state, statements, marks, done } = row;
      if (state !== 'applied' || Number(marks) !== Number(statements) || Number(done) !== Number(statements)) {
        wrong.push(`${id} is ${state}, ${done} of ${marks} marks done, ${statements} statements`);
      }
    }
    if (rows.length !== filesOf(this.family.engine).length + 1) wrong.push(`${rows.length} migrations recorded`);
    const left = readdirSync(join(this.server.dir, 'data', database)).filter((name) => name.includes('#sql'));
    if (left.length > 0) wrong.push(`left over: ${left.join(', ')}`);
    return wrong;
  }

  async #leave(place: Place): Promise<void> {
    this.proxy.onStatement = () => 'pass';
    this.proxy.onAnswer = () => undefined;
    await this.#ask(`DROP DATABASE ${place.database}`);
    if (existsSync(place.dir)) rmSync(place.dir, { recursive: true, force: true });
  }
}

interface Place {
  readonly dir: string;
  readonly database: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Person {
  readonly step: string;
  readonly outcome: 'applied' | 'not-applied';
  /** Told to the run itself; otherwise written into the database. */
  readonly resume: boolean;
}

/** What an operator's server does: what is committed is on the disk. */
const DURABLE = [
  '--innodb-flush-log-at-trx-commit=1',
  '--log-bin=binlog',
  '--server-id=1',
  '--log-bin-trust-function-creators=1',
];

function child(place: Place, args: readonly string[]): { kill(): void; readonly ended: Promise<Ended> } {
  const started = spawn(process.execPath, [CHILD, place.dir, ...args], {
    env: place.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
    });
  }
  const ended = new Promise<Ended>((done, reject) => {
    started.on('error', reject);
    started.on('close', (code) => done({ code, output }));
  });
  return { kill: () => void started.kill('SIGKILL'), ended };
}

function firstDifference(found: string, wanted: string): string {
  const [a, b] = [found.split('\n'), wanted.split('\n')];
  const at = a.findIndex((line, index) => line !== b[index]);
  return at < 0 ? `nothing where there is ${b[a.length]}` : `${a[at]} where there is ${b[at]}`;
}
