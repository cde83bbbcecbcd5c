import { type Effect, effectSchema, type ResolvedEffect } from '../../model/effect.ts';
import { type Problem, problemsOf } from '../../model/problem.ts';
import type { EngineOptions } from '../api.ts';
import { lookAt } from '../gate/condition.ts';
import { toJson } from '../journal/canonical.ts';
import { withDeadline } from '../machine/deadline.ts';
import { childPath, registryOf } from '../paths.ts';
import { guardText, whoseGate } from '../run/gate.ts';
import { inTurn, waitLines } from '../sides.ts';
import type { EvidenceField, Gate, Node, OutputRef, Procedure, ReadContext, Step } from '../tree.ts';
import { planHash } from './hash.ts';

/** What a run would do now: reads run, decisions are made, effects are printed. Nothing is changed and nothing journaled. */
export interface Plan {
  readonly procedure: string;
  readonly title: string;
  readonly environment: string;
  readonly planHash: string;
  readonly root: PlanNode;
  /** Every effect of the way forward that is known now, in order, with the step it belongs to. */
  readonly effects: readonly { readonly path: string; readonly effect: ResolvedEffect }[];
  /** Steps that would refuse as the world is now. */
  readonly problems: readonly Problem[];
  /** Planned outputs of a node, placeholders included; undefined when only a run knows them. Not part of the plan as JSON. */
  outputs<O>(ref: OutputRef<O>): O | undefined;
}

export type PlannedDecision =
  | { readonly kind: 'effects'; readonly effects: readonly ResolvedEffect[]; readonly why: string }
  | { readonly kind: 'nothing'; readonly why: string }
  | { readonly kind: 'refuse'; readonly problems: readonly Problem[] }
  /** It depends on something a run finds out first. */
  | { readonly kind: 'later'; readonly after: string }
  /** It could not look. */
  | { readonly kind: 'unknown'; readonly problems: readonly Problem[] };

interface PlanBase {
  readonly path: string;
  readonly title: string;
}

export type PlanNode =
  | (PlanBase & { readonly kind: 'step'; readonly decision: PlannedDecision; readonly urgent: boolean })
  | (PlanBase & { readonly kind: 'opaque'; readonly promise: string })
  | (PlanBase & {
      readonly kind: 'gate';
      readonly role: string;
      readonly guard: string;
      readonly evidence: readonly EvidenceField[];
      readonly needed: 'yes' | 'no' | 'later';
      /** What its condition shows now, and what is not so yet. */
      readonly condition?: { readonly found: string; readonly unmet: readonly Problem[] };
      readonly before: readonly PlanNode[];
      readonly after: readonly PlanNode[];
    })
  | (PlanBase & { readonly kind: 'watch'; readonly forecast: string; readonly asks: string })
  | (PlanBase & {
      readonly kind: 'sequence' | 'parallel' | 'forEach';
      readonly children: readonly PlanNode[];
      /** Titles of what a failure would lead to; decided only then. */
      readonly onFailure: readonly string[];
      /** Children that wait for others, in words. */
      readonly waits?: readonly string[];
    })
  | (PlanBase & { readonly kind: 'choice'; readonly chosen: string; readonly children: readonly PlanNode[] })
  | (PlanBase & { readonly kind: 'repeat'; readonly atMost: number; readonly children: readonly PlanNode[] });

export type PlanOptions = Pick<EngineOptions, 'clock' | 'exec' | 'secrets'>;

const LOOK_MS = 60_000;

/** Something that only a run knows. Caught by the planner, never seen outside. */
class NotYetKnown extends Error {
  readonly after: string;
  constructor(after: string) {
    super(`decided after ${after}`);
    this.after = after;
  }
}

interface Planner {
  readonly ctx: ReadContext;
  readonly known: Map<object, unknown>;
  readonly effects: { readonly path: string; readonly effect: ResolvedEffect }[];
  readonly problems: Problem[];
  adapt(effect: Effect): Effect;
}

/** Plans a procedure against the world as it is. Throws a ProblemError only for a procedure that is malformed. */
export async function planProcedure(procedure: Procedure, options: PlanOptions): Promise<Plan> {
  const registry = registryOf(procedure);
  const paths = new Map<object, string>(registry.placed.map(({ node, path }) => [node, path]));
  const known = new Map<object, unknown>();
  const after = (node: object & { readonly id: string }): NotYetKnown => new NotYetKnown(paths.get(node) ?? node.id);
  const ctx: ReadContext = {
    mode: 'plan',
    clock: options.clock,
    exec: options.exec,
    signal: new AbortController().signal,
    outputOf<O>(node: OutputRef<O>): O {
      if (!known.has(node)) throw after(node);
      return node.outputs.parse(known.get(node));
    },
    evidenceOf(gate) {
      throw after(gate);
    },
    fence: 0,
    run: '',
    note: () => undefined,
  };
  const adapt = (effect: Effect): Effect => procedure.adapt?.(effect) ?? effect;
  const planner: Planner = { ctx, known, effects: [], problems: [], adapt };
  const root = await planNode(planner, procedure.root, procedure.root.id);
  const plan: Plan = {
    procedure: procedure.id,
    title: procedure.title,
    environment: procedure.environment,
    planHash: planHash(procedure),
    root: maskNode(root, options),
    effects: planner.effects,
    problems: planner.problems,
    outputs(ref) {
      const parsed = ref.outputs.safeParse(known.get(ref));
      return parsed.success ? parsed.data : undefined;
    },
  };
  // The rest is plain JSON, and is printed and stored as such.
  return Object.defineProperty(plan, 'outputs', { enumerable: false });
}

async function planNode(planner: Planner, node: Node, path: string): Promise<PlanNode> {
  const base = { path, title: node.title };
  switch (node.kind) {
    case 'step':
      return planStep(planner, node, path);
    case 'opaque':
      return { ...base, kind: 'opaque', promise: node.promise };
    case 'gate':
      return planGate(planner, node, path);
    case 'watch': {
      const asks = node.ask === undefined ? '' : `${node.ask.gate.title} (${node.ask.gate.role})`;
      const { forecast } = node;
      if (forecast === undefined) return { ...base, kind: 'watch', forecast: '', asks };
      const text = await look(planner, path, (ctx) => forecast.call(node, ctx));
      return { ...base, kind: 'watch', forecast: text.ok ? text.value : laterText(text), asks };
    }
    case 'sequence':
      return {
        ...base,
        kind: 'sequence',
        children: await planAll(planner, node.steps, path),
        onFailure: node.rollback === undefined ? [] : titlesOf(node.rollback),
      };
    case 'parallel':
      return {
        ...base,
        kind: 'parallel',
        children: await planAll(planner, inTurn(node), path),
        onFailure: [],
        ...(node.after === undefined ? {} : { waits: waitLines(node) }),
      };
    case 'forEach':
      return { ...base, kind: 'forEach', children: await planAll(planner, node.batches.flat(), path), onFailure: [] };
    case 'repeatUntil': {
      const body = await planNode(planner, node.body, `${childPath(path, node.body.id)}#1`);
      // Later rounds may record other outputs than the first.
      return { ...base, kind: 'repeat', atMost: node.max, children: [body] };
    }
    case 'choice': {
      const key = await look(planner, path, async (ctx) => node.choose(await node.read(ctx), ctx));
      const branch = key.ok ? node.branches[key.value] : undefined;
      if (key.ok && branch !== undefined) {
        return {
          ...base,
          kind: 'choice',
          chosen: key.value,
          children: [await planNode(planner, branch, childPath(path, key.value))],
        };
      }
      const chosen = key.ok ? `no branch ${key.value}` : laterText(key);
      return { ...base, kind: 'choice', chosen, children: await outlineBranches(planner, node.branches, path) };
    }
  }
}

async function planAll(planner: Planner, nodes: readonly Node[], path: string): Promise<readonly PlanNode[]> {
  const planned: PlanNode[] = [];
  for (const node of nodes) planned.push(await planNode(planner, node, childPath(path, node.id)));
  return planned;
}

/** Which branch is not known: each is planned by itself, and its effects do not count as the plan's. */
async function outlineBranches(
  planner: Planner,
  branches: Readonly<Record<string, Node>>,
  path: string,
): Promise<readonly PlanNode[]> {
  const planned: PlanNode[] = [];
  for (const [key, branch] of Object.entries(branches)) {
    const aside: Planner = { ...planner, known: new Map(planner.known), effects: [], problems: [] };
    planned.push(await planNode(aside, branch, childPath(path, key)));
  }
  return planned;
}

async function planStep(planner: Planner, node: Step, path: string): Promise<PlanNode> {
  const found = await look(planner, path, async (ctx): Promise<PlannedDecision> => {
    const facts = await withDeadline({ clock: ctx.clock, ms: node.timeoutMs, what: path, abandon: true }, (signal) =>
      node.read({ ...ctx, signal }),
    );
    const decision = node.decide(facts, ctx);
    switch (decision.kind) {
      case 'refuse':
        return { kind: 'refuse', problems: decision.problems };
      case 'nothing':
        planner.known.set(node, toJson(node.collect([], facts, ctx)));
        return { kind: 'nothing', why: decision.why };
      case 'do': {
        if (node.planned !== undefined) planner.known.set(node, toJson(node.planned(facts)));
        const effects = decision.effects.map((effect) => effectSchema.parse(planner.adapt(effect)));
        return { kind: 'effects', effects, why: decision.why ?? '' };
      }
    }
  });
  const decision: PlannedDecision = found.ok ? found.value : found.decision;
  if (decision.kind === 'effects') planner.effects.push(...decision.effects.map((effect) => ({ path, effect })));
  if (decision.kind === 'refuse') planner.problems.push(...decision.problems);
  return { path, title: node.title, kind: 'step', decision, urgent: node.urgent };
}

async function planGate(planner: Planner, node: Gate, path: string): Promise<PlanNode> {
  const { guard } = node;
  const needed = await look(planner, path, async (ctx) => node.needed?.(ctx) ?? true);
  const is = needed.ok ? (needed.value ? 'yes' : 'no') : 'later';
  const [before, after]: readonly [readonly Step[], readonly Step[]] =
    guard.kind === 'drained'
      ? [guard.drain, guard.restore]
      : guard.kind === 'guarded'
        ? [guard.arm, guard.disarm]
        : [[], []];
  const names = guard.kind === 'drained' ? (['drain', 'restore'] as const) : (['arm', 'disarm'] as const);
  const skip = is === 'no';
  const { condition } = node;
  const looked = condition === undefined ? undefined : await lookAt(condition, path, planner.ctx);
  return {
    path,
    title: node.title,
    kind: 'gate',
    role: whoseGate(node),
    guard: guardText(guard),
    evidence: node.evidence,
    needed: is,
    ...(looked === undefined ? {} : { condition: { found: looked.found, unmet: looked.unmet } }),
    before: skip ? [] : await planAll(planner, before, childPath(path, names[0])),
    after: skip ? [] : await planAll(planner, after, childPath(path, names[1])),
  };
}

type Looked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly decision: Extract<PlannedDecision, { kind: 'later' | 'unknown' }> };

async function look<T>(planner: Planner, path: string, work: (ctx: ReadContext) => Promise<T>): Promise<Looked<T>> {
  const { ctx } = planner;
  try {
    const value = await withDeadline({ clock: ctx.clock, ms: LOOK_MS, what: path, abandon: true }, (signal) =>
      work({ ...ctx, signal }),
    );
    return { ok: true, value };
  } catch (error) {
    if (error instanceof NotYetKnown) return { ok: false, decision: { kind: 'later', after: error.after } };
    return { ok: false, decision: { kind: 'unknown', problems: problemsOf(error, path) } };
  }
}

function laterText(looked: Extract<Looked<unknown>, { ok: false }>): string {
  const { decision } = looked;
  return decision.kind === 'later'
    ? `decided after <${decision.after}>`
    : `not known: ${decision.problems[0]?.found ?? 'no answer'}`;
}

function titlesOf(node: Node): readonly string[] {
  switch (node.kind) {
    case 'sequence':
    case 'parallel':
      return node.steps.flatMap(titlesOf);
    case 'forEach':
      return node.batches.flat().flatMap(titlesOf);
    default:
      return [node.title];
  }
}

/** What was read may hold the value of a secret that a read had to resolve. */
function maskNode(node: PlanNode, options: PlanOptions): PlanNode {
  const { mask } = options.secrets;
  if (node.kind === 'watch') return { ...node, forecast: mask(node.forecast) };
  if (node.kind === 'gate' && node.condition !== undefined)
    return { ...node, condition: { ...node.condition, found: mask(node.condition.found) } };
  if ('children' in node) return { ...node, children: node.children.map((child) => maskNode(child, options)) };
  return node;
}
