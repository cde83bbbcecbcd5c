import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from '../../../scripts/setup/probe.ts';
import {
  type Base,
  emptyState,
  type GtidState,
  gtidStateText,
  parseGtidState,
  readChain,
  replay,
} from '../../../src/backup/replay/index.ts';
import { createExec, systemClock } from '../../../src/procedure/index.ts';
import { mariadb, mysql, type TestFamily } from '../../support/families.ts';
import { connect, copyLogs, mysqlbinlog, startSource, startThrowAway, tell } from '../../support/restore-world.ts';
import { type Figure, say } from '../support/figure.ts';

/**
 * A restore from a copy of the data directory with 200,000 rows and 25,000 transactions behind it, to the last of them: as relay logs with
 * parallel workers, and in the plain way, beside each other on the same files.
 */
const ROWS = 200_000;
const TRANSACTIONS = 25_000;
const CLIENTS = 8;
const TARGET_S = 10;

export async function restoreBench(words: readonly string[]): Promise<readonly Figure[]> {
  const wanted = [mysql, mariadb].filter(({ engine }) => words.length === 0 || words.includes(engine));
  const figures: Figure[] = [];
  for (const family of wanted) {
    const dir = await mkdtemp(join(tmpdir(), 'shiplock-restore-bench-'));
    try {
      figures.push(...(await one(family, dir)));
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
  return figures;
}

interface Made {
  /** A data directory as a physical backup leaves it. */
  readonly data: string;
  readonly base: Base;
  readonly logs: readonly string[];
  readonly checksum: string;
}

async function make(family: TestFamily, dir: string): Promise<Made> {
  const home = join(dir, 'source');
  const args = { dir: home, fileBytes: 4 << 20, args: ['--innodb-flush-log-at-trx-commit=2', '--sync-binlog=0'] };
  const first = await startSource(family, args);
  await tell(
    first,
    'CREATE DATABASE shop',
    'CREATE TABLE shop.orders (id INT AUTO_INCREMENT PRIMARY KEY, customer INT NOT NULL, total INT NOT NULL, note VARCHAR(80), KEY (customer))',
  );
  say(`${family.product}: ${ROWS} rows`);
  const batch = Array.from({ length: 2_000 }, (_, row) => `(${row}, ${row % 900}, REPEAT('x', ${row % 60}))`).join(
    ', ',
  );
  const filling = `INSERT INTO shop.orders (customer, total, note) VALUES ${batch}`;
  await tell(first, ...Array.from({ length: ROWS / 2_000 }, () => filling));
  const gtids = await stateOf(first, family);
  await first.stop();
  const data = join(dir, 'base');
  await cp(join(home, 'data'), data, {
    recursive: true,
    filter: (path) => !/\/binlog\.\d+$|\/binlog\.index$|auto\.cnf$/.test(path),
  });
  const second = await startSource(family, args);
  say(`${family.product}: ${TRANSACTIONS} transactions`);
  await Promise.all(Array.from({ length: CLIENTS }, (_, client) => write(second, client)));
  const logs = await copyLogs(second, join(dir, 'logs'));
  const checksum = await checksumOf(second);
  await second.stop();
  return { data, base: { gtids, place: null }, logs, checksum };
}

async function write(server: Parameters<typeof connect>[0], client: number): Promise<void> {
  const connection = await connect(server, 'shop');
  try {
    for (let n = 0; n < TRANSACTIONS / CLIENTS; n += 1) {
      const id = ((client * 7919 + n * 104_729) % ROWS) + 1;
      await connection.query(
        n % 2 === 0
          ? `UPDATE orders SET total = total + ${n}, note = 'client ${client} at ${n}' WHERE id = ${id}`
          : `INSERT INTO orders (customer, total, note) VALUES (${client}, ${n}, 'new')`,
      );
    }
  } finally {
    await connection.end();
  }
}

async function stateOf(server: Parameters<typeof connect>[0], { engine }: TestFamily): Promise<GtidState> {
  const name = engine === 'mysql' ? 'gtid_executed' : 'gtid_binlog_pos';
  return parseGtidState(await value(server, `SELECT @@GLOBAL.${name} AS value`), engine) ?? emptyState(engine);
}

async function value(server: Parameters<typeof connect>[0], sql: string): Promise<string> {
  const connection = await connect(server);
  try {
    const [rows] = await connection.query(sql);
    const [row] = Array.isArray(rows) ? rows : [];
    return typeof row === 'object' && row !== null ? String(Object.values(row).at(-1)) : '';
  } finally {
    await connection.end();
  }
}

function checksumOf(server: Parameters<typeof connect>[0]): Promise<string> {
  return value(server, 'CHECKSUM TABLE shop.orders');
}

async function one(family: TestFamily, dir: string): Promise<readonly Figure[]> {
  const made = await make(family, dir);
  const relay = await restored(family, dir, made, null);
  const reader = family.engine === 'mysql' ? await mysqlbinlog() : await onPath('mariadb-binlog');
  const plain = reader === null ? null : await restored(family, dir, made, reader);
  const what = `${family.product}: ${ROWS / 1_000},000 rows and ${TRANSACTIONS / 1_000},000 transactions`;
  const equal = [relay, ...(plain === null ? [] : [plain])].every(({ same }) => same);
  return [
    {
      name: `${what}, from the first byte to a server that is as it was`,
      value: `${relay.all.toFixed(1)} s (${relay.replay.toFixed(1)} s of it the replay)`,
      target: `≤ ${TARGET_S} s`,
      met: relay.all <= TARGET_S,
    },
    {
      name: `${what}, the plain way`,
      value:
        plain === null
          ? 'not measured: no mariadb-binlog on PATH'
          : `${plain.all.toFixed(1)} s (${plain.replay.toFixed(1)} s of it the replay)`,
      met: null,
    },
    {
      name: `${what}: checksum of the table as on the source`,
      value: equal ? 'equal' : 'DIFFERENT',
      target: 'equal',
      met: equal,
    },
  ];
}

interface Measured {
  readonly all: number;
  readonly replay: number;
  readonly same: boolean;
}

/** From nothing: data laid down, server started, logs read and replayed. */
async function restored(family: TestFamily, dir: string, made: Made, reader: string | null): Promise<Measured> {
  const home = join(dir, reader === null ? 'relay' : 'plain');
  const began = performance.now();
  await cp(made.data, join(home, 'data'), { recursive: true });
  const server = await startThrowAway(family, home);
  try {
    if (family.engine === 'mariadb' && made.base.gtids !== null) {
      await tell(server, `SET GLOBAL gtid_slave_pos = '${gtidStateText(made.base.gtids)}'`);
    }
    const chain = await readChain(made.logs);
    const plain = { exec: createExec(), reader: reader ?? '', client: 'mariadb', timeoutMs: 240_000 };
    const { ms } = await replay(
      { access: { socketPath: server.socketPath, user: 'root' }, base: made.base, chain, target: { kind: 'end' } },
      reader === null ? { clock: systemClock } : { clock: systemClock, plain },
    );
    const all = (performance.now() - began) / 1_000;
    say(`${family.product}, ${reader === null ? 'relay logs' : 'plain'}: ${all.toFixed(1)} s`);
    return { all, replay: ms / 1_000, same: (await checksumOf(server)) === made.checksum };
  } finally {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}
