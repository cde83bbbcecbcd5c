import type { Config, ResolvedEnvironment } from '../../config/index.ts';
import type { ScanConfig } from '../../scan/config.ts';
import type { Severity } from '../../scan/types.ts';
import type { Service } from '../door.ts';
import { checkPlace, type PolicyReading, type ProtectedConfig, readProtected } from '../policy/policy.ts';

/** What an environment asks of the scan of a release. */
export interface ScanDemand {
  /** How old a result may be. */
  readonly maxAgeMs: number;
  /** Least severity that counts. */
  readonly failOn: Severity;
}

/** The scan as the protected branch has it: what is asked for, what is looked at, what may pass. */
export interface ScanRules {
  /** Null: a release here needs none. */
  readonly demand: ScanDemand | null;
  readonly config: ScanConfig;
  /** Where they were read, for people. */
  readonly place: string;
}

/**
 * Read now, from the protected branch where one is named, else from the configuration that is released: then whoever writes the commit
 * decides about its scan, too. Throws a ProblemError when the branch cannot be read, or means other hosts by the name of the environment.
 */
export async function readScanRules(
  service: Service,
  environment: ResolvedEnvironment,
  how: PolicyReading = {},
): Promise<ScanRules> {
  return scanRulesIn(service, environment, await readProtected(service, how));
}

/** The same in what was read already. */
export function scanRulesIn(
  service: Service,
  environment: ResolvedEnvironment,
  read: ProtectedConfig | null,
): ScanRules {
  if (read === null) return scanRulesOf(service.config, environment.environment, service.configFile);
  const { config, source } = read;
  // By another name the same hosts would ask for nothing.
  if (asksSomewhere(config)) checkPlace(service, config, environment, source);
  return scanRulesOf(config, environment.environment, `${source.place} at ${source.commit.slice(0, 12)}`);
}

/** Pure. */
export function scanRulesOf({ service }: Pick<Config, 'service'>, environment: string, place: string): ScanRules {
  const asked = service.policy?.environments[environment]?.scan;
  const demand = asked === undefined ? null : { maxAgeMs: asked.maxAge, failOn: asked.failOn ?? service.scan.failOn };
  return { demand, config: service.scan, place };
}

function asksSomewhere({ service }: Config): boolean {
  return Object.values(service.policy?.environments ?? {}).some(({ scan }) => scan !== undefined);
}
