import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysqlDriver, { type Connection, type RowDataPacket } from 'mysql2/promise';
import { mysqlPrograms } from '../../../scripts/setup/mysql-client.ts';
import { onPath } from '../../../scripts/setup/probe.ts';
import { type BackupStage, backupStage } from '../../support/backup-stage.ts';
import { mariadb, mysql, type TestFamily } from '../../support/families.ts';
import { type Figure, say } from '../support/figure.ts';
import { quantile } from '../support/statistics.ts';

/**
 * Backups and restores beside the plain tools, on the same rows in one run, and what one writer of the service waits meanwhile. Shiplock's are stored in a
 * new repository of restic (encrypted, compressed) and have a sum of every row; its restore is `verify`, which compares too. The plain ones lie
 * on the disk as they are.
 *   npm run bench backup [-- mariadb] [mysql] [--rows N]      default: both, 400,000 rows of some 200 bytes
 */
const ROWS = 400_000;
const BATCH = 2_000;

export async function backupBench(words: readonly string[]): Promise<readonly Figure[]> {
  const at = words.indexOf('--rows');
  const rows = at < 0 ? ROWS : Number(words[at + 1]);
  const named = [mariadb, mysql].filter(({ engine }) => words.includes(engine));
  const figures: Figure[] = [];
  for (const family of named.length === 0 ? [mariadb, mysql] : named) figures.push(...(await one(family, rows)));
  return figures;
}

interface Bench {
  readonly family: TestFamily;
  readonly stage: BackupStage;
  /** Bytes of rows and indexes. */
  readonly bytes: number;
  readonly figures: Figure[];
}

async function one(family: TestFamily, rows: number): Promise<readonly Figure[]> {
  const mysqlToo = family.engine === 'mysql';
  const stage = await backupStage(family, {
    // The plugins of the tests' own MySQL lie where nobody else may look.
    more: mysqlToo ? 'serverUser: root' : '',
    args: ['--innodb-buffer-pool-size=256M', ...(mysqlToo ? ['--plugin-load-add=mysql_clone.so'] : [])],
  });
  try {
    const bytes = await fill(stage, rows);
    say(`${family.product}: ${rows} rows, ${megabytes(bytes)} MB`);
    const bench: Bench = { family, stage, bytes, figures: [] };
    await latency(bench, 'nothing else', () => sleep(10_000));
    await plainDump(bench);
    if (!mysqlToo) await dumper(bench);
    if (!mysqlToo) await copier(bench);
    await ours(bench, 'logical');
    await ours(bench, 'physical');
    return bench.figures;
  } finally {
    await stage.stop();
  }
}

async function fill({ db }: BackupStage, rows: number): Promise<number> {
  await db.query(
    'CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, customer INT NOT NULL, total INT NOT NULL, note VARCHAR(200) NOT NULL, KEY (customer))',
  );
  await db.query('CREATE TABLE probe (id INT PRIMARY KEY, n BIGINT NOT NULL)');
  await db.query('INSERT INTO probe VALUES (1, 0)');
  for (let done = 0; done < rows; done += BATCH) {
    const values = Array.from({ length: BATCH }, (_, row) => {
      const n = done + row;
      // Digits that a compression finds no pattern in.
      const note = Array.from({ length: 5 }, (__, part) =>
        ((n * 2_654_435_761 + part * 40_503) % 2 ** 31).toString(36),
      );
      return `(${n % 9_973}, ${n % 1_000}, '${note.join(' ').repeat(4).slice(0, 150)}')`;
    });
    await db.query(`INSERT INTO orders (customer, total, note) VALUES ${values.join(', ')}`);
  }
  await db.query('ANALYZE TABLE orders');
  const [found] = await db.query<RowDataPacket[]>(
    "SELECT SUM(DATA_LENGTH + INDEX_LENGTH) AS bytes FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop'",
  );
  return Number(found[0]?.['bytes'] ?? 0);
}

async function plainDump(bench: Bench): Promise<void> {
  const { family, stage } = bench;
  const programs = family.engine === 'mysql' ? await mysqlPrograms() : { dump: 'mariadb-dump', client: 'mariadb' };
  const file = join(stage.dir, 'plain.sql');
  const own = family.engine === 'mysql' ? '--set-gtid-purged=OFF --no-tablespaces' : '';
  const name = family.engine === 'mysql' ? 'mysqldump' : 'mariadb-dump';
  const took = await latency(bench, `plain ${name}`, () =>
    run(
      `${programs.dump} --no-defaults ${address(stage.server.port)} --single-transaction --quick --hex-blob ${own} --databases shop > ${file}`,
    ),
  );
  const back = await intoNew(bench, (port) => run(`${programs.client} --no-defaults ${address(port)} < ${file}`));
  row(bench, `plain ${name}`, took, back);
  await rm(file, { force: true });
}

async function dumper(bench: Bench): Promise<void> {
  if ((await onPath('mydumper')) === null) {
    bench.figures.push({ name: `${bench.family.product}, mydumper`, value: 'not measured: not on PATH', met: null });
    return;
  }
  const dir = join(bench.stage.dir, 'mydumper');
  const took = await latency(bench, 'mydumper', () =>
    run(
      `mydumper ${address(bench.stage.server.port)} --password= --database=shop --threads=2 --trx-consistency-only --rows=50000 --outputdir=${dir}`,
    ),
  );
  const back = await intoNew(bench, (port) =>
    run(`myloader ${address(port)} --password= --directory=${dir} --threads=2 --overwrite-tables`),
  );
  row(bench, 'mydumper, two threads', took, back);
  await rm(dir, { recursive: true, force: true });
}

async function copier(bench: Bench): Promise<void> {
  const { stage, family } = bench;
  const dir = join(stage.dir, 'copied');
  const data = join(dir, 'data');
  await mkdir(dir);
  const took = await latency(bench, 'plain mariadb-backup', () =>
    run(
      `mariadb-backup --no-defaults ${address(stage.server.port)} --backup --datadir=${stage.server.dir}/data --target-dir=${data}`,
    ),
  );
  const begin = performance.now();
  await run(`mariadb-backup --no-defaults --prepare --target-dir=${data}`);
  const server = await family.start({ dir });
  const back = (performance.now() - begin) / 1_000;
  await server.stop();
  await rm(dir, { recursive: true, force: true });
  row(bench, 'plain mariadb-backup (restored where it lies: prepared, and a server started)', took, back);
}

async function ours(bench: Bench, kind: 'logical' | 'physical'): Promise<void> {
  const { stage } = bench;
  await rm(stage.repository, { recursive: true, force: true });
  await rm(stage.store, { recursive: true, force: true });
  const took = await latency(bench, `shiplock, ${kind}`, () => shiplock(stage, 'run', '--kind', kind));
  const begin = performance.now();
  await shiplock(stage, 'verify');
  row(bench, `shiplock, ${kind} (stored by restic; restored and compared)`, took, (performance.now() - begin) / 1_000);
}

/** In a process of its own, so that it does not share the clock of the writer. */
function shiplock(stage: BackupStage, word: string, ...more: readonly string[]): Promise<void> {
  const program = join(import.meta.dirname, '../../../bin/shiplock.js');
  const argv = [program, 'backup', word, 'production', ...more];
  return ended(process.execPath, [...argv, '--quiet', '--config', stage.configFile, '--state', stage.store], stage.env);
}

function address(port: number): string {
  return `--host=127.0.0.1 --port=${port} --user=root`;
}

function run(command: string): Promise<void> {
  return ended('sh', ['-c', command], {});
}

function ended(program: string, argv: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString('utf8')}`.slice(-2_000);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${argv.join(' ').slice(0, 200)} ended with ${code}: ${said}`));
    });
  });
}

/** Seconds until a new server holds it; its start is in it. */
async function intoNew({ family, stage }: Bench, load: (port: number) => Promise<void>): Promise<number> {
  const dir = join(stage.dir, 'new');
  await mkdir(dir);
  const begin = performance.now();
  const server = await family.start({ dir, args: ['--innodb-buffer-pool-size=128M'] });
  try {
    await load(server.port);
    return (performance.now() - begin) / 1_000;
  } finally {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** What one writer waits for a row while it goes on, and how long that takes, in seconds. */
async function latency({ family, stage, figures }: Bench, what: string, act: () => Promise<unknown>): Promise<number> {
  const writer = await mysqlDriver.createConnection(stage.server.root('shop'));
  const waits: number[] = [];
  const begin = performance.now();
  let over = false;
  const writing = (async () => {
    while (!over) {
      waits.push(await timed(writer));
      await sleep(5);
    }
  })();
  try {
    await act();
  } finally {
    over = true;
    await writing;
    await writer.end();
  }
  const seconds = (performance.now() - begin) / 1_000;
  const [half, most, max] = [quantile(waits, 0.5), quantile(waits, 0.99), Math.max(...waits)];
  figures.push({
    name: `${family.product}, a write of one row beside ${what}`,
    value: `p50 ${half.toFixed(1)} ms, p99 ${most.toFixed(1)} ms, longest ${max.toFixed(0)} ms (${waits.length} writes)`,
    met: null,
  });
  say(`${family.product}, ${what}: ${seconds.toFixed(1)} s`);
  return seconds;
}

async function timed(writer: Connection): Promise<number> {
  const begin = performance.now();
  await writer.query('UPDATE probe SET n = n + 1 WHERE id = 1');
  return performance.now() - begin;
}

function row({ family, bytes, figures }: Bench, name: string, taken: number, restored: number): void {
  const rate = (seconds: number): string => `${seconds.toFixed(1)} s (${(bytes / 1e6 / seconds).toFixed(1)} MB/s)`;
  figures.push({
    name: `${family.product}, ${name}: ${megabytes(bytes)} MB of tables`,
    value: `taken in ${rate(taken)}, restored in ${rate(restored)}`,
    met: null,
  });
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
