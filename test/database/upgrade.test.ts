import { describe, expect, test } from 'vitest';
import {
  type Content,
  contentProblems,
  type ServerLook,
  serverVersion,
  type UpgradeCase,
  upgradeProblems,
  versionAfter,
} from '../../src/database/index.ts';

const ENOUGH = 100 * 1024 ** 3;
const MYSQL: ServerLook = {
  ...{ version: '8.4.6', dataDirectory: '/var/lib/mysql', socket: '/run/mysqld/mysqld.sock', log: null },
  ...{ forceRecovery: 0, redoBytes: 0, systemBytes: 0, replicatesFrom: [], readers: 0 },
  ...{ prepared: [], flagged: [], busy: [], engines: [], native: [] },
};

function codes(look: Partial<ServerLook>, one: Partial<UpgradeCase> & { readonly next?: string }): readonly string[] {
  const { next, ...rest } = one;
  const to = next === undefined ? null : (serverVersion(next) ?? null);
  const base = { engine: 'mysql', where: 'database on db1', freeBytes: ENOUGH, replicated: false, to } as const;
  return upgradeProblems({ ...MYSQL, ...look }, { ...base, ...rest }).map(({ code }) => code);
}

describe('the version of a server in a text', () => {
  test.each([
    ['10.11.18-MariaDB-0+deb12u1-log', { major: 10, minor: 11, patch: 18 }],
    ['1:10.11.19-0+deb12u1', { major: 10, minor: 11, patch: 19 }],
    ['9.7.4-1', { major: 9, minor: 7, patch: 4 }],
    ['8.4.6', { major: 8, minor: 4, patch: 6 }],
  ])('%s', (text, version) => expect(serverVersion(text)).toEqual(version));
  test.each(['', 'MariaDB', '1:', '10.11'])('%s has none', (text) => expect(serverVersion(text)).toBeUndefined());

  test('is that of the package which holds the program', () => {
    const change = (name: string, to: string) => ({ name, from: '1', to });
    const changes = [change('mariadb-server', '1:11.8.6-1'), change('mariadb-server-core', '1:11.8.7-1')];
    expect(versionAfter(changes)).toEqual({ major: 11, minor: 8, patch: 7 });
    expect(versionAfter([change('mysql-community-server-core', '8.4.6-1debian12')])).toMatchObject({ minor: 4 });
    expect(versionAfter([change('mariadb-common', '1:11.8.6-1'), change('mysql-common', '5.8')])).toBeNull();
  });
});

describe('the way from version to version', () => {
  test.each([
    ['8.4.6', '8.4.7'],
    ['8.0.40', '8.4.0'],
    ['8.1.0', '8.4.2'],
    ['8.4.6', '9.0.1'],
    ['8.4.6', '9.7.4'],
    ['9.2.0', '9.7.1'],
    ['9.7.4', '10.2.0'],
    ['5.7.44', '8.0.36'],
  ])('MySQL %s → %s is one', (version, next) => expect(codes({ version }, { next })).toEqual([]));
  test.each([
    ['8.0.40', '9.0.0'],
    ['8.0.40', '9.7.4'],
    ['8.2.0', '9.1.0'],
    ['5.7.44', '8.4.0'],
    ['8.4.6', '10.0.0'],
    ['9.7.4', '11.0.0'],
    ['8.4.6', '8.4.5'],
    ['9.0.0', '8.4.9'],
  ])('MySQL %s → %s is none', (version, next) => expect(codes({ version }, { next })).toEqual(['database.no-way']));
  test.each(['10.11.19', '11.8.6', '12.3.1'])('MariaDB 10.5 → %s is one', (next) =>
    expect(codes({ version: '10.5.1-MariaDB' }, { next, engine: 'mariadb' })).toEqual([]),
  );
  test('MariaDB goes never back', () =>
    expect(codes({ version: '11.8.6-MariaDB' }, { next: '11.8.5', engine: 'mariadb' })).toEqual(['database.no-way']));
});

describe('what speaks against it', () => {
  const mariadb = { engine: 'mariadb', next: '10.11.19' } as const;
  const old = { version: '10.5.1-MariaDB' };
  test.each([
    ['a source', { replicatesFrom: ['10.0.0.1'] }, 'database.replicated'],
    ['readers of its log', { readers: 1 }, 'database.replicated'],
    ['prepared transactions', { prepared: ['lost'] }, 'database.prepared-transactions'],
    ['a forced recovery', { forceRecovery: 1 }, 'database.forced-recovery'],
    ['tables to mend', { flagged: ['shop.orders: Table upgrade required'] }, 'database.tables-to-mend'],
    ['an engine that is gone', { engines: [{ table: 'shop.old', engine: 'TokuDB' }] }, 'database.engine-gone'],
  ])('%s', (_what, look, code) => expect(codes({ ...old, ...look }, mariadb)).toEqual([code]));

  test('who says --replicated has seen to the order', () =>
    expect(codes({ ...old, readers: 2 }, { ...mariadb, replicated: true })).toEqual([]));
  test('an engine that is only unusual does not', () =>
    expect(codes({ ...old, engines: [{ table: 'shop.rocks', engine: 'ROCKSDB' }] }, mariadb)).toEqual([]));
  test('room for new redo logs and twice the tables of the system', () => {
    const sizes = { redoBytes: 100 * 1024 ** 2, systemBytes: 22 * 1024 ** 2 };
    expect(codes(sizes, { next: '8.4.7', freeBytes: 400 * 1024 ** 2 })).toEqual([]);
    expect(codes(sizes, { next: '8.4.7', freeBytes: 400 * 1024 ** 2 - 1 })).toEqual(['database.no-room']);
  });
  test('a method of login that the new version has not', () => {
    const native = ['app@%'];
    expect(codes({ native, version: '8.0.40' }, { next: '8.0.41' })).toEqual([]);
    expect(codes({ native, version: '8.0.40' }, { next: '8.4.0' })).toEqual(['database.login-gone']);
  });
  test('where the packages are there already, ways and methods are not asked for again', () =>
    expect(codes({ native: ['app@%'] }, {})).toEqual([]));
});

describe('what a server holds', () => {
  const before: Content = {
    rows: { 'shop.a': 3, 'shop.b': 1 },
    forms: { 'shop.a': '1', 'shop.b': '2', 'shop.v': '3' },
  };
  const found = (after: Content): string => contentProblems(before, after, 'db', '')[0]?.found ?? '';
  test('is the same', () => expect(contentProblems(before, before, 'db', '')).toEqual([]));
  test.each([
    ['shop.a: 2 rows, 3 before', { ...before, rows: { ...before.rows, 'shop.a': 2 } }],
    ['shop.b: it is gone, 1 before', { rows: { 'shop.a': 3 }, forms: { 'shop.a': '1', 'shop.v': '3' } }],
    ['shop.c: it is new', { ...before, rows: { ...before.rows, 'shop.c': 0 } }],
    ['shop.v: it is gone', { ...before, forms: { 'shop.a': '1', 'shop.b': '2' } }],
    ['shop.a: it has another form', { ...before, forms: { ...before.forms, 'shop.a': '9' } }],
  ])('%s', (text, after) => expect(found(after)).toBe(text));
});
