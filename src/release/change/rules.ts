import type { Config, ResolvedEnvironment } from '../../config/index.ts';
import type { Service } from '../door.ts';
import { checkPlace, type ProtectedConfig } from '../policy/policy.ts';

/** What an environment asks of changes, as the protected branch has it. */
export interface ChangeRules {
  /** Releases, promotions and migrations need a record. */
  readonly releases: boolean;
  /** Least severity of a runbook that needs one; null: none does. */
  readonly runbooks: 'changes' | 'destructive' | null;
  /** Role that may close a record; null: anybody may. */
  readonly close: string | null;
  /** Where that was read, for people. */
  readonly place: string;
}

/** In what was read of the protected branch; where no branch is named, the configuration itself decides. */
export function changeRulesIn(
  service: Service,
  environment: ResolvedEnvironment,
  read: ProtectedConfig | null,
): ChangeRules {
  if (read === null) return changeRulesOf(service.config, environment.environment, service.configFile);
  const { config, source } = read;
  // By another name the same hosts would ask for nothing.
  if (asksSomewhere(config)) checkPlace(service, config, environment, source);
  return changeRulesOf(config, environment.environment, `${source.place} at ${source.commit.slice(0, 12)}`);
}

/** Pure. */
export function changeRulesOf({ service }: Pick<Config, 'service'>, environment: string, place: string): ChangeRules {
  const asked = service.policy?.environments[environment]?.changes;
  return {
    releases: asked?.releases ?? false,
    runbooks: asked?.runbooks ?? null,
    close: asked?.close ?? null,
    place,
  };
}

function asksSomewhere({ service }: Config): boolean {
  return Object.values(service.policy?.environments ?? {}).some(({ changes }) => changes !== undefined);
}
