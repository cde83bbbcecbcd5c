import type { Effect } from '../model/effect.ts';
import type { Problem } from '../model/problem.ts';
import type { Retry } from '../procedure/index.ts';

/** The whole system of an environment as plain data, and the port by which each of its services is seen and moved. */

/** One unit of systemd, one instance, one service of Compose, one workload of a cluster, or what a command says. */
export interface Member {
  readonly name: string;
  /** `partly`: some of its containers have died, others run. */
  readonly state: 'running' | 'partly' | 'stopped' | 'failed' | 'changing' | 'missing';
  /** Another one after each start; null where nobody can tell. */
  readonly identity: string | null;
  /** Last words of one that is not well. */
  readonly detail: string;
  /** Of a workload of a cluster. */
  readonly workload?: Workload;
}

/** How a workload of a cluster was found. */
export interface Workload {
  /** Pods that are meant to run, or were before it was stopped. */
  readonly replicas: number;
  /** A change that was decided on this look is refused by the server when the object is another one by then. */
  readonly resourceVersion: string;
}

/** Members that are meant. */
export type Meant = readonly Pick<Member, 'name' | 'workload'>[];

/** One service on one host. Effects are pure and may be done twice; where no member is meant, no effect follows. */
export interface ServiceControl {
  /** Only looks. @throws ProblemError when the host cannot be asked */
  observe(signal?: AbortSignal): Promise<readonly Member[]>;
  start(members: Meant, timeoutMs: number): readonly Effect[];
  stop(members: Meant, timeoutMs: number): readonly Effect[];
  /** Null: it cannot be seen whether a restart has happened, so it is stopped and started in two steps. */
  readonly restart: ((members: Meant, timeoutMs: number) => readonly Effect[]) | null;
  /** Has it read its files again while it serves. Absent: it cannot. */
  readonly reload?: (timeoutMs: number) => readonly Effect[];
  /** Why it would not stay stopped: somebody else would start it again at once. Absent: nobody would. */
  readonly mayStop?: (signal?: AbortSignal) => Promise<readonly Problem[]>;
  /** Where others write the same object too, so that a change may have to be decided once more. Absent: once. */
  readonly retry?: Retry;
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
