import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type Base, emptyState, gtidText, readChain, replay, type Target } from '../../src/backup/replay/index.ts';
import { systemClock } from '../../src/procedure/index.ts';
import { mariadb, mysql, type TestFamily } from '../support/families.ts';
import {
  copyLogs,
  type Done,
  expected,
  followLogs,
  held,
  type Logged,
  load,
  logged,
  prepare,
  startSource,
  startThrowAway,
  untilGtid,
  untilTime,
} from '../support/restore-world.ts';

/**
 * Restores to random times and transactions, compared with the recorded history transaction for transaction; then servers killed with -9 under
 * load: what was acknowledged and is lost, from the logs on its disk and from a copy that follows them.
 *   --family mariadb|mysql   (default: both)
 *   --restores N             (default 100)
 *   --kills N                (default 50)
 *   --seed N                 (default 1)
 * Ctrl-C ends it after what is under way, and prints what was found by then.
 * Exit codes: 0 every restore is equal, and nothing acknowledged is lost from a disk that is still there · 1 otherwise
 */

const { values } = parseArgs({
  options: {
    family: { type: 'string' },
    restores: { type: 'string', default: '100' },
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  },
});

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());

const families = [mariadb, mysql].filter(({ engine }) => values.family === undefined || values.family === engine);
let state = Number(values.seed) >>> 0;
/** Between 0 and 1, the same for the same seed. */
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}
const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Wanted {
  readonly target: Target;
  readonly order: readonly Logged[];
}

/** Times lie anywhere between the first and the last, also between two transactions. */
function anyTarget(family: TestFamily, order: readonly Logged[]): Wanted {
  // Before the load there is no table yet that could be compared.
  const times = order.flatMap(({ time, done }) => (time === null || done === null ? [] : [time]));
  const unit = family.engine === 'mariadb' ? 1_000_000 : 1;
  const from = Math.min(...times);
  // The last unit of time is not covered: others might have followed in it.
  const to = (times.at(-1) ?? from) - unit;
  if (random() < 0.5) {
    const time = from + Math.floor((random() * (to - from)) / unit) * unit;
    return { target: { kind: 'time', time }, order: untilTime(order, time) };
  }
  const gtid = pick(order.filter(({ done }) => done !== null))?.gtid ?? '';
  return { target: { kind: 'gtid', gtid }, order: untilGtid(order, gtid) };
}

async function restores(family: TestFamily, dir: string, count: number): Promise<number> {
  const source = await startSource(family, { dir: join(dir, 'source') });
  let done: readonly Done[] = [];
  const files = await (async () => {
    try {
      await prepare(source);
      done = await load(source, { clients: 6, each: 1_200, pauseMs: family.engine === 'mariadb' ? 10 : 1 });
      return await copyLogs(source, join(dir, 'logs'));
    } catch (error) {
      await source.stop();
      throw error;
    }
  })();
  const order = await logged(source, files, done);
  await source.stop();
  const chain = await readChain(files);
  const base: Base = { gtids: emptyState(family.engine), place: null };
  print(`${family.product}: ${order.length} transactions in ${files.length} files`);
  let equal = 0;
  const todo = Array.from({ length: count }, () => anyTarget(family, order));
  const tried: Target[] = [];
  const replayed: number[] = [];
  const one = async ({ target, order: wanted }: Wanted, index: number): Promise<void> => {
    tried.push(target);
    const server = await startThrowAway(family, join(dir, `restore-${index}`));
    try {
      const { ms } = await replay(
        { access: { socketPath: server.socketPath, user: 'root' }, base, chain, target },
        { clock: systemClock },
      );
      replayed.push(ms);
      if (isDeepStrictEqual(await held(server), expected(wanted))) equal += 1;
      else print(`  NOT equal: ${JSON.stringify(target)}`);
    } catch (error) {
      print(`  failed: ${JSON.stringify(target)}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await server.stop();
      await rm(server.dir, { recursive: true, force: true });
    }
  };
  // Two at a time: a server mostly waits while it starts.
  const queue = [...todo.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && !stop.signal.aborted; next = queue.shift()) {
      await one(next[1], next[0]);
    }
  };
  await Promise.all([worker(), worker()]);
  const times = tried.filter(({ kind }) => kind === 'time').length;
  print(
    `${family.product}: ${equal} of ${tried.length} restores equal (${times} times, ${tried.length - times} GTIDs)`,
  );
  print(`  replay alone: ${spread(replayed)} ms`);
  return tried.length - equal;
}

async function kills(family: TestFamily, dir: string, count: number): Promise<number> {
  const fromDisk: number[] = [];
  const fromCopy: number[] = [];
  let wrong = 0;
  let killed = 0;
  for (let index = 0; index < count && !stop.signal.aborted; index += 1) {
    const home = join(dir, `kill-${index}`);
    const source = await startSource(family, { dir: home });
    const over = new AbortController();
    await prepare(source);
    const followed = followLogs(source, join(dir, `copy-${index}`), over.signal);
    const loading = load(source, { clients: 6, each: 1_000_000 }, over.signal);
    await sleep(100 + random() * 900);
    process.kill(source.pid, 'SIGKILL');
    await source.exited;
    killed += 1;
    over.abort();
    const done = await loading;
    await followed;
    const present = async (files: readonly string[]): Promise<ReadonlySet<string>> => {
      const { files: read } = await readChain(files);
      return new Set(
        read.flatMap((file) => file.transactions.map(({ gtid }) => (gtid === null ? '' : gtidText(gtid)))),
      );
    };
    const lost = (there: ReadonlySet<string>): number => done.filter(({ gtid }) => !there.has(gtid)).length;
    const files = await copyLogs(source, join(dir, `logs-${index}`));
    const disk = lost(await present(files));
    fromDisk.push(disk);
    fromCopy.push(lost(await present(await followed)));
    if (disk > 0) wrong += 1;
    // Every tenth is restored as well: what was acknowledged must be there.
    if (index % 10 === 0) wrong += await restoredWhole(family, dir, files, done);
    await source.stop();
    await rm(home, { recursive: true, force: true });
  }
  print(`${family.product}: ${killed} servers killed with -9 under load; acknowledged transactions lost`);
  print(`  from the logs on the disk of the dead server: ${spread(fromDisk)}`);
  print(`  from a copy that follows them every 50 ms: ${spread(fromCopy)}`);
  return wrong;
}

async function restoredWhole(
  family: TestFamily,
  dir: string,
  files: readonly string[],
  done: readonly Done[],
): Promise<number> {
  const server = await startThrowAway(family, join(dir, 'whole'));
  try {
    const base: Base = { gtids: emptyState(family.engine), place: null };
    const chain = await readChain(files);
    await replay(
      { access: { socketPath: server.socketPath, user: 'root' }, base, chain, target: { kind: 'end' } },
      { clock: systemClock },
    );
    const { history } = await held(server);
    const keys = new Set(history.map((line) => line.split(' ').slice(0, 2).join(' ')));
    const missing = done.filter(({ client, n }) => !keys.has(`${client} ${n}`)).length;
    if (missing > 0) print(`  ${missing} acknowledged transactions are not in the restored server`);
    return missing > 0 ? 1 : 0;
  } finally {
    await server.stop();
    await rm(server.dir, { recursive: true, force: true });
  }
}

function spread(list: readonly number[]): string {
  const sorted = list.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(0);
  return `min ${at(0)}, median ${at(0.5)}, 90 % ${at(0.9)}, max ${at(1)}`;
}

let wrong = 0;
for (const family of families) {
  const dir = await mkdtemp(join(tmpdir(), 'shiplock-restore-soak-'));
  try {
    if (Number(values.restores) > 0) wrong += await restores(family, dir, Number(values.restores));
    if (Number(values.kills) > 0) wrong += await kills(family, dir, Number(values.kills));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
process.exitCode = wrong === 0 ? 0 : 1;
