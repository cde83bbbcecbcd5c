import { expect, test } from 'vitest';
import { verifies } from '../../src/model/verifier.ts';
import { administratorLine } from '../../src/platform/ssh/administrator.ts';

const DSN = 'mysql://boss:a%2Fb-7@10.0.0.21:3306/mysql\n';

test.each([
  ['mysql', 'caching_sha2_password'],
  ['mariadb', 'mysql_native_password'],
])('%s is told what it keeps of the password, and not the password', (engine, plugin) => {
  const line = administratorLine(DSN, 'boss', engine);
  expect(line).toMatch(/^[A-Za-z0-9$*./]+\n$/);
  expect(line).not.toContain('a/b-7');
  expect(verifies(plugin, Buffer.from(line.trim()), 'a/b-7')).toBe(true);
});

test.each([
  ['another account', DSN, 'other'],
  ['no password', 'mysql://boss@10.0.0.21/mysql', 'boss'],
  ['another form', 'boss:pw@tcp(10.0.0.21)/mysql', 'boss'],
  ['nothing', undefined, 'boss'],
])('refused: %s', (_why, dsn, user) => {
  expect(() => administratorLine(dsn, user, 'mariadb')).toThrow();
});
