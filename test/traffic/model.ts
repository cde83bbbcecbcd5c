import type { Effect } from '../../src/model/effect.ts';
import type { RoutesState } from '../../src/model/traffic.ts';
import { factsFrom, routesFrom } from '../../src/traffic/haproxy/facts.ts';
import { type HaproxyOptions, haproxyPaths } from '../../src/traffic/haproxy/options.ts';
import type { RuntimeServer } from '../../src/traffic/haproxy/runtime.ts';
import { isFallback } from '../../src/traffic/haproxy/slots.ts';

/**
 * What the runtime commands mean, as far as shares are concerned: a tiny interpreter to look at every moment between two
 * commands. That it agrees with the real HAProxy is what the integration tests are for.
 */
export class Model {
  readonly servers = new Map<string, RuntimeServer>();
  config = '';
  description = '';
  readonly #options: HaproxyOptions;
  /** Called after each single command. */
  readonly #look: (model: Model) => void;

  constructor(options: HaproxyOptions, look: (model: Model) => void = () => undefined) {
    this.#options = options;
    this.#look = look;
  }

  /** As a new process: everything as the file says. */
  start(): void {
    this.servers.clear();
    this.description = /^ {2}description (\S+)$/m.exec(this.config)?.[1] ?? '';
    for (const line of this.config.split('\n')) {
      const match =
        /^ {2}server (\S+) (\S+):(\d+) (?:addr (\S+) )?port (\d+) weight (\d+)( disabled)?(?: backup)?$/.exec(line);
      if (match === null) continue;
      const [, slot = '', host = '', port, checkHost = host, checkPort, weight, disabled] = match;
      this.servers.set(slot, {
        slot,
        host,
        port: Number(port),
        checkHost,
        checkPort: Number(checkPort),
        weight: Number(weight),
        admin: disabled === undefined ? 'ready' : 'maint',
        running: disabled === undefined,
        check: 'none',
        rising: false,
        openRequests: 0,
        requests: 0,
        bad: 0,
      });
    }
  }

  run(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'file') this.config = String(effect.content);
      if (effect.kind === 'socket' && effect.path === haproxyPaths(this.#options).master) this.start();
      else if (effect.kind === 'socket') {
        for (const command of effect.commands.flatMap((line) => line.split('; '))) {
          this.#set(command);
          this.#look(this);
        }
      }
    }
  }

  #set(command: string): void {
    const match = /^set server (\S+)\/(\S+) (weight|state|addr|check-addr|health) (.*)$/.exec(command);
    const [, backend, slot = '', what, value = ''] = match ?? [];
    const server = this.servers.get(slot);
    if (backend !== this.#options.service || server === undefined) throw new Error(`No such server: ${command}`);
    this.servers.set(slot, { ...server, ...change(what ?? '', value) });
  }

  /** Every check passes. */
  checksPass(): void {
    for (const [slot, server] of this.servers) {
      if (server.admin !== 'maint') this.servers.set(slot, { ...server, running: true, check: 'passed' });
    }
  }

  /** Requests happen: counters of what takes traffic go up. */
  traffic(requests: number): void {
    for (const [slot, server] of this.servers) {
      if (server.weight > 0 && server.admin === 'ready') {
        this.servers.set(slot, { ...server, requests: server.requests + requests });
      }
    }
  }

  observe(): RoutesState {
    const runtime = { epoch: '1@1', description: this.description, servers: [...this.servers.values()] };
    const facts = factsFrom(runtime, this.config);
    return {
      kind: 'observed',
      service: this.#options.service,
      routes: routesFrom(facts),
      detail: JSON.stringify(facts),
    };
  }

  /** Share by weight of the servers at these ports, 0 when nothing takes requests. */
  share(ports: ReadonlySet<number>): { readonly share: number; readonly total: number } {
    const active = [...this.servers.values()].filter((server) => server.admin === 'ready');
    const plain = active.filter((server) => !isFallback(server.slot));
    // A fallback takes requests only where nothing else does.
    const taking = plain.some((server) => server.weight > 0) ? plain : active;
    const total = taking.reduce((sum, server) => sum + server.weight, 0);
    const mine = taking.filter((server) => ports.has(server.port)).reduce((sum, server) => sum + server.weight, 0);
    return { share: total === 0 ? 0 : mine / total, total };
  }
}

function change(what: string, value: string): Partial<RuntimeServer> {
  switch (what) {
    case 'weight':
      return { weight: Number(value) };
    case 'check-addr': {
      const [checkHost = '', , port] = value.split(' ');
      return { checkHost, checkPort: Number(port) };
    }
    case 'health':
      return { running: value !== 'down' };
    case 'state':
      return value === 'ready' ? { admin: 'ready', running: true } : { admin: value === 'drain' ? 'drain' : 'maint' };
    default: {
      const [host = '', , port] = value.split(' ');
      return { host, port: Number(port) };
    }
  }
}
