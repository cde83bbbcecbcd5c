import { createServer, type IncomingMessage } from 'node:http';
import type { Json } from '../../model/json.ts';
import type { Clock, HttpClient } from '../../model/ports.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import { createMask } from '../../procedure/masking/mask.ts';
import { bodyOf, close, listen, plain, type Reply, refusal } from '../serving/http.ts';
import { answerQuestion, type JudgeLimits } from './answer.ts';
import type { JudgedEnvironment } from './environments.ts';
import { createFigures } from './figures.ts';
import { parseQuestion, type Question } from './question.ts';
import { createSeats } from './seats.ts';
import { mayAsk, readTokens } from './token.ts';

export interface JudgeServerOptions {
  readonly environments: readonly JudgedEnvironment[];
  readonly listen: { readonly host: string; readonly port: number };
  readonly tokenFile: string;
  readonly limits: JudgeLimits;
  /** Questions that are answered side by side; four times as many may wait. */
  readonly most: number;
  /** For one question, the wait included; shorter than the time-out of the AnalysisTemplates. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly http: HttpClient;
  /** One line of JSON without its end. */
  log(line: string): void;
}

export interface Judge {
  readonly port: number;
  /** Takes no new questions, answers those that are there, and ends. */
  stop(): Promise<void>;
}

const MOST_BODY = 16 * 1024;

/**
 * Starts the judge; resolves when it listens. It holds nothing but its own figures.
 * @throws ProblemError when the port is taken, or there is no token
 */
export async function startJudge(options: JudgeServerOptions): Promise<Judge> {
  const { clock } = options;
  const figures = createFigures();
  const seats = createSeats(options.most, options.most * 4);
  let leaving = false;
  const first = await readTokens(options.tokenFile);
  if (first.kind === 'none') throw new ProblemError(first.problem);

  const note = async (level: 'info' | 'warn' | 'error', what: string, more: { readonly [key: string]: Json }) => {
    const mask = createMask();
    const tokens = await readTokens(options.tokenFile);
    if (tokens.kind === 'tokens') for (const token of tokens.tokens) mask.add(token);
    options.log(mask.text(JSON.stringify({ time: new Date(clock.now()).toISOString(), level, what, ...more })));
  };

  const judge = async (request: IncomingMessage, signal: AbortSignal): Promise<Reply> => {
    const tokens = await readTokens(options.tokenFile);
    if (tokens.kind === 'none') return refusal(503, tokens.problem);
    if (!mayAsk(request.headers.authorization, tokens.tokens)) return refusal(401, NOT_ALLOWED);
    const text = await bodyOf(request, MOST_BODY);
    if (text === undefined) return refusal(413, tooLong());
    const parsed = parseQuestion(text);
    if (!parsed.ok) return refusal(400, ...parsed.problems);
    const question = parsed.value;
    const environment = options.environments.find(
      (one) => one.service === question.service && one.environment === question.environment,
    );
    if (environment === undefined) return refusal(404, unknown(question, options.environments));
    const seat = await seats.take(signal);
    if (seat === undefined) return refusal(503, busy(options.most));
    figures.begun();
    try {
      const answer = await answerQuestion(environment, question, options, signal);
      if (answer.blind) figures.blind();
      figures.verdict(environment.service, environment.environment, answer.verdict);
      const about = {
        service: question.service,
        environment: question.environment,
        ask: question.ask,
        canary: question.canary,
        stable: question.stable,
        verdict: answer.verdict,
        reason: answer.reason,
      };
      return { status: 200, body: { verdict: answer.verdict, reason: answer.reason, ...answer.details }, about };
    } finally {
      figures.ended();
      seat();
    }
  };

  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (request.method === 'GET' && path === '/healthz') return plain(response, 200, 'ok');
    if (request.method === 'GET' && path === '/readyz') {
      readTokens(options.tokenFile).then((tokens) =>
        leaving || tokens.kind === 'none' ? plain(response, 503, 'not ready') : plain(response, 200, 'ok'),
      );
      return;
    }
    if (request.method === 'GET' && path === '/metrics') {
      return plain(response, 200, figures.text(process.memoryUsage.rss()), 'text/plain; version=0.0.4');
    }
    const began = clock.monotonic();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(options.deadlineMs)]);
    reply(request, path ?? '', () => judge(request, signal))
      .then(async ({ status, body, headers = {}, about = {} }) => {
        const ms = Math.round(clock.monotonic() - began);
        figures.answered(status, ms / 1000);
        const end = leaving ? { connection: 'close' } : {};
        response.writeHead(status, { 'content-type': 'application/json', ...headers, ...end });
        response.end(`${JSON.stringify(body)}\n`);
        await note(status < 400 ? 'info' : 'warn', 'question', { status, ms, ...about });
      })
      .catch(() => response.destroy());
  });
  const port = await listen(server, options.listen, portTaken);
  await note('info', 'listens', { host: options.listen.host, port });
  return {
    port,
    stop: async () => {
      leaving = true;
      await close(server, clock, options.deadlineMs + 1_000);
      await note('info', 'ends', {});
    },
  };
}

/** Only one thing can be asked, and whatever goes wrong is JSON: the Rollouts controller takes any other text for a success. */
async function reply(request: IncomingMessage, path: string, judge: () => Promise<Reply>): Promise<Reply> {
  if (path !== '/v1/judge') return refusal(404, noSuchPath(path));
  if (request.method !== 'POST') return refusal(405, noSuchPath(`${request.method} ${path}`));
  try {
    return await judge();
  } catch (error) {
    return refusal(500, ...problemsOf(error, 'judge'));
  }
}

function portTaken(where: string, found: string): Problem {
  return {
    code: 'judge.port',
    where,
    found,
    expected: 'an address to listen on',
    remedy: 'stop what listens there, or give another one with --listen',
  };
}

const NOT_ALLOWED: Problem = {
  code: 'judge.not-allowed',
  where: 'header authorization',
  found: 'no token, or a wrong one',
  expected: '`Bearer` and a token of the judge',
  remedy: 'give the AnalysisTemplate the secret that the judge has',
};

function tooLong(): Problem {
  return {
    code: 'judge.bad-question',
    where: 'body',
    found: `more than ${MOST_BODY} bytes`,
    expected: 'one question',
    remedy: 'make the AnalysisTemplate anew with `shiplock gitops rollouts`, see docs/judge.md',
  };
}

function unknown(question: Question, environments: readonly JudgedEnvironment[]): Problem {
  return {
    code: 'judge.unknown-environment',
    where: `${question.service} ${question.environment}`,
    found: 'no such environment here',
    expected: `one of ${environments.map((one) => `${one.service} ${one.environment}`).join(', ')}`,
    remedy: 'give the judge its shiplock.yaml with --config, with `metrics.prometheus` in that environment',
  };
}

function busy(most: number): Problem {
  return {
    code: 'judge.busy',
    where: 'judge',
    found: `${most} questions at once and ${most * 4} waiting`,
    expected: 'fewer questions',
    remedy: 'run more replicas, or let the AnalysisTemplates ask less often',
  };
}

function noSuchPath(found: string): Problem {
  return {
    code: 'judge.no-such-path',
    where: 'request',
    found,
    expected: 'POST /v1/judge, or GET /healthz, /readyz or /metrics',
    remedy: 'see docs/judge.md',
  };
}
