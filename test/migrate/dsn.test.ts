import { expect, it } from 'vitest';
import { parseDsn, resourceOf } from '../../src/migrate/dsn.ts';

const dsn = { user: 'ck', password: 'p@:/ss', host: '127.0.0.1', port: 3307, database: 'keeper' };

it.each([
  ['mysql://ck:p%40%3A%2Fss@127.0.0.1:3307/keeper', dsn],
  ['mariadb://ck:p%40%3A%2Fss@127.0.0.1:3307/keeper?x=1', dsn],
  ['ck:p@:/ss@tcp(127.0.0.1:3307)/keeper?parseTime=true', dsn],
  ['mysql://ck@db.example.org/keeper', { ...dsn, password: '', host: 'db.example.org', port: 3306 }],
  ['ck@tcp([::1])/keeper', { ...dsn, password: '', host: '::1', port: 3306 }],
])('reads %s', (text, expected) => {
  const result = parseDsn(text, 'w');
  expect(result).toEqual({ ok: true, value: expected });
});

it.each([
  '',
  'mysql://',
  'mysql://host/db',
  'mysql://u:secret@h:0/db',
  'u:secret@unix(/x)/db',
  'u:secret@tcp(h:3306)',
  'http://u:secret@h/db',
])('refuses %s without showing it', (text) => {
  const result = parseDsn(text, 'database.dsn');
  expect(result.ok).toBe(false);
  expect(JSON.stringify(result)).not.toContain('secret@');
});

it('the resource shows neither user nor password', () => {
  expect(resourceOf(dsn)).toBe('mysql:127.0.0.1:3307/keeper');
});
