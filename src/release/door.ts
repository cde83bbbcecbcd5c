import type { Config } from '../config/index.ts';
import type { Signatures } from '../model/people.ts';
import type { Clock, Exec } from '../model/ports.ts';
import type { EngineOptions, RunEvent, SecretsWithMask, SharedStore, StopSignal } from '../procedure/index.ts';

/** What a door gives: where the configuration is, who acts, how it wants to hear of progress. */
export interface DoorOptions {
  readonly configFile: string;
  /** State directory; default `.shiplock/state` beside the configuration. */
  readonly store?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly who: string;
  /** How this program is started again, for supervisors and guards that outlive it. */
  readonly self: readonly string[];
  readonly clock?: Clock | undefined;
  /** Runs commands that only look; default: as the command line does. */
  readonly exec?: Exec | undefined;
  /** Where the door masks what it says itself, it must know the secrets; default: made from `env`. */
  readonly secrets?: SecretsWithMask | undefined;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  readonly signal?: StopSignal | undefined;
  /** Key file that proves who acts, and whose name it stands for where that is not plain. */
  readonly signKey?: string | undefined;
  readonly as?: string | undefined;
  /** Why a run goes on although git does not answer: with a copy of the policy, and without the git store. */
  readonly breakGlass?: string | undefined;
  /** The forge as a place of proofs, and the comment by which somebody acts. */
  readonly forge?: ForgeProofs | undefined;
  /** Name of the run that this door begins; left out: a new one. */
  readonly run?: string | undefined;
  /** Where the administrator of this machine fixes the place of policies; default /etc/shiplock/policy.json. */
  readonly pinFile?: string | undefined;
  /** Test hook of the engine. */
  readonly killAt?: EngineOptions['killAt'];
}

/** Proofs that lie at the forge instead of in a signature. */
export interface ForgeProofs extends Signatures {
  /** Is this one of them? Else it is a signature. */
  knows(signature: string): boolean;
  /** Who acts by a comment: their account, what stands in the place of their signature, and the one order it can give. */
  readonly actor: { readonly account: number; readonly proof: string; readonly order: string };
}

/** A service's configuration, read once, with the engine's surroundings. */
export interface Service {
  readonly config: Config;
  readonly configFile: string;
  readonly baseDir: string;
  readonly store: string;
  /** Leases and journals that other machines see too. */
  readonly shared: SharedStore | undefined;
  readonly clock: Clock;
  readonly exec: Exec;
  readonly secrets: SecretsWithMask;
  readonly door: DoorOptions;
}
