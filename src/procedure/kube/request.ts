import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';
import type { Cluster } from '../../model/kube.ts';
import type { Clock } from '../../model/ports.ts';
import { ProblemError } from '../../model/problem.ts';
import type { Identity } from './credentials.ts';
import { type Asked, connectionProblem, statusProblem, type Way } from './problems.ts';

/** Requests to one API server: connections stay open, credentials are renewed when they end. */

export interface KubeRequest {
  readonly asked: Asked;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface KubeAnswer {
  readonly status: number;
  readonly text: string;
}

export interface Connection {
  /** Any status is an answer; no answer is a ProblemError. */
  send(request: KubeRequest): Promise<KubeAnswer>;
  /** Answers with the body still to come; a status other than 200 is a ProblemError. `timeoutMs` is for the first byte. */
  stream(request: KubeRequest): Promise<IncomingMessage>;
  /** The problem of a status. */
  problem(asked: Asked, answer: KubeAnswer): ProblemError;
}

/** Credentials are renewed this long before they end. */
const EARLY_MS = 10_000;

export function connection(cluster: Cluster, clock: Clock): Connection {
  let held: { readonly identity: Identity; readonly agent: Agent | PlainAgent } | null = null;
  let way: Way = { context: cluster.context ?? 'current context', server: 'the cluster' };

  const identity = async (renew: boolean, signal: AbortSignal | undefined) => {
    const { untilMs = null } = held?.identity ?? {};
    if (held !== null && !renew && (untilMs === null || clock.now() < untilMs - EARLY_MS)) return held;
    held?.agent.destroy();
    // What reads kubeconfig files is large, and wanted only when a cluster is asked.
    const { identityOf } = await import('./credentials.ts');
    const made = await identityOf(cluster, clock, signal);
    way = { context: made.name, server: made.server };
    const options = { keepAlive: true, maxSockets: 8 };
    held = {
      identity: made,
      agent: made.server.startsWith('http:') ? new PlainAgent(options) : new Agent({ ...options, ...made.tls }),
    };
    return held;
  };

  /** A token may have ended meanwhile: the second try is made with new credentials. */
  const open = async (request: KubeRequest): Promise<IncomingMessage> => {
    const first = await identity(false, request.signal);
    const answer = await begin(request, first.identity, first.agent).catch((error: unknown) => fail(request, error));
    if (answer.statusCode !== 401) return answer;
    answer.resume();
    const second = await identity(true, request.signal);
    return begin(request, second.identity, second.agent).catch((error: unknown) => fail(request, error));
  };

  const fail = (request: KubeRequest, error: unknown): never => {
    request.signal?.throwIfAborted();
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(connectionProblem(request.asked, way, error));
  };

  const send = async (request: KubeRequest): Promise<KubeAnswer> => {
    const answer = await open(request);
    const text = await readAll(answer, request.timeoutMs).catch((error: unknown) => fail(request, error));
    return { status: answer.statusCode ?? 0, text };
  };
  const problem = (asked: Asked, { status, text }: KubeAnswer): ProblemError =>
    new ProblemError(statusProblem(asked, way, status, text));
  return {
    send,
    problem,
    async stream(request) {
      const answer = await open(request);
      if (answer.statusCode === 200) return answer;
      const text = await readAll(answer, request.timeoutMs).catch((error: unknown) => fail(request, error));
      throw problem(request.asked, { status: answer.statusCode ?? 0, text });
    },
  };
}

function begin(request: KubeRequest, identity: Identity, agent: Agent | PlainAgent): Promise<IncomingMessage> {
  const { method, path, body, contentType = 'application/json', signal } = request;
  const url = new URL(`${identity.server}${path}`);
  const late = AbortSignal.timeout(request.timeoutMs);
  const options = {
    method,
    agent,
    headers: {
      accept: 'application/json',
      'user-agent': 'shiplock',
      ...(identity.token === null ? {} : { authorization: `Bearer ${identity.token}` }),
      ...(body === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }),
    },
    ...(signal === undefined ? {} : { signal }),
  };
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'http:' ? plainRequest(url, options) : tlsRequest(url, { ...options, ...identity.tls });
    const giveUp = (): void => {
      sent.destroy(new Error(`no answer within ${request.timeoutMs} ms`));
    };
    late.addEventListener('abort', giveUp, { once: true });
    sent.on('response', (answer) => {
      // What follows has a limit of its own; a watch has none.
      late.removeEventListener('abort', giveUp);
      resolve(answer);
    });
    sent.on('error', (error) => {
      late.removeEventListener('abort', giveUp);
      reject(error);
    });
    sent.end(body);
  });
}

/** More than this is no answer of an API server to us. */
const LONGEST = 64 * 1024 * 1024;

async function readAll(answer: IncomingMessage, timeoutMs: number): Promise<string> {
  const late = AbortSignal.timeout(timeoutMs);
  const giveUp = (): void => {
    answer.destroy(new Error(`no whole answer within ${timeoutMs} ms`));
  };
  late.addEventListener('abort', giveUp, { once: true });
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of answer) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > LONGEST) throw new Error(`an answer of more than ${LONGEST} bytes`);
      chunks.push(bytes);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    late.removeEventListener('abort', giveUp);
  }
}
