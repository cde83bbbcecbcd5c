import type { Effect } from '../model/effect.ts';

/** The whole system of an environment as plain data, and the port by which each of its services is seen and moved. */

/** One unit of systemd, one instance, or what a command says. */
export interface Member {
  readonly name: string;
  readonly state: 'running' | 'stopped' | 'failed' | 'changing' | 'missing';
  /** Another one after each start; null where nobody can tell. */
  readonly identity: string | null;
  /** Last words of one that is not well. */
  readonly detail: string;
}

/**
 * One service on one host. Effects are pure and may be done twice. `names` are the members that are meant; where there are none, no
 * effect follows.
 */
export interface ServiceControl {
  /** Only looks. @throws ProblemError when the host cannot be asked */
  observe(signal?: AbortSignal): Promise<readonly Member[]>;
  start(names: readonly string[], timeoutMs: number): readonly Effect[];
  stop(names: readonly string[], timeoutMs: number): readonly Effect[];
  /** Null: it cannot be seen whether a restart has happened, so it is stopped and started in two steps. */
  readonly restart: ((names: readonly string[], timeoutMs: number) => readonly Effect[]) | null;
  /** Has it read its files again while it serves. Absent: it cannot. */
  readonly reload?: (timeoutMs: number) => readonly Effect[];
}

export interface ServiceOnHost {
  readonly host: string;
  /** For health checks. */
  readonly address: string;
  readonly control: ServiceControl;
}

export type Health =
  | { readonly kind: 'http'; readonly url: string; readonly status: number }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export interface SystemService {
  readonly name: string;
  /** What it is, in words for people: `unit mariadb.service`. */
  readonly what: string;
  readonly after: readonly string[];
  readonly on: readonly ServiceOnHost[];
  /** `{host}` is put in; null: that it runs is enough. */
  readonly health: Health | null;
  readonly startMs: number;
  readonly stopMs: number;
}

/** What looks at health; `http` and `tcp` from this machine. Null: healthy, else what is wrong. */
export type HealthProbe = (health: Health, signal: AbortSignal) => Promise<string | null>;

export interface System {
  readonly services: readonly SystemService[];
  readonly probe: HealthProbe;
  /** Who fills in the checkpoint of a restart. */
  readonly role: string;
}
