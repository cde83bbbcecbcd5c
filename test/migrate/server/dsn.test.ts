import { expect, it } from 'vitest';
import { readDsn } from '../../../src/migrate/server/dsn.ts';

it.each([
  ['mysql://ck:p%40ss@127.0.0.1:3307/keeper', 'mysql:127.0.0.1:3307/keeper'],
  ['ck:p@ss@tcp(127.0.0.1:3307)/keeper?parseTime=true', 'mysql:127.0.0.1:3307/keeper'],
  ['mysql://ck@db.example.org/keeper', 'mysql:db.example.org:3306/keeper'],
  ['ck:p@ss@unix(/run/my.sock)/keeper', 'mysql:/run/my.sock/keeper'],
])('%s is fenced as %s', (text, resource) => {
  const dsn = readDsn(text, 'w');
  expect(dsn.resource).toBe(resource);
  expect(dsn.database).toBe('keeper');
});

it.each(['mysql://u:secret@host:3306', 'u:secret@tcp(h:3306)/', 'http://u:secret@h/db', ''])(
  'refuses %s without showing it',
  (text) => {
    expect(() => readDsn(text, 'database.dsn')).toThrow(/mysql:/);
    expect(() => readDsn(text, 'database.dsn')).not.toThrow(/secret@/);
  },
);
