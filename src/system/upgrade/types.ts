import type { Effect } from '../../model/effect.ts';
import type { PackageLook } from '../../model/packages.ts';
import type { DecideContext, Node } from '../../procedure/index.ts';
import type { ServiceOnHost, System, SystemService } from '../types.ts';

/** Hosts whose packages are brought to other versions, and the ports by which that is seen and done. */

/** Packages of one host. Effects are pure and may be done twice. Words: `all`, or `name` and `name=version`. */
export interface PackageControl {
  /** Only looks. @throws ProblemError when the host cannot be asked */
  look(words: readonly string[], signal: AbortSignal): Promise<PackageLook>;
  /** Asks the sources what they have. */
  refresh(timeoutMs: number): readonly Effect[];
  /** Brings exactly these packages to exactly these versions. What is so after a failure, a look shows. */
  set(words: readonly string[], timeoutMs: number): readonly Effect[];
  restart(units: readonly string[], timeoutMs: number): readonly Effect[];
}

/** Takes the instances of a host out of the traffic and brings them back. */
export interface HostTraffic {
  /** @param needed whether anything is to happen on this host */
  around(
    host: string,
    needed: (ctx: Pick<DecideContext, 'outputOf'>) => boolean,
  ): { readonly out: readonly Node[]; readonly back: readonly Node[] };
}

export interface UpgradeHost {
  readonly host: string;
  readonly packages: PackageControl;
  /** What of the system runs there, in starting order. */
  readonly services: readonly { readonly service: SystemService; readonly on: ServiceOnHost }[];
  /** Null where it serves nobody, or nobody else could take its traffic. */
  readonly traffic: HostTraffic | null;
}

export interface Upgrade {
  readonly system: Pick<System, 'probe' | 'role'>;
  readonly environment: string;
  readonly hosts: readonly UpgradeHost[];
  /** `all`, or names, each with its version where that is said. */
  readonly words: readonly string[];
  /** How long the package work of one host may take. */
  readonly limitMs: number;
  /** Hosts that are changed at the same time once the first one was inspected. */
  readonly atOnce: number;
  /** Ask the sources first. */
  readonly refresh: boolean;
  /** What a plan has shown, by its digest; undefined: what is found when the run begins. */
  readonly planned: string | undefined;
  /** Services that do not run stop the upgrade of a host. */
  readonly mustBeFit: boolean;
}
