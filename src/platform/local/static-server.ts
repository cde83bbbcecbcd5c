import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { answerDownload, type Download, type MadeText } from './downloads.ts';
import { findFile } from './static-files.ts';

export interface StaticServerOptions {
  /** Directory, or a link to one (`current`). */
  readonly root: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Directory of releases in which a file with a hashed name is looked for when `root` has it no more. */
  readonly releases?: string | undefined;
  /** Unknown pages get index.html, for applications that route in the browser. */
  readonly singlePage: boolean;
  /** Packages to install from here; none where it is left out. */
  readonly downloads?: readonly Download[] | undefined;
}

export interface StaticServer {
  readonly port: number;
  /** Not ready any more, no new connection; resolves when the last answer is sent. */
  drain(): Promise<void>;
}

/** Serves files with right types and caching: hashed names for a year, everything else asked again. No directory lists. */
export async function startStaticServer(options: StaticServerOptions): Promise<StaticServer> {
  const state = { draining: false };
  const server = createServer((request, response) => {
    // A kept-alive connection whose last answer is sent would hold the end up until its time-out.
    response.once('close', () => {
      if (state.draining) setImmediate(() => server.closeIdleConnections());
    });
    answer(options, state, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    drain: () => {
      state.draining = true;
      return closed(server);
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Connections that are answering a request stay until it is sent; `connection: close` then ends them.
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

async function answer(
  options: StaticServerOptions,
  state: { readonly draining: boolean },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (state.draining) response.setHeader('connection', 'close');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return short(request, response, 405, 'method not allowed');
  }
  // Nothing is resolved as a URL: that would turn `/a/../b` into `/b` before we have seen it.
  const pathname = (request.url ?? '/').split(/[?#]/)[0] ?? '/';
  if (pathname === '/healthz') return short(request, response, 200, 'ok');
  const encodings = String(request.headers['accept-encoding'] ?? '');
  if (pathname === '/readyz') {
    const index = await findFile(options.root, '/index.html', '', { singlePage: false });
    const ready = !state.draining && index.kind === 'file';
    const why = state.draining ? 'draining' : 'no index.html';
    return short(request, response, ready ? 200 : 503, ready ? 'ready' : why);
  }
  const download = await answerDownload(options.downloads ?? [], pathname);
  if (download?.kind === 'text') return send(request, response, download);
  const found = download ?? (await findFile(options.root, pathname, encodings, options));
  if (found.kind === 'bad-request') return short(request, response, 400, 'bad request');
  if (found.kind === 'not-found') return short(request, response, 404, 'not found');
  const { file } = found;
  for (const [name, value] of Object.entries(file.headers)) response.setHeader(name, value);
  if (request.headers['if-none-match']?.split(',').some((tag) => tag.trim() === file.headers['etag'])) {
    response.removeHeader('content-length');
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // The size was announced: a file that grows meanwhile is cut there, one that shrinks breaks the connection, never the framing.
  if (file.size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(file.path, { end: file.size - 1 }), response);
}

/** What is made when it is asked for; never kept by anybody, since it names what is the latest. */
function send(request: IncomingMessage, response: ServerResponse, { type, text }: MadeText): void {
  response.writeHead(200, {
    'content-type': type,
    'content-length': String(Buffer.byteLength(text)),
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function short(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  const body = `${text}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
