import { z } from 'zod';
import type { DecideContext, Node, Watch } from '../../procedure/tree.ts';

const judgedSchema = z.looseObject({ verdict: z.string() });

/**
 * Pure: what the last watch of a tree that came to a verdict said, for whoever decides behind it. Undefined when none did. A plan knows only
 * which watch will say it.
 */
export function lastVerdict(root: Node, ctx: DecideContext): string | undefined {
  const judging = watchesOf(root).filter(({ outputs }) => outputs instanceof z.ZodObject && 'verdict' in outputs.shape);
  if (ctx.mode === 'plan') {
    const last = judging.at(-1);
    return last === undefined ? undefined : `<${last.id}.verdict>`;
  }
  return judging
    .toReversed()
    .map((node) => verdictOf(node, ctx))
    .find((verdict) => verdict !== undefined);
}

function verdictOf(node: Watch, ctx: DecideContext): string | undefined {
  try {
    const parsed = judgedSchema.safeParse(ctx.outputOf(node));
    return parsed.success ? parsed.data.verdict : undefined;
  } catch {
    // Not yet over, or not gone through at all.
    return undefined;
  }
}

function watchesOf(node: Node): readonly Watch[] {
  switch (node.kind) {
    case 'watch':
      return [node];
    case 'sequence':
    case 'parallel':
      return node.steps.flatMap(watchesOf);
    case 'forEach':
      return node.batches.flat().flatMap(watchesOf);
    case 'choice':
      return Object.values(node.branches).flatMap(watchesOf);
    case 'repeatUntil':
      return watchesOf(node.body);
    case 'step':
    case 'opaque':
    case 'gate':
      return [];
  }
}
