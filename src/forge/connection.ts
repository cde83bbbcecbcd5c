import { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type { Clock } from '../model/ports.ts';
import { createMask } from '../procedure/masking/mask.ts';
import { type Credentials, type Tokens, tokensOf } from './auth.ts';
import { next, type Outcome } from './backoff.ts';
import { type Failure, ForgeError } from './failure.ts';
import { NoAnswer, wholeFetch } from './fetch.ts';

/** The one place that calls the forge: signs, waits for limits, repeats what may be repeated, and parses every answer. */

export interface ForgePorts {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

export interface ConnectionOptions {
  /** `https://api.github.com`, or `https://forge.example.com/api/v3`. */
  readonly api: string;
  readonly owner: string;
  readonly repo: string;
  readonly credentials: Credentials;
  readonly ports: ForgePorts;
  /** Most time for one call with all its repetitions. */
  readonly patienceMs?: number;
  /** Most time for one answer. */
  readonly answerMs?: number;
}

export type Parameters = Readonly<Record<string, unknown>>;

export interface Connection {
  readonly owner: string;
  readonly repo: string;
  readonly ports: ForgePorts;
  /** Only looks. `{owner}` and `{repo}` are filled in. */
  get<T>(route: string, parameters: Parameters, schema: z.ZodType<T>): Promise<T>;
  /** The same; undefined for what is not there. */
  find<T>(route: string, parameters: Parameters, schema: z.ZodType<T>): Promise<T | undefined>;
  /** All pages of a list, or of the list under `under`; at most so many items. */
  list<T>(
    route: string,
    parameters: Parameters,
    schema: z.ZodType<T>,
    options?: { readonly under?: string; readonly most?: number },
  ): Promise<readonly T[]>;
  /**
   * Changes something. `repeatable`: the same twice is the same once. Else an answer that is lost ends in a ForgeError with the reason
   * `unsure`, and the caller finds out (see `once`).
   */
  send<T>(
    route: string,
    parameters: Parameters,
    schema: z.ZodType<T>,
    options?: { readonly repeatable?: boolean },
  ): Promise<T>;
  graphql<T>(
    query: string,
    variables: Parameters,
    schema: z.ZodType<T>,
    options?: { readonly repeatable?: boolean },
  ): Promise<GraphqlAnswer<T>>;
  /** What our token may do, after a call with it; null where nobody says it. */
  granted(): Readonly<Record<string, string>> | null;
  /** Name of the repository in the graph of the forge; null where nobody has said it. */
  node(): string | null;
  /** Who we are. */
  self(): Promise<{ readonly login: string; readonly id: number }>;
}

export type GraphqlAnswer<T> =
  | { readonly kind: 'data'; readonly data: T }
  | { readonly kind: 'errors'; readonly types: readonly string[]; readonly said: string };

const PATIENCE_MS = 120_000;
const ANSWER_MS = 30_000;
const PAGE = 100;
const MOST = 3_000;
/** Answers kept to be asked for again with their ETag. */
const KEPT = 200;

const graphqlSchema = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).optional(),
});
const viewerSchema = z.object({ viewer: z.object({ login: z.string(), databaseId: z.number() }) });

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly data: unknown;
}

export function connect(options: ConnectionOptions): Connection {
  const { owner, repo, ports, patienceMs = PATIENCE_MS, answerMs = ANSWER_MS } = options;
  const { clock, random, signal } = ports;
  const mask = createMask();
  const api = options.api.replace(/\/+$/, '');
  const silent = (): void => undefined;
  const octokit = new Octokit({
    baseUrl: api,
    userAgent: 'shiplock',
    request: { fetch: wholeFetch(answerMs, signal) },
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const kept = new Map<string, { readonly etag: string; readonly answer: Answer }>();

  const whereOf = (route: string, parameters: Parameters): string => {
    const { method, url } = octokit.request.endpoint(route, { ...parameters });
    return `${method} ${url.replace(/\?.*$/, '')}`;
  };

  /** One try. */
  const ask = async (
    route: string,
    parameters: Parameters,
    authorization: string,
  ): Promise<Outcome & { answer?: Answer }> => {
    const { method, url } = octokit.request.endpoint(route, { ...parameters });
    const before = method === 'GET' ? kept.get(url) : undefined;
    try {
      const { status, headers, data } = await octokit.request(route, {
        ...parameters,
        headers: { authorization, ...(before === undefined ? {} : { 'if-none-match': before.etag }) },
      });
      // A repository that was renamed: its old name may become somebody else's, so nothing is followed.
      if (status >= 300) return { kind: 'answered', status, headers: plain(headers), message: 'it has moved' };
      const answer: Answer = { status, headers: plain(headers), data };
      if (method === 'GET' && headers.etag !== undefined) keep(kept, url, { etag: headers.etag, answer });
      return { kind: 'answered', status, headers: answer.headers, message: '', answer };
    } catch (error) {
      const refused = refusalIn(error);
      if (refused === undefined) {
        signal.throwIfAborted();
        const lost = lostIn(error);
        if (lost === undefined) throw error;
        return lost;
      }
      if (refused.status === 304 && before !== undefined) {
        return { kind: 'answered', status: 200, headers: before.answer.headers, message: '', answer: before.answer };
      }
      return { kind: 'answered', ...refused };
    }
  };

  const call = async (
    route: string,
    parameters: Parameters,
    more: { repeatable: boolean; tokens: Pick<Tokens, 'header' | 'renew'> },
  ): Promise<Answer> => {
    const begun = clock.monotonic();
    let renewed = false;
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      const outcome = await ask(route, parameters, await more.tokens.header());
      if (outcome.answer !== undefined) return outcome.answer;
      if (outcome.kind === 'answered' && outcome.status === 401 && !renewed && more.tokens.renew()) {
        renewed = true;
        continue;
      }
      const { repeatable } = more;
      const elapsedMs = clock.monotonic() - begun;
      const decision = next(outcome, { repeatable, tries, elapsedMs, patienceMs, now: clock.now(), random: random() });
      if (decision.kind === 'again') {
        await clock.sleep(decision.afterMs, signal);
        continue;
      }
      const cause = decision.kind === 'unsure' ? 'unsure' : decision.cause;
      throw new ForgeError(failureOf(outcome, cause, whereOf(route, parameters), mask.text));
    }
  };

  const tokens = tokensOf(options.credentials, {
    owner,
    repo,
    clock,
    hide: mask.add,
    // A token more does no harm.
    call: async (route, parameters, authorization) =>
      (
        await call(route, parameters, {
          repeatable: true,
          tokens: { header: async () => authorization, renew: () => false },
        })
      ).data,
  });

  /** What a route does not name would become a part of the query or of the body. */
  const ours = (route: string, parameters: Parameters): Parameters =>
    route.includes('{owner}') ? { owner, repo, ...parameters } : parameters;
  const misunderstood = (route: string, parameters: Parameters, said: string): ForgeError =>
    new ForgeError({
      cause: 'not-understood',
      status: null,
      where: whereOf(route, parameters),
      said: mask.text(said),
      permissions: '',
    });
  const understood = <T>(route: string, parameters: Parameters, schema: z.ZodType<T>, data: unknown): T => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return parsed.data;
    const said = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw misunderstood(route, parameters, said.join('; '));
  };

  const send: Connection['send'] = async (route, parameters, schema, { repeatable = false } = {}) => {
    const all = ours(route, parameters);
    return understood(route, all, schema, (await call(route, all, { repeatable, tokens })).data);
  };

  const connection: Connection = {
    owner,
    repo,
    ports,
    send,
    get: (route, parameters, schema) => send(route, parameters, schema, { repeatable: true }),
    async find(route, parameters, schema) {
      try {
        return await connection.get(route, parameters, schema);
      } catch (error) {
        if (error instanceof ForgeError && error.status === 404) return undefined;
        throw error;
      }
    },
    async list(route, parameters, schema, { under, most = MOST } = {}) {
      const found: z.infer<typeof schema>[] = [];
      let asked: { route: string; parameters: Parameters } = {
        route,
        parameters: { ...ours(route, parameters), per_page: PAGE },
      };
      for (;;) {
        const answer = await call(asked.route, asked.parameters, { repeatable: true, tokens });
        const data = under === undefined ? answer.data : objectSchema.parse(answer.data)[under];
        found.push(...understood(route, ours(route, parameters), z.array(schema), data));
        const after = /<([^<>]+)>;\s*rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
        if (after === undefined || found.length >= most) return found.slice(0, most);
        // The forge's own address goes on; another host would be given our token, and half a list is none.
        if (!after.startsWith(`${api}/`))
          throw misunderstood(route, ours(route, parameters), 'a next page at another address');
        asked = { route: `GET ${after}`, parameters: {} };
      }
    },
    async graphql(query, variables, schema, { repeatable = false } = {}) {
      const route = `POST ${graphqlUrl(api)}`;
      const answer = graphqlSchema.parse((await call(route, { query, variables }, { repeatable, tokens })).data);
      if (answer.errors !== undefined && answer.errors.length > 0) {
        const types = answer.errors.map(({ type }) => type ?? 'UNKNOWN');
        return { kind: 'errors', types, said: mask.text(answer.errors.map(({ message }) => message).join('; ')) };
      }
      return { kind: 'data', data: understood(route, {}, schema, answer.data) };
    },
    granted: tokens.granted,
    node: tokens.repository,
    self: async () => {
      self ??= viewer();
      return self;
    },
  };
  let self: Promise<{ login: string; id: number }> | undefined;
  /** Works for users, Apps and the token of a workflow alike; `GET /user` is for users only. */
  async function viewer() {
    const answer = await connection.graphql('query { viewer { login databaseId } }', {}, viewerSchema, {
      repeatable: true,
    });
    if (answer.kind === 'data') return { login: answer.data.viewer.login, id: answer.data.viewer.databaseId };
    self = undefined;
    throw new ForgeError({
      cause: 'refused',
      status: 403,
      where: `POST ${graphqlUrl(api)}`,
      said: answer.said,
      permissions: '',
    });
  }
  return connection;
}

const objectSchema = z.record(z.string(), z.unknown());

/** GitHub Enterprise Server has REST below `/api/v3` and GraphQL beside it. */
export function graphqlUrl(api: string): string {
  return api.endsWith('/api/v3') ? `${api.slice(0, -'/v3'.length)}/graphql` : `${api}/graphql`;
}

function plain(headers: object): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === undefined ? undefined : String(value)]),
  );
}

function keep<T>(kept: Map<string, T>, url: string, value: T): void {
  kept.delete(url);
  kept.set(url, value);
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
}

const refusalSchema = z.object({
  status: z.number(),
  response: z.object({ headers: z.record(z.string(), z.unknown()), data: z.unknown() }),
});
const saidSchema = z.object({ message: z.string(), errors: z.array(z.unknown()).optional() });

function refusalIn(
  error: unknown,
): { status: number; headers: Readonly<Record<string, string | undefined>>; message: string } | undefined {
  const parsed = refusalSchema.safeParse(error);
  if (!parsed.success) return undefined;
  const said = saidSchema.safeParse(parsed.data.response.data);
  const more = said.success ? (said.data.errors ?? []).map((one) => JSON.stringify(one)) : [];
  return {
    status: parsed.data.status,
    headers: plain(parsed.data.response.headers),
    message: said.success ? [said.data.message, ...more].join(' ') : 'no explanation',
  };
}

/** octokit wraps what `fetch` throws. */
function lostIn(error: unknown): Outcome | undefined {
  const inner = error instanceof Error && error.cause instanceof NoAnswer ? error.cause : error;
  if (!(inner instanceof NoAnswer)) return undefined;
  return { kind: inner.sent ? 'no-answer' : 'not-sent', why: inner.message };
}

function failureOf(outcome: Outcome, cause: Failure['cause'], where: string, mask: (text: string) => string): Failure {
  const answered = outcome.kind === 'answered';
  return {
    cause,
    where,
    status: answered ? outcome.status : null,
    said: mask(answered ? outcome.message : outcome.why).slice(0, 500),
    permissions: answered ? (outcome.headers['x-accepted-github-permissions'] ?? '') : '',
  };
}
