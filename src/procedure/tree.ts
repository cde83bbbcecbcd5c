import type { ZodType } from 'zod';
import type { Effect, EffectResult } from '../model/effect.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import type { Clock, Exec } from '../model/ports.ts';
import type { Problem } from '../model/problem.ts';

export type { Evidence } from '../model/evidence.ts';

/**
 * A procedure is data: a tree of nodes with stable ids, interpreted by `run`, `plan` and `document`.
 *
 * Ids need to be unique among siblings only; a node's path (`canary/10-percent/watch`) names it in the journal. A node object
 * stands in one tree at one place: later nodes refer to earlier ones by the object itself (`ctx.outputOf(build)`).
 *
 * Functions are declared as methods on purpose: a `Step<F, O>` then fits where any step is wanted, without a cast.
 */

/** What a node may use while it only looks. */
export interface ReadContext {
  readonly mode: 'plan' | 'run';
  readonly clock: Clock;
  readonly exec: Exec;
  readonly signal: AbortSignal;
  /** Recorded outputs of an earlier step. In plan: its `planned` outputs, else the plan says "decided after <step>". */
  outputOf<O>(node: OutputRef<O>): O;
  /** Evidence filled in at an earlier gate. */
  evidenceOf(gate: Gate): Evidence;
  /** Who holds the lease and under which fence effects are made; 0 in plan. */
  readonly fence: number;
  readonly run: string;
  /** One line for the live view and the log; masked. */
  note(text: string): void;
}

/** Anything that declares typed outputs: steps, and watches that pass with some. */
export interface OutputRef<O> {
  readonly id: string;
  readonly outputs: ZodType<O>;
}

/** Pure part of a context: no I/O, only what is recorded. */
export type DecideContext = Pick<ReadContext, 'mode' | 'outputOf' | 'evidenceOf' | 'fence' | 'run'>;

export type Decision =
  | { readonly kind: 'do'; readonly effects: readonly Effect[]; readonly why?: string }
  | { readonly kind: 'nothing'; readonly why: string }
  /** Stops here, nothing changed by this step: exit 5 when no earlier step changed anything, else the failure path. */
  | { readonly kind: 'refuse'; readonly problems: readonly Problem[] };

export type ProbeAnswer = 'applied' | 'not-applied' | 'unknown';

export interface Retry {
  readonly attempts: number;
  readonly delayMs: number;
  /** Only failures with these codes are tried again; without it, every one. */
  readonly only?: readonly string[];
}

export interface NodeBase {
  readonly id: string;
  readonly title: string;
  /** A sentence or two for the printed SOP. */
  readonly description?: string;
  /** Resolved settings of this node without secrets; part of the plan hash. */
  readonly inputs?: Readonly<Record<string, Json>>;
}

/** What must stay as it is while a step is at work. */
export interface Meanwhile {
  readonly everyMs: number;
  /** Only looks. Problems end what is under way, and the step fails with them. A look that never ends, ends nothing. */
  look(): Promise<readonly Problem[]>;
}

/** read → decide → effects. `F` are the facts read, `O` the outputs recorded. */
export interface Step<F = unknown, O = unknown> extends NodeBase {
  readonly kind: 'step';
  /** Raise it when the meaning of the step changes; part of the plan hash. */
  readonly version: number;
  /** Only looks; runs in plan too. */
  read(ctx: ReadContext): Promise<F>;
  /** Pure. */
  decide(facts: F, ctx: DecideContext): Decision;
  readonly outputs: ZodType<O>;
  /** Pure: outputs from what the effects answered. */
  collect(results: readonly EffectResult[], facts: F, ctx: DecideContext): O;
  /** Outputs as far as a plan can know them, with placeholders for the rest. */
  planned?(facts: F): O;
  /** After a crash between intent and done: did it happen? `repeatable`: doing it again changes nothing. */
  readonly probe: 'repeatable' | ((ctx: ReadContext) => Promise<ProbeAnswer>);
  /** Looks at the world after the effects; problems make the step fail. */
  verify?(ctx: ReadContext, outputs: O): Promise<readonly Problem[]>;
  /** Pure: the effects that take it back, from what was read and recorded. */
  undo?(outputs: O, ctx: DecideContext): Decision;
  readonly timeoutMs: number;
  readonly retry: Retry;
  /** Runs even while a stop was asked for and is never refused by policy: rollback, drain, abort. */
  readonly urgent: boolean;
  /**
   * Whether it happened stands where it happens, and the probe reads it there: so nobody waits until its `done` is on the disk. It gets there with
   * the next record, or within some milliseconds; a crash before that costs a probe.
   */
  readonly marked?: boolean;
  readonly meanwhile?: Meanwhile;
  /**
   * From here on nothing lives any more on the heartbeat of a watch that has passed. Between such a watch and such a step nobody beats, so a
   * run is not paused there, but in the next watch that does.
   */
  readonly endsLease?: boolean;
}

/** A step that cannot be split into read, decide and effects; the plan says so. */
export interface OpaqueStep<O = unknown> extends NodeBase {
  readonly kind: 'opaque';
  readonly version: number;
  readonly outputs: ZodType<O>;
  /** Throws `StepPaused` (pause.ts) when what it drives is not over: the run ends there, and a resume does it again. */
  run(ctx: ReadContext): Promise<O>;
  readonly probe: 'repeatable' | ((ctx: ReadContext) => Promise<ProbeAnswer>);
  /** What it will do, in words, for the plan. */
  readonly promise: string;
  readonly timeoutMs: number;
  readonly meanwhile?: Meanwhile;
}

export type EvidenceField =
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly question: string;
      readonly minLength?: number;
      /** Regular expression that the whole answer must match. */
      readonly pattern?: string;
    }
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly question: string;
      readonly min?: number;
      readonly max?: number;
    }
  | { readonly kind: 'check'; readonly name: string; readonly question: string }
  | { readonly kind: 'choice'; readonly name: string; readonly question: string; readonly options: readonly string[] };

/** What protects a half-shifted system while a gate waits and nothing of ours runs. */
export type Guard =
  /** The new version is taken to weight 0 before the gate opens, and brought back after it. */
  | { readonly kind: 'drained'; readonly drain: readonly Step[]; readonly restore: readonly Step[] }
  /** Something outside this process keeps watch; `arm` starts it. */
  | { readonly kind: 'guarded'; readonly by: string; readonly arm: readonly Step[]; readonly disarm: readonly Step[] }
  | { readonly kind: 'unguarded'; readonly role: string; readonly reason: string }
  /** Nothing is shifted here, so nothing needs a guard. */
  | { readonly kind: 'nothing-shifted' };

/** What a gate waits for: enough persons, an open release window, or both; `condition`: only for its condition. */
export type GateAsks = 'persons' | 'window' | 'persons-and-window' | 'condition';

/** What a look at the condition of a gate has shown. */
export interface ConditionLook {
  /**
   * What was looked at, without anything that passes with time: answers and overrides are given about this, and count no more when it is
   * another (a report that has changed, another run).
   */
  readonly about: Json;
  /** What is not so yet; empty: it is met. */
  readonly unmet: readonly Problem[];
  /** What was found, in a line or a few, for people. */
  readonly found: string;
}

/** What must be so in the world before a gate passes, whatever persons say. Only an override goes past it. */
export interface Condition {
  look(ctx: ReadContext): Promise<ConditionLook>;
}

/** Waits for a person or a window; ends the process meanwhile (exit 3). */
export interface Gate extends NodeBase {
  readonly kind: 'gate';
  /** Role that may fill it in. */
  readonly role: string;
  readonly evidence: readonly EvidenceField[];
  /** Default: `persons`. */
  readonly asks?: GateAsks;
  /** On the way back: one person with the role is enough, at any time. */
  readonly urgent?: boolean;
  /** Looked at each time the gate wants to pass, also again at a resume, until the run has changed something. */
  readonly condition?: Condition;
  readonly guard: Guard;
  /** Pure: gate passes, or the run goes the failure path (`reject`). Default: every evidence passes. */
  readonly judge?: (
    evidence: Evidence,
  ) => { readonly kind: 'pass' } | { readonly kind: 'reject'; readonly why: string };
  /** Opens only when this says so (pure, from recorded outputs); default always. */
  readonly needed?: (ctx: DecideContext) => boolean;
}

/** Keeps looking while time passes; the process stays. `S` state, `M` one sample (journaled), `O` outputs. */
export interface Watch<S = unknown, M = unknown, O = unknown> extends NodeBase {
  readonly kind: 'watch';
  readonly version: number;
  readonly everyMs: number;
  sample(ctx: ReadContext): Promise<M>;
  readonly samples: ZodType<M>;
  start(ctx: DecideContext): S;
  /** Pure fold: resume and replay go over the recorded samples again and get the same state. */
  fold(state: S, sample: M): S;
  /** Pure. */
  decide(state: S): WatchAnswer<O>;
  readonly outputs: ZodType<O>;
  /** Called between samples, several times per second, so that the data plane knows we are here. */
  readonly heartbeat?: { readonly everyMs: number; readonly beat: (ctx: ReadContext) => Promise<void> };
  /** Gate opened when the watch answers `ask`; its evidence decides how the watch goes on. */
  readonly ask?: {
    readonly gate: Gate;
    /**
     * Pure: how the watch goes on, and the state it goes on with (a new deadline, for instance). Folded again at the place of the
     * `gate.evidence` record between the samples, so that a resume gets the same state.
     */
    goOn(evidence: Evidence, state: S): { readonly answer: WatchAnswer<O>; readonly state: S };
  };
  /** Plan: what this watch will wait for, and how long that will take at the traffic seen. */
  forecast?(ctx: ReadContext): Promise<string>;
}

export type WatchAnswer<O> =
  | { readonly kind: 'look-on'; readonly status: string }
  | { readonly kind: 'pass'; readonly status: string; readonly outputs: O }
  | { readonly kind: 'fail'; readonly problem: Problem }
  | { readonly kind: 'ask'; readonly status: string };

export interface Sequence extends NodeBase {
  readonly kind: 'sequence';
  readonly steps: readonly Node[];
  /**
   * What to do when something inside fails: a plan of its own, run once, then the outcome is `rolled back`.
   * Without it, done steps that have an `undo` are undone in reverse order and the failure goes up.
   */
  readonly rollback?: Node;
}

export interface Parallel extends NodeBase {
  readonly kind: 'parallel';
  readonly steps: readonly Node[];
  readonly limit: number;
  /** By id of a child: the children that must be done before it is begun. Children without an entry wait for nobody. */
  readonly after?: Readonly<Record<string, readonly string[]>>;
}

/** One branch of several; what was chosen is recorded, so a resume takes the same one. */
export interface Choice<F = unknown> extends NodeBase {
  readonly kind: 'choice';
  read(ctx: ReadContext): Promise<F>;
  /** Pure: id of a branch. */
  choose(facts: F, ctx: DecideContext): string;
  readonly branches: Readonly<Record<string, Node>>;
}

/** The body again and again until `until` (pure, over recorded outputs) says enough; at most `max` times, then it fails. */
export interface RepeatUntil extends NodeBase {
  readonly kind: 'repeatUntil';
  readonly body: Node;
  until(ctx: DecideContext, round: number): boolean;
  readonly max: number;
}

/** A body per item (host, file), in batches: the first alone, then growing shares of the rest. */
export interface ForEach extends NodeBase {
  readonly kind: 'forEach';
  readonly batches: readonly (readonly Node[])[];
}

export type Node = Step | OpaqueStep | Gate | Watch | Sequence | Parallel | Choice | RepeatUntil | ForEach;

export interface Procedure {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Raise it when the tree of the same inputs changes on purpose. */
  readonly version: number;
  /** Resolved inputs without secrets; what a resume rebuilds the same tree from. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** The environment whose lease a run needs. */
  readonly environment: string;
  readonly root: Node;
  /**
   * Every effect of its steps goes through it before it is planned, journaled and made, such as a command that gets no network. Pure; what it
   * depends on stands in `inputs`.
   */
  adapt?(effect: Effect): Effect;
}
