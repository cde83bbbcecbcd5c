import type { Socket } from 'node:net';

/**
 * The beginning of the protocol of MySQL and MariaDB up to where TLS begins: the server greets in the clear, the client asks for TLS, and both go on
 * with a handshake of TLS on the same connection. Source: the protocol documentation of MySQL, "Protocol::HandshakeV10" and "Protocol::SSLRequest".
 */

/** CLIENT_PROTOCOL_41, CLIENT_SSL and CLIENT_SECURE_CONNECTION. */
const PROTOCOL_41 = 0x200;
const SSL = 0x800;
const SECURE_CONNECTION = 0x8000;
const HEADER = 4;
/** utf8mb4. */
const CHARACTERS = 45;
/** A greeting is some 80 bytes; whoever sends more is no such server. */
const LONGEST = 4096;

/**
 * Reads the greeting and asks for TLS.
 * @returns null when TLS may begin; else why not
 */
export function askForTls(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const done = (why: string | null): void => {
      socket.removeListener('data', take);
      socket.removeListener('end', over);
      resolve(why);
    };
    const over = (): void => done('the connection was closed before a greeting');
    const take = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      if (received.length > LONGEST) {
        done('no greeting of MySQL or MariaDB');
        return;
      }
      if (received.length < HEADER || received.length < HEADER + received.readUIntLE(0, 3)) return;
      // What follows belongs to TLS.
      socket.pause();
      const why = refusalIn(received.subarray(HEADER));
      if (why === null) socket.write(sslRequest());
      done(why);
    };
    socket.on('data', take);
    socket.once('end', over);
  });
}

/** Why a greeting does not lead to TLS; null: it does. Pure. */
export function refusalIn(greeting: Buffer): string | null {
  if (greeting[0] === 0xff)
    return `the server refuses: ${greeting
      .subarray(3)
      .toString('latin1')
      .replaceAll(/[^ -~]/g, '')
      .slice(0, 200)}`;
  const end = greeting.indexOf(0, 1);
  // Behind the version: the number of the connection (4), a part of the challenge (8), an empty byte, and what the server can do.
  const at = end + 1 + 4 + 8 + 1;
  if (greeting[0] !== 10 || end < 0 || greeting.length < at + 2) return 'no greeting of MySQL or MariaDB';
  return (greeting.readUInt16LE(at) & SSL) === 0 ? 'the server has no TLS' : null;
}

function sslRequest(): Buffer {
  const packet = Buffer.alloc(HEADER + 32);
  packet.writeUIntLE(32, 0, 3);
  packet.writeUInt8(1, 3);
  packet.writeUInt32LE(PROTOCOL_41 | SSL | SECURE_CONNECTION, HEADER);
  packet.writeUInt32LE(1 << 24, HEADER + 4);
  packet.writeUInt8(CHARACTERS, HEADER + 8);
  return packet;
}
