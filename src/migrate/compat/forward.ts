import { createConnection, createServer, type Socket } from 'node:net';

/** A port of this machine's loopback in front of a socket: suites ask for host and port, and a server without network has neither. */
export interface Forward {
  readonly port: number;
  /** Cuts what is connected. */
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 and passes all bytes on to the socket. @throws what listening throws */
export async function forwardTo(socketPath: string): Promise<Forward> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const target = createConnection(socketPath);
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      // `close` follows.
      from.on('error', () => undefined);
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`no port before ${socketPath}`);
  return {
    port: address.port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
