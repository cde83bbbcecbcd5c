import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareSettings,
  fitting,
  memoryPlan,
  setStatement,
  settingsFile,
  settingsFor,
  type Wanted,
} from '../../src/database/index.ts';

const GIB = 2 ** 30;
const wanted: Wanted = {
  engine: 'mysql',
  machine: { memory: 16 * GIB, cores: 4, disk: 'ssd' },
  share: 1,
  connections: 200,
  serverId: 7,
  version: '9.7.4',
};
const value = (name: string, more: Partial<Wanted> = {}): unknown =>
  settingsFor({ ...wanted, ...more }).find((one) => one.name === name)?.value;

describe('settings of a server', () => {
  test('leave memory for connections and the system, whatever the machine', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4096 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 5000 }),
        (quarters, percent, connections) => {
          const of = {
            ...wanted,
            machine: { ...wanted.machine, memory: quarters * (GIB / 4) },
            share: percent / 100,
            connections,
          };
          const { total, pool, fixed, connections: taken } = memoryPlan(of);
          expect(pool % (128 * 2 ** 20)).toBe(0);
          expect(pool).toBeGreaterThan(0);
          expect(fitting(of).fits).toBe(pool + taken + fixed <= total);
          // More connections never get a larger pool.
          expect(memoryPlan({ ...of, connections: connections + 500 }).pool).toBeLessThanOrEqual(pool);
        },
      ),
    );
  });

  test('grow with the machine: 16 GiB and 200 connections get a pool of 11.25 GiB', () => {
    expect(memoryPlan(wanted).pool).toBe(11.25 * GIB);
    expect(value('innodb_redo_log_capacity')).toBe(2.8125 * GIB);
    expect(value('innodb_redo_log_capacity', { machine: { memory: 256 * GIB, cores: 64, disk: 'ssd' } })).toBe(8 * GIB);
    expect(value('innodb_io_capacity', { machine: { ...wanted.machine, disk: 'hdd' } })).toBe(200);
    expect(value('max_connections')).toBe(200);
  });

  test('lose no commit, and can be restored, in both families', () => {
    for (const engine of ['mysql', 'mariadb'] as const) {
      const of = (name: string): unknown => value(name, { engine });
      expect([of('sync_binlog'), of('innodb_flush_log_at_trx_commit'), of('log_bin'), of('binlog_format')]).toEqual([
        1,
        1,
        'ON',
        'ROW',
      ]);
      expect(of('character_set_server')).toBe('utf8mb4');
      expect(settingsFor({ ...wanted, engine }).every(({ why }) => why.length > 20)).toBe(true);
    }
    expect(value('gtid_mode')).toBe('ON');
    const live = (version: string) =>
      settingsFor({ ...wanted, engine: 'mariadb', version }).find(({ name }) => name === 'innodb_log_file_size')?.live;
    expect(['10.6.20-MariaDB', '10.11.14-MariaDB', '11.4.2-MariaDB'].map(live)).toEqual([false, true, true]);
    expect(value('gtid_strict_mode', { engine: 'mariadb' })).toBe('ON');
  });

  test('are the same however the server writes them', () => {
    const settings = settingsFor(wanted).filter(({ name }) =>
      ['log_bin', 'innodb_buffer_pool_size', 'long_query_time', 'local_infile'].includes(name),
    );
    const running = (pool: number): ReadonlyMap<string, string> =>
      new Map([
        ['log_bin', '1'],
        ['long_query_time', '1.000000'],
        ['local_infile', 'off'],
        ['innodb_buffer_pool_size', String(pool)],
        ['innodb_buffer_pool_chunk_size', String(2 ** 27)],
        ['innodb_buffer_pool_instances', '8'],
      ]);
    expect(compareSettings(settings, running(11.25 * GIB)).every(({ same }) => same)).toBe(true);
    // Rounded up to whole chunks of each instance.
    expect(compareSettings(settings, running(12 * GIB)).every(({ same }) => same)).toBe(true);
    expect(
      compareSettings(settings, running(14 * GIB))
        .filter(({ same }) => !same)
        .map(({ name }) => name),
    ).toEqual(['innodb_buffer_pool_size']);
    expect(compareSettings(settings, new Map()).every(({ same, now }) => !same && now === null)).toBe(true);
  });

  test('are written as the family reads them', () => {
    expect(setStatement('mysql', { name: 'max_connections', value: 200 })).toBe('SET PERSIST max_connections = 200');
    expect(setStatement('mariadb', { name: 'local_infile', value: 'OFF' })).toBe("SET GLOBAL local_infile = 'OFF'");
    expect(() => setStatement('mysql', { name: 'x; DROP', value: 1 })).toThrow(RangeError);
    const file = settingsFile('mariadb', settingsFor({ ...wanted, engine: 'mariadb' }));
    expect(file).toMatch(/^# Written by .*\n\[mariadb\]\n/);
    expect(file).toContain('# a commit that was acknowledged survives a crash\ninnodb_flush_log_at_trx_commit = 1\n');
    // `ON` would be its name.
    expect(file).toContain('\nlog_bin = binlog\n');
    const kept = (name: string) =>
      settingsFile('mariadb', settingsFor({ ...wanted, engine: 'mariadb' }), new Map([['log_bin_basename', name]]));
    expect(kept('/var/lib/mysql/mysqld-bin')).toContain('\nlog_bin = /var/lib/mysql/mysqld-bin\n');
    expect(kept('/srv/my logs/bin')).toContain('\nlog_bin = "/srv/my logs/bin"\n');
    expect(kept('')).toContain('\nlog_bin = binlog\n');
  });
});
