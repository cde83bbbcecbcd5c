import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a git server and lets one user in, one password; `readOnly` lets everybody read and nobody push. */
export interface Guarded extends AsyncDisposable {
  readonly url: string;
  readonly refused: () => number;
}

export async function guardGit(
  url: string,
  allowed: { readonly user: string; readonly password: string } | 'read-only',
): Promise<Guarded> {
  const target = new URL(url);
  let refused = 0;
  const good = allowed === 'read-only' ? '' : Buffer.from(`${allowed.user}:${allowed.password}`).toString('base64');
  const server = createServer((incoming, answer) => {
    const pushes = incoming.url?.includes('git-receive-pack') === true;
    const open = allowed === 'read-only' ? !pushes : incoming.headers.authorization === `Basic ${good}`;
    if (!open) {
      refused++;
      incoming.resume();
      answer.writeHead(allowed === 'read-only' ? 403 : 401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const { authorization: _secret, ...headers } = incoming.headers;
    const onward = request(
      { host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers },
      (from) => {
        answer.writeHead(from.statusCode ?? 500, from.headers);
        from.pipe(answer);
      },
    );
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${portOf(server.address())}${target.pathname}`,
    refused: () => refused,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}
