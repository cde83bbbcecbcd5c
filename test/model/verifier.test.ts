import { describe, expect, test } from 'vitest';
import { verifierOf, verifies } from '../../src/model/verifier.ts';

describe('what a server keeps of a password', () => {
  test('MySQL: is the one that a MySQL 9.7 made itself', () => {
    // CREATE USER … IDENTIFIED WITH caching_sha2_password BY 'secret1234'
    const stored = Buffer.from(
      '244124303041246E5D2765181262733F302F165C021B585C1F7338526E4D7A4B5163505935546B74386337582E4B2E7952424F3659734F4A5774656445756E6974664F645643',
      'hex',
    );
    expect(stored.toString('latin1', 0, 7)).toBe('$A$00A$');
    expect(verifies('caching_sha2_password', stored, 'secret1234')).toBe(true);
    expect(verifies('caching_sha2_password', stored, 'secret1235')).toBe(false);
  });

  test('MariaDB: is what PASSWORD() says', () => {
    // SELECT PASSWORD('password')
    expect(verifierOf('mysql_native_password', 'password', new Uint8Array())).toBe(
      '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19',
    );
  });

  test('is of a form that needs no escape, and is known again; passwords of every length', () => {
    for (let length = 1; length <= 130; length += 13) {
      const password = 'pä$s'.repeat(33).slice(0, length);
      const made = verifierOf('caching_sha2_password', password, new Uint8Array(20).fill(length));
      expect(made).toMatch(/^\$A\$005\$[./0-9A-Za-z]{63}$/);
      expect(verifies('caching_sha2_password', Buffer.from(made), password)).toBe(true);
      expect(verifies('caching_sha2_password', Buffer.from(made), `${password}x`)).toBe(false);
    }
  });

  test('is not judged where it has another form', () => {
    expect(verifies('ed25519', Buffer.from('whatever'), 'password')).toBeNull();
    expect(verifies('mysql_native_password', Buffer.from('invalid'), 'password')).toBeNull();
    expect(verifies('caching_sha2_password', Buffer.from(''), 'password')).toBeNull();
  });

  test('wants salt enough', () => {
    expect(() => verifierOf('caching_sha2_password', 'password', new Uint8Array(19))).toThrow(RangeError);
  });
});
