import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import {
  type Base,
  type Chain,
  cutAt,
  emptyState,
  gtidStateText,
  gtidText,
  readChain,
  replay,
  type Target,
} from '../../src/backup/replay/index.ts';
import { createExec, systemClock } from '../../src/procedure/index.ts';
import { describeOnEach } from '../support/databases.ts';
import {
  copyLogs,
  everyKind,
  expected,
  held,
  kindsChecksum,
  type Logged,
  load,
  logged,
  mysqlbinlog,
  prepare,
  startSource,
  startThrowAway,
  tell,
  untilGtid,
  untilTime,
} from '../support/restore-world.ts';

describeOnEach('binary logs replayed', (family) => {
  let dir: string;
  let throwAway: DatabaseServer;
  let chain: Chain;
  let order: readonly Logged[];
  let kinds: unknown;
  const nothing: Base = { gtids: emptyState(family.engine), place: null };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shiplock-restore-test-'));
    const [source, second] = await Promise.all([startSource(family), startThrowAway(family)]);
    throwAway = second;
    try {
      await prepare(source);
      await everyKind(source);
      // MariaDB knows seconds only: a load must span several of them, also on a quick machine.
      const done = [...(await load(source, { clients: 4, each: 150, pauseMs: family.engine === 'mariadb' ? 30 : 1 }))];
      await tell(source, 'DROP TABLE shop.account');
      const files = await copyLogs(source, join(dir, 'logs'));
      kinds = await kindsChecksum(source);
      order = await logged(source, files, done);
      chain = await readChain(files);
    } finally {
      await source.stop();
    }
  });

  afterAll(async () => {
    await throwAway?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const access = () => ({ socketPath: throwAway.socketPath, user: 'root' });
  const go = (base: Base, target: Target) => replay({ access: access(), base, chain, target }, { clock: systemClock });

  test('the reader sees the transactions, the order and the times that the server tells', () => {
    const read = chain.files.flatMap((file) => file.transactions);
    expect(chain.stop).toBeNull();
    expect(chain.files.length).toBeGreaterThan(2);
    expect(read.map(({ gtid }) => (gtid === null ? '' : gtidText(gtid)))).toEqual(order.map(({ gtid }) => gtid));
    const known = order.flatMap(({ time }, index) => (time === null ? [] : [[time, read[index]?.time]]));
    expect(known.length).toBeGreaterThan(500);
    expect(known.filter(([theirs, ours]) => theirs !== ours)).toEqual([]);
    expect(new Set(read.flatMap(({ changes }) => changes.map(({ table, kind }) => `${kind} ${table}`)))).toContain(
      'drop shop.account',
    );
  });

  test('a time, a GTID and the place before a statement are reached exactly, one after the other', async () => {
    const times = order.flatMap(({ time }) => (time === null ? [] : [time])).toSorted((a, b) => a - b);
    const time = times[Math.floor(times.length * 0.4)] ?? 0;
    const first = await go(nothing, { kind: 'time', time });
    expect(await held(throwAway)).toEqual(expected(untilTime(order, time)));
    expect(await kindsChecksum(throwAway)).toEqual(kinds);
    expect(first.cut.lost.transactions).toBe(order.length - untilTime(order, time).length);

    const gtid = order[Math.floor(order.length * 0.8)]?.gtid ?? '';
    const second = await go({ gtids: first.cut.executed, place: null }, { kind: 'gtid', gtid });
    expect(await held(throwAway)).toEqual(expected(untilGtid(order, gtid)));

    const third = await go({ gtids: second.cut.executed, place: null }, { kind: 'before', table: 'shop.account' });
    expect(await held(throwAway)).toEqual(expected(order));
    expect(third.cut.lost).toMatchObject({ transactions: 1, tables: [{ table: 'shop.account', transactions: 1 }] });
    expect(
      gtidStateText(
        cutAt(chain, nothing, { kind: 'before', table: 'shop.account' }).executed ?? emptyState(family.engine),
      ),
    ).toBe(gtidStateText(third.cut.executed ?? emptyState(family.engine)));
  });

  test('a server that holds neither the base nor a part of the way is refused and stays as it is', async () => {
    const before = await held(throwAway);
    const early: Target = { kind: 'gtid', gtid: order[20]?.gtid ?? '' };
    await expect(go(nothing, early)).rejects.toThrow('restore.server-not-fit');
    expect(await held(throwAway)).toEqual(before);
  });

  test('what a replay that was interrupted has done is kept on MySQL; MariaDB needs the base anew', async () => {
    const again = go(nothing, { kind: 'before', table: 'shop.account' });
    if (family.engine === 'mariadb') await expect(again).rejects.toThrow('restore.server-not-fit');
    else expect(await again).toMatchObject({ before: order.length - 1 });
    expect(await held(throwAway)).toEqual(expected(order));
  });

  // MariaDB's reader of logs is in no package that the tests need.
  if (family.engine === 'mariadb') return;
  test('the last transaction in the plain way', async () => {
    const base = cutAt(chain, nothing, { kind: 'before', table: 'shop.account' }).executed;
    const plain = { exec: createExec(), reader: await mysqlbinlog(), client: 'mariadb', timeoutMs: 60_000 };
    const wanted = { access: access(), base: { gtids: base, place: null }, chain, target: { kind: 'end' } as const };
    const missing = { clock: systemClock, plain: { ...plain, reader: '/nowhere/mysqlbinlog' } };
    await expect(replay(wanted, missing)).rejects.toThrow('replay.failed');
    await replay(wanted, { clock: systemClock, plain });
    await expect(held(throwAway)).rejects.toThrow("Table 'shop.account' doesn't exist");
  });
});
