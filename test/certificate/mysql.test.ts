import { expect, test } from 'vitest';
import { refusalIn } from '../../src/certificate/mysql.ts';

/** A greeting of protocol 10 (MySQL's documentation, Protocol::HandshakeV10) with these capabilities. */
function greeting(capabilities: number): Buffer {
  const low = Buffer.alloc(2);
  low.writeUInt16LE(capabilities);
  return Buffer.concat([Buffer.from([10]), Buffer.from('9.7.4\0'), Buffer.alloc(4 + 8 + 1), low, Buffer.alloc(30)]);
}

test('TLS begins where the server offers it', () => {
  expect(refusalIn(greeting(0xffff))).toBeNull();
  expect(refusalIn(greeting(0xffff & ~0x800))).toBe('the server has no TLS');
});

test('what refuses, or is no such server, is told and not taken for one', () => {
  const blocked = Buffer.concat([Buffer.from([0xff, 0x69, 0x04]), Buffer.from("Host 'a' is blocked\n")]);
  expect(refusalIn(blocked)).toBe("the server refuses: Host 'a' is blocked");
  for (const other of [
    Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'),
    Buffer.alloc(0),
    Buffer.from([10, 0x39, 0]),
    greeting(0).subarray(0, 9),
  ])
    expect(refusalIn(other)).toBe('no greeting of MySQL or MariaDB');
});
