import type { Text } from '../model/effect.ts';
import type { ExitCode } from '../model/exit.ts';
import type { Anchor, JournalRecord, RecordType } from '../model/journal.ts';
import type { Json } from '../model/json.ts';
import type { Order, OrderKind } from '../model/order.ts';
import type { GivenEvidence, Signer } from '../model/people.ts';
import type { Clock, Exec, Secrets } from '../model/ports.ts';
import type { Problem } from '../model/problem.ts';
import type { Gatekeeper } from './gate/keeper.ts';
import type { Form } from './masking/form.ts';
import type { SharedStore } from './shared/store.ts';
import type { EvidenceField, OutputRef } from './tree.ts';

/** The types every door and every room needs to use the engine. The functions stand in index.ts. */

/** Secrets by reference plus the masker that knows every value handed out so far. */
export interface SecretsWithMask extends Secrets {
  /** The text with every known secret (and its base64, percent and JSON forms) replaced by `***`. */
  mask(text: string): string;
  /** The same for every string inside a JSON value, names of members included; what its form says of itself stays. */
  maskJson(value: Json, form?: Form): Json;
  /** Masks a text that comes in pieces: a secret cut by a chunk boundary is still found. */
  stream(): MaskStream;
}

/** A command that raises the fence of a resource elsewhere, with what it needs in its environment. */
export interface FenceCommand {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, Text>>;
}

export interface MaskStream {
  push(chunk: string): string;
  end(): string;
}

/** A stop that was asked for, usually by Ctrl-C or SIGTERM. */
export interface StopSignal {
  readonly requested: 'SIGINT' | 'SIGTERM' | undefined;
  /** Aborted at the first request. */
  readonly signal: AbortSignal;
}

/** A place in the journal; tests end the process there. */
export interface Boundary {
  readonly seq: number;
  readonly type: RecordType;
  readonly node: string;
  readonly when: 'before' | 'after';
}

export type RunEvent =
  | { readonly kind: 'run-started'; readonly run: string; readonly title: string; readonly resumed: boolean }
  | { readonly kind: 'lease-watching'; readonly environment: string; readonly holder: string; readonly forMs: number }
  | { readonly kind: 'node-started'; readonly path: string; readonly title: string; readonly nodeKind: string }
  | { readonly kind: 'status'; readonly path: string; readonly text: string }
  /** How far one effect is, every second: for a terminal. What a log needs of it comes as notes. */
  | { readonly kind: 'progress'; readonly path: string; readonly text: string }
  | { readonly kind: 'note'; readonly path: string; readonly text: string }
  | { readonly kind: 'effect'; readonly path: string; readonly text: string }
  | { readonly kind: 'node-done'; readonly path: string; readonly title: string; readonly text: string }
  | {
      readonly kind: 'node-failed';
      readonly path: string;
      readonly title: string;
      readonly attempt: number;
      readonly final: boolean;
      readonly problems: readonly Problem[];
    }
  | { readonly kind: 'node-undone'; readonly path: string; readonly title: string }
  | { readonly kind: 'gate-opened'; readonly path: string; readonly title: string; readonly role: string }
  /** A person's order that the run follows from now on. */
  | { readonly kind: 'order'; readonly order: OrderKind; readonly by: string; readonly why: string }
  | { readonly kind: 'verdict'; readonly path: string; readonly answer: string; readonly text: string }
  | { readonly kind: 'journal'; readonly seq: number; readonly type: RecordType; readonly node: string }
  | {
      readonly kind: 'run-ended';
      readonly run: string;
      readonly outcome: Outcome;
      readonly problems: readonly Problem[];
    };

/** A record that is on disk, with its payload as it was journaled: masked. Left out when it was redacted since. */
export interface RecordedEntry {
  readonly record: JournalRecord;
  readonly payload?: Json;
}

export interface EngineOptions {
  /** State directory (`.shiplock/state`). */
  readonly store: string;
  readonly clock: Clock;
  readonly secrets: SecretsWithMask;
  readonly exec: Exec;
  /** Person or robot, for people to read. */
  readonly who: string;
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** Told of every record of this run once it is on disk. Must return at once and never throw: the run waits for it. */
  readonly onRecord?: ((entry: RecordedEntry) => void) | undefined;
  readonly signal?: StopSignal | undefined;
  /** How long a silent holder keeps the environment, milliseconds; default 15 000. */
  readonly leaseMs?: number | undefined;
  /** Decides who may let a gate pass, by the policy of the protected branch. Without one nobody is checked. */
  readonly gatekeeper?: Gatekeeper | undefined;
  /** Proves who starts the run. */
  readonly signer?: Signer | undefined;
  /**
   * Hears orders of people to this run (pause, resume, abort), and says why one does not count. Without it nobody is heard; a way back hears
   * nobody anyway.
   */
  readonly mayOrder?: ((order: Order) => Promise<Problem | undefined>) | undefined;
  /** A run of the same environment that this one undoes: its lease is taken over at once, whatever it is doing. */
  readonly preempt?: string | undefined;
  /** That one only where no process has it; where one does, the environment is held. */
  readonly onlyDead?: boolean | undefined;
  /** Leases and journals that other machines see too. Undefined: those of the state directory are all there are. */
  readonly shared?: SharedStore | undefined;
  /** The whole run is a way back: it waits for no other machine, and a lock does not stop it. */
  readonly urgent?: boolean | undefined;
  /** Why the run goes on although the shared store does not answer; journaled. */
  readonly breakGlass?: string | undefined;
  /** Fence files of the environment on this machine: a new holder lies above what they have seen, and raises them before it looks at anything. */
  readonly fenceFiles?: readonly string[] | undefined;
  /** Fence file of a resource on this machine (`local:/srv/app` → `/srv/app/run/fence`); undefined: not fenced there. */
  readonly fenceFile?: ((resource: string) => string | undefined) | undefined;
  /**
   * For a resource elsewhere, which compares the fence itself: the command that raises it there and waits for what an earlier holder left running.
   * Like every command of an effect on that resource it finds the number in `SHIPLOCK_FENCE`, and is refused as by fence.sh.
   */
  readonly fenceCommand?: ((resource: string) => FenceCommand | undefined) | undefined;
  /** Test hook, called at every journal boundary. */
  readonly killAt?: ((boundary: Boundary) => void) | undefined;
}

export interface ResumeOptions extends EngineOptions {
  /** Answer to a step of which a probe could not tell whether its effects happened. */
  readonly outcome?:
    | { readonly step: string; readonly outcome: 'applied' | 'not-applied'; readonly evidence: string }
    | undefined;
  /** Resume although the procedure changed: who decided that, in which role, and why. Recorded. */
  readonly allowChanged?: { readonly role: string; readonly reason: string } | undefined;
}

export type Outcome = 'done' | 'failed' | 'rolled-back' | 'refused' | 'waiting' | 'stopped' | 'lease-held';

/** A gate as a door shows it. */
export interface OpenGate {
  readonly run: string;
  readonly path: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly role: string;
  readonly evidence: readonly EvidenceField[];
  /** What protects the system meanwhile, in words. */
  readonly guard: string;
  readonly openedAt: string;
  /** What the policy asks for; undefined: nobody is checked. */
  readonly demands?: string | undefined;
  /** Digest of what it asks, and of that together with the answers given last; undefined: nobody is checked. */
  readonly asked?: string | undefined;
  readonly askedWith?: string | undefined;
  /** What was said so far. */
  readonly given: readonly GivenEvidence[];
}

export interface RunResult {
  readonly run: string;
  readonly outcome: Outcome;
  readonly exit: ExitCode;
  readonly problems: readonly Problem[];
  /** The run that has the environment, when that is why this one did not begin. */
  readonly heldBy?: string;
  /** The first open gate when the outcome is `waiting`. */
  readonly gate?: OpenGate;
  /** Recorded outputs of a node of this procedure; undefined when it has none. */
  outputs<O>(ref: OutputRef<O>): O | undefined;
  readonly anchor: Anchor;
  readonly planHash: string;
}
