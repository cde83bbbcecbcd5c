import type { Effect } from '../model/effect.ts';
import type { UnitSpec } from '../model/platform.ts';
import type { HttpClient, Metrics, Platform, TrafficRouter } from '../model/ports.ts';
import type { EvidenceField } from '../procedure/tree.ts';
import type { Policy } from './analysis/index.ts';

/** The world a rollout acts on. Given by the release room; rollout knows no adapter. */
export interface RolloutPorts {
  readonly router: TrafficRouter;
  readonly platform: Platform;
  /** The source of verdicts: one scrape of the proxy. */
  readonly metrics: Metrics;
  /** Further sources with the names of their metrics: they may add `worse`, never `not-worse`. */
  readonly witnesses: readonly Witness[];
  readonly http: HttpClient;
  /** Lets the data plane's own guard keep watch while a gate waits: until a moment, within an absolute error limit. */
  readonly hold: (version: string, untilMs: number, errorLimit: number) => Effect;
  /** Ends the guards of a version whose share is no longer a lease, on all hosts or on some. */
  readonly stopGuards: (version: string, on?: readonly string[]) => readonly Effect[];
}

export interface Witness {
  readonly metrics: Metrics;
  /** Known from the start, since metrics share α. */
  readonly names: readonly string[];
}

export interface CanaryStep {
  /** Share of new requests, 0 to 1, growing from step to step, below 1. */
  readonly share: number;
  /** Least time at this share. */
  readonly bakeMs: number;
}

/** A request that must be answered as said. `path` is joined to the address of an instance or of the proxy. */
export interface SmokeRequest {
  readonly path: string;
  readonly status: number;
  /** The body must contain this. */
  readonly contains?: string;
}

/** What to do where traffic is too little for a verdict before the deadline. */
export type LowTraffic =
  | { readonly kind: 'smoke' }
  /** Requests of our own through the proxy, topping real traffic up to this rate. */
  | { readonly kind: 'load'; readonly path: string; readonly requestsPerSecond: number }
  | { readonly kind: 'gate' };

/** How many of the hosts after the first: a share of them (cumulative), or so many more. */
export type BatchSize =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'hosts'; readonly hosts: number };

export interface RollingPolicy {
  /** How long the first host is watched before anybody is asked. */
  readonly firstBakeMs: number;
  /** Least time between two batches. */
  readonly bakeMs: number;
  /** How long the whole is watched when every host runs the new version. */
  readonly wholeBakeMs: number;
  readonly batches: readonly BatchSize[];
  /** What a person has to look at on the first host. */
  readonly inspection: readonly EvidenceField[];
}

export interface RolloutPolicy {
  readonly strategy: 'canary' | 'blue-green' | 'rolling';
  /** Shares that are judged; for blue-green the list may be empty. */
  readonly steps: readonly CanaryStep[];
  /** Blue-green: a person looks at the new version before it gets traffic. */
  readonly preview: boolean;
  /** How hosts are replaced; only where the strategy is rolling. */
  readonly rolling?: RollingPolicy;
  readonly analysis: Policy;
  /** How long the stable version is watched alone first: the shorter, the more evidence a verdict needs. */
  readonly pastMs: number;
  /** Time between two readings of the counters. */
  readonly everyMs: number;
  /** Not ready within this time: rolled back. */
  readonly healthDeadlineMs: number;
  /** No verdict within this time: a gate opens and the weight stays. */
  readonly analysisDeadlineMs: number;
  /** Watched time at 100 % (canary) or after the first start (initial), with absolute limits. */
  readonly finalBakeMs: number;
  readonly drainTimeoutMs: number;
  /** Absolute limit on the share of bad responses, for phases without a baseline and for guards. */
  readonly errorLimit: number;
  readonly lowTraffic: LowTraffic;
  readonly smoke: readonly SmokeRequest[];
  /** Share of the whole load one ready instance can carry; default 1 / replicas. */
  readonly capacityPerInstance?: number;
  /** Role that may decide at a gate of the rollout. */
  readonly role: string;
}

export interface Rollout {
  readonly service: string;
  readonly environment: string;
  readonly candidate: UnitSpec;
  /** Version that serves now; null when nothing does. */
  readonly stable: UnitSpec | null;
  /** Names of the hosts, in the order in which they are replaced. */
  readonly hosts: readonly string[];
  /** Address of the proxy, `http://127.0.0.1:8080`. */
  readonly entry: string;
  readonly policy: RolloutPolicy;
  readonly ports: RolloutPorts;
}
