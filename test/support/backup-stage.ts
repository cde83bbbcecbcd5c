import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql, { type Connection } from 'mysql2/promise';
import { type DatabaseServer, mysqlUrl } from '../../scripts/components/database.ts';
import { mysqlRecipe } from '../../scripts/components/mysql.ts';
import { mysqlPrograms } from '../../scripts/setup/mysql-client.ts';
import { runCli } from '../../src/cli/main.ts';
import type { TestFamily } from './families.ts';
import { terminal } from './terminal.ts';

/** A service with a database on a real server that writes binary logs, and repositories of restic beside it. */

export interface BackupStage {
  readonly dir: string;
  readonly repository: string;
  readonly second: string;
  readonly store: string;
  readonly configFile: string;
  readonly server: DatabaseServer;
  readonly env: Readonly<Record<string, string>>;
  /** As the administrator, in the database of the service. */
  readonly db: Connection;
  /** `shiplock backup …`; the environment comes behind the first word. */
  backup(...words: readonly string[]): Promise<Ran>;
  /** The same with other variables. */
  backupWith(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ran>;
  stop(): Promise<void>;
}

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** Binary logs with ids of transactions. */
export const LOGGING: Readonly<Record<TestFamily['engine'], readonly string[]>> = {
  mariadb: ['--log-bin=binlog', '--server-id=7', '--binlog-format=ROW', '--gtid-strict-mode=ON'],
  mysql: [
    ...['--log-bin=binlog', '--server-id=7', '--binlog-format=ROW'],
    ...['--gtid-mode=ON', '--enforce-gtid-consistency=ON'],
  ],
};

export interface StageOptions {
  /** More lines of `backup:`, without indentation. */
  readonly more?: string;
  readonly args?: readonly string[];
  /** Where the repositories and the state are; default: below the stage. */
  readonly repository?: string;
}

/** Starts the server and fills two tables. */
export async function backupStage(family: TestFamily, options: StageOptions = {}): Promise<BackupStage> {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-backup-'));
  const server = await family.start({ args: [...LOGGING[family.engine], ...(options.args ?? [])] });
  const db = await mysql.createConnection({ ...server.root(), multipleStatements: true });
  await db.query('CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop');
  // One by one: of several in one query MySQL keeps the semicolon in the text of a trigger, and its own dump of that cannot be read back.
  for (const statement of SCHEMA.trim().replace(/;$/, '').split(';\n')) await db.query(statement);
  const repository = options.repository ?? join(dir, 'repository');
  const second = join(dir, 'second');
  const store = join(dir, 'state');
  const configFile = join(dir, 'shiplock.yaml');
  await mkdir(join(dir, 'migrations'));
  await mkdir(join(dir, 'etc'));
  await writeFile(join(dir, 'etc', 'shop.conf'), 'listen 8080\n');
  await writeFile(configFile, configuration({ ...options, family, repository, programs: await programsFor(family) }));
  const env = {
    ...variables(),
    BACKUP_DSN: mysqlUrl({ ...server.root('shop') }),
    BACKUP_PASSWORD: 'a long password of the tests',
    SECOND_PASSWORD: 'another password',
  };
  const backupWith: BackupStage['backupWith'] = async (more, first = '', ...words) => {
    const io = terminal({ cwd: dir, env: { ...env, ...more } });
    const argv = ['backup', first, 'production', ...words, '--config', configFile, '--state', store];
    const exit = await runCli(argv, io);
    return { exit, ...io.written };
  };
  return {
    ...{ dir, repository, second, store, configFile, server, env, db, backupWith },
    backup: (...words) => backupWith({}, ...words),
    stop: async () => {
      await db.end().catch(() => undefined);
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A table of every kind of value, one with a foreign key, a view, a trigger, a routine and an event. */
const SCHEMA = `
CREATE TABLE items (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80) NOT NULL, price DECIMAL(12,3) NULL, weight DOUBLE NULL,
  flags BIT(5) NULL, picture LONGBLOB NULL, note TEXT CHARACTER SET latin1 NULL, made TIMESTAMP NULL, day DATE NULL, clock TIME(3) NULL,
  kind ENUM('a', 'ü') NULL, marks SET('x', 'y') NULL, shape GEOMETRY NULL, extra JSON NULL,
  total DECIMAL(14,3) GENERATED ALWAYS AS (price * 2) VIRTUAL);
CREATE TABLE sales (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, item INT UNSIGNED NOT NULL, at DATETIME(6) NOT NULL,
  CONSTRAINT sales_item FOREIGN KEY (item) REFERENCES items (id));
CREATE TABLE doubles (word VARCHAR(20) NULL);
CREATE VIEW cheap AS SELECT id, name FROM items WHERE price < 10;
CREATE TRIGGER items_first BEFORE INSERT ON items FOR EACH ROW SET NEW.name = TRIM(NEW.name);
CREATE PROCEDURE count_items() SELECT COUNT(*) FROM items;
CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM doubles WHERE word = 'old';
INSERT INTO items (name, price, weight, flags, picture, note, made, day, clock, kind, marks, shape, extra) VALUES
  ('nail', 0.105, 1e-7, b'10110', X'00FF0A0D27225C', 'café', '2026-03-29 00:30:00', '2024-02-29', '-12:30:15.125', 'ü', 'x,y', ST_GeomFromText('POINT(1 2)'), '{"a": [1, null]}'),
  ('  hammer ', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ('Ωmega 🔨', -7.5, 1.7976931348623157e308, b'0', '', '', '1970-01-01 00:00:01', '1000-01-01', '838:59:59', 'a', '', NULL, 'null');
INSERT INTO sales (item, at) SELECT 1, NOW(6) FROM information_schema.COLUMNS LIMIT 200;
INSERT INTO doubles VALUES ('same'), ('same'), (NULL), (''), ('-');`;

interface Programs {
  readonly dump?: string;
  readonly client?: string;
  readonly binlog?: string;
  readonly server?: string;
  readonly physical?: string;
  readonly unpack?: string;
}

async function programsFor({ engine }: TestFamily): Promise<Programs> {
  if (engine === 'mariadb') return {};
  return { ...(await mysqlPrograms()), server: (await mysqlRecipe()).server };
}

interface Configured extends StageOptions {
  readonly family: TestFamily;
  readonly repository: string;
  readonly programs: Programs;
}

function configuration({ family, repository, programs, more = '' }: Configured): string {
  return `apiVersion: shiplock/v1
service: shop
objectives: { rpo: 1h }
components:
  api: { kind: go, source: api, binary: shop, command: [./shop], ready: /readyz }
database:
  engine: ${family.engine}
  migrations: migrations
  dsn: { secret: env:BACKUP_DSN }
environments:
  production:
    platform: { kind: local, root: .shiplock/host }
    traffic: { kind: haproxy, directory: .shiplock/haproxy, bind: 127.0.0.1:8080 }
    rollout: { steps: [{ share: 10%, bake: 5m }] }
    backup:
      repository: ${repository}
      password: { secret: env:BACKUP_PASSWORD }
      programs: ${JSON.stringify(programs)}
${more.replace(/^(?=.)/gm, '      ')}`;
}

function variables(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
