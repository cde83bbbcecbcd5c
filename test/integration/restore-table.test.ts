import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatabaseServer } from '../../scripts/components/database.ts';
import { bringBack, swapOf } from '../../src/backup/replay/index.ts';
import { describeOnEach } from '../support/databases.ts';
import { connect, tell } from '../support/restore-world.ts';

describeOnEach('a table brought back', (family) => {
  let live: DatabaseServer;
  let restored: DatabaseServer;

  const types = `id INT AUTO_INCREMENT PRIMARY KEY, big BIGINT UNSIGNED, exact DECIMAL(30,10), f FLOAT, d DOUBLE, bits BIT(9), y YEAR,
    day DATE, at DATETIME(6), ts TIMESTAMP(3) NULL, t TIME(2), e ENUM('a', 'ü'), s SET('x', 'y'), latin VARCHAR(20) CHARACTER SET latin1,
    wide TEXT CHARACTER SET utf8mb4, bytes LONGBLOB, fixed BINARY(4), doc JSON, place POINT, twice INT GENERATED ALWAYS AS (CHAR_LENGTH(latin)) STORED`;
  const rows = [
    `(0, 18446744073709551615, -12345678901234567890.0123456789, 0.1, 1e-300, b'101010101', 2026, '2026-11-22', '2026-11-22 01:02:03.123456',
      '2026-03-29 02:30:00.250', '-12:00:00.5', 'ü', 'x,y', 'Grüße', '😀 ''\\\\', x'00ff275c0a', x'01', '{"a": [1, "ü", null]}', ST_GeomFromText('POINT(1 2)'))`,
    '(7, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)',
    `(-3, 0, 0, 16777216, 0, b'0', 0, '0000-00-00', '0000-00-00 00:00:00', NULL, '0', 'a', '', '', '', '', '', '{}', NULL)`,
  ];
  const columns = 'id, big, exact, f, d, bits, y, day, at, ts, t, e, s, latin, wide, bytes, fixed, doc, place';

  beforeAll(async () => {
    [live, restored] = await Promise.all([family.start(), family.start()]);
    await tell(
      restored,
      'CREATE DATABASE shop CHARACTER SET utf8mb4',
      "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'",
      `CREATE TABLE shop.orders (${types})`,
      `INSERT INTO shop.orders (${columns}) VALUES ${rows.join(', ')}`,
      `INSERT INTO shop.orders (wide) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT REPEAT('z', i) FROM n`,
    );
    await tell(live, 'CREATE DATABASE shop CHARACTER SET utf8mb4');
  });

  afterAll(() => Promise.all([live?.stop(), restored?.stop()]));

  const wanted = (as: string) => ({
    from: { socketPath: restored.socketPath, user: 'root' },
    to: { socketPath: live.socketPath, user: 'root' },
    ...{ database: 'shop', table: 'orders', as },
  });

  async function all(server: DatabaseServer, sql: string): Promise<unknown> {
    const connection = await connect(server, 'shop');
    try {
      return (await connection.query(sql))[0];
    } finally {
      await connection.end();
    }
  }

  test('every type, byte for byte, and swapped in by one statement', async () => {
    const back = await bringBack(wanted('orders_restored'));
    expect(back).toMatchObject({ rows: 903, swap: ['RENAME TABLE `shop`.`orders_restored` TO `shop`.`orders`'] });
    const shown = `SELECT ${columns}, twice, HEX(latin), HEX(doc), f + 0e0 FROM `;
    expect(await all(live, `${shown} orders_restored ORDER BY id`)).toEqual(
      await all(restored, `${shown} orders ORDER BY id`),
    );
    await tell(live, ...back.swap);
    expect(await all(live, 'SELECT COUNT(*) AS n FROM orders')).toEqual([{ n: 903 }]);
  });

  test('some rows beside the table that serves, which stays as it is', async () => {
    await tell(live, 'DELETE FROM shop.orders WHERE id < 5');
    const back = await bringBack({ ...wanted('orders_some'), where: 'id < 5' });
    expect(back.rows).toBe(2);
    expect(await all(live, 'SELECT id FROM orders_some ORDER BY id')).toEqual([{ id: -3 }, { id: 0 }]);
    expect(back.swap[0]).toContain('`orders_before_restore`');
    await expect(bringBack(wanted('orders_some'))).rejects.toThrow('restore.table-exists');
    await expect(bringBack({ ...wanted('x'), table: 'nothing' })).rejects.toThrow('restore.no-such-table');
  });

  test('what an interrupted copy left is no table that looks whole', async () => {
    await tell(live, 'CREATE TABLE shop.late__part (id INT)');
    expect((await bringBack(wanted('late'))).rows).toBe(903);
    expect(await all(live, "SHOW TABLES LIKE 'late%'")).toHaveLength(1);
  });
});

test('names are quoted in the statement that swaps', () => {
  expect(swapOf({ database: 'a`b', table: 't', as: 'u', live: true })).toEqual([
    'RENAME TABLE `a``b`.`t` TO `a``b`.`t_before_restore`, `a``b`.`u` TO `a``b`.`t`',
  ]);
});
