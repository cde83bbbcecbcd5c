import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection, type ConnectionOptions } from 'mysql2/promise';
import { z } from 'zod';
import { mysqlUrl } from '../../scripts/components/database.ts';
import { mysqlRecipe } from '../../scripts/components/mysql.ts';
import { mysqlPrograms } from '../../scripts/setup/mysql-client.ts';
import { runCli } from '../../src/cli/main.ts';
import type { Role } from '../../src/database/index.ts';
import { manifestSchema } from '../../src/diagnose/manifest.ts';
import { parseDsn } from '../../src/procedure/effects/sql.ts';
import { LOGGING } from './backup-stage.ts';
import type { TestFamily } from './families.ts';
import { terminal } from './terminal.ts';

/** The work of each role of a database, done by the product's own commands on a real server with the accounts that it made. */

export interface AccountJobs extends AsyncDisposable {
  /** Where shiplock.yaml and the secrets are. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly admin: Connection;
  /** Does the work of the role from its beginning. Null: it was done; else what was not. */
  work(role: Role): Promise<string | null>;
  /** `shiplock …` in the directory of the service. */
  shiplock(...words: readonly string[]): Promise<{ readonly exit: number; readonly out: string; readonly err: string }>;
}

/** What stands in the database before the migrations: stored programs of somebody else, who is no system user of MySQL. */
const OWNER = "shop_owner@'127.0.0.1'";
const BEFORE = [
  `CREATE USER IF NOT EXISTS ${OWNER} IDENTIFIED BY 'nobody-logs-in-here'`,
  `GRANT EXECUTE ON *.* TO ${OWNER}`,
  `CREATE DEFINER=${OWNER} FUNCTION shout(word VARCHAR(20)) RETURNS VARCHAR(20) DETERMINISTIC RETURN UPPER(word)`,
  `CREATE DEFINER=${OWNER} PROCEDURE old_one() SELECT 1`,
  `CREATE DEFINER=${OWNER} VIEW theirs AS SELECT 1 AS one`,
];

const INNODB = { mysql: 'INNODB_TABLES', mariadb: 'INNODB_SYS_TABLES' } as const;

/** One statement for each right at least. */
const MIGRATION = `CREATE TABLE parents (id INT NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL);
CREATE TABLE children (id INT NOT NULL PRIMARY KEY, parent INT NOT NULL, CONSTRAINT child_of FOREIGN KEY (parent) REFERENCES parents (id));
ALTER TABLE parents ADD COLUMN note VARCHAR(20) NULL;
CREATE INDEX by_name ON parents (name);
INSERT INTO parents (id, name) VALUES (1, 'one');
UPDATE parents SET note = shout(name) WHERE id = 1;
DELETE FROM children WHERE id = 99;
CREATE VIEW names AS SELECT name FROM parents;
CREATE PROCEDURE counted() SELECT COUNT(*) FROM parents;
CREATE TRIGGER parents_first BEFORE INSERT ON parents FOR EACH ROW SET NEW.name = TRIM(NEW.name);
CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM children WHERE id < 0;
ALTER PROCEDURE old_one COMMENT 'kept';
`;

/** Behind the first: what takes something away says where the binary log stands, and is refused where that cannot be seen. */
const TAKES_AWAY = `-- shiplock: phase=contract
DROP VIEW names;
DROP TABLE children;
`;

const ROW = [
  "INSERT INTO parents (id, name) VALUES (2, 'two')",
  'SELECT * FROM parents',
  "UPDATE parents SET note = 'y' WHERE id = 2",
  'DELETE FROM parents WHERE id = 2',
];

const counts = z.object({ views: z.number(), triggers: z.number(), routines: z.number(), events: z.number() });
const listed = z.object({ fulls: z.array(z.object({ programs: counts })) });

/** Starts the server and makes the accounts. */
export async function openAccountJobs(family: TestFamily): Promise<AccountJobs> {
  const dir = await mkdtemp(join(tmpdir(), 'sl-jobs-'));
  const server = await family.start({
    args: [...LOGGING[family.engine], '--performance-schema=ON', '--log-bin-trust-function-creators=ON'],
  });
  const admin = await mysql.createConnection({ ...server.root('mysql') });
  await mkdir(join(dir, 'migrations'));
  await writeFile(join(dir, 'migrations', '0001_all.sql'), MIGRATION);
  await writeFile(join(dir, 'migrations', '0002_less.sql'), TAKES_AWAY);
  await writeFile(join(dir, 'shiplock.yaml'), await configuration(family, dir));
  const git = (...words: readonly string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], { cwd: dir });
  git('init', '--quiet');
  git('add', 'shiplock.yaml', 'migrations');
  git('commit', '--quiet', '--message', 'one');
  const env = {
    ...process.env,
    USER: 'ops',
    ADMIN: mysqlUrl(server.root('mysql')),
    TESTING: mysqlUrl(server.root('testing')),
    BACKUP_PASSWORD: 'a long password of the tests',
    DATA_KEY: 'a key of many letters',
  };
  const shiplock: AccountJobs['shiplock'] = async (...words) => {
    const io = terminal({ cwd: dir, env });
    const exit = await runCli([...words, '--config', join(dir, 'shiplock.yaml')], io);
    return { exit, ...io.written };
  };
  const made = await shiplock('database', 'users', 'production', '--admin', 'env:ADMIN', '--apply');
  if (made.exit !== 0) throw new Error(made.out + made.err);
  const jobs = { dir, admin, shiplock, engine: family.engine };
  return {
    ...{ dir, env, admin, shiplock },
    work: (role) => WORK[role](jobs),
    [Symbol.asyncDispose]: async () => {
      admin.destroy();
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

type Jobs = Pick<AccountJobs, 'admin' | 'shiplock'> & {
  readonly dir: string;
  readonly engine: TestFamily['engine'];
};

const WORK: Readonly<Record<Role, (jobs: Jobs) => Promise<string | null>>> = {
  migration: migrate,
  application: useRows,
  backup,
  monitoring: diagnose,
  copy,
};

/** From an empty schema. What a right only makes better known is told by the run, and counts as well. */
async function migrate({ admin, shiplock, dir, engine }: Jobs): Promise<string | null> {
  await admin.query('DROP DATABASE IF EXISTS my_shop');
  await admin.query('CREATE DATABASE my_shop');
  await admin.query('USE my_shop');
  for (const statement of BEFORE) await admin.query(statement);
  await rm(join(dir, '.shiplock'), { recursive: true, force: true });
  const first = await shiplock('migrate', 'production', '--allow-dirty');
  if (first.exit !== 0) return first.out + first.err;
  // How slow others are is asked of performance_schema, else of a query of our own: the run says which.
  if (!first.err.includes('from performance_schema')) return `latency is not seen: ${first.err.slice(-2000)}`;
  const second = await shiplock('migrate', 'production', '--contract', '--allow-dirty');
  if (second.exit !== 0) return second.out + second.err;
  // What a plan asks of InnoDB: row versions and writes of each table.
  const dsn = parseDsn((await readFile(join(dir, 'secrets', 'migrate'), 'utf8')).trim());
  const versions = await asked(dsn, `SELECT COUNT(*) FROM information_schema.${INNODB[engine]}`);
  if (versions !== null) return versions;
  // A view of somebody else that is changed by hand is drift.
  await admin.query('ALTER VIEW theirs AS SELECT 2 AS one');
  const status = await shiplock('migrate', 'status', 'production');
  const said = status.out + status.err;
  if (!said.includes('theirs')) return `no drift is seen: ${said}`;
  // To where a restore would have to go: file and place, beside the GTID that everybody sees.
  return /just before: \S+, binlog\.\d+:\d+/.test(said) ? null : `the place in the binary log is not seen: ${said}`;
}

async function useRows({ dir }: Jobs): Promise<string | null> {
  return asked(parseDsn((await readFile(join(dir, 'secrets', 'app'), 'utf8')).trim()), ...ROW);
}

/** What the server says against one of these statements; null: nothing. */
async function asked(access: ConnectionOptions, ...statements: readonly string[]): Promise<string | null> {
  const connection = await mysql.createConnection(access);
  try {
    for (const statement of statements) await connection.query(statement);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    connection.destroy();
  }
}

/** A full backup, then an incremental one; what a dump leaves out without a word is counted by the administrator. */
async function backup({ admin, shiplock, dir }: Jobs): Promise<string | null> {
  await rm(join(dir, 'repository'), { recursive: true, force: true });
  await rm(join(dir, '.shiplock'), { recursive: true, force: true });
  for (const more of [[], ['--incremental']]) {
    const ran = await shiplock('backup', 'run', 'production', ...more);
    if (ran.exit !== 0) return ran.out + ran.err;
  }
  const { out } = await shiplock('backup', 'list', 'production', '--json');
  const found = listed.parse(JSON.parse(out)).fulls.at(-1)?.programs;
  const expected = await programsOf(admin);
  return JSON.stringify(found) === JSON.stringify(expected)
    ? null
    : `the backup has ${JSON.stringify(found)}, the database ${JSON.stringify(expected)}`;
}

/** As the administrator sees them. */
async function programsOf(admin: Connection): Promise<z.infer<typeof counts>> {
  const count = (view: string, column: string): string =>
    `(SELECT COUNT(*) FROM information_schema.${view} WHERE ${column} = 'my_shop')`;
  const [rows] = await admin.query(
    `SELECT ${count('VIEWS', 'TABLE_SCHEMA')} AS views, ${count('TRIGGERS', 'TRIGGER_SCHEMA')} AS triggers, ${count('ROUTINES', 'ROUTINE_SCHEMA')} AS routines, ${count('EVENTS', 'EVENT_SCHEMA')} AS events`,
  );
  return counts.parse(z.array(z.unknown()).parse(rows)[0]);
}

/** Questions of the bundle that the role leaves unanswered on purpose: who follows this server is told to those who may read the binary log. */
const UNANSWERED = /\/replicas\./;

async function diagnose({ shiplock, dir }: Jobs): Promise<string | null> {
  const out = join(dir, 'bundle');
  await rm(out, { recursive: true, force: true });
  const ran = await shiplock('diagnose', 'production', '--out', out);
  const { collected } = manifestSchema.parse(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')));
  const asked = collected.filter(({ place }) => place === 'database');
  const wrong = asked.filter(({ problem, file }) => problem !== null && !UNANSWERED.test(file));
  const sizes = asked.find(({ file }) => file.includes('sizes'));
  const seen = sizes === undefined ? '' : await readFile(join(out, sizes.file), 'utf8');
  if (asked.length < 10) return `only ${asked.length} questions were asked: ${ran.out}${ran.err}`;
  if (wrong.length > 0) return wrong.map(({ file, problem }) => `${file}: ${problem}`).join('; ');
  if (!seen.includes('parents')) return `no sizes of tables: ${seen}`;
  const processes = asked.find(({ file }) => file.includes('processlist'));
  const listed = processes === undefined ? '' : await readFile(join(out, processes.file), 'utf8');
  return listed.includes('root') ? null : 'connections of others are not seen';
}

/** Rows of production, made harmless, for testing: of which the structure is that of production. */
async function copy({ admin, shiplock }: Jobs): Promise<string | null> {
  await admin.query('DROP DATABASE IF EXISTS testing');
  await admin.query('CREATE DATABASE testing');
  await admin.query('USE testing');
  for (const statement of BEFORE) await admin.query(statement);
  const migrated = await shiplock('migrate', 'testing', '--allow-dirty');
  if (migrated.exit !== 0) return migrated.out + migrated.err;
  const copied = await shiplock('data', 'copy', '--from', 'production', '--to', 'testing');
  return copied.exit === 0 ? null : copied.out + copied.err;
}

async function configuration({ engine }: TestFamily, dir: string): Promise<string> {
  const programs = engine === 'mariadb' ? {} : { ...(await mysqlPrograms()), server: (await mysqlRecipe()).server };
  const environment = (bind: number): string => `
    platform: { kind: local, root: .shiplock/host-${bind} }
    traffic: { kind: haproxy, directory: .shiplock/haproxy-${bind}, bind: 127.0.0.1:${bind} }
    rollout: { steps: [{ share: 10%, bake: 5m }] }`;
  const at = (name: string): string => `dsn: { secret: 'file:${dir}/secrets/${name}' }`;
  return `apiVersion: shiplock/v1
service: shop
components:
  api: { kind: go, source: api, binary: shop, command: [./shop], ready: /readyz }
database:
  engine: ${engine}
  migrations: migrations
  ${at('migrate')}
environments:
  testing:${environment(8081)}
    database: { dsn: { secret: env:TESTING } }
  production:${environment(8080)}
    database:
      apply: { requireRestorePoint: true, maxLatency: 10s }
      desensitise: { key: { secret: env:DATA_KEY }, tables: { parents: { name: fake first-name } } }
      accounts:
        schema: my_shop
        application: { user: shop_app, from: 127.0.0.1, ${at('app')}, form: go }
        migration: { user: shop_migrate, from: 127.0.0.1 }
        backup: { user: shop_backup, from: 127.0.0.1, ${at('backup')} }
        monitoring: { user: shop_watch, from: 127.0.0.1, ${at('watch')} }
        copy: { user: shop_copy, from: 127.0.0.1, ${at('copy')} }
    backup:
      repository: ${dir}/repository
      password: { secret: env:BACKUP_PASSWORD }
      programs: ${JSON.stringify(programs)}
`;
}
