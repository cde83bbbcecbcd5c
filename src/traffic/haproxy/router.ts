import { readFile } from 'node:fs/promises';
import type { Effect } from '../../model/effect.ts';
import type { TrafficRouter } from '../../model/ports.ts';
import type { Route, Routes, RoutesState } from '../../model/traffic.ts';
import { heartbeats } from '../heartbeat.ts';
import { fenced, foreignObservation, isNotThereYet, sharesInWords } from '../routes.ts';
import { assign, isIdle } from './assign.ts';
import { isNew, leavers, runtimeCommands } from './commands.ts';
import { fingerprint, type Placement, renderConfig, staticHash } from './config-file.ts';
import { type Facts, factsFrom, parseFacts, routesFrom } from './facts.ts';
import { assertOptions, type HaproxyOptions, haproxyPaths } from './options.ts';
import { lookCommand, parseRuntime } from './runtime.ts';
import { isFallback } from './slots.ts';
import { askHaproxy } from './socket.ts';

/** How long a look at HAProxy may take; measured: 1 ms. */
const LOOK_MS = 2000;
const EFFECT_MS = 10_000;

/** What `set server … addr` says when all is well; every other command says nothing. */
const ADDRESS_SET = "^\\s*(?:(?:IP changed|port changed|no need to change)[^\\n]*'stats socket command'\\s*)*$";

/**
 * Traffic router for HAProxy 2.6: weights by the runtime socket, written into the configuration file first so that a reload or a
 * restart by anybody finds them there. `apply` never reloads for a share; it does for a change of the static part.
 * @throws ProblemError when an option cannot stand in a configuration
 */
export function haproxyRouter(options: HaproxyOptions): TrafficRouter {
  assertOptions(options);
  const { clock, heartbeatDir: directory, deadManMs: ttlMs } = options;
  return {
    observe: (signal) => observe(options, signal),
    apply: (desired, observed) => applyRoutes(options, desired, observed),
    heartbeat: heartbeats({ directory, ttlMs, clock }),
  };
}

async function observe(options: HaproxyOptions, signal?: AbortSignal): Promise<RoutesState> {
  const paths = haproxyPaths(options);
  try {
    const [answer, config] = await Promise.all([
      askHaproxy(paths.socket, lookCommand(options.service), { timeoutMs: LOOK_MS, clock: options.clock, signal }),
      readFile(paths.config, 'utf8').catch(() => ''),
    ]);
    const facts = factsFrom(await parseRuntime(answer), config);
    return { kind: 'observed', service: options.service, routes: routesFrom(facts), detail: JSON.stringify(facts) };
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'unreachable', reason: `HAProxy at ${paths.socket}: ${reason}` };
  }
}

/**
 * Effects from the observed state to the desired one; none when they agree. An unreachable HAProxy gets its file, so that it
 * starts with the desired state. Pure.
 * @throws ProblemError when HAProxy cannot do what is asked
 */
export function applyRoutes(options: HaproxyOptions, desired: Routes, observed: RoutesState): readonly Effect[] {
  const facts = observed.kind === 'observed' ? parseFacts(observed.detail) : NOTHING;
  if (facts === undefined) {
    throw foreignObservation(options.service);
  }
  const seen = new Set(facts.slots.map((slot) => slot.tenant?.version));
  const later = desired.routes.filter((route) => isNotThereYet(route, seen.has(route.version)));
  if (later.length > 0) return [laterEffect(options, later)];
  const placements = assign(desired, facts, options);
  if (observed.kind === 'unreachable') return [fileEffect(options, renderConfig(options, placements))];
  const reload = facts.staticHash !== staticHash(options);
  // A reload believes every server healthy until its first check: who was not checked before gets its weight afterwards.
  const careful = reload
    ? placements.map((one) => (isNew(one, factOf(facts, one)) && !isFallback(one.slot) ? { ...one, weight: 0 } : one))
    : placements;
  const was = leavers(placements, facts).flatMap((slot) => (isIdle(slot) ? [] : (slot.tenant ?? [])));
  const text = renderConfig(options, careful, was);
  const file = fingerprint(text) === facts.config ? [] : [fileEffect(options, text)];
  if (reload) return [...file, ...reloadEffects(options)];
  const commands = runtimeCommands(options.service, desired, placements, facts);
  return commands.length === 0 ? file : [...file, socketEffect(options, desired, commands)];
}

const NOTHING: Facts = { epoch: '', staticHash: '', config: '', slots: [] };

function factOf(facts: Facts, placement: Placement): Facts['slots'][number] | undefined {
  return facts.slots.find((slot) => slot.slot === placement.slot);
}

/** Known when the instances are; should it ever be executed, HAProxy knows no such server, and nothing is changed. */
function laterEffect(options: HaproxyOptions, routes: readonly Route[]): Effect {
  const commands = routes.map((route) => {
    const server = `${options.service}/<instances-of-${route.version}>`;
    return `set server ${server} addr <address> port <port>; set server ${server} weight <for-${route.share * 100}%>`;
  });
  return { ...fenced(options, EFFECT_MS), kind: 'socket', path: haproxyPaths(options).socket, commands };
}

function socketEffect(options: HaproxyOptions, desired: Routes, commands: readonly string[]): Effect {
  return {
    ...fenced(options, EFFECT_MS),
    kind: 'socket',
    path: haproxyPaths(options).socket,
    commands,
    okAnswer: ADDRESS_SET,
    why: sharesInWords(desired),
  };
}

function fileEffect(options: HaproxyOptions, content: string): Effect {
  const { config } = haproxyPaths(options);
  const why = 'a reload or restart finds the same shares';
  return { ...fenced(options, EFFECT_MS), kind: 'file', path: config, content, mode: 0o600, why };
}

/**
 * Has the running HAProxy read its file again, after checking it. Needed for changes of the static part only. No connection is
 * refused: the listeners are handed over, and the old process ends when its requests have.
 */
export function reloadEffects(options: HaproxyOptions): readonly Effect[] {
  const { config, master } = haproxyPaths(options);
  return [
    {
      ...fenced(options, EFFECT_MS),
      kind: 'exec',
      argv: ['haproxy', '-c', '-f', config],
      why: 'a configuration that HAProxy refuses is not loaded',
    },
    {
      ...fenced(options, EFFECT_MS),
      kind: 'socket',
      path: master,
      commands: ['reload'],
      // 2.6 closes the connection without a word; newer ones report.
      okAnswer: '^\\s*(?:Success=1[\\s\\S]*)?$',
      why: 'the static part of the configuration changed',
    },
  ];
}
