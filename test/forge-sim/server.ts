import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { acceptedHeader, authorise, callerOf } from './access.ts';
import type { Events } from './events.ts';
import type { Call, Fault, Faults } from './faults.ts';
import { answerGit, isGit } from './git/http.ts';
import { type Git, GitFailed } from './git/index.ts';
import { answerGraphql } from './graphql/index.ts';
import { count, etagOf, limitHeaders, rateLimited, secondaryLimit, tooMany, uncount } from './limits.ts';
import { type Answer, type Caller, type Context, Refused } from './operation.ts';
import { checkAnswer, checkRequest } from './published/check.ts';
import { description } from './published/description.ts';
import { type Matched, match } from './routes.ts';
import { type Repository, repositoryNamed, type World } from './world.ts';

/** The web server: git, REST below `/api/v3` or `/`, GraphQL at `/api/graphql` or `/graphql`. */

export interface Seen extends Call {
  readonly status: number;
  readonly fault: Fault | undefined;
}

export interface Serving {
  readonly world: World;
  readonly events: Events;
  readonly git: (repository: Repository) => Git;
  faults: Faults;
  /** How long a slow answer takes, and what happens late. */
  readonly slowMs: number;
  readonly seen: Seen[];
  /** Requests and answers that are not as GitHub describes them. */
  readonly wrong: string[];
  /** Routes that were answered and checked. */
  readonly checked: Set<string>;
}

const DOCUMENTATION = 'https://docs.github.com/rest';

export function openServer(serving: Serving): Server {
  let number = 0;
  const turns = new Map<number, Promise<unknown>>();
  const inTurn = <T>(repository: Repository | undefined, work: () => Promise<T>): Promise<T> => {
    const key = repository?.id ?? 0;
    const next = (turns.get(key) ?? Promise.resolve()).then(work, work);
    turns.set(
      key,
      next.catch(() => undefined),
    );
    return next;
  };
  // A caller that waits for its turn on a busy machine must find its connection still open.
  return createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void serve(serving, request, response, ++number, inTurn).catch((error: unknown) => {
      serving.wrong.push(
        `${request.method} ${request.url}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'Server Error', documentation_url: DOCUMENTATION }));
    });
  });
}

type InTurn = <T>(repository: Repository | undefined, work: () => Promise<T>) => Promise<T>;

async function serve(
  serving: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  number: number,
  inTurn: InTurn,
): Promise<void> {
  const { world } = serving;
  const url = new URL(request.url ?? '/', world.origin);
  const method = request.method ?? 'GET';
  const base = { world, tell: serving.events.tell, git: serving.git };
  if (isGit(url.pathname)) {
    serving.seen.push({ number, method, path: url.pathname, route: 'git', status: 0, fault: undefined });
    try {
      await answerGit(
        { ...base, caller: callerOf(world, request.headers.authorization) },
        request,
        response,
        url,
        inTurn,
      );
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      response.writeHead(error.status, { 'content-type': 'text/plain', ...error.headers }).end(error.message);
    }
    return;
  }
  const pathname = url.pathname.replace(/^\/api\/v3(?=\/|$)/, '');
  const graphql = method === 'POST' && (pathname === '/graphql' || pathname === '/api/graphql');
  const matched = graphql ? undefined : match(method, pathname);
  const route = graphql ? 'graphql' : matched?.operation.route;
  const call: Call = { number, method, path: pathname, route };
  const fault = serving.faults(call);
  const raw = await bodyOf(request);
  const before = faultBefore(world, fault);
  if (before === 'cut' || before === 'silent') {
    serving.seen.push({ ...call, status: 0, fault });
    if (before === 'cut') request.socket.destroy();
    return;
  }
  const work = (): Promise<Written> =>
    handle(serving, { request, url, pathname, matched, graphql, raw, route: route ?? `${method} ${pathname}` }, inTurn);
  let written: Written;
  if (before !== undefined) {
    if (fault === 'late')
      void world.clock
        .sleep(serving.slowMs)
        .then(work)
        .catch(() => undefined);
    written = { ...writtenError(before), caller: { kind: 'nobody' } };
  } else {
    if (fault === 'slow') await world.clock.sleep(serving.slowMs);
    written = await work();
  }
  serving.seen.push({ ...call, status: written.status, fault });
  send(request, response, written, fault);
}

interface Asked {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly pathname: string;
  readonly matched: Matched | undefined;
  readonly graphql: boolean;
  readonly raw: string;
  readonly route: string;
}

interface Written {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly caller: Caller;
}

async function handle(serving: Serving, asked: Asked, inTurn: InTurn): Promise<Written> {
  const { world } = serving;
  const { request, url, matched, graphql, raw, route } = asked;
  let caller: Caller = { kind: 'nobody' };
  let answer: Answer;
  const body: unknown = raw === '' ? undefined : parsed(raw);
  const described = matched === undefined ? undefined : description().operations.get(matched.operation.route);
  const wrongs =
    matched === undefined || described === undefined
      ? []
      : checkRequest(described, { path: matched.path, query: url.searchParams, body });
  try {
    caller = callerOf(world, request.headers.authorization);
    count(world, caller, request.method ?? 'GET');
    const context: Context = {
      world,
      caller,
      path: matched?.path ?? {},
      query: url.searchParams,
      body: typeof body === 'object' && body !== null ? Object.fromEntries(Object.entries(body)) : {},
      tell: serving.events.tell,
      git: serving.git,
      url: `${world.origin}${url.pathname}`,
    };
    if (graphql) {
      answer = await inTurn(undefined, () => answerGraphql(context));
    } else {
      if (matched === undefined) throw new Refused(404, 'Not Found');
      const { operation, path } = matched;
      authorise(world, operation, caller, path);
      if (wrongs.length > 0) throw new Refused(422, 'Invalid request.', {});
      const repository = repositoryNamed(world, path['owner'] ?? '', path['repo'] ?? '');
      answer = await inTurn(repository, async () => operation.handle(context));
    }
  } catch (error) {
    if (!(error instanceof Refused)) {
      if (error instanceof GitFailed) serving.wrong.push(`${route}: ${error.message}`);
      throw error;
    }
    answer = {
      status: error.status,
      body: { message: error.message, documentation_url: DOCUMENTATION, status: String(error.status), ...error.extra },
      headers: error.headers,
    };
  }
  for (const one of wrongs) serving.wrong.push(`${route}: ${one}`);
  if (described !== undefined) {
    for (const one of checkAnswer(described, answer.status, answer.body))
      serving.wrong.push(`${route} → ${answer.status}: ${one}`);
    if (answer.status < 300) serving.checked.add(described.route);
  } else if (matched !== undefined) serving.wrong.push(`${route}: not in the slice`);
  const accepted = matched === undefined ? '' : acceptedHeader(matched.operation.needs);
  return finish(world, request, caller, answer, accepted);
}

function finish(world: World, request: IncomingMessage, caller: Caller, answer: Answer, accepted: string): Written {
  const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
  const etag = etagOf(body);
  const cached = request.method === 'GET' && answer.status === 200 && request.headers['if-none-match'] === etag;
  if (cached) uncount(caller);
  const headers = {
    ...limitHeaders(world, caller),
    'x-github-request-id': etag.slice(3, 19),
    ...(accepted === '' ? {} : { 'x-accepted-github-permissions': accepted }),
    ...(request.method === 'GET' && answer.status === 200 ? { etag } : {}),
    ...answer.headers,
  };
  return { status: cached ? 304 : answer.status, body: cached ? '' : body, headers, caller };
}

function send(request: IncomingMessage, response: ServerResponse, written: Written, fault: Fault | undefined): void {
  switch (fault) {
    case 'lost':
      request.socket.destroy();
      return;
    case 'silent-after':
      return;
    case 'error-after': {
      const error = writtenError(new Refused(502, 'Server Error'));
      response.writeHead(error.status, error.headers).end(error.body);
      return;
    }
    default:
  }
  const headers = {
    ...(written.body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...written.headers,
  };
  if (fault === 'torn' && written.body !== '') {
    response.writeHead(written.status, { ...headers, 'content-length': String(Buffer.byteLength(written.body)) });
    response.write(written.body.slice(0, Math.floor(written.body.length / 2)), () => request.socket.destroy());
    return;
  }
  response.writeHead(written.status, headers).end(written.body);
}

function writtenError(error: Refused): Omit<Written, 'caller'> {
  return {
    status: error.status,
    body: JSON.stringify({ message: error.message, documentation_url: DOCUMENTATION }),
    headers: { 'content-type': 'application/json; charset=utf-8', ...error.headers },
  };
}

/** What happens instead of the work; undefined: the work. */
function faultBefore(world: World, fault: Fault | undefined): Refused | 'cut' | 'silent' | undefined {
  switch (fault) {
    case 'error':
    case 'late':
      return new Refused(502, 'Server Error');
    case 'cut':
    case 'silent':
      return fault;
    case 'secondary-limit':
      return secondaryLimit(1);
    case 'too-many':
      return tooMany(1);
    case 'rate-limit': {
      const { extra, status, message, headers } = rateLimited(world, undefined);
      // Soon over: a test does not wait for an hour.
      const reset = String(Math.ceil(world.clock.now() / 1000) + 1);
      return new Refused(status, message, extra, { ...headers, 'x-ratelimit-reset': reset });
    }
    default:
      return undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function parsed(raw: string): unknown {
  try {
    const value: unknown = JSON.parse(raw);
    return value;
  } catch {
    return raw;
  }
}
