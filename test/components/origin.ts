import { createServer } from 'node:http';
import { freePort } from '../../scripts/components/ports.ts';

export interface Origin extends AsyncDisposable {
  readonly port: number;
  /** host:port */
  readonly address: string;
  /** Requests answered so far. */
  count(): number;
  /** From now on every n-th request is answered 500 with X-Fault-Injected; 0 = none. */
  failEvery(n: number): void;
  stop(): Promise<void>;
}

/** A small HTTP server that says its version in X-Certkeeper-Version and can be told to fail. */
export async function startOrigin(options: { readonly version: string }): Promise<Origin> {
  let count = 0;
  let every = 0;
  const server = createServer((_request, response) => {
    count++;
    response.setHeader('X-Certkeeper-Version', options.version);
    if (every > 0 && count % every === 0) {
      response.setHeader('X-Fault-Injected', 'error');
      response.statusCode = 500;
    }
    response.end(`${options.version}\n`);
  });
  server.keepAliveTimeout = 60_000;
  const port = await freePort();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const failEvery = (n: number): void => {
    every = n;
  };
  return { port, address: `127.0.0.1:${port}`, count: () => count, failEvery, stop, [Symbol.asyncDispose]: stop };
}
