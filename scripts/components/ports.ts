import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

/**
 * A loopback TCP port that was free a moment ago. It is taken from below the kernel's ephemeral range: a port that
 * listen(0) gives could be taken by somebody's outgoing connection before the component binds it, which happens under load.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(15_000, 32_000);
    if (await canListen(port)) return port;
  }
  throw new Error('no free loopback port was found in 100 attempts between 15000 and 32000');
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Does somebody take connections at this loopback port? */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
