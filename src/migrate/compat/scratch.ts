import { createHash, randomBytes } from 'node:crypto';
import type { Connection, ConnectionOptions, FieldPacket, QueryResult } from 'mysql2/promise';
import { z } from 'zod';
import { ProblemError } from '../../model/problem.ts';
import { parseDsn } from '../../procedure/effects/sql.ts';
import type { Migration } from '../files/files.ts';
import { type Family, readServer } from '../server/database.ts';
import type { LogRow } from './log.ts';
import type { Outcome, ReplaySession } from './replay.ts';

/** A throw-away server on which suites run and statements are replayed. Its databases and its user are ours, and go with it. */

export interface ScratchDatabase {
  readonly name: string;
  /** For the suite: its user may do everything in this database and nothing elsewhere. */
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
  };
}

export interface Scratch {
  readonly family: Family;
  readonly version: string;
  /** A new database with these migrations applied, one statement after the other. */
  database(migrations: readonly Migration[]): Promise<ScratchDatabase>;
  /** From now on the server writes down what the suite's user says. */
  record(): Promise<void>;
  /** What it said since then. */
  recorded(): Promise<readonly LogRow[]>;
  /** As the suite's user. The connection is closed when `use` has ended. */
  session<T>(database: ScratchDatabase, use: (session: ReplaySession) => Promise<T>): Promise<T>;
  /** Drops the databases and the user. */
  close(): Promise<void>;
}

const logRow = z.array(
  z.strictObject({ thread: z.coerce.number(), command: z.string(), argument: z.instanceof(Buffer) }),
);
const serverError = z.object({ errno: z.number(), message: z.string() });
const rowsFound = z.array(z.unknown());
const rowsSchema = z.array(z.array(z.unknown()));
const changed = z.object({ affectedRows: z.number() });

/** A server for proofs: how its administrator comes in, and where suites find it. */
export interface ScratchPlace {
  readonly admin: ConnectionOptions;
  readonly host: string;
  readonly port: number;
}

/** `mysql://root:password@127.0.0.1:3399/`: one that runs already. */
export function scratchAt(address: string): ScratchPlace {
  const { database: _, ...admin } = parseDsn(address);
  return { admin, host: admin.host ?? '127.0.0.1', port: admin.port ?? 3306 };
}

/**
 * The administrator may make databases and users and turn the general log on: never a server that anybody else uses. One that holds a database
 * named `real` is taken for the real one, and refused.
 */
export async function openScratch({ admin, host, port }: ScratchPlace, real: string): Promise<Scratch> {
  const { createConnection } = await import('mysql2/promise');
  const connection = await connectAs(createConnection, admin);
  await mustNotHold(connection, real);
  const { family, version } = await readServer(async (row, sql) =>
    z.array(row).parse((await connection.query(sql))[0]),
  );
  const mark = randomBytes(4).toString('hex');
  const user = `shiplock_suite_${mark}`;
  const password = randomBytes(12).toString('hex');
  // Who comes through a socket is at `localhost`, where an account without a name would count before '%'.
  const accounts = (admin.socketPath === undefined ? ['%'] : ['%', 'localhost']).map((from) => `'${user}'@'${from}'`);
  for (const account of accounts) await connection.query(`CREATE USER ${account} IDENTIFIED BY '${password}'`);
  const made: string[] = [];
  const account = { host, port, user, password };
  if (admin.socketPath !== undefined) {
    // MySQL asks for the password in clear through a socket, once, and suites that come through a port in front of it do not know that they are at one.
    await (await connectAs(createConnection, { socketPath: admin.socketPath, user, password })).end();
  }
  return {
    family,
    version,
    async database(migrations) {
      const name = `shiplock_proof_${mark}_${made.length + 1}`;
      made.push(name);
      await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
      for (const to of accounts) await connection.query(`GRANT ALL ON ${name}.* TO ${to}`);
      const builder = await connectAs(createConnection, { ...admin, database: name });
      try {
        for (const migration of migrations) await applyOn(builder, migration);
      } finally {
        await builder.end();
      }
      return { name, connection: account };
    },
    async record() {
      await connection.query("SET GLOBAL general_log = 'OFF'");
      await connection.query('TRUNCATE TABLE mysql.general_log');
      await connection.query("SET GLOBAL log_output = 'TABLE'");
      await connection.query("SET GLOBAL general_log = 'ON'");
    },
    async recorded() {
      await connection.query("SET GLOBAL general_log = 'OFF'");
      const [rows] = await connection.query(
        'SELECT thread_id AS thread, command_type AS command, CAST(argument AS BINARY) AS argument FROM mysql.general_log WHERE user_host LIKE ?',
        [`${user}[%`],
      );
      return logRow
        .parse(rows)
        .map(({ thread, command, argument }) => ({ thread, command, bytes: argument.toString('latin1') }));
    },
    async session(database, use) {
      const opened = await connectAs(createConnection, {
        ...account,
        database: database.name,
        // Bytes go out as they were recorded, and the server takes them for UTF-8 as it did then.
        charset: 'LATIN1_SWEDISH_CI',
        dateStrings: true,
        supportBigNumbers: true,
        bigNumberStrings: true,
      });
      try {
        // Else the driver would learn of SET NAMES and change how it writes.
        await opened.query("SET SESSION session_track_system_variables = ''");
        await opened.query('SET NAMES utf8mb4');
        return await use({ say: (sql) => outcomeOf(() => opened.query({ sql, rowsAsArray: true })) });
      } finally {
        await opened.end().catch(() => opened.destroy());
      }
    },
    async close() {
      await connection.query("SET GLOBAL general_log = 'OFF'").catch(() => undefined);
      for (const name of made) await connection.query(`DROP DATABASE IF EXISTS ${name}`);
      for (const one of accounts) await connection.query(`DROP USER IF EXISTS ${one}`);
      await connection.end();
    },
  };
}

async function mustNotHold(connection: Connection, real: string): Promise<void> {
  const [found] = await connection.query('SHOW DATABASES WHERE `Database` = ?', [real]);
  if (rowsFound.parse(found).length === 0) return;
  await connection.end();
  throw new ProblemError({
    code: 'migrate.scratch-is-real',
    where: '--server',
    found: `a server that holds a database ${real}`,
    expected: 'a throw-away server: tests write whatever they like, and all statements are logged there',
    remedy: 'give the address of another server; never the one of an environment',
  });
}

type Create = (options: ConnectionOptions) => Promise<Connection>;

async function connectAs(create: Create, options: ConnectionOptions): Promise<Connection> {
  try {
    return await create({ ...options, multipleStatements: false, connectTimeout: 10_000 });
  } catch (error) {
    throw new ProblemError({
      code: 'migrate.scratch-unreachable',
      where: options.socketPath ?? `${options.host}:${options.port}`,
      found: error instanceof Error ? error.message : String(error),
      expected: 'a throw-away server whose user may make databases and users',
      remedy: 'start one, or give the address of another with --server',
    });
  }
}

async function applyOn(connection: Connection, { id, file, statements }: Migration): Promise<void> {
  for (const { sql, line } of statements) {
    try {
      await connection.query(sql);
    } catch (error) {
      throw new ProblemError({
        code: 'migrate.scratch-refused',
        where: `${file}:${line}`,
        found: error instanceof Error ? error.message : String(error),
        expected: `${id} to apply on an empty server after those before it`,
        remedy: 'mend the migration; the real database may hold something that no migration made',
      });
    }
  }
}

/** A lost connection is nobody's answer: it is thrown. */
async function outcomeOf(say: () => Promise<[QueryResult, FieldPacket[]]>): Promise<Outcome> {
  try {
    const [result, fields] = await say();
    const affected = changed.safeParse(result);
    if (affected.success) return { kind: 'changed', affected: affected.data.affectedRows };
    const rows = rowsSchema.safeParse(result);
    if (!rows.success) return { kind: 'none' };
    // A CALL gives several results; their number of rows is not compared.
    const columns = (fields ?? []).map((field) => field?.name ?? '');
    return { kind: 'rows', columns, count: rows.data.length, digest: digestOf(rows.data) };
  } catch (error) {
    const refused = serverError.safeParse(error);
    if (!refused.success || refused.data.errno < 1000) throw error;
    return { kind: 'error', code: refused.data.errno, message: refused.data.message };
  }
}

function digestOf(rows: readonly (readonly unknown[])[]): string {
  const hash = createHash('sha256');
  for (const row of rows) {
    hash.update(JSON.stringify(row.map((value) => (Buffer.isBuffer(value) ? value.toString('hex') : value))));
  }
  return hash.digest('hex');
}
