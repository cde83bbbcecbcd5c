import type { Manner, MannerPlan, MigrationStatus, SchemaState, StatementPlan } from '../../migrate/index.ts';
import type { ClusterRollouts } from '../../model/cluster-rollout.ts';
import type { Effect } from '../../model/effect.ts';
import type { LedgerRow } from '../../model/ledger.ts';
import type { Windows } from '../../model/people.ts';
import type { HostLook, UnitSpec } from '../../model/platform.ts';
import type { Clock } from '../../model/ports.ts';
import type { Problem } from '../../model/problem.ts';
import type { MigrationRef, Phase, Release } from '../../model/release.ts';
import type { BucketLook } from '../../platform/index.ts';
import type { DecideContext, Node, ReadContext } from '../../procedure/index.ts';
import type { RolloutPolicy, RolloutPorts, SmokeRequest } from '../../rollout/index.ts';
import type { Doors } from '../../traffic/index.ts';
import type { Provenance } from '../attest/provenance.ts';
import type { ChangeLooks } from '../change/asked.ts';
import type { PromotionLooks } from '../promotion/gates.ts';
import type { ReleaseRecord } from '../record.ts';
import type { ScanLooks } from '../scan/asked.ts';
import type { PodsTarget } from './pods.ts';
import type { Staying, StaysSteps } from './stays.ts';

/** One environment with its adapters opened: all that a release touches. Made by open.ts; the procedures know no adapter. */
export interface Target {
  readonly service: string;
  readonly environment: string;
  /** State directory. */
  readonly store: string;
  /** Names of the hosts that the service runs on. */
  readonly hosts: readonly string[];
  /** Releases that stay on the disk of a host, the new one among them; null where there are no hosts of ours. */
  readonly keepReleases: number | null;
  /** Where users reach the service, `http://127.0.0.1:8080`. */
  readonly entry: string;
  readonly clock: Clock;
  readonly ports: RolloutPorts;
  readonly files: FilesTarget;
  readonly policy: RolloutPolicy;
  readonly database: DatabaseTarget | null;
  readonly gitops: GitopsTarget | null;
  readonly promotion: PromotionLooks;
  readonly scan: ScanLooks;
  readonly change: ChangeLooks;
  /** Why these digests may not be released: those that stand in quarantine. */
  quarantine(
    digests: readonly { readonly component: string; readonly digest: string }[],
    way?: 'forward' | 'back',
    /** The run that is gone on with: it may have put its own release there. */
    ownRun?: string,
  ): Promise<readonly Problem[]>;
  /** Whether what is to be released is what a key of the policy has vouched for; reads the policy now. */
  provenance(record: ReleaseRecord, mode: 'plan' | 'run'): Promise<Provenance>;
  /** Where a controller of a cluster moves pods and traffic; null where we do. */
  readonly cluster: ClusterTarget | null;
  readonly purge: readonly PurgeTarget[];
  /** Requests that must be answered through the proxy after the release. */
  readonly verify: readonly SmokeRequest[];
  /** Brings hosts elsewhere to what a release needs there; null where there are none. */
  readonly prepare: Node | null;
  /** Brings up what this host needs before anything can be routed (the proxy itself); null where others own it. */
  readonly proxy: Node | null;
  /** Shuts users out for maintenance, and lets them in; null where the proxy is not ours. */
  readonly doors: Doors | null;
  /** Brings up what serves files behind the proxy; null where there are none to serve. */
  readonly web: Node | null;
}

/** Files that are served behind the proxy: they lie on its machine, whatever hosts the service runs on. */
export interface FilesTarget {
  observe(signal?: AbortSignal): Promise<FilesLook>;
  /** Effects that lay the files of a component down and switch to them. */
  switch(spec: UnitSpec, look: FilesLook): readonly Effect[];
  /** Does every version stay? Whoever installs a client by its version finds it although nobody here would go back to it. */
  keeps(component: string): boolean;
  /** Effects that take the files of a version away again, also when they are current. */
  remove(spec: Pick<UnitSpec, 'component' | 'version'>, look: FilesLook): readonly Effect[];
}

/** Where files lie: on this machine, and in buckets. */
export interface FilesLook extends HostLook {
  /** Left out: there are none. */
  readonly buckets?: readonly BucketLook[];
}

/** The version of a component that is served; undefined: none. Pure. */
export function currentFiles({ current, buckets = [] }: FilesLook, component: string): string | undefined {
  return current[component] ?? buckets.find((one) => one.component === component)?.current ?? undefined;
}

export interface DatabaseTarget {
  /** What it is called on its server. */
  readonly name: string;
  /** Newest applied migration, or `empty`. Reads only; gives up a server that says nothing for so long. */
  schema(withinMs?: number): Promise<string>;
  /** What is pending, statement by statement, and on what. Reads only. */
  planned(): Promise<SchemaPlan>;
  /** Pending migrations of a phase (expand unless it is named), each file journaled steps; in the manners of a plan where one was made. */
  migrate(how?: MigrateHow): Node;
  /** Steps around them that ask what serves whether it still answers; null where nothing runs or nothing can be asked. */
  stays(staying: Staying, stable: UnitSpec | null, unproven: () => Promise<string | null>): StaysSteps | null;
  /** Windows of the policy, read from the protected branch at most once a minute; null: it has none. */
  policyWindows(): Promise<Windows | null>;
  /** How each pending statement will be run, tried on a throw-away server; null where none is configured. Reads only. */
  manners(): Promise<MannerPlan | null>;
  /** How files, what is applied and the live structure stand to each other. Reads only. */
  status(): Promise<MigrationStatus>;
  /** Seed data, only for a first release that asks for it. */
  seed(): Node | null;
  readonly migrations: readonly MigrationRef[];
  /** Answers that follow from the headers of a release's migrations (declaredRows in database.ts). */
  rows(question: LedgerQuestion): readonly LedgerRow[];
  /** The schema as it is and as it will be, each with the migrations that lead there. Reads only. */
  schemas(contract: boolean): Promise<{ readonly from: SchemaState; readonly to: SchemaState }>;
  /** Schema state once all pending migrations of a phase (expand unless it is named) are applied. Reads only. */
  after(phase?: Phase): Promise<string>;
}

export interface MigrateHow {
  readonly phase?: Phase;
  readonly manner?: ((migration: string, number: number) => Manner | undefined) | undefined;
  /** What the plan had on its throw-away server after all of it. */
  readonly expected?: Readonly<Record<string, string | null>> | undefined;
  /** Do the windows of the policy count for each statement, and not only at the beginning? Left out: no. */
  readonly heeds?: ((ctx: ReadContext) => boolean) | undefined;
}

/** What the pending expand migrations would do to the database as it is now. */
export interface SchemaPlan {
  /** Newest applied migration, or `empty`. */
  readonly state: string;
  /** Digest of what the database is made of and of what was applied to it. */
  readonly digest: string;
  readonly statements: readonly StatementPlan[];
}

/** A release comes to a schema on which another version runs: may that one stay on the way, and the release itself run there? */
export interface LedgerQuestion {
  readonly release: Pick<Release, 'version' | 'migrations'>;
  /** Version that runs on `from`; null when none does. */
  readonly stable: string | null;
  /** Schema before the migrations: an id, or `empty`. */
  readonly from: string;
  /** RFC 3339. */
  readonly time: string;
}

export interface GitopsTarget {
  readonly describe: string;
  /** Commits what a release is; the id tells two commits of one procedure apart. */
  commit(record: ReleaseRecord, id: string, said?: CommitSaid): Node;
  /** By pull request: what goes before the rollout, so that git names the release. Null: the commit is pushed. */
  request(record: ReleaseRecord, actor: string): RequestNodes | null;
  /** Closes what is open for the environment; null where nothing is opened. */
  readonly withdraw: Node | null;
  /** The version git names now; null when there is none. */
  named(): Promise<string | null>;
}

export interface RequestNodes {
  /** Opens the pull request, and waits at a gate until git names the release. */
  readonly nodes: readonly Node[];
  /** Closes it. */
  readonly withdraw: Node;
}

/** What the commit tells besides. */
export interface CommitSaid {
  readonly actor: string;
  readonly verdict?: (ctx: DecideContext) => string | undefined;
}

/** What a release does in a cluster beside looking. */
export interface ClusterTarget {
  readonly rollouts: ClusterRollouts;
  /** Makes git name what a release is, and waits until Argo CD has brought it. `git-back`: on the way back. */
  bring(record: ReleaseRecord, id: 'git' | 'git-back', actor: string): Node;
  /** What git names now, as it stands there. */
  named(): Promise<string | null>;
  /** A workload whose pods git counts; left out: the Rollout. @throws ProblemError `system.not-scaled-here` */
  pods(workload?: string): PodsTarget;
  /** Steps that take a digest out of quarantine and put it there; null where the cluster keeps none. */
  quarantine(record: ReleaseRecord): { readonly lift: Node; readonly put: Node } | null;
  /** Whether the cluster refuses pods of a digest now, and the steps that begin and end that; null where it keeps no list. */
  refusal(word: { readonly digest: string; readonly why: string }): Refusal | null;
}

export interface Refusal {
  refused(): Promise<boolean>;
  readonly put: Node;
  readonly lift: Node;
}

export interface PurgeTarget {
  readonly url: string;
  readonly method: 'PURGE' | 'BAN' | 'POST' | 'DELETE';
}

/** Effects that purge what is cached. Repeatable: purging twice purges once. */
export function purgeEffects(purge: readonly PurgeTarget[]): readonly Effect[] {
  return purge.map(({ url, method }) => ({
    kind: 'http',
    method,
    url,
    okStatuses: [200, 201, 202, 204, 404],
    why: 'what is cached belongs to the other version',
    timeoutMs: 10_000,
  }));
}
