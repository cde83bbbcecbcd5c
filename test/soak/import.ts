import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import mysql from 'mysql2/promise';
import { type DatabaseAccess, type DatabaseServer, goDsn, mysqlUrl } from '../../scripts/components/database.ts';
import { runCli } from '../../src/cli/main.ts';
import { createExec } from '../../src/procedure/index.ts';
import { type Peer, peerProgram } from '../bench/migrations/peers.ts';
import { mariadb, mysql as mysqlFamily, type TestFamily, withoutMysql } from '../support/families.ts';
import { terminal } from '../support/terminal.ts';

/**
 * Databases that the real golang-migrate and goose have migrated, taken over by the command line: files imported, histories adopted, and
 * migrated on. Then what must be refused: a migration that failed half-way, and a structure that others changed. On MariaDB and MySQL.
 *   --tool NAME     only this one
 * Exit codes: 0 all as it should be · 1 otherwise
 */

const { values } = parseArgs({ options: { tool: { type: 'string' } } });
const exec = createExec();
const dir = await mkdtemp(join(tmpdir(), 'shiplock-import-'));
const failures: string[] = [];

function expect(what: string, good: boolean, shown = ''): void {
  if (!good) failures.push(what);
  console.log(`${good ? 'good' : 'BAD '}  ${what}${good || shown === '' ? '' : `\n${shown}`}`);
}

/** The same three changes, as each tool wants its files; the third can be one that fails half-way. */
const CHANGES = [
  "CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL);\nINSERT INTO users (name) VALUES ('a;b'), ('it''s');",
  'ALTER TABLE users ADD COLUMN email VARCHAR(80) NULL;',
  'CREATE TABLE orders (id INT PRIMARY KEY, user_id INT NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id));',
] as const;
const BROKEN = 'CREATE TABLE half (id INT PRIMARY KEY);\nCREATE TABLE users (id INT PRIMARY KEY);';

interface Tool {
  readonly peer: Peer;
  file(number: number, sql: string): readonly [name: string, text: string];
  argv(program: string, files: string, access: DatabaseAccess, upTo: number | null): readonly string[];
  /** What its history says of a migration that failed half-way: it says so, or the migration is not in it. */
  readonly tellsHalf: boolean;
}

const TOOLS: readonly Tool[] = [
  {
    peer: 'golang-migrate',
    file: (number, sql) => [`${number}_change.up.sql`, sql],
    argv: (program, files, access, upTo) => [
      ...[program, '-path', files, '-database', `mysql://${goDsn(access)}?multiStatements=true`, 'up'],
      ...(upTo === null ? [] : [String(upTo)]),
    ],
    tellsHalf: true,
  },
  {
    peer: 'goose',
    file: (number, sql) => [`0000${number}_change.sql`, `-- +goose Up\n${sql}\n\n-- +goose Down\nSELECT 1;\n`],
    argv: (program, files, access, upTo) => [
      ...[program, '-dir', files, 'mysql', `${goDsn(access)}?parseTime=true`],
      ...(upTo === null ? ['up'] : ['up-to', String(upTo)]),
    ],
    tellsHalf: false,
  },
];

interface Place {
  readonly name: string;
  readonly access: DatabaseAccess;
  readonly theirs: string;
  readonly service: string;
  shiplock(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }>;
}

/** A service of its own with a database of its own. */
async function place(name: string, family: TestFamily, server: DatabaseServer): Promise<Place> {
  const at = join(dir, family.engine, name);
  const [theirs, service] = [join(at, 'theirs'), join(at, 'service')];
  await mkdir(theirs, { recursive: true });
  await mkdir(join(service, 'site'), { recursive: true });
  await writeFile(join(service, 'site', 'index.html'), 'a page\n');
  await writeFile(join(service, 'shiplock.yaml'), configuration(family));
  const access = await server.createDatabase(name.replaceAll('-', '_'));
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], DSN: mysqlUrl(access) };
  return {
    ...{ name, access, theirs, service },
    async shiplock(...args) {
      const io = terminal({ cwd: service, env });
      const code = await runCli(args, io);
      return { code, text: io.written.out + io.written.err };
    },
  };
}

function configuration({ engine }: TestFamily): string {
  return `apiVersion: shiplock/v1
service: shop
components:
  site: {kind: static, source: site}
database:
  engine: ${engine}
  dsn: {secret: env:DSN}
  migrations: migrations
environments:
  testing:
    platform: {kind: local, root: host}
    traffic: {kind: haproxy, directory: proxy, bind: 127.0.0.1:8080, files: {component: site}}
    rollout: {steps: [{share: 10%, bake: 5m}]}
`;
}

async function git(service: string): Promise<void> {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  for (const words of [
    ['init', '-q'],
    ['add', '-A'],
    [...who, 'commit', '-qm', 'all'],
  ])
    await exec.read(['git', '-C', service, ...words]);
}

async function theirFiles({ theirs }: Place, tool: Tool, changes: readonly string[]): Promise<void> {
  for (const [index, sql] of changes.entries()) {
    const [name, text] = tool.file(index + 1, sql);
    await writeFile(join(theirs, name), text);
  }
}

/** Their program up to a number of files; its exit code and words. */
async function migrate(tool: Tool, { theirs, access }: Place, upTo: number | null = null) {
  const program = await peerProgram(tool.peer);
  const { exitCode, stdout, stderr } = await exec.read(tool.argv(program, theirs, access, upTo), { timeoutMs: 60_000 });
  return { code: exitCode, text: stdout + stderr };
}

async function imported(one: Place, tool: Tool): Promise<void> {
  const ran = await one.shiplock('migrate', 'import', tool.peer, one.theirs, '--to', join(one.service, 'migrations'));
  expect(`${one.name}: files are imported`, ran.code === 0, ran.text);
  await git(one.service);
}

async function adopted(one: Place, scratch: DatabaseServer) {
  const server = `mysql://root@127.0.0.1:${scratch.port}/`;
  return one.shiplock('migrate', 'adopt', 'testing', '--server', server, '--reason', 'soak', '--quiet');
}

async function sweep(family: TestFamily, tool: Tool, server: DatabaseServer, scratch: DatabaseServer): Promise<void> {
  const named = (what: string): string => `${tool.peer.replace('golang-migrate', 'gomigrate')}-${what}`;

  const whole = await place(named('whole'), family, server);
  await theirFiles(whole, tool, CHANGES);
  const theirs = await migrate(tool, whole);
  expect(`${whole.name}: the tool migrates`, theirs.code === 0, theirs.text);
  await imported(whole, tool);
  const taken = await adopted(whole, scratch);
  expect(`${whole.name}: taken over`, taken.code === 0, taken.text);
  const status = await whole.shiplock('migrate', 'status', 'testing');
  expect(`${whole.name}: nothing is pending`, status.code === 0, status.text);
  await writeFile(
    join(whole.service, 'migrations', '0004_more.sql'),
    'ALTER TABLE orders ADD COLUMN note VARCHAR(40) NULL;\n',
  );
  await git(whole.service);
  const on = await whole.shiplock('migrate', 'testing', '--quiet');
  expect(`${whole.name}: migrated on`, on.code === 0, on.text);
  expect(`${whole.name}: rows are what they were`, (await rowsOf(whole)) === "a;b,it's", await rowsOf(whole));

  const changed = await place(named('changed'), family, server);
  await theirFiles(changed, tool, CHANGES);
  await migrate(tool, changed);
  await query(changed, 'ALTER TABLE users ADD INDEX tmp_fix (name)');
  await imported(changed, tool);
  const refused = await adopted(changed, scratch);
  expect(
    `${changed.name}: refused, the index is named`,
    refused.code !== 0 && refused.text.includes('tmp_fix'),
    refused.text,
  );

  const half = await place(named('half'), family, server);
  await theirFiles(half, tool, [CHANGES[0], CHANGES[1], BROKEN]);
  const broke = await migrate(tool, half);
  expect(`${half.name}: the tool fails`, broke.code !== 0, broke.text);
  await imported(half, tool);
  const dirty = await adopted(half, scratch);
  // A tool that does not record what failed leaves a table that no recorded migration has made.
  const words = tool.tellsHalf ? 'dirty' : 'half';
  expect(`${half.name}: refused, because of "${words}"`, dirty.code !== 0 && dirty.text.includes(words), dirty.text);

  const part = await place(named('part'), family, server);
  await theirFiles(part, tool, CHANGES);
  await migrate(tool, part, 2);
  await imported(part, tool);
  const some = await adopted(part, scratch);
  expect(`${part.name}: two of three are taken over`, some.code === 0 && !some.text.includes('0003'), some.text);
  const third = await part.shiplock('migrate', 'testing', '--quiet');
  expect(`${part.name}: the third is applied by us`, third.code === 0, third.text);
}

async function query({ access }: Place, sql: string): Promise<unknown> {
  const connection = await mysql.createConnection({ ...access });
  try {
    return (await connection.query({ sql, rowsAsArray: true }))[0];
  } finally {
    await connection.end();
  }
}

async function rowsOf(one: Place): Promise<string> {
  return String(await query(one, 'SELECT GROUP_CONCAT(name ORDER BY id) FROM users'));
}

try {
  const tools = TOOLS.filter(({ peer }) => values.tool === undefined || values.tool === peer);
  for (const tool of tools) await peerProgram(tool.peer);
  for (const family of withoutMysql() ? [mariadb] : [mariadb, mysqlFamily]) {
    const server = await family.start();
    const scratch = await family.start();
    try {
      console.log(family.product);
      for (const tool of tools) await sweep(family, tool, server, scratch);
    } finally {
      await server.stop();
      await scratch.stop();
    }
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}
console.log(failures.length === 0 ? 'all as it should be' : `${failures.length} are not as they should be`);
if (failures.length > 0) process.exitCode = 1;
