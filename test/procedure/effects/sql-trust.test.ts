import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../src/model/problem.ts';
import { parseDsn } from '../../../src/procedure/effects/sql-connect.ts';

const ROOTS = { kind: 'roots', pem: 'PEM' } as const;

function codeOf(dsn: string, trust?: typeof ROOTS): string {
  try {
    const { ssl } = parseDsn(dsn, trust);
    return ssl === undefined ? 'clear' : 'verified';
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0]?.code ?? '';
    throw error;
  }
}

describe('a connection to a database is verified, or in the clear, and never encrypted alone', () => {
  test.each([
    ['mysql://u:p@db.test/shop', 'clear', 'verified'],
    ['mysql://u:p@db.test/shop?ssl-mode=DISABLED', 'clear', 'effect.sql-tls'],
    ['mysql://u:p@db.test/shop?ssl-mode=verify_identity', 'verified', 'verified'],
    ['mysql://u:p@db.test/shop?ssl-mode=REQUIRED', 'effect.sql-tls', 'effect.sql-tls'],
    ['mysql://u:p@db.test/shop?ssl-mode=VERIFY_CA', 'effect.sql-tls', 'effect.sql-tls'],
    ['mysql://u:p@db.test/shop?ssl-ca=/no/such/file.pem', 'effect.sql-roots', 'effect.sql-roots'],
    ['u:p@tcp(db.test:3306)/shop?parseTime=true', 'clear', 'verified'],
    ['u:p@tcp(db.test:3306)/shop?tls=true', 'verified', 'verified'],
    ['u:p@tcp(db.test:3306)/shop?tls=false', 'clear', 'effect.sql-tls'],
    ['u:p@tcp(db.test:3306)/shop?tls=skip-verify', 'effect.sql-tls', 'effect.sql-tls'],
    ['u:p@tcp(db.test:3306)/shop?tls=preferred', 'effect.sql-tls', 'effect.sql-tls'],
    ['u:p@tcp(db.test:3306)/shop?tls=shop', 'effect.sql-tls', 'verified'],
    ['u:p@unix(/run/mysqld.sock)/shop', 'clear', 'clear'],
  ])('%s: %s, with roots of the configuration %s', (dsn, alone, trusting) => {
    expect([codeOf(dsn), codeOf(dsn, ROOTS)]).toEqual([alone, trusting]);
  });

  test('certificate and name are both looked at, with the roots of the configuration', () => {
    expect(parseDsn('mysql://u:p@db.test/shop', ROOTS).ssl).toEqual({
      ca: 'PEM',
      verifyIdentity: true,
      minVersion: 'TLSv1.2',
    });
  });

  test('any certificate is taken on this machine alone, where it is what is being changed', () => {
    expect(parseDsn('mysql://u:p@127.0.0.1/shop', { kind: 'here' }).ssl).toEqual({ rejectUnauthorized: false });
    expect(() => parseDsn('mysql://u:p@10.0.0.1/shop', { kind: 'here' })).toThrow(ProblemError);
  });
});
