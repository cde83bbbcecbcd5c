import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Json } from '../../model/json.ts';
import type { Clock } from '../../model/ports.ts';
import { type Problem, ProblemError } from '../../model/problem.ts';

/** What the small servers of this program have in common: each answers one kind of request, in JSON, from few clients. */

/** What a request leads to. */
export interface Reply {
  readonly status: number;
  readonly body: Json;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log. */
  readonly about?: { readonly [key: string]: Json };
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

const MOST_CONNECTIONS = 256;

const HEADERS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 'www-authenticate': 'Bearer' },
  405: { allow: 'POST' },
  503: { 'retry-after': '5' },
};

/** A refusal says why, in the form of every other problem. Pure. */
export function refusal(status: number, ...problems: readonly Problem[]): Reply {
  return {
    status,
    body: { problems: problems.map((problem) => ({ ...problem })) },
    headers: HEADERS[status] ?? {},
    about: { problem: problems.map(({ code }) => code).join(' ') },
  };
}

/** The whole body as text; undefined when it is longer than `most` bytes, and then the rest of it is not read. */
export async function bodyOf(request: IncomingMessage, most: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > most) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function plain(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type }).end(text.endsWith('\n') ? text : `${text}\n`);
}

/** Listens with bounds on how long a client may take and how many there are. @throws ProblemError when the address cannot be had, as `taken` words it */
export function listen(server: Server, at: Address, taken: (where: string, found: string) => Problem): Promise<number> {
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.keepAliveTimeout = 15_000;
  server.maxConnections = MOST_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new ProblemError(taken(`${at.host}:${at.port}`, error.message))));
    server.listen(at.port, at.host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : at.port);
    });
  });
}

/** Takes nothing new, lets what is under way be answered, and ends after `patienceMs` at the latest. */
export async function close(server: Server, clock: Clock, patienceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const patience = new AbortController();
  const late = clock.sleep(patienceMs, patience.signal).catch(() => undefined);
  await Promise.race([closed, late]);
  patience.abort();
  server.closeAllConnections();
}
