import { type BuildNodes, type BuiltArtefact, type GoBuild, NO_CHECKS } from '../../src/build/index.ts';
import { ProblemError } from '../../src/model/problem.ts';
import type { OutputRef, Step } from '../../src/procedure/tree.ts';
import { perform, world } from '../build/perform.ts';

/** A build's steps, taken one after another with real commands. */
export interface RanBuild {
  /** Ids of the steps that did something. */
  readonly did: readonly string[];
  readonly made: BuiltArtefact;
  /** Recorded outputs of a step of the build. */
  outputOf<O>(node: OutputRef<O>): O;
}

/** @throws ProblemError when a step refuses or fails */
export async function runBuild({ node, artefact }: BuildNodes): Promise<RanBuild> {
  const outputs = new Map<string, unknown>();
  const outputOf = <O>(ref: OutputRef<O>): O => ref.outputs.parse(outputs.get(ref.id));
  const on = world();
  const place = { ...on, ctx: { ...on.ctx, outputOf } };
  const did: string[] = [];
  for (const step of node.steps) {
    const ran = await perform(asStep(step), place);
    if (ran.kind === 'refused') throw new ProblemError(ran.problems);
    outputs.set(step.id, ran.outputs);
    if (ran.kind === 'done') did.push(step.id);
  }
  return { did, made: outputOf(artefact), outputOf };
}

function asStep(node: BuildNodes['node']['steps'][number]): Step {
  if (node.kind === 'step') return node;
  throw new Error(`${node.id} is no step`);
}

/** What most builds of tests have in common. */
export const PLAIN_GO = {
  version: '1.2.3',
  commit: 'c'.repeat(40),
  stamp: { version: 'main.version', commit: 'main.commit' },
  tags: [],
  platforms: ['linux/amd64'],
  amd64: 'v1',
  checks: NO_CHECKS,
  cache: null,
  withheld: [],
  timeoutMs: 120_000,
} as const satisfies Partial<GoBuild>;
