import { readFile } from 'node:fs/promises';
import type { Effect } from '../../model/effect.ts';
import type { TrafficRouter } from '../../model/ports.ts';
import type { Route, Routes, RoutesState } from '../../model/traffic.ts';
import { heartbeats } from '../heartbeat.ts';
import { fenced, foreignObservation, isNotThereYet, sharesInWords } from '../routes.ts';
import { askNginx } from './ask.ts';
import { fingerprint, renderConfig } from './config-file.ts';
import { type EndpointSeen, type Facts, parseFacts, routesFrom } from './facts.ts';
import { assertOptions, type NginxOptions, nginxPaths, RELOAD_SCRIPT } from './options.ts';
import { addressOf } from './split.ts';
import { parseState } from './state.ts';
import { lookAtWorkers, openConnections } from './workers.ts';

/** How long a look at Nginx may take; an instance that does not answer takes up to a second of it. */
const LOOK_MS = 2000;
const EFFECT_MS = 15_000;
/** How long Nginx may take to serve a new configuration; measured: 50 ms. */
const RELOAD_SECONDS = 8;

/**
 * Traffic router for Nginx 1.20 and newer: a generated configuration, tested beside the one that serves, put in place by a rename and
 * loaded by a graceful reload. A share is applied when no worker of an earlier configuration takes requests any more.
 * @throws ProblemError when an option cannot stand in a configuration
 */
export function nginxRouter(options: NginxOptions): TrafficRouter {
  assertOptions(options);
  const { clock, heartbeatDir: directory, deadManMs: ttlMs } = options;
  return {
    observe: (signal) => observe(options, signal),
    apply: (desired, observed) => applyRoutes(options, desired, observed),
    heartbeat: heartbeats({ directory, ttlMs, clock }),
  };
}

async function observe(options: NginxOptions, signal?: AbortSignal): Promise<RoutesState> {
  const { socket, pid, config } = nginxPaths(options);
  const ask = (path: string) => askNginx(socket, path, { timeoutMs: LOOK_MS, clock: options.clock, signal });
  try {
    const [workers, answer, file] = await Promise.all([
      lookAtWorkers(pid),
      ask('/state'),
      readFile(config, 'utf8').catch(() => ''),
    ]);
    const state = parseState(answer.body);
    if (state === undefined || state.routes.service !== options.service) {
      throw new Error(`its answer is not what an Nginx of ours says: ${answer.body.trim().slice(0, 200)}`);
    }
    const { routes } = state.routes;
    const endpoints = routes.flatMap((route) => route.endpoints);
    // Before the checks below, which open connections of their own.
    const open = await openConnections(workers, endpoints.map(addressOf));
    const healthy = await Promise.all(endpoints.map((_endpoint, n) => isUp(ask, n)));
    const facts: Facts = {
      generation: state.generation,
      config: fingerprint(file),
      versions: routes.map((route) => route.version),
      leaving: workers.leaving.length,
    };
    let n = 0;
    const seen = routes.map((route) =>
      route.endpoints.map(
        (endpoint): EndpointSeen => ({
          up: healthy[n++] ?? false,
          openRequests: open.get(addressOf(endpoint)) ?? 0,
        }),
      ),
    );
    return {
      kind: 'observed',
      service: options.service,
      routes: routesFrom(routes, seen),
      detail: JSON.stringify(facts),
    };
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'unreachable', reason: `Nginx at ${socket}: ${reason}` };
  }
}

async function isUp(ask: (path: string) => Promise<{ readonly status: number }>, n: number): Promise<boolean> {
  const answer = await ask(`/check/${n}`);
  return answer.status === 200;
}

/**
 * Effects from the observed state to the desired one; none when they agree. An unreachable Nginx gets its file, so that it
 * starts with the desired state. Pure.
 * @throws ProblemError when Nginx cannot do what is asked
 */
export function applyRoutes(options: NginxOptions, desired: Routes, observed: RoutesState): readonly Effect[] {
  const facts = observed.kind === 'observed' ? parseFacts(observed.detail) : NOTHING;
  if (facts === undefined) {
    throw foreignObservation(options.service);
  }
  const later = desired.routes.filter((route) => isNotThereYet(route, facts.versions.includes(route.version)));
  if (later.length > 0) return laterEffects(options, later);
  const { text, generation } = renderConfig(options, desired);
  if (observed.kind === 'unreachable') return [...tested(options, text), placed(options)];
  if (facts.generation === generation && facts.config === fingerprint(text)) return [];
  return [...tested(options, text), ...reloadEffects(options, generation, sharesInWords(desired))];
}

const NOTHING: Facts = { generation: '', config: '', versions: [], leaving: 0 };

/** Known when the instances are; should it ever be executed, Nginx refuses the file, and nothing is changed. */
function laterEffects(options: NginxOptions, routes: readonly Route[]): readonly Effect[] {
  const lines = routes.map((route) => `${route.share * 100}% <instances-of-${route.version}>`);
  return tested(options, `${lines.join('\n')}\n`);
}

/** The file beside the one that serves, and Nginx's own word that it is good: never is a broken file in place. */
function tested(options: NginxOptions, text: string): readonly Effect[] {
  const { next } = nginxPaths(options);
  return [
    {
      ...fenced(options, EFFECT_MS),
      kind: 'file',
      path: next,
      content: text,
      mode: 0o600,
      why: 'beside the one that serves',
    },
    {
      ...fenced(options, EFFECT_MS),
      kind: 'exec',
      argv: testCommand(options, next),
      why: 'a configuration that Nginx refuses is not put in place',
    },
  ];
}

export function testCommand(options: NginxOptions, config: string): readonly string[] {
  return ['nginx', '-t', '-q', '-e', 'stderr', '-p', options.directory, '-c', config];
}

function placed(options: NginxOptions): Effect {
  const { next, config } = nginxPaths(options);
  return {
    ...fenced(options, EFFECT_MS),
    kind: 'exec',
    argv: ['mv', '-f', next, config],
    why: 'found at the next start',
  };
}

/** Puts the tested file in place and has it loaded; then the running process must say that it serves it. */
export function reloadEffects(options: NginxOptions, generation: string, why: string): readonly Effect[] {
  return [
    {
      ...fenced(options, EFFECT_MS),
      kind: 'exec',
      argv: ['sh', RELOAD_SCRIPT, options.directory, String(RELOAD_SECONDS)],
      why,
    },
    {
      ...fenced(options, EFFECT_MS),
      kind: 'socket',
      path: nginxPaths(options).socket,
      // HTTP as it was at first: one line, and the answer is the body.
      commands: ['GET /generation'],
      okAnswer: `^${generation}\\s*$`,
      why: 'the running process serves this configuration',
    },
  ];
}
