import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { freePort } from '../../scripts/components/ports.ts';
import { type Component, homeFor, startComponent } from '../../scripts/components/supervise.ts';
import { toolPath } from '../../scripts/tool.ts';

/** A registry of images on loopback, and a door before it that can be told what to do. */

export interface Registry extends Component {
  /** host:port */
  readonly address: string;
}

/** The registry of go-containerregistry, with its blobs on disk. */
export async function startRegistry(): Promise<Registry> {
  const crane = await toolPath('crane');
  const address = `127.0.0.1:${await freePort()}`;
  const home = await homeFor('registry', undefined);
  const blobs = join(home.dir, 'blobs');
  await mkdir(blobs);
  const component = await startComponent({
    name: 'registry',
    argv: [crane, 'registry', 'serve', '--address', address, '--disk', blobs],
    home,
    ready: async () => (await fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(1000) })).ok,
  });
  return { ...component, address };
}

export interface Door extends AsyncDisposable {
  readonly url: string;
  /** What was asked, in order: `PUT /v2/…`. */
  readonly asked: string[];
}

/** `pass` lets a request through; anything else was answered by the function itself. */
export type Guard = (request: IncomingMessage, response: ServerResponse, door: Door) => 'pass' | 'done';

/**
 * Repositories that do not see each other's blobs, as the specification has it: the registry behind keeps all in one place. A mount takes a
 * blob over from a repository that has it.
 */
export function apart(): Guard {
  const has = new Set<string>();
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://registry');
    const [, name = '', digest = ''] = /^\/v2\/(.+?)\/blobs\/(?:uploads\/?.*|(sha256:.+))$/.exec(url.pathname) ?? [];
    const [mounted, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
    const put = url.searchParams.get('digest');
    if (digest !== '' && !has.has(`${name} ${digest}`)) {
      response.writeHead(404).end();
      return 'done';
    }
    if (request.method === 'POST' && mounted !== null && has.has(`${from} ${mounted}`)) {
      has.add(`${name} ${mounted}`);
      response.writeHead(201, { location: `/v2/${name}/blobs/${mounted}` }).end();
      return 'done';
    }
    if (request.method === 'PUT' && put !== null)
      response.on('finish', () => {
        if (response.statusCode === 201) has.add(`${name} ${put}`);
      });
    return 'pass';
  };
}

/** A door before a registry that passes requests on as they are. */
export async function openDoor(registry: Pick<Registry, 'address'>, guard: Guard = () => 'pass'): Promise<Door> {
  const asked: string[] = [];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = createServer((from, to) => {
    asked.push(`${from.method} ${from.url}`);
    if (guard(from, to, door) === 'done') {
      from.resume();
      return;
    }
    const on = request(
      `http://${registry.address}${from.url}`,
      { method: from.method, headers: { ...from.headers, host: `127.0.0.1:${port}` } },
      (answer) => {
        to.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(to);
      },
    );
    on.on('error', () => to.destroy());
    // Who was killed in the middle of an upload: the registry behind must not wait for the rest, since it lets nobody else write meanwhile.
    from.on('close', () => {
      if (!from.complete) on.destroy();
    });
    from.pipe(on);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const door: Door = {
    url,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return door;
}
