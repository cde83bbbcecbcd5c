import type { Effect } from './effect.ts';
import type { Counters } from './metrics.ts';
import type { HostLook, PlatformState, UnitSpec } from './platform.ts';
import type { Routes, RoutesState } from './traffic.ts';

/** The only source of time. Nothing from outside (variable, flag, configuration) can change it. */
export interface Clock {
  /** Wall clock, milliseconds since 1970, for people and records. */
  now(): number;
  /** Milliseconds that never go back, for durations and expiry. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs commands that only look. Commands that change something are effects. */
export interface Exec {
  read(
    argv: readonly string[],
    options?: {
      readonly cwd?: string;
      /** Added to the environment of this process; undefined takes a variable out of it. */
      readonly env?: Readonly<Record<string, string | undefined>>;
      readonly timeoutMs?: number;
      readonly signal?: AbortSignal;
      readonly stdin?: string;
    },
  ): Promise<CommandResult>;
}

/** Secrets by reference: the name stands in configuration, the value never does. */
/**
 * `roots`: certificates (PEM) that the server's must be signed by; every connection is encrypted and verified. `here`: the server is one of this machine,
 * reached over loopback, and its certificate is what is being changed; any is taken, and no other machine is talked to.
 */
export type DatabaseTrust = { readonly kind: 'roots'; readonly pem: string } | { readonly kind: 'here' };

export interface Secrets {
  /** Value of a secret; throws a ProblemError when the reference leads nowhere. Every value handed out is masked from then on. */
  get(reference: string): string;
  /** Whom connections to databases over a network trust. Left out: as each connection string says. */
  readonly databaseTrust?: DatabaseTrust | undefined;
}

/**
 * Who gets which share of the traffic. Declarative: one desired state, one observation. `apply` is pure and returns the
 * effects that lead from the observed state to the desired one (none when they agree), so a plan can print them.
 */
export interface TrafficRouter {
  observe(signal?: AbortSignal): Promise<RoutesState>;
  apply(desired: Routes, observed: RoutesState): readonly Effect[];
  /**
   * Says "we are still here" for a version whose share is a lease (dead-man). Without it for the configured time the data
   * plane takes the version out by itself. Cheap; called several times per second by watches.
   */
  heartbeat(version: string): Promise<void>;
}

/** Where counts come from. Raw cumulative counters only: differences, resets and staleness are decided by pure code. */
export interface Metrics {
  /** Never throws for a source that is down or answers nonsense: that is an answer too (`missing`). */
  sample(signal?: AbortSignal): Promise<Counters>;
}

/**
 * Where a release runs: one host or many. Pure `…Effects` from an observed state, as for the router. `on` names the hosts that are meant
 * (left out: all). A host that cannot be reached is left out, since nothing is known of it: whoever needs it looks at `hosts` first.
 */
export interface Platform {
  observe(signal?: AbortSignal): Promise<PlatformState>;
  /** Lays the artefacts of a version down (releases/<version>), idempotent. */
  install(spec: UnitSpec, observed: PlatformState, on?: readonly string[]): readonly Effect[];
  /** Starts the wanted number of instances of a version; instances that run already stay. */
  start(spec: UnitSpec, observed: PlatformState, on?: readonly string[]): readonly Effect[];
  /** Drains and stops every instance of a version. */
  stop(version: string, observed: PlatformState, on?: readonly string[]): readonly Effect[];
  /** Makes `current` point to a version: what starts after a reboot. */
  makeCurrent(version: string, observed: PlatformState, on?: readonly string[]): readonly Effect[];
  /** Removes what a version left on disk; never the current one. */
  remove(version: string, observed: PlatformState, on?: readonly string[]): readonly Effect[];
}

/** One host of a platform. `spec.replicas` are the instances on this host. */
export interface HostPlatform {
  /** @throws ProblemError when the host cannot be reached, with the reason in `found` */
  observe(signal?: AbortSignal): Promise<HostLook>;
  install(spec: UnitSpec, observed: HostLook): readonly Effect[];
  start(spec: UnitSpec, observed: HostLook): readonly Effect[];
  stop(version: string, observed: HostLook): readonly Effect[];
  makeCurrent(version: string, observed: HostLook): readonly Effect[];
  remove(version: string, observed: HostLook): readonly Effect[];
  /** Ends the guards of a version whose share is no longer a lease. Repeatable, so it needs no observation. */
  stopGuards(version: string): readonly Effect[];
}

/** Requests that only look (GET): health, smoke tests, verification. Requests that change something are effects. */
export interface HttpClient {
  get(
    url: string,
    options: {
      readonly timeoutMs: number;
      readonly signal?: AbortSignal;
      readonly headers?: Readonly<Record<string, string>>;
      /** Of the body; what is longer is cut. Left out: its beginning, enough for a smoke test. */
      readonly mostCharacters?: number;
    },
  ): Promise<HttpAnswer>;
}

export type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly kind: 'no-answer'; readonly reason: string };
