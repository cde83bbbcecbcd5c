import { createServer, type IncomingMessage } from 'node:http';
import { type Decision, decide, MOST_BYTES, openStartBook, parseMessage, type ToldAlert } from '../../alerts/index.ts';
import type { Json } from '../../model/json.ts';
import { type Problem, ProblemError, problemsOf } from '../../model/problem.ts';
import type { StopSignal } from '../../procedure/index.ts';
import { createMask } from '../../procedure/masking/mask.ts';
import type { DoorOptions } from '../door.ts';
import { openEnvironment, type ServiceEnvironment } from '../environment/service.ts';
import { mayAsk, readTokens, type Tokens } from '../judge/token.ts';
import { type Address, bodyOf, close, listen, plain, type Reply, refusal } from '../serving/http.ts';
import { createAlertFigures } from './figures.ts';
import { type CheckedRule, checkAlertRules, type FindRunbook, inputProblems } from './rules.ts';
import { createStarter } from './starter.ts';

/** The door of alerts: a webhook of Alertmanager that starts runbooks of an allow list. */

export interface AlertServerOptions {
  readonly door: DoorOptions;
  readonly environment: string;
  readonly find: FindRunbook;
  readonly listen: Address;
  readonly tokenFile: string;
  /** Ends what runs at its next safe place. */
  readonly stop: StopSignal;
  /** One line of JSON without its end. */
  log(line: string): void;
  /** Test hook: called when a start is durable, and before it is answered or begun. */
  readonly onDurable?: () => void;
}

export interface AlertServer {
  readonly port: number;
  /** Takes no more alerts, and waits until what runs has stopped at a safe place. */
  stop(): Promise<void>;
}

const LAST_ANSWERS_MS = 5_000;

/**
 * Starts the server, and goes on with what a process before it has left; resolves when it listens.
 * @throws ProblemError when a rule allows what may not be started, the port is taken, or there is no token
 */
export async function startAlertServer(options: AlertServerOptions): Promise<AlertServer> {
  const { door, environment, find, stop } = options;
  const service = await openEnvironment(door, environment);
  const { clock, store } = service;
  await soundRules(service, find);
  const first = await tokensOf(options.tokenFile);
  if (first.kind === 'none') throw new ProblemError(first.problem);
  const figures = createAlertFigures();
  const mask = createMask();
  const note = (level: 'info' | 'warn' | 'error', what: string, about: { readonly [key: string]: Json }): void => {
    const line = JSON.stringify({ time: new Date(clock.now()).toISOString(), level, what, ...about });
    options.log(mask.text(line));
  };
  const tokens = async (): Promise<Tokens> => {
    const read = await tokensOf(options.tokenFile);
    if (read.kind === 'tokens') for (const token of read.tokens) mask.add(token);
    return read;
  };
  const book = await openStartBook(store, environment, clock.now());
  const starter = createStarter({
    ...{ door, environment, find, book, clock, stop },
    note: (level, what, about) => {
      note(level, what, about);
      figures.noted(what);
    },
  });
  let leaving = false;

  /** One message after the other: what one of them starts counts for the next. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };

  const hear = async (alerts: readonly ToldAlert[]): Promise<Reply> => {
    // Read anew: who takes a rule out need not start the server again.
    const now = await openEnvironment(door, environment);
    const rules = await soundRules(now, find);
    const told: Json[] = [];
    for (const alert of alerts) {
      const decision = refuseInputs(now, rules, decideNow(alert, rules));
      const name = alert.labels['alertname'] ?? '';
      if (decision.kind === 'leave') {
        figures.left(decision.reason);
        if (decision.reason !== 'resolved' && decision.reason !== 'no-rule')
          note('info', 'left', { alert: name, rule: decision.rule, reason: decision.reason, words: decision.words });
        told.push({ alert: name, did: 'nothing', reason: decision.reason, rule: decision.rule });
        continue;
      }
      const { start } = decision;
      const made = await book.begin(start);
      options.onDurable?.();
      if (made) starter.take(start);
      figures.started(start.rule);
      told.push({ alert: name, did: made ? 'start' : 'nothing', rule: start.rule, run: start.run });
    }
    return { status: 200, body: { alerts: told }, about: { alerts: alerts.length } };
  };
  const decideNow = (alert: ToldAlert, rules: readonly CheckedRule[]): Decision =>
    decide(
      alert,
      rules.map(({ rule }) => rule),
      book.all(),
      clock.now(),
    );

  const answer = async (request: IncomingMessage, path: string): Promise<Reply> => {
    if (path !== '/v1/alerts') return refusal(404, noSuchPath(path));
    if (request.method !== 'POST') return refusal(405, noSuchPath(`${request.method} ${path}`));
    const known = await tokens();
    if (known.kind === 'none') return refusal(503, known.problem);
    if (!mayAsk(request.headers.authorization, known.tokens)) return refusal(401, NOT_ALLOWED);
    const text = await bodyOf(request, MOST_BYTES);
    if (text === undefined) return refusal(413, tooLong());
    const alerts = parseMessage(text);
    if (!alerts.ok) return refusal(400, ...alerts.problems);
    try {
      return await inTurn(() => hear(alerts.value));
    } catch (error) {
      // Alertmanager comes again after a 5xx, and until then nothing is forgotten: the alert fires on.
      return refusal(503, ...problemsOf(error, 'alerts'));
    }
  };

  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    if (request.method === 'GET' && path === '/healthz') return plain(response, 200, 'ok');
    if (request.method === 'GET' && path === '/readyz')
      return leaving ? plain(response, 503, 'not ready') : plain(response, 200, 'ok');
    if (request.method === 'GET' && path === '/metrics')
      return plain(response, 200, figures.text(), 'text/plain; version=0.0.4');
    answer(request, path)
      .then(({ status, body, headers = {}, about = {} }) => {
        figures.answered(status);
        if (status >= 400) note('warn', 'refused', { status, ...about });
        // What was not read to its end cannot be followed by another request.
        const end = leaving || status === 413 ? { connection: 'close' } : {};
        response.writeHead(status, { 'content-type': 'application/json', ...headers, ...end });
        response.end(`${JSON.stringify(body)}\n`);
      })
      .catch(() => response.destroy());
  });
  const port = await listen(server, options.listen, portTaken);
  note('info', 'listens', { host: options.listen.host, port, environment });
  return {
    port,
    async stop() {
      leaving = true;
      await close(server, clock, LAST_ANSWERS_MS);
      await starter.idle();
      note('info', 'ends', {});
    },
  };
}

/** @throws ProblemError with everything that is wrong with any rule: an allow list is whole, or nothing is started by it */
async function soundRules(service: ServiceEnvironment, find: FindRunbook): Promise<readonly CheckedRule[]> {
  const rules = await checkAlertRules(service, find);
  const problems = rules.flatMap((one) => one.problems);
  if (problems.length > 0) throw new ProblemError(problems);
  if (rules.length === 0) throw new ProblemError(noRules(service));
  return rules;
}

/** Values of labels are checked as the inputs of a person are, before anything is written down. */
function refuseInputs(service: ServiceEnvironment, rules: readonly CheckedRule[], decision: Decision): Decision {
  if (decision.kind === 'leave') return decision;
  const { start } = decision;
  const runbook = rules.find(({ rule }) => rule.name === start.rule)?.runbook ?? null;
  const [problem] = runbook === null ? [] : inputProblems(service, runbook, start.texts);
  if (problem === undefined) return decision;
  return { kind: 'leave', reason: 'bad-label', rule: start.rule, words: `${problem.where}: found ${problem.found}` };
}

async function tokensOf(file: string): Promise<Tokens> {
  const read = await readTokens(file);
  if (read.kind === 'tokens') return read;
  const { where, found } = read.problem;
  return { kind: 'none', problem: noToken(where, found) };
}

function noToken(where: string, found: string): Problem {
  return {
    code: 'alert.no-token',
    where,
    found,
    expected: 'a readable file with one token a line, each of at least 16 characters without spaces',
    remedy: 'make one with `openssl rand -base64 32`, and give it to Alertmanager as `authorization.credentials_file`',
  };
}

function portTaken(where: string, found: string): Problem {
  return {
    code: 'alert.port',
    where,
    found,
    expected: 'an address to listen on',
    remedy: 'stop what listens there, or give another one with --listen',
  };
}

const NOT_ALLOWED: Problem = {
  code: 'alert.not-allowed',
  where: 'header authorization',
  found: 'no token, or a wrong one',
  expected: '`Bearer` and a token of this server',
  remedy: 'set `http_config.authorization.credentials_file` of the receiver in Alertmanager',
};

function tooLong(): Problem {
  return {
    code: 'alert.bad-message',
    where: 'body',
    found: `more than ${MOST_BYTES} bytes`,
    expected: 'one message of the webhook of Alertmanager',
    remedy: 'set `max_alerts` of the receiver in Alertmanager',
  };
}

function noRules({ environment: { environment } }: ServiceEnvironment): Problem {
  return {
    code: 'alert.no-rules',
    where: `environments.${environment}`,
    found: 'no `alerts:`',
    expected: 'a list of alerts that may start a runbook',
    remedy: 'write `alerts:` into shiplock.yaml as docs/runbooks.md says',
  };
}

function noSuchPath(found: string): Problem {
  return {
    code: 'alert.no-such-path',
    where: 'request',
    found,
    expected: 'POST /v1/alerts, or GET /healthz, /readyz or /metrics',
    remedy: 'see docs/runbooks.md',
  };
}
