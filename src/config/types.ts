import type { AccountsConfig, DatabaseTlsConfig } from '../database/config.ts';
import type { GitopsForge } from '../gitops/config.ts';
import type { ApplyLimits, MigrateConfig } from '../migrate/config.ts';
import type { Text } from '../model/effect.ts';
import type { WorkloadKind } from '../model/workload-kinds.ts';
import type { RolloutManifestsConfig } from '../traffic/config.ts';
import type { ResolvedAlertRule } from './alerts.ts';
import type { ResolvedBackup } from './backup.ts';
import type { ResolvedBucket } from './buckets.ts';
import type { ResolvedCertificate } from './certificates.ts';
import type { ResolvedComponent } from './component-types.ts';
import type { LocatedMap } from './located.ts';
import type { ResolvedLogs } from './logs.ts';
import type { EnvironmentSettings, ServiceSettings } from './schema.ts';
import type { ResolvedSystem } from './system.ts';

export type { ResolvedComponent, ResolvedProcess } from './component-types.ts';

/** shiplock.yaml, read and checked: every environment that is not abstract is known to be complete. */
export interface Config {
  /** Name of the file as it was given; problems begin with it. */
  readonly file: string;
  readonly service: ServiceSettings;
  /** By name. Abstract environments are known only by name. */
  readonly environments: ReadonlyMap<string, ConfiguredEnvironment>;
}

export type ConfiguredEnvironment =
  | { readonly kind: 'abstract' }
  | { readonly kind: 'concrete'; readonly settings: EnvironmentSettings; readonly tree: LocatedMap };

/**
 * One environment, ready to be used. Durations are milliseconds (`…Ms`), shares are fractions from 0 to 1, rates are per second,
 * paths are absolute, `{environment}` and `{service}` are put in, and secrets are still references.
 */
export interface ResolvedEnvironment {
  readonly service: string;
  readonly environment: string;
  /** Directory of shiplock.yaml, absolute. */
  readonly baseDir: string;
  readonly owners: readonly { readonly team: string; readonly contact: string }[];
  readonly onCall: readonly { readonly name: string; readonly contact: string }[];
  readonly objectives: ResolvedObjectives;
  /** Role → people. Empty: no roles are kept, anybody may decide and it is recorded. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly components: Readonly<Record<string, ResolvedComponent>>;
  readonly database: ResolvedDatabase | null;
  readonly platform: ResolvedPlatform;
  readonly traffic: ResolvedTraffic;
  readonly metrics: ResolvedMetrics;
  readonly rollout: ResolvedRollout;
  readonly gitops: ResolvedGitops | null;
  readonly purge: readonly ResolvedPurge[];
  /** Requests through the proxy after the release. */
  readonly verify: readonly ResolvedRequest[];
  /** Null: from anywhere. */
  readonly promotion: { readonly from: string } | null;
  /** Null: nobody is told, nothing is backed up. */
  readonly announce: ResolvedAnnounce | null;
  readonly system?: ResolvedSystem;
  /** Left out: no alert starts anything. In the order of the file. */
  readonly alerts?: readonly ResolvedAlertRule[];
  readonly backup: ResolvedBackup | null;
  readonly certificates?: readonly ResolvedCertificate[];
  /** Left out: nothing is served from a bucket. */
  readonly buckets?: readonly ResolvedBucket[];
  readonly logs?: readonly ResolvedLogs[];
}

export interface ResolvedObjectives {
  /** Promised share of good answers, 0 to 1. */
  readonly availability?: number;
  readonly rtoMs?: number;
  readonly rpoMs?: number;
}

export interface ResolvedDatabase {
  readonly engine: 'mysql' | 'mariadb';
  /** Directory, absolute. */
  readonly migrations: string;
  readonly dsn: Text;
  /** File, absolute; null: no seed data. */
  readonly seed: string | null;
  readonly connectTimeoutMs: number;
  readonly lockWaitTimeoutMs: number;
  readonly lockAttempts: number;
  readonly statementTimeoutMs: number;
  readonly plan: MigrateConfig['plan'];
  readonly rewrite: MigrateConfig['rewrite'];
  /** Null: no statement is tried before it is run. */
  readonly shadow: NonNullable<MigrateConfig['shadow']> | null;
  readonly apply: ApplyLimits;
  readonly quarantineMs: number;
  /** Null: no suite is known that could prove anything. */
  readonly compatibility: ResolvedCompatibility | null;
  /** Null: nothing may leave this environment for another. */
  readonly desensitise: ResolvedDesensitise | null;
  readonly generate: MigrateConfig['generate'];
  /** Null: its rows are not emptied from here. */
  readonly reset: NonNullable<MigrateConfig['reset']> | null;
  readonly lint: ResolvedLint;
  /** Null: nothing is said of who may use it. */
  readonly accounts: AccountsConfig | null;
  /** Null: connections are protected as each connection string says. Paths are whole. */
  readonly tls: DatabaseTlsConfig | null;
}

export interface ResolvedDesensitise {
  readonly key: Text;
  /** Table → `empty`, or column → rule. */
  readonly tables: Readonly<Record<string, 'empty' | Readonly<Record<string, string>>>>;
}

export interface ResolvedCompatibility {
  readonly command: readonly string[];
  /** Relative to the directory of shiplock.yaml: the suite of another release lies in another place. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** A declaration is no answer. */
  readonly required: boolean;
  readonly timeoutMs: number;
}

/** How migration files are judged. */
export interface ResolvedLint {
  /** Levels by the id of the rule; the others are the rule's own. */
  readonly rules: Readonly<Record<string, 'off' | 'note' | 'warning' | 'error'>>;
  /** Null: the usual one of the engine. */
  readonly serverVersion: string | null;
  /** Null: every file is judged. */
  readonly from: number | null;
}

export type ResolvedPlatform = ResolvedHostPlatform | ResolvedKubernetesPlatform;
/** Instances are processes on hosts that we start ourselves. */
export type ResolvedHostPlatform = ResolvedLocalPlatform | ResolvedSshPlatform;

interface Running {
  /** Absolute, on this machine: where the proxy and what stands beside it run, and for `local` everything. */
  readonly root: string;
  /** On each host. */
  readonly replicas: number;
  readonly startTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly ports: { readonly first: number; readonly last: number };
  /** This many restarts within this time are a crash loop. */
  readonly crashLoop: { readonly restarts: number; readonly withinMs: number };
  /** Releases that stay on the disk of a host. */
  readonly keepReleases: number;
}

export interface ResolvedLocalPlatform extends Running {
  readonly kind: 'local';
  /** Names of the hosts that this machine plays; absent: it is one host. */
  readonly hosts?: readonly string[];
}

export interface ResolvedSshPlatform extends Running {
  readonly kind: 'ssh';
  readonly hosts: readonly {
    readonly name: string;
    readonly address: string;
    readonly port: number;
    readonly user: string;
  }[];
  /** Directory of the service on each host. */
  readonly hostRoot: string;
  /** Absolute. */
  readonly knownHosts: string;
  readonly identityFile?: string;
  readonly connectTimeoutMs: number;
  readonly parallel: number;
}

export interface ResolvedKubernetesPlatform {
  readonly kind: 'kubernetes';
  /** Absolute; null: where kubectl looks. */
  readonly kubeconfig: string | null;
  /** Null: the current one. */
  readonly context: string | null;
  readonly namespace: string;
  readonly rollout: string;
  readonly container: string;
  readonly application: string;
  readonly argocdNamespace: string;
  /** ConfigMap; null: nothing refuses what was taken back. */
  readonly quarantine: { readonly namespace: string; readonly name: string } | null;
  readonly syncDeadlineMs: number;
}

export type ResolvedTraffic = ResolvedProxyTraffic | ResolvedRolloutsTraffic;

export interface ResolvedRolloutsTraffic {
  readonly kind: 'argo-rollouts';
  readonly component: string;
  readonly entry: string;
  readonly longestTimeoutMs: number;
  /** Names for `shiplock gitops rollouts`. */
  readonly manifests?: RolloutManifestsConfig;
}

/** An environment on hosts, behind a proxy of ours. */
export interface HostEnvironment extends ResolvedEnvironment {
  readonly platform: ResolvedHostPlatform;
  readonly traffic: ResolvedProxyTraffic;
}

/** An environment in a cluster. */
export interface ClusterEnvironment extends ResolvedEnvironment {
  readonly platform: ResolvedKubernetesPlatform;
  readonly traffic: ResolvedRolloutsTraffic;
  readonly gitops: ResolvedGitops;
}

export interface ResolvedProxyTraffic {
  readonly kind: 'haproxy' | 'nginx';
  /** Component that gets the traffic: the one with a process, or where none has one, the files. */
  readonly component: string;
  /** Absolute. */
  readonly directory: string;
  /** `host:port` as configured. */
  readonly bind: string;
  /** How this machine reaches it: `http://127.0.0.1:8080`. */
  readonly entry: string;
  readonly deadManMs: number;
  readonly longestTimeoutMs: number;
  readonly rateLimits: readonly { readonly path: string; readonly requestsPerSecond: number }[];
  /** Static files behind the same proxy; null: every request goes to the service. */
  readonly files: ResolvedFiles | null;
  /** Path prefixes that the proxy answers 404. */
  readonly privatePaths: readonly string[];
  /** Path prefixes that maintenance leaves open; absent: none. */
  readonly maintenanceExcept?: readonly string[];
}

export interface ResolvedFiles {
  /** Component that is only files. */
  readonly component: string;
  /** Path prefixes that go to the service. */
  readonly servicePaths: readonly string[];
  /** Port of the static server. */
  readonly port: number;
  readonly singlePage: boolean;
  /** Path → component of kind `script` that is installed from there; left out: none. */
  readonly downloads?: Readonly<Record<string, string>>;
}

export interface ResolvedMetrics {
  /** Time between two readings. */
  readonly everyMs: number;
  /** How long one reading of the proxy may take. */
  readonly timeoutMs: number;
  readonly prometheus: {
    readonly url: string;
    readonly staleAfterMs: number;
    readonly timeoutMs: number;
    /** Label that names the version in the answers. */
    readonly versionLabel: string;
    readonly queries: readonly { readonly metric: string; readonly requests: string; readonly bad: string }[];
  } | null;
}

export interface ResolvedRequest {
  readonly path: string;
  readonly status: number;
  readonly contains?: string;
}

export interface ResolvedRollout {
  readonly strategy: 'canary' | 'blue-green' | 'rolling';
  /** Only where the strategy is rolling. */
  readonly rolling?: ResolvedRolling;
  /** A person looks at the new version before the switch. */
  readonly preview: boolean;
  /** Shares grow and stay below 1. */
  readonly steps: readonly { readonly share: number; readonly bakeMs: number }[];
  readonly analysis: {
    readonly mode: 'dispersed' | 'robust' | 'sharp';
    readonly alpha: number;
    readonly beta: number;
    readonly harmRatio: number;
    readonly margin: number;
    readonly floor: number;
    readonly ceiling: number;
    /** Null: estimated from the stable version. */
    readonly clump: number | null;
    /** 0: each reading is one bet. */
    readonly unitMs: number;
    /** How long the stable version is watched alone first. */
    readonly pastMs: number;
    readonly warmUpMs: number;
  };
  readonly healthDeadlineMs: number;
  readonly analysisDeadlineMs: number;
  readonly finalBakeMs: number;
  readonly drainTimeoutMs: number;
  readonly lowTraffic:
    | { readonly kind: 'smoke' }
    | { readonly kind: 'gate' }
    | { readonly kind: 'load'; readonly path: string; readonly requestsPerSecond: number };
  readonly smoke: readonly ResolvedRequest[];
  /** Absolute limit on the share of bad responses. */
  readonly errorLimit: number;
  /** Null: all instances of a version together carry the whole load. */
  readonly capacityPerInstance: number | null;
  readonly role: string;
}

export interface ResolvedRolling {
  readonly firstBakeMs: number;
  readonly bakeMs: number;
  readonly wholeBakeMs: number;
  readonly batches: readonly (
    | { readonly kind: 'share'; readonly share: number }
    | { readonly kind: 'hosts'; readonly hosts: number }
  )[];
  /** What a person fills in about the first host. */
  readonly inspection: readonly ResolvedItem[];
}

export type ResolvedItem = { readonly name: string; readonly question: string } & (
  | { readonly kind: 'check' }
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'text'; readonly minLength?: number }
  | { readonly kind: 'choice'; readonly options: readonly string[] }
);

export interface ResolvedGitops {
  /** Absolute path, or an address for `git clone`. */
  readonly repository: string;
  readonly branch: string;
  /** Inside the repository. */
  readonly file: string;
  /** Keys joined by dots. */
  readonly path: string;
  readonly names: 'version' | 'digest' | 'image';
  readonly author: { readonly name: string; readonly email: string };
  /** Absolute path of an OpenSSH key, or `key::` and a public one; null: no signature. */
  readonly signingKey: string | null;
  readonly by: 'push' | 'pull-request';
  /** Null: git alone is asked. */
  readonly forge: GitopsForge | null;
  /** By workload: where git says how many pods it has; absent: nowhere that we were told of. */
  readonly scale?: Readonly<Record<string, ResolvedScale>>;
}

export interface ResolvedScale {
  readonly kind: WorkloadKind;
  /** Inside the repository. */
  readonly file: string;
  /** Keys joined by dots. */
  readonly counts:
    | { readonly by: 'replicas'; readonly replicas: string }
    | { readonly by: 'autoscaler'; readonly min: string; readonly max: string };
}

export interface ResolvedAnnounce {
  readonly alertmanager: {
    readonly urls: readonly string[];
    readonly authorization: Text | null;
  } | null;
  readonly webhook: { readonly url: Text; readonly authorization: Text | null } | null;
  readonly labels: Readonly<Record<string, string>>;
  /** `{run}` and `{alert}` are put in when there is one. */
  readonly links: { readonly run: string | null; readonly runbook: string | null };
  readonly timeoutMs: number;
  /** How long what has no end yet is told to last. */
  readonly lastsMs: number;
  /** How long what is over already stays an alert. */
  readonly eventsMs: number;
}

export interface ResolvedPurge {
  readonly url: string;
  readonly method: 'PURGE' | 'BAN' | 'DELETE' | 'POST';
}
